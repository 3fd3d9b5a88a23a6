//! What keys read over Harvest, for the audit log (`harvest_access`). Noted in memory while the request is answered, written in batches
//! beside it: a read costs no write of its own. What was noted within the last second is lost if the process dies.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::SignedDuration;
use sql::params;
use tokio::task::JoinHandle;

use crate::{
    error::Result,
    house::Orangery,
    tables::{AuditRecord, ChangeKind},
    work::{Actor, Origin},
};

/// More wait nowhere: if the database is that slow, it has other worries.
const MOST: usize = 20_000;
/// So many go in one transaction.
const BATCH: usize = 500;
const OFTEN: Duration = Duration::from_secs(1);
/// For so long it is kept (AUD-1), and so often looked for what is older.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
const CLEAN_EVERY: u32 = 3600;

#[derive(Default)]
pub struct Access {
    waiting: Mutex<Vec<AuditRecord>>,
}

impl Access {
    /// Notes that something was read: by whom, and at which address of ours.
    pub fn note(&self, house: &Orangery, actor: &Actor, origin: &Origin, path: &str) {
        let request_id = origin.request_id.clone().unwrap_or_default();
        let pattern = actor.request.split_once(' ').map_or("", |it| it.1);
        let (target_type, target_id) = target(pattern, path);
        let record = AuditRecord {
            id: 0,
            work: request_id.clone(),
            at: house.now(),
            actor_id: actor.user_id,
            api_key_id: actor.api_key_id,
            door: actor.door,
            request: actor.request.clone(),
            request_id,
            address: origin.address.map(|it| it.to_string()),
            kind: ChangeKind::Read,
            target_type,
            target_id,
            candidate_id: None,
            changes: None,
        };
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        match waiting.len() < MOST {
            true => waiting.push(record),
            false => metrics::counter!("orangery_access_records_lost_total").increment(1),
        }
    }

    fn take(&self) -> Vec<AuditRecord> {
        std::mem::take(&mut *self.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What a path names: the noun before its last id, and that id; the last noun where it names no id.
fn target(pattern: &str, path: &str) -> (String, Option<i64>) {
    let (nouns, parts): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    let found = nouns.iter().rposition(|it| it.starts_with('{')).filter(|n| *n > 0);
    match found {
        Some(n) => (nouns[n - 1].to_owned(), parts.get(n).and_then(|it| it.parse().ok())),
        None => (nouns.last().copied().unwrap_or_default().to_owned(), None),
    }
}

/// Writes what was noted, until the task is aborted; removes what is too old.
pub fn run(house: Orangery) -> JoinHandle<()> {
    tokio::spawn(async move {
        for turn in 0_u32.. {
            tokio::time::sleep(OFTEN).await;
            flush(&house).await;
            if turn % CLEAN_EVERY == 60
                && let Err(why) = forget(&house).await
            {
                tracing::warn!(%why, "what was read long ago could not be forgotten");
            }
        }
    })
}

/// Writes what was noted until now. What can't be written is told to the log, and lost.
pub async fn flush(house: &Orangery) {
    let mut noted = house.access.take();
    for batch in noted.chunks_mut(BATCH) {
        if let Err(why) = write(house, batch).await {
            metrics::counter!("orangery_access_records_lost_total").increment(batch.len() as u64);
            tracing::warn!(%why, lost = batch.len(), "what was read could not be noted in the audit log");
        }
    }
}

async fn write(house: &Orangery, batch: &mut [AuditRecord]) -> Result<()> {
    let tx = house.pool.begin().await?;
    for record in batch {
        tx.insert(record).await?;
    }
    Ok(tx.commit().await?)
}

/// Removes what was read before the time that is kept, in small steps. What was changed stays.
pub async fn forget(house: &Orangery) -> Result<u64> {
    let Ok(before) = house.now().checked_sub(KEPT) else { return Ok(0) };
    let mut removed = 0;
    loop {
        let tx = house.pool.begin().await?;
        let old = "delete from audit_records where id in (
            select id from audit_records where kind = $1 and at < $2 order by at limit 500)";
        let gone = tx.execute(old, params![ChangeKind::Read, before]).await?;
        tx.commit().await?;
        removed += gone;
        if gone == 0 {
            return Ok(removed);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
