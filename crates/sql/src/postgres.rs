//! PostgreSQL: a pool of connections; a transaction whose BEGIN travels with its first statement.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::Poll;
use std::time::{Duration, Instant};

use deadpool_postgres::{Manager, ManagerConfig, Object, RecyclingMethod, Runtime};
use futures_util::{FutureExt, TryStreamExt, join, poll};
use metrics::Histogram;
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Config, SimpleQueryStream};

use crate::meters::Meters;
use crate::text::Text;
use crate::tls::Tls;
use crate::tx::{Answer, Want};
use crate::{Error, Options, Result, Row, Value};

/// A connection keeps this many prepared statements; then it forgets them all, which only costs preparing again.
const STATEMENTS: usize = 512;

/// How long an abandoned statement may still take before it is cancelled.
const SOON: Duration = Duration::from_millis(100);

pub(crate) struct Postgres {
    pool: deadpool_postgres::Pool,
    pub(crate) to: To,
    /// The connection that NOTIFY goes through, once there is one.
    pub(crate) notifier: tokio::sync::Mutex<Option<Client>>,
    meters: Arc<Meters>,
}

/// Where connections go, and how.
#[derive(Clone)]
pub(crate) struct To {
    pub config: Config,
    pub tls: Tls,
}

/// One transaction. It rolls back when it is dropped, whatever was or was not sent by then.
pub(crate) struct Session {
    /// Taken out by drop only.
    client: Option<Object>,
    opening: &'static str,
    begun: Mutex<bool>,
    /// Whose statement is being sent. Joined statements are sent in the order in which they are first polled, also where
    /// one of them is still to be prepared.
    turn: tokio::sync::Mutex<()>,
    /// COMMIT was sent: whatever came behind it would be a transaction of its own.
    over: AtomicBool,
    /// A statement was dropped before its answer came: nobody knows what it did.
    abandoned: AtomicBool,
    /// The connection is lost, or holds plans that no longer fit the schema: nobody else is to have it.
    stale: AtomicBool,
    committed: bool,
    meters: Arc<Meters>,
    tls: Tls,
}

impl Postgres {
    pub(crate) async fn open(url: &str, options: &Options) -> Result<Arc<Self>> {
        let (config, tls) = configure(url)?;
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let pool = deadpool_postgres::Pool::builder(Manager::from_config(config.clone(), tls.connector(), manager))
            .max_size(options.connections.max(1))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(Duration::from_secs(30)))
            .create_timeout(Some(Duration::from_secs(30)))
            .build()
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        drop(pool.get().await?);
        Ok(Arc::new(Self {
            pool,
            to: To { config, tls },
            notifier: tokio::sync::Mutex::default(),
            meters: Arc::new(Meters::bind()),
        }))
    }

    pub(crate) async fn begin(&self) -> Result<Session> {
        self.session("begin", &self.meters.write_wait).await
    }

    pub(crate) async fn read(&self) -> Result<Session> {
        self.session("begin isolation level repeatable read read only", &self.meters.read_wait).await
    }

    async fn session(&self, opening: &'static str, wait: &Histogram) -> Result<Session> {
        let asked = Instant::now();
        let client = Some(self.pool.get().await?);
        wait.record(asked.elapsed());
        Ok(Session {
            client,
            opening,
            begun: Mutex::new(false),
            turn: tokio::sync::Mutex::default(),
            over: AtomicBool::new(false),
            abandoned: AtomicBool::new(false),
            stale: AtomicBool::new(false),
            committed: false,
            meters: self.meters.clone(),
            tls: self.to.tls.clone(),
        })
    }
}

impl Session {
    fn client(&self) -> Result<&Object> {
        self.client.as_ref().ok_or_else(|| Error::Unavailable("the connection is gone".to_owned()))
    }

    /// Sends BEGIN if that was not done yet; the answer is read with that of the statement it precedes. It is sent
    /// before the lock is left, so that no other statement of this transaction can get before it.
    fn open(&self) -> Result<Option<SimpleQueryStream>> {
        let client = self.client()?;
        let mut begun = self.begun.lock();
        if *begun {
            return Ok(None);
        }
        let sent = client.simple_query_raw(self.opening).now_or_never();
        *begun = true;
        let unsent = || Error::Unavailable("BEGIN could not be sent".to_owned());
        Ok(Some(sent.ok_or_else(unsent)?.map_err(|error| self.failed(error))?))
    }

    pub(crate) async fn run(&self, text: &Text, params: &[Value], want: Want) -> Result<Answer> {
        self.guarded(self.statement(text, params, want)).await
    }

    pub(crate) async fn script(&self, sql: &str) -> Result<()> {
        let client = self.client()?;
        self.guarded(client.batch_execute(sql).map(|done| Ok(done?))).await
    }

    /// Runs `statement` behind BEGIN, and remembers if it is dropped in between.
    async fn guarded<T>(&self, statement: impl Future<Output = Result<T>>) -> Result<T> {
        let doubt = Doubt(&self.abandoned);
        let answer = match self.open()? {
            Some(begin) => {
                let begin = begin.try_collect::<Vec<_>>();
                let (begun, answer) = join!(begin, statement);
                begun.map_err(|error| self.failed(error))?;
                answer
            }
            None => statement.await,
        };
        std::mem::forget(doubt);
        answer
    }

