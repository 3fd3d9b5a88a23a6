//! What a replay finds: the entries and deliveries of a selection, a few at a time, from a place on. No look at them grows with the log.

use courier::tables::PENDING;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sql::{Row, Tx, Value};

use crate::error::Result;

/// A part of a selection that can be walked through from one end to the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Deliveries(Vec<i64>),
    /// What was given up.
    Failed,
    Held,
    /// Entries after one number, up to another.
    Entries(Range),
    /// The entries of one candidate.
    Candidate(i64),
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Range {
    pub after: i64,
    pub to: i64,
    /// Only what happened then or later, and before then.
    pub from_time: Option<Timestamp>,
    pub to_time: Option<Timestamp>,
    /// Only what the endpoint was never to hear of.
    pub unsent: bool,
    /// The row of `webhook_gaps` that this is, which goes once it is worked off.
    pub gap: Option<i64>,
}

/// How far a part was walked through; its beginning by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    pub at: i64,
    pub id: i64,
}

/// An entry that was found, and the delivery that there is of it.
pub struct Found {
    pub journal_id: i64,
    pub erased: bool,
    /// Its id, and whether it is pending.
    pub delivery: Option<(i64, bool)>,
    place: Place,
}

impl Found {
    pub fn is_pending(&self) -> bool {
        self.delivery.is_some_and(|(_, pending)| pending)
    }
}

/// What comes next of a part after a place, looking at so many at most, and where to go on; nowhere at its end.
pub async fn find(
    tx: &Tx,
    webhook_id: i64,
    part: &Part,
    place: Place,
    most: i64,
) -> Result<(Vec<Found>, Option<Place>)> {
    match part {
        Part::Deliveries(ids) => deliveries(tx, webhook_id, ids, place, most).await,
        Part::Failed => undone(tx, webhook_id, "failed", place, most).await,
        Part::Held => undone(tx, webhook_id, "held", place, most).await,
        Part::Entries(range) => entries(tx, webhook_id, range, place, most).await,
        Part::Candidate(id) => of_candidate(tx, webhook_id, *id, place, most).await,
    }
}

/// What is to be erased stays only for those to whom it is still to be delivered: nobody else hears of it.
const MARKED: &str = "(j.erase and (d.id is null or d.status not in ('pending', 'held')))";
const ERASED: &str = "(j.body is null or (j.erase and (d.id is null or d.status not in ('pending', 'held'))))";

async fn deliveries(
    tx: &Tx,
    webhook_id: i64,
    ids: &[i64],
    place: Place,
    most: i64,
) -> Result<(Vec<Found>, Option<Place>)> {
    let sql = format!(
        "select d.id, 0, j.id, {ERASED}, d.id, d.status from deliveries d join journal j on j.id = d.journal_id
        where d.webhook_id = $1 and d.id > $2 and d.id {{any:$3}} order by d.id limit $4"
    );
    let params = [Value::Int(webhook_id), Value::Int(place.at), Value::Ids(ids.to_vec()), Value::Int(most)];
    on_from_last(read(&tx.rows(&sql, &params).await?)?, most)
}

/// In the order of their times, as the index of what is not done has them.
async fn undone(
    tx: &Tx,
    webhook_id: i64,
    status: &str,
    place: Place,
    most: i64,
) -> Result<(Vec<Found>, Option<Place>)> {
    let sql = format!(
        "select d.created_at, d.id, j.id, {ERASED}, d.id, d.status from (
            select id, created_at, journal_id, status from deliveries
            where webhook_id = $1 and status = '{status}' and (created_at, id) > ($2, $3)
            order by created_at, id limit $4) d
        join journal j on j.id = d.journal_id order by d.created_at, d.id"
    );
    let params = [webhook_id, place.at, place.id, most].map(Value::Int);
    on_from_last(read(&tx.rows(&sql, &params).await?)?, most)
}

/// What the endpoint was to hear of, and what it listens to now.
const LISTENED: &str = "exists (select 1 from webhook_events e where e.webhook_id = $1 and e.action = j.action)";

async fn of_candidate(
    tx: &Tx,
    webhook_id: i64,
    candidate_id: i64,
    place: Place,
    most: i64,
) -> Result<(Vec<Found>, Option<Place>)> {
    let sql = format!(
        "select j.id, 0, j.id, {ERASED}, d.id, d.status
        from journal j left join deliveries d on d.journal_id = j.id and d.webhook_id = $1
        where j.id > $2 and j.candidate_id = $3 and not j.test and (d.id is not null or {LISTENED})
        order by j.id limit $4"
    );
    let params = [webhook_id, place.at, candidate_id, most].map(Value::Int);
    on_from_last(read(&tx.rows(&sql, &params).await?)?, most)
}

/// Numbers have no gaps: a step is so many of them, whatever is found there. The limit inside tells PostgreSQL that these are few.
async fn entries(
    tx: &Tx,
    webhook_id: i64,
    range: &Range,
    place: Place,
    most: i64,
) -> Result<(Vec<Found>, Option<Place>)> {
    let after = place.at.max(range.after);
    let to = after.saturating_add(most).min(range.to);
    let mut params = [webhook_id, after, to, most].map(Value::Int).to_vec();
    let mut conditions = match range.unsent {
        true => format!("d.id is null and {LISTENED}"),
        false => format!("(d.id is not null or {LISTENED})"),
    };
    for (condition, time) in [("j.happened_at >=", range.from_time), ("j.happened_at <", range.to_time)] {
        if let Some(time) = time {
            params.push(Value::Int(time.as_microsecond()));
            conditions += &format!(" and {condition} ${}", params.len());
        }
    }
    let sql = format!(
        "select j.seq, 0, j.id, j.gone or {MARKED}, d.id, d.status from (
            select id, seq, action, happened_at, erase, body is null as gone from journal
            where seq > $2 and seq <= $3 order by seq limit $4) j
        left join deliveries d on d.journal_id = j.id and d.webhook_id = $1
        where {conditions} order by j.seq"
    );
    let found = read(&tx.rows(&sql, &params).await?)?;
    Ok((found, (to < range.to).then_some(Place { at: to, id: 0 })))
}

/// Where as many were found as were asked for there may be more.
fn on_from_last(found: Vec<Found>, most: i64) -> Result<(Vec<Found>, Option<Place>)> {
    let last = found.last().map(|it| it.place).filter(|_| found.len() as i64 >= most);
    Ok((found, last))
}

fn read(rows: &[Row]) -> Result<Vec<Found>> {
    let one = |row: &Row| -> sql::Result<Found> {
        let delivery = match row.get::<Option<i64>>(4)? {
            Some(id) => Some((id, row.get::<String>(5)? == PENDING)),
            None => None,
        };
        let place = Place { at: row.get(0)?, id: row.get(1)? };
        Ok(Found { journal_id: row.get(2)?, erased: row.get(3)?, delivery, place })
    };
    Ok(rows.iter().map(one).collect::<sql::Result<_>>()?)
}
