//! Who is called: the rows of an endpoint, what may stand in them, and the ping (WH-1 to WH-4).

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use sql::{Json, Result, Tx};

use crate::{
    client::{Client, Outcome},
    schedule::MAX_ATTEMPTS,
    seal::Seal,
    sign,
    tables::{HELD, PENDING},
    target::{Marks, Parts, Target},
};

pub use crate::{
    oauth::Oauth,
    validate::{Draft, Wrong, validate},
};

sql::table! {
    Webhook: "webhooks" {
        id: i64,
        name: String,
        url: String,
        /// Sealed.
        secret: Vec<u8>,
        /// Names of actions, or `all` alone.
        events: Json<Vec<String>>,
        basic_user: Option<String>,
        /// Sealed.
        basic_password: Option<Vec<u8>>,
        headers: Json<BTreeMap<String, String>>,
        enabled: bool,
        disabled_why: Option<String>,
        disabled_at: Option<Timestamp>,
        /// The last number of the journal when it was disabled: what came later it may have missed.
        missed_after: Option<i64>,
        max_attempts: i64,
        error_email: Option<String>,
        /// At most so many at once; 0 stands for the courier's default.
        in_flight: i64,
        /// At most so many attempts are begun a second.
        per_second: Option<i64>,
        /// `candidate` or `application`: the next event of one waits for the one before it.
        order_by: Option<String>,
        /// Whether any 2xx counts, not only the documented 200.
        any_2xx: bool,
        /// Whether the headers of Standard Webhooks are sent too.
        standard_headers: bool,
        /// Whether a 410 disables it.
        disable_on_gone: bool,
        /// Disabled after so many hours of nothing but failures.
        disable_after_hours: Option<i64>,
        /// Whether a dead endpoint is tried by one delivery while the others wait.
        probe: bool,
        /// Counts the secrets it had, from 1.
        secret_number: i64,
        /// Sealed. The one before, which signs beside the new one until then (Standard Webhooks only).
        old_secret: Option<Vec<u8>>,
        old_secret_until: Option<Timestamp>,
        /// PEM, the chain that it is shown (mTLS).
        client_certificate: Option<String>,
        /// PEM, sealed.
        client_key: Option<Vec<u8>>,
        oauth: Option<Json<Oauth>>,
        /// Sealed.
        oauth_secret: Option<Vec<u8>>,
        created_at: Timestamp,
        updated_at: Timestamp,
        last_ping_at: Option<Timestamp>,
        last_ping_status: Option<i64>,
        last_ping_error: Option<String>,
    }
}

impl Webhook {
    /// One that does all as it is documented, disabled, and has yet to be told where and of what.
    pub fn plain(now: Timestamp) -> Self {
        Self {
            id: 0,
            name: String::new(),
            url: String::new(),
            secret: Vec::new(),
            events: Json(Vec::new()),
            basic_user: None,
            basic_password: None,
            headers: Json(BTreeMap::new()),
            enabled: false,
            disabled_why: None,
            disabled_at: None,
            missed_after: None,
            max_attempts: MAX_ATTEMPTS,
            error_email: None,
            in_flight: 0,
            per_second: None,
            order_by: None,
            any_2xx: false,
            standard_headers: false,
            disable_on_gone: false,
            disable_after_hours: None,
            probe: false,
            secret_number: 1,
            old_secret: None,
            old_secret_until: None,
            client_certificate: None,
            client_key: None,
            oauth: None,
            oauth_secret: None,
            created_at: now,
            updated_at: now,
            last_ping_at: None,
            last_ping_status: None,
            last_ping_error: None,
        }
    }
}

sql::table! {
    /// How an endpoint fares. One row for each; couriers write it when it changes.
    Health: "webhook_health" {
        id: i64,
        webhook_id: i64,
        /// Since when it answered nothing but failures.
        failing_since: Option<Timestamp>,
        /// When those who look after it were warned that it will be disabled.
        warned_at: Option<Timestamp>,
        /// Of when the settings are that it answered 410 to, where that is to disable it: nothing is sent from then on.
        gone_at: Option<Timestamp>,
        /// When a dead one is tried next.
        probe_at: Option<Timestamp>,
        /// Up to when somebody was told of deliveries that were given up. No courier's business.
        told_until: Option<Timestamp>,
    }
}

