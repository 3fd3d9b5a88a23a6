//! Jobs, their openings, teams and posts, and the plans of their interviews.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Page, Scene, id};

pub async fn show(page: &mut Page) {
    life(&mut page.scene().await).await;
    changes(&mut page.scene().await).await;
    openings(&mut page.scene().await).await;
    team(&mut page.scene().await).await;
    posts(&mut page.scene().await).await;
    plan(&mut page.scene().await).await;
}

async fn life(it: &mut Scene<'_>) {
    it.heading("Jobs");
    let made = it.post("make a job from nothing", "/api/v1/jobs", json!({"name": "Baker"})).await;
    let path = format!("/api/v1/jobs/{}", id(&made));
    it.post("open a draft", format!("{path}/open"), json!({})).await;
    it.post("close a job", format!("{path}/close"), json!({})).await;
    it.post("open a closed job again", format!("{path}/reopen"), json!({})).await;
    it.before(format!("{path}/posts"), json!({"title": "Baker", "live": true})).await;
    it.before(format!("{path}/posts"), json!({"title": "Baker, nights"})).await;
    let copy = json!({"template_job_id": id(&made), "number_of_openings": 1});
    it.post("copy a job that has two posts", "/v1/jobs", copy).await;
    it.post("close a job that has a live post and one that is not", format!("{path}/close"), json!({})).await;
    it.delete("delete a closed job", path).await;
}

async fn changes(it: &mut Scene<'_>) {
    it.heading("Changes of a job");
    let department = id(&it.before("/v1/departments", json!({"name": "Kitchen"})).await);
    let office = id(&it.before("/v1/offices", json!({"name": "Utrecht"})).await);
    it.field("job", "Shift").await;
    let changes = [
        ("change the internal name", json!({"name": "Senior Engineer"})),
        ("change the department", json!({"department_id": department})),
        ("change the offices", json!({"office_ids": [office]})),
        ("change the level", json!({"level": "Senior"})),
        ("change the open date", json!({"opened_at": "2026-01-02T03:04:05Z"})),
        ("change the notes", json!({"notes": "Early hours"})),
        ("change team and responsibilities", json!({"team_and_responsibilities": "Ovens"})),
        ("change how to sell this job", json!({"how_to_sell_this_job": "Warm"})),
        ("change a custom field", json!({"custom_fields": [{"name_key": "shift", "value": "Late"}]})),
        ("change the requisition id, which is not in the list", json!({"requisition_id": "r-1"})),
        ("make it confidential, which is not in the list", json!({"confidential": true})),
        ("make it a template, which is not in the list", json!({"is_template": true})),
        ("let it be done anywhere, which is not in the list", json!({"anywhere": true})),
    ];
    for (what, body) in changes {
        it.patch(what, "/api/v1/jobs/10", body).await;
    }
    it.patch("change the name and the notes over Harvest", "/v1/jobs/10", json!({"name": "Engineer", "notes": ""}))
        .await;
}

async fn openings(it: &mut Scene<'_>) {
    it.heading("Openings");
    let path = "/v1/jobs/10/openings";
    let settings = json!({"openings_deletable": true});
    assert_eq!(it.acme.patch("/api/v1/organization", settings).await.status, 200);
    it.field("opening", "Desk").await;
    it.post("add openings", path, json!({"openings": [{"opening_id": "c"}, {"opening_id": "d"}]})).await;
    it.patch("change the id of an opening", format!("{path}/101"), json!({"opening_id": "a"})).await;
    let desk = json!({"custom_fields": [{"name_key": "desk", "value": "Window"}]});
    it.patch("change a custom field of an opening", format!("{path}/101"), desk).await;
    let closed = json!({"status": "closed", "close_reason_id": 1});
    it.patch("close one of several openings", format!("{path}/101"), closed.clone()).await;
    it.patch("open it again", format!("{path}/101"), json!({"status": "open"})).await;
    it.patch("close it again", format!("{path}/101"), closed.clone()).await;
    let destroy = json!({"ids": [101]});
    it.done("destroy a closed opening", Method::DELETE, "/v2/jobs/10/openings".to_owned(), destroy).await;
    assert_eq!(it.acme.patch(&format!("{path}/102"), closed.clone()).await.status, 200);
    let destroy = json!({"ids": [102, 999]});
    let what = "destroy openings, of which one is not there, by the first version of the door";
    it.done(what, Method::DELETE, path.to_owned(), destroy).await;
    it.before("/api/v1/jobs/11/posts", json!({"title": "Designer", "live": true})).await;
    let what = "close the last opening of a job that has a live post, which closes the job";
    it.patch(what, "/v1/jobs/11/openings/111", closed).await;
}

