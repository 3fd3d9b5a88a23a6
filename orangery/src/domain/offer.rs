//! Offers and their versions: made, changed, sent, turned down, deleted. An offer is accepted by a hire: `application::hire`.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use sql::params;

use crate::{
    domain::{
        application, approval, candidate,
        custom_value::{self, Scope, Write},
    },
    error::{Error, Faults, Result},
    event::Event,
    graph::Catalog,
    patch::Patch,
    tables::{
        Application, ApplicationStatus, CustomValues, FieldType, Job, JobOffice, Offer, OfferStatus, Opening,
        OpeningStatus,
    },
    words::Word,
    work::Work,
};

/// A new offer to a candidate.
#[derive(Debug, Clone, Default)]
pub struct NewOffer {
    pub id: Option<i64>,
    pub application_id: i64,
    pub opening_id: Option<i64>,
    pub starts_on: Option<Date>,
    pub sent_on: Option<Date>,
    pub notes: Option<String>,
    pub custom: Vec<Write>,
}

/// Makes an offer to an active candidate: the next version. One that is still open is deprecated by it (OFF-2).
pub async fn create(work: &mut Work, new: NewOffer) -> Result<i64> {
    let NewOffer { id, application_id, opening_id, starts_on, sent_on, notes, custom } = new;
    let application = application::lock_for_change(work, application_id).await?;
    let Some(job_id) = application.job_id else {
        return Err(Error::refused("A prospect can't get an offer: convert it to a candidate of a job first"));
    };
    application::must_be(&application, ApplicationStatus::Active)?;
    let mut values = CustomValues::default();
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    faults.take(check_opening(work, job_id, opening_id).await)?;
    check_terms(&mut faults, starts_on, sent_on, notes.as_deref());
    faults.take(custom_value::apply(&catalog, FieldType::Offer, &mut values, &custom))?;
    let scope = scope(work, job_id).await?;
    faults.take(custom_value::check_required_in(&catalog, FieldType::Offer, &values, &scope))?;
    faults.done()?;
    let offer = Offer {
        id: id.unwrap_or_default(),
        application_id,
        job_id,
        opening_id,
        user_id: work.actor.user_id,
        version: 0,
        status: OfferStatus::Unresolved,
        starts_on,
        sent_on,
        notes,
        custom: values,
        resolved_at: None,
        created_at: work.now,
        updated_at: work.now,
    };
    next_version(work, offer).await
}

/// A change of an offer; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct EditOffer {
    pub opening_id: Patch<i64>,
    pub starts_on: Patch<Date>,
    pub sent_on: Patch<Date>,
    pub notes: Patch<String>,
    pub created_at: Patch<Timestamp>,
    pub custom: Vec<Write>,
}

/// Changes the current offer of an application (OFF-4).
pub async fn edit_current(work: &mut Work, application_id: i64, edit: EditOffer) -> Result<i64> {
    let application = application::lock(work, application_id).await?;
    match current(work, &application).await? {
        Some(offer) => change(work, application, offer, edit).await,
        None => Err(Error::NotFound("offers", 0)),
    }
}

/// Changes an offer, which must be the current one. Answers the version that now is.
pub async fn edit(work: &mut Work, id: i64, edit: EditOffer) -> Result<i64> {
    let (application, offer) = find(work, id).await?;
    change(work, application, offer, edit).await
}

/// OFF-2: a change in a custom field that makes versions makes a new one; every other is made in place.
async fn change(work: &mut Work, application: Application, before: Offer, edit: EditOffer) -> Result<i64> {
    let EditOffer { opening_id, starts_on, sent_on, notes, created_at, custom } = edit;
    if application.status == ApplicationStatus::Hired {
        return Err(Error::refused("The offer of somebody who is hired can't be changed: take the hire back first"));
    }
    must_be(&before, OfferStatus::Unresolved)?;
    let mut after = before.clone();
    let catalog = work.catalog().await?;
    let mut faults = Faults::default();
    faults.take(custom_value::apply(&catalog, FieldType::Offer, &mut after.custom, &custom))?;
    opening_id.apply(&mut after.opening_id);
    starts_on.apply(&mut after.starts_on);
    sent_on.apply(&mut after.sent_on);
    notes.apply(&mut after.notes);
    created_at.set(&mut after.created_at);
    if after.opening_id != before.opening_id {
        faults.take(check_opening(work, before.job_id, after.opening_id).await)?;
    }
    check_terms(&mut faults, after.starts_on, after.sent_on, after.notes.as_deref());
    faults.done()?;
    if after == before {
        return Ok(before.id);
    }
    candidate::active(work, application.candidate_id).await?;
    if makes_version(&catalog, &before.custom, &after.custom) {
        let created_at = if after.created_at == before.created_at { work.now } else { after.created_at };
        let user_id = work.actor.user_id.or(before.user_id);
        let next = Offer { id: 0, user_id, created_at, updated_at: work.now, ..after };
        return next_version(work, next).await;
    }
    after.updated_at = work.now;
    work.update(&before, &after).await?;
    work.record(Event::OfferUpdated { offer_id: before.id });
    Ok(before.id)
}

