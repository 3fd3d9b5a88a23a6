//! What a cell names: users, jobs, stages, sources and the like, by their names or ids.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use sql::params;

use crate::{
    domain::user::UserRef,
    error::Result,
    graph::{
        Catalog,
        known::{self, JobName},
    },
    tables::Stage,
    work::Work,
};

/// An id with the name of what it is the id of; or why there is none.
pub type Named = std::result::Result<(i64, String), String>;

pub struct Names {
    pub catalog: Arc<Catalog>,
    pub jobs: Vec<JobName>,
    stages: HashMap<i64, Vec<Stage>>,
    zone: TimeZone,
}

impl Names {
    pub async fn read(work: &Work) -> Result<Self> {
        let catalog = work.catalog().await?;
        let zone = TimeZone::get(&catalog.organization.time_zone).unwrap_or(TimeZone::UTC);
        Ok(Self { catalog, jobs: known::jobs(&work.tx).await?, stages: HashMap::new(), zone })
    }

    /// By requisition, by name, or by id.
    pub fn job(&self, value: &str) -> Named {
        let by_requisition = self.jobs.iter().filter(|it| it.requisition_id.as_deref() == Some(value));
        let by_name = self.jobs.iter().filter(|it| same(&it.name, value));
        let by_id = self.jobs.iter().filter(|it| Some(it.id) == id(value));
        let found = [by_requisition.collect::<Vec<_>>(), by_name.collect(), by_id.collect()];
        match found.iter().find(|it| !it.is_empty()).map(Vec::as_slice) {
            Some([job]) => Ok((job.id, job.name.clone())),
            Some(several) => {
                let ids: Vec<String> = several.iter().map(|it| it.id.to_string()).collect();
                Err(format!("There are several jobs {value:?}: name it by its id, one of {}", ids.join(", ")))
            }
            None => Err(format!("There is no job {value:?}, by requisition, name or id")),
        }
    }

    /// Of that job, by name or id.
    pub async fn stage(&mut self, work: &Work, job_id: i64, value: &str) -> Result<Named> {
        let stages = match self.stages.entry(job_id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let of = work.tx.all("where job_id = $1 and active order by priority, id", params![job_id]).await?;
                new.insert(of)
            }
        };
        Ok(pick("stage of that job", value, stages.iter().map(|it| (it.id, it.name.as_str()))))
    }

    pub fn source(&self, value: &str) -> Named {
        let sources = self.catalog.sources.values();
        pick("source", value, sources.map(|it| (it.id, it.name.as_str())))
    }

    pub fn department(&self, value: &str) -> Named {
        pick("department", value, self.catalog.departments.values().map(|it| (it.id, it.name.as_str())))
    }

    pub fn office(&self, value: &str) -> Named {
        pick("office", value, self.catalog.offices.values().map(|it| (it.id, it.name.as_str())))
    }

    pub fn pool(&self, value: &str) -> Named {
        pick("prospect pool", value, self.catalog.prospect_pools.values().map(|it| (it.id, it.name.as_str())))
    }

    pub fn pool_stage(&self, pool_id: i64, value: &str) -> Named {
        let stages = self.catalog.stages_of_pool(pool_id);
        pick("stage of that pool", value, stages.iter().map(|it| (it.id, it.name.as_str())))
    }

    /// By e-mail address, employee id, name or id.
    pub fn user(&self, value: &str) -> Named {
        let catalog = &self.catalog;
        let known = catalog.user_by_email(value).or_else(|| catalog.user_by_employee_id(value));
        if let Some(user) = known {
            return Ok((user.row.id, user.name()));
        }
        let names: Vec<(i64, String)> = catalog.users.values().map(|it| (it.row.id, it.name())).collect();
        pick("user", value, names.iter().map(|(id, name)| (*id, name.as_str())))
    }

    pub fn user_ref(&self, value: &str) -> std::result::Result<(UserRef, String), String> {
        self.user(value).map(|(id, name)| (UserRef::Id(id), name))
    }

    /// A time, or a day that begins in the organization's time zone.
    pub fn time(&self, value: &str) -> std::result::Result<Timestamp, String> {
        let there = |it: DateTime| it.to_zoned(self.zone.clone()).ok().map(|it| it.timestamp());
        let at = value.parse::<Timestamp>().ok();
        let at = at.or_else(|| there(value.parse::<DateTime>().ok()?));
        let at = at.or_else(|| there(value.parse::<Date>().ok()?.to_datetime(jiff::civil::Time::midnight())));
        let at = at.and_then(|it| Timestamp::from_millisecond(it.as_millisecond()).ok());
        at.ok_or_else(|| {
            "Must be a day or a time such as 2026-08-22, 2026-08-22 10:30 or 2026-08-22T10:30:00Z".to_owned()
        })
    }
}

/// By name, whatever its case; else by id.
fn pick<'a>(what: &str, value: &str, all: impl Iterator<Item = (i64, &'a str)> + Clone) -> Named {
    let by_name: Vec<(i64, &str)> = all.clone().filter(|it| same(it.1, value)).collect();
    match by_name.as_slice() {
        [(id, name)] => Ok((*id, (*name).to_owned())),
        [] => {
            let by_id = all.clone().find(|it| Some(it.0) == id(value)).map(|it| (it.0, it.1.to_owned()));
            by_id.ok_or_else(|| {
                let names: Vec<&str> = all.map(|it| it.1).take(12).collect();
                format!(
                    "There is no {what} {value:?}; there are {}",
                    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
                )
            })
        }
        several => {
            let ids: Vec<String> = several.iter().map(|it| it.0.to_string()).collect();
            Err(format!("There is more than one {what} {value:?}: name it by its id, one of {}", ids.join(", ")))
        }
    }
}

pub fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

pub fn id(value: &str) -> Option<i64> {
    value.parse().ok().filter(|it| *it > 0)
}
