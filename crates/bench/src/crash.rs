//! `crash`: the server is killed at full load, again and again. Nothing that was acknowledged may be lost; what was in flight goes out
//! right after the restart, and that of a node among three by the others.

use std::{
    collections::HashSet,
    net::SocketAddr,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::{
    Done, backlog,
    load::percentile,
    receiver::{self, Received},
    report::{Bar, Report},
    seed,
    server::{Server, Start, free_address},
    writers::Writers,
};

const CLIENTS: usize = 16;

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let mut report = Report::new("crash");
    let (kills, candidates) = if quick { (5, 60_000) } else { (50, 600_000) };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (addresses, received) = receiver::start(1).await?;
    let opened = seed::open(folder.path(), database_url).await?;
    seed::organization(&opened).await?;
    seed::endpoint(&opened, 1, &format!("http://{}/hooks", addresses[0]), 64).await?;
    seed::candidates(&opened, 1, candidates).await?;
    drop(opened);
    let bench = Bench { data: folder.path(), database_url, received };

    let mut nodes = bench.start(&["a"]).await?;
    let writers = Writers::start(&addresses_of(&nodes), CLIENTS, 1, candidates);
    let mut late = bench.kill_alone(&mut nodes, &writers, kills).await?;
    let (p50, most) = (percentile(&mut late, 0.5), percentile(&mut late, 1.0));
    report.add("kills", f64::from(kills), "");
    report.add("stragglers out after the restart, median", p50, "s");
    report.add_against("stragglers out after the restart, longest", most, "s", Bar::AtMost(1.0));
    if database_url.is_some() {
        nodes.extend(bench.start(&["b", "c"]).await?);
        writers.spread(&addresses_of(&nodes));
        let kills = kills / 5;
        let mut late = bench.kill_one_of(&mut nodes, &writers, kills).await?;
        report.add("kills of one node of three", f64::from(kills), "");
        report.add("stragglers out by the others, median", percentile(&mut late, 0.5), "s");
        let most = percentile(&mut late, 1.0);
        report.add_against("stragglers out by the others, longest", most, "s", Bar::AtMost(5.0));
    }
    let acknowledged = writers.end().await?;
    bench.count(&mut report, &acknowledged, nodes).await?;
    Ok(report)
}

struct Bench<'a> {
    data: &'a Path,
    database_url: Option<&'a str>,
    received: Arc<Received>,
}

struct Node {
    name: &'static str,
    address: SocketAddr,
    server: Option<Server>,
}

fn addresses_of(nodes: &[Node]) -> Vec<SocketAddr> {
    nodes.iter().map(|it| it.address).collect()
}

