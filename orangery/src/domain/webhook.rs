//! Web hook endpoints: who is called, with what, and whether it is at present (WH-1 to WH-4).
//!
//! No verb here calls anybody: `hooks::ping` does that between two Works.

use std::collections::{BTreeMap, HashSet};

use courier::{
    client::Outcome,
    endpoint::{Draft, Webhook, WebhookEvent, validate},
};
use jiff::SignedDuration;
use sql::{Json, params};

use crate::{
    error::{Error, Fault, Result},
    hooks::{Action, journal},
    patch::Patch,
    words::Word,
    work::Work,
};

/// As many attempts as the ladder of retries has (WH-9).
pub const MAX_ATTEMPTS: i64 = courier::LADDER.len() as i64 + 1;
/// Listens to everything.
pub const ALL: &str = "all";

const WAITING: &str = "Waiting for its ping";

#[derive(Debug, Clone)]
pub struct NewWebhook {
    pub id: Option<i64>,
    pub name: String,
    pub url: String,
    pub secret: String,
    /// Names of actions, or `all` alone.
    pub events: Vec<String>,
    pub basic: Option<Basic>,
    pub headers: BTreeMap<String, String>,
    pub max_attempts: Option<i64>,
    pub error_email: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Basic {
    pub user: String,
    /// `None` keeps the one there is.
    pub password: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub struct WebhookChange {
    pub name: Patch<String>,
    pub url: Patch<String>,
    pub secret: Patch<String>,
    pub events: Patch<Vec<String>>,
    pub basic: Patch<Basic>,
    /// Merged into those there are; one that is `None` is taken away. They can't be read, so nobody could send them all again.
    pub headers: Patch<BTreeMap<String, Option<String>>>,
    pub max_attempts: Patch<i64>,
    pub error_email: Patch<String>,
}

/// What a ping that succeeds leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// It was saved for the first time, or is to be enabled.
    Enable,
    Keep,
}

/// Stores a new endpoint, disabled until its ping was answered.
pub async fn create(work: &mut Work, new: &NewWebhook) -> Result<Webhook> {
    let NewWebhook { id, name, url, secret, events, basic, headers, max_attempts, error_email } = new.clone();
    let mut row = Webhook {
        id: id.unwrap_or(0),
        name: name.trim().to_owned(),
        url,
        secret: work.seal(secret.as_bytes()),
        events: Json(events),
        basic_user: basic.as_ref().map(|it| it.user.clone()),
        basic_password: None,
        headers: Json(headers),
        enabled: false,
        disabled_why: Some(WAITING.to_owned()),
        disabled_at: Some(work.now),
        missed_after: Some(journal::head(&work.tx).await?),
        max_attempts: max_attempts.unwrap_or(MAX_ATTEMPTS),
        error_email,
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
        created_at: work.now,
        updated_at: work.now,
        last_ping_at: None,
        last_ping_status: None,
        last_ping_error: None,
    };
    let password = basic.map(|it| it.password.unwrap_or_default());
    check(work, &row, Some(&secret), password.as_deref(), Vec::new())?;
    row.basic_password = password.map(|it| work.seal(it.as_bytes()));
    work.insert(&mut row).await?;
    listen(work, &row).await?;
    Ok(row)
}

/// Whether its first ping, which enables it, is still to be answered.
fn is_waiting(row: &Webhook) -> bool {
    !row.enabled && row.disabled_why.as_deref() == Some(WAITING)
}

/// What the ping of an endpoint that was changed leads to: it takes the place of the first one, if that is still under way.
pub fn then(changed: &Webhook) -> Then {
    if is_waiting(changed) { Then::Enable } else { Then::Keep }
}

/// Changes what an endpoint is. It keeps its state until its ping is answered.
pub async fn update(work: &mut Work, id: i64, change: &WebhookChange) -> Result<Webhook> {
    let before: Webhook = work.tx.lock(id).await?;
    let mut after = before.clone();
    let WebhookChange { name, url, secret, events, basic, headers, max_attempts, error_email } = change.clone();
    let nulls = [
        ("name", name == Patch::Null),
        ("url", url == Patch::Null),
        ("secret", secret == Patch::Null),
        ("events", events == Patch::Null),
        ("max_attempts", max_attempts == Patch::Null),
    ];
    let faults = nulls.iter().filter(|it| it.1).map(|it| fault(it.0, "can't be null")).collect();
    name.map(|it| it.trim().to_owned()).set(&mut after.name);
    url.set(&mut after.url);
    events.set(&mut after.events.0);
    max_attempts.set(&mut after.max_attempts);
    error_email.apply(&mut after.error_email);
    let secret = secret.value();
    let password = match basic {
        Patch::Absent => None,
        Patch::Null => {
            (after.basic_user, after.basic_password) = (None, None);
            None
        }
        Patch::Value(Basic { user, password }) => {
            after.basic_user = Some(user);
            password
        }
    };
    match headers {
        Patch::Absent => {}
        Patch::Null => after.headers.0.clear(),
        Patch::Value(headers) => merge(&mut after.headers.0, headers),
    }
    check(work, &after, secret.as_deref(), password.as_deref(), faults)?;
    if let Some(secret) = secret {
        after.secret = work.seal(secret.as_bytes());
    }
    if let Some(password) = password {
        after.basic_password = Some(work.seal(password.as_bytes()));
    }
    touch(work, &mut after, &before);
    work.update(&before, &after).await?;
    if after.events != before.events {
        listen(work, &after).await?;
    }
    Ok(after)
}

/// Keeps what came of a ping, and what follows from it: one that fails disables (WH-3). Where the endpoint was changed again meanwhile, it has
/// a ping of its own, and this one says nothing.
pub async fn pinged(work: &mut Work, as_pinged: &Webhook, outcome: &Outcome, then: Then) -> Result<Webhook> {
    let before: Webhook = work.tx.lock(as_pinged.id).await?;
    // Whatever else was done to it is newer than the wish to enable it, such as that somebody disabled it.
    let touched = then == Then::Enable && before.updated_at != as_pinged.updated_at;
    if touched || call_of(&before) != call_of(as_pinged) {
        return Ok(before);
    }
    let mut after = before.clone();
    after.last_ping_at = Some(work.now);
    after.last_ping_status = outcome.status.map(i64::from);
    after.last_ping_error = (!outcome.succeeded()).then(|| outcome.describe());
    match (outcome.succeeded(), then) {
        (true, Then::Enable) => {
            (after.enabled, after.disabled_why, after.disabled_at) = (true, None, None);
        }
        (true, Then::Keep) => {}
        (false, _) => {
            let why = format!("The ping failed: {}", outcome.describe());
            shut(work, &mut after, why).await?;
        }
    }
    if after.enabled != before.enabled {
        touch(work, &mut after, &before);
    }
    work.update(&before, &after).await?;
    Ok(after)
}

/// Ends deliveries until somebody enables the endpoint again (WH-4). What is pending is held by the courier. One that is disabled keeps
/// its reason, but a ping under way does not enable it any more.
pub async fn disable(work: &mut Work, id: i64) -> Result<Webhook> {
    let before: Webhook = work.tx.lock(id).await?;
    let mut after = before.clone();
    if before.enabled || is_waiting(&before) {
        shut(work, &mut after, "Disabled by hand".to_owned()).await?;
    }
    touch(work, &mut after, &before);
    work.update(&before, &after).await?;
    work.deliver();
    Ok(after)
}

/// Deletes an endpoint with its log. A long log is taken away before, in small steps: `hooks::deliveries::end`.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let row: Webhook = work.tx.lock(id).await?;
    journal::forget_endpoint(work, id).await?;
    work.delete(&row).await
}

