//! Examples of applications.

use orangery::{
    domain::{
        application::{self, Rejection, hire, moves, unhire, update},
        note, offer,
    },
    patch::Patch,
    tables::RejectionReason,
};
use serde_json::Value;

use super::{
    build::{self, id, text, writes},
    conforms, example,
};
use crate::acme::{Acme, insert};

/// A house with the candidate of an example, whose application is still to be made.
async fn with_candidate(payload: &Value, position: usize) -> Acme {
    let acme = build::house(payload).await;
    let application = &payload["application"];
    build::add_source(&acme, &application["source"]).await;
    if application["jobs"][0].is_object() {
        build::add_job(&acme, &application["jobs"][0], &application["current_stage"], position).await;
    }
    build::add_candidate(&acme, &application["candidate"], Vec::new()).await;
    acme.fired().await;
    acme
}

/// A house with the application of an example, in its stage, or before it at `position` 1.
async fn with_application(payload: &Value, position: usize) -> Acme {
    let acme = with_candidate(payload, position).await;
    let application = &payload["application"];
    let candidate_id = id(&application["candidate"]["id"]).expect("a candidate");
    build::add_application(&acme, candidate_id, build::new_application(application), &application["applied_at"]).await;
    acme.fired().await;
    acme
}

#[tokio::test(flavor = "multi_thread")]
async fn new_candidate_application() {
    let payload = &example("new_candidate_application.json")["payload"];
    let acme = with_candidate(payload, 0).await;
    let application = &payload["application"];
    let candidate_id = id(&application["candidate"]["id"]).expect("a candidate");
    build::add_application(&acme, candidate_id, build::new_application(application), &application["applied_at"]).await;
    conforms("new_candidate_application.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn new_prospect_application() {
    for file in ["new_prospect_application.json", "new_prospect_application.candidate.json"] {
        let payload = &example(file)["payload"];
        let acme = build::house(payload).await;
        let application = &payload["application"];
        build::add_source(&acme, &application["source"]).await;
        build::add_job(&acme, &application["jobs"][0], &Value::Null, 0).await;
        acme.fired().await;
        build::add_candidate(&acme, &application["candidate"], vec![build::new_application(application)]).await;
        conforms(file, &acme.fired_bodies().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn application_updated() {
    for file in ["application_updated.json", "application_updated.early.json"] {
        // The example shows a candidate's application without a job, which there can't be: it gets one.
        let mut payload = example(file)["payload"].clone();
        payload["application"]["jobs"] = serde_json::json!([{"id": 1, "name": "A job"}]);
        let acme = build::house(&payload).await;
        let application = &payload["application"];
        build::add_source(&acme, &application["source"]).await;
        build::add_job(&acme, &application["jobs"][0], &application["current_stage"], 0).await;
        build::add_candidate(&acme, &application["candidate"], Vec::new()).await;
        let mut new = build::new_application(application);
        let source_id = new.source_id.take().expect("a source");
        let application_id = new.id.expect("an id");
        let candidate_id = id(&application["candidate"]["id"]).expect("a candidate");
        build::add_application(&acme, candidate_id, new, &application["applied_at"]).await;
        acme.fired().await;
        acme.at(&text(&application["last_activity_at"]));
        let changed = acme.write(async move |work| {
            let change = update::Update { source_id: Patch::Value(source_id), ..update::Update::default() };
            update::update(work, application_id, &change).await
        });
        changed.await.expect("the application is updated");
        conforms(file, &acme.fired_bodies().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn candidate_stage_change() {
    let payload = &example("candidate_stage_change.json")["payload"];
    let acme = with_application(payload, 1).await;
    let application = &payload["application"];
    let (application_id, stage_id) =
        (id(&application["id"]).expect("an id"), id(&application["current_stage"]["id"]).expect("a stage"));
    acme.at(&text(&application["last_activity_at"]));
    let moved = acme.write(async move |work| moves::to_stage_from_any(work, application_id, stage_id).await).await;
    moved.expect("the application is moved");
    conforms("candidate_stage_change.json", &acme.fired_bodies().await);
}

/// Rejects the application of an example for a reason of `reject_candidate.json`.
async fn reject(acme: &Acme, application_id: i64) {
    let rejected = &example("reject_candidate.json")["payload"]["application"];
    acme.at(&text(&rejected["rejected_at"]));
    let (reason, custom) =
        (rejected["rejection_reason"].clone(), writes(&rejected["rejection_details"]["custom_fields"]));
    let done = acme.write(async move |work| {
        // A reason with a type of its own comes by an import alone.
        if work.tx.first::<RejectionReason>("where id = 14 and name = 'Too Junior'", &[]).await?.is_none() {
            if let Some(row) = work.tx.first::<RejectionReason>("where id = 14", &[]).await? {
                work.delete(&row).await?;
            }
            let of = &reason["type"];
            let row = RejectionReason {
                id: id(&reason["id"]).expect("an id"),
                name: text(&reason["name"]),
                type_id: id(&of["id"]).expect("an id"),
                type_name: text(&of["name"]),
                built_in: false,
            };
            insert(work, row).await?;
        }
        let rejection = Rejection { reason_id: Some(14), custom: custom.clone(), ..Rejection::default() };
        application::reject(work, application_id, &rejection).await
    });
    done.await.expect("the application is rejected");
}

#[tokio::test(flavor = "multi_thread")]
async fn reject_candidate() {
    let payload = &example("reject_candidate.json")["payload"];
    let acme = with_application(payload, 0).await;
    reject(&acme, id(&payload["application"]["id"]).expect("an id")).await;
    conforms("reject_candidate.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn unreject_candidate() {
    let mut payload = example("unreject_candidate.json")["payload"].clone();
    let details = example("reject_candidate.json")["payload"]["application"]["rejection_details"].clone();
    payload["application"]["rejection_details"] = details;
    let acme = with_application(&payload, 0).await;
    let application_id = id(&payload["application"]["id"]).expect("an id");
    reject(&acme, application_id).await;
    acme.fired().await;
    acme.at(&text(&payload["application"]["last_activity_at"]));
    let done = acme.write(async move |work| application::unreject(work, application_id).await).await;
    done.expect("the rejection is taken back");
    conforms("unreject_candidate.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn hire_candidate() {
    let mut payload = example("hire_candidate.json")["payload"].clone();
    let opening = payload["application"]["opening"].clone();
    payload["application"]["jobs"][0]["openings"] = serde_json::json!([opening]);
    let acme = with_application(&payload, 0).await;
    let application = &payload["application"];
    let (application_id, offered) = (id(&application["id"]).expect("an id"), application["offer"].clone());
    acme.at(&text(&offered["created_at"]));
    let hired = acme.write(async move |work| {
        let first = offer::NewOffer {
            id: None,
            application_id,
            opening_id: None,
            starts_on: None,
            sent_on: None,
            notes: None,
            custom: Vec::new(),
        };
        offer::create(work, first.clone()).await?;
        let second = offer::NewOffer {
            id: id(&offered["id"]),
            starts_on: offered["starts_at"].as_str().and_then(|it| it.parse().ok()),
            sent_on: offered["sent_at"].as_str().and_then(|it| it.parse().ok()),
            custom: writes(&offered["custom_fields"]),
            ..first
        };
        offer::create(work, second).await?;
        hire::hire(work, application_id, hire::Hire::default()).await
    });
    hired.await.expect("the candidate is hired");
    conforms("hire_candidate.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn unhire_candidate() {
    let mut payload = example("unhire_candidate.json")["payload"].clone();
    payload["application"]["jobs"][0]["openings"] = serde_json::json!([{"opening_id": "1"}, {"opening_id": "2"}]);
    let acme = with_application(&payload, 0).await;
    let application_id = id(&payload["application"]["id"]).expect("an id");
    acme.write(async move |work| hire::hire(work, application_id, hire::Hire::default()).await)
        .await
        .expect("the candidate is hired");
    acme.fired().await;
    acme.at(&text(&payload["application"]["last_activity_at"]));
    acme.write(async move |work| unhire::unhire(work, application_id).await).await.expect("the hire is taken back");
    conforms("unhire_candidate.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn delete_application() {
    for file in ["delete_application.json", "delete_application.early.json"] {
        let payload = &example(file)["payload"];
        let acme = build::house(payload).await;
        let row = payload["application"].clone();
        build::add_job(&acme, &serde_json::json!({"id": row["job_id"], "name": "A job"}), &Value::Null, 0).await;
        let person = serde_json::json!({"id": row["candidate_id"], "first_name": "Jack", "last_name": "Sparrow"});
        build::add_candidate(&acme, &person, Vec::new()).await;
        let application = serde_json::json!({
            "id": row["id"], "jobs": [{"id": row["job_id"]}], "source": {"id": row["source_id"]}, "credited_to": {"id": row["referrer_id"]},
        });
        let (application_id, candidate_id) = (id(&row["id"]).expect("an id"), id(&row["candidate_id"]).expect("an id"));
        build::add_application(&acme, candidate_id, build::new_application(&application), &row["created_at"]).await;
        acme.at(&text(&row["rejected_at"]));
        let (by, note_id) = (id(&row["rejected_by_user_id"]), id(&row["rejection_note_id"]).expect("an id"));
        let rejected = acme.write_as(by, async move |work| {
            // The note of the rejection gets the next number after this one's.
            let before = note::NewItem {
                id: Some(note_id - 1),
                user_id: by,
                application_id: None,
                visibility: orangery::tables::Visibility::Public,
                content: note::Content::Note { body: "Before".to_owned() },
                path: String::new(),
            };
            note::add(work, candidate_id, &before).await?;
            application::reject(
                work,
                application_id,
                &Rejection { notes: Some("No".to_owned()), ..Rejection::default() },
            )
            .await
        });
        rejected.await.expect("the application is rejected");
        acme.fired().await;
        acme.write(async move |work| application::delete::delete(work, application_id).await)
            .await
            .expect("the application is deleted");
        conforms(file, &acme.fired_bodies().await);
    }
}
