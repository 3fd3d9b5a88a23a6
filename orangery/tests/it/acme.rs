//! Acme: a small company with named people, on a database of its own. Time stands still unless a test moves it, and chance counts up, so that
//! nothing in a transcript has to be blacked out.
//!
//! The company is built once per run, by the verbs, and copied for each test. Tests run on SQLite, and on PostgreSQL where
//! `ORANGERY_TEST_POSTGRES` names a server.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use orangery::{
    error::Result,
    files::Files,
    house::{Orangery, Settings},
    http,
    schema::MIGRATIONS,
    tables::{self, Door},
    work::{Actor, Work},
};
use serde_json::Value;
use sql::{Options, Pool, Record, params};
use tower::ServiceExt;

/// The key that may do everything.
pub const KEY: &str = "acme-test-key";
/// The time at which every test begins.
pub const START: &str = "2026-08-22T10:00:00.123Z";

pub struct Acme {
    pub house: Orangery,
    router: Router,
    clock: Arc<AtomicI64>,
    /// The journal entry up to which `fired` has told.
    told: Mutex<i64>,
    _folder: tempfile::TempDir,
}

/// One answer of the house.
pub struct Answer {
    pub status: u16,
    pub link: String,
    pub headers: HeaderMap,
    pub json: Value,
    pub text: String,
}

impl Acme {
    /// An organization with a key and the user Ada Admin (id 1), and nothing else.
    pub async fn empty() -> Self {
        Self::at_address("https://orangery.example.com").await
    }

    /// The same, where the world knows the house by another address.
    pub async fn at_address(public_url: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let pool = Pool::open(&database(&folder).await, Options::default()).await.expect("the database opens");
        pool.migrate(MIGRATIONS).await.expect("the schema is made");
        let clock = Arc::new(AtomicI64::new(START.parse::<Timestamp>().expect("a time").as_millisecond()));
        let chance = AtomicU64::new(1);
        let told_time = clock.clone();
        let house = Orangery::new(Settings {
            pool,
            key: [7; 32],
            guard: courier::guard::Guard { allow: vec!["127.0.0.0/8".parse().expect("a network")] },
            webhook_proxy: None,
            public_url: public_url.to_owned(),
            files: Files::new(folder.path().join("files")),
            trusted_proxies: Vec::new(),
            metrics_token: Some("scrape-token".to_owned()),
            clock: Arc::new(move || Timestamp::from_millisecond(told_time.load(Ordering::Relaxed)).expect("a time")),
            chance: Arc::new(move || u128::from(chance.fetch_add(1, Ordering::Relaxed)).to_be_bytes()),
        });
        let acme = Self { router: http::router(house.clone()), house, clock, told: Mutex::new(0), _folder: folder };
        acme.found().await;
        acme
    }

    async fn found(&self) {
        self.write(async move |work| {
            orangery::domain::organization::found(work, "Acme").await?;
            insert(work, user(1, "Ada", "Admin", Some("ada-1"))).await?;
            let key = tables::ApiKey {
                id: 0,
                kind: tables::KeyKind::Harvest,
                name: "tests".to_owned(),
                hash: orangery::domain::key::hash(KEY),
                hint: "acme".to_owned(),
                endpoints: sql::Json(vec!["*".to_owned()]),
                source_id: None,
                created_at: work.now,
                revoked_at: None,
                last_used_at: None,
            };
            insert(work, key).await
        })
        .await
        .expect("Acme is founded");
    }

    /// Hires a courier: what fires is delivered from now on.
    pub async fn with_courier(self) -> Self {
        let mut settings = courier::Settings::new("tests", self.house.guard.clone(), orangery::house::USER_AGENT);
        settings.poll = std::time::Duration::from_millis(50);
        let (pool, seal, clock) = (self.house.pool.clone(), self.house.seal.clone(), self.house.clock.clone());
        let courier = courier::Courier::start(pool, seal, settings, clock).await.expect("a courier starts");
        self.house.hire(courier);
        self
    }

