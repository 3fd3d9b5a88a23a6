//! Endpoints, as our own API shows them. Secrets are never shown: not what signs, no password, no key, not the values of extra headers.

use courier::{client::Outcome, endpoint::Health};
use serde::Serialize;
use utoipa::ToSchema;

use super::Millis;
use crate::{
    domain::webhook::{self, OrderBy},
    hooks::{
        endpoints::{Condition, Endpoint},
        replay::Missed,
    },
    words::Word,
};

/// An endpoint that web hooks are sent to.
#[derive(Serialize, ToSchema)]
pub struct Webhook {
    pub id: i64,
    pub name: String,
    pub url: String,
    /// What it listens to: names of events, or `all` alone.
    pub events: Vec<String>,
    /// The user name of its Basic credentials.
    pub basic_user: Option<String>,
    /// The names of its extra headers.
    pub header_names: Vec<String>,
    pub enabled: bool,
    pub disabled_why: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disabled_at: Option<Millis>,
    pub health: Fares,
    pub max_attempts: i64,
    /// At most so many requests at once; null stands for the courier's default.
    pub in_flight: Option<i64>,
    /// At most so many attempts are begun a second, per node.
    pub per_second: Option<i64>,
    pub order_by: Option<OrderBy>,
    pub any_2xx: bool,
    pub standard_headers: bool,
    pub disable_on_gone: bool,
    pub disable_after_hours: Option<i64>,
    pub probe: bool,
    /// Who is told when it fails.
    pub error_email: Option<String>,
    /// How many secrets it has had: the last one signs. Attempts say by this number which one signed them.
    pub secret_number: i64,
    /// Until then the secret before signs too, in `webhook-signature`.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub old_secret_until: Option<Millis>,
    /// PEM.
    pub client_certificate: Option<String>,
    pub oauth: Option<Oauth>,
    pub last_ping: Option<LastPing>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Millis,
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Millis,
}

/// How it fares.
#[derive(Serialize, ToSchema)]
pub struct Fares {
    pub condition: Condition,
    /// Since when it answered nothing but failures.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Millis>,
    /// When it was told that it will be disabled.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub warned_at: Option<Millis>,
    /// Of when the settings are that it answered 410 to.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub gone_at: Option<Millis>,
    /// When a dead one is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_probe_at: Option<Millis>,
}

/// Client credentials by which a bearer token is had.
#[derive(Serialize, ToSchema)]
pub struct Oauth {
    pub token_url: String,
    pub client_id: String,
    pub scope: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct LastPing {
    #[schema(value_type = String, format = DateTime)]
    pub at: Millis,
    /// The status that was answered, if anything was.
    pub status: Option<i64>,
    /// Why it failed; null where it did not.
    pub error: Option<String>,
}

pub fn webhook(endpoint: &Endpoint) -> Webhook {
    let row = &endpoint.row;
    Webhook {
        id: row.id,
        name: row.name.clone(),
        url: row.url.clone(),
        events: row.events.0.clone(),
        basic_user: row.basic_user.clone(),
        header_names: row.headers.0.keys().cloned().collect(),
        enabled: row.enabled,
        disabled_why: row.disabled_why.clone(),
        disabled_at: row.disabled_at.map(Millis),
        health: fares(endpoint),
        max_attempts: row.max_attempts,
        in_flight: Some(row.in_flight).filter(|it| *it > 0),
        per_second: row.per_second,
        order_by: row.order_by.as_deref().and_then(OrderBy::parse),
        any_2xx: row.any_2xx,
        standard_headers: row.standard_headers,
        disable_on_gone: row.disable_on_gone,
        disable_after_hours: row.disable_after_hours,
        probe: row.probe,
        error_email: row.error_email.clone(),
        secret_number: row.secret_number,
        old_secret_until: row.old_secret_until.map(Millis),
        client_certificate: row.client_certificate.clone(),
        oauth: row.oauth.as_ref().map(|it| Oauth {
            token_url: it.0.token_url.clone(),
            client_id: it.0.client_id.clone(),
            scope: it.0.scope.clone(),
        }),
        last_ping: row.last_ping_at.map(|at| LastPing {
            at: Millis(at),
            status: row.last_ping_status,
            error: row.last_ping_error.clone(),
        }),
        created_at: Millis(row.created_at),
        updated_at: Millis(row.updated_at),
    }
}

fn fares(endpoint: &Endpoint) -> Fares {
    let at = |of: fn(&Health) -> Option<jiff::Timestamp>| endpoint.health.as_ref().and_then(of).map(Millis);
    Fares {
        condition: endpoint.condition(),
        failing_since: at(|it| it.failing_since),
        warned_at: at(|it| it.warned_at),
        gone_at: at(|it| it.gone_at),
        next_probe_at: at(|it| it.probe_at),
    }
}

/// What came of a ping.
#[derive(Serialize, ToSchema)]
pub struct Ping {
    /// A 200 is, or any 2xx where the endpoint says so.
    pub succeeded: bool,
    pub status: Option<u16>,
    pub error: Option<String>,
    /// The start of the answer's body.
    pub answer: Option<String>,
    pub milliseconds: f64,
}

pub fn ping(endpoint: &Endpoint, outcome: &Outcome) -> Ping {
    Ping {
        succeeded: webhook::succeeded(&endpoint.row, outcome),
        status: outcome.status,
        error: outcome.error.clone(),
        answer: outcome.answer.clone(),
        milliseconds: outcome.total.as_micros() as f64 / 1000.0,
    }
}

/// An endpoint, and what came of the ping that its saving sent.
#[derive(Serialize, ToSchema)]
pub struct Saved {
    #[serde(flatten)]
    pub webhook: Webhook,
    pub ping: Ping,
}

pub fn saved(endpoint: &Endpoint, outcome: &Outcome) -> Saved {
    Saved { webhook: webhook(endpoint), ping: ping(endpoint, outcome) }
}

/// An endpoint that was enabled, and what it missed before.
#[derive(Serialize, ToSchema)]
pub struct Enabled {
    #[serde(flatten)]
    pub saved: Saved,
    pub missed: WhatWasMissed,
}

/// An endpoint whose secret was changed.
#[derive(Serialize, ToSchema)]
pub struct Rotated {
    #[serde(flatten)]
    pub webhook: Webhook,
    /// The secret that was made; it is not shown again. Null where it was given.
    pub secret: Option<String>,
}

/// What `POST /api/v1/webhooks/{id}/replay` with `{"missed": true}` would send.
#[derive(Serialize, ToSchema)]
pub struct WhatWasMissed {
    /// Deliveries that wait since the endpoint was disabled.
    pub held: i64,
    /// Events that happened while it was disabled.
    pub never_sent: i64,
}

pub fn missed(missed: Missed) -> WhatWasMissed {
    WhatWasMissed { held: missed.held, never_sent: missed.never_sent }
}
