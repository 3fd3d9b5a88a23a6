//! One endpoint on the board: its settings, its window, its rate, and what waits for it, live ones and replays apart.

use std::{
    collections::{HashSet, VecDeque},
    ops::{Index, IndexMut},
    sync::Arc,
    time::Duration,
};

use tokio::time::Instant;

use crate::{
    claim::{Job, Unsent},
    client::Outcome,
    health::Memory,
    target::Target,
};

/// Whoever takes so long is slow.
pub const SLOW: Duration = Duration::from_secs(1);
const QUICK: Duration = Duration::from_millis(50);
/// Claimed ahead for one endpoint, at most.
const AHEAD: usize = 512;

/// An endpoint's settings, as they last were read.
#[derive(Clone)]
pub struct Config {
    /// `updated_at`, by which changes are noticed.
    pub version: i64,
    /// It is to be read again.
    pub stale: bool,
    pub target: Result<Arc<Target>, String>,
    pub limit: usize,
    pub per_second: Option<u32>,
    /// Whether deliveries of one key go one after the other.
    pub ordered: bool,
    pub any_2xx: bool,
    pub disable_on_gone: bool,
    pub probe: bool,
    pub max_attempts: i64,
    pub secret_number: i64,
}

/// What a turn has to know of an endpoint.
#[derive(Debug, Clone, Copy)]
pub struct Known {
    pub version: i64,
    pub ordered: bool,
    pub disable_on_gone: bool,
    pub probe: bool,
    pub memory: Memory,
}

/// In which of its two queues a delivery waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    Live,
    Replay,
}

impl Lane {
    pub const BOTH: [Lane; 2] = [Lane::Live, Lane::Replay];

    pub fn of(replay: bool) -> Self {
        if replay { Self::Replay } else { Self::Live }
    }
}

/// What may be sent to an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Nothing: it is disabled, or gone.
    #[default]
    Shut,
    /// One at a time, to see whether it is well again.
    Dead,
    Open,
}

#[derive(Default)]
pub struct Queue {
    pub jobs: VecDeque<Job>,
    pub in_ring: bool,
    /// Claimed and not settled.
    pub claimed: usize,
    /// The last claim left some behind.
    pub more: bool,
}

#[derive(Default)]
pub struct Desk {
    pub config: Option<Config>,
    pub state: State,
    pub memory: Memory,
    queues: [Queue; 2],
    pub flying: usize,
    pub window: usize,
    pub slow: bool,
    quick: bool,
    /// Landed since the last claim, and what that was of late.
    landed: usize,
    pace: usize,
    /// What bodies have of late.
    body_size: Option<usize>,
    /// When the last attempt landed.
    landed_at: Option<Instant>,
    bucket: Option<Bucket>,
    /// Waits until its bucket holds something.
    pub paced: bool,
}

impl Index<Lane> for Desk {
    type Output = Queue;
    fn index(&self, lane: Lane) -> &Queue {
        &self.queues[lane as usize]
    }
}

impl IndexMut<Lane> for Desk {
    fn index_mut(&mut self, lane: Lane) -> &mut Queue {
        &mut self.queues[lane as usize]
    }
}

impl Desk {
    pub fn configure(&mut self, config: Config) {
        self.window = self.window.clamp(floor(config.limit), config.limit);
        if self.bucket.as_ref().map(|it| it.per_second) != config.per_second {
            self.bucket = config.per_second.map(Bucket::new);
        }
        self.config = Some(config);
    }

    pub fn known(&self) -> Option<Known> {
        let Config { version, ordered, disable_on_gone, probe, .. } = *self.config.as_ref()?;
        Some(Known { version, ordered, disable_on_gone, probe, memory: self.memory })
    }

    pub fn claimed(&self) -> usize {
        self.queues.iter().map(|it| it.claimed).sum()
    }

    /// Changes its state; answers how many bytes wait no more, by lane, since their deliveries are handed back.
    pub fn stand(&mut self, state: State, unsent: &mut Vec<Unsent>) -> [usize; 2] {
        let before = std::mem::replace(&mut self.state, state);
        let clears = state == State::Shut || (state == State::Dead && before != State::Dead);
        if clears { self.clear(unsent) } else { [0; 2] }
    }

    /// Whether something of this lane may be sent, its rate aside.
    pub fn ready(&self, lane: Lane) -> bool {
        self.state != State::Shut && !self.paced && self.flying < self.window && !self[lane].jobs.is_empty()
    }

    /// Takes leave to send one more, or answers when there will be one.
    pub fn may_send(&mut self, now: Instant) -> Result<(), Instant> {
        self.bucket.as_mut().map_or(Ok(()), |it| it.take(now))
    }

