//! A company with one of everything, and what it may answer to rubbish.

use std::{collections::BTreeMap, time::Duration};

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Method},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use fastrand::Rng;
use serde_json::Value;
use tower::ServiceExt;

use super::routes::{self, Route};
use crate::{
    acme::{Acme, KEY},
    hiring,
};

pub struct Company {
    pub acme: Acme,
    router: Router,
    /// One id of each noun.
    ids: BTreeMap<String, i64>,
    /// How many writes have succeeded, and whether one took something away.
    written: u32,
    is_worn: bool,
    /// Whether the last request was taken.
    pub taken: bool,
    pub said: String,
    /// How long journal and audit log are.
    traces: i64,
}

pub struct Request {
    pub method: Method,
    pub path: String,
    pub name: String,
    pub header: Option<(&'static str, Vec<u8>)>,
    pub body: Vec<u8>,
    /// The place in the body where a value has the wrong type.
    pub wrong_type: Option<String>,
    pub must_fail: bool,
    /// Nothing is wrong with it.
    pub is_right: bool,
}

impl Request {
    pub fn new(route: &Route, path: &str) -> Self {
        let (method, path) = (route.method.clone(), path.to_owned());
        Self {
            method,
            path,
            name: route.to_string(),
            header: None,
            body: Vec::new(),
            wrong_type: None,
            must_fail: false,
            is_right: false,
        }
    }
}

impl std::fmt::Display for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(300).collect();
        let header = self.header.as_ref().map(|(name, value)| format!(" {name}: {}", String::from_utf8_lossy(value)));
        let (path, place) = (&self.path, &self.wrong_type);
        write!(f, "{} as {path}{} {body} {place:?}", self.name, header.unwrap_or_default())
    }
}

