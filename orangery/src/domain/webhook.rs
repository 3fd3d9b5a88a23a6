//! Web hook endpoints: who is called, with what, and whether it is at present (WH-1 to WH-4).
//!
//! No verb here calls anybody: `hooks::ping` does that between two Works.

mod check;
mod secret;
mod settings;

use std::collections::BTreeMap;

use courier::{
    client::Outcome,
    endpoint::{Call, Health, Webhook, WebhookEvent},
};
use jiff::SignedDuration;
use sql::{Dialect, Json, params};

pub use secret::{OVERLAP_HOURS, Rotation, rotate_secret};
pub use settings::{Oauth, OrderBy, Settings};

use crate::{
    error::{Fault, Result},
    hooks::{Action, journal},
    patch::Patch,
    tables::WebhookGap,
    words::Word,
    work::Work,
};
use check::{check, fault};
use settings::Clear;

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
    pub settings: Settings,
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
    pub settings: Settings,
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
    let NewWebhook { id, name, url, secret, events, basic, headers, settings } = new.clone();
    let mut row = Webhook::plain(work.now);
    row.id = id.unwrap_or(0);
    row.disabled_why = Some(WAITING.to_owned());
    row.disabled_at = Some(work.now);
    row.name = name.trim().to_owned();
    row.url = url;
    (row.events, row.headers) = (Json(events), Json(headers));
    row.missed_after = Some(journal::head(&work.tx).await?);
    let mut clear = Clear { secret: Some(secret.clone()), ..Clear::default() };
    if let Some(Basic { user, password }) = basic {
        row.basic_user = Some(user);
        clear.basic_password = Some(password.unwrap_or_default());
    }
    settings.apply(&mut row, &mut clear);
    check(work, &row, &clear, Vec::new())?;
    row.secret = work.seal(secret.as_bytes());
    clear.seal(work, &mut row);
    work.insert(&mut row).await?;
    let webhook_id = row.id;
    let mut health = Health {
        id: 0,
        webhook_id,
        failing_since: None,
        warned_at: None,
        gone_at: None,
        probe_at: None,
        told_until: None,
    };
    work.tx.insert(&mut health).await?;
    work.tx.insert(&mut call(&row)).await?;
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
    let (mut after, mut clear) = (before.clone(), Clear::default());
    let faults = apply(change.clone(), &mut after, &mut clear);
    check(work, &after, &clear, faults)?;
    secret::forget_old(&mut after, work.now);
    if let Some(secret) = &clear.secret {
        secret::turn(work, &mut after, secret, OVERLAP_HOURS);
    }
    clear.seal(work, &mut after);
    touch(work, &mut after, &before);
    work.update(&before, &after).await?;
    if after.events != before.events {
        listen(work, &after).await?;
    }
    if looks(&after) != looks(&before) {
        work.tx.insert(&mut call(&after)).await?;
    }
    if call_of(&after) != call_of(&before) {
        begin_health_anew(work, id).await?;
    }
    Ok(after)
}

/// Answers what is null and can't be.
fn apply(change: WebhookChange, after: &mut Webhook, clear: &mut Clear) -> Vec<Fault> {
    let WebhookChange { name, url, secret, events, basic, headers, settings } = change;
    let nulls = [
        ("name", name == Patch::Null),
        ("url", url == Patch::Null),
        ("secret", secret == Patch::Null),
        ("events", events == Patch::Null),
    ];
    let mut faults: Vec<_> = nulls.iter().filter(|it| it.1).map(|it| fault(it.0, "can't be null")).collect();
    faults.extend(settings.nulls());
    name.map(|it| it.trim().to_owned()).set(&mut after.name);
    url.set(&mut after.url);
    events.set(&mut after.events.0);
    clear.secret = secret.value();
    match basic {
        Patch::Absent => {}
        Patch::Null => (after.basic_user, after.basic_password) = (None, None),
        Patch::Value(Basic { user, password }) => {
            after.basic_user = Some(user);
            clear.basic_password = password;
        }
    }
    match headers {
        Patch::Absent => {}
        Patch::Null => after.headers.0.clear(),
        Patch::Value(headers) => merge(&mut after.headers.0, headers),
    }
    settings.apply(after, clear);
    faults
}

/// What requests look like from now on.
fn call(row: &Webhook) -> Call {
    Call {
        id: 0,
        webhook_id: row.id,
        since: row.updated_at,
        url: row.url.clone(),
        header_names: Json(row.headers.0.keys().cloned().collect()),
        basic: row.basic_user.is_some(),
        oauth: row.oauth.is_some(),
        standard_headers: row.standard_headers,
    }
}

/// The same whenever it became so.
fn looks(row: &Webhook) -> Call {
    Call { since: row.created_at, ..call(row) }
}

/// How it fared with another address, other credentials, or before it was disabled, says nothing of how it will fare.
async fn begin_health_anew(work: &Work, id: i64) -> Result<()> {
    let sql = "update webhook_health set failing_since = null, warned_at = null, gone_at = null, probe_at = null where webhook_id = $1";
    work.tx.execute(sql, params![id]).await?;
    Ok(())
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
    let succeeded = succeeded(&before, outcome);
    after.last_ping_error = (!succeeded).then(|| outcome.describe());
    match (succeeded, then) {
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
    if after.enabled && !before.enabled {
        begin_health_anew(work, after.id).await?;
        end_gap(work, &before).await?;
    }
    Ok(after)
}

/// Keeps from when to when it was disabled, so that what it missed can be sent also when it was disabled again.
async fn end_gap(work: &Work, disabled: &Webhook) -> Result<()> {
    let head = journal::head(&work.tx).await?;
    let Some(after_seq) = disabled.missed_after else { return Ok(()) };
    // On PostgreSQL Works that did not see it enabled may be numbered later. What was sent is missed by nobody, though it is in a gap.
    let until_seq = match work.tx.dialect() {
        Dialect::Sqlite => head,
        Dialect::Postgres => head + 1000,
    };
    if until_seq > after_seq {
        work.tx.insert(&mut WebhookGap { id: 0, webhook_id: disabled.id, after_seq, until_seq }).await?;
    }
    Ok(())
}

/// Whether a ping was answered as this endpoint's deliveries are to be answered: with 200 (WH-9), or any 2xx where that counts.
pub fn succeeded(row: &Webhook, outcome: &Outcome) -> bool {
    outcome.succeeds(row.any_2xx)
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

/// What decides how a ping goes, secrets as they are sealed.
fn call_of(row: &Webhook) -> impl PartialEq {
    (
        (row.url.clone(), row.secret.clone(), row.headers.clone(), row.any_2xx),
        (row.basic_user.clone(), row.basic_password.clone()),
        (row.client_certificate.clone(), row.client_key.clone()),
        (row.oauth.clone(), row.oauth_secret.clone(), row.standard_headers),
    )
}
