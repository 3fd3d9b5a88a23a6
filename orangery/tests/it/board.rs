//! The Job Board API: what everybody may read, and how one applies.

mod apply;
mod conformance;
mod read;
mod refusals;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::acme::{Acme, KEY};

/// One answer, with its headers.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub json: Value,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    pub fn faults(&self) -> String {
        let faults = self.json["errors"].as_array().cloned().unwrap_or_default();
        let one = |it: &Value| format!("{}: {}", it["field"].as_str().unwrap_or("-"), it["message"].as_str().unwrap());
        faults.iter().map(one).collect::<Vec<_>>().join("; ")
    }
}

pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let answer = router.clone().oneshot(request).await.unwrap();
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let bytes = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    Answer { status, headers, json: serde_json::from_str(&text).unwrap_or(Value::Null), text }
}

/// Asks without any key.
pub async fn ask(acme: &Acme, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(&orangery::http::router(acme.house.clone()), request.body(Body::empty()).unwrap()).await
}

pub async fn get(acme: &Acme, path: &str) -> Answer {
    ask(acme, Method::GET, path, &[]).await
}

pub fn basic(key: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{key}:")))
}

/// Applies with the test key.
pub async fn apply(acme: &Acme, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder().method(Method::POST).uri(path).header("authorization", basic(KEY));
    let request = if kind.is_empty() { request } else { request.header("content-type", kind) };
    send(&orangery::http::router(acme.house.clone()), request.body(body.into()).unwrap()).await
}

pub async fn apply_json(acme: &Acme, path: &str, body: Value) -> Answer {
    apply(acme, path, "application/json", body.to_string()).await
}

/// Makes something, and answers it.
pub async fn made(acme: &Acme, path: &str, body: Value) -> Value {
    let answer = acme.post(path, body).await;
    assert!(answer.status < 300, "{path}: {answer}");
    answer.json
}

pub fn id(of: &Value) -> i64 {
    of["id"].as_i64().unwrap_or_else(|| panic!("no id in {of}"))
}

/// A post of job 10 that is live and asks all kinds of questions; answers it as Harvest shows it.
pub async fn post(acme: &Acme, more: Value) -> Value {
    let question = |label: &str, kind: &str| json!({"label": label, "type": kind});
    let mut body = json!({
        "title": "Engineer", "live": true, "location": {"text": "Delft"}, "content": "<p>Come & \"build\"</p>",
        "questions": [
            {"label": "First Name", "name": "first_name", "type": "short_text", "required": true},
            {"label": "Last Name", "name": "last_name", "type": "short_text", "required": true},
            {"label": "Email", "name": "email", "type": "short_text", "required": true},
            {"label": "Resume", "name": "resume", "type": "attachment"},
            {"label": "Location", "name": "location", "type": "short_text", "required": true},
            question("Why?", "long_text"),
            question("Apples?", "boolean"),
            {"label": "Where?", "type": "single_select", "options": ["Delft", "Ghent"]},
            {"label": "What?", "type": "multi_select", "options": ["Rust", "SQL", "HTML"]},
            question("Portfolio", "attachment"),
        ],
    });
    body.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
    made(acme, "/api/v1/jobs/10/posts", body).await
}
