//! What is too old goes, in small steps, and who follows is told.

use std::time::Duration;

use orangery::hooks::{
    follow,
    keep::{Keep, Removed, remove},
    sequencer,
};
use serde_json::json;
use sql::params;

use crate::{
    acme::{Acme, START},
    rows,
};

const DAY: i64 = 24 * 60 * 60;

async fn count(acme: &Acme, sql: &'static str) -> i64 {
    acme.house.read(async move |look| Ok(look.tx.count(sql, &[]).await?)).await.unwrap()
}

/// So many entries, a second apart, each with a delivery of that status and an attempt.
async fn past(acme: &Acme, from: i64, to: i64, days_ago: i64, status: &'static str) {
    let start: jiff::Timestamp = START.parse().unwrap();
    let at = start.as_microsecond() - days_ago * DAY * 1_000_000;
    acme.write(async move |work| {
        for n in from..=to {
            let journal = "insert into journal (id, work, action, body, happened_at, test, erase) \
                           values ($1, 'w', 'reject_candidate', '{}', $2, $3, $3)";
            work.tx.execute(journal, params![n, at + n * 1_000_000, false]).await?;
            let number = "update journal set seq = $1 where id = $1";
            work.tx.execute(number, params![n]).await?;
            let delivery = "insert into deliveries (id, webhook_id, journal_id, action, status, attempts, due_at, replay, created_at) \
                            values ($1, 7, $1, 'reject_candidate', $2, 1, $4, $5, $3)";
            let due = (status == "pending").then_some(at);
            work.tx.execute(delivery, params![n, status, at, due, false]).await?;
            let attempt = "insert into attempts (delivery_id, number, replay, started_at) values ($1, 1, $3, $2)";
            work.tx.execute(attempt, params![n, at, false]).await?;
        }
        work.tx.execute("update journal_head set last = $1", params![to]).await?;
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_old_goes_and_what_is_still_to_be_delivered_stays() {
    let acme = rows::acme().await;
    acme.listener(7, &[]).await;
    past(&acme, 1, 250, 91, "delivered").await;
    past(&acme, 251, 251, 91, "pending").await;
    past(&acme, 252, 253, 91, "held").await;
    past(&acme, 254, 255, 89, "failed").await;
    past(&acme, 256, 257, 29, "delivered").await;

    let removed = remove(&acme.house, Keep::default()).await.unwrap();
    assert_eq!(removed, Removed { entries: 252, attempts: 255, held: 2 });
    let notices = acme.get("/api/v1/notices").await.json;
    assert_eq!((&notices[0]["kind"], notices.as_array().unwrap().len()), (&json!("held_removed"), 1));
    assert_eq!(count(&acme, "select count(*) from journal").await, 5);
    assert_eq!(count(&acme, "select min(id) from deliveries").await, 251);
    assert_eq!(count(&acme, "select count(*) from deliveries").await, 5);
    assert_eq!(count(&acme, "select count(*) from attempts").await, 2);
    assert_eq!(remove(&acme.house, Keep::default()).await.unwrap(), Removed::default(), "once is enough");

    // Who follows from before is told; what is only there to be delivered is not shown, or there would be a gap.
    for gone in ["after=0", "after=250", "after=251", "after=252"] {
        let answer = acme.get(&format!("/api/v1/events?{gone}")).await;
        assert_eq!((answer.status, &answer.json["oldest"]), (410, &json!(254)), "{gone}: {answer}");
    }
    for (query, first) in [("after=253", 254), ("limit=1", 254), ("after=254", 255)] {
        let answer = acme.get(&format!("/api/v1/events?{query}")).await;
        assert_eq!(answer.json["events"][0]["seq"], first, "{query}: {answer}");
    }

    // Once it is delivered, it goes too.
    acme.write(async move |work| {
        let done = "update deliveries set status = 'delivered', due_at = null where id = 251";
        Ok(work.tx.execute(done, &[]).await?)
    })
    .await
    .unwrap();
    assert_eq!(remove(&acme.house, Keep::default()).await.unwrap().entries, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_where_everything_is_kept_and_all_of_it_may_go() {
    let acme = rows::acme().await;
    acme.listener(7, &["reject_candidate"]).await;
    past(&acme, 1, 120, 400, "delivered").await;
    let ever = Keep { bodies: None, attempts: None };
    assert_eq!(remove(&acme.house, ever).await.unwrap(), Removed::default());

    // Numbers go on where they were.
    let hour = Keep { bodies: Some(Duration::from_secs(3600)), attempts: Some(Duration::from_secs(60)) };
    assert_eq!(remove(&acme.house, hour).await.unwrap().entries, 120);
    assert_eq!(acme.get("/api/v1/events?after=0").await.json["oldest"], 121);
    acme.post("/v1/applications/50/reject", json!({})).await;
    sequencer::number_now(&acme.house.pool).await.unwrap();
    let answer = acme.get("/api/v1/events?after=120").await;
    assert_eq!(answer.json["events"][0]["seq"], 121, "{answer}");

    // A delivery that nothing is left of, since a replay and its removal met.
    acme.write(async move |work| {
        let stray = "insert into deliveries (webhook_id, journal_id, action, status, attempts, due_at, replay, created_at) \
                     values (7, 0, 'reject_candidate', 'pending', 0, 0, $1, 0)";
        Ok(work.tx.execute(stray, params![true]).await?)
    })
    .await
    .unwrap();
    assert_eq!(remove(&acme.house, hour).await.unwrap().entries, 0);
    assert_eq!(count(&acme, "select count(*) from deliveries").await, 1);
}

/// Somebody reads all that happens while it is removed behind them.
#[tokio::test(flavor = "multi_thread")]
async fn a_follower_misses_nothing_while_old_entries_go() {
    let acme = rows::acme().await;
    acme.listener(7, &[]).await;
    past(&acme, 1, 300, 91, "delivered").await;
    past(&acme, 301, 600, 1, "delivered").await;
    let house = acme.house.clone();
    let removing = tokio::spawn(async move { remove(&house, Keep::default()).await });
    let mut after = None;
    let mut seen: Vec<i64> = Vec::new();
    while seen.last() != Some(&600) {
        let query = follow::Query { after, limit: 20, ..follow::Query::default() };
        match follow::follow(&acme.house, query).await.unwrap() {
            follow::Answer::Entries { entries, next, .. } => {
                seen.extend(entries.iter().map(|it| it.seq));
                after = Some(next);
            }
            follow::Answer::Gone { oldest } => {
                seen.clear();
                after = Some(oldest - 1);
            }
            other => panic!("{other:?}"),
        }
        assert!(seen.windows(2).all(|it| it[0] + 1 == it[1]), "{seen:?}");
    }
    assert_eq!(removing.await.unwrap().unwrap().entries, 300);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_only_tells_of_what_is_gone_goes_with_it() {
    let acme = rows::acme().await;
    acme.listener(7, &[]).await;
    past(&acme, 1, 100, 91, "delivered").await;
    past(&acme, 101, 110, 1, "delivered").await;
    let now = START.parse::<jiff::Timestamp>().unwrap().as_microsecond();
    acme.write(async move |work| {
        let ago = |days: i64| now - days * DAY * 1_000_000;
        for (after, until) in [(5, 9), (90, 100), (90, 101)] {
            let gap = "insert into webhook_gaps (webhook_id, after_seq, until_seq) values (7, $1, $2)";
            work.tx.execute(gap, params![after, until]).await?;
        }
        for (created, finished) in [(95, Some(91)), (91, Some(89)), (95, None)] {
            let replay = "insert into replays (webhook_id, selection, parts, part, place, place_id, status, replayed, created, under_way, \
                          erased, created_at, finished_at) values (7, '{}', '[]', 0, 0, 0, 'done', 0, 0, 0, 0, $1, $2)";
            work.tx.execute(replay, params![ago(created), finished.map(ago)]).await?;
        }
        for days in [60, 50, 40, 20] {
            let call = "insert into webhook_calls (webhook_id, since, url, header_names, basic, oauth, standard_headers) \
                        values (7, $1, 'https://example.com', '[]', $2, $2, $2)";
            work.tx.execute(call, params![ago(days), false]).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    remove(&acme.house, Keep::default()).await.unwrap();
    assert_eq!(count(&acme, "select count(*) from webhook_gaps").await, 1, "one has an entry that is kept");
    assert_eq!(count(&acme, "select count(*) from replays").await, 2);
    assert_eq!(count(&acme, "select count(*) from webhook_calls").await, 2, "that of the oldest attempts stays");
}
