//! Examples of candidates, interviews and scorecards.

use orangery::{
    domain::{
        anonymize,
        candidate::{self, edit},
        merge,
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
    // What nobody hears is erased with the candidate.
    acme.listener(1, &["delete_candidate"]).await;
    let candidate_id = id(&person["id"]).expect("an id");
    acme.write(async move |work| candidate::delete(work, candidate_id).await).await.expect("the candidate is deleted");
    conforms("delete_candidate.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn merge_candidate() {
    let payload = &example("merge_candidate.json")["payload"];
    let acme = build::house(payload).await;
    let person = payload["person"].clone();
    build::add_candidate(&acme, &person, Vec::new()).await;
    let winner = json!({"id": person["new_candidate_id"], "first_name": "Jack", "last_name": "Sparrow"});
    build::add_candidate(&acme, &winner, Vec::new()).await;
    acme.fired().await;
    let (kept, gone) = (id(&winner["id"]).expect("an id"), id(&person["id"]).expect("an id"));
    acme.write(async move |work| merge::merge(work, kept, gone).await).await.expect("the candidates are merged");
    conforms("merge_candidate.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn candidate_anonymized() {
    let payload = &example("candidate_anonymized.json")["payload"];
    let acme = build::house(payload).await;
    let person = json!({"id": payload["candidate_id"], "first_name": "Jack", "last_name": "Sparrow"});
    build::add_candidate(&acme, &person, Vec::new()).await;
    acme.fired().await;
    let candidate_id = id(&payload["candidate_id"]).expect("an id");
    let fields: Vec<String> = payload["anonymized_fields"].as_array().expect("a list").iter().map(text).collect();
    acme.write(async move |work| anonymize::anonymize(work, candidate_id, &fields).await)
        .await
        .expect("the candidate is anonymized");
    conforms("candidate_anonymized.json", &acme.fired_bodies().await);
}
