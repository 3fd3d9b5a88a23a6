//! Rows on their way in.

use jiff::Timestamp;
use sql::{Record, Value};

/// What is written in one transaction, in its order.
#[derive(Default)]
pub struct Batch {
    pub(super) acts: Vec<Act>,
    pub(super) place: Option<String>,
    pub(super) read: u64,
}

/// Rows of one table, as their values.
pub(super) struct Rows {
    pub table: &'static str,
    pub columns: &'static [&'static str],
    /// Columns of which the source says nothing: they count for new rows only.
    pub unknown: &'static [&'static str],
    pub rows: Vec<Vec<Value>>,
}

pub(super) enum Act {
    Put(Rows),
    List {
        key: &'static str,
        parents: Vec<i64>,
        /// Whether its rows have ids; nothing as long as there are none.
        named: Option<bool>,
        rows: Rows,
    },
    Set {
        table: &'static str,
        id: i64,
        values: Vec<(&'static str, Value)>,
    },
    Arrive {
        application_id: i64,
        stage_id: i64,
        at: Timestamp,
    },
    NumberBeyond {
        table: &'static str,
        id: i64,
    },
}

impl Batch {
    pub fn new() -> Self {
        Self::default()
    }

    /// A row that has an id of its own: it is inserted with it, or written over the one that has it. `unknown` names columns of which the
    /// source says nothing: a new row gets them as they are here, one that is there keeps its own.
    pub fn put<T: Record>(&mut self, row: T, unknown: &'static [&'static str]) {
        match self.acts.last_mut() {
            Some(Act::Put(rows)) if rows.table == T::TABLE && rows.unknown == unknown => rows.rows.push(row.values()),
            _ => {
                let rows = Rows { table: T::TABLE, columns: T::COLUMNS, unknown, rows: vec![row.values()] };
                self.acts.push(Act::Put(rows));
            }
        }
    }

    /// All rows of a table whose column `key` is `parent`, in their order. If the rows have ids, those that are there and not in the list
    /// go. If they have none (0), a list that differs is replaced as a whole, and one that is the same is left alone.
    pub fn list<T: Record>(&mut self, key: &'static str, parent: i64, list: Vec<T>, unknown: &'static [&'static str]) {
        let named = list.first().map(|it| it.id() != 0);
        let values = list.iter().map(Record::values);
        if let Some(Act::List { key: k, parents, named: n, rows }) = self.acts.last_mut()
            && (*k == key && rows.table == T::TABLE && rows.unknown == unknown)
            && (n.is_none() || named.is_none() || *n == named)
        {
            parents.push(parent);
            *n = n.or(named);
            rows.rows.extend(values);
            return;
        }
        let rows = Rows { table: T::TABLE, columns: T::COLUMNS, unknown, rows: values.collect() };
        self.acts.push(Act::List { key, parents: vec![parent], named, rows });
    }

    /// Changes columns of a row that was put before, where a source tells them elsewhere. A row that is not there is left out of it.
    pub fn set(&mut self, table: &'static str, id: i64, values: Vec<(&'static str, Value)>) {
        self.acts.push(Act::Set { table, id, values });
    }

    /// That an application is in a stage, where a source tells no history: a visit begins then, unless the last one was there.
    pub fn arrive(&mut self, application_id: i64, stage_id: i64, at: Timestamp) {
        self.acts.push(Act::Arrive { application_id, stage_id, at });
    }

    /// Before rows without ids come into a table, into which rows with ids up to this one will come too.
    pub fn number_beyond(&mut self, table: &'static str, id: i64) {
        self.acts.push(Act::NumberBeyond { table, id });
    }

    /// Where the source goes on after this batch.
    #[must_use]
    pub fn then(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// How many of the source's own rows that were, for who watches.
    #[must_use]
    pub fn of(mut self, read: usize) -> Self {
        self.read = read as u64;
        self
    }
}
