//! Files of candidates and applications (ATT-1 … ATT-8). The file itself is stored before the Work; the row names it.

use crate::{
    domain::{application, approval, candidate, offer},
    error::{Error, Result},
    tables::{Application, Attachment, AttachmentKind, OfferStatus, Visibility},
    work::Work,
};

/// The largest file that is taken, in bytes.
pub const LARGEST: usize = 30 * 1024 * 1024;

/// A stored file that is to be attached.
#[derive(Debug, Clone)]
pub struct NewAttachment {
    pub id: Option<i64>,
    pub filename: String,
    pub kind: AttachmentKind,
    pub content_type: Option<String>,
    /// Counts for `other` alone (ATT-5).
    pub visibility: Option<Visibility>,
    pub blob: String,
    pub size: i64,
}

/// Attaches a file to a candidate (ATT-2).
pub async fn attach_to_candidate(work: &mut Work, candidate_id: i64, new: &NewAttachment) -> Result<i64> {
    candidate::lock(work, candidate_id).await?;
    let id = insert(work, candidate_id, None, new).await?;
    candidate::changed(work, candidate_id).await?;
    Ok(id)
}

/// Attaches a file to an application (ATT-3).
pub async fn attach_to_application(work: &mut Work, application_id: i64, new: &NewAttachment) -> Result<i64> {
    let application = application::lock(work, application_id).await?;
    must_fit(work, &application, new.kind).await?;
    let id = insert(work, application.candidate_id, Some(application_id), new).await?;
    candidate::changed(work, application.candidate_id).await?;
    // ATT-4: who approved another letter has not approved this one.
    if new.kind == AttachmentKind::OfferLetter
        && let Some(offer) = offer::current(work, &application).await?
        && offer.status == OfferStatus::Unresolved
    {
        approval::reset_for_offer(work, &offer).await?;
    }
    Ok(id)
}

/// ATT-4: a test must have been sent, an offer must be there, its letter too before a signed one comes.
async fn must_fit(work: &Work, application: &Application, kind: AttachmentKind) -> Result<()> {
    match kind {
        AttachmentKind::TakeHomeTest => {
            let sql = "select 1 from interview_states s join interviews i on i.id = s.interview_id \
                       where s.application_id = $1 and i.kind = 'take_home_test' and s.status = 'sent' limit 1";
            match work.tx.row(sql, sql::params![application.id]).await? {
                Some(_) => Ok(()),
                None => Err(Error::refused("This application has no open take-home test: send one first")),
            }
        }
        AttachmentKind::OfferLetter => match offer::current(work, application).await? {
            Some(_) => Ok(()),
            None => Err(Error::refused("This application has no offer: create one before its letter")),
        },
        AttachmentKind::SignedOfferLetter => match offer::current(work, application).await? {
            Some(offer) if offer.sent_on.is_some() => Ok(()),
            _ => Err(Error::refused("A signed offer letter needs an offer that was sent")),
        },
        AttachmentKind::Resume
        | AttachmentKind::CoverLetter
        | AttachmentKind::OfferPacket
        | AttachmentKind::Other
        | AttachmentKind::Attachment => Ok(()),
    }
}

/// Writes the row of an attachment.
pub(crate) async fn insert(
    work: &mut Work,
    candidate_id: i64,
    application_id: Option<i64>,
    new: &NewAttachment,
) -> Result<i64> {
    let NewAttachment { id, filename, kind, content_type, visibility, blob, size } = new;
    let mut row = Attachment {
        id: id.unwrap_or_default(),
        candidate_id,
        application_id,
        filename: filename.clone(),
        kind: *kind,
        content_type: content_type.clone(),
        visibility: visible(*kind, *visibility),
        blob: blob.clone(),
        size: *size,
        created_at: work.now,
    };
    work.insert(&mut row).await?;
    Ok(row.id)
}

/// Takes an attachment away.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let row: Attachment = work.tx.find(id).await?;
    candidate::lock(work, row.candidate_id).await?;
    work.delete(&row).await?;
    work.release([row.blob]);
    candidate::changed(work, row.candidate_id).await
}

/// ATT-5: who sees a file of that kind.
fn visible(kind: AttachmentKind, chosen: Option<Visibility>) -> Visibility {
    match kind {
        AttachmentKind::Resume | AttachmentKind::CoverLetter | AttachmentKind::TakeHomeTest => Visibility::Public,
        AttachmentKind::OfferLetter | AttachmentKind::SignedOfferLetter | AttachmentKind::OfferPacket => {
            Visibility::Private
        }
        AttachmentKind::Other | AttachmentKind::Attachment => chosen.unwrap_or(Visibility::AdminOnly),
    }
}
