//! Examples of jobs, posts, stages, interviews and scorecards.

use orangery::{
    domain::{
        approval, interview,
        job::{self, JobChange},
        post::{self, NewPost, NewQuestion, Place},
        scorecard, stage,
        user::UserRef,
    },
    patch::Patch,
    tables::{FlowKind, QuestionKind, Rating, ResponseStatus, ScorecardStatus},
};
use serde_json::{Value, json};

use super::{
    build::{self, id, maybe, text},
    conforms, example,
};
use crate::acme::Acme;

#[tokio::test(flavor = "multi_thread")]
async fn job_created() {
    let payload = &example("job_created.json")["payload"];
    let acme = build::house(payload).await;
    build::add_job(&acme, &payload["job"], &Value::Null, 0).await;
    conforms("job_created.json", &acme.fired_bodies().await);
}

/// A house with the job of an example.
async fn with_job(payload: &Value) -> Acme {
    let acme = build::house(payload).await;
    build::add_job(&acme, &payload["job"], &Value::Null, 0).await;
    acme.fired().await;
    acme
}

#[tokio::test(flavor = "multi_thread")]
async fn job_updated() {
    let payload = &example("job_updated.json")["payload"];
    let mut before = payload.clone();
    before["job"]["notes"] = json!("<p>Looking for the very best!</p>");
    let acme = with_job(&before).await;
    let (job_id, notes) = (id(&payload["job"]["id"]).expect("an id"), text(&payload["job"]["notes"]));
    let updated = acme.write(async move |work| {
        job::update(work, job_id, JobChange { notes: Patch::Value(notes.clone()), ..JobChange::default() }).await
    });
    updated.await.expect("the job is updated");
    conforms("job_updated.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn job_approved() {
    let payload = &example("job_approved.json")["payload"];
    let acme = with_job(payload).await;
    let job_id = id(&payload["job"]["id"]).expect("an id");
    let approved = acme.write_as(Some(1), async move |work| {
        let groups = vec![approval::PlannedGroup { approvals_required: 1, approvers: vec![UserRef::Id(1)] }];
        let plan = approval::Plan { id: None, kind: FlowKind::OpenJob, offer_id: None, sequential: true, groups };
        let flow_id = approval::put(work, job_id, plan).await?;
        approval::request(work, flow_id).await?;
        approval::approve(work, flow_id, 1).await
    });
    approved.await.expect("the job is approved");
    conforms("job_approved.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn job_deleted() {
    let payload = &example("job_deleted.json")["payload"];
    let acme = with_job(payload).await;
    let job_id = id(&payload["job"]["id"]).expect("an id");
    let closing = job::Closing::ByHand { close_reason_id: None };
    acme.write(async move |work| job::close(work, job_id, closing.clone()).await).await.expect("the job is closed");
    acme.fired().await;
    acme.write(async move |work| job::delete(work, job_id).await).await.expect("the job is deleted");
    conforms("job_deleted.json", &acme.fired_bodies().await);
}

/// The post of an example, as it is to be made.
fn new_post(of: &Value) -> NewPost {
    let question = |it: &Value| NewQuestion {
        id: None,
        name: None,
        label: text(&it["label"]),
        kind: Some(if it["type"] == "input_text" { QuestionKind::ShortText } else { QuestionKind::SingleSelect }),
        required: it["required"] == true,
        private: it["private"] == true,
        description: None,
        options: it["values"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|it| post::NewOption { id: None, label: text(it) })
            .collect(),
    };
    NewPost {
        id: id(&of["id"]),
        job_id: id(&of["job_id"]),
        title: text(&of["title"]),
        location: maybe(&of["location"]).map(Place::Text),
        internal: of["internal"] == true,
        external: of["external"] == true,
        live: of["live"] == true,
        content: maybe(&of["content"]),
        internal_content: maybe(&of["internal_content"]),
        first_published_at: None,
        listing: Default::default(),
        questions: Some(of["questions"].as_array().into_iter().flatten().map(question).collect()),
    }
}

/// A house with the job of a post.
async fn with_job_of(post: &Value) -> Acme {
    with_job(&json!({"job": {"id": post["job_id"], "name": "A job"}})).await
}

async fn create(acme: &Acme, new: NewPost) {
    acme.write(async move |work| post::create(work, new).await).await.expect("the post is made");
}

#[tokio::test(flavor = "multi_thread")]
async fn job_post_created() {
    let payload = &example("job_post_created.json")["payload"];
    let acme = with_job_of(payload).await;
    acme.at(&text(&payload["updated_at"]));
    create(&acme, new_post(payload)).await;
    conforms("job_post_created.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn job_post_updated() {
    let payload = &example("job_post_updated.json")["payload"];
    let acme = with_job_of(payload).await;
    create(&acme, NewPost { title: "A cooler job".to_owned(), ..new_post(payload) }).await;
    acme.fired().await;
    acme.at(&text(&payload["updated_at"]));
    let (post_id, title) = (id(&payload["id"]).expect("an id"), text(&payload["title"]));
    let edited = acme.write(async move |work| {
        post::edit(work, post_id, post::PostChange { title: Some(title.clone()), ..post::PostChange::default() }).await
    });
    edited.await.expect("the post is edited");
    conforms("job_post_updated.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn job_post_deleted() {
    for file in ["job_post_deleted.json", "job_post_deleted.early.json"] {
        let payload = &example(file)["payload"]["job_post"];
        let acme = with_job_of(payload).await;
        acme.at(&text(&payload["updated_at"]));
        create(&acme, new_post(payload)).await;
        acme.fired().await;
        acme.pass(1000);
        let post_id = id(&payload["id"]).expect("an id");
        acme.write(async move |work| post::delete(work, post_id).await).await.expect("the post is deleted");
        conforms(file, &acme.fired_bodies().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn job_interview_stage_deleted() {
    for file in ["job_interview_stage_deleted.json", "job_interview_stage_deleted.early.json"] {
        let payload = &example(file)["payload"]["job_interview_stage"];
        let job = json!({"id": payload["job_id"], "name": "A job", "created_at": payload["created_at"]});
        let acme = build::house(&json!({})).await;
        let first = json!({"id": payload["id"], "name": "Call", "interviews": []});
        build::add_job(&acme, &job, &first, 1).await;
        acme.at(&text(&payload["updated_at"]));
        let (stage_id, name) = (id(&payload["id"]).expect("an id"), text(&payload["name"]));
        acme.write(async move |work| stage::rename(work, stage_id, name.clone()).await)
            .await
            .expect("the stage is renamed");
        acme.fired().await;
        acme.pass(1000);
        acme.write(async move |work| stage::delete(work, stage_id).await).await.expect("the stage is deleted");
        conforms(file, &acme.fired_bodies().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn interview_deleted() {
    let payload = &example("interview_deleted.early.json")["payload"]["interview"];
    let acme = build::house(&json!({})).await;
    let stage = json!({"id": 5, "name": "Call", "interviews": [{"id": 6, "name": "Call"}]});
    build::add_job(&acme, &json!({"id": 1, "name": "A job"}), &stage, 0).await;
    build::add_candidate(&acme, &json!({"id": 2, "first_name": "Jack", "last_name": "Sparrow"}), Vec::new()).await;
    build::add_application(&acme, 2, build::new_application(&json!({"id": 3, "jobs": [{"id": 1}]})), &Value::Null)
        .await;
    let interview_id = id(&payload["id"]).expect("an id");
    let made = acme.write(async move |work| {
        let new = interview::NewInterview {
            id: Some(interview_id),
            application_id: 3,
            interview_id: 6,
            interviewers: vec![interview::Attendee {
                who: UserRef::Id(1),
                name: None,
                response_status: ResponseStatus::Accepted,
            }],
            starts_at: work.now,
            ends_at: work.now + jiff::SignedDuration::from_hours(1),
            all_day: false,
            external_event_id: None,
            location: None,
            video_conferencing_url: None,
            outsiders: interview::Outsiders::Welcome,
            by_api: false,
        };
        interview::create(work, new).await
    });
    made.await.expect("the interview is scheduled");
    acme.fired().await;
    acme.write(async move |work| interview::delete(work, interview_id).await).await.expect("the interview is deleted");
    conforms("interview_deleted.early.json", &acme.fired_bodies().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn scorecard_deleted() {
    let payload = example("scorecard_deleted.early.json")["payload"]["scorecard"].clone();
    let acme = build::house(&json!({})).await;
    build::add_job(&acme, &json!({"id": 1, "name": "A job"}), &Value::Null, 0).await;
    build::add_candidate(
        &acme,
        &json!({"id": payload["candidate_id"], "first_name": "Jack", "last_name": "Sparrow"}),
        Vec::new(),
    )
    .await;
    let candidate_id = id(&payload["candidate_id"]).expect("an id");
    build::add_application(
        &acme,
        candidate_id,
        build::new_application(&json!({"id": 3, "jobs": [{"id": 1}]})),
        &Value::Null,
    )
    .await;
    acme.at(&text(&payload["created_at"]));
    let scorecard_id = id(&payload["id"]).expect("an id");
    let interviewed_at = payload["interviewed_at"].as_str().and_then(|it| it.parse().ok());
    let made = acme.write_as(Some(1), async move |work| {
        let new = scorecard::NewScorecard {
            id: Some(scorecard_id),
            application_id: 3,
            interview_id: None,
            interview_name: Some("Call".to_owned()),
            scheduled_interview_id: None,
            interviewer_id: None,
            submitted_by_id: None,
            interviewed_at,
            overall_recommendation: Rating::Yes,
            attributes: Vec::new(),
            answers: Vec::new(),
            status: ScorecardStatus::Complete,
        };
        scorecard::create(work, new).await
    });
    made.await.expect("the scorecard is written");
    acme.fired().await;
    acme.write(async move |work| scorecard::delete(work, scorecard_id).await).await.expect("the scorecard is deleted");
    conforms("scorecard_deleted.early.json", &acme.fired_bodies().await);
}
