//! The house that somebody moves out of: the sample company, with its doors open on this machine.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use axum::{
    Router,
    body::Body,
    http::{Method, Request},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use orangery::{
    demo::{self, Time},
    domain::{
        key::{self, NewKey},
        organization,
    },
    error::Result,
    files::Files,
    house::{Orangery, Settings},
    http,
    schema::MIGRATIONS,
    tables::{Door, KeyKind},
    work::{Actor, Work},
};
use serde_json::Value;
use sql::{Options, Pool};
use tower::ServiceExt;

use crate::acme::database;

pub const KEY: &str = "old-house-key";
/// The same in both, so that signed links are the same.
const SECRET: [u8; 32] = [7; 32];
const NOW: &str = "2026-08-22T10:00:00Z";
const LATER: &str = "2099-08-22T10:00:00Z";

pub struct OldHouse {
    pub house: Orangery,
    pub url: String,
    router: Router,
    /// Microseconds. It stands still, so that links are signed alike in both houses.
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl OldHouse {
    /// With so many people of the sample company.
    pub async fn of(people: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let pool = Pool::open(&database(&folder).await, Options::default()).await.unwrap();
        pool.migrate(MIGRATIONS).await.unwrap();
        let clock = Arc::new(AtomicI64::new(NOW.parse::<Timestamp>().unwrap().as_microsecond()));
        let time = clock_of(&clock);
        let house = house(pool, &url, Files::new(folder.path().join("files")), &time);
        let old = Self { router: http::router(house.clone()), house, url, clock, _folder: folder };
        old.write(async move |work| organization::found(work, demo::NAME).await).await;
        old.add_key(KEY, &["*"]).await;
        if people > 0 {
            demo::seed(&old.house, &time, people).await.unwrap();
        }
        let service = old.router.clone().into_make_service_with_connect_info::<std::net::SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        old
    }

    pub async fn write<T>(&self, act: impl AsyncFnOnce(&mut Work) -> Result<T> + Clone) -> T {
        let actor = Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: "test".to_owned() };
        self.house.write(actor, act).await.unwrap()
    }

    async fn add_key(&self, token: &str, endpoints: &[&str]) {
        let new = new_key(token, endpoints);
        self.write(async move |work| key::add(work, &new).await.map(drop)).await;
    }

    /// A key that may do only that.
    pub async fn key_for(&self, endpoints: &[&str]) -> String {
        self.add_key("small-key", endpoints).await;
        "small-key".to_owned()
    }

    /// Lets it be long after the last import, whose clock is the system's.
    pub fn later(&self) {
        self.clock.store(LATER.parse::<Timestamp>().unwrap().as_microsecond(), Ordering::Relaxed);
    }

    pub async fn count(&self, sql: &str) -> i64 {
        self.house.pool.read().await.unwrap().count(sql, &[]).await.unwrap()
    }

    /// Asks at the door, and must be answered well.
    pub async fn ask(&self, method: Method, path: &str, body: &Value) -> Value {
        let (status, text) = ask(&self.router, method.clone(), path, body.to_string()).await;
        assert!((200..300).contains(&status), "{method} {path} {body}: {status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    pub async fn get(&self, path: &str) -> (u16, String) {
        ask(&self.router, Method::GET, path, String::new()).await
    }
}

/// A house by whose door the same is answered as by another's, if it has the same rows.
pub async fn beside(old: &OldHouse, database: &str, files: &std::path::Path) -> Router {
    let pool = Pool::open(database, Options::default()).await.unwrap();
    let house = house(pool, &old.url, Files::new(files), &clock_of(&old.clock));
    let actor = Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: "test".to_owned() };
    let add = async move |work: &mut Work| match work.catalog().await?.api_keys.contains_key(&key::hash(KEY)) {
        true => Ok(()),
        false => key::add(work, &new_key(KEY, &["*"])).await.map(drop),
    };
    house.write(actor, add).await.unwrap();
    http::router(house)
}

fn new_key(token: &str, endpoints: &[&str]) -> NewKey {
    let endpoints = endpoints.iter().map(|it| (*it).to_owned()).collect();
    NewKey { name: "tests".to_owned(), token: token.to_owned(), kind: KeyKind::Harvest, source_id: None, endpoints }
}

fn clock_of(clock: &Arc<AtomicI64>) -> Time {
    let clock = clock.clone();
    Time::new(Arc::new(move || Timestamp::from_microsecond(clock.load(Ordering::Relaxed)).unwrap()))
}

fn house(pool: Pool, url: &str, files: Files, time: &Time) -> Orangery {
    Orangery::new(Settings {
        pool,
        key: SECRET,
        guard: courier::guard::Guard::default(),
        webhook_proxy: None,
        public_url: url.to_owned(),
        files,
        trusted_proxies: Vec::new(),
        metrics_token: None,
        clock: time.clock(),
        chance: Arc::new(|| u128::from(fastrand::u64(..)).to_be_bytes()),
    })
}

pub async fn ask(router: &Router, method: Method, path: &str, body: String) -> (u16, String) {
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{KEY}:")));
    let request =
        Request::builder().method(method).uri(path).header("Authorization", basic).header("On-Behalf-Of", "1");
    let answer = router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let status = answer.status().as_u16();
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}
