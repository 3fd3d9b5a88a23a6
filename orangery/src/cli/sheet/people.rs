//! A line as a candidate or a prospect: made by the verbs, or brought up to date.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Outcome, Plan, Then, fields::Kind, map::Cell, names::Names, row::Row};
use crate::{
    domain::{
        BODY, NAME,
        application::{
            new::{self, NewApplication, Prospect, Referrer, Standing},
            update,
        },
        candidate::{self, Edit, NewCandidate, NewContact},
        note::{self, Content, NewItem},
    },
    error::Result,
    graph::known,
    patch::Patch,
    tables::{Application, CandidateTag, Contact, ContactKind, FeedItem, FieldType, Tag, Visibility},
    work::Work,
};

/// People who are there, by address and by external id: with the line that made them, if one did.
#[derive(Default)]
pub struct There {
    emails: HashMap<String, Vec<(i64, Option<u64>)>>,
    external_ids: HashMap<String, Vec<(i64, Option<u64>)>>,
}

impl There {
    pub async fn read(work: &Work, plan: &Plan) -> Result<Self> {
        let (mut emails, mut ids) = (Vec::new(), Vec::new());
        for line in &plan.lines {
            let row = Row::new(line.number, plan.mapping.cells(line));
            emails.extend(addresses(&row).iter().map(|it| it.1.to_lowercase()));
            ids.extend(row.one("external_id").map(|it| it.value.to_owned()));
        }
        let mut there = Self::default();
        for (email, id) in known::candidates_by_email(&work.tx, &emails).await? {
            there.emails.entry(email).or_default().push((id, None));
        }
        for (external_id, id) in known::candidates_by_external_id(&work.tx, &ids).await? {
            there.external_ids.entry(external_id).or_default().push((id, None));
        }
        Ok(there)
    }

    /// Who a line may be, and by what.
    fn find(&self, emails: &[String], external_id: Option<&str>) -> Vec<(i64, Option<u64>, String)> {
        let by_email = emails
            .iter()
            .flat_map(|it| self.emails.get(it).into_iter().flatten().map(move |found| (found, it.as_str())));
        let by_id = external_id
            .iter()
            .flat_map(|it| self.external_ids.get(*it).into_iter().flatten().map(move |found| (found, *it)));
        let mut found: Vec<(i64, Option<u64>, String)> = Vec::new();
        for ((id, line), by) in by_email.chain(by_id) {
            if !found.iter().any(|it| it.0 == *id) {
                found.push((*id, *line, by.to_owned()));
            }
        }
        found
    }

    fn add(&mut self, id: i64, line: u64, emails: &[String], external_id: Option<&str>) {
        for email in emails {
            self.emails.entry(email.clone()).or_default().push((id, Some(line)));
        }
        if let Some(external_id) = external_id {
            self.external_ids.entry(external_id.to_owned()).or_default().push((id, Some(line)));
        }
    }
}

/// What a line says.
struct Draft {
    person: NewCandidate,
    applied_at: Option<Timestamp>,
    emails: Vec<String>,
    is_private: Option<bool>,
    can_email: Option<bool>,
}

