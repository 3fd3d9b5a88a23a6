//! Applications: rejected, taken up again, moved.

use crate::{
    error::{Error, Result},
    event::Event,
    tables::{Application, ApplicationStatus, CustomValues, FeedItem, FeedKind, RejectionReason, Visibility},
    words::Word,
    work::Work,
};

/// The application, locked, and with it the candidate that the Work is about.
pub async fn lock(work: &mut Work, id: i64) -> Result<Application> {
    let application: Application = work.tx.lock(id).await?;
    work.about = Some(application.candidate_id);
    Ok(application)
}

/// Refuses an application that is not in `status`, in the documented words (ERR-2).
pub fn must_be(application: &Application, status: ApplicationStatus) -> Result<()> {
    match application.status == status {
        true => Ok(()),
        false => Err(Error::Refused(format!(
            "Application must be '{}', is currently '{}'",
            status.word(),
            application.status.word()
        ))),
    }
}

/// Why somebody is turned down.
#[derive(Debug, Clone, Default)]
pub struct Rejection {
    pub reason_id: Option<i64>,
    /// Goes to the activity feed as a note.
    pub notes: Option<String>,
    pub custom: CustomValues,
}

/// Turns a candidate or prospect down (APP-14). The stage stays, so that the application can be taken up again where it was left.
pub async fn reject(work: &mut Work, id: i64, rejection: &Rejection) -> Result<()> {
    let before = lock(work, id).await?;
    must_be(&before, ApplicationStatus::Active)?;
    let mut after = before.clone();
    if let Some(reason_id) = rejection.reason_id {
        reason(work, reason_id).await?;
        after.rejection_reason_id = Some(reason_id);
    }
    if let Some(text) = &rejection.notes {
        let mut note = FeedItem {
            id: 0,
            candidate_id: before.candidate_id,
            application_id: Some(id),
            user_id: work.actor.user_id,
            touchpoint_id: None,
            kind: FeedKind::Note,
            of_rejection: true,
            visibility: Visibility::Public,
            subject: None,
            body: text.clone(),
            mail_to: None,
            mail_from: None,
            mail_cc: None,
            created_at: work.now,
        };
        work.insert(&mut note).await?;
        after.rejection_note_id = Some(note.id);
    }
    after.status = ApplicationStatus::Rejected;
    after.rejected_at = Some(work.now);
    after.rejected_by_id = work.actor.user_id;
    after.rejection_custom = rejection.custom.clone();
    touch(work, &mut after);
    work.update(&before, &after).await?;
    work.record(Event::ApplicationRejected { application_id: id });
    Ok(())
}

/// Takes a rejection back (APP-16): the application goes on in the stage where it was.
pub async fn unreject(work: &mut Work, id: i64) -> Result<()> {
    let before = lock(work, id).await?;
    must_be(&before, ApplicationStatus::Rejected)?;
    let mut after = before.clone();
    after.status = ApplicationStatus::Active;
    after.rejected_at = None;
    after.rejected_by_id = None;
    after.rejection_reason_id = None;
    after.rejection_note_id = None;
    after.rejection_custom = CustomValues::default();
    touch(work, &mut after);
    work.update(&before, &after).await?;
    work.record(Event::ApplicationUnrejected { application_id: id });
    Ok(())
}

/// The reason of that id; an unknown one is the input's fault.
async fn reason(work: &Work, id: i64) -> Result<RejectionReason> {
    let catalog = work.catalog().await?;
    let found = catalog.rejection_reasons.get(&id).cloned();
    found.ok_or_else(|| Error::invalid("rejection_reason_id", format!("There is no rejection reason {id}")))
}

/// Something happened to the application.
pub fn touch(work: &Work, application: &mut Application) {
    application.last_activity_at = work.now;
    application.updated_at = work.now;
}
