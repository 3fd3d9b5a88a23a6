//! Rows with all that hangs on them, read in a fixed number of queries however many rows there are.
//!
//! Everything here takes a [`Look`]: an open transaction, the organization's catalog as that transaction sees it, and the time.

pub mod application;
pub mod approval;
pub mod candidate;
pub mod catalog;
pub mod feed;
pub mod interview;
pub mod job;
pub mod offer;
pub mod organization;
pub mod retention;
pub mod scorecard;
pub mod select;

use std::{collections::HashMap, sync::Arc};

use jiff::Timestamp;
use sql::{Record, Tx};

pub use catalog::Catalog;

use crate::links::Links;

/// A view of the data at one moment.
pub struct Look<'a> {
    pub tx: &'a Tx,
    pub catalog: Arc<Catalog>,
    pub links: &'a Links,
    pub now: Timestamp,
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
