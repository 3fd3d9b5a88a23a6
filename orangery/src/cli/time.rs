//! Lengths of time as people write them on a command line: `90d`, `12h`, `5m`, `30s`, and `never` where that makes sense.

use std::time::Duration;

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
