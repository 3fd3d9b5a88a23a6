//! Sending again what was settled or held: the same id and the same bytes, marked as a replay.

use jiff::Timestamp;
use sql::{Result, Tx, params};

/// Makes these deliveries due again, with all their attempts before them, and answers how many. Those that are pending
/// anyway and those whose body is erased, or about to be, are passed over.
pub async fn replay(tx: &Tx, deliveries: &[i64], now: Timestamp) -> Result<u64> {
    let sql = "update deliveries set status = 'pending', attempts = 0, due_at = $2, replay = $3, finished_at = null
        where id {any:$1} and status <> 'pending'
            and exists (select 1 from journal j where j.id = deliveries.journal_id and j.body is not null
                and (not j.erase or deliveries.status = 'held'))";
    tx.execute(sql, params![deliveries, now, true]).await
}
