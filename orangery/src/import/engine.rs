//! Runs a source from the step where the last run ended, and writes what it hands over.

use std::{
    collections::BTreeMap,
    fs::File,
    io::Write,
    sync::{Arc, Mutex},
};

use jiff::Timestamp;
use serde_json::json;

use super::{Batch, Kind, Source, Step, Trouble, sink::Sink, sink::Tally, state};
use crate::{
    error::Result,
    house::Orangery,
    schema::{self, Table},
    tables::{AuditRecord, ChangeKind, Door, Import},
    work::{Actor, Work},
};

#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Into a house that has other data: what has the same id there is written over.
    pub merge: bool,
    /// Web hooks are fired for what is new here.
    pub fire_hooks: bool,
    /// Everything is asked for again, not only what changed since the last run.
    pub full: bool,
    /// Files stay where they are.
    pub no_files: bool,
}

/// Who watches a run.
pub trait Watch: Send + Sync {
    /// A step begins: the `number`th of so many.
    fn step(&self, name: &str, number: usize, of: usize);
    /// So many rows of the step were read and written, of so many where that is known.
    fn rows(&self, read: u64, of: Option<u64>);
}

/// What a run did.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize)]
pub struct Summary {
    /// By step.
    pub read: BTreeMap<String, u64>,
    pub created: u64,
    pub changed: u64,
    pub same: u64,
    pub removed: u64,
    /// By kind.
    pub troubles: BTreeMap<&'static str, u64>,
}

/// Imports all that `source` gives. What could not be had is written into `report`, line by line.
pub async fn run(
    house: &Orangery,
    source: &impl Source,
    options: Options,
    report: Option<File>,
    watch: &dyn Watch,
) -> Result<Summary, String> {
    let (name, merge, full) = (source.name(), options.merge, options.full);
    let begin = async move |work: &mut Work| state::begin(work, &name, merge, full).await;
    let import = house.write(actor(), begin).await.map_err(|why| why.to_string())?;
    let tables: BTreeMap<&'static str, Table> = schema::tables().into_iter().map(|it| (it.name, it)).collect();
    let shared = Shared {
        house: house.clone(),
        import,
        options,
        tables: Arc::new(tables),
        report: Mutex::new(report),
        summary: Mutex::new(Summary::default()),
        watch,
    };
    let steps = source.steps();
    for (number, step) in steps.iter().enumerate() {
        let left = shared.left_at(step.name).await?;
        if left.as_ref().is_some_and(|it| it.done) {
            continue;
        }
        watch.step(step.name, number + 1, steps.len());
        let (fresh, place) = (left.is_none(), left.as_ref().and_then(|it| it.place.clone()));
        let read = left.map_or(0, |it| u64::try_from(it.rows_read).unwrap_or_default());
        let mut inlet = Inlet { shared: &shared, step, fresh, place, read, expected: None };
        source.read(step, &mut inlet).await.map_err(|why| format!("{}: {why}", step.name))?;
        inlet.end().await?;
    }
    let (import_id, at) = (shared.import.id, house.now());
    let finish = async move |work: &mut Work| state::finish(work, import_id, at).await;
    house.write(actor(), finish).await.map_err(|why| why.to_string())?;
    Ok(shared.summary.into_inner().unwrap_or_else(|it| it.into_inner()))
}

fn actor() -> Actor {
    Actor { user_id: None, api_key_id: None, door: Door::Import, request: "orangery import".to_owned() }
}

struct Shared<'a> {
    house: Orangery,
    import: Import,
    options: Options,
    tables: Arc<BTreeMap<&'static str, Table>>,
    report: Mutex<Option<File>>,
    summary: Mutex<Summary>,
    watch: &'a dyn Watch,
}

impl Shared<'_> {
    async fn left_at(&self, step: &str) -> Result<Option<crate::tables::ImportStep>, String> {
        let (import_id, step) = (self.import.id, step.to_owned());
        let read = async move |work: &mut Work| state::step(work, import_id, &step).await;
        self.house.write(actor(), read).await.map_err(|why| why.to_string())
    }

    fn note(&self, step: &str, read: u64, tally: Tally) {
        let Ok(mut summary) = self.summary.lock() else { return };
        *summary.read.entry(step.to_owned()).or_default() += read;
        let Tally { created, changed, same, removed, troubles } = tally;
        summary.created += created;
        summary.changed += changed;
        summary.same += same;
        summary.removed += removed;
        drop(summary);
        for trouble in troubles {
            self.trouble(&trouble);
        }
    }

    fn trouble(&self, trouble: &Trouble) {
        if let Ok(mut summary) = self.summary.lock() {
            *summary.troubles.entry(crate::words::Word::word(trouble.kind)).or_default() += 1;
        }
        let Ok(mut report) = self.report.lock() else { return };
        if let Some(file) = &mut *report
            && let Ok(line) = serde_json::to_string(trouble)
            && let Err(why) = writeln!(file, "{line}")
        {
            tracing::warn!(%why, "the report can't be written");
        }
    }
}

