//! Moving in from Greenhouse: what its lists hold is what Harvest v1 answers here, whatever happened on the way.

use std::{
    fmt::Write as _,
    io::{Read, Seek},
    time::Duration,
};

use axum::http::{HeaderMap, HeaderValue, Method, header};
use base64::{Engine, prelude::BASE64_STANDARD};
use expect_test::{expect, expect_file};
use orangery::import::{
    self, Options, Source, Summary, Watch,
    greenhouse::{Credentials, Greenhouse as Theirs},
};
use serde_json::{Value, json};

use crate::{
    acme::{Acme, database},
    dump,
    greenhouse::{CLIENT_ID, CLIENT_SECRET, Greenhouse},
};

struct Nobody;

impl Watch for Nobody {
    fn step(&self, _: &str, _: usize, _: usize) {}
    fn rows(&self, _: u64, _: Option<u64>) {}
}

/// A house with a key, and with nobody in it.
async fn new_house() -> Acme {
    let acme = Acme::empty().await;
    let nobody = async move |work: &mut orangery::work::Work| Ok(work.tx.execute("delete from users", &[]).await?);
    acme.write(nobody).await.expect("Ada leaves");
    acme
}

async fn source(from: &Greenhouse) -> Theirs {
    let credentials = Credentials {
        token_url: from.token_url(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: CLIENT_SECRET.to_owned(),
    };
    Theirs::new(&from.url, &credentials, true).await.expect("a source")
}

/// What a run did, and its report, a line for each thing that could not be had.
async fn run(acme: &Acme, from: &Greenhouse) -> Result<(Summary, Vec<String>), String> {
    let mut file = tempfile::tempfile().expect("a file");
    let report = file.try_clone().expect("the file once more");
    let source = source(from).await;
    let summary = import::run(&acme.house, &source, Options::default(), Some(report), &Nobody).await?;
    let mut text = String::new();
    file.rewind().expect("a file");
    file.read_to_string(&mut text).expect("a text");
    let line = |it: &str| {
        let it: Value = serde_json::from_str(it).expect("JSON");
        let id = it["id"].as_i64().map(|it| format!(" {it}")).unwrap_or_default();
        let text = it["text"].as_str().expect("a text").replace(&from.url, "{url}");
        format!("{}: {}{id}: {text}", it["kind"].as_str().expect("a kind"), it["of"].as_str().expect("a list"))
    };
    Ok((summary, text.lines().map(line).collect()))
}

async fn get(acme: &Acme, path: &str) -> Value {
    let answer = acme.ask(Method::GET, path, None, &[("On-Behalf-Of", "")]).await;
    assert_eq!(answer.status, 200, "{path}: {answer}");
    answer.json
}

/// What Harvest v1 answers of it.
const LISTS: &[&str] = &[
    "/v1/departments",
    "/v1/offices",
    "/v1/users?user_attributes=true",
    "/v1/sources",
    "/v1/rejection_reasons?include_defaults=true",
    "/v1/close_reasons",
    "/v1/prospect_pools",
    "/v1/tags/candidate",
    "/v1/jobs",
    "/v1/jobs/4020000002/openings",
    "/v1/jobs/4020000002/hiring_team",
    "/v1/job_stages",
    "/v1/job_posts",
    "/v1/candidates?created_before=2026-02-01T00:00:00Z",
    "/v1/applications?created_before=2026-02-01T00:00:00Z",
    "/v1/scheduled_interviews",
    "/v1/scorecards",
    "/v1/offers",
    "/v1/jobs/4020000002/approval_flows",
    "/v1/candidates/4010000002/activity_feed",
    "/v1/candidates/4010001002/activity_feed",
    "/v1/candidates/4010003002/activity_feed",
];

/// And what it doesn't answer, as it is kept.
const TABLES: &[&str] = &[
    "custom_fields",
    "custom_field_options",
    "education_items",
    "email_templates",
    "user_emails",
    "user_roles",
    "job_permissions",
    "future_job_permissions",
    "demographic_question_sets",
    "demographic_questions",
    "demographic_answer_options",
    "demographic_answers",
    "eeocs",
    "interview_kits",
    "kit_questions",
    "tracking_links",
    "stage_history",
    "approvers",
    "feed_items",
];

async fn answers(acme: &Acme) -> String {
    let mut text = String::new();
    for path in LISTS {
        let json = serde_json::to_string_pretty(&get(acme, path).await).expect("JSON");
        writeln!(text, "GET {path}\n{json}\n").expect("a text");
    }
    let dump = dump::dump(&acme.house.pool).await;
    for table in TABLES {
        let rows = &dump[table];
        let shown = rows.iter().filter(|it| !it.starts_with("Some(42"));
        writeln!(text, "{table}\n{}\n", shown.cloned().collect::<Vec<_>>().join("\n")).expect("a text");
    }
    text
}

/// A crowd beside the furniture, for more than one page.
fn crowd() -> Vec<(&'static str, Vec<Value>)> {
    let later = "2026-02-15T08:00:00.000Z";
    let candidate = |n: i64| {
        json!({"id": 4_210_000_002 + n * 1000, "created_at": later, "first_name": "Crowd", "last_name": format!("{n:04}"), "tags": [],
            "private": false, "can_email": true, "email_addresses": [{"value": format!("crowd{n}@example.com"), "type": "work"}]})
    };
    let application = |n: i64| {
        json!({"id": 4_220_000_002 + n * 1000, "created_at": later, "candidate_id": 4_210_000_002 + n * 1000, "job_id": 4_020_000_002_i64,
            "job_interview_stage_id": 4_021_000_002_i64, "status": "in_process", "prospect": false})
    };
    vec![("candidates", (0..1100).map(candidate).collect()), ("applications", (0..1100).map(application).collect())]
}

async fn count(acme: &Acme, table: &str) -> i64 {
    let sql = format!("select count(*) from {table}");
    acme.house.read(async move |look| Ok(look.tx.count(&sql, &[]).await?)).await.expect("a number")
}

/// Status, link and body of what is asked as documented.
async fn ask(acme: &Acme, method: Method, url: &str, authorization: &str) -> (u16, String, String) {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, HeaderValue::from_str(authorization).expect("a header"));
    let request = courier::fetch::Request { method, url, headers, body: Vec::new().into() };
    let client = acme.house.client().expect("a client");
    let answer = client.request(request, 1 << 24, Duration::from_secs(10)).await.expect("an answer");
    let link = answer.headers.get(header::LINK).map(|it| it.to_str().expect("a text").to_owned()).unwrap_or_default();
    (answer.status.as_u16(), link, String::from_utf8(answer.body.to_vec()).expect("a text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_has_a_home_comes_along_and_the_rest_is_told() {
    let (acme, greenhouse) = (new_house().await, Greenhouse::open(&[]).await);
    let (_, report) = run(&acme, &greenhouse).await.expect("it comes to its end");
    expect![[r#"
        no place here: custom_fields: application_type of 1 rows has no place here
        no place here: custom_fields: field_type agency_question with value_type yes_no of 1 rows has no place here
        no place here: custom_fields: field_type candidate with value_type attachment of 1 rows has no place here
        no place here: users: interviewer_tags of 1 rows has no place here
        no place here: users: job_title of 1 rows has no place here
        no place here: prospect_pools: department_ids of 1 rows has no place here
        no place here: prospect_pools: description of 1 rows has no place here
        no place here: email_templates: cc_recruiter of 1 rows has no place here
        no place here: openings: target_start_on of 1 rows has no place here
        no place here: job_interviews: instructions of 1 rows has no place here
        no place here: job_interviews: require_scorecard of 1 rows has no place here
        no place here: job_interviews: summary of 1 rows has no place here
        no place here: scorecard_questions: active: false of 2 rows has no place here
        no place here: candidates: preferred_name of 1 rows has no place here
        no place here: candidates: the field portfolio_file of 1 rows has no place here
        no place here: candidates: time_zone of 1 rows has no place here
        no place here: applications: needs_decision of 1 rows has no place here
        not understood: notes 4034005002: a MIGRATION_ERROR of nobody who came along
        no place here: notes: email_attachment_file_names of 1 rows has no place here
        missing file: attachments 4033002002: letter.pdf could not be had: answered 403
        no place here: interviews: availability_received_at of 1 rows has no place here
        no place here: approver_groups: required_for_exception of 1 rows has no place here
        no place here: approvers: reminder_sent_at of 1 rows has no place here
        no place here: job_notes: 1: notes on jobs
        no place here: interviewer_tags: 1: tags on interviewers
        no place here: blocked_spam_sources: 1: blocked senders of applications
        no place here: job_post_searchable_locations: 1: places of posts for searches by map
        no place here: focus_candidate_attributes: 1: attributes that interviews focus on; scorecards keep those that were rated
        no place here: scorecard_question_candidate_attributes: 1: attributes that questions of scorecards belong to"#]].assert_eq(&report.join("\n"));
    expect_file!["golden/from-greenhouse.txt"].assert_eq(&answers(&acme).await);
    expect![[""]].assert_eq(&acme.fired().await);
    let files = acme.house.files.clone();
    let blobs = acme.house.read(async |look| {
        let files = look.tx.all::<orangery::tables::Attachment>("order by id", &[]).await?;
        Ok(files.into_iter().map(|it| it.blob).collect::<Vec<_>>())
    });
    let mut texts = Vec::new();
    for blob in blobs.await.expect("rows") {
        texts.push(String::from_utf8(files.read(&blob).await.expect("a file")).expect("a text"));
    }
    greenhouse.is_told_of(include_str!("../../../docs/moving-in.md"));
    assert_eq!(texts, ["%PDF-1.4 Nadia Haddad builds bridges", "I'd like to build bridges."]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_here_already_is_left_alone() {
    let (acme, greenhouse) = (new_house().await, Greenhouse::open(&[]).await);
    run(&acme, &greenhouse).await.expect("it comes to its end");
    let before = answers(&acme).await;
    greenhouse.conduct().asked.clear();
    let (summary, _) = run(&acme, &greenhouse).await.expect("it comes to its end again");
    assert_eq!((summary.created, summary.changed, summary.removed), (0, 0, 0), "{summary:?}");
    let asked = greenhouse.lists_asked();
    let since = "candidates?per_page=500&updated_at=gte%7C2026-08-22T09:45:00.123Z";
    assert!(asked.contains(since), "what changed is asked for: {asked:?}");
    let all = Options { full: true, ..Options::default() };
    let summary = import::run(&acme.house, &source(&greenhouse).await, all, None, &Nobody).await.expect("once more");
    assert_eq!((summary.created, summary.changed, summary.removed), (0, 0, 0), "{summary:?}");
    assert_eq!(answers(&acme).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_goes_on_where_it_was() {
    let (acme, greenhouse) = (new_house().await, Greenhouse::open(&crowd()).await);
    let mut killed = 0;
    loop {
        {
            let mut conduct = greenhouse.conduct();
            let asked = conduct.asked.len();
            conduct.silent_from = Some(asked + 29);
        }
        match tokio::time::timeout(Duration::from_secs(4), run(&acme, &greenhouse)).await {
            Ok(done) => break drop(done.expect("it comes to its end")),
            Err(_) => killed += 1,
        }
        assert!(killed < 20, "it comes nearer to its end each time");
    }
    assert!(killed >= 2, "it was killed {killed} times");
    let asked = greenhouse.conduct().asked.clone();
    let first = |list: &str| asked.iter().filter(|it| it.starts_with(&format!("{list}?per_page=500"))).count();
    assert_eq!((first("departments"), first("sources")), (1, 1), "what was done is not done again");
    assert_eq!((count(&acme, "candidates").await, count(&acme, "applications").await), (1105, 1105));

    let (undisturbed, again) = (new_house().await, Greenhouse::open(&crowd()).await);
    run(&undisturbed, &again).await.expect("it comes to its end");
    assert_eq!(answers(&acme).await, answers(&undisturbed).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_that_ended_begins_its_list_anew() {
    let (acme, greenhouse) = (new_house().await, Greenhouse::open(&crowd()).await);
    let at = |list: &str| {
        let list = format!("{list}?");
        move |conduct: &crate::greenhouse::Conduct| conduct.asked.iter().any(|it| it.starts_with(&list))
    };
    let in_the_middle = at("candidate_educations");
    let watched = greenhouse.clone();
    let killed = async move {
        while !in_the_middle(&watched.conduct()) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        _ = run(&acme, &greenhouse) => panic!("it was not killed"),
        () = killed => {}
    }
    // As if the run had ended after the first page of candidates, a day ago.
    let back = async move |work: &mut orangery::work::Work| {
        let sql = "update import_steps set done = $1, place = $2 where name = 'candidates'";
        let cursor = "0 /v3/candidates?cursor=of-yesterday".to_owned();
        Ok(work.tx.execute(sql, sql::params![false, cursor]).await?)
    };
    acme.write(back).await.expect("the place is set back");
    run(&acme, &greenhouse).await.expect("it comes to its end");
    assert_eq!(greenhouse.conduct().answered[&422], 1);
    assert_eq!(count(&acme, "candidates").await, 1105);
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_stumbles_and_tokens_that_end_are_lived_with() {
    let (acme, greenhouse) = (new_house().await, Greenhouse::open(&[]).await);
    {
        let mut conduct = greenhouse.conduct();
        conduct.limit = Some((40, Duration::from_secs(1)));
        conduct.tokens_end_at = Some(30);
        conduct.stumbles = 2;
    }
    run(&acme, &greenhouse).await.expect("it comes to its end");
    let answered = greenhouse.conduct().answered.clone();
    assert_eq!((answered.get(&401), answered.get(&429), answered.get(&500)), (Some(&1), None, Some(&2)));
    assert_eq!(greenhouse.tokens_made(), 2);

    let (other, greenhouse) = (new_house().await, Greenhouse::open(&[]).await);
    {
        let mut conduct = greenhouse.conduct();
        conduct.limit = Some((40, Duration::from_secs(1)));
        conduct.tells_no_limit = true;
        conduct.only_expires_at = true;
        conduct.life = Duration::from_secs(2);
    }
    run(&other, &greenhouse).await.expect("it comes to its end");
    let answered = greenhouse.conduct().answered.clone();
    assert!(answered.contains_key(&429), "{answered:?}");
    assert!(!answered.contains_key(&401), "a token is renewed before it ends: {answered:?}");
    assert!(greenhouse.tokens_made() >= 2);
    assert_eq!(answers(&acme).await, answers(&other).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_is_missing_is_told_and_the_rest_comes() {
    let (acme, greenhouse) = (new_house().await, Greenhouse::open(&[]).await);
    {
        let mut conduct = greenhouse.conduct();
        conduct.forbidden = ["offers", "eeoc", "referrers", "scorecard_question_answers"].map(str::to_owned).into();
        conduct.unknown = ["job_boards"].map(str::to_owned).into();
    }
    let (_, report) = run(&acme, &greenhouse).await.expect("it comes to its end");
    let report: Vec<String> = report.into_iter().filter(|it| !it.starts_with("no place here")).collect();
    expect![[r#"
        not allowed: job_boards: there is no such list
        unknown reference: job_posts 4022200002: board_id 4022000002 is not among the boards: it was left empty
        not allowed: referrers: needs the scope harvest:referrers:list; once it is there, import with --full: 403: {"message":"Forbidden","errors":["Missing scope harvest:referrers:list"]}
        not allowed: referrers: needs the scope harvest:referrers:list; once it is there, import with --full: 403: {"message":"Forbidden","errors":["Missing scope harvest:referrers:list"]}
        not understood: notes 4034005002: a MIGRATION_ERROR of nobody who came along
        missing file: attachments 4033002002: letter.pdf could not be had: answered 403
        not allowed: eeoc: needs the scope harvest:eeoc:list; once it is there, import with --full: 403: {"message":"Forbidden","errors":["Missing scope harvest:eeoc:list"]}
        not allowed: scorecard_question_answers: needs the scope harvest:scorecard_question_answers:list; once it is there, import with --full: 403: {"message":"Forbidden","errors":["Missing scope harvest:scorecard_question_answers:list"]}
        not allowed: offers: needs the scope harvest:offers:list; once it is there, import with --full: 403: {"message":"Forbidden","errors":["Missing scope harvest:offers:list"]}
        not understood: approval_flows 4038001002: it is of no offer that came along
        unknown reference: approver_groups 4038101002: approval_flow_id 4038001002 is not among the approval_flows: the row was left out
        unknown reference: approvers 4038201002: approver_group_id 4038101002 is not among the approver_groups: the row was left out"#]].assert_eq(&report.join("\n"));
    assert_eq!(
        (count(&acme, "offers").await, count(&acme, "eeocs").await, count(&acme, "scorecards").await),
        (0, 0, 2)
    );

    greenhouse.conduct().forbidden.clear();
    greenhouse.conduct().unknown.clear();
    let all = Options { full: true, ..Options::default() };
    import::run(&acme.house, &source(&greenhouse).await, all, None, &Nobody).await.expect("with all scopes");
    let (undisturbed, again) = (new_house().await, Greenhouse::open(&[]).await);
    run(&undisturbed, &again).await.expect("it comes to its end");
    assert_eq!(answers(&acme).await, answers(&undisturbed).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_credentials_are_told_at_once() {
    let (acme, greenhouse) = (new_house().await, Greenhouse::open(&[]).await);
    let credentials = Credentials {
        token_url: greenhouse.token_url(),
        client_id: CLIENT_ID.to_owned(),
        client_secret: "guessed".to_owned(),
    };
    let source = Theirs::new(&greenhouse.url, &credentials, true).await.expect("a source");
    let why = import::run(&acme.house, &source, Options::default(), None, &Nobody).await.expect_err("nothing comes");
    expect![["departments: the token endpoint answered 401 (invalid_client)"]].assert_eq(&why);
    assert!(source.steps().len() > 40);
}

/// The server of these tests answers as Greenhouse is documented to.
#[tokio::test(flavor = "multi_thread")]
async fn the_greenhouse_of_these_tests_keeps_the_rules() {
    let (acme, greenhouse) = (Acme::empty().await, Greenhouse::open(&crowd()).await);
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{CLIENT_ID}:{}", "a-secret%3Awith%2Fmarks")));
    let token =
        ask(&acme, Method::POST, &format!("{}?grant_type=client_credentials", greenhouse.token_url()), &basic).await;
    let token: Value = serde_json::from_str(&token.2).expect("JSON");
    let bearer = format!("Bearer {}", token["access_token"].as_str().expect("a token"));
    let get = async |path: &str| ask(&acme, Method::GET, &format!("{}/v3/{path}", greenhouse.url), &bearer).await;
    let (status, link, body) = get("candidates?per_page=500").await;
    let rows: Vec<Value> = serde_json::from_str(&body).expect("JSON");
    assert_eq!((status, rows.len()), (200, 500));
    assert!(body.ends_with("]\n"));
    let next = link
        .strip_prefix(&format!("<{}/v3/", greenhouse.url))
        .expect("a link")
        .strip_suffix(">; rel=\"next\"")
        .expect("next");
    assert!(next.starts_with("candidates?cursor=") && !next.contains('&'));
    let (status, last, body) = get("candidates?ids=4010000002,4010001002&fields=id").await;
    assert_eq!((status, last.as_str(), body.matches("\"id\"").count()), (200, "", 2));
    let mut refusals = String::new();
    for path in [
        &format!("{next}&per_page=500"),
        "candidates?per_page=600",
        "candidates?candidate_id=1",
        "candidates?cursor=x",
        "candidate?x=1",
    ] {
        let (status, _, body) = get(path).await;
        writeln!(refusals, "{}: {status} {body}", path.replace(next, "{next}")).expect("a text");
    }
    expect![[r#"
        {next}&per_page=500: 422 {"message":"Unprocessable Content","errors":["When passing a cursor, do not include other query params."]}
        candidates?per_page=600: 422 {"message":"Unprocessable Content","errors":[{"per_page":"`600` number is greater than: 500"}]}
        candidates?candidate_id=1: 422 {"message":"Unprocessable Content","errors":["Invalid query params: candidate_id"]}
        candidates?cursor=x: 422 {"message":"Unprocessable Content","errors":["Invalid cursor."]}
        candidate?x=1: 404 {"message":"Resource not found"}
    "#]].assert_eq(&refusals);
    let (status, _, body) = ask(&acme, Method::GET, &format!("{}/v3/jobs", greenhouse.url), "Bearer x").await;
    assert_eq!((status, body.contains("Token could not be decoded")), (401, true));
}

/// The command line, as the documents give it.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_moves_in() {
    let greenhouse = Greenhouse::open(&[]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    std::fs::write(folder.path().join("greenhouse.secret"), format!("{CLIENT_SECRET}\n")).expect("a file");
    let (url, token_url) = (greenhouse.url.clone(), greenhouse.token_url());
    let orangery = |more: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_orangery"));
        command.current_dir(folder.path()).args(["import", "--harvest", &url, "--v3", "--json", "--allow-private"]);
        command.args(["--token-url", &token_url, "--data", ".", "--database-url", &database]).args(more);
        tokio::task::spawn_blocking(move || command.output().expect("it runs"))
    };
    let said = orangery(&["--client-id", CLIENT_ID]).await.expect("an answer");
    assert!(String::from_utf8_lossy(&said.stderr).contains("--client-secret-file FILE"), "{said:?}");
    let all = ["--client-id", CLIENT_ID, "--client-secret-file", "greenhouse.secret"];
    let said = orangery(&all).await.expect("an answer");
    assert!(said.status.success(), "{said:?}");
    let summary: Value = serde_json::from_slice(&said.stdout).expect("JSON");
    assert_eq!(summary["import"]["read"]["candidates"], 5, "{summary}");
    let report = std::fs::read_to_string(folder.path().join("import-report.ndjson")).expect("a report");
    assert!(report.contains("letter.pdf could not be had"), "{report}");
}
