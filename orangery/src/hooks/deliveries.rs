//! The log of deliveries: what each endpoint was sent, and what it answered.

use std::collections::HashMap;

use courier::{
    endpoint::{self, Webhook},
    tables::{Attempt, Delivery},
    target::Marks,
};
use jiff::Timestamp;
use sql::{Row, Tx, Value, params};

use super::{Action, journal, ping};
use crate::{
    domain::webhook,
    error::Result,
    house::{Orangery, USER_AGENT},
    words,
    words::Word,
    work::Actor,
};

words! {
    /// How a delivery stands.
    DeliveryStatus {
        /// It is due, or will be.
        Pending = "pending",
        /// Its endpoint is disabled.
        Held = "held",
        Delivered = "delivered",
        /// Given up.
        Failed = "failed",
    }
}

/// Which of an endpoint's deliveries are asked for.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub status: Option<DeliveryStatus>,
    pub action: Option<Action>,
    pub candidate_id: Option<i64>,
    pub application_id: Option<i64>,
    /// By when the delivery was made, which is when its event happened, unless it is a replay of what was missed.
    pub after: Option<Timestamp>,
    pub before: Option<Timestamp>,
    /// Where the page before ended.
    pub cursor: Option<Cursor>,
    pub limit: i64,
    /// Whether bodies are wanted.
    pub bodies: bool,
}

/// A place in the log, which has the latest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    pub created_at: i64,
    pub id: i64,
}

impl Cursor {
    pub fn parse(text: &str) -> Option<Self> {
        let (created_at, id) = text.split_once('-')?;
        Some(Self { created_at: created_at.parse().ok()?, id: id.parse().ok()? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.created_at, self.id)
    }
}

/// A delivery with what it is about, and how its last attempt went.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: i64,
    pub webhook_id: i64,
    pub status: DeliveryStatus,
    pub attempts: i64,
    pub due_at: Option<Timestamp>,
    pub in_flight: bool,
    pub replay: bool,
    pub created_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    pub journal_id: i64,
    pub seq: Option<i64>,
    pub action: Action,
    pub happened_at: Timestamp,
    pub candidate_id: Option<i64>,
    pub application_id: Option<i64>,
    pub job_id: Option<i64>,
    pub test: bool,
    pub erased: bool,
    pub body: Option<String>,
    pub last: Option<Attempt>,
}

const COLUMNS: &str = "d.id, d.webhook_id, d.status, d.attempts, d.due_at, d.node is not null, d.replay, d.created_at, d.finished_at, \
                       j.id, j.seq, j.action, j.happened_at, j.candidate_id, j.application_id, j.job_id, j.test, j.body is null";

/// A part of the log, and where the next one begins.
pub async fn list(tx: &Tx, webhook_id: i64, filter: &Filter) -> Result<(Vec<Line>, Option<Cursor>)> {
    let mut params = vec![Value::Int(webhook_id), Value::Int(filter.limit + 1)];
    let mut conditions = String::new();
    let mut and = |condition: &str, value: Option<Value>| {
        if let Some(value) = value {
            params.push(value);
            conditions += &condition.replace('?', &format!("${}", params.len()));
        }
    };
    // What one candidate has is little, a log is long: either way the shorter list is found by its index.
    let of_one = filter.candidate_id.is_some() || filter.application_id.is_some();
    and(
        if of_one { " and j.action = ?" } else { " and d.action = ?" },
        filter.action.map(|it| Value::Text(it.word().to_owned())),
    );
    and(" and j.candidate_id = ?", filter.candidate_id.map(Value::Int));
    and(" and j.application_id = ?", filter.application_id.map(Value::Int));
    and(" and d.created_at >= ?", filter.after.map(|it| Value::Int(it.as_microsecond())));
    and(" and d.created_at < ?", filter.before.map(|it| Value::Int(it.as_microsecond())));
    if let Some(Cursor { created_at, id }) = filter.cursor {
        params.extend([Value::Int(created_at), Value::Int(id)]);
        conditions += &format!(" and (d.created_at, d.id) < (${}, ${})", params.len() - 1, params.len());
    }
    if let Some(status) = filter.status {
        // In the text, so that the index of those that are not done can be seen to fit.
        conditions += &format!(" and d.status = '{}'", status.word());
    }
    // SQLite joins in the order that is written where it says cross join.
    let tables = if of_one { "journal j cross join deliveries d" } else { "deliveries d cross join journal j" };
    let body = if filter.bodies { "j.body" } else { "null" };
    let sql = format!(
        "select {COLUMNS}, {body} from {tables} where d.webhook_id = $1 and d.journal_id = j.id{conditions} \
         order by d.created_at desc, d.id desc limit $2"
    );
    let rows = tx.rows(&sql, &params).await?;
    let mut lines = rows.iter().map(read).collect::<sql::Result<Vec<_>>>()?;
    let more = lines.len() as i64 > filter.limit;
    lines.truncate(filter.limit as usize);
    let end = lines.last().filter(|_| more);
    let next = end.map(|it| Cursor { created_at: it.created_at.as_microsecond(), id: it.id });
    add_last(tx, &mut lines).await?;
    Ok((lines, next))
}

