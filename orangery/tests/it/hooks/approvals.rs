//! Which approvals fire: the last of a flow, and no other.

use orangery::{
    domain::approval,
    tables::{FlowKind, OfferStatus},
};
use serde_json::{Value, json};

use crate::{
    acme::{Acme, insert},
    rows,
};

/// A flow of two groups: first Ada and Bob, then Cleo.
fn plan(kind: &str, sequential: bool, required: i64) -> Value {
    json!({
        "approval_type": kind,
        "sequential": sequential,
        "approver_groups": [
            {"approvals_required": required, "approvers": [{"user_id": 1}, {"email": "BOB@example.com"}]},
            {"approvals_required": 1, "approvers": [{"employee_id": "e-3"}]},
        ],
    })
}

async fn put(acme: &Acme, plan: Value) -> i64 {
    let answer = acme.put("/v1/jobs/10/approval_flows", plan).await;
    assert_eq!(answer.status, 200, "{answer}");
    answer.json["approval_flow_id"].as_i64().unwrap()
}

async fn request(acme: &Acme, flow: i64) {
    let answer = acme.post(&format!("/v1/approval_flows/{flow}/request_approvals"), json!({})).await;
    assert_eq!((answer.status, answer.json), (200, json!({"success": true})));
}

async fn approve(acme: &Acme, flow: i64, user: i64) -> (u16, String) {
    let answer = acme.post(&format!("/api/v1/approval-flows/{flow}/approve"), json!({"user_id": user})).await;
    let said = answer.json["approval_status"].as_str().or_else(|| answer.json["errors"][0]["message"].as_str());
    (answer.status, said.unwrap_or_default().to_owned())
}

