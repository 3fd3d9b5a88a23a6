//! The rows of a delivery's life: what happened, that an endpoint is to hear of it, and each try.

use jiff::Timestamp;

sql::table! {
    /// Something that happened, with the bytes that are signed and sent.
    Journal: "journal" {
        id: i64,
        seq: Option<i64>,
        work: String,
        action: String,
        /// `None` once erased.
        body: Option<String>,
        actor_id: Option<i64>,
        happened_at: Timestamp,
        candidate_id: Option<i64>,
        application_id: Option<i64>,
        job_id: Option<i64>,
        test: bool,
        /// To be erased as soon as no delivery of it is left to make.
        erase: bool,
    }
}

sql::table! {
    /// That one endpoint is to hear of one journal entry. Its id is the `Greenhouse-Event-ID` (WH-5).
    Delivery: "deliveries" {
        id: i64,
        webhook_id: i64,
        journal_id: i64,
        /// As in the journal, so that the log can be asked for one.
        action: String,
        /// What it waits in line by, where its endpoint asks for order: those before it with the same key.
        order_key: Option<i64>,
        /// One of the words below.
        status: String,
        attempts: i64,
        /// When to try next; while in flight, when its lease ends. `None` unless pending.
        due_at: Option<Timestamp>,
        /// Who has it in flight.
        node: Option<String>,
        lease_until: Option<Timestamp>,
        replay: bool,
        created_at: Timestamp,
        finished_at: Option<Timestamp>,
    }
}

/// To be tried when due.
pub const PENDING: &str = "pending";
/// Its endpoint is disabled; nothing happens until somebody asks for it.
pub const HELD: &str = "held";
pub const DELIVERED: &str = "delivered";
/// Given up.
pub const FAILED: &str = "failed";

sql::table! {
    /// One try, written before it is sent and completed after.
    Attempt: "attempts" {
        id: i64,
        delivery_id: i64,
        number: i64,
        replay: bool,
        started_at: Timestamp,
        finished_at: Option<Timestamp>,
        status_code: Option<i64>,
        error: Option<String>,
        answer: Option<String>,
        peer: Option<String>,
        /// Which of the endpoint's secrets signed it.
        secret_number: Option<i64>,
        /// `updated_at` of the endpoint as it was sent.
        configured_at: Option<Timestamp>,
        resolve_micros: Option<i64>,
        connect_micros: Option<i64>,
        first_byte_micros: Option<i64>,
        total_micros: Option<i64>,
    }
}
