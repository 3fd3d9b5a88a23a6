//! Jobs over Harvest.

use axum::{Json, Router, http::StatusCode, response::Response, routing::get};

use crate::{
    domain::{
        job::{self, DepartmentRef, JobChange, JobCopy, OfficeRefs},
        opening::NewOpening,
    },
    error::Result,
    graph::{
        self,
        job::{Filter, Times},
    },
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Params, Path},
        page::Paging,
    },
    patch::Patch,
    wire::harvest::{self, Job},
    work::Work,
};

pub fn routes() -> Router<Orangery> {
    Router::new().route("/v1/jobs", get(index).post(create)).route("/v1/jobs/{id}", get(show).patch(update))
}

/// The four filters by time that most lists have.
pub fn times(it: &Fields<'_>) -> Times {
    Times {
        created_before: it.time("created_before"),
        created_after: it.time("created_after"),
        updated_before: it.time("updated_before"),
        updated_after: it.time("updated_after"),
    }
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| Filter {
        times: times(it),
        requisition_id: it.text("requisition_id", 255),
        opening_id: it.text("opening_id", 255),
        status: it.word("status"),
        department_id: it.id("department_id"),
        external_department_id: it.text("external_department_id", 255),
        office_id: it.id("office_id"),
        external_office_id: it.text("external_office_id", 255),
        custom_field_option_id: it.id("custom_field_option_id"),
    })?;
    let slice = caller.read(async |look| graph::job::list(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(harvest::job)))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<Job>> {
    caller.read(async |look| Ok(Json(harvest::job(&graph::job::job(look, id).await?)))).await
}

async fn create(caller: Caller, body: Body) -> Result<(StatusCode, Json<Job>)> {
    let new = body.read(|it| JobCopy {
        id: None,
        template_id: it.required_id("template_job_id"),
        name: it.text("job_name", 255),
        post_name: it.text("job_post_name", 255),
        requisition_id: it.text("requisition_id", 255),
        open: true,
        department: department(it),
        offices: offices(it),
        openings: openings(it),
    })?;
    caller
        .write(async move |work| {
            let id = job::copy(work, new).await?.id;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

async fn update(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Job>> {
    let change = body.read(|it| JobChange {
        name: it.text("name", 255),
        requisition_id: it.patch_text("requisition_id", 255),
        notes: it.patch_text("notes", 100_000),
        confidential: None,
        opened_at: None,
        level: Patch::Absent,
        department: department(it),
        offices: offices_or_none(it),
        anywhere: it.flag("anywhere"),
        team_and_responsibilities: it.patch_text("team_and_responsibilities", 100_000),
        how_to_sell_this_job: it.patch_text("how_to_sell_this_job", 100_000),
        is_template: None,
        custom: it.custom_values("custom_fields"),
    })?;
    caller
        .write(async move |work| {
            job::update(work, id, change).await?;
            answer(work, id).await
        })
        .await
}

/// The job as it is after the verb.
pub async fn answer(work: &Work, id: i64) -> Result<Json<Job>> {
    Ok(Json(harvest::job(&graph::job::job(&work.look().await?, id).await?)))
}

/// Sent as null, an empty text or an empty list: none.
fn is_blank(it: &Fields<'_>, name: &str) -> bool {
    let empty = |value: &serde_json::Value| value == "" || value.as_array().is_some_and(Vec::is_empty);
    it.has(name) && it.raw(name).is_none_or(empty)
}

/// JOB-3: one of two ways, not both.
fn not_both(it: &Fields<'_>, ours: &str, theirs: &str) {
    if !is_blank(it, ours) && !is_blank(it, theirs) && it.has(ours) && it.has(theirs) {
        it.fault(theirs, format!("Must not come together with {ours}"));
    }
}

fn department(it: &Fields<'_>) -> Patch<DepartmentRef> {
    let (ours, theirs) = ("department_id", "external_department_id");
    not_both(it, ours, theirs);
    let id = (!is_blank(it, ours)).then(|| it.id(ours)).flatten().map(DepartmentRef::Id);
    let external = || (!is_blank(it, theirs)).then(|| it.text(theirs, 255)).flatten().map(DepartmentRef::ExternalId);
    match id.or_else(external) {
        Some(found) => Patch::Value(found),
        None if is_blank(it, ours) || is_blank(it, theirs) => Patch::Null,
        None => Patch::Absent,
    }
}

fn offices(it: &Fields<'_>) -> Patch<OfficeRefs> {
    let (ours, theirs) = ("office_ids", "external_office_ids");
    not_both(it, ours, theirs);
    let ids = (!is_blank(it, ours)).then(|| it.ids(ours)).flatten().map(OfficeRefs::Ids);
    let external = || (!is_blank(it, theirs)).then(|| it.texts(theirs, 255)).flatten().map(OfficeRefs::ExternalIds);
    match ids.or_else(external) {
        Some(found) => Patch::Value(found),
        None if is_blank(it, ours) || is_blank(it, theirs) => Patch::Null,
        None => Patch::Absent,
    }
}

/// JOB-2: as many as are asked for, and as many opening ids if there are any.
fn openings(it: &Fields<'_>) -> Vec<NewOpening> {
    let count = it.required("number_of_openings", it.integer("number_of_openings", 1, 100)).unwrap_or_default();
    let ids = it.texts("opening_ids", 255);
    if ids.as_ref().is_some_and(|ids| ids.len() as i64 != count) {
        it.fault("opening_ids", format!("Must be {count} opening ids, one for each opening"));
    }
    let mut ids = ids.unwrap_or_default().into_iter();
    (0..count).map(|_| NewOpening { opening_id: ids.next(), ..NewOpening::default() }).collect()
}

/// The same where there is no template to copy from.
fn offices_or_none(it: &Fields<'_>) -> Option<OfficeRefs> {
    match offices(it) {
        Patch::Absent => None,
        Patch::Null => Some(OfficeRefs::default()),
        Patch::Value(found) => Some(found),
    }
}
