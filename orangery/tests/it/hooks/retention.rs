//! Retention rules, and what our own API does with candidates beyond Harvest.

use orangery::{
    domain::candidate,
    tables::Door,
    work::{Actor, Work},
};
use serde_json::json;

use super::candidates::{jane, job};
use crate::acme::Acme;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_due_is_made_anonymous_once() {
    let acme = Acme::empty().await;
    job(&acme, 1).await;
    let old = jane(&acme).await;
    let rule = json!({"name": "A year", "months": 12, "fields": ["phone_numbers", "full_name"]});
    for (bad, field) in [
        (json!({"name": "", "months": 1, "fields": ["tags"]}), "name"),
        (json!({"name": "x", "months": 0, "fields": ["tags"]}), "months"),
        (json!({"name": "x", "months": 1, "fields": []}), "fields"),
        (json!({"name": "x", "months": 1, "fields": ["shoe_size"]}), "fields"),
        (json!({"name": "x", "months": 1, "fields": ["tags"], "office_id": 7}), "office_id"),
    ] {
        let answer = acme.post("/api/v1/retention-rules", bad).await;
        assert_eq!((answer.status, answer.json["errors"][0]["field"].as_str()), (422, Some(field)), "{answer}");
    }
    let rule = acme.post("/api/v1/retention-rules", rule).await;
    assert_eq!((rule.status, &rule.json["enabled"]), (201, &json!(true)), "{rule}");
    let path = format!("/api/v1/retention-rules/{}", rule.json["id"]);
    assert_eq!(acme.get(&path).await.json, rule.json);
    let edited = acme.patch(&path, json!({"fields": ["full_name", "phone_numbers"], "months": 11})).await;
    assert_eq!((edited.status, &edited.json["months"]), (200, &json!(11)));

    acme.at("2027-07-22T10:00:00Z");
    let preview = acme.post(&format!("{path}/preview"), json!({})).await;
    assert_eq!(preview.json, json!({"candidate_ids": [], "more": false}));
    acme.at("2027-07-23T10:00:00Z");
    let young = jane(&acme).await;
    let preview = acme.post(&format!("{path}/preview"), json!({})).await;
    assert_eq!(preview.json["candidate_ids"], json!([old]));
    assert_eq!(acme.get(&format!("/v1/candidates/{old}")).await.json["first_name"], "Jane");

    let ran = acme.post(&format!("{path}/run"), json!({})).await;
    assert_eq!(ran.json, json!([{"id": old, "ok": true, "errors": []}]));
    let fired = acme.fired_bodies().await;
    assert_eq!(
        fired,
        [
            json!({"action": "candidate_anonymized", "payload": {"candidate_id": old, "anonymized_fields": ["full_name", "phone_numbers"]}})
        ]
    );
    assert_eq!(acme.get(&format!("/v1/candidates/{old}")).await.json["first_name"], "Anonymized");
    assert_eq!(acme.get(&format!("/v1/candidates/{young}")).await.json["first_name"], "Jane");
    assert!(acme.get(&path).await.json["last_run_at"].is_string());

    assert_eq!(acme.post(&format!("{path}/run"), json!({})).await.json, json!([]));
    orangery::domain::retention::run_all(&acme.house).await.unwrap();
    assert_eq!(acme.fired().await, "");
    assert_eq!(acme.get("/api/v1/retention-rules").await.json.as_array().unwrap().len(), 1);
    assert_eq!(acme.delete(&path, json!({})).await.status, 204);
    assert_eq!(acme.get(&path).await.status, 404);
    assert_eq!(acme.post(&format!("{path}/run"), json!({})).await.status, 404);
}

