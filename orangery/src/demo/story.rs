//! What becomes of whom: a story is a list of deeds, each in its slot of time, told by dice that always fall alike.

use fastrand::Rng;

/// Something that happens to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Apply,
    /// As a prospect, in a pool or on jobs.
    Found,
    Note,
    Tag,
    Advance,
    Schedule,
    Score,
    Reject,
    Withdraw,
    Reconsider,
    Offer,
    Send,
    /// Better terms: a new version.
    Improve,
    Decline,
    Hire,
    Convert,
}

/// The slots of a day.
const DAY: usize = 5;

/// The story of a candidate on a job with so many stages, of which the last is that of the offer.
pub fn of_candidate(dice: &mut Rng, slots: usize, stages: usize) -> Vec<(usize, Deed)> {
    let mut story = Story { dice, at: 0, told: Vec::new() };
    // More and more apply, but some were there from the beginning.
    story.at = if story.chance(70) { story.dice.usize(..slots.max(1)) } else { story.dice.usize(..slots.max(2) / 2) };
    story.now(Deed::Apply);
    let depth = story.depth(stages);
    for stage in 1..depth {
        story.later(1, 4, Deed::Advance);
        if story.chance(35) {
            story.later(0, 1, Deed::Note);
        }
        if stage < stages - 1 {
            story.later(0, 1, Deed::Schedule);
            story.later(2, 5, Deed::Score);
        }
    }
    match depth == stages {
        true => story.at_the_offer(),
        false => story.before_the_offer(),
    }
    story.told.retain(|it| it.0 < slots);
    story.told
}

/// The story of a prospect.
pub fn of_prospect(dice: &mut Rng, slots: usize) -> Vec<(usize, Deed)> {
    let mut story = Story { dice, at: 0, told: Vec::new() };
    story.at = story.dice.usize(..slots.max(1));
    story.now(Deed::Found);
    if story.chance(50) {
        story.later(1, 6, Deed::Note);
    }
    match story.dice.usize(..100) {
        0..20 => {
            story.later(3, 15, Deed::Convert);
            story.later(2, 5, Deed::Advance);
        }
        20..35 => story.later(5, 20, Deed::Reject),
        _ => {}
    }
    story.told.retain(|it| it.0 < slots);
    story.told
}

struct Story<'a> {
    dice: &'a mut Rng,
    at: usize,
    told: Vec<(usize, Deed)>,
}

impl Story<'_> {
    fn now(&mut self, deed: Deed) {
        self.told.push((self.at, deed));
    }

    /// So many days later, from and to.
    fn later(&mut self, from: usize, to: usize, deed: Deed) {
        self.at += (self.dice.usize(from * DAY..=to * DAY)).max(1);
        self.now(deed);
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.dice.usize(..100) < percent
    }

    /// How many stages they see.
    fn depth(&mut self, stages: usize) -> usize {
        let reached = match self.dice.usize(..100) {
            0..34 => 1,
            34..58 => 2,
            58..74 => 3,
            74..84 => 4,
            _ => stages,
        };
        reached.min(stages)
    }

    fn before_the_offer(&mut self) {
        if self.chance(20) {
            self.later(0, 2, Deed::Tag);
        }
        match self.dice.usize(..100) {
            0..52 => self.later(1, 8, Deed::Reject),
            52..60 => self.later(1, 6, Deed::Withdraw),
            60..64 => {
                self.later(1, 4, Deed::Reject);
                self.later(1, 3, Deed::Reconsider);
            }
            _ => {}
        }
    }

    fn at_the_offer(&mut self) {
        self.later(0, 2, Deed::Offer);
        if self.chance(80) {
            self.later(0, 1, Deed::Send);
        }
        if self.chance(30) {
            self.later(1, 2, Deed::Improve);
        }
        match self.dice.usize(..100) {
            0..50 => self.later(1, 4, Deed::Hire),
            50..75 => {
                self.later(1, 4, Deed::Decline);
                if self.chance(60) {
                    self.later(0, 1, Deed::Withdraw);
                }
            }
            _ => {}
        }
    }
}
