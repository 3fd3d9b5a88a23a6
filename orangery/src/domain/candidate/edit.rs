//! A candidate edited: `update_candidate` once, if anything changed that the candidate object shows (FIRE-1).

use super::{
    NewContact, NewEducation, NewEmployment,
    lists::{self, check_contacts, check_educations},
    lock,
};
use crate::{
    domain::{
        custom_value::{self, Write},
        tag,
        user::{self, UserRef},
    },
    error::{Faults, Result},
    event::Event,
    graph::Catalog,
    patch::Patch,
    tables::{Candidate, ContactKind, FieldType},
    work::Work,
};

/// What is to be different. A list that is sent replaces the list; an empty one empties it (CAND-1).
#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub first_name: Patch<String>,
    pub last_name: Patch<String>,
    pub company: Patch<String>,
    pub title: Patch<String>,
    pub headline: Patch<String>,
    pub external_id: Patch<String>,
    /// The blob of a stored picture.
    pub photo: Patch<String>,
    pub is_private: Patch<bool>,
    pub can_email: Patch<bool>,
    pub recruiter: Patch<UserRef>,
    pub coordinator: Patch<UserRef>,
    pub linked_user_id: Patch<i64>,
    pub linkedin_profile: Patch<String>,
    pub match_score_reasoning: Patch<String>,
    pub identity_verification: Patch<String>,
    pub contacts: Vec<(ContactKind, Vec<NewContact>)>,
    pub educations: Option<Vec<NewEducation>>,
    pub employments: Option<Vec<NewEmployment>>,
    pub tags: Option<Vec<String>>,
    pub custom: Vec<Write>,
}

pub async fn edit(work: &mut Work, id: i64, edit: &Edit) -> Result<()> {
    let before = lock(work, id).await?;
    let mut faults = Faults::default();
    let mut after = before.clone();
    rewrite(&work.catalog().await?.clone(), edit, &mut after, &mut faults)?;
    for (_, contacts) in &edit.contacts {
        check_contacts(contacts, &mut faults);
    }
    check_educations(work, edit.educations.as_deref().unwrap_or_default(), &mut faults).await?;
    faults.done()?;

    // What the object shows, its row and its lists.
    let mut shown = is_seen(&before, &after);
    for (kind, contacts) in &edit.contacts {
        shown |= lists::replace_contacts(work, id, *kind, contacts).await?;
    }
    if let Some(educations) = &edit.educations {
        shown |= lists::replace_educations(work, id, educations).await?;
    }
    if let Some(employments) = &edit.employments {
        shown |= lists::replace_employments(work, id, employments).await?;
    }
    if let Some(tags) = &edit.tags {
        shown |= tag::replace(work, &before, tags).await?;
    }
    if after.photo != before.photo {
        work.release(before.photo.clone());
    }
    if shown || after != before {
        after.updated_at = work.now;
        after.last_activity_at = work.now;
        work.update(&before, &after).await?;
    }
    if shown {
        work.record(Event::CandidateUpdated { candidate_id: id });
    }
    Ok(())
}

/// Writes the edit into the row.
fn rewrite(catalog: &Catalog, edit: &Edit, to: &mut Candidate, faults: &mut Faults) -> Result<()> {
    let Edit {
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
    } = edit.clone();
    first_name.set(&mut to.first_name);
    last_name.set(&mut to.last_name);
    company.apply(&mut to.company);
    title.apply(&mut to.title);
    headline.apply(&mut to.headline);
    external_id.apply(&mut to.external_id);
    photo.apply(&mut to.photo);
    is_private.set(&mut to.is_private);
    can_email.set(&mut to.can_email);
    linked_user_id.apply(&mut to.linked_user_id);
    linkedin_profile.apply(&mut to.linkedin_profile);
    match_score_reasoning.apply(&mut to.match_score_reasoning);
    identity_verification.apply(&mut to.identity_verification);
    for (sent, name, to) in
        [(recruiter, "recruiter", &mut to.recruiter_id), (coordinator, "coordinator", &mut to.coordinator_id)]
    {
        match sent {
            Patch::Absent => {}
            Patch::Null => *to = None,
            Patch::Value(user) => *to = faults.take(user::resolve(catalog, &user, name))?.map(|it| it.row.id),
        }
    }
    if to.linked_user_id.is_some() && catalog.user(to.linked_user_id).is_none() {
        faults.add("linked_user_id", "There is no such user");
    }
    faults.take(custom_value::apply(catalog, FieldType::Candidate, &mut to.custom, &custom))?;
    Ok(())
}

/// Whether the candidate object, Harvest's or the web hooks', shows a difference. A headline and what integrations keep are in neither.
fn is_seen(before: &Candidate, after: &Candidate) -> bool {
    let seen = Candidate {
        headline: before.headline.clone(),
        linkedin_profile: before.linkedin_profile.clone(),
        match_score_reasoning: before.match_score_reasoning.clone(),
        identity_verification: before.identity_verification.clone(),
        ..after.clone()
    };
    seen != *before
}
