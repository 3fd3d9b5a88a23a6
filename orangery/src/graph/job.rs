//! Jobs with offices, hiring team, openings and posts; posts with their questions; stages with their interviews and kits.

pub mod board;
mod lists;

use std::sync::Arc;

use futures_util::try_join;
use sql::{Value, params};

pub use lists::*;

use super::{Catalog, Look, by, by_id, ids};
use crate::{
    error::{Error, Result},
    tables::{
        self, Board, Interview, InterviewKit, JobOffice, KitQuestion, Opening, PayRange, PostQuestion, TeamMember,
        TeamRole,
    },
};

#[derive(Clone)]
pub struct Job {
    pub row: tables::Job,
    pub office_ids: Vec<i64>,
    pub team: Vec<TeamMember>,
    pub openings: Vec<Opening>,
    /// The lowest live post, else the lowest; an application's job names the post it came through instead.
    pub job_post_id: Option<i64>,
    pub url: String,
    pub catalog: Arc<Catalog>,
}

impl Job {
    pub fn team(&self, role: TeamRole) -> impl Iterator<Item = &TeamMember> {
        self.team.iter().filter(move |it| it.role == role)
    }
}

/// The jobs of `rows`, in their order.
pub async fn jobs(look: &Look<'_>, rows: Vec<tables::Job>) -> Result<Vec<Job>> {
    let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let tx = look.tx;
    let of = &[Value::Ids(ids.clone())];
    let (offices, team, openings, posts) = try_join!(
        tx.children::<JobOffice>("job_id", &ids),
        tx.children::<TeamMember>("job_id", &ids),
        tx.children::<Opening>("job_id", &ids),
        tx.rows("select job_id, id from job_posts where job_id {any:$1} and active order by live, id desc", of),
    )?;
    let mut offices = by(offices, |it| it.job_id);
    let mut team = by(team, |it| it.job_id);
    let mut openings = by(openings, |it| it.job_id);
    // The last of a job is its lowest live post, or its lowest.
    let mut posts =
        by(posts.iter().map(|it| Ok((it.get(0)?, it.get(1)?))).collect::<sql::Result<Vec<(i64, i64)>>>()?, |it| it.0);
    Ok(rows
        .into_iter()
        .map(|row| Job {
            office_ids: offices.remove(&row.id).unwrap_or_default().into_iter().map(|it| it.office_id).collect(),
            team: team.remove(&row.id).unwrap_or_default(),
            openings: openings.remove(&row.id).unwrap_or_default(),
            job_post_id: posts.remove(&row.id).unwrap_or_default().pop().map(|it| it.1),
            url: look.links.job(row.id),
            catalog: look.catalog.clone(),
            row,
        })
        .collect())
}

pub async fn job(look: &Look<'_>, id: i64) -> Result<Job> {
    let row = look.tx.find(id).await?;
    jobs(look, vec![row]).await?.pop().ok_or(Error::NotFound("jobs", id))
}

#[derive(Clone)]
pub struct JobPost {
    pub row: tables::JobPost,
    pub questions: Vec<PostQuestion>,
    pub catalog: Arc<Catalog>,
}

pub async fn posts(look: &Look<'_>, rows: Vec<tables::JobPost>) -> Result<Vec<JobPost>> {
    let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let sql = "where job_post_id {any:$1} order by priority, id";
    let mut questions = by(look.tx.all::<PostQuestion>(sql, &[Value::Ids(ids)]).await?, |it| it.job_post_id);
    let whole = |row: tables::JobPost| JobPost {
        questions: questions.remove(&row.id).unwrap_or_default(),
        catalog: look.catalog.clone(),
        row,
    };
    Ok(rows.into_iter().map(whole).collect())
}

pub async fn post(look: &Look<'_>, id: i64) -> Result<JobPost> {
    let row = look.tx.find(id).await?;
    posts(look, vec![row]).await?.pop().ok_or(Error::NotFound("job_posts", id))
}

