//! What people said of themselves, who may do what, templates, links, the education lists: all of it silent.

use axum::http::Method;
use serde_json::json;

use super::{Page, Scene, id};

pub async fn show(page: &mut Page) {
    said(&mut page.scene().await).await;
    permissions(&mut page.scene().await).await;
    templates(&mut page.scene().await).await;
}

async fn said(it: &mut Scene<'_>) {
    it.heading("EEOC and demographic questions");
    let eeoc = "/api/v1/applications/50/eeoc";
    it.put("note what a candidate says of race and gender", eeoc, json!({"race": "asian", "gender": "female"})).await;
    it.delete("forget it", eeoc).await;
    let sets = "/api/v1/demographic-question-sets";
    let set = id(&it.post("make a set of demographic questions", sets, json!({"title": "Us"})).await);
    it.patch("rename it", format!("{sets}/{set}"), json!({"title": "You"})).await;
    let asked = json!({"name": "Colour?", "answer_type": "multi_value_multi_select"});
    let question = id(&it.post("add a question", format!("{sets}/{set}/questions"), asked).await);
    let path = format!("/api/v1/demographic-questions/{question}");
    it.patch("make a question required", path.clone(), json!({"required": true})).await;
    let blue = json!({"name": "Blue", "free_form": true});
    let option = id(&it.post("add an option to choose from", format!("{path}/answer-options"), blue).await);
    let said = json!({"demographic_answers": [{"question_id": question,
                      "answer_options": [{"answer_option_id": option, "text": "like the sea"}]}]});
    it.put("note what a candidate answers", "/api/v1/applications/50/demographic-answers", said).await;
    let gone = json!({"active": false});
    it.patch("delete an option that was chosen", format!("/api/v1/demographic-answer-options/{option}"), gone).await;
}

async fn permissions(it: &mut Scene<'_>) {
    it.heading("Roles and permissions");
    let path = "/api/v1/user-roles";
    let role = id(&it.post("make a role", path, json!({"name": "Helper", "type": "interviewer"})).await);
    it.patch("rename a role", format!("{path}/{role}"), json!({"name": "Guest"})).await;
    for (what, path, given, named) in [
        ("on a job", "jobs", json!({"job_id": 10, "user_role_id": role}), "job_permission_id"),
        ("on jobs to come", "future_jobs", json!({"user_role_id": role}), "future_job_permission_id"),
    ] {
        let path = format!("/v1/users/{}/permissions/{path}", it.bob);
        let made = it.put(&format!("give a user a role {what}"), path.clone(), given).await;
        it.done(&format!("take a role {what}"), Method::DELETE, path, json!({named: id(&made)})).await;
    }
    it.delete("delete a role", format!("{path}/{role}")).await;
}

async fn templates(it: &mut Scene<'_>) {
    it.heading("Templates, tracking links, education");
    let new = json!({"name": "No", "type": "candidate_rejection", "subject": "No", "body": "No."});
    let path = "/api/v1/email-templates";
    let made = format!("{path}/{}", id(&it.post("make an e-mail template", path, new).await));
    it.patch("rename an e-mail template", made.clone(), json!({"name": "Sorry"})).await;
    it.delete("delete an e-mail template", made).await;
    let path = "/api/v1/tracking-links";
    let new = json!({"token": "fair2026", "job_id": 10, "referrer_name": "Dora"});
    let made = format!("{path}/{}", id(&it.post("make a tracking link", path, new).await));
    it.patch("credit somebody else by it", made.clone(), json!({"referrer_id": it.bob})).await;
    it.delete("delete a tracking link", made).await;
    let path = "/api/v1/education-items";
    let made = it.post("add a school", path, json!({"kind": "school", "name": "Hogwarts"})).await;
    let studied = json!({"school_id": id(&made), "start_date": "2010-01-01"});
    it.before("/v1/candidates/40/educations", studied).await;
    let made = format!("{path}/{}", id(&made));
    it.patch("rename a school that a candidate went to", made, json!({"name": "Durmstrang"})).await;
    let made = it.before(path, json!({"kind": "degree", "name": "Wizard"})).await;
    it.delete("delete a degree", format!("{path}/{}", id(&made))).await;
}
