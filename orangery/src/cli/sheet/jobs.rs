//! A line as a job: made by the verb, or brought up to date.

use std::collections::HashMap;

use super::{Outcome, Plan, Then, names::Names, row::Row};
use crate::{
    domain::{
        BODY, NAME,
        job::{self, DepartmentRef, JobChange, NewJob, OfficeRefs},
        opening::NewOpening,
    },
    error::Result,
    tables::FieldType,
    work::Work,
};

/// Jobs by requisition, with the line that made them, if one did.
pub struct There(HashMap<String, Vec<(i64, Option<u64>)>>);

impl There {
    pub fn read(names: &Names) -> Self {
        let mut there: HashMap<String, Vec<(i64, Option<u64>)>> = HashMap::new();
        for job in &names.jobs {
            if let Some(requisition_id) = &job.requisition_id {
                there.entry(requisition_id.clone()).or_default().push((job.id, None));
            }
        }
        Self(there)
    }
}

pub async fn import(
    work: &mut Work,
    plan: &Plan,
    names: &mut Names,
    there: &mut There,
    row: &mut Row<'_>,
) -> Result<Outcome> {
    let new = draft(names, row);
    let requisition_id = new.requisition_id.clone();
    let found = requisition_id.as_ref().and_then(|it| there.0.get(it)).map(Vec::as_slice).unwrap_or_default();
    match (found, plan.on_duplicate) {
        _ if !row.troubles.is_empty() => Ok(Outcome::Refused),
        ([], _) => {
            let made = Box::pin(job::create(work, new)).await;
            let Some(job) = row.take(made)? else { return Ok(Outcome::Refused) };
            if let Some(requisition_id) = requisition_id {
                there.0.entry(requisition_id).or_default().push((job.id, Some(row.line)));
            }
            Ok(Outcome::Created)
        }
        ([(id, _), ..], Then::Skip) => Ok(Outcome::Skipped(*id)),
        ([(id, _)], Then::Update) => {
            let id = *id;
            let changed = Box::pin(job::update(work, id, change(row, new))).await;
            row.take(changed)?;
            Ok(Outcome::Updated(id))
        }
        ([(id, line)], Then::Error) => {
            let which = line.map_or_else(|| format!("job {id}"), |line| format!("line {line}"));
            row.lacks(format!("The requisition is {which} already; --on-duplicate skip or update says what to do"));
            Ok(Outcome::Refused)
        }
        (several, _) => {
            let ids: Vec<String> = several.iter().map(|it| it.0.to_string()).collect();
            row.lacks(format!("It may be any of the jobs {}", ids.join(", ")));
            Ok(Outcome::Refused)
        }
    }
}

fn draft(names: &Names, row: &mut Row<'_>) -> NewJob {
    let name = row.text("name", NAME);
    if name.is_none() {
        row.lacks("There is no name");
    }
    let open = row.named("status", |it| match it.to_lowercase().as_str() {
        "open" => Ok((true, "open".to_owned())),
        "draft" => Ok((false, "draft".to_owned())),
        _ => Err("Must be open or draft; a job is closed when it is there".to_owned()),
    });
    let mut offices = Vec::new();
    for (cell, office) in row.several("offices", &[';', '|', '\n']) {
        offices.extend(row.found("offices", cell, names.office(office)));
    }
    let opened_at = row.named("opened_at", |it| names.time(it).map(|at| (at, at.to_string())));
    let mut openings: Vec<NewOpening> = Vec::new();
    for (cell, opening) in row.several("opening_id", &[',', ';', '|', '\n']) {
        row.limit(cell, opening, NAME);
        openings.push(NewOpening { opening_id: Some(opening.to_owned()), opened_at, ..NewOpening::default() });
    }
    let count = row.named("openings", |it| match it.parse::<usize>() {
        Ok(count @ 0..=100) => Ok((count, count.to_string())),
        _ => Err("Must be a number up to 100".to_owned()),
    });
    let count = count.unwrap_or(1).max(openings.len());
    openings.resize_with(count, || NewOpening { opened_at, ..NewOpening::default() });
    NewJob {
        name: name.unwrap_or_default(),
        requisition_id: row.text("requisition_id", NAME),
        notes: row.text("notes", BODY),
        confidential: row.flag("confidential").unwrap_or(false),
        open: open.unwrap_or(true),
        opened_at: opened_at.filter(|_| open.unwrap_or(true)),
        level: row.text("level", NAME),
        department: row.named("department", |it| names.department(it)).map(DepartmentRef::Id),
        offices: OfficeRefs::Ids(offices),
        anywhere: row.flag("anywhere").unwrap_or(false),
        team_and_responsibilities: row.text("team_and_responsibilities", BODY),
        how_to_sell_this_job: row.text("how_to_sell_this_job", BODY),
        custom: row.custom(FieldType::Job, |it| names.user(it).ok().map(|it| it.0)),
        openings,
        ..NewJob::default()
    }
}

/// What the line says; what it is silent about stays, and so do status and openings.
fn change(row: &Row<'_>, new: NewJob) -> JobChange {
    JobChange {
        name: Some(new.name),
        requisition_id: new.requisition_id.into(),
        notes: new.notes.into(),
        confidential: row.one("confidential").map(|_| new.confidential),
        opened_at: None,
        level: new.level.into(),
        department: new.department.into(),
        offices: row.one("offices").map(|_| new.offices),
        anywhere: row.one("anywhere").map(|_| new.anywhere),
        team_and_responsibilities: new.team_and_responsibilities.into(),
        how_to_sell_this_job: new.how_to_sell_this_job.into(),
        is_template: None,
        custom: new.custom,
    }
}
