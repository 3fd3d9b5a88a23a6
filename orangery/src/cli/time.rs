//! Lengths of time as people write them on a command line: `90d`, `12h`, `5m`, `30s`, and `never` where that makes sense.

use std::{str::FromStr, time::Duration};

use jiff::SignedDuration;
use serde::Deserialize;

use crate::rate::Limit;

/// A number and its unit; a number of seconds has none.
pub fn parse(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no length of time; write 90d, 12h, 5m or 30s");
    let split = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds = match unit.trim() {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 24 * 3600,
        "w" => 7 * 24 * 3600,
        _ => return Err(wrong()),
    };
    // A century is enough for everything that is kept here.
    let all = number.checked_mul(seconds).filter(|it| *it <= 100 * 366 * 24 * 3600);
    all.map(Duration::from_secs).ok_or_else(|| format!("{text} is too long; write never"))
}

/// How long something is kept: a length of time, or `never` (or 0) where it is never removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Kept(pub Option<Duration>);

impl FromStr for Kept {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "never" | "0" => Ok(Self(None)),
            // Seconds would be taken for days, and what is removed does not come back.
            text if text.bytes().all(|it| it.is_ascii_digit()) => {
                Err(format!("{text:?} has no unit; write {text}d for so many days"))
            }
            text => Ok(Self(Some(parse(text)?).filter(|it| !it.is_zero()))),
        }
    }
}

impl TryFrom<String> for Kept {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

/// So many requests in so much time, `50/10s`, or `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(pub Option<Limit>);

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        let wrong = || format!("{text:?} is no limit; write 50/10s, or off");
        let (requests, window) = text.split_once('/').ok_or_else(wrong)?;
        let requests = requests.trim().parse().ok().filter(|it| *it > 0).ok_or_else(wrong)?;
        let window = parse(window.trim()).ok().and_then(|it| SignedDuration::try_from(it).ok());
        let window = window.filter(|it| *it > SignedDuration::ZERO).ok_or_else(wrong)?;
        Ok(Self(Some(Limit { requests, window })))
    }
}

/// As people say it.
pub fn said(time: Option<Duration>) -> String {
    let Some(seconds) = time.map(|it| it.as_secs()) else { return "for ever".to_owned() };
    match (seconds / 86_400, seconds % 86_400) {
        (days, 0) if days != 1 => format!("{days} days"),
        _ => format!("{:.1} hours", seconds as f64 / 3600.0),
    }
}
