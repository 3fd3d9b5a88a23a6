//! The small lists and the settings of the organization over our own API, and as Harvest reads them; keys.

use axum::http::Method;
use base64::{Engine, prelude::BASE64_STANDARD};
use expect_test::expect;
use orangery::tables::Application;
use serde_json::json;

use crate::{
    acme::{Acme, insert},
    rows,
};

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_changed_and_checked() {
    let acme = Acme::empty().await;
    let set =
        acme.patch("/api/v1/organization", json!({"time_zone": "Europe/Amsterdam", "openings_deletable": false})).await;
    expect![[r#"
        200 {
          "name": "Acme",
          "time_zone": "Europe/Amsterdam",
          "offers_need_start_date": false,
          "openings_deletable": false
        }"#]]
    .assert_eq(&set.to_string());
    let wrong = acme.patch("/api/v1/organization", json!({"name": " ", "time_zone": "Mars/North"})).await;
    assert_eq!(wrong.faults(), "must not be blank at name; Must be an IANA name such as Europe/Amsterdam at time_zone");
    assert_eq!(acme.get("/api/v1/organization/").await.json["time_zone"], "Europe/Amsterdam");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_kept_and_what_is_named_stays() {
    let acme = Acme::empty().await;
    let source = acme.post("/api/v1/sources", json!({"name": "Radio", "strategy": "company_marketing"})).await;
    expect![[r#"
        201 {
          "id": 13,
          "name": "Radio",
          "type": {
            "id": 7,
            "name": "Company marketing"
          }
        }"#]]
    .assert_eq(&source.to_string());
    let id = source.json["id"].as_i64().unwrap();
    let path = format!("/api/v1/sources/{id}");
    assert_eq!(
        acme.patch(&path, json!({"name": "Local radio", "strategy": "other"})).await.json["type"]["name"],
        "Other"
    );
    acme.write(async move |work| {
        let (candidate, application) = (rows::candidate(work, 7), rows::application(work, 17, 7));
        insert(work, candidate).await?;
        insert(work, Application { job_id: None, stage_id: None, source_id: Some(id), ..application }).await
    })
    .await
    .unwrap();
    let kept = acme.delete(&path, json!({})).await;
    assert_eq!((kept.status, kept.faults().as_str()), (422, "1 applications name it: it can be renamed, not deleted"));
    assert_eq!(acme.delete("/api/v1/sources/1", json!({})).await.status, 204);
    assert_eq!(acme.post("/api/v1/sources", json!({"name": "X", "strategy": "luck"})).await.status, 422);
    assert_eq!(acme.get("/v1/sources?per_page=1").await.json[0]["name"], "Meetup");

    let reason =
        acme.post("/api/v1/rejection-reasons", json!({"name": "Too far", "decision": "they_rejected_us"})).await;
    assert_eq!(acme.get("/v1/rejection_reasons").await.json, json!([reason.json]));
    assert!(acme.get("/v1/rejection_reasons?include_defaults=true").await.json.as_array().unwrap().len() > 10);
    let close = acme.post("/api/v1/close-reasons", json!({"name": "Budget"})).await.json["id"].as_i64().unwrap();
    assert_eq!(
        acme.patch(&format!("/api/v1/close-reasons/{close}"), json!({"name": "No budget"})).await.json["name"],
        "No budget"
    );
    assert_eq!(acme.delete(&format!("/api/v1/close-reasons/{close}"), json!({})).await.status, 204);
    assert_eq!(acme.get("/v1/close_reasons").await.json[0]["name"], "Hired");
    for list in ["degrees", "disciplines", "schools"] {
        assert_eq!(acme.get(&format!("/v1/{list}?per_page=2")).await.json.as_array().map(Vec::len), Some(2));
    }
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn pools_have_stages_in_order() {
    let acme = Acme::empty().await;
    let pool =
        acme.post("/api/v1/prospect-pools", json!({"name": "Alumni", "prospect_stages": ["Met", "Written to"]})).await;
    let id = pool.json["id"].as_i64().unwrap();
    let grown = acme.post(&format!("/api/v1/prospect-pools/{id}/stages"), json!({"name": "Called"})).await;
    let stages: Vec<i64> =
        grown.json["prospect_stages"].as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()).collect();
    acme.patch(&format!("/api/v1/prospect-stages/{}", stages[0]), json!({"priority": 9, "name": "Met in person"}))
        .await;
    assert_eq!(acme.delete(&format!("/api/v1/prospect-stages/{}", stages[1]), json!({})).await.status, 204);
    acme.patch(&format!("/api/v1/prospect-pools/{id}"), json!({"active": false})).await;
    let shown = acme.get(&format!("/v1/prospect_pools/{id}")).await;
    expect![[r#"
        200 {
          "id": 1,
          "name": "Alumni",
          "active": false,
          "prospect_stages": [
            {
              "id": 3,
              "name": "Called"
            },
            {
              "id": 1,
              "name": "Met in person"
            }
          ]
        }"#]]
    .assert_eq(&shown.to_string());
    assert_eq!(acme.get("/v1/prospect_pools").await.json.as_array().map(Vec::len), Some(1));
    assert_eq!(acme.delete(&format!("/api/v1/prospect-pools/{id}"), json!({})).await.status, 204);
    assert_eq!(acme.get(&format!("/v1/prospect_pools/{id}")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_told_once_allowed_what_it_names_and_revoked() {
    let acme = Acme::empty().await;
    let made = acme
        .post("/api/v1/keys", json!({"name": "HRIS", "endpoints": ["GET /v1/custom_fields/{id}", "PATCH /v2/users/"]}))
        .await;
    assert_eq!(made.status, 201, "{made}");
    let key = made.json["key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("orng_") && key.len() == 45);
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{key}:")));
    let ask = async |method, path: &str| acme.ask(method, path, None, &[("Authorization", &basic)]).await.status;
    assert_eq!(ask(Method::GET, "/v1/custom_fields/job").await, 200);
    assert_eq!(ask(Method::PATCH, "/v2/users/").await, 422);
    assert_eq!(ask(Method::GET, "/v1/users").await, 401);
    let listed = acme.get("/api/v1/keys").await;
    assert!(!listed.text.contains(&key) && listed.json.as_array().unwrap().len() == 2);
    let id = made.json["id"].as_i64().unwrap();
    for _ in 0..2 {
        let revoked = acme.post(&format!("/api/v1/keys/{id}/revoke"), json!({})).await;
        assert_eq!((revoked.status, revoked.json["revoked_at"].as_str()), (200, Some("2026-08-22T10:00:00.123Z")));
    }
    assert_eq!(ask(Method::GET, "/v1/custom_fields/job").await, 401);
    assert_eq!(acme.post("/api/v1/keys", json!({"name": "", "endpoints": ["everything"]})).await.status, 422);
}
