//! Interviews fire when one is deleted by itself, and at no other time.

use orangery::tables::Application;
use serde_json::{Value, json};

use crate::{acme::Acme, rows};

async fn schedule(acme: &Acme) -> i64 {
    let body = json!({
        "application_id": 50, "interview_id": 30, "start": "2026-09-01T10:00:00Z", "end": "2026-09-01T11:00:00Z",
        "external_event_id": "event", "interviewers": [{"user_id": 2, "response_status": "accepted"}],
    });
    acme.post("/v2/scheduled_interviews", body).await.json["id"].as_i64().unwrap()
}

/// The interviews of the present stage, as the body of a rejection tells of them.
async fn told(acme: &Acme) -> Value {
    acme.post("/v1/applications/50/reject", json!({"rejection_reason_id": 1})).await;
    let told =
        acme.fired_bodies().await.pop().unwrap()["payload"]["application"]["current_stage"]["interviews"].clone();
    acme.post("/v1/applications/50/unreject", json!({})).await;
    acme.fired().await;
    let statuses = told.as_array().unwrap().iter().map(|it| json!([it["status"], it["interviewers"]]));
    statuses.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn scheduling_is_silent_and_deleting_is_not() {
    let acme = rows::acme().await;
    assert_eq!(told(&acme).await, json!([["to_be_scheduled", []], ["to_be_sent", []]]));
    let id = schedule(&acme).await;
    let bob = |status: &str| json!([{"id": 2, "display_name": "Bob Builder", "status": status}]);
    assert_eq!(told(&acme).await, json!([["scheduled", bob("accepted")], ["to_be_sent", []]]));

    let declined = json!({"user_id": 2, "response_status": "declined"});
    assert_eq!(acme.put(&format!("/api/v1/scheduled-interviews/{id}/response"), declined).await.status, 200);
    let status = format!("/api/v1/scheduled-interviews/{id}/status");
    assert_eq!(acme.post(&status, json!({"status": "awaiting_feedback"})).await.status, 200);
    let sent = acme.put("/api/v1/applications/50/interviews/31/status", json!({"status": "sent"})).await;
    assert_eq!((sent.status, sent.json), (200, json!({"application_id": 50, "interview_id": 31, "status": "sent"})));
    assert_eq!(told(&acme).await, json!([["awaiting_feedback", bob("declined")], ["sent", []]]));

    assert_eq!(acme.post(&status, json!({"status": "complete"})).await.status, 200);
    assert_eq!(acme.post(&status, json!({"status": "scheduled"})).await.status, 422);
    let skipped = acme.put("/api/v1/applications/50/interviews/30/status", json!({"status": "skipped"})).await;
    assert_eq!(skipped.status, 200);
    assert_eq!(told(&acme).await[0][0], "skipped");
    acme.put("/api/v1/applications/50/interviews/30/status", json!({"status": null})).await;
    assert_eq!(told(&acme).await[0][0], "complete");
    assert_eq!(acme.fired().await, "");

    // Complete, so no longer Harvest's to delete; but ours.
    let path = format!("/v1/scheduled_interviews/{id}");
    assert_eq!(acme.delete(&path, json!({})).await.status, 422);
    assert_eq!(acme.fired().await, "");
    assert_eq!(acme.delete(&format!("/api/v1/scheduled-interviews/{id}"), json!({})).await.status, 200);
    assert_eq!(
        acme.fired_bodies().await,
        [json!({"action": "interview_deleted", "payload": {"interview": {"id": id}}})]
    );
    assert_eq!(acme.get(&path).await.status, 404);

    let again = schedule(&acme).await;
    let answer = acme.delete(&format!("/v1/scheduled_interviews/{again}"), json!({})).await;
    assert_eq!((answer.status, answer.json), (200, json!({"message": format!("Interview {again} has been deleted.")})));
    assert_eq!(acme.fired().await, "interview_deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_goes_with_its_application_is_silent() {
    let acme = rows::acme().await;
    schedule(&acme).await;
    acme.write(async move |work| {
        let row: Application = work.tx.find(50).await?;
        work.delete(&row).await
    })
    .await
    .unwrap();
    assert_eq!(acme.get("/v1/scheduled_interviews").await.json, json!([]));
    assert_eq!(acme.fired().await, "");
}
