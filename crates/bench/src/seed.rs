//! Databases to measure on: an organization with one job, endpoints, and any number of candidates who applied for it, written by few
//! statements.

use std::{collections::BTreeMap, path::Path};

use courier::client::Outcome;
use orangery::{
    cli::{House, Opened},
    domain::{
        key,
        webhook::{self, NewWebhook, Then},
    },
    error::Result,
    hooks::Action,
    tables::{ApiKey, Door},
    words::Word,
    work::{Actor, Work},
};
use sql::params;

use crate::Done;

/// The key that may do everything.
pub const KEY: &str = "bench-key";

/// Opens the database and founds the organization.
pub async fn open(data: &Path, database_url: Option<&str>) -> Done<Opened> {
    let webhook_allow = vec!["127.0.0.0/8".parse().map_err(|_| "a network of this machine")?];
    let database_url = database_url.map(str::to_owned);
    let house = House { data: Some(data.to_owned()), database_url, webhook_allow, ..House::default() };
    house.open("http://localhost").await
}

pub fn actor() -> Actor {
    Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: "bench".to_owned() }
}

/// One job with a plan, a user, and a key. Nobody listens.
pub async fn organization(opened: &Opened) -> Done {
    let furnished = opened.house.write(actor(), async move |work| {
        furnish(work).await?;
        job(work).await
    });
    furnished.await.map_err(|error| error.to_string())
}

/// An enabled endpoint that listens to rejections.
pub async fn endpoint(opened: &Opened, id: i64, url: &str, in_flight: i64) -> Done {
    let new = NewWebhook {
        id: Some(id),
        name: format!("bench {id}"),
        url: url.to_owned(),
        secret: "bench-secret".to_owned(),
        events: vec![Action::RejectCandidate.word().to_owned()],
        basic: None,
        headers: BTreeMap::new(),
        settings: Default::default(),
    };
    let made = opened.house.write(actor(), async move |work| {
        let row = webhook::create(work, &new).await?;
        let answered = Outcome { status: Some(200), ..Outcome::default() };
        webhook::pinged(work, &row, &answered, Then::Enable).await?;
        work.tx.execute("update webhooks set in_flight = $2 where id = $1", params![id, in_flight]).await?;
        Ok(())
    });
    made.await.map_err(|error| error.to_string())
}

/// As many endpoints as addresses, numbered from 1, with the courier's default of posts in flight.
pub async fn endpoints(opened: &Opened, addresses: &[std::net::SocketAddr]) -> Done {
    for (id, address) in (1..).zip(addresses) {
        endpoint(opened, id, &format!("http://{address}/hooks"), 0).await?;
    }
    Ok(())
}

/// A transaction of whatever a scenario does to the database around the house.
pub async fn change(opened: &Opened, sql: &str, params: &[sql::Value]) -> Done<u64> {
    let changed = async {
        let tx = opened.house.pool.begin().await?;
        let count = tx.execute(sql, params).await?;
        tx.commit().await?;
        Ok(count)
    };
    changed.await.map_err(|error: sql::Error| error.to_string())
}

/// Whatever the database has to learn of new rows, it learns before the clock runs.
pub async fn analyze(opened: &Opened) -> Done {
    change(opened, "analyze", &[]).await.map(drop)
}

async fn furnish(work: &mut Work) -> Result<()> {
    let now = work.now;
    let tx = &work.tx;
    let sql = "insert into users (id, first_name, last_name, employee_id, site_admin, disabled, department_ids, office_ids, custom, created_at, updated_at) \
               values ($1, 'Rita', 'Recruiter', 'rita-1', $2, $3, '[]', '[]', '{}', $4, $4)";
    tx.execute(sql, params![1_i64, true, false, now]).await?;
    tx.execute("insert into user_emails (user_id, email, email_key, is_primary, verified) values (1, 'rita@example.com', 'rita@example.com', $1, $1)", params![true]).await?;
    tx.execute("insert into departments (id, name, external_id, created_at, updated_at) values (1, 'Engineering', 'eng', $1, $1)", params![now]).await?;
    tx.execute("insert into offices (id, name, location, external_id, created_at, updated_at) values (1, 'Utrecht', 'Utrecht, Netherlands', 'utr', $1, $1)", params![now]).await?;
    for (id, of, kind, name, name_key) in [
        (1_i64, "candidate", "short_text", "Desired level", "desired_level"),
        (2, "application", "short_text", "Notice period", "notice_period"),
        (3, "job", "short_text", "Budget code", "budget_code"),
    ] {
        let sql = "insert into custom_fields (id, field_type, value_type, name, name_key, priority, private, required, require_approval, trigger_new_version, \
                   expose_in_job_board_api, api_only, active, department_ids, office_ids, created_at, updated_at) \
                   values ($1, $2, $3, $4, $5, 0, $7, $7, $7, $7, $7, $7, $8, '[]', '[]', $6, $6)";
        tx.execute(sql, params![id, of, kind, name, name_key, now, false, true]).await?;
    }
    for tag in ["rust", "remote"] {
        tx.execute("insert into tags (name, name_key) values ($1, $1)", params![tag]).await?;
    }
    let mut row = ApiKey {
        id: 0,
        kind: orangery::tables::KeyKind::Harvest,
        name: "bench".to_owned(),
        hash: key::hash(KEY),
        hint: "bench".to_owned(),
        endpoints: sql::Json(vec!["*".to_owned()]),
        source_id: None,
        created_at: now,
        revoked_at: None,
        last_used_at: None,
    };
    work.insert(&mut row).await
}

