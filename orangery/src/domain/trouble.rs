//! Endpoints in trouble: those who look after one are told of what was given up, warned, and told when it was disabled. `hooks::watch` calls
//! these verbs; each does what is due, or nothing, so that it may be called at any time and after any crash.

use courier::endpoint::{Health, Webhook};
use jiff::{SignedDuration, Timestamp};
use sql::params;
use url::Url;

use super::{
    mail::{self, NewMail},
    notice, webhook,
};
use crate::{
    error::Result,
    hooks::trouble::{GivenUp, MOST, given_up},
    tables::{MailKind, NoticeKind},
    work::Work,
};

/// Of what was given up, an endpoint's people are told no oftener.
const PAUSE: SignedDuration = SignedDuration::from_hours(1);
/// What was given up longer ago is no news.
const NEWS: SignedDuration = SignedDuration::from_hours(7 * 24);
/// An outcome is committed so soon after the time that it bears. What is younger may still be joined by what is older.
const SETTLED: SignedDuration = SignedDuration::from_secs(5);

/// What is to be done about an endpoint that answers nothing but failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Gone,
    Failed { since: Timestamp, hours: i64 },
    Warning { since: Timestamp, end: Timestamp },
}

fn due(row: &Webhook, health: &Health, now: Timestamp) -> Option<Due> {
    if !row.enabled {
        return None;
    }
    // Whoever changed the endpoint since wants it tried again.
    if row.disable_on_gone && health.gone_at.is_some_and(|it| it >= row.updated_at) {
        return Some(Due::Gone);
    }
    let (since, hours) = (health.failing_since?, row.disable_after_hours?);
    let patience = SignedDuration::from_hours(hours);
    let failing = now.duration_since(since);
    // A warning of an earlier time says nothing of this one.
    let warned = health.warned_at.is_some_and(|it| it >= since);
    if failing >= patience {
        Some(Due::Failed { since, hours })
    } else if failing >= patience / 2 && !warned {
        Some(Due::Warning { since, end: since + patience })
    } else {
        None
    }
}

/// The enabled endpoints about which something is due.
pub fn troubled(rows: &[Webhook], health: &[Health], now: Timestamp) -> Vec<i64> {
    let of = |row: &Webhook| health.iter().find(|it| it.webhook_id == row.id);
    rows.iter().filter(|row| of(row).is_some_and(|it| due(row, it, now).is_some())).map(|it| it.id).collect()
}

/// Warns of an endpoint, or disables it, where that is due. Answers whether it disabled it.
pub async fn see_to(work: &mut Work, webhook_id: i64) -> Result<bool> {
    let Some((row, health)) = lock(work, webhook_id).await? else { return Ok(false) };
    match due(&row, &health, work.now) {
        None => Ok(false),
        Some(Due::Warning { since, end }) => {
            warn(work, &row, since, end).await?;
            Ok(false)
        }
        Some(Due::Gone) => {
            let why = "Answered 410 Gone".to_owned();
            disable(work, row, why).await?;
            Ok(true)
        }
        Some(Due::Failed { since, hours }) => {
            let hours = if hours == 1 { "an hour".to_owned() } else { format!("{hours} hours") };
            let why = format!("Nothing but failures for {hours}, since {}", time(since));
            disable(work, row, why).await?;
            Ok(true)
        }
    }
}

async fn lock(work: &Work, webhook_id: i64) -> Result<Option<(Webhook, Health)>> {
    let row: Webhook = match work.tx.lock(webhook_id).await {
        Err(sql::Error::NotFound { .. }) => return Ok(None),
        found => found?,
    };
    let health = work.tx.first::<Health>("where webhook_id = $1 {for update}", params![webhook_id]).await?;
    Ok(health.map(|it| (row, it)))
}

async fn warn(work: &mut Work, row: &Webhook, since: Timestamp, end: Timestamp) -> Result<()> {
    let sql = "update webhook_health set warned_at = $2 where webhook_id = $1";
    work.tx.execute(sql, params![row.id, work.now]).await?;
    let what = format!(
        "The {} has answered nothing but failures since {}. If nothing succeeds until {}, it is disabled.",
        name(row),
        time(since),
        time(end)
    );
    notice::post(work, NoticeKind::WebhookFailing, Some(row.id), what.clone()).await?;
    let subject = format!("Web hook {:?} fails, and will be disabled", row.name);
    let help = "What it is sent meanwhile is tried again and again, and kept when it is given up.".to_owned();
    write_all(work, row, MailKind::WebhookFailing, &subject, &[what, help]).await
}

async fn disable(work: &mut Work, before: Webhook, why: String) -> Result<()> {
    let mut row = before.clone();
    webhook::shut(work, &mut row, why.clone()).await?;
    webhook::touch(work, &mut row, &before);
    work.update(&before, &row).await?;
    // The courier holds what is pending.
    work.deliver();
    notice::settle(work, NoticeKind::WebhookFailing, row.id).await?;
    let what = format!("The {} was disabled: {why}.", name(&row));
    let help = format!(
        "What waits is held, and what happens is kept, for as long as journal entries are: 90 days, unless --keep-bodies says otherwise. \
         Once it works again:\n\n    \
         orangery webhook enable {0}\n    orangery replay --webhook {0} --missed",
        row.id
    );
    notice::post(work, NoticeKind::WebhookDisabled, Some(row.id), what.clone()).await?;
    let subject = format!("Web hook {:?} was disabled", row.name);
    write_all(work, &row, MailKind::WebhookDisabled, &subject, &[what, help]).await
}

