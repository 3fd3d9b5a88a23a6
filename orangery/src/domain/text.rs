//! How long a text may be, for the verbs whose input comes from doors that do not measure it.

use crate::error::{Error, Fault, Result};

/// What is wrong with a text that may have at most `max` characters.
pub fn fault(field: impl Into<String>, text: &str, max: usize) -> Option<Fault> {
    let message = format!("Must be at most {max} characters long");
    (text.chars().count() > max).then(|| Fault { message, field: field.into() })
}

/// Refuses a single text that is too long.
pub fn check(field: &str, text: &Option<String>, max: usize) -> Result<()> {
    match text.as_deref().and_then(|it| fault(field, it, max)) {
        Some(fault) => Err(Error::Invalid(vec![fault])),
        None => Ok(()),
    }
}
