//! Taking what is due: the statements of a claim, of leases and of handing back.
//!
//! A delivery in flight carries its node's name, and its lease stands in `due_at` too. So a lease that runs out needs
//! nobody to notice: the delivery is simply due again, and whoever claims it sees by the name that an attempt was
//! broken off, and writes it down. Such an attempt does not count towards the endpoint's maximum.

use std::collections::HashSet;

use bytes::Bytes;
use jiff::Timestamp;
use sql::{Dialect, Result, Row, Tx, params};

use crate::{
    desk::{Known, Lane, State},
    health::Health,
    share::Asked,
};

/// A delivery that is ours to try.
pub struct Job {
    pub delivery_id: i64,
    pub webhook_id: i64,
    pub number: i64,
    /// Since when it was due.
    pub due: Timestamp,
    pub replay: bool,
    pub test: bool,
    /// `None` once erased.
    pub body: Option<Bytes>,
    broken_off: bool,
}

/// A claim that is to be handed back, since nothing was sent of it.
#[derive(Debug, Clone, Copy)]
pub struct Unsent {
    pub delivery_id: i64,
    pub webhook_id: i64,
}

impl Job {
    pub fn size(&self) -> usize {
        self.body.as_ref().map_or(0, Bytes::len)
    }

    pub fn unsent(&self) -> Unsent {
        Unsent { delivery_id: self.delivery_id, webhook_id: self.webhook_id }
    }
}

/// How an endpoint stands: two seeks into the index for each.
pub struct Standing {
    pub webhook_id: i64,
    pub updated_at: i64,
    pub enabled: bool,
    /// Of its earliest live delivery and its earliest replay, or the end of a lease.
    pub due_at: [Option<i64>; 2],
    pub health: Health,
    /// Once the settings are read.
    pub known: Option<Known>,
}

impl Standing {
    pub fn is_due(&self, lane: Lane, now: Timestamp) -> bool {
        self.due_at[lane as usize].is_some_and(|it| it <= now.as_microsecond())
    }

    /// Which of its lanes comes first.
    pub fn first(&self) -> Lane {
        let [live, replay] = self.due_at.map(|it| it.unwrap_or(i64::MAX));
        if replay < live { Lane::Replay } else { Lane::Live }
    }

    /// When something of it may be claimed that may not be yet.
    pub fn next_at(&self, now: Timestamp) -> Option<i64> {
        let now = now.as_microsecond();
        let probe_at = self.health.probe_at.map_or(0, Timestamp::as_microsecond);
        let from = match self.state() {
            State::Shut => return None,
            State::Dead => probe_at,
            State::Open => 0,
        };
        self.due_at.iter().flatten().map(|it| *it.max(&from)).filter(|it| *it > now).min()
    }

    pub fn may_be_claimed(&self, now: Timestamp) -> bool {
        match self.state() {
            State::Shut => false,
            State::Dead => self.health.probe_at.is_none_or(|it| it <= now),
            State::Open => true,
        }
    }

    pub fn has_pending(&self) -> bool {
        self.due_at.iter().any(Option::is_some)
    }
}

pub async fn standings(tx: &Tx) -> Result<Vec<Standing>> {
    let sql = "select w.id, w.updated_at, w.enabled,
            (select d.due_at from deliveries d where d.webhook_id = w.id and d.replay = false and d.due_at is not null
                order by d.due_at limit 1),
            (select d.due_at from deliveries d where d.webhook_id = w.id and d.replay = true and d.due_at is not null
                order by d.due_at limit 1),
            h.id is not null, h.failing_since, h.gone_at, h.probe_at
        from webhooks w left join webhook_health h on h.webhook_id = w.id order by w.id";
    let rows = tx.rows(sql, &[]).await?;
    rows.iter().map(standing).collect()
}

fn standing(row: &Row) -> Result<Standing> {
    let due_at = [row.get(3)?, row.get(4)?];
    let health = Health { known: row.get(5)?, failing_since: row.get(6)?, gone_at: row.get(7)?, probe_at: row.get(8)? };
    let (webhook_id, updated_at, enabled) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(Standing { webhook_id, updated_at, enabled, due_at, health, known: None })
}

