//! The database: opened once, cloned freely.

use std::path::Path;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::tx::Inner;
use crate::{Error, NamedLock, Result, Tx};

/// A database.
#[derive(Clone)]
pub struct Pool(Kind);

#[derive(Clone)]
enum Kind {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

#[derive(Debug, Clone)]
pub struct Options {
    /// SQLite: how many may read at once.
    pub readers: usize,
    /// PostgreSQL: how many connections the pool holds.
    pub connections: usize,
    /// SQLite: the page cache of each connection.
    pub cache_kib: i64,
    /// SQLite: how much of the file each connection maps.
    pub mmap_bytes: i64,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 4, connections: 16, cache_kib: 4096, mmap_bytes: 64 << 20 }
    }
}

impl Pool {
    /// Opens `sqlite:PATH`, which is made if it is not there, or `postgres://…`.
    pub async fn open(url: &str, options: Options) -> Result<Self> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return Ok(Self(Kind::Sqlite(Sqlite::open(Path::new(path), &options)?)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self(Kind::Postgres(Postgres::open(url, &options).await?)));
        }
        Err(Error::Database("a database is sqlite:PATH or postgres://…".to_owned()))
    }

    pub fn dialect(&self) -> Dialect {
        match &self.0 {
            Kind::Sqlite(_) => Dialect::Sqlite,
            Kind::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A transaction that reads and writes. On SQLite there is one at a time, in the order of asking.
    pub async fn begin(&self) -> Result<Tx> {
        Ok(Tx::new(match &self.0 {
            Kind::Sqlite(db) => Inner::Write(db.begin().await?),
            Kind::Postgres(db) => Inner::Postgres(db.begin().await?),
        }))
    }

    /// A snapshot that is only read, taken at its first statement. It is in nobody's way; dropping it ends it.
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx::new(match &self.0 {
            Kind::Sqlite(db) => Inner::Read(db.read().await?),
            Kind::Postgres(db) => Inner::Postgres(db.read().await?),
        }))
    }

    /// Copies a SQLite database to a new file, while others write.
    pub async fn backup(&self, to: &Path) -> Result<()> {
        match &self.0 {
            Kind::Sqlite(db) => db.backup(to).await,
            Kind::Postgres(_) => Err(Error::Database("PostgreSQL is backed up with pg_dump".to_owned())),
        }
    }

    /// Wakes those who [`listen`](Pool::listen) on other nodes. Call it after a commit, not for each of many.
    pub async fn notify(&self, channel: &str) -> Result<()> {
        match &self.0 {
            Kind::Sqlite(_) => Ok(()),
            Kind::Postgres(db) => db.notify(channel).await,
        }
    }

    /// Hears what other nodes [`notify`](Pool::notify); on SQLite there are none. One must poll too: a notification may
    /// be lost while the connection is.
    pub async fn listen(&self, channel: &str) -> Result<mpsc::Receiver<()>> {
        match &self.0 {
            Kind::Sqlite(_) => {
                let (sender, receiver) = mpsc::channel(1);
                // Kept open until the receiver goes: a closed channel would answer at once, for ever.
                tokio::spawn(async move { sender.closed().await });
                Ok(receiver)
            }
            Kind::Postgres(db) => db.listen(channel).await,
        }
    }

    /// Takes a name for this process until the lock is dropped; `None` if another has it. A SQLite file is one
    /// process's, so that every name is free.
    pub async fn lock_name(&self, name: &str) -> Result<Option<NamedLock>> {
        match &self.0 {
            Kind::Sqlite(_) => Ok(Some(NamedLock(None))),
            Kind::Postgres(db) => db.lock_name(name).await,
        }
    }

    /// How many COMMITs SQLite made, and for how many transactions.
    pub fn group_commits(&self) -> (u64, u64) {
        match &self.0 {
            Kind::Sqlite(db) => db.group_commits(),
            Kind::Postgres(_) => (0, 0),
        }
    }
}