/// The actions that these events stand for.
pub fn listened(events: &[String]) -> impl Iterator<Item = Action> {
    let all = events.iter().any(|it| it == ALL);
    Action::ALL.iter().copied().filter(move |it| all || events.iter().any(|name| name == it.word()))
}

/// Writes one row for each action that is listened to.
async fn listen(work: &Work, row: &Webhook) -> Result<()> {
    work.tx.delete_where::<WebhookEvent>("where webhook_id = $1", params![row.id]).await?;
    for action in listened(&row.events.0) {
        let mut event = WebhookEvent { id: 0, webhook_id: row.id, action: action.word().to_owned() };
        work.tx.insert(&mut event).await?;
    }
    Ok(())
}

/// Disables, and remembers from where on it misses what happens.
pub(super) async fn shut(work: &Work, row: &mut Webhook, why: String) -> Result<()> {
    if row.enabled {
        row.disabled_at = Some(work.now);
        row.missed_after = Some(journal::head(&work.tx).await?);
    }
    row.enabled = false;
    row.disabled_why = Some(why);
    Ok(())
}

/// Couriers notice by this time that an endpoint changed, so that no two changes have the same.
pub(super) fn touch(work: &Work, after: &mut Webhook, before: &Webhook) {
    after.updated_at = work.now.max(before.updated_at + SignedDuration::from_millis(1));
}

