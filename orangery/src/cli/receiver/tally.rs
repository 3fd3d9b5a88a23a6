//! What came so far: counted for the summary, and remembered to tell what comes again.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::cli::out::counted;

#[derive(Default)]
pub struct Tally(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    seen: HashSet<String>,
    by_action: BTreeMap<String, i64>,
    again: i64,
    replays: i64,
    tests: i64,
    wrong: i64,
    failed: i64,
}

/// What is to be known of one request.
#[derive(Clone, Copy)]
pub struct Came {
    pub again: bool,
    pub replay: bool,
    pub test: bool,
    pub wrong: bool,
    pub failed: bool,
}

impl Came {
    pub fn marks(self) -> Vec<&'static str> {
        let marks = [("again", self.again), ("replay", self.replay), ("test", self.test)];
        marks.into_iter().filter(|it| it.1).map(|it| it.0).collect()
    }
}

impl Tally {
    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether this id came before.
    pub fn again(&self, id: &str) -> bool {
        !id.is_empty() && !self.counts().seen.insert(id.to_owned())
    }

    pub fn count(&self, action: &str, came: Came) {
        let mut counts = self.counts();
        *counts.by_action.entry(action.chars().take(40).collect()).or_default() += 1;
        counts.again += i64::from(came.again);
        counts.replays += i64::from(came.replay);
        counts.tests += i64::from(came.test);
        counts.wrong += i64::from(came.wrong);
        counts.failed += i64::from(came.failed);
    }

    pub fn received(&self) -> i64 {
        self.counts().by_action.values().sum()
    }

    /// `12 received: 11 reject_candidate, 1 ping; 2 with a wrong signature`.
    pub fn summary(&self) -> String {
        let received = self.received();
        let counts = self.counts();
        let mut by_action: Vec<(&String, &i64)> = counts.by_action.iter().collect();
        by_action.sort_by_key(|it| std::cmp::Reverse(*it.1));
        let actions: Vec<String> = by_action.iter().map(|it| format!("{} {}", it.1, it.0)).collect();
        let aside = [
            (counts.wrong, counted(counts.wrong, "wrong signature")),
            (counts.failed, format!("{} made to fail", counts.failed)),
            (counts.again, format!("{} came again", counts.again)),
            (counts.replays, counted(counts.replays, "replay")),
            (counts.tests, counted(counts.tests, "test")),
        ];
        let aside: Vec<String> = aside.into_iter().filter(|it| it.0 > 0).map(|it| it.1).collect();
        let actions = if actions.is_empty() { String::new() } else { format!(": {}", actions.join(", ")) };
        let aside = if aside.is_empty() { String::new() } else { format!("; {}", aside.join(", ")) };
        format!("{received} received{actions}{aside}")
    }
}
