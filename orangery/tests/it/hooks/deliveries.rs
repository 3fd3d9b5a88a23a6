//! The log of deliveries, and sending again.

use std::time::{Duration, Instant};

use expect_test::expect;
use serde_json::{Value, json};

use super::endpoints::{SECRET, enabled};
use crate::{acme::Acme, receiver::Receiver, rows};

pub async fn list(acme: &Acme, id: i64, query: &str) -> Vec<Value> {
    let answer = acme.get(&format!("/api/v1/webhooks/{id}/deliveries?{query}")).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json["deliveries"].as_array().unwrap().clone()
}

/// What a replay came to.
fn counts(of: &Value) -> Value {
    let names = ["dry_run", "replayed", "created", "under_way", "erased"];
    names.iter().map(|it| of[*it].clone()).collect()
}

/// Waits until so many of an endpoint's deliveries have this status.
pub async fn settled(acme: &Acme, id: i64, status: &str, count: usize) -> Vec<Value> {
    let start = Instant::now();
    loop {
        let found = list(acme, id, &format!("status={status}")).await;
        if found.len() == count {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{} are {status}", found.len());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_is_shown_with_all_that_was_sent() {
    let acme = rows::acme().await.with_courier().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let change = json!({"basic": {"user": "u", "password": "pass-word"}, "headers": {"X-Token": "hidden-value"}});
    acme.patch(&format!("/api/v1/webhooks/{id}"), change).await;
    acme.post("/v1/applications/50/reject", json!({})).await;
    let got = receiver.wait(3).await.remove(2);
    let delivery = settled(&acme, id, "delivered", 1).await.remove(0);
    let event_id = delivery["id"].to_string();
    assert_eq!(got.header("greenhouse-event-id"), event_id);
    assert_eq!((&delivery["event"], &delivery["candidate_id"]), (&json!("reject_candidate"), &json!(40)));
    assert_eq!((&delivery["last_attempt"]["status"], delivery.get("body")), (&json!(200), None));

    let answer = acme.get(&format!("/api/v1/deliveries/{event_id}")).await;
    assert_eq!(answer.json["body"].as_str().unwrap(), got.body);
    let headers = &answer.json["headers"];
    assert_eq!(headers["signature"].as_str().unwrap(), got.header("signature"));
    assert_eq!((&headers["authorization"], &headers["x-token"]), (&json!("(hidden)"), &json!("(hidden)")));
    for secret in [SECRET, "pass-word", "hidden-value"] {
        assert!(!answer.text.contains(secret), "{secret} is shown");
    }
    assert_eq!(answer.json["attempt_log"].as_array().unwrap().len(), 1);
    let attempts = acme.get(&format!("/api/v1/deliveries/{event_id}/attempts")).await;
    assert_eq!((&attempts.json["attempts"], &attempts.json["next"]), (&answer.json["attempt_log"], &Value::Null));
    assert_eq!(list(&acme, id, "bodies=true").await[0]["body"].as_str().unwrap(), got.body);
    assert_eq!(acme.get("/api/v1/deliveries/99999").await.status, 404);
    assert_eq!(acme.get("/api/v1/deliveries/99999/attempts").await.status, 404);
    assert_eq!(acme.get("/api/v1/webhooks/99/deliveries").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_filtered_and_paged() {
    let acme = rows::acme().await;
    acme.write(async move |work| {
        crate::acme::insert(work, rows::candidate(work, 41)).await?;
        crate::acme::insert(work, rows::application(work, 51, 41)).await
    })
    .await
    .unwrap();
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    for _ in 0..3 {
        acme.pass(60_000);
        acme.post("/v1/applications/50/reject", json!({})).await;
        acme.post("/v1/applications/50/unreject", json!({})).await;
    }
    acme.post("/v1/applications/51/reject", json!({})).await;
    let all = list(&acme, id, "").await;
    let ids = |of: &[Value]| of.iter().map(|it| it["id"].as_i64().unwrap()).collect::<Vec<_>>();
    assert_eq!(all.len(), 7);
    assert!(ids(&all).is_sorted_by(|a, b| a > b), "the latest first");
    let count = async |query: &str| list(&acme, id, query).await.len();
    assert_eq!(count("event=reject_candidate").await, 4);
    assert_eq!(count("candidate_id=40&event=reject_candidate").await, 3);
    assert_eq!(count("application_id=51").await, 1);
    assert_eq!((count("status=pending").await, count("status=held").await), (7, 0));
    assert_eq!(count("after=2026-08-22T10:02:00.123Z").await, 5);
    assert_eq!(count("before=2026-08-22T10:02:00.123Z").await, 2);

    let mut paged = Vec::new();
    let mut cursor = String::new();
    loop {
        let answer = acme.get(&format!("/api/v1/webhooks/{id}/deliveries?limit=2{cursor}")).await;
        paged.extend(answer.json["deliveries"].as_array().unwrap().clone());
        match answer.json["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(ids(&paged), ids(&all));
    for wrong in [
        "status=lost",
        "event=x",
        "limit=0",
        "limit=501",
        "bodies=1&limit=101",
        "cursor=x",
        "candidate_id=-1",
        "after=x",
    ] {
        let answer = acme.get(&format!("/api/v1/webhooks/{id}/deliveries?{wrong}")).await;
        let field = wrong.rsplit('&').next().unwrap().split('=').next().unwrap();
        assert_eq!((answer.status, answer.json["errors"][0]["field"].as_str()), (422, Some(field)), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_keeps_the_id_and_says_that_it_is_one() {
    let acme = rows::acme().await.with_courier().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let path = format!("/api/v1/webhooks/{id}/replay");
    acme.post("/v1/applications/50/reject", json!({})).await;
    let first = receiver.wait(2).await.remove(1);
    let delivery_id = settled(&acme, id, "delivered", 1).await[0]["id"].as_i64().unwrap();

    let dry = acme.post(&path, json!({"delivery_ids": [delivery_id], "dry_run": true})).await;
    assert_eq!(counts(&dry.json), json!([true, 1, 0, 0, 0]));
    let answer = acme.post(&path, json!({"delivery_ids": [delivery_id]})).await;
    assert_eq!((answer.status, &answer.json["replayed"]), (200, &json!(1)));
    let again = receiver.wait(3).await.remove(2);
    assert_eq!(again.header("greenhouse-event-id"), first.header("greenhouse-event-id"));
    assert_eq!((again.body.as_str(), again.header("orangery-replay")), (first.body.as_str(), "true"));
    assert_eq!(first.header("orangery-replay"), "");
    settled(&acme, id, "delivered", 1).await;
    let attempts = acme.get(&format!("/api/v1/deliveries/{delivery_id}/attempts?limit=1")).await;
    assert_eq!((&attempts.json["attempts"][0]["replay"], attempts.json["next"].is_i64()), (&json!(false), true));
    let next = format!("/api/v1/deliveries/{delivery_id}/attempts?after={}", attempts.json["next"]);
    assert_eq!(acme.get(&next).await.json["attempts"][0]["replay"], true);

    for (by, count) in
        [(json!({"from_seq": 1}), 1), (json!({"from_seq": 1, "to_seq": 9}), 1), (json!({"candidate_id": 40}), 1)]
    {
        let answer = acme.post(&path, by.clone()).await;
        assert_eq!(answer.json["replayed"], count, "{by}: {answer}");
        settled(&acme, id, "delivered", 1).await;
    }
    assert_eq!(acme.post(&path, json!({"candidate_id": 41})).await.json["replayed"], 0);
    assert_eq!(receiver.wait(6).await.len(), 6);

    let wrong = [
        json!({}),
        json!({"failed": true, "missed": true}),
        json!({"to_seq": 3}),
        json!({"delivery_ids": [delivery_id, 77]}),
        json!({"failed": true, "per_second": 0}),
        json!({"failed": "x"}),
    ];
    let mut said = String::new();
    for body in wrong {
        let answer = acme.post(&path, body).await;
        assert_eq!(answer.status, 422);
        let fault = &answer.json["errors"][0];
        said += &format!("{}: {}\n", fault["field"].as_str().unwrap_or(""), fault["message"].as_str().unwrap());
    }
    expect![[r#"
        : Must say what to send again by exactly one of delivery_ids, from_seq, from or to, candidate_id, failed, missed
        : Must say what to send again by exactly one of delivery_ids, from_seq, from or to, candidate_id, failed, missed
        from_seq: Is required with to_seq
        delivery_ids[1]: There is no delivery 77 of the web hook 1
        per_second: Must be from 1 to 10000
        failed: Must be true or false
    "#]]
    .assert_eq(&said);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_failed_or_was_held_is_replayed_and_what_was_erased_is_not() {
    let acme = rows::acme().await.with_courier().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    acme.patch(&format!("/api/v1/webhooks/{id}"), json!({"max_attempts": 1})).await;
    receiver.wait(2).await;
    receiver.answer(503);
    acme.post("/v1/applications/50/reject", json!({})).await;
    acme.post("/v1/applications/50/unreject", json!({})).await;
    let failed = settled(&acme, id, "failed", 2).await;
    assert_eq!(failed[0]["last_attempt"]["status"], 503);
    acme.write(async move |work| {
        work.tx.execute("update journal set body = null where action = 'unreject_candidate'", &[]).await?;
        Ok(())
    })
    .await
    .unwrap();
    receiver.answer(200);
    let path = format!("/api/v1/webhooks/{id}/replay");
    let answer = acme.post(&path, json!({"failed": true})).await;
    assert_eq!(counts(&answer.json), json!([false, 1, 0, 0, 1]));
    settled(&acme, id, "delivered", 1).await;
    assert_eq!(receiver.wait(5).await[4].action(), "reject_candidate");

    // What is pending when an endpoint is disabled is held, and waits to be asked for.
    acme.patch(&format!("/api/v1/webhooks/{id}"), json!({"max_attempts": 7})).await;
    receiver.answer(503);
    acme.post("/v1/applications/50/reject", json!({})).await;
    receiver.wait(7).await;
    acme.post(&format!("/api/v1/webhooks/{id}/disable"), json!({})).await;
    settled(&acme, id, "held", 1).await;
    let answer = acme.post(&path, json!({"missed": true})).await;
    assert_eq!(answer.status, 422, "{answer}");
    receiver.answer(200);
    let answer = acme.post(&format!("/api/v1/webhooks/{id}/enable"), json!({})).await;
    assert_eq!(answer.json["missed"], json!({"held": 1, "never_sent": 0}));
    acme.post(&path, json!({"missed": true, "per_second": 100})).await;
    assert_eq!(receiver.wait(9).await[8].action(), "reject_candidate");
    settled(&acme, id, "delivered", 2).await;

    // An endpoint goes with its log.
    assert_eq!(acme.delete(&format!("/api/v1/webhooks/{id}"), json!({})).await.status, 200);
    let left = acme.house.read(async |look| Ok(look.tx.count("select count(*) from deliveries", &[]).await?)).await;
    assert_eq!(left.unwrap(), 0);
}
