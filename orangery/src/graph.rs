//! Rows with all that hangs on them, read in a fixed number of queries however many rows there are.
//!
//! Everything here takes a [`Look`]: an open transaction, the organization's catalog as that transaction sees it, and the time.

pub mod application;
pub mod approval;
pub mod audit;
pub mod candidate;
pub mod catalog;
pub mod diversity;
pub mod email_template;
pub mod feed;
pub mod interview;
pub mod job;
pub mod known;
pub mod mail;
pub mod marks;
pub mod oauth;
pub mod offer;
pub mod organization;
pub mod partner;
pub mod permission;
pub mod plan;
pub mod retention;
pub mod scorecard;
pub mod search;
pub mod select;
pub mod tracking_link;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use sql::{Record, Tx};

pub use catalog::Catalog;

use self::{application::Whole, catalog::Versions, marks::Marks, plan::Plans};
use crate::links::Links;

/// A view of the data at one moment.
pub struct Look<'a> {
    pub tx: &'a Tx,
    pub catalog: Arc<Catalog>,
    pub links: &'a Links,
    pub now: Timestamp,
    /// When this was made, see [`Tx::moment`].
    pub moment: u64,
    /// The plans of jobs that all share, and which of them hold at this moment.
    pub plans: Option<(&'a Plans, Versions)>,
    /// What this Work has read already.
    pub memory: Option<&'a Memory>,
    /// Where pages begin. None in a Work: nobody else may see what is not committed.
    pub marks: Option<&'a Marks>,
}

impl<'a> Look<'a> {
    /// Whether nothing was written or waited for since this was made.
    fn holds(&self) -> bool {
        self.moment == self.tx.moment()
    }

    /// The plans that may be taken from others and given to them: nobody else may see what is not committed.
    fn shared_plans(&self) -> Option<(&'a Plans, Versions)> {
        let own = self.tx.has_written(plan::TABLES) || self.tx.has_written(catalog::TABLES);
        self.plans.filter(|_| self.holds() && !own)
    }

    fn remembered(&self, application_id: i64) -> Option<Arc<Whole>> {
        self.memory.filter(|_| self.holds())?.application(self.moment, application_id)
    }

    fn remember(&self, whole: &Arc<Whole>) {
        if let Some(memory) = self.memory
            && self.holds()
        {
            memory.keep_application(self.moment, whole.clone());
        }
    }
}

/// What a Work has read and need not read again until it writes, or waits for a lock, the next time.
#[derive(Default)]
pub struct Memory(Mutex<Remembered>);

#[derive(Default)]
struct Remembered {
    /// See [`Tx::moment`].
    moment: u64,
    /// No versions where something of this Work itself is in what was read.
    catalog: Option<(Arc<Catalog>, Option<Versions>)>,
    applications: HashMap<i64, Arc<Whole>>,
}

impl Memory {
    pub fn catalog(&self, moment: u64) -> Option<(Arc<Catalog>, Option<Versions>)> {
        self.at(moment).catalog.clone()
    }

    pub fn keep_catalog(&self, moment: u64, catalog: Arc<Catalog>, versions: Option<Versions>) {
        self.at(moment).catalog = Some((catalog, versions));
    }

    fn application(&self, moment: u64, id: i64) -> Option<Arc<Whole>> {
        self.at(moment).applications.get(&id).cloned()
    }

    fn keep_application(&self, moment: u64, whole: Arc<Whole>) {
        self.at(moment).applications.insert(whole.application.row.id, whole);
    }

    /// What is remembered of this moment: all else is forgotten.
    fn at(&self, moment: u64) -> MutexGuard<'_, Remembered> {
        let mut remembered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.moment != moment {
            *remembered = Remembered { moment, ..Remembered::default() };
        }
        remembered
    }
}

/// `rows` by the parent that each hangs on, in their order.
pub fn by<T>(rows: Vec<T>, parent: impl Fn(&T) -> i64) -> HashMap<i64, Vec<T>> {
    let mut found: HashMap<i64, Vec<T>> = HashMap::new();
    for row in rows {
        found.entry(parent(&row)).or_default().push(row);
    }
    found
}

/// `rows` by their own id.
pub fn by_id<T: Record>(rows: Vec<T>) -> HashMap<i64, T> {
    rows.into_iter().map(|row| (row.id(), row)).collect()
}

/// Each id once, in ascending order.
pub fn ids(ids: impl IntoIterator<Item = i64>) -> Vec<i64> {
    let mut ids: Vec<i64> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}
