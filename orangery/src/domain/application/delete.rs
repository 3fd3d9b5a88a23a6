//! The end of one application.

use sql::params;

use super::lock;
use crate::{
    domain::job,
    error::{Error, Result},
    event::Event,
    tables::{Attachment, Opening},
    work::Work,
};

/// Deletes an application (APP-6). Offers, interviews and attachments go with it, silently (FIRE-0); its scorecards stay with the candidate.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let application = lock(work, id).await?;
    if application.prospect {
        return Err(Error::refused(
            "Only a candidate's application can be deleted, and this is a prospect's: reject it instead",
        ));
    }
    // Whoever changes openings holds their job.
    if let Some(job_id) = application.job_id {
        job::lock(work, job_id).await?;
    }
    work.record_deletion(Event::ApplicationDeleted { application_id: id }).await?;
    leave_openings(work, &[id]).await?;
    release_files(work, &[id]).await?;
    work.delete(&application).await
}

/// Openings that these applications filled stay closed, and name nobody.
pub(crate) async fn leave_openings(work: &mut Work, ids: &[i64]) -> Result<()> {
    let rest = "where application_id {any:$1} order by id {for update}";
    for before in work.tx.all::<Opening>(rest, params![ids]).await? {
        let after = Opening { application_id: None, ..before.clone() };
        work.update(&before, &after).await?;
    }
    Ok(())
}

/// The files of attachments that go with these applications.
pub(crate) async fn release_files(work: &mut Work, ids: &[i64]) -> Result<()> {
    let files: Vec<Attachment> = work.tx.children("application_id", ids).await?;
    work.release(files.into_iter().map(|it| it.blob));
    Ok(())
}
