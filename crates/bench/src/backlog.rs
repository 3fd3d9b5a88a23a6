//! A full journal, written straight into the database: entries with real bodies of about 3 KB, and deliveries that are due.

use orangery::{
    cli::Opened,
    domain::application::{self, Rejection},
};
use sql::params;

use crate::{Done, seed};

/// A real body of `reject_candidate`, open at the application's id.
pub struct Template {
    pub head: String,
    pub tail: String,
}

impl Template {
    /// Rejects application 1, to which nobody listens yet, and takes what the journal says of it.
    pub async fn make(opened: &Opened) -> Done<Self> {
        let rejection = Rejection { reason_id: Some(2), ..Rejection::default() };
        let body = opened.house.write(seed::actor(), async move |work| application::reject(work, 1, &rejection).await);
        body.await.map_err(|error| error.to_string())?;
        let read = async {
            let look = opened.house.pool.read().await?;
            let row = look.row("select body from journal order by id desc limit 1", &[]).await?;
            row.map(|row| row.get::<String>(0)).transpose()
        };
        let body = read.await.map_err(|error: sql::Error| error.to_string())?.ok_or("the journal is empty")?;
        let (head, tail) = body.split_once("\"application\":{\"id\":1,").ok_or("a body begins with its application")?;
        Ok(Self { head: format!("{head}\"application\":{{\"id\":"), tail: format!(",{tail}") })
    }

    pub fn body(&self, id: i64) -> String {
        format!("{}{id}{}", self.head, self.tail)
    }
}

/// So many entries, each with a delivery for every endpoint from the first to the last, due now.
pub async fn fill(opened: &Opened, template: &Template, entries: i64, endpoints: (i64, i64)) -> Done {
    let filled = async {
        let mut left = entries;
        while left > 0 {
            let step = left.min(10_000);
            fill_some(opened, template, step, endpoints).await?;
            left -= step;
        }
        Ok(())
    };
    filled.await.map_err(|error: sql::Error| error.to_string())
}

async fn fill_some(opened: &Opened, template: &Template, count: i64, endpoints: (i64, i64)) -> sql::Result<()> {
    let now = opened.house.now();
    let tx = opened.house.pool.begin().await?;
    // Numbered here, so that no sequencer has work with them.
    let last = tx.count("update journal_head set last = last + $1 returning last", params![count]).await?;
    let entries = "insert into journal (seq, work, action, body, happened_at, candidate_id, application_id, job_id, test, erase) \
                   with recursive n (i) as (select cast($1 as bigint) union all select i + 1 from n where i < $2) \
                   select i, 'fill-' || i, 'reject_candidate', cast($3 as text) || i || cast($4 as text), cast($5 as bigint), \
                   i, i, 1, false, false from n";
    tx.execute(entries, params![last - count + 1, last, template.head, template.tail, now]).await?;
    let deliveries = "insert into deliveries (webhook_id, journal_id, action, status, attempts, due_at, replay, created_at) \
                      with recursive w (id) as (select cast($1 as bigint) union all select id + 1 from w where id < $2) \
                      select w.id, j.id, j.action, 'pending', 0, cast($3 as bigint), false, cast($3 as bigint) \
                      from journal j cross join w where j.seq between $4 and $5 order by j.seq, w.id";
    tx.execute(deliveries, params![endpoints.0, endpoints.1, now, last - count + 1, last]).await?;
    tx.commit().await
}

/// How many deliveries stand so.
pub async fn count(opened: &Opened, condition: &str) -> Done<i64> {
    let counted = async {
        let look = opened.house.pool.read().await?;
        look.count(&format!("select count(*) from deliveries where {condition}"), &[]).await
    };
    counted.await.map_err(|error: sql::Error| error.to_string())
}
