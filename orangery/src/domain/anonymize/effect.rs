//! The table: each name that an anonymization takes, what it does to rows, where stored bodies keep what it erases, and where the audit log does.

use super::none;
use crate::{
    tables::{Application, Candidate, ContactKind, FeedKind, Offer, SyncedKind},
    words,
};

words! {
    /// ANON-1: the 46 names.
    Field {
        ActivityItems = "activity_items", Addresses = "addresses", AllOfferVersions = "all_offer_versions",
        ApplicationQuestions = "application_questions", Attachments = "attachments", CandidatePhoto = "candidate_photo",
        CandidateStageData = "candidate_stage_data", Coordinator = "coordinator", CreditedTo = "credited_to",
        CurrentCompany = "current_company", CurrentTitle = "current_title",
        CustomApplicationFields = "custom_application_fields", CustomCandidateFields = "custom_candidate_fields",
        CustomRejectionQuestionFields = "custom_rejection_question_fields", Education = "education",
        EmailAddresses = "email_addresses", Emails = "emails", Employment = "employment",
        FollowUpReminders = "follow_up_reminders", FullName = "full_name", Headline = "headline",
        IdentityVerification = "identity_verification", Inmails = "inmails", Innotes = "innotes", Location = "location",
        MatchScoreReasoning = "match_score_reasoning", Notes = "notes", Offers = "offers",
        PhoneNumbers = "phone_numbers", ProspectJobs = "prospect_jobs", ProspectOffices = "prospect_offices",
        ProspectOfficesAndDepartments = "prospect_offices_and_departments", ProspectOwner = "prospect_owner",
        ProspectPoolAndStage = "prospect_pool_and_stage", Recruiter = "recruiter",
        ReferralQuestions = "referral_questions", RejectionNotes = "rejection_notes",
        RejectionReason = "rejection_reason", RejectionReasons = "rejection_reasons",
        ScorecardsAndInterviews = "scorecards_and_interviews", SocialMediaLinks = "social_media_links",
        Source = "source", Tags = "tags", ThirdPartyIntegrations = "third_party_integrations",
        Touchpoints = "touchpoints", Websites = "websites",
    }
}

/// What a name does to the rows.
#[derive(Clone, Copy)]
pub enum Effect {
    Candidate(fn(&mut Candidate)),
    Applications(fn(&mut Application)),
    Offers(fn(&mut Offer)),
    AllOffers,
    StageData,
    /// All that was answered on the form: EEOC and demographic questions have no name of their own.
    Answers,
    Attachments,
    Contacts(ContactKind),
    Educations,
    Employments,
    Tags,
    Reminders,
    Synced(SyncedKind),
    Feed(FeedKind),
    RejectionNotes,
    RejectionReasons,
    Touchpoints,
    ScorecardsAndInterviews,
    ProspectJobs,
}

