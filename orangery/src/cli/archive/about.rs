//! What an archive says of itself: `export.json` at its beginning, `manifest.json` at its end.

use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::schema::MIGRATIONS;

pub const ABOUT: &str = "export.json";
pub const MANIFEST: &str = "manifest.json";
/// The form of archives. One that a reader of this form would misread gets the next number.
const FORMAT: u32 = 1;

/// The first entry: whether the rest can be read here.
#[derive(Debug, Serialize, Deserialize)]
pub struct About {
    pub format: u32,
    /// Which version wrote it.
    pub orangery: String,
    pub made_at: Timestamp,
    /// The steps of the schema.
    pub schema: Vec<String>,
    /// Whether what others could act by is in it.
    pub secrets: bool,
    pub pseudonymized: bool,
}

/// The last entry: what the others hold.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    pub tables: IndexMap<String, Contents>,
    pub files: Files,
}

#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    pub rows: u64,
    /// The highest id that was ever given: none up to it is given again.
    pub last_id: i64,
    /// Of the entry's bytes, in hex.
    pub sha256: String,
}

/// Each is named by the SHA-256 of its content, and so needs no other sum.
#[derive(Debug, Default, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Files {
    pub count: u64,
    pub bytes: u64,
    /// Named by rows, but not there when the archive was made.
    pub missing: u64,
}

impl About {
    pub fn new(made_at: Timestamp, secrets: bool, pseudonymized: bool) -> Self {
        let schema = MIGRATIONS.iter().map(|it| it.0.to_owned()).collect();
        Self { format: FORMAT, orangery: env!("CARGO_PKG_VERSION").to_owned(), made_at, schema, secrets, pseudonymized }
    }

    /// Refuses an archive that this version can't take in as a whole.
    pub fn must_be_ours(&self) -> Result<(), String> {
        let other = &self.orangery;
        let unknown = self.schema.iter().find(|it| !MIGRATIONS.iter().any(|(name, _)| name == it));
        if self.format > FORMAT || unknown.is_some() {
            let (ours, what) = (env!("CARGO_PKG_VERSION"), unknown.map_or("its form", String::as_str));
            return Err(format!(
                "it was written by a newer Orangery ({other}; this is {ours} and doesn't know {what}): import it with that one"
            ));
        }
        if self.schema.len() < MIGRATIONS.len() {
            return Err(format!(
                "it was written by an older Orangery ({other}): import it with that one, then run orangery upgrade"
            ));
        }
        Ok(())
    }
}
