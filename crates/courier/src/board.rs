//! What is claimed and not yet settled: who is next, who has to wait.
//!
//! Endpoints take turns, one delivery each. What keeps a bad one from slowing the others:
//! - a window in flight per endpoint, which begins small, grows with each answer and is halved where none comes;
//! - claims ahead of the window only where answers come quickly, at the pace at which they come, and by bytes;
//! - the slow ones (no answer within a second) never get the last quarter of all places.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
    time::Duration,
};

use jiff::Timestamp;

use crate::{
    claim::{Job, Unsent},
    client::Outcome,
    settle::{Fate, Finished, Signed},
    target::Target,
};

const SLOW: Duration = Duration::from_secs(1);
const QUICK: Duration = Duration::from_millis(50);
/// Claimed ahead for one endpoint, at most.
const AHEAD: usize = 512;
/// Of bodies waiting, all together.
const AHEAD_BYTES: usize = 8 << 20;

/// An endpoint's settings, as they last were read.
#[derive(Clone)]
pub struct Config {
    /// `updated_at`, by which changes are noticed.
    pub version: i64,
    /// It is to be read again.
    pub stale: bool,
    pub target: Result<Arc<Target>, String>,
    pub limit: usize,
    pub max_attempts: i64,
    pub secret_number: i64,
}

#[derive(Default)]
struct Endpoint {
    config: Option<Config>,
    enabled: bool,
    queue: VecDeque<Job>,
    in_ring: bool,
    flying: usize,
    window: usize,
    slow: bool,
    quick: bool,
    /// Claimed and not settled.
    claimed: usize,
    /// Landed since the last claim, and what that was of late.
    landed: usize,
    pace: usize,
    body_size: usize,
    /// The last claim left some behind.
    more: bool,
}

/// A job on its way.
pub struct Flight {
    pub job: Job,
    pub target: Result<Arc<Target>, String>,
    pub signed: Signed,
}

pub struct Board {
    concurrency: usize,
    endpoints: HashMap<i64, Endpoint>,
    /// Those with something to send and room for it, in turn.
    ring: VecDeque<i64>,
    flying: usize,
    slow_flying: usize,
    /// When the lease of each claimed delivery ends.
    leases: HashMap<i64, Timestamp>,
    finished: Vec<Finished>,
    /// Claims to hand back.
    unsent: Vec<Unsent>,
    waiting_bytes: usize,
    stopping: bool,
}

/// What a landing asks of the loop.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Call {
    /// Settle it when convenient.
    Soon,
    /// There is much to settle, or a queue runs dry.
    Now,
}

impl Board {
    pub fn new(concurrency: usize) -> Self {
        Self {
            concurrency: concurrency.max(1),
            endpoints: HashMap::new(),
            ring: VecDeque::new(),
            flying: 0,
            slow_flying: 0,
            leases: HashMap::new(),
            finished: Vec::new(),
            unsent: Vec::new(),
            waiting_bytes: 0,
            stopping: false,
        }
    }

    /// The version of an endpoint's settings that is known here.
    pub fn version(&self, id: i64) -> Option<i64> {
        let config = self.endpoints.get(&id)?.config.as_ref()?;
        (!config.stale).then_some(config.version)
    }

    pub fn forget(&mut self, id: i64) {
        if let Some(endpoint) = self.endpoints.get_mut(&id)
            && let Some(config) = &mut endpoint.config
        {
            config.stale = true;
        }
    }

    pub fn configure(&mut self, id: i64, config: Config) {
        let endpoint = self.endpoints.entry(id).or_default();
        let floor = floor(config.limit);
        endpoint.window = endpoint.window.clamp(floor, config.limit);
        endpoint.config = Some(config);
    }

    /// Those that are no more lose their queue; those that are disabled hand theirs back (WH-4).
    pub fn keep(&mut self, standing: &HashMap<i64, bool>) {
        for (id, endpoint) in &mut self.endpoints {
            endpoint.enabled = standing.get(id).copied().unwrap_or(false);
            if !endpoint.enabled {
                self.waiting_bytes -= endpoint.clear(&mut self.unsent);
            }
        }
        self.endpoints.retain(|id, it| standing.contains_key(id) || it.claimed > 0);
    }

