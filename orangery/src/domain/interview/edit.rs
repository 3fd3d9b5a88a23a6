//! Interviews made and changed: their time, place and interviewers.

use jiff::Timestamp;

use super::{
    Attendee, Found, NewInterview, Outsiders, attendees, event_is_taken, event_is_unique, lock, must_be_changeable,
    must_end_after_start, step_of, touch,
};
use crate::{
    domain::application,
    error::{Error, Result},
    patch::Patch,
    tables::{ApplicationStatus, InterviewStatus, Interviewer, ScheduledInterview},
    work::Work,
};

/// Schedules an interview; the acting user becomes its organizer (INT-3).
pub async fn create(work: &mut Work, new: NewInterview) -> Result<i64> {
    let NewInterview {
        id,
        application_id,
        interview_id,
        interviewers,
        starts_at,
        ends_at,
        all_day,
        external_event_id,
        location,
        video_conferencing_url,
        outsiders,
        by_api,
    } = new;
    let application = match application::lock_for_change(work, application_id).await {
        Err(Error::NotFound(..)) => {
            return Err(Error::invalid("application_id", format!("There is no application {application_id}")));
        }
        application => application?,
    };
    let mut faults = Vec::new();
    match step_of(work, &application, interview_id).await {
        Err(Error::Invalid(wrong)) => faults.extend(wrong),
        step => drop(step?),
    }
    let interviewers = attendees(work, interviewers, outsiders, &mut faults).await?;
    faults.extend(must_end_after_start(starts_at, ends_at, all_day));
    faults.extend(event_is_taken(work, &external_event_id, 0).await?);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    application::must_be(&application, ApplicationStatus::Active)?;
    let mut row = ScheduledInterview {
        id: id.unwrap_or_default(),
        application_id,
        interview_id,
        external_event_id,
        organizer_id: work.actor.user_id,
        starts_at,
        ends_at,
        all_day,
        location,
        video_conferencing_url,
        status: InterviewStatus::Scheduled,
        by_api,
        created_at: work.now,
        updated_at: work.now,
    };
    work.insert(&mut row).await.map_err(event_is_unique)?;
    for found in interviewers {
        add(work, row.id, found).await?;
    }
    touch(work, application).await?;
    Ok(row.id)
}

#[derive(Debug, Clone)]
pub struct Edit {
    /// All of them: who is not named interviews no more.
    pub interviewers: Option<Vec<Attendee>>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub external_event_id: Patch<String>,
    pub location: Patch<String>,
    pub video_conferencing_url: Patch<String>,
    pub outsiders: Outsiders,
}

/// Changes an interview that was made through the API; the acting user becomes its organizer (INT-4).
pub async fn edit(work: &mut Work, id: i64, edit: Edit) -> Result<()> {
    let Edit { interviewers, starts_at, ends_at, external_event_id, location, video_conferencing_url, outsiders } =
        edit;
    let before = lock(work, id).await?;
    must_be_changeable(&before)?;
    let mut after = before.clone();
    // Whoever names a time means one, not a day.
    after.all_day = before.all_day && starts_at.is_none() && ends_at.is_none();
    after.starts_at = starts_at.unwrap_or(before.starts_at);
    after.ends_at = ends_at.unwrap_or(before.ends_at);
    external_event_id.apply(&mut after.external_event_id);
    location.apply(&mut after.location);
    video_conferencing_url.apply(&mut after.video_conferencing_url);
    after.organizer_id = work.actor.user_id.or(before.organizer_id);
    let mut faults = Vec::new();
    let interviewers = match interviewers {
        Some(interviewers) => Some(attendees(work, interviewers, outsiders, &mut faults).await?),
        None => None,
    };
    faults.extend(must_end_after_start(after.starts_at, after.ends_at, after.all_day));
    faults.extend(event_is_taken(work, &after.external_event_id, id).await?);
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let others = match interviewers {
        Some(interviewers) => replace(work, id, interviewers).await?,
        None => false,
    };
    if others || after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await.map_err(event_is_unique)?;
    }
    Ok(())
}

/// Makes `wanted` the interviewers, keeping the rows of who stays; true if that changed anything.
async fn replace(work: &mut Work, id: i64, wanted: Vec<Found>) -> Result<bool> {
    let mut there: Vec<Interviewer> = work.tx.children("scheduled_interview_id", &[id]).await?;
    let mut changed = false;
    for one in wanted {
        match there.iter().position(|it| it.user_id == one.user_id && it.email == one.email) {
            Some(at) => {
                let before = there.swap_remove(at);
                let mut after = before.clone();
                after.response_status = one.response_status;
                after.name = one.name.or(after.name);
                changed |= work.update(&before, &after).await?;
            }
            None => {
                add(work, id, one).await?;
                changed = true;
            }
        }
    }
    for gone in &there {
        work.delete(gone).await?;
        changed = true;
    }
    Ok(changed)
}

async fn add(work: &mut Work, scheduled_interview_id: i64, found: Found) -> Result<()> {
    let Found { user_id, email, name, response_status } = found;
    let mut row = Interviewer { id: 0, scheduled_interview_id, user_id, email, name, response_status };
    work.insert(&mut row).await
}