/// Who takes, from when on, and until when it is theirs.
#[derive(Clone, Copy)]
pub struct Term<'a> {
    pub node: &'a str,
    pub now: Timestamp,
    pub until: Timestamp,
}

/// The first due deliveries of an endpoint and lane: `$1` and `$4`, by `$2`, at most `$3`.
const ANY: &str = "select id, journal_id, attempts, replay, node, due_at, lease_until from deliveries
    where webhook_id = $1 and replay = $4 and due_at is not null and due_at <= $2
    order by due_at, id limit $3 {skip locked}";

/// Whoever is settled in this transaction is pending no more: the next in line may go at once. A live one waits for
/// no replay that is spread over time and has not begun.
const NEXT_IN_LINE: &str = "select id, journal_id, attempts, replay, node, due_at, lease_until from deliveries o
    where webhook_id = $1 and replay = $4 and due_at is not null and due_at <= $2
        and (order_key is null or not exists (select 1 from deliveries e
            where e.webhook_id = $1 and e.order_key is not null and e.order_key = o.order_key
                and e.due_at is not null and e.id < o.id
                and ($4 or not e.replay or e.due_at <= $2 or e.node is not null or e.attempts > 0)))
    order by due_at, id limit $3 {skip locked}";

/// Takes the first due deliveries of one endpoint and lane, and writes down which of them somebody broke off: nobody
/// wrote down when those began; they were under way when their lease was last renewed. One statement on PostgreSQL, so
/// that COMMIT can travel with it.
pub async fn claim(tx: &Tx, asked: &Asked, term: Term<'_>) -> Result<Vec<Job>> {
    if asked.room == 0 {
        return Ok(Vec::new());
    }
    let due = if asked.ordered { NEXT_IN_LINE } else { ANY };
    let replay = asked.lane == Lane::Replay;
    let rows = match tx.dialect() {
        Dialect::Postgres => {
            let sql = format!(
                "with due as ({due}),
                broken as (insert into attempts (delivery_id, number, replay, started_at, finished_at, error)
                    select id, attempts, replay, coalesce(lease_until, due_at) - ($6 - $2), $2, '{BROKEN_OFF}'
                    from due where node is not null),
                taken as (update deliveries set node = $5, lease_until = $6, due_at = $6,
                        attempts = attempts + case when node is null then 1 else 0 end
                    where id = any(array(select id from due)))
                select d.id, d.attempts, d.replay, d.node, d.due_at, j.test, j.body
                from due d join journal j on j.id = d.journal_id"
            );
            let room = asked.room as i64;
            tx.rows(&sql, params![asked.webhook_id, term.now, room, replay, term.node, term.until]).await?
        }
        Dialect::Sqlite => {
            let sql = format!(
                "select d.id, d.attempts, d.replay, d.node, d.due_at, j.test, j.body
                from ({due}) d join journal j on j.id = d.journal_id"
            );
            tx.rows(&sql, params![asked.webhook_id, term.now, asked.room as i64, replay]).await?
        }
    };
    let mut jobs: Vec<Job> = rows.iter().map(|row| job(row, asked.webhook_id)).collect::<Result<_>>()?;
    if tx.dialect() == Dialect::Sqlite {
        take(tx, &jobs, term).await?;
    }
    jobs.sort_unstable_by_key(|it| (it.due, it.delivery_id));
    Ok(jobs)
}

const BROKEN_OFF: &str = "broken off: the server stopped";

fn job(row: &Row, webhook_id: i64) -> Result<Job> {
    let node: Option<String> = row.get(3)?;
    let broken_off = node.is_some();
    Ok(Job {
        delivery_id: row.get(0)?,
        webhook_id,
        number: row.get::<i64>(1)? + i64::from(!broken_off),
        due: row.get(4)?,
        replay: row.get(2)?,
        test: row.get(5)?,
        body: row.get::<Option<String>>(6)?.map(Bytes::from),
        broken_off,
    })
}

