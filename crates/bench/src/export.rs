//! `export`: all candidates by Harvest's pages of 500, one after the other, as an export does it. Beside it, the limit: the same rows read
//! straight from the database, table by table, and written as JSON, with no HTTP and no documented form.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use orangery::{cli::Opened, tables};
use serde_json::{Map, Value as Json};
use sql::{Record, Tx, Value, params};

use crate::{
    Done,
    client::Client,
    load::median,
    process,
    report::{Bar, Report},
    seed,
    server::Server,
};

const PER_PAGE: i64 = 500;
/// Pages at the beginning and at the end that are compared.
const FEW: usize = 5;

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let mut report = Report::new("export");
    let count: i64 = if quick { 10_000 } else { 100_000 };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let opened = seed::open(folder.path(), database_url).await?;
    seed::organization(&opened).await?;
    seed::candidates(&opened, 1, count).await?;
    let server = Server::start(folder.path(), database_url).await?;
    let pages = count / PER_PAGE;
    let mut client = Client::connect(server.address).await?;
    // Once for all that is prepared and kept.
    for page in 1..=FEW as i64 {
        client.get(&path(page)).await?;
    }

    let (stop, pid) = (Arc::new(AtomicBool::new(false)), server.pid());
    let peak = tokio::spawn(peak(pid, stop.clone()));
    let (cpu, begun) = (process::cpu(pid), Instant::now());
    let (mut times, mut bytes) = (Vec::new(), 0);
    for page in 1..=pages {
        let asked = Instant::now();
        bytes += client.get(&path(page)).await?.len();
        times.push(asked.elapsed().as_secs_f64() * 1e3);
    }
    let took = begun.elapsed().as_secs_f64();
    let cpu = process::cpu(pid) - cpu;
    stop.store(true, Ordering::Relaxed);
    let peak = peak.await.map_err(|error| error.to_string())?;
    drop(server);

    let begun = Instant::now();
    let mut limit_bytes = 0;
    for page in 0..pages {
        limit_bytes += straight(&opened, page * PER_PAGE, (page + 1) * PER_PAGE).await?;
    }
    let limit = begun.elapsed().as_secs_f64();

    let rows = count as f64;
    report.add("candidates", rows / took, "/s");
    report.add("a candidate", bytes as f64 / rows, "bytes");
    report.add("server CPU per page", cpu / pages as f64 * 1e3, "ms");
    report.add("straight from the database", rows / limit, "/s");
    report.add("a candidate, straight", limit_bytes as f64 / rows, "bytes");
    report.add_against("export ÷ straight from the database", limit / took, "", Bar::AtLeast(0.5));
    let last = median(&mut times[times.len() - FEW..].to_vec());
    let first = median(&mut times[..FEW].to_vec());
    report.add("a page at the beginning", first, "ms");
    report.add(format!("a page at the end, the {pages}th"), last, "ms");
    // Whichever is longer.
    report.add_against("the last page by the first", last / first, "", Bar::AtMost(1.3));
    report.add_against("the first page by the last", first / last, "", Bar::AtMost(1.3));
    report.add("anonymous memory at most", peak, "MiB");
    Ok(report)
}

fn path(page: i64) -> String {
    format!("/v1/candidates?per_page={PER_PAGE}&page={page}")
}

async fn peak(pid: u32, stop: Arc<AtomicBool>) -> f64 {
    let mut peak = 0.0_f64;
    while !stop.load(Ordering::Relaxed) {
        peak = peak.max(process::memory(pid));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    peak
}

/// The rows of the candidates after one id up to another, as JSON. Answers how many bytes.
async fn straight(opened: &Opened, after: i64, to: i64) -> Done<usize> {
    let read = async {
        let tx = opened.house.pool.read().await?;
        let mut bytes = json::<tables::Candidate>(&tx, "id", after, to).await?;
        bytes += json::<tables::Application>(&tx, "candidate_id", after, to).await?;
        bytes += json::<tables::Contact>(&tx, "candidate_id", after, to).await?;
        bytes += json::<tables::Education>(&tx, "candidate_id", after, to).await?;
        bytes += json::<tables::Employment>(&tx, "candidate_id", after, to).await?;
        bytes += json::<tables::CandidateTag>(&tx, "candidate_id", after, to).await?;
        bytes += json::<tables::Attachment>(&tx, "candidate_id", after, to).await?;
        Ok(bytes)
    };
    read.await.map_err(|error: sql::Error| error.to_string())
}

async fn json<T: Record>(tx: &Tx, key: &str, after: i64, to: i64) -> sql::Result<usize> {
    let rows = tx.all::<T>(&format!("where {key} > $1 and {key} <= $2 order by {key}"), params![after, to]).await?;
    let objects: Vec<Map<String, Json>> = rows.iter().map(object).collect();
    Ok(serde_json::to_vec(&objects).map_or(0, |it| it.len()))
}

fn object<T: Record>(row: &T) -> Map<String, Json> {
    let values = row.values().into_iter().map(|value| match value {
        Value::Int(it) => Json::from(it),
        Value::Real(it) => Json::from(it),
        Value::Bool(it) => Json::from(it),
        Value::Text(it) => Json::from(it),
        _ => Json::Null,
    });
    T::COLUMNS.iter().map(|it| (*it).to_owned()).zip(values).collect()
}
