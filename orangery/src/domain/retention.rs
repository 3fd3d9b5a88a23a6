//! Retention rules: candidates about whom nothing happened for so many months are made anonymous, by the timer or when somebody asks for it.

use jiff::{Span, Timestamp, tz::TimeZone};
use sql::{Json, params};

use super::{anonymize, candidate};
use crate::{
    error::{Error, Faults, Result},
    graph::{self, Look},
    house::Orangery,
    patch::Patch,
    tables::{Door, RetentionRule},
    work::{Actor, Work},
};

/// At most so many months: a hundred years.
const MOST_MONTHS: i64 = 1200;

#[derive(Debug, Clone)]
pub struct NewRule {
    pub id: Option<i64>,
    pub name: String,
    /// Only candidates with an application on a job of that office.
    pub office_id: Option<i64>,
    pub months: i64,
    /// Names of fields, as an anonymization takes them.
    pub fields: Vec<String>,
    /// Whether the timer runs it.
    pub enabled: bool,
}

pub async fn create(work: &mut Work, new: &NewRule) -> Result<i64> {
    let NewRule { id, name, office_id, months, fields, enabled } = new.clone();
    let mut row = RetentionRule {
        id: id.unwrap_or_default(),
        name,
        office_id,
        months,
        fields: Json(fields),
        enabled,
        last_run_at: None,
        created_at: work.now,
        updated_at: work.now,
    };
    check(work, &row).await?;
    work.insert(&mut row).await?;
    Ok(row.id)
}

#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub name: Patch<String>,
    pub office_id: Patch<i64>,
    pub months: Patch<i64>,
    pub fields: Patch<Vec<String>>,
    pub enabled: Patch<bool>,
}

pub async fn edit(work: &mut Work, id: i64, edit: &Edit) -> Result<()> {
    let before: RetentionRule = work.tx.lock(id).await?;
    let mut after = before.clone();
    let Edit { name, office_id, months, fields, enabled } = edit.clone();
    name.set(&mut after.name);
    office_id.apply(&mut after.office_id);
    months.set(&mut after.months);
    fields.set(&mut after.fields.0);
    enabled.set(&mut after.enabled);
    check(work, &after).await?;
    if after != before {
        after.updated_at = work.now;
    }
    work.update(&before, &after).await?;
    Ok(())
}

pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let row: RetentionRule = work.tx.lock(id).await?;
    work.delete(&row).await
}

async fn check(work: &Work, rule: &RetentionRule) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("name", &rule.name, 255);
    if !(1..=MOST_MONTHS).contains(&rule.months) {
        faults.add("months", format!("Must be from 1 to {MOST_MONTHS}"));
    }
    faults.take(anonymize::fields(&rule.fields.0))?;
    if let Some(id) = rule.office_id
        && !work.catalog().await?.offices.contains_key(&id)
    {
        faults.add("office_id", format!("There is no office {id}"));
    }
    faults.done()
}

/// What became of one candidate under a rule.
pub struct Done {
    pub candidate_id: i64,
    pub result: Result<()>,
}

/// Makes everybody anonymous who is due under the rule, each in a Work of their own, so that one failure does not keep the others (FIRE-17).
pub async fn run(house: &Orangery, id: i64) -> Result<Vec<Done>> {
    let rule: RetentionRule = house.read(async |look| Ok(look.tx.find(id).await?)).await?;
    let actor =
        Actor { user_id: None, api_key_id: None, door: Door::Timer, request: format!("retention rule {}", rule.id) };
    let mut done = Vec::new();
    let mut after = 0;
    loop {
        let due = house.read(async |look| graph::retention::due(look, &rule, after, 100).await).await?;
        let Some(last) = due.last() else { break };
        after = *last;
        for candidate_id in due {
            let rule = rule.clone();
            let act = async move |work: &mut Work| {
                still_due(work, &rule, candidate_id).await?;
                anonymize::anonymize(work, candidate_id, &rule.fields.0).await
            };
            done.push(Done { candidate_id, result: house.write(actor.clone(), act).await });
        }
    }
    let ran = async move |work: &mut Work| {
        let before: RetentionRule = work.tx.lock(id).await?;
        let after = RetentionRule { last_run_at: Some(work.now), ..before.clone() };
        work.update(&before, &after).await
    };
    house.write(actor, ran).await?;
    Ok(done)
}

/// Who is due was read before this Work: with the candidate locked, it is asked again.
async fn still_due(work: &mut Work, rule: &RetentionRule, candidate_id: i64) -> Result<()> {
    candidate::lock(work, candidate_id).await?;
    match graph::retention::is_due(&work.look().await?, rule, candidate_id).await? {
        true => Ok(()),
        false => Err(Error::refused("Skipped: something happened about the candidate just now")),
    }
}

/// Runs every enabled rule: for the timer.
pub async fn run_all(house: &Orangery) -> Result<()> {
    let rules: Vec<RetentionRule> =
        house.read(async |look| Ok(look.tx.all("where enabled order by id", params![]).await?)).await?;
    for rule in rules {
        for Done { candidate_id, result } in run(house, rule.id).await? {
            match result {
                Ok(()) => {}
                Err(Error::Refused(why)) => tracing::info!(rule = rule.id, candidate_id, why, "a candidate was kept"),
                Err(error) => {
                    tracing::error!(rule = rule.id, candidate_id, %error, "a retention rule failed for a candidate");
                }
            }
        }
    }
    Ok(())
}

/// The moment before which nothing may have happened since.
pub fn cutoff(look: &Look<'_>, months: i64) -> Result<Timestamp> {
    let now = look.now.to_zoned(TimeZone::UTC);
    let then = Span::new().try_months(months).and_then(|it| now.checked_sub(it));
    then.map(|it| it.timestamp()).map_err(|_| Error::invalid("months", "Must be fewer"))
}
