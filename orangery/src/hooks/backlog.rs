//! How much waits: a few seeks and short counts per endpoint, so that it may be asked for often, however much that is.

use jiff::Timestamp;
use sql::params;

use super::journal;
use crate::{error::Result, house::Orangery};

/// Waiting deliveries of an endpoint are counted up to here.
pub const MOST: i64 = 10_000;
/// So many endpoints are told of.
const ENDPOINTS: i64 = 500;

pub struct Backlog {
    /// The last number of the journal.
    pub head: i64,
    /// How many entries can be read by number.
    pub journal: i64,
    pub endpoints: Vec<Endpoint>,
}

pub struct Endpoint {
    pub webhook_id: i64,
    pub enabled: bool,
    pub waiting: i64,
    due_at: Option<Timestamp>,
}

impl Endpoint {
    /// For how many seconds its oldest delivery has been due.
    pub fn age(&self, now: Timestamp) -> f64 {
        self.due_at.map_or(0.0, |it| now.duration_since(it).as_secs_f64().max(0.0))
    }
}

pub async fn look(house: &Orangery) -> Result<Backlog> {
    let tx = house.pool.read().await?;
    let head = journal::head(&tx).await?;
    let oldest = journal::oldest(&tx).await?;
    // Live ones and replays stand apart in the index: the earliest of each is found by one seek.
    let sql = "select w.id, w.enabled,
            (select count(*) from (select 1 from deliveries d
                where d.webhook_id = w.id and d.due_at is not null limit $1) waiting),
            (select d.due_at from deliveries d where d.webhook_id = w.id and d.replay = $3 and d.due_at is not null
                order by d.due_at limit 1),
            (select d.due_at from deliveries d where d.webhook_id = w.id and d.replay = $4 and d.due_at is not null
                order by d.due_at limit 1)
        from webhooks w order by w.id limit $2";
    let rows = tx.rows(sql, params![MOST, ENDPOINTS, false, true]).await?;
    let endpoint = |row: &sql::Row| -> sql::Result<Endpoint> {
        let (live, replayed): (Option<Timestamp>, Option<Timestamp>) = (row.get(3)?, row.get(4)?);
        let due_at = [live, replayed].into_iter().flatten().min();
        Ok(Endpoint { webhook_id: row.get(0)?, enabled: row.get(1)?, waiting: row.get(2)?, due_at })
    };
    let endpoints = rows.iter().map(endpoint).collect::<sql::Result<_>>()?;
    Ok(Backlog { head, journal: head + 1 - oldest, endpoints })
}
