//! How far an import came, so that a run goes on where another ended.

use jiff::{SignedDuration, Timestamp};
use sql::params;

use crate::{
    error::{Error, Result},
    tables::{Import, ImportStep},
    work::Work,
};

/// What changed shortly before the last run began is asked for once more: clocks differ.
const MARGIN: SignedDuration = SignedDuration::from_mins(15);

/// Tables of what people enter, by which a house is told from a new one.
const TELLING: &[&str] =
    &["users", "departments", "offices", "custom_fields", "jobs", "candidates", "tags", "prospect_pools"];

/// Begins a run, or goes on with the one that did not come to its end.
pub async fn begin(work: &mut Work, source: &str, merge: bool, full: bool) -> Result<Import> {
    let known: Option<Import> = work.tx.first("where source = $1 {for update}", params![source]).await?;
    let Some(mut import) = known else {
        return found(work, source, merge).await;
    };
    let goes_on = import.finished_at.is_none() && !full;
    if goes_on {
        return Ok(import);
    }
    let before = import.clone();
    // What came by then is not to go as what a new house brought along.
    import.merged |= before.finished_at.is_some();
    import.since = match (full, before.finished_at) {
        (true, _) => None,
        (false, Some(_)) => Some(before.started_at - MARGIN),
        (false, None) => before.since,
    };
    import.started_at = work.now;
    import.finished_at = None;
    work.tx.delete_where::<ImportStep>("where import_id = $1", params![import.id]).await?;
    work.tx.update(&import).await?;
    Ok(import)
}

async fn found(work: &mut Work, source: &str, merge: bool) -> Result<Import> {
    let mut there = Vec::new();
    for table in TELLING {
        let count = work.tx.count(&format!("select count(*) from \"{table}\""), params![]).await?;
        if count > 0 {
            there.push(format!("{count} {}", table.replace('_', " ")));
        }
    }
    if !there.is_empty() && !merge {
        return Err(Error::refused(format!(
            "this house is not empty: it has {}. Ids are kept, so what comes would be written over what has the same ids here. Import into a new \
             house (--data names another folder), or say --merge if that is what you want; make a backup first",
            there.join(", ")
        )));
    }
    let mut import = Import {
        id: 0,
        source: source.to_owned(),
        merged: !there.is_empty(),
        since: None,
        started_at: work.now,
        finished_at: None,
    };
    work.tx.insert(&mut import).await?;
    Ok(import)
}

/// The step as it was left; none before its first batch.
pub async fn step(work: &Work, import_id: i64, name: &str) -> Result<Option<ImportStep>> {
    Ok(work.tx.first("where import_id = $1 and name = $2", params![import_id, name]).await?)
}

/// Notes where a step goes on, or that it is done.
pub async fn advance(
    work: &mut Work,
    import_id: i64,
    name: &str,
    place: Option<&str>,
    read: u64,
    done: bool,
) -> Result<()> {
    let read = i64::try_from(read).unwrap_or(i64::MAX);
    let place = place.map(str::to_owned);
    match step(work, import_id, name).await? {
        Some(step) => {
            let place = place.or_else(|| step.place.clone());
            work.tx.update(&ImportStep { place, rows_read: step.rows_read.saturating_add(read), done, ..step }).await?;
        }
        None => {
            let mut step = ImportStep { id: 0, import_id, name: name.to_owned(), place, rows_read: read, done };
            work.tx.insert(&mut step).await?;
        }
    }
    Ok(())
}

pub async fn finish(work: &mut Work, import_id: i64, at: Timestamp) -> Result<()> {
    let import: Import = work.tx.lock(import_id).await?;
    Ok(work.tx.update(&Import { finished_at: Some(at), ..import }).await?)
}
