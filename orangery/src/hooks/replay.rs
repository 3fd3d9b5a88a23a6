//! Sending again what was sent, and for the first time what was missed. A delivery keeps its id (SEND-4), and its body is the stored one.
//!
//! A replay is a row that says how far it came. It is worked off a few deliveries at a time, each step in a Work of its own, by whoever began it
//! and by the node that holds the office: so a replay of a million is in nobody's way, and goes on after a restart.

mod find;
mod office;
mod select;

use std::time::Duration;

use courier::endpoint::Webhook;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value as Told;
use sql::{Json, params};
use tokio::time::Instant;

use super::sequencer;
use crate::{
    error::{Error, Result},
    house::Orangery,
    tables::{Replay, ReplayStatus, WebhookGap},
    work::{Actor, Work},
};
use find::{Found, Part, Place};

pub use office::run;
pub use select::{Missed, Selection, missed};

/// So far ahead of its pace a replay gives out what is due: whoever cancels it ends it soon, and nothing waits for what is due in hours.
const AHEAD: SignedDuration = SignedDuration::from_secs(60);

/// So many are looked at for one Work, and where they are only counted.
const STEP: i64 = 500;
const COUNTED: i64 = 2_000;

/// What a replay sends, or would send.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sent again, or at last.
    pub replayed: i64,
    /// Addressed for the first time.
    pub created: i64,
    /// Left alone, since they are on their way.
    pub under_way: i64,
    /// Left out, since there is nothing left to send.
    pub erased: i64,
}

/// Replays to the end, or only counts. `per_second` spreads what is sent over time: then this is the beginning, and the office goes on.
pub async fn replay(
    house: &Orangery,
    actor: Actor,
    webhook_id: i64,
    selection: Selection,
    per_second: Option<i64>,
    dry: bool,
) -> Result<Counts> {
    watched(house, actor, webhook_id, selection, per_second, dry, &|_| {}).await
}

/// The same for somebody who wants to hear how far it is.
pub async fn watched(
    house: &Orangery,
    actor: Actor,
    webhook_id: i64,
    selection: Selection,
    per_second: Option<i64>,
    dry: bool,
    told: &(dyn Fn(Counts) + Sync),
) -> Result<Counts> {
    if dry {
        return count_all(house, webhook_id, selection).await;
    }
    let mut replay = begin(house, actor, webhook_id, selection, per_second).await?;
    while replay.may_go_on(house.now()) {
        replay = step(house, &replay).await?;
        told(replay.counts());
    }
    match replay.status {
        ReplayStatus::Stopped | ReplayStatus::Cancelled => Err(Error::refused(replay.why.unwrap_or_default())),
        ReplayStatus::Running | ReplayStatus::Done => Ok(replay.counts()),
    }
}

/// What a selection comes to. Nothing is sent.
pub async fn count_all(house: &Orangery, webhook_id: i64, selection: Selection) -> Result<Counts> {
    sequencer::number_now(&house.pool).await?;
    let tx = house.pool.read().await?;
    let row: Webhook = tx.find(webhook_id).await?;
    let parts = select::parts(&tx, &row, selection).await?;
    drop(tx);
    count(house, webhook_id, &parts, Place::default()).await
}

/// The same of parts, the first of them from a place on.
async fn count(house: &Orangery, webhook_id: i64, parts: &[Part], mut place: Place) -> Result<Counts> {
    let mut counts = Counts::default();
    for part in parts {
        loop {
            let (found, next) = find::find(&house.pool.read().await?, webhook_id, part, place, COUNTED).await?;
            counts.add(&found);
            let Some(next) = next else { break };
            place = next;
        }
        place = Place::default();
    }
    Ok(counts)
}

/// Writes a replay down: from then on it is worked off, whatever becomes of who asked for it.
pub async fn begin(
    house: &Orangery,
    actor: Actor,
    webhook_id: i64,
    selection: Selection,
    per_second: Option<i64>,
) -> Result<Replay> {
    sequencer::number_now(&house.pool).await?;
    let tx = house.pool.read().await?;
    let row: Webhook = tx.find(webhook_id).await?;
    let selection_told = selection.told();
    let parts = select::parts(&tx, &row, selection).await?;
    drop(tx);
    let act = async move |work: &mut Work| write_down(work, webhook_id, selection_told, parts, per_second).await;
    house.write(actor, act).await
}

async fn write_down(
    work: &mut Work,
    webhook_id: i64,
    selection: Told,
    parts: Vec<Part>,
    per_second: Option<i64>,
) -> Result<Replay> {
    let row: Webhook = work.tx.lock(webhook_id).await?;
    if !row.enabled {
        return Err(disabled(&row));
    }
    let mut replay = Replay {
        id: 0,
        webhook_id,
        selection: Json(selection),
        parts: Json(serde_json::to_value(&parts).unwrap_or_default()),
        part: 0,
        place: 0,
        place_id: 0,
        per_second,
        next_due_at: None,
        status: ReplayStatus::Running,
        why: None,
        total: None,
        replayed: 0,
        created: 0,
        under_way: 0,
        erased: 0,
        actor_id: work.actor.user_id,
        created_at: work.now,
        finished_at: None,
    };
    work.insert(&mut replay).await?;
    Ok(replay)
}

