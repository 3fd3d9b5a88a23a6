//! Numbers the journal on PostgreSQL, where commits may become visible in another order than their entries were written in. Only what is
//! visible is numbered, so that a reader who follows the numbers never skips an entry. On SQLite entries are numbered as they are written.

use std::time::Duration;

use sql::{Dialect, Pool, params};
use tokio::task::JoinHandle;

use super::journal;
use crate::{
    error::{Error, Result},
    house::Orangery,
};

/// How often to look for entries of other nodes.
const POLL: Duration = Duration::from_millis(100);
/// How long until another node may take over.
const REST: Duration = Duration::from_secs(1);

/// Numbers entries until the task is aborted, on one node at a time.
pub fn run(house: Orangery) -> JoinHandle<()> {
    tokio::spawn(async move {
        if house.pool.dialect() == Dialect::Sqlite {
            return;
        }
        loop {
            if let Err(why) = hold_office(&house).await {
                tracing::warn!(%why, "the journal could not be numbered");
            }
            tokio::time::sleep(REST).await;
        }
    })
}

/// Numbers for as long as this node holds the name. The name is an economy: two who number at once wait for each other.
async fn hold_office(house: &Orangery) -> Result<()> {
    let Some(office) = house.pool.lock_name("sequencer").await? else { return Ok(()) };
    let mut news = house.news();
    while office.held() {
        if number_now(&house.pool).await? > 0 {
            house.tell_news();
            news.mark_unchanged();
            continue;
        }
        let _ = tokio::time::timeout(POLL, news.changed()).await;
    }
    Ok(())
}

/// Numbers the entries that are visible now, and answers how many they were.
pub async fn number_now(pool: &Pool) -> Result<u64> {
    match pool.dialect() {
        Dialect::Sqlite => Ok(0),
        Dialect::Postgres => number_left(pool).await,
    }
}

/// Numbers whatever has no number, on SQLite too: there it is what was carried over from PostgreSQL.
pub async fn number_left(pool: &Pool) -> Result<u64> {
    let mut numbered = 0;
    let mut conflicts = 0;
    loop {
        match number_some(pool).await {
            Ok(0) => return Ok(numbered),
            Ok(some) => numbered += some,
            // Somebody erases bodies of the same entries at this moment.
            Err(Error::Database(sql::Error::Conflict)) if conflicts < 3 => conflicts += 1,
            Err(error) => return Err(error),
        }
    }
}

/// A few thousand entries; Works stay whole, in the order of their first entries.
async fn number_some(pool: &Pool) -> Result<u64> {
    let tx = pool.begin().await?;
    let left = "select 1 from journal where seq is null and not test limit 1";
    if tx.row(left, &[]).await?.is_none() {
        return Ok(0);
    }
    // Whoever numbers holds this row to the end, so that numbers are committed in their order; what follows sees all that was numbered before.
    let row = tx.row("select last from journal_head {for update}", &[]).await?;
    let last: i64 = row.ok_or_else(journal::headless)?.get(0)?;
    let number = "with works as (
            select work, min(id) as first from journal
            where seq is null and not test and work in (
                select work from journal where seq is null and not test order by id limit 5000)
            group by work),
        places as (
            select j.id, row_number() over (order by w.first, j.id) as place
            from journal j join works w on w.work = j.work where j.seq is null and not j.test)
        update journal set seq = $1 + places.place from places where journal.id = places.id";
    let count = tx.execute(number, params![last]).await?;
    tx.execute("update journal_head set last = last + $1", params![count as i64]).await?;
    tx.commit().await?;
    Ok(count)
}
