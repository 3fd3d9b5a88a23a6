//! EEOC and demographic answers, job permissions, templates, links: what holds beyond their shapes.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{acme::Acme, hiring};

/// A basic user; answers the id.
async fn bob(acme: &Acme) -> i64 {
    let new = json!({"first_name": "Bob", "last_name": "Builder", "email": "bob@example.com"});
    acme.post("/v1/users", new).await.json["id"].as_i64().unwrap()
}

/// The role that every organization begins with.
const ROLE: i64 = 1;

#[tokio::test(flavor = "multi_thread")]
async fn permissions_on_jobs_and_jobs_to_come() {
    let acme = hiring::acme().await;
    let bob = bob(&acme).await;
    let path = format!("/v1/users/{bob}/permissions/jobs");
    // Example clients send ids as texts.
    let given = acme.put(&path, json!({"job_id": "10", "user_role_id": ROLE.to_string()})).await;
    assert_eq!((given.status, &given.json["job_id"], &given.json["user_role_id"]), (201, &json!(10), &json!(ROLE)));
    let again = acme.put(&path, json!({"job_id": 10, "user_role_id": ROLE})).await;
    assert_eq!((again.status, &again.json["id"]), (201, &given.json["id"]));
    assert_eq!(acme.get(&path).await.json.as_array().unwrap().len(), 1);
    let wrong = acme.put(&path, json!({"job_id": 99, "user_role_id": 99})).await;
    assert_eq!(wrong.faults(), "There is no job 99 at job_id; There is no user role 99 at user_role_id");
    assert_eq!(acme.patch("/api/v1/jobs/11", json!({"confidential": true})).await.status, 200);
    assert_eq!(acme.put(&path, json!({"job_id": 11, "user_role_id": ROLE})).await.status, 422);

    let admin = acme.put("/v1/users/1/permissions/jobs", json!({"job_id": 10, "user_role_id": ROLE})).await;
    assert_eq!((admin.status, admin.text.as_str()), (204, ""));
    assert_eq!(acme.get("/v1/users/1/permissions/jobs").await.json, json!([]));
    assert_eq!(acme.get("/v1/users/99/permissions/jobs").await.status, 404);

    let future = format!("/v1/users/{bob}/permissions/future_jobs");
    let promised = acme.put(&future, json!({"office_id": null, "user_role_id": ROLE})).await;
    assert_eq!((promised.status, &promised.json["office_id"]), (201, &Value::Null));
    let made = acme.post("/api/v1/jobs", json!({"name": "Baker", "open": true})).await.json["id"].clone();
    let secret = acme.post("/api/v1/jobs", json!({"name": "Spy", "open": true, "confidential": true})).await;
    assert_eq!(secret.status, 201);
    let jobs: Vec<Value> =
        acme.get(&path).await.json.as_array().unwrap().iter().map(|it| it["job_id"].clone()).collect();
    assert_eq!(jobs, [json!(10), made], "what was promised is given, and not on the confidential job");

    let gone = acme.delete(&future, json!({"future_job_permission_id": promised.json["id"]})).await;
    let said = format!("Future Job Permission {} has been deleted.", promised.json["id"]);
    assert_eq!((gone.status, &gone.json["message"]), (200, &json!(said)));
    assert_eq!(acme.delete(&path, json!({"job_permission_id": 99})).await.status, 422);
    let basic = json!({"user": {"user_id": bob}, "level": "basic"});
    assert_eq!(acme.patch("/v1/users/permission_level", basic).await.status, 200);
    assert_eq!(acme.get(&path).await.json, json!([]));
    assert_eq!(acme.fired().await, "job_created, job_created");
}

/// What is said of application `id`.
async fn says(acme: &Acme, id: i64, gender: &str, option: i64) {
    let eeoc = acme.put(&format!("/api/v1/applications/{id}/eeoc"), json!({"gender": gender})).await;
    assert_eq!(eeoc.status, 200, "{eeoc}");
    let answers =
        json!({"demographic_answers": [{"question_id": 1, "answer_options": [{"answer_option_id": option}]}]});
    let answered = acme.put(&format!("/api/v1/applications/{id}/demographic-answers"), answers).await;
    assert_eq!(answered.status, 200, "{answered}");
}

