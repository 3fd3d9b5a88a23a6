//! What is claimed and not yet settled: who is next, who has to wait.
//!
//! Endpoints take turns, one delivery each, and live deliveries go before replays. What keeps a bad endpoint from
//! slowing the others:
//! - a window in flight per endpoint, which begins small, grows with each answer and is halved where none comes;
//! - claims ahead of the window only where answers come quickly, at the pace at which they come, and by bytes;
//! - the slow ones (no answer within a second) never get the last quarter of all places.

use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
    sync::Arc,
};

use jiff::Timestamp;
use tokio::{sync::Notify, time::Instant};

use crate::{
    claim::{Job, Unsent},
    client::Outcome,
    desk::{Config, Desk, Known, Lane, State},
    settle::{Fate, Finished, Signed},
    share::{Asked, Left},
    target::Target,
};

/// So many live ones go before a replay that could go too.
const BEFORE_A_REPLAY: usize = 3;

/// A job on its way.
pub struct Flight {
    pub job: Job,
    pub target: Result<Arc<Target>, String>,
    pub signed: Signed,
}

/// By the clock of leases, and by that of rates.
#[derive(Clone, Copy)]
pub struct Now {
    pub clock: Timestamp,
    pub instant: Instant,
}

struct Lease {
    until: Timestamp,
    lane: Lane,
}

