//! The courier itself: started once per node, woken when there may be something to deliver.
//!
//! One task takes turns with the database: each turn settles the outcomes that gathered, renews leases, and claims what
//! is due, in one transaction. The posts run beside it, in tasks that take the next job from the board when one is done.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use sql::{NamedLock, Pool};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
    time::Instant,
};

use crate::{
    board::Board,
    claim,
    client::{self, Client},
    connect::{Resolve, system_resolver},
    guard::Guard,
    meters::Meters,
    proxy::Proxy,
    seal::Seal,
    turn::{Turn, Waiting},
};

mod fly;

/// What `Pool::notify` is called with where deliveries were made for couriers of other processes.
pub const CHANNEL: &str = "orangery_deliveries";

/// Tells the time; nothing else here does.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

#[derive(Clone)]
pub struct Settings {
    /// The name by which this node knows its own leases after a restart. Held by a lock: no two run with the same.
    pub node: String,
    pub guard: Guard,
    /// `Orangery/<version>`
    pub user_agent: String,
    /// In flight at once, in all and per endpoint that doesn't say.
    pub concurrency: usize,
    pub per_endpoint: usize,
    /// Of one attempt, all told.
    pub deadline: Duration,
    /// After how long others may take over what this node had in flight when it died. Renewed while it lives.
    pub lease: Duration,
    /// How long `stop` waits for what is in flight.
    pub grace: Duration,
    /// Outcomes gather for so long before they are written, unless there are many.
    pub gather: Duration,
    /// How often to look without having been woken.
    pub poll: Duration,
    pub resolve: Resolve,
    pub tls: Option<rustls::ClientConfig>,
    /// By which everything is sent.
    pub proxy: Option<Proxy>,
}

impl Settings {
    pub fn new(node: impl Into<String>, guard: Guard, user_agent: impl Into<String>) -> Self {
        Self {
            node: node.into(),
            guard,
            user_agent: user_agent.into(),
            concurrency: 256,
            per_endpoint: 16,
            deadline: Duration::from_secs(10),
            lease: Duration::from_secs(4),
            grace: Duration::from_secs(11),
            gather: Duration::from_millis(3),
            poll: Duration::from_secs(1),
            resolve: system_resolver(),
            tls: None,
            proxy: None,
        }
    }

    /// A client with these settings: for pings from programs that deliver nothing.
    pub fn client(&self) -> Result<Client, String> {
        Client::new(client::Settings {
            guard: self.guard.clone(),
            deadline: self.deadline,
            resolve: self.resolve.clone(),
            tls: self.tls.clone(),
            proxy: self.proxy.clone(),
        })
    }
}

