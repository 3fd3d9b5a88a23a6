//! What comes in: bodies and queries, read leniently as to form and strictly as to content. Every fault is collected, each with its field,
//! so that a client hears of all of them at once (ERR-1).
//!
//! Real clients are sloppy: JSON is parsed whatever the Content-Type says; numbers and booleans may come as text; dates with or without time
//! and zone; unknown properties and parameters are ignored.

mod alike;

use std::cell::RefCell;

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    error::{Error, Fault, MOST_FAULTS, Result},
    house::Orangery,
    patch::Patch,
    words::Word,
};

/// The largest id there can be: clients keep ids in doubles.
const LARGEST_ID: i64 = (1 << 53) - 1;

/// No list in a body is longer: one request is not to hold the house for long.
const LONGEST_LIST: usize = 1000;

/// The ids in a path. What can be no id, names nothing that there is.
pub struct Path<T>(pub T);

impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Named + Send,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(names)) if names.can_be() => Ok(Self(names)),
            _ => Err(Error::NotFound("path", 0)),
        }
    }
}

/// What a path names.
pub trait Named {
    fn can_be(&self) -> bool;
}

impl Named for i64 {
    fn can_be(&self) -> bool {
        (1..=LARGEST_ID).contains(self)
    }
}

impl Named for String {
    fn can_be(&self) -> bool {
        !self.contains('\0')
    }
}

impl<A: Named, B: Named> Named for (A, B) {
    fn can_be(&self) -> bool {
        self.0.can_be() && self.1.can_be()
    }
}

/// A JSON body. None at all is an empty object.
pub struct Body(pub Value);

impl FromRequest<Orangery> for Body {
    type Rejection = Error;

    async fn from_request(request: Request, house: &Orangery) -> Result<Self> {
        let limit = house.body_limit;
        let too_large = || Error::invalid("", format!("The body is larger than {} MiB", limit / 1024 / 1024));
        let bytes = axum::body::to_bytes(request.into_body(), limit).await.map_err(|_| too_large())?;
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Ok(Self(Value::Object(Map::new())));
        }
        let value = serde_json::from_slice(bytes)
            .map_err(|error| Error::invalid("", format!("The body is not JSON: {error}")))?;
        match too_long(&value) {
            Some(list) => {
                Err(Error::invalid(list.trim_start_matches('.'), format!("A list has at most {LONGEST_LIST} entries")))
            }
            None => Ok(Self(value)),
        }
    }
}

impl Body {
    /// Reads the body's object with `reader`; any fault refuses the whole.
    pub fn read<T>(&self, reader: impl FnOnce(&Fields<'_>) -> T) -> Result<T> {
        match &self.0 {
            Value::Object(map) => read(map, reader),
            _ => Err(Error::invalid("", "The body must be a JSON object")),
        }
    }
}

/// The parameters of the query. `name[]=1&name[]=2` is a list; of others the last counts.
pub struct Params(Map<String, Value>);

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let mut map = Map::new();
        for (name, value) in url::form_urlencoded::parse(parts.uri.query().unwrap_or_default().as_bytes()) {
            let value = Value::String(value.into_owned());
            match name.strip_suffix("[]") {
                Some(list) => match map.entry(list).or_insert_with(|| Value::Array(Vec::new())) {
                    Value::Array(values) => values.push(value),
                    other => *other = Value::Array(vec![value]),
                },
                None => drop(map.insert(name.into_owned(), value)),
            }
        }
        Ok(Self(map))
    }
}

