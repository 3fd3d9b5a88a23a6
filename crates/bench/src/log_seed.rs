//! A long log: so many events of the last hours, each with a delivery and an attempt, written by few statements.
//!
//! Every candidate has ten of the events, scattered over the log, every application too, every job a thousand, all kinds but one are
//! equally frequent, and of fifty deliveries one has failed, one is held and one pending: what one asks for by a filter is as much in a long log as in a short one. Bodies are short (about 300 bytes), so that
//! the disk holds ten million.

use orangery::{cli::Opened, hooks::Action, words::Word};
use sql::params;

use crate::{Done, seed};

/// The kind that never happens.
pub const NEVER: Action = Action::OfficeDeleted;
/// Has no delivery that is pending, held or failed; every tenth delivery is its.
pub const FLAWLESS: i64 = 2;
const STEP: i64 = 250_000;
/// Between an event and the next, in microseconds.
const APART: i64 = 500;

#[derive(Clone, Copy)]
pub struct Log {
    pub size: i64,
    /// When the first event happened, in microseconds.
    pub begins: i64,
}

impl Log {
    pub fn candidates(self) -> i64 {
        (self.size / 10).max(1)
    }

    pub fn jobs(self) -> i64 {
        (self.size / 1_000).max(1)
    }

    pub fn time(self, id: i64) -> jiff::Timestamp {
        jiff::Timestamp::from_microsecond(self.begins + id * APART).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
    }
}

pub async fn write(opened: &Opened, size: i64) -> Done<Log> {
    seed::organization(opened).await?;
    seed::endpoint(opened, 1, "http://127.0.0.1:9/hooks", 0).await?;
    seed::endpoint(opened, FLAWLESS, "http://127.0.0.1:9/hooks", 0).await?;
    let begins = opened.house.now().as_microsecond() - 60_000_000 - size * APART;
    let log = Log { size, begins };
    let mut first = 1;
    while first <= size {
        let last = size.min(first + STEP - 1);
        write_some(opened, log, first, last).await.map_err(|error| error.to_string())?;
        first = last + 1;
    }
    seed::change(opened, "update journal_head set last = $1", params![size]).await?;
    seed::analyze(opened).await?;
    Ok(log)
}

async fn write_some(opened: &Opened, log: Log, first: i64, last: i64) -> sql::Result<()> {
    let numbers = "with recursive n (i) as (select cast($1 as bigint) union all select i + 1 from n where i < $2)";
    let tx = opened.house.pool.begin().await?;
    let entries = format!(
        "insert into journal (id, seq, work, action, body, happened_at, candidate_id, application_id, job_id, test, erase) {numbers} \
         select i, i, 'seed-' || i, {kind}, '{{\"action\":\"' || {kind} || '\",\"payload\":{{\"id\":' || i || cast($3 as text), \
         cast($4 as bigint) + i * cast($5 as bigint), 1 + i % cast($6 as bigint), 1 + i % cast($6 as bigint), \
         1 + i % cast($7 as bigint), false, false from n",
        kind = kind_of("i")
    );
    let rest = format!(",\"notes\":\"{}\"}}}}", "x".repeat(240));
    tx.execute(&entries, params![first, last, rest, log.begins, APART, log.candidates(), log.jobs()]).await?;
    let deliveries = "insert into deliveries (id, webhook_id, journal_id, action, status, attempts, due_at, replay, created_at, finished_at) \
         select id, case when id % 10 = 0 then 2 else 1 end, id, action, \
         case id % 50 when 1 then 'failed' when 2 then 'held' when 3 then 'pending' else 'delivered' end, 1, \
         case id % 50 when 3 then cast($3 as bigint) end, false, happened_at, \
         case when id % 50 between 2 and 3 then null else happened_at + 30000 end \
         from journal where id between $1 and $2 order by id";
    // Pending, and not due before tomorrow.
    let tomorrow = opened.house.now().as_microsecond() + 86_400_000_000;
    tx.execute(deliveries, params![first, last, tomorrow]).await?;
    let attempts = "insert into attempts (delivery_id, number, replay, started_at, finished_at, status_code, peer, \
         first_byte_micros, total_micros) \
         select id, 1, false, created_at, created_at + 30000, case when status = 'delivered' then 200 else 500 end, \
         '127.0.0.1:9', 20000, 30000 from deliveries where id between $1 and $2 order by id";
    tx.execute(attempts, params![first, last]).await?;
    tx.commit().await
}

/// The kind of an event by its number, as SQL.
fn kind_of(number: &str) -> String {
    let kinds: Vec<&Action> = Action::ALL.iter().filter(|it| **it != NEVER).collect();
    let cases: Vec<String> = kinds.iter().enumerate().map(|(n, it)| format!("when {n} then '{}'", it.word())).collect();
    format!("case {number} % 7919 % {} {} end", kinds.len(), cases.join(" "))
}
