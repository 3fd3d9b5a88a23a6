//! The journal: every fired action, whether somebody listens or not, and one delivery for each enabled endpoint that does.

use courier::tables::Journal;
use sql::{Dialect, Value, params};

use super::{Action, Body};
use crate::{error::Result, words::Word, work::Work};

/// Writes entries and deliveries. On SQLite an entry's sequence number is its id, since there is one writer and commits follow its order; on
/// PostgreSQL entries are committed without one, and the sequencer numbers them, each Work's together.
pub(crate) async fn write(work: &Work, bodies: &[Body]) -> Result<()> {
    let tx = &work.tx;
    for body in bodies {
        let mut entry = Journal {
            id: 0,
            seq: None,
            work: work.id.clone(),
            action: body.action.word().to_owned(),
            body: Some(body.json.clone()),
            actor_id: work.actor.user_id,
            happened_at: work.now,
            candidate_id: body.about.candidate_id,
            application_id: body.about.application_id,
            job_id: body.about.job_id,
            test: false,
        };
        tx.insert(&mut entry).await?;
        if tx.dialect() == Dialect::Sqlite {
            tx.execute("update journal set seq = id where id = $1", params![entry.id]).await?;
        }
        let deliveries = "insert into deliveries (webhook_id, journal_id, status, attempts, due_at, replay, created_at) \
                          select w.id, $1, 'pending', 0, $2, $4, $2 from webhook_events e join webhooks w on w.id = e.webhook_id \
                          where e.action = $3 and w.enabled order by w.id";
        tx.execute(deliveries, params![entry.id, work.now, body.action.word(), false]).await?;
    }
    Ok(())
}

/// Whether some enabled endpoint listens to `action` at this moment.
pub(crate) async fn is_heard(work: &Work, action: Action) -> Result<bool> {
    let sql = "select 1 from webhook_events e join webhooks w on w.id = e.webhook_id where e.action = $1 and w.enabled limit 1";
    Ok(work.tx.row(sql, &[Value::Text(action.word().to_owned())]).await?.is_some())
}

/// Erases what was said of a candidate: entries keep sequence, id, action and time, their bodies go.
pub(crate) async fn erase_candidate(work: &Work, candidate_id: i64) -> Result<()> {
    work.tx.execute("update journal set body = null where candidate_id = $1", params![candidate_id]).await?;
    Ok(())
}

/// What was said of one candidate is said of another now: the first was merged into the second.
pub(crate) async fn move_candidate(work: &Work, from: i64, to: i64) -> Result<()> {
    work.tx.execute("update journal set candidate_id = $1 where candidate_id = $2", params![to, from]).await?;
    Ok(())
}

/// Rewrites what was said of a candidate before this Work; a body that becomes null is erased.
pub(crate) async fn rewrite_candidate(
    work: &Work,
    candidate_id: i64,
    change: impl Fn(&mut serde_json::Value),
) -> Result<()> {
    let rest = "where candidate_id = $1 and body is not null order by id";
    for mut entry in work.tx.all::<Journal>(rest, params![candidate_id]).await? {
        let Some(Ok(before)) = entry.body.as_deref().map(serde_json::from_str::<serde_json::Value>) else { continue };
        let mut after = before.clone();
        change(&mut after);
        if after != before {
            entry.body = (!after.is_null()).then(|| courier::sign::escape(&after.to_string()));
            work.tx.execute("update journal set body = $1 where id = $2", params![entry.body, entry.id]).await?;
        }
    }
    Ok(())
}
