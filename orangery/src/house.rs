//! The house: what every part of a running Orangery shares. Cheap to clone.

use std::{
    ops::Deref,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use base64::prelude::{BASE64_STANDARD, Engine};
use courier::{client::Client, guard::Guard, proxy::Proxy, seal::Seal};
use ipnet::IpNet;
use jiff::Timestamp;
use sql::{Dialect, Pool, Tx};
use tokio::sync::{Notify, watch};

use crate::{
    access::Access,
    error::Result,
    files::Files,
    graph::{Catalog, catalog::Versions, marks::Marks, plan::Plans},
    links::Links,
    rate::{Limit, Rate},
};

/// What we call ourselves where web hooks go.
pub const USER_AGENT: &str = concat!("Orangery/", env!("CARGO_PKG_VERSION"));

#[derive(Clone)]
pub struct Orangery(Arc<Parts>);

pub struct Parts {
    pub pool: Pool,
    /// Seals what must not lie open in the database: secrets of endpoints, passwords for mail.
    pub seal: Arc<Seal>,
    pub guard: Guard,
    /// By which web hooks leave.
    pub webhook_proxy: Option<Proxy>,
    pub links: Links,
    pub files: Files,
    pub clock: Clock,
    pub chance: Chance,
    /// Proxies whose X-Forwarded headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The largest body of a request that is read, in bytes.
    pub body_limit: usize,
    /// Whoever has it may read the measures.
    pub metrics_token: Option<String>,
    courier: OnceLock<courier::Courier>,
    client: OnceLock<Result<Client, String>>,
    rate: OnceLock<Rate>,
    catalog: Mutex<Option<Kept>>,
    /// Changes when entries of the journal may have become readable.
    news: watch::Sender<()>,
    /// Whether other nodes are about to be told of deliveries.
    telling: AtomicBool,
    closing: AtomicBool,
    /// Mail may have become due here.
    mail: Notify,
    /// The index of search may be behind here.
    search: Notify,
    pub(crate) plans: Plans,
    pub(crate) marks: Marks,
    /// What keys read, until it is written to the audit log.
    pub access: Access,
}

/// A catalog, the version it was read at, and when that was last seen to hold.
struct Kept {
    version: i64,
    catalog: Arc<Catalog>,
    seen: Instant,
}

/// Where the time comes from: the system's clock in life, a fixed one in tests.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;
/// Where chance comes from: 16 bytes of it.
pub type Chance = Arc<dyn Fn() -> [u8; 16] + Send + Sync>;

/// What a house is made of, see [`Orangery::new`].
pub struct Settings {
    pub pool: Pool,
    pub key: [u8; 32],
    pub guard: Guard,
    pub webhook_proxy: Option<Proxy>,
    pub public_url: String,
    pub files: Files,
    pub trusted_proxies: Vec<IpNet>,
    pub metrics_token: Option<String>,
    pub clock: Clock,
    pub chance: Chance,
}

impl Deref for Orangery {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Orangery {
    pub fn new(settings: Settings) -> Self {
        let Settings {
            pool,
            key,
            guard,
            webhook_proxy,
            public_url,
            files,
            trusted_proxies,
            metrics_token,
            clock,
            chance,
        } = settings;
        Self(Arc::new(Parts {
            pool,
            seal: Arc::new(Seal::new(key)),
            guard,
            webhook_proxy,
            links: Links { public_url: public_url.trim_end_matches('/').to_owned(), file_key: key },
            files,
            trusted_proxies,
            clock,
            chance,
            body_limit: 40 * 1024 * 1024,
            // An empty variable is none: an empty password must open nothing.
            metrics_token: metrics_token.filter(|it| !it.trim().is_empty()),
            courier: OnceLock::new(),
            client: OnceLock::new(),
            rate: OnceLock::new(),
            catalog: Mutex::new(None),
            news: watch::Sender::new(()),
            telling: AtomicBool::new(false),
            closing: AtomicBool::new(false),
            mail: Notify::new(),
            search: Notify::new(),
            plans: Plans::default(),
            marks: Marks::default(),
            access: Access::default(),
        }))
    }

    /// The time, to the millisecond. Asked once per Work.
    pub fn now(&self) -> Timestamp {
        let now = (self.clock)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    pub fn fresh_id(&self) -> String {
        hex::encode((self.chance)())
    }

    /// A short name for what people share: of letters and digits that nobody mistakes for another, hard to guess.
    pub fn fresh_name(&self) -> String {
        const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyz23456789";
        let chance = u128::from_be_bytes((self.chance)());
        (0..10).map(|n| char::from(LETTERS[(chance >> (n * 5)) as usize % LETTERS.len()])).collect()
    }

    /// A secret for an endpoint, in the form that Standard Webhooks give it.
    pub fn fresh_secret(&self) -> String {
        let bytes = [(self.chance)(), (self.chance)()].concat();
        format!("whsec_{}", BASE64_STANDARD.encode(bytes))
    }

    /// A secret of 256 bits, such as `orat_…`; how it begins says what it is for, where it is found.
    pub fn fresh_token(&self, kind: &str) -> String {
        format!("{kind}_{}", hex::encode([(self.chance)(), (self.chance)()].concat()))
    }

    /// The catalog as `tx` sees it: the kept one if its version still holds.
    pub async fn catalog(&self, tx: &Tx) -> Result<(Arc<Catalog>, Versions)> {
        let versions = Versions::read(tx).await?;
        let version = versions.catalog;
        if let Some(kept) = &mut *self.kept_catalog()
            && kept.version == version
        {
            kept.seen = Instant::now();
            return Ok((kept.catalog.clone(), versions));
        }
        let catalog = Arc::new(Box::pin(Catalog::read(tx)).await?);
        *self.kept_catalog() = Some(Kept { version, catalog: catalog.clone(), seen: Instant::now() });
        Ok((catalog, versions))
    }

    /// A catalog that is at most a second old, for who must know a key before a transaction begins. What this node changed is seen at once.
    pub async fn recent_catalog(&self) -> Result<Arc<Catalog>> {
        if let Some(kept) = &*self.kept_catalog()
            && kept.seen.elapsed() < Duration::from_secs(1)
        {
            return Ok(kept.catalog.clone());
        }
        self.newest_catalog().await
    }

    /// The catalog as it is now.
    pub async fn newest_catalog(&self) -> Result<Arc<Catalog>> {
        Ok(self.catalog(&self.pool.read().await?).await?.0)
    }

    pub(crate) fn forget_catalog(&self) {
        *self.kept_catalog() = None;
    }

    fn kept_catalog(&self) -> MutexGuard<'_, Option<Kept>> {
        self.catalog.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Gives the house its courier; without one, deliveries wait in the database.
    pub fn hire(&self, courier: courier::Courier) {
        let _ = self.courier.set(courier);
    }

    pub fn courier(&self) -> Option<&courier::Courier> {
        self.courier.get()
    }

    /// From now on no key may ask more of Harvest; without this, all it likes.
    pub fn limit(&self, limit: Limit) {
        let _ = self.rate.set(Rate::new(limit));
    }

    pub fn rate(&self) -> Option<&Rate> {
        self.rate.get()
    }

    /// The house is about to close: from now on it is not ready.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
    }

    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Whether the database answers.
    pub async fn answers(&self) -> Result<()> {
        let tx = self.pool.read().await?;
        Ok(tx.row("select last from journal_head", &[]).await.map(drop)?)
    }

    /// The settings of a courier of this house.
    pub fn courier_settings(&self, node: &str) -> courier::Settings {
        let proxy = self.webhook_proxy.clone();
        courier::Settings { proxy, ..courier::Settings::new(node, self.guard.clone(), USER_AGENT) }
    }

    /// Sends pings: by the courier's connections, or by its own where this house delivers nothing.
    pub fn client(&self) -> Result<&Client, String> {
        if let Some(courier) = self.courier.get() {
            return Ok(courier.client());
        }
        let made = self.client.get_or_init(|| self.courier_settings("").client());
        made.as_ref().map_err(Clone::clone)
    }

    /// The journal grew: wakes who delivers and who follows.
    pub fn wake(&self) {
        match self.courier.get() {
            Some(courier) => courier.wake(),
            None => self.tell_others(),
        }
        self.tell_news();
    }

    /// Changes each time something was journalled or numbered here; other nodes' entries come without a word.
    pub fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    pub(crate) fn tell_news(&self) {
        self.news.send_replace(());
    }

    /// Mail may be due: wakes who sends it.
    pub fn wake_mail(&self) {
        self.mail.notify_one();
    }

    /// Comes when mail may have become due here; other nodes' mail comes without a word.
    pub async fn mail_news(&self) {
        self.mail.notified().await;
    }

    /// Something changed that is searched: wakes who makes the index.
    pub fn wake_search(&self) {
        self.search.notify_one();
    }

    /// Comes when something may have changed here that is searched; of other nodes' changes comes no word.
    pub async fn search_news(&self) {
        self.search.notified().await;
    }

    /// Wakes the couriers of other nodes, once for all that is committed within a moment. Nothing is lost if they don't hear it.
    fn tell_others(&self) {
        if self.pool.dialect() == Dialect::Sqlite || self.telling.swap(true, Ordering::Relaxed) {
            return;
        }
        let house = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(10)).await;
            house.telling.store(false, Ordering::Relaxed);
            if let Err(why) = house.pool.notify(courier::CHANNEL).await {
                tracing::debug!(%why, "other nodes could not be told");
            }
        });
    }
}
