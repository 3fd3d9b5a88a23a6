//! What another server answered, read leniently: what is not there, or not what it should be, is nothing.

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

use crate::words::Word;

/// A part of an answer.
#[derive(Clone, Copy)]
pub struct It<'a>(pub &'a Value);

impl<'a> It<'a> {
    /// The part of that name; null where there is none.
    pub fn at(self, name: &str) -> It<'a> {
        It(self.0.get(name).unwrap_or(&Value::Null))
    }

    pub fn is_null(self) -> bool {
        self.0.is_null()
    }

    /// The parts of a list.
    pub fn list(self, name: &str) -> impl Iterator<Item = It<'a>> {
        self.at(name).0.as_array().into_iter().flatten().map(It)
    }

    /// A positive number, also as a text.
    pub fn number(self, name: &str) -> Option<i64> {
        let it = self.at(name).0;
        it.as_i64().or_else(|| it.as_str()?.trim().parse().ok())
    }

    pub fn id(self) -> Option<i64> {
        self.number("id").filter(|it| *it > 0)
    }

    /// The id of what is nested under that name.
    pub fn id_of(self, name: &str) -> Option<i64> {
        self.at(name).id()
    }

    /// A text; PostgreSQL can't hold a NUL in one.
    pub fn text(self, name: &str) -> Option<String> {
        match self.at(name).0 {
            Value::String(text) => Some(text.replace('\0', "")),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// A text that is always there.
    pub fn words(self, name: &str) -> String {
        self.text(name).unwrap_or_default()
    }

    pub fn flag(self, name: &str) -> bool {
        self.at(name).0.as_bool().unwrap_or(false)
    }

    pub fn time(self, name: &str) -> Option<Timestamp> {
        time(self.at(name).0)
    }

    /// A day, also as the moment in which it begins.
    pub fn date(self, name: &str) -> Option<Date> {
        self.at(name).0.as_str()?.get(..10)?.parse().ok()
    }

    pub fn word<W: Word>(self, name: &str) -> Option<W> {
        W::parse(self.at(name).0.as_str()?)
    }

    /// The ids of a list of objects, or of numbers.
    pub fn ids(self, name: &str) -> Vec<i64> {
        self.list(name).filter_map(|it| it.id().or_else(|| it.0.as_i64())).collect()
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?;
    text.parse().ok().or_else(|| {
        let day: Date = text.parse().ok()?;
        Some(day.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    })
}

/// The rows of a page that have an id.
pub fn rows(page: &[Value]) -> impl Iterator<Item = (i64, It<'_>)> {
    page.iter().filter_map(|it| Some((It(it).id()?, It(it))))
}
