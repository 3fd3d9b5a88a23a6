//! Rejecting and taking the rejection back.

use expect_test::expect;
use orangery::tables::{Application, Candidate};
use serde_json::json;

use crate::{
    acme::{Acme, insert},
    rows,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_fires_once_and_can_be_taken_back() {
    let acme = Acme::empty().await;
    acme.write(async move |work| {
        let jane =
            Candidate { last_name: "Smith <jane>".to_owned(), recruiter_id: Some(1), ..rows::candidate(work, 7) };
        insert(work, jane).await?;
        let prospect = Application {
            job_id: None,
            prospect: true,
            stage_id: None,
            source_id: Some(3),
            credited_name: Some("Uncle Bob".to_owned()),
            ..rows::application(work, 17, 7)
        };
        insert(work, prospect).await
    })
    .await
    .unwrap();

    acme.pass(1000);
    let answer =
        acme.post("/v1/applications/17/reject", json!({"rejection_reason_id": 2, "notes": "Later perhaps"})).await;
    assert_eq!((answer.status, answer.json["status"].as_str()), (200, Some("rejected")));
    let again = acme.post("/v1/applications/17/reject", json!({})).await;
    expect![[r#"
        422 {
          "message": "Application must be 'active', is currently 'rejected'",
          "errors": [
            {
              "message": "Application must be 'active', is currently 'rejected'"
            }
          ]
        }"#]]
    .assert_eq(&again.to_string());
    let fired = acme.fired_bodies().await;
    assert_eq!(fired.len(), 1);
    expect![[r#"
        {
          "action": "reject_candidate",
          "payload": {
            "application": {
              "id": 17,
              "rejected_at": "2026-08-22T10:00:01Z",
              "prospect": true,
              "status": "rejected",
              "applied_at": "2026-08-22T10:00:00Z",
              "last_activity_at": "2026-08-22T10:00:01Z",
              "url": "https://orangery.example.com/people/7?application_id=17",
              "source": {
                "id": 3,
                "name": "Referral",
                "public_name": "Referral"
              },
              "credited_to": {
                "name": "Uncle Bob"
              },
              "rejection_reason": {
                "id": 2,
                "name": "Lacking experience",
                "type": {
                  "id": 1,
                  "name": "We rejected them"
                }
              },
              "rejection_details": {
                "custom_fields": {}
              },
              "current_stage": null,
              "prospect_detail": {
                "prospect_pool": null,
                "prospect_stage": null,
                "prospect_owner": null
              },
              "custom_fields": {},
              "candidate": {
                "id": 7,
                "first_name": "Jane",
                "last_name": "Smith <jane>",
                "title": null,
                "company": null,
                "created_at": "2026-08-22T10:00:00Z",
                "external_id": null,
                "photo_url": null,
                "url": "https://orangery.example.com/people/7",
                "is_private": false,
                "can_email": true,
                "phone_numbers": [],
                "email_addresses": [],
                "addresses": [],
                "website_addresses": [],
                "social_media_addresses": [],
                "educations": [],
                "employments": [],
                "recruiter": {
                  "id": 1,
                  "email": null,
                  "name": "Ada Admin",
                  "employee_id": "ada-1"
                },
                "coordinator": null,
                "attachments": [],
                "tags": [],
                "custom_fields": {}
              },
              "jobs": []
            }
          }
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&fired[0]).unwrap());

    let answer = acme.post("/v1/applications/17/unreject", json!({})).await;
    assert_eq!((answer.status, answer.json["rejection_reason"].is_null()), (200, true));
    assert_eq!(acme.fired().await, "unreject_candidate");
}
