//! `orangery export`: everything the house knows, in a form that any program reads. `docs/export.md` describes it.

use std::{
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use clap::Args;
use indicatif::ProgressBar;
use serde_json::json;
use sha2::{Digest, Sha256};
use sql::{Tx, params};

use super::{
    Done, House,
    archive::{
        self, Archive,
        about::{ABOUT, About, Contents, Files, MANIFEST, Manifest},
        row,
    },
    carry::{is_ours, last_id},
    opened::{Place, system_clock},
    out::{self, words},
    pseudonym::Disguise,
    rows,
};
use crate::schema::{self, Table};

/// Writes all data into one file: a table as lines of JSON each, and the stored files
///
/// What others could act by is left out unless it is asked for: hashes of keys, secrets, passwords and headers of web hooks. `orangery import` takes the
/// file in again. docs/export.md describes it.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    orangery export orangery.tar.gz && tar -xzOf orangery.tar.gz tables/candidates.ndjson | head -3\n  \
    orangery export --with-secrets move.tar.gz\n  \
    orangery export --pseudonymize sandbox.tar.gz && orangery import sandbox.tar.gz --data ./sandbox")]
pub struct Export {
    /// The .tar.gz to be written; one that is there is never written over
    file: PathBuf,
    /// Invented people in the place of those who are there, for sandboxes: names, addresses, texts, files, salaries
    #[arg(long)]
    pseudonymize: bool,
    /// Other invented people: the same number gives the same ones
    #[arg(long, value_name = "N", default_value_t = 1, requires = "pseudonymize")]
    seed: u64,
    /// Hashes of API keys and what web hooks are signed with too, which opens with this house's instance.key alone
    #[arg(long, conflicts_with = "pseudonymize")]
    with_secrets: bool,
    /// Say what was written as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

/// An export that is being written.
struct Writing<'a> {
    tx: &'a Tx,
    archive: Archive,
    draft: PathBuf,
    secrets: bool,
    disguise: Option<Disguise>,
}

impl Export {
    pub async fn run(self) -> Done {
        let place = self.house.clone().place()?;
        let pool = place.existing().await?;
        is_ours(&pool).await?;
        let mut archive = Archive::create(&self.file)?;
        let tx = pool.read().await.map_err(words)?;
        let disguise = match self.pseudonymize {
            true => Some(Disguise::new(&tx, self.seed).await?),
            false => None,
        };
        let about = About::new(system_clock(), self.with_secrets, self.pseudonymize);
        archive.add_bytes(ABOUT, &pretty(&about)?).map_err(words)?;
        let draft = archive::beside(&self.file, "rows");
        let mut writing = Writing { tx: &tx, archive, draft, secrets: self.with_secrets, disguise };
        let mut manifest = Manifest::default();
        let written = writing.tables(&mut manifest).await;
        written.inspect_err(|_| drop(std::fs::remove_file(&writing.draft)))?;
        manifest.files = writing.files(&place).await?;
        writing.archive.add_bytes(MANIFEST, &pretty(&manifest)?).map_err(words)?;
        let size = writing.archive.finish().map_err(words)?;
        self.told(&manifest, size)
    }

    fn told(&self, manifest: &Manifest, size: u64) -> Done {
        let file = self.file.display().to_string();
        let Files { count, missing, .. } = manifest.files;
        if missing > 0 {
            eprintln!(
                "{} could not be found: rows name what is not there",
                out::counted(missing.cast_signed(), "file")
            );
        }
        if self.json {
            let tables: serde_json::Map<String, serde_json::Value> =
                manifest.tables.iter().map(|(name, it)| (name.clone(), json!(it.rows))).collect();
            out::line(json!({"file": file, "size": size, "files": count, "missing_files": missing, "tables": tables}));
            return Ok(());
        }
        let rows: u64 = manifest.tables.values().map(|it| it.rows).sum();
        let tables = manifest.tables.len();
        out::line(format!("{file}: {rows} rows of {tables} tables, {count} files, {}", archive::size(size)));
        Ok(())
    }
}

fn pretty(what: &impl serde::Serialize) -> Result<Vec<u8>, String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(what).map_err(words)?).into_bytes())
}

