//! What the sample company lacks: a little of every kind of record that Harvest shows.

use axum::http::Method;
use jiff::Timestamp;
use orangery::{
    tables::{
        AnswerOption, AnswerType, CustomLocation, DemographicAnswer, DemographicQuestion, DisabilityStatus, Eeoc,
        FutureJobPermission, Gender, Interviewer, JobPermission, QuestionSet, Race, ResponseStatus, RoleKind, UserRole,
        VeteranStatus,
    },
    words::Word,
    work::Work,
};
use serde_json::{Value, json};
use sql::params;

use super::old_house::OldHouse;
use crate::acme::insert;

pub async fn furnish(old: &OldHouse) {
    trees(old).await;
    values(old).await;
    feed_and_files(old).await;
    interviews(old).await;
    approvals(old).await;
    old.write(async move |work| odds(work).await).await;
    old.write(async move |work| diversity(work).await).await;
}

/// A little happens after the first import.
pub async fn change(old: &OldHouse) {
    old.later();
    let candidate = some(old, "candidates").await;
    let note = json!({"user_id": 1, "body": "Came by again", "visibility": "private"});
    old.ask(Method::POST, &format!("/v1/candidates/{candidate}/activity_feed/notes"), &note).await;
    old.ask(Method::PATCH, &format!("/v1/candidates/{candidate}"), &json!({"title": "Captain", "tags": ["new tag"]}))
        .await;
    old.ask(Method::POST, "/v1/departments", &json!({"name": "Later"})).await;
    let sql = "select id from applications where status = 'active' and not prospect and stage_id is not null limit 1";
    let application = old.count(sql).await;
    old.ask(Method::POST, &format!("/v1/applications/{application}/reject"), &json!({"rejection_reason_id": 2})).await;
}

async fn some(old: &OldHouse, table: &str) -> i64 {
    old.count(&format!("select max(id) from {table}")).await
}

fn id(answer: &Value) -> i64 {
    answer["id"].as_i64().unwrap()
}

/// Children whose ids are lower than those of who stands above them.
async fn trees(old: &OldHouse) {
    for noun in ["departments", "offices"] {
        let child = old.ask(Method::POST, &format!("/v1/{noun}"), &json!({"name": "Child", "external_id": "c"})).await;
        let above = old.ask(Method::POST, &format!("/v1/{noun}"), &json!({"name": "Above"})).await;
        let (child, above) = (id(&child), id(&above));
        let sql = format!("update {noun} set parent_id = $2 where id = $1");
        old.write(async move |work| Ok(work.tx.execute(&sql, params![child, above]).await?)).await;
    }
    let path = "/v1/users/1/email_addresses";
    old.ask(Method::POST, path, &json!({"email": "Second@Example.com", "send_verification": false})).await;
}

/// A custom field of each kind, with a value.
async fn values(old: &OldHouse) {
    let candidate = some(old, "candidates").await;
    let values = [
        ("short_text", json!({"value": "Zoë's ☃"})),
        ("long_text", json!({"value": "one\ntwo"})),
        ("yes_no", json!({"value": false})),
        ("currency", json!({"value": "80000.50", "unit": "EUR"})),
        ("currency_range", json!({"min_value": 1, "max_value": 2.5, "unit": "USD"})),
        ("number", json!({"value": 12.25})),
        ("number_range", json!({"min_value": 3, "max_value": 4})),
        ("date", json!({"value": "2026-02-03"})),
        ("url", json!({"value": "https://example.com/x"})),
        ("user", json!({"value": 1})),
    ];
    let mut writes = Vec::new();
    for (kind, mut value) in values {
        for of in ["candidate", "job", "application"] {
            let new =
                json!({"name": format!("A {kind} of {of}"), "field_type": of, "value_type": kind, "description": "x"});
            let field = old.ask(Method::POST, "/v1/custom_fields", &new).await;
            if of == "candidate" {
                value["id"] = field["id"].clone();
            }
        }
        writes.push(value);
    }
    for kind in ["single_select", "multi_select"] {
        let options = json!([{"name": "One", "priority": 0, "external_id": "o-1"}, {"name": "Two", "priority": 1}]);
        let new = json!({"name": kind, "field_type": "candidate", "value_type": kind, "custom_field_options": options});
        let field = old.ask(Method::POST, "/v1/custom_fields", &new).await;
        let options: Vec<i64> = field["custom_field_options"].as_array().unwrap().iter().map(id).collect();
        let value = if kind == "single_select" { json!(options[0]) } else { json!([options[1], options[0]]) };
        writes.push(json!({"id": field["id"], "value": value}));
    }
    old.ask(Method::PATCH, &format!("/v1/candidates/{candidate}"), &json!({"custom_fields": writes})).await;
    // What was chosen once can't be chosen any more, and is shown still.
    let option = old.count("select max(id) from custom_field_options").await;
    let field = old.count("select max(custom_field_id) from custom_field_options").await;
    let path = format!("/v1/custom_field/{field}/custom_field_options");
    old.ask(Method::DELETE, &path, &json!({"option_ids": [option]})).await;
    let gone = old.count("select min(id) from custom_fields where field_type = 'job'").await;
    old.ask(Method::DELETE, &format!("/v1/custom_fields/{gone}"), &json!({})).await;
}

