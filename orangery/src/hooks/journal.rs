//! The journal: every fired action, whether somebody listens or not, and one delivery for each enabled endpoint that does. Written by every
//! Work, read by number by whoever follows it.

use courier::{erase, tables::Journal};
use sql::{Dialect, Tx, Value, params};

use super::{Action, Body};
use crate::{
    error::{Error, Result},
    words::Word,
    work::Work,
};

/// Writes entries and deliveries. On SQLite entries are numbered here, since there is one writer and commits follow its order; on PostgreSQL
/// they are committed without a number, and the sequencer gives them one, each Work's together.
pub(crate) async fn write(work: &Work, bodies: &[Body]) -> Result<()> {
    let tx = &work.tx;
    let first = match tx.dialect() {
        Dialect::Sqlite if !bodies.is_empty() => take_numbers(tx, bodies.len() as i64).await?,
        _ => 0,
    };
    for (body, seq) in bodies.iter().zip(first..) {
        match tx.dialect() {
            Dialect::Sqlite => write_numbered(work, body, seq).await?,
            Dialect::Postgres => write_at_once(work, body).await?,
        }
    }
    Ok(())
}

async fn write_numbered(work: &Work, body: &Body, seq: i64) -> Result<()> {
    let mut entry = Journal {
        id: 0,
        seq: Some(seq),
        work: work.id.clone(),
        action: body.action.word().to_owned(),
        body: Some(body.json.clone()),
        actor_id: work.actor.user_id,
        happened_at: work.now,
        candidate_id: body.about.candidate_id,
        application_id: body.about.application_id,
        job_id: body.about.job_id,
        test: false,
        erase: body.erase,
    };
    work.tx.insert(&mut entry).await?;
    let deliveries = "insert into deliveries (webhook_id, journal_id, action, order_key, status, attempts, due_at, replay, created_at) \
                      select w.id, $1, $3, case w.order_by when 'candidate' then $5 when 'application' then $6 end, \
                      'pending', 0, $2, $4, $2 from webhook_events e join webhooks w on w.id = e.webhook_id \
                      where e.action = $3 and w.enabled order by w.id";
    let about = &body.about;
    let params = params![entry.id, work.now, body.action.word(), false, about.candidate_id, about.application_id];
    let heard = work.tx.execute(deliveries, params).await?;
    unless_heard(work, body, heard).await
}

/// Entry and deliveries in one statement, which SQLite has no words for.
async fn write_at_once(work: &Work, body: &Body) -> Result<()> {
    let sql = "with entry as ( \
                   insert into journal (work, action, body, actor_id, happened_at, candidate_id, application_id, job_id, test, erase) \
                   values ($1, $2, $3, $4, $5, $6, $7, $8, false, $9) returning id) \
               insert into deliveries (webhook_id, journal_id, action, order_key, status, attempts, due_at, replay, created_at) \
               select w.id, entry.id, $2, case w.order_by when 'candidate' then $6 when 'application' then $7 end, \
               'pending', 0, $5, false, $5 \
               from webhook_events e join webhooks w on w.id = e.webhook_id cross join entry \
               where e.action = $2 and w.enabled order by w.id";
    let about = &body.about;
    let (work_id, action, actor_id) = (&work.id, body.action.word(), work.actor.user_id);
    let (candidate_id, application_id, job_id) = (about.candidate_id, about.application_id, about.job_id);
    let params =
        params![work_id, action, body.json, actor_id, work.now, candidate_id, application_id, job_id, body.erase];
    let heard = work.tx.execute(sql, params).await?;
    unless_heard(work, body, heard).await
}

/// What tells of an erasure and has nobody to be delivered to is erased at once.
async fn unless_heard(work: &Work, body: &Body, deliveries: u64) -> Result<()> {
    if body.erase && deliveries == 0 {
        let sql = "update journal set body = null where candidate_id = $1 and work = $2 and action = $3 and erase \
                   and not exists (select 1 from deliveries d where d.journal_id = journal.id)";
        work.tx.execute(sql, params![body.about.candidate_id, work.id, body.action.word()]).await?;
    }
    Ok(())
}

/// Takes away the deliveries of an endpoint that is about to be deleted, and with it what Works are about to address to it: instead of a foreign
/// key, for which every Work would pay, it is here that somebody waits.
pub(crate) async fn forget_endpoint(work: &Work, webhook_id: i64) -> Result<()> {
    if work.tx.dialect() == Dialect::Postgres {
        // Until this is committed nobody writes deliveries; then they see that the endpoint is gone.
        work.tx.execute("lock table deliveries in share row exclusive mode", &[]).await?;
    }
    while forget_deliveries(work, webhook_id).await? > 0 {}
    Ok(())
}

/// Takes away some of an endpoint's deliveries and answers how many. What was to be erased after them is erased.
pub(crate) async fn forget_deliveries(work: &Work, webhook_id: i64) -> Result<u64> {
    // In the order of the log, which has an index.
    let some = "select id, journal_id from deliveries where webhook_id = $1 order by created_at, id limit 500";
    let rows = work.tx.rows(some, params![webhook_id]).await?;
    let some = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<sql::Result<Vec<(i64, i64)>>>()?;
    let (deliveries, entries): (Vec<i64>, Vec<i64>) = some.into_iter().unzip();
    let waiting = "select id from journal where id {any:$1} and erase and body is not null";
    let rows = work.tx.rows(waiting, params![entries]).await?;
    let waiting: Vec<i64> = rows.iter().map(|row| row.get(0)).collect::<sql::Result<_>>()?;
    work.tx.execute("delete from deliveries where id {any:$1}", params![deliveries]).await?;
    if !waiting.is_empty() {
        erase::bodies(&work.tx, &waiting).await?;
    }
    Ok(deliveries.len() as u64)
}

