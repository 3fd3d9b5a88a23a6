//! Forms: JSON, urlencoded and multipart bodies, all read into one tree and the files that came beside it (SUB-2). Names may be nested as Rack
//! nests them (SUB-9): `a[b]` is a property, `a[]` the next of a list, and a key that its last one has already begins the next one.

use std::collections::HashMap;

use axum::{
    extract::{FromRequest, Multipart, Request, multipart::MultipartError},
    http::header,
};
use bytes::Bytes;
use http_body_util::Limited;
use serde_json::{Map, Value};

use crate::{
    error::{Error, Result},
    house::Orangery,
    http::input::Body,
};

/// So many names a form may hold, and so deep they may be nested.
const MOST_FIELDS: usize = 2000;
const DEEPEST: usize = 6;

pub struct Form {
    pub fields: Body,
    pub files: HashMap<String, File>,
}

/// A file as it was uploaded.
pub struct File {
    pub filename: String,
    pub content: Bytes,
}

impl Form {
    /// Reads a body of any of the three kinds; where none is named, it is seen from how it begins.
    pub async fn read(house: &Orangery, request: Request) -> Result<Self> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let limit = house.body_limit;
        let mut form = match kind.as_str() {
            "multipart/form-data" => multipart(request, limit).await?,
            "application/x-www-form-urlencoded" => urlencoded(&whole(request, limit).await?)?,
            _ => {
                let (parts, body) = request.into_parts();
                let bytes = whole(Request::from_parts(parts.clone(), body), limit).await?;
                match bytes.trim_ascii_start().first() {
                    Some(b'{' | b'[' | 0xEF) | None => {
                        let request = Request::from_parts(parts, axum::body::Body::from(bytes));
                        Self { fields: Body::from_request(request, house).await?, files: HashMap::new() }
                    }
                    Some(_) if kind == "application/json" => {
                        return Err(Error::invalid("", "The body must be a JSON object"));
                    }
                    Some(_) => urlencoded(&bytes)?,
                }
            }
        };
        prune(&mut form.fields.0);
        Ok(form)
    }
}

async fn whole(request: Request, limit: usize) -> Result<Bytes> {
    axum::body::to_bytes(request.into_body(), limit).await.map_err(|_| too_large(limit))
}

fn too_large(limit: usize) -> Error {
    Error::invalid("", format!("The body is larger than {} MiB", limit / 1024 / 1024))
}

fn urlencoded(bytes: &[u8]) -> Result<Form> {
    let mut tree = Tree::default();
    for (name, value) in url::form_urlencoded::parse(bytes) {
        tree.put(&name, value.into_owned())?;
    }
    Ok(Form { fields: Body(tree.root), files: HashMap::new() })
}

async fn multipart(request: Request, limit: usize) -> Result<Form> {
    let request = request.map(|body| axum::body::Body::new(Limited::new(body, limit)));
    let broken = |error: MultipartError| Error::invalid("", format!("The form can't be read: {}", error.body_text()));
    let mut parts =
        Multipart::from_request(request, &()).await.map_err(|error| Error::invalid("", error.body_text()))?;
    let (mut tree, mut files) = (Tree::default(), HashMap::new());
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let filename = part.file_name().map(str::to_owned);
        let content = part.bytes().await.map_err(broken)?;
        match filename {
            // A field for a file in which nobody chose one.
            Some(filename) if filename.is_empty() && content.is_empty() => {}
            Some(filename) => {
                tree.count(&name)?;
                files.insert(name, File { filename, content });
            }
            None => match String::from_utf8(content.into()) {
                Ok(text) => tree.put(&name, text)?,
                Err(_) => return Err(Error::invalid(name, "Must be a text in UTF-8")),
            },
        }
    }
    Ok(Form { fields: Body(tree.root), files })
}

/// What nobody filled in is not there.
fn prune(value: &mut Value) {
    let is_blank = |it: &Value| it.as_str().is_some_and(|it| it.trim().is_empty());
    match value {
        Value::Object(map) => {
            map.retain(|_, it| !is_blank(it));
            map.values_mut().for_each(prune);
        }
        Value::Array(values) => {
            values.retain(|it| !is_blank(it));
            values.iter_mut().for_each(prune);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A tree that grows by nested names.
struct Tree {
    root: Value,
    count: usize,
}

impl Default for Tree {
    fn default() -> Self {
        Self { root: Value::Object(Map::new()), count: 0 }
    }
}

/// A part of a nested name.
enum Step {
    Key(String),
    Next,
}

impl Tree {
    fn count(&mut self, name: &str) -> Result<()> {
        self.count += 1;
        match self.count > MOST_FIELDS {
            true => Err(Error::invalid(name, format!("A form has at most {MOST_FIELDS} fields"))),
            false => Ok(()),
        }
    }

    fn put(&mut self, name: &str, value: String) -> Result<()> {
        self.count(name)?;
        let steps = steps(name);
        if steps.len() > DEEPEST {
            return Err(Error::invalid(name, "This name is nested too deeply"));
        }
        match put(&mut self.root, &steps, value) {
            true => Ok(()),
            false => Err(Error::invalid(name, "This name means two things: a value, a list or an object")),
        }
    }
}

/// `a[b][]` is the key a, the key b, the next of a list. A name whose brackets don't fit is one key.
fn steps(name: &str) -> Vec<Step> {
    let plain = || vec![Step::Key(name.to_owned())];
    let Some((first, mut rest)) = name.split_once('[') else { return plain() };
    let mut steps = vec![Step::Key(first.to_owned())];
    loop {
        let Some((key, after)) = rest.split_once(']') else { return plain() };
        steps.push(if key.is_empty() { Step::Next } else { Step::Key(key.to_owned()) });
        match after.strip_prefix('[') {
            Some(next) => rest = next,
            None if after.is_empty() => return steps,
            None => return plain(),
        }
    }
}

/// Puts a value to its place; false where something else stands in the way. Of a name that comes twice the last one counts.
fn put(there: &mut Value, steps: &[Step], value: String) -> bool {
    match steps {
        [] => {
            let free = there.is_null() || there.is_string();
            if free {
                *there = Value::String(value);
            }
            free
        }
        [Step::Key(key), rest @ ..] => {
            if there.is_null() {
                *there = Value::Object(Map::new());
            }
            there.as_object_mut().is_some_and(|it| put(it.entry(key).or_insert(Value::Null), rest, value))
        }
        [Step::Next, rest @ ..] => {
            if there.is_null() {
                *there = Value::Array(Vec::new());
            }
            let Some(list) = there.as_array_mut() else { return false };
            match list.last_mut() {
                Some(last) if last.is_object() && !has(last, rest) => put(last, rest, value),
                _ => {
                    list.push(Value::Null);
                    list.last_mut().is_some_and(|it| put(it, rest, value))
                }
            }
        }
    }
}

/// Whether the object has that already; a list within it can always grow.
fn has(value: &Value, steps: &[Step]) -> bool {
    if steps.iter().any(|it| matches!(it, Step::Next)) {
        return false;
    }
    let mut at = Some(value);
    for step in steps {
        if let Step::Key(key) = step {
            at = at.and_then(|it| it.get(key));
        }
    }
    at.is_some()
}