impl Writing<'_> {
    async fn tables(&mut self, manifest: &mut Manifest) -> Done {
        let tables = schema::tables();
        let mut total = 0;
        for table in &tables {
            total += rows::count(self.tx, table).await.map_err(words)?.unsigned_abs();
        }
        let bar = archive::bar(total, "rows");
        for table in &tables {
            let contents = self.table(table, &bar).await?;
            self.archive.add_written(&format!("tables/{}.ndjson", table.name), &self.draft).map_err(words)?;
            manifest.tables.insert(table.name.to_owned(), contents);
        }
        bar.finish_and_clear();
        Ok(())
    }

    /// Writes a table as lines of JSON, a page at a time.
    async fn table(&self, table: &Table, bar: &ProgressBar) -> Result<Contents, String> {
        let failed = |error: sql::Error| format!("{}: {error}", table.name);
        let mut lines = Lines::create(&self.draft).map_err(words)?;
        let (mut after, mut count) = (0, 0);
        loop {
            let mut page = rows::page(self.tx, table, after).await.map_err(failed)?;
            let Some(last) = page.last() else { break };
            after = rows::id(last);
            for row in &mut page {
                if let Some(disguise) = &self.disguise {
                    disguise.row(table, row)?;
                }
                lines.write(&row::object(table, row, self.secrets)).map_err(words)?;
                count += 1;
            }
            bar.inc(page.len() as u64);
        }
        let last_id = last_id(self.tx, table).await.map_err(failed)?.max(after);
        Ok(Contents { rows: count, last_id, sha256: lines.finish().map_err(words)? })
    }

    /// The files that rows name, by their names; or those of the invented people.
    async fn files(&mut self, place: &Place) -> Result<Files, String> {
        if let Some(disguise) = &self.disguise {
            return disguise.files(self.tx, &mut self.archive).await;
        }
        let (mut files, mut after) = (Files::default(), String::new());
        let total = self.tx.count(COUNT_FILES, &[]).await.map_err(words)?.unsigned_abs();
        let bar = archive::bar(total, "files");
        loop {
            let named = self.tx.rows(FILES, params![&after, rows::PAGE]).await.map_err(words)?;
            for row in &named {
                let blob: String = row.get(0).map_err(words)?;
                self.file(place, &blob, &mut files).map_err(words)?;
                after = blob;
            }
            bar.inc(named.len() as u64);
            if named.is_empty() {
                bar.finish_and_clear();
                return Ok(files);
            }
        }
    }

    fn file(&mut self, place: &Place, blob: &str, files: &mut Files) -> io::Result<()> {
        let shelf = blob.get(..2).unwrap_or_default();
        let path = place.files_folder().join(shelf).join(blob);
        match std::fs::metadata(&path)
            .and_then(|it| self.archive.add_file(&format!("files/{shelf}/{blob}"), &path).map(|()| it.len()))
        {
            Ok(bytes) => (files.count, files.bytes) = (files.count + 1, files.bytes + bytes),
            // Lost, or of somebody who was erased meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => files.missing += 1,
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

const COUNT_FILES: &str =
    "select (select count(*) from attachments) + (select count(*) from candidates where photo is not null)";
const FILES: &str = "select name from (
        select * from (select distinct blob as name from attachments where blob > $1 order by blob limit $2) as a
        union
        select * from (select distinct photo as name from candidates where photo > $1 order by photo limit $2) as b
    ) as named order by name limit $2";

/// Lines of JSON on their way to the disk.
struct Lines {
    to: BufWriter<std::fs::File>,
    hash: Sha256,
    line: Vec<u8>,
}

impl Lines {
    fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { to: BufWriter::new(archive::private(path)?), hash: Sha256::new(), line: Vec::new() })
    }

    fn write(&mut self, object: &serde_json::Map<String, serde_json::Value>) -> io::Result<()> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, object)?;
        self.line.push(b'\n');
        self.hash.update(&self.line);
        self.to.write_all(&self.line)
    }

    /// The SHA-256 of all lines, in hex.
    fn finish(self) -> io::Result<String> {
        self.to.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(hex::encode(self.hash.finalize()))
    }
}
