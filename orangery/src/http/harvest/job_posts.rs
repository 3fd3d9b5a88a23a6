//! Posts over Harvest.

use axum::{
    Json, Router,
    response::Response,
    routing::{get, patch},
};
use serde_json::{Value, json};

use super::jobs::times;
use crate::{
    domain::post::{self, Listing, Place, PostChange},
    error::{Error, Result},
    graph::{
        self, Look,
        job::{PostFilter, Times},
    },
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Params, Path},
        page::Paging,
    },
    patch::Patch,
    wire::harvest::{self, JobPost},
    words,
};

words! {
    /// Whether candidates see the post.
    PostStatus { Live = "live", Offline = "offline" }
}

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/job_posts", get(index))
        .route("/v1/job_posts/{id}", get(show).patch(update_v1))
        .route("/v2/job_posts/{id}", patch(update))
        .route("/v1/job_posts/{id}/status", patch(set_status))
        .route("/v2/job_posts/{id}/status", patch(set_status))
        .route("/v1/job_posts/{id}/custom_locations", get(custom_locations))
        .route("/v1/jobs/{id}/job_posts", get(of_job))
        .route("/v1/jobs/{id}/job_post", get(one_of_job))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| PostFilter {
        times: times(it),
        job_id: None,
        live: it.flag("live").unwrap_or(false),
        active: it.flag("active"),
        internal: it.flag("internal"),
    })?;
    list(caller, filter, params, paging).await
}

async fn list(caller: Caller, filter: PostFilter, params: Params, paging: Paging) -> Result<Response> {
    let full = full_content(&params)?;
    let slice = caller
        .read(async |look| {
            let mut slice = graph::job::post_list(look, filter, paging.page).await?;
            if full {
                graph::job::fill_content(look, &mut slice.rows).await?;
            }
            Ok(slice)
        })
        .await?;
    Ok(paging.answer(slice.map(harvest::job_post)))
}

/// FIL-13: whether the text is wanted with what its board puts around it.
fn full_content(params: &Params) -> Result<bool> {
    params.read(|it| it.flag("full_content").unwrap_or(false))
}

async fn answer(look: &Look<'_>, id: i64, full: bool) -> Result<Json<JobPost>> {
    let mut posts = [graph::job::post(look, id).await?];
    if full {
        graph::job::fill_content(look, &mut posts).await?;
    }
    Ok(Json(harvest::job_post(&posts[0])))
}

async fn of_job(caller: Caller, Path(job_id): Path<i64>, params: Params, paging: Paging) -> Result<Response> {
    let filter = params.read(|it| PostFilter {
        times: Times::default(),
        job_id: Some(job_id),
        live: false,
        active: it.flag("active"),
        internal: None,
    })?;
    list(caller, filter, params, paging).await
}

async fn show(caller: Caller, Path(id): Path<i64>, params: Params) -> Result<Json<JobPost>> {
    let full = full_content(&params)?;
    caller.read(async |look| answer(look, id, full).await).await
}

/// Which of several is not documented: the one that web hooks name (SHAPE-10).
async fn one_of_job(caller: Caller, Path(job_id): Path<i64>, params: Params) -> Result<Json<JobPost>> {
    let full = full_content(&params)?;
    caller
        .read(async |look| {
            let job = graph::job::job(look, job_id).await?;
            let id = job.job_post_id.ok_or(Error::NotFound("job_posts", job_id))?;
            answer(look, id, full).await
        })
        .await
}

/// All posts choose from one list.
async fn custom_locations(caller: Caller, Path(id): Path<i64>, paging: Paging) -> Result<Response> {
    let slice = caller
        .read(async |look| {
            look.tx.find::<crate::tables::JobPost>(id).await?;
            graph::job::custom_locations(look, paging.page).await
        })
        .await?;
    Ok(paging.answer(slice.map(harvest::custom_location)))
}

async fn update(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let change = body.read(change)?;
    caller.write(async move |work| post::edit(work, id, change).await).await?;
    Ok(Json(json!({"success": true})))
}

/// The first version switched the post live, too.
async fn update_v1(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let (change, status) = body.read(|it| (change(it), it.word::<PostStatus>("status")))?;
    caller
        .write(async move |work| {
            post::edit(work, id, change).await?;
            match status {
                Some(status) => post::set_live(work, id, status == PostStatus::Live).await,
                None => Ok(()),
            }
        })
        .await?;
    Ok(Json(json!({"success": true})))
}

async fn set_status(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let live = body.read(|it| it.required("status", it.word("status")) == Some(PostStatus::Live))?;
    caller.write(async move |work| post::set_live(work, id, live).await).await?;
    Ok(Json(json!({"success": true})))
}

fn change(it: &Fields<'_>) -> PostChange {
    PostChange {
        title: it.text("title", 255),
        location: location(it),
        internal: None,
        external: None,
        content: it.patch_text("content", 100_000),
        internal_content: Patch::Absent,
        listing: Listing::default(),
        questions: None,
    }
}

/// INC-73: a text, or an object that names an office, a custom location, or the text.
fn location(it: &Fields<'_>) -> Option<Place> {
    if !it.raw("location")?.is_object() {
        return it.text("location", 255).map(Place::Text);
    }
    let place = it.object("location", |it| {
        let office = it.id("office_id").map(Place::Office);
        let custom = it.id("custom_location_id").map(Place::Custom);
        office.or(custom).or_else(|| it.text("name", 255).map(Place::Text))
    });
    place.flatten()
}
