//! Where posts are published, and what those who apply there agree to.

use jiff::Timestamp;
use sql::table;

table! {
    Board: "boards" {
        id: i64,
        name: String,
        /// Its name in addresses.
        token: String,
        content: Option<String>,
        /// For colleagues: there is one, and its token is `internal`.
        internal: bool,
        live: bool,
        /// Stands before the content of each post, and after it (BRD-3).
        post_introduction: Option<String>,
        post_conclusion: Option<String>,
        /// The page of a post: `{id}` in it stands for the post's id.
        job_url: Option<String>,
        /// Where those come from who come without a tracking link.
        source_id: Option<i64>,
        requires_consent: bool,
        requires_processing_consent: bool,
        requires_retention_consent: bool,
        retention_days: Option<i64>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    BoardSection: "board_sections" {
        id: i64,
        board_id: i64,
        name: String,
        priority: i64,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    /// SUB-12: None where nothing was said.
    Consent: "consents" {
        id: i64,
        application_id: i64,
        consent: Option<bool>,
        processing: Option<bool>,
        retention: Option<bool>,
        demographic: Option<bool>,
        given_at: Timestamp,
    }
}
