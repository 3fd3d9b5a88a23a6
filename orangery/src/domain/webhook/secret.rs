//! The secret that signs, and how it is changed for another (docs/courier.md).

use courier::endpoint::Webhook;
use jiff::{SignedDuration, Timestamp};

use super::{
    check::{check, fault},
    is_waiting,
    settings::Clear,
    touch,
};
use crate::{
    error::{Error, Result},
    work::Work,
};

/// So long the secret before signs too, unless somebody says otherwise.
pub const OVERLAP_HOURS: i64 = 24;
const LONGEST_OVERLAP: i64 = 720;

/// A secret for another.
#[derive(Debug, Clone)]
pub struct Rotation {
    pub secret: String,
    /// From 0 to 720; 24 unless said.
    pub overlap_hours: Option<i64>,
}

/// The new secret signs from now on; the one before also does for some hours, where both can be told apart.
///
/// Nothing is pinged: nobody there can know the new secret yet.
pub async fn rotate_secret(work: &mut Work, id: i64, rotation: &Rotation) -> Result<Webhook> {
    let Rotation { secret, overlap_hours } = rotation;
    let hours = overlap_hours.unwrap_or(OVERLAP_HOURS);
    let before: Webhook = work.tx.lock(id).await?;
    let mut faults = Vec::new();
    if !(0..=LONGEST_OVERLAP).contains(&hours) {
        faults.push(fault("overlap_hours", format!("must be from 0 to {LONGEST_OVERLAP}")));
    }
    if is_current(work, &before, secret) {
        faults.push(fault("secret", "is the one that signs already"));
    }
    check(work, &before, &Clear { secret: Some(secret.clone()), ..Clear::default() }, faults)?;
    if is_waiting(&before) {
        return Err(Error::refused("The web hook waits for its first ping: rotate its secret when that is answered"));
    }
    let mut after = before.clone();
    turn(work, &mut after, secret, hours);
    touch(work, &mut after, &before);
    work.update(&before, &after).await?;
    Ok(after)
}

/// Puts a new secret in the place of the one that signs. The same once more is no change.
pub(super) fn turn(work: &Work, row: &mut Webhook, secret: &str, overlap_hours: i64) {
    if is_current(work, row, secret) {
        return;
    }
    let former = std::mem::replace(&mut row.secret, work.seal(secret.as_bytes()));
    let until = work.now + SignedDuration::from_hours(overlap_hours);
    (row.old_secret, row.old_secret_until) = if overlap_hours > 0 { (Some(former), Some(until)) } else { (None, None) };
    row.secret_number += 1;
}

/// Forgets the secret before once its time is over.
pub(super) fn forget_old(row: &mut Webhook, now: Timestamp) {
    if row.old_secret_until.is_some_and(|it| it <= now) {
        (row.old_secret, row.old_secret_until) = (None, None);
    }
}

fn is_current(work: &Work, row: &Webhook, secret: &str) -> bool {
    work.open(&row.secret).is_some_and(|it| it == secret.as_bytes())
}
