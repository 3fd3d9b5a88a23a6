//! Orangery's own API under `/api/v1`: what Harvest can't do. The table of contents. Its OpenAPI document is made from these routes and served
//! at `/api/openapi.json`.

mod applications;
mod approvals;
mod audit_log;
mod boards;
mod bulk;
mod bulk_candidates;
mod candidates;
mod catalogs;
mod custom;
mod deliveries;
mod demographics;
mod departments;
mod diversity;
mod education_items;
mod email_templates;
mod events;
mod follow_ups;
mod interviews;
mod job_posts;
mod jobs;
mod keys;
mod mails;
mod notices;
mod oauth;
mod offers;
mod organization;
mod pools;
mod preview;
mod replays;
mod retention_rules;
mod scorecards;
mod search;
mod stages;
mod tracking_links;
mod user_roles;
mod users;
mod webhook_inputs;
mod webhooks;

use axum::{
    Json, Router,
    extract::{FromRequest, Request},
    middleware,
    routing::get,
};
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::{
        ContentBuilder, Ref, RefOr, Response, ResponseBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};
use utoipa_axum::router::OpenApiRouter;

use super::{caller, input::Body};
use crate::{
    error::{Error, Fault, Result},
    graph::search::SearchKind,
    house::Orangery,
};

#[derive(OpenApi)]
#[openapi(
    info(title = "Orangery", description = "What Harvest can't do: everything here fires the same web hooks as every other door."),
    components(schemas(Fault, Refusal, SearchKind)),
    modifiers(&Keys),
    security(("key" = []))
)]
struct Document;

/// Keys come as the user name of Basic auth.
struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let basic = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Basic).build());
        document.components.get_or_insert_default().add_security_scheme("key", basic);
    }
}

fn documented() -> OpenApiRouter<Orangery> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(applications::routes())
        .merge(approvals::routes())
        .merge(audit_log::routes())
        .merge(boards::routes())
        .merge(bulk::routes())
        .merge(bulk_candidates::routes())
        .merge(candidates::routes())
        .merge(catalogs::routes())
        .merge(deliveries::routes())
        .merge(demographics::routes())
        .merge(departments::routes())
        .merge(diversity::routes())
        .merge(education_items::routes())
        .merge(email_templates::routes())
        .merge(events::routes())
        .merge(follow_ups::routes())
        .merge(interviews::routes())
        .merge(job_posts::routes())
        .merge(jobs::routes())
        .merge(keys::routes())
        .merge(mails::routes())
        .merge(notices::routes())
        .merge(oauth::routes())
        .merge(offers::routes())
        .merge(organization::routes())
        .merge(pools::routes())
        .merge(preview::routes())
        .merge(replays::routes())
        .merge(retention_rules::routes())
        .merge(scorecards::routes())
        .merge(search::routes())
        .merge(stages::routes())
        .merge(tracking_links::routes())
        .merge(user_roles::routes())
        .merge(users::routes())
        .merge(webhooks::routes())
}

pub fn routes(house: Orangery) -> Router<Orangery> {
    let (router, mut document) = documented().split_for_parts();
    complete(&mut document);
    router
        .route_layer(middleware::from_fn_with_state(house, caller::api))
        .route("/api/openapi.json", get(async move || Json(document.clone())))
}

/// Adds to each route what all have in common: a name of its own, and how it refuses.
fn complete(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let methods = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in methods.into_iter().flatten() {
            let tag = operation.tags.iter().flatten().next().cloned().unwrap_or_default();
            operation.operation_id = operation.operation_id.take().map(|it| format!("{tag}_{it}"));
            let answers = &mut operation.responses.responses;
            for (status, why) in REFUSALS {
                if status != "404" || path.contains('{') {
                    answers.entry(status.to_owned()).or_insert_with(|| refusal(why).into());
                }
            }
            for (_, answer) in answers.iter_mut().filter(|(status, _)| status.starts_with('4')) {
                if let RefOr::T(said) = answer {
                    *answer = refusal(&said.description).into();
                }
            }
        }
    }
}

