//! Offers and approvals.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Page, Scene, file, id};

pub async fn show(page: &mut Page) {
    offers(&mut page.scene().await).await;
    approvals(&mut page.scene().await).await;
}

async fn offers(it: &mut Scene<'_>) {
    it.heading("Offers");
    let current = "/v1/applications/50/offers/current_offer";
    let of = "/api/v1/applications/50/offers";
    let first = it.post("make an offer", of, json!({})).await;
    let ours = format!("/api/v1/offers/{}", id(&first));
    it.patch("change the start date", current, json!({"start_date": "2026-10-01"})).await;
    let remark = json!({"custom_fields": [{"name_key": "remark", "value": "Well"}]});
    it.patch("change a custom field that makes no versions", current, remark).await;
    let salary = |value: &str| json!({"custom_fields": [{"name_key": "salary", "value": value}]});
    it.patch("change the notes", ours.clone(), json!({"notes": "Much"})).await;
    it.patch("change the opening", ours.clone(), json!({"opening_id": 102})).await;
    it.post("note that an offer was sent", format!("{ours}/send"), json!({})).await;
    let what = "change a custom field that makes versions: the old one is deprecated";
    it.patch(what, current, salary("100")).await;
    it.post("make another offer: the one before is deprecated", of, json!({})).await;
    it.delete("delete a deprecated version", ours).await;
    let newest = it.before(of, json!({})).await;
    it.post("the candidate turns an offer down", format!("/api/v1/offers/{}/reject", id(&newest)), json!({})).await;
    it.delete("delete an offer that was turned down", format!("/api/v1/offers/{}", id(&newest))).await;
    let next = it.before(of, json!({})).await;
    it.post("accept an offer, which hires", format!("/api/v1/offers/{}/accept", id(&next)), json!({})).await;
}

/// Two groups: first Ada, then Bob.
fn plan(kind: &str, it: &Scene<'_>) -> Value {
    let group = |user_id: i64| json!({"approvals_required": 1, "approvers": [{"user_id": user_id}]});
    json!({"approval_type": kind, "sequential": true, "approver_groups": [group(1), group(it.bob)]})
}

async fn approvals(it: &mut Scene<'_>) {
    it.heading("Approvals");
    let flows = "/v1/jobs/10/approval_flows";
    for (kind, name) in [("open_job", "approval to start recruiting"), ("offer_job", "official job approval")] {
        let plan = plan(kind, it);
        let flow = it.put(&format!("plan the {name}"), flows, plan).await["approval_flow_id"].clone();
        it.post(&format!("request the {name}"), format!("/v1/approval_flows/{flow}/request_approvals"), json!({}))
            .await;
        let approve = format!("/api/v1/approval-flows/{flow}/approve");
        it.post(&format!("give the first of two: {name}"), approve.clone(), json!({"user_id": 1})).await;
        it.post(&format!("give the last of two: {name}"), approve, json!({"user_id": it.bob})).await;
    }
    let pattern = plan("offer_candidate", it);
    it.put("plan how the job's offers are approved", flows, pattern).await;
    let offer = it.before("/api/v1/applications/50/offers", json!({})).await;
    let flow = it.acme.get(&format!("/api/v1/offers/{}/approval-flows", id(&offer))).await.json[0].clone();
    let (id, group) = (id(&flow), id(&flow["approver_groups"][1]));
    let request = format!("/v1/approval_flows/{id}/request_approvals");
    let (approve, refuse) =
        (format!("/api/v1/approval-flows/{id}/approve"), format!("/api/v1/approval-flows/{id}/refuse"));
    it.post("request the approval of an offer", request.clone(), json!({})).await;
    it.post("refuse it", refuse, json!({"user_id": 1, "reason": "Too much"})).await;
    it.post("take all answers back", format!("/api/v1/approval-flows/{id}/reset"), json!({})).await;
    let replace = json!({"remove_user_id": it.bob, "add_user_id": it.cleo});
    let what = "put one approver in another's place";
    it.put(what, format!("/v1/approver_groups/{group}/replace_approvers"), replace).await;
    it.before(request, json!({})).await;
    it.post("give the first of two approvals of an offer", approve.clone(), json!({"user_id": 1})).await;
    let letter = "/v1/applications/50/attachments";
    it.post("attach an offer letter, with which the approvals start anew", letter, file("offer_letter")).await;
    let early = "give the last of two approvals all the same";
    it.refused(early, Method::POST, approve.clone(), json!({"user_id": it.cleo})).await;
    it.before(format!("/v1/approval_flows/{id}/request_approvals"), json!({})).await;
    it.before(approve.clone(), json!({"user_id": 1})).await;
    it.post("give the last of two approvals of an offer", approve, json!({"user_id": it.cleo})).await;
    it.post("make an offer that needs approval", "/api/v1/applications/51/offers", json!({})).await;
}
