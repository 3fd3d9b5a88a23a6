//! SQLite: one writer behind a fair turn, whose transactions share their COMMIT; readers on connections of their own.
//!
//! A writing transaction is a SAVEPOINT inside an outer transaction. Whoever commits releases its savepoint, joins the
//! batch and hands the turn on; the first of a batch sends a flusher, which queues for the turn like everyone else and
//! commits for all of the batch with one fsync. No one is answered before that.
//!
//! SQLite may roll the outer transaction back by itself (disk full, I/O error). Then everyone in the batch is told, and
//! nothing more runs in the transaction that met the error: outside the outer one it would commit by itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, params_from_iter};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore, oneshot};

use crate::meters::Meters;
use crate::row::Set;
use crate::text::Text;
use crate::tx::{Answer, Want};
use crate::{Error, Options, Result, Value};

/// A statement that took longer than this last time does not run on a thread that serves others.
const LONG: Duration = Duration::from_micros(500);

pub(crate) struct Sqlite {
    path: PathBuf,
    /// Held from `begin` to `commit`, and by the flusher. Tokio's mutex is fair: turns go by the order of asking.
    turn: Arc<tokio::sync::Mutex<()>>,
    writer: Mutex<Writer>,
    readers: Mutex<Vec<Connection>>,
    free: Arc<Semaphore>,
    commits: AtomicU64,
    committed: AtomicU64,
    meters: Meters,
}

struct Writer {
    connection: Connection,
    /// Whether the outer transaction is open.
    open: bool,
    /// Whether a flusher is on its way.
    flushing: bool,
    /// Those who have released their savepoint and wait for the COMMIT.
    batch: Vec<oneshot::Sender<Result<()>>>,
}

/// A transaction that writes.
pub(crate) struct Write {
    db: Arc<Sqlite>,
    _turn: OwnedMutexGuard<()>,
    released: bool,
}

/// A snapshot.
pub(crate) struct Read {
    db: Arc<Sqlite>,
    /// Taken out by drop only.
    connection: Mutex<Option<Connection>>,
    _free: OwnedSemaphorePermit,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, options: &Options) -> Result<Arc<Self>> {
        let writer = connect(path, options)?;
        let mut readers = Vec::new();
        for _ in 0..options.readers.max(1) {
            let reader = connect(path, options)?;
            reader.execute_batch("pragma query_only = on")?;
            readers.push(reader);
        }
        Ok(Arc::new(Self {
            path: path.to_owned(),
            turn: Arc::default(),
            writer: Mutex::new(Writer { connection: writer, open: false, flushing: false, batch: Vec::new() }),
            free: Arc::new(Semaphore::new(readers.len())),
            readers: Mutex::new(readers),
            commits: AtomicU64::new(0),
            committed: AtomicU64::new(0),
            meters: Meters::bind(),
        }))
    }

    pub(crate) async fn begin(self: &Arc<Self>) -> Result<Write> {
        let asked = Instant::now();
        let turn = self.turn.clone().lock_owned().await;
        self.meters.write_wait.record(asked.elapsed());
        // From here to the guard nothing awaits, so that nobody can be cancelled in between.
        self.writer.lock().enter()?;
        Ok(Write { db: self.clone(), _turn: turn, released: false })
    }

    pub(crate) async fn read(self: &Arc<Self>) -> Result<Read> {
        let lost = || Error::Unavailable("the readers are gone".to_owned());
        let asked = Instant::now();
        let free = self.free.clone().acquire_owned().await.map_err(|_| lost())?;
        self.meters.read_wait.record(asked.elapsed());
        let connection = self.readers.lock().pop().ok_or_else(lost)?;
        let read = Read { db: self.clone(), connection: Mutex::new(Some(connection)), _free: free };
        if let Some(connection) = &*read.connection.lock() {
            step(connection, "begin deferred")?;
        }
        Ok(read)
    }

    pub(crate) fn group_commits(&self) -> (u64, u64) {
        (self.commits.load(Relaxed), self.committed.load(Relaxed))
    }

    /// Copies the database as it stands into a new file, while others write.
    pub(crate) async fn backup(&self, to: &Path) -> Result<()> {
        let (from, to) = (self.path.clone(), to.to_owned());
        let copy = move || -> Result<()> {
            let Some(name) = to.to_str() else { return Err(Error::Database("a backup's path is UTF-8".to_owned())) };
            let connection = connect(&from, &Options::default())?;
            connection.execute("vacuum into ?1", [name])?;
            let file = std::fs::File::open(&to).and_then(|file| file.sync_all());
            file.map_err(|error| Error::Unavailable(error.to_string()))
        };
        tokio::task::spawn_blocking(copy).await.map_err(|error| Error::Unavailable(error.to_string()))?
    }

    /// Commits for everyone in the batch. The caller holds the turn.
    fn flush(&self) {
        let mut writer = self.writer.lock();
        writer.flushing = false;
        if !writer.open {
            return;
        }
        let begun = Instant::now();
        let done = step(&writer.connection, "commit").map_err(|error| lost(&error));
        writer.open = false;
        if done.is_err() {
            let _ = step(&writer.connection, "rollback");
        } else {
            self.meters.commit.record(begun.elapsed());
            self.meters.commit_size.record(writer.batch.len() as f64);
            self.commits.fetch_add(1, Relaxed);
            self.committed.fetch_add(writer.batch.len() as u64, Relaxed);
        }
        for waiting in writer.batch.drain(..) {
            let _ = waiting.send(done.clone());
        }
    }
}