#[derive(Debug)]
pub enum Error {
    Database(sql::Error),
    /// Another node of this name is running.
    NameTaken(String),
    Client(String),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(why) => why.fmt(f),
            Self::NameTaken(node) => write!(f, "another node named {node:?} is running on this database"),
            Self::Client(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Error {}

impl From<sql::Error> for Error {
    fn from(why: sql::Error) -> Self {
        Self::Database(why)
    }
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Delivers until it is stopped. Dropped without `stop`, it leaves everything as if the process had died.
pub struct Courier {
    shared: Arc<Shared>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

pub(crate) struct Shared {
    pub pool: Pool,
    pub seal: Arc<Seal>,
    pub settings: Settings,
    pub clock: Clock,
    pub meters: Meters,
    /// Sent to when there is something that somebody should see to.
    pub trouble: watch::Sender<()>,
    client: Client,
    board: Mutex<Board>,
    /// Something may be due, or must be written now.
    now: Notify,
    /// Something is to be written when convenient.
    soon: Notify,
    stopping: AtomicBool,
    dropped: AtomicBool,
    /// Given up as soon as nothing is done in this name any more.
    name: Mutex<Option<NamedLock>>,
}

impl Courier {
    /// Takes over what this node had in flight before, and begins.
    pub async fn start(pool: Pool, seal: Arc<Seal>, settings: Settings, clock: Clock) -> Result<Self> {
        let client = settings.client().map_err(Error::Client)?;
        let name = take_name(&pool, &settings.node).await?;

        let tx = pool.begin().await?;
        let now = clock();
        let recovered = claim::recover(&tx, &settings.node, now, now + lease(&settings)).await?;
        tx.commit().await?;
        if recovered > 0 {
            tracing::info!(recovered, "deliveries that were in flight go out again");
        }

        let mut heard = pool.listen(CHANNEL).await?;
        let board = Mutex::new(Board::new(settings.concurrency));
        let shared = Arc::new(Shared {
            pool,
            seal,
            settings,
            clock,
            meters: Meters::new(),
            trouble: watch::Sender::new(()),
            client,
            board,
            now: Notify::new(),
            soon: Notify::new(),
            stopping: AtomicBool::new(false),
            dropped: AtomicBool::new(false),
            name: Mutex::new(Some(name)),
        });
        shared.now.notify_one();
        let listener = shared.clone();
        let tasks = Mutex::new(vec![
            tokio::spawn(shared.clone().run()),
            tokio::spawn(shared.clone().pace()),
            tokio::spawn(shared.clone().keep_name()),
            tokio::spawn(async move {
                while heard.recv().await.is_some() {
                    listener.now.notify_one();
                }
            }),
        ]);
        Ok(Self { shared, tasks })
    }

    /// Deliveries were committed.
    pub fn wake(&self) {
        self.shared.now.notify_one();
    }

    /// Whether it delivers: not once it was told to stop, nor if its loop came to an end.
    pub fn is_running(&self) -> bool {
        let tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        !self.shared.stopping.load(Ordering::Relaxed) && tasks.first().is_some_and(|it| !it.is_finished())
    }

    /// An endpoint was changed. Not needed where its `updated_at` moved.
    pub fn forget_endpoint(&self, id: i64) {
        self.shared.board().forget(id);
        self.wake();
    }

    /// Sends by the courier's connections: what a ping needs.
    pub fn client(&self) -> &Client {
        &self.shared.client
    }

    /// Changes when a delivery was given up, or an endpoint is gone, after that is written down: see `deliveries` for
    /// those that failed of late, `webhook_health` for `gone_at`. It says nothing of what other nodes saw.
    pub fn trouble(&self) -> watch::Receiver<()> {
        self.shared.trouble.subscribe()
    }

    /// Nothing more is sent. What is in flight ends, within the grace; what waits is handed back.
    pub async fn stop(&self) {
        self.shared.stopping.store(true, Ordering::Relaxed);
        self.shared.now.notify_one();
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let mut tasks = tasks.into_iter();
        if let Some(run) = tasks.next() {
            let _ = run.await;
        }
        tasks.for_each(|it| it.abort());
        self.shared.give_up_name();
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        self.shared.dropped.store(true, Ordering::Relaxed);
        for task in self.tasks.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
        self.shared.give_up_name();
    }
}

/// The connection of a predecessor that was killed may take a moment to be noticed.
async fn take_name(pool: &Pool, node: &str) -> Result<NamedLock> {
    for _ in 0..20 {
        if let Some(name) = pool.lock_name(&format!("orangery node {node}")).await? {
            return Ok(name);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err(Error::NameTaken(node.to_owned()))
}

pub(crate) fn lease(settings: &Settings) -> jiff::SignedDuration {
    jiff::SignedDuration::try_from(settings.lease).unwrap_or(jiff::SignedDuration::from_secs(4))
}

impl Shared {
    pub fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_up_name(&self) {
        self.name.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Takes the node's name again where the connection that held it was lost.
    async fn keep_name(self: Arc<Self>) {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            let held = |it: &Mutex<Option<NamedLock>>| {
                it.lock().unwrap_or_else(PoisonError::into_inner).as_ref().is_none_or(NamedLock::held)
            };
            if held(&self.name) {
                continue;
            }
            match take_name(&self.pool, &self.settings.node).await {
                Ok(name) => *self.name.lock().unwrap_or_else(PoisonError::into_inner) = Some(name),
                Err(why) => tracing::error!(%why, "the connection that held this node's name was lost"),
            }
        }
    }

    async fn run(self: Arc<Self>) {
        let mut turn = Turn::new(self.clone());
        let mut wait = Duration::ZERO;
        while !self.stopping.load(Ordering::Relaxed) {
            self.idle(wait).await;
            wait = match turn.take().await {
                Ok(Waiting { at_most, .. }) => at_most.min(self.settings.poll),
                Err(why) => {
                    tracing::warn!(%why, "deliveries could not be claimed or settled");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    Duration::ZERO
                }
            };
            self.dispatch();
        }
        self.land_all(&mut turn).await;
    }

    /// Until there is something to do.
    async fn idle(&self, at_most: Duration) {
        tokio::select! {
            () = self.now.notified() => {}
            () = tokio::time::sleep(at_most) => {}
            () = self.soon.notified() => {
                tokio::select! {
                    () = self.now.notified() => {}
                    () = tokio::time::sleep(self.settings.gather) => {}
                }
            }
        }
    }

    /// Lets go on who waited for its rate.
    async fn pace(self: Arc<Self>) {
        let joined = self.board().pacer();
        loop {
            let next = self.board().release(Instant::now());
            self.dispatch();
            match next {
                Some(then) => {
                    tokio::select! {
                        () = tokio::time::sleep_until(then) => {}
                        () = joined.notified() => {}
                    }
                }
                None => joined.notified().await,
            }
        }
    }

    /// The end: waits for what is in flight and writes it down.
    async fn land_all(&self, turn: &mut Turn) {
        self.board().stop();
        let until = Instant::now() + self.settings.grace;
        while self.board().flying() > 0 && Instant::now() < until {
            if let Err(why) = turn.take().await {
                tracing::warn!(%why, "outcomes could not be settled");
            }
            self.idle(Duration::from_millis(20)).await;
        }
        for _ in 0..5 {
            match turn.finish().await {
                Ok(()) => return,
                Err(why) => tracing::warn!(%why, "the last outcomes could not be settled"),
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}