impl Params {
    pub fn read<T>(&self, reader: impl FnOnce(&Fields<'_>) -> T) -> Result<T> {
        read(&self.0, reader)
    }
}

fn read<T>(map: &Map<String, Value>, reader: impl FnOnce(&Fields<'_>) -> T) -> Result<T> {
    let faults = RefCell::new(Vec::new());
    let read = reader(&Fields { map, path: String::new(), faults: &faults });
    let faults = faults.into_inner();
    if faults.is_empty() { Ok(read) } else { Err(Error::Invalid(faults)) }
}

/// An object being read.
pub struct Fields<'a> {
    map: &'a Map<String, Value>,
    /// Where it stands, such as `applications[0].`; empty for the whole body.
    path: String,
    faults: &'a RefCell<Vec<Fault>>,
}

impl<'a> Fields<'a> {
    /// Notes that something is wrong with a property.
    pub fn fault(&self, name: &str, message: impl Into<String>) {
        let mut faults = self.faults.borrow_mut();
        if faults.len() < MOST_FAULTS {
            faults.push(Fault { message: message.into(), field: format!("{}{name}", self.path) });
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.map.contains_key(name)
    }

    /// Where a property stands, for faults that a verb finds: `applications[0].job_id`.
    pub fn place(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    /// The value as it came; None for absent and null.
    pub fn raw(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|it| !it.is_null())
    }

    /// Reads a property by `parse`, which says what it must be when it isn't.
    fn one<T>(&self, name: &str, parse: impl FnOnce(&'a Value) -> Result<T, String>) -> Option<T> {
        match parse(self.raw(name)?) {
            Ok(value) => Some(value),
            Err(message) => {
                self.fault(name, message);
                None
            }
        }
    }

    fn patch<T>(&self, name: &str, read: impl FnOnce() -> Option<T>) -> Patch<T> {
        match self.map.get(name) {
            None => Patch::Absent,
            Some(Value::Null) => Patch::Null,
            Some(_) => read().map_or(Patch::Absent, Patch::Value),
        }
    }

    /// `value`, or a fault that says that it is missing.
    pub fn required<T>(&self, name: &str, value: Option<T>) -> Option<T> {
        if value.is_none() && self.raw(name).is_none() {
            self.fault(name, "is required");
        }
        value
    }

    /// Text of at most `max` characters.
    pub fn text(&self, name: &str, max: usize) -> Option<String> {
        self.one(name, |value| {
            let text = match value {
                Value::String(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                _ => return Err("Must be a text".to_owned()),
            };
            if text.contains('\0') {
                return Err("Must not contain the character U+0000".to_owned());
            }
            match text.chars().count() > max {
                true => Err(format!("Must be at most {max} characters long")),
                false => Ok(text),
            }
        })
    }

    pub fn patch_text(&self, name: &str, max: usize) -> Patch<String> {
        self.patch(name, || self.text(name, max))
    }

    /// Text that may be left out, but not be blank or null.
    pub fn patch_name(&self, name: &str, max: usize) -> Patch<String> {
        let text = self.patch_text(name, max);
        if matches!(&text, Patch::Null) || matches!(&text, Patch::Value(text) if text.trim().is_empty()) {
            self.fault(name, "must not be blank");
        }
        text
    }

    /// Text that must be there and not blank.
    pub fn required_text(&self, name: &str, max: usize) -> String {
        match self.required(name, self.text(name, max)) {
            Some(text) if text.trim().is_empty() => {
                self.fault(name, "must not be blank");
                String::new()
            }
            text => text.unwrap_or_default(),
        }
    }

    pub fn integer(&self, name: &str, from: i64, to: i64) -> Option<i64> {
        self.one(name, |value| match whole(value) {
            Some(number) if (from..=to).contains(&number) => Ok(number),
            Some(_) => Err(format!("Must be from {from} to {to}")),
            None => Err("Must be a whole number".to_owned()),
        })
    }

    pub fn id(&self, name: &str) -> Option<i64> {
        self.integer(name, 1, LARGEST_ID)
    }

    pub fn patch_id(&self, name: &str) -> Patch<i64> {
        self.patch(name, || self.id(name))
    }

    pub fn required_id(&self, name: &str) -> i64 {
        self.required(name, self.id(name)).unwrap_or_default()
    }

    /// A list of ids; also as `1,2,3`.
    pub fn ids(&self, name: &str) -> Option<Vec<i64>> {
        self.one(name, |value| {
            let parsed: Option<Vec<i64>> = match value {
                Value::Array(values) => values.iter().map(whole).collect(),
                Value::String(text) => {
                    text.split(',').filter(|it| !it.trim().is_empty()).map(|it| it.trim().parse().ok()).collect()
                }
                Value::Number(_) => whole(value).map(|it| vec![it]),
                _ => None,
            };
            let all_fit = |ids: &Vec<i64>| ids.iter().all(|id| (1..=LARGEST_ID).contains(id));
            parsed.filter(all_fit).ok_or_else(|| "Must be a list of ids".to_owned())
        })
    }

    pub fn texts(&self, name: &str, max: usize) -> Option<Vec<String>> {
        self.one(name, |value| {
            let one = |it: &Value| {
                it.as_str().filter(|it| it.chars().count() <= max && !it.contains('\0')).map(str::to_owned)
            };
            let parsed: Option<Vec<String>> = value.as_array().and_then(|values| values.iter().map(one).collect());
            parsed.ok_or_else(|| format!("Must be a list of texts, each at most {max} characters long"))
        })
    }

    pub fn flag(&self, name: &str) -> Option<bool> {
        self.one(name, |value| match value {
            Value::Bool(flag) => Ok(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") || text == "1" => Ok(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") || text == "0" => Ok(false),
            _ => Err("Must be true or false".to_owned()),
        })
    }

    pub fn patch_flag(&self, name: &str) -> Patch<bool> {
        self.patch(name, || self.flag(name))
    }

    pub fn word<T: Word>(&self, name: &str) -> Option<T> {
        self.one(name, |value| {
            value.as_str().and_then(T::parse).ok_or_else(|| format!("Must be one of: {}", T::list()))
        })
    }

    /// A point in time, ISO-8601; without a zone it is UTC, without a time midnight.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        self.one(name, |value| {
            value
                .as_str()
                .and_then(parse_time)
                .ok_or_else(|| "Must be an ISO-8601 timestamp such as 2026-08-22T10:00:00.000Z".to_owned())
        })
    }

