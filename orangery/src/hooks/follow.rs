//! Reading the journal by number: whoever follows it never skips an entry and never sees one twice. One may wait for what comes next.

use std::time::Duration;

use jiff::Timestamp;
use sql::{Dialect, Row, Tx, Value, params};
use tokio::time::{Instant, timeout_at};

use super::{Action, journal, sequencer};
use crate::{error::Result, house::Orangery, words::Word};

/// How often who waits looks for entries of other nodes.
const POLL: Duration = Duration::from_millis(200);
/// So many entries of a job are looked at for one answer, where not all of them fit.
const WALK: i64 = 5_000;

/// What somebody wants to hear of.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Entries after this number; `None` begins with the oldest.
    pub after: Option<i64>,
    pub limit: i64,
    /// How long to wait where there is nothing yet.
    pub wait: Duration,
    pub action: Option<Action>,
    pub candidate_id: Option<i64>,
    pub application_id: Option<i64>,
    pub job_id: Option<i64>,
    /// Whether bodies are wanted.
    pub bodies: bool,
}

/// One entry as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub seq: i64,
    pub id: i64,
    pub action: Action,
    pub happened_at: Timestamp,
    pub actor_id: Option<i64>,
    pub candidate_id: Option<i64>,
    pub application_id: Option<i64>,
    pub job_id: Option<i64>,
    pub erased: bool,
    pub body: Option<String>,
}

#[derive(Debug, PartialEq)]
pub enum Answer {
    Entries {
        entries: Vec<Entry>,
        /// What to ask for after next.
        next: i64,
        /// The last number that was given so far.
        newest: i64,
    },
    /// Entries after that number were removed: nobody could tell what was missed.
    Gone { oldest: i64 },
    /// No entry had that number yet: it is not from this database, or not from this copy of it.
    Ahead { newest: i64 },
}

/// Answers as soon as there is something, or when the wait is over.
pub async fn follow(house: &Orangery, mut query: Query) -> Result<Answer> {
    let until = Instant::now() + query.wait;
    let mut news = house.news();
    loop {
        news.mark_unchanged();
        sequencer::number_now(&house.pool).await?;
        let answer = look(&house.pool.read().await?, &query).await?;
        match answer {
            Answer::Entries { ref entries, next, newest } if entries.is_empty() && Instant::now() < until => {
                // What was looked at and did not fit need not be looked at again.
                query.after = Some(next);
                if next < newest {
                    continue;
                }
            }
            answer => return Ok(answer),
        }
        let again = match house.pool.dialect() {
            Dialect::Sqlite => until,
            Dialect::Postgres => until.min(Instant::now() + POLL),
        };
        let _ = timeout_at(again, news.changed()).await;
    }
}

/// What there is at this moment.
async fn look(tx: &Tx, query: &Query) -> Result<Answer> {
    let newest = journal::head(tx).await?;
    let oldest = journal::oldest(tx).await?;
    let after = query.after.unwrap_or(oldest - 1);
    if after > newest {
        return Ok(Answer::Ahead { newest });
    }
    if after < oldest - 1 {
        return Ok(Answer::Gone { oldest });
    }
    let (sql, params) = query.sql(after);
    let rows = tx.rows(&sql, &params).await?;
    let entries = rows.iter().map(read).collect::<sql::Result<Vec<_>>>()?;
    let full = entries.len() as i64 == query.limit;
    let next = match entries.last().filter(|_| full) {
        Some(last) => last.seq,
        None => query.end_of_walk(tx, after).await?.unwrap_or(newest),
    };
    Ok(Answer::Entries { entries, next, newest })
}

impl Query {
    /// By the index that fits best. A candidate and an application have few entries: plus signs keep the index of numbers out of it, by which
    /// all entries would be looked at for them. What a job has is walked through where only one action is wanted of it.
    fn sql(&self, after: i64) -> (String, Vec<Value>) {
        let mut params = vec![Value::Int(after), Value::Int(self.limit)];
        let mut of = String::new();
        let ids =
            [("candidate_id", self.candidate_id), ("application_id", self.application_id), ("job_id", self.job_id)];
        for (column, id) in ids {
            if let Some(id) = id {
                params.push(Value::Int(id));
                of += &format!(" and {column} = ${}", params.len());
            }
        }
        let action = self.action.map(|it| format!(" and action = '{}'", it.word())).unwrap_or_default();
        let body = if self.bodies { "body" } else { "null" };
        let columns = "seq, id, action, happened_at, actor_id, candidate_id, application_id, job_id";
        let sql = if self.is_of_one() {
            format!(
                "select {columns}, body is null, {body} from journal where +seq > $1{of}{action} order by +seq limit $2"
            )
        } else if self.walks() {
            format!(
                "select {columns}, body is null, {body} from journal where seq in ( \
                     select seq from (select seq, action from journal where seq > $1{of} order by seq limit {WALK}) j \
                     where true{action} order by seq limit $2) order by seq"
            )
        } else {
            format!(
                "select {columns}, body is null, {body} from journal where seq > $1{of}{action} order by seq limit $2"
            )
        };
        (sql, params)
    }

    fn is_of_one(&self) -> bool {
        self.candidate_id.is_some() || self.application_id.is_some()
    }

    fn walks(&self) -> bool {
        !self.is_of_one() && self.job_id.is_some() && self.action.is_some()
    }

    /// The last number that was looked at, where there may be more behind it.
    async fn end_of_walk(&self, tx: &Tx, after: i64) -> Result<Option<i64>> {
        if !self.walks() {
            return Ok(None);
        }
        let sql = "select seq from journal where seq > $1 and job_id = $2 order by seq limit 1 offset $3";
        let last = tx.row(sql, params![after, self.job_id, WALK - 1]).await?;
        Ok(last.map(|row| row.get(0)).transpose()?)
    }
}

fn read(row: &Row) -> sql::Result<Entry> {
    Ok(Entry {
        seq: row.get(0)?,
        id: row.get(1)?,
        action: row.get(2)?,
        happened_at: row.get(3)?,
        actor_id: row.get(4)?,
        candidate_id: row.get(5)?,
        application_id: row.get(6)?,
        job_id: row.get(7)?,
        erased: row.get(8)?,
        body: row.get(9)?,
    })
}
