//! `memory`: how much anonymous memory the server takes at most, over what it took when it was warm: for an answer of 1 GiB, an endless
//! drip, and a backlog of a million.

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use orangery::cli::Opened;

use crate::{
    Done,
    backlog::{self, Template},
    client::Client,
    load, process,
    receiver::{self, Received},
    report::{Bar, Report},
    seed,
    server::Server,
};

const WARM_UP: i64 = 3_000;
const WARM_BACKLOG: i64 = 20_000;
const FAN_OUT: i64 = 10;

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let mut report = Report::new("memory");
    let backlog: i64 = if quick { 50_000 } else { 1_000_000 };
    let patience = Duration::from_secs(if quick { 30 } else { 240 });
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (addresses, received) = receiver::start(2 + FAN_OUT as u8).await?;
    let opened = seed::open(folder.path(), database_url).await?;
    seed::organization(&opened).await?;
    seed::candidates(&opened, 1, WARM_UP + 1).await?;
    let template = Template::make(&opened).await?;
    for (id, address) in (1..=FAN_OUT).zip(&addresses[2..]) {
        seed::endpoint(&opened, id, &format!("http://{address}/hooks"), 0).await?;
    }
    backlog::fill(&opened, &template, WARM_BACKLOG, (1, FAN_OUT)).await?;
    seed::analyze(&opened).await?;
    drop(opened);

    let server = Server::start(folder.path(), database_url).await?;
    warm_up(server.address, &received).await?;
    let warm = Peak::watch(server.pid(), Duration::from_secs(3), || false).await;
    report.add("warm", warm, "MiB");
    let bench = Bench { server, folder: folder.path(), database_url, template, warm };

    let bad = [("an answer of 1 GiB", "gibibyte", 101, 100, 15), ("an endless drip", "drip", 102, 1_000, 25)];
    for ((name, way, id, count, seconds), address) in bad.into_iter().zip(&addresses) {
        let opened = bench.open().await?;
        seed::endpoint(&opened, id, &format!("http://{address}/{way}"), 0).await?;
        backlog::fill(&opened, &bench.template, count, (id, id)).await?;
        drop(opened);
        bench.peak(&mut report, name, Duration::from_secs(seconds), || false).await;
    }

    received.clear();
    let opened = bench.open().await?;
    backlog::fill(&opened, &bench.template, backlog / FAN_OUT, (201, 200 + FAN_OUT)).await?;
    // There all at once: deliveries wait for nobody until their endpoints are there.
    for (id, address) in (201..).zip(&addresses[2..]) {
        seed::endpoint(&opened, id, &format!("http://{address}/hooks"), 0).await?;
    }
    drop(opened);
    let through = || received.count.load(Ordering::Relaxed) >= backlog as u64;
    bench.peak(&mut report, &format!("a backlog of {backlog}"), patience, through).await;
    report.add("delivered of it", received.count.load(Ordering::Relaxed) as f64, "");
    Ok(report)
}

struct Bench<'a> {
    server: Server,
    folder: &'a Path,
    database_url: Option<&'a str>,
    template: Template,
    warm: f64,
}

impl Bench<'_> {
    /// Beside the server, as another process that works on the same database.
    async fn open(&self) -> Done<Opened> {
        seed::open(self.folder, self.database_url).await
    }

    async fn peak(&self, report: &mut Report, name: &str, time: Duration, done: impl Fn() -> bool) {
        let peak = Peak::watch(self.server.pid(), time, done).await;
        report.add_against(format!("more for {name}"), peak - self.warm, "MiB", Bar::AtMost(16.0));
    }
}

/// Everything that keeps something is used: connections of all kinds, their page caches, statements, buffers.
async fn warm_up(server: SocketAddr, received: &Arc<Received>) -> Done {
    received.until((WARM_BACKLOG * FAN_OUT) as u64).await?;
    load::reject_all(server, (2..=WARM_UP + 1).collect(), 32).await?;
    received.until(((WARM_BACKLOG + WARM_UP) * FAN_OUT) as u64).await?;
    let stop = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..8).map(|n| tokio::spawn(read(server, n, stop.clone()))).collect();
    tokio::time::sleep(Duration::from_secs(5)).await;
    stop.store(true, Ordering::Relaxed);
    for reader in readers {
        reader.await.map_err(|error| error.to_string())??;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    Ok(())
}

/// Reads all over the database, so that the caches of those who read are full.
async fn read(server: SocketAddr, n: i64, stop: Arc<AtomicBool>) -> Done {
    let mut client = Client::connect(server).await?;
    let mut after = n * 1_000;
    while !stop.load(Ordering::Relaxed) {
        client.get(&format!("/api/v1/events?limit=50&after={}", after % WARM_BACKLOG)).await?;
        client.get("/api/v1/webhooks/1/deliveries?limit=50").await?;
        after += 777;
    }
    Ok(())
}

struct Peak;

impl Peak {
    /// The most that the process takes until `time` is over or it is `done`.
    async fn watch(pid: u32, time: Duration, done: impl Fn() -> bool) -> f64 {
        let (begun, mut peak) = (Instant::now(), 0.0_f64);
        while begun.elapsed() < time && !done() {
            peak = peak.max(process::memory(pid));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        peak.max(process::memory(pid))
    }
}