impl Writer {
    fn enter(&mut self) -> Result<()> {
        if !self.open {
            // Waits for other processes that write to the file, if there are any.
            blocking(|| step(&self.connection, "begin immediate"))?;
            self.open = true;
        }
        let entered = step(&self.connection, "savepoint work");
        entered.map_err(|error| self.failed(error))
    }

    /// To be told of every error: asks whether the outer transaction is still there, and if not, tells the batch.
    fn failed(&mut self, error: Error) -> Error {
        if self.open && self.connection.is_autocommit() {
            self.open = false;
            for waiting in self.batch.drain(..) {
                let _ = waiting.send(Err(lost(&error)));
            }
        }
        error
    }
}

impl Write {
    pub(crate) fn run(&self, text: &Text, params: &[Value], want: Want) -> Result<Answer> {
        let mut writer = self.db.writer.lock();
        if !writer.open {
            return Err(Error::Unavailable("the transaction is gone".to_owned()));
        }
        run(&writer.connection, text, params, want).map_err(|error| writer.failed(error))
    }

    pub(crate) fn script(&self, sql: &str) -> Result<()> {
        let mut writer = self.db.writer.lock();
        if !writer.open {
            return Err(Error::Unavailable("the transaction is gone".to_owned()));
        }
        let done = blocking(|| writer.connection.execute_batch(sql)).map_err(Error::from);
        done.map_err(|error| writer.failed(error))
    }

    pub(crate) async fn commit(mut self) -> Result<()> {
        let (sender, answer) = oneshot::channel();
        let first = {
            let mut writer = self.db.writer.lock();
            if !writer.open {
                return Err(Error::Unavailable("the transaction is gone".to_owned()));
            }
            step(&writer.connection, "release work").map_err(|error| writer.failed(error))?;
            writer.batch.push(sender);
            !std::mem::replace(&mut writer.flushing, true)
        };
        self.released = true;
        let db = self.db.clone();
        drop(self); // the next one's turn
        if first {
            let flusher = Flusher { db, done: false };
            match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(flusher.run())),
                Err(_) => drop(flusher),
            }
        }
        answer.await.unwrap_or_else(|_| Err(Error::Unavailable("the writer is gone".to_owned())))
    }
}