/// One delivery, with its body.
pub async fn find(tx: &Tx, id: i64) -> Result<Line> {
    let sql =
        format!("select {COLUMNS}, j.body from deliveries d join journal j on j.id = d.journal_id where d.id = $1");
    let row = tx.row(&sql, params![id]).await?;
    let row = row.ok_or(sql::Error::NotFound { table: "deliveries", id })?;
    let mut lines = vec![read(&row)?];
    add_last(tx, &mut lines).await?;
    Ok(lines.remove(0))
}

fn read(row: &Row) -> sql::Result<Line> {
    Ok(Line {
        id: row.get(0)?,
        webhook_id: row.get(1)?,
        status: row.get(2)?,
        attempts: row.get(3)?,
        due_at: row.get(4)?,
        in_flight: row.get(5)?,
        replay: row.get(6)?,
        created_at: row.get(7)?,
        finished_at: row.get(8)?,
        journal_id: row.get(9)?,
        seq: row.get(10)?,
        action: row.get(11)?,
        happened_at: row.get(12)?,
        candidate_id: row.get(13)?,
        application_id: row.get(14)?,
        job_id: row.get(15)?,
        test: row.get(16)?,
        erased: row.get(17)?,
        body: row.get(18)?,
        last: None,
    })
}

async fn add_last(tx: &Tx, lines: &mut [Line]) -> Result<()> {
    let ids: Vec<i64> = lines.iter().filter(|it| it.attempts > 0 || it.replay).map(|it| it.id).collect();
    let rest = "where id in (select max(id) from attempts where delivery_id {any:$1} group by delivery_id)";
    let last: Vec<Attempt> = if ids.is_empty() { Vec::new() } else { tx.all(rest, params![ids]).await? };
    let mut last: HashMap<i64, Attempt> = last.into_iter().map(|it| (it.delivery_id, it)).collect();
    for line in lines {
        line.last = last.remove(&line.id);
    }
    Ok(())
}

/// The attempts of a delivery, the first first, after the attempt `after`; and whether there are more.
pub async fn attempts(tx: &Tx, delivery_id: i64, after: i64, limit: i64) -> Result<(Vec<Attempt>, bool)> {
    tx.find::<Delivery>(delivery_id).await?;
    let rest = "where delivery_id = $1 and id > $2 order by id limit $3";
    let mut attempts: Vec<Attempt> = tx.all(rest, params![delivery_id, after, limit + 1]).await?;
    let more = attempts.len() as i64 > limit;
    attempts.truncate(limit as usize);
    Ok((attempts, more))
}

/// The headers that a delivery goes out with; what may be a secret is not shown.
pub fn headers(house: &Orangery, webhook: &Webhook, line: &Line) -> Vec<(String, String)> {
    const HIDDEN: &str = "(hidden)";
    let Ok(target) = endpoint::target(webhook, &house.seal, USER_AGENT) else { return Vec::new() };
    let body = line.body.clone().unwrap_or_default();
    let marks = Marks { replay: line.replay, test: line.test };
    let post = target.post(&line.id.to_string(), body.into(), marks, (house.clock)());
    let typed = |name: &str| webhook.headers.0.keys().any(|it| it.eq_ignore_ascii_case(name));
    let shown = post.headers.iter().map(|(name, value)| match name.as_str() {
        "authorization" => (name.to_string(), HIDDEN.to_owned()),
        name if typed(name) => (name.to_owned(), HIDDEN.to_owned()),
        name => (name.to_owned(), value.to_str().unwrap_or(HIDDEN).to_owned()),
    });
    shown.collect()
}

/// Deletes an endpoint: nothing more is sent, then its log goes in small steps, then itself, so that nobody has to wait for long.
pub async fn end(house: &Orangery, actor: Actor, webhook_id: i64) -> Result<()> {
    house.write(actor.clone(), async move |work| webhook::disable(work, webhook_id).await).await?;
    ping::changed(house, webhook_id);
    while house.write(actor.clone(), async move |work| journal::forget_deliveries(work, webhook_id).await).await? > 0 {}
    house.write(actor, async move |work| webhook::delete(work, webhook_id).await).await?;
    ping::changed(house, webhook_id);
    Ok(())
}