/// Writes to who looks after an endpoint that deliveries to it were given up, where that is due: an hour after they were told before, and
/// once that mail went out.
pub async fn tell_of_given_up(work: &mut Work, webhook_id: i64) -> Result<()> {
    let Some((row, health)) = lock(work, webhook_id).await? else { return Ok(()) };
    let Some(recipient) = row.error_email.clone() else { return Ok(()) };
    let Some((after, until)) = untold(&health, work.now) else { return Ok(()) };
    if mail::is_waiting(&work.tx, MailKind::DeliveriesGivenUp, row.id).await? {
        return Ok(());
    }
    let Some(found) = given_up(&work.tx, row.id, after, until).await? else { return Ok(()) };
    let sql = "update webhook_health set told_until = $2 where webhook_id = $1";
    work.tx.execute(sql, params![row.id, until]).await?;
    let GivenUp { count, error } = found;
    let (count, deliveries) = match count {
        1 => ("1".to_owned(), "delivery"),
        count if count >= MOST => (format!("{MOST} or more"), "deliveries"),
        count => (count.to_string(), "deliveries"),
    };
    let what = format!(
        "{count} {deliveries} to the {} failed for good since {}: the last attempt failed too.\n\nThe latest error: {error}",
        name(&row),
        time(after)
    );
    let help = format!(
        "They are kept for as long as journal entries are, 90 days unless --keep-bodies says otherwise, and can be sent again once it works:\n\n    orangery replay --webhook {} --failed",
        row.id
    );
    let log = format!(
        "What was sent, and how it was answered:\n\n    {}/api/v1/webhooks/{}/deliveries?status=failed",
        work.look().await?.links.public_url,
        row.id
    );
    let subject = format!("Web hook {:?}: {count} {deliveries} given up", row.name);
    let kind = MailKind::DeliveriesGivenUp;
    write(work, &row, kind, recipient, &subject, &[what, help, log]).await
}

/// The time of which an endpoint's people are to be told now.
pub fn untold(health: &Health, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let until = now - SETTLED;
    match health.told_until {
        Some(told) if told + PAUSE > until => None,
        told => Some((told.unwrap_or(until - NEWS).max(until - NEWS), until)),
    }
}

/// Tells that deliveries to an endpoint were held until they were too old. One notice for all, until somebody has seen it.
pub async fn tell_of_removed(work: &mut Work, webhook_id: i64) -> Result<()> {
    if notice::is_open(work, NoticeKind::HeldRemoved, Some(webhook_id)).await? {
        return Ok(());
    }
    let text = format!(
        "Deliveries to the web hook {webhook_id}, which is disabled, were held for longer than journal entries are kept, and are removed unsent, \
         the oldest first. To send what is left: orangery webhook enable {webhook_id}, then orangery replay --webhook {webhook_id} --missed"
    );
    notice::post(work, NoticeKind::HeldRemoved, Some(webhook_id), text).await
}

/// Writes to all who look after the endpoint: its own address, or the Site Admins.
async fn write_all(work: &mut Work, row: &Webhook, kind: MailKind, subject: &str, text: &[String]) -> Result<()> {
    let recipients = match &row.error_email {
        Some(address) => vec![address.clone()],
        None => site_admins(work).await?,
    };
    for recipient in recipients {
        write(work, row, kind, recipient, subject, text).await?;
    }
    Ok(())
}

async fn site_admins(work: &Work) -> Result<Vec<String>> {
    let catalog = work.catalog().await?;
    let admins = catalog.users.values().filter(|it| it.row.site_admin && !it.row.disabled);
    let mut addresses: Vec<String> = admins.filter_map(|it| it.email().map(str::to_owned)).collect();
    addresses.sort();
    addresses.dedup();
    Ok(addresses)
}

async fn write(
    work: &mut Work,
    row: &Webhook,
    kind: MailKind,
    recipient: String,
    subject: &str,
    text: &[String],
) -> Result<()> {
    let house = work.look().await?.links.public_url.clone();
    let body = format!("{}\n\n-- \nOrangery at {house}\n", text.join("\n\n"));
    let subject = format!("[Orangery] {subject}");
    let new = NewMail { webhook_id: Some(row.id), ..NewMail::new(kind, recipient, subject, body) };
    mail::queue(work, new).await?;
    Ok(())
}

/// How an endpoint is called in a text. Of its address the host only: what follows it may be a secret.
fn name(row: &Webhook) -> String {
    let url = Url::parse(&row.url).ok();
    let host = url.as_ref().and_then(Url::host_str).unwrap_or("?");
    format!("web hook {:?} (id {}, {host})", row.name, row.id)
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// Ends notices of what is over: a warning of an endpoint that does better, was disabled or deleted, and the end of one that is enabled again.
pub async fn settle_notices(work: &mut Work) -> Result<u64> {
    let sql = "update notices set dismissed_at = $1 where dismissed_at is null and ( \
               kind = $2 and not exists (select 1 from webhook_health h join webhooks w on w.id = h.webhook_id \
                   where h.webhook_id = notices.webhook_id and w.enabled and h.failing_since is not null and h.failing_since <= notices.created_at) \
               or kind = $3 and not exists (select 1 from webhooks w where w.id = notices.webhook_id and not w.enabled))";
    let params = params![work.now, NoticeKind::WebhookFailing, NoticeKind::WebhookDisabled];
    Ok(work.tx.execute(sql, params).await?)
}