    /// A day; of a timestamp, the day that it writes.
    pub fn date(&self, name: &str) -> Option<Date> {
        self.one(name, |value| {
            value.as_str().and_then(parse_date).ok_or_else(|| "Must be a date such as 2026-08-22".to_owned())
        })
    }

    pub fn patch_date(&self, name: &str) -> Patch<Date> {
        self.patch(name, || self.date(name))
    }

    pub fn patch_time(&self, name: &str) -> Patch<Timestamp> {
        self.patch(name, || self.time(name))
    }

    /// The object under `name`, read by `reader`.
    pub fn object<T>(&self, name: &str, reader: impl FnOnce(&Fields<'_>) -> T) -> Option<T> {
        self.one(name, |value| match value {
            Value::Object(map) => {
                Ok(reader(&Fields { map, path: format!("{}{name}.", self.path), faults: self.faults }))
            }
            _ => Err("Must be an object".to_owned()),
        })
    }

    /// The list of objects under `name`, each read by `reader`.
    pub fn objects<T>(&self, name: &str, reader: impl Fn(&Fields<'_>) -> T) -> Option<Vec<T>> {
        self.one(name, |value| {
            let Value::Array(values) = value else { return Err("Must be a list".to_owned()) };
            let mut read = Vec::with_capacity(values.len());
            for (n, value) in values.iter().enumerate() {
                let Value::Object(map) = value else { return Err("Must be a list of objects".to_owned()) };
                read.push(reader(&Fields { map, path: format!("{}{name}[{n}].", self.path), faults: self.faults }));
            }
            Ok(read)
        })
    }
}

/// Where a list is that is too long.
fn too_long(value: &Value) -> Option<String> {
    match value {
        Value::Array(values) if values.len() > LONGEST_LIST => Some(String::new()),
        Value::Array(values) => values.iter().enumerate().find_map(|(n, it)| Some(format!("[{n}]{}", too_long(it)?))),
        Value::Object(map) => map.iter().find_map(|(name, it)| Some(format!(".{name}{}", too_long(it)?))),
        _ => None,
    }
}

/// A whole number, also written as text or with a fraction of zero.
fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().filter(|it| it.fract() == 0.0 && it.abs() < 9e15).map(|it| it as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn parse_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // A plus that a client forgot to encode in a query arrives as a blank.
    let with_zone = text.parse::<Timestamp>().or_else(|_| text.replace(' ', "+").parse()).ok();
    let at = with_zone.or_else(|| text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok().map(|it| it.timestamp()));
    // Kept to the millisecond, and between the years that every database and client can tell.
    at.and_then(|it| Timestamp::from_millisecond(it.as_millisecond()).ok())
        .filter(|it| (0..=9999).contains(&it.to_zoned(TimeZone::UTC).year()))
}

fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let date = text.parse::<Date>().ok().or_else(|| text.parse::<DateTime>().ok().map(|it| it.date()));
    date.or_else(|| parse_time(text).map(|it| it.to_zoned(TimeZone::UTC).date()))
        .filter(|it| (1..=9999).contains(&it.year()))
}
