//! An archive of `orangery export` taken into an empty house: in one transaction, after all of it was read once and found sound.

use std::{
    fs,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use base64::prelude::{BASE64_STANDARD, Engine};
use courier::seal::Seal;
use serde_json::json;
use sql::{Pool, Tx, Value, params};

use super::{
    about::Manifest,
    bar, beside, private,
    read::{self, Part, Rows},
    secret::{self, Secret},
};
use crate::{
    cli::{
        Done,
        carry::{at_once, insert, is_empty, number},
        lock::Lock,
        opened::{Place, make_folder, system_clock},
        out::{self, words},
        rows,
    },
    domain::search,
    schema::{
        self, MIGRATIONS, Table,
        upgrade::{self, State},
    },
};

/// Why an endpoint is disabled whose secrets did not come along.
const WITHOUT_SECRETS: &str = "Imported without its secrets";

/// What was taken in.
struct Taken {
    manifest: Manifest,
    /// API keys that nobody has any more, and endpoints that need a secret.
    keys: u64,
    endpoints: Vec<i64>,
}

/// Takes the archive in and says so.
pub async fn import(file: &Path, place: &Place, without_secrets: bool, as_json: bool) -> Done {
    let failed = |why: String| format!("{}: {why}; nothing was imported", file.display());
    let manifest = tokio::task::block_in_place(|| read::whole(file)).map_err(failed)?;
    let taken = into(file, manifest, place, without_secrets).await.map_err(failed)?;
    let rows: u64 = taken.manifest.tables.values().map(|it| it.rows).sum();
    let (tables, files) = (taken.manifest.tables.len(), taken.manifest.files.count);
    if as_json {
        out::line(json!({
            "rows": rows, "tables": tables, "files": files, "keys_without_hash": taken.keys,
            "webhooks_without_secret": taken.endpoints,
        }));
        return Ok(());
    }
    out::line(format!("{rows} rows of {tables} tables and {files} files were imported, and counted"));
    if taken.keys > 0 {
        let count = out::counted(taken.keys.cast_signed(), "API key");
        eprintln!("{count} can't be used any more, since the archive has no hashes: orangery key add makes new ones.");
    }
    for id in taken.endpoints {
        eprintln!(
            "The web hook {id} is disabled, since its secrets did not come along: \
             orangery webhook set {id} --secret …, then orangery webhook enable {id}."
        );
    }
    Ok(())
}

async fn into(file: &Path, manifest: Manifest, place: &Place, without_secrets: bool) -> Result<Taken, String> {
    let fresh = place.is_sqlite() && !place.sqlite_file().exists();
    let (existed, had_key) = (place.data.exists(), place.key_file().exists());
    make_folder(&place.data)?;
    let done = async {
        let _alone = if place.is_sqlite() { Some(Lock::take(&place.data)?) } else { None };
        let seal = Seal::new(Seal::key_from_file(&place.key_file()).map_err(|why| format!("instance.key: {why}"))?);
        let pool = place.pool().await?;
        must_be_empty(&pool).await?;
        pool.migrate(MIGRATIONS).await.map_err(|error| format!("the schema can't be made: {error}"))?;
        let tx = pool.begin().await.map_err(words)?;
        let mut loading = Loading { tx: &tx, seal, without_secrets, keys: 0, endpoints: Vec::new() };
        let mut shelves = Shelves { folder: place.files_folder(), stored: Vec::new() };
        let loaded = loading.load(file, &manifest, &mut shelves).await;
        let loaded = match loaded {
            Ok(()) => search::mark_all(&tx).await.map_err(words),
            failed => failed,
        };
        let Loading { keys, endpoints, .. } = loading;
        match loaded {
            Ok(()) => match tx.commit().await.map_err(words) {
                Ok(()) => Ok(Taken { manifest, keys, endpoints }),
                Err(why) => Err(shelves.clear(why)),
            },
            Err(why) => Err(shelves.clear(why)),
        }
    };
    let done = done.await;
    if done.is_err() {
        clear(place, fresh, existed, had_key);
    }
    done
}

/// Takes away what was begun.
fn clear(place: &Place, fresh: bool, existed: bool, had_key: bool) {
    if !existed {
        let _ = fs::remove_dir_all(&place.data);
        return;
    }
    if fresh {
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(beside_database(place, suffix));
        }
    }
    if !had_key {
        let _ = fs::remove_file(place.key_file());
    }
}

