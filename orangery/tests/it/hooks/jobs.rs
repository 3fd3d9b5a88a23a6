//! Jobs, posts and stages: what fires, in which order, and what stays silent.

use orangery::{domain::opening, tables::Department};
use serde_json::{Value, json};

use crate::{
    acme::{Acme, insert},
    rows,
};

/// Acme with a department (1) and rows of `rows`, and an open job from nothing, whose id is answered.
async fn with_job() -> (Acme, i64) {
    let acme = rows::acme().await;
    acme.write(async move |work| {
        let (created_at, updated_at) = (work.now, work.now);
        let name = "Engineering".to_owned();
        insert(
            work,
            Department { id: 1, name, parent_id: None, external_id: Some("eng".to_owned()), created_at, updated_at },
        )
        .await
    })
    .await
    .unwrap();
    let openings = json!([{"opening_id": "a"}, {"opening_id": "b"}]);
    let made = acme.post("/api/v1/jobs", json!({"name": "Baker", "open": true, "openings": openings})).await;
    assert_eq!((made.status, acme.fired().await.as_str()), (201, "job_created"), "{made}");
    let id = made.json["id"].as_i64().unwrap();
    (acme, id)
}

async fn post(acme: &Acme, job_id: i64, title: &str, live: bool) -> i64 {
    let body = json!({"title": title, "location": {"text": "Utrecht"}, "live": live, "content": "<p>Bread</p>"});
    let made = acme.post(&format!("/api/v1/jobs/{job_id}/posts"), body).await;
    assert_eq!((made.status, acme.fired().await.as_str()), (201, "job_post_created"), "{made}");
    made.json["id"].as_i64().unwrap()
}

