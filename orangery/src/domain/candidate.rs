//! Candidates and prospects: people, with their lists. What fires of their applications is the applications' business.

pub mod edit;
pub mod lists;

use sql::params;

pub use edit::{Edit, edit};
pub use lists::{NewContact, NewEducation, NewEmployment};

use crate::{
    domain::{
        application::{
            delete::leave_openings,
            new::{self, NewApplication, Prospect, Standing},
        },
        attachment::{self, NewAttachment},
        custom_value::{self, Write},
        note::{self, NewItem},
        tag,
        user::{self, UserRef},
    },
    error::{Error, Faults, Result},
    event::Event,
    graph::Catalog,
    hooks::journal,
    tables::{Attachment, Candidate, CustomValues, FieldType},
    work::Work,
};

/// The candidate, locked; the Work is about this person from now on.
pub async fn lock(work: &mut Work, id: i64) -> Result<Candidate> {
    let candidate = work.tx.lock(id).await?;
    work.about = Some(id);
    Ok(candidate)
}

/// Something happened about the candidate that is no change of theirs. Derived, so without an audit record.
pub async fn active(work: &Work, id: i64) -> Result<()> {
    work.tx.execute("update candidates set last_activity_at = $1 where id = $2", params![work.now, id]).await?;
    Ok(())
}

/// Something changed that the candidate object shows (FIRE-1).
pub async fn changed(work: &mut Work, id: i64) -> Result<()> {
    let sql = "update candidates set last_activity_at = $1, updated_at = $1 where id = $2";
    work.tx.execute(sql, params![work.now, id]).await?;
    work.record(Event::CandidateUpdated { candidate_id: id });
    Ok(())
}

/// A person to be added, with their applications.
#[derive(Debug, Clone)]
pub struct NewCandidate {
    pub id: Option<i64>,
    pub first_name: String,
    pub last_name: String,
    pub company: Option<String>,
    pub title: Option<String>,
    pub headline: Option<String>,
    pub external_id: Option<String>,
    /// The blob of a stored picture.
    pub photo: Option<String>,
    pub is_private: bool,
    pub can_email: bool,
    pub recruiter: Option<UserRef>,
    pub coordinator: Option<UserRef>,
    pub linked_user_id: Option<i64>,
    pub linkedin_profile: Option<String>,
    pub match_score_reasoning: Option<String>,
    pub identity_verification: Option<String>,
    pub contacts: Vec<NewContact>,
    pub educations: Vec<NewEducation>,
    pub employments: Vec<NewEmployment>,
    pub tags: Vec<String>,
    pub custom: Vec<Write>,
    pub notes: Vec<NewItem>,
    pub attachments: Vec<NewAttachment>,
    pub applications: Vec<NewApplication>,
}

impl NewCandidate {
    /// Somebody of whom nothing but the name is known.
    pub fn new(first_name: impl Into<String>, last_name: impl Into<String>) -> Self {
        Self {
            id: None,
            first_name: first_name.into(),
            last_name: last_name.into(),
            company: None,
            title: None,
            headline: None,
            external_id: None,
            photo: None,
            is_private: false,
            can_email: true,
            recruiter: None,
            coordinator: None,
            linked_user_id: None,
            linkedin_profile: None,
            match_score_reasoning: None,
            identity_verification: None,
            contacts: Vec::new(),
            educations: Vec::new(),
            employments: Vec::new(),
            tags: Vec::new(),
            custom: Vec::new(),
            notes: Vec::new(),
            attachments: Vec::new(),
            applications: Vec::new(),
        }
    }
}

/// Adds a person with one application at least (CAND-2). Each application tells of itself, the person does not.
pub async fn create(work: &mut Work, new: &NewCandidate) -> Result<i64> {
    match new.applications.is_empty() {
        true => Err(Error::invalid("applications", "Must hold at least one application")),
        false => add(work, new, &new.applications).await,
    }
}

/// Adds a prospect; without an application they are given one without a job (FIRE-5).
pub async fn create_prospect(work: &mut Work, new: &NewCandidate) -> Result<i64> {
    match new.applications.is_empty() {
        true => add(work, new, &[NewApplication::new(Standing::Prospect(Prospect::default()))]).await,
        false => add(work, new, &new.applications).await,
    }
}

