//! The lists: bare arrays by falling id, their parameters checked as documented, their cursors with what Greenhouse's hold.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Map, Value, json};
use url::form_urlencoded;

const LISTS: &str = include_str!("lists.txt");
const FURNITURE: &str = include_str!("furniture.json");

/// When all of it was made.
const CREATED: &str = "2026-01-15T08:00:00.000Z";
const UPDATED: &str = "2026-03-10T08:00:00.000Z";

pub struct List {
    parameters: Vec<String>,
    /// By falling id.
    rows: Vec<Value>,
}

/// The furniture and `more`, each row with all keys that its list has.
pub fn furnished(url: &str, more: &[(&str, Vec<Value>)]) -> BTreeMap<String, List> {
    let text = FURNITURE.replace("{files}", &format!("{url}/files"));
    let mut furniture: BTreeMap<String, Vec<Value>> = serde_json::from_str(&text).expect("the furniture is JSON");
    for (list, rows) in more {
        furniture.entry((*list).to_owned()).or_default().extend(rows.iter().cloned());
    }
    let mut lists = BTreeMap::new();
    let documented: Vec<&str> = LISTS.lines().filter(|it| !it.starts_with('#') && !it.is_empty()).collect();
    for three in documented.chunks(3) {
        let [name, parameters, keys] = three else { panic!("three lines per list: {three:?}") };
        let words = |line: &str, of: &str| -> Vec<String> {
            let line = line.trim().strip_prefix(of).unwrap_or_else(|| panic!("{of} in {line}"));
            line.split_whitespace().map(str::to_owned).collect()
        };
        let (parameters, keys) = (words(parameters, "parameters:"), words(keys, "keys:"));
        let rows = furniture.remove(*name).unwrap_or_default();
        let mut rows: Vec<Value> = rows.into_iter().map(|it| whole(name, &keys, it)).collect();
        rows.sort_by_key(|it| std::cmp::Reverse(id(it)));
        lists.insert((*name).to_owned(), List { parameters, rows });
    }
    assert!(furniture.is_empty(), "furniture of lists that are not documented: {:?}", furniture.keys());
    lists
}

/// A row with every documented key, null where the furniture says nothing, and no other.
fn whole(list: &str, keys: &[String], row: Value) -> Value {
    let Value::Object(mut given) = row else { panic!("a row of {list} is an object") };
    let mut whole = Map::new();
    whole.insert("id".to_owned(), given.remove("id").unwrap_or_else(|| panic!("a row of {list} has an id")));
    for (key, usual) in [("created_at", CREATED), ("updated_at", UPDATED)] {
        let value = given.remove(&format!("_{key}")).or_else(|| given.remove(key));
        whole.insert(key.to_owned(), value.unwrap_or(json!(usual)));
    }
    for key in keys {
        let usual = match (list, key.as_str()) {
            ("custom_fields", "private" | "required" | "require_approval" | "trigger_new_version")
            | ("custom_fields", "expose_in_job_board_api" | "use_for_job_approvals" | "use_for_offer_approvals") => {
                json!(false)
            }
            ("custom_fields", "active") => json!(true),
            _ => Value::Null,
        };
        whole.insert(key.clone(), given.remove(key).unwrap_or(usual));
    }
    // Marks of the furniture itself begin so.
    let other: Vec<&String> = given.keys().filter(|it| !it.starts_with('_')).collect();
    assert!(other.is_empty(), "{list} has no such keys: {other:?}");
    whole.extend(given);
    Value::Object(whole)
}

fn id(row: &Value) -> i64 {
    row["id"].as_i64().expect("an id")
}

