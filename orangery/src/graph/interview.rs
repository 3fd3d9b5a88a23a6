//! Scheduled interviews with their step and interviewers.

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use sql::Value;

use super::{
    Catalog, Look, by, by_id, ids,
    select::{Page, Select, Slice},
};
use crate::{
    error::{Error, Result},
    tables::{self, Application, Interview, Interviewer, Scorecard},
};

#[derive(Clone)]
pub struct ScheduledInterview {
    pub row: tables::ScheduledInterview,
    pub step_name: String,
    pub interviewers: Vec<Interviewer>,
    /// The submitted scorecard of a user.
    pub scorecards: HashMap<i64, i64>,
    pub catalog: Arc<Catalog>,
}

/// The interviews of `rows`, in their order.
pub async fn scheduled(look: &Look<'_>, rows: Vec<tables::ScheduledInterview>) -> Result<Vec<ScheduledInterview>> {
    let of: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let step_ids = ids(rows.iter().map(|it| it.interview_id));
    let params = &[Value::Ids(of.clone())];
    let submitted = "where scheduled_interview_id {any:$1} and status = 'complete' order by id";
    let (steps, interviewers, scorecards) = futures_util::try_join!(
        look.tx.among::<Interview>(&step_ids),
        look.tx.children::<Interviewer>("scheduled_interview_id", &of),
        look.tx.all::<Scorecard>(submitted, params),
    )?;
    let steps = by_id(steps);
    let mut interviewers = by(interviewers, |it| it.scheduled_interview_id);
    let mut scorecards = by(scorecards, |it| it.scheduled_interview_id.unwrap_or_default());
    let scored = |rows: Vec<Scorecard>| rows.iter().filter_map(|it| Some((it.interviewer_id?, it.id))).collect();
    let whole = |row: tables::ScheduledInterview| ScheduledInterview {
        step_name: steps.get(&row.interview_id).map(|it| it.name.clone()).unwrap_or_default(),
        interviewers: interviewers.remove(&row.id).unwrap_or_default(),
        scorecards: scored(scorecards.remove(&row.id).unwrap_or_default()),
        catalog: look.catalog.clone(),
        row,
    };
    Ok(rows.into_iter().map(whole).collect())
}

pub async fn interview(look: &Look<'_>, id: i64) -> Result<ScheduledInterview> {
    let row = look.tx.find(id).await?;
    scheduled(look, vec![row]).await?.pop().ok_or(Error::NotFound("scheduled_interviews", id))
}

/// What a list of interviews can be narrowed by (FIL-1, FIL-6, FIL-11).
#[derive(Default)]
pub struct Filter {
    /// One that is not there is not found.
    pub application_id: Option<i64>,
    pub created_before: Option<Timestamp>,
    pub created_after: Option<Timestamp>,
    pub updated_before: Option<Timestamp>,
    pub updated_after: Option<Timestamp>,
    pub starts_before: Option<Timestamp>,
    pub starts_after: Option<Timestamp>,
    pub ends_before: Option<Timestamp>,
    pub ends_after: Option<Timestamp>,
    pub external_event_id: Option<String>,
    /// Only those that can be changed through the API.
    pub actionable: bool,
}

pub async fn list(look: &Look<'_>, filter: Filter, page: Page) -> Result<Slice<ScheduledInterview>> {
    let Filter {
        application_id,
        created_before,
        created_after,
        updated_before,
        updated_after,
        starts_before,
        starts_after,
        ends_before,
        ends_after,
        external_event_id,
        actionable,
    } = filter;
    if let Some(id) = application_id {
        let _: Application = look.tx.find(id).await?;
    }
    let mut select = Select::new();
    select
        .maybe("application_id = ?", &application_id)
        .times("created_at", &created_after, &created_before)
        .times("updated_at", &updated_after, &updated_before)
        .times("starts_at", &starts_after, &starts_before)
        .maybe("ends_at < ?", &ends_before)
        .maybe("ends_at >= ?", &ends_after)
        .maybe("external_event_id = ?", &external_event_id);
    if actionable {
        select
            .only("by_api and status in ('scheduled', 'awaiting_feedback')")
            .only("application_id in (select id from applications where status = 'active')");
    }
    select.long_page(look, &["id"], page).await?.and_then(async |rows| scheduled(look, rows).await).await
}