/// Header names know no case.
fn merge(headers: &mut BTreeMap<String, String>, changes: BTreeMap<String, Option<String>>) {
    for name in changes.keys() {
        headers.retain(|it, _| !it.eq_ignore_ascii_case(name));
    }
    headers.extend(changes.into_iter().filter_map(|(name, value)| Some((name, value?))));
}

/// What decides how a ping goes.
fn call_of(row: &Webhook) -> impl PartialEq {
    (row.url.clone(), row.secret.clone(), row.basic_user.clone(), row.basic_password.clone(), row.headers.clone())
}

fn fault(field: impl Into<String>, message: impl Into<String>) -> Fault {
    Fault { field: field.into(), message: message.into() }
}

/// Refuses with everything that is wrong. A secret or password that is `None` is kept.
fn check(
    work: &Work,
    row: &Webhook,
    secret: Option<&str>,
    password: Option<&str>,
    mut faults: Vec<Fault>,
) -> Result<()> {
    let draft = Draft {
        name: &row.name,
        url: &row.url,
        secret,
        basic_user: row.basic_user.as_deref(),
        basic_password: password,
        headers: &row.headers.0,
        max_attempts: row.max_attempts,
        in_flight: (row.in_flight != 0).then_some(row.in_flight),
        per_second: row.per_second,
        order_by: row.order_by.as_deref(),
        disable_after_hours: row.disable_after_hours,
        client_certificate: row.client_certificate.as_deref(),
        client_key: None,
        oauth: row.oauth.as_ref().map(|it| &it.0),
        oauth_secret: None,
    };
    for (field, message) in validate(&draft, work.guard()) {
        match field {
            "basic_user" => faults.push(fault("basic.user", message)),
            "basic_password" => faults.push(fault("basic.password", message)),
            // Ours is the stricter limit.
            "max_attempts" => {}
            field => faults.push(fault(field, message)),
        }
    }
    if !(1..=MAX_ATTEMPTS).contains(&row.max_attempts) {
        faults.push(fault("max_attempts", format!("must be from 1 to {MAX_ATTEMPTS}")));
    }
    check_events(&row.events.0, &mut faults);
    if row.error_email.as_deref().is_some_and(|it| !is_address(it)) {
        faults.push(fault("error_email", "must be an e-mail address"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

fn check_events(events: &[String], faults: &mut Vec<Fault>) {
    if events.is_empty() {
        faults.push(fault("events", "must name at least one event, or be [\"all\"]"));
    }
    // More than there are names what is there twice; each fault would be as long as the list of all.
    if events.len() > Action::ALL.len() {
        faults.push(fault("events", format!("must be at most {}", Action::ALL.len())));
        return;
    }
    let mut seen = HashSet::new();
    for (n, event) in events.iter().enumerate() {
        let field = format!("events[{n}]");
        if event == ALL {
            if events.len() > 1 {
                faults.push(fault(field, "\"all\" must stand alone"));
            }
        } else if Action::parse(event).is_none() {
            faults.push(fault(field, format!("must be one of: all, {}", Action::list())));
        } else if !seen.insert(event) {
            faults.push(fault(field, format!("names {event} twice")));
        }
    }
}

fn is_address(text: &str) -> bool {
    let plain = text.len() <= 255 && !text.chars().any(|it| it.is_whitespace() || it.is_control());
    plain
        && text
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
}