/// Puts around the text of each post what its board says before and after it, and before the end what it pays (FIL-13).
pub async fn fill_content(look: &Look<'_>, posts: &mut [JobPost]) -> Result<()> {
    let boards: Vec<Board> = look.tx.among(&ids(posts.iter().filter_map(|it| it.row.board_id))).await?;
    let boards = by_id(boards);
    for row in posts.iter_mut().map(|it| &mut it.row) {
        let board = row.board_id.and_then(|id| boards.get(&id));
        let pay: String = row.pay_ranges.0.iter().map(pay).collect();
        let parts = [
            board.and_then(|it| it.post_introduction.as_deref()),
            row.content.as_deref(),
            Some(pay.as_str()).filter(|it| !it.is_empty()),
            board.and_then(|it| it.post_conclusion.as_deref()),
        ];
        let whole: Vec<&str> = parts.into_iter().flatten().collect();
        let whole = whole.concat();
        row.content = Some(whole).filter(|it| !it.is_empty());
    }
    Ok(())
}

/// A range of pay as HTML. The title is plain text, the blurb is HTML.
fn pay(range: &PayRange) -> String {
    let PayRange { min_cents, max_cents, currency_type, title, blurb } = range;
    let title = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let amount = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
    let (min, max) = (amount(*min_cents), amount(*max_cents));
    let blurb = blurb.as_deref().unwrap_or_default();
    format!("<div><p>{title}: {min} - {max} {currency_type}</p>{blurb}</div>")
}

#[derive(Clone)]
pub struct Stage {
    pub row: tables::Stage,
    /// By priority.
    pub interviews: Vec<Step>,
    pub catalog: Arc<Catalog>,
}

/// An interview of a stage with its kit.
#[derive(Clone)]
pub struct Step {
    pub row: Interview,
    pub kit: Option<InterviewKit>,
    pub questions: Vec<KitQuestion>,
}

pub async fn stages(look: &Look<'_>, rows: Vec<tables::Stage>) -> Result<Vec<Stage>> {
    let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let mut steps = by(steps(look, &ids).await?, |it| it.row.stage_id);
    let whole = |row: tables::Stage| Stage {
        interviews: steps.remove(&row.id).unwrap_or_default(),
        catalog: look.catalog.clone(),
        row,
    };
    Ok(rows.into_iter().map(whole).collect())
}

/// The interviews of these stages, by priority, each with its kit.
async fn steps(look: &Look<'_>, stage_ids: &[i64]) -> Result<Vec<Step>> {
    let stage_ids = Value::Ids(stage_ids.to_vec());
    let kits = "where interview_id in (select id from interviews where stage_id {any:$1})";
    let questions = "where interview_kit_id in (select k.id from interview_kits k join interviews i on i.id = k.interview_id \
                     where i.stage_id {any:$1}) order by priority, id";
    let of = std::slice::from_ref(&stage_ids);
    let (rows, kits, questions) = try_join!(
        look.tx.all::<Interview>("where stage_id {any:$1} order by priority, id", of),
        look.tx.all::<InterviewKit>(kits, of),
        look.tx.all::<KitQuestion>(questions, of),
    )?;
    let mut kits: std::collections::HashMap<i64, InterviewKit> =
        kits.into_iter().map(|it| (it.interview_id, it)).collect();
    let mut questions = by(questions, |it| it.interview_kit_id);
    Ok(rows
        .into_iter()
        .map(|row| {
            let kit = kits.remove(&row.id);
            let questions = kit.as_ref().and_then(|it| questions.remove(&it.id)).unwrap_or_default();
            Step { row, kit, questions }
        })
        .collect())
}

/// The stages of a job that are not deleted, by priority.
pub async fn stages_of_job(look: &Look<'_>, job_id: i64) -> Result<Vec<tables::Stage>> {
    Ok(look.tx.all("where job_id = $1 and active order by priority, id", params![job_id]).await?)
}

/// The stages that these ids name, deleted ones too.
pub async fn stages_by_id(look: &Look<'_>, ids: &[i64]) -> Result<std::collections::HashMap<i64, tables::Stage>> {
    Ok(by_id(look.tx.among::<tables::Stage>(ids).await?))
}
