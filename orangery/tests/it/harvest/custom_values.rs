//! Values of custom fields over Harvest, of every type, in both directions (CF-7 … CF-10).

use expect_test::expect;
use serde_json::{Value, json};

use crate::{acme::Acme, hiring};

const TYPES: [&str; 12] = [
    "short_text",
    "long_text",
    "yes_no",
    "single_select",
    "multi_select",
    "currency",
    "currency_range",
    "number",
    "number_range",
    "date",
    "url",
    "user",
];

/// The company of `hiring` with a field of each type on candidates, and one on applications; their ids by their keys.
async fn fields() -> (Acme, Value) {
    let acme = hiring::acme().await;
    let mut ids = json!({});
    for value_type in TYPES {
        let mut body = json!({"name": value_type, "field_type": "candidate", "value_type": value_type});
        if value_type.ends_with("select") {
            body["custom_field_options"] = json!([{"name": "Red", "priority": 0}, {"name": "Blue", "priority": 1}]);
        }
        let made = acme.post("/v1/custom_fields", body).await;
        assert_eq!((made.status, made.json["name_key"].as_str()), (201, Some(value_type)));
        let options: Vec<&Value> =
            made.json["custom_field_options"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
        ids[value_type] = json!({"id": made.json["id"], "options": options});
    }
    let on_application = json!({"name": "Visa?", "field_type": "application", "value_type": "yes_no"});
    assert_eq!(acme.post("/v1/custom_fields", on_application).await.status, 201);
    acme.fired().await;
    (acme, ids)
}

/// What is to be written, with options by their ids.
fn values(ids: &Value) -> Vec<(&'static str, Value)> {
    vec![
        ("short_text", json!({"value": "a <b>"})),
        ("long_text", json!({"value": "x\ny"})),
        ("yes_no", json!({"value": false})),
        ("single_select", json!({"value": ids["single_select"]["options"][1]})),
        ("multi_select", json!({"value": ids["multi_select"]["options"]})),
        ("currency", json!({"value": 80000.5, "unit": "EUR"})),
        ("currency_range", json!({"min_value": 1, "max_value": "2.50", "unit": "USD"})),
        ("number", json!({"value": -0.25})),
        ("number_range", json!({"min_value": 1, "max_value": 2})),
        ("date", json!({"value": "2026-02-28"})),
        ("url", json!({"value": "https://example.com/?a=b"})),
        ("user", json!({"value": 1})),
    ]
}

fn shown(answer: &Value) -> String {
    let lines = |map: &Value| -> Vec<String> {
        map.as_object().unwrap().iter().map(|(key, value)| format!("{key}: {value}")).collect()
    };
    let (plain, keyed) = (lines(&answer["custom_fields"]), lines(&answer["keyed_custom_fields"]));
    format!("{}\n\n{}", plain.join("\n"), keyed.join("\n"))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_value_is_written_by_key_and_by_id_and_read() {
    let (acme, ids) = fields().await;
    let unset = acme.get("/v1/candidates/40").await.json;
    expect![[r#"
        short_text: null
        long_text: null
        yes_no: null
        single_select: null
        multi_select: []
        currency: null
        currency_range: null
        number: null
        number_range: null
        date: null
        url: null
        user: null

        short_text: null
        long_text: null
        yes_no: null
        single_select: null
        multi_select: null
        currency: null
        currency_range: null
        number: null
        number_range: null
        date: null
        url: null
        user: null"#]]
    .assert_eq(&shown(&unset));
    let name = |key: &str, by_id: bool, value: &Value| {
        let mut write = value.clone();
        match by_id {
            true => write["id"] = ids[key]["id"].clone(),
            false => write["name_key"] = json!(key),
        }
        write
    };
    let mut last = String::new();
    for by_id in [false, true] {
        let writes: Vec<Value> = values(&ids).iter().map(|(key, value)| name(key, by_id, value)).collect();
        let written = acme.patch("/v1/candidates/40", json!({ "custom_fields": writes })).await;
        assert_eq!(written.status, 200, "{written}");
        // The second time nothing changes.
        assert_eq!(acme.fired().await, if by_id { "" } else { "update_candidate" });
        let read = acme.get("/v1/candidates/40").await.json;
        assert_eq!(shown(&read), shown(&written.json));
        last = shown(&read);
    }
    expect![[r#"
        short_text: "a <b>"
        long_text: "x\ny"
        yes_no: false
        single_select: "Blue"
        multi_select: ["Red","Blue"]
        currency: {"value":80000.5,"currency":"EUR"}
        currency_range: {"min_value":1,"max_value":2.5,"unit":"USD"}
        number: -0.25
        number_range: {"min_value":1,"max_value":2}
        date: "2026-02-28"
        url: "https://example.com/?a=b"
        user: {"name":"Ada Admin","email":null,"user_id":1}

        short_text: {"name":"short_text","type":"short_text","value":"a <b>"}
        long_text: {"name":"long_text","type":"long_text","value":"x\ny"}
        yes_no: {"name":"yes_no","type":"boolean","value":false}
        single_select: {"name":"single_select","type":"single_select","value":"Blue"}
        multi_select: {"name":"multi_select","type":"multi_select","value":["Red","Blue"]}
        currency: {"name":"currency","type":"currency","value":{"value":80000.5,"currency":"EUR"}}
        currency_range: {"name":"currency_range","type":"currency_range","value":{"min_value":1,"max_value":2.5,"unit":"USD"}}
        number: {"name":"number","type":"number","value":-0.25}
        number_range: {"name":"number_range","type":"number_range","value":{"min_value":1,"max_value":2}}
        date: {"name":"date","type":"date","value":"2026-02-28"}
        url: {"name":"url","type":"url","value":"https://example.com/?a=b"}
        user: {"name":"user","type":"user","value":{"name":"Ada Admin","email":null,"user_id":1}}"#]].assert_eq(&last);
    // An option by its name, numbers and flags as text, and what is left alone.
    let writes = json!([
        {"name_key": "single_select", "value": "Red"}, {"name_key": "multi_select", "value": ["Blue"]},
        {"name_key": "yes_no", "value": "true"}, {"name_key": "number", "value": "7"}, {"name_key": "user", "value": "1"},
    ]);
    let written = acme.patch("/v1/candidates/40", json!({ "custom_fields": writes })).await.json;
    assert_eq!(
        ["single_select", "multi_select", "yes_no", "number", "date"].map(|it| written["custom_fields"][it].clone()),
        [json!("Red"), json!(["Blue"]), json!(true), json!(7), json!("2026-02-28")]
    );
    acme.fired().await;
    assert_eq!(acme.patch("/v1/candidates/40", json!({"custom_fields": []})).await.status, 200);
    assert_eq!(acme.fired().await, "");
    let gone: Vec<Value> = TYPES.iter().map(|it| json!({"name_key": it, "delete_value": "true"})).collect();
    let cleared = acme.patch("/v1/candidates/40", json!({ "custom_fields": gone })).await;
    assert_eq!((cleared.status, acme.fired().await.as_str()), (200, "update_candidate"));
    assert_eq!(shown(&cleared.json), shown(&unset));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_a_field_is_named() {
    let (acme, _) = fields().await;
    let mut said = String::new();
    for write in [
        json!({"name_key": "moon", "value": 1}),
        json!({"id": 9999, "value": 1}),
        json!({"value": 1}),
        json!({"name_key": "visa_", "value": true}),
        json!({"name_key": "short_text", "value": "x".repeat(256)}),
        json!({"name_key": "short_text", "value": ""}),
        json!({"name_key": "long_text", "value": null}),
        json!({"name_key": "yes_no", "value": "maybe"}),
        json!({"name_key": "single_select", "value": "Green"}),
        json!({"name_key": "multi_select", "value": [1, 99]}),
        json!({"name_key": "currency", "value": 5}),
        json!({"name_key": "currency", "value": 5, "unit": "moon"}),
        json!({"name_key": "currency_range", "min_value": 2, "max_value": 1, "unit": "EUR"}),
        json!({"name_key": "number_range", "value": 3}),
        json!({"name_key": "number", "value": "many"}),
        json!({"name_key": "date", "value": "2026-02-30"}),
        json!({"name_key": "url", "value": {"a": 1}}),
        json!({"name_key": "user", "value": 99}),
    ] {
        let refused = acme.patch("/v1/candidates/40", json!({ "custom_fields": [write] })).await;
        assert!(refused.json["message"].is_string(), "{refused}");
        said += &format!("{} {}\n", refused.status, refused.faults());
    }
    expect![[r#"
        422 There is no candidate field moon at custom_fields[0]
        422 There is no candidate field 9999 at custom_fields[0]
        422 Must name a custom field by id or name_key at custom_fields[0].id
        422 There is no candidate field visa_ at custom_fields[0]
        422 Must be at most 254 characters long at custom_fields[0]
        422 Must not be null or blank; to clear a field, send "delete_value": "true" at custom_fields[0]
        422 Must not be null or blank; to clear a field, send "delete_value": "true" at custom_fields[0]
        422 Must be true or false at custom_fields[0]
        422 The field single_select has no option Green at custom_fields[0]
        422 The field multi_select has no option 1 at custom_fields[0]
        422 unit must be a currency's three letters, such as USD at custom_fields[0]
        422 Must be at most 3 characters long at custom_fields[0].unit
        422 min_value must not be greater than max_value at custom_fields[0]
        422 A range is written as min_value and max_value at custom_fields[0]
        422 Must be a number of at most 30 digits at custom_fields[0]
        422 Must be a date such as 2026-08-22 at custom_fields[0]
        422 Must be a text at custom_fields[0]
        422 There is no user 99 at custom_fields[0]
    "#]]
    .assert_eq(&said);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_singular_path_changes_a_field_too() {
    let (acme, ids) = fields().await;
    let path = format!("/v1/custom_field/{}", ids["date"]["id"]);
    let renamed = acme.patch(&path, json!({"name": "Day"})).await;
    assert_eq!(
        (renamed.status, &renamed.json["name"], &renamed.json["name_key"]),
        (200, &json!("Day"), &json!("date"))
    );
    assert_eq!(acme.delete(&path, json!({})).await.status, 200);
    assert_eq!(acme.get(&path).await.json["active"], false);
    assert_eq!(acme.patch("/v1/custom_field/9999", json!({"name": "x"})).await.status, 404);
    assert_eq!(acme.delete("/v1/custom_field/moon", json!({})).await.status, 404);
}