    /// How many deliveries may be claimed for each of these endpoints now; the first of them come first.
    pub fn rooms(&self, ids: &[i64]) -> Vec<(i64, usize)> {
        let mut taken = self.leases.len();
        let room = |id: &i64| {
            let room = self.room(*id, taken);
            taken += room;
            (*id, room)
        };
        ids.iter().map(room).collect()
    }

    /// All together may claim four times what may be in flight.
    fn room(&self, id: i64, taken: usize) -> usize {
        let Some(endpoint) = self.endpoints.get(&id) else { return 0 };
        if self.stopping || endpoint.config.is_none() {
            return 0;
        }
        let left = self.concurrency * if endpoint.slow { 3 } else { 4 };
        let pace = endpoint.pace.max(endpoint.landed) * 2;
        let ahead = if endpoint.quick { pace.max(16 * endpoint.window) } else { pace };
        let by_bytes = AHEAD_BYTES.saturating_sub(self.waiting_bytes) / endpoint.body_size.max(1);
        let most = endpoint.window + ahead.min(AHEAD).min(by_bytes);
        most.saturating_sub(endpoint.claimed).min(left.saturating_sub(taken))
    }

    /// Claims came through: they queue up. What was erased is finished before it starts.
    pub fn claimed(&mut self, jobs: Vec<Job>, more: &HashMap<i64, bool>, lease: Timestamp, now: Timestamp) {
        for (id, more) in more {
            if let Some(endpoint) = self.endpoints.get_mut(id) {
                endpoint.more = *more;
                endpoint.pace = endpoint.landed.max(endpoint.pace / 2);
                endpoint.landed = 0;
            }
        }
        for job in jobs {
            self.leases.insert(job.delivery_id, lease);
            let Some(endpoint) = self.endpoints.get_mut(&job.webhook_id) else { continue };
            endpoint.claimed += 1;
            match &job.body {
                None => self.finished.push(erased(&job, now)),
                Some(body) => {
                    let usual = if endpoint.body_size == 0 { body.len() } else { endpoint.body_size };
                    endpoint.body_size = (usual * 7 + body.len()) / 8;
                    self.waiting_bytes += body.len();
                    let id = job.webhook_id;
                    endpoint.queue.push_back(job);
                    self.line_up(id);
                }
            }
        }
    }

    fn line_up(&mut self, id: i64) {
        let Some(endpoint) = self.endpoints.get_mut(&id) else { return };
        if !endpoint.in_ring && endpoint.ready() {
            endpoint.in_ring = true;
            self.ring.push_back(id);
        }
    }

    /// The next to send, if there is one and a place for it.
    pub fn next(&mut self) -> Option<Flight> {
        if self.stopping || self.flying >= self.concurrency {
            return None;
        }
        for _ in 0..self.ring.len() {
            let id = self.ring.pop_front()?;
            let Some(endpoint) = self.endpoints.get_mut(&id) else { continue };
            endpoint.in_ring = false;
            if !endpoint.ready() {
                continue;
            }
            if endpoint.slow && self.slow_flying >= self.concurrency - self.concurrency / 4 {
                // Waits for its turn until one of its kind lands.
                self.line_up(id);
                continue;
            }
            let (Some(job), Some(config)) = (endpoint.queue.pop_front(), &endpoint.config) else { continue };
            let target = config.target.clone();
            let signed = Signed { secret_number: config.secret_number, configured_at: config.version };
            endpoint.flying += 1;
            self.flying += 1;
            self.waiting_bytes -= job.size();
            self.slow_flying += usize::from(endpoint.slow);
            self.line_up(id);
            return Some(Flight { job, target, signed });
        }
        None
    }

