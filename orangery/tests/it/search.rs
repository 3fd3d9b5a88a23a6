//! Search: what is found by what, after every kind of change; what becomes of files; what is refused.

mod changes;
mod documents;
mod files;
mod queries;

use orangery::search::{reader::Reader, worker};
use serde_json::Value;

use crate::acme::Acme;

/// Reads files as the house does, by the built program.
pub fn reader() -> Reader {
    Reader::new(env!("CARGO_BIN_EXE_orangery"))
}

/// Has the worker do all that there is to do.
pub async fn settle(acme: &Acme) {
    worker::finish(&acme.house, &reader()).await.unwrap();
}

/// What a query answers.
pub async fn search(acme: &Acme, q: &str, more: &str) -> Value {
    let query: String = url(q);
    let answer = acme.get(&format!("/api/v1/search?q={query}{more}")).await;
    assert_eq!(answer.status, 200, "{q}: {answer}");
    answer.json
}

fn url(text: &str) -> String {
    text.bytes().map(|it| format!("%{it:02x}")).collect()
}

/// The ids of the candidates that a query finds, in their order.
pub async fn ids(acme: &Acme, q: &str) -> Vec<i64> {
    let found = search(acme, q, "").await;
    found.as_array().unwrap().iter().map(|it| it["candidate_id"].as_i64().unwrap()).collect()
}

/// Where it found it: `field: snippet` per line.
pub async fn places(acme: &Acme, q: &str) -> String {
    let found = search(acme, q, "").await;
    let places = found.as_array().unwrap().iter().flat_map(|it| it["places"].as_array().unwrap());
    let line = |it: &Value| format!("{}: {}", it["field"].as_str().unwrap(), it["snippet"].as_str().unwrap());
    places.map(line).collect::<Vec<_>>().join("\n")
}
