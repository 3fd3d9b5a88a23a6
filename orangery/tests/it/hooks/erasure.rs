//! What was said of somebody who is erased: it is delivered where it was still to be delivered, and gone after that.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sql::params;

use super::candidates::{jane, job, left};
use crate::{acme::Acme, receiver::Receiver};

/// All that was fired so far is delivered, and this was answered.
async fn answered(acme: &Acme, answer: &'static str) {
    acme.write(async move |work| {
        let write = "insert into attempts (delivery_id, number, replay, started_at, answer) \
                     select id, 1, $2, 0, $1 from deliveries";
        work.tx.execute(write, params![answer, false]).await?;
        work.tx.execute("update deliveries set status = 'delivered', due_at = null", &[]).await?;
        Ok(())
    })
    .await
    .unwrap();
}

async fn count(acme: &Acme, sql: &str) -> i64 {
    acme.house.read(async |look| Ok(look.tx.count(sql, &[]).await?)).await.unwrap()
}

/// Until a courier has settled everything.
async fn settled(acme: &Acme) {
    let start = Instant::now();
    while count(acme, "select count(*) from deliveries where status = 'pending'").await > 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "something is still pending");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The endpoint 1 is where the receiver is.
async fn move_endpoint(acme: &Acme, receiver: &Receiver) {
    let url = receiver.url.clone();
    acme.write(async move |work| {
        work.tx.execute("update webhooks set url = $1, updated_at = 1 where id = 1", params![url]).await?;
        Ok(())
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_candidate_is_told_of_to_the_end() {
    let acme = Acme::empty().await;
    acme.listener(1, &["update_candidate", "delete_candidate"]).await;
    let id = jane(&acme).await;
    let path = format!("/v1/candidates/{id}");
    acme.patch(&path, json!({"title": "Jane the first"})).await;
    answered(&acme, "thanks for Jane").await;
    acme.patch(&path, json!({"title": "Jane the second"})).await;
    assert_eq!(acme.delete(&path, json!({})).await.status, 200);
    assert_eq!(left(&acme, "Jane the first").await, 0, "what was delivered goes at once");
    assert_eq!(left(&acme, "Jane the second").await, 2, "an update and the deletion are still to be delivered");
    assert_eq!(count(&acme, "select count(*) from attempts where answer is not null").await, 0);

    let receiver = Receiver::start().await;
    move_endpoint(&acme, &receiver).await;
    let acme = acme.with_courier().await;
    let got: Vec<String> = receiver.wait(2).await.iter().map(|it| it.action()).collect();
    assert_eq!(got, ["update_candidate", "delete_candidate"]);
    settled(&acme).await;
    assert_eq!(left(&acme, "Jane").await, 0);
    assert_eq!(count(&acme, "select count(*) from journal where candidate_id is not null").await, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_that_nobody_hears_is_erased_at_once() {
    let acme = Acme::empty().await;
    let id = jane(&acme).await;
    acme.delete(&format!("/v1/candidates/{id}"), json!({})).await;
    assert_eq!(acme.fired().await, "delete_candidate");
    assert_eq!(left(&acme, "Jane").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_deleted_endpoint_goes_with_it() {
    let acme = Acme::empty().await;
    acme.listener(1, &["delete_candidate"]).await;
    let id = jane(&acme).await;
    acme.delete(&format!("/v1/candidates/{id}"), json!({})).await;
    assert_eq!(left(&acme, "Jane").await, 1);
    assert_eq!(acme.delete("/api/v1/webhooks/1", json!({})).await.status, 200);
    assert_eq!(left(&acme, "Jane").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anonymized_offer_is_told_of_to_the_end() {
    let acme = Acme::empty().await;
    acme.listener(1, &["offer_created", "offer_deleted"]).await;
    job(&acme, 1).await;
    let id = jane(&acme).await;
    let application = acme.post(&format!("/v1/candidates/{id}/applications"), json!({"job_id": 1})).await;
    let offer = format!("/api/v1/applications/{}/offers", application.json["id"]);
    let offer = acme.post(&offer, json!({"notes": "secret"})).await;
    assert_eq!(offer.status, 201, "{offer}");
    acme.fired().await;
    let erase = format!("/v1/candidates/{id}/anonymize?fields=all_offer_versions");
    assert_eq!(acme.put(&erase, json!({})).await.status, 200);
    let told: Vec<Value> = acme.fired_bodies().await;
    assert_eq!((told.len(), &told[0]["action"]), (2, &json!("offer_deleted")));
    assert_eq!(
        count(&acme, "select count(*) from journal where action = 'offer_created' and body is not null").await,
        1
    );

    let receiver = Receiver::start().await;
    move_endpoint(&acme, &receiver).await;
    let acme = acme.with_courier().await;
    assert_eq!(receiver.wait(2).await.len(), 2);
    settled(&acme).await;
    let kept = "select count(*) from journal where action in ('offer_created', 'offer_deleted') and body is not null";
    assert_eq!(count(&acme, kept).await, 0);
}

/// Somebody hired on job 1 with a file, which filled an opening; the application.
async fn hired_with_a_file(acme: &Acme, id: i64) -> i64 {
    job(acme, 1).await;
    let application = acme.post(&format!("/v1/candidates/{id}/applications"), json!({"job_id": 1})).await;
    let application = application.json["id"].as_i64().unwrap();
    let blob = acme.house.files.store(b"a file of the application").await.unwrap();
    let path = acme.house.files.folder().join(&blob[..2]).join(&blob);
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    std::fs::File::options().append(true).open(path).unwrap().set_modified(long_ago).unwrap();
    acme.write(async move |work| {
        let file = "insert into attachments (candidate_id, application_id, filename, kind, visibility, blob, size, created_at) \
                    values ($1, $2, 'a.txt', 'other', 'public', $3, 1, 0)";
        work.tx.execute(file, params![id, application, blob]).await?;
        let opening = "insert into openings (job_id, status, opened_at, closed_at, application_id, custom) \
                       values (1, 'closed', 0, 0, $1, '{}')";
        work.tx.execute(opening, params![application]).await?;
        work.tx.execute("update jobs set status = 'closed'", &[]).await?;
        Ok(())
    })
    .await
    .unwrap();
    application
}

/// How many files are there.
fn files(acme: &Acme) -> usize {
    let shelves = std::fs::read_dir(acme.house.files.folder()).unwrap().map(|it| it.unwrap().path());
    shelves.filter(|it| it.is_dir()).map(|it| std::fs::read_dir(it).unwrap().count()).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn openings_name_nobody_who_is_deleted() {
    let acme = Acme::empty().await;
    let id = jane(&acme).await;
    hired_with_a_file(&acme, id).await;
    assert_eq!(acme.delete(&format!("/v1/candidates/{id}"), json!({})).await.status, 200);
    assert_eq!(
        count(&acme, "select count(*) from openings where status = 'closed' and application_id is null").await,
        1
    );
    assert_eq!(files(&acme), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_an_application_go_with_it_and_with_its_job() {
    for with_job in [false, true] {
        let acme = Acme::empty().await;
        let id = jane(&acme).await;
        let application = hired_with_a_file(&acme, id).await;
        assert_eq!(files(&acme), 1);
        acme.write(async move |work| match with_job {
            true => orangery::domain::job::delete(work, 1).await,
            false => orangery::domain::application::delete::delete(work, application).await,
        })
        .await
        .unwrap();
        assert_eq!(files(&acme), 0, "with its job: {with_job}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_to_be_erased_goes_to_nobody_else() {
    let acme = Acme::empty().await;
    acme.listener(1, &["delete_candidate"]).await;
    let id = jane(&acme).await;
    acme.delete(&format!("/v1/candidates/{id}"), json!({})).await;
    assert_eq!(left(&acme, "Jane").await, 1, "the deletion is still to be delivered");
    acme.listener(2, &["delete_candidate"]).await;
    for asked in [json!({"candidate_id": id}), json!({"from_seq": 1})] {
        let answer = acme.post("/api/v1/webhooks/2/replay", asked).await;
        assert_eq!((answer.status, &answer.json["created"]), (200, &json!(0)), "{answer}");
        assert!(answer.json["erased"].as_i64().unwrap() > 0, "{answer}");
    }
    let answer = acme.post("/api/v1/webhooks/2/test", json!({"event": "delete_candidate"})).await;
    assert_eq!((answer.status, &answer.json["source"]), (201, &json!("example")), "{answer}");
    assert_eq!(left(&acme, "Jane").await, 1);
    // Who was to hear of it hears of it: also once it was held.
    let hold = "update deliveries set status = 'held', due_at = null where webhook_id = 1";
    acme.write(async move |work| Ok(work.tx.execute(hold, &[]).await?)).await.unwrap();
    let answer = acme.post("/api/v1/webhooks/1/replay", json!({"missed": true})).await;
    assert_eq!((answer.status, &answer.json["replayed"]), (200, &json!(1)), "{answer}");
    // Given up, but not yet erased.
    let settle = "update deliveries set status = 'failed', due_at = null where webhook_id = 1";
    acme.write(async move |work| Ok(work.tx.execute(settle, &[]).await?)).await.unwrap();
    let answer = acme.post("/api/v1/webhooks/1/replay", json!({"failed": true})).await;
    assert_eq!((&answer.json["replayed"], &answer.json["erased"]), (&json!(0), &json!(1)), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_of_a_merge_is_erased_with_who_would_have_gone() {
    let acme = Acme::empty().await;
    acme.listener(1, &["update_candidate"]).await;
    let (kept, gone) = (jane(&acme).await, jane(&acme).await);
    let asked = json!({"event": "merge_candidate", "candidate_id": gone, "kept_candidate_id": kept});
    let answer = acme.post("/api/v1/webhooks/1/test", asked).await;
    assert_eq!((answer.status, &answer.json["source"]), (201, &json!("record")), "{answer}");
    assert_eq!(count(&acme, "select count(*) from journal where test and not erase").await, 1);
    acme.pass(1000);
    assert_eq!(acme.delete(&format!("/v1/candidates/{gone}"), json!({})).await.status, 200);
    assert_eq!(count(&acme, "select count(*) from journal where test and erase").await, 1);
}
