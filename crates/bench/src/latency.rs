//! `latency`: rejections by the clock, 500 a second, and how long after its commit each was received.
//!
//! When each was committed the server's log tells, to the microsecond, in the span of the request; the two processes share a clock.

use std::{collections::HashMap, path::Path, time::Instant};

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    Done,
    end_to_end::{Since, received_after},
    load::{self, percentile},
    receiver::{self, Received},
    report::{Bar, Report},
    seed,
    server::Start,
};

const PER_SECOND: u32 = 500;
const CLIENTS: usize = 32;

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let mut report = Report::new("latency");
    let (warm_up, count): (i64, i64) = if quick { (1_000, 2_500) } else { (5_000, 30_000) };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (addresses, received) = receiver::start(1).await?;
    let opened = seed::open(folder.path(), database_url).await?;
    seed::organization(&opened).await?;
    seed::candidates(&opened, 1, warm_up + count).await?;
    seed::endpoints(&opened, &addresses).await?;
    drop(opened);
    let log = folder.path().join("commits.log");
    let start = Start { commits: Some(&log), ..Start::on(folder.path(), database_url) };
    let server = start.run().await?;
    load::reject_by_the_clock(server.address, (1..=warm_up).collect(), PER_SECOND, CLIENTS).await?;
    received.until(warm_up as u64).await?;
    received.clear();

    let ids = (warm_up + 1..=warm_up + count).collect();
    let begun = Instant::now();
    let asked = load::reject_by_the_clock(server.address, ids, PER_SECOND, CLIENTS).await?;
    let took = begun.elapsed().as_secs_f64();
    received.until(count as u64).await?;

    let mut answers: Vec<f64> = asked.iter().map(|it| (it.answered - it.sent).as_secs_f64() * 1e3).collect();
    let (mut after_request, mut after_answer) =
        (received_after(&asked, &received, Since::Request), received_after(&asked, &received, Since::Answer));
    report.add("rejections", count as f64 / took, "/s");
    report.add("answer p50", percentile(&mut answers, 0.5), "ms");
    report.add("answer p99", percentile(&mut answers, 0.99), "ms");
    report.add("asked -> received p50", percentile(&mut after_request, 0.5), "ms");
    report.add("asked -> received p99", percentile(&mut after_request, 0.99), "ms");
    report.add("answered -> received p50", percentile(&mut after_answer, 0.5), "ms");
    report.add("answered -> received p99", percentile(&mut after_answer, 0.99), "ms");
    let mut after_commit = received_after_commit(&log, &received)?;
    if after_commit.len() as i64 != count {
        return Err(format!("{} of {count} commits were found in the log", after_commit.len()));
    }
    report.add_against("commit -> received p50", percentile(&mut after_commit, 0.5), "ms", Bar::AtMost(0.4));
    report.add_against("commit -> received p99", percentile(&mut after_commit, 0.99), "ms", Bar::AtMost(6.0));
    Ok(report)
}

/// A line of the log.
#[derive(Deserialize)]
struct Line {
    timestamp: Timestamp,
    message: String,
    span: Option<Span>,
}

#[derive(Deserialize)]
struct Span {
    /// The request's: its path.
    id: String,
}

/// Milliseconds from commit to receipt of all that was received.
#[expect(clippy::disallowed_methods, reason = "here is no Work whose time it could be")]
fn received_after_commit(log: &Path, received: &Received) -> Done<Vec<f64>> {
    let text = std::fs::read_to_string(log).map_err(|error| error.to_string())?;
    let mut commits = HashMap::new();
    for line in text.lines() {
        // The first lines are for people.
        let Ok(line) = serde_json::from_str::<Line>(line) else { continue };
        if let (Some(span), "committed") = (line.span, line.message.as_str()) {
            commits.insert(span.id, line.timestamp);
        }
    }
    let (instant, time) = (Instant::now(), Timestamp::now());
    let arrivals = received.arrivals();
    let took = arrivals.iter().filter_map(|it| {
        let committed = commits.get(&format!("/v1/applications/{}/reject", it.application_id))?;
        let ago = instant.saturating_duration_since(it.at).as_secs_f64();
        Some((time.duration_since(*committed).as_secs_f64() - ago) * 1e3)
    });
    Ok(took.collect())
}