async fn feed_and_files(old: &OldHouse) {
    let candidate = some(old, "candidates").await;
    let feed = format!("/v1/candidates/{candidate}/activity_feed");
    for (cc, subject) in [(json!(["a@example.com", "b@example.com"]), "Hello"), (json!([]), "Again")] {
        let mail = json!({"user_id": 1, "to": "x@example.com", "from": "y@example.com", "cc": cc, "subject": subject, "body": "Hi"});
        old.ask(Method::POST, &format!("{feed}/emails"), &mail).await;
    }
    for visibility in ["public", "private", "admin_only"] {
        let note = json!({"user_id": 1, "body": "A note", "visibility": visibility});
        old.ask(Method::POST, &format!("{feed}/notes"), &note).await;
    }
    let application = old.count(&format!("select min(id) from applications where candidate_id = {candidate}")).await;
    let file = |content: &str| json!({"filename": "a b's ü.pdf", "type": "resume", "content": content, "content_type": "application/pdf"});
    // Two of one name, one of them of the application, in between.
    old.ask(Method::POST, &format!("/v1/candidates/{candidate}/attachments"), &file("aGVsbG8=")).await;
    old.ask(Method::POST, &format!("/v1/applications/{application}/attachments"), &file("d29ybGQ=")).await;
    let other = json!({"filename": "x.txt", "type": "other", "content": "aGVsbG8=", "content_type": "text/plain"});
    old.ask(Method::POST, &format!("/v1/candidates/{candidate}/attachments"), &other).await;
    for (path, body) in [
        ("educations", json!({"start_date": "2010-01-01", "school_id": 37, "degree_id": 3})),
        ("employments", json!({"company_name": "Acme", "title": "Smith", "start_date": "2015-01-01"})),
    ] {
        old.ask(Method::POST, &format!("/v1/candidates/{candidate}/{path}"), &body).await;
    }
}

async fn interviews(old: &OldHouse) {
    let sql = "select max(a.id) from applications a join interviews i on i.stage_id = a.stage_id \
               where a.status = 'active' and i.kind = 'meeting'";
    let application = old.count(sql).await;
    let step = format!(
        "select min(i.id) from applications a join interviews i on i.stage_id = a.stage_id where a.id = {application} and i.kind = 'meeting'"
    );
    let step = old.count(&step).await;
    let new = json!({
        "application_id": application, "interview_id": step, "external_event_id": "event-1",
        "interviewers": [{"user_id": 2, "response_status": "accepted"}, {"user_id": 1, "response_status": "tentative"}],
        "start": "2026-09-01T10:00:00Z", "end": "2026-09-01T11:00:00Z", "location": "Room 1",
    });
    let made = old.ask(Method::POST, "/v2/scheduled_interviews", &new).await;
    let id = id(&made);
    old.write(async move |work| {
        for (email, name) in [("out@example.com", None), ("side@example.com", Some("Sid Side".to_owned()))] {
            let (email, response_status) = (Some(email.to_owned()), ResponseStatus::NeedsAction);
            insert(
                work,
                Interviewer { id: 0, scheduled_interview_id: id, user_id: None, email, name, response_status },
            )
            .await?;
        }
        let all_day = "update scheduled_interviews set all_day = $1, starts_at = $2, ends_at = $3 \
                       where id = (select min(id) from scheduled_interviews where id <> $4)";
        let (from, to): (Timestamp, Timestamp) =
            ("2026-08-03T00:00:00Z".parse().unwrap(), "2026-08-04T00:00:00Z".parse().unwrap());
        work.tx.execute(all_day, params![true, from, to, id]).await?;
        Ok(())
    })
    .await;
}

