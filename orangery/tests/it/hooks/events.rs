//! The journal by number.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use expect_test::expect;
use orangery::hooks::{follow, sequencer};
use serde_json::{Value, json};

use crate::{acme::Acme, rows};

async fn events(acme: &Acme, query: &str) -> (String, Value) {
    let answer = acme.get(&format!("/api/v1/events?{query}")).await;
    assert_eq!(answer.status, 200, "{answer}");
    let line = |it: &Value| format!("{} {}", it["seq"], it["action"].as_str().unwrap());
    let lines: Vec<String> = answer.json["events"].as_array().unwrap().iter().map(line).collect();
    (lines.join(", "), answer.json["next"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_read_by_number() {
    let acme = rows::acme().await;
    assert_eq!(events(&acme, "").await, (String::new(), json!(0)));
    acme.post("/v1/applications/50/reject", json!({})).await;
    acme.post("/v1/applications/50/unreject", json!({})).await;
    acme.post("/v1/applications/50/reject", json!({})).await;
    let all = "1 reject_candidate, 2 unreject_candidate, 3 reject_candidate".to_owned();
    assert_eq!(events(&acme, "").await, (all, json!(3)));
    assert_eq!(events(&acme, "after=0&limit=1").await, ("1 reject_candidate".to_owned(), json!(1)));
    assert_eq!(events(&acme, "after=1&limit=1").await, ("2 unreject_candidate".to_owned(), json!(2)));
    assert_eq!(events(&acme, "after=3").await, (String::new(), json!(3)));
    let rejections = "1 reject_candidate, 3 reject_candidate".to_owned();
    assert_eq!(events(&acme, "event=reject_candidate").await, (rejections, json!(3)));
    assert_eq!(events(&acme, "event=unreject_candidate").await, ("2 unreject_candidate".to_owned(), json!(3)));
    assert_eq!(events(&acme, "candidate_id=40&application_id=50&after=2").await.0, "3 reject_candidate");
    assert_eq!(events(&acme, "candidate_id=41").await, (String::new(), json!(3)));
    assert_eq!(events(&acme, "job_id=10&limit=2").await.1, 2);

    let answer = acme.get("/api/v1/events?after=2").await;
    let mut event = answer.json["events"][0].clone();
    assert_eq!(event["payload"]["application"]["id"], 50);
    event["payload"] = json!("…");
    event["id"] = json!("…");
    expect![[r#"
        {
          "seq": 3,
          "id": "…",
          "action": "reject_candidate",
          "happened_at": "2026-08-22T10:00:00.123Z",
          "actor_id": 1,
          "candidate_id": 40,
          "application_id": 50,
          "job_id": 10,
          "payload": "…",
          "erased": false
        }"#]]
    .assert_eq(&format!("{event:#}"));
    let answer = acme.get("/api/v1/events?after=2&payload=false").await;
    assert_eq!(
        (&answer.json["events"][0]["payload"], &answer.json["events"][0]["erased"]),
        (&Value::Null, &json!(false))
    );

    for wrong in ["after=x", "after=-1", "limit=0", "limit=501", "wait=31", "event=x", "candidate_id=0", "after=4"] {
        let answer = acme.get(&format!("/api/v1/events?{wrong}")).await;
        let field = wrong.split('=').next();
        assert_eq!((answer.status, answer.json["errors"][0]["field"].as_str()), (422, field), "{wrong}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_keeps_its_place_and_what_was_removed_is_told() {
    let acme = rows::acme().await;
    for _ in 0..2 {
        acme.post("/v1/applications/50/reject", json!({})).await;
        acme.post("/v1/applications/50/unreject", json!({})).await;
    }
    events(&acme, "").await;
    acme.write(async move |work| {
        work.tx.execute("update journal set body = null where seq = 2", &[]).await?;
        work.tx.execute("delete from journal where seq = 1", &[]).await?;
        Ok(())
    })
    .await
    .unwrap();
    let answer = acme.get("/api/v1/events?after=1&limit=1").await;
    let event = &answer.json["events"][0];
    assert_eq!((&event["seq"], &event["payload"], &event["erased"]), (&json!(2), &Value::Null, &json!(true)));
    expect![[r#"
        410 {
          "message": "Events before 2 were removed: ask for those after 1",
          "oldest": 2,
          "errors": [
            {
              "message": "Events before 2 were removed: ask for those after 1",
              "field": "after"
            }
          ]
        }"#]]
    .assert_eq(&acme.get("/api/v1/events?after=0").await.to_string());
    assert_eq!(events(&acme, "limit=1").await.0, "2 unreject_candidate", "without a number from the oldest on");

    // Also when nothing is left at all, and numbers go on.
    acme.write(async move |work| Ok(work.tx.execute("delete from journal", &[]).await?)).await.unwrap();
    assert_eq!(acme.get("/api/v1/events?after=3").await.json["oldest"], 5);
    assert_eq!(events(&acme, "after=4").await, (String::new(), json!(4)));
    acme.post("/v1/applications/50/reject", json!({})).await;
    assert_eq!(events(&acme, "after=4").await, ("5 reject_candidate".to_owned(), json!(5)));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_answered_when_something_happens() {
    let acme = rows::acme().await;
    let start = Instant::now();
    let later = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        // Something else first, which does not fit.
        acme.post("/v1/applications/50/reject", json!({})).await;
        acme.post("/v1/applications/50/unreject", json!({})).await;
    };
    let (waited, ()) = tokio::join!(events(&acme, "wait=20&event=unreject_candidate"), later);
    assert_eq!(waited, ("2 unreject_candidate".to_owned(), json!(2)));
    let took = start.elapsed();
    assert!((Duration::from_millis(200)..Duration::from_secs(10)).contains(&took), "{took:?}");
    let start = Instant::now();
    assert_eq!(events(&acme, "wait=1&after=2").await, (String::new(), json!(2)));
    assert!(start.elapsed() >= Duration::from_millis(900));
}

/// Many write at once while two number and one follows: no number is missing or given twice, no Work is torn, and who follows sees each once.
#[tokio::test(flavor = "multi_thread")]
async fn who_follows_misses_nothing_while_many_write() {
    let acme = Arc::new(rows::acme().await);
    let writers = 8;
    acme.write(async move |work| {
        for n in 0..writers {
            crate::acme::insert(work, rows::candidate(work, 100 + n)).await?;
            crate::acme::insert(work, rows::application(work, 200 + n, 100 + n)).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let done = Arc::new(AtomicBool::new(false));
    let sequencer = sequencer::run(acme.house.clone());
    let (reader, ended) = (acme.house.clone(), done.clone());
    let follower = tokio::spawn(async move {
        let (mut seen, mut after) = (Vec::new(), 0);
        loop {
            let last = ended.load(Ordering::Relaxed);
            let query =
                follow::Query { after: Some(after), limit: 7, wait: Duration::from_millis(50), ..Default::default() };
            let follow::Answer::Entries { entries, next, .. } = follow::follow(&reader, query).await.unwrap() else {
                panic!("the cursor is good");
            };
            after = next;
            if last && entries.is_empty() {
                return seen;
            }
            seen.extend(entries);
        }
    });
    let tasks = (0..writers).map(|n| {
        let acme = acme.clone();
        tokio::spawn(async move {
            for _ in 0..10 {
                // Two entries in one Work.
                let written = acme.write(async move |work| {
                    orangery::domain::application::reject(work, 200 + n, &Default::default()).await?;
                    tokio::time::sleep(Duration::from_millis(n as u64)).await;
                    orangery::domain::application::unreject(work, 200 + n).await
                });
                written.await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    let seen = follower.await.unwrap();
    sequencer.abort();
    let numbers: Vec<i64> = seen.iter().map(|it| it.seq).collect();
    assert_eq!(numbers, (1..=writers * 20).collect::<Vec<_>>());

    let works: Vec<courier::tables::Journal> =
        acme.house.read(async |look| Ok(look.tx.all("order by seq", &[]).await?)).await.unwrap();
    let mut of: HashMap<&str, Vec<i64>> = HashMap::new();
    for it in &works {
        of.entry(it.work.as_str()).or_default().push(it.seq.unwrap());
    }
    assert!(of.values().all(|it| it.len() == 2 && it[1] == it[0] + 1), "a Work's entries stand together");
}
