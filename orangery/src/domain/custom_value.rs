//! Values of custom fields as they are written (CF-7, CF-8). How they are kept stands at `tables::CustomValues`.

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde_json::{Value, json};

use super::decimal::Decimal;
use crate::{
    error::{Error, Fault, Result},
    graph::{Catalog, catalog::Field},
    tables::{CustomFieldOption, CustomValues, FieldType, ValueType},
    words::Word,
};

/// One change to one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    pub field: FieldRef,
    pub change: Change,
    /// Where it stood in the input, for errors: `custom_fields[2]`.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FieldRef {
    Id(i64),
    Key(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A value as the client sent it, with the unit of a currency.
    Value {
        value: Value,
        unit: Option<String>,
    },
    Range {
        min: Value,
        max: Value,
        unit: Option<String>,
    },
    /// `"delete_value": "true"`.
    Delete,
}

/// Where a job, opening or offer belongs: a field that is limited to departments or offices is asked for only there (CF-3).
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub department_id: Option<i64>,
    pub office_ids: Vec<i64>,
}

/// What is wrong with a write, without the path that it stood at.
type Read<T> = std::result::Result<T, String>;

const LONGEST_TEXT: usize = 100_000;
const LONGEST_URL: usize = 2048;

/// Applies `writes` to the values of a row whose fields are of the kind `of`. All faults are told; with any, nothing is changed.
pub fn apply(catalog: &Catalog, of: FieldType, values: &mut CustomValues, writes: &[Write]) -> Result<()> {
    let mut changed = values.clone();
    let mut faults = Vec::new();
    for write in writes {
        match one(catalog, of, write) {
            Ok((field, Some(value))) => drop(changed.0.insert(field.row.id, value)),
            Ok((field, None)) => drop(changed.0.remove(&field.row.id)),
            Err(message) => faults.push(Fault { message, field: write.path.clone() }),
        }
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    *values = changed;
    Ok(())
}

/// Refuses values that lack a required field (CF-3, CF-13); for creations. Fields that are limited to departments or offices are not asked for.
pub fn check_required(catalog: &Catalog, of: FieldType, values: &CustomValues) -> Result<()> {
    check_required_in(catalog, of, values, &Scope::default())
}

/// The same for something that belongs to a department and to offices.
pub fn check_required_in(catalog: &Catalog, of: FieldType, values: &CustomValues, scope: &Scope) -> Result<()> {
    let missing = catalog.fields(of).filter(|it| {
        is_required(it) && applies(it, scope) && values.0.get(&it.row.id).is_none_or(|value| value.is_null())
    });
    let faults: Vec<Fault> = missing
        .map(|it| Fault {
            message: format!("The field {} ({}) is required", it.row.name, it.row.name_key),
            field: "custom_fields".to_owned(),
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// `required` acts on jobs, offers and openings only.
fn is_required(field: &Field) -> bool {
    let acts = matches!(field.row.field_type, FieldType::Job | FieldType::Offer | FieldType::Opening);
    acts && field.row.required
}

fn applies(field: &Field, scope: &Scope) -> bool {
    let (departments, offices) = (&field.row.department_ids.0, &field.row.office_ids.0);
    (departments.is_empty() || scope.department_id.is_some_and(|it| departments.contains(&it)))
        && (offices.is_empty() || scope.office_ids.iter().any(|it| offices.contains(it)))
}

/// The field that a write names, and what is to be kept of it.
fn one<'a>(catalog: &'a Catalog, of: FieldType, write: &Write) -> Read<(&'a Field, Option<Value>)> {
    let field = find(catalog, of, &write.field)?;
    let value = match &write.change {
        Change::Delete if is_required(field) => {
            return Err(format!("The field {} is required: it can be changed, not cleared", field.row.name));
        }
        Change::Delete => None,
        Change::Value { value, .. } if is_blank(value) => {
            return Err("Must not be null or blank; to clear a field, send \"delete_value\": \"true\"".to_owned());
        }
        Change::Value { value, unit } => Some(kept(catalog, field, value, unit.as_deref())?),
        Change::Range { min, max, unit } => Some(kept_range(field, min, max, unit.as_deref())?),
    };
    Ok((field, value))
}

fn find<'a>(catalog: &'a Catalog, of: FieldType, named: &FieldRef) -> Read<&'a Field> {
    let (found, named) = match named {
        FieldRef::Id(id) => (catalog.field(*id), id.to_string()),
        FieldRef::Key(key) => {
            let mut fields = catalog.custom_fields.iter().filter(|it| it.row.field_type == of);
            (fields.find(|it| it.row.name_key == *key), key.clone())
        }
    };
    match found {
        None => Err(format!("There is no {} field {named}", of.word())),
        Some(it) if it.row.field_type != of => {
            Err(format!("The field {named} is of the type {}, not {}", it.row.field_type.word(), of.word()))
        }
        Some(it) if !it.row.active => Err(format!("The field {named} is deleted")),
        Some(it) => Ok(it),
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(values) => values.is_empty(),
        _ => false,
    }
}

fn kept(catalog: &Catalog, field: &Field, value: &Value, unit: Option<&str>) -> Read<Value> {
    match field.row.value_type {
        ValueType::ShortText => text(value, 254).map(Value::from),
        ValueType::LongText => text(value, LONGEST_TEXT).map(Value::from),
        ValueType::Url => url(value).map(Value::from),
        ValueType::YesNo => yes_no(value).map(Value::from),
        ValueType::SingleSelect => option(field, value).map(Value::from),
        ValueType::MultiSelect => options(field, value).map(Value::from),
        ValueType::Number => decimal(value).map(|it| Value::from(it.to_string())),
        ValueType::Currency => {
            let amount = decimal(value)?.to_string();
            Ok(json!({"amount": amount, "unit": currency(unit)?}))
        }
        ValueType::NumberRange | ValueType::CurrencyRange => {
            Err("A range is written as min_value and max_value".to_owned())
        }
        ValueType::Date => date(value).map(|it| Value::from(it.to_string())),
        ValueType::User => user(catalog, value).map(Value::from),
    }
}

fn kept_range(field: &Field, min: &Value, max: &Value, unit: Option<&str>) -> Read<Value> {
    let bounds = || {
        let (Some(min), Some(max)) = (Decimal::read(min), Decimal::read(max)) else {
            return Err("min_value and max_value must be numbers of at most 30 digits".to_owned());
        };
        // Equal bounds are a range too: a documented web hook shows one.
        match min <= max {
            true => Ok((min.to_string(), max.to_string())),
            false => Err("min_value must not be greater than max_value".to_owned()),
        }
    };
    match field.row.value_type {
        ValueType::NumberRange => bounds().map(|(min, max)| json!({"min": min, "max": max})),
        ValueType::CurrencyRange => {
            let (min, max) = bounds()?;
            Ok(json!({"min": min, "max": max, "unit": currency(unit)?}))
        }
        other => Err(format!("A {} is written as value, not as min_value and max_value", other.word())),
    }
}

fn text(value: &Value, max: usize) -> Read<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return Err("Must be a text".to_owned()),
    };
    match () {
        () if text.contains('\0') => Err("Must not contain the character U+0000".to_owned()),
        () if text.chars().count() > max => Err(format!("Must be at most {max} characters long")),
        () => Ok(text),
    }
}

