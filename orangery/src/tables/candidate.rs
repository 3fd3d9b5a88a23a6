//! Candidates and prospects, and what is kept of them.

use crate::{tables::CustomValues, words};
use jiff::{Timestamp, civil::Date};
use sql::{Json, table};

words! {
    /// The five contact lists of a candidate.
    ContactKind { Phone = "phone", Address = "address", Email = "email", Website = "website", SocialMedia = "social_media" }
    /// CAND-7: the three lists of the activity feed.
    FeedKind { Note = "note", Email = "email", Activity = "activity" }
    /// CAND-7, ATT-5.
    Visibility { Public = "public", Private = "private", AdminOnly = "admin_only" }
    AttachmentKind {
        Resume = "resume", CoverLetter = "cover_letter", TakeHomeTest = "take_home_test", OfferPacket = "offer_packet",
        OfferLetter = "offer_letter", SignedOfferLetter = "signed_offer_letter", Other = "other", Attachment = "attachment",
    }
    /// Messages that an integration wrote into the house.
    SyncedKind { Inmail = "inmail", Innote = "innote" }
}

table! {
    Candidate: "candidates" {
        id: i64,
        first_name: String,
        last_name: String,
        company: Option<String>,
        title: Option<String>,
        headline: Option<String>,
        external_id: Option<String>,
        photo: Option<String>,
        is_private: bool,
        can_email: bool,
        recruiter_id: Option<i64>,
        coordinator_id: Option<i64>,
        linked_user_id: Option<i64>,
        linkedin_profile: Option<String>,
        match_score_reasoning: Option<String>,
        identity_verification: Option<String>,
        custom: CustomValues,
        created_at: Timestamp,
        updated_at: Timestamp,
        last_activity_at: Timestamp,
    }
}

table! {
    Contact: "contacts" {
        id: i64,
        candidate_id: i64,
        kind: ContactKind,
        value: String,
        /// `mobile`, `work`, `personal` …; none for social media.
        label: Option<String>,
        email_key: Option<String>,
    }
}

table! {
    Education: "educations" {
        id: i64,
        candidate_id: i64,
        school_id: Option<i64>,
        discipline_id: Option<i64>,
        degree_id: Option<i64>,
        start_date: Option<Date>,
        end_date: Option<Date>,
    }
}

table! {
    Employment: "employments" {
        id: i64,
        candidate_id: i64,
        company_name: String,
        title: String,
        start_date: Option<Date>,
        end_date: Option<Date>,
    }
}

table! {
    CandidateTag: "candidate_tags" {
        id: i64,
        candidate_id: i64,
        tag_id: i64,
    }
}

table! {
    Attachment: "attachments" {
        id: i64,
        candidate_id: i64,
        application_id: Option<i64>,
        filename: String,
        kind: AttachmentKind,
        content_type: Option<String>,
        visibility: Visibility,
        blob: String,
        size: i64,
        created_at: Timestamp,
    }
}

table! {
    FeedItem: "feed_items" {
        id: i64,
        candidate_id: i64,
        application_id: Option<i64>,
        user_id: Option<i64>,
        touchpoint_id: Option<i64>,
        kind: FeedKind,
        of_rejection: bool,
        visibility: Visibility,
        subject: Option<String>,
        body: String,
        mail_to: Option<String>,
        mail_from: Option<String>,
        mail_cc: Option<Json<Vec<String>>>,
        created_at: Timestamp,
    }
}

table! {
    Reminder: "reminders" {
        id: i64,
        candidate_id: i64,
        user_id: i64,
        note: Option<String>,
        remind_at: Timestamp,
        created_at: Timestamp,
    }
}

table! {
    Touchpoint: "touchpoints" {
        id: i64,
        candidate_id: i64,
        application_id: Option<i64>,
        user_id: Option<i64>,
        kind: String,
        happened_at: Timestamp,
        created_at: Timestamp,
    }
}

table! {
    SyncedMessage: "synced_messages" {
        id: i64,
        candidate_id: i64,
        kind: SyncedKind,
        body: String,
        created_at: Timestamp,
    }
}

table! {
    /// That fields of a candidate were anonymized, and when: retention rules do nothing twice.
    Anonymization: "anonymizations" {
        id: i64,
        candidate_id: i64,
        /// The names in alphabetical order, by comma.
        fields: String,
        at: Timestamp,
    }
}