pub struct Board {
    concurrency: usize,
    desks: HashMap<i64, Desk>,
    /// Those with something to send and room for it, in turn, by lane.
    rings: [VecDeque<i64>; 2],
    /// Live ones that went while replays waited.
    owed: usize,
    /// Those who wait for their rate, and until when.
    paced: BTreeSet<(Instant, i64)>,
    /// Told when somebody joins them.
    pacer: Arc<Notify>,
    flying: usize,
    slow_flying: usize,
    /// Of each claimed delivery.
    leases: HashMap<i64, Lease>,
    claimed: [usize; 2],
    finished: Vec<Finished>,
    /// Claims to hand back.
    unsent: Vec<Unsent>,
    waiting_bytes: [usize; 2],
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
            desks: HashMap::new(),
            rings: Default::default(),
            owed: 0,
            paced: BTreeSet::new(),
            pacer: Arc::default(),
            flying: 0,
            slow_flying: 0,
            leases: HashMap::new(),
            claimed: [0; 2],
            finished: Vec::new(),
            unsent: Vec::new(),
            waiting_bytes: [0; 2],
            stopping: false,
        }
    }

    /// The version of an endpoint's settings that is known here.
    pub fn version(&self, id: i64) -> Option<i64> {
        self.desks.get(&id)?.config.as_ref().filter(|it| !it.stale).map(|it| it.version)
    }

    pub fn forget(&mut self, id: i64) {
        if let Some(config) = self.desks.get_mut(&id).and_then(|it| it.config.as_mut()) {
            config.stale = true;
        }
    }

    pub fn configure(&mut self, id: i64, config: Config) {
        self.desks.entry(id).or_default().configure(config);
    }

    /// Nothing is held against an endpoint any more.
    pub fn begin_anew(&mut self, id: i64) {
        self.desks.entry(id).or_default().memory.failures = 0;
    }

    pub fn known(&self, id: i64) -> Option<Known> {
        self.desks.get(&id)?.known()
    }

    /// Those that are no more lose their queue; those that are shut or dead hand theirs back (WH-4).
    pub fn keep(&mut self, states: &HashMap<i64, State>) {
        for (id, desk) in &mut self.desks {
            let state = states.get(id).copied().unwrap_or_default();
            take_away(&mut self.waiting_bytes, desk.stand(state, &mut self.unsent));
        }
        self.desks.retain(|id, it| states.contains_key(id) || it.claimed() > 0);
    }

    /// How many deliveries may be claimed for each of these now. None gets more than its share as long as there are
    /// others; what they leave goes to the first.
    pub fn rooms(&self, due: &[(i64, Lane)]) -> Vec<Asked> {
        let mut left = Left::new(self.concurrency, self.claimed, self.waiting_bytes);
        let mut asked: Vec<Asked> = due.iter().map(|&(webhook_id, lane)| self.ask(webhook_id, lane)).collect();
        let share = left.share(due.len());
        for round in [share, usize::MAX] {
            for it in &mut asked {
                let Some(desk) = self.desks.get(&it.webhook_id).filter(|_| !self.stopping) else { continue };
                let wanted = desk.room(it.lane).min(round).saturating_sub(it.room);
                it.room += left.take(wanted, desk, it.lane, it.room);
            }
        }
        asked
    }

    fn ask(&self, webhook_id: i64, lane: Lane) -> Asked {
        let ordered = self.known(webhook_id).is_some_and(|it| it.ordered);
        Asked { webhook_id, lane, ordered, room: 0, more: false, probes: false }
    }

    /// Claims came through: they queue up. What was erased is finished before it starts.
    pub fn claimed(&mut self, jobs: Vec<Job>, asked: &[Asked], lease: Timestamp, now: Timestamp) {
        // Where nothing was asked for, nothing is due.
        self.desks.values_mut().for_each(Desk::nothing_more);
        let mut last = None;
        for it in asked {
            let Some(desk) = self.desks.get_mut(&it.webhook_id) else { continue };
            desk[it.lane].more = it.more;
            if last.replace(it.webhook_id) != Some(it.webhook_id) {
                desk.paced_claim();
            }
        }
        for job in jobs {
            let (id, lane) = (job.webhook_id, Lane::of(job.replay));
            let Some(desk) = self.desks.get_mut(&id) else { continue };
            self.leases.insert(job.delivery_id, Lease { until: lease, lane });
            self.claimed[lane as usize] += 1;
            desk[lane].claimed += 1;
            if job.body.is_none() {
                self.finished.push(Finished::erased(&job, now));
            } else {
                self.waiting_bytes[lane as usize] += job.size();
                desk.queue_up(job);
                self.line_up(id);
            }
        }
    }

    fn line_up(&mut self, id: i64) {
        let Some(desk) = self.desks.get_mut(&id) else { return };
        for lane in Lane::BOTH {
            if !desk[lane].in_ring && desk.ready(lane) {
                desk[lane].in_ring = true;
                self.rings[lane as usize].push_back(id);
            }
        }
    }

    /// The next to send, if there is one and a place for it. Live ones first, but of four one is a replay.
    pub fn next(&mut self, now: Now) -> Option<Flight> {
        // Where too many turn out to be slow only on their way, the others get places beside them.
        let beyond = self.slow_flying.saturating_sub(self.for_slow()).min(self.concurrency);
        if self.stopping || self.flying - beyond >= self.concurrency {
            return None;
        }
        let [first, second] = if self.owed < BEFORE_A_REPLAY { Lane::BOTH } else { [Lane::Replay, Lane::Live] };
        let flight = self.next_of(first, now).or_else(|| self.next_of(second, now))?;
        let replays_wait = !self.rings[Lane::Replay as usize].is_empty();
        self.owed = if flight.job.replay || !replays_wait { 0 } else { self.owed + 1 };
        Some(flight)
    }

    /// The places that slow ones may have.
    fn for_slow(&self) -> usize {
        self.concurrency - self.concurrency / 4
    }

    fn next_of(&mut self, lane: Lane, now: Now) -> Option<Flight> {
        let for_slow = self.for_slow();
        for _ in 0..self.rings[lane as usize].len() {
            let id = self.rings[lane as usize].pop_front()?;
            let Some(desk) = self.desks.get_mut(&id) else { continue };
            desk[lane].in_ring = false;
            if !desk.ready(lane) {
                continue;
            }
            let first = desk[lane].jobs.front().and_then(|it| self.leases.get(&it.delivery_id));
            let ours = first.is_some_and(|it| it.until > now.clock);
            if !ours || (desk.slow && self.slow_flying >= for_slow) {
                // Waits until its lease is renewed, or for its turn until one of its kind lands.
                self.line_up(id);
                continue;
            }
            if let Err(then) = desk.may_send(now.instant) {
                desk.paced = true;
                self.paced.insert((then, id));
                self.pacer.notify_one();
                continue;
            }
            let (Some(job), Some(config)) = (desk[lane].jobs.pop_front(), &desk.config) else { continue };
            let target = config.target.clone();
            let signed = Signed { secret_number: config.secret_number, configured_at: config.version };
            desk.flying += 1;
            self.flying += 1;
            self.waiting_bytes[lane as usize] -= job.size();
            self.slow_flying += usize::from(desk.slow);
            self.line_up(id);
            return Some(Flight { job, target, signed });
        }
        None
    }

    /// Who is told when somebody begins to wait for its rate.
    pub fn pacer(&self) -> Arc<Notify> {
        self.pacer.clone()
    }

    /// Lets those go on whose rate allows it, and answers when it will for the next.
    pub fn release(&mut self, now: Instant) -> Option<Instant> {
        while let Some(&(then, id)) = self.paced.first() {
            if then > now {
                return Some(then);
            }
            self.paced.pop_first();
            if let Some(desk) = self.desks.get_mut(&id) {
                desk.paced = false;
            }
            self.line_up(id);
        }
        None
    }

    /// An attempt takes long. Answers whether there are claims to hand back.
    pub fn stall(&mut self, flight: &Flight, now: Instant) -> bool {
        let Some(desk) = self.desks.get_mut(&flight.job.webhook_id) else { return false };
        if !desk.slow {
            self.slow_flying += desk.flying;
        }
        take_away(&mut self.waiting_bytes, desk.stall(now, &mut self.unsent));
        !self.unsent.is_empty()
    }

    /// An attempt ended.
    pub fn land(&mut self, flight: &Flight, started: Timestamp, finished: Timestamp, outcome: Outcome) -> Call {
        let job = &flight.job;
        self.flying -= 1;
        let mut call = Call::Soon;
        let (mut max_attempts, mut any_2xx) = (i64::MAX, false);
        if let Some(desk) = self.desks.get_mut(&job.webhook_id) {
            self.slow_flying -= usize::from(desk.slow);
            desk.flying -= 1;
            let was_slow = desk.slow;
            desk.learn(&outcome);
            match (was_slow, desk.slow) {
                (false, true) => self.slow_flying += desk.flying,
                (true, false) => self.slow_flying -= desk.flying,
                _ => {}
            }
            if let Some(config) = &desk.config {
                (max_attempts, any_2xx) = (config.max_attempts, config.any_2xx);
            }
            if desk.runs_dry() {
                call = Call::Now;
            }
        }
        let delivered = outcome.succeeds(any_2xx);
        let fate = Fate::of(&outcome, delivered, job.number, max_attempts, started, finished);
        if let Some(desk) = self.desks.get_mut(&job.webhook_id) {
            desk.memory.add(fate, finished);
        }
        self.finished.push(Finished {
            delivery_id: job.delivery_id,
            webhook_id: job.webhook_id,
            number: job.number,
            replay: job.replay,
            due: job.due,
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
            let Some(lease) = self.leases.remove(&delivery_id) else { continue };
            self.claimed[lease.lane as usize] -= 1;
            if let Some(desk) = self.desks.get_mut(&webhook_id) {
                desk[lease.lane].claimed -= 1;
            }
        }
    }

    /// The claims whose lease ends before `then`; from now on it ends at `until`.
    pub fn expiring(&self, then: Timestamp) -> Vec<i64> {
        self.leases.iter().filter(|(_, it)| it.until < then).map(|(id, _)| *id).collect()
    }

    /// What is `lost` others have taken; of that, what is on its way here lands nevertheless.
    pub fn renewed(&mut self, ids: &[i64], lost: &HashSet<i64>, until: Timestamp) {
        if !lost.is_empty() {
            let mut forgotten = Vec::new();
            for desk in self.desks.values_mut() {
                take_away(&mut self.waiting_bytes, desk.lose(lost, &mut forgotten));
            }
            self.settled(&[], &forgotten);
        }
        for id in ids {
            if let Some(lease) = self.leases.get_mut(id) {
                lease.until = until;
            }
        }
    }

    /// Nothing more is sent; what waits is handed back.
    pub fn stop(&mut self) {
        self.stopping = true;
        for desk in self.desks.values_mut() {
            take_away(&mut self.waiting_bytes, desk.clear(&mut self.unsent));
        }
    }

    pub fn flying(&self) -> usize {
        self.flying
    }

    pub fn claimed_in_all(&self) -> usize {
        self.leases.len()
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
        self.desks.values().any(Desk::behind)
    }
}

fn take_away(waiting: &mut [usize; 2], bytes: [usize; 2]) {
    waiting.iter_mut().zip(bytes).for_each(|(it, less)| *it -= less);
}
