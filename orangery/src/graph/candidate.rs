//! Candidates with their lists.

mod lists;

use std::sync::Arc;

use futures_util::try_join;
use jiff::{Timestamp, civil::Date};
use sql::Value;

use self::lists::Lists;
use super::{
    Catalog, Look,
    application::{self, Application},
    by,
    select::{Page, Select, Slice},
};
use crate::{
    error::Result,
    tables::{self, Contact, ContactKind, Employment},
};

#[derive(Clone)]
pub struct Candidate {
    pub row: tables::Candidate,
    pub contacts: Vec<Contact>,
    pub educations: Vec<Education>,
    pub employments: Vec<Employment>,
    pub tags: Vec<String>,
    /// Those of all applications together (ATT-8).
    pub attachments: Vec<Attachment>,
    /// The newest first.
    pub application_ids: Vec<i64>,
    pub photo_url: Option<String>,
    pub urls: Urls,
    pub catalog: Arc<Catalog>,
}

#[derive(Clone)]
pub struct Urls {
    pub page: String,
}

#[derive(Clone)]
pub struct Education {
    pub id: i64,
    pub candidate_id: i64,
    pub school_name: Option<String>,
    pub degree: Option<String>,
    pub discipline: Option<String>,
    pub start_date: Option<Date>,
    pub end_date: Option<Date>,
}

#[derive(Clone)]
pub struct Attachment {
    pub row: tables::Attachment,
    /// Signed, good for 7 days.
    pub url: String,
}

impl Candidate {
    pub fn contacts(&self, kind: ContactKind) -> impl Iterator<Item = &Contact> {
        self.contacts.iter().filter(move |it| it.kind == kind)
    }
}

/// The candidates of `rows`, in their order.
pub async fn candidates(look: &Look<'_>, rows: Vec<tables::Candidate>) -> Result<Vec<Candidate>> {
    let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let mut lists = lists::lists(look, &ids).await?;
    Ok(rows.into_iter().map(|row| with_lists(look, lists.remove(&row.id).unwrap_or_default(), row)).collect())
}

/// A candidate, and whether something is known of the interviews of one of the applications.
pub async fn of_application(look: &Look<'_>, id: i64, application_id: i64) -> Result<(Candidate, bool)> {
    let (row, (lists, interviewed)) =
        try_join!(async { Ok(look.tx.find(id).await?) }, lists::of_application(look, id, application_id))?;
    Ok((with_lists(look, lists, row), interviewed))
}

fn with_lists(look: &Look<'_>, lists: Lists, row: tables::Candidate) -> Candidate {
    let Lists { contacts, educations, employments, tags, attachments, application_ids } = lists;
    Candidate {
        contacts,
        educations,
        employments,
        tags,
        attachments: signed(look, attachments),
        application_ids: application_ids.into_iter().rev().collect(),
        photo_url: row.photo.as_deref().map(|blob| look.links.file(blob, "photo", look.now)),
        urls: Urls { page: look.links.person(row.id) },
        catalog: look.catalog.clone(),
        row,
    }
}

/// A candidate with the applications in full, as Harvest shows one.
pub struct Person {
    pub candidate: Candidate,
    pub applications: Vec<Application>,
}

impl Person {
    /// The latest thing that happened to the candidate or one of the applications.
    pub fn last_activity(&self) -> Timestamp {
        let of_applications = self.applications.iter().map(|it| it.row.last_activity_at).max();
        of_applications.unwrap_or(self.candidate.row.last_activity_at).max(self.candidate.row.last_activity_at)
    }
}

/// The persons of `rows`, in their order.
pub async fn persons(look: &Look<'_>, rows: Vec<tables::Candidate>) -> Result<Vec<Person>> {
    let of: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let (candidates, applications) = try_join!(Box::pin(candidates(look, rows)), async {
        let rows = look.tx.children::<tables::Application>("candidate_id", &of).await?;
        application::applications(look, rows).await
    })?;
    let mut applications = by(applications, |it| it.row.candidate_id);
    let person =
        |it: Candidate| Person { applications: applications.remove(&it.row.id).unwrap_or_default(), candidate: it };
    Ok(candidates.into_iter().map(person).collect())
}

pub async fn person(look: &Look<'_>, id: i64) -> Result<Person> {
    let row = look.tx.find(id).await?;
    persons(look, vec![row]).await?.pop().ok_or(crate::error::Error::NotFound("candidates", id))
}