async fn team(it: &mut Scene<'_>) {
    it.heading("Hiring teams");
    let path = "/v1/jobs/10/hiring_team";
    let recruiter = json!({"user_id": it.bob, "responsible_for_future_candidates": true,
        "responsible_for_active_candidates": true, "responsible_for_inactive_candidates": true});
    it.put("replace the recruiters, for all candidates of the job", path, json!({"recruiters": [recruiter]})).await;
    it.post("add a sourcer", path, json!({"sourcers": [{"user_id": it.cleo}]})).await;
    let gone = json!({"sourcers": [it.cleo]});
    it.done("remove a sourcer", Method::DELETE, path.to_owned(), gone).await;
}

async fn posts(it: &mut Scene<'_>) {
    it.heading("Job posts");
    let made = it.post("add a job post", "/api/v1/jobs/10/posts", json!({"title": "Engineer"})).await;
    let (ours, theirs) = (format!("/api/v1/posts/{}", id(&made)), format!("/v2/job_posts/{}", id(&made)));
    it.patch("edit a post over Harvest", theirs.clone(), json!({"title": "Engineer (all)"})).await;
    it.patch("edit where a post is", ours.clone(), json!({"location": {"text": "Utrecht"}})).await;
    let question = json!([{"label": "Why?", "type": "short_text"}]);
    it.patch("edit the questions of a post", ours.clone(), json!({"questions": question})).await;
    it.post("put a post live", format!("{ours}/live"), json!({})).await;
    it.post("take a post off line", format!("{ours}/offline"), json!({})).await;
    it.patch("put a post live over Harvest", format!("{theirs}/status"), json!({"status": "live"})).await;
    it.patch("take a post off line over Harvest", format!("{theirs}/status"), json!({"status": "offline"})).await;
    let both = json!({"title": "Engineer (m/f/x)", "status": "live"});
    let first_version = format!("/v1/job_posts/{}", id(&made));
    it.patch("edit a post and put it live in one request", first_version.clone(), both).await;
    it.patch("take it off line in the same way", first_version, json!({"status": "offline"})).await;
    it.delete("delete a post", ours).await;
    let live = json!({"title": "Engineer", "live": true});
    it.post("add a post that is live from the start", "/api/v1/jobs/10/posts", live.clone()).await;
    let made = it.post("add a prospect post", "/api/v1/posts", live).await;
    let path = format!("/api/v1/posts/{}", id(&made));
    it.patch("edit a prospect post", path.clone(), json!({"title": "Anybody"})).await;
    it.post("take a prospect post off line", format!("{path}/offline"), json!({})).await;
    it.delete("delete a prospect post", path).await;
    it.post("add a place that posts choose from", "/api/v1/custom-locations", json!({"value": "Moon"})).await;
}

async fn plan(it: &mut Scene<'_>) {
    it.heading("Interview plans");
    let made = it.post("add a stage", "/api/v1/jobs/10/stages", json!({"name": "Test"})).await;
    let path = format!("/api/v1/stages/{}", id(&made));
    it.patch("rename a stage", path.clone(), json!({"name": "Trial"})).await;
    let order = json!({"stage_ids": [20, 22, 21, id(&made)]});
    it.put("reorder the stages", "/api/v1/jobs/10/stages/order", order).await;
    let stage: Value =
        it.post("add an interview to a stage", format!("{path}/interviews"), json!({"name": "Day"})).await;
    let interview = format!("/api/v1/interviews/{}", id(&stage["interviews"][0]));
    it.patch("edit an interview of a stage", interview.clone(), json!({"name": "Trial day"})).await;
    it.delete("delete an interview of a stage", interview).await;
    it.delete("delete a stage", path).await;
}
