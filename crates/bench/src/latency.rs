//! `latency`: rejections by the clock, 500 a second, and how long after its commit each was received.
//!
//! Nobody outside sees a commit. It comes after the request and before the answer; what lies between commit and answer is less than a whole
//! round trip of a request that does nothing. So the commit is taken to be such a round trip, of the same seconds, before the answer: that
//! is too early, and what is shown too long.

use std::{net::SocketAddr, time::Duration};

use tokio::time::Instant;

use crate::{
    Done,
    client::Client,
    end_to_end::{Since, received_after},
    load::{self, percentile},
    receiver,
    report::{Bar, Report},
    seed,
    server::Server,
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
    let server = Server::start(folder.path(), database_url).await?;
    load::reject_by_the_clock(server.address, (1..=warm_up).collect(), PER_SECOND, CLIENTS).await?;
    received.until(warm_up as u64).await?;
    received.clear();

    let trips = tokio::spawn(round_trips(server.address, Duration::from_secs(count as u64 / u64::from(PER_SECOND))));
    let ids = (warm_up + 1..=warm_up + count).collect();
    let begun = Instant::now();
    let asked = load::reject_by_the_clock(server.address, ids, PER_SECOND, CLIENTS).await?;
    let took = begun.elapsed().as_secs_f64();
    let mut trips = trips.await.map_err(|error| error.to_string())??;
    received.until(count as u64).await?;

    let trip = percentile(&mut trips, 0.5);
    let mut answers: Vec<f64> = asked.iter().map(|it| (it.answered - it.sent).as_secs_f64() * 1e3).collect();
    let (mut after_request, mut after_answer) =
        (received_after(&asked, &received, Since::Request), received_after(&asked, &received, Since::Answer));
    report.add("rejections", count as f64 / took, "/s");
    report.add("answer p50", percentile(&mut answers, 0.5), "ms");
    report.add("answer p99", percentile(&mut answers, 0.99), "ms");
    report.add("round trip of nothing p50", trip, "ms");
    report.add("asked -> received p50", percentile(&mut after_request, 0.5), "ms");
    report.add("asked -> received p99", percentile(&mut after_request, 0.99), "ms");
    report.add("answered -> received p50", percentile(&mut after_answer, 0.5), "ms");
    report.add("answered -> received p99", percentile(&mut after_answer, 0.99), "ms");
    // What was received before its answer was there took less than the trip.
    let (p50, p99) = (percentile(&mut after_answer, 0.5) + trip, percentile(&mut after_answer, 0.99) + trip);
    report.add_against("commit -> received p50, at most", p50, "ms", Bar::AtMost(0.4));
    report.add_against("commit -> received p99, at most", p99, "ms", Bar::AtMost(6.0));
    report.remark("the commit is taken to be a round trip of nothing before the answer, which is too early");
    Ok(report)
}

/// What asking and answering take by themselves, in milliseconds, a hundred times a second.
async fn round_trips(server: SocketAddr, time: Duration) -> Done<Vec<f64>> {
    let mut client = Client::connect(server).await?;
    let mut ticks = tokio::time::interval(Duration::from_millis(10));
    let (begun, mut trips) = (Instant::now(), Vec::new());
    while begun.elapsed() < time {
        ticks.tick().await;
        let sent = Instant::now();
        client.get("/health/live").await?;
        trips.push(sent.elapsed().as_secs_f64() * 1e3);
    }
    Ok(trips)
}