fn beside_database(place: &Place, suffix: &str) -> PathBuf {
    let mut path = place.sqlite_file().into_os_string();
    path.push(suffix);
    PathBuf::from(path)
}

/// Tables in which nothing stands in a house that was only founded.
const TELLING: &[&str] = &["users", "api_keys", "candidates", "jobs", "webhooks", "journal", "departments", "offices"];

/// Refuses a database in which there is anything, but for what a new house has by itself.
async fn must_be_empty(pool: &Pool) -> Done {
    match upgrade::state(pool, MIGRATIONS).await.map_err(words)? {
        State::Empty if pool.dialect() == sql::Dialect::Postgres => is_empty(pool).await,
        State::Empty => Ok(()),
        State::Behind(steps) => Err(upgrade::refusal(&steps)),
        State::Unknown(name) => Err(upgrade::unknown(&name)),
        State::Current => {
            let tx = pool.read().await.map_err(words)?;
            for table in TELLING {
                let there = tx.count(&format!("select count(*) from {table}"), &[]).await.map_err(words)?;
                if there > 0 {
                    return Err(format!(
                        "this house is not empty: it has {} ({there}); an archive is imported into a new one, which --data or --database-url names",
                        table.replace('_', " ")
                    ));
                }
            }
            Ok(())
        }
    }
}

struct Loading<'a> {
    tx: &'a Tx,
    seal: Seal,
    without_secrets: bool,
    keys: u64,
    endpoints: Vec<i64>,
}

impl Loading<'_> {
    async fn load(&mut self, file: &Path, manifest: &Manifest, shelves: &mut Shelves) -> Done {
        let tables = schema::tables();
        // Rows that the schema itself brings along, or the founding.
        for table in tables.iter().rev() {
            self.tx.execute(&format!("delete from \"{}\"", table.name), &[]).await.map_err(words)?;
        }
        let total = manifest.tables.values().map(|it| it.rows).sum::<u64>() + manifest.files.count;
        let bar = bar(total, "rows and files");
        let mut tar = read::open(file)?;
        for entry in tar.entries().map_err(read::damaged)? {
            let mut entry = entry.map_err(read::damaged)?;
            match read::part(&entry)? {
                Part::About | Part::Manifest => {}
                Part::File(blob) => {
                    shelves.store(&blob, &mut entry).map_err(words)?;
                    bar.inc(1);
                }
                Part::Table(name) => {
                    let Some(table) = tables.iter().find(|it| it.name == name) else { continue };
                    let told = manifest.tables.get(&name).cloned().unwrap_or_default();
                    let failed = |why: String| format!("{name}: {why}");
                    self.table(table, Rows::new(table, entry), &bar).await.map_err(failed)?;
                    number(self.tx, table, told.last_id).await.map_err(|why| failed(words(why)))?;
                    let there = rows::count(self.tx, table).await.map_err(words)?;
                    if there.unsigned_abs() != told.rows {
                        return Err(format!("{name}: {} rows, but {there} arrived", told.rows));
                    }
                }
            }
        }
        bar.finish_and_clear();
        // What happens from now on is what they miss.
        for id in &self.endpoints {
            let missed = "update webhooks set missed_after = (select max(last) from journal_head) where id = $1 and disabled_why = $2";
            self.tx.execute(missed, params![*id, WITHOUT_SECRETS]).await.map_err(words)?;
        }
        Ok(())
    }

    async fn table<R: Read>(&mut self, table: &Table, mut from: Rows<'_, R>, bar: &indicatif::ProgressBar) -> Done {
        let (at_once, mut batch) = (at_once(table), Vec::new());
        // What names a row of its own table is written when all of them are there.
        let mut links = Vec::new();
        loop {
            let read = from.next()?;
            let ended = read.is_none();
            if let Some(values) = read {
                let mut row = self.complete(table, values)?;
                for (n, column) in table.columns.iter().enumerate().filter(|(_, it)| it.own) {
                    if let Value::Int(other) = std::mem::replace(&mut row[n], Value::Null) {
                        links.push((column.name, rows::id(&row), other));
                    }
                }
                batch.push(row);
            }
            if batch.len() == at_once || ended && !batch.is_empty() {
                insert(self.tx, table, &batch).await.map_err(words)?;
                bar.inc(batch.len() as u64);
                batch.clear();
            }
            if ended {
                break;
            }
        }
        for (column, id, other) in links {
            let sql = format!("update \"{}\" set \"{column}\" = $2 where id = $1", table.name);
            self.tx.execute(&sql, params![id, other]).await.map_err(words)?;
        }
        Ok(())
    }

    /// The row with something in the place of secrets that did not come along.
    fn complete(&mut self, table: &Table, values: Vec<Option<Value>>) -> Result<Vec<Value>, String> {
        let id = values.iter().flatten().next().and_then(|it| if let Value::Int(id) = it { Some(*id) } else { None });
        let id = id.unwrap_or_default();
        let mut lacks = false;
        let mut row = Vec::with_capacity(values.len());
        for (column, value) in table.columns.iter().zip(values) {
            let Some(secret) = secret::of(table.name, column) else {
                row.push(value.unwrap_or(Value::Null));
                continue;
            };
            row.push(match (value, secret) {
                (Some(Value::Bytes(sealed)), Secret::Sealed) if !self.without_secrets => {
                    self.seal.open(&sealed).map_err(|_| ANOTHER_KEY)?;
                    Value::Bytes(sealed)
                }
                (Some(value), Secret::Hash | Secret::Headers) if !self.without_secrets => value,
                (Some(Value::Null), Secret::Sealed) if !self.without_secrets => Value::Null,
                (_, Secret::Headers) => Value::Text("{}".to_owned()),
                (_, Secret::Sealed | Secret::Hash) if column.nullable => Value::Null,
                (_, Secret::Sealed) => {
                    lacks = true;
                    Value::Bytes(self.seal.seal(fresh_secret()?.as_bytes()))
                }
                // What nothing is hashed to.
                (_, Secret::Hash) => {
                    self.keys += u64::from(table.name == "api_keys");
                    Value::Text(format!("none {id}"))
                }
            });
        }
        if lacks && table.name == "webhooks" {
            self.endpoints.push(id);
            disable(table, &mut row);
        }
        Ok(row)
    }
}

