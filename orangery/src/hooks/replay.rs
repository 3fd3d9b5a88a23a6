//! Sending again what was sent, and for the first time what was missed. A delivery keeps its id (SEND-4), and its body is the stored one.
//!
//! Many at a time, but few in one Work: a replay of a million entries is in nobody's way.

use courier::{
    endpoint::Webhook,
    tables::{Delivery, PENDING},
};
use jiff::{SignedDuration, Timestamp};
use sql::{Row, Tx, Value, params};

use super::{journal, sequencer};
use crate::{
    error::{Error, Fault, Result},
    house::Orangery,
    work::{Actor, Work},
};

const STEP: i64 = 500;

/// What is to be sent again.
#[derive(Debug, Clone)]
pub enum Selection {
    Deliveries(Vec<i64>),
    /// Entries of these numbers, both included: those that the endpoint was to hear of, and those that it listens to now.
    Sequence {
        from: i64,
        to: Option<i64>,
    },
    /// The same of one candidate.
    Candidate(i64),
    /// What was given up.
    Failed,
    /// What was held, and what happened, while the endpoint was disabled.
    Missed,
}

/// What a replay sends, or would send.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sent again, or at last.
    pub replayed: i64,
    /// Addressed for the first time.
    pub created: i64,
    /// Left alone, since they are on their way.
    pub under_way: i64,
    /// Left out, since there is nothing left to send.
    pub erased: i64,
}

/// A part of a selection that one query can walk through.
#[derive(Debug, Clone)]
enum Part {
    Deliveries(Vec<i64>),
    Failed,
    Held,
    Sequence { from: i64, to: i64 },
    Candidate(i64),
    NeverSent { after: i64, to: i64 },
}

/// An entry that was found, and the delivery that there is of it.
struct Found {
    place: i64,
    journal_id: i64,
    erased: bool,
    delivery: Option<(i64, bool)>,
}

/// At which pace, from when on.
#[derive(Debug, Clone, Copy)]
struct Pace {
    from: Timestamp,
    per_second: Option<i64>,
}

/// Replays. `per_second` spreads what is sent over time, so that what happens meanwhile is delivered in between. `dry` only counts.
pub async fn replay(
    house: &Orangery,
    actor: Actor,
    webhook_id: i64,
    selection: Selection,
    per_second: Option<i64>,
    dry: bool,
) -> Result<Counts> {
    watched(house, actor, webhook_id, selection, per_second, dry, &|_| {}).await
}

/// The same for somebody who wants to hear how far it is.
pub async fn watched(
    house: &Orangery,
    actor: Actor,
    webhook_id: i64,
    selection: Selection,
    per_second: Option<i64>,
    dry: bool,
    told: &(dyn Fn(Counts) + Sync),
) -> Result<Counts> {
    sequencer::number_now(&house.pool).await?;
    let tx = house.pool.read().await?;
    let row: Webhook = tx.find(webhook_id).await?;
    let parts = parts(&tx, &row, selection).await?;
    drop(tx);
    if !row.enabled && !dry {
        return Err(disabled(&row));
    }
    let pace = Pace { from: house.now(), per_second };
    let mut counts = Counts::default();
    for part in parts {
        let mut after = 0;
        loop {
            let found = find(&house.pool.read().await?, webhook_id, &part, after).await?;
            let Some(last) = found.last() else { break };
            after = last.place;
            let step = Step::of(&found, counts.replayed + counts.created, pace);
            counts.add(&step, &found);
            let idle = step.again.is_empty() && step.new.is_empty();
            if !dry && !idle {
                house.write(actor.clone(), async move |work| step.write(work, webhook_id).await).await?;
            }
            told(counts);
        }
    }
    Ok(counts)
}

pub(super) fn disabled(row: &Webhook) -> Error {
    Error::refused(format!("The web hook {} is disabled: enable it first, then what it is sent can arrive", row.id))
}