/// A property of one of the objects that stored bodies hold.
#[derive(Clone, Copy)]
pub enum Kept {
    Candidate(&'static str),
    Application(&'static str),
    Offer(&'static str),
    /// The whole of what the actions of that name and beginning say.
    Whole(&'static str),
}

/// Columns of one table in the audit log; none named is all.
pub type Logged = (&'static str, &'static [&'static str]);

const ALL: &[&str] = &[];

impl Field {
    pub fn effect(self) -> Effect {
        self.entry().0
    }

    pub fn kept(self) -> &'static [Kept] {
        self.entry().1
    }

    pub fn logged(self) -> &'static [Logged] {
        self.entry().2
    }

    fn entry(self) -> (Effect, &'static [Kept], &'static [Logged]) {
        use Effect::{Applications as Apps, Candidate as Of, *};
        use Kept::{Application as A, Candidate as C, Offer as O, Whole};
        match self {
            Self::ActivityItems => (Feed(FeedKind::Activity), &[], &[("feed_items", ALL)]),
            Self::Addresses => (Contacts(ContactKind::Address), &[C("addresses")], &[("contacts", ALL)]),
            Self::AllOfferVersions => (AllOffers, &[A("offer"), Whole("offer_")], &[("offers", ALL)]),
            Self::ApplicationQuestions => (Answers, &[A("answers")], &[("applications", &["answers"])]),
            Self::Attachments => (Attachments, &[C("attachments"), A("attachments")], &[("attachments", ALL)]),
            Self::CandidatePhoto => (Of(|it| it.photo = None), &[C("photo_url")], &[("candidates", &["photo"])]),
            Self::CandidateStageData => (
                StageData,
                &[A("current_stage")],
                &[("applications", &["stage_id", "hired_from_stage_id", "created_at"])],
            ),
            Self::Coordinator => (
                Of(|it| it.coordinator_id = None),
                &[C("coordinator"), C("coordinator_user_id")],
                &[("candidates", &["coordinator_id"])],
            ),
            Self::CreditedTo => (
                Apps(|it| (it.credited_user_id, it.credited_name) = (None, None)),
                &[A("credited_to"), A("referrer_id")],
                &[("applications", &["credited_user_id", "credited_name"])],
            ),
            Self::CurrentCompany => (Of(|it| it.company = None), &[C("company")], &[("candidates", &["company"])]),
            Self::CurrentTitle => (Of(|it| it.title = None), &[C("title")], &[("candidates", &["title"])]),
            Self::CustomApplicationFields => {
                (Apps(|it| it.custom = none()), &[A("custom_fields")], &[("applications", &["custom"])])
            }
            Self::CustomCandidateFields => {
                (Of(|it| it.custom = none()), &[C("custom_fields")], &[("candidates", &["custom"])])
            }
            Self::CustomRejectionQuestionFields => (
                Apps(|it| it.rejection_custom = none()),
                &[A("rejection_details")],
                &[("applications", &["rejection_custom"])],
            ),
            Self::Education => (Educations, &[C("educations")], &[("educations", ALL)]),
            Self::EmailAddresses => (Contacts(ContactKind::Email), &[C("email_addresses")], &[("contacts", ALL)]),
            Self::Emails => (Feed(FeedKind::Email), &[], &[("feed_items", ALL)]),
            Self::Employment => (Employments, &[C("employments")], &[("employments", ALL)]),
            Self::FollowUpReminders => (Reminders, &[], &[("reminders", ALL)]),
            Self::FullName => (
                Of(|it| (it.first_name, it.last_name) = ("Anonymized".to_owned(), it.id.to_string())),
                &[C("first_name"), C("last_name")],
                &[("candidates", &["first_name", "last_name"])],
            ),
            Self::Headline => (Of(|it| it.headline = None), &[C("headline")], &[("candidates", &["headline"])]),
            Self::IdentityVerification => {
                (Of(|it| it.identity_verification = None), &[], &[("candidates", &["identity_verification"])])
            }
            Self::Inmails => (Synced(SyncedKind::Inmail), &[], &[("synced_messages", ALL)]),
            Self::Innotes => (Synced(SyncedKind::Innote), &[], &[("synced_messages", ALL)]),
            Self::Location => (Apps(|it| it.location = None), &[A("location")], &[("applications", &["location"])]),
            Self::MatchScoreReasoning => {
                (Of(|it| it.match_score_reasoning = None), &[], &[("candidates", &["match_score_reasoning"])])
            }
            Self::Notes => (Feed(FeedKind::Note), &[], &[("feed_items", ALL)]),
            Self::Offers => (
                Offers(|it| {
                    (it.starts_on, it.sent_on, it.notes) = (None, None, None);
                    it.custom = none();
                }),
                &[O("start_date"), O("starts_at"), O("sent_on"), O("sent_at"), O("notes"), O("custom_fields")],
                &[("offers", &["starts_on", "sent_on", "notes", "custom"])],
            ),
            Self::PhoneNumbers => (Contacts(ContactKind::Phone), &[C("phone_numbers")], &[("contacts", ALL)]),
            // A candidate's application is on a job, which is no prospect's link.
            Self::ProspectJobs => (ProspectJobs, &[A("jobs")], &[("application_jobs", ALL)]),
            Self::ProspectOffices => (
                Apps(|it| it.prospective_office_id = None),
                &[A("prospective_office")],
                &[("applications", &["prospective_office_id"])],
            ),
            // The text says departments, and only those.
            Self::ProspectOfficesAndDepartments => (
                Apps(|it| it.prospective_department_id = None),
                &[A("prospective_department")],
                &[("applications", &["prospective_department_id"])],
            ),
            Self::ProspectOwner => (
                Apps(|it| it.prospect_owner_id = None),
                &[A("prospect_detail.prospect_owner")],
                &[("applications", &["prospect_owner_id"])],
            ),
            Self::ProspectPoolAndStage => (
                Apps(|it| (it.prospect_pool_id, it.prospect_stage_id) = (None, None)),
                &[A("prospect_detail.prospect_pool"), A("prospect_detail.prospect_stage")],
                &[("applications", &["prospect_pool_id", "prospect_stage_id"])],
            ),
            Self::Recruiter => (
                Of(|it| it.recruiter_id = None),
                &[C("recruiter"), C("recruiter_user_id")],
                &[("candidates", &["recruiter_id"])],
            ),
            Self::ReferralQuestions => {
                (Apps(|it| it.referral_custom = none()), &[], &[("applications", &["referral_custom"])])
            }
            Self::RejectionNotes => {
                (RejectionNotes, &[], &[("feed_items", ALL), ("applications", &["rejection_note_id"])])
            }
            Self::RejectionReason | Self::RejectionReasons => (
                RejectionReasons,
                &[A("rejection_reason"), A("candidate_rejection_reason_id")],
                &[("applications", &["rejection_reason_id"])],
            ),
            Self::ScorecardsAndInterviews => (
                ScorecardsAndInterviews,
                &[A("current_stage.interviews"), Whole("scorecard_")],
                &[("scorecards", ALL), ("scheduled_interviews", ALL), ("interview_states", ALL)],
            ),
            Self::SocialMediaLinks => {
                (Contacts(ContactKind::SocialMedia), &[C("social_media_addresses")], &[("contacts", ALL)])
            }
            Self::Source => {
                (Apps(|it| it.source_id = None), &[A("source"), A("source_id")], &[("applications", &["source_id"])])
            }
            Self::Tags => (Tags, &[C("tags")], &[("candidate_tags", ALL)]),
            Self::ThirdPartyIntegrations => {
                (Of(|it| it.linkedin_profile = None), &[], &[("candidates", &["linkedin_profile"])])
            }
            Self::Touchpoints => (Touchpoints, &[], &[("touchpoints", ALL), ("feed_items", ALL)]),
            Self::Websites => (Contacts(ContactKind::Website), &[C("website_addresses")], &[("contacts", ALL)]),
        }
    }
}
