//! Examples of candidates, interviews and scorecards.

use orangery::{
    domain::{
        candidate::{self, edit},
    },
    patch::Patch,
};
use serde_json::{Value, json};

use super::{
    build::{self, id, text},
    conforms, example,
};

#[tokio::test(flavor = "multi_thread")]
async fn update_candidate() {
    let payload = &example("update_candidate.json")["payload"];
    let acme = build::house(payload).await;
    let mut before = payload["candidate"].clone();
    before["title"] = Value::Null;
    build::add_candidate(&acme, &before, Vec::new()).await;
    acme.fired().await;
    let (candidate_id, title) = (id(&before["id"]).expect("an id"), text(&payload["candidate"]["title"]));
    let edited = acme.write(async move |work| {
        let change = edit::Edit { title: Patch::Value(title.clone()), ..edit::Edit::default() };
        edit::edit(work, candidate_id, &change).await
    });
    edited.await.expect("the candidate is edited");
    conforms("update_candidate.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_candidate() {
    let payload = &example("delete_candidate.json")["payload"];
    let acme = build::house(payload).await;
    let person = payload["person"].clone();
    let prospects = person["deleted_application_ids"].as_array().expect("a list");
    let applications = prospects.iter().map(|it| build::new_application(&json!({"id": it, "prospect": true})));
    build::add_candidate(&acme, &person, applications.collect()).await;
    acme.fired().await;
    let candidate_id = id(&person["id"]).expect("an id");
    acme.write(async move |work| candidate::delete(work, candidate_id).await).await.expect("the candidate is deleted");
    conforms("delete_candidate.json", &acme.fired_bodies().await);
}

