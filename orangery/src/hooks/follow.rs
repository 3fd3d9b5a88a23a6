//! Reading the journal by number: whoever follows it never skips an entry and never sees one twice. One may wait for what comes next.

use std::time::Duration;

use jiff::Timestamp;
use sql::{Dialect, Row, Tx, Value};
use tokio::time::{Instant, timeout_at};

use super::{Action, journal, sequencer};
use crate::{error::Result, house::Orangery, words::Word};

/// How often who waits looks for entries of other nodes.
const POLL: Duration = Duration::from_millis(200);

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
            Answer::Entries { ref entries, next, .. } if entries.is_empty() && Instant::now() < until => {
                // What was looked at and did not fit need not be looked at again.
                query.after = Some(next);
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
    let (filter, params) = filter(query, after);
    let body = if query.bodies { "body" } else { "null" };
    let sql = format!(
        "select seq, id, action, happened_at, actor_id, candidate_id, application_id, job_id, body is null, {body} \
         from journal where {filter} order by seq limit $2"
    );
    let rows = tx.rows(&sql, &params).await?;
    let entries = rows.iter().map(read).collect::<sql::Result<Vec<_>>>()?;
    let full = entries.len() as i64 == query.limit;
    let next = entries.last().filter(|_| full).map_or(newest, |it| it.seq);
    Ok(Answer::Entries { entries, next, newest })
}

fn filter(query: &Query, after: i64) -> (String, Vec<Value>) {
    let mut filter = "seq > $1".to_owned();
    let mut params = vec![Value::Int(after), Value::Int(query.limit)];
    let conditions = [
        ("action", query.action.map(|it| Value::Text(it.word().to_owned()))),
        ("candidate_id", query.candidate_id.map(Value::Int)),
        ("application_id", query.application_id.map(Value::Int)),
        ("job_id", query.job_id.map(Value::Int)),
    ];
    for (column, value) in conditions {
        if let Some(value) = value {
            params.push(value);
            filter += &format!(" and {column} = ${}", params.len());
        }
    }
    (filter, params)
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
