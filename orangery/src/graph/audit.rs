//! The audit log: what was done, the latest first (AUD-1 … AUD-4).
//!
//! Each filter has an index that ends with the time. Of those that are asked for, the one that tells the most apart leads: each of its values is
//! read by its index, in order, and only so far as the page needs; the others are written so that no index tempts the planner away from it.

use std::cmp::Reverse;

use futures_util::future::try_join_all;
use jiff::Timestamp;
use sql::Value;

use super::Look;
use crate::{
    error::Result,
    tables::{ApiKey, AuditRecord, ChangeKind},
    words,
};

words! {
    /// Who did something (AUD-1).
    Performer { User = "user", Key = "api_key", House = "greenhouse_internal" }
}

/// Empty lists narrow nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Not included (FIL-1).
    pub before: Option<Timestamp>,
    /// Included.
    pub after: Option<Timestamp>,
    pub performer_ids: Vec<i64>,
    pub performers: Vec<Performer>,
    pub addresses: Vec<String>,
    pub kinds: Vec<ChangeKind>,
    pub target_ids: Vec<i64>,
    /// Tables, or what was done where no row was changed.
    pub target_types: Vec<String>,
    pub request_ids: Vec<String>,
    pub requests: Vec<String>,
}

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub at: Timestamp,
    pub id: i64,
}

/// So far is counted.
pub const COUNTED: i64 = 10_000;

/// One way to the rows: conditions that can be read by one index.
#[derive(Clone, Default)]
struct Way {
    conditions: Vec<String>,
    params: Vec<Value>,
}

impl Way {
    fn and(mut self, condition: &str, value: Value) -> Self {
        self.params.push(value);
        self.conditions.push(condition.replace('?', &format!("${}", self.params.len())));
        self
    }

    fn only(mut self, condition: &str) -> Self {
        self.conditions.push(condition.to_owned());
        self
    }

    /// A condition that no index is taken for.
    fn among(mut self, expression: &str, values: Vec<Value>) -> Self {
        let marks: Vec<String> = (1..=values.len()).map(|n| format!("${}", self.params.len() + n)).collect();
        self.conditions.push(format!("{expression} in ({})", marks.join(", ")));
        self.params.extend(values);
        self
    }

    /// What comes after `place` where the latest come first; the first part is for the index, which knows no ids.
    fn below(mut self, place: Place) -> Self {
        let n = self.params.len() + 1;
        self.conditions.push(format!("at <= ${n} and (at < ${n} or id < ${})", n + 1));
        self.params.extend([sql::Field::value(&place.at), Value::Int(place.id)]);
        self
    }

    fn filter(&self) -> String {
        match self.conditions.is_empty() {
            true => String::new(),
            false => format!("where {}", self.conditions.join(" and ")),
        }
    }
}

/// The records after `place`, the latest first, at most so many.
pub async fn list(look: &Look<'_>, filter: &Filter, place: Option<Place>, most: i64) -> Result<Vec<AuditRecord>> {
    let reads = ways(filter).into_iter().map(|way| async move {
        let way = place.map_or(way.clone(), |it| way.below(it));
        let rest = format!("{} order by at desc, id desc limit ${}", way.filter(), way.params.len() + 1);
        let mut params = way.params;
        params.push(Value::Int(most));
        look.tx.all::<AuditRecord>(&rest, &params).await
    });
    let mut records: Vec<AuditRecord> = try_join_all(reads).await?.into_iter().flatten().collect();
    records.sort_by_key(|it| Reverse((it.at, it.id)));
    records.dedup_by_key(|it| it.id);
    records.truncate(usize::try_from(most).unwrap_or_default());
    Ok(records)
}

/// How many records there are, up to [`COUNTED`].
pub async fn count(look: &Look<'_>, filter: &Filter) -> Result<i64> {
    let mut found = 0;
    for way in ways(filter) {
        let mut params = way.params.clone();
        params.push(Value::Int(COUNTED - found));
        let sql = format!(
            "select count(*) from (select 1 from audit_records {} limit ${}) as found",
            way.filter(),
            params.len()
        );
        found += look.tx.count(&sql, &params).await?;
        if found >= COUNTED {
            break;
        }
    }
    Ok(found)
}

/// The keys of these records, the revoked ones too.
pub async fn keys(look: &Look<'_>, records: &[AuditRecord]) -> Result<Vec<ApiKey>> {
    let mut ids: Vec<i64> = records.iter().filter_map(|it| it.api_key_id).collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(look.tx.among(&ids).await?)
}

