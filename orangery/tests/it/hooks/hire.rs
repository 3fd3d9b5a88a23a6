//! A hire and a hire taken back.

use orangery::tables::{ApplicationStatus, Job, JobStatus, OfferStatus, OpeningStatus};
use serde_json::json;

use crate::hiring::{self, application, delete, find, offer, opening, patch, post, stored_offer, way};

#[tokio::test(flavor = "multi_thread")]
async fn a_hire_accepts_the_offer_and_fills_an_opening() {
    let acme = hiring::acme().await;
    let id = offer(&acme, 50, json!({"opening_id": 102})).await;
    acme.fired().await;
    let terms = json!({"start_date": "2026-10-01", "close_reason_id": 1});
    let answer = acme.post("/v1/applications/50/hire", terms).await;
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!((&answer.json["status"], &answer.json["current_stage"]), (&json!("hired"), &json!(null)));
    let fired = acme.fired_bodies().await;
    assert_eq!(fired.iter().map(|it| &it["action"]).collect::<Vec<_>>(), ["hire_candidate", "offer_updated"]);
    let hired = &fired[0]["payload"]["application"];
    assert_eq!(hired["offer"]["starts_at"], "2026-10-01");
    assert_eq!(hired["offer"]["resolved_at"], "2026-08-22T10:01:00Z");
    assert_eq!(fired[1]["payload"]["offer_status"], "Accepted");
    let filled = opening(&acme, 102).await;
    assert_eq!(
        (filled.status, filled.application_id, filled.close_reason_id),
        (OpeningStatus::Closed, Some(50), Some(1))
    );
    assert_eq!(way(&acme, 50).await, [(Some(20), true)]);
    assert_eq!(
        post(&acme, "/v1/applications/50/hire", json!({})).await,
        "422; Application must be 'active', is currently 'hired'; fired: "
    );
    assert_eq!(
        patch(&acme, "/v1/applications/50/offers/current_offer", json!({"start_date": "2026-11-01"})).await,
        "422; The offer of somebody who is hired can't be changed: take the hire back first; fired: "
    );
    assert_eq!(
        delete(&acme, &format!("/api/v1/offers/{id}")).await,
        "422; An accepted offer can't be deleted: take the hire back first; fired: "
    );

    acme.pass(1000);
    let unhire = "/api/v1/applications/50/unhire";
    assert_eq!(post(&acme, unhire, json!({})).await, "200; fired: unhire_candidate, offer_updated");
    let back = application(&acme, 50).await;
    assert_eq!((back.status, back.stage_id, back.hired_at), (ApplicationStatus::Active, Some(20), None));
    let offered = stored_offer(&acme, id).await;
    assert_eq!((offered.status, offered.resolved_at), (OfferStatus::Unresolved, None));
    let vacant = opening(&acme, 102).await;
    assert_eq!((vacant.status, vacant.application_id, vacant.closed_at), (OpeningStatus::Open, None, None));
    assert_eq!(way(&acme, 50).await, [(Some(20), true), (Some(20), false)]);
    assert_eq!(
        post(&acme, unhire, json!({})).await,
        "422; Application must be 'hired', is currently 'active'; fired: "
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_opening_closes_the_job() {
    let acme = hiring::acme().await;
    let id = offer(&acme, 53, json!({})).await;
    acme.fired().await;
    let answer = acme.post(&format!("/api/v1/offers/{id}/accept"), json!({})).await;
    assert_eq!((answer.status, &answer.json["status"]), (200, &json!("accepted")), "{answer}");
    let fired = acme.fired_bodies().await;
    let actions: Vec<_> = fired.iter().map(|it| &it["action"]).collect();
    assert_eq!(actions, ["hire_candidate", "offer_updated", "job_updated"]);
    // FIRE-6: the first body shows the state after all of it.
    let hired = &fired[0]["payload"]["application"];
    assert_eq!((hired["job"]["close_date"].is_null(), &hired["jobs"][0]["status"]), (false, &json!("closed")));
    let job: Job = find(&acme, 11).await;
    assert_eq!((job.status, job.closed_by_application_id), (JobStatus::Closed, Some(53)));
    assert_eq!(
        post(&acme, "/api/v1/applications/53/unhire", json!({})).await,
        "200; fired: unhire_candidate, offer_updated, job_updated"
    );
    let job: Job = find(&acme, 11).await;
    assert_eq!((job.status, job.closed_at), (JobStatus::Open, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_offer() {
    let acme = hiring::acme().await;
    let path = "/v1/applications/50/hire";
    assert_eq!(
        post(&acme, path, json!({"start_date": "2026-10-01"})).await,
        "422; start_date: There is no offer that could have a start date: leave it out, or make an offer first; fired: "
    );
    assert_eq!(
        post(&acme, path, json!({"opening_id": 111})).await,
        "422; opening_id: Job 10 has no opening 111; fired: "
    );
    assert_eq!(
        post(&acme, "/v1/applications/52/hire", json!({})).await,
        "422; A prospect can't be hired: convert it to a candidate of a job first; fired: "
    );
    let answer = acme.post(path, json!({})).await;
    assert_eq!(answer.status, 200, "{answer}");
    let fired = acme.fired_bodies().await;
    assert_eq!((fired.len(), &fired[0]["payload"]["application"]["offer"]), (1, &json!(null)));
    assert_eq!(opening(&acme, 101).await.application_id, Some(50));
    assert_eq!(
        post(&acme, "/v1/applications/51/hire", json!({"opening_id": 101})).await,
        "422; The opening is closed already; name one that is open; fired: "
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn approvals_come_first() {
    let acme = hiring::acme().await;
    let plan = json!({
        "approval_type": "offer_candidate", "sequential": true,
        "approver_groups": [{"approvals_required": 1, "approvers": [{"user_id": 1}]}],
    });
    let planned = acme.put("/v1/jobs/10/approval_flows", plan).await;
    assert_eq!(planned.status, 200, "{planned}");
    let hire = "/v1/applications/50/hire";
    assert_eq!(
        post(&acme, hire, json!({})).await,
        "422; Offers of this job need approval: make an offer and have it approved before a hire; fired: "
    );
    let id = offer(&acme, 50, json!({})).await;
    acme.fired().await;
    assert_eq!(
        post(&acme, hire, json!({})).await,
        "422; The approval of the offer is pending: all approvals of the offer must be given before a hire; fired: "
    );
    let flows = acme.get(&format!("/api/v1/offers/{id}/approval-flows")).await;
    let flow = &flows.json[0]["id"];
    assert_eq!(post(&acme, &format!("/v1/approval_flows/{flow}/request_approvals"), json!({})).await, "200; fired: ");
    assert_eq!(
        post(&acme, &format!("/api/v1/approval-flows/{flow}/approve"), json!({"user_id": 1})).await,
        "200; fired: offer_approved"
    );
    assert_eq!(post(&acme, hire, json!({})).await, "200; fired: hire_candidate, offer_updated");

    // FIRE-8: closed by hand, and with approvals.
    acme.write(async move |work| {
        let by_hand = orangery::domain::job::Closing::ByHand { close_reason_id: None };
        orangery::domain::job::close(work, 10, by_hand).await
    })
    .await
    .unwrap();
    assert_eq!(acme.fired().await, "job_updated");
    assert_eq!(
        post(&acme, "/api/v1/applications/50/unhire", json!({})).await,
        "422; The job was closed by hand and has approvals: open it again first, then take the hire back; fired: "
    );
    assert_eq!(application(&acme, 50).await.status, ApplicationStatus::Hired);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_date_where_the_organization_asks_for_one() {
    let acme = hiring::acme().await;
    acme.write(async move |work| {
        let before = work.catalog().await?.organization.clone();
        let after = orangery::tables::Organization { offers_need_start_date: true, ..before.clone() };
        work.update(&before, &after).await.map(drop)
    })
    .await
    .unwrap();
    offer(&acme, 50, json!({})).await;
    acme.fired().await;
    assert_eq!(
        post(&acme, "/v1/applications/50/hire", json!({})).await,
        "422; start_date: is required: offers must have a start date, and the current one has none; fired: "
    );
    assert_eq!(
        post(&acme, "/v1/applications/50/hire", json!({"start_date": "2026-10-01"})).await,
        "200; fired: hire_candidate, offer_updated"
    );
}
