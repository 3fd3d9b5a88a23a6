//! The worker: makes words anew of who changed, makes the whole index where it is missing, and has files read. On PostgreSQL several nodes share
//! this: each takes what nobody else has. Whatever ends a node, what it had taken is taken again.

use std::time::{Duration, Instant};

use tokio::task::JoinHandle;

use super::reader::Reader;
use crate::{
    domain::search::{self, Claimed, Read, Swept},
    error::{Error, Result},
    house::Orangery,
    tables::TextStatus,
    words::Word,
};

/// So many candidates are done in one transaction: on SQLite all others wait for it.
const AT_ONCE: i64 = 8;
const SWEPT_AT_ONCE: i64 = 32;

/// How often to look for what another node noted, and for files whose time has come.
const POLL: Duration = Duration::from_secs(2);

/// After a failure, and before what could not be had is tried again.
const REST: Duration = Duration::from_millis(500);

/// The tasks of a node.
pub struct Worker {
    tasks: [JoinHandle<()>; 2],
}

impl Worker {
    pub fn start(house: Orangery, reader: Reader) -> Self {
        Self { tasks: [tokio::spawn(keep_index(house.clone())), tokio::spawn(keep_reading(house, reader))] }
    }

    /// The same with this very program as the one that reads. Without one, the log says so.
    pub fn start_here(house: &Orangery) -> Option<Self> {
        match Reader::of_this_program() {
            Ok(reader) => Some(Self::start(house.clone(), reader)),
            Err(why) => {
                tracing::error!(%why, "this program can't be started again, so that nothing new is found by search");
                None
            }
        }
    }

    pub fn stop(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn keep_index(house: Orangery) {
    loop {
        let begun = Instant::now();
        let more = match step(&house).await {
            Ok(more) => more,
            Err(why) => {
                tracing::warn!(%why, "the index of search could not be kept");
                tokio::time::sleep(REST).await;
                true
            }
        };
        if more {
            // Others get as much of the database as this took.
            tokio::time::sleep(begun.elapsed().clamp(Duration::from_millis(1), REST)).await;
            continue;
        }
        tokio::select! {
            () = house.search_news() => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Does some of what is to be done; false if nothing is left.
async fn step(house: &Orangery) -> Result<bool> {
    if is_idle(house).await? {
        return Ok(false);
    }
    if settle(house).await? > 0 {
        return Ok(true);
    }
    Ok(sweep(house, SWEPT_AT_ONCE).await? != Swept::Nothing)
}

/// Whether there is nothing to do, asked without taking the writer's turn.
async fn is_idle(house: &Orangery) -> Result<bool> {
    let tx = house.pool.read().await?;
    let stale = tx.row("select 1 from search_stale limit 1", &[]).await?;
    let sweep = "select 1 from search_progress where rules <> $1 or finished_at is null limit 1";
    Ok(stale.is_none() && tx.row(sweep, sql::params![search::RULES]).await?.is_none())
}

/// Makes words anew of some who changed.
async fn settle(house: &Orangery) -> Result<u64> {
    let tx = house.pool.begin().await?;
    let (catalog, _) = house.catalog(&tx).await?;
    let done = search::settle(&tx, &catalog, house.now(), AT_ONCE).await?;
    tx.commit().await?;
    Ok(done)
}

/// Makes a part of the whole index, if it is to be made.
pub async fn sweep(house: &Orangery, most: i64) -> Result<Swept> {
    let tx = house.pool.begin().await?;
    let (catalog, _) = house.catalog(&tx).await?;
    let swept = search::sweep(&tx, &catalog, house.now(), most).await?;
    tx.commit().await?;
    Ok(swept)
}

async fn keep_reading(house: Orangery, reader: Reader) {
    loop {
        match read_due(&house, &reader).await {
            Ok(0) => tokio::time::sleep(POLL).await,
            Ok(_) => {}
            Err(why) => {
                tracing::warn!(%why, "files could not be read for search");
                tokio::time::sleep(POLL).await;
            }
        }
    }
}

/// Reads some files that are due, and answers how many.
async fn read_due(house: &Orangery, reader: &Reader) -> Result<usize> {
    let due = "select 1 from attachment_texts where due_at is not null and due_at <= $1 limit 1";
    if house.pool.read().await?.row(due, sql::params![house.now()]).await?.is_none() {
        return Ok(0);
    }
    let tx = house.pool.begin().await?;
    let claimed = search::claim(&tx, house.now(), reader.at_once()).await?;
    tx.commit().await?;
    let count = claimed.len();
    let done = futures_util::future::join_all(claimed.iter().map(|it| read(house, reader, it))).await;
    done.into_iter().collect::<Result<()>>()?;
    Ok(count)
}

async fn read(house: &Orangery, reader: &Reader, claimed: &Claimed) -> Result<()> {
    let read = match house.files.read(&claimed.attachment.blob).await {
        Ok(content) => reader.read(&content, &claimed.attachment.filename).await,
        Err(error) => Read::Failed(format!("the file can't be had: {error}")),
    };
    let tx = house.pool.begin().await?;
    let status = search::note_read(&tx, claimed, read, house.now()).await?;
    tx.commit().await?;
    metrics::counter!("orangery_attachment_texts_total", "status" => status.word()).increment(1);
    if status == TextStatus::Done {
        house.wake_search();
    }
    Ok(())
}

/// Does all that is to be done now, and returns. Where the clock stands, what failed is not tried again.
pub async fn finish(house: &Orangery, reader: &Reader) -> Result<()> {
    loop {
        let more = match step(house).await {
            Err(Error::Database(sql::Error::Conflict)) => true,
            more => more?,
        };
        if !more && read_due(house, reader).await? == 0 && is_idle(house).await? {
            return Ok(());
        }
    }
}

/// How much is still to be done, for who keeps the house running. Counted up to [`MOST`].
#[derive(Debug, Clone, Copy)]
pub struct Backlog {
    pub stale: i64,
    pub unread: i64,
    /// Whether the whole index is being made.
    pub rebuilding: bool,
}

pub const MOST: i64 = 10_000;

pub async fn backlog(house: &Orangery) -> Result<Backlog> {
    let tx = house.pool.read().await?;
    let stale = "select count(*) from (select 1 from search_stale limit $1) noted";
    let unread = "select count(*) from (select 1 from attachment_texts where due_at is not null limit $1) due";
    let sweep = "select 1 from search_progress where rules <> $1 or finished_at is null limit 1";
    Ok(Backlog {
        stale: tx.count(stale, sql::params![MOST]).await?,
        unread: tx.count(unread, sql::params![MOST]).await?,
        rebuilding: tx.row(sweep, sql::params![search::RULES]).await?.is_some(),
    })
}
