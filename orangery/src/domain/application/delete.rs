//! The end of one application.

use super::lock;
use crate::{
    error::{Error, Result},
    event::Event,
    tables::Opening,
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
    work.record_deletion(Event::ApplicationDeleted { application_id: id }).await?;
    for before in work.tx.children::<Opening>("application_id", &[id]).await? {
        // An opening that the application filled stays closed, and names nobody.
        let after = Opening { application_id: None, ..before.clone() };
        work.update(&before, &after).await?;
    }
    work.delete(&application).await
}
