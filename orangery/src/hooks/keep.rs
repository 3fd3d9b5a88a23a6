//! What is kept for how long: the journal with its bodies and deliveries, and the log of attempts. What is older goes in small steps, on one
//! node at a time, an hour after the other.
//!
//! Entries go in the order of their ids. One that is still to be delivered stays until that is done; what follows it goes all the same, so that
//! `journal_head.oldest` tells from where on the journal is whole. What was held all that time goes, which the log tells, and
//! a notice. What only says something of what is gone goes with it: replays that are over, gaps, and what requests looked like.

use std::{
    collections::{BTreeMap, HashSet},
    time::{Duration, Instant},
};

use courier::tables::{HELD, PENDING};
use jiff::{SignedDuration, Timestamp};
use sql::{Tx, params};
use tokio::task::JoinHandle;

use super::{journal, sequencer};
use crate::{
    domain::trouble,
    error::{Error, Result},
    house::Orangery,
    tables::Door,
    work::Actor,
};

/// For how long; `None` is for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    pub bodies: Option<Duration>,
    pub attempts: Option<Duration>,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Default for Keep {
    fn default() -> Self {
        Self { bodies: Some(90 * DAY), attempts: Some(30 * DAY) }
    }
}

/// What a run removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removed {
    pub entries: u64,
    pub attempts: u64,
    /// Deliveries that were held until they were too old.
    pub held: u64,
}

/// How often; the first time a little after the start.
const OFTEN: Duration = Duration::from_secs(60 * 60);
const AT_FIRST: Duration = Duration::from_secs(90);

/// So many entries, or attempts, go in one transaction: others wait no longer than for one of these.
const ENTRIES: i64 = 100;
const ATTEMPTS: i64 = 500;

/// Removes what is too old, until the task is aborted.
pub fn run(house: Orangery, keep: Keep) -> JoinHandle<()> {
    tokio::spawn(async move {
        tokio::time::sleep(AT_FIRST).await;
        loop {
            match remove(&house, keep).await {
                Ok(removed) if removed != Removed::default() => tracing::info!(?removed, "what was too old is gone"),
                Ok(_) => {}
                Err(why) => tracing::warn!(%why, "what is too old could not be removed"),
            }
            tokio::time::sleep(OFTEN).await;
        }
    })
}

/// Removes what is too old now. Nothing, while another node does.
pub async fn remove(house: &Orangery, keep: Keep) -> Result<Removed> {
    let mut removed = Removed::default();
    let Some(_turn) = house.pool.lock_name("keep").await? else { return Ok(removed) };
    if let Some(before) = keep.attempts.and_then(|it| cut(house.now(), it)) {
        removed.attempts = attempts(house, before).await?;
        calls(house, before).await?;
    }
    if let Some(before) = keep.bodies.and_then(|it| cut(house.now(), it)) {
        sequencer::number_now(&house.pool).await?;
        strays(house).await?;
        entries(house, before, &mut removed).await?;
        replays(house, before).await?;
    }
    metrics::counter!("orangery_journal_removed_total").increment(removed.entries);
    metrics::counter!("orangery_attempts_removed_total").increment(removed.attempts);
    Ok(removed)
}

fn cut(now: Timestamp, kept: Duration) -> Option<Timestamp> {
    now.checked_sub(SignedDuration::try_from(kept).ok()?).ok()
}

/// Others get as much of the database as a step took.
pub(super) async fn rest(since: Instant) {
    tokio::time::sleep(since.elapsed().clamp(Duration::from_millis(2), Duration::from_secs(1))).await;
}

/// Attempts are numbered nearly in the order of their times: a page without an old one is the last.
async fn attempts(house: &Orangery, before: Timestamp) -> Result<u64> {
    let (mut after, mut removed) = (0, 0);
    loop {
        let begun = Instant::now();
        let page = page(&house.pool.read().await?, "attempts", "started_at", after, ATTEMPTS).await?;
        let old = page.iter().any(|it| it.at < before);
        let Some(last) = page.last().filter(|_| old) else { return Ok(removed) };
        let tx = house.pool.begin().await?;
        let gone = "delete from attempts where id > $1 and id <= $2 and started_at < $3";
        removed += tx.execute(gone, params![after, last.id, before]).await?;
        tx.commit().await?;
        after = last.id;
        rest(begun).await;
    }
}

/// An attempt began this long at most after the settings that it was made with were changed.
const LATE: SignedDuration = SignedDuration::from_hours(24);

/// What requests looked like that no kept attempt can have been: there is a later one from before the oldest attempt.
async fn calls(house: &Orangery, before: Timestamp) -> Result<()> {
    let gone = "delete from webhook_calls where id in (select c.id from webhook_calls c where exists (
        select 1 from webhook_calls n where n.webhook_id = c.webhook_id and n.since > c.since and n.since < $1))";
    let tx = house.pool.begin().await?;
    tx.execute(gone, params![before - LATE]).await?;
    Ok(tx.commit().await?)
}

