//! Times and dates, kept as they were written, since there are several ways to write one.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use crate::part::{Fault, Part, serde};

/// A moment in UTC, such as `2015-03-11T13:25:25.313Z`: with milliseconds for job posts, scorecards and stages, in whole
/// seconds elsewhere.
///
/// It is kept as it was sent: [`as_str`](Self::as_str) is what the parsers of `jiff`, `chrono` and `time` understand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Timestamp(String);

impl Timestamp {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// None where it isn't a moment since 1970 that was written in UTC.
    pub fn to_system_time(&self) -> Option<SystemTime> {
        let (date, time) = self.0.strip_suffix('Z')?.split_once('T')?;
        let (year, month, day) = iso(date)?;
        let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
        let mut parts = time.split(':');
        let mut next = |below: u64| parts.next().and_then(|it| number(it, 2)).filter(|it| *it < below);
        let (hour, minute, second) = (next(24)?, next(60)?, next(60)?);
        if parts.next().is_some() || fraction.len() > 9 {
            return None;
        }
        let nanos = number(fraction, fraction.len())? * 10_u64.pow(9 - fraction.len() as u32);
        let seconds = u64::try_from(days_since_1970(year, month, day)).ok()? * 86_400;
        let seconds = seconds + hour * 3600 + minute * 60 + second;
        Some(UNIX_EPOCH + Duration::from_secs(seconds) + Duration::from_nanos(nanos))
    }
}

/// A day, such as `2013-03-22`; in educations, employments and the `start_date` of an offer `03/22/2013`.
///
/// It is kept as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Date(String);

impl Date {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Year, month and day, of either way to write it. None where there is no such day.
    pub fn ymd(&self) -> Option<(i64, u8, u8)> {
        iso(&self.0).or_else(|| american(&self.0))
    }
}

fn iso(text: &str) -> Option<(i64, u8, u8)> {
    let mut parts = text.split('-');
    day_of(parts.next()?, parts.next()?, parts.next()?).filter(|_| parts.next().is_none())
}

fn american(text: &str) -> Option<(i64, u8, u8)> {
    let mut parts = text.split('/');
    let (month, day, year) = (parts.next()?, parts.next()?, parts.next()?);
    day_of(year, month, day).filter(|_| parts.next().is_none())
}

fn day_of(year: &str, month: &str, day: &str) -> Option<(i64, u8, u8)> {
    let (year, month, day) = (number(year, 4)? as i64, number(month, 2)? as u8, number(day, 2)? as u8);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some((year, month, day))
}

fn number(text: &str, digits: usize) -> Option<u64> {
    (text.len() == digits && text.bytes().all(|it| it.is_ascii_digit())).then(|| text.parse().ok())?
}

/// Counts years from March on, so that the leap day is the last of its year.
fn days_since_1970(year: i64, month: u8, day: u8) -> i64 {
    let (month, day) = (i64::from(month), i64::from(day));
    let (year, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days_before_month = (153 * months + 2) / 5;
    year * 365 + year / 4 - year / 100 + year / 400 + days_before_month + day - 1 - 719_468
}

macro_rules! texts {
    ($($Name:ident)*) => {$(
        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Part for $Name {
            fn read(found: Option<Value>) -> Result<Self, Fault> {
                String::read(found).map(Self)
            }

            fn write(&self) -> Value {
                self.0.write()
            }
        }

        serde!($Name);
    )*};
}

texts! { Timestamp Date }
