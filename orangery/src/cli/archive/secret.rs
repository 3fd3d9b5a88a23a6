//! What whoever has it could act by: left out of an export unless it is asked for, and made anew where an archive lacks it.

use crate::schema::Column;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secret {
    /// The hash of a long random token, by which its owner is known again.
    Hash,
    /// Sealed with the instance key.
    Sealed,
    /// A map of names to values that may hold a token.
    Headers,
}

/// Texts that are secret. Whatever is kept as bytes is sealed.
const TEXTS: &[(&str, &str, Secret)] = &[
    ("api_keys", "hash", Secret::Hash),
    ("consent_codes", "hash", Secret::Hash),
    ("oauth_applications", "secret_hash", Secret::Hash),
    ("oauth_grants", "access_hash", Secret::Hash),
    ("oauth_grants", "code_challenge", Secret::Hash),
    ("oauth_grants", "code_hash", Secret::Hash),
    ("oauth_grants", "old_refresh_hash", Secret::Hash),
    ("oauth_grants", "refresh_hash", Secret::Hash),
    ("webhooks", "headers", Secret::Headers),
];

pub fn of(table: &str, column: &Column) -> Option<Secret> {
    if column.kind == "bytes" {
        return Some(Secret::Sealed);
    }
    TEXTS.iter().find(|it| (it.0, it.1) == (table, column.name)).map(|it| it.2)
}