/// Replays that are over, and gaps of which nothing is left.
async fn replays(house: &Orangery, before: Timestamp) -> Result<()> {
    let tx = house.pool.begin().await?;
    tx.execute("delete from replays where finished_at is not null and finished_at < $1", params![before]).await?;
    tx.execute("delete from webhook_gaps where until_seq < (select oldest from journal_head)", &[]).await?;
    Ok(tx.commit().await?)
}

fn actor() -> Actor {
    Actor { user_id: None, api_key_id: None, door: Door::Timer, request: "keep".to_owned() }
}

/// A row, as far as it matters here.
struct Aged {
    id: i64,
    at: Timestamp,
}

async fn page(tx: &Tx, table: &str, column: &str, after: i64, limit: i64) -> Result<Vec<Aged>> {
    let sql = format!("select id, {column} from {table} where id > $1 order by id limit $2");
    let rows = tx.rows(&sql, params![after, limit]).await?;
    Ok(rows.iter().map(|row| Ok(Aged { id: row.get(0)?, at: row.get(1)? })).collect::<sql::Result<_>>()?)
}

async fn entries(house: &Orangery, before: Timestamp, removed: &mut Removed) -> Result<()> {
    let mut after = 0;
    let mut held = BTreeMap::new();
    loop {
        let begun = Instant::now();
        let page = page(&house.pool.read().await?, "journal", "happened_at", after, ENTRIES).await?;
        let old: Vec<i64> = page.iter().filter(|it| it.at < before).map(|it| it.id).collect();
        let Some(last) = page.last().filter(|_| !old.is_empty()) else { break };
        after = last.id;
        removed.entries += forget_patiently(house, &old, &mut held).await?;
        rest(begun).await;
    }
    for (webhook_id, count) in held {
        tracing::warn!(webhook = webhook_id, count, "deliveries that were held for too long were removed unsent");
        removed.held += count;
        house.write(actor(), async move |work| trouble::tell_of_removed(work, webhook_id).await).await?;
    }
    Ok(())
}

/// Once more where others were in the way.
async fn forget_patiently(house: &Orangery, old: &[i64], held: &mut BTreeMap<i64, u64>) -> Result<u64> {
    for _ in 0..3 {
        match forget(house, old, held).await {
            Err(Error::Database(sql::Error::Conflict)) => tokio::time::sleep(Duration::from_millis(100)).await,
            done => return done,
        }
    }
    forget(house, old, held).await
}

/// Removes entries with their deliveries and attempts, but none that is still to be delivered. Answers how many.
async fn forget(house: &Orangery, old: &[i64], held: &mut BTreeMap<i64, u64>) -> Result<u64> {
    let tx = house.pool.begin().await?;
    let locked =
        "select journal_id, webhook_id, status from deliveries where journal_id {any:$1} order by id {for update}";
    let (mut waiting, mut unsent) = (HashSet::new(), Vec::new());
    for row in tx.rows(locked, params![old]).await? {
        let (journal_id, webhook_id, status): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        match status.as_str() {
            PENDING => drop(waiting.insert(journal_id)),
            HELD => unsent.push((journal_id, webhook_id)),
            _ => {}
        }
    }
    let gone: Vec<i64> = old.iter().copied().filter(|it| !waiting.contains(it)).collect();
    let row = tx.row("select max(seq) from journal where id {any:$1}", params![old]).await?;
    let last: Option<i64> = row.map_or(Ok(None), |row| row.get(0))?;
    // In this order: a replay holds the entries that it addresses, so that none of its deliveries is overlooked.
    let count = tx.execute("delete from journal where id {any:$1}", params![gone]).await?;
    tx.execute("delete from deliveries where journal_id {any:$1}", params![gone]).await?;
    if let Some(last) = last {
        journal::begins_after(&tx, last).await?;
    }
    tx.commit().await?;
    for (_, webhook_id) in unsent.iter().filter(|(journal_id, _)| !waiting.contains(journal_id)) {
        *held.entry(*webhook_id).or_default() += 1;
    }
    Ok(count)
}

/// A replay may have addressed an entry while it was removed: such a delivery has nothing to deliver.
async fn strays(house: &Orangery) -> Result<()> {
    let found = "select id from deliveries d
        where d.journal_id < (select id from journal where seq >= (select oldest from journal_head) order by seq limit 1)
        and not exists (select 1 from journal j where j.id = d.journal_id) order by d.journal_id limit 500";
    loop {
        let rows = house.pool.read().await?.rows(found, &[]).await?;
        if rows.is_empty() {
            return Ok(());
        }
        let strays: Vec<i64> = rows.iter().map(|row| row.get(0)).collect::<sql::Result<_>>()?;
        let tx = house.pool.begin().await?;
        tx.execute("delete from deliveries where id {any:$1}", params![strays]).await?;
        tx.commit().await?;
    }
}
