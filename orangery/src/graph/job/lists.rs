//! Lists of jobs, openings, posts, custom locations and stages, and what each can be narrowed by.

use jiff::Timestamp;
use sql::params;

use super::{Job, JobPost, Stage, jobs, posts, stages};
use crate::{
    error::Result,
    graph::{
        Catalog, Look,
        select::{Page, Select, Slice},
    },
    tables::{self, CustomLocation, CustomValues, JobStatus, Opening, OpeningStatus},
};

/// When rows were made and changed: `before` leaves the bound out, `after` takes it in (FIL-1).
#[derive(Default)]
pub struct Times {
    pub created_before: Option<Timestamp>,
    pub created_after: Option<Timestamp>,
    pub updated_before: Option<Timestamp>,
    pub updated_after: Option<Timestamp>,
}

impl Times {
    fn narrow(self, select: &mut Select) {
        let Self { created_before, created_after, updated_before, updated_after } = self;
        select
            .maybe("created_at < ?", &created_before)
            .maybe("created_at >= ?", &created_after)
            .maybe("updated_at < ?", &updated_before)
            .maybe("updated_at >= ?", &updated_after);
    }
}

/// What a list of jobs can be narrowed by (FIL-1, FIL-9).
#[derive(Default)]
pub struct Filter {
    pub times: Times,
    pub requisition_id: Option<String>,
    /// The organization's own text, not the number.
    pub opening_id: Option<String>,
    pub status: Option<JobStatus>,
    pub department_id: Option<i64>,
    pub external_department_id: Option<String>,
    pub office_id: Option<i64>,
    pub external_office_id: Option<String>,
    /// A select of the job holds this option.
    pub custom_field_option_id: Option<i64>,
}

pub async fn list(look: &Look<'_>, filter: Filter, page: Page) -> Result<Slice<Job>> {
    let Filter {
        times,
        requisition_id,
        opening_id,
        status,
        department_id,
        external_department_id,
        office_id,
        external_office_id,
        custom_field_option_id,
    } = filter;
    let mut select = Select::new();
    times.narrow(&mut select);
    select
        .maybe("requisition_id = ?", &requisition_id)
        .maybe("id in (select job_id from openings where opening_id = ?)", &opening_id)
        .maybe("status = ?", &status)
        .maybe("department_id = ?", &department_id)
        .maybe("department_id in (select id from departments where external_id = ?)", &external_department_id)
        .maybe("id in (select job_id from job_offices where office_id = ?)", &office_id)
        .maybe(
            "id in (select j.job_id from job_offices j join offices o on o.id = j.office_id where o.external_id = ?)",
            &external_office_id,
        );
    if let Some(option_id) = custom_field_option_id {
        select.among("id", with_option(look, option_id).await?);
    }
    select.page(look.tx, "id", page).await?.and_then(async |rows| jobs(look, rows).await).await
}

/// The jobs that hold an option. Their values are JSON in a text: the database finds those that may, and what they say decides.
async fn with_option(look: &Look<'_>, option_id: i64) -> Result<Vec<i64>> {
    let catalog: &Catalog = &look.catalog;
    let field = catalog.custom_fields.iter().find(|it| it.options.iter().any(|option| option.id == option_id));
    let Some(field) = field else { return Ok(Vec::new()) };
    let may = format!("%{option_id}%");
    let rows = look.tx.rows("select id, custom from jobs where custom like $1 order by id", params![may]).await?;
    let mut found = Vec::new();
    for row in rows {
        let (id, values): (i64, CustomValues) = (row.get(0)?, row.get(1)?);
        let holds = |it: &serde_json::Value| it.as_i64() == Some(option_id);
        let value = values.0.get(&field.row.id);
        if value.is_some_and(|it| holds(it) || it.as_array().is_some_and(|many| many.iter().any(holds))) {
            found.push(id);
        }
    }
    Ok(found)
}

/// The openings of a job.
pub async fn openings(
    look: &Look<'_>,
    job_id: i64,
    status: Option<OpeningStatus>,
    page: Page,
) -> Result<Slice<Opening>> {
    look.tx.find::<tables::Job>(job_id).await?;
    let mut select = Select::new();
    select.and("job_id = ?", &job_id).maybe("status = ?", &status);
    select.page(look.tx, "id", page).await
}

/// What a list of posts can be narrowed by (FIL-13).
#[derive(Default)]
pub struct PostFilter {
    pub times: Times,
    pub job_id: Option<i64>,
    /// Live ones only.
    pub live: bool,
    /// Not deleted, or deleted.
    pub active: Option<bool>,
    pub internal: Option<bool>,
}

pub async fn post_list(look: &Look<'_>, filter: PostFilter, page: Page) -> Result<Slice<JobPost>> {
    let PostFilter { times, job_id, live, active, internal } = filter;
    let mut select = Select::new();
    times.narrow(&mut select);
    select.maybe("job_id = ?", &job_id);
    if let Some(job_id) = job_id {
        look.tx.find::<tables::Job>(job_id).await?;
    }
    if live {
        select.only("live");
    }
    if let Some(active) = active {
        select.only(if active { "active" } else { "not active" });
    }
    if let Some(internal) = internal {
        select.only(if internal { "internal" } else { "not internal" });
    }
    select.page(look.tx, "id", page).await?.and_then(async |rows| posts(look, rows).await).await
}

/// The places that a post can choose from.
pub async fn custom_locations(look: &Look<'_>, page: Page) -> Result<Slice<CustomLocation>> {
    Select::new().page(look.tx, "id", page).await
}

/// The stages of all jobs, or of one, deleted ones too; of one job in the order of its plan.
pub async fn stage_list(look: &Look<'_>, job_id: Option<i64>, times: Times, page: Page) -> Result<Slice<Stage>> {
    let mut select = Select::new();
    times.narrow(&mut select);
    select.maybe("job_id = ?", &job_id);
    let order = match job_id {
        Some(job_id) => {
            look.tx.find::<tables::Job>(job_id).await?;
            "active desc, priority, id"
        }
        None => "id",
    };
    select.page(look.tx, order, page).await?.and_then(async |rows| stages(look, rows).await).await
}

/// A stage with its interviews.
pub async fn stage(look: &Look<'_>, id: i64) -> Result<Stage> {
    let row = look.tx.find(id).await?;
    stages(look, vec![row]).await?.pop().ok_or(crate::error::Error::NotFound("stages", id))
}
