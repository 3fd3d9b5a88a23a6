//! A company that hires, made by the verbs: job 10 Engineer with the openings 101 and 102 and the stages 20 Review, 21 Talk and 22 Offer; job
//! 11 Designer with the opening 111 and the stages 23 Review and 24 Offer. Candidates 40 and 41 are on job 10 by the applications 50 and 51,
//! 43 is on job 11 by 53; 42 is a prospect by 52.

use axum::http::Method;
use orangery::{
    domain::{
        application::new::{self, NewApplication, Prospect, Standing},
        job::{self, NewJob},
        opening::NewOpening,
        stage::NewStage,
    },
    error::Result,
    tables::{Application, CustomField, FieldType, Offer, Opening, StageVisit, ValueType},
    work::Work,
};
use serde_json::{Value, json};
use sql::{Json, Record};

use crate::{
    acme::{Acme, insert},
    rows,
};

pub async fn acme() -> Acme {
    let acme = Acme::empty().await;
    acme.write(async move |work| company(work).await).await.expect("the company is made");
    acme.pass(60_000);
    acme.fired().await;
    acme
}

async fn company(work: &mut Work) -> Result<()> {
    job(work, 10, "Engineer", &[101, 102], &[(20, "Review"), (21, "Talk"), (22, "Offer")]).await?;
    job(work, 11, "Designer", &[111], &[(23, "Review"), (24, "Offer")]).await?;
    for (candidate_id, id, job_id) in [(40, 50, Some(10)), (41, 51, Some(10)), (42, 52, None), (43, 53, Some(11))] {
        insert(work, rows::candidate(work, candidate_id)).await?;
        let standing = match job_id {
            Some(job_id) => Standing::Candidate { job_id, initial_stage_id: None },
            None => Standing::Prospect(Prospect::default()),
        };
        new::create(work, candidate_id, &NewApplication { id: Some(id), ..NewApplication::new(standing) }).await?;
    }
    insert(work, offer_field(work, 5, "Salary", "salary", true)).await?;
    insert(work, offer_field(work, 6, "Remark", "remark", false)).await?;
    let why = offer_field(work, 7, "Why", "why", false);
    insert(work, CustomField { field_type: FieldType::RejectionQuestion, ..why }).await
}

async fn job(work: &mut Work, id: i64, name: &str, openings: &[i64], stages: &[(i64, &str)]) -> Result<()> {
    let opening = |id: &i64| NewOpening { id: Some(*id), ..NewOpening::default() };
    let stage = |(id, name): &(i64, &str)| NewStage { id: Some(*id), name: (*name).to_owned(), ..NewStage::default() };
    let new = NewJob {
        id: Some(id),
        name: name.to_owned(),
        open: true,
        openings: openings.iter().map(opening).collect(),
        stages: Some(stages.iter().map(stage).collect()),
        ..NewJob::default()
    };
    job::create(work, new).await.map(drop)
}

fn offer_field(work: &Work, id: i64, name: &str, key: &str, trigger_new_version: bool) -> CustomField {
    CustomField {
        id,
        field_type: FieldType::Offer,
        value_type: ValueType::ShortText,
        name: name.to_owned(),
        name_key: key.to_owned(),
        description: None,
        priority: id,
        private: true,
        required: false,
        require_approval: false,
        trigger_new_version,
        expose_in_job_board_api: false,
        api_only: false,
        active: true,
        template_token: None,
        department_ids: Json::default(),
        office_ids: Json::default(),
        created_at: work.now,
        updated_at: work.now,
    }
}

/// An offer to application `id`, made over our own API; answers its id.
pub async fn offer(acme: &Acme, id: i64, terms: Value) -> i64 {
    let answer = acme.post(&format!("/api/v1/applications/{id}/offers"), terms).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json["id"].as_i64().expect("an id")
}

/// Asks, and tells the status, what was wrong, and what fired.
pub async fn told(acme: &Acme, method: Method, path: &str, body: Value) -> String {
    let answer = acme.ask(method, path, Some(body.to_string()), &[]).await;
    let errors = answer.json["errors"].as_array().cloned().unwrap_or_default();
    let errors: Vec<String> = errors
        .iter()
        .map(|it| match it["field"].as_str() {
            Some(field) => format!("; {field}: {}", it["message"].as_str().unwrap_or_default()),
            None => format!("; {}", it["message"].as_str().unwrap_or_default()),
        })
        .collect();
    format!("{}{}; fired: {}", answer.status, errors.concat(), acme.fired().await)
}

pub async fn post(acme: &Acme, path: &str, body: Value) -> String {
    told(acme, Method::POST, path, body).await
}

pub async fn patch(acme: &Acme, path: &str, body: Value) -> String {
    told(acme, Method::PATCH, path, body).await
}

pub async fn delete(acme: &Acme, path: &str) -> String {
    told(acme, Method::DELETE, path, json!({})).await
}

pub async fn find<T: Record>(acme: &Acme, id: i64) -> T {
    acme.house.read(async |look| Ok(look.tx.find(id).await?)).await.expect("it is there")
}

pub async fn application(acme: &Acme, id: i64) -> Application {
    find(acme, id).await
}

pub async fn opening(acme: &Acme, id: i64) -> Opening {
    find(acme, id).await
}

pub async fn stored_offer(acme: &Acme, id: i64) -> Offer {
    find(acme, id).await
}

/// The stages that an application went through: which, and whether it left.
pub async fn way(acme: &Acme, id: i64) -> Vec<(Option<i64>, bool)> {
    let visits = acme
        .house
        .read(async |look| Ok(look.tx.children::<StageVisit>("application_id", &[id]).await?))
        .await
        .expect("the history is read");
    visits.iter().map(|it| (it.stage_id, it.left_at.is_some())).collect()
}