    async fn statement(&self, text: &Text, params: &[Value], want: Want) -> Result<Answer> {
        let client = self.client()?;
        if self.over.load(Relaxed) {
            return Err(Error::Database("a statement came after COMMIT".to_owned()));
        }
        if client.statement_cache.size() >= STATEMENTS {
            client.statement_cache.clear();
        }
        let run = async {
            let turn = self.turn.lock().await;
            let statement = client.prepare_cached(&text.postgres).await?;
            if want == Want::Count {
                let count = sent(client.execute_raw(&statement, params), turn).await?;
                return Ok(Answer { count, ..Answer::default() });
            }
            let rows = sent(client.query_raw(&statement, params), turn).await?;
            let rows: Vec<_> = rows.map_ok(Row::postgres).try_collect().await?;
            Ok(Answer { rows, ..Answer::default() })
        };
        let mut answer = run.await.map_err(|error| self.failed(error))?;
        if want == Want::Id {
            answer.id = answer.rows.first().map_or(Ok(0), |row| row.get(0))?;
        }
        Ok(answer)
    }

    fn failed(&self, error: tokio_postgres::Error) -> Error {
        // "cached plan must not change result type": the schema was changed under this connection.
        let plan = error.as_db_error().is_some_and(|db| {
            *db.code() == SqlState::INVALID_SQL_STATEMENT_NAME || db.routine() == Some("RevalidateCachedQuery")
        });
        if plan {
            self.stale.store(true, Relaxed);
            return Error::Conflict;
        }
        let error = Error::from(error);
        if matches!(error, Error::Unavailable(_)) {
            self.stale.store(true, Relaxed);
        }
        error
    }

    pub(crate) fn abandoned(&self) -> bool {
        self.abandoned.load(Relaxed)
    }

    /// Sends COMMIT behind what was first polled before, unless `failed` says by then that there is nothing to commit.
    pub(crate) async fn commit(&self, failed: impl Fn() -> bool) -> Result<()> {
        let client = self.client()?;
        let turn = self.turn.lock().await;
        if failed() {
            return Ok(());
        }
        self.over.store(true, Relaxed);
        if *self.begun.lock() {
            let begun = Instant::now();
            sent(client.batch_execute("commit"), turn).await.map_err(|error| self.failed(error))?;
            self.meters.commit.record(begun.elapsed());
        }
        Ok(())
    }

    /// COMMIT was answered: there is nothing to roll back.
    pub(crate) fn close(mut self) {
        self.committed = true;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if *self.stale.get_mut() {
            drop(Object::take(client)); // closes it
            return;
        }
        if self.committed || !*self.begun.get_mut() {
            return;
        }
        if !*self.abandoned.get_mut() {
            // Sent here and now; whoever gets this connection next comes after it.
            let _ = client.simple_query_raw("rollback").now_or_never();
            return;
        }
        // An abandoned statement may still run: nobody is to wait for it who did not ask for it.
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(Cleared(Some(client)).clear(self.tls.clone()))),
            Err(_) => drop(Object::take(client)),
        }
    }
}

/// What `statement` answers. Its first poll sends it; then it is the next one's turn.
async fn sent<T>(statement: impl Future<Output = T>, turn: tokio::sync::MutexGuard<'_, ()>) -> T {
    let mut statement = pin!(statement);
    let first = poll!(statement.as_mut());
    drop(turn);
    match first {
        Poll::Ready(answer) => answer,
        Poll::Pending => statement.await,
    }
}

/// A connection with a statement that nobody waits for. It goes back to the pool once it is clear, or is closed.
struct Cleared(Option<Object>);

impl Cleared {
    async fn clear(mut self, tls: Tls) {
        let Some(client) = &self.0 else { return };
        match timeout(SOON, client.batch_execute("rollback")).await {
            Ok(Ok(())) => drop(self.0.take()),
            Ok(Err(_)) => {}
            // Closed then: the cancellation arrives when it likes, and must not hit another's statement.
            Err(_) => drop(client.cancel_token().cancel_query(tls.connector()).await),
        }
    }
}

impl Drop for Cleared {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

/// Dropped: a statement was abandoned. Forgotten: it was answered.
struct Doubt<'a>(&'a AtomicBool);

impl Drop for Doubt<'_> {
    fn drop(&mut self) {
        self.0.store(true, Relaxed);
    }
}

/// Reads the URL. `search_path=…` may stand beside `options=…`: it becomes one of them. TLS has more modes than the
/// driver knows.
fn configure(url: &str) -> Result<(Config, Tls)> {
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let ours = ["search_path=", "sslmode=", "sslrootcert="];
    let (given, others): (Vec<&str>, Vec<&str>) =
        query.split('&').filter(|it| !it.is_empty()).partition(|it| ours.iter().any(|name| it.starts_with(name)));
    let last = |name: &str| given.iter().rev().find_map(|it| it.strip_prefix(name));
    let roots = last("sslrootcert=").map(|it| it.replace("%2F", "/").replace("%2f", "/"));
    let tls = Tls::new(last("sslmode="), roots.as_deref())?;
    let mut config: Config = format!("{base}?{}", others.join("&")).trim_end_matches('?').parse()?;
    if let Some(path) = last("search_path=") {
        let path = path.replace("%2C", ",").replace("%2c", ",");
        let given = config.get_options().map(|it| format!("{it} ")).unwrap_or_default();
        config.options(format!("{given}-c search_path={path}"));
    }
    config.connect_timeout(Duration::from_secs(10)).ssl_mode(tls.mode);
    // A server that went without a word is missed soon, not when TCP gives it up.
    config.keepalives_idle(Duration::from_secs(10)).keepalives_interval(Duration::from_secs(5)).keepalives_retries(3);
    config.tcp_user_timeout(Duration::from_secs(20));
    Ok((config, tls))
}