    /// How many may be claimed of a lane, by what all others leave. Live ones get what they need; replays what is left
    /// of that, and a quarter at least.
    pub fn room(&self, lane: Lane) -> usize {
        if self.config.is_none() {
            return 0;
        }
        if self.state == State::Dead {
            return usize::from(self.claimed() == 0);
        }
        let most = self.most();
        let share = match lane {
            Lane::Live => most,
            Lane::Replay if self[Lane::Live].more => most.div_ceil(4),
            Lane::Replay => most.saturating_sub(self[Lane::Live].claimed).max(most.div_ceil(4)),
        };
        share.saturating_sub(self[lane].claimed)
    }

    fn most(&self) -> usize {
        let pace = self.pace.max(self.landed) * 2;
        let ahead = match (self.slow, self.quick) {
            (true, _) => 0,
            (_, true) => pace.max(16 * self.window),
            _ => pace,
        };
        let most = self.window + ahead.min(AHEAD);
        // What it isn't sent within a second may as well be left to others.
        match &self.bucket {
            Some(it) => most.min((it.per_second as usize).max(1)),
            None => most,
        }
    }

    /// A claim was made.
    pub fn paced_claim(&mut self) {
        self.pace = self.landed.max(self.pace / 2);
        self.landed = 0;
    }

    pub fn queue_up(&mut self, job: Job) {
        let usual = self.body_size.unwrap_or(job.size());
        self.body_size = Some((usual * 7 + job.size()) / 8);
        self[Lane::of(job.replay)].jobs.push_back(job);
    }

    /// What a body has, as far as is known.
    pub fn usual_size(&self) -> usize {
        self.body_size.unwrap_or(4096).max(1)
    }

    /// Whether a lane of which there is more is about to run dry.
    pub fn runs_dry(&self) -> bool {
        let low = self.pace.max(self.window).min(self.most()) / 2;
        self.queues.iter().any(|it| it.more && it.jobs.len() <= low)
    }

    pub fn nothing_more(&mut self) {
        self.queues.iter_mut().for_each(|it| it.more = false);
    }

    pub fn behind(&self) -> bool {
        self.queues.iter().any(|it| it.more)
    }

    /// Empties the queues into what is to be handed back; answers how many bytes waited in them.
    pub fn clear(&mut self, unsent: &mut Vec<Unsent>) -> [usize; 2] {
        self.queues.each_mut().map(|queue| {
            queue.more = false;
            let bytes = queue.jobs.iter().map(Job::size).sum();
            unsent.extend(queue.jobs.drain(..).map(|it| it.unsent()));
            bytes
        })
    }

    /// Forgets what waits and somebody else has taken; answers how many bytes that was.
    pub fn lose(&mut self, lost: &HashSet<i64>, forgotten: &mut Vec<Unsent>) -> [usize; 2] {
        self.queues.each_mut().map(|queue| {
            let jobs = std::mem::take(&mut queue.jobs);
            let (gone, left): (VecDeque<Job>, _) = jobs.into_iter().partition(|it| lost.contains(&it.delivery_id));
            queue.jobs = left;
            forgotten.extend(gone.iter().map(Job::unsent));
            gone.iter().map(Job::size).sum()
        })
    }

    /// An attempt takes long. If none landed meanwhile, what waits is handed back: others may have use for its room.
    pub fn stall(&mut self, now: Instant, unsent: &mut Vec<Unsent>) -> [usize; 2] {
        self.slow = true;
        let hangs = self.landed_at.is_none_or(|at| now.saturating_duration_since(at) >= SLOW);
        if hangs { self.clear(unsent) } else { [0; 2] }
    }

    pub fn learn(&mut self, outcome: &Outcome) {
        let limit = self.config.as_ref().map_or(1, |it| it.limit);
        self.landed += 1;
        self.landed_at = Some(Instant::now());
        self.slow = outcome.total >= SLOW;
        self.quick = outcome.status.is_some() && outcome.total <= QUICK;
        self.window = match outcome.status {
            Some(_) => (self.window + 1).min(limit),
            None => (self.window / 2).max(floor(limit)),
        };
    }
}

/// What an endpoint gets in flight at least.
fn floor(limit: usize) -> usize {
    limit.div_ceil(4).max(1)
}

/// Leave to send: it fills at the endpoint's rate, and holds what comes in a twentieth of a second.
struct Bucket {
    per_second: u32,
    tokens: f64,
    /// When it was last looked into; `None`: it is new, and full.
    at: Option<Instant>,
}

impl Bucket {
    fn new(per_second: u32) -> Self {
        let per_second = per_second.max(1);
        Self { per_second, tokens: 0.0, at: None }
    }

    fn take(&mut self, now: Instant) -> Result<(), Instant> {
        let rate = f64::from(self.per_second);
        let full = (rate / 20.0).max(1.0);
        let come = self.at.map_or(full, |at| now.saturating_duration_since(at).as_secs_f64() * rate);
        self.tokens = (self.tokens + come).min(full);
        self.at = Some(now);
        if self.tokens >= 1.0 {
            self.tokens -= 1.0;
            return Ok(());
        }
        // A little more than it takes, or rounding might leave it just short of one.
        Err(now + Duration::from_secs_f64((1.0 - self.tokens) / rate) + Duration::from_micros(1))
    }
}
