//! What was given up for good: read for who is told of it.

use courier::client::Outcome;
use jiff::Timestamp;
use sql::{Tx, params};

use crate::error::Result;

/// More are not counted.
pub const MOST: i64 = 100_000;

/// Deliveries of one endpoint that were given up within a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenUp {
    /// At most [`MOST`].
    pub count: i64,
    /// How the last attempt of the latest one went.
    pub error: String,
}

/// Of one endpoint, after `after` and until `until`; `None` where there was nothing.
pub async fn given_up(tx: &Tx, webhook_id: i64, after: Timestamp, until: Timestamp) -> Result<Option<GivenUp>> {
    // The status stands in the text, so that the index of what was given up can be seen to fit.
    let latest = "select id from deliveries where webhook_id = $1 and status = 'failed' and finished_at > $2 and finished_at <= $3 \
                  order by finished_at desc, id desc limit 1";
    let Some(row) = tx.row(latest, params![webhook_id, after, until]).await? else { return Ok(None) };
    let last = "select status_code, error from attempts where delivery_id = $1 order by id desc limit 1";
    let mut outcome = Outcome::default();
    if let Some(row) = tx.row(last, params![row.get::<i64>(0)?]).await? {
        outcome.status = row.get::<Option<i64>>(0)?.and_then(|it| u16::try_from(it).ok());
        outcome.error = row.get(1)?;
    }
    let error = outcome.describe();
    let count = "select count(*) from (select 1 from deliveries where webhook_id = $1 and status = 'failed' \
                 and finished_at > $2 and finished_at <= $3 limit $4) as counted";
    let count = tx.count(count, params![webhook_id, after, until, MOST]).await?;
    Ok(Some(GivenUp { count, error }))
}
