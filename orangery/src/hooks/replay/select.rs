//! What is to be sent again, as somebody says it, and which parts it has.

use courier::{endpoint::Webhook, tables::Delivery};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};
use sql::{Tx, params};

use super::{
    Counts,
    find::{Part, Range},
};
use crate::{
    error::{Error, Fault, Result},
    hooks::{journal, sequencer},
    house::Orangery,
    tables::WebhookGap,
};

/// What is to be sent again.
#[derive(Debug, Clone)]
pub enum Selection {
    Deliveries(Vec<i64>),
    /// Entries of these numbers, both included: those that the endpoint was to hear of, and those that it listens to now.
    Sequence {
        from: i64,
        to: Option<i64>,
    },
    /// The same of what happened from one time on, up to another.
    Time {
        from: Option<Timestamp>,
        to: Option<Timestamp>,
    },
    /// The same of one candidate.
    Candidate(i64),
    /// What was given up.
    Failed,
    /// What was held, and what happened, while the endpoint was disabled.
    Missed,
}

impl Selection {
    /// In the words of our API.
    pub fn told(&self) -> Json {
        match self {
            Self::Deliveries(ids) => json!({"delivery_ids": ids}),
            Self::Sequence { from, to } => json!({"from_seq": from, "to_seq": to}),
            Self::Time { from, to } => json!({"from": from, "to": to}),
            Self::Candidate(id) => json!({"candidate_id": id}),
            Self::Failed => json!({"failed": true}),
            Self::Missed => json!({"missed": true}),
        }
    }
}

pub(super) async fn parts(tx: &Tx, row: &Webhook, selection: Selection) -> Result<Vec<Part>> {
    let (oldest, newest) = (journal::oldest(tx).await?, journal::head(tx).await?);
    let whole = Range { after: oldest - 1, to: newest, ..Range::default() };
    Ok(match selection {
        Selection::Deliveries(ids) => {
            known(tx, row.id, &ids).await?;
            vec![Part::Deliveries(ids)]
        }
        Selection::Sequence { from, to } => {
            let after = whole.after.max(from.saturating_sub(1));
            vec![Part::Entries(Range { after, to: to.unwrap_or(newest).min(newest), ..whole })]
        }
        Selection::Time { from, to } => vec![Part::Entries(between(tx, whole, from, to).await?)],
        Selection::Candidate(id) => vec![Part::Candidate(id)],
        Selection::Failed => vec![Part::Failed],
        Selection::Missed => {
            let mut parts = vec![Part::Held];
            parts.extend(gaps(tx, row, &whole).await?.into_iter().map(Part::Entries));
            parts
        }
    })
}

/// So much earlier or later than its neighbours may an entry have happened: as long as a Work may last, and a clock be wrong.
const APART: SignedDuration = SignedDuration::from_hours(1);

/// The numbers among which all is that happened then.
async fn between(tx: &Tx, whole: Range, from: Option<Timestamp>, to: Option<Timestamp>) -> Result<Range> {
    let mut range = Range { from_time: from, to_time: to, ..whole };
    if let Some(early) = from.and_then(|it| it.checked_sub(APART).ok()) {
        range.after = last_before(tx, &range, early).await?;
    }
    if let Some(late) = to.and_then(|it| it.checked_add(APART).ok()) {
        range.to = last_before(tx, &range, late).await?;
    }
    Ok(range)
}

/// Up to which number all of the range happened before: numbers follow time, so it is found by halving.
async fn last_before(tx: &Tx, range: &Range, time: Timestamp) -> Result<i64> {
    let (mut low, mut high) = (range.after, range.to);
    while low < high {
        let middle = high - (high - low) / 2;
        let sql = "select happened_at from journal where seq <= $1 order by seq desc limit 1";
        let row = tx.row(sql, params![middle]).await?;
        let happened: Option<Timestamp> = row.map(|it| it.get(0)).transpose()?;
        match happened.is_none_or(|it| it < time) {
            true => low = middle,
            false => high = middle - 1,
        }
    }
    Ok(low)
}

/// What happened while the endpoint was disabled, each time that it was.
pub(super) async fn gaps(tx: &Tx, row: &Webhook, whole: &Range) -> Result<Vec<Range>> {
    let gaps: Vec<WebhookGap> = tx.all("where webhook_id = $1 order by after_seq, id", params![row.id]).await?;
    let range = |after: i64, to: i64, gap| Range {
        after: after.max(whole.after),
        to: to.min(whole.to),
        unsent: true,
        gap,
        ..Range::default()
    };
    let mut ranges: Vec<Range> = Vec::new();
    for gap in gaps {
        // One ends at the latest where the next begins, or what is in both would be counted twice.
        if let Some(last) = ranges.last_mut() {
            last.to = last.to.min(gap.after_seq);
        }
        ranges.push(range(gap.after_seq, gap.until_seq, Some(gap.id)));
    }
    if let Some(after) = row.missed_after.filter(|_| !row.enabled) {
        if let Some(last) = ranges.last_mut() {
            last.to = last.to.min(after);
        }
        ranges.push(range(after, whole.to, None));
    }
    Ok(ranges)
}

/// Refuses ids that are no deliveries of this endpoint.
async fn known(tx: &Tx, webhook_id: i64, ids: &[i64]) -> Result<()> {
    let rows = tx.among::<Delivery>(ids).await?;
    let ours: std::collections::HashSet<i64> =
        rows.iter().filter(|it| it.webhook_id == webhook_id).map(|it| it.id).collect();
    let unknown = ids.iter().enumerate().filter(|(_, id)| !ours.contains(id));
    let faults: Vec<Fault> = unknown
        .map(|(n, id)| Fault {
            field: format!("delivery_ids[{n}]"),
            message: format!("There is no delivery {id} of the web hook {webhook_id}"),
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
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
    let parts = parts(&tx, &row, Selection::Missed).await?;
    drop(tx);
    let Counts { created, .. } = super::count(house, webhook_id, &parts[1..], Default::default()).await?;
    let held = "select count(*) from deliveries where webhook_id = $1 and status = 'held'";
    Ok(Missed { held: house.pool.read().await?.count(held, params![webhook_id]).await?, never_sent: created })
}
