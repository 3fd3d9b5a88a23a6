//! Offers and their versions: what fires, and what stays silent.

use orangery::tables::OfferStatus;
use serde_json::{Value, json};

use crate::hiring::{self, delete, offer, patch, post, stored_offer};

fn salary(value: &str) -> Value {
    json!({"custom_fields": [{"name_key": "salary", "value": value}]})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_deprecates_the_old() {
    let acme = hiring::acme().await;
    let first = offer(&acme, 50, json!({"start_date": "2026-10-01", "opening_id": 102, "notes": "Good"})).await;
    assert_eq!(acme.fired().await, "offer_created");
    let path = format!("/api/v1/offers/{first}");
    assert_eq!(patch(&acme, &path, json!({"notes": "Better"})).await, "200; fired: offer_updated");
    assert_eq!(patch(&acme, &path, json!({"notes": "Better"})).await, "200; fired: ");
    let remark = json!({"custom_fields": [{"id": 6, "value": "Soon"}]});
    assert_eq!(patch(&acme, &path, remark).await, "200; fired: offer_updated");

    let current = "/v1/applications/50/offers/current_offer";
    acme.pass(1000);
    let answer = acme.patch(current, salary("1000")).await;
    assert_eq!((answer.status, answer.json), (200, json!({"success": true})));
    let fired = acme.fired_bodies().await;
    let told: Vec<Value> = fired
        .iter()
        .map(|it| {
            json!([it["action"], it["payload"]["version"], it["payload"]["offer_status"], it["payload"]["resolved_at"]])
        })
        .collect();
    assert_eq!(
        json!(told),
        json!([["offer_updated", 1, "Deprecated", "2026-08-22T10:01:01Z"], ["offer_created", 2, "Created", null]])
    );
    let second = acme.get(current).await;
    assert_eq!((&second.json["version"], &second.json["starts_at"]), (&json!(2), &json!("2026-10-01")));
    assert_eq!(second.json["opening"]["id"], 102);
    assert_eq!(patch(&acme, current, salary("1000")).await, "200; fired: ");
    assert_eq!(
        patch(&acme, &path, json!({"notes": "Best"})).await,
        "422; Offer must be 'unresolved', is currently 'deprecated'; fired: "
    );

    assert_eq!(
        post(&acme, "/api/v1/applications/50/offers", json!({})).await,
        "201; fired: offer_updated, offer_created"
    );
    assert_eq!(delete(&acme, &path).await, "200; fired: offer_deleted");
    assert_eq!(delete(&acme, &path).await, "404; fired: ");
}

#[tokio::test(flavor = "multi_thread")]
async fn sent_and_turned_down() {
    let acme = hiring::acme().await;
    let id = offer(&acme, 50, json!({})).await;
    acme.fired().await;
    assert_eq!(post(&acme, &format!("/api/v1/offers/{id}/send"), json!({})).await, "200; fired: offer_updated");
    assert_eq!(stored_offer(&acme, id).await.sent_on.unwrap().to_string(), "2026-08-22");
    assert_eq!(post(&acme, &format!("/api/v1/offers/{id}/send"), json!({})).await, "200; fired: ");
    assert_eq!(post(&acme, &format!("/api/v1/offers/{id}/reject"), json!({})).await, "200; fired: offer_updated");
    let row = stored_offer(&acme, id).await;
    assert_eq!((row.status, row.resolved_at.is_some()), (OfferStatus::Rejected, true));
    assert_eq!(
        post(&acme, &format!("/api/v1/offers/{id}/reject"), json!({})).await,
        "422; Offer must be 'unresolved', is currently 'rejected'; fired: "
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused() {
    let acme = hiring::acme().await;
    assert_eq!(
        post(&acme, "/api/v1/applications/52/offers", json!({})).await,
        "422; A prospect can't get an offer: convert it to a candidate of a job first; fired: "
    );
    assert_eq!(
        post(&acme, "/api/v1/applications/50/offers", json!({"opening_id": 111, "notes": "x".repeat(100_001)})).await,
        "422; opening_id: Opening 111 is not of the application's job; notes: Must be at most 100000 characters long; fired: "
    );
    assert_eq!(
        post(&acme, "/api/v1/applications/50/offers", json!({"start_date": "soon"})).await.split(';').next(),
        Some("422")
    );
    assert_eq!(post(&acme, "/api/v1/applications/99/offers", json!({})).await, "404; fired: ");
    assert_eq!(patch(&acme, "/v1/applications/50/offers/current_offer", json!({})).await, "404; fired: ");
    post(&acme, "/v1/applications/50/reject", json!({})).await;
    assert_eq!(
        post(&acme, "/api/v1/applications/50/offers", json!({})).await,
        "422; Application must be 'active', is currently 'rejected'; fired: "
    );
}