/// The gender that application `id` says, and the options that it chose.
async fn said(acme: &Acme, id: i64) -> (Value, Vec<Value>) {
    let eeoc = acme.get(&format!("/v1/applications/{id}/eeoc")).await;
    let answers = acme.get(&format!("/v1/applications/{id}/demographics/answers")).await;
    let chosen = answers.json.as_array().unwrap().iter().map(|it| it["demographic_answer_option_id"].clone()).collect();
    (eeoc.json["gender"]["id"].clone(), chosen)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_say_of_themselves_is_kept_apart_and_erased() {
    let acme = hiring::acme().await;
    acme.fired().await;
    assert_eq!(acme.get("/v1/applications/50/eeoc").await.status, 404, "GAP-4");
    says(&acme, 51, "female", 2).await;
    let wrong = json!({"demographic_answers": [
        {"question_id": 1, "answer_options": [{"answer_option_id": 2, "text": "no"}, {"answer_option_id": 2}]},
        {"question_id": 99}, {"question_id": 3, "answer_options": [{"answer_option_id": 1}]},
    ]});
    let refused = acme.put("/api/v1/applications/51/demographic-answers", wrong).await;
    assert_eq!(
        refused.faults(),
        "Answer option 2 takes no text at demographic_answers[0].answer_options[0].text; \
         Answer option 2 is chosen twice at demographic_answers[0].answer_options[1].answer_option_id; \
         There is no question 99 at demographic_answers[1].question_id; \
         Question 3 has no answer option 1 at demographic_answers[2].answer_options[0].answer_option_id"
    );
    assert_eq!(acme.put("/api/v1/applications/51/eeoc", json!({})).await.status, 422);
    let audit = acme
        .house
        .read(async |look| {
            let sql = "select changes from audit_records where target_type in ('eeocs', 'demographic_answers')";
            let rows = look.tx.rows(sql, &[]).await?;
            Ok(rows.iter().map(|it| it.get::<String>(0)).collect::<sql::Result<Vec<_>>>()?.concat())
        })
        .await
        .unwrap();
    assert!(audit.contains("(private)") && !audit.contains("female"), "{audit}");

    // Both are on job 10: the application of 41 is dropped, and what it says goes on with that of 40, which says nothing.
    let merge = json!({"primary_candidate_id": 40, "duplicate_candidate_id": 41});
    assert_eq!(acme.put("/v1/candidates/merge", merge).await.status, 200);
    assert_eq!(said(&acme, 50).await, (json!(2), vec![json!(2)]));
    let option = acme.patch("/api/v1/demographic-answer-options/2", json!({"active": false})).await;
    assert_eq!((option.status, &option.json["active"]), (200, &json!(false)));
    assert_eq!(said(&acme, 50).await.1, [json!(2)], "who has chosen it, has");

    acme.fired().await;
    let path = "/v1/candidates/40/anonymize?fields=application_questions";
    assert_eq!(acme.put(path, json!({})).await.status, 200);
    assert_eq!(said(&acme, 50).await, (Value::Null, vec![]));
    assert_eq!(acme.fired().await, "candidate_anonymized");
    says(&acme, 53, "male", 1).await;
    assert_eq!(acme.ask(Method::DELETE, "/v1/candidates/43", None, &[]).await.status, 200);
    assert_eq!(acme.get("/v1/eeoc").await.json, json!([]));
    assert_eq!(acme.get("/v1/demographics/answers").await.json, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_template_of_a_kind_is_the_default_and_links_know_where_they_lead() {
    let acme = hiring::acme().await;
    let defaults = async |kind: &str| -> Vec<Value> {
        let all = acme.get("/v1/email_templates").await.json;
        let is = |it: &&Value| it["type"] == kind && it["default"] == true;
        all.as_array().unwrap().iter().filter(is).map(|it| it["id"].clone()).collect()
    };
    assert_eq!(defaults("candidate_rejection").await.len(), 1);
    let new = json!({"name": "Ours", "type": "candidate_rejection", "default": true, "subject": "No", "body": "No",
                     "from": "{{MY_EMAIL_ADDRESS}}"});
    let made = acme.post("/api/v1/email-templates", new).await;
    assert_eq!((made.status, &made.json["subject"]), (201, &json!("No")));
    assert_eq!(defaults("candidate_rejection").await, [made.json["id"].clone()]);
    let path = format!("/v1/email_templates/{}", made.json["id"]);
    assert!(acme.get(&path).await.json.get("subject").is_none(), "Harvest has no subject");
    let wrong = json!({"name": " ", "type": "none", "subject": "a\nb", "from": "nobody", "cc": ["x"]});
    assert_eq!(
        acme.post("/api/v1/email-templates", wrong).await.faults(),
        "must not be blank at name; Must be one line at subject; Must not be blank, unless there is a html_body at body; \
         Must be an e-mail address, or a token such as {{MY_EMAIL_ADDRESS}} at from; \
         \"x\" is no e-mail address and no token at cc[0]"
    );

    let post = acme.post("/api/v1/jobs/10/posts", json!({"title": "Engineer"})).await.json["id"].clone();
    let made = acme.post("/api/v1/tracking-links", json!({"job_post_id": post, "referrer_name": "Dora"})).await;
    assert_eq!((made.status, &made.json["job_id"]), (201, &json!(10)));
    let shown = acme.get(&format!("/v1/tracking_links/{}", made.json["token"].as_str().unwrap())).await;
    assert_eq!((shown.status, &shown.json), (200, &made.json));
    assert_eq!((&shown.json["credited_to"]["name"], &shown.json["credited_to"]["id"]), (&json!("Dora"), &Value::Null));
    assert!(shown.json["job_board"]["url_token"].is_string(), "{shown}");
    assert_eq!(acme.get("/v1/tracking_links/nobody").await.status, 404);
    let nobody = acme.post("/api/v1/tracking-links", json!({"job_id": 10})).await;
    assert_eq!(nobody.faults(), "Say whom to credit: a source, a referrer, or both at source_id");
}
