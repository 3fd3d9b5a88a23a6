//! A receiver on the loopback: keeps what it got, and answers as told.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    routing,
};
use serde_json::Value;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Got {
    pub headers: HeaderMap,
    pub body: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().expect("a text"))
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub fn action(&self) -> String {
        self.json()["action"].as_str().unwrap_or("?").to_owned()
    }

    /// Whether it is signed with `secret`.
    pub fn is_signed(&self, secret: &str) -> bool {
        courier::sign::verify(secret.as_bytes(), self.header("signature"), self.body.as_bytes())
    }
}

#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    got: Arc<Mutex<Vec<Got>>>,
    status: Arc<AtomicU16>,
}

impl Receiver {
    /// Answers 200 until told otherwise.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let receiver = Self { url, got: Arc::default(), status: Arc::new(AtomicU16::new(200)) };
        let token = routing::post(async || r#"{"access_token":"a-token","expires_in":3600}"#);
        let app = Router::new().route("/token", token).fallback(receive).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        receiver
    }

    /// Where it gives tokens to whoever asks.
    pub fn token_url(&self) -> String {
        self.url.replace("/hook", "/token")
    }

    pub fn answer(&self, status: u16) {
        self.status.store(status, Ordering::Relaxed);
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().expect("no test panicked here").clone()
    }

    /// Waits until `count` requests have arrived.
    pub async fn wait(&self, count: usize) -> Vec<Got> {
        let start = Instant::now();
        while self.got().len() < count {
            assert!(start.elapsed() < Duration::from_secs(20), "only {} of {count} arrived", self.got().len());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        self.got()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> StatusCode {
    receiver.got.lock().expect("no test panicked here").push(Got { headers, body });
    StatusCode::from_u16(receiver.status.load(Ordering::Relaxed)).expect("a status")
}