/// Who is due was read before; somebody calls the candidate while the rule waits for them.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_due_any_more_is_skipped() {
    let acme = Acme::empty().await;
    job(&acme, 1).await;
    let old = jane(&acme).await;
    let rule = json!({"name": "A year", "months": 12, "fields": ["full_name"]});
    let rule = acme.post("/api/v1/retention-rules", rule).await.json["id"].clone();
    acme.at("2027-12-01T10:00:00Z");
    let house = acme.house.clone();
    let (began, begins) = tokio::sync::mpsc::channel(8);
    let mut begins = begins;
    let called = tokio::spawn(async move {
        let actor = Actor { user_id: Some(1), api_key_id: None, door: Door::CommandLine, request: "test".to_owned() };
        let call = async move |work: &mut Work| {
            candidate::active(work, old).await?;
            began.send(()).await.ok();
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            Ok(())
        };
        house.write(actor, call).await
    });
    begins.recv().await.expect("the call began");
    let ran = acme.post(&format!("/api/v1/retention-rules/{rule}/run"), json!({})).await;
    called.await.expect("nobody panics").expect("the call is noted");
    let why = "Skipped: something happened about the candidate just now";
    assert_eq!(ran.json, json!([{"id": old, "ok": false, "errors": [{"message": why}]}]));
    assert_eq!(acme.get(&format!("/v1/candidates/{old}")).await.json["first_name"], "Jane");
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_photos_and_follow_ups() {
    let acme = Acme::empty().await;
    let id = jane(&acme).await;
    let path = format!("/api/v1/candidates/{id}");
    let edited = acme.patch(&path, json!({"can_email": false, "external_id": "x-1"})).await;
    assert_eq!((edited.status, &edited.json["can_email"]), (200, &json!(false)), "{edited}");
    assert_eq!(acme.fired_bodies().await[0]["payload"]["candidate"]["external_id"], "x-1");
    acme.patch(&path, json!({"can_email": false, "headline": "Captain"})).await;
    assert_eq!(acme.fired().await, "", "no candidate object shows a headline");
    let linked = acme.patch(&path, json!({"linked_user_id": 1})).await;
    assert_eq!(linked.json["linked_user_ids"], json!([1]));
    assert_eq!(acme.patch(&path, json!({"linked_user_id": 99})).await.status, 422);
    acme.fired().await;

    let photo = acme.put(&format!("{path}/photo"), json!({"content": "aGVsbG8="})).await;
    assert_eq!((photo.status, &photo.json["photo_url"]), (200, &json!(null)), "Harvest shows none");
    let fired = acme.fired_bodies().await;
    let url =
        fired[0]["payload"]["candidate"]["photo_url"].as_str().unwrap().replace("https://orangery.example.com", "");
    assert_eq!(acme.get(&url).await.text, "hello");
    assert_eq!(acme.delete(&format!("{path}/photo"), json!({})).await.status, 200);
    assert_eq!(acme.get(&url).await.status, 404, "the file is gone too");
    assert_eq!(acme.delete(&format!("{path}/photo"), json!({})).await.status, 200);
    assert_eq!(acme.fired().await, "update_candidate");

    let reminder = acme
        .post(&format!("{path}/reminders"), json!({"user_id": 1, "remind_at": "2026-09-01T09:00:00Z", "note": "Call"}))
        .await;
    assert_eq!(reminder.status, 201, "{reminder}");
    assert_eq!(acme.get(&format!("{path}/reminders")).await.json, json!([reminder.json]));
    assert_eq!(acme.delete(&format!("{path}/reminders/{}", reminder.json["id"]), json!({})).await.status, 204);
    let touch = acme
        .post(
            &format!("{path}/touchpoints"),
            json!({"kind": "call", "happened_at": "2026-08-01T09:00:00Z", "note": "Nice"}),
        )
        .await;
    assert_eq!(touch.status, 201, "{touch}");
    assert_eq!(acme.get(&format!("{path}/touchpoints")).await.json, json!([touch.json]));
    let message = acme.post(&format!("{path}/messages"), json!({"kind": "inmail", "body": "Hi"})).await;
    assert_eq!(message.status, 201, "{message}");
    let feed = acme.get(&format!("/v1/candidates/{id}/activity_feed")).await;
    let note = &feed.json["notes"][0];
    assert_eq!(note["body"], "Nice");
    assert_eq!(acme.delete(&format!("{path}/activity_feed/{}", note["id"]), json!({})).await.status, 204);
    assert_eq!(
        acme.post(&format!("{path}/reminders"), json!({"user_id": 99, "remind_at": "2026-09-01T09:00:00Z"}))
            .await
            .status,
        422
    );
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_bulk_each_record_stands_alone() {
    let acme = Acme::empty().await;
    let (a, b, c) = (jane(&acme).await, jane(&acme).await, jane(&acme).await);
    let bulk = async |body| acme.post("/api/v1/candidates/bulk", body).await;
    let tagged = bulk(json!({"action": "tag", "ids": [a, b, 999], "tag": "Blue"})).await;
    let oks: Vec<bool> = tagged.json.as_array().unwrap().iter().map(|it| it["ok"] == true).collect();
    assert_eq!(oks, [true, true, false], "{tagged}");
    assert_eq!(acme.fired().await, "update_candidate, update_candidate");
    assert_eq!(bulk(json!({"action": "untag", "ids": [a], "tag": "blue"})).await.json[0]["ok"], true);
    assert_eq!(acme.fired().await, "update_candidate");
    assert_eq!(bulk(json!({"action": "tag", "ids": [a]})).await.json["errors"][0]["field"], "tag");
    let merged = bulk(json!({"action": "merge", "ids": [a, b], "into_id": a})).await;
    assert_eq!((&merged.json[0]["ok"], &merged.json[1]["ok"]), (&json!(false), &json!(true)), "{merged}");
    assert_eq!(acme.fired().await, "merge_candidate, delete_candidate");
    bulk(json!({"action": "anonymize", "ids": [a], "fields": ["tags"]})).await;
    assert_eq!(acme.fired().await, "candidate_anonymized");
    bulk(json!({"action": "delete", "ids": [a, b, c]})).await;
    assert_eq!(acme.fired().await, "delete_candidate, delete_candidate");
    for bad in [json!({"action": "cry", "ids": [1]}), json!({"action": "delete", "ids": []}), json!({"ids": [1]})] {
        assert_eq!(bulk(bad).await.status, 422);
    }
}
