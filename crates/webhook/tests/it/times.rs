//! Times and dates, through an event that has them.

use std::time::{Duration, UNIX_EPOCH};

use orangery_webhook::{Date, Timestamp};
use serde_json::json;

fn seconds(text: &str) -> Option<f64> {
    let timestamp: Timestamp = serde_json::from_value(json!(text)).expect("a text");
    assert_eq!(timestamp.as_str(), text);
    timestamp.to_system_time().map(|it| it.duration_since(UNIX_EPOCH).expect("after 1970").as_secs_f64())
}

fn ymd(text: &str) -> Option<(i64, u8, u8)> {
    let date: Date = serde_json::from_value(json!(text)).expect("a text");
    assert_eq!(date.to_string(), text);
    date.ymd()
}

#[test]
fn moments() {
    assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0.0));
    assert_eq!(seconds("2000-02-29T12:30:45Z"), Some(951_827_445.0));
    assert_eq!(seconds("2015-03-11T13:25:25.313Z"), Some(1_426_080_325.313));
    assert_eq!(seconds("2100-03-01T00:00:00Z"), Some(4_107_542_400.0));
    assert_eq!(seconds("2026-12-31T23:59:59.999999999Z").map(f64::round), Some(1_798_761_600.0));
}

#[test]
fn every_day_is_a_day_after_the_last() {
    let mut last = Duration::ZERO;
    for year in 1970..2105 {
        for month in 1..=12 {
            for day in 1..=31 {
                let text = format!("{year}-{month:02}-{day:02}");
                assert_eq!(ymd(&text), ymd(&format!("{month:02}/{day:02}/{year}")));
                let Some(_) = ymd(&text) else { continue };
                let is = Duration::from_secs_f64(seconds(&format!("{text}T00:00:00Z")).expect("a moment"));
                assert!(is.is_zero() || is == last + Duration::from_secs(86_400), "{text}");
                last = is;
            }
        }
    }
}

#[test]
fn what_is_no_time_is_kept_all_the_same() {
    for text in [
        "",
        "yesterday",
        "2015-03-11",
        "2015-03-11T13:25:25",
        "2015-03-11T13:25:25+01:00",
        "2015-03-11T13:25Z",
        "2015-03-11T13:25:25:01Z",
        "2015-03-11T24:00:00Z",
        "2015-03-11T13:60:00Z",
        "2015-03-11T13:00:60Z",
        "2015-03-11T13:25:25.Z1",
        "2015-03-11T13:25:25.1234567890Z",
        "2015-02-29T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "2015-03-11T1:25:25Z",
        "2015-03-11T+1:25:25Z",
    ] {
        assert_eq!(seconds(text), None, "{text}");
    }
    for text in ["", "2013-3-22", "2013-13-01", "2013-00-01", "2013-01-00", "2013-04-31", "1900-02-29", "13-01-01"] {
        assert_eq!(ymd(text), None, "{text}");
    }
    for text in ["3/22/2013", "22/03/2013", "03/22/2013/1", "2013-03-22-1", "03-22-2013", "03/22/+013"] {
        assert_eq!(ymd(text), None, "{text}");
    }
    assert_eq!(ymd("2013-03-22"), Some((2013, 3, 22)));
    assert_eq!(ymd("03/22/2013"), Some((2013, 3, 22)));
}
