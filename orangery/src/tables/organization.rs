//! The organization, its people and its catalogs; keys, audit and retention.

use crate::{tables::CustomValues, words};
use jiff::Timestamp;
use serde_json::Value;
use sql::{Json, table};

words! {
    /// Which list of the education catalogue an item stands in.
    EducationKind { School = "school", Discipline = "discipline", Degree = "degree" }

    /// What a mail is written for (TPL-1).
    TemplateKind {
        NewCandidate = "new_candidate", WeeklyStatus = "weekly_status", DailyRecruiting = "daily_recruiting",
        StageTransition = "stage_transition", NewScorecard = "new_scorecard", NewReferral = "new_referral",
        AgencyCandidateStatus = "agency_candidate_status", AgencyCandidateStage = "agency_candidate_stage",
        TakeHomeTest = "take_home_test_email", CandidateAutoReply = "candidate_auto_reply",
        CandidateRejection = "candidate_rejection", ScorecardReminder = "scorecard_reminder",
        InterviewerInvite = "interviewer_invite", CandidateEmail = "candidate_email", TeamEmail = "team_email",
        Nothing = "none", ExtendingOffer = "extending_offer", NewAgencySubmission = "new_agency_submission",
        NonAdminWelcome = "non_admin_welcome", JobAdminWelcome = "job_admin_welcome",
        SiteAdminWelcome = "site_admin_welcome", ProspectReferralReceipt = "prospect_referral_receipt",
        CandidateReferralReceipt = "candidate_referral_receipt",
        CandidateAvailabilityRequest = "candidate_availability_request",
        CandidateAvailabilityConfirmation = "candidate_availability_confirmation",
    }

    /// By which door a change came.
    Door { Harvest = "harvest", Api = "api", Board = "board", Page = "page", CommandLine = "command_line", Import = "import", Partner = "partner", Timer = "timer" }

    /// What a key is for (AUTH-10): Harvest and our own API, endpoint by endpoint; or applying through a job board, and that alone; or
    /// ingestion, for one partner.
    KeyKind { Harvest = "harvest", JobBoard = "job_board", Partner = "partner" }

    /// What was done to a row, in the words of the audit log (AUD-1).
    ChangeKind {
        Created = "data_change_create", Updated = "data_change_update", Destroyed = "data_change_destroy",
        /// A key read something.
        Read = "harvest_access",
        /// Something was done that changed no row.
        Action = "action",
    }
}

table! {
    Organization: "organization" {
        id: i64,
        name: String,
        time_zone: String,
        catalog_version: i64,
        offers_need_start_date: bool,
        openings_deletable: bool,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    Department: "departments" {
        id: i64,
        name: String,
        parent_id: Option<i64>,
        external_id: Option<String>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    User: "users" {
        id: i64,
        first_name: String,
        last_name: String,
        employee_id: Option<String>,
        site_admin: bool,
        disabled: bool,
        department_ids: Json<Vec<i64>>,
        office_ids: Json<Vec<i64>>,
        /// An IANA name; the organization's where there is none.
        time_zone: Option<String>,
        custom: CustomValues,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    UserEmail: "user_emails" {
        id: i64,
        user_id: i64,
        email: String,
        email_key: String,
        is_primary: bool,
        verified: bool,
    }
}

table! {
    Office: "offices" {
        id: i64,
        name: String,
        location: Option<String>,
        primary_contact_user_id: Option<i64>,
        parent_id: Option<i64>,
        external_id: Option<String>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    Source: "sources" {
        id: i64,
        name: String,
        public_name: String,
        type_id: i64,
        type_name: String,
    }
}

table! {
    RejectionReason: "rejection_reasons" {
        id: i64,
        name: String,
        type_id: i64,
        type_name: String,
        built_in: bool,
    }
}

table! {
    CloseReason: "close_reasons" {
        id: i64,
        name: String,
    }
}

table! {
    ProspectPool: "prospect_pools" {
        id: i64,
        name: String,
        active: bool,
    }
}

table! {
    ProspectStage: "prospect_stages" {
        id: i64,
        prospect_pool_id: i64,
        name: String,
        priority: i64,
    }
}

table! {
    EducationItem: "education_items" {
        id: i64,
        kind: EducationKind,
        name: String,
        priority: i64,
    }
}

table! {
    Tag: "tags" {
        id: i64,
        name: String,
        name_key: String,
    }
}

table! {
    EmailTemplate: "email_templates" {
        id: i64,
        name: String,
        description: Option<String>,
        kind: TemplateKind,
        /// The one of its kind that is taken where none is chosen.
        is_default: bool,
        subject: String,
        /// An address, or a token such as `{{MY_EMAIL_ADDRESS}}`; nothing where it depends on what is done.
        sender: Option<String>,
        cc: Json<Vec<String>>,
        /// Plain text.
        body: Option<String>,
        html_body: Option<String>,
        /// Whose own it is; nobody's is everybody's.
        user_id: Option<i64>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    ApiKey: "api_keys" {
        id: i64,
        name: String,
        kind: KeyKind,
        hash: String,
        hint: String,
        endpoints: Json<Vec<String>>,
        /// A partner's: where those come from whom it sends.
        source_id: Option<i64>,
        created_at: Timestamp,
        revoked_at: Option<Timestamp>,
        last_used_at: Option<Timestamp>,
    }
}

table! {
    AuditRecord: "audit_records" {
        id: i64,
        work: String,
        at: Timestamp,
        actor_id: Option<i64>,
        api_key_id: Option<i64>,
        door: Door,
        request: String,
        /// What came of one request has one (AUD-2).
        request_id: String,
        /// From where it came, where that is known.
        address: Option<String>,
        kind: ChangeKind,
        target_type: String,
        /// Nothing where it is no single row.
        target_id: Option<i64>,
        candidate_id: Option<i64>,
        changes: Option<Json<Value>>,
    }
}

table! {
    RetentionRule: "retention_rules" {
        id: i64,
        name: String,
        office_id: Option<i64>,
        months: i64,
        fields: Json<Vec<String>>,
        enabled: bool,
        last_run_at: Option<Timestamp>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}