/// Notes that an offer was sent, by default today.
pub async fn send(work: &mut Work, id: i64, on: Option<Date>) -> Result<()> {
    let catalog = work.catalog().await?;
    let zone = TimeZone::get(&catalog.organization.time_zone).unwrap_or(TimeZone::UTC);
    let today = work.now.to_zoned(zone).date();
    let sent_on = Patch::Value(on.unwrap_or(today));
    edit(work, id, EditOffer { sent_on, ..EditOffer::default() }).await?;
    Ok(())
}

/// Notes that the candidate, or the house, turned an offer down.
pub async fn reject(work: &mut Work, id: i64) -> Result<()> {
    let (application, before) = find(work, id).await?;
    must_be(&before, OfferStatus::Unresolved)?;
    candidate::active(work, application.candidate_id).await?;
    resolve(work, before, OfferStatus::Rejected).await
}

/// Deletes one version of an offer; the one by which somebody was hired stays.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let (_, offer) = find(work, id).await?;
    if offer.status == OfferStatus::Accepted {
        return Err(Error::refused("An accepted offer can't be deleted: take the hire back first"));
    }
    work.record_deletion(Event::OfferDeleted { offer_id: id }).await?;
    work.delete(&offer).await
}

/// The current offer of an application that the caller has locked: the newest one for its job that isn't deprecated (OFF-3). Whoever changes
/// an offer holds its application.
pub async fn current(work: &Work, application: &Application) -> Result<Option<Offer>> {
    let newest = "where application_id = $1 and job_id = $2 and status <> 'deprecated' \
                  order by version desc limit 1";
    Ok(work.tx.first(newest, params![application.id, application.job_id]).await?)
}

/// An offer and its application, locked in their order.
pub async fn find(work: &mut Work, id: i64) -> Result<(Application, Offer)> {
    let seen: Offer = work.tx.find(id).await?;
    let application = application::lock(work, seen.application_id).await?;
    let offer: Offer = work.tx.lock(id).await?;
    match offer.application_id == application.id {
        true => Ok((application, offer)),
        // It moved to another application in between: with a merge.
        false => Err(Error::Database(sql::Error::Conflict)),
    }
}

/// Refuses an offer that is not in `status`.
pub fn must_be(offer: &Offer, status: OfferStatus) -> Result<()> {
    match offer.status == status {
        true => Ok(()),
        false => {
            let (must, is) = (status.word(), offer.status.word());
            Err(Error::Refused(format!("Offer must be '{must}', is currently '{is}'")))
        }
    }
}

/// Ends an offer in `status`.
pub async fn resolve(work: &mut Work, before: Offer, status: OfferStatus) -> Result<()> {
    let after = Offer { status, resolved_at: Some(work.now), updated_at: work.now, ..before.clone() };
    work.update(&before, &after).await?;
    work.record(Event::OfferUpdated { offer_id: before.id });
    Ok(())
}

/// Inserts `offer` as the newest version of its application. What it replaces is told of first.
async fn next_version(work: &mut Work, mut offer: Offer) -> Result<i64> {
    let of = params![offer.application_id];
    let open = "where application_id = $1 and status = 'unresolved' order by version {for update}";
    for old in work.tx.all::<Offer>(open, of).await? {
        resolve(work, old, OfferStatus::Deprecated).await?;
    }
    let newest = "select coalesce(max(version), 0) from offers where application_id = $1";
    offer.version = work.tx.count(newest, of).await? + 1;
    work.insert(&mut offer).await?;
    approval::copy_for_offer(work, &offer).await?;
    work.record(Event::OfferCreated { offer_id: offer.id });
    Ok(offer.id)
}

/// Dates that every client can tell, notes that are not endless.
fn check_terms(faults: &mut Faults, starts_on: Option<Date>, sent_on: Option<Date>, notes: Option<&str>) {
    for (field, date) in [("start_date", starts_on), ("sent_on", sent_on)] {
        if date.is_some_and(|it| it.year() < 1) {
            faults.add(field, "Must be a date such as 2026-08-22");
        }
    }
    faults.limit("notes", notes, 100_000);
}

/// The opening must be an open one of the job.
async fn check_opening(work: &Work, job_id: i64, opening_id: Option<i64>) -> Result<()> {
    let Some(id) = opening_id else { return Ok(()) };
    let message = match work.tx.get::<Opening>(opening_id).await? {
        Some(opening) if opening.job_id != job_id => format!("Opening {id} is not of the application's job"),
        Some(opening) if opening.status == OpeningStatus::Closed => format!("Opening {id} is closed"),
        Some(_) => return Ok(()),
        None => format!("There is no opening {id}"),
    };
    Err(Error::invalid("opening_id", message))
}

fn makes_version(catalog: &Catalog, before: &CustomValues, after: &CustomValues) -> bool {
    let makes = catalog.fields(FieldType::Offer).filter(|it| it.row.trigger_new_version);
    makes.map(|it| it.row.id).any(|id| before.0.get(&id) != after.0.get(&id))
}

/// Where the job belongs: required fields may be asked for only there.
async fn scope(work: &Work, job_id: i64) -> Result<Scope> {
    let job: Job = work.tx.find(job_id).await?;
    let offices = work.tx.children::<JobOffice>("job_id", &[job_id]).await?;
    Ok(Scope { department_id: job.department_id, office_ids: offices.iter().map(|it| it.office_id).collect() })
}