fn refusal(answer: &crate::acme::Answer) -> String {
    format!("{} {}", answer.status, answer.json["errors"][0]["message"].as_str().unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_told_if_it_is_one_of_those_that_are() {
    let (acme, id) = with_job().await;
    let told = [
        json!({"name": "Head baker"}),
        json!({"department_id": 1}),
        json!({"level": "Senior"}),
        json!({"notes": "<b>Early hours</b>"}),
        json!({"team_and_responsibilities": "Ovens"}),
        json!({"how_to_sell_this_job": "Warm"}),
        json!({"opened_at": "2026-01-02T03:04:05Z"}),
    ];
    for body in told {
        acme.pass(1000);
        let done = acme.patch(&format!("/api/v1/jobs/{id}"), body.clone()).await;
        assert_eq!((done.status, acme.fired().await.as_str()), (200, "job_updated"), "{body} {done}");
        let again = acme.patch(&format!("/api/v1/jobs/{id}"), body.clone()).await;
        assert_eq!((again.status, acme.fired().await.as_str()), (200, ""), "{body}");
        assert_eq!(again.json["updated_at"], done.json["updated_at"]);
    }
    let silent = [json!({"requisition_id": "r-1"}), json!({"confidential": true}), json!({"is_template": true})];
    for body in silent {
        let done = acme.patch(&format!("/api/v1/jobs/{id}"), body.clone()).await;
        assert_eq!((done.status, acme.fired().await.as_str()), (200, ""), "{body} {done}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_takes_posts_off_line_and_deleting_takes_applications_along() {
    let (acme, id) = with_job().await;
    let (live, hidden) = (post(&acme, id, "Baker", true).await, post(&acme, id, "Quiet", false).await);
    let also_live = post(&acme, id, "Baker, nights", true).await;
    assert_eq!(
        refusal(&acme.delete(&format!("/api/v1/jobs/{id}"), Value::Null).await),
        "422 Only a closed job can be deleted; close it first"
    );
    let closed = acme.post(&format!("/api/v1/jobs/{id}/close"), json!({"close_reason_id": 999})).await;
    assert_eq!((closed.status, closed.json["errors"][0]["field"].as_str()), (422, Some("close_reason_id")));

    let closed = acme.post(&format!("/api/v1/jobs/{id}/close"), json!({"close_reason_id": 3})).await;
    assert_eq!(
        (closed.json["status"].as_str(), closed.json["openings"][1]["close_reason"]["name"].as_str()),
        (Some("closed"), Some("Put on hold"))
    );
    let fired = acme.fired_bodies().await;
    let told: Vec<_> = fired.iter().map(|it| (it["action"].as_str().unwrap(), &it["payload"])).collect();
    assert_eq!(told.iter().map(|it| it.0).collect::<Vec<_>>(), ["job_updated", "job_post_updated", "job_post_updated"]);
    assert_eq!(told[0].1["job"]["status"], "closed");
    assert_eq!((&told[1].1["id"], &told[2].1["id"]), (&json!(live), &json!(also_live)));
    assert_eq!((&told[1].1["live"], &told[1].1["job_id"]), (&json!(false), &json!(id)));

    assert_eq!(
        refusal(&acme.post(&format!("/api/v1/jobs/{id}/close"), json!({})).await),
        "422 The job is closed already"
    );
    assert!(
        refusal(&acme.post(&format!("/api/v1/posts/{hidden}/live"), json!({})).await)
            .starts_with("422 The job is closed")
    );
    assert_eq!(acme.post(&format!("/api/v1/jobs/{id}/reopen"), json!({})).await.json["closed_at"], Value::Null);
    assert_eq!(acme.fired().await, "job_updated");
    assert_eq!(acme.post(&format!("/api/v1/jobs/{id}/reopen"), json!({})).await.status, 422);

    // The job of the rows has an application with an offer, a stage, interviews.
    acme.post("/api/v1/jobs/10/close", json!({})).await;
    assert_eq!(acme.fired().await, "job_updated");
    assert_eq!(acme.delete("/api/v1/jobs/10", Value::Null).await.status, 200);
    let fired = acme.fired_bodies().await;
    assert_eq!(fired, [json!({"action": "job_deleted", "payload": {"job": {"id": 10, "name": "Engineer 10"}}})]);
    assert_eq!(acme.get("/v1/jobs/10").await.status, 404);
    assert_eq!(acme.get("/v1/applications/50").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_opened_once_and_closed_without_openings() {
    let acme = Acme::empty().await;
    let draft = acme.post("/api/v1/jobs", json!({"name": "Baker"})).await;
    assert_eq!((draft.json["status"].as_str(), &draft.json["opened_at"]), (Some("draft"), &Value::Null));
    let id = draft.json["id"].as_i64().unwrap();
    let hidden = acme.post(&format!("/api/v1/jobs/{id}/posts"), json!({"title": "Baker", "live": true})).await;
    assert!(refusal(&hidden).starts_with("422 The job is a draft"), "{hidden}");
    assert_eq!(acme.fired().await, "job_created");
    acme.pass(5000);
    let open = acme.post(&format!("/api/v1/jobs/{id}/open"), json!({})).await;
    assert_eq!(open.json["opened_at"], "2026-08-22T10:00:05.123Z");
    assert_eq!(acme.fired().await, "job_updated");
    assert_eq!(
        refusal(&acme.post(&format!("/api/v1/jobs/{id}/open"), json!({})).await),
        "422 Job must be 'draft', is currently 'open'"
    );
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_is_told_of_before_its_posts() {
    let (acme, id) = with_job().await;
    acme.put(&format!("/v1/jobs/{id}/hiring_team"), json!({"sourcers": [{"user_id": 2}]})).await;
    post(&acme, id, "Baker", true).await;
    post(&acme, id, "Baker, nights", false).await;
    let body =
        json!({"template_job_id": id, "number_of_openings": 1, "department_id": 1, "job_post_name": "Patissier"});
    let copy = acme.post("/v1/jobs", body).await;
    assert_eq!((copy.status, copy.json["name"].as_str()), (201, Some("Copy Of Baker")), "{copy}");
    let copy_id = copy.json["id"].as_i64().unwrap();
    assert_eq!(copy.json["hiring_team"]["sourcers"][0]["id"], 2);
    assert_eq!((&copy.json["departments"][0]["id"], &copy.json["copied_from_id"]), (&json!(1), &json!(id)));
    let fired = acme.fired_bodies().await;
    let actions: Vec<_> = fired.iter().map(|it| it["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["job_created", "job_post_created", "job_post_created"]);
    let told = &fired[1]["payload"];
    assert_eq!(
        (&told["title"], &told["live"], &told["location"]),
        (&json!("Patissier"), &json!(false), &json!("Utrecht"))
    );
    assert_eq!(told["questions"].as_array().unwrap().len(), 6);
    let stages = acme.get(&format!("/v1/jobs/{copy_id}/stages")).await;
    let names: Vec<_> = stages.json.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Application Review", "Preliminary Phone Screen", "Phone Interview", "Face to Face", "Offer"]);

    for body in [
        json!({"template_job_id": 999, "number_of_openings": 1}),
        json!({"template_job_id": id, "number_of_openings": 2, "opening_ids": ["one"]}),
        json!({"template_job_id": id, "number_of_openings": 1, "department_id": 1, "external_department_id": "eng"}),
        json!({"template_job_id": id, "number_of_openings": 1, "office_ids": [77]}),
        json!({"template_job_id": id}),
    ] {
        assert_eq!(acme.post("/v1/jobs", body.clone()).await.status, 422, "{body}");
    }
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_tell_of_every_change_and_of_no_other() {
    let (acme, id) = with_job().await;
    let post = post(&acme, id, "Baker", false).await;
    let edit = async |body: Value| acme.patch(&format!("/api/v1/posts/{post}"), body).await;
    acme.pass(1000);
    edit(json!({"title": "Master baker"})).await;
    assert_eq!(acme.fired().await, "job_post_updated");
    edit(json!({"title": "Master baker", "content": "<p>Bread</p>", "location": {"text": "Utrecht"}})).await;
    assert_eq!(acme.fired().await, "");
    let questions =
        json!([{"label": "Sourdough?", "type": "single_select", "options": ["Yes", "As a cucumber"], "private": true}]);
    let edited = edit(json!({"questions": questions})).await;
    let question = &edited.json["questions"][0];
    let question_id = question["name"].as_str().unwrap().strip_prefix("question_").unwrap().parse::<i64>().unwrap();
    let fired = acme.fired_bodies().await;
    assert_eq!(
        fired[0]["payload"]["questions"],
        json!([{"required": false, "private": true, "label": "Sourdough?", "type": "multi_value_single_select", "values": ["Yes", "As a cucumber"]}])
    );
    let same = json!([{"id": question_id, "label": "Sourdough?", "type": "single_select", "options": ["Yes", "As a cucumber"], "private": true}]);
    let again = edit(json!({"questions": same})).await;
    assert_eq!((&again.json["questions"][0], acme.fired().await.as_str()), (question, ""), "{again}");
    let unknown = edit(json!({"questions": [{"id": 999, "label": "?", "type": "short_text"}]})).await;
    assert_eq!(unknown.json["errors"][0]["field"], "questions[0].id");

    for (path, fired) in [("live", "job_post_updated"), ("live", ""), ("offline", "job_post_updated"), ("offline", "")]
    {
        assert_eq!(acme.post(&format!("/api/v1/posts/{post}/{path}"), json!({})).await.status, 200);
        assert_eq!(acme.fired().await, fired);
    }
    assert_eq!(
        acme.patch(&format!("/v2/job_posts/{post}/status"), json!({"status": "live"})).await.json,
        json!({"success": true})
    );
    assert_eq!(acme.fired().await, "job_post_updated");
    assert!(refusal(&acme.delete(&format!("/api/v1/posts/{post}"), Value::Null).await).starts_with("422 A live post"));
    acme.patch(&format!("/v1/job_posts/{post}"), json!({"status": "offline", "title": "Baker"})).await;
    assert_eq!(acme.fired().await, "job_post_updated");
    assert_eq!(acme.delete(&format!("/api/v1/posts/{post}"), Value::Null).await.status, 200);
    let fired = acme.fired_bodies().await;
    assert_eq!(
        (fired.len(), &fired[0]["action"], &fired[0]["payload"]["job_post"]["job_id"]),
        (1, &json!("job_post_deleted"), &json!(id))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prospect_post_has_no_job_id() {
    let acme = Acme::empty().await;
    let made = acme.post("/api/v1/posts", json!({"title": "Anybody", "live": true, "questions": []})).await;
    assert_eq!((made.status, &made.json["job_id"]), (201, &Value::Null));
    let fired = acme.fired_bodies().await;
    assert_eq!(fired[0]["action"], "job_post_created");
    assert!(fired[0]["payload"].get("job_id").is_none());
    let id = &made.json["id"];
    acme.post(&format!("/api/v1/posts/{id}/offline"), json!({})).await;
    acme.delete(&format!("/api/v1/posts/{id}"), Value::Null).await;
    let fired = acme.fired_bodies().await;
    assert_eq!((fired.len(), fired[1]["payload"]["job_post"].get("job_id")), (2, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_goes_only_when_nobody_stands_in_it() {
    let acme = rows::acme().await;
    let gone = async |id: i64| acme.delete(&format!("/api/v1/stages/{id}"), Value::Null).await;
    assert!(refusal(&gone(20).await).starts_with("422 1 active application(s)"));
    let made = acme.post("/api/v1/jobs/10/stages", json!({"name": "Sniff test", "position": 0, "interviews": [
        {"name": "Smell", "kit": {"content": "<p>Nose</p>", "questions": [{"question": "Rye?"}]}, "default_interviewer_user_ids": [2]}]})).await;
    assert_eq!(made.status, 201, "{made}");
    let id = made.json["id"].as_i64().unwrap();
    let order = acme.put("/api/v1/jobs/10/stages/order", json!({"stage_ids": [20, id]})).await;
    assert_eq!((&order.json[0]["id"], &order.json[1]["priority"]), (&json!(20), &json!(1)), "{order}");
    for wrong in [json!([20]), json!([20, 20]), json!([20, id, id]), json!([20, 999])] {
        assert_eq!(acme.put("/api/v1/jobs/10/stages/order", json!({"stage_ids": wrong})).await.status, 422);
    }
    assert_eq!(acme.fired().await, "");
    acme.patch(&format!("/api/v1/stages/{id}"), json!({"name": "Sniffing"})).await;
    assert_eq!(gone(id).await.status, 200);
    let fired = acme.fired_bodies().await;
    let told = &fired[0]["payload"]["job_interview_stage"];
    assert_eq!((fired.len(), &told["name"], &told["active"]), (1, &json!("Sniffing"), &json!(true)));
    assert_eq!(acme.get(&format!("/v1/job_stages/{id}")).await.json["active"], false);
    assert_eq!(refusal(&gone(id).await), "422 The stage is deleted");
    acme.post("/v1/applications/50/reject", json!({})).await;
    assert_eq!(acme.fired().await, "reject_candidate");
    assert!(refusal(&gone(20).await).starts_with("422 The last stage"));
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn openings_and_team_are_silent_until_the_last_opening_closes() {
    let (acme, id) = with_job().await;
    let post = post(&acme, id, "Baker", true).await;
    let path = format!("/v1/jobs/{id}/openings");
    let made = acme.post(&path, json!({"openings": [{"opening_id": "c"}, {"opening_id": null}]})).await;
    assert_eq!((made.status, &made.json["openings"][0]["open_date"]), (201, &json!("2026-08-22T10:00:00.123Z")));
    let listed = acme.get(&path).await;
    let ids: Vec<i64> = listed.json.as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()).collect();
    let close = async |opening: i64| {
        acme.patch(&format!("{path}/{opening}"), json!({"status": "closed", "close_reason_id": 4})).await
    };
    for opening in &ids[..3] {
        assert_eq!(close(*opening).await.json, json!({"success": "true"}));
    }
    acme.patch(&format!("{path}/{}", ids[0]), json!({"status": "open", "opening_id": "z"})).await;
    acme.put(&format!("/v1/jobs/{id}/hiring_team"), json!({"sourcers": [{"user_id": 2}]})).await;
    close(ids[0]).await;
    assert_eq!(acme.fired().await, "");
    close(ids[3]).await;
    assert_eq!(acme.fired().await, "job_updated, job_post_updated");
    assert_eq!(acme.get(&format!("/v1/job_posts/{post}")).await.json["live"], false);
    let again = acme.patch(&format!("{path}/{}", ids[0]), json!({"status": "open"})).await;
    assert!(refusal(&again).starts_with("422 The job is closed"), "{again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_opening_is_filled_once_and_vacated() {
    let (acme, id) = with_job().await;
    let (first, other) = acme
        .write(async move |work| {
            let first = opening::fill(work, id, None, 50, Some(1)).await?;
            let other = opening::fill(work, id, Some(first.id), 51, None).await.unwrap_err().to_string();
            Ok((first, other))
        })
        .await
        .unwrap();
    assert_eq!((first.opening_id.as_deref(), first.application_id), (Some("a"), Some(50)));
    assert_eq!(other, "The opening is closed already; name one that is open");
    let path = format!("/v1/jobs/{id}/openings/{}", first.id);
    let reopened = acme.patch(&path, json!({"status": "open"})).await;
    assert!(refusal(&reopened).contains("filled by application 50"), "{reopened}");
    acme.write(async move |work| opening::vacate(work, 50).await).await.unwrap();
    let shown = acme.get(&path).await;
    assert_eq!((&shown.json["status"], &shown.json["application_id"]), (&json!("open"), &Value::Null));
    let none = acme.write(async move |work| opening::fill(work, 10, None, 50, None).await).await.unwrap_err();
    assert_eq!(none.to_string(), "The job has no open opening; add one first");
    assert_eq!(acme.fired().await, "");
}