async fn approvals(old: &OldHouse) {
    let job = old.count("select max(id) from jobs where status = 'open'").await;
    let path = format!("/v1/jobs/{job}/approval_flows");
    let users = |ids: &[i64]| ids.iter().map(|it| json!({"user_id": it})).collect::<Vec<_>>();
    let groups = json!([
        {"approvals_required": 2, "approvers": users(&[3, 1, 2])},
        {"approvals_required": 1, "approvers": users(&[2, 4])},
    ]);
    let plan = json!({"approval_type": "offer_job", "sequential": true, "approver_groups": groups});
    let flow = old.ask(Method::PUT, &path, &plan).await["approval_flow_id"].as_i64().unwrap();
    old.ask(Method::POST, &format!("/v1/approval_flows/{flow}/request_approvals"), &json!({})).await;
    let approve = format!("/api/v1/approval-flows/{flow}/approve");
    old.ask(Method::POST, &approve, &json!({"user_id": 1})).await;
}

/// What no door makes, or not so.
async fn odds(work: &mut Work) -> orangery::error::Result<()> {
    let statements = [
        "update candidates set linked_user_id = 2, recruiter_id = 1, is_private = (1 = 1), can_email = (1 = 0) where id = (select min(id) from candidates)",
        "update applications set credited_user_id = null, credited_name = 'Uncle Sam' where id = (select min(id) from applications)",
        "update applications set location = 'Amsterdam', answers = '[{\"question\":\"Why?\",\"answer\":\"So\"},{\"question\":\"And?\",\"answer\":null}]' \
         where id = (select max(id) from applications)",
        "update jobs set notes = '<p>x</p>', requisition_id = '0012', confidential = (1 = 1), is_template = (1 = 1) where id = (select max(id) from jobs)",
        "update sources set public_name = 'Shown elsewhere' where id = (select min(source_id) from applications)",
        "update users set disabled = (1 = 1) where id = (select max(id) from users)",
    ];
    for statement in statements {
        work.tx.execute(statement, &[]).await?;
    }
    let (value, active, at) = ("Boston".to_owned(), false, work.now);
    insert(work, CustomLocation { id: 70, value, active, created_at: at, updated_at: at }).await?;
    let place =
        "update job_posts set custom_location_id = 70, location = 'Boston' where id = (select max(id) from job_posts)";
    work.tx.execute(place, &[]).await?;
    for (id, kind) in [(801, RoleKind::Interviewer), (802, RoleKind::JobAdmin)] {
        insert(work, UserRole { id, kind, name: format!("Role {id}") }).await?;
    }
    let job_id = work.tx.count("select min(id) from jobs", &[]).await?;
    for (id, user_id) in [(900, 3), (901, 2)] {
        insert(work, JobPermission { id, user_id, job_id, user_role_id: 802 }).await?;
        let department_id = Some(work.tx.count("select min(id) from departments", &[]).await?);
        insert(work, FutureJobPermission { id, user_id, office_id: None, department_id, user_role_id: 801 }).await?;
    }
    Ok(())
}

async fn diversity(work: &mut Work) -> orangery::error::Result<()> {
    let ids = work.tx.rows("select id from applications order by id desc limit 9", &[]).await?;
    let ids: Vec<i64> = ids.iter().map(|it| it.get(0)).collect::<sql::Result<_>>()?;
    for (n, id) in ids.iter().enumerate().take(8) {
        let submitted_at = work.now;
        let eeoc = Eeoc {
            id: 0,
            application_id: *id,
            race: Race::ALL.get(n).copied(),
            gender: Gender::ALL.get(n).copied(),
            veteran_status: VeteranStatus::ALL.get(n).copied(),
            disability_status: DisabilityStatus::ALL.get(n).copied(),
            submitted_at,
        };
        insert(work, eeoc).await?;
    }
    for set in [501, 500] {
        let (title, description) = (format!("Set {set}"), Some("<p>Why we ask</p>".to_owned()));
        insert(work, QuestionSet { id: set, title, description, active: set == 500 }).await?;
    }
    for (id, priority, answer_type) in [(600, 1, AnswerType::SingleSelect), (601, 0, AnswerType::MultiSelect)] {
        let (demographic_question_set_id, name) = (500, format!("Question {id}?"));
        let question = DemographicQuestion {
            id,
            demographic_question_set_id,
            name,
            required: id == 600,
            answer_type,
            active: true,
            priority,
        };
        insert(work, question).await?;
        for (n, free_form) in [(0, true), (1, false)] {
            let (option, name) = (id * 10 + n, format!("Option {n}"));
            let option = AnswerOption {
                id: option,
                demographic_question_id: id,
                name,
                free_form,
                active: true,
                priority: 1 - n,
            };
            insert(work, option).await?;
        }
    }
    for (id, application_id) in (700..).zip(&ids) {
        let answer = DemographicAnswer {
            id,
            application_id: *application_id,
            demographic_question_id: 600,
            demographic_answer_option_id: Some(6000),
            free_form_text: Some("free".to_owned()),
            created_at: work.now,
            updated_at: work.now,
        };
        insert(work, answer).await?;
    }
    Ok(())
}
