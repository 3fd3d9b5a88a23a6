//! Faults of an input, gathered so that a client hears of all of them at once (ERR-1).

use crate::{
    error::{Error, Fault, Result},
    graph::Catalog,
};

/// The length of a name, in characters.
pub const NAME: usize = 255;
/// The length of a body: notes, contents, descriptions.
pub const BODY: usize = 100_000;

#[derive(Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(Fault { message: message.into(), field: field.into() });
    }

    /// A text that must say something.
    pub fn name(&mut self, field: &str, text: &str) {
        if text.trim().is_empty() {
            self.add(field, "must not be blank");
        }
        self.text(field, text, NAME);
    }

    pub fn text(&mut self, field: &str, text: &str, max: usize) {
        if text.chars().count() > max {
            self.add(field, format!("Must be at most {max} characters long"));
        }
        // PostgreSQL keeps every character but this one.
        if text.contains('\0') {
            self.add(field, "Must not contain the character U+0000");
        }
    }

    pub fn maybe(&mut self, field: &str, text: Option<&str>, max: usize) {
        if let Some(text) = text {
            self.text(field, text, max);
        }
    }

    pub fn close_reason(&mut self, catalog: &Catalog, id: Option<i64>) {
        if let Some(id) = id.filter(|id| !catalog.close_reasons.contains_key(id)) {
            self.add("close_reason_id", format!("There is no close reason {id}"));
        }
    }

    /// The value, or the faults that `result` is; what else went wrong ends the verb.
    pub fn gather<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        self.gather_at("", result)
    }

    /// The same for a part of the input that stands at `path`.
    pub fn gather_at<T>(&mut self, path: &str, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(faults)) => {
                self.0.extend(faults.into_iter().map(|it| Fault { field: format!("{path}{}", it.field), ..it }));
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Refuses the input if anything was wrong with it.
    pub fn done(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}
