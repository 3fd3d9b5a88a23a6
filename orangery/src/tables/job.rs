//! Jobs: openings, hiring team, posts, and the interview plan.

use crate::{tables::CustomValues, words};
use jiff::Timestamp;
use sql::{Json, table};

words! {
    /// JOB-1.
    JobStatus { Draft = "draft", Open = "open", Closed = "closed" }
    /// OPN-2.
    OpeningStatus { Open = "open", Closed = "closed" }
    /// HT-1: the four lists of a hiring team.
    TeamRole { HiringManager = "hiring_managers", Recruiter = "recruiters", Coordinator = "coordinators", Sourcer = "sourcers" }
    /// What a post's question asks for, in Harvest's words (INC-70).
    QuestionKind {
        ShortText = "short_text", LongText = "long_text", Attachment = "attachment", Boolean = "boolean",
        SingleSelect = "single_select", MultiSelect = "multi_select", Hidden = "hidden",
    }
    /// A meeting can be scheduled, a review only asks for feedback, a take-home test is sent and received.
    InterviewKind { Meeting = "meeting", Review = "review", TakeHomeTest = "take_home_test" }
}

/// One option of a post's question.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct QuestionOption {
    pub id: i64,
    pub label: String,
}

/// What a post says of the pay.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PayRange {
    pub min_cents: i64,
    pub max_cents: i64,
    /// Three letters, such as `EUR`.
    pub currency_type: String,
    pub title: String,
    /// HTML.
    pub blurb: Option<String>,
}

table! {
    Job: "jobs" {
        id: i64,
        name: String,
        requisition_id: Option<String>,
        notes: Option<String>,
        confidential: bool,
        status: JobStatus,
        level: Option<String>,
        department_id: Option<i64>,
        anywhere: bool,
        team_and_responsibilities: Option<String>,
        how_to_sell_this_job: Option<String>,
        is_template: bool,
        copied_from_id: Option<i64>,
        created_by_id: Option<i64>,
        closed_by_application_id: Option<i64>,
        custom: CustomValues,
        created_at: Timestamp,
        opened_at: Option<Timestamp>,
        closed_at: Option<Timestamp>,
        updated_at: Timestamp,
    }
}

table! {
    JobOffice: "job_offices" {
        id: i64,
        job_id: i64,
        office_id: i64,
    }
}

table! {
    TeamMember: "hiring_team" {
        id: i64,
        job_id: i64,
        user_id: i64,
        role: TeamRole,
        responsible: bool,
    }
}

table! {
    Opening: "openings" {
        id: i64,
        job_id: i64,
        opening_id: Option<String>,
        status: OpeningStatus,
        opened_at: Timestamp,
        closed_at: Option<Timestamp>,
        application_id: Option<i64>,
        close_reason_id: Option<i64>,
        custom: CustomValues,
    }
}

table! {
    CustomLocation: "custom_locations" {
        id: i64,
        value: String,
        active: bool,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    JobPost: "job_posts" {
        id: i64,
        job_id: Option<i64>,
        board_id: Option<i64>,
        board_section_id: Option<i64>,
        /// Of a prospect post; a job's is that of its job.
        department_id: Option<i64>,
        demographic_question_set_id: Option<i64>,
        title: String,
        /// An ISO 639 code.
        language: String,
        location: Option<String>,
        office_id: Option<i64>,
        custom_location_id: Option<i64>,
        internal: bool,
        external: bool,
        live: bool,
        active: bool,
        content: Option<String>,
        internal_content: Option<String>,
        /// Whether it asks what an employer must account for.
        eeoc: bool,
        pay_ranges: Json<Vec<PayRange>>,
        first_published_at: Option<Timestamp>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    PostQuestion: "post_questions" {
        id: i64,
        job_post_id: i64,
        name: String,
        label: String,
        kind: QuestionKind,
        required: bool,
        private: bool,
        description: Option<String>,
        options: Json<Vec<QuestionOption>>,
        priority: i64,
    }
}

table! {
    /// What the token of a shared link stands for (TRK-1).
    TrackingLink: "tracking_links" {
        id: i64,
        token: String,
        job_id: Option<i64>,
        job_post_id: Option<i64>,
        board_id: Option<i64>,
        source_id: Option<i64>,
        /// Who is credited: a user, or somebody of this name.
        referrer_user_id: Option<i64>,
        referrer_name: Option<String>,
        /// For imports: a post in a social medium.
        related_post_id: Option<i64>,
        related_post_type: Option<String>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    Stage: "stages" {
        id: i64,
        job_id: i64,
        name: String,
        priority: i64,
        active: bool,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    Interview: "interviews" {
        id: i64,
        stage_id: i64,
        name: String,
        kind: InterviewKind,
        estimated_minutes: Option<i64>,
        default_user_ids: Json<Vec<i64>>,
        priority: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    InterviewKit: "interview_kits" {
        id: i64,
        interview_id: i64,
        content: Option<String>,
    }
}

table! {
    KitQuestion: "kit_questions" {
        id: i64,
        interview_kit_id: i64,
        question: String,
        priority: i64,
    }
}