    /// An attempt ended.
    pub fn land(&mut self, flight: &Flight, started: Timestamp, finished: Timestamp, outcome: Outcome) -> Call {
        let job = &flight.job;
        self.flying -= 1;
        let mut call = Call::Soon;
        let mut max_attempts = i64::MAX;
        if let Some(endpoint) = self.endpoints.get_mut(&job.webhook_id) {
            self.slow_flying -= usize::from(endpoint.slow);
            endpoint.flying -= 1;
            endpoint.landed += 1;
            let was_slow = endpoint.slow;
            endpoint.learn(&outcome);
            match (was_slow, endpoint.slow) {
                (false, true) => self.slow_flying += endpoint.flying,
                (true, false) => self.slow_flying -= endpoint.flying,
                _ => {}
            }
            max_attempts = endpoint.config.as_ref().map_or(max_attempts, |it| it.max_attempts);
            if endpoint.more && endpoint.queue.len() <= endpoint.pace.max(endpoint.window) / 2 {
                call = Call::Now;
            }
        }
        let fate = Fate::of(&outcome, job.number, max_attempts, started, finished);
        self.finished.push(Finished {
            delivery_id: job.delivery_id,
            webhook_id: job.webhook_id,
            attempt_id: job.attempt_id,
            started,
            finished,
            outcome,
            signed: Some(flight.signed),
            fate,
        });
        self.line_up(job.webhook_id);
        if self.finished.len() >= 128 { Call::Now } else { call }
    }

    /// What is to be written: outcomes, and claims to hand back. They stay claimed until `settled`.
    pub fn take_results(&mut self) -> (Vec<Finished>, Vec<Unsent>) {
        (std::mem::take(&mut self.finished), std::mem::take(&mut self.unsent))
    }

    /// They could not be written: again next time.
    pub fn put_back(&mut self, finished: Vec<Finished>, unsent: Vec<Unsent>) {
        self.finished.extend(finished);
        self.unsent.extend(unsent);
    }

    /// They are written.
    pub fn settled(&mut self, finished: &[Finished], unsent: &[Unsent]) {
        let finished = finished.iter().map(|it| (it.delivery_id, it.webhook_id));
        let unsent = unsent.iter().map(|it| (it.delivery_id, it.webhook_id));
        for (delivery_id, webhook_id) in finished.chain(unsent) {
            self.leases.remove(&delivery_id);
            if let Some(endpoint) = self.endpoints.get_mut(&webhook_id) {
                endpoint.claimed -= 1;
            }
        }
    }

    /// The claims whose lease ends before `then`; from now on it ends at `until`.
    pub fn expiring(&self, then: Timestamp) -> Vec<i64> {
        self.leases.iter().filter(|(_, ends)| **ends < then).map(|(id, _)| *id).collect()
    }

    pub fn renewed(&mut self, ids: &[i64], until: Timestamp) {
        for id in ids {
            if let Some(ends) = self.leases.get_mut(id) {
                *ends = until;
            }
        }
    }

    /// Nothing more is sent; what waits is handed back.
    pub fn stop(&mut self) {
        self.stopping = true;
        for endpoint in self.endpoints.values_mut() {
            self.waiting_bytes -= endpoint.clear(&mut self.unsent);
        }
    }

    pub fn flying(&self) -> usize {
        self.flying
    }

    pub fn claims(&self) -> Vec<i64> {
        self.leases.keys().copied().collect()
    }

    /// Whether something came up to be written that nobody calls for.
    pub fn has_results(&self) -> bool {
        !self.unsent.is_empty() || self.finished.iter().any(|it| it.outcome.status.is_none())
    }

    /// Whether some endpoint has more due than it has room for.
    pub fn behind(&self) -> bool {
        self.endpoints.values().any(|it| it.more)
    }
}

impl Endpoint {
    /// Empties the queue into what is to be handed back; answers how many bytes waited in it.
    fn clear(&mut self, unsent: &mut Vec<Unsent>) -> usize {
        let bytes = self.queue.iter().map(Job::size).sum();
        unsent.extend(self.queue.drain(..).map(|it| it.unsent()));
        bytes
    }

    fn ready(&self) -> bool {
        self.enabled && self.flying < self.window && !self.queue.is_empty()
    }

    fn learn(&mut self, outcome: &Outcome) {
        let limit = self.config.as_ref().map_or(1, |it| it.limit);
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

fn erased(job: &Job, now: Timestamp) -> Finished {
    Finished {
        delivery_id: job.delivery_id,
        webhook_id: job.webhook_id,
        attempt_id: job.attempt_id,
        started: now,
        finished: now,
        outcome: Outcome::failed("erased"),
        signed: None,
        fate: Fate::Failed,
    }
}
