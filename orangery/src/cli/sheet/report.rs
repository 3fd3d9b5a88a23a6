//! What is wrong with a table, line by line, for who mends it.

use std::path::Path;

use serde::Serialize;

/// One thing wrong with one cell; without a column, with the line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Trouble {
    pub line: u64,
    pub column: String,
    pub value: String,
    #[serde(rename = "error")]
    pub message: String,
}

pub fn write(path: &Path, troubles: &[Trouble]) -> Result<(), String> {
    let failed = |why: csv::Error| format!("{} can't be written: {why}", path.display());
    let mut to = csv::Writer::from_path(path).map_err(failed)?;
    for trouble in troubles {
        to.serialize(trouble).map_err(failed)?;
    }
    to.flush().map_err(|why| failed(why.into()))
}
