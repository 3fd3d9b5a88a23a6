//! Scheduled interviews as Harvest's clients make, change and read them.

use axum::http::Method;
use expect_test::expect;
use orangery::{
    domain::{
        interview::{self, Attendee, NewInterview, Outsiders},
        user::UserRef,
    },
    tables::ResponseStatus,
};
use serde_json::{Value, json};

use crate::rows;

fn body() -> Value {
    json!({
        "application_id": 50,
        "interview_id": 30,
        "interviewers": [
            {"user_id": 2, "response_status": "accepted"},
            {"email": "guest@example.org", "response_status": "tentative"},
        ],
        "start": "2026-09-01T10:00:00Z",
        "end": "2026-09-01T11:00:00Z",
        "external_event_id": "event-1",
        "location": "Big Conference Room",
        "video_conferencing_url": "http://example.com",
    })
}

fn with(change: Value) -> Value {
    let mut body = body();
    for (name, value) in change.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn made_changed_and_listed() {
    let acme = rows::acme().await;
    let made = acme.post("/v2/scheduled_interviews", body()).await;
    expect![[r#"
        201 {
          "id": 1,
          "application_id": 50,
          "external_event_id": "event-1",
          "start": {
            "date_time": "2026-09-01T10:00:00.000Z"
          },
          "end": {
            "date_time": "2026-09-01T11:00:00.000Z"
          },
          "location": "Big Conference Room",
          "video_conferencing_url": "http://example.com",
          "status": "scheduled",
          "created_at": "2026-08-22T10:00:00.123Z",
          "updated_at": "2026-08-22T10:00:00.123Z",
          "interview": {
            "id": 30,
            "name": "Culture Fit"
          },
          "organizer": {
            "id": 1,
            "first_name": "Ada",
            "last_name": "Admin",
            "name": "Ada Admin",
            "employee_id": "ada-1"
          },
          "interviewers": [
            {
              "id": 2,
              "employee_id": "e-2",
              "name": "Bob Builder",
              "email": "bob@example.com",
              "response_status": "accepted",
              "scorecard_id": null
            },
            {
              "id": null,
              "employee_id": null,
              "name": "guest@example.org",
              "email": "guest@example.org",
              "response_status": "tentative",
              "scorecard_id": null
            }
          ]
        }"#]]
    .assert_eq(&made.to_string());
    let path = format!("/v2/scheduled_interviews/{}", made.json["id"]);
    assert_eq!(acme.get(&path.replace("v2", "v1")).await.json, made.json);

    acme.pass(1000);
    let as_bob = [("On-Behalf-Of", "2")];
    let change = json!({"end": "2026-09-01T12:00:00+01:00", "location": null, "interviewers": [{"employee_id": "e-3", "response_status": "needs_action"}]});
    let changed = acme.ask(Method::PATCH, &path, Some(change.to_string()), &as_bob).await;
    assert_eq!(changed.status, 200, "{changed}");
    let change = json!({"start": "2026-09-01T11:00:00Z"});
    let wrong = acme.patch(&path, change).await;
    assert_eq!((wrong.status, &wrong.json["errors"][0]["field"]), (422, &json!("end")));
    let now = acme.get(&path.replace("v2", "v1")).await.json;
    assert_eq!(now["end"], json!({"date_time": "2026-09-01T11:00:00.000Z"}));
    assert_eq!((&now["location"], &now["organizer"]["id"]), (&Value::Null, &json!(2)));
    assert_eq!(now["interviewers"][0]["email"], "cleo@example.com");
    assert_eq!(now["interviewers"].as_array().unwrap().len(), 1);
    assert_eq!(now["updated_at"], "2026-08-22T10:00:01.123Z");

    let found =
        async |query: &str| acme.get(&format!("/v1/scheduled_interviews?{query}")).await.json.as_array().unwrap().len();
    assert_eq!(found("external_event_id=event-1&actionable=true").await, 1);
    assert_eq!(found("external_event_id=event-2").await, 0);
    assert_eq!(found("starts_after=2026-09-01T10:00:00Z&ends_before=2026-09-01T11:00:00.001Z").await, 1);
    assert_eq!(found("starts_before=2026-09-01T10:00:00Z").await, 0);
    assert_eq!(found("updated_after=2026-08-22T10:00:01.123Z").await, 1);
    assert_eq!(found("created_before=2026-08-22T10:00:00.123Z").await, 0);
    let list = acme.get("/v1/applications/50/scheduled_interviews?starts_after=2030-01-01").await;
    assert_eq!((list.status, list.json.as_array().unwrap().len()), (200, 1));
    assert_eq!(
        list.link,
        "<https://orangery.example.com/v1/applications/50/scheduled_interviews?starts_after=2030-01-01&page=1&per_page=100>; rel=\"last\""
    );
    assert_eq!(acme.get("/v1/applications/51/scheduled_interviews").await.status, 404);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_told() {
    let acme = rows::acme().await;
    expect![[r#"
        422 {
          "message": "Validation error",
          "errors": [
            {
              "message": "is required",
              "field": "application_id"
            },
            {
              "message": "is required",
              "field": "interview_id"
            },
            {
              "message": "Must be one of: needs_action, declined, tentative, accepted",
              "field": "interviewers[0].response_status"
            },
            {
              "message": "Must name a user by user_id, email or employee_id",
              "field": "interviewers[0].user_id"
            },
            {
              "message": "is required",
              "field": "start"
            },
            {
              "message": "is required",
              "field": "end"
            },
            {
              "message": "is required",
              "field": "external_event_id"
            }
          ]
        }"#]]
    .assert_eq(
        &acme
            .post("/v2/scheduled_interviews", json!({"interviewers": [{"response_status": "maybe"}]}))
            .await
            .to_string(),
    );
    let change = json!({
        "interview_id": 99, "end": "2026-09-01T10:00:00Z",
        "interviewers": [{"user_id": 99, "response_status": "accepted"}, {"email": "nonsense", "response_status": "accepted"}],
    });
    expect![[r#"
        422 {
          "message": "Validation error",
          "errors": [
            {
              "message": "Interview 99 is in no stage of the job of application 50",
              "field": "interview_id"
            },
            {
              "message": "There is no user 99",
              "field": "interviewers[0].user_id"
            },
            {
              "message": "\"nonsense\" is no e-mail address",
              "field": "interviewers[1].email"
            },
            {
              "message": "Must be after start",
              "field": "end"
            }
          ]
        }"#]]
    .assert_eq(&acme.post("/v2/scheduled_interviews", with(change)).await.to_string());
    let wrong = acme.post("/v2/scheduled_interviews", with(json!({"application_id": 99}))).await;
    assert_eq!((wrong.status, &wrong.json["errors"][0]["field"]), (422, &json!("application_id")));
    // v1 takes no addresses of nobody.
    let wrong = acme.post("/v1/scheduled_interviews", body()).await;
    assert_eq!((wrong.status, &wrong.json["errors"][0]["field"]), (422, &json!("interviewers[1].user_id")));
    assert_eq!(acme.get("/v1/scheduled_interviews").await.json, json!([]));

    assert_eq!(acme.post("/v2/scheduled_interviews", body()).await.status, 201);
    let again = acme.post("/v2/scheduled_interviews", body()).await;
    assert_eq!((again.status, &again.json["errors"][0]["field"]), (422, &json!("external_event_id")));
    assert_eq!(acme.post("/v2/scheduled_interviews", with(json!({"interviewers": []}))).await.status, 422);
    acme.post("/v1/applications/50/reject", json!({})).await;
    let rejected = acme.post("/v2/scheduled_interviews", with(json!({"external_event_id": "event-2"}))).await;
    assert_eq!(rejected.json["errors"][0]["message"], "Application must be 'active', is currently 'rejected'");
    assert_eq!(acme.get("/v1/scheduled_interviews?actionable=true").await.json, json!([]));
    assert_eq!(acme.patch("/v2/scheduled_interviews/99", json!({})).await.status, 404);
    assert_eq!(acme.delete("/v1/scheduled_interviews/99", json!({})).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_made_through_the_api_is_not_changed_through_it() {
    let acme = rows::acme().await;
    let id = acme
        .write(async move |work| {
            let day = |day: &str| format!("{day}T00:00:00Z").parse().unwrap();
            let new = NewInterview {
                id: Some(777),
                application_id: 50,
                interview_id: 30,
                interviewers: vec![Attendee {
                    who: UserRef::Id(2),
                    name: None,
                    response_status: ResponseStatus::NeedsAction,
                }],
                starts_at: day("2026-09-01"),
                ends_at: day("2026-09-02"),
                all_day: true,
                external_event_id: None,
                location: None,
                video_conferencing_url: None,
                outsiders: Outsiders::Welcome,
                by_api: false,
            };
            interview::create(work, new).await
        })
        .await
        .unwrap();
    let shown = acme.get(&format!("/v1/scheduled_interviews/{id}")).await;
    assert_eq!(
        (&shown.json["start"], &shown.json["end"]),
        (&json!({"date": "2026-09-01"}), &json!({"date": "2026-09-02"}))
    );
    assert_eq!(acme.get("/v1/scheduled_interviews?actionable=true").await.json, json!([]));
    let wrong = acme.patch("/v2/scheduled_interviews/777", json!({"location": "Roof"})).await;
    assert_eq!(wrong.status, 422);
    expect!["Interview 777 was not created through the API: only those that were can be changed through it"]
        .assert_eq(wrong.json["errors"][0]["message"].as_str().unwrap());
    assert_eq!(acme.delete("/v1/scheduled_interviews/777", json!({})).await.status, 422);
    let not_one = acme.put("/api/v1/scheduled-interviews/777/response", json!({"response_status": "accepted"})).await;
    assert_eq!((not_one.status, &not_one.json["errors"][0]["field"]), (422, &json!("user_id")));
    let wrong = acme.put("/api/v1/applications/50/interviews/30/status", json!({"status": "sent"})).await;
    assert_eq!((wrong.status, &wrong.json["errors"][0]["field"]), (422, &json!("status")));
    assert_eq!(
        acme.put("/api/v1/applications/50/interviews/99/status", json!({"status": "skipped"})).await.status,
        404
    );
    assert_eq!(acme.fired().await, "");
}