sql::table! {
    /// What requests looked like from a time on, without secrets.
    Call: "webhook_calls" {
        id: i64,
        webhook_id: i64,
        /// `updated_at` of the endpoint when it became so.
        since: Timestamp,
        url: String,
        header_names: Json<Vec<String>>,
        basic: bool,
        oauth: bool,
        standard_headers: bool,
    }
}

sql::table! {
    /// That an endpoint listens to an action; one row for each, also when it listens to all.
    WebhookEvent: "webhook_events" {
        id: i64,
        webhook_id: i64,
        action: String,
    }
}

/// Opens the secrets of an endpoint, ready to post. The errors repeat no value.
pub fn target(webhook: &Webhook, seal: &Seal, user_agent: &str) -> Result<Target, String> {
    let open = |sealed: &[u8]| seal.open(sealed).map_err(|why| why.to_string());
    let secret = open(&webhook.secret)?;
    let old_secret = webhook.old_secret.as_deref().map(open).transpose()?;
    let text = |sealed: &Option<Vec<u8>>| {
        let plain = sealed.as_deref().map(open).transpose()?;
        plain.map(String::from_utf8).transpose().map_err(|_| "a secret of the endpoint is not text".to_owned())
    };
    let (password, key, oauth_secret) =
        (text(&webhook.basic_password)?, text(&webhook.client_key)?, text(&webhook.oauth_secret)?);
    Target::new(&Parts {
        url: &webhook.url,
        secret: &secret,
        old_secret: old_secret.as_deref().zip(webhook.old_secret_until),
        standard_headers: webhook.standard_headers,
        basic_user: webhook.basic_user.as_deref(),
        basic_password: password.as_deref(),
        headers: &webhook.headers.0,
        user_agent,
        identity: webhook.client_certificate.as_deref().map(|it| (it, key.as_deref().unwrap_or_default())),
        oauth: webhook.oauth.as_ref().map(|it| (&it.0, oauth_secret.as_deref().unwrap_or_default())),
    })
}

/// Sends an endpoint its configuration, signed like any delivery (WH-3). `events` are the labels of what it listens to.
///
/// The caller keeps the outcome in the row, and disables the endpoint where it did not succeed.
pub async fn ping(
    client: &Client,
    seal: &Seal,
    user_agent: &str,
    webhook: &Webhook,
    events: &[String],
    now: Timestamp,
) -> Outcome {
    let target = match target(webhook, seal, user_agent) {
        Ok(target) => target,
        Err(why) => return Outcome::failed(why),
    };
    let id = format!("ping-{}-{}", webhook.id, now.as_millisecond());
    client.post(target.post(&id, ping_body(webhook, events).into(), Marks::default(), now)).await
}

fn ping_body(webhook: &Webhook, events: &[String]) -> String {
    let event = match events {
        [one] => json!(one),
        several => json!(several),
    };
    let body = json!({
        "action": "ping",
        "payload": {
            "web_hook_id": webhook.id,
            "endpoint_url": webhook.url,
            "name": webhook.name,
            "event": event,
            "active": webhook.enabled,
            "content-type": "application/json",
            "created_at": timestamp(webhook.created_at),
            "updated_at": timestamp(webhook.updated_at),
        },
    });
    sign::escape(&body.to_string())
}

fn timestamp(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// Holds what is pending for an endpoint that was just disabled (WH-4); what is in flight ends or is held by the
/// courier. For a long backlog the courier does the same in small steps, so this may be left to it.
pub async fn hold(tx: &Tx, webhook_id: i64) -> Result<u64> {
    let sql = "update deliveries set status = $2, due_at = null
        where webhook_id = $1 and due_at is not null and node is null and status = $3";
    tx.execute(sql, sql::params![webhook_id, HELD, PENDING]).await
}