const ANOTHER_KEY: &str = "its secrets were sealed with another instance key. Put instance.key of the house that it came from \
                           into the data folder first, or say --without-secrets";

/// Nothing goes to an endpoint that would not know us; one that was disabled stays so.
fn disable(table: &Table, row: &mut [Value]) {
    let place = |name: &str| table.columns.iter().position(|it| it.name == name);
    let now = system_clock().as_millisecond() * 1000;
    if let (Some(enabled), Some(why), Some(at)) = (place("enabled"), place("disabled_why"), place("disabled_at"))
        && row[enabled] == Value::Bool(true)
    {
        row[enabled] = Value::Bool(false);
        row[why] = Value::Text(WITHOUT_SECRETS.to_owned());
        row[at] = Value::Int(now);
    }
}

fn fresh_secret() -> Result<String, String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(words)?;
    Ok(format!("whsec_{}", BASE64_STANDARD.encode(bytes)))
}

/// Where the files are put, and which of them were not there before.
struct Shelves {
    folder: PathBuf,
    stored: Vec<PathBuf>,
}

impl Shelves {
    fn store(&mut self, blob: &str, from: &mut impl Read) -> io::Result<()> {
        let shelf = self.folder.join(&blob[..2]);
        let path = shelf.join(blob);
        if path.exists() {
            return Ok(());
        }
        make_folder(&shelf).map_err(io::Error::other)?;
        let draft = beside(&path, "part");
        let mut file = private(&draft)?;
        self.stored.push(path.clone());
        io::copy(from, &mut file)?;
        file.flush()?;
        file.sync_all()?;
        fs::rename(&draft, &path)
    }

    /// Takes them away again.
    fn clear(self, why: String) -> String {
        for path in self.stored {
            let _ = fs::remove_file(beside(&path, "part"));
            let _ = fs::remove_file(path);
        }
        why
    }
}
