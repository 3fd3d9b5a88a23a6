//! What the audit log can be narrowed by (AUD-3): lists by comma, and times.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

use crate::{
    graph::audit::{Filter, Performer},
    http::input::Fields,
    tables::ChangeKind,
    wire::audit::tables,
    words::Word,
};

/// A list is no longer.
const MOST: usize = 100;

/// `now` is what `magic_time` goes back from.
pub fn read(it: &Fields<'_>, now: Timestamp) -> Filter {
    let mut filter = Filter {
        before: it.time("before_time"),
        after: it.time("after_time"),
        performer_ids: ids(it, "performer_ids"),
        performers: words::<Performer>(it, "performer_types"),
        addresses: texts(it, "performer_ip_addresses"),
        kinds: words::<ChangeKind>(it, "event_types"),
        target_ids: ids(it, "event_target_ids"),
        target_types: texts(it, "event_target_types").iter().flat_map(|it| tables(it)).collect(),
        request_ids: texts(it, "request_ids"),
        requests: texts(it, "request_types"),
    };
    let mut narrow = |from: Option<Timestamp>, until: Option<Timestamp>| {
        filter.after = filter.after.max(from);
        filter.before = match (filter.before, until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    };
    if let Some(day) = it.date("date") {
        narrow(midnight(day), day.tomorrow().ok().and_then(midnight));
    }
    if let Some(text) = it.text("magic_time", 100) {
        match magic(&text).and_then(|it| now.checked_sub(it).ok()) {
            Some(from) => narrow(Some(from), None),
            None => it.fault(
                "magic_time",
                "Must be such as last7days: last, a number, and seconds, minutes, hours, days or weeks",
            ),
        }
    }
    filter
}

/// The first moment of a day in UTC.
fn midnight(day: Date) -> Option<Timestamp> {
    day.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp())
}

/// `last7days`; also `last 1 day`.
fn magic(text: &str) -> Option<SignedDuration> {
    let text: String = text.to_lowercase().chars().filter(|it| !matches!(it, ' ' | '{' | '}')).collect();
    let rest = text.strip_prefix("last")?;
    let unit = rest.trim_start_matches(|it: char| it.is_ascii_digit());
    let number: i64 = rest[..rest.len() - unit.len()].parse().ok()?;
    let seconds = match unit {
        "second" | "seconds" => 1,
        "minute" | "minutes" => 60,
        "hour" | "hours" => 3600,
        "day" | "days" => 86_400,
        "week" | "weeks" => 604_800,
        _ => return None,
    };
    Some(SignedDuration::from_secs(number.checked_mul(seconds)?))
}

fn texts(it: &Fields<'_>, name: &str) -> Vec<String> {
    let text = it.text(name, 20_000).unwrap_or_default();
    let found: Vec<String> = text.split(',').map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned).collect();
    bounded(it, name, found)
}

fn ids(it: &Fields<'_>, name: &str) -> Vec<i64> {
    bounded(it, name, it.ids(name).unwrap_or_default())
}

fn words<T: Word>(it: &Fields<'_>, name: &str) -> Vec<T> {
    let mut found = Vec::new();
    for text in texts(it, name) {
        match T::parse(&text) {
            Some(word) => found.push(word),
            None => {
                it.fault(name, format!("Must be made of: {}", T::list()));
                break;
            }
        }
    }
    found
}

fn bounded<T>(it: &Fields<'_>, name: &str, found: Vec<T>) -> Vec<T> {
    if found.len() > MOST {
        it.fault(name, format!("Must be at most {MOST}"));
    }
    found
}
