//! Notices: what the house tells those who look after it, until they have seen it or it is over.

use jiff::Timestamp;
use sql::params;

use crate::{
    error::Result,
    tables::{Notice, NoticeKind},
    work::Work,
};

/// Tells something. Notices follow from something else, which leaves the audit record.
pub async fn post(work: &mut Work, kind: NoticeKind, webhook_id: Option<i64>, text: String) -> Result<()> {
    let mut row =
        Notice { id: 0, kind, webhook_id, text, created_at: work.now, dismissed_at: None, dismissed_by_id: None };
    Ok(work.tx.insert(&mut row).await?)
}

/// Somebody has seen it.
pub async fn dismiss(work: &mut Work, id: i64) -> Result<Notice> {
    let before: Notice = work.tx.lock(id).await?;
    if before.dismissed_at.is_some() {
        return Ok(before);
    }
    let after = Notice { dismissed_at: Some(work.now), dismissed_by_id: work.actor.user_id, ..before.clone() };
    work.update(&before, &after).await?;
    Ok(after)
}

pub async fn is_open(work: &Work, kind: NoticeKind, webhook_id: Option<i64>) -> Result<bool> {
    let sql =
        "select 1 from notices where dismissed_at is null and kind = $1 and webhook_id is not distinct from $2 limit 1";
    Ok(work.tx.row(sql, params![kind, webhook_id]).await?.is_some())
}

/// What notices of that kind tell of an endpoint is over.
pub async fn settle(work: &mut Work, kind: NoticeKind, webhook_id: i64) -> Result<()> {
    let sql = "update notices set dismissed_at = $3 where dismissed_at is null and kind = $1 and webhook_id = $2";
    work.tx.execute(sql, params![kind, webhook_id, work.now]).await?;
    Ok(())
}

/// Forgets some notices that were dismissed before `then`, and answers how many.
pub async fn forget(work: &mut Work, then: Timestamp) -> Result<u64> {
    let sql = "delete from notices where id in \
               (select id from notices where dismissed_at is not null and dismissed_at < $1 limit 500)";
    Ok(work.tx.execute(sql, params![then]).await?)
}
