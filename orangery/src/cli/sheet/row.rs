//! One line of a table on its way to what it is to be: its cells by field, and what is wrong with them.

use serde_json::Value as Json;

use super::{
    map::{Cell, Target},
    names::same,
    report::Trouble,
};
use crate::{
    domain::custom_value::{Change, FieldRef, Write},
    error::{Error, Result},
    graph::catalog::Field,
    tables::{FieldType, ValueType},
};

pub struct Row<'a> {
    pub line: u64,
    cells: Vec<Cell<'a>>,
    pub troubles: Vec<Trouble>,
    /// What it is to become, for who looks at it before.
    pub shown: Vec<(String, String)>,
}

impl<'a> Row<'a> {
    pub fn new(line: u64, cells: Vec<Cell<'a>>) -> Self {
        Self { line, cells, troubles: Vec::new(), shown: Vec::new() }
    }

    /// The cells of a field.
    pub fn all(&self, field: &str) -> Vec<Cell<'a>> {
        let is = |it: &&Cell<'a>| matches!(it.target, Target::Field(it) if it.name == field);
        self.cells.iter().filter(is).copied().collect()
    }

    pub fn one(&self, field: &str) -> Option<Cell<'a>> {
        self.all(field).first().copied()
    }

    /// A text of at most so many characters.
    pub fn text(&mut self, field: &str, max: usize) -> Option<String> {
        let cell = self.one(field)?;
        self.limit(cell, cell.value, max);
        self.show(field, cell.value);
        Some(cell.value.to_owned())
    }

    pub fn limit(&mut self, cell: Cell<'_>, value: &str, max: usize) {
        if value.chars().count() > max {
            self.fault(cell, format!("Must be at most {max} characters long"));
        }
    }

    /// What is named by the cell, found by `find`.
    pub fn named<T>(
        &mut self,
        field: &str,
        find: impl Fn(&str) -> std::result::Result<(T, String), String>,
    ) -> Option<T> {
        let cell = self.one(field)?;
        self.found(field, cell, find(cell.value))
    }

    pub fn found<T>(
        &mut self,
        field: &str,
        cell: Cell<'_>,
        found: std::result::Result<(T, String), String>,
    ) -> Option<T> {
        match found {
            Ok((it, name)) => {
                self.show(field, &name);
                Some(it)
            }
            Err(why) => {
                self.fault(cell, why);
                None
            }
        }
    }

    pub fn flag(&mut self, field: &str) -> Option<bool> {
        self.named(field, |value| match value.to_lowercase().as_str() {
            "true" | "yes" | "y" | "1" | "x" => Ok((true, "yes".to_owned())),
            "false" | "no" | "n" | "0" => Ok((false, "no".to_owned())),
            _ => Err("Must be yes or no".to_owned()),
        })
    }

    /// The parts of a cell that holds several.
    pub fn several(&self, field: &str, between: &[char]) -> Vec<(Cell<'a>, &'a str)> {
        let parts = |cell: Cell<'a>| {
            let parts = cell.value.split(|it| between.contains(&it)).map(str::trim).filter(|it| !it.is_empty());
            parts.map(move |it| (cell, it)).collect::<Vec<_>>()
        };
        self.all(field).into_iter().flat_map(parts).collect()
    }

    pub fn show(&mut self, field: &str, value: &str) {
        self.shown.push((field.to_owned(), value.to_owned()));
    }

    pub fn fault(&mut self, cell: Cell<'_>, message: impl Into<String>) {
        let (column, value) = (cell.header.to_owned(), cell.value.to_owned());
        self.troubles.push(Trouble { line: self.line, column, value, message: message.into() });
    }

    /// Something wrong with the line as a whole.
    pub fn lacks(&mut self, message: impl Into<String>) {
        let message = message.into();
        self.troubles.push(Trouble { line: self.line, column: String::new(), value: String::new(), message });
    }

    /// What a verb answered; its faults are told by the columns that they came from.
    pub fn take<T>(&mut self, done: Result<T>) -> Result<Option<T>> {
        match done {
            Ok(it) => Ok(Some(it)),
            Err(Error::Invalid(faults)) => {
                for fault in faults {
                    let cell = self.cells.iter().find(|it| match it.target {
                        Target::Field(field) => field.name == fault.field,
                        _ => it.header == fault.field,
                    });
                    match cell.copied() {
                        Some(cell) => self.fault(cell, fault.message),
                        None if fault.field.is_empty() => self.lacks(fault.message),
                        None => self.lacks(format!("{}: {}", fault.field, fault.message)),
                    }
                }
                Ok(None)
            }
            Err(error @ (Error::Refused(_) | Error::Forbidden(_) | Error::NotFound(..))) => {
                self.lacks(error.to_string());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// What the cells write into custom fields of that kind.
    pub fn custom(&mut self, of: FieldType, user: impl Fn(&str) -> Option<i64>) -> Vec<Write> {
        let mut writes = Vec::new();
        for cell in self.cells.clone() {
            let Target::Custom(field) = cell.target else { continue };
            if field.row.field_type != of {
                continue;
            }
            self.show(&field.row.name, cell.value);
            let change = match field.row.value_type {
                ValueType::Currency => amount(cell.value),
                ValueType::CurrencyRange | ValueType::NumberRange => range(cell.value),
                ValueType::SingleSelect => Ok(value(option(field, cell.value).into())),
                ValueType::MultiSelect => Ok(value(choices(field, cell.value))),
                ValueType::User => Ok(value(user(cell.value).map_or_else(|| Json::from(cell.value), Json::from))),
                _ => Ok(value(Json::from(cell.value))),
            };
            match change {
                Ok(change) => {
                    let (field, path) = (FieldRef::Id(field.row.id), cell.header.to_owned());
                    writes.push(Write { field, change, path });
                }
                Err(why) => self.fault(cell, why),
            }
        }
        writes
    }
}

fn value(value: Json) -> Change {
    Change::Value { value, unit: None }
}

/// The option as it is written, whatever the case in the cell.
fn option(field: &Field, text: &str) -> String {
    let found = field.options.iter().find(|it| it.active && same(&it.name, text));
    found.map_or_else(|| text.to_owned(), |it| it.name.clone())
}

/// Between options stand semicolons, bars or line ends; commas only where there is none of them.
fn choices(field: &Field, text: &str) -> Json {
    let between: &[char] = if text.contains([';', '|', '\n']) { &[';', '|', '\n'] } else { &[','] };
    let parts = text.split(|it| between.contains(&it)).map(str::trim).filter(|it| !it.is_empty());
    parts.map(|it| option(field, it)).collect::<Vec<_>>().into()
}

/// `80000 EUR` or `EUR 80000`.
fn amount(text: &str) -> std::result::Result<Change, String> {
    let (number, unit) = with_unit(text);
    match unit {
        Some(unit) => Ok(Change::Value { value: Json::from(number), unit: Some(unit) }),
        None => Err("Must be an amount with its currency, such as 80000 EUR".to_owned()),
    }
}

/// `10-20`, `10 - 20 EUR`.
fn range(text: &str) -> std::result::Result<Change, String> {
    let (numbers, unit) = with_unit(text);
    let ends = numbers.split_once(['–', '…']).or_else(|| numbers.split_once("..")).or_else(|| numbers.split_once('-'));
    let (min, max) = ends.ok_or("Must be a range such as 10-20, or 10-20 EUR")?;
    Ok(Change::Range { min: Json::from(min.trim()), max: Json::from(max.trim()), unit })
}

fn with_unit(text: &str) -> (String, Option<String>) {
    let is_unit = |it: &str| it.len() == 3 && it.bytes().all(|it| it.is_ascii_alphabetic());
    let unit = text.split_whitespace().find(|it| is_unit(it)).map(str::to_uppercase);
    let rest: Vec<&str> = text.split_whitespace().filter(|it| !is_unit(it)).collect();
    (rest.join(""), unit)
}