pub async fn import(
    work: &mut Work,
    plan: &Plan,
    names: &mut Names,
    there: &mut There,
    row: &mut Row<'_>,
) -> Result<Outcome> {
    let draft = draft(work, plan, names, row).await?;
    let external_id = draft.person.external_id.clone();
    let found = there.find(&draft.emails, external_id.as_deref());
    match (found.as_slice(), plan.on_duplicate) {
        _ if !row.troubles.is_empty() => Ok(Outcome::Refused),
        ([], _) => {
            let person = &draft.person;
            let made = match plan.kind {
                Kind::Prospects => Box::pin(candidate::create_prospect(work, person)).await,
                Kind::Candidates | Kind::Jobs => Box::pin(candidate::create(work, person)).await,
            };
            let Some(id) = row.take(made)? else { return Ok(Outcome::Refused) };
            if let Some(at) = draft.applied_at {
                let its: Vec<Application> = work.tx.children("candidate_id", &[id]).await?;
                for application in its {
                    let dated = update::applied(work, application.id, at).await;
                    row.take(dated)?;
                }
            }
            there.add(id, row.line, &draft.emails, external_id.as_deref());
            Ok(Outcome::Created)
        }
        ([(id, ..), ..], Then::Skip) => Ok(Outcome::Skipped(*id)),
        ([(id, ..)], Then::Update) => {
            let id = *id;
            brought_up_to_date(work, plan, row, id, &draft).await?;
            there.add(id, row.line, &draft.emails, external_id.as_deref());
            Ok(Outcome::Updated(id))
        }
        ([(id, line, by)], Then::Error) => {
            let who = match line {
                Some(line) => format!("line {line}"),
                None => format!("candidate {id}"),
            };
            row.lacks(format!("{by} is {who} already; --on-duplicate skip or update says what to do"));
            Ok(Outcome::Refused)
        }
        (several, _) => {
            let ids: Vec<String> = several.iter().map(|it| it.0.to_string()).collect();
            row.lacks(format!("It may be any of the candidates {}: merge them, or change the line", ids.join(", ")));
            Ok(Outcome::Refused)
        }
    }
}

async fn draft(work: &Work, plan: &Plan, names: &mut Names, row: &mut Row<'_>) -> Result<Draft> {
    let (first_name, last_name) = name(row);
    let mut person = NewCandidate::new(first_name, last_name);
    person.company = row.text("company", NAME);
    person.title = row.text("title", NAME);
    person.headline = row.text("headline", NAME);
    person.external_id = row.text("external_id", NAME);
    let (is_private, can_email) = (row.flag("is_private"), row.flag("can_email"));
    person.is_private = is_private.unwrap_or(false);
    person.can_email = can_email.unwrap_or(true);
    person.recruiter = row.named("recruiter", |it| names.user_ref(it));
    person.coordinator = row.named("coordinator", |it| names.user_ref(it));
    contacts(row, &mut person);
    for (cell, tag) in row.several("tags", &[',', ';', '|', '\n']) {
        row.limit(cell, tag, NAME);
        row.show("tags", tag);
        person.tags.push(tag.to_owned());
    }
    person.custom = row.custom(FieldType::Candidate, |it| names.user(it).ok().map(|it| it.0));
    for cell in row.all("note") {
        row.limit(cell, cell.value, BODY);
        row.show("note", cell.value);
        person.notes.push(NewItem {
            id: None,
            user_id: work.actor.user_id,
            application_id: None,
            visibility: Visibility::Public,
            content: Content::Note { body: cell.value.to_owned() },
            path: "note".to_owned(),
        });
    }
    let applied_at = row.named("applied_at", |it| names.time(it).map(|at| (at, at.to_string())));
    if applied_at.is_some_and(|it| it > work.now)
        && let Some(cell) = row.one("applied_at")
    {
        row.fault(cell, "Must not lie in the future");
    }
    person.applications.extend(application(work, plan, names, row).await?);
    let emails = person.contacts.iter().filter(|it| it.kind == ContactKind::Email).map(|it| it.value.to_lowercase());
    Ok(Draft { emails: emails.collect(), person, applied_at, is_private, can_email })
}

/// First and last name, from columns of their own or from one of both: `Ada Lacey`, `Lacey, Ada`.
fn name(row: &mut Row<'_>) -> (String, String) {
    let (mut first, mut last) = (row.text("first_name", NAME), row.text("last_name", NAME));
    if let Some(cell) = row.one("name") {
        let parts = match cell.value.split_once(',') {
            Some((last, first)) => Some((first, last)),
            None => cell.value.rsplit_once(char::is_whitespace),
        };
        if first.is_none() && last.is_none() {
            match parts {
                Some((one, other)) => (first, last) = (Some(one.trim().to_owned()), Some(other.trim().to_owned())),
                None => row.fault(cell, "Must be a first and a last name"),
            }
            row.limit(cell, cell.value, NAME);
            row.show("name", cell.value);
        }
    } else {
        for (there, what) in [(&first, "first name"), (&last, "last name")] {
            if there.is_none() {
                row.lacks(format!("There is no {what}"));
            }
        }
    }
    (first.unwrap_or_default(), last.unwrap_or_default())
}

