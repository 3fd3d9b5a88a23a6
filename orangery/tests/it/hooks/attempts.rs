//! Attempts with the requests that they were.

use expect_test::expect;
use serde_json::{Value, json};

use super::{
    deliveries::{list, settled},
    endpoints::{SECRET, enabled},
};
use crate::{acme::Acme, receiver::Receiver, rows};

async fn attempts(acme: &Acme, delivery: &Value) -> Vec<Value> {
    let answer = acme.get(&format!("/api/v1/deliveries/{}/attempts", delivery["id"])).await;
    answer.json["attempts"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_shows_the_request_as_it_was() {
    let acme = rows::acme().await.with_courier().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let path = format!("/api/v1/webhooks/{id}");
    acme.post("/v1/applications/50/reject", json!({})).await;
    let first = receiver.wait(2).await.remove(1);
    let delivery = settled(&acme, id, "delivered", 1).await.remove(0);
    // Everything is changed, and it is sent again.
    let change = json!({"url": format!("{}/2", receiver.url), "headers": {"X-Token": "hidden-value"},
        "basic": {"user": "u", "password": "pass-word"}, "standard_headers": true});
    acme.patch(&path, change).await;
    acme.post(&format!("{path}/rotate-secret"), json!({"secret": "another"})).await;
    acme.post(&format!("{path}/replay"), json!({"delivery_ids": [delivery["id"]]})).await;
    let second = receiver.wait(4).await.remove(3);
    settled(&acme, id, "delivered", 1).await;

    let made = attempts(&acme, &delivery).await;
    let whole = [0, 1].map(|n| format!("/api/v1/attempts/{}", made[n]["id"]));
    let whole = [acme.get(&whole[0]).await, acme.get(&whole[1]).await];
    for (whole, got) in whole.iter().zip([&first, &second]) {
        assert_eq!(whole.json["body"].as_str().unwrap(), got.body);
        for (name, value) in whole.json["request"]["headers"].as_object().unwrap() {
            let hidden = value.as_str().unwrap().contains("(hidden)");
            assert!(hidden || value == got.header(name), "{name}: {value}, but {:?} was sent", got.header(name));
            assert!(!got.header(name).is_empty(), "{name}");
        }
        for secret in [SECRET, "another", "pass-word", "hidden-value"] {
            assert!(!whole.text.contains(secret), "{secret} is shown");
        }
    }
    let mut shown = whole[1].json.clone();
    for times in ["resolve_micros", "connect_micros", "first_byte_micros", "total_micros", "peer", "body"] {
        shown[times] = json!("…");
    }
    shown["request"]["url"] = json!("…");
    for name in ["Signature", "User-Agent", "webhook-signature"] {
        shown["request"]["headers"][name] = json!("…");
    }
    expect![[r#"
        {
          "id": 2,
          "delivery_id": 1,
          "number": 1,
          "replay": true,
          "started_at": "2026-08-22T10:00:00.123Z",
          "finished_at": "2026-08-22T10:00:00.123Z",
          "status": 200,
          "error": null,
          "answer": null,
          "peer": "…",
          "secret_number": 2,
          "resolve_micros": "…",
          "connect_micros": "…",
          "first_byte_micros": "…",
          "total_micros": "…",
          "request": {
            "method": "POST",
            "url": "…",
            "headers": {
              "Authorization": "Basic (hidden)",
              "Content-Type": "application/json",
              "Greenhouse-Event-ID": "1",
              "Orangery-Replay": "true",
              "Signature": "…",
              "User-Agent": "…",
              "X-Token": "(hidden)",
              "webhook-id": "1",
              "webhook-signature": "…",
              "webhook-timestamp": "1787392800"
            }
          },
          "webhook_id": 1,
          "event": "reject_candidate",
          "body": "…",
          "erased": false
        }"#]]
    .assert_eq(&format!("{shown:#}"));
    assert_eq!(whole[0].json["request"]["url"], receiver.url);
    assert_eq!(made[0]["request"], whole[0].json["request"], "the list tells the same, without the body");

    // Two secrets later nobody can tell what the first one signed; of what was erased neither.
    acme.post(&format!("{path}/rotate-secret"), json!({"secret": "third"})).await;
    let first = &attempts(&acme, &delivery).await[0];
    assert_eq!(first["request"]["headers"]["Signature"], "(no longer known)");
    acme.write(async move |work| Ok(work.tx.execute("update journal set body = null", &[]).await?)).await.unwrap();
    let second = acme.get(&format!("/api/v1/attempts/{}", made[1]["id"])).await;
    assert_eq!((&second.json["body"], &second.json["erased"]), (&Value::Null, &json!(true)));
    assert_eq!(second.json["request"]["headers"]["webhook-signature"], "(no longer known)");
    assert_eq!(acme.get("/api/v1/attempts/99999").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_all_endpoints_were_sent_of_one_is_one_list() {
    let acme = rows::acme().await;
    let receiver = Receiver::start().await;
    let ids = [enabled(&acme, &receiver).await, enabled(&acme, &receiver).await];
    acme.post("/v1/applications/50/reject", json!({})).await;
    acme.post("/v1/applications/50/unreject", json!({})).await;
    for query in ["candidate_id=40", "application_id=50", "candidate_id=40&application_id=50&status=pending"] {
        let answer = acme.get(&format!("/api/v1/deliveries?{query}")).await;
        let of = answer.json["deliveries"].as_array().unwrap().iter();
        let of: Vec<i64> = of.map(|it| it["webhook_id"].as_i64().unwrap()).collect();
        assert_eq!(of, [ids[1], ids[0], ids[1], ids[0]], "{query}");
    }
    let one = acme.get("/api/v1/deliveries?candidate_id=40&event=reject_candidate&limit=1").await;
    let cursor = one.json["next"].as_str().unwrap();
    let two = acme.get(&format!("/api/v1/deliveries?candidate_id=40&event=reject_candidate&cursor={cursor}")).await;
    assert_eq!((two.json["deliveries"].as_array().unwrap().len(), &two.json["next"]), (1, &Value::Null));
    assert_eq!(acme.get("/api/v1/deliveries?candidate_id=41").await.json["deliveries"], json!([]));
    for wrong in ["", "status=failed", "candidate_id=x"] {
        let answer = acme.get(&format!("/api/v1/deliveries?{wrong}")).await;
        assert_eq!((answer.status, &answer.json["errors"][0]["field"]), (422, &json!("candidate_id")), "{wrong}");
    }
    assert_eq!(list(&acme, ids[0], "candidate_id=40").await.len(), 2);
}