async fn add(work: &mut Work, new: &NewCandidate, applications: &[NewApplication]) -> Result<i64> {
    let mut faults = Faults::default();
    let mut row = draft(work, new, &mut faults).await?;
    lists::check_contacts(&new.contacts, &mut faults);
    lists::check_educations(work, &new.educations, &mut faults).await?;
    let mut drafts = Vec::with_capacity(applications.len());
    for application in applications {
        drafts.push(new::draft(work, row.id, application, &mut faults).await?);
    }
    faults.done()?;
    work.insert(&mut row).await?;
    work.about = Some(row.id);
    lists::insert_contacts(work, row.id, &new.contacts).await?;
    lists::insert_educations(work, row.id, &new.educations).await?;
    lists::insert_employments(work, row.id, &new.employments).await?;
    tag::replace(work, &row, &new.tags).await?;
    for (mut application, of) in drafts.into_iter().zip(applications) {
        application.candidate_id = row.id;
        new::insert(work, application, of).await?;
    }
    for attachment in &new.attachments {
        attachment::insert(work, row.id, None, attachment).await?;
    }
    for note in &new.notes {
        Box::pin(note::add(work, row.id, note)).await?;
    }
    Ok(row.id)
}

/// The row as `new` says; what is wrong with it is noted in `faults`.
async fn draft(work: &Work, new: &NewCandidate, faults: &mut Faults) -> Result<Candidate> {
    let NewCandidate {
        id,
        first_name,
        last_name,
        company,
        title,
        headline,
        external_id,
        photo,
        is_private,
        can_email,
        recruiter,
        coordinator,
        linked_user_id,
        linkedin_profile,
        match_score_reasoning,
        identity_verification,
        contacts: _,
        educations: _,
        employments: _,
        tags: _,
        custom,
        notes: _,
        attachments: _,
        applications: _,
    } = new;
    let catalog = work.catalog().await?;
    let mut values = CustomValues::default();
    faults.take(custom_value::apply(&catalog, FieldType::Candidate, &mut values, custom))?;
    if linked_user_id.is_some() && catalog.user(*linked_user_id).is_none() {
        faults.add("linked_user_id", "There is no such user");
    }
    Ok(Candidate {
        id: id.unwrap_or_default(),
        first_name: first_name.clone(),
        last_name: last_name.clone(),
        company: company.clone(),
        title: title.clone(),
        headline: headline.clone(),
        external_id: external_id.clone(),
        photo: photo.clone(),
        is_private: *is_private,
        can_email: *can_email,
        recruiter_id: user_id(&catalog, recruiter.as_ref(), "recruiter", faults)?,
        coordinator_id: user_id(&catalog, coordinator.as_ref(), "coordinator", faults)?,
        linked_user_id: *linked_user_id,
        linkedin_profile: linkedin_profile.clone(),
        match_score_reasoning: match_score_reasoning.clone(),
        identity_verification: identity_verification.clone(),
        custom: values,
        created_at: work.now,
        updated_at: work.now,
        last_activity_at: work.now,
    })
}

/// The id of the user that is meant (CAND-3).
fn user_id(catalog: &Catalog, user: Option<&UserRef>, field: &str, faults: &mut Faults) -> Result<Option<i64>> {
    match user {
        Some(user) => Ok(faults.take(user::resolve(catalog, user, field))?.map(|it| it.row.id)),
        None => Ok(None),
    }
}

/// Deletes a person with all that hangs on them, which `delete_candidate` alone tells (CAND-5, APP-19). What was said of the person before is
/// erased from journal and audit log too.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let candidate = lock(work, id).await?;
    work.discreet = true;
    let files: Vec<Attachment> = work.tx.children("candidate_id", &[id]).await?;
    work.release(files.into_iter().map(|it| it.blob).chain(candidate.photo.clone()));
    work.record_deletion(Event::CandidateDeleted { candidate_id: id }).await?;
    let applications = "select id from applications where candidate_id = $1 order by id {for update}";
    let rows = work.tx.rows(applications, params![id]).await?;
    let applications: Vec<i64> = rows.iter().map(|row| row.get(0)).collect::<sql::Result<_>>()?;
    leave_openings(work, &applications).await?;
    work.delete(&candidate).await?;
    journal::erase_candidate(work, id).await?;
    erase_audit(work, id).await
}

/// Takes all values out of what the audit log keeps of a candidate.
pub(crate) async fn erase_audit(work: &Work, id: i64) -> Result<()> {
    work.tx.execute("update audit_records set changes = null where candidate_id = $1", params![id]).await?;
    Ok(())
}
