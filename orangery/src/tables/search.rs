//! What search keeps for itself. All of it is derived (`schema::DERIVED`), and no audit record tells of it.

use crate::words;
use jiff::Timestamp;
use sql::table;

words! {
    /// How the text of a file stands.
    TextStatus {
        /// It is to be read, or is being read.
        Pending = "pending",
        Done = "done",
        /// It can't be read: `why`.
        Failed = "failed",
        /// There is none in it: `why`.
        Nothing = "none",
    }
}

table! {
    AttachmentText: "attachment_texts" {
        id: i64,
        attachment_id: i64,
        status: TextStatus,
        why: Option<String>,
        body: Option<String>,
        attempts: i64,
        /// When to read it, or try next; while it is being read, when the lease ends. `None` unless pending.
        due_at: Option<Timestamp>,
        finished_at: Option<Timestamp>,
    }
}

table! {
    /// How far the index is made.
    SearchProgress: "search_progress" {
        id: i64,
        /// By which rules of folding and cutting.
        rules: i64,
        after_id: i64,
        /// When the last candidate of all was done.
        finished_at: Option<Timestamp>,
    }
}
