//! What may be said of an endpoint, at its creation and in a change.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::ToSchema;

use crate::{
    domain::webhook::{self, Basic, NewWebhook, OrderBy, Settings, WebhookChange},
    patch::Patch,
};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct New {
    /// At most 255 characters.
    #[serde(default)]
    #[schema(required)]
    name: String,
    /// `https://` and a public host, unless the operator allows others.
    #[serde(default)]
    #[schema(required)]
    url: String,
    /// What deliveries are signed with. It is never shown again.
    #[serde(default)]
    #[schema(required)]
    secret: String,
    /// `["all"]`, or names of events, each once.
    #[serde(default)]
    #[schema(required)]
    events: Vec<String>,
    basic: Option<Credentials>,
    /// Sent with every delivery. Some names are ours: Signature, Authorization …
    headers: Option<BTreeMap<String, String>>,
    /// From 1 to 7; 7 unless said.
    max_attempts: Option<i64>,
    /// At most so many requests at once, from 1 to 256.
    in_flight: Option<i64>,
    /// At most so many attempts are begun a second, from 1 to 10 000.
    per_second: Option<i64>,
    /// The next event of one waits until the one before it is delivered or given up.
    order_by: Option<OrderBy>,
    /// Any 2xx counts as delivered, not only 200.
    any_2xx: Option<bool>,
    /// Sends the headers of Standard Webhooks beside the documented ones.
    standard_headers: Option<bool>,
    /// A 410 disables it.
    disable_on_gone: Option<bool>,
    /// Disables it after so many hours, from 1 to 720, of nothing but failures.
    disable_after_hours: Option<i64>,
    /// While it answers nothing but failures, one delivery at a time tries it and the others wait.
    probe: Option<bool>,
    /// Who is told when deliveries are given up, and before and after it is disabled.
    error_email: Option<String>,
    /// PEM, shown to an endpoint that asks for one.
    client_certificate: Option<String>,
    /// PEM, without a passphrase. Never shown.
    client_key: Option<String>,
    oauth: Option<OauthClient>,
}

/// Basic credentials that deliveries carry.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Credentials {
    user: String,
    /// Never shown again. In a change, the one there is is kept where none is given.
    password: Option<String>,
}

/// Client credentials by which a bearer token is had for deliveries (OAuth 2.0).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OauthClient {
    #[serde(default)]
    #[schema(required)]
    token_url: String,
    #[serde(default)]
    #[schema(required)]
    client_id: String,
    /// Never shown again. In a change, the one there is is kept where none is given.
    client_secret: Option<String>,
    scope: Option<String>,
}

/// What is not given stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Change {
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false)]
    name: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false)]
    url: Patch<String>,
    /// Signs from now on, and is pinged with. The one before signs too for 24 hours, in `webhook-signature`.
    #[serde(default)]
    #[schema(value_type = Option<String>, nullable = false)]
    secret: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>, nullable = false)]
    events: Patch<Vec<String>>,
    #[serde(default)]
    #[schema(value_type = Option<Credentials>)]
    basic: Patch<Credentials>,
    /// Added to those there are; null takes one away, or all of them.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, Option<String>>>)]
    headers: Patch<BTreeMap<String, Option<String>>>,
    #[serde(default)]
    #[schema(value_type = Option<i64>, nullable = false)]
    max_attempts: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    in_flight: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    per_second: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<OrderBy>)]
    order_by: Patch<OrderBy>,
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false)]
    any_2xx: Patch<bool>,
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false)]
    standard_headers: Patch<bool>,
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false)]
    disable_on_gone: Patch<bool>,
    #[serde(default)]
    #[schema(value_type = Option<i64>)]
    disable_after_hours: Patch<i64>,
    #[serde(default)]
    #[schema(value_type = Option<bool>, nullable = false)]
    probe: Patch<bool>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    error_email: Patch<String>,
    /// Null takes the key away too.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    client_certificate: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    client_key: Patch<String>,
    #[serde(default)]
    #[schema(value_type = Option<OauthClient>)]
    oauth: Patch<OauthClient>,
}

impl From<Credentials> for Basic {
    fn from(Credentials { user, password }: Credentials) -> Self {
        Self { user, password }
    }
}

impl From<OauthClient> for webhook::Oauth {
    fn from(OauthClient { token_url, client_id, client_secret, scope }: OauthClient) -> Self {
        Self { token_url, client_id, client_secret, scope }
    }
}

impl From<New> for NewWebhook {
    fn from(new: New) -> Self {
        Self {
            id: None,
            name: new.name,
            url: new.url,
            secret: new.secret,
            events: new.events,
            basic: new.basic.map(Basic::from),
            headers: new.headers.unwrap_or_default(),
            settings: Settings {
                max_attempts: new.max_attempts.into(),
                in_flight: new.in_flight.into(),
                per_second: new.per_second.into(),
                order_by: new.order_by.into(),
                any_2xx: new.any_2xx.into(),
                standard_headers: new.standard_headers.into(),
                disable_on_gone: new.disable_on_gone.into(),
                disable_after_hours: new.disable_after_hours.into(),
                probe: new.probe.into(),
                error_email: new.error_email.into(),
                client_certificate: new.client_certificate.into(),
                client_key: new.client_key.into(),
                oauth: new.oauth.map(webhook::Oauth::from).into(),
            },
        }
    }
}

impl From<Change> for WebhookChange {
    fn from(change: Change) -> Self {
        Self {
            name: change.name,
            url: change.url,
            secret: change.secret,
            events: change.events,
            basic: change.basic.map(Basic::from),
            headers: change.headers,
            settings: Settings {
                max_attempts: change.max_attempts,
                in_flight: change.in_flight,
                per_second: change.per_second,
                order_by: change.order_by,
                any_2xx: change.any_2xx,
                standard_headers: change.standard_headers,
                disable_on_gone: change.disable_on_gone,
                disable_after_hours: change.disable_after_hours,
                probe: change.probe,
                error_email: change.error_email,
                client_certificate: change.client_certificate,
                client_key: change.client_key,
                oauth: change.oauth.map(webhook::Oauth::from),
            },
        }
    }
}

/// A secret for another.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rotate {
    /// One is made and shown once unless it is given.
    pub secret: Option<String>,
    /// So long the secret before signs too, in `webhook-signature`: from 0 to 720 hours; 24 unless said.
    pub overlap_hours: Option<i64>,
}
