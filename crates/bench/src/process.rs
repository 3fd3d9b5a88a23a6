//! Processor time and memory of other processes, as Linux counts them.

use crate::Done;

/// Seconds of user and system time of one process.
pub fn cpu(pid: u32) -> f64 {
    let stat = stat(pid);
    (ticks(&stat, 11) + ticks(&stat, 12)) / 100.0
}

/// The PostgreSQL server behind a database, if it is one and runs on this machine.
pub struct Postgres {
    postmaster: Option<u32>,
}

impl Postgres {
    pub async fn behind(database_url: Option<&str>) -> Done<Self> {
        let Some(url) = database_url else { return Ok(Self { postmaster: None }) };
        let asked = async {
            let look = sql::Pool::open(url, sql::Options::default()).await?.read().await?;
            look.count("select cast(pg_backend_pid() as bigint)", &[]).await
        };
        let backend = asked.await.map_err(|error: sql::Error| error.to_string())?;
        let parent = u32::try_from(backend).map(|pid| ticks(&stat(pid), 1) as u32);
        Ok(Self { postmaster: parent.ok().filter(|it| *it > 1) })
    }

    /// Seconds of all its processes, those included that have ended.
    pub fn cpu(&self) -> f64 {
        let Some(postmaster) = self.postmaster else { return 0.0 };
        let Ok(processes) = std::fs::read_dir("/proc") else { return 0.0 };
        let pids = processes.flatten().filter_map(|it| it.file_name().to_str().and_then(|it| it.parse::<u32>().ok()));
        let children = pids.filter(|pid| ticks(&stat(*pid), 1) as u32 == postmaster);
        let own = stat(postmaster);
        cpu(postmaster) + (ticks(&own, 13) + ticks(&own, 14)) / 100.0 + children.map(cpu).sum::<f64>()
    }
}

/// What the kernel tells of a process, from its state on: the name before it stands in brackets and may hold blanks.
fn stat(pid: u32) -> String {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").map(|(_, rest)| rest.to_owned()).unwrap_or_default()
}

fn ticks(stat: &str, n: usize) -> f64 {
    stat.split(' ').nth(n).and_then(|it| it.parse().ok()).unwrap_or(0.0)
}

/// Anonymous memory that is resident, in MiB.
pub fn memory(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|it| it.strip_prefix("RssAnon:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