async fn parts(tx: &Tx, row: &Webhook, selection: Selection) -> Result<Vec<Part>> {
    let newest = journal::head(tx).await?;
    Ok(match selection {
        Selection::Deliveries(ids) => {
            known(tx, row.id, &ids).await?;
            vec![Part::Deliveries(ids)]
        }
        Selection::Sequence { from, to } => vec![Part::Sequence { from, to: to.unwrap_or(newest) }],
        Selection::Candidate(id) => vec![Part::Candidate(id)],
        Selection::Failed => vec![Part::Failed],
        Selection::Missed => {
            let after = row.missed_after.unwrap_or(newest);
            vec![Part::Held, Part::NeverSent { after, to: newest }]
        }
    })
}

/// Refuses ids that are no deliveries of this endpoint.
async fn known(tx: &Tx, webhook_id: i64, ids: &[i64]) -> Result<()> {
    let rows = tx.among::<Delivery>(ids).await?;
    let ours = |id: i64| rows.iter().any(|it| it.id == id && it.webhook_id == webhook_id);
    let unknown = ids.iter().enumerate().filter(|(_, id)| !ours(**id));
    let faults: Vec<Fault> = unknown
        .map(|(n, id)| Fault {
            field: format!("delivery_ids[{n}]"),
            message: format!("There is no delivery {id} of the web hook {webhook_id}"),
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

/// What comes next of a part, after the place `after`.
async fn find(tx: &Tx, webhook_id: i64, part: &Part, after: i64) -> Result<Vec<Found>> {
    const SENT: &str = "select d.id, j.id, j.body is null, d.id, d.status
        from deliveries d join journal j on j.id = d.journal_id where d.webhook_id = $1 and d.id > $2";
    const ENTRIES: &str = "j.id, j.body is null, d.id, d.status
        from journal j left join deliveries d on d.journal_id = j.id and d.webhook_id = $1";
    const LISTENED: &str = "exists (select 1 from webhook_events e where e.webhook_id = $1 and e.action = j.action)";
    let (sql, value) = match part {
        Part::Deliveries(ids) => {
            (format!("{SENT} and d.id {{any:$3}} order by d.id limit {STEP}"), Value::Ids(ids.clone()))
        }
        // The limit is always the same, so that the third parameter can be it.
        Part::Failed => (format!("{SENT} and d.status = 'failed' order by d.id limit $3"), Value::Int(STEP)),
        Part::Held => (format!("{SENT} and d.status = 'held' order by d.id limit $3"), Value::Int(STEP)),
        Part::Sequence { to, .. } => (
            format!(
                "select j.seq, {ENTRIES} where j.seq > $2 and j.seq <= $3 and (d.id is not null or {LISTENED})
                order by j.seq limit {STEP}"
            ),
            Value::Int(*to),
        ),
        Part::Candidate(id) => (
            format!(
                "select j.id, {ENTRIES} where j.id > $2 and j.candidate_id = $3 and not j.test
                and (d.id is not null or {LISTENED}) order by j.id limit {STEP}"
            ),
            Value::Int(*id),
        ),
        Part::NeverSent { to, .. } => (
            format!(
                "select j.seq, {ENTRIES} where j.seq > $2 and j.seq <= $3 and d.id is null and {LISTENED}
                order by j.seq limit {STEP}"
            ),
            Value::Int(*to),
        ),
    };
    let after = match part {
        Part::Sequence { from, .. } => after.max(from.saturating_sub(1)),
        Part::NeverSent { after: from, .. } => after.max(*from),
        _ => after,
    };
    let rows = tx.rows(&sql, &[Value::Int(webhook_id), Value::Int(after), value]).await?;
    Ok(rows.iter().map(read).collect::<sql::Result<_>>()?)
}

fn read(row: &Row) -> sql::Result<Found> {
    let delivery = match row.get::<Option<i64>>(3)? {
        Some(id) => Some((id, row.get::<String>(4)? == PENDING)),
        None => None,
    };
    Ok(Found { place: row.get(0)?, journal_id: row.get(1)?, erased: row.get(2)?, delivery })
}

/// What one Work of a replay does: the ids of deliveries, or of entries, each with the time when they are due.
#[derive(Clone, Default)]
struct Step {
    again: Vec<(Timestamp, Vec<i64>)>,
    new: Vec<(Timestamp, Vec<i64>)>,
}

impl Step {
    /// `before` were sent in the steps before.
    fn of(found: &[Found], before: i64, pace: Pace) -> Self {
        let mut step = Self::default();
        let sendable = found.iter().filter(|it| !it.erased && !it.delivery.is_some_and(|(_, pending)| pending));
        for (n, it) in (before..).zip(sendable) {
            let seconds = pace.per_second.map_or(0, |it| n / it);
            let due = pace.from + SignedDuration::from_secs(seconds);
            let (groups, id) = match it.delivery {
                Some((id, _)) => (&mut step.again, id),
                None => (&mut step.new, it.journal_id),
            };
            match groups.last_mut() {
                Some((at, ids)) if *at == due => ids.push(id),
                _ => groups.push((due, vec![id])),
            }
        }
        step
    }

    async fn write(self, work: &mut Work, webhook_id: i64) -> Result<()> {
        let row: Webhook = work.tx.lock(webhook_id).await?;
        if !row.enabled {
            return Err(disabled(&row));
        }
        for (due, ids) in self.again {
            let sql = "update deliveries set status = 'pending', replay = $3, attempts = 0, due_at = $2, node = null, lease_until = null, \
                       finished_at = null where id {any:$1} and status <> 'pending'";
            work.tx.execute(sql, params![ids, due, true]).await?;
        }
        for (due, ids) in self.new {
            let sql = "insert into deliveries \
                       (webhook_id, journal_id, action, order_key, status, attempts, due_at, replay, created_at) \
                       select w.id, j.id, j.action, \
                       case w.order_by when 'candidate' then j.candidate_id when 'application' then j.application_id end, \
                       'pending', 0, $3, $4, $5 from journal j cross join webhooks w where j.id {any:$2} and w.id = $1 \
                       order by j.id \
                       on conflict (webhook_id, journal_id) do nothing";
            work.tx.execute(sql, params![webhook_id, ids, due, true, work.now]).await?;
        }
        work.deliver();
        Ok(())
    }
}

impl Counts {
    fn add(&mut self, step: &Step, found: &[Found]) {
        let sum = |groups: &[(Timestamp, Vec<i64>)]| groups.iter().map(|it| it.1.len() as i64).sum::<i64>();
        self.replayed += sum(&step.again);
        self.created += sum(&step.new);
        self.erased += found.iter().filter(|it| it.erased).count() as i64;
        let pending = |it: &&Found| !it.erased && it.delivery.is_some_and(|(_, pending)| pending);
        self.under_way += found.iter().filter(pending).count() as i64;
    }
}

/// What enabling an endpoint offers: how many deliveries are held, and how many entries it never heard of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missed {
    pub held: i64,
    pub never_sent: i64,
}

pub async fn missed(house: &Orangery, webhook_id: i64) -> Result<Missed> {
    sequencer::number_now(&house.pool).await?;
    let tx = house.pool.read().await?;
    let row: Webhook = tx.find(webhook_id).await?;
    let held = "select count(*) from deliveries where webhook_id = $1 and status = 'held'";
    let never_sent = "select count(*) from journal j where j.seq > $2 and j.body is not null \
                      and exists (select 1 from webhook_events e where e.webhook_id = $1 and e.action = j.action) \
                      and not exists (select 1 from deliveries d where d.webhook_id = $1 and d.journal_id = j.id)";
    let after = match row.missed_after {
        Some(after) => after,
        None => journal::head(&tx).await?,
    };
    Ok(Missed {
        held: tx.count(held, params![webhook_id]).await?,
        never_sent: tx.count(never_sent, params![webhook_id, after]).await?,
    })
}
