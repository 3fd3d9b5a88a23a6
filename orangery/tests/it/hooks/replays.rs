//! Replays: by time, of what was missed, in the background, cancelled; and logs that are too long to be looked at as a whole.

use std::time::{Duration, Instant};

use expect_test::expect;
use orangery::{
    hooks::replay::{self, Selection},
    tables::{Door, Replay, ReplayStatus},
    work::Actor,
};
use serde_json::{Value, json};
use sql::params;

use super::endpoints::{enabled, faults, minimal};
use crate::{acme::Acme, receiver::Receiver, rows};

fn somebody() -> Actor {
    Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: "test".to_owned() }
}

/// An endpoint with nobody to deliver to it, and so many entries that it never heard of.
async fn with_entries(acme: &Acme, receiver: &Receiver, count: i64) -> i64 {
    let mut new = minimal(receiver);
    new["events"] = json!(["job_created"]);
    let id = acme.post("/api/v1/webhooks", new).await.json["id"].as_i64().unwrap();
    entries(acme, count, "job_created").await;
    id
}

async fn entries(acme: &Acme, count: i64, action: &'static str) {
    acme.write(async move |work| {
        let first: i64 = work.tx.row("select last from journal_head", &[]).await?.unwrap().get(0)?;
        let entries = "insert into journal (seq, work, action, body, happened_at, job_id, test, erase)
            with recursive n (i) as (select 1 union all select i + 1 from n where i < cast($1 as bigint))
            select cast($2 as bigint) + i, 'w', $3, '{}', $4, 10, $5, $5 from n";
        work.tx.execute(entries, params![count, first, action, work.now, false]).await?;
        work.tx.execute("update journal_head set last = last + $1", params![count]).await?;
        Ok(())
    })
    .await
    .unwrap();
}

async fn again(acme: &Acme, id: i64, asked: Value) -> Value {
    let answer = acme.post(&format!("/api/v1/webhooks/{id}/replay"), asked).await;
    assert_eq!(answer.status, 200, "{answer}");
    json!([answer.json["replayed"], answer.json["created"]])
}

