//! How endpoints fare: failing since when, gone, dead and probed. Kept in `webhook_health`, which is written only when
//! something changes, by whichever courier saw it first.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use sql::{Result, Tx, params};

use crate::{
    claim::Standing,
    desk::{Known, State},
    settle::{Fate, Finished},
};

/// After so long, and so many attempts, of nothing but failures an endpoint counts as dead, where it is to be probed.
const DEAD_AFTER: SignedDuration = SignedDuration::from_mins(1);
const DEAD_ATTEMPTS: usize = 5;
/// From one probe to the next, at first and at last.
const PROBE_SOON: SignedDuration = SignedDuration::from_secs(30);
const PROBE_LATE: SignedDuration = SignedDuration::from_mins(5);

/// The row of `webhook_health`, as a turn read it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Health {
    /// Whether there is one.
    pub known: bool,
    pub failing_since: Option<Timestamp>,
    pub gone_at: Option<Timestamp>,
    pub probe_at: Option<Timestamp>,
}

/// What this node remembers of an endpoint.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    pub last_success: Option<Timestamp>,
    /// Failures since then.
    pub failures: usize,
}

impl Memory {
    pub fn add(&mut self, fate: Fate, finished: Timestamp) {
        if fate == Fate::Delivered {
            *self = Self { last_success: Some(finished), failures: 0 };
        } else {
            self.failures += 1;
        }
    }
}

/// What came of an endpoint's attempts in this turn.
#[derive(Default)]
struct News {
    success: Option<Timestamp>,
    /// The first failure after that.
    failing: Option<Timestamp>,
    /// Which settings a 410 was the answer to.
    gone: Option<i64>,
}

impl Standing {
    pub fn state(&self) -> State {
        // Whoever changed the settings since wants it tried again.
        let asked_for = self.known.is_some_and(|it| it.disable_on_gone);
        let gone = asked_for && self.health.gone_at.is_some_and(|it| it.as_microsecond() >= self.updated_at);
        if !self.enabled || gone {
            State::Shut
        } else if self.health.probe_at.is_some() && self.known.is_some_and(|it| it.probe) {
            State::Dead
        } else {
            State::Open
        }
    }
}

/// Writes down what changed, also in `standings`. Answers whether an endpoint is gone as of now. Only what is news
/// makes an endpoint fail, but what is remembered makes it fare well again, in case another node wrote at the same time.
pub async fn note(tx: &Tx, finished: &[Finished], standings: &mut [Standing], now: Timestamp) -> Result<bool> {
    let mut news = news(finished);
    let mut gone = false;
    for it in standings {
        let Some(Known { version, disable_on_gone, probe, memory, .. }) = it.known else { continue };
        let news = news.remove(&it.webhook_id).unwrap_or_default();
        if let Some(since) = it.health.failing_since {
            let recovered = news.success.filter(|at| *at >= since);
            if let Some(at) = recovered.or(memory.last_success.filter(|at| *at > since)) {
                recover(tx, it, at, news.failing).await?;
            }
        } else if let Some(since) = news.failing {
            fail(tx, it, since).await?;
        }
        if disable_on_gone && news.gone == Some(version) && it.state() != State::Shut {
            leave(tx, it).await?;
            gone = true;
        }
        let long = it.health.failing_since.is_some_and(|since| now.duration_since(since) >= DEAD_AFTER);
        if probe && long && it.health.probe_at.is_none() && memory.failures >= DEAD_ATTEMPTS {
            let sql = "update webhook_health set probe_at = $2
                where webhook_id = $1 and probe_at is null and failing_since is not null";
            let at = now + PROBE_SOON;
            tx.execute(sql, params![it.webhook_id, at]).await?;
            it.health.probe_at = Some(at);
        }
    }
    Ok(gone)
}

fn news(finished: &[Finished]) -> HashMap<i64, News> {
    let mut all: HashMap<i64, News> = HashMap::new();
    for it in finished {
        // What was not sent says nothing about the endpoint.
        let Some(signed) = it.signed else { continue };
        let news = all.entry(it.webhook_id).or_default();
        if it.fate == Fate::Delivered {
            (news.success, news.failing) = (Some(it.finished), None);
            continue;
        }
        news.failing.get_or_insert(it.finished);
        if it.outcome.status == Some(410) {
            news.gone = Some(signed.configured_at);
        }
    }
    all
}

async fn recover(tx: &Tx, it: &mut Standing, at: Timestamp, failing: Option<Timestamp>) -> Result<()> {
    let sql = "update webhook_health set failing_since = $3, warned_at = null, probe_at = null
        where webhook_id = $1 and failing_since <= $2";
    tx.execute(sql, params![it.webhook_id, at, failing]).await?;
    it.health.failing_since = failing;
    it.health.probe_at = None;
    Ok(())
}

async fn fail(tx: &Tx, it: &mut Standing, since: Timestamp) -> Result<()> {
    make(tx, it).await?;
    let sql = "update webhook_health set failing_since = $2 where webhook_id = $1 and failing_since is null";
    tx.execute(sql, params![it.webhook_id, since]).await?;
    it.health.failing_since = Some(since);
    Ok(())
}

async fn leave(tx: &Tx, it: &mut Standing) -> Result<()> {
    make(tx, it).await?;
    // The time of the settings that it answered to: whatever is changed meanwhile is later.
    let at = Timestamp::from_microsecond(it.updated_at).unwrap_or_default();
    tx.execute("update webhook_health set gone_at = $2 where webhook_id = $1", params![it.webhook_id, at]).await?;
    it.health.gone_at = Some(at);
    Ok(())
}

async fn make(tx: &Tx, it: &mut Standing) -> Result<()> {
    if !it.health.known {
        let sql = "insert into webhook_health (webhook_id) values ($1) on conflict (webhook_id) do nothing";
        tx.execute(sql, params![it.webhook_id]).await?;
        it.health.known = true;
    }
    Ok(())
}

/// Takes the right to probe a dead endpoint now; `false` where another node did.
pub async fn probe(tx: &Tx, it: &Standing, now: Timestamp) -> Result<bool> {
    let failing = it.health.failing_since.map_or(SignedDuration::ZERO, |since| now.duration_since(since));
    let next = now + (failing / 2).clamp(PROBE_SOON, PROBE_LATE);
    let sql = "update webhook_health set probe_at = $3 where webhook_id = $1 and probe_at = $2";
    Ok(tx.execute(sql, params![it.webhook_id, it.health.probe_at, next]).await? > 0)
}