fn addresses<'a>(row: &Row<'a>) -> Vec<(Cell<'a>, &'a str)> {
    row.several("email", &[',', ';', '|', ' ', '\n', '\t'])
}

fn contacts(row: &mut Row<'_>, person: &mut NewCandidate) {
    let between: &[char] = &[';', '|', '\n'];
    let lists = [
        ("email", ContactKind::Email, addresses(row)),
        ("phone", ContactKind::Phone, row.several("phone", between)),
        ("address", ContactKind::Address, row.several("address", &['|'])),
        ("website", ContactKind::Website, row.several("website", &[' ', ';', '|', '\n'])),
        ("social_media", ContactKind::SocialMedia, row.several("social_media", &[' ', ';', '|', '\n'])),
    ];
    for (field, kind, cells) in lists {
        for (cell, value) in cells {
            let whole = value
                .split_once('@')
                .is_some_and(|(name, host)| !name.is_empty() && host.len() > 1 && !host.contains('@'));
            if kind == ContactKind::Email && !whole {
                row.fault(cell, format!("{value:?} is no e-mail address"));
            }
            row.limit(cell, value, 1000);
            row.show(field, value);
            let label = label(kind, cell.header).map(str::to_owned);
            if !person.contacts.iter().any(|it| it.kind == kind && it.value == value) {
                person.contacts.push(NewContact { kind, value: value.to_owned(), label, path: field.to_owned() });
            }
        }
    }
}

/// What the header says of the kind of an address.
fn label(kind: ContactKind, header: &str) -> Option<&'static str> {
    let header = header.to_lowercase();
    let known: &[(&str, &str)] = match kind {
        ContactKind::Email => {
            &[("work", "work"), ("business", "work"), ("personal", "personal"), ("private", "personal")]
        }
        ContactKind::Phone => {
            &[("mobile", "mobile"), ("cell", "mobile"), ("home", "home"), ("work", "work"), ("skype", "skype")]
        }
        ContactKind::Address => &[("home", "home"), ("work", "work")],
        ContactKind::Website => {
            &[("portfolio", "portfolio"), ("blog", "blog"), ("company", "company"), ("personal", "personal")]
        }
        ContactKind::SocialMedia => &[],
    };
    known.iter().find(|it| header.contains(it.0)).map(|it| it.1)
}

/// The application that a line speaks of.
async fn application(work: &Work, plan: &Plan, names: &mut Names, row: &mut Row<'_>) -> Result<Option<NewApplication>> {
    let job_id = row.named("job", |it| names.job(it));
    let standing = match (plan.kind, job_id) {
        (Kind::Prospects, _) => Standing::Prospect(prospect(names, row, job_id)),
        (_, Some(job_id)) => {
            let mut initial_stage_id = None;
            if let Some(cell) = row.one("stage") {
                let found = names.stage(work, job_id, cell.value).await?;
                initial_stage_id = row.found("stage", cell, found);
            }
            Standing::Candidate { job_id, initial_stage_id }
        }
        (_, None) => {
            if row.one("job").is_none() {
                row.lacks("There is no job: a candidate applies for one; --set job=… names it for all, --kind prospects needs none");
            }
            return Ok(None);
        }
    };
    let mut made = NewApplication::new(standing);
    made.source_id = row.named("source", |it| names.source(it));
    made.referrer = row.named("referrer", |it| {
        Ok(match names.user(it) {
            Ok((id, name)) => (Referrer::User(crate::domain::user::UserRef::Id(id)), name),
            Err(_) => (Referrer::Outside(it.to_owned()), it.to_owned()),
        })
    });
    made.location = row.text("location", NAME);
    made.custom = row.custom(FieldType::Application, |it| names.user(it).ok().map(|it| it.0));
    Ok(Some(made))
}