async fn begun(acme: &Acme, id: i64) -> Replay {
    let all = Selection::Sequence { from: 1, to: None };
    replay::begin(&acme.house, somebody(), id, all, None).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_between_two_times_is_sent_again() {
    let acme = rows::acme().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    // Five hours, one event in each: 10:00, 11:00 …
    for n in 0..5 {
        let path = if n % 2 == 0 { "reject" } else { "unreject" };
        acme.post(&format!("/v1/applications/50/{path}"), json!({})).await;
        acme.pass(60 * 60 * 1000);
    }
    let settle = "update deliveries set status = 'delivered', due_at = null";
    acme.write(async move |work| Ok(work.tx.execute(settle, &[]).await?)).await.unwrap();
    let count = async |mut asked: Value| {
        asked["dry_run"] = json!(true);
        again(&acme, id, asked).await[0].clone()
    };
    assert_eq!(count(json!({"from": "2026-08-22T11:00:00Z"})).await, 4);
    assert_eq!(count(json!({"to": "2026-08-22T11:00:00Z"})).await, 1);
    assert_eq!(count(json!({"from": "2026-08-22T11:00:00.123Z", "to": "2026-08-22T13:00:00.123Z"})).await, 2);
    assert_eq!(count(json!({"from": "2026-08-23T00:00:00Z"})).await, 0);
    assert_eq!(count(json!({"from": "2020-01-01T00:00:00Z", "to": "2030-01-01T00:00:00Z"})).await, 5);
    let order = "update webhooks set order_by = 'candidate'";
    acme.write(async move |work| Ok(work.tx.execute(order, &[]).await?)).await.unwrap();
    let asked = json!({"from": "2026-08-22T12:00:00Z", "to": "2026-08-22T14:00:00Z", "per_second": 1});
    let answer = acme.post(&format!("/api/v1/webhooks/{id}/replay"), asked).await;
    expect![[r#"
        200 {
          "id": 1,
          "webhook_id": 1,
          "status": "done",
          "why": null,
          "selection": {
            "from": "2026-08-22T12:00:00Z",
            "to": "2026-08-22T14:00:00Z"
          },
          "per_second": 1,
          "total": 2,
          "dry_run": false,
          "replayed": 2,
          "created": 0,
          "under_way": 0,
          "erased": 0,
          "created_at": "2026-08-22T15:00:00.123Z",
          "finished_at": "2026-08-22T15:00:00.123Z"
        }"#]]
    .assert_eq(&answer.to_string());
    let ordered = "select count(*) from deliveries where order_key = 40 and replay";
    let ordered = acme.house.read(async |look| Ok(look.tx.count(ordered, &[]).await?)).await;
    assert_eq!(ordered.unwrap(), 2, "the order that is asked for now");
    let shown = acme.get("/api/v1/replays/1").await;
    assert_eq!(shown.json, answer.json);
    assert_eq!(acme.get(&format!("/api/v1/webhooks/{id}/replays")).await.json, json!([answer.json]));

    let mut said = String::new();
    for wrong in [
        json!({"from": "2026-08-22T12:00:00Z", "to": "2026-08-22T12:00:00Z"}),
        json!({"from": "yesterday"}),
        json!({"from": "2026-08-22T12:00:00Z", "failed": true}),
    ] {
        said += &faults(&acme.post(&format!("/api/v1/webhooks/{id}/replay"), wrong).await);
    }
    expect![[r#"
        to: Must be after from
        from: Must be a date such as 2026-08-22, or a timestamp such as 2026-08-22T10:00:00.000Z
        : Must say what to send again by exactly one of delivery_ids, from_seq, from or to, candidate_id, failed, missed
    "#]]
    .assert_eq(&said);
    for path in ["/api/v1/replays/99", "/api/v1/webhooks/99/replays"] {
        assert_eq!(acme.get(path).await.status, 404);
    }
    assert_eq!(acme.post("/api/v1/replays/99/cancel", json!({})).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_missed_is_known_however_often_it_was_disabled() {
    let acme = rows::acme().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let path = format!("/api/v1/webhooks/{id}");
    let act = async |act: &str| {
        let answer = acme.post(&format!("/v1/applications/50/{act}"), json!({})).await;
        assert_eq!(answer.status, 200, "{answer}");
    };
    let switch = async |to: &str| acme.post(&format!("{path}/{to}"), json!({})).await.json["missed"].clone();
    act("reject").await;
    switch("disable").await;
    act("unreject").await;
    act("reject").await;
    assert_eq!(switch("enable").await, json!({"held": 0, "never_sent": 2}));
    act("unreject").await;
    switch("disable").await;
    act("reject").await;
    // Disabled once more by a change that fails its ping is no other gap.
    receiver.answer(500);
    acme.patch(&path, json!({"name": "Other"})).await;
    receiver.answer(200);
    act("unreject").await;
    let dry = json!({"missed": true, "dry_run": true});
    assert_eq!(again(&acme, id, dry.clone()).await, json!([0, 4]), "while it is disabled");
    assert_eq!(switch("enable").await, json!({"held": 0, "never_sent": 4}));
    switch("disable").await;
    assert_eq!(switch("enable").await, json!({"held": 0, "never_sent": 4}), "nothing happened");
    act("reject").await;
    assert_eq!(again(&acme, id, dry.clone()).await, json!([0, 4]));
    assert_eq!(again(&acme, id, json!({"missed": true})).await, json!([0, 4]));
    assert_eq!(again(&acme, id, dry).await, json!([0, 0]), "it has them now");
    let count =
        async |sql: &'static str| acme.house.read(async |look| Ok(look.tx.count(sql, &[]).await?)).await.unwrap();
    let reached = "select count(*) from webhook_gaps where until_seq <= (select last from journal_head)";
    assert_eq!(count(reached).await, 0);
    // One that ends beyond what there is: the rest of it stays.
    acme.write(async move |work| {
        work.tx.execute("delete from webhook_gaps", &[]).await?;
        let gap =
            "insert into webhook_gaps (webhook_id, after_seq, until_seq) select $1, 0, last + 1000 from journal_head";
        Ok(work.tx.execute(gap, params![id]).await?)
    })
    .await
    .unwrap();
    assert_eq!(again(&acme, id, json!({"missed": true})).await, json!([0, 0]));
    assert_eq!(count("select count(*) from webhook_gaps where after_seq = (select last from journal_head)").await, 1);
    let deliveries = "select count(*) from deliveries where replay";
    assert_eq!(acme.house.read(async |look| Ok(look.tx.count(deliveries, &[]).await?)).await.unwrap(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_replay_goes_on_by_itself() {
    let acme = rows::acme().await;
    let receiver = Receiver::start().await;
    let id = with_entries(&acme, &receiver, 1234).await;
    let left = begun(&acme, id).await;
    // Who asked for it had no time at all.
    let one = replay::go_on(&acme.house, left, Some(Duration::ZERO)).await.unwrap();
    assert_eq!((one.status, one.created), (ReplayStatus::Running, 0));
    let shown = acme.get(&format!("/api/v1/replays/{}", one.id)).await;
    assert_eq!((&shown.json["status"], &shown.json["total"]), (&json!("running"), &Value::Null));
    // Two offices at once do nothing twice.
    let offices = [replay::run(acme.house.clone()), replay::run(acme.house.clone())];
    let start = Instant::now();
    let done = loop {
        let shown = acme.get(&format!("/api/v1/replays/{}", one.id)).await;
        if shown.json["status"] == "done" {
            break shown.json;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{shown}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    offices.iter().for_each(|it| it.abort());
    assert_eq!((&done["created"], &done["total"], &done["replayed"]), (&json!(1234), &json!(1234), &json!(0)));
    let due = "select count(*) from deliveries where replay and status = 'pending'";
    assert_eq!(acme.house.read(async |look| Ok(look.tx.count(due, &[]).await?)).await.unwrap(), 1234);
    let all = Selection::Sequence { from: 1, to: None };
    let counts = replay::replay(&acme.house, somebody(), id, all, None, false).await.unwrap();
    assert_eq!((counts.under_way, counts.created), (1234, 0), "all of it is on its way");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paced_replay_is_not_far_ahead() {
    let acme = rows::acme().await;
    let receiver = Receiver::start().await;
    let id = with_entries(&acme, &receiver, 200).await;
    let all = Selection::Sequence { from: 1, to: None };
    let begun = replay::begin(&acme.house, somebody(), id, all, Some(1)).await.unwrap();
    let ahead = replay::go_on(&acme.house, begun, None).await.unwrap();
    assert_eq!((ahead.status, ahead.created), (ReplayStatus::Running, 120));
    // For an hour nobody went on: that is not caught up with at once.
    acme.pass(60 * 60 * 1000);
    let done = replay::go_on(&acme.house, ahead, None).await.unwrap();
    assert_eq!((done.status, done.created), (ReplayStatus::Done, 200));
    let (now, count) = (acme.house.now(), "select count(distinct due_at) from deliveries where due_at >= $1");
    assert_eq!(acme.house.read(async |look| Ok(look.tx.count(count, params![now]).await?)).await.unwrap(), 80);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replay_is_cancelled_or_stopped() {
    let acme = rows::acme().await;
    let receiver = Receiver::start().await;
    let id = with_entries(&acme, &receiver, 10).await;
    let replay = begun(&acme, id).await;
    let path = format!("/api/v1/replays/{}/cancel", replay.id);
    let answer = acme.post(&path, json!({})).await;
    assert_eq!((&answer.json["status"], &answer.json["why"]), (&json!("cancelled"), &json!("Cancelled by hand")));
    expect![[r#"
        : The replay 1 is over
    "#]]
    .assert_eq(&faults(&acme.post(&path, json!({})).await));
    let after = replay::go_on(&acme.house, replay, None).await.unwrap();
    assert_eq!((after.status, after.created), (ReplayStatus::Cancelled, 0));

    let replay = begun(&acme, id).await;
    acme.post(&format!("/api/v1/webhooks/{id}/disable"), json!({})).await;
    let after = replay::go_on(&acme.house, replay, None).await.unwrap();
    assert_eq!((after.status, after.created), (ReplayStatus::Stopped, 0));
    assert!(after.why.unwrap().contains("is disabled: enable it first"));
    assert_eq!(acme.delete(&format!("/api/v1/webhooks/{id}"), json!({})).await.status, 200);
    assert_eq!(acme.get(&format!("/api/v1/replays/{}", after.id)).await.status, 404, "it goes with its endpoint");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_long_log_only_so_much_is_looked_at_for_one_answer() {
    let acme = rows::acme().await;
    let receiver = Receiver::start().await;
    let id = with_entries(&acme, &receiver, 3).await;
    again(&acme, id, json!({"from_seq": 1})).await;
    let settle = "update deliveries set status = 'delivered', due_at = null";
    acme.write(async move |work| Ok(work.tx.execute(settle, &[]).await?)).await.unwrap();
    entries(&acme, 5_100, "job_created").await;
    acme.pass(1000);
    let counts = replay::replay(&acme.house, somebody(), id, Selection::Sequence { from: 4, to: None }, None, false);
    assert_eq!(counts.await.unwrap().created, 5_100);

    let path = format!("/api/v1/webhooks/{id}/deliveries?status=delivered&event=job_created");
    let first = acme.get(&path).await;
    assert_eq!(first.json["deliveries"], json!([]), "they are far back");
    let second = acme.get(&format!("{path}&cursor={}", first.json["next"].as_str().unwrap())).await;
    assert_eq!((second.json["deliveries"].as_array().unwrap().len(), &second.json["next"]), (3, &Value::Null));
    let pending = acme.get(&format!("/api/v1/webhooks/{id}/deliveries?status=pending&limit=500")).await;
    assert_eq!(pending.json["deliveries"].as_array().unwrap().len(), 500);

    // So it is with what is followed.
    entries(&acme, 2, "job_updated").await;
    let mut after = json!(0);
    let mut asked = 0;
    loop {
        let answer = acme.get(&format!("/api/v1/events?job_id=10&event=job_updated&after={after}")).await;
        asked += 1;
        after = answer.json["next"].clone();
        match answer.json["events"].as_array().unwrap().len() {
            0 => assert!(after.as_i64().unwrap() < 5_105, "{answer}"),
            2 => break,
            other => panic!("{other} came"),
        }
    }
    assert_eq!((asked, after), (2, json!(5_105)));
    let waited = acme.get("/api/v1/events?job_id=10&event=job_updated&after=0&wait=5").await;
    assert_eq!(waited.json["events"].as_array().unwrap().len(), 2, "who waits need not ask twice");
}