pub(super) fn disabled(row: &Webhook) -> Error {
    Error::refused(why_disabled(row.id))
}

fn why_disabled(webhook_id: i64) -> String {
    format!("The web hook {webhook_id} is disabled: enable it first, then what it is sent can arrive")
}

/// Takes steps until the replay is done, is ahead of its pace, or there is no time left.
pub async fn go_on(house: &Orangery, mut replay: Replay, time: Option<Duration>) -> Result<Replay> {
    let until = time.map(|it| Instant::now() + it);
    while replay.may_go_on(house.now()) && until.is_none_or(|it| Instant::now() < it) {
        replay = step(house, &replay).await?;
    }
    Ok(replay)
}

/// Sends a few, and answers how the replay stands then: another may have taken the step meanwhile.
async fn step(house: &Orangery, seen: &Replay) -> Result<Replay> {
    let most = seen.per_second.map_or(STEP, |it| STEP.min(it.saturating_mul(AHEAD.as_secs())));
    let parts = seen.parts()?;
    let mut at = Cursor { part: seen.part, place: Place { at: seen.place, id: seen.place_id } };
    let mut found = Vec::new();
    // What has nothing to send costs no Work, so some of it is passed over at once.
    for _ in 0..20 {
        let Some(part) = usize::try_from(at.part).ok().and_then(|it| parts.get(it)) else { break };
        let (some, next) = find::find(&house.pool.read().await?, seen.webhook_id, part, at.place, most).await?;
        at = match next {
            Some(place) => Cursor { place, ..at },
            None => Cursor { part: at.part + 1, place: Place::default() },
        };
        found = some;
        if !found.is_empty() || next.is_none() {
            break;
        }
    }
    let done = at.part >= parts.len() as i64;
    let worked_off = usize::try_from(seen.part).ok().and_then(|it| parts.get(it)).filter(|_| at.part > seen.part);
    let gap = worked_off.and_then(|part| match part {
        Part::Entries(range) => range.gap.map(|id| Walked { id, to: range.to }),
        Part::Deliveries(_) | Part::Failed | Part::Held | Part::Candidate(_) => None,
    });
    let step = Step { due: Due::of(&found, seen, house.now()), counts: Counts::of(&found), at, done, gap };
    let seen = seen.clone();
    house.write(office::actor(&seen), async move |work| step.write(work, &seen).await).await
}

/// How far a replay came.
#[derive(Debug, Clone, Copy)]
struct Cursor {
    part: i64,
    place: Place,
}

/// A row of `webhook_gaps`, and up to where it was walked through.
#[derive(Clone, Copy)]
struct Walked {
    id: i64,
    to: i64,
}

/// The ids of deliveries, or of entries, each with the time when they are due.
#[derive(Clone, Default)]
struct Due {
    again: Vec<(Timestamp, Vec<i64>)>,
    new: Vec<(Timestamp, Vec<i64>)>,
    /// The entries of all of them.
    entries: Vec<i64>,
    /// When the one after them is due, where there is a pace.
    next: Option<Timestamp>,
}

impl Due {
    /// Where nobody went on for a while what was left out is not caught up with: the pace is kept from now on.
    fn of(found: &[Found], seen: &Replay, now: Timestamp) -> Self {
        let mut due = Self::default();
        let from = match seen.per_second {
            Some(_) => seen.next_due_at.map_or(now, |it| it.max(now)),
            None => seen.created_at,
        };
        let sendable = found.iter().filter(|it| !it.erased && !it.is_pending());
        for (n, it) in (0..).zip(sendable) {
            let seconds = seen.per_second.map_or(0, |it| n / it);
            let at = from + SignedDuration::from_secs(seconds);
            due.entries.push(it.journal_id);
            let (groups, id) = match it.delivery {
                Some((id, _)) => (&mut due.again, id),
                None => (&mut due.new, it.journal_id),
            };
            match groups.last_mut() {
                Some((last, ids)) if *last == at => ids.push(id),
                _ => groups.push((at, vec![id])),
            }
        }
        let sent = due.entries.len() as i64;
        due.next = seen.per_second.map(|it| from + SignedDuration::from_micros(sent * 1_000_000 / it));
        due
    }
}

/// What one Work of a replay does.
#[derive(Clone)]
struct Step {
    due: Due,
    counts: Counts,
    /// Where it comes to.
    at: Cursor,
    done: bool,
    /// What was missed while the endpoint was disabled once is missed no more.
    gap: Option<Walked>,
}

