//! What people write behind flags: events, times, durations, and the record that a preview is about.

use std::time::Duration;

use clap::Args;
use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

use super::opened::system_clock;
use crate::{
    hooks::{Action, deliveries::DeliveryStatus, preview::Subject},
    words::Word,
};

/// A documented event.
pub fn action(text: &str) -> Result<Action, String> {
    Action::parse(text).ok_or_else(|| format!("must be one of: {}", Action::list()))
}

pub fn status(text: &str) -> Result<DeliveryStatus, String> {
    DeliveryStatus::parse(text).ok_or_else(|| format!("must be one of: {}", DeliveryStatus::list()))
}

/// From 0 to 1.
pub fn part(text: &str) -> Result<f64, String> {
    let part: f64 = text.parse().map_err(|_| "must be a number from 0 to 1, such as 0.3")?;
    if (0.0..=1.0).contains(&part) { Ok(part) } else { Err("must be from 0 to 1".to_owned()) }
}

/// `500ms`, `2s`, `1m`; at most an hour.
pub fn duration(text: &str) -> Result<Duration, String> {
    let millis = millis(text).ok_or("must be a number and a unit: 500ms, 2s, 1m")?;
    match millis {
        0..=3_600_000 => Ok(Duration::from_millis(millis)),
        _ => Err("must be at most an hour".to_owned()),
    }
}

fn millis(text: &str) -> Option<u64> {
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let of_unit = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 7 * 86_400_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(of_unit)
}

/// `2h` is two hours ago; a day, a day with a time, both in UTC; or all of RFC 3339.
pub fn moment(text: &str) -> Result<Timestamp, String> {
    const HOW: &str = "must be how long ago (90s, 15m, 2h, 3d, 1w), or a time in UTC (2026-11-21, '2026-11-21 10:00')";
    if let Some(millis) = millis(text) {
        let ago = i64::try_from(millis).ok().map(SignedDuration::from_millis);
        return ago.and_then(|it| system_clock().checked_sub(it).ok()).ok_or_else(|| HOW.to_owned());
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let local = text
        .parse::<civil::DateTime>()
        .ok()
        .or_else(|| Some(text.parse::<civil::Date>().ok()?.to_datetime(civil::Time::midnight())));
    let at = local.and_then(|it| it.to_zoned(TimeZone::UTC).ok());
    at.map(|it| it.timestamp()).ok_or_else(|| HOW.to_owned())
}

/// Which record an event is to be about.
#[derive(Args, Debug, Default, Clone)]
#[command(next_help_heading = "The record it is about [default: the latest that fits]")]
pub struct Of {
    #[arg(long, value_name = "ID")]
    candidate: Option<i64>,
    /// Events of offers and interviews also take the application's latest
    #[arg(long, value_name = "ID")]
    application: Option<i64>,
    #[arg(long, value_name = "ID")]
    job: Option<i64>,
    #[arg(long, value_name = "ID")]
    offer: Option<i64>,
    #[arg(long, value_name = "ID")]
    job_post: Option<i64>,
    #[arg(long, value_name = "ID")]
    stage: Option<i64>,
    /// A scheduled interview
    #[arg(long, value_name = "ID")]
    interview: Option<i64>,
    #[arg(long, value_name = "ID")]
    scorecard: Option<i64>,
    #[arg(long, value_name = "ID")]
    department: Option<i64>,
    #[arg(long, value_name = "ID")]
    office: Option<i64>,
    /// For merge_candidate: with whom the candidate lives on
    #[arg(long, value_name = "ID")]
    into: Option<i64>,
    /// For candidate_anonymized: what is erased, again and again [default: everything]
    #[arg(long = "field", value_name = "NAME")]
    fields: Vec<String>,
}

impl Of {
    pub fn subject(self) -> Subject {
        let Self {
            candidate,
            application,
            job,
            offer,
            job_post,
            stage,
            interview,
            scorecard,
            department,
            office,
            into,
            fields,
        } = self;
        Subject {
            candidate_id: candidate,
            application_id: application,
            job_id: job,
            offer_id: offer,
            job_post_id: job_post,
            stage_id: stage,
            scheduled_interview_id: interview,
            scorecard_id: scorecard,
            department_id: department,
            office_id: office,
            kept_candidate_id: into,
            fields: (!fields.is_empty()).then_some(fields),
        }
    }
}

/// What went wrong, in the words of flags instead of fields.
pub fn by_flags(error: crate::error::Error) -> String {
    const FLAGS: [(&str, &str); 12] = [
        ("kept_candidate_id", "--into"),
        ("candidate_id", "--candidate"),
        ("application_id", "--application"),
        ("job_post_id", "--job-post"),
        ("job_id", "--job"),
        ("offer_id", "--offer"),
        ("stage_id", "--stage"),
        ("scheduled_interview_id", "--interview"),
        ("scorecard_id", "--scorecard"),
        ("department_id", "--department"),
        ("office_id", "--office"),
        ("fields", "--field"),
    ];
    let crate::error::Error::Invalid(faults) = error else { return error.to_string() };
    let said = faults.into_iter().map(|fault| {
        let mut message = fault.message;
        for (field, flag) in FLAGS {
            message = message.replace(field, flag);
        }
        match FLAGS.iter().find(|it| it.0 == fault.field) {
            Some((_, flag)) => format!("{flag}: {message}"),
            None => message,
        }
    });
    said.collect::<Vec<_>>().join("; ")
}
