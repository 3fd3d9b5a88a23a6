//! One turn with the database: outcomes in, leases renewed, the next jobs out.

use std::{collections::HashMap, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use sql::{Result, Tx};
use tokio::{time::Instant, try_join};

use crate::{
    claim::{self, Job, Standing, Term, Unsent},
    courier::{CHANNEL, Shared, lease},
    desk::{Config, Lane, State},
    endpoint::{self, Webhook},
    erase, health,
    settle::{Fate, Finished, settle},
    share::Asked,
};

const LONG: Duration = Duration::from_millis(2);

/// Until the next turn that nobody has to ask for.
pub struct Waiting {
    pub at_most: Duration,
    /// An endpoint is gone as of now.
    gone: bool,
}

pub struct Turn {
    shared: Arc<Shared>,
    /// Whose turn it is to claim first.
    first: usize,
    told_others: Option<Instant>,
    /// Endpoints of which all that is due waits in line: until when they are not asked, unless one of theirs is settled.
    pauses: HashMap<i64, Instant>,
}

impl Turn {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared, first: 0, told_others: None, pauses: HashMap::new() }
    }

    pub async fn take(&mut self) -> Result<Waiting> {
        let (finished, unsent) = self.shared.board().take_results();
        match self.write(&finished, &unsent).await {
            Ok(waiting) => {
                self.tell_others(waiting.gone);
                Ok(waiting)
            }
            Err(why) => {
                self.shared.board().put_back(finished, unsent);
                Err(why)
            }
        }
    }

    async fn write(&mut self, finished: &[Finished], unsent: &[Unsent]) -> Result<Waiting> {
        let shared = self.shared.clone();
        let (node, now) = (shared.settings.node.as_str(), (shared.clock)());
        let until = now + lease(&shared.settings);
        let soon = until - lease(&shared.settings) / 4;
        let done: Vec<i64> = finished.iter().map(|it| it.delivery_id).collect();
        let mut expiring = shared.board().expiring(soon);
        expiring.retain(|it| !done.contains(it));

        let tx = shared.pool.begin().await?;
        // In this order: what is handed back may be held, and what is settled is due no more.
        let (marked, lost, (), mut standings) = try_join!(
            settle(&tx, node, finished, now),
            claim::renew(&tx, &expiring, node, until),
            claim::hand_back(&tx, unsent, node),
            claim::standings(&tx),
        )?;
        erase::after(&tx, &marked).await?;
        self.configure(&tx, &mut standings).await?;
        let gone = health::note(&tx, finished, &mut standings, now).await?;
        shared.board().keep(&standings.iter().map(|it| (it.webhook_id, it.state())).collect());
        let more_to_hold = hold(&tx, &standings, now).await?;
        self.pauses.retain(|id, _| !finished.iter().any(|it| it.webhook_id == *id));
        let mut asked = self.ask(&tx, &standings, now).await?;
        let jobs = self.claim(tx, &mut asked, Term { node, now, until }).await?;

        shared.meters.settled(finished);
        if gone || finished.iter().any(|it| it.fate == Fate::Failed) {
            shared.trouble.send_replace(());
        }
        let mut board = shared.board();
        board.settled(finished, unsent);
        board.renewed(&expiring, &lost, until);
        board.claimed(jobs, &asked, until, now);
        shared.meters.now(board.flying(), board.claimed_in_all());
        let at_once = more_to_hold || board.has_results();
        let next = standings.iter().filter_map(|it| it.next_at(now)).min();
        let pause = self.pauses.values().min().map_or(Duration::MAX, |it| it.saturating_duration_since(Instant::now()));
        let at_most = if at_once { Duration::ZERO } else { until_due(next, now).min(pause) };
        Ok(Waiting { at_most, gone })
    }

    /// Reads the settings that changed.
    async fn configure(&self, tx: &Tx, standings: &mut [Standing]) -> Result<()> {
        let shared = &self.shared;
        let changed: Vec<i64> = {
            let board = shared.board();
            let changed = standings.iter().filter(|it| board.version(it.webhook_id) != Some(it.updated_at));
            changed.map(|it| it.webhook_id).collect()
        };
        let webhooks: Vec<Webhook> = tx.among(&changed).await?;
        let mut board = shared.board();
        for webhook in &webhooks {
            let target = endpoint::target(webhook, &shared.seal, &shared.settings.user_agent);
            if let Err(why) = &target {
                tracing::warn!(webhook = webhook.id, why, "the endpoint can't be delivered to");
            }
            let limit = usize::try_from(webhook.in_flight).ok().filter(|it| *it > 0);
            let config = Config {
                version: webhook.updated_at.as_microsecond(),
                stale: false,
                target: target.map(Arc::new),
                limit: limit.unwrap_or(shared.settings.per_endpoint).max(1),
                per_second: webhook.per_second.and_then(|it| u32::try_from(it).ok()),
                ordered: webhook.order_by.is_some(),
                any_2xx: webhook.any_2xx,
                disable_on_gone: webhook.disable_on_gone,
                probe: webhook.probe,
                max_attempts: webhook.max_attempts,
                secret_number: webhook.secret_number,
            };
            board.configure(webhook.id, config);
        }
        for it in standings {
            if it.health.failing_since.is_none() && changed.contains(&it.webhook_id) {
                board.begin_anew(it.webhook_id);
            }
            it.known = board.known(it.webhook_id);
        }
        Ok(())
    }

    /// Who is asked for how much: each endpoint that has something due for as much as it has room for, another one first
    /// each time, and live ones of all before replays of any. Of a dead endpoint one delivery is tried, by one node.
    async fn ask(&mut self, tx: &Tx, standings: &[Standing], now: Timestamp) -> Result<Vec<Asked>> {
        let mut due = Vec::new();
        let began = Instant::now();
        self.pauses.retain(|_, until| *until > began);
        for lane in Lane::BOTH {
            let some = standings.iter().filter(|it| it.may_be_claimed(now) && it.is_due(lane, now));
            let some = some.filter(|it| it.state() != State::Dead || it.first() == lane);
            let some = some.filter(|it| !self.pauses.contains_key(&it.webhook_id));
            let mut some: Vec<(i64, Lane)> = some.map(|it| (it.webhook_id, lane)).collect();
            let first = self.first % some.len().max(1);
            some.rotate_left(first);
            due.extend(some);
        }
        if due.is_empty() {
            return Ok(Vec::new());
        }
        self.first = self.first.wrapping_add(1);
        let mut asked = self.shared.board().rooms(&due);
        for it in standings.iter().filter(|it| it.state() == State::Dead) {
            for asked in asked.iter_mut().filter(|asked| asked.webhook_id == it.webhook_id && asked.room > 0) {
                asked.room = usize::from(health::probe(tx, it, now).await?);
                asked.probes = true;
            }
        }
        Ok(asked)
    }

    /// Takes what was asked for, and commits.
    async fn claim(&mut self, tx: Tx, asked: &mut [Asked], term: Term<'_>) -> Result<Vec<Job>> {
        let began = Instant::now();
        let claims = tx.commit_with(async |tx| {
            let claims = asked.iter().map(async |it| {
                let some = claim::claim(tx, it, term).await?;
                Ok::<_, sql::Error>((some, began.elapsed()))
            });
            futures_util::future::try_join_all(claims).await
        });
        let claims: Vec<(Vec<Job>, Duration)> = claims.await?;
        let mut jobs = Vec::new();
        // They are sent at once and answered in turn.
        let mut before = Duration::ZERO;
        for (it, (some, answered)) in asked.iter_mut().zip(claims) {
            let took = answered.saturating_sub(before);
            before = before.max(answered);
            // Nobody need hurry to probe again.
            it.more = some.len() == it.room && !it.probes;
            // A long line was looked through in vain: not every turn of the others is to wait for that.
            if it.ordered && some.is_empty() && took > LONG {
                self.pauses.insert(it.webhook_id, began + (took * 10).min(self.shared.settings.poll));
            }
            jobs.extend(some);
        }
        Ok(jobs)
    }

    /// Others may have room for what this node has not; rarely, since nothing is lost by being late. Or are to send
    /// nothing more to who is gone.
    fn tell_others(&mut self, gone: bool) {
        let told = self.told_others.is_some_and(|it| it.elapsed() < Duration::from_millis(100));
        if !gone && (told || !self.shared.board().behind()) {
            return;
        }
        self.told_others = Some(Instant::now());
        let pool = self.shared.pool.clone();
        tokio::spawn(async move {
            if let Err(why) = pool.notify(CHANNEL).await {
                tracing::debug!(%why, "other nodes could not be told");
            }
        });
    }

    /// The last turn: what did not land may have been sent and goes out again, from here or elsewhere.
    pub async fn finish(&mut self) -> Result<()> {
        let shared = self.shared.clone();
        let (finished, unsent) = shared.board().take_results();
        let node = shared.settings.node.as_str();
        let written = async {
            let tx = shared.pool.begin().await?;
            let marked = settle(&tx, node, &finished, (shared.clock)()).await?;
            erase::after(&tx, &marked).await?;
            claim::hand_back(&tx, &unsent, node).await?;
            let settled: Vec<i64> = finished.iter().map(|it| it.delivery_id).collect();
            let unsent: Vec<i64> = unsent.iter().map(|it| it.delivery_id).collect();
            let mut left = shared.board().claims();
            left.retain(|it| !settled.contains(it) && !unsent.contains(it));
            claim::give_up(&tx, &left, node).await?;
            tx.commit().await
        };
        let written = written.await;
        match written {
            Ok(()) => shared.board().settled(&finished, &unsent),
            Err(_) => shared.board().put_back(finished, unsent),
        }
        written
    }
}

/// Holds what is due for disabled endpoints (WH-4). Answers whether there is more to hold.
async fn hold(tx: &Tx, standings: &[Standing], now: Timestamp) -> Result<bool> {
    let mut more = false;
    for it in standings.iter().filter(|it| !it.enabled && it.has_pending()) {
        more |= claim::hold(tx, it.webhook_id, now).await?;
    }
    Ok(more)
}

fn until_due(due: Option<i64>, now: Timestamp) -> Duration {
    let Some(due) = due.and_then(|it| Timestamp::from_microsecond(it).ok()) else { return Duration::MAX };
    let wait: SignedDuration = due.duration_since(now);
    Duration::try_from(wait).unwrap_or(Duration::ZERO)
}
