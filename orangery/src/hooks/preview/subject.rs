//! Which record a preview is about: the one that is named, or the latest that fits.

use sql::{Tx, Value, params};

use crate::{
    domain::anonymize::{self, effect::Field},
    error::{Error, Faults, Result},
    hooks::Action,
    words::Word,
};

/// Ids by the names of their kinds. What is not named is the latest that fits the event.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Subject {
    pub candidate_id: Option<i64>,
    pub application_id: Option<i64>,
    pub job_id: Option<i64>,
    pub offer_id: Option<i64>,
    pub job_post_id: Option<i64>,
    pub stage_id: Option<i64>,
    pub scheduled_interview_id: Option<i64>,
    pub scorecard_id: Option<i64>,
    pub department_id: Option<i64>,
    pub office_id: Option<i64>,
    /// With whom a merged candidate lives on.
    pub kept_candidate_id: Option<i64>,
    /// What is anonymized.
    pub fields: Option<Vec<String>>,
}

/// What an event is about.
struct Kind {
    table: &'static str,
    /// The field that names one, and what it is called in a sentence.
    field: &'static str,
    noun: &'static str,
    /// Fields that leave the latest of something: each with its condition.
    within: &'static [(&'static str, &'static str)],
}

const CANDIDATE: Kind = Kind { table: "candidates", field: "candidate_id", noun: "candidate", within: &[] };
const APPLICATION: Kind = Kind {
    table: "applications",
    field: "application_id",
    noun: "application",
    within: &[("candidate_id", "candidate_id = ?"), ("job_id", "job_id = ?")],
};
const OFFER: Kind = Kind {
    table: "offers",
    field: "offer_id",
    noun: "offer",
    within: &[
        ("application_id", "application_id = ?"),
        ("candidate_id", "application_id in (select id from applications where candidate_id = ?)"),
        ("job_id", "job_id = ?"),
    ],
};
const JOB: Kind = Kind { table: "jobs", field: "job_id", noun: "job", within: &[] };
const JOB_POST: Kind =
    Kind { table: "job_posts", field: "job_post_id", noun: "job post", within: &[("job_id", "job_id = ?")] };
const STAGE: Kind = Kind { table: "stages", field: "stage_id", noun: "stage", within: &[("job_id", "job_id = ?")] };
const INTERVIEW: Kind = Kind {
    table: "scheduled_interviews",
    field: "scheduled_interview_id",
    noun: "scheduled interview",
    within: &[
        ("application_id", "application_id = ?"),
        ("candidate_id", "application_id in (select id from applications where candidate_id = ?)"),
    ],
};
const SCORECARD: Kind = Kind {
    table: "scorecards",
    field: "scorecard_id",
    noun: "scorecard",
    within: &[("application_id", "application_id = ?"), ("candidate_id", "candidate_id = ?")],
};
const DEPARTMENT: Kind = Kind { table: "departments", field: "department_id", noun: "department", within: &[] };
const OFFICE: Kind = Kind { table: "offices", field: "office_id", noun: "office", within: &[] };

fn kind(action: Action) -> &'static Kind {
    match action {
        Action::NewCandidateApplication
        | Action::NewProspectApplication
        | Action::ApplicationUpdated
        | Action::DeleteApplication
        | Action::HireCandidate
        | Action::UnhireCandidate
        | Action::CandidateStageChange
        | Action::RejectCandidate
        | Action::UnrejectCandidate => &APPLICATION,
        Action::OfferCreated | Action::OfferApproved | Action::OfferUpdated | Action::OfferDeleted => &OFFER,
        Action::DeleteCandidate | Action::MergeCandidate | Action::UpdateCandidate | Action::CandidateAnonymized => {
            &CANDIDATE
        }
        Action::InterviewDeleted => &INTERVIEW,
        Action::ScorecardDeleted => &SCORECARD,
        Action::JobCreated | Action::JobUpdated | Action::JobApproved | Action::JobDeleted => &JOB,
        Action::JobPostCreated | Action::JobPostUpdated | Action::JobPostDeleted => &JOB_POST,
        Action::JobInterviewStageDeleted => &STAGE,
        Action::DepartmentDeleted => &DEPARTMENT,
        Action::OfficeDeleted => &OFFICE,
    }
}

/// The field that names what `action` is about.
pub fn field(action: Action) -> &'static str {
    kind(action).field
}

/// Which records can have had this happen to them, or can have it happen next: in a word, and as a condition.
fn fitting(action: Action) -> Option<(&'static str, &'static str)> {
    match action {
        Action::NewCandidateApplication | Action::DeleteApplication => Some(("candidate's", "not prospect")),
        Action::NewProspectApplication => Some(("prospect's", "prospect")),
        Action::CandidateStageChange => Some(("staged", "stage_id is not null")),
        Action::RejectCandidate | Action::UnrejectCandidate => Some(("rejected", "status = 'rejected'")),
        Action::HireCandidate | Action::UnhireCandidate => Some(("hired", "status = 'hired'")),
        _ => None,
    }
}

/// Whether it never happens to what does not fit.
fn must_fit(action: Action) -> bool {
    matches!(action, Action::NewCandidateApplication | Action::NewProspectApplication | Action::DeleteApplication)
}

