//! Applications: found, rejected, taken up again. The other verbs have a file each.

pub mod convert;
pub mod delete;
pub mod farewell;
pub mod hire;
pub mod moves;
pub mod new;
pub mod unhire;
pub mod update;

pub use farewell::Farewell;
use futures_util::join;
use sql::params;

use crate::{
    domain::{
        custom_value::{self, Write},
        mail::of_candidate::cancel_rejection,
    },
    error::{Error, Result},
    event::Event,
    tables::{
        Application, ApplicationStatus, Candidate, CustomValues, FeedItem, FeedKind, FieldType, RejectionReason,
        Visibility,
    },
    words::Word,
    work::Work,
};

/// The application, locked, and before it the candidate that the Work is about.
pub async fn lock(work: &mut Work, id: i64) -> Result<Application> {
    let its = "where id = (select candidate_id from applications where id = $1) {for update}";
    let candidate: Option<Candidate> = work.tx.first(its, params![id]).await?;
    work.about = candidate.map(|it| it.id);
    Ok(work.tx.lock(id).await?)
}

/// The application, locked, for a verb that changes it or refuses: its candidate's last activity is now.
pub async fn lock_for_change(work: &mut Work, id: i64) -> Result<Application> {
    let touch = "update candidates set last_activity_at = $2 \
                 where id = (select candidate_id from applications where id = $1)";
    let touched = params![id, work.now];
    // Sent together, and answered in this order: what is seen of the catalog is seen with the locks held.
    let (touched, application, catalog) =
        join!(work.tx.execute(touch, touched), work.tx.lock::<Application>(id), work.catalog());
    touched?;
    catalog?;
    let application = application?;
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
    pub custom: Vec<Write>,
    /// The mail that tells them.
    pub farewell: Option<Farewell>,
}

/// Turns a candidate or prospect down (APP-14). The stage stays, so that the application can be taken up again where it was left.
pub async fn reject(work: &mut Work, id: i64, rejection: &Rejection) -> Result<()> {
    let Rejection { reason_id, notes, custom, farewell } = rejection;
    let before = lock_for_change(work, id).await?;
    must_be(&before, ApplicationStatus::Active)?;
    let mut after = before.clone();
    if let Some(reason_id) = reason_id {
        reason(work, *reason_id).await?;
        after.rejection_reason_id = Some(*reason_id);
    }
    after.rejection_custom = CustomValues::default();
    custom_value::apply(&*work.catalog().await?, FieldType::RejectionQuestion, &mut after.rejection_custom, custom)?;
    if let Some(text) = notes {
        after.rejection_note_id = Some(note(work, &before, text).await?);
    }
    after.status = ApplicationStatus::Rejected;
    after.rejected_at = Some(work.now);
    after.rejected_by_id = work.actor.user_id;
    touch(work, &mut after);
    work.update(&before, &after).await?;
    if let Some(farewell) = farewell {
        farewell::queue(work, &after, farewell).await?;
    }
    work.record(Event::ApplicationRejected { application_id: id });
    Ok(())
}

/// A note of a rejection in the activity feed.
async fn note(work: &mut Work, application: &Application, text: &str) -> Result<i64> {
    let mut note = FeedItem {
        id: 0,
        candidate_id: application.candidate_id,
        application_id: Some(application.id),
        user_id: work.actor.user_id,
        touchpoint_id: None,
        kind: FeedKind::Note,
        of_rejection: true,
        visibility: Visibility::Public,
        subject: None,
        body: text.to_owned(),
        mail_to: None,
        mail_from: None,
        mail_cc: None,
        created_at: work.now,
    };
    work.insert(&mut note).await?;
    Ok(note.id)
}

/// Gives a rejected application another reason (APP-15), and answers that reason.
pub async fn change_reason(work: &mut Work, id: i64, reason_id: i64) -> Result<RejectionReason> {
    let before = lock(work, id).await?;
    must_be(&before, ApplicationStatus::Rejected)?;
    let reason = reason(work, reason_id).await?;
    let after = Application { rejection_reason_id: Some(reason_id), ..before.clone() };
    update::save(work, before, after, false).await?;
    Ok(reason)
}

/// Takes a rejection back (APP-16): the application goes on in the stage where it was, or in the first where that is gone.
pub async fn unreject(work: &mut Work, id: i64) -> Result<()> {
    let before = lock_for_change(work, id).await?;
    must_be(&before, ApplicationStatus::Rejected)?;
    let mut after = before.clone();
    after.status = ApplicationStatus::Active;
    after.rejected_at = None;
    after.rejected_by_id = None;
    after.rejection_reason_id = None;
    after.rejection_note_id = None;
    after.rejection_custom = CustomValues::default();
    moves::return_to(work, &mut after, before.stage_id).await?;
    touch(work, &mut after);
    work.update(&before, &after).await?;
    cancel_rejection(work, id, "the rejection was taken back").await?;
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
