//! Partners, asked as they ask: ingestion, OAuth 2.0; and the audit log.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod audit;
mod ingestion;
mod oauth;

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use orangery::tables::{RoleKind, UserEmail, UserRole};
use serde_json::{Value, json};
use sql::params;
use tower::ServiceExt;

use crate::{
    acme::{Acme, Answer, insert, user},
    hiring,
};

/// The company of `hiring`, whose user 1 has an address; with user 2 Bob, an admin of job 10, and user 3 Cleo, who may do nothing; a source and a
/// partner's key.
pub struct Scene {
    pub acme: Acme,
    pub source_id: i64,
    /// `Basic …`
    pub key: String,
}

impl Scene {
    pub async fn set() -> Self {
        let acme = hiring::acme().await;
        acme.write(async move |work| {
            for (id, first_name) in [(2, "Bob"), (3, "Cleo")] {
                let row = orangery::tables::User { site_admin: false, ..user(id, first_name, "Clark", None) };
                insert(work, row).await?;
            }
            for (id, name) in [(1, "ada"), (2, "bob"), (3, "cleo")] {
                let email = format!("{name}@example.com");
                let email_key = email.clone();
                insert(work, UserEmail { id: 0, user_id: id, email, email_key, is_primary: true, verified: true })
                    .await?;
            }
            let mut role = UserRole { id: 0, kind: RoleKind::JobAdmin, name: "Admin of this job".to_owned() };
            work.insert(&mut role).await?;
            let gives = "insert into job_permissions (user_id, job_id, user_role_id) values (2, 10, $1)";
            work.tx.execute(gives, params![role.id]).await?;
            Ok(())
        })
        .await
        .unwrap();
        let source = json!({"name": "Talent Scouts", "strategy": "third_party_boards"});
        let source_id = acme.post("/api/v1/sources", source).await.json["id"].as_i64().unwrap();
        let key = json!({"name": "Scouts", "kind": "partner", "source_id": source_id});
        let key = acme.post("/api/v1/keys", key).await;
        assert_eq!(key.status, 201, "{key}");
        let key = basic(key.json["key"].as_str().unwrap());
        acme.fired().await;
        Self { acme, source_id, key }
    }

    /// Asks as the partner, on behalf of whoever has that name.
    pub async fn ask(&self, who: &str, method: Method, path: &str, body: Option<Value>) -> Answer {
        let email = format!("{who}@example.com");
        let headers = [("Authorization", self.key.as_str()), ("On-Behalf-Of", email.as_str())];
        self.acme.ask(method, path, body.map(|it| it.to_string()), &headers).await
    }

    pub async fn get(&self, who: &str, path: &str) -> Answer {
        self.ask(who, Method::GET, path, None).await
    }

    pub async fn send(&self, who: &str, body: Value) -> Answer {
        self.ask(who, Method::POST, "/v1/partner/candidates", Some(body)).await
    }
}

pub fn basic(key: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{key}:")))
}

/// An answer with its headers.
pub async fn whole(
    acme: &Acme,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Body::from(body.to_owned())).unwrap();
    let answer = orangery::http::router(acme.house.clone()).oneshot(request).await.unwrap();
    let (head, body) = answer.into_parts();
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    (head.status.as_u16(), head.headers, String::from_utf8(bytes.to_vec()).unwrap())
}

/// Every documented path is there, of the documented type. Where the document has null, anything may be.
pub fn conforms(file: &str, said: &Value) {
    let path = format!("{}/examples-of-partners/{file}", env!("CARGO_MANIFEST_DIR"));
    let documented: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    compare("", &documented, said, &mut wrong);
    assert!(wrong.is_empty(), "{file}: {}\n{said:#}", wrong.join("; "));
}

fn compare(path: &str, documented: &Value, said: &Value, wrong: &mut Vec<String>) {
    match (documented, said) {
        (Value::Null, _) | (Value::Bool(_), Value::Bool(_)) | (Value::Number(_), Value::Number(_)) => {}
        (Value::String(_), Value::String(_)) => {}
        (Value::Object(documented), Value::Object(said)) => {
            for (name, value) in documented {
                match said.get(name) {
                    Some(it) => compare(&format!("{path}.{name}"), value, it, wrong),
                    None => wrong.push(format!("{path}.{name} is missing")),
                }
            }
        }
        (Value::Array(documented), Value::Array(said)) => match (documented.first(), said.first()) {
            (Some(value), Some(it)) => compare(&format!("{path}[0]"), value, it, wrong),
            (Some(_), None) => wrong.push(format!("{path} is empty")),
            (None, _) => {}
        },
        _ => wrong.push(format!("{path} is {said}, documented {documented}")),
    }
}