impl Step {
    async fn write(self, work: &mut Work, seen: &Replay) -> Result<Replay> {
        let row: Webhook = work.tx.lock(seen.webhook_id).await?;
        let mut replay: Replay = work.tx.lock(seen.id).await?;
        let moved = (replay.part, replay.place, replay.place_id) != (seen.part, seen.place, seen.place_id);
        if replay.status != ReplayStatus::Running || moved {
            return Ok(replay);
        }
        if !row.enabled {
            (replay.status, replay.why) = (ReplayStatus::Stopped, Some(why_disabled(row.id)));
            replay.finished_at = Some(work.now);
            work.tx.update(&replay).await?;
            return Ok(replay);
        }
        replay.next_due_at = self.due.next;
        send(work, row.id, self.due).await?;
        let Counts { replayed, created, under_way, erased } = self.counts;
        replay.replayed += replayed;
        replay.created += created;
        replay.under_way += under_way;
        replay.erased += erased;
        (replay.part, replay.place, replay.place_id) = (self.at.part, self.at.place.at, self.at.place.id);
        if self.done {
            (replay.status, replay.finished_at) = (ReplayStatus::Done, Some(work.now));
            replay.total = Some(replay.replayed + replay.created);
        }
        if let Some(Walked { id, to }) = self.gap {
            // On PostgreSQL it may reach beyond what was numbered when the replay began: that is still missed.
            let rest = "update webhook_gaps set after_seq = $2 where id = $1 and until_seq > $2";
            work.tx.execute(rest, params![id, to]).await?;
            work.tx.delete_where::<WebhookGap>("where id = $1 and until_seq <= $2", params![id, to]).await?;
        }
        // How it goes on is no change that the audit log tells of.
        work.tx.update(&replay).await?;
        work.deliver();
        Ok(replay)
    }
}

async fn send(work: &Work, webhook_id: i64, due: Due) -> Result<()> {
    hold(work, &due).await?;
    for (due, ids) in due.again {
        let sql = "update deliveries set status = 'pending', replay = $3, attempts = 0, due_at = $2, node = null, lease_until = null, \
                   finished_at = null, order_key = (select \
                   case w.order_by when 'candidate' then j.candidate_id when 'application' then j.application_id end \
                   from journal j cross join webhooks w where j.id = deliveries.journal_id and w.id = deliveries.webhook_id) \
                   where id {any:$1} and status <> 'pending' and exists (select 1 from journal j where j.id = deliveries.journal_id \
                   and j.body is not null and (not j.erase or deliveries.status = 'held'))";
        work.tx.execute(sql, params![ids, due, true]).await?;
    }
    for (due, ids) in due.new {
        let sql = "insert into deliveries \
                   (webhook_id, journal_id, action, order_key, status, attempts, due_at, replay, created_at) \
                   select w.id, j.id, j.action, \
                   case w.order_by when 'candidate' then j.candidate_id when 'application' then j.application_id end, \
                   'pending', 0, $3, $4, $5 from journal j cross join webhooks w where j.id {any:$2} and w.id = $1 \
                   and j.body is not null and not j.erase \
                   order by j.id \
                   on conflict (webhook_id, journal_id) do nothing";
        work.tx.execute(sql, params![webhook_id, ids, due, true, work.now]).await?;
    }
    Ok(())
}

/// Until this Work ends nobody erases or removes what it sends; what was, it does not send.
async fn hold(work: &Work, due: &Due) -> Result<()> {
    let again: Vec<i64> = due.again.iter().flat_map(|(_, ids)| ids).copied().collect();
    work.tx.rows("select id from deliveries where id {any:$1} order by id {for update}", params![again]).await?;
    work.tx.rows("select id from journal where id {any:$1} order by id {for update}", params![due.entries]).await?;
    Ok(())
}

/// Ends a replay before it is done. What it has sent so far stays due.
pub async fn cancel(work: &mut Work, id: i64) -> Result<Replay> {
    let before: Replay = work.tx.lock(id).await?;
    if before.status != ReplayStatus::Running {
        return Err(Error::refused(format!("The replay {id} is over")));
    }
    let mut after = before.clone();
    (after.status, after.finished_at) = (ReplayStatus::Cancelled, Some(work.now));
    after.why = Some("Cancelled by hand".to_owned());
    work.update(&before, &after).await?;
    Ok(after)
}

impl Counts {
    fn of(found: &[Found]) -> Self {
        let mut counts = Self::default();
        counts.add(found);
        counts
    }

    fn add(&mut self, found: &[Found]) {
        for it in found {
            *match (it.erased, it.delivery) {
                (true, _) => &mut self.erased,
                (false, Some((_, true))) => &mut self.under_way,
                (false, Some((_, false))) => &mut self.replayed,
                (false, None) => &mut self.created,
            } += 1;
        }
    }
}

impl Replay {
    /// Whether there is a step to take now.
    fn may_go_on(&self, now: Timestamp) -> bool {
        self.status == ReplayStatus::Running && self.next_due_at.is_none_or(|it| it <= now + AHEAD)
    }

    pub fn counts(&self) -> Counts {
        let Self { replayed, created, under_way, erased, .. } = *self;
        Counts { replayed, created, under_way, erased }
    }

    fn parts(&self) -> Result<Vec<Part>> {
        let read = serde_json::from_value(self.parts.0.clone());
        read.map_err(|why| Error::Database(sql::Error::Database(format!("the parts of replay {}: {why}", self.id))))
    }
}
