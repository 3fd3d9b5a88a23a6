//! Applications, listed and written as Harvest's clients do it.

use expect_test::expect;
use serde_json::{Value, json};

use crate::{acme::Acme, hiring};

async fn ids(acme: &Acme, path: &str) -> String {
    let answer = acme.get(path).await;
    match answer.json.as_array() {
        Some(rows) => rows.iter().map(|it| it["id"].to_string()).collect::<Vec<_>>().join(" "),
        None => answer.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_and_paged() {
    let acme = hiring::acme().await;
    assert_eq!(ids(&acme, "/v1/applications").await, "50 51 52 53");
    assert_eq!(ids(&acme, "/v1/applications?job_id=10").await, "50 51");
    // FIL-8: prospects too.
    acme.patch("/api/v1/applications/52", json!({"job_ids": [10]})).await;
    assert_eq!(ids(&acme, "/v1/applications?job_id=10").await, "50 51 52");
    assert_eq!(ids(&acme, "/v1/applications?last_activity_after=2026-08-22T10:01:00.123Z").await, "52");
    // ERR-6.
    assert_eq!(ids(&acme, "/v1/applications?status=sleeping").await, "");
    acme.post("/v1/applications/51/reject", json!({})).await;
    assert_eq!(ids(&acme, "/v1/applications?status=rejected").await, "51");
    // FIL-1.
    assert_eq!(ids(&acme, "/v1/applications?created_before=2026-08-22T10:00:00.123Z").await, "");
    assert_eq!(ids(&acme, "/v1/applications?created_after=2026-08-22T10:00:00.123Z&per_page=2&page=2").await, "52 53");
    expect![[r#"
        422 {
          "message": "Validation error",
          "errors": [
            {
              "message": "Must be an ISO-8601 timestamp such as 2026-08-22T10:00:00.000Z",
              "field": "created_after"
            }
          ]
        }"#]]
    .assert_eq(&ids(&acme, "/v1/applications?created_after=yesterday").await);
    let page = acme.get("/v1/applications?job_id=10&per_page=1").await;
    expect![[r#"<https://orangery.example.com/v1/applications?job_id=10&page=2&per_page=1>; rel="next", <https://orangery.example.com/v1/applications?job_id=10&page=3&per_page=1>; rel="last""#]].assert_eq(&page.link);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_checked_field_by_field() {
    let acme = hiring::acme().await;
    let mut said = String::new();
    for (path, body) in [
        ("advance", json!({})),
        ("move", json!({"from_stage_id": "x"})),
        ("transfer_to_job", json!({"new_job_id": -1})),
        ("hire", json!({"start_date": "soon", "opening_id": 0})),
        ("reject", json!({"notes": 7, "rejection_email": {}})),
        ("unreject", json!([])),
    ] {
        let answer = acme.post(&format!("/v1/applications/50/{path}"), body).await;
        let faults = answer.json["errors"].as_array().cloned().unwrap_or_default();
        let faults: Vec<String> = faults.iter().map(|it| format!("{} {}", it["field"], it["message"])).collect();
        said.push_str(&format!("{path} {} {}\n", answer.status, faults.join(", ")));
    }
    expect![[r#"
        advance 422 "from_stage_id" "is required"
        move 422 "from_stage_id" "Must be a whole number", "to_stage_id" "is required"
        transfer_to_job 422 "new_job_id" "Must be from 1 to 9007199254740991"
        hire 422 "start_date" "Must be a date such as 2026-08-22", "opening_id" "Must be from 1 to 9007199254740991"
        reject 422 "rejection_email.email_template_id" "is required"
        unreject 422 null "The body must be a JSON object"
    "#]]
    .assert_eq(&said);
    let answer = acme.patch("/v1/applications/50", json!({"referrer": {"type": "cousin", "value": 1}})).await;
    assert_eq!(answer.json["errors"][0]["field"], "referrer.type");
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_referrer_comes_in_four_ways() {
    let acme = hiring::acme().await;
    let user = json!({"id": 1, "first_name": "Ada", "last_name": "Admin", "name": "Ada Admin", "employee_id": "ada-1"});
    let bob = json!({"id": null, "first_name": null, "last_name": null, "name": "Bob", "employee_id": null});
    let ways: [(Value, &Value); 4] = [
        (json!({"type": "id", "value": 1}), &user),
        (json!({"type": "id", "value": "1"}), &user),
        (json!({"type": "outside", "value": "Bob"}), &bob),
        (json!("Bob"), &bob),
    ];
    for (referrer, credited) in ways {
        let answer = acme.patch("/v1/applications/50", json!({"referrer": referrer})).await;
        assert_eq!((answer.status, &answer.json["credited_to"]), (200, credited), "{answer}");
    }
    let unknown = json!({"referrer": {"type": "email", "value": "nobody@example.com"}});
    let answer = acme.patch("/v1/applications/50", unknown).await;
    assert_eq!((answer.status, &answer.json["errors"][0]["field"]), (422, &json!("referrer.value")));
}
