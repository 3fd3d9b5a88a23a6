//! What partners' applications were granted: OAuth 2.0 (ING-9).

use crate::words;
use jiff::Timestamp;
use sql::{Json, table};

words! {
    /// What a user lets an application do (ING-6).
    Scope {
        CreateCandidates = "candidates.create", ViewCandidates = "candidates.view", ViewJobs = "jobs.view",
        ViewPools = "prospect_pools.view",
    }
}

table! {
    OauthApplication: "oauth_applications" {
        id: i64,
        name: String,
        url: String,
        callback_url: String,
        consumer_key: String,
        secret_hash: String,
        /// Where those come from whom it sends.
        source_id: Option<i64>,
        created_at: Timestamp,
        updated_at: Timestamp,
        revoked_at: Option<Timestamp>,
    }
}

table! {
    OauthGrant: "oauth_grants" {
        id: i64,
        oauth_application_id: i64,
        user_id: i64,
        scopes: Json<Vec<Scope>>,
        /// As it was asked for: who exchanges the code must name the same.
        redirect_uri: Option<String>,
        /// Of whom the code may be taken (RFC 7636).
        code_challenge: Option<String>,
        code_hash: String,
        code_expires_at: Timestamp,
        exchanged_at: Option<Timestamp>,
        access_hash: Option<String>,
        access_expires_at: Option<Timestamp>,
        refresh_hash: Option<String>,
        /// The one before: whoever comes with it has stolen it, or lost it to a thief.
        old_refresh_hash: Option<String>,
        created_at: Timestamp,
        ended_at: Option<Timestamp>,
    }
}

table! {
    ConsentCode: "consent_codes" {
        id: i64,
        user_id: i64,
        hash: String,
        created_at: Timestamp,
        expires_at: Timestamp,
        used_at: Option<Timestamp>,
    }
}
