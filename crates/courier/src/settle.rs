//! What came of attempts, written down many at a time: the attempt completed, the delivery delivered, due again or
//! failed (WH-9).

use jiff::Timestamp;
use sql::{Field, Result, Tx, Value, params};
use tokio::try_join;

use crate::{bulk::Bulk, claim::Job, client::Outcome, erase, schedule::next_attempt};

/// An attempt that ended.
#[derive(Debug)]
pub struct Finished {
    pub delivery_id: i64,
    pub webhook_id: i64,
    pub number: i64,
    pub replay: bool,
    pub due: Timestamp,
    pub started: Timestamp,
    pub finished: Timestamp,
    pub outcome: Outcome,
    pub signed: Option<Signed>,
    pub fate: Fate,
}

impl Finished {
    /// There was nothing to send any more.
    pub fn erased(job: &Job, now: Timestamp) -> Self {
        Self {
            delivery_id: job.delivery_id,
            webhook_id: job.webhook_id,
            number: job.number,
            replay: job.replay,
            due: job.due,
            started: now,
            finished: now,
            outcome: Outcome::failed("erased"),
            signed: None,
            fate: Fate::Failed,
        }
    }
}

/// With what an attempt was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    pub secret_number: i64,
    /// `updated_at` of the endpoint, in microseconds.
    pub configured_at: i64,
}

/// What becomes of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Delivered,
    Again(Timestamp),
    Failed,
}

impl Fate {
    pub fn of(
        outcome: &Outcome,
        delivered: bool,
        number: i64,
        max_attempts: i64,
        started: Timestamp,
        finished: Timestamp,
    ) -> Self {
        if delivered {
            Self::Delivered
        } else if number >= max_attempts {
            Self::Failed
        } else {
            Self::Again(next_attempt(number, started, finished, outcome.retry_after.as_deref()))
        }
    }
}

/// One whose endpoint was deleted meanwhile, and its deliveries with it, leaves no attempt.
const ATTEMPTS: Bulk = Bulk {
    columns: &[
        ("delivery_id", "bigint"),
        ("number", "bigint"),
        ("replay", "boolean"),
        ("started_at", "bigint"),
        ("finished_at", "bigint"),
        ("status_code", "bigint"),
        ("error", "text"),
        ("answer", "text"),
        ("peer", "text"),
        ("secret_number", "bigint"),
        ("configured_at", "bigint"),
        ("resolve_micros", "bigint"),
        ("connect_micros", "bigint"),
        ("first_byte_micros", "bigint"),
        ("total_micros", "bigint"),
    ],
    statement: "insert into attempts (delivery_id, number, replay, started_at, finished_at, status_code, error, answer,
            peer, secret_number, configured_at, resolve_micros, connect_micros, first_byte_micros, total_micros)
        select v.* from v where exists (select 1 from deliveries d where d.id = v.delivery_id)",
};

/// Whoever has lost its lease must not undo what the next one does.
const AGAIN: Bulk = Bulk {
    columns: &[("id", "bigint"), ("due_at", "bigint"), ("node", "text")],
    statement: "update deliveries set due_at = v.due_at, node = null, lease_until = null
        from v where deliveries.id = v.id and deliveries.node = v.node",
};

/// A success is one, whoever has the lease by now; but not of what somebody wanted sent again since.
const DELIVERED: &str = "update deliveries
    set status = 'delivered', finished_at = $2, due_at = null, node = null, lease_until = null
    where id {any:$1} and (status = 'held' or status = 'pending' and (node is not null or not replay))";

const FAILED: &str = "update deliveries
    set status = 'failed', finished_at = $2, due_at = null, node = null, lease_until = null
    where id {any:$1} and node = $3";

/// Answers which entries are to be erased then.
pub async fn settle(tx: &Tx, node: &str, finished: &[Finished], now: Timestamp) -> Result<Vec<i64>> {
    if finished.is_empty() {
        return Ok(Vec::new());
    }
    let (mut delivered, mut failed, mut again, mut attempts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for it in finished {
        match it.fate {
            Fate::Delivered => delivered.push(it.delivery_id),
            Fate::Failed => failed.push(it.delivery_id),
            Fate::Again(due) => again.extend_from_slice(params![it.delivery_id, due, node]),
        }
        attempts.extend(attempt(it));
    }
    let all: Vec<i64> = finished.iter().map(|it| it.delivery_id).collect();
    let ((), (), (), (), marked) = try_join!(
        ATTEMPTS.run(tx, attempts),
        AGAIN.run(tx, again),
        unless_empty(tx, DELIVERED, vec![Value::Ids(delivered), now.value()]),
        unless_empty(tx, FAILED, vec![Value::Ids(failed), now.value(), Value::Text(node.to_owned())]),
        erase::marked(tx, &all),
    )?;
    Ok(marked)
}

/// The first parameter are the ids.
async fn unless_empty(tx: &Tx, sql: &str, params: Vec<Value>) -> Result<()> {
    if params.first().is_some_and(|ids| *ids != Value::Ids(Vec::new())) {
        tx.execute(sql, &params).await?;
    }
    Ok(())
}

fn attempt(it: &Finished) -> [Value; 15] {
    let outcome = &it.outcome;
    let micros = |time: Option<std::time::Duration>| time.and_then(|it| i64::try_from(it.as_micros()).ok()).value();
    [
        it.delivery_id.value(),
        it.number.value(),
        it.replay.value(),
        it.started.value(),
        it.finished.value(),
        outcome.status.map(i64::from).value(),
        outcome.error.value(),
        outcome.answer.value(),
        outcome.peer.map(|it| it.to_string()).value(),
        it.signed.map(|it| it.secret_number).value(),
        it.signed.map(|it| it.configured_at).value(),
        micros(outcome.resolve),
        micros(outcome.connect),
        micros(outcome.first_byte),
        micros(Some(outcome.total)),
    ]
}
