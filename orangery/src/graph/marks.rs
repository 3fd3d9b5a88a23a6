//! What is remembered of long lists from one page to the next: where the pages begin, and how many rows there are where counting took long.
//!
//! A page that is asked for by its number is found by counting rows from the first. Whoever reads a list to its end asks for one page after the
//! other, though: each begins where the one before it was seen to end, and costs what the first costs. Nothing depends on it: what is not
//! remembered, here or on another node, is counted.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sql::Value;

/// More are not kept: then all are forgotten, which only costs counting again.
const MOST: usize = 4096;
/// Whoever asks for the next page later counts again.
const KEPT: Duration = Duration::from_secs(600);
/// Counts that took less are made anew each time.
const LONG: Duration = Duration::from_millis(15);
/// A count is kept for so many times what it took: by then all counting together takes two hundredths of the time at most.
const TIMES: u32 = 50;

#[derive(Default)]
pub struct Marks(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    /// By list, size and number of the page that follows: the last row before it, as far as the order needs it.
    ends: HashMap<String, (Vec<Value>, Instant)>,
    /// By list: how many rows it has, and until when that is believed.
    totals: HashMap<String, (i64, Instant)>,
}

impl Marks {
    /// After which row the page begins.
    pub fn end(&self, page: &str) -> Option<Vec<Value>> {
        let kept = self.kept();
        let (end, at) = kept.ends.get(page)?;
        (at.elapsed() < KEPT).then(|| end.clone())
    }

    pub fn keep_end(&self, page: String, row: Vec<Value>) {
        let mut kept = self.kept();
        if kept.ends.len() >= MOST {
            kept.ends.clear();
        }
        kept.ends.insert(page, (row, Instant::now()));
    }

    pub fn total(&self, list: &str) -> Option<i64> {
        let kept = self.kept();
        let (total, until) = kept.totals.get(list)?;
        (*until > Instant::now()).then_some(*total)
    }

    pub fn keep_total(&self, list: String, total: i64, took: Duration) {
        if took < LONG {
            return;
        }
        let mut kept = self.kept();
        if kept.totals.len() >= MOST {
            kept.totals.clear();
        }
        kept.totals.insert(list, (total, Instant::now() + took * TIMES));
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
