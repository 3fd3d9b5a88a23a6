//! Every route that there is: Harvest's as the routers write them, our own API's as its document tells them.

use std::{collections::BTreeSet, path::Path};

use axum::http::Method;
use serde_json::{Map, Value, json};

pub struct Route {
    pub method: Method,
    pub path: String,
    /// A body that makes sense, as a text with nouns for ids, or the schema of one; or null.
    pub body: Value,
}

impl Route {
    /// Whether it is the same, whatever parameters are called.
    pub fn is(&self, other: &Self) -> bool {
        let parts = |it: &Self| -> Vec<String> {
            it.path.split('/').map(|it| if it.starts_with('{') { "{}".to_owned() } else { it.to_owned() }).collect()
        };
        self.method == other.method && parts(self) == parts(other)
    }
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

fn sources(folder: &str) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http").join(folder);
    let mut files: Vec<_> =
        std::fs::read_dir(folder).expect("the doors").map(|it| it.expect("a file").path()).collect();
    files.sort();
    let files = files.into_iter().filter(|it| it.extension().is_some_and(|it| it == "rs"));
    files.map(|it| std::fs::read_to_string(it).expect("a text")).collect()
}

/// The routes of Harvest, read from its routers: `.route("/v1/jobs/{id}", get(show).patch(update))`.
pub fn harvest() -> Vec<Route> {
    let routes = written(&sources("harvest"));
    assert!(routes.len() > 100, "the routes were found");
    routes
}

/// Those of the job board.
pub fn board() -> Vec<Route> {
    let routes = written(&[include_str!("../../../src/http/board.rs").to_owned()]);
    assert!(routes.len() > 18, "the routes were found");
    routes
}

fn written(sources: &[String]) -> Vec<Route> {
    let mut routes = Vec::new();
    for source in sources {
        for written in source.split(".route(").skip(1) {
            let path = written.split('"').nth(1).expect("a path");
            let mut rest = written.splitn(3, '"').nth(2).expect("methods");
            let mut depth = 1;
            let end = rest.find(|it| {
                depth += i32::from(it == '(') - i32::from(it == ')');
                depth == 0
            });
            rest = &rest[..end.expect("the route ends")];
            for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let word = format!("{}(", method.as_str().to_lowercase());
                if rest.split([' ', '.', '\n', ':', ',']).any(|it| it.starts_with(&word)) {
                    routes.push(Route { method, path: path.to_owned(), body: Value::Null });
                }
            }
        }
    }
    routes
}

/// The writes of Harvest, each with a body that makes sense.
pub fn bodies() -> Vec<Route> {
    lines(include_str!("harvest.txt"))
}

/// The same for the job board.
pub fn applications() -> Vec<Route> {
    lines(include_str!("board.txt"))
}

fn lines(text: &str) -> Vec<Route> {
    let line = |line: &str| {
        let mut parts = line.splitn(3, ' ');
        let mut next = || parts.next().expect("three parts").to_owned();
        Route { method: next().parse().expect("a method"), path: next(), body: Value::String(next()) }
    };
    text.lines().map(line).collect()
}

/// The routes of our own API, each with the schema of its body.
pub fn api(document: &Value) -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let Ok(method) = method.to_uppercase().parse() else { continue };
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let body = if schema.is_null() { json!({"type": "object"}) } else { whole(document, schema, 0) };
            routes.push(Route { method, path: path.clone(), body });
        }
    }
    assert!(routes.len() > 60, "the routes were found");
    routes
}

/// The schema, with what it refers to in the place of references.
fn whole(document: &Value, schema: &Value, depth: u8) -> Value {
    if let Some(Value::String(to)) = schema.get("$ref") {
        let there = document.pointer(to.trim_start_matches('#')).expect("what is referred to");
        return if depth > 12 { Value::Null } else { whole(document, there, depth + 1) };
    }
    match schema {
        Value::Object(map) => map.iter().map(|(name, it)| (name.clone(), whole(document, it, depth))).collect(),
        Value::Array(values) => values.iter().map(|it| whole(document, it, depth)).collect(),
        other => other.clone(),
    }
}

/// A value of that schema; `id` knows ids.
pub fn sample(schema: &Value, name: &str, id: &dyn Fn(&str) -> i64) -> Value {
    let is_null = |it: &&Value| it["type"] != "null";
    for several in ["oneOf", "anyOf"] {
        if let Some(first) = schema[several].as_array().and_then(|it| it.iter().find(is_null)) {
            return sample(first, name, id);
        }
    }
    if let Some(all) = schema["allOf"].as_array() {
        let parts = all.iter().filter_map(|it| sample(it, name, id).as_object().cloned());
        return Value::Object(parts.flatten().collect());
    }
    if let Some(word) = schema["enum"].as_array().and_then(|it| it.first()) {
        return word.clone();
    }
    let kind = match &schema["type"] {
        Value::Array(kinds) => kinds.iter().find(|it| *it != "null").and_then(Value::as_str),
        kind => kind.as_str(),
    };
    match kind {
        Some("object") => {
            let none = Map::new();
            let properties = schema["properties"].as_object().unwrap_or(&none);
            Value::Object(properties.iter().map(|(name, it)| (name.clone(), sample(it, name, id))).collect())
        }
        Some("array") => json!([sample(&schema["items"], name, id)]),
        Some("integer" | "number") if name.ends_with("_id") || name.ends_with("_ids") => json!(id(name)),
        Some("integer" | "number") => json!(1),
        Some("boolean") => json!(true),
        _ => json!(text(name)),
    }
}

fn text(name: &str) -> &'static str {
    match name {
        "events" => "all",
        "fields" => "notes",
        "url" => "https://127.0.0.1/hook",
        "kind" => "call",
        name if name.contains("email") => "someone@example.com",
        name if name.ends_with("_at") || name.contains("time") || name.ends_with("from") || name.ends_with("until") => {
            "2026-09-01T10:00:00Z"
        }
        name if name.contains("date") || name.ends_with("_on") => "2026-09-01",
        _ => "something like a text",
    }
}

/// What some door reads by name.
pub fn parameters() -> Vec<String> {
    let mut names = BTreeSet::new();
    for source in sources("harvest").into_iter().chain(sources("api")).chain(sources("board")).chain(sources("")) {
        for read in source.split("it.").skip(1) {
            let Some((_, after)) =
                read.split_once("(\"").filter(|it| it.0.chars().all(|it| it.is_alphanumeric() || it == '_'))
            else {
                continue;
            };
            names.extend(after.split('"').next().map(str::to_owned));
        }
    }
    assert!(names.len() > 100, "the parameters were found");
    names.into_iter().filter(|it| it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')).collect()
}
