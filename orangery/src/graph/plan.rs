//! Jobs with their plans: what changes seldom and is needed by every body of an application's web hook. A plan is kept as long as
//! `organization.jobs_version` and `catalog_version` say that it still holds: whatever Work writes to one of [`TABLES`] moves the version on,
//! and rows that go with a deleted user, office or department go with a move of the catalog's version.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::try_join;

use super::{
    Look, by,
    catalog::Versions,
    job::{self, Job, Stage},
};
use crate::{error::Result, tables};

/// The tables that plans are read from.
pub const TABLES: &[&str] = &[
    "jobs",
    "job_offices",
    "hiring_team",
    "openings",
    "job_posts",
    "stages",
    "interviews",
    "interview_kits",
    "kit_questions",
];

/// More jobs than this are not kept: then all are forgotten.
const MOST: usize = 1_000;

pub struct Plan {
    pub job: Job,
    /// The deleted ones too.
    pub stages: Vec<Stage>,
}

impl Plan {
    pub fn stage(&self, id: i64) -> Option<&Stage> {
        self.stages.iter().find(|it| it.row.id == id)
    }
}

/// The plans of one pair of versions.
#[derive(Default)]
pub struct Plans(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    versions: Versions,
    plans: HashMap<i64, Arc<Plan>>,
}

impl Plans {
    fn find(&self, versions: Versions, job_id: i64) -> Option<Arc<Plan>> {
        let kept = self.kept();
        if kept.versions != versions {
            return None;
        }
        kept.plans.get(&job_id).cloned()
    }

    fn keep(&self, versions: Versions, plan: Arc<Plan>) {
        let mut kept = self.kept();
        if kept.versions != versions {
            // Who looks at older data than others must not make them forget.
            if versions.catalog < kept.versions.catalog || versions.jobs < kept.versions.jobs {
                return;
            }
            *kept = Kept { versions, plans: HashMap::new() };
        }
        if kept.plans.len() >= MOST {
            kept.plans.clear();
        }
        kept.plans.insert(plan.job.row.id, plan);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The plans of these jobs, in the order of `job_ids`.
pub async fn plans(look: &Look<'_>, job_ids: &[i64]) -> Result<Vec<Arc<Plan>>> {
    let mut found: HashMap<i64, Arc<Plan>> = HashMap::new();
    if let Some((plans, versions)) = look.shared_plans() {
        found.extend(job_ids.iter().filter_map(|id| Some((*id, plans.find(versions, *id)?))));
    }
    let missing: Vec<i64> = job_ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
    if !missing.is_empty() {
        for plan in Box::pin(read(look, &missing)).await? {
            if let Some((plans, versions)) = look.shared_plans() {
                plans.keep(versions, plan.clone());
            }
            found.insert(plan.job.row.id, plan);
        }
    }
    Ok(job_ids.iter().filter_map(|id| found.get(id).cloned()).collect())
}

async fn read(look: &Look<'_>, job_ids: &[i64]) -> Result<Vec<Arc<Plan>>> {
    let (jobs, stages) = try_join!(async { job::jobs(look, look.tx.among(job_ids).await?).await }, async {
        job::stages(look, look.tx.children::<tables::Stage>("job_id", job_ids).await?).await
    },)?;
    let mut stages = by(stages, |it| it.row.job_id);
    let plan = |job: Job| Arc::new(Plan { stages: stages.remove(&job.row.id).unwrap_or_default(), job });
    Ok(jobs.into_iter().map(plan).collect())
}