impl Bench<'_> {
    async fn start(&self, names: &[&'static str]) -> Done<Vec<Node>> {
        let mut nodes = Vec::new();
        for &name in names {
            let mut node = Node { name, address: free_address()?, server: None };
            self.restart(&mut node).await?;
            nodes.push(node);
        }
        Ok(nodes)
    }

    async fn restart(&self, node: &mut Node) -> Done {
        let start = Start { node: node.name, address: Some(node.address), ..Start::on(self.data, self.database_url) };
        node.server = Some(start.run().await?);
        Ok(())
    }

    /// Kills the only node and starts it again. Answers how long after each restart the last of those in flight was received.
    async fn kill_alone(&self, nodes: &mut [Node], writers: &Writers, kills: u32) -> Done<Vec<f64>> {
        let mut late = Vec::new();
        for _ in 0..kills {
            tokio::time::sleep(some_time()).await;
            for node in &mut *nodes {
                node.server.take().map(Server::kill).transpose()?;
                let in_flight = self.in_flight(node.name).await?;
                let seen = self.received.arrivals().len();
                self.restart(node).await?;
                let ready = Instant::now();
                late.push(self.last_of(&in_flight, seen, ready).await?);
            }
            writers.still_writing()?;
        }
        Ok(late)
    }

    /// Kills one node of several. Answers how long after each kill the others had sent the last of what it had in flight.
    async fn kill_one_of(&self, nodes: &mut [Node], writers: &Writers, kills: u32) -> Done<Vec<f64>> {
        let mut late = Vec::new();
        let count = nodes.len();
        for n in 0..kills as usize {
            tokio::time::sleep(some_time()).await;
            let node = &mut nodes[n % count];
            let seen = self.received.arrivals().len();
            node.server.take().map(Server::kill).transpose()?;
            let killed = Instant::now();
            let in_flight = self.in_flight(node.name).await?;
            late.push(self.last_of(&in_flight, seen, killed).await?);
            self.restart(node).await?;
            writers.still_writing()?;
        }
        Ok(late)
    }

    /// What the database says that the dead node was about to deliver.
    async fn in_flight(&self, node: &str) -> Done<HashSet<i64>> {
        match self.database_url {
            Some(url) => in_flight_on_postgres(url, node).await,
            None => in_flight_on_sqlite(&self.data.join("orangery.db"), node),
        }
    }

    /// Seconds from `since` until all of these were received, among those that arrived after the first `seen`.
    async fn last_of(&self, ids: &HashSet<i64>, seen: usize, since: Instant) -> Done<f64> {
        let (mut missing, mut looked, mut last) = (ids.clone(), seen, since);
        while !missing.is_empty() {
            {
                let arrivals = self.received.arrivals();
                for it in &arrivals[looked..] {
                    if it.at >= since && missing.remove(&it.delivery_id) {
                        last = last.max(it.at);
                    }
                }
                looked = arrivals.len();
            }
            if since.elapsed() > Duration::from_secs(60) {
                return Err(format!("{} of {} in flight did not come within a minute", missing.len(), ids.len()));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok((last - since).as_secs_f64())
    }

    /// Waits for what is still to come, and counts.
    async fn count(&self, report: &mut Report, acknowledged: &[i64], nodes: Vec<Node>) -> Done {
        let begun = Instant::now();
        let mut lost: HashSet<i64> = acknowledged.iter().copied().collect();
        let mut looked = 0;
        while !lost.is_empty() && begun.elapsed() < Duration::from_secs(60) {
            tokio::time::sleep(Duration::from_millis(100)).await;
            let arrivals = self.received.arrivals();
            for it in &arrivals[looked..] {
                lost.remove(&it.application_id);
            }
            looked = arrivals.len();
        }
        for node in nodes {
            if let Some(server) = node.server {
                server.stop().await?;
            }
        }
        let opened = seed::open(self.data, self.database_url).await?;
        let unsettled = backlog::count(&opened, "status <> 'delivered'").await?;
        let (received, ids) = {
            let arrivals = self.received.arrivals();
            (arrivals.len(), arrivals.iter().map(|it| it.delivery_id).collect::<HashSet<i64>>().len())
        };
        report.add("acknowledged", acknowledged.len() as f64, "");
        report.add_against("acknowledged and lost", lost.len() as f64, "", Bar::AtMost(0.0));
        report.add_against("committed and not delivered in the end", unsettled as f64, "", Bar::AtMost(0.0));
        report.add("received more than once", (received - ids) as f64, "");
        if !lost.is_empty() {
            report.broken = Some(format!("{} acknowledged events were lost", lost.len()));
        }
        Ok(())
    }
}

/// Between 0.2 and 0.8 seconds.
fn some_time() -> Duration {
    use std::hash::{BuildHasher, RandomState};
    Duration::from_millis(200 + RandomState::new().hash_one(()) % 600)
}

async fn in_flight_on_postgres(url: &str, node: &str) -> Done<HashSet<i64>> {
    // A transaction whose client is gone may still be about to end.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let read = async {
        let pool = sql::Pool::open(url, sql::Options { connections: 1, ..sql::Options::default() }).await?;
        let look = pool.read().await?;
        let rows = look.rows("select id from deliveries where node = $1", sql::params![node]).await?;
        rows.iter().map(|row| row.get(0)).collect::<sql::Result<HashSet<i64>>>()
    };
    read.await.map_err(|error: sql::Error| error.to_string())
}

/// Leaves the write-ahead log as the dead server left it: the next one is to find what there was.
fn in_flight_on_sqlite(file: &Path, node: &str) -> Done<HashSet<i64>> {
    let read = || {
        let connection = rusqlite::Connection::open(file)?;
        connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        let mut statement = connection.prepare("select id from deliveries where due_at is not null and node = ?1")?;
        statement.query_map([node], |row| row.get(0))?.collect::<rusqlite::Result<HashSet<i64>>>()
    };
    read().map_err(|error: rusqlite::Error| error.to_string())
}
