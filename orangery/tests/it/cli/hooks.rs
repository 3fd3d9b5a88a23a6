//! Listening, trying, looking and repairing from the terminal.

use std::io::{BufRead, Read, Write};

use expect_test::expect;
use serde_json::Value;

use super::{Going, Home, ask, end, post, send, wait_until};

const REJECTED: &str = r#"{"action":"reject_candidate","payload":{"application":{"id":17}}}"#;

/// A house with a server, a receiver that it tells of everything, and a key.
struct Open {
    home: Home,
    serve: Going,
    listen: Going,
    key: String,
}

impl Open {
    fn start() -> Self {
        Self::with(&["listen", "--port", "0", "--secret", "s3cret", "--json"])
    }

    fn with(listen: &[&str]) -> Self {
        let home = Home::of_the_test();
        let listen = Going::start(&home, listen);
        let serve = Going::start(&home, &["serve", "--listen", "127.0.0.1:0", "--webhook-allow", "127.0.0.0/8"]);
        home.good(&["user", "add", "--name", "Ada Lacey", "--email", "ada@example.com", "--role", "site-admin"]);
        let key = home.good(&["key", "add", "--name", "laptop", "--all"]).trim().to_owned();
        Self { home, serve, listen, key }
    }

    fn hook(&self) {
        let url = format!("http://{}", self.listen.address);
        let add = ["webhook", "add", "--name", "laptop", "--url", &url, "--secret", "s3cret", "--event", "all"];
        self.home.good(&[&add[..], &["--webhook-allow", "127.0.0.0/8"]].concat());
    }

    fn ask(&self, path: &str, body: &str) {
        let answer = ask(&self.serve.address, &self.key, path, body);
        assert!(answer.starts_with("HTTP/1.1 2"), "{path}: {answer}");
    }

    /// What the receiver heard, when all is over.
    fn end(self) -> Vec<Value> {
        assert_eq!(self.serve.end().code, 0);
        self.listen.end().out.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
    }
}

