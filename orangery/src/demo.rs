//! The sample company of `orangery demo`: founded ninety days ago, and all that has happened in it since went through the verbs, so that its
//! journal tells of it as it would of a real one. Deterministic but for ids on PostgreSQL: the same company every time.

mod company;
mod fields;
mod introduction;
mod jobs;
pub(crate) mod lists;
pub mod live;
mod people;
mod roles;
mod story;

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};

use crate::{
    error::Result,
    house::{Clock, Orangery},
    tables::Door,
    work::Actor,
};

use company::Company;

/// How the company is called.
pub const NAME: &str = "Parcel & Pine";

/// How far back its story goes, in days.
const DAYS: i64 = 90;
/// When things happen on a day, in hours after midnight.
const HOURS: [i64; 5] = [8, 10, 12, 14, 16];
/// Between two looks at the clock while the past is being told.
const TICK: i64 = 137_000;
/// The clock tells the system's time.
const PRESENT: i64 = i64::MIN;

/// A clock that can be set: while the past is told it goes on a little at each look, afterwards it is the system's.
#[derive(Clone)]
pub struct Time {
    at: Arc<AtomicI64>,
    system: Clock,
}

impl Time {
    pub fn new(system: Clock) -> Self {
        Self { at: Arc::new(AtomicI64::new(PRESENT)), system }
    }

    pub fn clock(&self) -> Clock {
        let time = self.clone();
        Arc::new(move || match time.at.load(Ordering::Relaxed) {
            PRESENT => (time.system)(),
            _ => {
                let at = time.at.fetch_add(TICK, Ordering::Relaxed);
                Timestamp::from_microsecond(at).unwrap_or_else(|_| (time.system)())
            }
        })
    }

    fn set(&self, at: Timestamp) {
        self.at.store(at.as_microsecond(), Ordering::Relaxed);
    }

    fn come_back(&self) {
        self.at.store(PRESENT, Ordering::Relaxed);
    }
}

/// What was made.
#[derive(Debug, Clone, Copy, Default)]
pub struct Made {
    pub candidates: usize,
    pub deeds: usize,
    /// Deeds that the house refused: somebody else took the last opening, for one.
    pub refused: usize,
}

/// Founds the company ninety days ago and lets `count` people apply, up to now.
pub async fn seed(house: &Orangery, time: &Time, count: usize) -> Result<Made> {
    let slots = slots((time.system)());
    let told = tell(house, time, &slots, count).await;
    time.come_back();
    told
}

async fn tell(house: &Orangery, time: &Time, slots: &[Timestamp], count: usize) -> Result<Made> {
    if let Some(first) = slots.first() {
        time.set(*first - SignedDuration::from_hours(24));
    }
    let company = Company::found(house).await?;
    let mut people = people::invent(&company, count, slots.len());
    let mut made = Made { candidates: people.len(), ..Made::default() };
    for (n, slot) in slots.iter().enumerate() {
        time.set(*slot);
        // All of a slot go at once: those who write together share a commit.
        let due = people.iter_mut().filter(|it| it.is_due(n));
        let done = try_join_all(due.map(|it| Box::pin(it.act(house, &company, n)))).await?;
        for (deeds, refused) in done {
            made.deeds += deeds;
            made.refused += refused;
        }
    }
    jobs::close_some(house, &company).await?;
    Ok(made)
}

/// The hours in which something happens: of every working day until now.
fn slots(now: Timestamp) -> Vec<Timestamp> {
    let midnight = now.as_second() - now.as_second().rem_euclid(86_400);
    let days = (-DAYS..=0).map(|day| midnight + day * 86_400);
    // 1970 began on a Thursday.
    let working = days.filter(|day| (day.div_euclid(86_400) + 4).rem_euclid(7) % 6 != 0);
    let slots = working.flat_map(|day| HOURS.map(|hour| day + hour * 3600));
    slots.filter_map(|second| Timestamp::from_second(second).ok()).filter(|it| *it < now).collect()
}

/// A user of the company who does something.
fn by(user_id: i64) -> Actor {
    Actor { user_id: Some(user_id), api_key_id: None, door: Door::Page, request: "orangery demo".to_owned() }
}

/// Somebody outside, at the job board.
fn from_the_board() -> Actor {
    Actor { user_id: None, api_key_id: None, door: Door::Board, request: "orangery demo".to_owned() }
}
