//! The lists of a candidate: contacts, educations, employments. A list that is sent replaces the one that is there (CAND-1).

use jiff::civil::Date;
use sql::Record;

use super::{changed, lock};
use crate::{
    error::{Error, Faults, Result},
    tables::{Contact, ContactKind, Education, EducationItem, EducationKind, Employment},
    work::Work,
};

#[derive(Debug, Clone, PartialEq)]
pub struct NewContact {
    pub kind: ContactKind,
    pub value: String,
    /// One of the labels of its kind; `other` if none is given. Social media have none.
    pub label: Option<String>,
    /// Where it stood in the input, such as `phone_numbers[0]`, for faults.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewEducation {
    pub id: Option<i64>,
    pub school_id: Option<i64>,
    pub discipline_id: Option<i64>,
    pub degree_id: Option<i64>,
    pub start_date: Option<Date>,
    pub end_date: Option<Date>,
    /// Where it stood in the input, such as `educations[0].`, for faults.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewEmployment {
    pub id: Option<i64>,
    pub company_name: String,
    pub title: String,
    pub start_date: Option<Date>,
    pub end_date: Option<Date>,
}

/// Adds an education, which is then the latest (EDU-3).
pub async fn add_education(work: &mut Work, candidate_id: i64, new: &NewEducation) -> Result<i64> {
    lock(work, candidate_id).await?;
    let mut faults = Faults::default();
    check_educations(work, std::slice::from_ref(new), &mut faults).await?;
    faults.done()?;
    let mut row = education(candidate_id, new);
    work.insert(&mut row).await?;
    changed(work, candidate_id).await?;
    Ok(row.id)
}

pub async fn remove_education(work: &mut Work, candidate_id: i64, id: i64) -> Result<()> {
    remove::<Education>(work, candidate_id, id, |it| it.candidate_id).await
}

/// Adds an employment, which is then the latest (EDU-3).
pub async fn add_employment(work: &mut Work, candidate_id: i64, new: &NewEmployment) -> Result<Employment> {
    lock(work, candidate_id).await?;
    let mut row = employment(candidate_id, new);
    work.insert(&mut row).await?;
    changed(work, candidate_id).await?;
    Ok(row)
}

pub async fn remove_employment(work: &mut Work, candidate_id: i64, id: i64) -> Result<()> {
    remove::<Employment>(work, candidate_id, id, |it| it.candidate_id).await
}

async fn remove<T: Record>(work: &mut Work, candidate_id: i64, id: i64, of: impl Fn(&T) -> i64) -> Result<()> {
    lock(work, candidate_id).await?;
    let row: T = work.tx.find(id).await?;
    if of(&row) != candidate_id {
        return Err(Error::NotFound(T::TABLE, id));
    }
    work.delete(&row).await?;
    changed(work, candidate_id).await
}

/// Notes labels that their kind doesn't know.
pub(super) fn check_contacts(contacts: &[NewContact], faults: &mut Faults) {
    for contact in contacts {
        let known = labels(contact.kind);
        if let Some(label) = &contact.label
            && !known.is_empty()
            && !known.contains(&label.as_str())
        {
            faults.add(format!("{}.type", contact.path), format!("Must be one of: {}", known.join(", ")));
        }
    }
}

/// Notes schools, disciplines and degrees that are not in their catalogs.
pub(super) async fn check_educations(work: &Work, educations: &[NewEducation], faults: &mut Faults) -> Result<()> {
    for it in educations {
        for (name, kind, id) in [
            ("school_id", EducationKind::School, it.school_id),
            ("discipline_id", EducationKind::Discipline, it.discipline_id),
            ("degree_id", EducationKind::Degree, it.degree_id),
        ] {
            let Some(id) = id else { continue };
            if work.tx.get::<EducationItem>(Some(id)).await?.is_none_or(|item| item.kind != kind) {
                faults
                    .add(format!("{}{name}", it.path), format!("There is no {} {id}", crate::words::Word::word(kind)));
            }
        }
    }
    Ok(())
}

