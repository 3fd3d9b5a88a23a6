//! What is made of a page: rows of ours, what rows of ours are to say, and what can't come along.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use serde_json::Value;

use super::{Row, ask::Known};
use crate::{
    graph::Catalog,
    import::{Batch, Inlet, Kind, Trouble, files::Stored, reader::Refusal},
    tables::Application,
};

pub struct Out {
    list: &'static str,
    pub batch: Batch,
    /// As the house has it now.
    pub catalog: Option<Arc<Catalog>>,
    /// Rows of other lists that the page names, by list and id.
    pub known: Known,
    /// Other lists, or what of them belongs to the page.
    pub beside: BTreeMap<&'static str, Vec<Value>>,
    /// Applications that the page names, as they are here.
    pub applications: HashMap<i64, Application>,
    /// Offers that the page names and that are here.
    pub offers: BTreeSet<i64>,
    /// Files of the page, by the id of the row.
    pub files: HashMap<i64, Stored>,
    troubles: Vec<Trouble>,
    /// Keys that have no place here, and how many rows had something there.
    left: BTreeMap<String, u64>,
}

impl Out {
    pub fn new(list: &'static str) -> Self {
        Self {
            list,
            batch: Batch::new(),
            catalog: None,
            known: Known::default(),
            beside: BTreeMap::new(),
            applications: HashMap::new(),
            offers: BTreeSet::new(),
            files: HashMap::new(),
            troubles: Vec::new(),
            left: BTreeMap::new(),
        }
    }

    /// The row of another list that `key` names.
    pub fn named(&self, list: &'static str, row: Row<'_>, key: &str) -> Option<Arc<Value>> {
        self.known.rows.get(&(list, row.int(key)?)).cloned()
    }

    /// Of a list that was read beside the page the rows whose `key` is `id`.
    pub fn beside(&self, list: &str, key: &str, id: i64) -> Vec<Row<'_>> {
        let rows = self.beside.get(list).into_iter().flatten().map(Row);
        rows.filter(|it| it.int(key) == Some(id)).collect()
    }

    /// Counts what of a row has no place here.
    pub fn leave(&mut self, row: Row<'_>, keys: &[&str]) {
        for key in keys.iter().filter(|it| row.has(it)) {
            self.leave_one(*key);
        }
    }

    pub fn leave_one(&mut self, what: impl Into<String>) {
        *self.left.entry(what.into()).or_default() += 1;
    }

    pub fn odd(&mut self, row: Row<'_>, text: impl Into<String>) {
        self.troubles.push(Trouble::new(Kind::Odd, self.list, row.int("id"), text));
    }

    pub fn missing_file(&mut self, row: Row<'_>, text: impl Into<String>) {
        self.troubles.push(Trouble::new(Kind::File, self.list, row.int("id"), text));
    }

    /// Writes what was made of a page, and begins the next one.
    pub async fn write(&mut self, to: &mut Inlet<'_>, read: usize, next: Option<String>) -> Result<(), Refusal> {
        let batch = std::mem::take(&mut self.batch).of(read);
        let batch = match next {
            Some(next) => batch.then(next),
            None => batch,
        };
        to.write(batch).await.map_err(Refusal::Failed)?;
        for Trouble { kind, of, id, text } in self.troubles.drain(..) {
            to.trouble(kind, of, id, text);
        }
        Ok(())
    }

    pub fn tell_what_was_left(&mut self, to: &Inlet<'_>) {
        for (what, count) in std::mem::take(&mut self.left) {
            to.trouble(Kind::Homeless, self.list, None, format!("{what} of {count} rows has no place here"));
        }
    }
}