/// Where a source puts what it read of one step.
pub struct Inlet<'a> {
    shared: &'a Shared<'a>,
    step: &'a Step,
    /// Nothing of this step has been written in this run.
    fresh: bool,
    place: Option<String>,
    read: u64,
    expected: Option<u64>,
}

impl Inlet<'_> {
    /// The house as it is now: what was written can be looked up.
    pub fn house(&self) -> &Orangery {
        &self.shared.house
    }

    /// Where the step goes on: what the last batch that was written said ([`Batch::then`]).
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// Only what changed since is wanted, where the source can tell that.
    pub fn since(&self) -> Option<Timestamp> {
        self.shared.import.since
    }

    /// When this run began: what is there that is younger came by it, or while it ran.
    pub fn began(&self) -> Timestamp {
        self.shared.import.started_at
    }

    pub fn wants_files(&self) -> bool {
        !self.shared.options.no_files
    }

    /// How many rows the step has, where that is known: for who watches.
    pub fn expect(&mut self, rows: u64) {
        self.expected = Some(rows);
        self.shared.watch.rows(self.read, self.expected);
    }

    /// Tells what could not be had.
    pub fn trouble(&self, kind: Kind, of: impl Into<String>, id: impl Into<Option<i64>>, text: impl Into<String>) {
        self.shared.trouble(&Trouble::new(kind, of, id, text));
    }

    /// Writes a batch, whole or not at all.
    pub async fn write(&mut self, batch: Batch) -> Result<(), String> {
        let batch = Arc::new(batch);
        let tally = self.commit(batch.clone(), false).await.map_err(|why| why.to_string())?;
        self.shared.note(self.step.name, batch.read, tally);
        self.fresh = false;
        self.place = batch.place.clone().or_else(|| self.place.take());
        self.read += batch.read;
        self.shared.watch.rows(self.read, self.expected);
        Ok(())
    }

    /// Says that all of the step was read.
    async fn end(self) -> Result<(), String> {
        let tally = self.commit(Arc::new(Batch::new()), true).await.map_err(|why| why.to_string())?;
        self.shared.note(self.step.name, 0, tally);
        Ok(())
    }

    async fn commit(&self, batch: Arc<Batch>, done: bool) -> Result<Tally> {
        let (import, tables) = (self.shared.import.clone(), self.shared.tables.clone());
        let (name, fire) = (self.step.name, self.shared.options.fire_hooks);
        // What was made with the house goes once, before the first rows that come in its place; and only where the source had any to say.
        let first = self.fresh && !done && import.since.is_none() && !import.merged;
        let replaces = if first { self.step.replaces } else { &[] };
        let act = async move |work: &mut Work| {
            work.unsung = true;
            for table in replaces {
                work.tx.execute(&format!("delete from \"{table}\""), &[]).await?;
            }
            let mut sink = Sink { work, tables: &tables, tally: Tally::default(), fire };
            Box::pin(sink.write(&batch)).await?;
            let tally = sink.tally;
            state::advance(work, import.id, name, batch.place.as_deref(), batch.read, done).await?;
            leave_record(work, &import, name, &tally).await?;
            Ok(tally)
        };
        self.shared.house.write(actor(), act).await
    }
}

/// One audit record per batch, if it changed anything: who asks what an import did sees its steps, not each of its rows.
async fn leave_record(work: &mut Work, import: &Import, step: &str, tally: &Tally) -> Result<()> {
    let Tally { created, changed, removed, .. } = tally;
    if created + changed + removed == 0 {
        return Ok(());
    }
    let told = json!({
        "source": [null, import.source],
        "step": [null, step],
        "created": [null, created],
        "changed": [null, changed],
        "removed": [null, removed],
    });
    let mut record = AuditRecord {
        id: 0,
        work: work.id.clone(),
        at: work.now,
        actor_id: None,
        api_key_id: None,
        door: Door::Import,
        request: work.actor.request.clone(),
        request_id: work.id.clone(),
        address: None,
        kind: ChangeKind::Created,
        target_type: "imports".to_owned(),
        target_id: Some(import.id),
        candidate_id: None,
        changes: Some(sql::Json(told)),
    };
    Ok(work.tx.insert(&mut record).await?)
}
