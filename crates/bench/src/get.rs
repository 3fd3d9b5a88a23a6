//! `get`: one candidate at a time by 32 clients, each another. Beside it, a bare axum handler, in a process of its own, that answers the
//! same bytes to the same clients.

use std::{
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{Router, http::header, routing::get};
use bytes::Bytes;

use crate::{
    Done,
    client::Client,
    load::{median, percentile},
    process,
    report::{Bar, Report},
    seed,
    server::{Server, free_address},
};

const CLIENTS: usize = 32;

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let mut report = Report::new("get");
    let candidates: i64 = if quick { 10_000 } else { 100_000 };
    let (seconds, rounds) = if quick { (1, 1) } else { (5, 3) };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let opened = seed::open(folder.path(), database_url).await?;
    seed::organization(&opened).await?;
    seed::candidates(&opened, 1, candidates).await?;
    drop(opened);
    let server = Server::start(folder.path(), database_url).await?;
    let body = Client::connect(server.address).await?.get("/v1/candidates/1").await?;
    let bare = Bare::start(folder.path(), &body)?;

    let time = Duration::from_secs(seconds);
    round(server.address, candidates, Duration::from_secs(1)).await?;
    round(bare.address, candidates, Duration::from_secs(1)).await?;
    let (mut ours, mut bares, mut times, mut spent) = (Vec::new(), Vec::new(), Vec::new(), 0.0);
    // In turn, so that a change of the machine's mood meets both.
    for _ in 0..rounds {
        let before = process::cpu(server.pid());
        let took = round(server.address, candidates, time).await?;
        spent += process::cpu(server.pid()) - before;
        ours.push(took.len() as f64 / time.as_secs_f64());
        times.extend(took);
        bares.push(round(bare.address, candidates, time).await?.len() as f64 / time.as_secs_f64());
    }
    let (ours, bare) = (median(&mut ours), median(&mut bares));
    report.add("an answer", body.len() as f64, "bytes");
    report.add("answers", ours, "/s");
    report.add("p50", percentile(&mut times, 0.5), "ms");
    report.add_against("p99", percentile(&mut times, 0.99), "ms", Bar::AtMost(25.0));
    report.add("server CPU per answer", spent / times.len() as f64 * 1e3, "ms");
    report.add("a bare handler", bare, "/s");
    report.add_against("answers ÷ a bare handler", ours / bare, "", Bar::AtLeast(0.15));
    report.remark(
        "the bars of p99 and of the ratio are our own: the machine's two cores carry server, load and database",
    );
    Ok(report)
}

/// Asks for so long, and answers how many milliseconds each answer took.
async fn round(server: SocketAddr, candidates: i64, time: Duration) -> Done<Vec<f64>> {
    let (next, begun) = (Arc::new(AtomicI64::new(0)), Instant::now());
    let mut tasks = Vec::new();
    for _ in 0..CLIENTS {
        let (mut client, next) = (Client::connect(server).await?, next.clone());
        tasks.push(tokio::spawn(async move {
            let mut times = Vec::new();
            while begun.elapsed() < time {
                // All over the database, none twice in a row.
                let id = 1 + next.fetch_add(1, Ordering::Relaxed) * 7_919 % candidates;
                let asked = Instant::now();
                client.get(&format!("/v1/candidates/{id}")).await?;
                times.push(asked.elapsed().as_secs_f64() * 1e3);
            }
            Done::Ok(times)
        }));
    }
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.map_err(|error| error.to_string())??);
    }
    Ok(times)
}

/// The bare handler, in another process.
struct Bare {
    child: Child,
    address: SocketAddr,
}

impl Bare {
    fn start(folder: &Path, body: &Bytes) -> Done<Self> {
        let file = folder.join("answer.json");
        std::fs::write(&file, body).map_err(|error| error.to_string())?;
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let address = free_address()?;
        let mut command = Command::new(program);
        command.arg("bare").arg(format!("{address} {}", file.display())).stdin(Stdio::null());
        let child = command.spawn().map_err(|error| error.to_string())?;
        let bare = Self { child, address };
        let begun = Instant::now();
        while std::net::TcpStream::connect(address).is_err() {
            if begun.elapsed() > Duration::from_secs(10) {
                return Err("the bare handler did not open within 10 seconds".to_owned());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(bare)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The other process: answers what a file holds, at an address.
pub async fn bare(order: &str) -> Done {
    let (address, file) = order.split_once(' ').ok_or("an address and a file")?;
    let body = Bytes::from(std::fs::read(file).map_err(|error| error.to_string())?);
    let answer = move || async move { ([(header::CONTENT_TYPE, "application/json;charset=utf-8")], body) };
    let router = Router::new().route("/v1/candidates/{id}", get(answer));
    let listener = tokio::net::TcpListener::bind(address).await.map_err(|error| error.to_string())?;
    axum::serve(listener, router).await.map_err(|error| error.to_string())
}
