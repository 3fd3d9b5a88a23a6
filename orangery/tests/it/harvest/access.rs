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

#[tokio::test(flavor = "multi_thread")]
async fn our_own_api_lets_one_act_without_a_user_but_not_as_nobody() {
    let acme = Acme::empty().await;
    let bob = json!({"first_name": "Bob", "last_name": "Brown", "email": "bob@example.org"});
    let bob = acme.post("/v1/users", bob).await.json["id"].to_string();
    let disabled = acme.patch(&format!("/v1/users/{bob}/disable"), json!({})).await;
    assert_eq!(disabled.status, 200, "{disabled}");
    let write = async |method: Method, who: &str| {
        let (path, body) = match method == Method::POST {
            true => ("/api/v1/sources", Some(json!({"name": "Fair", "strategy": "other"}).to_string())),
            false => ("/api/v1/webhooks", None),
        };
        acme.ask(method, path, body, &[("On-Behalf-Of", who)]).await
    };
    let there = acme.get("/v1/sources").await.json;
    for (who, status) in [("x", 422), ("1.5", 422), ("999", 403), (&bob, 403)] {
        let refused = write(Method::POST, who).await;
        assert_eq!(refused.status, status, "{who}: {refused}");
        assert_eq!(write(Method::GET, who).await.status, 200, "{who}");
    }
    assert_eq!(acme.get("/v1/sources").await.json, there);
    for who in ["", "1"] {
        assert_eq!(write(Method::POST, who).await.status, 201, "{who}");
    }
}
