//! Who may ask: keys, endpoints, On-Behalf-Of, paths that are not there.

use axum::http::Method;
use expect_test::expect;
use serde_json::json;

use crate::acme::Acme;

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_needed_and_a_user_for_writes() {
    let acme = Acme::empty().await;
    let asked = acme.ask(Method::GET, "/v1/applications/1", None, &[("Authorization", "")]).await;
    expect![[r#"
        401 {
          "message": "Invalid Basic Auth credentials",
          "errors": [
            {
              "message": "Invalid Basic Auth credentials"
            }
          ]
        }"#]]
    .assert_eq(&asked.to_string());

    let asked = acme.ask(Method::POST, "/v1/applications/1/reject", None, &[("On-Behalf-Of", "")]).await;
    expect![[r#"
        422 {
          "message": "Validation error",
          "errors": [
            {
              "message": "The On-Behalf-Of header is missing: it must be the id of a user",
              "field": "On-Behalf-Of"
            }
          ]
        }"#]]
    .assert_eq(&asked.to_string());

    let asked = acme.post("/v1/applications/1/reject", json!({"rejection_reason_id": "x"})).await;
    expect![[r#"
        422 {
          "message": "Validation error",
          "errors": [
            {
              "message": "Must be a whole number",
              "field": "rejection_reason_id"
            }
          ]
        }"#]]
    .assert_eq(&asked.to_string());

    let asked = acme.post("/v1/applications/1/reject", json!({})).await;
    expect![[r#"
        404 {
          "message": "Resource not found"
        }"#]]
    .assert_eq(&asked.to_string());
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_and_faults_have_an_end() {
    let acme = Acme::empty().await;
    let long = acme.post("/v1/candidates", json!({"applications": vec![json!({}); 1001]})).await;
    expect![[r#"
        422 {
          "message": "Validation error",
          "errors": [
            {
              "message": "A list has at most 1000 entries",
              "field": "applications"
            }
          ]
        }"#]]
    .assert_eq(&long.to_string());
    let many = acme.post("/v1/candidates", json!({"applications": vec![json!({}); 1000]})).await;
    assert_eq!((many.status, many.json["errors"].as_array().map(Vec::len)), (422, Some(100)));
}