impl List {
    /// The page that is asked for and the cursor of the next one, or what is wrong with the question.
    pub fn page(&self, query: &str, cursors_expired: bool) -> Result<(Vec<Value>, Option<String>), Value> {
        let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let cursor = pairs.iter().find(|it| it.0 == "cursor").map(|it| it.1.clone());
        let (filters, per_page, from, number, first) = match cursor {
            Some(_) if pairs.len() > 1 => {
                return Err(json!(["When passing a cursor, do not include other query params."]));
            }
            Some(_) if cursors_expired => return Err(json!(["Cursor has expired."])),
            Some(cursor) => read(&cursor).ok_or_else(|| json!(["Invalid cursor."]))?,
            None => {
                let filters = self.filters(pairs)?;
                let per_page = filters.iter().find(|it| it.0 == "per_page").map_or("100", |it| &it.1);
                let number: i64 = per_page.parse().map_err(|_| json!([{"per_page": "must be an integer"}]))?;
                let told = |than: &str| Err(json!([{"per_page": format!("`{number}` number is {than}")}]));
                match number {
                    ..1 => return told("less than: 1"),
                    501.. => return told("greater than: 500"),
                    _ => {}
                }
                (filters, number as usize, i64::MAX, 1, "0123456789abcdef0123456789abcdef".to_owned())
            }
        };
        let hidden = |row: &Value| {
            let unless = row["_hidden_unless"].as_str();
            unless.is_some_and(|name| !filters.iter().any(|it| it.0 == name && it.1 == "true"))
        };
        let fits = |row: &&Value| id(row) <= from && !hidden(row) && filters.iter().all(|by| self.fits(row, by));
        let mut found = self.rows.iter().filter(fits);
        let fields = filters.iter().find(|it| it.0 == "fields").map(|it| it.1.as_str());
        let page: Vec<Value> = found.by_ref().take(per_page).map(|it| shown(it, fields)).collect();
        let next = found.next().map(|it| {
            let query: Map<String, Value> = filters.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            let inside = json!({"query": query, "per_page": per_page, "id": id(it), "page": number + 1, "original_request_id": first});
            BASE64_STANDARD.encode(inside.to_string()).replace('=', "%3D").replace('+', "%2B")
        });
        Ok((page, next))
    }

    fn filters(&self, pairs: Vec<(String, String)>) -> Result<Vec<(String, String)>, Value> {
        let known = |name: &str| {
            let name = name.split('[').next().unwrap_or_default();
            ["per_page", "ids", "fields"].contains(&name) || self.parameters.iter().any(|it| it == name)
        };
        match pairs.iter().find(|it| !known(&it.0)) {
            Some((name, _)) => Err(json!([format!("Invalid query params: {name}")])),
            None => Ok(pairs),
        }
    }

    /// The filters that an import may have use for; of any other it would not do to pretend.
    fn fits(&self, row: &Value, (name, value): &(String, String)) -> bool {
        let among = |key: &str| value.split(',').any(|it| row[key].as_i64().is_some_and(|id| it == id.to_string()));
        match name.as_str() {
            "per_page" | "fields" | "include_defaults" | "show_service_accounts" => true,
            "ids" => among("id"),
            name if name.ends_with("_ids") => among(name.trim_end_matches('s')),
            "updated_at" => {
                let since = value.strip_prefix("gte|").expect("only updated_at=gte|…");
                let time = |text: &str| text.parse::<jiff::Timestamp>().expect("a time");
                row["updated_at"].as_str().is_some_and(|it| time(it) >= time(since))
            }
            "active" | "deactivated" => row[name].as_bool() == value.parse().ok(),
            other => panic!("this Greenhouse does not filter by {other}"),
        }
    }
}

/// What a cursor says: filters, rows per page, the id it begins at, its number and the first request.
fn read(cursor: &str) -> Option<(Vec<(String, String)>, usize, i64, i64, String)> {
    let inside: Value = serde_json::from_slice(&BASE64_STANDARD.decode(cursor).ok()?).ok()?;
    let query = inside["query"].as_object()?;
    let query = query.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
    let per_page = usize::try_from(inside["per_page"].as_u64()?).ok()?;
    let first = inside["original_request_id"].as_str()?.to_owned();
    Some((query.collect(), per_page, inside["id"].as_i64()?, inside["page"].as_i64()?, first))
}

/// Without the marks of the furniture, and with the fields alone that are asked for.
fn shown(row: &Value, fields: Option<&str>) -> Value {
    let row = row.as_object().into_iter().flatten();
    let wanted = |key: &str| !key.starts_with('_') && fields.is_none_or(|it| it.split(',').any(|it| it == key));
    Value::Object(row.filter(|it| wanted(it.0)).map(|(key, value)| (key.clone(), value.clone())).collect())
}
