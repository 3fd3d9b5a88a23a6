//! A courier at work on a database of its own, with a clock that moves when told.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use courier::{
    Courier, Settings,
    endpoint::Webhook,
    seal::Seal,
    tables::{Attempt, Delivery, Journal},
};
use jiff::{SignedDuration, Timestamp};
use sql::{Json, Options, Pool, params};

/// The part of Orangery's schema that the courier works on.
fn migration() -> &'static str {
    const WHOLE: &str = include_str!("../../../../orangery/migrations/0001_the_house.sql");
    let from = WHOLE.find("-- Web hooks:").expect("the part begins with this comment");
    let to = WHOLE.find("-- Mail that").expect("the next part begins with this one");
    &WHOLE[from..to]
}

pub const SECRET: &str = "web-hook-secret";

pub struct Office {
    pool: Pool,
    pub clock: Arc<AtomicI64>,
    pub seal: Arc<Seal>,
    pub url: String,
    schema: Option<String>,
    _folder: Option<tempfile::TempDir>,
}

impl Deref for Office {
    type Target = Pool;
    fn deref(&self) -> &Pool {
        &self.pool
    }
}

impl Office {
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("office.db").display());
        Self::open(&url, None, Some(folder)).await
    }

    pub async fn postgres() -> Option<Self> {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let server = std::env::var("ORANGERY_TEST_POSTGRES").ok()?;
        let name = format!("courier_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let admin = Pool::open(&server, Options { connections: 1, ..Options::default() }).await.unwrap();
        let tx = admin.begin().await.unwrap();
        tx.execute(&format!("create schema {name}"), &[]).await.unwrap();
        tx.commit().await.unwrap();
        let sign = if server.contains('?') { '&' } else { '?' };
        Some(Self::open(&format!("{server}{sign}search_path={name}"), Some(name), None).await)
    }

    /// The same office, seen by another process.
    pub async fn of(url: &str) -> Self {
        Self::open(url, None, None).await
    }

    async fn open(url: &str, schema: Option<String>, folder: Option<tempfile::TempDir>) -> Self {
        let pool = Pool::open(url, Options { connections: 6, ..Options::default() }).await.unwrap();
        pool.migrate(&[("0001", migration())]).await.unwrap();
        let start: Timestamp = "2026-11-21T08:00:00Z".parse().unwrap();
        let clock = Arc::new(AtomicI64::new(start.as_microsecond()));
        Self { pool, clock, seal: Arc::new(Seal::new([7; 32])), url: url.to_owned(), schema, _folder: folder }
    }

    pub async fn end(&self) {
        if let Some(schema) = &self.schema {
            let tx = self.begin().await.unwrap();
            tx.execute(&format!("drop schema {schema} cascade"), &[]).await.unwrap();
            tx.commit().await.unwrap();
        }
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.clock.load(Ordering::Relaxed)).unwrap()
    }

    pub fn advance(&self, time: SignedDuration) {
        self.clock.fetch_add(time.as_micros() as i64, Ordering::Relaxed);
    }

    pub fn settings(node: &str) -> Settings {
        let mut settings = Settings::new(node, crate::post::loopback(), "Orangery/0.1.0");
        settings.deadline = Duration::from_millis(500);
        settings.poll = Duration::from_millis(50);
        settings
    }

    pub async fn courier(&self) -> Courier {
        self.courier_with(|_| ()).await
    }

    pub async fn courier_with(&self, change: impl FnOnce(&mut Settings)) -> Courier {
        let mut settings = Self::settings("one");
        change(&mut settings);
        self.start(settings).await.unwrap()
    }

    pub async fn courier_named(&self, node: &str) -> courier::Result<Courier> {
        self.start(Self::settings(node)).await
    }

    async fn start(&self, settings: Settings) -> courier::Result<Courier> {
        let clock = self.clock.clone();
        let clock = Arc::new(move || Timestamp::from_microsecond(clock.load(Ordering::Relaxed)).unwrap());
        Courier::start(self.pool.clone(), self.seal.clone(), settings, clock).await
    }

    pub async fn webhook(&self, url: &str) -> i64 {
        self.webhook_with(url, |_| ()).await
    }

    pub async fn webhook_with(&self, url: &str, change: impl FnOnce(&mut Webhook)) -> i64 {
        let mut webhook = Webhook {
            name: "Everything".into(),
            url: url.into(),
            secret: self.seal.seal(SECRET.as_bytes()),
            events: Json(vec!["all".into()]),
            enabled: true,
            ..Webhook::plain(self.now())
        };
        change(&mut webhook);
        let tx = self.begin().await.unwrap();
        tx.insert(&mut webhook).await.unwrap();
        tx.commit().await.unwrap();
        webhook.id
    }

    pub async fn change(&self, id: i64, change: impl FnOnce(&mut Webhook)) {
        self.advance(SignedDuration::from_millis(1));
        let tx = self.begin().await.unwrap();
        let mut webhook: Webhook = tx.find(id).await.unwrap();
        change(&mut webhook);
        webhook.updated_at = self.now();
        tx.update(&webhook).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn fire(&self, webhook_id: i64) -> i64 {
        self.fire_with(webhook_id, |_, _| ()).await
    }

    /// One event for one endpoint; answers the delivery's id.
    pub async fn fire_with(&self, webhook_id: i64, change: impl FnOnce(&mut Journal, &mut Delivery)) -> i64 {
        let (mut journal, mut delivery) = self.rows(webhook_id);
        change(&mut journal, &mut delivery);
        let tx = self.begin().await.unwrap();
        tx.insert(&mut journal).await.unwrap();
        delivery.journal_id = journal.id;
        tx.insert(&mut delivery).await.unwrap();
        tx.commit().await.unwrap();
        delivery.id
    }

    pub async fn fire_many(&self, webhook_id: i64, count: usize) {
        let tx = self.begin().await.unwrap();
        for _ in 0..count {
            let (mut journal, mut delivery) = self.rows(webhook_id);
            tx.insert(&mut journal).await.unwrap();
            delivery.journal_id = journal.id;
            tx.insert(&mut delivery).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    pub fn rows(&self, webhook_id: i64) -> (Journal, Delivery) {
        let journal = Journal {
            id: 0,
            seq: None,
            work: "w".into(),
            action: "job_deleted".into(),
            body: Some(r#"{"action":"job_deleted","payload":{"name":"R\u0026D é"}}"#.into()),
            actor_id: None,
            happened_at: self.now(),
            candidate_id: None,
            application_id: None,
            job_id: None,
            test: false,
            erase: false,
        };
        let delivery = Delivery {
            id: 0,
            webhook_id,
            journal_id: 0,
            action: journal.action.clone(),
            order_key: None,
            status: "pending".into(),
            attempts: 0,
            due_at: Some(self.now()),
            node: None,
            lease_until: None,
            replay: false,
            created_at: self.now(),
            finished_at: None,
        };
        (journal, delivery)
    }

    pub async fn delivery(&self, id: i64) -> Delivery {
        self.read().await.unwrap().find(id).await.unwrap()
    }

    pub async fn attempts(&self, delivery_id: i64) -> Vec<Attempt> {
        let tx = self.read().await.unwrap();
        tx.all("where delivery_id = $1 order by id", params![delivery_id]).await.unwrap()
    }

    pub async fn count(&self, status: &str) -> i64 {
        let tx = self.read().await.unwrap();
        tx.count("select count(*) from deliveries where status = $1", params![status]).await.unwrap()
    }

    /// Waits until so many deliveries have this status.
    pub async fn wait(&self, status: &str, count: i64) {
        let start = Instant::now();
        while self.count(status).await < count {
            assert!(start.elapsed() < Duration::from_secs(20), "only {} are {status}", self.count(status).await);
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until the delivery is in nobody's hands after so many attempts.
    pub async fn tried(&self, id: i64, attempts: i64) -> Delivery {
        let start = Instant::now();
        loop {
            let delivery = self.delivery(id).await;
            if delivery.attempts == attempts && delivery.node.is_none() {
                return delivery;
            }
            assert!(start.elapsed() < Duration::from_secs(20), "{delivery:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Makes two tests of each function: on SQLite, and on PostgreSQL where there is one.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name(&crate::office::Office::sqlite().await).await;
            }
        )+}
        mod postgres {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let Some(office) = crate::office::Office::postgres().await else { return };
                super::$name(&office).await;
                office.end().await;
            }
        )+}
    };
}
pub(crate) use on_both;