fn prospect(names: &Names, row: &mut Row<'_>, job_id: Option<i64>) -> Prospect {
    let pool_id = row.named("pool", |it| names.pool(it));
    let stage_id = match (pool_id, row.one("pool_stage")) {
        (Some(pool_id), _) => row.named("pool_stage", |it| names.pool_stage(pool_id, it)),
        (None, Some(cell)) if row.one("pool").is_none() => {
            row.fault(cell, "Needs a pool beside it");
            None
        }
        _ => None,
    };
    Prospect {
        job_ids: job_id.into_iter().collect(),
        pool_id,
        stage_id,
        owner_id: row.named("owner", |it| names.user(it)),
        department_id: row.named("department", |it| names.department(it)),
        office_id: row.named("office", |it| names.office(it)),
    }
}

/// What the line says is written over what was there; what it is silent about stays, and lists only grow.
async fn brought_up_to_date(work: &mut Work, plan: &Plan, row: &mut Row<'_>, id: i64, draft: &Draft) -> Result<()> {
    let Draft { person, applied_at: _, emails: _, is_private, can_email } = draft;
    let mut change = Edit {
        first_name: Patch::Value(person.first_name.clone()),
        last_name: Patch::Value(person.last_name.clone()),
        company: person.company.clone().into(),
        title: person.title.clone().into(),
        headline: person.headline.clone().into(),
        external_id: person.external_id.clone().into(),
        is_private: (*is_private).into(),
        can_email: (*can_email).into(),
        recruiter: person.recruiter.clone().into(),
        coordinator: person.coordinator.clone().into(),
        custom: person.custom.clone(),
        ..Edit::default()
    };
    let there: Vec<Contact> = work.tx.children("candidate_id", &[id]).await?;
    for kind in
        [ContactKind::Email, ContactKind::Phone, ContactKind::Address, ContactKind::Website, ContactKind::SocialMedia]
    {
        let mut list: Vec<NewContact> = there
            .iter()
            .filter(|it| it.kind == kind)
            .map(|it| NewContact { kind, value: it.value.clone(), label: it.label.clone(), path: String::new() })
            .collect();
        let count = list.len();
        for new in person.contacts.iter().filter(|it| it.kind == kind) {
            if !list.iter().any(|it| it.value.to_lowercase() == new.value.to_lowercase()) {
                list.push(new.clone());
            }
        }
        if list.len() > count {
            change.contacts.push((kind, list));
        }
    }
    if !person.tags.is_empty() {
        let carried: Vec<CandidateTag> = work.tx.children("candidate_id", &[id]).await?;
        let mut tags = Vec::new();
        for it in &carried {
            tags.push(work.tx.find::<Tag>(it.tag_id).await?.name);
        }
        tags.extend(person.tags.iter().cloned());
        change.tags = Some(tags);
    }
    let edited = Box::pin(candidate::edit(work, id, &change)).await;
    row.take(edited)?;
    let told: Vec<FeedItem> = work.tx.children("candidate_id", &[id]).await?;
    for note in &person.notes {
        let is_there = matches!(&note.content, Content::Note { body } if told.iter().any(|it| it.body == *body));
        if !is_there {
            let added = Box::pin(note::add(work, id, note)).await;
            row.take(added)?;
        }
    }
    if plan.kind == Kind::Candidates {
        joined(work, row, id, draft).await?;
    }
    Ok(())
}

/// They apply for the job of the line, unless they did.
async fn joined(work: &mut Work, row: &mut Row<'_>, id: i64, draft: &Draft) -> Result<()> {
    let its: Vec<Application> = work.tx.children("candidate_id", &[id]).await?;
    for new in &draft.person.applications {
        let Standing::Candidate { job_id, .. } = &new.standing else { continue };
        if its.iter().any(|it| it.job_id == Some(*job_id)) {
            continue;
        }
        let made = Box::pin(new::create(work, id, new)).await;
        if let (Some(application), Some(at)) = (row.take(made)?, draft.applied_at) {
            let dated = update::applied(work, application, at).await;
            row.take(dated)?;
        }
    }
    Ok(())
}
