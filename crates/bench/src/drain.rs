//! `drain`: a full journal delivered to 1, 10 and 100 endpoints, by what the courier's client reaches when it has nothing else to do.

use std::{net::SocketAddr, path::Path};

use crate::{
    Done,
    backlog::{self, Template},
    load::median,
    process, raw,
    receiver::{self, Received},
    report::{Bar, Report},
    seed,
    server::Server,
};

/// In flight at once, for each endpoint and in all: the courier's defaults, and the same for the client alone.
const PER_ENDPOINT: usize = 16;
const IN_ALL: usize = 256;

struct Bench<'a> {
    folder: &'a Path,
    database_url: Option<&'a str>,
    addresses: Vec<SocketAddr>,
    received: std::sync::Arc<Received>,
    template: Template,
    count: i64,
}

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let mut report = Report::new("drain");
    let (count, rounds) = if quick { (5_000, 1) } else { (100_000, 3) };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (addresses, received) = receiver::start(100).await?;
    let opened = seed::open(folder.path(), database_url).await?;
    seed::organization(&opened).await?;
    seed::candidates(&opened, 1, 1).await?;
    let template = Template::make(&opened).await?;
    seed::endpoints(&opened, &addresses).await?;
    drop(opened);
    let bench = Bench { folder: folder.path(), database_url, addresses, received, template, count };

    // Whatever is slow only once: files that grow, statements that are planned, caches.
    bench.raw(10).await?;
    bench.drain(10).await?;
    let bar = Bar::AtLeast(if database_url.is_some() { 0.2 } else { 0.35 });
    for endpoints in [1, 10, 100] {
        let (mut raws, mut drains, mut costs) = (Vec::new(), Vec::new(), Vec::new());
        // One after the other, so that a change of the machine's mood meets both.
        for _ in 0..rounds {
            raws.push(bench.raw(endpoints).await?);
            let (rate, cost) = bench.drain(endpoints).await?;
            drains.push(rate);
            costs.push(cost);
        }
        let mut ratios: Vec<f64> = drains.iter().zip(&raws).map(|(drain, raw)| drain / raw).collect();
        let to = format!("to {endpoints} endpoint{}", if endpoints == 1 { "" } else { "s" });
        report.add(format!("client alone, {to}"), median(&mut raws), "/s");
        report.add(format!("drain, {to}"), median(&mut drains), "/s");
        report.add(format!("CPU per delivery, {to}"), median(&mut costs), "ms");
        report.add_against(format!("drain ÷ client alone, {to}"), median(&mut ratios), "", bar);
    }
    report.remark(format!(
        "{count} deliveries a round, {rounds} rounds, medians; at once {PER_ENDPOINT} per endpoint, {IN_ALL} in all"
    ));
    Ok(report)
}

impl Bench<'_> {
    async fn raw(&self, endpoints: usize) -> Done<f64> {
        self.received.clear();
        let order = raw::Order {
            addresses: self.addresses[..endpoints].to_vec(),
            count: self.count,
            at_once: (PER_ENDPOINT * endpoints).min(IN_ALL),
            head: self.template.head.clone(),
            tail: self.template.tail.clone(),
        };
        raw::post(self.folder, &order).await?;
        Ok(self.received.rate())
    }

    /// Deliveries a second from the first to the last receipt, and what each took of the processors.
    async fn drain(&self, endpoints: usize) -> Done<(f64, f64)> {
        let opened = seed::open(self.folder, self.database_url).await?;
        backlog::fill(&opened, &self.template, self.count / endpoints as i64, (1, endpoints as i64)).await?;
        seed::analyze(&opened).await?;
        drop(opened);
        self.received.clear();
        let database = process::Postgres::behind(self.database_url).await?;
        let before = database.cpu();
        let server = Server::start(self.folder, self.database_url).await?;
        let all = self.count / endpoints as i64 * endpoints as i64;
        self.received.until(all as u64).await?;
        let cost = (process::cpu(server.pid()) + database.cpu() - before) / all as f64 * 1e3;
        let rate = self.received.rate();
        server.stop().await?;
        let opened = seed::open(self.folder, self.database_url).await?;
        let left = backlog::count(&opened, "status <> 'delivered'").await?;
        if left > 0 {
            return Err(format!("{left} deliveries were received, but are not settled"));
        }
        Ok((rate, cost))
    }
}
