//! `neighbours`: a healthy endpoint beside one that hangs, one that drips, one that floods and one whose name leads nowhere, each with a
//! thousand deliveries waiting.

use std::{net::SocketAddr, path::Path, sync::Arc};

use tokio::net::UdpSocket;

use crate::{
    Done,
    backlog::{self, Template},
    end_to_end::{Since, received_after},
    load::{self, percentile},
    receiver::{self, Received},
    report::{Bar, Report},
    seed,
    server::Start,
};

const PER_SECOND: u32 = 20;
const QUEUED: i64 = 1_000;
const WARM_UP: i64 = 40;

/// Events of the healthy endpoint, from the first that was not rejected yet.
struct Bench {
    received: Arc<Received>,
    next: i64,
    count: i64,
}

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let mut report = Report::new("neighbours");
    let count: i64 = if quick { 160 } else { 1_200 };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (addresses, received) = receiver::start(4).await?;
    let opened = seed::open(folder.path(), database_url).await?;
    seed::organization(&opened).await?;
    seed::candidates(&opened, 1, 1 + 3 * (count + WARM_UP)).await?;
    let template = Template::make(&opened).await?;
    seed::endpoint(&opened, 1, &format!("http://{}/hooks", addresses[0]), 0).await?;
    drop(opened);
    let mut bench = Bench { received, next: 2, count };
    let start = Start::on(folder.path(), database_url);

    let server = start.run().await?;
    let alone = bench.healthy(server.address).await?;
    server.stop().await?;
    add(&mut report, "alone", alone, None);

    let opened = seed::open(folder.path(), database_url).await?;
    let ways = ["hang", "drip", "flood"];
    for (id, (way, address)) in (2..).zip(ways.into_iter().zip(&addresses[1..])) {
        seed::endpoint(&opened, id, &format!("http://{address}/{way}"), 0).await?;
    }
    seed::endpoint(&opened, 5, "https://hooks.nowhere.invalid/hooks", 0).await?;
    backlog::fill(&opened, &template, QUEUED, (2, 5)).await?;
    drop(opened);
    let server = start.run().await?;
    let beside = bench.healthy(server.address).await?;
    server.stop().await?;
    add(&mut report, "beside bad ones", beside, Some(Bar::AtMost(100.0)));

    match silent_resolver(folder.path()).await {
        Ok((file, _socket)) => {
            let opened = seed::open(folder.path(), database_url).await?;
            backlog::fill(&opened, &template, QUEUED, (2, 5)).await?;
            drop(opened);
            let server = Start { resolver: Some(&file), ..start }.run().await?;
            let beside = bench.healthy(server.address).await?;
            drop(server);
            add(&mut report, "beside them, name server silent", beside, Some(Bar::AtMost(100.0)));
        }
        Err(why) => report.remark(format!("a name server that is silent could not be had here: {why}")),
    }
    let bad = bench.received.bad.load(std::sync::atomic::Ordering::Relaxed);
    report.add("posts to those that hang, drip and flood", bad as f64, "");
    Ok(report)
}

impl Bench {
    /// Milliseconds from asking to receipt, of each event of the healthy endpoint.
    async fn healthy(&mut self, server: SocketAddr) -> Done<Vec<f64>> {
        let mut ids = |count: i64| {
            self.next += count;
            (self.next - count..self.next).collect::<Vec<i64>>()
        };
        let (warm_up, measured) = (ids(WARM_UP), ids(self.count));
        load::reject_by_the_clock(server, warm_up, PER_SECOND, 8).await?;
        let asked = load::reject_by_the_clock(server, measured, PER_SECOND, 8).await?;
        // What comes later than this is as good as lost.
        tokio::time::sleep(std::time::Duration::from_secs(5)).await;
        let times = received_after(&asked, &self.received, Since::Request);
        match times.len() == asked.len() {
            true => Ok(times),
            false => Err(format!("{} of {} healthy events did not arrive", asked.len() - times.len(), asked.len())),
        }
    }
}

fn add(report: &mut Report, beside: &str, mut times: Vec<f64>, bar: Option<Bar>) {
    report.add(format!("asked -> received p50, {beside}"), percentile(&mut times, 0.5), "ms");
    let p99 = percentile(&mut times, 0.99);
    match bar {
        Some(bar) => report.add_against(format!("asked -> received p99, {beside}"), p99, "ms", bar),
        None => report.add(format!("asked -> received p99, {beside}"), p99, "ms"),
    }
    report.add(format!("asked -> received max, {beside}"), percentile(&mut times, 1.0), "ms");
}

/// A name server that takes questions and never answers, and the `resolv.conf` that names it. Its port needs a privilege, and so does the
/// mount namespace of the server.
async fn silent_resolver(folder: &Path) -> Done<(std::path::PathBuf, UdpSocket)> {
    let socket = UdpSocket::bind("127.0.0.113:53").await.map_err(|error| error.to_string())?;
    let can = std::process::Command::new("unshare").args(["--mount", "true"]).status();
    if !can.is_ok_and(|it| it.success()) {
        return Err("no mount namespace".to_owned());
    }
    let file = folder.join("resolv.conf");
    std::fs::write(&file, "nameserver 127.0.0.113\n").map_err(|error| error.to_string())?;
    Ok((file, socket))
}
