//! A row of v3, read leniently: what is missing, or not what was documented, is nothing.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde_json::Value;

#[derive(Clone, Copy)]
pub struct Row<'a>(pub &'a Value);

impl<'a> Row<'a> {
    pub fn id(self) -> i64 {
        self.number("id")
    }

    pub fn int(self, key: &str) -> Option<i64> {
        self.0[key].as_i64()
    }

    /// For what must be there: 0 is nobody's id, and no bad number for an order.
    pub fn number(self, key: &str) -> i64 {
        self.int(key).unwrap_or_default()
    }

    /// PostgreSQL keeps every character but one.
    pub fn text(self, key: &str) -> Option<String> {
        self.0[key].as_str().map(|it| it.replace('\0', ""))
    }

    /// The same where an empty text is none.
    pub fn filled(self, key: &str) -> Option<String> {
        self.text(key).filter(|it| !it.trim().is_empty())
    }

    pub fn say(self, key: &str) -> String {
        self.text(key).unwrap_or_default()
    }

    pub fn word(self, key: &str) -> &'a str {
        self.0[key].as_str().unwrap_or_default()
    }

    pub fn flag(self, key: &str) -> bool {
        self.0[key].as_bool().unwrap_or_default()
    }

    pub fn time(self, key: &str) -> Option<Timestamp> {
        let text = self.0[key].as_str()?;
        let at = text.parse::<Timestamp>().ok();
        let plain = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
        at.or_else(|| plain().map(|it| it.timestamp()))
    }

    /// A time that every row has.
    pub fn at(self, key: &str) -> Timestamp {
        self.time(key).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub fn created(self) -> Timestamp {
        self.at("created_at")
    }

    pub fn updated(self) -> Timestamp {
        self.time("updated_at").unwrap_or_else(|| self.created())
    }

    pub fn date(self, key: &str) -> Option<Date> {
        let day = self.0[key].as_str()?.get(..10)?;
        day.parse().ok()
    }

    pub fn part(self, key: &str) -> Row<'a> {
        Row(&self.0[key])
    }

    pub fn parts(self, key: &str) -> impl Iterator<Item = Row<'a>> + use<'a> {
        self.0[key].as_array().into_iter().flatten().map(Row)
    }

    pub fn ints(self, key: &str) -> Vec<i64> {
        self.0[key].as_array().into_iter().flatten().filter_map(Value::as_i64).collect()
    }

    /// Whether something stands there that somebody could miss.
    pub fn has(self, key: &str) -> bool {
        match &self.0[key] {
            Value::Null | Value::Bool(false) => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(all) => !all.is_empty(),
            Value::Object(all) => !all.is_empty(),
            Value::Bool(true) | Value::Number(_) => true,
        }
    }
}
