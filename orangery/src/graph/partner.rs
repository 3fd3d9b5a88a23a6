//! What a partner sees on behalf of a user: as much as that user may (ING-5, ING-7, ING-8).

use std::collections::{BTreeMap, HashSet};

use sql::{Value, params};

use super::{Look, by, by_id};
use crate::{
    error::Result,
    tables::{Application, ApplicationJob, Candidate, Job, ProspectPool, ProspectStage, Stage},
};

/// What a user may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    pub user_id: i64,
    pub site_admin: bool,
    /// Nobody has given them anything.
    pub basic: bool,
}

pub async fn reach(look: &Look<'_>, user_id: i64) -> Result<Reach> {
    let site_admin = look.catalog.user(Some(user_id)).is_some_and(|it| it.row.site_admin);
    let given = "select (select count(*) from job_permissions where user_id = $1) \
                 + (select count(*) from hiring_team where user_id = $1)";
    let basic = !site_admin && look.tx.count(given, params![user_id]).await? == 0;
    Ok(Reach { user_id, site_admin, basic })
}

/// Open, and: live on a board for everybody, or the user's, or, for a site admin, not confidential. $1 is the user, $2 whether they are one.
const SEEN: &str = "status = 'open' and (exists (select 1 from job_posts p where p.job_id = jobs.id and p.live and p.active and p.external) \
    or exists (select 1 from job_permissions g where g.job_id = jobs.id and g.user_id = $1) \
    or exists (select 1 from hiring_team t where t.job_id = jobs.id and t.user_id = $1) \
    or ($2 and not confidential))";

/// The open jobs that a user sees, each with whether it has a live post.
pub async fn jobs(look: &Look<'_>, reach: Reach) -> Result<Vec<(Job, bool)>> {
    let seen = format!("where {SEEN} order by id");
    let jobs: Vec<Job> = look.tx.all(&seen, params![reach.user_id, reach.site_admin]).await?;
    let ids = jobs.iter().map(|it| it.id).collect();
    let live = "select distinct job_id from job_posts where live and active and job_id {any:$1}";
    let live = look.tx.rows(live, &[Value::Ids(ids)]).await?;
    let live = live.iter().map(|it| it.get(0)).collect::<sql::Result<HashSet<i64>>>()?;
    Ok(jobs.into_iter().map(|it| (live.contains(&it.id), it)).map(|(public, it)| (it, public)).collect())
}

/// The job, if it is open and the user sees it.
pub async fn job(look: &Look<'_>, reach: Reach, id: i64) -> Result<Option<Job>> {
    let seen = format!("where id = $3 and {SEEN}");
    Ok(look.tx.first(&seen, params![reach.user_id, reach.site_admin, id]).await?)
}

/// The pools that are not hidden, with their stages in their order.
pub fn pools(look: &Look<'_>) -> Vec<(ProspectPool, Vec<ProspectStage>)> {
    let catalog = &look.catalog;
    let shown = catalog.prospect_pools.values().filter(|it| it.active);
    shown.map(|it| (it.clone(), catalog.stages_of_pool(it.id).into_iter().cloned().collect())).collect()
}

/// Somebody whom the partner sent, with those of their applications that the user may read.
pub struct Sent {
    pub candidate: Candidate,
    pub applications: Vec<SentApplication>,
}

pub struct SentApplication {
    pub row: Application,
    /// Of a prospect on several, all of them.
    pub jobs: Vec<String>,
    pub stage: Option<String>,
}

/// Those of these candidates who came from that source and whom the user may read, in the order in which they were asked for.
pub async fn candidates(look: &Look<'_>, reach: Reach, source_id: i64, ids: &[i64]) -> Result<Vec<Sent>> {
    let theirs = "where candidate_id {any:$1} and source_id = $2 and status <> 'converted' order by id";
    let of = [Value::Ids(ids.to_vec()), Value::Int(source_id)];
    let applications: Vec<Application> = look.tx.all(theirs, &of).await?;
    let application_ids: Vec<i64> = applications.iter().map(|it| it.id).collect();
    let on: Vec<ApplicationJob> = look.tx.children("application_id", &application_ids).await?;
    let mut job_ids: Vec<i64> = applications.iter().filter_map(|it| it.job_id).collect();
    job_ids.extend(on.iter().map(|it| it.job_id));
    let stage_ids: Vec<i64> = applications.iter().filter_map(|it| it.stage_id).collect();
    let jobs: BTreeMap<i64, Job> = by_id(look.tx.among(&job_ids).await?).into_iter().collect();
    let stages: BTreeMap<i64, Stage> = by_id(look.tx.among(&stage_ids).await?).into_iter().collect();
    let mut people: BTreeMap<i64, Candidate> = by_id(look.tx.among(ids).await?).into_iter().collect();
    let managed = managed(look, reach).await?;
    let may_read = |job: &Job| managed.contains(&job.id) || reach.site_admin && !job.confidential;
    let mut on = by(on, |it| it.application_id);
    let mut read: BTreeMap<i64, Vec<SentApplication>> = BTreeMap::new();
    for row in applications {
        let ids = row.job_id.into_iter().chain(on.remove(&row.id).unwrap_or_default().into_iter().map(|it| it.job_id));
        let of: Vec<&Job> = ids.filter_map(|id| jobs.get(&id)).collect();
        // A prospect without a job is for who manages those, which here site admins do.
        if if of.is_empty() { !reach.site_admin } else { !of.iter().any(|it| may_read(it)) } {
            continue;
        }
        let stage = match row.prospect {
            true => row.prospect_stage_id.and_then(|id| Some(look.catalog.prospect_stages.get(&id)?.name.clone())),
            false => row.stage_id.and_then(|id| Some(stages.get(&id)?.name.clone())),
        };
        let jobs = of.iter().filter(|it| may_read(it)).map(|it| it.name.clone()).collect();
        read.entry(row.candidate_id).or_default().push(SentApplication { row, jobs, stage });
    }
    let found = ids.iter().filter_map(|id| {
        let applications = read.remove(id)?;
        Some(Sent { candidate: people.remove(id)?, applications })
    });
    Ok(found.collect())
}

/// The jobs of which the user is an admin, or in whose hiring team.
async fn managed(look: &Look<'_>, reach: Reach) -> Result<HashSet<i64>> {
    let jobs = "select g.job_id from job_permissions g join user_roles r on r.id = g.user_role_id \
                where g.user_id = $1 and r.kind = 'job_admin' union select job_id from hiring_team where user_id = $1";
    let rows = look.tx.rows(jobs, params![reach.user_id]).await?;
    Ok(rows.iter().map(|it| it.get(0)).collect::<sql::Result<HashSet<i64>>>()?)
}