#[test]
fn any_event_is_tried_and_seen_in_an_empty_house() {
    let it = Open::start();
    let none = it.home.run(&["trigger", "hire_candidate"]);
    assert!(none.code == 1 && none.err.contains("no enabled web hook listens to hire_candidate"), "{none:?}");
    it.hook();
    let said = it.home.good(&["trigger", "hire_candidate"]);
    assert!(
        said.starts_with("hire_candidate to 1 \"laptop\" as #1: the documented example\n  answered 200 in "),
        "{said}"
    );
    let said = &it.home.json(&["trigger", "job_deleted", "--webhook", "1", "--json"])[0];
    assert_eq!((&said["source"], &said["delivery"]["status"]), (&"example".into(), &"delivered".into()), "{said}");
    let said = it.home.good(&["trigger", "ping", "--webhook-allow", "127.0.0.0/8"]);
    assert!(said.starts_with("ping to 1 \"laptop\": answered 200 in "), "{said}");

    it.ask("/v1/prospects", r#"{"first_name": "Kate", "last_name": "Austen"}"#);
    let body = it.home.good(&["preview", "reject_candidate", "--candidate", "1", "--json"]);
    assert!(body.starts_with(r#"{"action":"reject_candidate","payload":{"application":{"id":1,"#), "{body}");
    assert!(body.contains(&format!("\"url\":\"http://{}/people/1", it.serve.address)), "{body}");
    let pretty = it.home.run(&["preview", "reject_candidate", "--application", "1"]);
    assert!(pretty.err.starts_with("Of application 1, "), "{pretty:?}");
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap()["payload"]["application"]["status"].clone();
    assert_eq!((read(&body), read(&pretty.out)), ("rejected".into(), "rejected".into()));
    let said = it.home.json(&["trigger", "reject_candidate", "--candidate", "1", "--json"]);
    assert_eq!(said[0]["source"], "record");
    let mut said = String::new();
    for wrong in [
        &["preview", "reject_candidate", "--application", "9"][..],
        &["preview", "hire_candidate"],
        &["preview", "job_created", "--candidate", "1"],
        &["preview", "merge_candidate", "--candidate", "1", "--into", "1"],
        &["preview", "unhire_candidate", "--candidate", "1"],
        &["trigger", "offer_created", "--offer", "3", "--webhook", "1"],
        &["trigger", "ping", "--webhook", "9"],
        &["trigger", "ping", "--webhook", "1"],
    ] {
        let ended = it.home.run(wrong);
        assert_eq!(ended.code, 1, "{wrong:?}: {ended:?}");
        said += &ended.err;
    }
    expect![[r#"
        orangery: --application: There is no application 9
        orangery: --application: There is no hired application: name any by --application, and hire_candidate is told as if it happened now
        orangery: --candidate: job_created is about a job: name it by --job
        orangery: --into: Must be another than the one who is merged
        orangery: Application must be 'hired', is currently 'active'
        orangery: --offer: There is no offer 3
        orangery: there is no web hook 9: orangery webhook list shows them
        orangery: the test was not delivered
    "#]].assert_eq(&said);
    assert_eq!(it.home.json(&["events", "--json"]).len(), 1);
    let heard = it.end();
    let told: Vec<String> =
        heard.iter().map(|it| format!("{} {}", it["action"].as_str().unwrap(), it["marks"])).collect();
    expect![[r#"
        ping []
        hire_candidate ["test"]
        job_deleted ["test"]
        ping []
        new_prospect_application []
        reject_candidate ["test"]"#]]
    .assert_eq(&told.join("\n"));
    assert!(heard.iter().all(|it| it["verified"] == true && it["answered"] == 200));
}

#[test]
fn a_test_that_is_not_delivered_ends_badly() {
    let it = Open::with(&["listen", "--port", "0", "--secret", "other", "--json"]);
    let url = format!("http://{}", it.listen.address);
    let add = ["webhook", "add", "--name", "x", "--url", &url, "--secret", "s3cret", "--event", "all"];
    let refused = it.home.run(&[&add[..], &["--webhook-allow", "127.0.0.0/8"]].concat());
    assert!(refused.code == 1 && refused.err.contains("the ping failed: answered 401"), "{refused:?}");
    let ping = it.home.run(&["trigger", "ping", "--webhook", "1", "--webhook-allow", "127.0.0.0/8"]);
    assert!(ping.code == 1 && ping.out.contains("answered 401"), "{ping:?}");
    let off = it.home.run(&["trigger", "hire_candidate", "--webhook", "1"]);
    assert!(off.code == 1 && off.err.contains("is disabled: enable it first"), "{off:?}");
    let heard = it.end();
    assert!(heard.iter().all(|it| it["verified"] == false && it["answered"] == 401), "{heard:?}");
}

#[test]
fn deliveries_are_found_and_shown() {
    let it = Open::start();
    it.hook();
    it.ask("/v1/prospects", r#"{"first_name": "Kate", "last_name": "Austen"}"#);
    it.ask("/v1/prospects", r#"{"first_name": "Jack", "last_name": "Shephard"}"#);
    it.ask("/v1/applications/1/reject", "{}");
    let count = |filter: &[&str]| it.home.json(&[&["deliveries", "--json"], filter].concat()).len();
    wait_until(|| count(&["--status", "delivered"]) == 3);
    assert_eq!((count(&["--candidate", "1"]), count(&["--application", "2"])), (2, 1));
    assert_eq!((count(&["--event", "reject_candidate"]), count(&["--webhook", "1", "--limit", "2"])), (1, 2));
    assert_eq!((count(&["--after", "1h"]), count(&["--before", "1h"]), count(&["--failed"])), (3, 0, 0));
    assert_eq!(count(&["--after", "2020-01-01", "--before", "2090-01-01 10:00"]), 3);
    assert!(it.home.json(&["deliveries", "--json", "--body"])[0]["body"].as_str().unwrap().starts_with("{\"action\""));
    assert!(it.home.run(&["deliveries", "--limit", "2"]).err.contains("There are more"));
    assert!(it.home.run(&["deliveries", "--failed"]).err.contains("There is no delivery that fits"));
    assert!(it.home.run(&["deliveries", "--after", "noon"]).err.contains("how long ago"));
    assert!(it.home.run(&["deliveries", "--webhook", "7"]).err.contains("orangery webhook list"));
    assert!(it.home.run(&["deliveries", "show", "99"]).err.contains("there is no delivery 99"));
    let table = it.home.good(&["deliveries", "--candidate", "2"]);
    assert!(table.contains("  #2  1   new_prospect_application  delivered: 200 in "), "{table}");

    let shown = it.home.good(&["deliveries", "show", "3"]);
    let told: Vec<&str> = shown.lines().filter(|it| !it.contains("UTC") && !it.contains("first byte")).collect();
    assert_eq!(told[0], "#3  reject_candidate  delivered");
    for part in
        ["  about     candidate 1, application 1", "1 attempt", "  greenhouse-event-id: 3", "  signature: sha256 "]
    {
        assert!(told.iter().any(|it| it.starts_with(part)), "{part:?} in {shown}");
    }
    let whole = &it.home.json(&["deliveries", "show", "3", "--json"])[0];
    assert_eq!(
        (&whole["attempt_log"][0]["status"], &whole["headers"]["greenhouse-event-id"]),
        (&200.into(), &"3".into())
    );
    it.end();
}

#[test]
fn what_is_sent_again_is_counted_first() {
    let it = Open::start();
    it.hook();
    it.ask("/v1/prospects", r#"{"first_name": "Kate", "last_name": "Austen"}"#);
    let delivered = || it.home.json(&["deliveries", "--json", "--status", "delivered"]).len();
    wait_until(|| delivered() == 1);
    let dry = it.home.good(&["replay", "--webhook", "1", "--from", "1", "--dry-run"]);
    assert_eq!(dry, "1 would be sent again, 0 would be sent for the first time\n");
    let since = it.home.good(&["replay", "--webhook", "1", "--since", "1h", "--dry-run"]);
    assert_eq!(since, dry);
    let since = it.home.good(&["replay", "--webhook", "1", "--since", "2h", "--until", "1h", "--dry-run"]);
    assert_eq!(since, "There is nothing to send\n");
    let asked = it.home.run(&["replay", "--webhook", "1", "1"]);
    assert_eq!((asked.code, asked.out.as_str()), (1, ""));
    assert!(asked.err.contains("1 would be sent again") && asked.err.contains("say --yes"), "{asked:?}");
    let done = it.home.run(&["replay", "--webhook", "1", "1", "--yes", "--per-second", "5"]);
    assert_eq!((done.code, done.out.as_str()), (0, "1 sent again, 0 sent for the first time\n"));
    let again =
        || it.home.json(&["deliveries", "--json"]).iter().all(|it| it["replay"] == true && it["status"] == "delivered");
    wait_until(again);
    assert_eq!(it.home.good(&["replay", "--webhook", "1", "--failed"]), "There is nothing to send\n");
    assert!(it.home.run(&["replay", "--webhook", "1", "1", "--failed"]).code == 2);
    assert!(it.home.run(&["replay", "--webhook", "1"]).code == 2);
    it.home.good(&["webhook", "disable", "1"]);
    let off = it.home.run(&["replay", "--webhook", "1", "--missed", "--yes"]);
    assert!(off.code == 1 && off.err.contains("orangery webhook enable 1"), "{off:?}");
    let heard = it.end();
    assert_eq!(heard.last().unwrap()["marks"], serde_json::json!(["again", "replay"]));
}

/// Servers come and go; who follows goes on.
#[test]
fn events_are_followed_over_a_restart() {
    let it = Open::start();
    it.ask("/v1/prospects", r#"{"first_name": "Kate", "last_name": "Austen"}"#);
    let following = ["events", "--follow", "--after", "0", "--json", "--event", "new_prospect_application"];
    let mut follow = it.home.command(&following).stdout(std::process::Stdio::piped()).spawn().unwrap();
    let mut lines = std::io::BufReader::new(follow.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap()["seq"].clone();
    assert_eq!(next(), 1);
    assert_eq!(it.serve.end().code, 0);
    let serve = Going::start(&it.home, &["serve", "--listen", "127.0.0.1:0"]);
    for (path, body) in
        [("/v1/applications/1/reject", "{}"), ("/v1/prospects", r#"{"first_name": "J", "last_name": "S"}"#)]
    {
        assert!(ask(&serve.address, &it.key, path, body).starts_with("HTTP/1.1 2"));
    }
    assert_eq!(next(), 3);
    end(&follow);
    assert_eq!(follow.wait().unwrap().code(), Some(0));
    let ahead = it.home.run(&["events", "--after", "9"]);
    assert!(ahead.code == 1 && ahead.err.contains("the newest is 3"), "{ahead:?}");
    serve.end();
    it.listen.end();
}

#[test]
fn a_receiver_fails_as_it_is_told() {
    let home = Home::new();
    let signature = courier::sign::signature(b"s3cret", REJECTED.as_bytes());
    let listen = |more: &[&str]| {
        Going::start(&home, &[&["listen", "--port", "0", "--secret", "s3cret", "--json"], more].concat())
    };
    let status = |answer: &str| answer.split(' ').nth(1).unwrap_or_default().to_owned();
    for (more, expected) in [
        (&["--fail-rate", "1"][..], "500"),
        (&["--status", "503"], "503"),
        (&["--fail-rate", "0", "--status", "503"], "200"),
        (&["--delay", "50ms"], "200"),
    ] {
        let it = listen(more);
        assert_eq!(status(&post(&it.address, &signature, REJECTED)), expected, "{more:?}");
        let said = it.end();
        assert!(said.out.contains(&format!("\"answered\":{expected}")), "{more:?}: {said:?}");
    }
    for (more, first) in [(&["--hang"][..], ""), (&["--drip"], "HTTP/1.1 200")] {
        let it = listen(more);
        let begun = begun(&it.address, &signature);
        assert!(begun.starts_with(first) && begun.is_empty() == first.is_empty(), "{more:?}: {begun}");
        let said = it.end();
        assert!(said.code == 0 && said.err.contains("1 received: 1 reject_candidate; 1 made to fail"), "{said:?}");
    }
    // Both signatures are looked at, and only what is asked for is printed.
    let it = listen(&["--event", "ping"]);
    let standard = |key: &[u8]| {
        let said = courier::sign::StandardSigner::new(key).signature("1", 7, REJECTED.as_bytes());
        format!(
            "Signature: {signature}\r\nGreenhouse-Event-ID: 1\r\nwebhook-id: 1\r\nwebhook-timestamp: 7\r\nwebhook-signature: v1,x {said}"
        )
    };
    assert_eq!(status(&send(&it.address, "/", &standard(b"s3cret"), REJECTED)), "200");
    assert_eq!(status(&send(&it.address, "/", &standard(b"other"), REJECTED)), "401");
    let said = it.end();
    assert_eq!(said.out, "");
    assert!(said.err.ends_with("\n2 received: 2 reject_candidate; 1 wrong signature, 1 came again\n"), "{said:?}");
    for wrong in [&["listen", "--fail-rate", "2"][..], &["listen", "--status", "99"], &["listen", "--hang", "--drip"]] {
        assert_eq!(home.run(wrong).code, 2, "{wrong:?}");
    }
}

/// What is answered within a moment.
fn begun(address: &str, signature: &str) -> String {
    let mut tcp = std::net::TcpStream::connect(address).unwrap();
    tcp.set_read_timeout(Some(std::time::Duration::from_millis(500))).unwrap();
    let length = REJECTED.len();
    let head = format!("POST / HTTP/1.1\r\nHost: x\r\nSignature: {signature}\r\nContent-Length: {length}\r\n\r\n");
    tcp.write_all(format!("{head}{REJECTED}").as_bytes()).unwrap();
    let mut bytes = [0; 1000];
    let read = tcp.read(&mut bytes).unwrap_or_default();
    String::from_utf8_lossy(&bytes[..read]).into_owned()
}