/// What leads, from what tells the most apart to what tells the least.
#[derive(Clone, Copy, PartialEq)]
enum Lead {
    RequestIds,
    TargetIds,
    PerformerIds,
    Addresses,
    TargetTypes,
    Requests,
    Kinds,
    Nobody,
    Time,
}

fn lead(filter: &Filter) -> Lead {
    match filter {
        it if !it.request_ids.is_empty() => Lead::RequestIds,
        it if !it.target_ids.is_empty() => Lead::TargetIds,
        it if !it.performer_ids.is_empty() => Lead::PerformerIds,
        it if !it.addresses.is_empty() => Lead::Addresses,
        it if !it.target_types.is_empty() => Lead::TargetTypes,
        it if !it.requests.is_empty() => Lead::Requests,
        it if !it.kinds.is_empty() => Lead::Kinds,
        it if it.performers == [Performer::House] => Lead::Nobody,
        _ => Lead::Time,
    }
}

fn ways(filter: &Filter) -> Vec<Way> {
    let lead = lead(filter);
    let rest = narrowed(filter, lead);
    let texts = |values: &[String], condition: &str| -> Vec<Way> {
        once(values).into_iter().map(|it| rest.clone().and(condition, Value::Text(it))).collect()
    };
    match lead {
        Lead::RequestIds => texts(&filter.request_ids, "request_id = ?"),
        Lead::Addresses => texts(&filter.addresses, "address = ?"),
        Lead::TargetTypes => texts(&filter.target_types, "target_type = ?"),
        Lead::Requests => texts(&filter.requests, "request = ?"),
        Lead::Kinds => {
            once(&filter.kinds).iter().map(|it| rest.clone().and("kind = ?", sql::Field::value(it))).collect()
        }
        Lead::TargetIds => {
            once(&filter.target_ids).into_iter().map(|it| rest.clone().and("target_id = ?", Value::Int(it))).collect()
        }
        Lead::PerformerIds => {
            let ways = once(&filter.performer_ids).into_iter().flat_map(|it| {
                let key = rest.clone().and("api_key_id = ?", Value::Int(it)).only("actor_id is null");
                [rest.clone().and("actor_id = ?", Value::Int(it)), key]
            });
            ways.collect()
        }
        Lead::Nobody => vec![rest.only("actor_id is null").only("api_key_id is null")],
        Lead::Time => vec![rest],
    }
}

/// All conditions but the leading one.
fn narrowed(filter: &Filter, lead: Lead) -> Way {
    let Filter {
        before,
        after,
        performer_ids: _,
        performers,
        addresses,
        kinds,
        target_ids,
        target_types,
        request_ids: _,
        requests,
    } = filter;
    let mut way = Way::default();
    if let Some(before) = before {
        way = way.and("at < ?", sql::Field::value(before));
    }
    if let Some(after) = after {
        way = way.and("at >= ?", sql::Field::value(after));
    }
    let texts = |values: &[String]| values.iter().cloned().map(Value::Text).collect::<Vec<_>>();
    for (of, column, values) in [
        (Lead::Addresses, "coalesce(address, '')", texts(addresses)),
        (Lead::TargetTypes, "coalesce(target_type, '')", texts(target_types)),
        (Lead::Requests, "coalesce(request, '')", texts(requests)),
        (Lead::Kinds, "coalesce(kind, '')", kinds.iter().map(sql::Field::value).collect()),
        (Lead::TargetIds, "coalesce(target_id, 0)", target_ids.iter().map(sql::Field::value).collect()),
    ] {
        if of != lead && !values.is_empty() {
            way = way.among(column, values);
        }
    }
    // Whom performer ids name is told only where something tells more apart.
    if !filter.performer_ids.is_empty() && lead != Lead::PerformerIds {
        let ids = filter.performer_ids.iter().map(|it| Value::Int(*it)).collect();
        way = way.among("coalesce(actor_id, api_key_id, 0)", ids);
    }
    if !performers.is_empty() && lead != Lead::Nobody {
        let parts: Vec<&str> = once(performers).into_iter().map(is_performer).collect();
        way = way.only(&format!("({})", parts.join(" or ")));
    }
    way
}

fn is_performer(performer: Performer) -> &'static str {
    match performer {
        Performer::User => "actor_id is not null",
        Performer::Key => "actor_id is null and api_key_id is not null",
        Performer::House => "actor_id is null and api_key_id is null",
    }
}

fn once<T: Clone + PartialEq>(values: &[T]) -> Vec<T> {
    let mut found: Vec<T> = Vec::with_capacity(values.len());
    for value in values {
        if !found.contains(value) {
            found.push(value.clone());
        }
    }
    found
}
