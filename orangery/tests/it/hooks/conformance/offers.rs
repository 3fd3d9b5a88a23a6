//! Examples of offers.

use orangery::domain::{
    approval::{self, Plan, PlannedGroup},
    offer::{self, NewOffer},
    user::UserRef,
};
use orangery::tables::FlowKind;
use serde_json::{Value, json};

use super::{
    build::{self, id, writes},
    conforms, example,
};
use crate::acme::Acme;

/// A house with the application that an offer is for, which is `payload` or `payload.offer`.
async fn with_application(payload: &Value, offered: &Value) -> Acme {
    let acme = build::house(payload).await;
    build::add_job(&acme, &json!({"id": offered["job_id"], "name": "A job"}), &Value::Null, 0).await;
    build::add_candidate(&acme, &json!({"id": 1, "first_name": "Jack", "last_name": "Sparrow"}), Vec::new()).await;
    let application = json!({"id": offered["application_id"], "jobs": [{"id": offered["job_id"]}]});
    build::add_application(&acme, 1, build::new_application(&application), &Value::Null).await;
    acme.fired().await;
    acme
}

/// The offer of an example, as it is to be made.
fn new_offer(offered: &Value) -> NewOffer {
    NewOffer {
        id: id(&offered["id"]),
        application_id: id(&offered["application_id"]).expect("an id"),
        opening_id: None,
        starts_on: build::american(&offered["start_date"]),
        sent_on: offered["sent_on"].as_str().and_then(|it| it.get(..10)).and_then(|it| it.parse().ok()),
        notes: build::maybe(&offered["notes"]),
        custom: writes(&offered["custom_fields"]),
    }
}

async fn create(acme: &Acme, by: &Value, new: NewOffer) {
    acme.write_as(id(by), async move |work| offer::create(work, new).await).await.expect("the offer is made");
}

#[tokio::test(flavor = "multi_thread")]
async fn offer_created() {
    let payload = &example("offer_created.json")["payload"];
    let acme = with_application(payload, payload).await;
    create(&acme, &payload["user_id"], new_offer(payload)).await;
    conforms("offer_created.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn offer_approved() {
    let payload = &example("offer_approved.json")["payload"];
    let acme = with_application(payload, payload).await;
    let job_id = id(&payload["job_id"]).expect("an id");
    let planned = acme.write(async move |work| {
        let groups = vec![PlannedGroup { approvals_required: 1, approvers: vec![UserRef::Id(1)] }];
        approval::put(
            work,
            job_id,
            Plan { id: None, kind: FlowKind::OfferCandidate, offer_id: None, sequential: true, groups },
        )
        .await
    });
    planned.await.expect("the flow is planned");
    create(&acme, &payload["user_id"], new_offer(payload)).await;
    acme.fired().await;
    let offer_id = id(&payload["id"]).expect("an id");
    let approved = acme.write_as(Some(1), async move |work| {
        let flow: Vec<orangery::tables::ApprovalFlow> =
            work.tx.all("where offer_id = $1", sql::params![offer_id]).await?;
        let flow_id = flow[0].id;
        approval::request(work, flow_id).await?;
        approval::approve(work, flow_id, 1).await
    });
    approved.await.expect("the offer is approved");
    conforms("offer_approved.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn offer_updated() {
    let payload = &example("offer_updated.json")["payload"];
    let acme = with_application(payload, payload).await;
    let first = NewOffer { id: None, ..new_offer(payload) };
    create(&acme, &payload["user_id"], first.clone()).await;
    create(&acme, &payload["user_id"], new_offer(payload)).await;
    acme.fired().await;
    // A third version deprecates the second.
    acme.at("2013-03-25T00:00:00Z");
    create(&acme, &payload["user_id"], first).await;
    conforms("offer_updated.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn offer_deleted() {
    for file in ["offer_deleted.json", "offer_deleted.early.json"] {
        let payload = &example(file)["payload"];
        let offered = &payload["offer"];
        let acme = with_application(payload, offered).await;
        create(&acme, &offered["offering_user_id"], new_offer(offered)).await;
        acme.fired().await;
        let offer_id = id(&offered["id"]).expect("an id");
        acme.write(async move |work| offer::delete(work, offer_id).await).await.expect("the offer is deleted");
        conforms(file, &acme.fired_bodies().await);
    }
}
