//! A row as a line of an archive, and back: the same values, whatever the database.

use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use sql::Value;

use super::secret;
use crate::schema::{Column, Table};

/// Columns that hold JSON, which stands as such in an archive.
const STRUCTURED: &[&str] = &[
    "custom",
    "referral_custom",
    "rejection_custom",
    "answers",
    "attributes",
    "options",
    "changes",
    "department_ids",
    "office_ids",
    "default_user_ids",
    "endpoints",
    "events",
    "fields",
    "headers",
    "header_names",
    "mail_cc",
    "oauth",
    "selection",
    "parts",
    "pay_ranges",
    "cc",
];

/// The row as an object, with or without what others could act by.
pub fn object(table: &Table, row: &[Value], secrets: bool) -> Map<String, Json> {
    let shown = table.columns.iter().zip(row).filter(|(it, _)| secrets || secret::of(table.name, it).is_none());
    shown.map(|(column, value)| (column.name.to_owned(), shown_as(column, value))).collect()
}

fn shown_as(column: &Column, value: &Value) -> Json {
    match value {
        Value::Int(it) if is_time(column.name) => {
            Timestamp::from_microsecond(*it).map_or_else(|_| json!(it), |at| json!(at.to_string()))
        }
        Value::Text(it) if STRUCTURED.contains(&column.name) => structured(it),
        Value::Null => Json::Null,
        Value::Bool(it) => json!(it),
        Value::Int(it) => json!(it),
        Value::Real(it) => json!(it),
        Value::Text(it) => json!(it),
        Value::Bytes(it) => json!(hex::encode(it)),
        Value::Ids(it) => json!(it),
        Value::Texts(it) => json!(it),
    }
}

pub fn is_time(column: &str) -> bool {
    column.ends_with("_at") || column.ends_with("_until") || column == "at"
}

/// A list or a map, if it would be written as the same text again; else the text.
fn structured(text: &str) -> Json {
    let read = serde_json::from_str::<Json>(text).ok();
    let again = |it: &Json| serde_json::to_string(it).is_ok_and(|it| it == text);
    let fits = read.filter(|it| (it.is_object() || it.is_array()) && again(it));
    fits.unwrap_or_else(|| json!(text))
}

/// The values of a line, in the order of the columns; nothing for secrets that are not in it.
pub fn values(table: &Table, line: &[u8]) -> Result<Vec<Option<Value>>, String> {
    let mut object: Map<String, Json> = serde_json::from_slice(line).map_err(|why| format!("no JSON object: {why}"))?;
    let mut values = Vec::with_capacity(table.columns.len());
    for column in &table.columns {
        values.push(match object.remove(column.name) {
            Some(json) => Some(value(column, json).ok_or_else(|| format!("{} is no {}", column.name, column.kind))?),
            None if secret::of(table.name, column).is_some() => None,
            None => return Err(format!("{} is missing", column.name)),
        });
    }
    match object.keys().next() {
        Some(stranger) => Err(format!("there is no column {stranger} in this version")),
        None => Ok(values),
    }
}

fn value(column: &Column, json: Json) -> Option<Value> {
    Some(match (column.kind, json) {
        (_, Json::Null) => Value::Null,
        ("text", Json::String(it)) => Value::Text(it),
        ("text", it @ (Json::Object(_) | Json::Array(_))) if STRUCTURED.contains(&column.name) => {
            Value::Text(it.to_string())
        }
        ("boolean", Json::Bool(it)) => Value::Bool(it),
        ("bytes", Json::String(it)) => Value::Bytes(hex::decode(it).ok()?),
        ("double", Json::Number(it)) => Value::Real(it.as_f64()?),
        ("bigint", Json::String(it)) if is_time(column.name) => {
            Value::Int(it.parse::<Timestamp>().ok()?.as_microsecond())
        }
        ("bigint" | "{id}", Json::Number(it)) => Value::Int(it.as_i64()?),
        _ => return None,
    })
}