async fn job(work: &mut Work) -> Result<()> {
    let now = work.now;
    let tx = &work.tx;
    let sql = "insert into jobs (id, name, requisition_id, notes, confidential, status, department_id, anywhere, is_template, created_by_id, custom, created_at, opened_at, updated_at) \
               values (1, 'Software engineer', 'R-1', '<p>Our first engineer.</p>', $2, 'open', 1, $2, $2, 1, '{\"3\":\"B-7\"}', $1, $1, $1)";
    tx.execute(sql, params![now, false]).await?;
    tx.execute("insert into job_offices (job_id, office_id) values (1, 1)", &[]).await?;
    for role in ["hiring_managers", "recruiters", "coordinators"] {
        tx.execute(
            "insert into hiring_team (job_id, user_id, role, responsible) values (1, 1, $1, $2)",
            params![role, true],
        )
        .await?;
    }
    tx.execute(
        "insert into openings (job_id, opening_id, status, opened_at, custom) values (1, 'O-1', 'open', $1, '{}')",
        params![now],
    )
    .await?;
    tx.execute("insert into stages (id, job_id, name, priority, active, created_at, updated_at) values (1, 1, 'Application review', 0, $2, $1, $1)", params![now, true]).await?;
    let sql = "insert into interviews (id, stage_id, name, kind, default_user_ids, priority, created_at, updated_at) values (1, 1, 'Application review', 'review', '[]', 0, $1, $1)";
    tx.execute(sql, params![now]).await?;
    tx.execute(
        "insert into interview_kits (id, interview_id, content) values (1, 1, '<p>Look at the résumé first.</p>')",
        &[],
    )
    .await?;
    tx.execute("insert into kit_questions (interview_kit_id, question, priority) values (1, 'Would you like to meet this person?', 0)", &[]).await?;
    Ok(())
}

/// The rows of each candidate, by the number that `n.i` is: candidate and application have the same id. The time is the organization's birth.
const ROWS: &[(&str, &str)] = &[
    (
        "candidates (id, first_name, last_name, company, title, is_private, can_email, recruiter_id, custom, created_at, updated_at, last_activity_at)",
        "i, 'Jamie', 'Number ' || i, 'Example Works', 'Engineer', false, true, 1, '{\"1\":\"Senior\"}', o.created_at, o.created_at, o.created_at",
    ),
    (
        "applications (id, candidate_id, job_id, prospect, status, stage_id, source_id, credited_user_id, recruiter_id, answers, custom, \
         referral_custom, rejection_custom, applied_at, created_at, last_activity_at, updated_at)",
        "i, i, 1, false, 'active', 1, 3, 1, 1, '[]', '{\"2\":\"One month\"}', '{}', '{}', o.created_at, o.created_at, o.created_at, o.created_at",
    ),
    (
        "contacts (candidate_id, kind, value, label, email_key)",
        "i, 'email', 'jamie.' || i || '@example.com', 'personal', 'jamie.' || i || '@example.com'",
    ),
    ("contacts (candidate_id, kind, value, label)", "i, 'phone', '555-' || i, 'mobile'"),
    ("educations (candidate_id, school_id, start_date, end_date)", "i, 40, '2010-09-01', '2014-06-01'"),
    ("employments (candidate_id, company_name, title, start_date)", "i, 'Example Works', 'Engineer', '2014-09-01'"),
    ("candidate_tags (candidate_id, tag_id)", "i, 1"),
    (
        "attachments (candidate_id, application_id, filename, kind, content_type, visibility, blob, size, created_at)",
        "i, i, 'resume.pdf', 'resume', 'application/pdf', 'public', 'none', 0, o.created_at",
    ),
    ("stage_history (application_id, stage_id, entered_at)", "i, 1, o.created_at"),
];

/// Candidates `from` to `to`, each with one active application of the same id.
pub async fn candidates(opened: &Opened, from: i64, to: i64) -> Done {
    let mut start = from;
    while start <= to {
        let end = to.min(start + 9_999);
        let written = async {
            let tx = opened.house.pool.begin().await?;
            for (table, values) in ROWS {
                let sql = format!(
                    "insert into {table} with recursive n (i) as (select cast($1 as bigint) union all select i + 1 from n where i < $2) \
                     select {values} from n, organization o"
                );
                tx.execute(&sql, params![start, end]).await?;
            }
            tx.commit().await
        };
        written.await.map_err(|error: sql::Error| error.to_string())?;
        start = end + 1;
    }
    analyze(opened).await
}