pub(super) async fn insert_contacts(work: &mut Work, candidate_id: i64, contacts: &[NewContact]) -> Result<()> {
    for it in contacts {
        work.insert(&mut contact(candidate_id, it)).await?;
    }
    Ok(())
}

pub(super) async fn insert_educations(work: &mut Work, candidate_id: i64, educations: &[NewEducation]) -> Result<()> {
    for it in educations {
        work.insert(&mut education(candidate_id, it)).await?;
    }
    Ok(())
}

pub(super) async fn insert_employments(
    work: &mut Work,
    candidate_id: i64,
    employments: &[NewEmployment],
) -> Result<()> {
    for it in employments {
        work.insert(&mut employment(candidate_id, it)).await?;
    }
    Ok(())
}

/// Puts `contacts` in the place of those of that kind; tells whether that changed anything.
pub(super) async fn replace_contacts(
    work: &mut Work,
    candidate_id: i64,
    kind: ContactKind,
    contacts: &[NewContact],
) -> Result<bool> {
    let wanted = contacts.iter().map(|it| contact(candidate_id, it)).collect();
    let there: Vec<Contact> = work.tx.children("candidate_id", &[candidate_id]).await?;
    let there = there.into_iter().filter(|it| it.kind == kind).collect();
    replace(work, there, wanted).await
}

pub(super) async fn replace_educations(
    work: &mut Work,
    candidate_id: i64,
    educations: &[NewEducation],
) -> Result<bool> {
    let there = work.tx.children("candidate_id", &[candidate_id]).await?;
    replace(work, there, educations.iter().map(|it| education(candidate_id, it)).collect()).await
}

pub(super) async fn replace_employments(
    work: &mut Work,
    candidate_id: i64,
    employments: &[NewEmployment],
) -> Result<bool> {
    let there = work.tx.children("candidate_id", &[candidate_id]).await?;
    replace(work, there, employments.iter().map(|it| employment(candidate_id, it)).collect()).await
}

/// The same list, in the same order, is no change.
async fn replace<T: Record>(work: &mut Work, there: Vec<T>, wanted: Vec<T>) -> Result<bool> {
    let content = |rows: &[T]| rows.iter().map(|it| it.values().split_off(1)).collect::<Vec<_>>();
    if content(&there) == content(&wanted) {
        return Ok(false);
    }
    for row in &there {
        work.delete(row).await?;
    }
    for mut row in wanted {
        work.insert(&mut row).await?;
    }
    Ok(true)
}

fn contact(candidate_id: i64, new: &NewContact) -> Contact {
    let NewContact { kind, value, label, path: _ } = new;
    let labelled = !labels(*kind).is_empty();
    Contact {
        id: 0,
        candidate_id,
        kind: *kind,
        value: value.clone(),
        label: labelled.then(|| label.clone().unwrap_or_else(|| "other".to_owned())),
        email_key: (*kind == ContactKind::Email).then(|| value.trim().to_lowercase()),
    }
}

fn education(candidate_id: i64, new: &NewEducation) -> Education {
    let NewEducation { id, school_id, discipline_id, degree_id, start_date, end_date, path: _ } = new;
    Education {
        id: id.unwrap_or_default(),
        candidate_id,
        school_id: *school_id,
        discipline_id: *discipline_id,
        degree_id: *degree_id,
        start_date: *start_date,
        end_date: *end_date,
    }
}

fn employment(candidate_id: i64, new: &NewEmployment) -> Employment {
    let NewEmployment { id, company_name, title, start_date, end_date } = new;
    Employment {
        id: id.unwrap_or_default(),
        candidate_id,
        company_name: company_name.clone(),
        title: title.clone(),
        start_date: *start_date,
        end_date: *end_date,
    }
}

/// The labels that contacts of a kind may have.
fn labels(kind: ContactKind) -> &'static [&'static str] {
    match kind {
        ContactKind::Phone => &["home", "work", "mobile", "skype", "other"],
        ContactKind::Address => &["home", "work", "other"],
        ContactKind::Email => &["personal", "work", "other"],
        ContactKind::Website => &["personal", "company", "portfolio", "blog", "other"],
        ContactKind::SocialMedia => &[],
    }
}