impl Drop for Write {
    fn drop(&mut self) {
        if self.released {
            return;
        }
        let mut writer = self.db.writer.lock();
        if !writer.open {
            return;
        }
        let undone =
            step(&writer.connection, "rollback to work").and_then(|()| step(&writer.connection, "release work"));
        if let Err(error) = undone {
            // What cannot be undone must not be committed with the others.
            writer.failed(error.clone());
            let _ = step(&writer.connection, "rollback");
            writer.failed(error);
        } else if writer.batch.is_empty() {
            let _ = step(&writer.connection, "rollback");
            writer.open = false;
        } else if !writer.flushing {
            // The flusher went down with its runtime: those who wait are served here.
            drop(writer);
            self.db.flush();
        }
    }
}

/// Commits the batch at its turn, or when it is dropped with its runtime.
struct Flusher {
    db: Arc<Sqlite>,
    done: bool,
}

impl Flusher {
    async fn run(mut self) {
        let turn = self.db.turn.clone().lock_owned().await;
        blocking(|| self.db.flush());
        self.done = true;
        drop(turn);
    }
}

impl Drop for Flusher {
    fn drop(&mut self) {
        if self.done {
            return;
        }
        self.db.writer.lock().flushing = false;
        // If somebody has the turn, they see that no flusher is on its way.
        if let Ok(_turn) = self.db.turn.try_lock() {
            self.db.flush();
        }
    }
}

impl Read {
    pub(crate) fn run(&self, text: &Text, params: &[Value], want: Want) -> Result<Answer> {
        match &*self.connection.lock() {
            Some(connection) => run(connection, text, params, want),
            None => Err(Error::Unavailable("the reader is gone".to_owned())),
        }
    }
}

impl Drop for Read {
    fn drop(&mut self) {
        let Some(connection) = self.connection.get_mut().take() else { return };
        if !connection.is_autocommit() {
            let _ = step(&connection, "rollback");
        }
        self.db.readers.lock().push(connection);
    }
}

fn connect(path: &Path, options: &Options) -> Result<Connection> {
    // Without SQLITE_OPEN_URI: a path may hold `?` and `%`.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    // "name" is a column or an error, as on PostgreSQL, never a text.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    // One plan per statement: else, once ANALYZE has run, each new value of a parameter has its statement planned anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(&format!(
        "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory;
         pragma secure_delete = on; pragma cache_size = -{}; pragma mmap_size = {}; pragma journal_size_limit = 67108864;",
        options.cache_kib, options.mmap_bytes
    ))?;
    connection.set_prepared_statement_cache_capacity(512);
    Ok(connection)
}

/// One of this module's own statements.
fn step(connection: &Connection, sql: &str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn run(connection: &Connection, text: &Text, params: &[Value], want: Want) -> Result<Answer> {
    let start = Instant::now();
    let work = || -> rusqlite::Result<Answer> {
        let mut statement = connection.prepare_cached(&text.sqlite)?;
        let mut set = Set::new(statement.column_count());
        let mut rows = statement.query(params_from_iter(params))?;
        while let Some(row) = rows.next()? {
            set.push(row)?;
            if want == Want::One {
                break;
            }
        }
        drop(rows);
        drop(statement);
        let count = if want == Want::Count { connection.changes() } else { 0 };
        let id = if want == Want::Id { connection.last_insert_rowid() } else { 0 };
        Ok(Answer { rows: set.rows(), count, id })
    };
    let answer = if text.slow.load(Relaxed) { blocking(work) } else { work() };
    text.slow.store(start.elapsed() > LONG, Relaxed);
    Ok(answer?)
}

/// Runs what may take long where it does not hold up the other tasks of this thread, if the runtime can do that.
fn blocking<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current() {
        Ok(runtime) if runtime.runtime_flavor() == RuntimeFlavor::MultiThread => tokio::task::block_in_place(work),
        _ => work(),
    }
}

fn lost(error: &Error) -> Error {
    Error::Unavailable(format!("the batch was lost: {error}"))
}
