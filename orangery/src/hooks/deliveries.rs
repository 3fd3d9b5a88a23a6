//! The log of deliveries: what each endpoint was sent, and what it answered.

use std::{collections::HashMap, time::Instant};

use courier::{
    endpoint::{self, Webhook},
    tables::Attempt,
    target::Marks,
};
use jiff::Timestamp;
use sql::{Row, Tx, Value, params};

use super::{Action, journal, keep, ping};
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
    pub fn after(line: &Line) -> Self {
        Self { created_at: line.created_at.as_microsecond(), id: line.id }
    }

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

/// Of an endpoint's log, so many rows are looked at for one answer where no index has just what is asked for.
const WALK: i64 = 5_000;
/// Up to so many that are pending are sorted; of more, the log is walked through.
const FEW: i64 = 10_000;

/// Conditions in SQL, and what stands for their values.
#[derive(Clone)]
struct Conditions {
    text: String,
    params: Vec<Value>,
}

impl Conditions {
    /// `?` stands for the value; without one there is no condition.
    fn and(&mut self, condition: &str, value: Option<Value>) {
        if let Some(value) = value {
            self.params.push(value);
            self.text += &format!(" and {}", condition.replace('?', &format!("${}", self.params.len())));
        }
    }

    fn limit(&mut self, limit: i64) -> String {
        self.params.push(Value::Int(limit));
        format!("limit ${}", self.params.len())
    }
}

impl Filter {
    fn is_of_one(&self) -> bool {
        self.candidate_id.is_some() || self.application_id.is_some()
    }

    /// The endpoint, and the window of time that is left.
    fn window(&self, webhook_id: Option<i64>) -> Conditions {
        let mut all = Conditions { text: "true".to_owned(), params: Vec::new() };
        all.and("d.webhook_id = ?", webhook_id.map(Value::Int));
        all.and("d.created_at >= ?", self.after.map(|it| Value::Int(it.as_microsecond())));
        all.and("d.created_at < ?", self.before.map(|it| Value::Int(it.as_microsecond())));
        if let Some(Cursor { created_at, id }) = self.cursor {
            all.params.extend([Value::Int(created_at), Value::Int(id)]);
            all.text += &format!(" and (d.created_at, d.id) < (${}, ${})", all.params.len() - 1, all.params.len());
        }
        all
    }

    fn action(&self) -> Option<Value> {
        self.action.map(|it| Value::Text(it.word().to_owned()))
    }

    /// In the text, so that the index of those that are not done can be seen to fit.
    fn status(&self) -> String {
        self.status.map(|it| format!(" and d.status = '{}'", it.word())).unwrap_or_default()
    }

    fn body(&self) -> &'static str {
        if self.bodies { "j.body" } else { "null" }
    }
}

/// A part of an endpoint's log, and where the next one begins. It may be short, or even empty, though there is a next one.
pub async fn list(tx: &Tx, webhook_id: i64, filter: &Filter) -> Result<(Vec<Line>, Option<Cursor>)> {
    let few =
        "select count(*) from (select 1 from deliveries where webhook_id = $1 and due_at is not null limit $2) waiting";
    if filter.is_of_one() {
        of_one(tx, Some(webhook_id), filter).await
    } else if filter.status == Some(DeliveryStatus::Pending) && tx.count(few, params![webhook_id, FEW]).await? < FEW {
        pending(tx, webhook_id, filter).await
    } else {
        walk(tx, webhook_id, filter).await
    }
}

/// What was sent of a candidate or an application, to one endpoint or to all. That is little, however long the log is.
///
/// SQLite joins in the order that is written where it says cross join.
pub async fn of_one(tx: &Tx, webhook_id: Option<i64>, filter: &Filter) -> Result<(Vec<Line>, Option<Cursor>)> {
    let mut all = filter.window(webhook_id);
    all.and("j.candidate_id = ?", filter.candidate_id.map(Value::Int));
    all.and("j.application_id = ?", filter.application_id.map(Value::Int));
    all.and("d.action = ?", filter.action());
    let (limit, status, body) = (all.limit(filter.limit + 1), filter.status(), filter.body());
    let sql = format!(
        "select {COLUMNS}, {body} from journal j cross join deliveries d where d.journal_id = j.id and {}{status} \
         order by d.created_at desc, d.id desc {limit}",
        all.text
    );
    cut(tx, tx.rows(&sql, &all.params).await?, filter).await
}

