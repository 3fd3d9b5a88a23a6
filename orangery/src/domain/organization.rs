//! The organization: founded once, with the catalogs that a new one begins with; its settings.

use jiff::tz::TimeZone;

use super::{
    board,
    catalog::{self, Decision, NewSource, Strategy},
    demographic, email_template, permission,
};
use crate::{
    error::{Error, Faults, Result},
    patch::Patch,
    tables::{CloseReason, EducationItem, EducationKind, Organization, RejectionReason},
    work::Work,
};

/// Founds the organization in an empty database, with sensible catalogs; does nothing where there is one.
pub async fn found(work: &mut Work, name: &str) -> Result<()> {
    if work.tx.first::<Organization>("limit 1", &[]).await?.is_some() {
        return Ok(());
    }
    let mut organization = Organization {
        id: 0,
        name: name.to_owned(),
        time_zone: "UTC".to_owned(),
        catalog_version: 1,
        offers_need_start_date: false,
        openings_deletable: true,
        created_at: work.now,
        updated_at: work.now,
    };
    work.insert(&mut organization).await?;
    for (decision, name) in REJECTION_REASONS {
        let (type_id, type_name) = decision.shown();
        let (name, type_name) = ((*name).to_owned(), type_name.to_owned());
        work.insert(&mut RejectionReason { id: 0, name, type_id, type_name, built_in: true }).await?;
    }
    for (strategy, name) in SOURCES {
        let new = NewSource { id: None, name: (*name).to_owned(), public_name: None, strategy: *strategy };
        catalog::create_source(work, &new).await?;
    }
    for name in CLOSE_REASONS {
        work.insert(&mut CloseReason { id: 0, name: (*name).to_owned() }).await?;
    }
    for (kind, names) in
        [(EducationKind::Degree, DEGREES), (EducationKind::Discipline, DISCIPLINES), (EducationKind::School, SCHOOLS)]
    {
        for (priority, name) in (0..).zip(names) {
            work.insert(&mut EducationItem { id: 0, kind, name: (*name).to_owned(), priority }).await?;
        }
    }
    board::found(work, name).await?;
    permission::found(work).await?;
    demographic::found(work).await?;
    email_template::found(work).await
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub name: Patch<String>,
    /// An IANA name.
    pub time_zone: Patch<String>,
    pub offers_need_start_date: Patch<bool>,
    pub openings_deletable: Patch<bool>,
}

/// Changes the settings of the organization.
pub async fn set(work: &mut Work, settings: &Settings) -> Result<()> {
    let Settings { name, time_zone, offers_need_start_date, openings_deletable } = settings.clone();
    let before: Organization = work.tx.lock(work.catalog().await?.organization.id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    time_zone.set(&mut after.time_zone);
    offers_need_start_date.set(&mut after.offers_need_start_date);
    openings_deletable.set(&mut after.openings_deletable);
    let mut faults = Faults::default();
    faults.text("name", &after.name, 255);
    if TimeZone::get(&after.time_zone).is_err() {
        faults.add("time_zone", "Must be an IANA name such as Europe/Amsterdam");
    }
    faults.done()?;
    if after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
    }
    Ok(())
}

/// Departments and offices are made by site admins (OBO-4); where nobody is named, the key is enough.
pub async fn may_make(work: &Work, what: &str) -> Result<()> {
    let catalog = work.catalog().await?;
    match catalog.user(work.actor.user_id) {
        Some(user) if !user.row.site_admin => {
            Err(Error::Forbidden(format!("{} may not create {what}: only site admins may", user.name())))
        }
        _ => Ok(()),
    }
}

/// Trees are rendered by recursion, so that they must end somewhere.
pub const DEEPEST: usize = 20;

/// How many stand above `id` in a tree, itself included.
pub fn depth(id: i64, parent: impl Fn(i64) -> Option<i64>) -> usize {
    std::iter::successors(Some(id), |id| parent(*id)).take(DEEPEST + 1).count()
}

