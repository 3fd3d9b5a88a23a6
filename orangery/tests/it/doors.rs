//! What every door does alike: ids that are none, unknown paths and methods, panics.

use axum::http::Method;
use serde_json::json;

use crate::hiring;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_id_names_nothing() {
    let acme = hiring::acme().await;
    for id in ["0", "-1", "9007199254740992", "9223372036854775808", "x", "1.5", "%20", "%00", "%FF", "1%2F2", "+1"] {
        for path in [format!("/v1/jobs/{id}"), format!("/v1/jobs/10/openings/{id}"), format!("/api/v1/webhooks/{id}")] {
            let answer = acme.get(&path).await;
            assert_eq!(answer.status, 404, "{path}: {answer}");
            assert_eq!(answer.json["message"], "Resource not found", "{path}");
        }
    }
    assert_eq!(acme.get("/v1/jobs/10").await.status, 200);
    assert_eq!(acme.get("/v1/jobs/10/").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_paths_and_methods_are_told_in_the_envelope() {
    let acme = hiring::acme().await;
    for path in ["/", "/v1", "/v1/nothing", "/api", "/api/v1", "/api/v1/nothing", "/v3/jobs", "/v1//jobs"] {
        for method in [Method::GET, Method::POST, Method::from_bytes(b"BREW").expect("a method")] {
            let answer = acme.ask(method, path, None, &[]).await;
            assert_eq!((answer.status, &answer.json["message"]), (404, &json!("Resource not found")), "{path}");
        }
    }
    for path in ["/v1/applications", "/v1/jobs/10", "/api/v1/webhooks", "/api/openapi.json"] {
        for method in [Method::PUT, Method::OPTIONS, Method::from_bytes(b"BREW").expect("a method")] {
            let answer = acme.ask(method.clone(), path, None, &[]).await;
            assert_eq!(answer.status, 405, "{method} {path}: {answer}");
            assert_eq!(answer.json["message"], "This path does not answer to this method", "{method} {path}");
        }
    }
}

/// GEN-6.
#[tokio::test(flavor = "multi_thread")]
async fn a_get_of_harvest_has_no_body() {
    let acme = hiring::acme().await;
    let ask = async |path: &str, body: &str| {
        let length = body.len().to_string();
        acme.ask(Method::GET, path, Some(body.to_owned()), &[("Content-Length", &length)]).await
    };
    assert_eq!(ask("/v1/jobs/10", "").await.status, 200);
    let answer = ask("/v1/jobs/10", "{}").await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.json["message"], "A GET must not have a body");
    assert_eq!(ask("/api/v1/webhooks", "{}").await.status, 200);
}

/// A panic is told as a fault of ours, rolls back what was begun, and harms nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn a_panic_harms_nobody() {
    use tower::{Layer, ServiceExt};

    let acme = hiring::acme().await;
    let panics = tower::service_fn(
        async |_: axum::extract::Request| -> Result<axum::response::Response, std::convert::Infallible> {
            panic!("as a test")
        },
    );
    let answer = orangery::http::no_panics().layer(panics).oneshot(axum::extract::Request::default()).await;
    assert_eq!(answer.expect("an answer").status(), 500);

    let house = acme.house.clone();
    let actor = orangery::work::Actor {
        user_id: None,
        api_key_id: None,
        door: orangery::tables::Door::CommandLine,
        request: "test".to_owned(),
    };
    let panicked = tokio::spawn(async move {
        house
            .write(actor, async |work| -> orangery::error::Result<()> {
                orangery::domain::application::delete::delete(work, 53).await?;
                panic!("as a test")
            })
            .await
    });
    assert!(panicked.await.expect_err("it panicked").is_panic());
    assert_eq!(acme.get("/v1/applications/53").await.status, 200);
    assert_eq!(acme.patch("/v1/jobs/11", json!({"name": "Designer II"})).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn our_api_names_the_field_that_is_missing_or_does_not_fit() {
    let acme = hiring::acme().await;
    let faults = async |path: &str, body| acme.post(path, body).await.faults();
    assert_eq!(faults("/api/v1/close-reasons", json!({})).await, "is required at name");
    let stage = json!({"name": "Talk", "interviews": [{"kind": "meeting"}]});
    assert_eq!(faults("/api/v1/jobs/10/stages", stage).await, "is required at interviews[0].name");
    let stage = json!({"name": "Talk", "interviews": [{"name": 7}]});
    let fault = faults("/api/v1/jobs/10/stages", stage).await;
    assert_eq!(fault, "Must be a text at interviews[0].name");
    let mut said = String::new();
    for body in [
        json!({"name": true, "months": 1, "fields": []}),
        json!({"name": "x", "months": "x", "fields": []}),
        json!({"name": "x", "months": 1.5, "fields": []}),
        json!({"name": "x", "months": 1, "fields": "notes"}),
        json!({"name": "x", "months": 1, "fields": [7]}),
        json!({"name": "x", "months": 1, "fields": [], "enabled": "perhaps"}),
        json!({"name": "x", "months": 1, "fields": [], "moon": 1}),
        json!({"name": null, "months": 1, "fields": []}),
    ] {
        said += &format!("{}\n", faults("/api/v1/retention-rules", body).await);
    }
    said +=
        &format!("{}\n", faults("/api/v1/candidates/40/reminders", json!({"user_id": 1, "remind_at": "noon"})).await);
    said += &format!("{}\n", faults("/api/v1/candidates/40/reminders", json!({"user_id": 1, "remind_at": 7})).await);
    said += &format!("{}\n", faults("/api/v1/applications/50/offers", json!({"start_date": "soon"})).await);
    said += &format!("{}\n", faults("/api/v1/applications/50/offers", json!({"custom_fields": 7})).await);
    said += &format!("{}\n", faults("/api/v1/jobs/10/stages", json!({"name": "Talk", "interviews": [7]})).await);
    expect_test::expect![[r#"
        Must be a text at name
        Must be a whole number at months
        Must be a whole number at months
        Must be a list at fields
        Must be a text at fields[0]
        Must be true or false at enabled
        There is no such property; there are: name, office_id, months, fields, enabled at moon
        Must be a text at name
        Must be a date such as 2026-08-22, or a timestamp such as 2026-08-22T10:00:00.000Z at remind_at
        Must be an ISO-8601 timestamp such as 2026-08-22T10:00:00.000Z at remind_at
        Must be a date such as 2026-08-22, or a timestamp such as 2026-08-22T10:00:00.000Z at start_date
        custom_fields: Must be a list at custom_fields
        Must be an object at interviews[0]
    "#]]
    .assert_eq(&said);
    let fault = faults("/api/v1/close-reasons", json!([])).await;
    assert_eq!(fault, "The body must be a JSON object");
}
