//! What an event would say, without it having happened; and saying it to one endpoint, as a test.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::schema::{ObjectBuilder, Type},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Input;
use crate::{
    error::{Error, Result},
    hooks::{
        Action, endpoints, ping,
        preview::{Subject, preview},
        test_fire::{self, Source},
    },
    house::Orangery,
    http::{Caller, input::Path},
    wire::endpoint as wire,
    words::Word,
};

pub fn routes() -> OpenApiRouter<Orangery> {
    OpenApiRouter::new().routes(routes!(show)).routes(routes!(test))
}

/// An event, and the record that it is to be about: by the id of its kind, or by ids that leave the latest of something (an application
/// by `candidate_id`, an offer by `application_id`, a job post by `job_id`). Where nothing is named, the latest that fits.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[schema(schema_with = events)]
    event: String,
    candidate_id: Option<i64>,
    application_id: Option<i64>,
    job_id: Option<i64>,
    offer_id: Option<i64>,
    job_post_id: Option<i64>,
    stage_id: Option<i64>,
    scheduled_interview_id: Option<i64>,
    scorecard_id: Option<i64>,
    department_id: Option<i64>,
    office_id: Option<i64>,
    /// For `merge_candidate`: with whom `candidate_id` is merged.
    kept_candidate_id: Option<i64>,
    /// For `candidate_anonymized`: all unless said.
    fields: Option<Vec<String>>,
}

/// An event that can be tried.
enum Tried {
    Ping,
    Event(Action),
}

fn events() -> ObjectBuilder {
    let words = Action::ALL.iter().map(|it| it.word());
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words.chain(["ping"])))
}

impl Asked {
    fn read(self) -> Result<(Tried, Subject)> {
        let tried = match (self.event.as_str(), Action::parse(&self.event)) {
            ("ping", _) => Tried::Ping,
            (_, Some(action)) => Tried::Event(action),
            _ => return Err(Error::invalid("event", format!("Must be one of: {}, ping", Action::list()))),
        };
        let subject = Subject {
            candidate_id: self.candidate_id,
            application_id: self.application_id,
            job_id: self.job_id,
            offer_id: self.offer_id,
            job_post_id: self.job_post_id,
            stage_id: self.stage_id,
            scheduled_interview_id: self.scheduled_interview_id,
            scorecard_id: self.scorecard_id,
            department_id: self.department_id,
            office_id: self.office_id,
            kept_candidate_id: self.kept_candidate_id,
            fields: self.fields,
        };
        Ok((tried, subject))
    }
}

/// The body that a web hook of this event would have for a real record at this moment. Nothing is fired, and nothing changed.
///
/// What tells how a record stands shows it as it stands. A rejection, a hire, a merge, or what takes one back, is shown as if it were done now
/// (a rejection and a hire that were made are shown as they were), and refused where it could not be done. The answer is the body byte for byte;
/// `Orangery-Preview-Of` says which record was chosen.
#[utoipa::path(
    post, path = "/api/v1/events/preview", tag = "events", request_body = Asked,
    responses((status = 200, body = Object, description = "The body as it would be signed and sent"))
)]
async fn show(caller: Caller, Input(asked): Input<Asked>) -> Result<Response> {
    let (Tried::Event(action), subject) = asked.read()? else {
        let why = "A ping is about a web hook: POST /api/v1/webhooks/{id}/test sends one";
        return Err(Error::invalid("event", why));
    };
    let preview = preview(&caller.house, caller.actor, action, subject).await?;
    let of = format!("{}={}", preview.of.0, preview.of.1);
    let headers = [(header::CONTENT_TYPE.as_str(), "application/json"), ("orangery-preview-of", &of)];
    Ok((headers, preview.body.json).into_response())
}

/// A test that was sent.
#[derive(Serialize, ToSchema)]
struct Tested {
    /// See `/api/v1/deliveries/{id}` for how it went; null for a ping, which is answered at once.
    delivery_id: Option<i64>,
    /// Where its body is from: the latest such event, what would be told of a record, or the documented example; null for a ping.
    source: Option<Source>,
    ping: Option<wire::Ping>,
}

/// Sends the endpoint any event, or a ping, as a test.
///
/// It is marked by the header `Orangery-Test: true`, and goes to this endpoint only, whether it listens to that event or not. Where no record is
/// named, the latest such event is sent once more; where there was none, what would be told of the latest record that fits; where there is none,
/// the documented example. A ping tells at once how it was answered, and nothing follows from it.
#[utoipa::path(
    post, path = "/api/v1/webhooks/{id}/test", tag = "deliveries", params(("id" = i64, Path)), request_body = Asked,
    responses((status = 201, body = Tested))
)]
async fn test(caller: Caller, Path(id): Path<i64>, Input(asked): Input<Asked>) -> Result<(StatusCode, Json<Tested>)> {
    let tested = match asked.read()? {
        (Tried::Ping, _) => {
            let endpoint = caller.read(async move |look| endpoints::find(look.tx, id).await).await?;
            let outcome = ping::send(&caller.house, &endpoint.row).await;
            Tested { delivery_id: None, source: None, ping: Some(wire::ping(&endpoint, &outcome)) }
        }
        (Tried::Event(action), subject) => {
            let test = test_fire::test_fire(&caller.house, caller.actor, id, action, subject).await?;
            Tested { delivery_id: Some(test.delivery_id), source: Some(test.source), ping: None }
        }
    };
    Ok((StatusCode::CREATED, Json(tested)))
}