impl Company {
    pub async fn found() -> Self {
        let acme = hiring::acme().await;
        let ids = [("candidates", 40), ("applications", 50), ("jobs", 10), ("openings", 101), ("stages", 20)];
        let mut ids: BTreeMap<String, i64> = ids.map(|(noun, id)| (noun.to_owned(), id)).into();
        let mut wrong = Vec::new();
        for line in include_str!("furniture.txt").lines() {
            let mut parts = line.splitn(4, ' ');
            let mut next = || parts.next().expect("four parts");
            let (noun, method, path, body) = (next(), next().parse().expect("a method"), next(), next());
            let (path, body) = (name_ids(&ids, path), name_ids(&ids, body));
            let answer = acme.ask(method, &path, Some(body), &[]).await;
            if answer.status >= 300 {
                wrong.push(format!("{line}: {answer}"));
            }
            let json = &answer.json;
            let id = json
                .pointer("/interviews/0/id")
                .or_else(|| json.get("id"))
                .or_else(|| json.get("approval_flow_id"))
                .or_else(|| json.pointer("/education/id"));
            ids.insert(noun.to_owned(), id.and_then(Value::as_i64).unwrap_or(1));
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        let router = orangery::http::router(acme.house.clone());
        let mut company =
            Self { acme, router, ids, written: 0, is_worn: false, taken: false, said: String::new(), traces: 0 };
        company.traces = company.traces().await;
        company
    }

    pub fn is_worn(&self) -> bool {
        self.is_worn || self.written > 60
    }

    pub async fn document(&self) -> Value {
        self.acme.get("/api/openapi.json").await.json
    }

    async fn traces(&self) -> i64 {
        let sql = "select (select count(*) from audit_records) + (select count(*) from journal)";
        self.acme.house.read(async |look| Ok(look.tx.count(sql, &[]).await?)).await.expect("they are counted")
    }

    /// The body of a route that makes sense.
    pub fn body(&self, route: &Route) -> Value {
        match &route.body {
            Value::String(text) => serde_json::from_str(&name_ids(&self.ids, text)).expect("the body is JSON"),
            schema => routes::sample(schema, "", &|name| self.id(name)),
        }
    }

    /// The id of what a property or a part of a path names.
    fn id(&self, name: &str) -> i64 {
        let noun = name.trim_end_matches("_ids").trim_end_matches("_id").trim_end_matches('s').replace('-', "_");
        let noun = match noun.as_str() {
            "user" | "interviewer" | "submitted_by" | "recruiter" | "coordinator" => return 1,
            "job_post" => "post",
            "job_stage" => "stage",
            "activity_feed" | "item" => "note",
            noun => noun,
        };
        let same = |it: &&String| it.trim_end_matches('s').replace('-', "_") == noun;
        self.ids.keys().find(same).map_or(1, |it| self.ids[it])
    }

    /// A path with ids of ours, or with those that the dice choose.
    pub fn path(&self, route: &Route, mut dice: Option<&mut Rng>) -> String {
        let mut parts: Vec<String> = Vec::new();
        let mut noun = "";
        for part in route.path.split('/') {
            let Some(name) = part.strip_prefix('{') else {
                noun = part;
                parts.push(part.to_owned());
                continue;
            };
            let right = match name {
                "board_token}" => "acme".to_owned(),
                "id}" if noun == "jobs" && route.path.starts_with("/v1/boards/") => self.ids["posts"].to_string(),
                "section_id}" => self.ids["board-sections"].to_string(),
                "field_type}" if route.method == Method::GET => "candidate".to_owned(),
                _ if route.path.ends_with("convert_prospect") => "52".to_owned(),
                _ if route.path.ends_with("unreject") => "53".to_owned(),
                _ if route.path.ends_with("reject") && route.method == Method::PATCH => "53".to_owned(),
                _ if noun == "users" => self.ids["users"].to_string(),
                _ => self.id(noun).to_string(),
            };
            let other = dice.as_mut().and_then(|dice| {
                let others = OTHER_IDS;
                (dice.u8(..3) > 0).then(|| dice.choice(others).copied().unwrap_or("1").to_owned())
            });
            parts.push(other.unwrap_or(right));
        }
        parts.join("/")
    }

    /// Asks, and tells what is wrong with the answer.
    pub async fn ask(&mut self, request: &Request) -> Option<String> {
        let mut asked = axum::http::Request::builder().method(&request.method).uri(&request.path);
        let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{KEY}:")));
        for (name, value) in [("authorization", basic.as_str()), ("on-behalf-of", "1"), ("host", "example.com")] {
            if request.header.as_ref().is_none_or(|it| it.0 != name) {
                asked = asked.header(name, value);
            }
        }
        if let Some((name, value)) = &request.header {
            // What can't be a header at all, no server hands on.
            let Ok(value) = HeaderValue::from_bytes(value) else { return None };
            asked = asked.header(*name, value);
        }
        let Ok(asked) = asked.body(Body::from(request.body.clone())) else { return None };
        let answer = tokio::time::timeout(Duration::from_secs(20), self.router.clone().oneshot(asked)).await;
        let Ok(answer) = answer else { return Some(format!("{request}: no answer")) };
        let status = answer.expect("a router answers").into_parts();
        let (status, body) = (status.0.status.as_u16(), status.1);
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("the answer ends");
        let traces = self.traces().await;
        self.taken = status < 300;
        self.said = String::from_utf8_lossy(&bytes).chars().take(200).collect();
        let left = traces - std::mem::replace(&mut self.traces, traces);
        if status < 300 && request.method != Method::GET {
            self.written += 1;
            self.is_worn |=
                request.method == Method::DELETE || ["merge", "anonymize"].iter().any(|it| request.path.ends_with(it));
        }
        let wrong = self.wrong(request, status, &bytes, left)?;
        let text: String = String::from_utf8_lossy(&bytes).chars().take(300).collect();
        Some(format!("{wrong}: {request}\n    {status} {text}"))
    }

    fn wrong(&self, request: &Request, status: u16, bytes: &[u8], left: i64) -> Option<&'static str> {
        if status < 400 {
            let wrong = request.wrong_type.is_some() || request.must_fail;
            return wrong.then_some("was not refused");
        }
        let json: Value = serde_json::from_slice(bytes).unwrap_or_default();
        let errors = json["errors"].as_array().cloned().unwrap_or_default();
        let fields = || errors.iter().filter_map(|it| it["field"].as_str());
        let message = errors.first().and_then(|it| it["message"].as_str()).or(json["message"].as_str());
        match status {
            500.. => Some("a fault of ours"),
            409 => Some("nobody else was there"),
            _ if left != 0 => Some("refused, but something was written"),
            _ if message.is_none_or(str::is_empty) => Some("not in the envelope"),
            _ if fields().next().is_none() && BLUNT.iter().any(|it| message.unwrap_or_default().starts_with(it)) => {
                Some("only the database refused it")
            }
            422 if request.wrong_type.is_some() && fields().next().is_none() => Some("no field is named"),
            _ => None,
        }
    }
}

/// How the database's constraints sound where no verb foresaw them.
const BLUNT: [&str; 2] = ["Must be unique: ", "Refers to something that does not exist"];

/// Other ids that there are, and what is none.
const OTHER_IDS: &[&str] = &[
    "1",
    "2",
    "3",
    "10",
    "11",
    "20",
    "23",
    "40",
    "41",
    "42",
    "43",
    "50",
    "51",
    "52",
    "53",
    "101",
    "111",
    "999",
    "0",
    "-1",
    "9007199254740991",
    "9007199254740992",
    "18446744073709551616",
    "x",
    "%00",
    "%FF",
    "%F0%9F%8D%8A",
    "1.0",
    "null",
    "%2F",
];

/// The text with the ids in the place of their nouns: `$users`.
fn name_ids(ids: &BTreeMap<String, i64>, text: &str) -> String {
    let mut text = text.to_owned();
    let mut nouns: Vec<&String> = ids.keys().collect();
    nouns.sort_by_key(|it| std::cmp::Reverse(it.len()));
    for noun in nouns {
        text = text.replace(&format!("${noun}"), &ids[noun].to_string());
    }
    text
}
