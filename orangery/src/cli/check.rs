//! `orangery check`: whether everything is as it should be.

use std::{collections::HashSet, fs, path::Path};

use clap::Args;
use courier::seal::Seal;
use serde_json::json;
use sql::{Dialect, Pool, Tx};

use super::{
    Done, House, archive,
    opened::Place,
    out::{self, words},
    rows, time,
};
use crate::hooks::keep::Keep;
use crate::schema::{self, MIGRATIONS};

/// Looks whether everything is as it should be, and changes nothing
///
/// Ends with 1 when something is wrong. A note is nothing wrong, but good to know.
#[derive(Args)]
#[command(after_help = "Example: orangery check --data ./orangery-data || echo 'call somebody'")]
pub struct Check {
    /// One JSON object per line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

struct Findings {
    json: bool,
    wrong: usize,
}

impl Findings {
    fn say(&self, state: &str, what: &str, text: &str) {
        match self.json {
            true => out::line(json!({"state": state, "what": what, "text": text})),
            false => out::line(format!("{state:<6} {what:<12} {text}")),
        }
    }

    fn good(&self, what: &str, text: impl AsRef<str>) {
        self.say("ok", what, text.as_ref());
    }

    fn note(&self, what: &str, text: impl AsRef<str>) {
        self.say("note", what, text.as_ref());
    }

