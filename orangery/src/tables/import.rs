//! What was read from other servers, and how far that came.

use jiff::Timestamp;
use sql::table;

table! {
    /// One other server. Its row stays, so that a later run asks only for what changed.
    Import: "imports" {
        id: i64,
        /// What it is, as its source calls itself: `harvest v1 of https://ats.example.com`.
        source: String,
        /// Whether there was data in the house when this run began, of others or of a run before: then nothing of it makes room.
        merged: bool,
        /// When the last run that came to its end began: this one asks for what changed since.
        since: Option<Timestamp>,
        started_at: Timestamp,
        finished_at: Option<Timestamp>,
    }
}

table! {
    /// How far one step of the present run came.
    ImportStep: "import_steps" {
        id: i64,
        import_id: i64,
        name: String,
        /// Where the source goes on, in its own words; none before its first page.
        place: Option<String>,
        rows_read: i64,
        done: bool,
    }
}
