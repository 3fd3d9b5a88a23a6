//! `end-to-end`: rejections through the API by 32 clients, with one endpoint that listens.

use std::{
    collections::HashMap,
    sync::atomic::Ordering,
    time::{Duration, Instant},
};

use crate::{
    Done, cpu,
    load::{self, percentile},
    receiver,
    report::Report,
    seed,
    server::Server,
};

const CLIENTS: usize = 32;
/// Rejected before the clock runs: connections, statements and caches are warm then.
const WARM_UP: i64 = 500;

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let count: i64 = if quick { 3_000 } else { 30_000 };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (address, received) = receiver::start().await?;
    let opened = seed::open(folder.path(), database_url).await?;
    seed::organization(&opened, &address.to_string()).await?;
    seed::candidates(&opened, 1, count + WARM_UP).await?;
    drop(opened);
    let server = Server::start(folder.path(), database_url).await?;

    load::reject_all(server.address, (1..=WARM_UP).collect(), CLIENTS).await?;
    until(&received.count, WARM_UP as u64).await?;
    received.arrivals.lock().map_err(|error| error.to_string())?.clear();

    let bytes = received.bytes.load(Ordering::Relaxed);
    let (server_cpu, database_cpu, begun) = (cpu::of(server.pid()), cpu::of_postgres(), Instant::now());
    let asked = load::reject_all(server.address, (WARM_UP + 1..=WARM_UP + count).collect(), CLIENTS).await?;
    let accepted = begun.elapsed().as_secs_f64();
    until(&received.count, (WARM_UP + count) as u64).await?;
    let delivered = begun.elapsed().as_secs_f64();
    let (server_cpu, database_cpu) = (cpu::of(server.pid()) - server_cpu, cpu::of_postgres() - database_cpu);
    let bytes = received.bytes.load(Ordering::Relaxed) - bytes;

    let arrivals: HashMap<i64, Instant> =
        received.arrivals.lock().map_err(|error| error.to_string())?.iter().copied().collect();
    // The commit lies between the answer and what came before it: the answer is the later bound, the request the earlier one.
    let since = |from: fn(&load::Asked) -> Instant| -> Vec<f64> {
        let arrived = |it: &load::Asked| {
            arrivals.get(&it.application_id).map(|at| at.saturating_duration_since(from(it)).as_secs_f64() * 1e3)
        };
        asked.iter().filter_map(arrived).collect()
    };
    let mut answers: Vec<f64> = asked.iter().map(|it| (it.answered - it.sent).as_secs_f64() * 1e3).collect();
    let (mut after_answer, mut after_request) = (since(|it| it.answered), since(|it| it.sent));

    let events = count as f64;
    let on = if database_url.is_some() { "PostgreSQL" } else { "SQLite" };
    let mut report = Report::new("end-to-end");
    report.add(format!("rejections accepted, {on}"), events / accepted, "/s");
    report.add("hooks delivered", events / delivered, "/s");
    report.add("answer p50", percentile(&mut answers, 0.5), "ms");
    report.add("answer p99", percentile(&mut answers, 0.99), "ms");
    report.add("answered -> received p50", percentile(&mut after_answer, 0.5), "ms");
    report.add("answered -> received p99", percentile(&mut after_answer, 0.99), "ms");
    report.add("asked -> received p50", percentile(&mut after_request, 0.5), "ms");
    report.add("asked -> received p99", percentile(&mut after_request, 0.99), "ms");
    report.add("server CPU per event", server_cpu / events * 1e3, "ms");
    if database_url.is_some() {
        report.add("database CPU per event", database_cpu / events * 1e3, "ms");
    }
    report.add(
        "CPU per event, all told",
        (server_cpu + if database_url.is_some() { database_cpu } else { 0.0 }) / events * 1e3,
        "ms",
    );
    report.add("received twice", (received.count.load(Ordering::Relaxed) as f64) - (WARM_UP + count) as f64, "");
    report.add("bytes a body", bytes as f64 / events, "");
    Ok(report)
}

/// Waits until `count` has reached `goal`.
async fn until(count: &std::sync::atomic::AtomicU64, goal: u64) -> Done {
    let begun = Instant::now();
    while count.load(Ordering::Relaxed) < goal {
        if begun.elapsed() > Duration::from_secs(120) {
            return Err(format!("only {} of {goal} hooks arrived within two minutes", count.load(Ordering::Relaxed)));
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    Ok(())
}