async fn outstanding(acme: &Acme, offer: Option<i64>) -> Option<String> {
    acme.write(async move |work| approval::outstanding(work, 10, offer).await).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_last_approval_fires() {
    let acme = rows::acme().await;
    let flow = put(&acme, plan("offer_job", true, 2)).await;
    assert_eq!(approve(&acme, flow, 1).await, (422, format!("The approvals of flow {flow} were not requested yet")));
    request(&acme, flow).await;
    assert_eq!(
        approve(&acme, flow, 3).await,
        (422, "User 3 is not asked yet: a group before has to decide first".to_owned())
    );
    assert_eq!(approve(&acme, flow, 1).await, (200, "pending".to_owned()));
    assert_eq!(approve(&acme, flow, 1).await, (422, "User 1 has answered already".to_owned()));
    assert_eq!(approve(&acme, flow, 2).await, (200, "pending".to_owned()));
    assert!(outstanding(&acme, None).await.unwrap().contains("official job approval is pending"));
    assert_eq!(acme.fired().await, "");
    assert_eq!(approve(&acme, flow, 3).await, (200, "approved".to_owned()));
    let fired = acme.fired_bodies().await;
    assert_eq!(fired.len(), 1);
    assert_eq!(fired[0]["action"], "job_approved");
    assert_eq!(fired[0]["payload"]["approval_flow"], json!({"approval_flow_type": "offer_job"}));
    assert_eq!(fired[0]["payload"]["job"]["id"], 10);
    assert_eq!(outstanding(&acme, None).await, None);
    assert_eq!(approve(&acme, flow, 3).await, (422, format!("Approval flow {flow} is approved already")));
    let again = acme.put("/v1/jobs/10/approval_flows", plan("offer_job", true, 1)).await;
    assert_eq!(again.status, 422);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_two_is_enough_and_the_order_may_not_matter() {
    let acme = rows::acme().await;
    let flow = put(&acme, plan("open_job", false, 1)).await;
    request(&acme, flow).await;
    assert_eq!(approve(&acme, flow, 3).await, (200, "pending".to_owned()));
    assert_eq!(acme.fired().await, "");
    let answer = acme.post(&format!("/api/v1/approval-flows/{flow}/approve"), json!({})).await;
    assert_eq!((answer.status, &answer.json["approval_status"]), (200, &json!("approved")));
    assert_eq!(acme.fired().await, "job_approved");
    // Approval to start recruiting is not needed for a hire.
    assert_eq!(outstanding(&acme, None).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_fires_nothing_and_can_be_taken_back() {
    let acme = rows::acme().await;
    let flow = put(&acme, plan("open_job", true, 1)).await;
    request(&acme, flow).await;
    let refusal = json!({"user_id": 2, "reason": "Not this year"});
    let answer = acme.post(&format!("/api/v1/approval-flows/{flow}/refuse"), refusal).await;
    assert_eq!((answer.status, &answer.json["approval_status"]), (200, &json!("rejected")));
    assert_eq!(acme.put("/v1/jobs/10/approval_flows", plan("open_job", true, 1)).await.status, 422);
    let answer = acme.post(&format!("/api/v1/approval-flows/{flow}/reset"), json!({})).await;
    assert_eq!((answer.status, &answer.json["approval_status"]), (200, &json!("pending")));
    request(&acme, flow).await;
    approve(&acme, flow, 1).await;
    assert_eq!(acme.fired().await, "");
    approve(&acme, flow, 3).await;
    assert_eq!(acme.fired().await, "job_approved");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_gets_a_copy_of_the_pattern() {
    let acme = rows::acme().await;
    let pattern = put(&acme, plan("offer_candidate", true, 1)).await;
    let answer = acme.post(&format!("/v1/approval_flows/{pattern}/request_approvals"), json!({})).await;
    assert_eq!(answer.status, 422);
    assert!(outstanding(&acme, None).await.unwrap().starts_with("Offers of this job need approval"));
    assert_eq!(outstanding(&acme, Some(60)).await, None);
    acme.write(async move |work| approval::copy_for_offer(work, &rows::offer(work, 60, 1)).await).await.unwrap();
    assert!(outstanding(&acme, Some(60)).await.unwrap().starts_with("The approval of the offer is pending"));
    let flows = acme.get("/api/v1/offers/60/approval-flows").await;
    let flow = flows.json[0]["id"].as_i64().unwrap();
    assert_eq!(flows.json[0]["approver_groups"].as_array().unwrap().len(), 2);
    request(&acme, flow).await;
    approve(&acme, flow, 2).await;
    assert_eq!(acme.fired().await, "");
    approve(&acme, flow, 3).await;
    let fired = acme.fired_bodies().await;
    assert_eq!((fired.len(), &fired[0]["action"]), (1, &json!("offer_approved")));
    assert_eq!(fired[0]["payload"]["id"], 60);
    assert_eq!(outstanding(&acme, Some(60)).await, None);

    // The next version has to be approved again, by those whom this one had.
    acme.write(async move |work| {
        let next = rows::offer(work, 61, 2);
        insert(work, next.clone()).await?;
        approval::copy_for_offer(work, &next).await
    })
    .await
    .unwrap();
    assert!(outstanding(&acme, Some(61)).await.is_some());

    // A deprecated offer is not approved any more.
    let flow = acme.get("/api/v1/offers/61/approval-flows").await.json[0]["id"].as_i64().unwrap();
    request(&acme, flow).await;
    acme.write(async move |work| {
        let before = rows::offer(work, 61, 2);
        let before = orangery::tables::Offer { created_at: before.created_at, ..before };
        let after = orangery::tables::Offer { status: OfferStatus::Deprecated, ..before.clone() };
        work.update(&before, &after).await
    })
    .await
    .unwrap();
    assert_eq!(approve(&acme, flow, 1).await.0, 422);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_approval_changes_and_the_approvals_are_lost() {
    let acme = rows::acme().await;
    let official = put(&acme, plan("offer_job", false, 1)).await;
    let recruiting = put(&acme, plan("open_job", false, 1)).await;
    for flow in [official, recruiting] {
        request(&acme, flow).await;
        approve(&acme, flow, 1).await;
        approve(&acme, flow, 3).await;
    }
    assert_eq!(acme.fired().await, "job_approved, job_approved");
    acme.write(async move |work| {
        approval::reset_for_job(work, 10, FlowKind::OpenJob).await?;
        approval::reset_for_job(work, 10, FlowKind::OfferJob).await
    })
    .await
    .unwrap();
    let status = async |flow| acme.get(&format!("/v1/approval_flows/{flow}")).await.json["approval_status"].clone();
    // The job is open: approvals to start recruiting stay.
    assert_eq!((status(official).await, status(recruiting).await), (json!("pending"), json!("approved")));
    assert!(acme.write(async move |work| approval::has_flows(work, 10).await).await.unwrap());
    assert_eq!(acme.fired().await, "");
}
