//! `pages`: every list of Harvest, and what is asked of it most, with a million candidates by the same with ten thousand. A job has a
//! thousand applications in both. Counts for the link to the last page are measured apart: they may cost what they must, up to a bar.

use orangery::cli::Opened;
use sql::params;

use crate::{
    Done,
    pair::{Pair, Side},
    report::{Bar, Report},
    seed,
};

const SMALL: i64 = 10_000;
const BAR: f64 = 1.3;
const COUNT_BAR: f64 = 100.0;
/// Applications on a job.
const A_JOB: i64 = 1_000;
/// One of so many candidates has an interview, a scorecard, an offer.
const ONE_OF: i64 = 10;

/// What is asked for, with so many candidates, the n-th time.
type Question = (&'static str, fn(i64, i64) -> String);

fn one_of(count: i64, n: i64) -> i64 {
    1 + (n * 7_919 + 13) % count
}

/// Whom the last hundred changed.
const RECENT: &str = "2031-01-01T00:00:00Z";

const QUESTIONS: &[Question] = &[
    ("candidates", |_, _| "/v1/candidates".into()),
    ("candidates, 500", |_, _| "/v1/candidates?per_page=500".into()),
    ("candidates, page 20", |_, _| "/v1/candidates?page=20".into()),
    ("candidates, email", |all, n| format!("/v1/candidates?email=jamie.{}@example.com", one_of(all, n))),
    ("candidates, candidate_ids", |all, n| {
        format!("/v1/candidates?candidate_ids={},{}", one_of(all, n), one_of(all, n + 1))
    }),
    ("candidates, job_id", |all, n| format!("/v1/candidates?job_id={}", one_of(all / A_JOB, n))),
    ("candidates, created_after all", |_, _| "/v1/candidates?created_after=2020-01-01T00:00:00Z".into()),
    ("candidates, updated_after, few", |_, _| format!("/v1/candidates?updated_after={RECENT}")),
    ("candidates, created_after, none", |_, _| "/v1/candidates?created_after=2035-01-01T00:00:00Z".into()),
    ("applications", |_, _| "/v1/applications".into()),
    ("applications, job_id", |all, n| format!("/v1/applications?job_id={}", one_of(all / A_JOB, n))),
    ("applications, status", |_, _| "/v1/applications?status=active".into()),
    ("applications, status, few", |_, _| "/v1/applications?status=hired".into()),
    ("applications, last_activity_after, few", |_, _| format!("/v1/applications?last_activity_after={RECENT}")),
    ("activity feed", |all, n| format!("/v1/candidates/{}/activity_feed", one_of(all, n))),
    ("tags of a candidate", |all, n| format!("/v1/candidates/{}/tags", one_of(all, n))),
    ("scheduled interviews", |_, _| "/v1/scheduled_interviews".into()),
    ("scheduled interviews of an application", |all, n| {
        format!("/v1/applications/{}/scheduled_interviews", ONE_OF * one_of(all / ONE_OF, n))
    }),
    ("scheduled interviews, updated_after, few", |_, _| format!("/v1/scheduled_interviews?updated_after={RECENT}")),
    ("scorecards", |_, _| "/v1/scorecards".into()),
    ("scorecards of an application", |all, n| {
        format!("/v1/applications/{}/scorecards", ONE_OF * one_of(all / ONE_OF, n))
    }),
    ("scorecards, updated_after, few", |_, _| format!("/v1/scorecards?updated_after={RECENT}")),
    ("offers", |_, _| "/v1/offers".into()),
    ("offers of an application", |all, n| format!("/v1/applications/{}/offers", ONE_OF * one_of(all / ONE_OF, n))),
    ("offers, status", |_, _| "/v1/offers?status=unresolved".into()),
    ("jobs", |_, _| "/v1/jobs".into()),
    ("jobs, status", |_, _| "/v1/jobs?status=open".into()),
    ("openings of a job", |all, n| format!("/v1/jobs/{}/openings", one_of(all / A_JOB, n))),
    ("stages of a job", |all, n| format!("/v1/jobs/{}/stages", one_of(all / A_JOB, n))),
    ("job stages", |_, _| "/v1/job_stages".into()),
    ("users", |_, _| "/v1/users".into()),
    ("tags", |_, _| "/v1/tags/candidate".into()),
];

/// Those that count all there is.
const COUNTED: &[&str] = &["/v1/candidates", "/v1/applications", "/v1/scheduled_interviews", "/v1/scorecards"];

pub async fn measure(database_url: Option<&str>, quick: bool) -> Done<Report> {
    let mut report = Report::new("pages");
    let large = if quick { 100_000 } else { 1_000_000 };
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let (few, ()) =
        Side::open(folder.path(), database_url, "small", async |opened| furnish(opened, SMALL).await).await?;
    let (many, ()) =
        Side::open(folder.path(), database_url, "large", async |opened| furnish(opened, large).await).await?;
    let mut pair = Pair::of(few, many).await?;
    let uncounted = |path: String| {
        let mark = if path.contains('?') { '&' } else { '?' };
        format!("{path}{mark}skip_count=true")
    };
    let mut worst = ("", 0.0);
    for (name, question) in QUESTIONS {
        let (few, many) = pair.ask(|n| uncounted(question(SMALL, n)), |n| uncounted(question(large, n))).await?;
        report.add(format!("{name}: p50 with {large}"), many, "ms");
        report.add_against(format!("{name}: ÷ with {SMALL}"), many / few, "", Bar::AtMost(BAR));
        if many / few > worst.1 {
            worst = (name, many / few);
        }
    }
    report.add_against(format!("the worst of all, {}", worst.0), worst.1, "", Bar::AtMost(BAR));
    for path in COUNTED {
        let (_, many) = pair.ask(|_| (*path).to_owned(), |_| (*path).to_owned()).await?;
        report.add_against(format!("{path}, counted: p50"), many, "ms", Bar::AtMost(COUNT_BAR));
    }
    Ok(report)
}

/// What hangs on each job: as many rows as there are jobs beyond the first, whose number is `i`.
const OF_JOBS: &[(&str, &str)] = &[
    (
        "jobs (id, name, requisition_id, confidential, status, department_id, anywhere, is_template, created_by_id, custom, \
         created_at, opened_at, updated_at)",
        "i, 'Engineer ' || i, 'R-' || i, false, 'open', 1, false, false, 1, '{}', created_at, created_at, created_at",
    ),
    ("job_offices (job_id, office_id)", "i, 1"),
    ("hiring_team (job_id, user_id, role, responsible)", "i, 1, 'recruiters', true"),
    ("openings (job_id, opening_id, status, opened_at, custom)", "i, 'O-' || i, 'open', created_at, '{}'"),
    (
        "stages (id, job_id, name, priority, active, created_at, updated_at)",
        "i, i, 'Application review', 0, true, created_at, created_at",
    ),
    (
        "interviews (id, stage_id, name, kind, default_user_ids, priority, created_at, updated_at)",
        "i, i, 'Application review', 'review', '[]', 0, created_at, created_at",
    ),
    ("interview_kits (id, interview_id, content)", "i, i, '<p>Look first.</p>'"),
];

/// What hangs on an application.
const OF_APPLICATIONS: &[(&str, &str)] = &[
    (
        "scheduled_interviews (id, application_id, interview_id, starts_at, ends_at, all_day, status, by_api, created_at, updated_at)",
        "id, id, job_id, created_at, created_at, false, 'scheduled', true, created_at, created_at",
    ),
    (
        "scorecards (id, candidate_id, application_id, interview_id, interview_name, interviewer_id, submitted_by_id, status, \
         overall_recommendation, attributes, answers, interviewed_at, submitted_at, created_at, updated_at)",
        "id, candidate_id, id, job_id, 'Application review', 1, 1, 'complete', 'yes', '[]', '[]', created_at, created_at, \
         created_at, created_at",
    ),
    (
        "offers (id, application_id, job_id, version, status, custom, created_at, updated_at)",
        "id, id, job_id, 1, 'unresolved', '{}', created_at, created_at",
    ),
];

/// What the last hundred changed lately.
const CHANGED: &[(&str, &str)] = &[
    ("candidates", "updated_at"),
    ("applications", "last_activity_at"),
    ("scheduled_interviews", "updated_at"),
    ("scorecards", "updated_at"),
];

/// So many candidates, a thousand on a job, some with more; the last hundred changed lately.
async fn furnish(opened: &Opened, candidates: i64) -> Done {
    seed::organization(opened).await?;
    seed::candidates(opened, 1, candidates).await?;
    let n = "with recursive n (i) as (select cast(2 as bigint) union all select i + 1 from n where i < $1)";
    for (table, values) in OF_JOBS {
        let sql = format!("insert into {table} {n} select {values} from n, organization");
        seed::change(opened, &sql, params![candidates / A_JOB]).await?;
    }
    let job = "update applications set job_id = 1 + (id - 1) / $1, stage_id = 1 + (id - 1) / $1";
    seed::change(opened, job, params![A_JOB]).await?;
    for (table, values) in OF_APPLICATIONS {
        let sql = format!("insert into {table} select {values} from applications where id % $1 = 0");
        seed::change(opened, &sql, params![ONE_OF]).await?;
    }
    // 2032: later than any clock that runs.
    let late: i64 = 1_956_528_000_000_000;
    for (table, column) in CHANGED {
        let sql = format!("update {table} set {column} = $1 where id > $2");
        seed::change(opened, &sql, params![late, candidates - 100]).await?;
    }
    seed::change(opened, "update applications set status = 'hired' where id > $1", params![candidates - 100]).await?;
    seed::analyze(opened).await
}
