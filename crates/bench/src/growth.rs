//! `growth`: what one rejection costs with a thousand and with a million candidates in the database.

use std::time::Instant;

use crate::{
    Done,
    load::{self, percentile},
    process,
    report::Report,
    seed,
    server::Server,
};

const ROUNDS: i64 = 4_000;

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let (small, large) = if quick { (1_000, 100_000) } else { (1_000, 1_000_000) };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let opened = seed::open(folder.path(), database_url).await?;
    // Nobody listens: what is measured is the write.
    seed::organization(&opened).await?;

    let mut report = Report::new("growth");
    let database = process::Postgres::behind(database_url).await?;
    let mut costs = Vec::new();
    // Those that are rejected come on top.
    let mut have = 0;
    for size in [small, large] {
        seed::candidates(&opened, have + 1, size + ROUNDS).await?;
        let ids: Vec<i64> = (size + 1..=size + ROUNDS).collect();
        have = size + ROUNDS;
        let server = Server::start(folder.path(), database_url).await?;
        let (warm, measured) = ids.split_at(ids.len() / 4);
        load::reject_all(server.address, warm.to_vec(), 1).await?;
        let (before, database_before, begun) = (process::cpu(server.pid()), database.cpu(), Instant::now());
        let asked = load::reject_all(server.address, measured.to_vec(), 1).await?;
        let wall = begun.elapsed().as_secs_f64() / measured.len() as f64 * 1e3;
        let spent =
            (process::cpu(server.pid()) - before + database.cpu() - database_before) / measured.len() as f64 * 1e3;
        let mut answers: Vec<f64> = asked.iter().map(|it| (it.answered - it.sent).as_secs_f64() * 1e3).collect();
        report.add(format!("answer p50 with {size} candidates"), percentile(&mut answers, 0.5), "ms");
        report.add(format!("answer mean with {size} candidates"), wall, "ms");
        report.add(format!("CPU per rejection with {size} candidates"), spent, "ms");
        costs.push((percentile(&mut answers, 0.5), spent));
    }
    report.add("p50, large ÷ small", costs[1].0 / costs[0].0, "");
    report.add("CPU, large ÷ small", costs[1].1 / costs[0].1, "");
    Ok(report)
}
