//! Deliveries, attempts and events, as our own API shows them.

use std::collections::BTreeMap;

use courier::tables;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::Millis;
use crate::{
    hooks::{
        Action,
        attempts::Made,
        deliveries::{DeliveryStatus, Line},
        follow::Entry,
        replay::Counts,
    },
    tables::ReplayStatus,
};

/// One event on its way to one endpoint.
#[derive(Serialize, ToSchema)]
pub struct Delivery {
    /// Its `Greenhouse-Event-ID`.
    pub id: i64,
    pub webhook_id: i64,
    /// The number of the event, see `/api/v1/events`; null for tests.
    pub seq: Option<i64>,
    pub event: Action,
    pub status: DeliveryStatus,
    pub attempts: i64,
    /// Whether an attempt is under way.
    pub in_flight: bool,
    pub replay: bool,
    pub test: bool,
    /// When it is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Millis>,
    #[schema(value_type = String, format = DateTime)]
    pub happened_at: Millis,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Millis,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Millis>,
    pub candidate_id: Option<i64>,
    pub application_id: Option<i64>,
    pub job_id: Option<i64>,
    /// Whether its body was erased.
    pub erased: bool,
    pub last_attempt: Option<Attempt>,
    /// The body as it is signed and sent, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

pub fn delivery(line: &Line) -> Delivery {
    Delivery {
        id: line.id,
        webhook_id: line.webhook_id,
        seq: line.seq,
        event: line.action,
        status: line.status,
        attempts: line.attempts,
        in_flight: line.in_flight,
        replay: line.replay,
        test: line.test,
        due_at: line.due_at.map(Millis),
        happened_at: Millis(line.happened_at),
        created_at: Millis(line.created_at),
        finished_at: line.finished_at.map(Millis),
        candidate_id: line.candidate_id,
        application_id: line.application_id,
        job_id: line.job_id,
        erased: line.erased,
        last_attempt: line.last.as_ref().map(attempt),
        body: line.body.clone(),
    }
}

/// A delivery with all that was sent.
#[derive(Serialize, ToSchema)]
pub struct WholeDelivery {
    #[serde(flatten)]
    pub delivery: Delivery,
    /// The headers that it goes out with, as the endpoint is configured now; what may be a secret is hidden.
    pub headers: BTreeMap<String, String>,
    /// The first of its attempts; all are under `/api/v1/deliveries/{id}/attempts`.
    pub attempt_log: Vec<AttemptMade>,
}

pub fn whole_delivery(line: &Line, headers: Vec<(String, String)>, attempts: &[Made]) -> WholeDelivery {
    WholeDelivery {
        delivery: delivery(line),
        headers: headers.into_iter().collect(),
        attempt_log: attempts.iter().map(attempt_made).collect(),
    }
}

/// One try. Times are in microseconds.
#[derive(Serialize, ToSchema)]
pub struct Attempt {
    pub id: i64,
    pub delivery_id: i64,
    /// From 1, and from 1 again in a replay.
    pub number: i64,
    pub replay: bool,
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Millis,
    /// Null while it is under way.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Millis>,
    /// The status that was answered.
    pub status: Option<i64>,
    pub error: Option<String>,
    /// The start of the answer's body.
    pub answer: Option<String>,
    /// The address that was called.
    pub peer: Option<String>,
    /// Which of the endpoint's secrets signed it, counted from 1.
    pub secret_number: Option<i64>,
    /// Null on a connection that was kept.
    pub resolve_micros: Option<i64>,
    /// The same; TCP and TLS, without resolving.
    pub connect_micros: Option<i64>,
    /// From the beginning to the first byte of the answer.
    pub first_byte_micros: Option<i64>,
    pub total_micros: Option<i64>,
}

pub fn attempt(row: &tables::Attempt) -> Attempt {
    Attempt {
        id: row.id,
        delivery_id: row.delivery_id,
        number: row.number,
        replay: row.replay,
        started_at: Millis(row.started_at),
        finished_at: row.finished_at.map(Millis),
        status: row.status_code,
        error: row.error.clone(),
        answer: row.answer.clone(),
        peer: row.peer.clone(),
        secret_number: row.secret_number,
        resolve_micros: row.resolve_micros,
        connect_micros: row.connect_micros,
        first_byte_micros: row.first_byte_micros,
        total_micros: row.total_micros,
    }
}

/// A try with the request that it was.
#[derive(Serialize, ToSchema)]
pub struct AttemptMade {
    #[serde(flatten)]
    pub attempt: Attempt,
    /// Null where nothing was sent, or where a server that stopped could not write it down.
    pub request: Option<AttemptRequest>,
}

/// A request as the endpoint was configured then.
#[derive(Serialize, ToSchema)]
pub struct AttemptRequest {
    pub method: &'static str,
    pub url: String,
    /// Authorization and the values of extra headers are hidden. A signature is `(no longer known)` once its secret or the body is gone.
    pub headers: BTreeMap<String, String>,
}

pub fn attempt_made(made: &Made) -> AttemptMade {
    let request = made.request.as_ref().map(|it| AttemptRequest {
        method: "POST",
        url: it.url.clone(),
        headers: it.headers.iter().cloned().collect(),
    });
    AttemptMade { attempt: attempt(&made.attempt), request }
}

/// A try with all that was sent.
#[derive(Serialize, ToSchema)]
pub struct WholeAttempt {
    #[serde(flatten)]
    pub made: AttemptMade,
    pub webhook_id: i64,
    pub event: Action,
    /// The body as it was signed and sent; null once erased.
    pub body: Option<String>,
    pub erased: bool,
}

pub fn whole_attempt(made: &Made, line: &Line) -> WholeAttempt {
    WholeAttempt {
        made: attempt_made(made),
        webhook_id: line.webhook_id,
        event: line.action,
        body: line.body.clone(),
        erased: line.erased,
    }
}

/// What a replay sends, or would send.
#[derive(Serialize, ToSchema)]
pub struct Replayed {
    /// Nothing was sent, only counted.
    pub dry_run: bool,
    /// Deliveries that are sent again, or at last, each with the id it has.
    pub replayed: i64,
    /// Events that the endpoint is told for the first time.
    pub created: i64,
    /// Left alone, since they are on their way.
    pub under_way: i64,
    /// Left out, since their bodies were erased.
    pub erased: i64,
}

pub fn replayed(counts: Counts, dry_run: bool) -> Replayed {
    let Counts { replayed, created, under_way, erased } = counts;
    Replayed { dry_run, replayed, created, under_way, erased }
}

/// What is sent again, as far as it came.
#[derive(Serialize, ToSchema)]
pub struct Replay {
    /// See `/api/v1/replays/{id}`; null where it was only counted.
    pub id: Option<i64>,
    pub webhook_id: i64,
    /// Null where it was only counted.
    pub status: Option<ReplayStatus>,
    /// Why it ended before it was done.
    pub why: Option<String>,
    /// What was asked for.
    #[schema(value_type = Object)]
    pub selection: serde_json::Value,
    pub per_second: Option<i64>,
    /// How many there are to send, once that was counted: `replayed` and `created` grow up to it.
    pub total: Option<i64>,
    #[serde(flatten)]
    pub counts: Replayed,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Millis>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Millis>,
}

pub fn replay(row: &crate::tables::Replay) -> Replay {
    Replay {
        id: Some(row.id),
        webhook_id: row.webhook_id,
        status: Some(row.status),
        why: row.why.clone(),
        selection: row.selection.0.clone(),
        per_second: row.per_second,
        total: row.total,
        counts: replayed(row.counts(), false),
        created_at: Some(Millis(row.created_at)),
        finished_at: row.finished_at.map(Millis),
    }
}

/// A replay that was only counted.
pub fn counted(webhook_id: i64, selection: serde_json::Value, per_second: Option<i64>, counts: Counts) -> Replay {
    Replay {
        id: None,
        webhook_id,
        status: None,
        why: None,
        selection,
        per_second,
        total: Some(counts.replayed + counts.created),
        counts: replayed(counts, true),
        created_at: None,
        finished_at: None,
    }
}

/// Something that happened.
#[derive(Serialize, ToSchema)]
pub struct Event {
    /// Counts up by one from event to event.
    pub seq: i64,
    pub id: i64,
    pub action: Action,
    #[schema(value_type = String, format = DateTime)]
    pub happened_at: Millis,
    /// The user who did it.
    pub actor_id: Option<i64>,
    pub candidate_id: Option<i64>,
    pub application_id: Option<i64>,
    pub job_id: Option<i64>,
    /// As in the web hook; null where it was erased, or not asked for.
    #[schema(value_type = Option<Object>)]
    pub payload: Option<Box<RawValue>>,
    pub erased: bool,
}

pub fn event(entry: Entry) -> Event {
    #[derive(serde::Deserialize)]
    struct Body {
        payload: Box<RawValue>,
    }
    let body = entry.body.and_then(|it| serde_json::from_str::<Body>(&it).ok());
    Event {
        seq: entry.seq,
        id: entry.id,
        action: entry.action,
        happened_at: Millis(entry.happened_at),
        actor_id: entry.actor_id,
        candidate_id: entry.candidate_id,
        application_id: entry.application_id,
        job_id: entry.job_id,
        payload: body.map(|it| it.payload),
        erased: entry.erased,
    }
}
