//! Endpoints: saved, pinged, enabled, changed, refused.

use axum::http::Method;
use expect_test::expect;
use serde_json::{Value, json};

use crate::{
    acme::{Acme, Answer},
    receiver::Receiver,
    rows,
};

pub const SECRET: &str = "web-hook-secret";

/// What an endpoint needs at least.
pub fn minimal(receiver: &Receiver) -> Value {
    json!({"name": "Payroll", "url": receiver.url, "secret": SECRET, "events": ["all"]})
}

/// An enabled endpoint; answers its id.
pub async fn enabled(acme: &Acme, receiver: &Receiver) -> i64 {
    let answer = acme.post("/api/v1/webhooks", minimal(receiver)).await;
    assert_eq!((answer.status, &answer.json["enabled"]), (201, &json!(true)), "{answer}");
    answer.json["id"].as_i64().unwrap()
}

/// The faults of a 422, a line for each.
pub fn faults(answer: &Answer) -> String {
    assert_eq!(answer.status, 422, "{answer}");
    let errors = answer.json["errors"].as_array().unwrap().iter();
    let lines =
        errors.map(|it| format!("{}: {}\n", it["field"].as_str().unwrap_or(""), it["message"].as_str().unwrap()));
    lines.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_endpoint_is_pinged_and_enabled() {
    let acme = Acme::empty().await;
    let receiver = Receiver::start().await;
    let answer = acme
        .post(
            "/api/v1/webhooks",
            json!({
                "name": "Payroll", "url": receiver.url, "secret": SECRET, "events": ["hire_candidate", "offer_created"],
                "basic": {"user": "orangery", "password": "pass-word"}, "headers": {"X-Team": "hidden-value"},
                "error_email": "ops@example.com", "max_attempts": 3
            }),
        )
        .await;
    assert_eq!(answer.status, 201, "{answer}");
    let mut shown = answer.json.clone();
    shown["url"] = json!("…");
    shown["ping"]["milliseconds"] = json!("…");
    expect![[r#"
        {
          "id": 1,
          "name": "Payroll",
          "url": "…",
          "events": [
            "hire_candidate",
            "offer_created"
          ],
          "basic_user": "orangery",
          "header_names": [
            "X-Team"
          ],
          "enabled": true,
          "disabled_why": null,
          "disabled_at": null,
          "health": {
            "condition": "ok",
            "failing_since": null,
            "warned_at": null,
            "gone_at": null,
            "next_probe_at": null
          },
          "max_attempts": 3,
          "in_flight": null,
          "per_second": null,
          "order_by": null,
          "any_2xx": false,
          "standard_headers": false,
          "disable_on_gone": false,
          "disable_after_hours": null,
          "probe": false,
          "error_email": "ops@example.com",
          "secret_number": 1,
          "old_secret_until": null,
          "client_certificate": null,
          "oauth": null,
          "last_ping": {
            "at": "2026-08-22T10:00:00.123Z",
            "status": 200,
            "error": null
          },
          "created_at": "2026-08-22T10:00:00.123Z",
          "updated_at": "2026-08-22T10:00:00.124Z",
          "ping": {
            "succeeded": true,
            "status": 200,
            "error": null,
            "answer": null,
            "milliseconds": "…"
          }
        }"#]]
    .assert_eq(&format!("{shown:#}"));
    for secret in [SECRET, "pass-word", "hidden-value"] {
        assert!(!answer.text.contains(secret), "{secret} is shown");
    }

    let got = receiver.wait(1).await.remove(0);
    assert!(got.is_signed(SECRET));
    assert_eq!(got.header("authorization"), "Basic b3Jhbmdlcnk6cGFzcy13b3Jk");
    assert_eq!(got.header("x-team"), "hidden-value");
    assert!(got.header("user-agent").starts_with("Orangery/"));
    let mut body = got.json();
    body["payload"]["endpoint_url"] = json!("…");
    expect![[r#"
        {
          "action": "ping",
          "payload": {
            "web_hook_id": 1,
            "endpoint_url": "…",
            "name": "Payroll",
            "event": [
              "Offer created",
              "Candidate hired"
            ],
            "active": false,
            "content-type": "application/json",
            "created_at": "2026-08-22T10:00:00.123Z",
            "updated_at": "2026-08-22T10:00:00.123Z"
          }
        }"#]]
    .assert_eq(&format!("{body:#}"));

    // The audit log knows of it, and not of the secrets.
    let audit = acme
        .house
        .read(async |look| {
            Ok(look.tx.all::<orangery::tables::AuditRecord>("where target_type = 'webhooks' order by id", &[]).await?)
        })
        .await
        .unwrap();
    assert_eq!(audit.len(), 2);
    let text = format!("{audit:?}");
    for secret in [SECRET, "pass-word", "hidden-value"] {
        assert!(!text.contains(secret), "{secret} is in the audit log");
    }
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_ping_keeps_it_disabled_until_somebody_enables_it() {
    let acme = Acme::empty().await;
    let receiver = Receiver::start().await;
    receiver.answer(204);
    let answer = acme.post("/api/v1/webhooks", minimal(&receiver)).await;
    let id = answer.json["id"].as_i64().unwrap();
    assert_eq!((answer.status, &answer.json["enabled"]), (201, &json!(false)));
    assert_eq!(answer.json["disabled_why"], "The ping failed: answered 204");
    assert_eq!((&answer.json["ping"]["succeeded"], &answer.json["ping"]["status"]), (&json!(false), &json!(204)));

    let answer = acme.post(&format!("/api/v1/webhooks/{id}/enable"), json!({})).await;
    expect![[r#"
        : The web hook stays disabled, since its ping failed: answered 204. It must be answered with 200
    "#]]
    .assert_eq(&faults(&answer));

    // A change keeps the state, whatever the ping says.
    receiver.answer(200);
    let answer = acme.patch(&format!("/api/v1/webhooks/{id}"), json!({"name": "Pay"})).await;
    assert_eq!((answer.status, &answer.json["enabled"], &answer.json["name"]), (200, &json!(false), &json!("Pay")));
    assert_eq!(answer.json["ping"]["succeeded"], true);

    let answer = acme.post(&format!("/api/v1/webhooks/{id}/enable"), json!({})).await;
    assert_eq!(
        (answer.status, &answer.json["enabled"], &answer.json["disabled_why"]),
        (200, &json!(true), &Value::Null)
    );
    assert_eq!(answer.json["missed"], json!({"held": 0, "never_sent": 0}));

    // A ping that fails disables; one that succeeds changes nothing.
    let answer = acme.post(&format!("/api/v1/webhooks/{id}/ping"), json!({})).await;
    assert_eq!((answer.status, &answer.json["enabled"]), (200, &json!(true)));
    receiver.answer(500);
    let answer = acme.patch(&format!("/api/v1/webhooks/{id}"), json!({"name": "Pay"})).await;
    assert_eq!((answer.status, &answer.json["enabled"]), (200, &json!(false)));
    let shown = acme.get(&format!("/api/v1/webhooks/{id}")).await;
    assert_eq!(shown.json["last_ping"]["error"], "answered 500");
    assert_eq!(acme.get("/api/v1/webhooks?per_page=1").await.json.as_array().unwrap().len(), 1);

    let answer = acme.post(&format!("/api/v1/webhooks/{id}/disable"), json!({})).await;
    assert_eq!((answer.status, &answer.json["disabled_why"]), (200, &json!("The ping failed: answered 500")));
    assert_eq!(acme.delete(&format!("/api/v1/webhooks/{id}"), json!({})).await.status, 200);
    assert_eq!(acme.get(&format!("/api/v1/webhooks/{id}")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_merges_headers_and_keeps_secrets() {
    let acme = Acme::empty().await;
    let receiver = Receiver::start().await;
    let mut new = minimal(&receiver);
    new["headers"] = json!({"X-One": "1", "X-Two": "2"});
    new["basic"] = json!({"user": "a", "password": "b"});
    let id = acme.post("/api/v1/webhooks", new).await.json["id"].as_i64().unwrap();
    let path = format!("/api/v1/webhooks/{id}");
    let change = json!({"headers": {"x-one": "3", "X-Two": null}, "basic": {"user": "c"}, "events": ["job_created"]});
    let answer = acme.patch(&path, change).await;
    assert_eq!(answer.json["header_names"], json!(["x-one"]), "{answer}");
    assert_eq!((&answer.json["events"], &answer.json["basic_user"]), (&json!(["job_created"]), &json!("c")));
    let got = receiver.wait(2).await;
    assert_eq!((got[1].header("x-one"), got[1].header("x-two")), ("3", ""));
    assert_eq!(got[1].header("authorization"), "Basic Yzpi", "c:b");
    assert_eq!(got[1].json()["payload"]["event"], "Job created");

    let answer = acme.patch(&path, json!({"secret": "another", "basic": null, "headers": null})).await;
    assert_eq!((&answer.json["basic_user"], &answer.json["header_names"]), (&Value::Null, &json!([])));
    let got = receiver.wait(3).await;
    assert!(got[2].is_signed("another") && got[2].header("authorization").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_with_its_field() {
    let acme = Acme::empty().await;
    expect![[r#"
        name: can't be blank
        url: is not a valid URL: relative URL without a base
        secret: can't be blank
        events: must name at least one event, or be ["all"]
    "#]]
    .assert_eq(&faults(&acme.post("/api/v1/webhooks", json!({})).await));
    let answer = acme
        .post(
            "/api/v1/webhooks",
            json!({
                "name": "n".repeat(256), "url": "ftp://example.com", "secret": "a\nb", "events": ["all", "hire_candidate",
                "no_such_event", "hire_candidate"], "basic": {"user": "a:b", "password": "c\r\nd"},
                "headers": {"Signature": "x", "X-A": "a\r\nb", "no good": "y"}, "max_attempts": 8,
                "error_email": "nobody"
            }),
        )
        .await;
    expect![[r#"
        name: must be at most 255 characters
        url: must be a web address that starts with https://
        secret: must not contain line breaks or control characters
        basic.user: must not contain a colon
        basic.password: must not contain line breaks or control characters
        headers: Signature is set by the server and can't be changed
        headers: the value of X-A must be printable ASCII on one line
        headers: "no good" is not a valid header name
        max_attempts: must be from 1 to 7
        events[0]: "all" must stand alone
        events[2]: must be one of: all, new_candidate_application, new_prospect_application, application_updated, delete_application, offer_created, offer_approved, offer_updated, offer_deleted, delete_candidate, merge_candidate, hire_candidate, unhire_candidate, candidate_stage_change, reject_candidate, unreject_candidate, update_candidate, candidate_anonymized, interview_deleted, scorecard_deleted, job_created, job_updated, job_approved, job_deleted, job_post_created, job_post_updated, job_post_deleted, job_interview_stage_deleted, department_deleted, office_deleted
        events[3]: names hire_candidate twice
        error_email: must be an e-mail address
    "#]].assert_eq(&faults(&answer));
    for (body, field) in [
        (json!({"events": "all"}), "events"),
        (json!({"events": [1]}), "events[0]"),
        (json!({"max_attempts": "many"}), "max_attempts"),
        (json!({"basic": {"password": "x"}}), "basic.user"),
        (json!({"headers": {"X-A": {}}}), "headers.X-A"),
    ] {
        let answer = acme.post("/api/v1/webhooks", body).await;
        assert_eq!(answer.json["errors"][0]["field"], field, "{answer}");
    }
    for body in ["{", "[]", "7", "\"x\""] {
        let answer = acme.ask(Method::POST, "/api/v1/webhooks", Some(body.to_owned()), &[]).await;
        assert_eq!(answer.status, 422, "{answer}");
    }
    assert_eq!(acme.get("/api/v1/webhooks").await.json, json!([]), "nothing was kept");

    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let nulls = json!({"name": null, "url": null, "secret": null, "events": null, "max_attempts": null});
    expect![[r#"
        name: can't be null
        url: can't be null
        secret: can't be null
        events: can't be null
        max_attempts: can't be null
    "#]]
    .assert_eq(&faults(&acme.patch(&format!("/api/v1/webhooks/{id}"), nulls).await));
    let answer = acme.patch(&format!("/api/v1/webhooks/{id}"), json!({"url": "https://10.0.0.1/", "events": []})).await;
    expect![[r#"
        url: leads to 10.0.0.1, which is not a public address
        events: must name at least one event, or be ["all"]
    "#]]
    .assert_eq(&faults(&answer));
    assert_eq!(receiver.got().len(), 1, "what is refused is not pinged");
    for path in ["ping", "enable", "disable", "replay", "test"] {
        let body = match path {
            "replay" => json!({"missed": true}),
            "test" => json!({"event": "hire_candidate"}),
            _ => json!({}),
        };
        assert_eq!(acme.post(&format!("/api/v1/webhooks/99/{path}"), body).await.status, 404, "{path}");
    }
    assert_eq!(acme.patch("/api/v1/webhooks/99", json!({})).await.status, 404);
    assert_eq!(acme.delete("/api/v1/webhooks/99", json!({})).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_hears_what_it_listens_to_and_nothing_while_disabled() {
    let acme = rows::acme().await.with_courier().await;
    let (all, one, off) = (Receiver::start().await, Receiver::start().await, Receiver::start().await);
    enabled(&acme, &all).await;
    let mut new = minimal(&one);
    new["events"] = json!(["unreject_candidate"]);
    acme.post("/api/v1/webhooks", new).await;
    let id = enabled(&acme, &off).await;
    acme.post(&format!("/api/v1/webhooks/{id}/disable"), json!({})).await;

    acme.post("/v1/applications/50/reject", json!({})).await;
    acme.post("/v1/applications/50/unreject", json!({})).await;
    let got = all.wait(3).await;
    let mut actions: Vec<String> = got[1..].iter().map(|it| it.action()).collect();
    actions.sort();
    assert_eq!(actions, ["reject_candidate", "unreject_candidate"]);
    assert!(got.iter().all(|it| it.is_signed(SECRET)));
    assert_ne!(got[1].header("greenhouse-event-id"), got[2].header("greenhouse-event-id"));
    assert_eq!(one.wait(2).await[1].action(), "unreject_candidate");
    assert_eq!((all.got().len(), one.got().len(), off.got().len()), (3, 2, 1));

    // Enabling says what it missed, and sends nothing of that by itself.
    let answer = acme.post(&format!("/api/v1/webhooks/{id}/enable"), json!({})).await;
    assert_eq!(answer.json["missed"], json!({"held": 0, "never_sent": 2}), "{answer}");
    let answer = acme.post(&format!("/api/v1/webhooks/{id}/replay"), json!({"missed": true, "dry_run": true})).await;
    expect![[r#"
        200 {
          "id": null,
          "webhook_id": 3,
          "status": null,
          "why": null,
          "selection": {
            "missed": true
          },
          "per_second": null,
          "total": 2,
          "dry_run": true,
          "replayed": 0,
          "created": 2,
          "under_way": 0,
          "erased": 0,
          "created_at": null,
          "finished_at": null
        }"#]]
    .assert_eq(&answer.to_string());
    assert_eq!(off.got().len(), 2);
    let answer = acme.post(&format!("/api/v1/webhooks/{id}/replay"), json!({"missed": true})).await;
    assert_eq!((&answer.json["created"], &answer.json["dry_run"]), (&json!(2), &json!(false)));
    let got = off.wait(4).await;
    assert!(got[2..].iter().all(|it| it.header("orangery-replay") == "true" && it.is_signed(SECRET)));
    let answer = acme.post(&format!("/api/v1/webhooks/{id}/replay"), json!({"missed": true})).await;
    assert_eq!((&answer.json["created"], &answer.json["replayed"]), (&json!(0), &json!(0)), "it has them now");
}
