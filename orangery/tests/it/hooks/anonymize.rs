//! Every field of an anonymization, one by one and all at once.

use orangery::{
    domain::{
        anonymize::effect::Field,
        note::{self, Content, NewItem, NewMessage, NewReminder, NewTouchpoint},
    },
    tables::{SyncedKind, Visibility},
    words::Word,
};
use serde_json::{Value, json};

use super::candidates::{jane, job, left};
use crate::acme::Acme;

/// Jane with something in everything that can be erased; her id, and that of her application on job 1.
async fn jane_in_full(acme: &Acme) -> (i64, i64) {
    job(acme, 1).await;
    let id = jane(acme).await;
    let application = acme.post(&format!("/v1/candidates/{id}/applications"), json!({"job_id": 1})).await;
    let application = application.json["id"].as_i64().unwrap();
    let file =
        json!({"filename": "jane.pdf", "type": "resume", "content": "aGVsbG8=", "content_type": "application/pdf"});
    acme.post(&format!("/v1/candidates/{id}/attachments"), file).await;
    acme.patch(
        &format!("/v1/candidates/{id}"),
        json!({"title": "Boss", "addresses": [{"value": "1 Main St", "type": "home"}],
        "website_addresses": [{"value": "jane.dev", "type": "blog"}], "social_media_addresses": [{"value": "@jane"}],
        "recruiter": {"id": 1}, "coordinator": {"id": 1}}),
    )
    .await;
    acme.post(
        &format!("/v1/applications/{application}/reject"),
        json!({"rejection_reason_id": 2, "notes": "secret reason"}),
    )
    .await;
    acme.write(async move |work| {
        let fill = "update candidates set headline = 'secret headline', photo = 'abc', linkedin_profile = 'in/jane', \
                    match_score_reasoning = 'secret score', identity_verification = 'secret passport' where id = $1";
        work.tx.execute(fill, sql::params![id]).await?;
        let fill = "update applications set location = 'secret place', answers = '[{\"question\":\"q\",\"answer\":\"secret answer\"}]', \
                    source_id = 3, credited_name = 'Secret Bob', prospect_owner_id = 1 where candidate_id = $1";
        work.tx.execute(fill, sql::params![id]).await?;
        let offer = "insert into offers (application_id, job_id, version, status, notes, custom, created_at, updated_at) \
                     values ($1, 1, $2, 'unresolved', 'secret offer', '{}', 0, 0)";
        work.tx.execute(offer, sql::params![application, 1]).await?;
        work.tx.execute(offer, sql::params![application, 2]).await?;
        let body = || "secret words".to_owned();
        let item = |content| NewItem { id: None, user_id: Some(1), application_id: None, visibility: Visibility::Public, content, path: String::new() };
        note::add(work, id, &item(Content::Note { body: body() })).await?;
        let email = Content::Email { to: body(), from: body(), cc: vec![body()], subject: body(), body: body() };
        note::add(work, id, &item(email)).await?;
        let at = work.now;
        note::remind(work, id, &NewReminder { id: None, user_id: 1, note: Some(body()), remind_at: at }).await?;
        let touch = NewTouchpoint { id: None, application_id: None, kind: "call".to_owned(), happened_at: at, note: Some(body()) };
        note::touchpoint(work, id, &touch).await?;
        for kind in [SyncedKind::Inmail, SyncedKind::Innote] {
            note::sync_message(work, id, &NewMessage { id: None, kind, body: body() }).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    acme.fired().await;
    (id, application)
}

async fn erase(acme: &Acme, id: i64, fields: &str) -> Value {
    let answer = acme.put(&format!("/v1/candidates/{id}/anonymize?fields={fields}"), json!({})).await;
    assert_eq!(answer.status, 200, "{fields}: {answer}");
    answer.json
}

#[tokio::test(flavor = "multi_thread")]
async fn there_are_46_names_and_each_works_alone() {
    assert_eq!(Field::ALL.len(), 46);
    let acme = Acme::empty().await;
    let (id, _) = jane_in_full(&acme).await;
    for field in Field::ALL {
        erase(&acme, id, field.word()).await;
        let fired = acme.fired().await;
        match field {
            Field::AllOfferVersions => assert_eq!(fired, "offer_deleted, offer_deleted, candidate_anonymized"),
            _ => assert_eq!(fired, "candidate_anonymized", "{}", field.word()),
        }
    }
    let shown = acme.get(&format!("/v1/candidates/{id}")).await.json;
    assert_eq!((&shown["first_name"], &shown["last_name"]), (&json!("Anonymized"), &json!(id.to_string())));
    for list in [
        "phone_numbers",
        "email_addresses",
        "addresses",
        "website_addresses",
        "social_media_addresses",
        "tags",
        "educations",
        "employments",
        "attachments",
    ] {
        assert_eq!(shown[list], json!([]), "{list}");
    }
    for value in ["company", "title", "recruiter", "coordinator"] {
        assert_eq!(shown[value], Value::Null, "{value}");
    }
    let application = &shown["applications"][1];
    for value in ["location", "source", "credited_to", "rejection_reason"] {
        assert_eq!(application[value], Value::Null, "{value}");
    }
    assert_eq!(application["answers"], json!([]));
    assert_eq!(application["current_stage"]["name"], "Application Review");
    let feed = acme.get(&format!("/v1/candidates/{id}/activity_feed")).await.json;
    assert_eq!(feed, json!({"notes": [], "emails": [], "activities": []}));
    // Offers tell of themselves as they were when they are deleted; nothing else of it is left, in no body and no record.
    for text in ["Jane", "Smith", "jane", "555-1212", "Main St", "Boss", "Box Co", "secret reason", "secret words"] {
        assert_eq!(left(&acme, text).await, 0, "{text}");
    }
    let rows = ["reminders", "touchpoints", "synced_messages", "offers", "contacts", "attachments", "candidate_tags"];
    for table in rows {
        let sql = format!("select count(*) from {table}");
        assert_eq!(acme.house.read(async |look| Ok(look.tx.count(&sql, &[]).await?)).await.unwrap(), 0, "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_named_fields_go_and_unknown_ones_refuse_all() {
    let acme = Acme::empty().await;
    let (id, application) = jane_in_full(&acme).await;
    let before = acme.get(&format!("/v1/candidates/{id}")).await.json;
    for bad in ["", "full_name,shoe_size"] {
        let answer = acme.put(&format!("/v1/candidates/{id}/anonymize?fields={bad}"), json!({})).await;
        assert_eq!((answer.status, answer.json["errors"][0]["field"].as_str()), (422, Some("fields")), "{answer}");
    }
    assert_eq!(acme.get(&format!("/v1/candidates/{id}")).await.json, before);
    assert_eq!(acme.fired().await, "");

    let mut after = erase(&acme, id, "tags,phone_numbers,tags").await;
    let fired = acme.fired_bodies().await;
    assert_eq!(
        fired,
        [
            json!({"action": "candidate_anonymized", "payload": {"candidate_id": id, "anonymized_fields": ["tags", "phone_numbers", "tags"]}})
        ]
    );
    assert_eq!((&after["tags"], &after["phone_numbers"]), (&json!([]), &json!([])));
    after["tags"] = before["tags"].clone();
    after["phone_numbers"] = before["phone_numbers"].clone();
    assert_eq!(after, before);
    assert!(left(&acme, "Jane").await > 0);
    assert_eq!(left(&acme, "555-1212").await, 0);

    // The offers' contents go, that there were some stays.
    erase(&acme, id, "offers").await;
    assert_eq!(acme.fired().await, "candidate_anonymized");
    let sql = "select count(*) from offers where application_id = $1 and notes is null";
    assert_eq!(
        acme.house.read(async |look| Ok(look.tx.count(sql, sql::params![application]).await?)).await.unwrap(),
        2
    );
    let body = acme.put(&format!("/v1/candidates/{id}/anonymize"), json!({"fields": ["notes"]})).await;
    assert_eq!(body.status, 200, "{body}");
}
