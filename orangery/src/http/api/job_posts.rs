//! Posts made, edited in all their parts, switched and deleted; the places they choose from.

use axum::{Json, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    domain::post::{self, Listing, NewOption, NewPost, NewQuestion, Place, PostChange},
    error::Result,
    graph,
    house::Orangery,
    http::{Caller, input::Path},
    patch::Patch,
    tables::{PayRange, QuestionKind},
    wire::harvest::{self, CustomLocation, JobPost},
    work::Work,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(create_prospect_post))
        .routes(routes!(edit, delete))
        .routes(routes!(live))
        .routes(routes!(offline))
        .routes(routes!(add_location))
}

/// One of the three.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PostPlace {
    /// Free text; at most 255 characters.
    Text(String),
    OfficeId(i64),
    CustomLocationId(i64),
}

impl PostPlace {
    fn place(self) -> Place {
        match self {
            Self::Text(text) => Place::Text(text),
            Self::OfficeId(id) => Place::Office(id),
            Self::CustomLocationId(id) => Place::Custom(id),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct QuestionInput {
    /// When a post is edited: the question that is there.
    id: Option<i64>,
    /// The board's name of the field, such as `first_name`; own questions are named by their id.
    name: Option<String>,
    /// At most 255 characters.
    label: String,
    #[serde(rename = "type")]
    kind: QuestionKind,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    private: bool,
    /// HTML; at most 100 000 characters.
    description: Option<String>,
    /// The labels of a select's options; at most 200.
    #[serde(default)]
    options: Vec<String>,
}

impl QuestionInput {
    fn question(self) -> NewQuestion {
        let Self { id, name, label, kind, required, private, description, options } = self;
        let options = options.into_iter().map(|label| NewOption { id: None, label }).collect();
        NewQuestion { id, name, label, kind: Some(kind), required, private, description, options }
    }

    fn new_question(self) -> NewQuestion {
        NewQuestion { id: None, ..self.question() }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PostInput {
    /// At most 255 characters.
    title: String,
    location: Option<PostPlace>,
    #[serde(default)]
    internal: bool,
    #[serde(default = "yes")]
    external: bool,
    /// Live from the start.
    #[serde(default)]
    live: bool,
    /// HTML; at most 100 000 characters.
    content: Option<String>,
    /// HTML; at most 100 000 characters.
    internal_content: Option<String>,
    /// The board that it is on, if it is external; by default the first one.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    board_id: Patch<i64>,
    /// A section of that board.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    section_id: Patch<i64>,
    /// Of a prospect post; a job's post is listed by its job's.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    department_id: Patch<i64>,
    /// What it asks those who apply to say of themselves.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    demographic_question_set_id: Patch<i64>,
    /// The code of a language, such as `en`.
    language: Option<String>,
    /// Whether it asks for gender, race, veteran and disability status.
    eeoc: Option<bool>,
    /// What it says of the pay; at most 20 ranges.
    pay_ranges: Option<Vec<PayRange>>,
    /// Absent, the standard ones: names, e-mail, phone, resume, cover letter.
    questions: Option<Vec<QuestionInput>>,
}

fn yes() -> bool {
    true
}

impl PostInput {
    fn new_post(self, job_id: Option<i64>) -> NewPost {
        let Self {
            title,
            location,
            internal,
            external,
            live,
            content,
            internal_content,
            board_id,
            section_id,
            department_id,
            demographic_question_set_id,
            language,
            eeoc,
            pay_ranges,
            questions,
        } = self;
        NewPost {
            id: None,
            job_id,
            title,
            location: location.map(PostPlace::place),
            internal,
            external,
            live,
            content,
            internal_content,
            first_published_at: None,
            listing: Listing {
                board_id,
                section_id,
                department_id,
                demographic_question_set_id,
                language,
                eeoc,
                pay_ranges,
            },
            questions: questions.map(|it| it.into_iter().map(QuestionInput::new_question).collect()),
        }
    }
}

/// Adds a post to a job. Fires `job_post_created`.
#[utoipa::path(
    post, path = "/api/v1/jobs/{id}/posts", tag = "posts", params(("id" = i64, Path)), request_body = PostInput,
    responses(
        (status = 201, description = "The post, as Harvest shows it"),
        (status = 404, description = "No such job"),
        (status = 422, description = "The job is not open, or the input is wrong"),
    ),
)]
async fn create(
    caller: Caller,
    Path(id): Path<i64>,
    Input(input): Input<PostInput>,
) -> Result<(StatusCode, Json<JobPost>)> {
    add(caller, input.new_post(Some(id))).await
}

/// Adds a post for prospects, which belongs to no job. Fires `job_post_created`.
#[utoipa::path(
    post, path = "/api/v1/posts", tag = "posts", request_body = PostInput,
    responses(
        (status = 201, description = "The post, as Harvest shows it"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn create_prospect_post(caller: Caller, Input(input): Input<PostInput>) -> Result<(StatusCode, Json<JobPost>)> {
    add(caller, input.new_post(None)).await
}

async fn add(caller: Caller, new: NewPost) -> Result<(StatusCode, Json<JobPost>)> {
    caller
        .write(async move |work| {
            let id = post::create(work, new).await?.id;
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

/// What is absent stays, null takes a value away.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PostEdit {
    /// At most 255 characters.
    title: Option<String>,
    location: Option<PostPlace>,
    internal: Option<bool>,
    external: Option<bool>,
    /// HTML; at most 100 000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    content: Patch<String>,
    /// HTML; at most 100 000 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    internal_content: Patch<String>,
    /// The board that it is on, if it is external.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    board_id: Patch<i64>,
    /// A section of that board.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    section_id: Patch<i64>,
    /// Of a prospect post; a job's post is listed by its job's.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    department_id: Patch<i64>,
    /// What it asks those who apply to say of themselves.
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    demographic_question_set_id: Patch<i64>,
    /// The code of a language, such as `en`.
    language: Option<String>,
    /// Whether it asks for gender, race, veteran and disability status.
    eeoc: Option<bool>,
    /// What it says of the pay; at most 20 ranges.
    pay_ranges: Option<Vec<PayRange>>,
    /// All of them, in their order: those with an id stay, others are new, the rest go.
    questions: Option<Vec<QuestionInput>>,
}

/// Edits a post. Fires `job_post_updated` if that changed anything.
#[utoipa::path(
    patch, path = "/api/v1/posts/{id}", tag = "posts", params(("id" = i64, Path)), request_body = PostEdit,
    responses(
        (status = 200, description = "The post, as Harvest shows it"),
        (status = 404, description = "No such post"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn edit(caller: Caller, Path(id): Path<i64>, Input(input): Input<PostEdit>) -> Result<Json<JobPost>> {
    let PostEdit {
        title,
        location,
        internal,
        external,
        content,
        internal_content,
        board_id,
        section_id,
        department_id,
        demographic_question_set_id,
        language,
        eeoc,
        pay_ranges,
        questions,
    } = input;
    let change = PostChange {
        title,
        location: location.map(PostPlace::place),
        internal,
        external,
        content,
        internal_content,
        listing: Listing {
            board_id,
            section_id,
            department_id,
            demographic_question_set_id,
            language,
            eeoc,
            pay_ranges,
        },
        questions: questions.map(|it| it.into_iter().map(QuestionInput::question).collect()),
    };
    caller
        .write(async move |work| {
            post::edit(work, id, change).await?;
            answer(work, id).await
        })
        .await
}

/// Puts a post live. Fires `job_post_updated` unless it is.
#[utoipa::path(
    post, path = "/api/v1/posts/{id}/live", tag = "posts", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "The post, as Harvest shows it"),
        (status = 404, description = "No such post"),
        (status = 422, description = "Its job is not open"),
    ),
)]
async fn live(caller: Caller, Path(id): Path<i64>) -> Result<Json<JobPost>> {
    switch(caller, id, true).await
}

/// Takes a post off line. Fires `job_post_updated` unless it is.
#[utoipa::path(
    post, path = "/api/v1/posts/{id}/offline", tag = "posts", params(("id" = i64, Path)),
    responses((status = 200, description = "The post, as Harvest shows it"), (status = 404, description = "No such post")),
)]
async fn offline(caller: Caller, Path(id): Path<i64>) -> Result<Json<JobPost>> {
    switch(caller, id, false).await
}

async fn switch(caller: Caller, id: i64, live: bool) -> Result<Json<JobPost>> {
    caller
        .write(async move |work| {
            post::set_live(work, id, live).await?;
            answer(work, id).await
        })
        .await
}

/// Deletes a post that is not live. Fires `job_post_deleted`.
#[utoipa::path(
    delete, path = "/api/v1/posts/{id}", tag = "posts", params(("id" = i64, Path)),
    responses(
        (status = 200, description = "Done"),
        (status = 404, description = "No such post"),
        (status = 422, description = "It is live"),
    ),
)]
async fn delete(caller: Caller, Path(id): Path<i64>) -> Result<Json<Value>> {
    caller.write(async move |work| post::delete(work, id).await).await?;
    Ok(Json(json!({"success": true, "id": id})))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct LocationInput {
    /// At most 255 characters.
    value: String,
}

/// Adds a place to the list that posts choose from.
#[utoipa::path(
    post, path = "/api/v1/custom-locations", tag = "posts", request_body = LocationInput,
    responses(
        (status = 201, description = "The place, as Harvest shows it"),
        (status = 422, description = "The input is wrong"),
    ),
)]
async fn add_location(
    caller: Caller,
    Input(LocationInput { value }): Input<LocationInput>,
) -> Result<(StatusCode, Json<CustomLocation>)> {
    caller
        .write(async move |work| {
            let made = post::add_location(work, None, value).await?;
            Ok((StatusCode::CREATED, Json(harvest::custom_location(&made))))
        })
        .await
}

/// The post as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<JobPost>> {
    Ok(Json(harvest::job_post(&graph::job::post(&work.look().await?, id).await?)))
}
