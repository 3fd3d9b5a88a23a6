//! Scorecards as our own API writes them and Harvest's clients read them.

use axum::http::Method;
use expect_test::expect;
use orangery::tables::{Application, Candidate};
use serde_json::json;

use crate::{acme::insert, rows};

#[tokio::test(flavor = "multi_thread")]
async fn written_submitted_and_read() {
    let acme = rows::acme().await;
    let body = json!({
        "application_id": 50,
        "interview_id": 30,
        "interviewer_id": 2,
        "interviewed_at": "2026-08-20T17:00:00Z",
        "overall_recommendation": "yes",
        "attributes": [
            {"name": "Communication", "type": "Skills", "note": "Great!", "rating": "yes"},
            {"name": "Analytical", "type": "Skills", "rating": "definitely_not"},
            {"name": "Project Management", "type": "Qualifications", "note": null, "rating": "mixed"},
            {"name": "Patience", "type": "Qualifications", "rating": "no_decision"},
        ],
        "answers": [
            {"id": null, "question": "Key Take-Aways", "answer": "Decent."},
            {"id": 123, "question": "Where?", "answer": "London, Dubai"},
        ],
    });
    let made = acme.post("/api/v1/scorecards", body).await;
    assert_eq!((made.status, &made.json["status"], &made.json["submitted_at"]), (201, &json!("draft"), &json!(null)));
    let id = made.json["id"].as_i64().unwrap();
    let path = format!("/v1/scorecards/{id}");
    // Nobody reads drafts over Harvest.
    assert_eq!(acme.get(&path).await.status, 404);
    assert_eq!(acme.get("/v1/scorecards").await.json, json!([]));
    assert_eq!(acme.get("/v1/applications/50/scorecards").await.json, json!([]));
    assert_eq!(acme.get("/api/v1/applications/50/scorecards").await.json[0]["id"], id);

    acme.pass(1000);
    let as_cleo = [("On-Behalf-Of", "3")];
    let submitted = acme.ask(Method::POST, &format!("/api{path}/submit"), None, &as_cleo).await;
    assert_eq!((submitted.status, &submitted.json["status"]), (200, &json!("complete")));
    let shown = acme.get(&path).await;
    expect![[r#"
        200 {
          "id": 1,
          "updated_at": "2026-08-22T10:00:01.123Z",
          "created_at": "2026-08-22T10:00:00.123Z",
          "interview": "Culture Fit",
          "interview_step": {
            "id": 30,
            "name": "Culture Fit"
          },
          "candidate_id": 40,
          "application_id": 50,
          "interviewed_at": "2026-08-20T17:00:00.000Z",
          "submitted_by": {
            "id": 3,
            "first_name": "Cleo",
            "last_name": "Clark",
            "name": "Cleo Clark",
            "employee_id": "e-3"
          },
          "interviewer": {
            "id": 2,
            "first_name": "Bob",
            "last_name": "Builder",
            "name": "Bob Builder",
            "employee_id": "e-2"
          },
          "submitted_at": "2026-08-22T10:00:01.123Z",
          "overall_recommendation": "yes",
          "attributes": [
            {
              "name": "Communication",
              "type": "Skills",
              "note": "Great!",
              "rating": "yes"
            },
            {
              "name": "Analytical",
              "type": "Skills",
              "note": null,
              "rating": "definitely_not"
            },
            {
              "name": "Project Management",
              "type": "Qualifications",
              "note": null,
              "rating": "mixed"
            },
            {
              "name": "Patience",
              "type": "Qualifications",
              "note": null,
              "rating": "no_decision"
            }
          ],
          "ratings": {
            "definitely_not": [
              "Analytical"
            ],
            "no": [],
            "mixed": [
              "Project Management"
            ],
            "yes": [
              "Communication"
            ],
            "strong_yes": []
          },
          "questions": [
            {
              "id": null,
              "question": "Key Take-Aways",
              "answer": "Decent."
            },
            {
              "id": 123,
              "question": "Where?",
              "answer": "London, Dubai"
            }
          ]
        }"#]]
    .assert_eq(&shown.to_string());
    assert_eq!(acme.get("/v1/scorecards").await.json, json!([shown.json]));
    let list = acme.get("/v1/applications/50/scorecards").await;
    assert_eq!(list.json, json!([shown.json]));
    assert!(list.link.ends_with("rel=\"last\""));
    assert_eq!(acme.get("/v1/applications/99/scorecards").await.status, 404);
    assert_eq!(acme.get("/v1/scorecards?created_after=2026-08-23").await.json, json!([]));
    assert_eq!(acme.get("/v1/scorecards?updated_after=nonsense").await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn ordered_by_candidate() {
    let acme = rows::acme().await;
    acme.write(async move |work| {
        let other = Candidate { first_name: "Abe".to_owned(), ..rows::candidate(work, 39) };
        insert(work, other).await?;
        let other: Application = rows::application(work, 51, 39);
        insert(work, other).await
    })
    .await
    .unwrap();
    for application in [50, 51, 50] {
        let body = json!({"application_id": application, "interview_name": "Chat", "status": "complete"});
        assert_eq!(acme.post("/api/v1/scorecards", body).await.status, 201);
    }
    let list = acme.get("/v1/scorecards").await.json;
    let candidates: Vec<i64> = list.as_array().unwrap().iter().map(|it| it["candidate_id"].as_i64().unwrap()).collect();
    assert_eq!(candidates, [39, 40, 40]);
    assert_eq!(list[0]["interview_step"], json!({"id": null, "name": "Chat"}));
    assert_eq!(acme.get("/v1/scorecards?per_page=2&page=2").await.json.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_told() {
    let acme = rows::acme().await;
    let body = json!({
        "application_id": 50, "interview_id": 99, "scheduled_interview_id": 99, "interviewer_id": 99,
        "overall_recommendation": "mixed",
        "attributes": [{"name": "x".repeat(256), "type": "Skills", "rating": "yes"}],
    });
    expect![[r#"
        422 {
          "message": "Validation error",
          "errors": [
            {
              "message": "Application 50 has no such interview 99",
              "field": "scheduled_interview_id"
            },
            {
              "message": "Interview 99 is in no stage of the job of application 50",
              "field": "interview_id"
            },
            {
              "message": "There is no user 99",
              "field": "interviewer_id"
            },
            {
              "message": "Must be one of: definitely_not, no, yes, strong_yes, no_decision",
              "field": "overall_recommendation"
            },
            {
              "message": "Must be at most 255 characters long",
              "field": "attributes[0].name"
            }
          ]
        }"#]]
    .assert_eq(&acme.post("/api/v1/scorecards", body).await.to_string());
    let one = async |body| {
        let answer = acme.post("/api/v1/scorecards", body).await;
        (answer.status, answer.json["errors"][0]["field"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(one(json!({})).await, (422, "application_id".to_owned()));
    assert_eq!(one(json!({"application_id": 99, "interview_name": "Chat"})).await, (422, "application_id".to_owned()));
    assert_eq!(one(json!({"application_id": 50})).await, (422, "interview_name".to_owned()));
    let rating = json!({"application_id": 50, "interview_name": "Chat", "attributes": [{"name": "a", "type": "b", "rating": "great"}]});
    assert_eq!(one(rating).await, (422, "attributes[0].rating".to_owned()));
    assert_eq!(one(json!({"application_id": 50, "interview_name": "\u{0}"})).await.0, 422);
    assert_eq!(acme.get("/api/v1/scorecards/99").await.status, 404);
    assert_eq!(acme.patch("/api/v1/scorecards/99", json!({})).await.status, 404);
    assert_eq!(acme.post("/api/v1/scorecards/99/submit", json!({})).await.status, 404);
}
