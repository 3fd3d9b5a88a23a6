//! What is to be erased and was still to be delivered is erased right after that: neither its body stays, nor what the receiver answered.

use sql::{Result, Tx, params};

/// The entries of these deliveries that are to be erased.
pub async fn marked(tx: &Tx, deliveries: &[i64]) -> Result<Vec<i64>> {
    if deliveries.is_empty() {
        return Ok(Vec::new());
    }
    let sql = "select distinct j.id from deliveries d join journal j on j.id = d.journal_id
        where d.id {any:$1} and j.erase";
    let rows = tx.rows(sql, params![deliveries]).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// Sees to these entries, deliveries of which were just settled.
pub async fn after(tx: &Tx, entries: &[i64]) -> Result<()> {
    if !entries.is_empty() {
        answers(tx, entries).await?;
        bodies(tx, entries).await?;
    }
    Ok(())
}

/// Erases the bodies of those entries that are to be erased and have no delivery left to make. Their deliveries were settled or deleted before.
pub async fn bodies(tx: &Tx, entries: &[i64]) -> Result<()> {
    // Of two who settle the last two deliveries at once the second looks when the first is done.
    tx.rows("select id from journal where id {any:$1} order by id {for update}", params![entries]).await?;
    let sql = "update journal set body = null where id {any:$1} and erase and not exists
        (select 1 from deliveries d where d.journal_id = journal.id and d.status in ('pending', 'held'))";
    tx.execute(sql, params![entries]).await?;
    Ok(())
}

/// Erases what receivers answered to these entries.
pub async fn answers(tx: &Tx, entries: &[i64]) -> Result<()> {
    let sql = "update attempts set answer = null where answer is not null
        and delivery_id in (select id from deliveries where journal_id {any:$1})";
    tx.execute(sql, params![entries]).await?;
    Ok(())
}