const REFUSALS: [(&str, &str); 4] = [
    ("401", "No key, or one that may not do this"),
    ("403", "On-Behalf-Of names no enabled user, or one who may not do this"),
    ("404", "There is no such thing"),
    ("422", "The request makes no sense, or not now: every fault, with its field"),
];

fn refusal(why: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Refusal"))).build();
    ResponseBuilder::new().description(why).content("application/json", content).build()
}

/// Why nothing was done.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only described: `http/error.rs` makes it")]
struct Refusal {
    message: Option<String>,
    errors: Option<Vec<Fault>>,
}

/// A JSON body read into a shape; what does not fit is told with its field. Unknown properties are ignored.
pub struct Input<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Orangery> for Input<T> {
    type Rejection = Error;

    async fn from_request(request: Request, house: &Orangery) -> Result<Self> {
        let Body(value) = Body::from_request(request, house).await?;
        if !value.is_object() {
            return Err(Error::invalid("", "The body must be a JSON object"));
        }
        if holds_nul(&value) {
            return Err(Error::invalid("", "Must not contain the character U+0000"));
        }
        serde_path_to_error::deserialize(value).map(Self).map_err(|error| {
            let path = error.path().to_string();
            misfit(path.trim_start_matches('.'), &error.into_inner().to_string())
        })
    }
}

/// What does not fit, at its place; of what is missing, serde tells the place of the whole and the name in its message.
fn misfit(place: &str, message: &str) -> Error {
    let named = |start: &str| message.strip_prefix(start).and_then(|it| it.split('`').next());
    let at = |name: &str| if place.is_empty() { name.to_owned() } else { format!("{place}.{name}") };
    if let Some(name) = named("missing field `") {
        return Error::invalid(at(name), "is required");
    }
    if let Some(name) = named("unknown field `") {
        // Some name it in the place, too.
        let place = if place == name || place.ends_with(&format!(".{name}")) { place.to_owned() } else { at(name) };
        let known = message
            .split_once("expected ")
            .map(|it| it.1.replace("one of ", "").replace(" or ", ", ").replace('`', ""));
        let known = known.map(|it| format!("; there are: {it}")).unwrap_or_default();
        return Error::invalid(place, format!("There is no such property{known}"));
    }
    Error::invalid(place, in_words(message))
}

/// What serde says, for people; what we say ourselves stays as it is.
fn in_words(message: &str) -> String {
    let foreign = ["invalid type: ", "invalid value: ", "invalid length "].iter().any(|it| message.starts_with(it));
    let expected = message.rsplit_once("expected ").map_or("", |it| it.1);
    match expected {
        _ if !foreign && message.contains("did not match any variant") => "Must be of another form".to_owned(),
        _ if !foreign && message.contains("parse") => {
            "Must be a date such as 2026-08-22, or a timestamp such as 2026-08-22T10:00:00.000Z".to_owned()
        }
        _ if !foreign => message.to_owned(),
        "a boolean" => "Must be true or false".to_owned(),
        "a string" | "a borrowed string" | "string" => "Must be a text".to_owned(),
        "f64" | "f32" => "Must be a number".to_owned(),
        "i64" | "u64" | "i32" | "u32" | "i16" | "u16" | "i8" | "u8" | "usize" => "Must be a whole number".to_owned(),
        it if it.starts_with("a sequence") || it.contains("tuple") => "Must be a list".to_owned(),
        it if it.starts_with("a map") || it.starts_with("struct ") => "Must be an object".to_owned(),
        it if it.contains("timestamp") => "Must be an ISO-8601 timestamp such as 2026-08-22T10:00:00.000Z".to_owned(),
        it if it.contains("date") => "Must be a date such as 2026-08-22".to_owned(),
        it => format!("Must be {it}"),
    }
}

/// No database can keep that character in a text.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(map) => map.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}
