//! Scorecards fire when one is deleted by itself, and at no other time.

use expect_test::expect;
use orangery::tables::Candidate;
use serde_json::{Value, json};

use crate::{acme::Acme, rows};

async fn write(acme: &Acme, change: Value) -> i64 {
    let mut body = json!({"application_id": 50, "interview_id": 30, "overall_recommendation": "yes"});
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    let answer = acme.post("/api/v1/scorecards", body).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json["id"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_deletion_fires() {
    let acme = rows::acme().await;
    let id = write(&acme, json!({"interviewed_at": "2026-08-20T17:00:00Z"})).await;
    let path = format!("/api/v1/scorecards/{id}");
    assert_eq!(acme.patch(&path, json!({"overall_recommendation": "strong_yes"})).await.status, 200);
    assert_eq!(acme.post(&format!("{path}/submit"), json!({})).await.status, 200);
    assert_eq!(acme.post(&format!("{path}/submit"), json!({})).await.status, 422);
    assert_eq!(acme.fired().await, "");
    assert_eq!(acme.delete(&path, json!({})).await.status, 200);
    let fired = acme.fired_bodies().await;
    assert_eq!(fired.len(), 1);
    expect![[r#"
        {
          "action": "scorecard_deleted",
          "payload": {
            "scorecard": {
              "id": 1,
              "candidate_id": 40,
              "interviewed_at": "2026-08-20T17:00:00.000Z",
              "created_at": "2026-08-22T10:00:00.123Z",
              "updated_at": "2026-08-22T10:00:00.123Z",
              "scorecard_status": "complete"
            }
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&fired[0]).unwrap());
    assert_eq!(acme.delete(&path, json!({})).await.status, 404);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scorecard_outlives_its_application_and_not_its_candidate() {
    let acme = rows::acme().await;
    let id = write(&acme, json!({"status": "complete"})).await;
    assert_eq!(acme.delete("/v1/applications/50", json!({})).await.status, 200);
    acme.fired().await;
    let card = acme.get(&format!("/v1/scorecards/{id}")).await;
    assert_eq!(
        (card.status, &card.json["application_id"], &card.json["interview"]),
        (200, &Value::Null, &json!("Culture Fit"))
    );
    // It is still to be edited and, by itself, to be deleted.
    assert_eq!(acme.patch(&format!("/api/v1/scorecards/{id}"), json!({"answers": []})).await.status, 200);
    acme.write(async move |work| {
        let row: Candidate = work.tx.find(40).await?;
        work.delete(&row).await
    })
    .await
    .unwrap();
    assert_eq!(acme.get(&format!("/v1/scorecards/{id}")).await.status, 404);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_expected_scorecard_completes_the_interview() {
    let acme = rows::acme().await;
    let body = json!({
        "application_id": 50, "interview_id": 30, "start": "2026-09-01T10:00:00Z", "end": "2026-09-01T11:00:00Z",
        "external_event_id": "event", "interviewers": [
            {"user_id": 2, "response_status": "accepted"}, {"user_id": 3, "response_status": "accepted"},
            {"email": "guest@example.org", "response_status": "accepted"},
        ],
    });
    let interview = acme.post("/v2/scheduled_interviews", body).await.json["id"].as_i64().unwrap();
    let status = async || {
        let shown = acme.get(&format!("/v1/scheduled_interviews/{interview}")).await.json;
        let cards: Vec<Value> =
            shown["interviewers"].as_array().unwrap().iter().map(|it| it["scorecard_id"].clone()).collect();
        (shown["status"].as_str().unwrap().to_owned(), cards)
    };
    let bob = write(&acme, json!({"interviewer_id": 2, "status": "complete"})).await;
    let cleo = write(&acme, json!({"interviewer_id": 3})).await;
    let interviewed_at = acme.get(&format!("/api/v1/scorecards/{cleo}")).await.json["interviewed_at"].clone();
    assert_eq!(interviewed_at, "2026-09-01T10:00:00.000Z");
    assert_eq!(status().await, ("scheduled".to_owned(), vec![json!(bob), Value::Null, Value::Null]));
    assert_eq!(acme.post(&format!("/api/v1/scorecards/{cleo}/submit"), json!({})).await.status, 200);
    assert_eq!(status().await, ("complete".to_owned(), vec![json!(bob), json!(cleo), Value::Null]));
    assert_eq!(acme.fired().await, "");
}
