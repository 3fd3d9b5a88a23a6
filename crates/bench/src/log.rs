//! `log`: every documented filter of the deliveries and of the events, over HTTP, at ten million rows by the same at ten thousand. Both
//! houses are open at once and asked in turn, so that a change of the machine's mood meets both.

use std::time::Instant;

use crate::{
    Done,
    log_seed::{self, FLAWLESS, Log, NEVER},
    pair::{Pair, Side},
    report::{Bar, Report},
};
use orangery::words::Word;

const SMALL: i64 = 10_000;
const BAR: f64 = 1.5;

/// What is asked for, in a log of this length, the n-th time.
type Question = (&'static str, fn(Log, i64) -> String);

fn deliveries(query: String) -> String {
    format!("/api/v1/webhooks/1/deliveries?{query}")
}

fn events(query: String) -> String {
    format!("/api/v1/events?{query}")
}

/// Someone of many, another each time.
fn one_of(count: i64, n: i64) -> i64 {
    1 + (n * 7_919 + 13) % count
}

const QUESTIONS: &[Question] = &[
    ("deliveries", |_, _| deliveries(String::new())),
    ("deliveries, bodies", |_, _| deliveries("bodies=true".into())),
    ("deliveries, status=delivered", |_, _| deliveries("status=delivered".into())),
    ("deliveries, status=failed", |_, _| deliveries("status=failed".into())),
    ("deliveries, status=held", |_, _| deliveries("status=held".into())),
    ("deliveries, status=pending", |_, _| deliveries("status=pending".into())),
    ("deliveries, status=pending, none", |_, _| format!("/api/v1/webhooks/{FLAWLESS}/deliveries?status=pending")),
    ("deliveries, status=failed, none", |_, _| format!("/api/v1/webhooks/{FLAWLESS}/deliveries?status=failed")),
    ("deliveries, event", |_, _| deliveries("event=hire_candidate".into())),
    ("deliveries, event, none", |_, _| deliveries(format!("event={}", NEVER.word()))),
    ("deliveries, status and event", |_, _| deliveries("status=delivered&event=hire_candidate".into())),
    ("deliveries, status and event, none", |_, _| deliveries(format!("status=failed&event={}", NEVER.word()))),
    ("deliveries, candidate", |log, n| deliveries(format!("candidate_id={}", one_of(log.candidates(), n)))),
    ("deliveries, candidate, none", |_, _| deliveries("candidate_id=999999999".into())),
    ("deliveries, application", |log, n| deliveries(format!("application_id={}", one_of(log.candidates(), n)))),
    ("deliveries, candidate and status", |log, n| {
        deliveries(format!("candidate_id={}&status=delivered", one_of(log.candidates(), n)))
    }),
    ("deliveries, candidate and event", |log, n| {
        deliveries(format!("candidate_id={}&event=hire_candidate", one_of(log.candidates(), n)))
    }),
    ("deliveries, after", |log, n| deliveries(format!("after={}", log.time(one_of(log.size, n))))),
    ("deliveries, before", |log, n| deliveries(format!("before={}", log.time(one_of(log.size, n))))),
    ("deliveries, after and before", |log, n| {
        let from = one_of(log.size - 1_000, n);
        deliveries(format!("after={}&before={}", log.time(from), log.time(from + 200)))
    }),
    ("deliveries, event and before", |log, n| {
        deliveries(format!("event=hire_candidate&before={}", log.time(log.size / 2 + one_of(log.size / 4, n))))
    }),
    ("deliveries, status and before", |log, n| {
        deliveries(format!("status=failed&before={}", log.time(log.size / 2 + one_of(log.size / 4, n))))
    }),
    ("deliveries, cursor", |log, n| {
        let id = log.size / 2 + one_of(log.size / 4, n);
        deliveries(format!("cursor={}-{id}", log.time(id).as_microsecond()))
    }),
    ("one delivery", |log, n| format!("/api/v1/deliveries/{}", one_of(log.size, n))),
    ("attempts of a delivery", |log, n| format!("/api/v1/deliveries/{}/attempts", one_of(log.size, n))),
    ("events", |_, _| events(String::new())),
    ("events, after", |log, n| events(format!("after={}", one_of(log.size - 200, n)))),
    ("events, after the last", |log, _| events(format!("after={}", log.size))),
    ("events, event", |_, _| events("event=hire_candidate".into())),
    ("events, event and after", |log, n| events(format!("event=hire_candidate&after={}", one_of(log.size - 3_000, n)))),
    ("events, event, none", |_, _| events(format!("event={}", NEVER.word()))),
    ("events, candidate", |log, n| events(format!("candidate_id={}", one_of(log.candidates(), n)))),
    ("events, candidate, none", |_, _| events("candidate_id=999999999".into())),
    ("events, candidate and after", |log, n| {
        events(format!("candidate_id={}&after={}", one_of(log.candidates(), n), log.size / 2))
    }),
    ("events, application", |log, n| events(format!("application_id={}", one_of(log.candidates(), n)))),
    ("events, job", |log, n| events(format!("job_id={}", one_of(log.jobs(), n)))),
    ("events, job and after", |log, n| events(format!("job_id={}&after={}", one_of(log.jobs(), n), log.size / 2))),
    ("events, job, none", |_, _| events("job_id=999999999".into())),
    ("events, job and event", |log, n| events(format!("job_id={}&event=hire_candidate", one_of(log.jobs(), n)))),
    ("events, candidate and event", |log, n| {
        events(format!("candidate_id={}&event=hire_candidate", one_of(log.candidates(), n)))
    }),
];

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let mut report = Report::new("log");
    let large = if quick { 1_000_000 } else { 10_000_000 };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (few, small_log) =
        Side::open(folder.path(), database_url, "small", async |opened| log_seed::write(opened, SMALL).await).await?;
    let begun = Instant::now();
    let (many, large_log) =
        Side::open(folder.path(), database_url, "large", async |opened| log_seed::write(opened, large).await).await?;
    report.add(format!("writing {large} rows"), begun.elapsed().as_secs_f64(), "s");

    let mut pair = Pair::of(few, many).await?;
    let mut worst = ("", 0.0);
    for (name, question) in QUESTIONS {
        let (few, many) = pair.ask(|n| question(small_log, n), |n| question(large_log, n)).await?;
        report.add(format!("{name}: p50 at {large}"), many, "ms");
        report.add_against(format!("{name}: ÷ at {SMALL}"), many / few, "", Bar::AtMost(BAR));
        if many / few > worst.1 {
            worst = (name, many / few);
        }
    }
    report.add_against(format!("the worst of all, {}", worst.0), worst.1, "", Bar::AtMost(BAR));
    report.remark("bodies of about 300 bytes; ten events a candidate and a thousand a job in both");
    Ok(report)
}
