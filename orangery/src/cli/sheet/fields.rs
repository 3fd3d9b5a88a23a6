//! What a column can be: the fields of candidates, prospects and jobs, with the names that other programs give them.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

use crate::tables::FieldType;

/// What the rows of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Candidates,
    Prospects,
    Jobs,
}

impl Kind {
    pub fn one(self) -> &'static str {
        match self {
            Self::Candidates => "candidate",
            Self::Prospects => "prospect",
            Self::Jobs => "job",
        }
    }

    /// What custom fields its rows may have, the first ones first.
    pub fn custom(self) -> &'static [FieldType] {
        match self {
            Self::Candidates | Self::Prospects => &[FieldType::Candidate, FieldType::Application],
            Self::Jobs => &[FieldType::Job],
        }
    }
}

pub struct Field {
    pub name: &'static str,
    /// Whether several columns may be it, and one cell hold several.
    pub many: bool,
    /// Headers that mean it, in lower case and without anything but letters and digits.
    also: &'static [&'static str],
}

const fn one(name: &'static str, also: &'static [&'static str]) -> Field {
    Field { name, many: false, also }
}

const fn many(name: &'static str, also: &'static [&'static str]) -> Field {
    Field { name, many: true, also }
}

#[rustfmt::skip]
const PEOPLE: &[Field] = &[
    one("name", &["fullname", "candidate", "candidatename", "person"]),
    one("first_name", &["givenname", "forename", "vorname", "prénom"]),
    one("last_name", &["surname", "familyname", "nachname"]),
    many("email", &["emailaddress", "emailaddresses", "emails", "mail", "personalemail", "privateemail", "workemail", "emailadresse"]),
    many("phone", &["phonenumber", "phonenumbers", "phones", "telephone", "tel", "telefon", "cell", "cellphone", "mobile", "mobilephone", "homephone", "workphone"]),
    many("address", &["addresses", "homeaddress", "postaladdress", "workaddress", "adresse"]),
    many("website", &["web", "url", "homepage", "personalwebsite", "portfolio", "blog"]),
    many("social_media", &["linkedin", "linkedinurl", "linkedinprofile", "github", "twitter", "xing"]),
    one("company", &["employer", "currentcompany", "currentemployer", "firma"]),
    one("title", &["jobtitle", "currenttitle"]),
    one("headline", &[]),
    one("external_id", &["id", "candidateid", "personid"]),
    one("is_private", &["private"]),
    one("can_email", &["mayemail"]),
    one("recruiter", &[]),
    one("coordinator", &[]),
    many("tags", &["tag", "labels", "keywords"]),
    one("source", &["sourcename", "quelle"]),
    one("referrer", &["referredby", "creditedto", "whogetscredit"]),
    one("location", &["candidatelocation"]),
    one("applied_at", &["applied", "appliedon", "dateapplied", "applicationdate"]),
    many("note", &["notes", "comment", "comments", "remarks"]),
    one("job", &["jobname", "jobid", "appliedfor", "vacancy", "requisition", "requisitionid"]),
    one("stage", &["currentstage", "stagename"]),
];

const PROSPECTS: &[Field] = &[
    one("pool", &["prospectpool"]),
    one("pool_stage", &["prospectstage", "prospectpoolstage"]),
    one("owner", &["prospectowner"]),
    one("department", &["prospectivedepartment"]),
    one("office", &["prospectiveoffice"]),
];

#[rustfmt::skip]
const JOBS: &[Field] = &[
    one("name", &["job", "jobname", "jobtitle", "title"]),
    one("requisition_id", &["requisition", "reqid", "externalid", "id", "jobid"]),
    one("status", &["state"]),
    one("level", &["seniority"]),
    one("department", &["departmentname"]),
    many("offices", &["office", "officename"]),
    one("openings", &["numberofopenings", "headcount"]),
    many("opening_id", &["openingids"]),
    one("opened_at", &["opened", "openedon", "opendate"]),
    one("confidential", &[]),
    one("anywhere", &[]),
    one("notes", &["note", "comment", "comments"]),
    one("team_and_responsibilities", &[]),
    one("how_to_sell_this_job", &[]),
];

/// All fields of rows of that kind.
pub fn all(kind: Kind) -> impl Iterator<Item = &'static Field> {
    let (first, second): (&[Field], &[Field]) = match kind {
        Kind::Candidates => (PEOPLE, &[]),
        Kind::Prospects => (PEOPLE, PROSPECTS),
        Kind::Jobs => (JOBS, &[]),
    };
    // Somebody who is in no job has no stage in it.
    first.iter().chain(second).filter(move |it| kind != Kind::Prospects || it.name != "stage")
}

/// The field that a header means, as far as can be guessed.
pub fn guess(kind: Kind, header: &str) -> Option<&'static Field> {
    let header = letters(header);
    all(kind).find(|it| letters(it.name) == header).or_else(|| all(kind).find(|it| it.also.contains(&header.as_str())))
}

/// In lower case, and without anything but letters and digits.
pub fn letters(text: &str) -> String {
    text.to_lowercase().chars().filter(|it| it.is_alphanumeric()).collect()
}
