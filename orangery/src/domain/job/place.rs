//! Department and offices of a job, by our ids or by the organization's own (JOB-3).

use sql::params;

use crate::{
    domain::permission,
    error::{Faults, Result},
    graph::{Catalog, ids},
    tables::{Job, JobOffice},
    work::Work,
};

#[derive(Debug, Clone, PartialEq)]
pub enum DepartmentRef {
    Id(i64),
    ExternalId(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum OfficeRefs {
    Ids(Vec<i64>),
    ExternalIds(Vec<String>),
}

impl DepartmentRef {
    pub fn resolve(&self, catalog: &Catalog, faults: &mut Faults) -> Option<i64> {
        let found = match self {
            Self::Id(id) => catalog.departments.get(id),
            Self::ExternalId(id) => catalog.departments.values().find(|it| it.external_id.as_ref() == Some(id)),
        };
        match (self, found) {
            (_, Some(department)) => return Some(department.id),
            (Self::Id(id), None) => faults.add("department_id", format!("There is no department {id}")),
            (Self::ExternalId(id), None) => {
                faults.add("external_department_id", format!("There is no department {id:?}"));
            }
        }
        None
    }
}

impl Default for OfficeRefs {
    fn default() -> Self {
        Self::Ids(Vec::new())
    }
}

impl OfficeRefs {
    pub fn resolve(&self, catalog: &Catalog, faults: &mut Faults) -> Vec<i64> {
        let mut found = Vec::new();
        match self {
            Self::Ids(wanted) => {
                for id in wanted {
                    match catalog.offices.contains_key(id) {
                        true => found.push(*id),
                        false => faults.add("office_ids", format!("There is no office {id}")),
                    }
                }
            }
            Self::ExternalIds(wanted) => {
                for id in wanted {
                    match catalog.offices.values().find(|it| it.external_id.as_ref() == Some(id)) {
                        Some(office) => found.push(office.id),
                        None => faults.add("external_office_ids", format!("There is no office {id:?}")),
                    }
                }
            }
        }
        ids(found)
    }
}

/// Gives a new job its offices, and who was promised something on the jobs there what they were promised.
pub(super) async fn settle(work: &mut Work, job: &Job, office_ids: &[i64]) -> Result<()> {
    set_offices(work, job, office_ids).await?;
    permission::job_came(work, job, office_ids).await
}

/// Makes the offices of a job the wanted ones; true if that changed anything.
pub async fn set_offices(work: &mut Work, job: &Job, wanted: &[i64]) -> Result<bool> {
    let present: Vec<JobOffice> = work.tx.children("job_id", &[job.id]).await?;
    let mut changed = false;
    for row in present.iter().filter(|it| !wanted.contains(&it.office_id)) {
        work.delete(row).await?;
        changed = true;
    }
    for office_id in wanted.iter().filter(|id| !present.iter().any(|it| it.office_id == **id)) {
        work.insert(&mut JobOffice { id: 0, job_id: job.id, office_id: *office_id }).await?;
        changed = true;
    }
    Ok(changed)
}

pub async fn office_ids(work: &Work, job_id: i64) -> Result<Vec<i64>> {
    let rows = work.tx.rows("select office_id from job_offices where job_id = $1 order by id", params![job_id]).await?;
    Ok(rows.iter().map(|it| it.get(0)).collect::<sql::Result<_>>()?)
}