impl Subject {
    fn ids(&self) -> [(&'static str, Option<i64>); 10] {
        [
            ("candidate_id", self.candidate_id),
            ("application_id", self.application_id),
            ("job_id", self.job_id),
            ("offer_id", self.offer_id),
            ("job_post_id", self.job_post_id),
            ("stage_id", self.stage_id),
            ("scheduled_interview_id", self.scheduled_interview_id),
            ("scorecard_id", self.scorecard_id),
            ("department_id", self.department_id),
            ("office_id", self.office_id),
        ]
    }

    /// The id of the record.
    pub async fn find(&self, tx: &Tx, action: Action) -> Result<i64> {
        self.check(action)?;
        let named = self.ids().into_iter().any(|it| it.1.is_some());
        let fitting = fitting(action).map(|it| it.1);
        if let Some(id) = self.latest(tx, action, fitting).await? {
            return Ok(id);
        }
        // Somebody who was not rejected yet is a subject too, if they are meant; nobody becomes a prospect for a preview.
        match named && !must_fit(action) {
            true => self.latest(tx, action, None).await?.ok_or_else(|| self.missing(action)),
            false => Err(self.missing(action)),
        }
    }

    /// Refuses fields that say nothing about what `action` is about.
    fn check(&self, action: Action) -> Result<()> {
        let kind = kind(action);
        let allowed: Vec<&str> = [kind.field].into_iter().chain(kind.within.iter().map(|it| it.0)).collect();
        let mut faults = Faults::default();
        for (field, _) in self.ids().into_iter().filter(|it| it.1.is_some() && !allowed.contains(&it.0)) {
            let by = allowed.join(" or ");
            faults.add(field, format!("{} is about {}: name it by {by}", action.word(), with_article(kind.noun)));
        }
        if self.kept_candidate_id.is_some() && action != Action::MergeCandidate {
            faults.add("kept_candidate_id", "Is for merge_candidate alone: leave it out");
        }
        if self.fields.is_some() && action != Action::CandidateAnonymized {
            faults.add("fields", "Is for candidate_anonymized alone: leave it out");
        }
        faults.done()
    }

    async fn latest(&self, tx: &Tx, action: Action, fitting: Option<&str>) -> Result<Option<i64>> {
        let kind = kind(action);
        let mut conditions: Vec<String> = fitting.into_iter().map(str::to_owned).collect();
        let mut params = Vec::new();
        for (field, id) in self.ids() {
            let Some(id) = id else { continue };
            let within = kind.within.iter().find(|it| it.0 == field).map(|it| it.1);
            params.push(Value::Int(id));
            conditions.push(within.unwrap_or("id = ?").replace('?', &format!("${}", params.len())));
        }
        let filter = match conditions.is_empty() {
            true => String::new(),
            false => format!("where {}", conditions.join(" and ")),
        };
        let sql = format!("select id from {} {filter} order by id desc limit 1", kind.table);
        Ok(tx.row(&sql, &params).await?.map(|it| it.get(0)).transpose()?)
    }

    /// What to say where there is none.
    fn missing(&self, action: Action) -> Error {
        let (kind, word) = (kind(action), action.word());
        let fitting = fitting(action).map(|it| format!("{} ", it.0)).unwrap_or_default();
        let given: Vec<(&str, i64)> = self.ids().into_iter().filter_map(|it| Some((it.0, it.1?))).collect();
        match (action, &given[..]) {
            (_, [(field, id)]) if *field == kind.field && must_fit(action) => {
                Error::invalid(*field, format!("There is no {fitting}application {id}"))
            }
            (_, [(field, id)]) if *field == kind.field => {
                Error::invalid(*field, format!("There is no {} {id}", kind.noun))
            }
            (_, [(field, _), ..]) => {
                let by: Vec<String> = given.iter().map(|it| format!("{} {}", it.0, it.1)).collect();
                Error::invalid(*field, format!("There is no {fitting}{} with {}", kind.noun, by.join(" and ")))
            }
            (Action::RejectCandidate | Action::HireCandidate, []) => {
                let help = format!("name any by {}, and {word} is told as if it happened now", kind.field);
                Error::invalid(kind.field, format!("There is no {fitting}{}: {help}", kind.noun))
            }
            (_, []) => {
                let why = format!("There is no {fitting}{} that {word} could tell of: make one first", kind.noun);
                Error::invalid(kind.field, why)
            }
        }
    }

    /// Who lives on, when `gone_id` is merged: who is named, or the latest other one.
    pub async fn kept(&self, tx: &Tx, gone_id: i64) -> Result<i64> {
        if let Some(kept_id) = self.kept_candidate_id {
            let there = tx.row("select id from candidates where id = $1", params![kept_id]).await?;
            return match there {
                Some(_) if kept_id != gone_id => Ok(kept_id),
                Some(_) => Err(Error::invalid("kept_candidate_id", "Must be another than the one who is merged")),
                None => Err(Error::invalid("kept_candidate_id", format!("There is no candidate {kept_id}"))),
            };
        }
        let other = "select id from candidates where id <> $1 order by id desc limit 1";
        let other = tx.row(other, params![gone_id]).await?;
        let other = other.map(|it| it.get(0)).transpose()?;
        let why = "There is no other candidate with whom to merge: make one first";
        other.ok_or_else(|| Error::invalid("kept_candidate_id", why))
    }

    /// What is anonymized: what is named, or everything.
    pub fn fields(&self) -> Result<Vec<String>> {
        let all = || Field::ALL.iter().map(|it| it.word().to_owned()).collect();
        let fields = self.fields.clone().unwrap_or_else(all);
        anonymize::fields(&fields)?;
        Ok(fields)
    }
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'o']) { "an" } else { "a" };
    format!("{article} {noun}")
}
