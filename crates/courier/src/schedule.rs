//! When a failed delivery is tried again (WH-9).

use jiff::{SignedDuration, Timestamp};

/// Minutes from one attempt to the next. Seven attempts, 15 h 16 min from the first to the last.
pub const LADDER: [i64; 6] = [1, 15, 60, 120, 240, 480];
/// As many attempts as the ladder has: the first, and one after each wait.
pub const MAX_ATTEMPTS: i64 = LADDER.len() as i64 + 1;

/// The time of the attempt after attempt `number` (from 1), which was started at `started`.
///
/// `Retry-After` may delay it by at most one step of the ladder: to where the attempt after would be at the earliest,
/// had this wait been that one. It never hastens it.
pub fn next_attempt(number: i64, started: Timestamp, finished: Timestamp, retry_after: Option<&str>) -> Timestamp {
    let earliest = started + step(number);
    let latest = started + step(number + 1);
    match retry_after.and_then(|it| asked_for(it, finished)) {
        Some(asked) => asked.clamp(earliest, latest),
        None => earliest,
    }
}

/// The wait after attempt `number`; attempts beyond the ladder wait as long as its last step.
fn step(number: i64) -> SignedDuration {
    let last = LADDER.len() - 1;
    let index = usize::try_from(number - 1).unwrap_or(0).min(last);
    SignedDuration::from_mins(LADDER[index])
}

/// Seconds, or an HTTP date.
fn asked_for(header: &str, now: Timestamp) -> Option<Timestamp> {
    let header = header.trim();
    if let Ok(seconds) = header.parse::<u32>() {
        return now.checked_add(SignedDuration::from_secs(seconds.into())).ok();
    }
    jiff::fmt::rfc2822::parse(header).ok().map(|it| it.timestamp())
}
