//! Candidates: what fires when they are made, edited, deleted, and what doesn't.

use serde_json::{Value, json};

use crate::acme::Acme;

/// Jane, a prospect without a job; her id.
pub async fn jane(acme: &Acme) -> i64 {
    let body = json!({
        "first_name": "Jane", "last_name": "Smith", "company": "Box Co.",
        "email_addresses": [{"value": "Jane@Example.com", "type": "personal"}],
        "phone_numbers": [{"value": "555-1212", "type": "mobile"}],
        "tags": ["Ruby", "Python"],
        "educations": [{"school_id": schools(acme).await, "start_month": 9, "start_year": "2001"}],
        "employments": [{"company_name": "Box Co.", "title": "Engineer", "start_date": "2012-08-15T00:00:00.000Z"}],
    });
    let answer = acme.post("/v1/prospects", body).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert_eq!(acme.fired().await, "new_prospect_application");
    answer.json["id"].as_i64().unwrap()
}

async fn schools(acme: &Acme) -> i64 {
    let sql = "select id from education_items where name = 'Stanford University'";
    acme.house.read(async |look| Ok(look.tx.count(sql, &[]).await?)).await.unwrap()
}

/// A job with two stages; its id.
pub async fn job(acme: &Acme, id: i64) -> i64 {
    acme.write(async move |work| {
        let now = work.now;
        let row = orangery::tables::Job {
            id,
            name: format!("Job {id}"),
            requisition_id: None,
            notes: None,
            confidential: false,
            status: orangery::tables::JobStatus::Open,
            level: None,
            department_id: None,
            anywhere: false,
            team_and_responsibilities: None,
            how_to_sell_this_job: None,
            is_template: false,
            copied_from_id: None,
            created_by_id: None,
            closed_by_application_id: None,
            custom: sql::Json::default(),
            created_at: now,
            opened_at: Some(now),
            closed_at: None,
            updated_at: now,
        };
        crate::acme::insert(work, row).await?;
        for (n, name) in ["Application Review", "Phone Screen"].iter().enumerate() {
            let stage = orangery::tables::Stage {
                id: id * 10 + n as i64,
                job_id: id,
                name: (*name).to_owned(),
                priority: n as i64,
                active: true,
                created_at: now,
                updated_at: now,
            };
            crate::acme::insert(work, stage).await?;
        }
        let recruiter = orangery::tables::TeamMember {
            id: 0,
            job_id: id,
            user_id: 1,
            role: orangery::tables::TeamRole::Recruiter,
            responsible: true,
        };
        crate::acme::insert(work, recruiter).await
    })
    .await
    .unwrap();
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn each_application_tells_of_itself_and_the_person_does_not() {
    let acme = Acme::empty().await;
    job(&acme, 1).await;
    job(&acme, 2).await;
    let answer = acme
        .post(
            "/v1/candidates",
            json!({"first_name": "John", "last_name": "Locke", "tags": ["Island"], "recruiter": {"email": "nobody@x"},
                   "applications": [{"job_id": 1}, {"job_id": 3}]}),
        )
        .await;
    assert_eq!(answer.status, 422);
    let fields: Vec<&str> =
        answer.json["errors"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["recruiter", "applications[1].job_id"]);
    let none = acme.post("/v1/candidates", json!({"first_name": "John", "last_name": "Locke"})).await;
    assert_eq!((none.status, none.json["errors"][0]["field"].as_str()), (422, Some("applications")));
    assert_eq!(acme.fired().await, "");

    let answer = acme
        .post(
            "/v1/candidates",
            json!({"first_name": "John", "last_name": "Locke", "tags": ["Island"],
                   "activity_feed_notes": [{"user_id": 1, "body": "Promising", "visibility": "public"}],
                   "applications": [
                        {"job_id": 1, "referrer": {"type": "outside", "value": "Uncle Bob"},
                         "attachments": [{"filename": "cv.pdf", "type": "resume", "content": "aGVsbG8=", "content_type": "application/pdf"}]},
                        {"job_id": 2, "initial_stage_id": 21, "source_id": 3}]}),
        )
        .await;
    assert_eq!(answer.status, 201, "{answer}");
    assert_eq!(acme.fired().await, "new_candidate_application, new_candidate_application");
    let applications = answer.json["applications"].as_array().unwrap();
    assert_eq!(applications[0]["current_stage"]["name"], "Application Review");
    assert_eq!(applications[0]["recruiter"]["id"], 1);
    let bob = json!({"id": null, "first_name": null, "last_name": null, "name": "Uncle Bob", "employee_id": null});
    assert_eq!(applications[0]["credited_to"], bob);
    assert_eq!(applications[0]["attachments"][0]["filename"], "cv.pdf");
    assert_eq!(applications[1]["current_stage"]["name"], "Phone Screen");
    assert_eq!(applications[1]["source"]["id"], 3);
    assert_eq!(answer.json["attachments"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_tells_once_and_no_change_tells_nothing() {
    let acme = Acme::empty().await;
    let id = jane(&acme).await;
    let path = format!("/v1/candidates/{id}");
    let before = acme.get(&path).await;
    assert_eq!(before.json["applications"][0]["jobs"], json!([]));

    acme.pass(5000);
    let same = json!({
        "first_name": "Jane", "company": "Box Co.", "tags": ["Ruby", "Python"], "custom_fields": [], "is_private": "false",
        "email_addresses": [{"value": "Jane@Example.com", "type": "personal"}], "addresses": [],
    });
    let answer = acme.patch(&path, same).await;
    assert_eq!((answer.status, &answer.json["updated_at"]), (200, &before.json["updated_at"]));
    assert_eq!(acme.fired().await, "");

    let edit = json!({
        "last_name": "Jones", "company": null, "tags": ["Python", "Ruby", "python"], "recruiter": {"id": 1},
        "phone_numbers": [], "social_media_addresses": [{"value": "@jane"}],
    });
    let answer = acme.patch(&path, edit).await;
    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.json["tags"], json!(["Python", "Ruby"]));
    assert_eq!(answer.json["phone_numbers"], json!([]));
    assert_eq!(answer.json["social_media_addresses"], json!([{"value": "@jane"}]));
    assert_ne!(answer.json["updated_at"], before.json["updated_at"]);
    let fired = acme.fired_bodies().await;
    assert_eq!(fired.len(), 1);
    assert_eq!(fired[0]["action"], "update_candidate");
    let shown: &Value = &fired[0]["payload"]["candidate"];
    assert_eq!((&shown["last_name"], &shown["company"]), (&json!("Jones"), &Value::Null));
    assert_eq!(shown["tags"], json!(["Python", "Ruby"]));

    for (bad, field) in [
        (json!({"first_name": ""}), "first_name"),
        (json!({"first_name": null}), "first_name"),
        (json!({"phone_numbers": [{"value": "1", "type": "moon"}]}), "phone_numbers[0].type"),
        (json!({"recruiter": {"id": 99}}), "recruiter"),
        (json!({"company": "x".repeat(256)}), "company"),
        (json!({"tags": "Ruby"}), "tags"),
    ] {
        let answer = acme.patch(&path, bad).await;
        assert_eq!((answer.status, answer.json["errors"][0]["field"].as_str()), (422, Some(field)), "{answer}");
    }
    assert_eq!(acme.patch("/v1/candidates/99999", json!({})).await.status, 404);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_tags_and_files_update_the_candidate() {
    let acme = Acme::empty().await;
    let id = jane(&acme).await;
    let school = schools(&acme).await;
    let path = format!("/v1/candidates/{id}");

    let made = acme
        .post(&format!("{path}/educations"), json!({"school_id": school, "start_date": "2001-09-15T10:00:00Z"}))
        .await;
    assert_eq!((made.status, made.json["start_date"].as_str()), (201, Some("2001-09-15T00:00:00.000")));
    assert_eq!(acme.fired().await, "update_candidate");
    let gone = acme.delete(&format!("{path}/educations/{}", made.json["id"]), json!({})).await;
    assert_eq!(gone.json, json!({"success": true, "message": format!("Education ID {} destroyed.", made.json["id"])}));
    assert_eq!(acme.fired().await, "update_candidate");
    let bad = acme.post(&format!("{path}/educations"), json!({"degree_id": school})).await;
    assert_eq!((bad.status, bad.json["errors"][0]["field"].as_str()), (422, Some("degree_id")));

    let made = acme.post(&format!("{path}/employments"), json!({"company_name": "A", "title": "B"})).await;
    assert_eq!((made.status, made.json["errors"][0]["field"].as_str()), (422, Some("start_date")));
    let body = json!({"company_name": "A", "title": "B", "start_date": "2020-01-01"});
    let made = acme.post(&format!("{path}/employments"), body).await;
    assert_eq!((made.status, &made.json["end_date"]), (201, &Value::Null));
    acme.delete(&format!("{path}/employments/{}", made.json["id"]), json!({})).await;
    assert_eq!(acme.fired().await, "update_candidate, update_candidate");

    let tag = acme.post("/v1/tags/candidate", json!({"name": "Rust"})).await;
    assert_eq!(tag.status, 201);
    assert_eq!(acme.post("/v1/tags/candidate", json!({"name": "RUST"})).await.status, 200);
    let tag = tag.json["id"].as_i64().unwrap();
    let put = acme.put(&format!("{path}/tags/{tag}"), json!({})).await;
    assert_eq!(put.json["message"], format!("Tag {tag}, 'Rust', has been applied to candidate {id}"));
    acme.put(&format!("{path}/tags/{tag}"), json!({})).await;
    assert_eq!(acme.fired().await, "update_candidate");
    let gone = acme.delete(&format!("{path}/tags/{tag}"), json!({})).await;
    assert_eq!(gone.json["message"], format!("Tag {tag} has been removed from candidate {id}"));
    acme.delete(&format!("{path}/tags/{tag}"), json!({})).await;
    assert_eq!(acme.fired().await, "update_candidate");
    acme.put(&format!("{path}/tags/{tag}"), json!({})).await;
    assert_eq!(acme.fired().await, "update_candidate");
    // The organization's tag goes, and takes itself off everybody, silently.
    assert_eq!(acme.delete(&format!("/v1/tags/candidate/{tag}"), json!({})).await.status, 200);
    assert_eq!(acme.get(&path).await.json["tags"], json!(["Ruby", "Python"]));
    assert_eq!(acme.fired().await, "");

    let file = json!({"filename": "cv.pdf", "type": "resume", "content": "aGVsbG8", "content_type": "application/pdf"});
    let made = acme.post(&format!("{path}/attachments"), file).await;
    assert_eq!(
        (made.status, made.json["type"].as_str(), made.json["content_type"].as_str()),
        (201, Some("resume"), Some("application/pdf"))
    );
    assert_eq!(acme.fired().await, "update_candidate");
    let url = made.json["url"].as_str().unwrap().replace("https://orangery.example.com", "");
    assert_eq!(acme.get(&url).await.text, "hello");
    let application = acme.get(&path).await.json["application_ids"][0].as_i64().unwrap();
    for (kind, status) in
        [("take_home_test", 422), ("offer_letter", 422), ("signed_offer_letter", 422), ("admin_only", 201)]
    {
        let file =
            json!({"filename": "x.txt", "type": kind, "content": "aGk=", "content_type": "text/plain; charset=utf-8"});
        let made = acme.post(&format!("/v1/applications/{application}/attachments"), file).await;
        assert_eq!(made.status, status, "{made}");
    }
    assert_eq!(acme.fired().await, "update_candidate");
    for (bad, field) in [
        (json!({"filename": "x", "type": "resume", "content": "?", "content_type": "text/plain"}), "content"),
        (json!({"filename": "x", "type": "resume", "content": "", "content_type": "text/plain"}), "content"),
        (json!({"filename": "x", "type": "resume", "content": "aGk="}), "content_type"),
        (json!({"filename": "x", "type": "cat", "content": "aGk=", "content_type": "text/plain"}), "type"),
        (json!({"filename": "x", "type": "resume", "url": "https://example.com/x"}), "url"),
    ] {
        let answer = acme.post(&format!("{path}/attachments"), bad).await;
        assert_eq!((answer.status, answer.json["errors"][0]["field"].as_str()), (422, Some(field)), "{answer}");
    }
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_tells_of_itself_alone_and_leaves_nothing_behind() {
    let acme = Acme::empty().await;
    job(&acme, 1).await;
    let id = jane(&acme).await;
    let path = format!("/v1/candidates/{id}");
    let applied = acme.post(&format!("{path}/applications"), json!({"job_id": 1})).await;
    assert_eq!(applied.status, 201, "{applied}");
    assert_eq!(acme.fired().await, "new_candidate_application");
    let file =
        json!({"filename": "cv.pdf", "type": "resume", "content": "aGVsbG8=", "content_type": "application/pdf"});
    let url = acme.post(&format!("{path}/attachments"), file).await.json["url"].as_str().unwrap().to_owned();
    acme.post(
        &format!("{path}/activity_feed/notes"),
        json!({"user_id": 1, "body": "Jane is nice", "visibility": "private"}),
    )
    .await;
    acme.fired().await;

    acme.listener(1, &["delete_candidate"]).await;
    let gone = acme.delete(&path, json!({})).await;
    assert_eq!(
        (gone.status, gone.json["message"].as_str()),
        (200, Some(format!("Person {id} has been deleted.").as_str()))
    );
    let fired = acme.fired_bodies().await;
    assert_eq!(fired.len(), 1);
    let person = &fired[0]["payload"]["person"];
    assert_eq!((&fired[0]["action"], &person["first_name"]), (&json!("delete_candidate"), &json!("Jane")));
    assert_eq!(person["deleted_application_ids"].as_array().unwrap().len(), 2);
    assert_eq!(acme.get(&path).await.status, 404);
    assert_eq!(acme.get(&format!("/v1/applications/{}", applied.json["id"])).await.status, 404);
    assert_eq!(acme.delete(&path, json!({})).await.status, 404);
    assert_eq!(acme.get(&url.replace("https://orangery.example.com", "")).await.status, 404);
    assert_eq!(left(&acme, "Jane").await, 1, "only the deletion's own body names the person");
}

/// In how many bodies and audit records a text still stands.
pub async fn left(acme: &Acme, text: &str) -> i64 {
    let like = &[sql::Value::Text(format!("%{text}%"))];
    acme.house
        .read(async |look| {
            let bodies = look.tx.count("select count(*) from journal where body like $1", like).await?;
            Ok(bodies + look.tx.count("select count(*) from audit_records where changes like $1", like).await?)
        })
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn notes_and_emails_stand_in_the_feed_and_fire_nothing() {
    let acme = Acme::empty().await;
    let id = jane(&acme).await;
    let path = format!("/v1/candidates/{id}/activity_feed");
    acme.pass(1000);
    let note = json!({"user_id": "1", "body": "Very mysterious.", "visibility": "admin_only"});
    let note = acme.post(&format!("{path}/notes"), note).await;
    assert_eq!(
        (note.status, &note.json["private"], note.json["visiblity"].as_str()),
        (200, &json!(false), Some("admin_only"))
    );
    let email = json!({"user_id": 1, "to": "a", "from": "b", "cc": ["c", "d"], "subject": "S", "body": "B"});
    let email = acme.post(&format!("{path}/emails"), email).await;
    assert_eq!((email.status, &email.json["cc"]), (201, &json!(["c", "d"])));
    let feed = acme.get(&path).await;
    assert_eq!(feed.json["notes"][0], note.json);
    assert_eq!(feed.json["emails"][0]["cc"], "c,d");
    assert_eq!(feed.json["activities"][0]["subject"], "Application Created");
    for (bad, field) in [
        (json!({"user_id": 1, "body": "x"}), "visibility"),
        (json!({"user_id": 99, "body": "x", "visibility": "public"}), "user_id"),
        (json!({"user_id": 1, "visibility": "public"}), "body"),
    ] {
        let answer = acme.post(&format!("{path}/notes"), bad).await;
        assert_eq!((answer.status, answer.json["errors"][0]["field"].as_str()), (422, Some(field)), "{answer}");
    }
    assert_eq!(
        acme.post("/v1/candidates/999/activity_feed/notes", json!({"user_id": 1, "body": "x", "visibility": "public"}))
            .await
            .status,
        404
    );
    assert_eq!(acme.fired().await, "");
}
