//! Rubbish: values, bodies, queries and headers that no client should send.

use fastrand::Rng;
use serde_json::{Value, json};

/// Every place in a body, as a JSON pointer, and whether a text, a number or a flag stands there.
pub fn places(body: &Value) -> Vec<(String, bool)> {
    fn gather(value: &Value, place: &str, found: &mut Vec<(String, bool)>) {
        if !place.is_empty() {
            // What a custom field may be, depends on the field; where a referrer is named, on the type.
            let depends = ["/value", "/location", "/referrer", "/start", "/end"].iter().any(|it| place.ends_with(it));
            let is_scalar = value.is_string() || value.is_number() || value.is_boolean();
            found.push((place.to_owned(), is_scalar && !depends));
        }
        match value {
            Value::Object(map) => map.iter().for_each(|(name, it)| gather(it, &format!("{place}/{name}"), found)),
            Value::Array(values) => {
                values.iter().enumerate().for_each(|(n, it)| gather(it, &format!("{place}/{n}"), found))
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    gather(body, "", &mut found);
    found
}

pub fn with(body: &Value, place: &str, value: Value) -> Value {
    let mut body = body.clone();
    if let Some(there) = body.pointer_mut(place) {
        *there = value;
    }
    body
}

pub fn without(body: &Value, place: &str) -> Value {
    let mut body = body.clone();
    let (parent, name) = place.rsplit_once('/').unwrap_or_default();
    match body.pointer_mut(parent) {
        Some(Value::Object(map)) => drop(map.remove(name)),
        Some(Value::Array(values)) => values.clear(),
        _ => {}
    }
    body
}

/// What stands where something else should.
pub fn values(dice: &mut Rng) -> Vec<Value> {
    let long = |n: usize| Value::String("é".repeat(n));
    let deep = (0..100).fold(json!(1), |it, n| if n % 2 == 0 { json!([it]) } else { json!({"a": it}) });
    let mut values = vec![
        json!({"wrong": [1]}),
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1),
        json!(2),
        json!(50),
        json!(i64::MAX),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(9_007_199_254_740_991_i64),
        json!(9_007_199_254_740_992_i64),
        json!(2_147_483_648_i64),
        json!(1e308),
        json!(-1e-308),
        json!(1.5),
        json!(0.1),
        json!(""),
        json!(" "),
        json!("x"),
        json!("\0"),
        json!("a\0b"),
        json!("\u{feff}"),
        json!("\u{202e}\u{fffe}"),
        json!("🍊\u{10ffff}"),
        json!("1"),
        json!("-1"),
        json!("1,2,3"),
        json!("99999999999999999999"),
        json!("NaN"),
        json!("Infinity"),
        json!("1e999"),
        json!("true"),
        json!("0.000000000000000000000000000001"),
        json!("9".repeat(400)),
        json!("2026-13-45"),
        json!("9999-12-31T23:59:59.999999999Z"),
        json!("-009999-01-01T00:00:00Z"),
        json!("0000-00-00"),
        json!("2026-02-30"),
        json!("+275760-09-13"),
        json!("2026-01-01T00:00:00+99:99"),
        json!("2026-06-30T23:59:60Z"),
        json!("0001-01-01"),
        json!("9999-12-31"),
        json!("2026-09-01T10:00:00[Europe/Dublin]"),
        json!("https://[::1"),
        json!("http://\u{1f34a}.example"),
        json!("javascript:alert(1)"),
        json!("https://user:pass@127.0.0.1:99999/"),
        json!("a@"),
        json!("@"),
        json!("a@b\r\nBcc: c@d"),
        json!("İ@EXAMPLE.com"),
        json!("%s%n{}"),
        json!("'; drop table candidates; --"),
        json!("../../etc/passwd"),
        json!("<script>"),
        json!([]),
        json!({}),
        json!([[]]),
        json!([null]),
        json!([{}]),
        json!(["x"]),
        json!([1, 1]),
        json!([-1]),
        json!([{"id": 1}, {"id": 1}]),
        json!({"": 1}),
        json!({"id": {}}),
        json!({"value": null}),
        json!({"user_id": "x"}),
        json!({"user_id": 999}),
        json!({"\0": "\0"}),
        json!(vec![1; 2000]),
        json!({"type": "id", "value": -1}),
        deep,
        long(256),
        long(100_001),
    ];
    values.push(json!(dice.i64(..)));
    values.push(Value::String((0..dice.usize(..40)).map(|_| dice.char(..)).collect()));
    values
}

/// Bodies that are no JSON, or no object.
pub fn raw() -> Vec<Vec<u8>> {
    let mut bodies: Vec<Vec<u8>> = [
        "",
        " ",
        "{",
        "}",
        "[",
        "[]",
        "[{}]",
        "null",
        "true",
        "1",
        "\"x\"",
        "{\"a\":1",
        "{\"a\":1}}",
        "{'a':1}",
        "{a:1}",
        "{\"a\":1,}",
        "NaN",
        "{\"name\":1e400}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":\"\\udc00\\ud800\"}",
        "{\"name\":\"\\u0000\"}",
        "{\"\\u0000\":1}",
        "{\"name\":\"a\",\"name\":\"b\"}",
        "{\"name\":\"a\",\"name\":1}",
        "{\"id\":1,\"id\":{}}",
        "{\"name\":\"\u{0}\"}",
        "{\"name\":\"\n\"}",
        "\u{feff}{}",
        "first_name=Jane&last_name=Doe",
        "<xml/>",
        "{\"$serde_json::private::RawValue\":\"{\"}",
        "{\"$serde_json::private::Number\":\"x\"}",
        "{\"name\":{\"$serde_json::private::RawValue\":\"}\"}}",
    ]
    .iter()
    .map(|it| it.as_bytes().to_vec())
    .collect();
    bodies.push("[".repeat(10_000).into_bytes());
    bodies.push("{\"a\":".repeat(10_000).into_bytes());
    bodies.push(format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)).into_bytes());
    bodies.push(format!("{{\"name\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000)).into_bytes());
    bodies.push(b"{\"name\":\"\xff\xfe\"}".to_vec());
    bodies.push(b"\xff".to_vec());
    bodies.push(vec![0; 100]);
    bodies
        .push(format!("{{{}}}", (0..5000).map(|n| format!("\"k{n}\":{n}")).collect::<Vec<_>>().join(",")).into_bytes());
    bodies
}

const ODD: &[&str] = &[
    "",
    "0",
    "-1",
    "1",
    "2",
    "9e18",
    "9223372036854775807",
    "9223372036854775808",
    "9007199254740992",
    "1.5",
    "NaN",
    "x",
    "true",
    "false",
    "null",
    "%00",
    "a%00b",
    "%FF",
    "%F0%9F%8D%8A",
    "%",
    "%zz",
    "%25",
    "+",
    "rubbish",
    "2026-13-45",
    "9999-12-31T23:59:59.999Z",
    "-009999-01-01",
    "0000-01-01",
    "2026-01-01T00:00:00%2B00:00",
    "2026-01-01T00:00:00+00:00",
    "1,2,3",
    "1,,x",
    ",",
    "'",
    "%27%20or%201=1",
    "[]",
    "{}",
    "open",
    "active",
    "%5B%5D",
    "tree",
    "a@b",
];

const QUERIES: &[&str] = &[
    "",
    "&",
    "=",
    "&&&===",
    "?",
    "per_page=0",
    "per_page=501",
    "per_page=500&page=2147483647",
    "per_page=1&page=2147483648",
    "page=-1",
    "page=9e18",
    "page=0",
    "page=1&page=x",
    "page=x&page=1",
    "page[]=1",
    "page[][]=1",
    "page[a]=1",
    "per_page=%31",
    "per_page=+1",
    "skip_count=maybe",
    "skip_count=true&page=99",
    "created_after=rubbish",
    "created_after=",
    "updated_before=0001-01-01",
    "job_id[]=1&job_id=2",
    "ids=1&ids[]=2",
    "candidate_ids=1,2,x",
    "%=%",
    "%00=%00",
    "%FF=%FF",
    "[]=1",
    "[]",
    "since=9999-99-99",
    "limit=-1",
    "cursor=%00",
    "after=x",
];

/// Queries: odd ones, and each of the dice's parameters with rubbish for a value.
pub fn queries(names: &[String], dice: &mut Rng) -> Vec<String> {
    let mut queries: Vec<String> = QUERIES.iter().map(|it| (*it).to_owned()).collect();
    for _ in 0..60 {
        let mut one = || {
            let name = dice.choice(names).map_or("x", String::as_str);
            let list = if dice.u8(..8) == 0 { "[]" } else { "" };
            format!("{name}{list}={}", dice.choice(ODD).unwrap_or(&""))
        };
        queries.push(match one().len() % 3 {
            0 => format!("{}&{}&{}", one(), one(), one()),
            _ => one(),
        });
    }
    queries.push(format!("status={}", "x".repeat(5000)));
    queries.push("a=1&".repeat(3000));
    queries
}

pub fn headers() -> Vec<(&'static str, Vec<Vec<u8>>)> {
    let texts = |texts: &[&str]| texts.iter().map(|it| it.as_bytes().to_vec()).collect::<Vec<_>>();
    let mut key = texts(&[
        "",
        " ",
        "Basic",
        "Basic ",
        "Basic x",
        "Basic ====",
        "Basic Og==",
        "Basic AAAA",
        "Basic /////w==",
        "Bearer x",
        "basic\tx",
        "Digest a=b",
    ]);
    key.push(b"Basic \xff\xfe".to_vec());
    key.push("Basic ".bytes().chain(std::iter::repeat_n(b'A', 20_000)).collect());
    let mut user = texts(&[
        "",
        " ",
        "x",
        "0",
        "-1",
        "1.5",
        "999",
        "1,1",
        "9007199254740992",
        "9223372036854775808",
        "1e3",
        " 1 ",
        "0x1",
        "null",
    ]);
    user.push(b"\xff".to_vec());
    user.push(vec![b'9'; 20_000]);
    let mut host = texts(&["", "x:y:z", "a b", "<script>", "[::1", "example.com:99999", "a,b"]);
    host.push(b"\xff".to_vec());
    vec![
        ("authorization", key),
        ("on-behalf-of", user),
        ("host", host),
        (
            "content-type",
            texts(&[
                "",
                "x",
                "text/plain",
                "application/json; charset=utf-16",
                "multipart/form-data",
                "multipart/form-data; boundary=",
            ]),
        ),
        ("content-length", texts(&["0", "x", "-1", "99999999999999999999"])),
        ("x-forwarded-proto", texts(&["", "javascript", "https,http"])),
        ("if-none-match", texts(&["*", "x"])),
        ("range", texts(&["bytes=0-", "bytes=9-1", "x"])),
        ("accept", texts(&["", "text/html", "x"])),
        ("accept-encoding", texts(&["", "gzip", "x;q=x"])),
    ]
}
