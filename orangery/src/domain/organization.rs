//! The organization: founded once, with the catalogs that a new one begins with.

use crate::{
    error::Result,
    tables::{CloseReason, EducationItem, EducationKind, Organization, RejectionReason, Source},
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
    for (type_id, type_name, name) in REJECTION_REASONS {
        let (type_id, type_name) = (*type_id, (*type_name).to_owned());
        work.insert(&mut RejectionReason { id: 0, name: (*name).to_owned(), type_id, type_name, built_in: true })
            .await?;
    }
    for (type_id, type_name, name) in SOURCES {
        let (name, type_id, type_name) = ((*name).to_owned(), *type_id, (*type_name).to_owned());
        work.insert(&mut Source { id: 0, public_name: name.clone(), name, type_id, type_name }).await?;
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
    Ok(())
}

const US: (i64, &str) = (1, "We rejected them");
const THEM: (i64, &str) = (2, "They rejected us");
const NONE: (i64, &str) = (3, "None specified");

/// REJ-1.
const REJECTION_REASONS: &[(i64, &str, &str)] = &[
    (US.0, US.1, "Lacking skills or qualifications"),
    (US.0, US.1, "Lacking experience"),
    (US.0, US.1, "Overqualified"),
    (US.0, US.1, "Not a fit for the team"),
    (US.0, US.1, "Hired somebody else"),
    (US.0, US.1, "Position closed"),
    (US.0, US.1, "Location or work permit"),
    (US.0, US.1, "Duplicate or spam"),
    (THEM.0, THEM.1, "Withdrew"),
    (THEM.0, THEM.1, "Took another offer"),
    (THEM.0, THEM.1, "Declined our offer"),
    (THEM.0, THEM.1, "Salary expectations"),
    (THEM.0, THEM.1, "Did not answer"),
    (NONE.0, NONE.1, "Other"),
];

/// SRC-1.
const SOURCES: &[(i64, &str, &str)] = &[
    (1, "Attend Events", "Career fair"),
    (1, "Attend Events", "Meetup"),
    (2, "Referrals", "Referral"),
    (3, "Third-party boards", "Job board"),
    (4, "Candidate search", "LinkedIn (Prospecting)"),
    (5, "Other", "Other"),
    (5, "Other", "Imported"),
    (6, "Social media", "LinkedIn"),
    (7, "Company marketing", "Jobs page on your website"),
    (7, "Company marketing", "Internal applicant"),
    (8, "Agencies", "Agency"),
    (9, "Prospecting", "Outreach"),
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