/// What a list of candidates can be narrowed by (FIL-1, FIL-8).
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub created_before: Option<Timestamp>,
    pub created_after: Option<Timestamp>,
    pub updated_before: Option<Timestamp>,
    pub updated_after: Option<Timestamp>,
    /// Who has a candidate's application there; prospects are left out.
    pub job_id: Option<i64>,
    /// Beats `candidate_ids`.
    pub email: Option<String>,
    pub candidate_ids: Option<Vec<i64>>,
}

pub async fn list(look: &Look<'_>, filter: Filter, page: Page) -> Result<Slice<Person>> {
    let Filter { created_before, created_after, updated_before, updated_after, job_id, email, candidate_ids } = filter;
    let email = email.map(|it| it.trim().to_lowercase());
    let mut select = Select::new();
    select
        .times("created_at", &created_after, &created_before)
        .times("updated_at", &updated_after, &updated_before)
        .maybe("id in (select candidate_id from applications where job_id = ? and not prospect)", &job_id)
        .maybe("id in (select candidate_id from contacts where email_key = ?)", &email);
    if let Some(ids) = candidate_ids
        && email.is_none()
    {
        select.among("id", ids);
    }
    select.long_page(look, &["id"], page).await?.and_then(async |rows| persons(look, rows).await).await
}

/// The tags that a candidate carries.
pub async fn tags(look: &Look<'_>, id: i64, page: Page) -> Result<Slice<tables::Tag>> {
    look.tx.find::<tables::Candidate>(id).await?;
    let mut select = Select::new();
    select.and("id in (select tag_id from candidate_tags where candidate_id = ?)", &id);
    select.page(look.tx, "id", page).await
}

/// The organization's tags.
pub async fn all_tags(look: &Look<'_>, page: Page) -> Result<Slice<tables::Tag>> {
    Select::new().page(look.tx, "id", page).await
}

pub async fn candidate(look: &Look<'_>, id: i64) -> Result<Candidate> {
    let row = look.tx.find(id).await?;
    candidates(look, vec![row]).await?.pop().ok_or(crate::error::Error::NotFound("candidates", id))
}

pub fn signed(look: &Look<'_>, rows: Vec<tables::Attachment>) -> Vec<Attachment> {
    rows.into_iter().map(|row| Attachment { url: look.links.file(&row.blob, &row.filename, look.now), row }).collect()
}

/// Educations with the names of school, degree and discipline.
pub async fn educations(look: &Look<'_>, candidate_ids: &[i64]) -> sql::Result<Vec<Education>> {
    let sql = "select e.id, e.candidate_id, s.name, g.name, d.name, e.start_date, e.end_date from educations e \
               left join education_items s on s.id = e.school_id left join education_items g on g.id = e.degree_id \
               left join education_items d on d.id = e.discipline_id where e.candidate_id {any:$1} order by e.id";
    let rows = look.tx.rows(sql, &[Value::Ids(candidate_ids.to_vec())]).await?;
    rows.iter()
        .map(|row| {
            Ok(Education {
                id: row.get(0)?,
                candidate_id: row.get(1)?,
                school_name: row.get(2)?,
                degree: row.get(3)?,
                discipline: row.get(4)?,
                start_date: row.get(5)?,
                end_date: row.get(6)?,
            })
        })
        .collect()
}

/// Whether something names that stored file, and of which type it is, if that is known: of several that are alike, the one of that name.
pub async fn stored(look: &Look<'_>, blob: &str, filename: &str) -> Result<Option<Option<String>>> {
    let sql = "select content_type, case when filename = $2 then 0 else 1 end from attachments where blob = $1 \
               union all select null, 2 from candidates where photo = $1 order by 2 limit 1";
    let row = look.tx.row(sql, &[Value::Text(blob.to_owned()), Value::Text(filename.to_owned())]).await?;
    Ok(row.map(|it| it.get(0)).transpose()?)
}

/// Whether some row names that stored file.
pub async fn is_used(look: &Look<'_>, blob: &str) -> Result<bool> {
    let sql = "select 1 from attachments where blob = $1 union all select 1 from candidates where photo = $1 limit 1";
    Ok(look.tx.row(sql, &[Value::Text(blob.to_owned())]).await?.is_some())
}