/// The few that are pending, from the index of what is due. Outside of it the endpoint is not named, or SQLite would take the index by time.
async fn pending(tx: &Tx, webhook_id: i64, filter: &Filter) -> Result<(Vec<Line>, Option<Cursor>)> {
    let mut all = filter.window(None);
    all.and(
        "d.id in (select id from deliveries where webhook_id = ? and due_at is not null)",
        Some(Value::Int(webhook_id)),
    );
    all.and("d.action = ?", filter.action());
    let (limit, status, body) = (all.limit(filter.limit + 1), filter.status(), filter.body());
    let sql = format!(
        "select {COLUMNS}, {body} from deliveries d cross join journal j \
         where j.id = d.journal_id and {}{status} order by d.created_at desc, d.id desc {limit}",
        all.text
    );
    cut(tx, tx.rows(&sql, &all.params).await?, filter).await
}

/// Along the index that fits best: of what was not done, of the event, or of all. What it does not have is looked at in a number of rows that
/// no log makes greater.
async fn walk(tx: &Tx, webhook_id: i64, filter: &Filter) -> Result<(Vec<Line>, Option<Cursor>)> {
    let undone = matches!(filter.status, Some(DeliveryStatus::Failed | DeliveryStatus::Held));
    let mut inner = filter.window(Some(webhook_id));
    if undone {
        inner.text += &filter.status();
    } else {
        inner.and("d.action = ?", filter.action());
    }
    let walked = inner.clone();
    let mut outer = Conditions { text: String::new(), params: inner.params };
    if undone {
        outer.and("d.action = ?", filter.action());
    } else {
        outer.text += &filter.status();
    }
    let exact = outer.text.is_empty();
    let (some, limit) = (outer.limit(if exact { filter.limit + 1 } else { WALK }), outer.limit(filter.limit + 1));
    let (body, rest) = (filter.body(), &outer.text);
    let sql = format!(
        "select {COLUMNS}, {body} from \
         (select * from deliveries d where {} order by d.created_at desc, d.id desc {some}) d cross join journal j \
         where j.id = d.journal_id{rest} order by d.created_at desc, d.id desc {limit}",
        walked.text
    );
    let (lines, next) = cut(tx, tx.rows(&sql, &outer.params).await?, filter).await?;
    if next.is_some() || exact {
        return Ok((lines, next));
    }
    Ok((lines, end_of_walk(tx, walked).await?))
}

/// The last row that was looked at, where there may be more behind it.
async fn end_of_walk(tx: &Tx, mut walked: Conditions) -> Result<Option<Cursor>> {
    walked.params.push(Value::Int(WALK - 1));
    let sql = format!(
        "select d.created_at, d.id from deliveries d where {} order by d.created_at desc, d.id desc limit 1 offset ${}",
        walked.text,
        walked.params.len()
    );
    let last = tx.row(&sql, &walked.params).await?;
    Ok(last.map(|row| Ok::<_, sql::Error>(Cursor { created_at: row.get(0)?, id: row.get(1)? })).transpose()?)
}

/// As many as were asked for, and where the next begin.
async fn cut(tx: &Tx, rows: Vec<Row>, filter: &Filter) -> Result<(Vec<Line>, Option<Cursor>)> {
    let mut lines = rows.iter().map(read).collect::<sql::Result<Vec<_>>>()?;
    let more = lines.len() as i64 > filter.limit;
    lines.truncate(filter.limit as usize);
    let end = lines.last().filter(|_| more);
    let next = end.map(Cursor::after);
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
    loop {
        let begun = Instant::now();
        let gone = house.write(actor.clone(), async move |work| journal::forget_deliveries(work, webhook_id).await);
        if gone.await? == 0 {
            break;
        }
        keep::rest(begun).await;
    }
    house.write(actor, async move |work| webhook::delete(work, webhook_id).await).await?;
    ping::changed(house, webhook_id);
    Ok(())
}