/// Takes so many sequence numbers and answers the first.
async fn take_numbers(tx: &Tx, count: i64) -> Result<i64> {
    let sql = "update journal_head set last = last + $1 returning last";
    let row = tx.row(sql, params![count]).await?;
    let last: i64 = row.ok_or_else(headless)?.get(0)?;
    Ok(last - count + 1)
}

/// The last sequence number that was given, as `tx` sees it.
pub async fn head(tx: &Tx) -> Result<i64> {
    let row = tx.row("select last from journal_head", &[]).await?;
    Ok(row.ok_or_else(headless)?.get(0)?)
}

/// The number from which on the journal is whole, or the one that comes next where nothing is left. What is older and still there waits to be
/// delivered.
pub async fn oldest(tx: &Tx) -> Result<i64> {
    let sql =
        "select last, oldest, (select seq from journal where seq is not null order by seq limit 1) from journal_head";
    let row = tx.row(sql, &[]).await?.ok_or_else(headless)?;
    let (last, oldest, first): (i64, i64, Option<i64>) = (row.get(0)?, row.get(1)?, row.get(2)?);
    Ok(oldest.max(first.unwrap_or(last + 1)))
}

/// Entries up to this number are removed, or about to be: nobody can read on from there.
pub(super) async fn begins_after(tx: &Tx, last: i64) -> Result<()> {
    tx.execute("update journal_head set oldest = $1 where oldest < $1", params![last + 1]).await?;
    Ok(())
}

pub(super) fn headless() -> Error {
    Error::Database(sql::Error::Database("journal_head has no row".to_owned()))
}

/// Whether some enabled endpoint listens to `action` at this moment.
pub(crate) async fn is_heard(work: &Work, action: Action) -> Result<bool> {
    let sql = "select 1 from webhook_events e join webhooks w on w.id = e.webhook_id where e.action = $1 and w.enabled limit 1";
    Ok(work.tx.row(sql, &[Value::Text(action.word().to_owned())]).await?.is_some())
}

/// Erases what was said of a candidate, and what was answered to it: entries keep sequence, id, action and time, their bodies go. Those that
/// are still to be delivered go right after that.
pub(crate) async fn erase_candidate(work: &Work, candidate_id: i64) -> Result<()> {
    hold_deliveries(work, candidate_id).await?;
    let all = ids(work, "select id from journal where candidate_id = $1 order by id", candidate_id).await?;
    erase::answers(&work.tx, &all).await?;
    erase_entries(work, &all).await
}

async fn erase_entries(work: &Work, entries: &[i64]) -> Result<()> {
    work.tx.execute("update journal set erase = $2 where id {any:$1}", params![entries, true]).await?;
    Ok(erase::bodies(&work.tx, entries).await?)
}

/// A courier that settles what was said of the candidate waits for this Work, and then sees what is to be erased.
async fn hold_deliveries(work: &Work, candidate_id: i64) -> Result<()> {
    let sql = "select id from deliveries where status in ('pending', 'held') \
               and journal_id in (select id from journal where candidate_id = $1) order by id {for update}";
    work.tx.rows(sql, params![candidate_id]).await?;
    Ok(())
}

async fn ids(work: &Work, sql: &str, of: i64) -> Result<Vec<i64>> {
    let rows = work.tx.rows(sql, params![of]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect::<sql::Result<_>>()?)
}

/// What was said of one candidate is said of another now: the first was merged into the second.
pub(crate) async fn move_candidate(work: &Work, from: i64, to: i64) -> Result<()> {
    work.tx.execute("update journal set candidate_id = $1 where candidate_id = $2", params![to, from]).await?;
    Ok(())
}

/// Rewrites what was said of a candidate before this Work, and erases what was answered to it. A body that becomes null is erased, like
/// those of [`erase_candidate`].
pub(crate) async fn rewrite_candidate(
    work: &Work,
    candidate_id: i64,
    change: impl Fn(&mut serde_json::Value),
) -> Result<()> {
    hold_deliveries(work, candidate_id).await?;
    let all = ids(work, "select id from journal where candidate_id = $1 order by id", candidate_id).await?;
    erase::answers(&work.tx, &all).await?;
    let mut gone = Vec::new();
    let rest = "where candidate_id = $1 and body is not null order by id";
    for entry in work.tx.all::<Journal>(rest, params![candidate_id]).await? {
        let Some(Ok(before)) = entry.body.as_deref().map(serde_json::from_str::<serde_json::Value>) else { continue };
        let mut after = before.clone();
        change(&mut after);
        if after.is_null() {
            gone.push(entry.id);
        } else if after != before {
            let body = courier::sign::escape(&after.to_string());
            work.tx.execute("update journal set body = $1 where id = $2", params![body, entry.id]).await?;
        }
    }
    erase_entries(work, &gone).await
}
