//! `orangery export`: everything the house knows, in a form that any program reads. `docs/export.md` describes it.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use jiff::Timestamp;
use serde_json::{Map, Value as Json, json};
use sql::{Tx, Value};

use super::{
    Done, House,
    archive::{self, Archive},
    opened::system_clock,
    out::{self, words},
    rows,
};
use crate::schema::{self, Column, Table};

/// Columns that stay in the house: who had them could act as somebody else.
const SECRET: &[(&str, &str)] =
    &[("api_keys", "hash"), ("webhooks", "secret"), ("webhooks", "basic_password"), ("webhooks", "headers")];

/// Columns that hold JSON, which stands as such in the export.
const STRUCTURED: &[&str] = &[
    "custom",
    "referral_custom",
    "rejection_custom",
    "answers",
    "attributes",
    "options",
    "changes",
    "department_ids",
    "office_ids",
    "default_user_ids",
    "endpoints",
    "events",
    "fields",
];

/// Writes all data into one file: a table as lines of JSON each, and the stored files
///
/// Secrets are left out: hashes of keys, secrets, passwords and headers of web hooks. docs/export.md describes the archive.
#[derive(Args)]
#[command(
    after_help = "Example: orangery export orangery.tar.gz && tar -xzOf orangery.tar.gz tables/candidates.ndjson | head -3"
)]
pub struct Export {
    /// The .tar.gz to be written; one that is there is never written over
    file: PathBuf,
    /// Say what was written as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Export {
    pub async fn run(self) -> Done {
        let place = self.house.place()?;
        let pool = place.existing().await?;
        let mut archive = Archive::create(&self.file)?;
        let tx = pool.read().await.map_err(words)?;
        let draft = archive::beside(&self.file, "rows");
        let mut counts = Map::new();
        for table in schema::tables() {
            let written = write(&tx, &table, &draft).await;
            let count = written.inspect_err(|_| drop(std::fs::remove_file(&draft)))?;
            archive.add_written(&format!("tables/{}.ndjson", table.name), &draft).map_err(words)?;
            counts.insert(table.name.to_owned(), json!(count));
        }
        drop(tx);
        let files = archive.add_files(&place.files_folder()).map_err(words)?;
        let about = json!({
            "orangery": env!("CARGO_PKG_VERSION"),
            "made_at": system_clock().to_string(),
            "schema": schema::MIGRATIONS.iter().map(|it| it.0).collect::<Vec<_>>(),
            "files": files,
            "tables": counts,
        });
        archive.add_bytes("export.json", format!("{about:#}\n").as_bytes()).map_err(words)?;
        let size = archive.finish().map_err(words)?;
        let file = self.file.display().to_string();
        let total: i64 = counts.values().filter_map(Json::as_i64).sum();
        match self.json {
            true => out::line(json!({"file": file, "size": size, "files": files, "tables": counts})),
            false => out::line(format!(
                "{file}: {total} rows of {} tables, {files} files, {}",
                counts.len(),
                archive::size(size)
            )),
        }
        Ok(())
    }
}

/// Writes a table as lines of JSON, and answers how many.
async fn write(tx: &Tx, table: &Table, to: &Path) -> Result<u64, String> {
    let mut lines = BufWriter::new(archive::private(to).map_err(words)?);
    let (mut after, mut count) = (0, 0);
    loop {
        let page = rows::page(tx, table, after).await.map_err(|error| format!("{}: {error}", table.name))?;
        let Some(last) = page.last() else { break };
        after = rows::id(last);
        for row in &page {
            line(&mut lines, table, row).map_err(words)?;
            count += 1;
        }
    }
    lines.into_inner().map_err(words)?.sync_all().map_err(words)?;
    Ok(count)
}

fn line(to: &mut impl Write, table: &Table, row: &[Value]) -> io::Result<()> {
    let shown = table.columns.iter().zip(row).filter(|(it, _)| !SECRET.contains(&(table.name, it.name)));
    let object: Map<String, Json> =
        shown.map(|(column, value)| (column.name.to_owned(), json(column, value))).collect();
    serde_json::to_writer(&mut *to, &object)?;
    to.write_all(b"\n")
}

fn json(column: &Column, value: &Value) -> Json {
    match value {
        Value::Int(it) if column.name.ends_with("_at") || matches!(column.name, "at" | "lease_until") => {
            Timestamp::from_microsecond(*it).map_or(Json::Null, |it| json!(it.to_string()))
        }
        Value::Text(it) if STRUCTURED.contains(&column.name) => serde_json::from_str(it).unwrap_or_else(|_| json!(it)),
        Value::Null => Json::Null,
        Value::Bool(it) => json!(it),
        Value::Int(it) => json!(it),
        Value::Real(it) => json!(it),
        Value::Text(it) => json!(it),
        Value::Bytes(it) => json!(hex::encode(it)),
        Value::Ids(it) => json!(it),
        Value::Texts(it) => json!(it),
    }
}
