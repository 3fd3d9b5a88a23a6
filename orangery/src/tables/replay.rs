//! What is sent again, and what an endpoint missed. The other tables of web hooks stand in `courier::tables`.

use jiff::Timestamp;
use serde_json::Value;
use sql::{Json, table};

use crate::words;

words! {
    /// How a replay stands.
    ReplayStatus {
        Running = "running",
        Done = "done",
        Cancelled = "cancelled",
        /// The endpoint was disabled meanwhile.
        Stopped = "stopped",
    }
}

table! {
    Replay: "replays" {
        id: i64,
        webhook_id: i64,
        /// In the words of our API.
        selection: Json<Value>,
        /// What it is worked off by.
        parts: Json<Value>,
        /// Which part is worked off, and how far it is.
        part: i64,
        place: i64,
        place_id: i64,
        per_second: Option<i64>,
        /// When the next one to send is due, where there is a pace.
        next_due_at: Option<Timestamp>,
        status: ReplayStatus,
        why: Option<String>,
        /// How many there are to send, once that was counted.
        total: Option<i64>,
        replayed: i64,
        created: i64,
        under_way: i64,
        erased: i64,
        actor_id: Option<i64>,
        created_at: Timestamp,
        finished_at: Option<Timestamp>,
    }
}

table! {
    /// From when to when an endpoint was disabled, by numbers of the journal, until what it missed was sent.
    WebhookGap: "webhook_gaps" {
        id: i64,
        webhook_id: i64,
        after_seq: i64,
        until_seq: i64,
    }
}
