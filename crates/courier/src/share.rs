//! Who may claim how much: by the count of claims and by the bytes of what waits.

use crate::desk::{Desk, Lane};

/// Of bodies waiting, all together.
const AHEAD_BYTES: usize = 3 << 20;
/// How many times the places that there are may be claimed.
const AHEAD_IN_ALL: usize = 4;

/// How much of a lane was asked for, and whether there is more.
pub struct Asked {
    pub webhook_id: i64,
    pub lane: Lane,
    /// Whether one waits for another.
    pub ordered: bool,
    pub room: usize,
    pub more: bool,
    /// It is asked for one, to see whether it lives.
    pub probes: bool,
}

/// What may be claimed in all.
pub struct Left {
    /// What is claimed of each lane, and what waits of it.
    claims: [usize; 2],
    bytes: [usize; 2],
    all: usize,
}

impl Left {
    pub fn new(concurrency: usize, claims: [usize; 2], bytes: [usize; 2]) -> Self {
        Self { claims, bytes, all: concurrency * AHEAD_IN_ALL }
    }

    /// What each of so many may have before any gets more.
    pub fn share(&self, count: usize) -> usize {
        (self.all / count.max(1)).max(1)
    }

    /// Of what an endpoint wants, beside the `room` it was given, as much as there is.
    pub fn take(&mut self, wanted: usize, desk: &Desk, lane: Lane, room: usize) -> usize {
        // Live ones find room whatever is claimed of replays, and leave them a quarter.
        let left = |all: usize, [live, replays]: [usize; 2]| match lane {
            Lane::Live => all.saturating_sub(live),
            Lane::Replay => all.saturating_sub(live).max(all / 4).saturating_sub(replays),
        };
        // The slow ones leave a quarter too.
        let all = if desk.slow { self.all / 4 * 3 } else { self.all };
        let by_bytes = left(AHEAD_BYTES, self.bytes) / desk.usual_size();
        // Whoever has nothing gets one, whatever all others have.
        let idle = room == 0 && desk.claimed() == 0;
        let taken = wanted.min(left(all, self.claims).min(by_bytes).max(usize::from(idle)));
        self.claims[lane as usize] += taken;
        self.bytes[lane as usize] += taken * desk.usual_size();
        taken
    }
}
