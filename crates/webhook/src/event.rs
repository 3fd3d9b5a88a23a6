//! What is delivered: `{"action": …, "payload": …}`.

use std::fmt;

use serde_json::{Map, Value};

use crate::{
    part::{Fault, Part, object, serde},
    shape::*,
};

/// Why a body could not be read. It was delivered all the same: see that somebody looks, and mind that any answer but 200
/// has the same bytes come again.
#[derive(Debug)]
#[non_exhaustive]
pub enum ParseError {
    /// It isn't JSON at all.
    Json(serde_json::Error),
    /// It isn't as documented: where, and how.
    Shape(Fault),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(why) => write!(f, "the body is not JSON: {why}"),
            Self::Shape(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for ParseError {}

macro_rules! events {
    ($($(#[$doc:meta])* $Variant:ident($Payload:ty) = $action:literal,)*) => {
        /// Something that happened, with the state of things right after it; for deletions, right before.
        ///
        /// What is read and written again is the same JSON: objects keep the fields that are new to this library, and an
        /// event that is new to it is [`Event::Other`].
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Event {
            $($(#[$doc])* $Variant($Payload),)*
            /// An event that this version of the library does not know.
            Other { action: String, payload: Value },
        }

        impl Event {
            /// All that have a variant: the documented events, and `ping`.
            pub const ACTIONS: &[&str] = &[$($action),*];

            /// The event's name, as an endpoint listens to it.
            pub fn action(&self) -> &str {
                match self {
                    $(Self::$Variant(_) => $action,)*
                    Self::Other { action, .. } => action,
                }
            }

            fn payload(&self) -> Value {
                match self {
                    $(Self::$Variant(payload) => payload.write(),)*
                    Self::Other { payload, .. } => payload.clone(),
                }
            }

            fn of(action: String, payload: Value) -> Result<Self, Fault> {
                match action.as_str() {
                    $($action => Part::read(Some(payload)).map(Self::$Variant),)*
                    _ => Ok(Self::Other { action, payload }),
                }
            }
        }
    };
}

events! {
    NewCandidateApplication(ApplicationPayload) = "new_candidate_application",
    NewProspectApplication(ApplicationPayload) = "new_prospect_application",
    ApplicationUpdated(ApplicationPayload) = "application_updated",
    DeleteApplication(DeletedApplicationPayload) = "delete_application",
    CandidateStageChange(ApplicationPayload) = "candidate_stage_change",
    RejectCandidate(ApplicationPayload) = "reject_candidate",
    UnrejectCandidate(ApplicationPayload) = "unreject_candidate",
    /// With `opening`, `offer` and `job`.
    HireCandidate(ApplicationPayload) = "hire_candidate",
    UnhireCandidate(ApplicationPayload) = "unhire_candidate",
    UpdateCandidate(CandidatePayload) = "update_candidate",
    DeleteCandidate(PersonPayload) = "delete_candidate",
    /// Of the one who is gone: `new_candidate_id` lives on.
    MergeCandidate(PersonPayload) = "merge_candidate",
    CandidateAnonymized(Anonymized) = "candidate_anonymized",
    OfferCreated(Offer) = "offer_created",
    OfferApproved(Offer) = "offer_approved",
    OfferUpdated(Offer) = "offer_updated",
    OfferDeleted(DeletedOfferPayload) = "offer_deleted",
    JobCreated(JobPayload) = "job_created",
    JobUpdated(JobPayload) = "job_updated",
    JobApproved(ApprovedJobPayload) = "job_approved",
    JobDeleted(DeletedJobPayload) = "job_deleted",
    JobPostCreated(JobPost) = "job_post_created",
    JobPostUpdated(JobPost) = "job_post_updated",
    JobPostDeleted(JobPostPayload) = "job_post_deleted",
    JobInterviewStageDeleted(DeletedStagePayload) = "job_interview_stage_deleted",
    InterviewDeleted(DeletedInterviewPayload) = "interview_deleted",
    ScorecardDeleted(DeletedScorecardPayload) = "scorecard_deleted",
    DepartmentDeleted(DeletedDepartmentPayload) = "department_deleted",
    OfficeDeleted(DeletedOfficePayload) = "office_deleted",
    /// The endpoint was saved or changed. It stays as it is only if this is answered by 200.
    Ping(Ping) = "ping",
}

impl Event {
    /// Reads a body, after its signature was verified.
    ///
    /// ```
    /// use orangery_webhook::Event;
    ///
    /// let body = br#"{"action":"interview_deleted","payload":{"interview":{"id":31087450,"room":"Blue"}}}"#;
    /// match Event::parse(body)? {
    ///     Event::InterviewDeleted(it) => {
    ///         assert_eq!(it.interview.id, 31087450);
    ///         assert_eq!(it.interview.rest["room"], "Blue");
    ///     }
    ///     other => panic!("{}", other.action()),
    /// }
    /// # Ok::<(), orangery_webhook::ParseError>(())
    /// ```
    pub fn parse(body: &[u8]) -> Result<Self, ParseError> {
        let body: Value = serde_json::from_slice(body).map_err(ParseError::Json)?;
        Self::read(Some(body)).map_err(ParseError::Shape)
    }

    /// The application that it tells of, if it shows one: a deletion shows ids only.
    pub fn application(&self) -> Option<&Application> {
        match self {
            Self::NewCandidateApplication(it)
            | Self::NewProspectApplication(it)
            | Self::ApplicationUpdated(it)
            | Self::CandidateStageChange(it)
            | Self::RejectCandidate(it)
            | Self::UnrejectCandidate(it)
            | Self::HireCandidate(it)
            | Self::UnhireCandidate(it) => Some(&it.application),
            _ => None,
        }
    }

    /// The candidate that it tells of, if it shows one.
    pub fn candidate(&self) -> Option<&Candidate> {
        match self {
            Self::UpdateCandidate(it) => Some(&it.candidate),
            other => other.application().map(|it| &it.candidate),
        }
    }
}

/// The two fields `action` and `payload` are all of it: what else may stand beside them is not kept.
impl Part for Event {
    fn read(found: Option<Value>) -> Result<Self, Fault> {
        let mut fields = object(found)?;
        let action = String::read(fields.remove("action")).map_err(|it| it.below("action"))?;
        let payload = fields.remove("payload").ok_or_else(|| Fault::new("is missing").below("payload"))?;
        Self::of(action, payload).map_err(|it| it.below("payload"))
    }

    fn write(&self) -> Value {
        let fields = [("action", Value::from(self.action())), ("payload", self.payload())];
        Value::Object(Map::from_iter(fields.map(|(key, value)| (key.to_owned(), value))))
    }
}

serde!(Event);
