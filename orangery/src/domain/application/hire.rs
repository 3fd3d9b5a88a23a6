//! The hire: an application's happy end, and with it an offer's and an opening's.

use jiff::civil::Date;

use super::{lock_for_change, moves, must_be, touch};
use crate::{
    domain::{
        approval,
        job::{self, Closing},
        offer, opening,
    },
    error::{Error, Result},
    event::Event,
    tables::{Application, ApplicationStatus, JobStatus, Offer, OfferStatus, Opening, OpeningStatus},
    work::Work,
};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Hire {
    /// Goes to the offer.
    pub start_date: Option<Date>,
    /// Else that of the offer, else one that is open.
    pub opening_id: Option<i64>,
    /// Goes to the opening.
    pub close_reason_id: Option<i64>,
}

/// Hires a candidate (APP-17): the current offer is accepted, an opening filled; with its last opening the job closes. FIRE-6 is the order
/// of what is told.
pub async fn hire(work: &mut Work, id: i64, hire: Hire) -> Result<()> {
    let Hire { start_date, opening_id, close_reason_id } = hire;
    let before = lock_for_change(work, id).await?;
    let Some(job_id) = before.job_id.filter(|_| !before.prospect) else {
        return Err(Error::refused("A prospect can't be hired: convert it to a candidate of a job first"));
    };
    must_be(&before, ApplicationStatus::Active)?;
    let job = job::lock(work, job_id).await?;
    let offer = offer::current(work, &before).await?.filter(|it| it.status == OfferStatus::Unresolved);
    if let Some(why) = approval::outstanding(work, job_id, offer.as_ref().map(|it| it.id)).await? {
        return Err(Error::Refused(why));
    }
    check_start_date(work, offer.as_ref(), start_date).await?;
    let opening_id = match opening_id {
        Some(id) => Some(id),
        None => of_offer(work, offer.as_ref()).await?,
    };
    let opening = opening::fill(work, job_id, opening_id, id, close_reason_id).await?;
    let after = Application {
        status: ApplicationStatus::Hired,
        stage_id: None,
        hired_from_stage_id: before.stage_id,
        hired_at: Some(work.now),
        ..before.clone()
    };
    save(work, before, after).await?;
    moves::leave(work, id).await?;
    let offer_id = offer.as_ref().map(|it| it.id);
    work.record(Event::ApplicationHired { application_id: id, offer_id, opening_id: Some(opening.id) });
    if let Some(offer) = offer {
        accepted(work, offer, start_date, opening.id).await?;
    }
    // A draft is not closed by its last opening: it was never open.
    if job.status == JobStatus::Open && opening::count_open(work, job_id).await? == 0 {
        job::close(work, job_id, Closing::Hire { application_id: id }).await?;
    }
    Ok(())
}

/// Accepts an offer, which must be the current one: by a hire.
pub async fn accept(work: &mut Work, offer_id: i64, terms: Hire) -> Result<()> {
    let (application, offer) = offer::find(work, offer_id).await?;
    offer::must_be(&offer, OfferStatus::Unresolved)?;
    if offer::current(work, &application).await?.is_none_or(|it| it.id != offer_id) {
        return Err(Error::refused("The offer is not the current one: it was made for another job"));
    }
    hire(work, application.id, terms).await
}

async fn save(work: &mut Work, before: Application, mut after: Application) -> Result<()> {
    touch(work, &mut after);
    work.update(&before, &after).await?;
    Ok(())
}

/// A start date needs an offer to stand in, and an organization may ask for one.
async fn check_start_date(work: &Work, offer: Option<&Offer>, start_date: Option<Date>) -> Result<()> {
    let needed = work.catalog().await?.organization.offers_need_start_date;
    match (offer, start_date) {
        (None, Some(_)) => Err(Error::invalid(
            "start_date",
            "There is no offer that could have a start date: leave it out, or make an offer first",
        )),
        (Some(offer), None) if needed && offer.starts_on.is_none() => Err(Error::invalid(
            "start_date",
            "is required: offers must have a start date, and the current one has none",
        )),
        _ => Ok(()),
    }
}

/// The opening that the offer was made for, if it is still open.
async fn of_offer(work: &Work, offer: Option<&Offer>) -> Result<Option<i64>> {
    let opening: Option<Opening> = work.tx.get(offer.and_then(|it| it.opening_id)).await?;
    Ok(opening.filter(|it| it.status == OpeningStatus::Open).map(|it| it.id))
}

async fn accepted(work: &mut Work, before: Offer, start_date: Option<Date>, opening_id: i64) -> Result<()> {
    let after = Offer {
        status: OfferStatus::Accepted,
        starts_on: start_date.or(before.starts_on),
        opening_id: Some(opening_id),
        resolved_at: Some(work.now),
        updated_at: work.now,
        ..before.clone()
    };
    work.update(&before, &after).await?;
    work.record(Event::OfferUpdated { offer_id: before.id });
    Ok(())
}
