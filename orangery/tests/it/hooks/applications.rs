//! Applications moved, changed, converted, deleted: what fires, and what stays silent.

use orangery::tables::{ApplicationStatus, Candidate};
use serde_json::json;

use crate::hiring::{self, application, delete, find, patch, post, way};

#[tokio::test(flavor = "multi_thread")]
async fn moves_fire_a_stage_change_each() {
    let acme = hiring::acme().await;
    assert_eq!(
        post(&acme, "/v1/applications/50/advance", json!({"from_stage_id": 21})).await,
        "422; from_stage_id: Must be the present stage, which is 20; fired: "
    );
    assert_eq!(
        post(&acme, "/v1/applications/50/advance", json!({"from_stage_id": 20})).await,
        "200; fired: candidate_stage_change"
    );
    assert_eq!(
        post(&acme, "/v1/applications/50/move", json!({"from_stage_id": 21, "to_stage_id": 21})).await,
        "200; fired: "
    );
    assert_eq!(
        post(&acme, "/v1/applications/50/move", json!({"from_stage_id": 21, "to_stage_id": 23})).await,
        "422; to_stage_id: Stage 23 is none of the job's stages; fired: "
    );
    assert_eq!(
        post(&acme, "/v1/applications/50/move", json!({"from_stage_id": 21, "to_stage_id": 22})).await,
        "200; fired: candidate_stage_change"
    );
    assert_eq!(
        post(&acme, "/v1/applications/50/advance", json!({"from_stage_id": 22})).await,
        "422; The application is in the last stage of its job: hire, reject or move to another stage instead; fired: "
    );
    assert_eq!(
        post(&acme, "/v1/applications/52/advance", json!({"from_stage_id": 22})).await,
        "422; A prospect has no stage: convert it to a candidate of a job first; fired: "
    );
    assert_eq!(way(&acme, 50).await, [(Some(20), true), (Some(21), true), (Some(22), false)]);
    let moved = application(&acme, 50).await;
    let candidate: Candidate = find(&acme, 40).await;
    assert_eq!(moved.last_activity_at, candidate.last_activity_at);
    assert!(candidate.last_activity_at > candidate.updated_at);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_changes_the_job_then_the_stage() {
    let acme = hiring::acme().await;
    assert_eq!(
        post(&acme, "/v1/applications/52/transfer_to_job", json!({"new_job_id": 11})).await,
        "422; A prospect is on no job's plan: convert it to a candidate of that job instead; fired: "
    );
    assert_eq!(
        post(&acme, "/v1/applications/50/transfer_to_job", json!({"new_job_id": 12})).await,
        "422; new_job_id: There is no job 12; fired: "
    );
    assert_eq!(
        post(&acme, "/v1/applications/50/transfer_to_job", json!({"new_job_id": 11, "new_stage_id": 20})).await,
        "422; new_stage_id: Stage 20 is none of the job's stages; fired: "
    );
    assert_eq!(
        post(&acme, "/v1/applications/50/transfer_to_job", json!({"new_job_id": 11})).await,
        "200; fired: application_updated, candidate_stage_change"
    );
    assert_eq!(way(&acme, 50).await, [(Some(20), true), (Some(23), false)]);
    assert_eq!(
        post(&acme, "/v1/applications/50/transfer_to_job", json!({"new_job_id": 11})).await,
        "422; The application is on that job already: move it to another stage instead; fired: "
    );
    let again = acme.post("/v1/candidates/40/applications", json!({"job_id": 10})).await;
    assert_eq!((again.status, acme.fired().await.as_str()), (201, "new_candidate_application"));
    let twin = again.json["id"].as_i64().unwrap();
    assert_eq!(
        post(&acme, "/v1/applications/50/transfer_to_job", json!({"new_job_id": 10})).await,
        format!("422; The candidate is on that job already, by application {twin}; fired: ")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_fires_for_what_changed() {
    let acme = hiring::acme().await;
    let path = "/v1/applications/50";
    let source = json!({"source_id": 3, "referrer": {"type": "outside", "value": "Uncle Bob"}});
    assert_eq!(patch(&acme, path, source.clone()).await, "200; fired: application_updated");
    assert_eq!(patch(&acme, path, source).await, "200; fired: ");
    assert_eq!(patch(&acme, path, json!({"recruiter_id": 1, "custom_fields": []})).await, "200; fired: ");
    assert_eq!(application(&acme, 50).await.recruiter_id, Some(1));
    assert_eq!(patch(&acme, path, json!({"referrer": null})).await, "200; fired: application_updated");
    assert_eq!(
        patch(&acme, path, json!({"source_id": 999, "recruiter_id": 999, "referrer": {"type": "id", "value": 999}}))
            .await,
        "422; source_id: There is no source 999; recruiter_id: There is no user 999; referrer.value: There is no user 999; fired: "
    );
    assert_eq!(
        patch(&acme, path, json!({"rejection_details": {"custom_fields": [{"id": 1, "value": "x"}]}})).await,
        "422; Application must be 'rejected', is currently 'active'; fired: "
    );
    assert_eq!(
        patch(&acme, path, json!({"prospect_pool_id": 1})).await,
        "422; Pool, stage, owner, department, office and jobs of a prospect can't be set on a candidate's application; fired: "
    );
    let ours = "/api/v1/applications/50";
    let answers = json!({"location": "Ghent", "answers": [{"question": "Why?", "answer": "Because"}]});
    assert_eq!(patch(&acme, ours, answers.clone()).await, "200; fired: application_updated");
    assert_eq!(patch(&acme, ours, answers).await, "200; fired: ");
    assert_eq!(
        patch(&acme, ours, json!({"job_post_id": 999})).await,
        "422; job_post_id: There is no post 999; fired: "
    );
    let jobs = json!({"job_ids": [10, 11]});
    assert_eq!(patch(&acme, "/api/v1/applications/52", jobs.clone()).await, "200; fired: application_updated");
    assert_eq!(patch(&acme, "/api/v1/applications/52", jobs).await, "200; fired: ");
    assert_eq!(patch(&acme, "/api/v1/applications/99", json!({})).await, "404; fired: ");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_reason_of_a_rejection_is_an_update() {
    let acme = hiring::acme().await;
    let path = "/v1/applications/50/reject";
    assert_eq!(
        patch(&acme, path, json!({"rejection_reason_id": 3})).await,
        "422; Application must be 'rejected', is currently 'active'; fired: "
    );
    let mail = json!({"rejection_email": {"email_template_id": 999, "send_email_at": "2026-09-01T10:00:00Z"}});
    assert_eq!(
        post(&acme, path, mail).await,
        "422; rejection_email.email_template_id: There is no e-mail template 999; fired: "
    );
    assert_eq!(post(&acme, path, json!({"rejection_reason_id": 2})).await, "200; fired: reject_candidate");
    let answer = acme.patch(path, json!({"rejection_reason_id": 3})).await;
    let message = "Rejection reason updated to 3 (Overqualified)";
    assert_eq!(answer.json, json!({"id": 50, "message": message, "success": true}));
    assert_eq!(acme.fired().await, "application_updated");
    assert_eq!(patch(&acme, path, json!({"rejection_reason_id": 3})).await, "200; fired: ");
    assert_eq!(
        patch(&acme, path, json!({"rejection_reason_id": 999})).await,
        "422; rejection_reason_id: There is no rejection reason 999; fired: "
    );
    assert_eq!(post(&acme, "/v1/applications/50/unreject", json!({})).await, "200; fired: unreject_candidate");
    assert_eq!(application(&acme, 50).await.stage_id, Some(20));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_details_of_a_rejection() {
    let acme = hiring::acme().await;
    let why = |value: &str| json!({"rejection_details": {"custom_fields": [{"name_key": "why", "value": value}]}});
    let answer = acme.post("/v1/applications/50/reject", why("Too far")).await;
    assert_eq!(answer.json["rejection_details"]["custom_fields"], json!({"why": "Too far"}), "{answer}");
    let fired = acme.fired_bodies().await;
    let told = &fired[0]["payload"]["application"]["rejection_details"]["custom_fields"]["why"]["value"];
    assert_eq!(told, "Too far");
    assert_eq!(patch(&acme, "/v1/applications/50", why("Too near")).await, "200; fired: application_updated");
    assert_eq!(patch(&acme, "/v1/applications/50", why("Too near")).await, "200; fired: ");
    assert_eq!(
        post(
            &acme,
            "/v1/applications/51/reject",
            json!({"rejection_details": {"custom_fields": [{"id": 99, "value": "x"}]}})
        )
        .await
        .split(';')
        .next(),
        Some("422")
    );
    assert_eq!(application(&acme, 51).await.status, ApplicationStatus::Active);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_left_in_a_stage_that_is_gone_begins_anew() {
    let acme = hiring::acme().await;
    for (id, how) in [(50, "reject"), (51, "hire")] {
        post(&acme, &format!("/v1/applications/{id}/advance"), json!({"from_stage_id": 20})).await;
        assert!(post(&acme, &format!("/v1/applications/{id}/{how}"), json!({})).await.starts_with("200"));
    }
    acme.write(async move |work| orangery::domain::stage::delete(work, 21).await).await.unwrap();
    assert_eq!(acme.fired().await, "job_interview_stage_deleted");
    assert_eq!(post(&acme, "/v1/applications/50/unreject", json!({})).await, "200; fired: unreject_candidate");
    assert_eq!(post(&acme, "/api/v1/applications/51/unhire", json!({})).await, "200; fired: unhire_candidate");
    assert_eq!(application(&acme, 50).await.stage_id, Some(20));
    assert_eq!(application(&acme, 51).await.stage_id, Some(20));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prospect_is_converted_by_a_new_application() {
    let acme = hiring::acme().await;
    let path = "/v1/applications/52/convert_prospect";
    assert_eq!(
        patch(&acme, "/v1/applications/50/convert_prospect", json!({"job_id": 11})).await,
        "422; Only a prospect can be converted, and this is a candidate's application; fired: "
    );
    assert_eq!(patch(&acme, path, json!({"job_id": 99})).await, "422; job_id: There is no job 99; fired: ");
    patch(&acme, "/v1/applications/52", json!({"source_id": 3})).await;
    let answer = acme.patch(path, json!({"job_id": 11, "initial_stage_id": 24})).await;
    assert_eq!(answer.status, 200, "{answer}");
    let new_id = answer.json["new_application_id"].as_i64().unwrap();
    let expected = json!({
        "success": true, "old_application_id": 52, "new_application_id": new_id, "new_job_id": 11, "new_stage_id": 24,
    });
    assert_eq!(answer.json, expected);
    assert_eq!(acme.fired().await, "new_candidate_application");
    assert_eq!(application(&acme, 52).await.status, ApplicationStatus::Converted);
    assert_eq!(application(&acme, new_id).await.source_id, Some(3));
    assert_eq!(
        patch(&acme, path, json!({"job_id": 10})).await,
        "422; Application must be 'active', is currently 'converted'; fired: "
    );
    assert_eq!(
        patch(&acme, "/v1/applications/52", json!({"source_id": 4})).await,
        "422; Application must be 'active', 'rejected' or 'hired', is currently 'converted'; fired: "
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_tells_of_itself_alone() {
    let acme = hiring::acme().await;
    hiring::offer(&acme, 50, json!({})).await;
    acme.fired().await;
    assert_eq!(
        delete(&acme, "/v1/applications/52").await,
        "422; Only a candidate's application can be deleted, and this is a prospect's: reject it instead; fired: "
    );
    let answer = acme.delete("/v1/applications/50", json!({})).await;
    assert_eq!(answer.json, json!({"message": "Application 50 has been deleted."}));
    let fired = acme.fired_bodies().await;
    assert_eq!(fired.len(), 1);
    assert_eq!(
        (&fired[0]["action"], &fired[0]["payload"]["application"]["id"]),
        (&json!("delete_application"), &json!(50))
    );
    assert_eq!(delete(&acme, "/v1/applications/50").await, "404; fired: ");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_a_time_stand_or_fall_each_for_itself() {
    let acme = hiring::acme().await;
    let bulk = "/api/v1/applications/bulk";
    let answer = acme.post(bulk, json!({"action": "reject", "ids": [50, 51, 99], "rejection_reason_id": 2})).await;
    assert_eq!(
        answer.json,
        json!([
            {"id": 50, "ok": true, "errors": []},
            {"id": 51, "ok": true, "errors": []},
            {"id": 99, "ok": false, "errors": [{"message": "application 99 not found"}]},
        ])
    );
    assert_eq!(acme.fired().await, "reject_candidate, reject_candidate");
    let answer = acme.post(bulk, json!({"action": "advance", "ids": [50]})).await;
    let message = "Application must be 'active', is currently 'rejected'";
    assert_eq!(answer.json, json!([{"id": 50, "ok": false, "errors": [{"message": message}]}]));
    assert_eq!(
        post(&acme, bulk, json!({"action": "unreject", "ids": [50, 51]})).await,
        "200; fired: unreject_candidate, unreject_candidate"
    );
    assert_eq!(
        post(&acme, bulk, json!({"action": "advance", "ids": [50, 51, 51]})).await,
        "200; fired: candidate_stage_change, candidate_stage_change"
    );
    assert_eq!(
        post(&acme, bulk, json!({"action": "move", "ids": [50, 53], "to_stage_id": 22})).await,
        "200; fired: candidate_stage_change"
    );
    assert_eq!(
        post(&acme, bulk, json!({"action": "offer", "ids": [50, 51], "offer": {"notes": "Welcome"}})).await,
        "200; fired: offer_created, offer_created"
    );
    assert_eq!(post(&acme, bulk, json!({"action": "delete", "ids": [51, 52]})).await, "200; fired: delete_application");
    assert_eq!(
        post(&acme, bulk, json!({"action": "move", "ids": []})).await,
        "422; ids: Must be from 1 to 500 ids; to_stage_id: is required; fired: "
    );
}
