//! Rejecting and taking the rejection back.

use expect_test::expect;
use orangery::tables::{Application, ApplicationStatus, Candidate};
use serde_json::json;
use sql::Json;

use crate::acme::{Acme, insert};

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_fires_once_and_can_be_taken_back() {
    let acme = Acme::empty().await;
    acme.write(async move |work| {
        let now = work.now;
        let candidate = Candidate {
            id: 7,
            first_name: "Jane".to_owned(),
            last_name: "Smith <jane>".to_owned(),
            company: None,
            title: None,
            headline: None,
            external_id: None,
            photo: None,
            is_private: false,
            can_email: true,
            recruiter_id: Some(1),
            coordinator_id: None,
            linked_user_id: None,
            linkedin_profile: None,
            match_score_reasoning: None,
            identity_verification: None,
            custom: Json::default(),
            created_at: now,
            updated_at: now,
            last_activity_at: now,
        };
        insert(work, candidate).await?;
        let application = Application {
            id: 17,
            candidate_id: 7,
            job_id: None,
            prospect: true,
            status: ApplicationStatus::Active,
            stage_id: None,
            hired_from_stage_id: None,
            job_post_id: None,
            source_id: Some(3),
            credited_user_id: None,
            credited_name: Some("Uncle Bob".to_owned()),
            recruiter_id: None,
            coordinator_id: None,
            location: None,
            answers: Json::default(),
            custom: Json::default(),
            referral_custom: Json::default(),
            rejection_reason_id: None,
            rejection_custom: Json::default(),
            rejection_note_id: None,
            rejected_by_id: None,
            prospect_pool_id: None,
            prospect_stage_id: None,
            prospect_owner_id: None,
            prospective_department_id: None,
            prospective_office_id: None,
            applied_at: now,
            rejected_at: None,
            hired_at: None,
            created_at: now,
            last_activity_at: now,
            updated_at: now,
        };
        insert(work, application).await
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
