//! `end-to-end`: rejections through the API by 32 clients, with one endpoint that listens.

use std::{sync::atomic::Ordering, time::Instant};

use crate::{
    Done,
    client::Asked,
    load::{self, percentile},
    process,
    receiver::{self, Received},
    report::{Bar, Report},
    seed,
    server::Server,
};

const CLIENTS: usize = 32;
/// Rejected before the clock runs: connections, statements and caches are warm then.
const WARM_UP: i64 = 500;
/// What is asked of us: five times the rate of Svix and a fifth of its processor time on SQLite, one and a half times on PostgreSQL.
const SVIX_RATE: f64 = 937.0;
const SVIX_CPU: f64 = 1.6;

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let mut report = Report::new("end-to-end");
    let count: i64 = if quick { 3_000 } else { 30_000 };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (addresses, received) = receiver::start(1).await?;
    let opened = seed::open(folder.path(), database_url).await?;
    seed::organization(&opened).await?;
    for address in &addresses {
        seed::endpoint(&opened, 1, &format!("http://{address}/hooks"), 64).await?;
    }
    seed::candidates(&opened, 1, count + WARM_UP).await?;
    drop(opened);
    let server = Server::start(folder.path(), database_url).await?;

    load::reject_all(server.address, (1..=WARM_UP).collect(), CLIENTS).await?;
    received.until(WARM_UP as u64).await?;
    received.clear();

    let database = process::Postgres::behind(database_url).await?;
    let spent = || (process::cpu(server.pid()), database.cpu());
    let (before, begun) = (spent(), Instant::now());
    let asked = load::reject_all(server.address, (WARM_UP + 1..=WARM_UP + count).collect(), CLIENTS).await?;
    let accepted = begun.elapsed().as_secs_f64();
    received.until(count as u64).await?;
    let delivered = begun.elapsed().as_secs_f64();
    let after = spent();

    let events = count as f64;
    let (server_cpu, database_cpu) = ((after.0 - before.0) / events * 1e3, (after.1 - before.1) / events * 1e3);
    let factor = if database_url.is_some() { 1.5 } else { 5.0 };
    report.add("rejections accepted", events / accepted, "/s");
    report.add_against("hooks delivered", events / delivered, "/s", Bar::AtLeast(factor * SVIX_RATE));
    let mut answers: Vec<f64> = asked.iter().map(|it| (it.answered - it.sent).as_secs_f64() * 1e3).collect();
    report.add("answer p50", percentile(&mut answers, 0.5), "ms");
    report.add("answer p99", percentile(&mut answers, 0.99), "ms");
    // The commit lies between the request and the answer.
    for (from, name) in [(Since::Answer, "answered -> received"), (Since::Request, "asked -> received")] {
        let mut times = received_after(&asked, &received, from);
        report.add(format!("{name} p50"), percentile(&mut times, 0.5), "ms");
        report.add(format!("{name} p99"), percentile(&mut times, 0.99), "ms");
    }
    report.add("server CPU per event", server_cpu, "ms");
    report.add("database CPU per event", database_cpu, "ms");
    let cpu_bar = Bar::AtMost((SVIX_CPU / factor * 1e3).floor() / 1e3);
    report.add_against("CPU per event, all told", server_cpu + database_cpu, "ms", cpu_bar);
    report.add("received twice", (received.count.load(Ordering::Relaxed) as f64) - events, "");
    report.add("bytes a body", received.bytes.load(Ordering::Relaxed) as f64 / events, "");
    Ok(report)
}

#[derive(Clone, Copy)]
pub enum Since {
    Request,
    Answer,
}

/// Milliseconds until each event was received for the first time, those that never were left out.
pub fn received_after(asked: &[Asked], received: &Received, since: Since) -> Vec<f64> {
    let mut first = std::collections::HashMap::new();
    for it in received.arrivals().iter() {
        first.entry(it.application_id).or_insert(it.at);
    }
    let from = |it: &Asked| match since {
        Since::Request => it.sent,
        Since::Answer => it.answered,
    };
    let took = |it: &Asked| {
        let arrived = first.get(&it.application_id)?;
        Some(arrived.saturating_duration_since(from(it)).as_secs_f64() * 1e3)
    };
    asked.iter().filter_map(took).collect()
}