/// Departments or offices that are meant by ids or by external ids, each once; None where neither is given, a fault where both are.
pub fn resolve_all(
    ids: Option<&Vec<i64>>,
    external_ids: Option<&Vec<String>>,
    (field, external_field): (&str, &str),
    find: impl Fn(i64) -> Result<i64, String>,
    find_external: impl Fn(&str) -> Result<i64, String>,
) -> Result<Option<Vec<i64>>> {
    let mut faults = Faults::default();
    let (field, found): (&str, Vec<Result<i64, String>>) = match (ids, external_ids) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => {
            return Err(Error::invalid(
                external_field,
                format!("Only one of {field} and {external_field} can be given"),
            ));
        }
        (Some(ids), None) => (field, ids.iter().map(|id| find(*id)).collect()),
        (None, Some(ids)) => (external_field, ids.iter().map(|id| find_external(id)).collect()),
    };
    let mut ids = Vec::new();
    for found in found {
        match found {
            Ok(id) if ids.contains(&id) => {}
            Ok(id) => ids.push(id),
            Err(message) => faults.add(field, message),
        }
    }
    faults.done()?;
    Ok(Some(ids))
}

/// REJ-1.
const REJECTION_REASONS: &[(Decision, &str)] = &[
    (Decision::Ours, "Lacking skills or qualifications"),
    (Decision::Ours, "Lacking experience"),
    (Decision::Ours, "Overqualified"),
    (Decision::Ours, "Not a fit for the team"),
    (Decision::Ours, "Hired somebody else"),
    (Decision::Ours, "Position closed"),
    (Decision::Ours, "Location or work permit"),
    (Decision::Ours, "Duplicate or spam"),
    (Decision::Theirs, "Withdrew"),
    (Decision::Theirs, "Took another offer"),
    (Decision::Theirs, "Declined our offer"),
    (Decision::Theirs, "Salary expectations"),
    (Decision::Theirs, "Did not answer"),
    (Decision::Nobodys, "Other"),
];

/// SRC-1.
const SOURCES: &[(Strategy, &str)] = &[
    (Strategy::AttendEvents, "Career fair"),
    (Strategy::AttendEvents, "Meetup"),
    (Strategy::Referrals, "Referral"),
    (Strategy::ThirdPartyBoards, "Job board"),
    (Strategy::CandidateSearch, "LinkedIn (Prospecting)"),
    (Strategy::Other, "Other"),
    (Strategy::Other, "Imported"),
    (Strategy::SocialMedia, "LinkedIn"),
    (Strategy::CompanyMarketing, "Jobs page on your website"),
    (Strategy::CompanyMarketing, "Internal applicant"),
    (Strategy::Agencies, "Agency"),
    (Strategy::Prospecting, "Outreach"),
];

const CLOSE_REASONS: &[&str] = &["Hired", "Filled by another opening", "Put on hold", "Cancelled"];

const DEGREES: &[&str] = &[
    "High School",
    "Associate's Degree",
    "Bachelor's Degree",
    "Master's Degree",
    "Master of Business Administration (M.B.A.)",
    "Juris Doctor (J.D.)",
    "Doctor of Medicine (M.D.)",
    "Doctor of Philosophy (Ph.D.)",
    "Engineer's Degree",
    "Other",
];

const DISCIPLINES: &[&str] = &[
    "Accounting",
    "Architecture",
    "Biology",
    "Business Administration",
    "Chemistry",
    "Communications",
    "Computer Science",
    "Design",
    "Economics",
    "Education",
    "Electrical Engineering",
    "Finance",
    "History",
    "Information Systems",
    "Languages",
    "Law",
    "Marketing",
    "Mathematics",
    "Mechanical Engineering",
    "Medicine",
    "Philosophy",
    "Physics",
    "Political Science",
    "Psychology",
    "Other",
];

const SCHOOLS: &[&str] = &[
    "ETH Zurich",
    "Harvard University",
    "Indian Institute of Technology Bombay",
    "Massachusetts Institute of Technology",
    "National University of Singapore",
    "Seoul National University",
    "Stanford University",
    "Technical University of Munich",
    "University of Amsterdam",
    "University of Buenos Aires",
    "University of Cape Town",
    "University of Copenhagen",
    "University of Michigan",
    "University of Oxford",
    "University of São Paulo",
    "University of Tokyo",
    "University of Toronto",
    "University of Warsaw",
    "Other",
];