async fn take(tx: &Tx, jobs: &[Job], term: Term<'_>) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let broken_off: Vec<i64> = jobs.iter().filter(|it| it.broken_off).map(|it| it.delivery_id).collect();
    if !broken_off.is_empty() {
        let sql = format!(
            "insert into attempts (delivery_id, number, replay, started_at, finished_at, error)
            select id, attempts, replay, coalesce(lease_until, due_at) - ($3 - $2), $2, '{BROKEN_OFF}'
            from deliveries where id {{any:$1}}"
        );
        tx.execute(&sql, params![broken_off, term.now, term.until]).await?;
    }
    let ids: Vec<i64> = jobs.iter().map(|it| it.delivery_id).collect();
    let lease = "update deliveries set node = $2, lease_until = $3, due_at = $3,
            attempts = attempts + case when node is null then 1 else 0 end
        where id {any:$1}";
    tx.execute(lease, params![ids, term.node, term.until]).await?;
    Ok(())
}

/// Keeps others from taking what is still in flight. Answers what they have taken nevertheless.
pub async fn renew(tx: &Tx, ids: &[i64], node: &str, until: Timestamp) -> Result<HashSet<i64>> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = "update deliveries set lease_until = $3, due_at = $3 where id {any:$1} and node = $2";
    if tx.execute(sql, params![ids, node, until]).await? == ids.len() as u64 {
        return Ok(HashSet::new());
    }
    let ours = tx.rows("select id from deliveries where id {any:$1} and node = $2", params![ids, node]).await?;
    let ours: HashSet<i64> = ours.iter().map(|row| row.get(0)).collect::<Result<_>>()?;
    Ok(ids.iter().copied().filter(|it| !ours.contains(it)).collect())
}

/// Puts claims back as if they had never been made.
pub async fn hand_back(tx: &Tx, unsent: &[Unsent], node: &str) -> Result<()> {
    if unsent.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = unsent.iter().map(|it| it.delivery_id).collect();
    let sql = "update deliveries set attempts = attempts - 1, node = null, lease_until = null, due_at = created_at
        where id {any:$1} and node = $2";
    tx.execute(sql, params![ids, node]).await?;
    Ok(())
}

/// Ends the leases of what may have been sent: it is due at once, in its old place, for anybody.
pub async fn give_up(tx: &Tx, ids: &[i64], node: &str) -> Result<()> {
    if !ids.is_empty() {
        let sql = "update deliveries set due_at = created_at where id {any:$1} and node = $2";
        tx.execute(sql, params![ids, node]).await?;
    }
    Ok(())
}

/// Ends the leases that this node held when it stopped without a word. What is leased for longer than a lease lasts,
/// and what has run out, needs no help.
pub async fn recover(tx: &Tx, node: &str, now: Timestamp, until: Timestamp) -> Result<u64> {
    let sql = "update deliveries set due_at = created_at
        where webhook_id = $1 and replay = $5 and due_at is not null and due_at > $2 and due_at <= $3 and node = $4";
    let mut recovered = 0;
    for it in standings(tx).await? {
        for lane in Lane::BOTH.into_iter().filter(|lane| it.due_at[*lane as usize].is_some()) {
            let params = params![it.webhook_id, now, until, node, lane == Lane::Replay];
            recovered += tx.execute(sql, params).await?;
        }
    }
    Ok(recovered)
}

/// Holds what is pending for a disabled endpoint, some at a time (WH-4). Answers whether there may be more.
pub async fn hold(tx: &Tx, webhook_id: i64, now: Timestamp) -> Result<bool> {
    const STEP: u64 = 500;
    let sql = "update deliveries set status = 'held', due_at = null, node = null, lease_until = null
        where id in (select id from deliveries
            where webhook_id = $1 and due_at is not null and (node is null or due_at <= $2)
            order by replay, due_at, id limit 500 {skip locked})";
    Ok(tx.execute(sql, params![webhook_id, now]).await? >= STEP)
}