/// Links are shown to people who click on them, so that only those of the web are taken.
fn url(value: &Value) -> Read<String> {
    let text = text(value, LONGEST_URL)?.trim().to_owned();
    let parsed = url::Url::parse(&text).ok();
    let fits = parsed.is_some_and(|it| matches!(it.scheme(), "http" | "https") && it.has_host());
    if fits { Ok(text) } else { Err("Must be a URL such as https://example.com/page".to_owned()) }
}

fn yes_no(value: &Value) -> Read<bool> {
    let said = match value {
        Value::Bool(flag) => return Ok(*flag),
        Value::String(text) => text.trim().to_lowercase(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    match said.as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err("Must be true or false".to_owned()),
    }
}

/// An option's id by its id or its exact name. A name wins, since some look like numbers.
fn option(field: &Field, value: &Value) -> Read<i64> {
    let active = || field.options.iter().filter(|it| it.active);
    let by_name = |it: &&CustomFieldOption| value.as_str() == Some(it.name.as_str());
    let id = id(value);
    let found = active().find(by_name).or_else(|| active().find(|it| Some(it.id) == id));
    found.map(|it| it.id).ok_or_else(|| match value {
        Value::String(_) | Value::Number(_) => format!("The field {} has no option {}", field.row.name, plain(value)),
        _ => "Must be the id or the name of an option".to_owned(),
    })
}

/// Option ids, each once.
fn options(field: &Field, value: &Value) -> Read<Vec<i64>> {
    let Value::Array(values) = value else { return Err("Must be a list of option ids".to_owned()) };
    let mut ids = Vec::new();
    for value in values {
        let id = option(field, value)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

fn decimal(value: &Value) -> Read<Decimal> {
    Decimal::read(value).ok_or_else(|| "Must be a number of at most 30 digits".to_owned())
}

/// Three capitals: the list of ISO 4217 changes more often than this code should.
fn currency(unit: Option<&str>) -> Read<&str> {
    unit.filter(|it| it.len() == 3 && it.bytes().all(|it| it.is_ascii_uppercase()))
        .ok_or_else(|| "unit must be a currency's three letters, such as USD".to_owned())
}

/// A day; of a timestamp, the day that it writes.
fn date(value: &Value) -> Read<Date> {
    let text = value.as_str().unwrap_or_default().trim();
    let written = || text.parse::<Date>().ok().or_else(|| Some(text.parse::<DateTime>().ok()?.date()));
    let at = || text.parse::<Timestamp>().ok().map(|it| it.to_zoned(TimeZone::UTC).date());
    let date = written().or_else(at).filter(|it| (1..=9999).contains(&it.year()));
    date.ok_or_else(|| "Must be a date such as 2026-08-22".to_owned())
}

fn user(catalog: &Catalog, value: &Value) -> Read<i64> {
    let user = catalog.user(id(value)).map(|it| it.row.id);
    user.ok_or_else(|| match value {
        Value::String(_) | Value::Number(_) => format!("There is no user {}", plain(value)),
        _ => "Must be the id of a user".to_owned(),
    })
}

/// An id, also written as text.
fn id(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

fn plain(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(100).collect()
}
