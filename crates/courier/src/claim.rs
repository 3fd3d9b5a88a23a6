//! Taking what is due: the statements of a claim, of leases and of handing back.
//!
//! A delivery in flight carries its node's name, and its lease stands in `due_at` too. So a lease that runs out needs
//! nobody to notice: the delivery is simply due again, and whoever claims it sees by the name that an attempt was
//! broken off. Such an attempt does not count towards the endpoint's maximum.

use bytes::Bytes;
use jiff::Timestamp;
use sql::{Result, Row, Tx, params};

/// A delivery that is ours to try.
pub struct Job {
    pub delivery_id: i64,
    pub attempt_id: i64,
    pub webhook_id: i64,
    pub number: i64,
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
    pub attempt_id: i64,
    pub webhook_id: i64,
}

impl Job {
    pub fn size(&self) -> usize {
        self.body.as_ref().map_or(0, Bytes::len)
    }

    pub fn unsent(&self) -> Unsent {
        Unsent { delivery_id: self.delivery_id, attempt_id: self.attempt_id, webhook_id: self.webhook_id }
    }
}

/// How an endpoint stands: one seek into the index for each.
pub struct Standing {
    pub webhook_id: i64,
    pub updated_at: i64,
    pub enabled: bool,
    /// Of its earliest delivery, or the end of a lease.
    pub due_at: Option<i64>,
}

pub async fn standings(tx: &Tx) -> Result<Vec<Standing>> {
    let sql = "select w.id, w.updated_at, w.enabled,
            (select d.due_at from deliveries d where d.webhook_id = w.id and d.due_at is not null
                order by d.due_at limit 1)
        from webhooks w order by w.id";
    let rows = tx.rows(sql, &[]).await?;
    rows.iter().map(standing).collect()
}

fn standing(row: &Row) -> Result<Standing> {
    Ok(Standing { webhook_id: row.get(0)?, updated_at: row.get(1)?, enabled: row.get(2)?, due_at: row.get(3)? })
}

/// The first due deliveries of one endpoint, which others pass over from now on. `take` makes them ours.
pub async fn due(tx: &Tx, webhook_id: i64, limit: usize, now: Timestamp) -> Result<Vec<Job>> {
    let sql = "select d.id, d.attempts, d.replay, d.node, j.test, j.body
        from (select id, journal_id, attempts, replay, node, due_at from deliveries
                where webhook_id = $1 and due_at is not null and due_at <= $2
                order by due_at, id limit $3 {skip locked}) d
            join journal j on j.id = d.journal_id
        order by d.due_at, d.id";
    let rows = tx.rows(sql, params![webhook_id, now, limit as i64]).await?;
    rows.iter().map(|row| job(row, webhook_id)).collect()
}

fn job(row: &Row, webhook_id: i64) -> Result<Job> {
    let node: Option<String> = row.get(3)?;
    let broken_off = node.is_some();
    Ok(Job {
        delivery_id: row.get(0)?,
        attempt_id: 0,
        webhook_id,
        number: row.get::<i64>(1)? + i64::from(!broken_off),
        replay: row.get(2)?,
        test: row.get(4)?,
        body: row.get::<Option<String>>(5)?.map(Bytes::from),
        broken_off,
    })
}

/// Leases the jobs and writes their attempts, before anything is sent.
pub async fn take(tx: &Tx, jobs: &mut [Job], node: &str, now: Timestamp, until: Timestamp) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    let ids: Vec<i64> = jobs.iter().map(|it| it.delivery_id).collect();
    let broken_off: Vec<i64> = jobs.iter().filter(|it| it.broken_off).map(|it| it.delivery_id).collect();
    if !broken_off.is_empty() {
        let sql = "update attempts set finished_at = $2, error = 'broken off: the server stopped'
            where delivery_id {any:$1} and finished_at is null";
        tx.execute(sql, params![broken_off, now]).await?;
    }
    let lease = "update deliveries set node = $2, lease_until = $3, due_at = $3,
            attempts = attempts + case when node is null then 1 else 0 end
        where id {any:$1}";
    tx.execute(lease, params![ids, node, until]).await?;
    let write = "insert into attempts (delivery_id, number, replay, started_at)
        select id, attempts, replay, cast($2 as bigint) from deliveries where id {any:$1}
        returning id, delivery_id";
    let written = tx.rows(write, params![ids, now]).await?;
    let attempts: Result<std::collections::HashMap<i64, i64>> =
        written.iter().map(|row| Ok((row.get(1)?, row.get(0)?))).collect();
    let attempts = attempts?;
    for job in jobs {
        job.attempt_id = attempts.get(&job.delivery_id).copied().unwrap_or_default();
    }
    Ok(())
}

/// Keeps others from taking what is still in flight.
pub async fn renew(tx: &Tx, ids: &[i64], node: &str, until: Timestamp) -> Result<()> {
    if !ids.is_empty() {
        let sql = "update deliveries set lease_until = $3, due_at = $3 where id {any:$1} and node = $2";
        tx.execute(sql, params![ids, node, until]).await?;
    }
    Ok(())
}

/// Puts claims back as if they had never been made.
pub async fn hand_back(tx: &Tx, unsent: &[Unsent], node: &str) -> Result<()> {
    if unsent.is_empty() {
        return Ok(());
    }
    let (deliveries, attempts): (Vec<i64>, Vec<i64>) = unsent.iter().map(|it| (it.delivery_id, it.attempt_id)).unzip();
    let release = "update deliveries
        set attempts = attempts - 1, node = null, lease_until = null, due_at = created_at
        where id {any:$1} and node = $2";
    tx.execute(release, params![deliveries, node]).await?;
    tx.execute("delete from attempts where id {any:$1}", params![attempts]).await?;
    Ok(())
}

/// Ends the leases of what may have been sent: it is due at once, in its old place, for anybody.
pub async fn give_up(tx: &Tx, ids: &[i64], node: &str) -> Result<()> {
    if !ids.is_empty() {
        let sql = "update deliveries set due_at = created_at, lease_until = created_at where id {any:$1} and node = $2";
        tx.execute(sql, params![ids, node]).await?;
    }
    Ok(())
}

/// Ends the leases that this node held when it stopped without a word. What is leased for longer than a lease lasts,
/// and what has run out, needs no help.
pub async fn recover(tx: &Tx, node: &str, now: Timestamp, until: Timestamp) -> Result<u64> {
    let sql = "update deliveries set due_at = created_at, lease_until = created_at
        where webhook_id = $1 and due_at is not null and due_at > $2 and due_at <= $3 and node = $4";
    let mut recovered = 0;
    for it in standings(tx).await?.iter().filter(|it| it.due_at.is_some()) {
        recovered += tx.execute(sql, params![it.webhook_id, now, until, node]).await?;
    }
    Ok(recovered)
}

/// Holds what is pending for a disabled endpoint, some at a time (WH-4). Answers whether there may be more.
pub async fn hold(tx: &Tx, webhook_id: i64, now: Timestamp) -> Result<bool> {
    const STEP: u64 = 500;
    let sql = "update deliveries set status = 'held', due_at = null, node = null, lease_until = null
        where id in (select id from deliveries
            where webhook_id = $1 and due_at is not null and (node is null or due_at <= $2)
            order by due_at, id limit 500 {skip locked})";
    Ok(tx.execute(sql, params![webhook_id, now]).await? >= STEP)
}