    fn wrong(&mut self, what: &str, text: impl AsRef<str>) {
        self.wrong += 1;
        self.say("WRONG", what, text.as_ref());
    }
}

impl Check {
    pub async fn run(self) -> Done {
        let place = self.house.place()?;
        let pool = place.existing().await?;
        let mut found = Findings { json: self.json, wrong: 0 };
        found.good("database", "it opens");
        key_file(&place, &mut found);
        match is_sound(&pool).await {
            Ok(()) if pool.dialect() == Dialect::Sqlite => found.good("database", "integrity and foreign keys hold"),
            Ok(()) => {}
            Err(why) => found.wrong("database", format!("{why}; restore the last backup: orangery restore --help")),
        }
        let tx = pool.read().await.map_err(words)?;
        if schema(&tx, &mut found).await.map_err(words)? {
            secrets(&tx, &place, &mut found).await?;
            files(&tx, &place, &mut found).await.map_err(words)?;
            unsettled(&tx, &mut found).await.map_err(words)?;
            kept(&tx, place.keep(), &mut found).await.map_err(words)?;
        }
        match found.wrong {
            0 => Ok(()),
            1 => Err("one thing is wrong".to_owned()),
            n => Err(format!("{n} things are wrong")),
        }
    }
}

fn key_file(place: &Place, found: &mut Findings) {
    let file = place.key_file();
    if !file.exists() {
        return found.wrong("key", format!("{} is missing: stored secrets can't be opened", file.display()));
    }
    if let Err(why) = Seal::key_from_file(&file) {
        return found.wrong("key", why.to_string());
    }
    match open_to_others(&file) {
        true => found.wrong("key", format!("others may read {0}: chmod 600 {0}", file.display())),
        false => found.good("key", "it is there, and only its owner may read it"),
    }
    if open_to_others(&place.data) {
        found.note("folder", format!("others may look into {0}: chmod 700 {0}", place.data.display()));
    }
}

#[cfg(unix)]
fn open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|it| it.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> bool {
    false
}

/// What SQLite finds when it looks at every page and every reference.
pub async fn is_sound(pool: &Pool) -> Result<(), String> {
    if pool.dialect() == Dialect::Postgres {
        return Ok(());
    }
    let tx = pool.read().await.map_err(words)?;
    let answer = tx.rows("pragma integrity_check(5)", &[]).await.map_err(words)?;
    let answer: Vec<String> = answer.iter().map(|row| row.get(0)).collect::<Result<_, _>>().map_err(words)?;
    if answer != ["ok"] {
        return Err(format!("integrity_check says: {}", answer.join("; ")));
    }
    let broken = tx.rows("pragma foreign_key_check", &[]).await.map_err(words)?;
    match broken.first() {
        Some(row) => {
            let table: String = row.get(0).map_err(words)?;
            Err(format!("{} rows refer to nothing, the first in {table}", broken.len()))
        }
        None => Ok(()),
    }
}

/// False where the schema is not the one we know, so that nothing more can be asked.
async fn schema(tx: &Tx, found: &mut Findings) -> sql::Result<bool> {
    let applied = tx.rows("select name from migrations order by name", &[]).await?;
    let applied: Vec<String> = applied.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?;
    if let Some(unknown) = applied.iter().find(|it| !MIGRATIONS.iter().any(|(name, _)| name == it)) {
        found.wrong("schema", format!("a newer Orangery was here: {unknown} is not known to this one"));
        return Ok(false);
    }
    let missing = MIGRATIONS.iter().filter(|(name, _)| !applied.iter().any(|it| it == name)).count();
    if missing > 0 {
        found.note("schema", format!("it is {missing} steps behind; `orangery upgrade` brings it up to date"));
        return Ok(false);
    }
    let tables = schema::tables();
    for table in &tables {
        let columns = rows::columns(table);
        if let Err(why) = tx.rows(&format!("select {columns} from \"{}\" limit 0", table.name), &[]).await {
            found.wrong("schema", format!("{}: {why}", table.name));
            return Ok(false);
        }
    }
    found.good("schema", format!("{} of {} steps, {} tables", applied.len(), MIGRATIONS.len(), tables.len()));
    Ok(true)
}

/// Whether what was sealed opens with the key that is there.
async fn secrets(tx: &Tx, place: &Place, found: &mut Findings) -> Result<(), String> {
    let file = place.key_file();
    if !file.exists() {
        return Ok(());
    }
    let Ok(key) = Seal::key_from_file(&file) else { return Ok(()) };
    let seal = Seal::new(key);
    let sealed = tx.rows("select id, secret from webhooks order by id", &[]).await.map_err(words)?;
    for row in &sealed {
        let (id, secret): (i64, Vec<u8>) = (row.get(0).map_err(words)?, row.get(1).map_err(words)?);
        if seal.open(&secret).is_err() {
            found.wrong("key", format!("the secret of web hook {id} was sealed with another key"));
        }
    }
    if !sealed.is_empty() {
        found.good("key", format!("tried on the secrets of {} web hooks", sealed.len()));
    }
    Ok(())
}

/// Whether every file that is named is there.
async fn files(tx: &Tx, place: &Place, found: &mut Findings) -> sql::Result<()> {
    let sql = "select blob from attachments union select photo from candidates where photo is not null";
    let named = tx.rows(sql, &[]).await?;
    let stored = archive::stored(&place.files_folder()).unwrap_or_default();
    let stored: HashSet<&str> = stored.iter().map(|it| it.0.as_str()).collect();
    let mut missing = 0;
    for row in &named {
        missing += usize::from(!stored.contains(row.get::<String>(0)?.as_str()));
    }
    match missing {
        0 => found.good("files", format!("all {} that are named are there", named.len())),
        _ => found.wrong("files", format!("{missing} of {} that are named are missing", named.len())),
    }
    Ok(())
}

/// What is kept for how long, as this command's settings say: a server that is started with others does otherwise.
async fn kept(tx: &Tx, keep: Keep, found: &mut Findings) -> sql::Result<()> {
    found.good(
        "journal",
        format!("entries are kept {}, attempts {}", time::said(keep.bodies), time::said(keep.attempts)),
    );
    let row = tx.row("select last, oldest from journal_head", &[]).await?;
    match row {
        Some(row) => {
            let (last, oldest): (i64, i64) = (row.get(0)?, row.get(1)?);
            found.good("journal", format!("it is whole from {oldest} on; the last number is {last}"));
        }
        None => found.wrong("journal", "journal_head has no row: nothing can be numbered"),
    }
    Ok(())
}

/// What waits, and what nobody may have noticed.
async fn unsettled(tx: &Tx, found: &mut Findings) -> sql::Result<()> {
    for (status, means) in [
        ("pending", "wait to be delivered"),
        ("held", "are held, since their web hook is disabled: orangery replay --missed"),
        ("failed", "were given up: orangery deliveries --failed, orangery replay --failed"),
    ] {
        let count = tx.count("select count(*) from deliveries where status = $1", sql::params![status]).await?;
        if count > 0 {
            found.note("deliveries", format!("{count} {means}"));
        }
    }
    let disabled = tx.rows("select id, name, disabled_why from webhooks where not enabled order by id", &[]).await?;
    for row in &disabled {
        let (id, name): (i64, String) = (row.get(0)?, row.get(1)?);
        let why: Option<String> = row.get(2)?;
        found.note("web hooks", format!("{id} {name:?} is disabled: {}", why.unwrap_or_default()));
    }
    if tx.count("select count(*) from users where not disabled", &[]).await? == 0 {
        found.note("users", "there are none yet: orangery user add");
    }
    Ok(())
}
