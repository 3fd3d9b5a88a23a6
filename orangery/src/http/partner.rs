//! Ingestion (ING-1 … ING-9): what partners send, and what they may know of it.

mod caller;
mod person;

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use futures_util::future::join_all;

use self::{
    caller::{Partner, Problem, Sent},
    person::Arrived,
};
use super::input::{Body, Params};
use crate::{
    domain::partner,
    error::{Error, Faults},
    graph::partner::{self as seen},
    house::Orangery,
    tables::Scope,
    wire::partner::{self as wire, PartnerAdded, PartnerCandidate, PartnerJob, PartnerPool, PartnerTrackingLink},
    work::Work,
};

/// So many people come in one array: they come together, or none does.
const MOST_SENT: usize = 50;
/// So many are asked for at a time.
const MOST_ASKED: usize = 500;
/// So many résumés are fetched at a time.
const FETCHED: usize = 8;

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/partner/candidates", get(index).post(create))
        .route("/v1/partner/current_user", get(current_user))
        .route("/v1/partner/jobs", get(jobs))
        .route("/v1/partner/prospect_pools", get(pools))
        .route("/v1/partner/tracking_link", post(link))
}

async fn index(partner: Partner, params: Params) -> Result<Json<Vec<PartnerCandidate>>, Problem> {
    partner.must(Scope::ViewCandidates)?;
    let ids = params.read(|it| {
        let ids = it.required("candidate_ids", it.ids("candidate_ids")).unwrap_or_default();
        if ids.len() > MOST_ASKED {
            it.fault("candidate_ids", format!("Must be at most {MOST_ASKED} ids"));
        }
        ids
    })?;
    let (user_id, source_id) = (partner.user_id, partner.source_id);
    let read = partner.house.read(async |look| {
        let reach = seen::reach(look, user_id).await?;
        if reach.basic {
            return Err(Error::Forbidden("A basic user may not read candidates and prospects".to_owned()));
        }
        // Without a source nobody came from there.
        let Some(source_id) = source_id else { return Ok(Vec::new()) };
        let found = seen::candidates(look, reach, source_id, &ids).await?;
        Ok(found.iter().map(|it| wire::partner_candidate(it, look.links)).collect())
    });
    Ok(Json(read.await?))
}

/// ING-3: one in, one out; an array in, an array out.
async fn create(partner: Partner, Sent(body): Sent) -> Result<Response, Problem> {
    partner.must(Scope::CreateCandidates)?;
    let (arrived, is_list) = read(body)?;
    let mut people = Vec::with_capacity(arrived.len());
    let mut arrived = arrived.into_iter().peekable();
    while arrived.peek().is_some() {
        let some: Vec<_> = arrived.by_ref().take(FETCHED).map(|it| it.store(partner.house.clone())).collect();
        for stored in join_all(some).await {
            people.push(stored?);
        }
    }
    let (user_id, source_id) = (partner.user_id, partner.source_id);
    let public_url = partner.house.links.public_url.clone();
    let act = async move |work: &mut Work| {
        let mut added = Vec::with_capacity(people.len());
        for (n, it) in people.iter().enumerate() {
            let path = if is_list { format!("[{n}].") } else { String::new() };
            let made = Box::pin(partner::add(work, user_id, source_id, it)).await;
            let mut faults = Faults::default();
            let made = faults.take_at(&path, made)?;
            faults.done()?;
            let Some((id, application_id)) = made else { continue };
            let profile_url = format!("{public_url}/people/{id}?application_id={application_id}");
            added.push(PartnerAdded { id, application_id, external_id: it.external_id.clone(), profile_url });
        }
        Ok(added)
    };
    let mut added = partner.write(act).await?;
    Ok(match (is_list, added.pop()) {
        (false, Some(one)) => (StatusCode::CREATED, Json(one)).into_response(),
        (_, last) => {
            added.extend(last);
            (StatusCode::CREATED, Json(added)).into_response()
        }
    })
}

/// The people in a body, and whether it is a list of them.
fn read(body: serde_json::Value) -> Result<(Vec<Arrived>, bool), Error> {
    let serde_json::Value::Array(all) = body else {
        return Ok((vec![Body(body).read(person::person)?], false));
    };
    if all.is_empty() || all.len() > MOST_SENT {
        return Err(Error::invalid("", format!("A list must hold from 1 to {MOST_SENT} candidates or prospects")));
    }
    let mut faults = Faults::default();
    let mut arrived = Vec::with_capacity(all.len());
    for (n, one) in all.into_iter().enumerate() {
        arrived.extend(faults.take_at(&format!("[{n}]."), Body(one).read(person::person))?);
    }
    faults.done()?;
    Ok((arrived, true))
}

/// No scope is needed to know who one is.
async fn current_user(partner: Partner) -> Result<Json<wire::PartnerUser>, Problem> {
    let user_id = partner.user_id;
    let read = partner.house.read(async |look| {
        let user = look.catalog.user(Some(user_id)).ok_or(Error::NotFound("users", user_id))?;
        Ok(Json(wire::partner_user(user)))
    });
    Ok(read.await?)
}

async fn jobs(partner: Partner) -> Result<Json<Vec<PartnerJob>>, Problem> {
    partner.must(Scope::ViewJobs)?;
    let user_id = partner.user_id;
    let read = partner.house.read(async |look| {
        let jobs = seen::jobs(look, seen::reach(look, user_id).await?).await?;
        Ok(Json(jobs.iter().map(wire::partner_job).collect()))
    });
    Ok(read.await?)
}

async fn pools(partner: Partner) -> Result<Json<Vec<PartnerPool>>, Problem> {
    partner.must(Scope::ViewPools)?;
    let read = partner.house.read(async |look| Ok(Json(seen::pools(look).iter().map(wire::partner_pool).collect())));
    Ok(read.await?)
}

/// TRK-2: its source is the partner's, its referrer the user.
async fn link(partner: Partner, Sent(body): Sent) -> Result<(StatusCode, Json<PartnerTrackingLink>), Problem> {
    let job_id = Body(body).read(|it| it.required_id("job_id"))?;
    let (user_id, source_id) = (partner.user_id, partner.source_id);
    let token: String = partner.house.fresh_id().chars().skip(16).collect();
    let tracking_link = partner.house.links.tracked(&token);
    let act = async move |work: &mut Work| {
        let (job, _) = partner::link(work, user_id, source_id, job_id, &token).await?;
        let catalog = work.catalog().await?;
        let source = source_id.and_then(|id| catalog.sources.get(&id)).map(|it| it.name.clone());
        let referrer = catalog.user(Some(user_id)).map(|it| it.name()).unwrap_or_default();
        Ok(PartnerTrackingLink { tracking_link, job: job.name, source, referrer })
    };
    Ok((StatusCode::CREATED, Json(partner.write(act).await?)))
}
