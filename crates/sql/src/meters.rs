//! What is measured of a database, by the facade `metrics`: bound when it is opened, so that whoever records is to be there before.

use metrics::{Histogram, histogram};

pub(crate) struct Meters {
    /// How long a commit took, from when it was begun.
    pub commit: Histogram,
    /// How many transactions it was for.
    pub commit_size: Histogram,
    /// How long a transaction waited for its turn to write, or for a connection.
    pub write_wait: Histogram,
    pub read_wait: Histogram,
}

impl Meters {
    pub(crate) fn bind() -> Self {
        let wait = |kind: &'static str| histogram!("orangery_database_wait_duration_seconds", "for" => kind);
        Self {
            commit: histogram!("orangery_database_commit_duration_seconds"),
            commit_size: histogram!("orangery_database_commit_transactions"),
            write_wait: wait("write"),
            read_wait: wait("read"),
        }
    }
}