    /// A Work of user 1 on the command line, for what no door can do.
    pub async fn write<T>(&self, act: impl AsyncFnOnce(&mut Work) -> Result<T> + Clone) -> Result<T> {
        let actor = Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: "test".to_owned() };
        self.house.write(actor, act).await
    }

    /// A Work of that user on the command line.
    pub async fn write_as<T>(
        &self,
        user_id: Option<i64>,
        act: impl AsyncFnOnce(&mut Work) -> Result<T> + Clone,
    ) -> Result<T> {
        let actor = Actor { user_id, api_key_id: None, door: Door::CommandLine, request: "test".to_owned() };
        self.house.write(actor, act).await
    }

    /// Somebody listens to these actions; nothing is delivered to them without a courier.
    pub async fn listener(&self, id: i64, actions: &'static [&'static str]) {
        self.write(async move |work| {
            let hook = "insert into webhooks (id, name, url, secret, events, headers, enabled, max_attempts, in_flight, any_2xx, \
                        standard_headers, disable_on_gone, probe, secret_number, created_at, updated_at) \
                        values ($3, 'h', 'https://example.com', $1, '[]', '{}', $2, 7, 1, $4, $4, $4, $4, 1, 0, 0)";
            let secret = work.seal(b"secret");
            work.tx.execute(hook, params![secret, true, id, false]).await?;
            for action in actions {
                let listens = "insert into webhook_events (webhook_id, action) values ($1, $2)";
                work.tx.execute(listens, params![id, *action]).await?;
            }
            Ok(())
        })
        .await
        .expect("an endpoint is made");
    }

    /// Lets the clock go on.
    pub fn pass(&self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// Sets the clock.
    pub fn at(&self, time: &str) {
        self.clock.store(time.parse::<Timestamp>().expect("a time").as_millisecond(), Ordering::Relaxed);
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::POST, path, Some(body.to_string()), &[]).await
    }

    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PUT, path, Some(body.to_string()), &[]).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::PATCH, path, Some(body.to_string()), &[]).await
    }

    pub async fn delete(&self, path: &str, body: Value) -> Answer {
        self.ask(Method::DELETE, path, Some(body.to_string()), &[]).await
    }

    /// Asks as the test key, on behalf of user 1 unless `headers` say otherwise (an empty value leaves a header out).
    pub async fn ask(&self, method: Method, path: &str, body: Option<String>, headers: &[(&str, &str)]) -> Answer {
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{KEY}:")));
        let mut all = vec![("Authorization", basic.as_str()), ("On-Behalf-Of", "1"), ("Host", "orangery.example.com")];
        all.retain(|(name, _)| !headers.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)));
        all.extend(headers.iter().filter(|(_, value)| !value.is_empty()));
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in all {
            request = request.header(name, value);
        }
        let request = request.body(body.map_or_else(Body::empty, Body::from)).expect("a request");
        let answer = self.router.clone().oneshot(request).await.expect("an answer");
        let status = answer.status().as_u16();
        let link = answer.headers().get("link").map(|it| it.to_str().expect("a text").to_owned()).unwrap_or_default();
        let headers = answer.headers().clone();
        let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status, link, headers, json: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    /// The bodies that were journalled since this was last asked, in their order.
    pub async fn fired_bodies(&self) -> Vec<Value> {
        let entries = self.journalled().await;
        entries.iter().map(|it| serde_json::from_str(it.body.as_deref().unwrap_or("null")).expect("JSON")).collect()
    }

    /// The same as they are written, each with its action.
    pub async fn fired_texts(&self) -> Vec<(String, String)> {
        self.journalled().await.into_iter().map(|it| (it.action, it.body.unwrap_or_default())).collect()
    }

    async fn journalled(&self) -> Vec<courier::tables::Journal> {
        let told = *self.told.lock().expect("no test panicked here");
        let entries: Vec<courier::tables::Journal> = self
            .house
            .read(async |look| Ok(look.tx.all("where id > $1 order by id", params![told]).await?))
            .await
            .expect("the journal is read");
        if let Some(last) = entries.last() {
            *self.told.lock().expect("no test panicked here") = last.id;
        }
        entries.iter().filter_map(|it| it.body.as_deref()).for_each(receivers_lose_nothing);
        entries
    }

    /// The actions that fired since this was last asked, as one line.
    pub async fn fired(&self) -> String {
        self.journalled().await.iter().map(|it| it.action.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Every body that any test makes is one that `crates/webhook` reads, has types for, and writes again as it was.
fn receivers_lose_nothing(body: &str) {
    let event = orangery_webhook::Event::parse(body.as_bytes()).unwrap_or_else(|why| panic!("{why}: {body}"));
    let said: Value = serde_json::from_str(body).expect("JSON");
    assert_eq!(serde_json::to_value(&event).expect("JSON"), said);
    let typed = format!("{event:?}").replace("rest: {}", "");
    assert!(
        !["rest: {", "Unknown(", "Other {"].iter().any(|it| typed.contains(it)),
        "crates/webhook lacks what this has: {typed}"
    );
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|it| it.to_str().expect("a text"))
    }

    /// What was wrong, each with its field: `is required at name; …`.
    pub fn faults(&self) -> String {
        let faults = self.json["errors"].as_array().cloned().unwrap_or_default();
        let one = |it: &Value| match it["field"].as_str() {
            Some(field) => format!("{} at {field}", it["message"].as_str().unwrap_or("?")),
            None => it["message"].as_str().unwrap_or("?").to_owned(),
        };
        faults.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.json {
            Value::Null => write!(f, "{} {}", self.status, self.text),
            json => write!(f, "{} {}", self.status, serde_json::to_string_pretty(json).expect("JSON")),
        }
    }
}

/// The address of a fresh database.
pub async fn database(folder: &tempfile::TempDir) -> String {
    let Ok(server) = std::env::var("ORANGERY_TEST_POSTGRES") else {
        return format!("sqlite:{}", folder.path().join("orangery.db").display());
    };
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let name = format!("acme_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let (client, connection) =
        tokio_postgres::connect(&server, tokio_postgres::NoTls).await.expect("the test server answers");
    tokio::spawn(connection);
    client.batch_execute(&format!("create database {name}")).await.expect("a database for the test");
    let (base, _) = server.rsplit_once('/').expect("the address names a database");
    format!("{base}/{name}")
}

/// Inserts a row and forgets it: for fixtures with ids of their own.
pub async fn insert<T: Record>(work: &mut Work, mut row: T) -> Result<()> {
    work.insert(&mut row).await
}

pub fn user(id: i64, first_name: &str, last_name: &str, employee_id: Option<&str>) -> tables::User {
    let at: Timestamp = START.parse().expect("a time");
    tables::User {
        id,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        employee_id: employee_id.map(str::to_owned),
        site_admin: true,
        disabled: false,
        department_ids: sql::Json(Vec::new()),
        office_ids: sql::Json(Vec::new()),
        time_zone: None,
        custom: sql::Json::default(),
        created_at: at,
        updated_at: at,
    }
}
