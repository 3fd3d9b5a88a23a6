//! Moving in: one Orangery is imported into another by its own API, and shows the same.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod compare;
mod furniture;
mod old_house;
mod reader;

use std::{
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::acme::database;
use compare::same;
use old_house::{KEY, OldHouse};

/// An empty house to move into, on the database of the day.
struct NewHouse {
    folder: tempfile::TempDir,
    url: String,
}

#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl NewHouse {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = database(&folder).await;
        Self { folder, url }
    }

    fn command(&self, old: &OldHouse, key: &str, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orangery"));
        command.current_dir(self.folder.path()).env("ORANGERY_IMPORT_KEY", key).stdin(Stdio::null());
        command.args(["import", "--harvest", &old.url, "--allow-private", "--json", "--data", "."]);
        command.args(["--database-url", &self.url]).args(more);
        command
    }

    async fn import(&self, old: &OldHouse, more: &[&str]) -> Said {
        self.import_as(old, KEY, more).await
    }

    async fn import_as(&self, old: &OldHouse, key: &str, more: &[&str]) -> Said {
        let mut command = self.command(old, key, more);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        Said {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// What an import that went well did.
    async fn summary(&self, old: &OldHouse, more: &[&str]) -> Value {
        let said = self.import(old, more).await;
        assert_eq!(said.code, Some(0), "{said:?}");
        serde_json::from_str::<Value>(&said.out).unwrap()["import"].take()
    }

    fn report(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("import-report.ndjson")).unwrap_or_default()
    }

    /// What is missing that the old house has: lists that this version does not serve yet are none.
    fn missing(&self) -> Vec<String> {
        let report = self.report();
        report.lines().filter(|it| !it.contains("the server has no such list")).map(str::to_owned).collect()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_orangery_moves_into_another_and_shows_the_same() {
    let (old, new) = (OldHouse::of(60).await, NewHouse::new().await);
    furniture::furnish(&old).await;

    let first = new.summary(&old, &[]).await;
    assert_eq!(new.missing(), Vec::<String>::new());
    assert!(first["created"].as_u64() > Some(1000), "{first}");
    same(&old, &new).await;

    // Nothing changed there, so nothing changes here; whether all is asked for again or not.
    for more in [&[] as &[&str], &["--full"]] {
        let again = new.summary(&old, more).await;
        let changes = ["created", "changed", "removed"].map(|it| again[it].as_u64());
        assert_eq!(changes, [Some(0); 3], "{again}");
    }
    same(&old, &new).await;

    furniture::change(&old).await;
    let later = new.summary(&old, &[]).await;
    assert!(later["same"].as_u64() < first["created"].as_u64(), "only what changed was asked for: {later}");
    same(&old, &new).await;
    assert_eq!(new.missing(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_goes_on_where_it_was() {
    let (old, new) = (OldHouse::of(40).await, NewHouse::new().await);
    let mut kills = 0;
    for milliseconds in [90, 150, 220, 300] {
        let mut child = new.command(&old, KEY, &[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        if child.try_wait().unwrap().is_none() {
            child.kill().unwrap();
            kills += 1;
        }
        child.wait().unwrap();
    }
    let last = new.summary(&old, &[]).await;
    assert!(kills > 0, "{last}");
    same(&old, &new).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_with_other_data_is_not_written_over_unless_asked() {
    let (old, new) = (OldHouse::of(3).await, NewHouse::new().await);
    let mut command = Command::new(env!("CARGO_BIN_EXE_orangery"));
    command.current_dir(new.folder.path()).args(["user", "add", "--name", "Zoe Zed"]);
    command.args(["--email", "zoe@example.com", "--role", "basic", "--data", ".", "--database-url", &new.url]);
    let added = command.output().unwrap();
    assert!(added.status.success(), "{added:?}");

    let said = new.import(&old, &[]).await;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("this house is not empty: it has 1 users") && said.err.contains("--merge"), "{said:?}");
    let merged = new.summary(&old, &["--merge"]).await;
    assert!(merged["created"].as_u64() > Some(100), "{merged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_key_may_not_read_is_told_and_the_rest_comes() {
    let (old, new) = (OldHouse::of(3).await, NewHouse::new().await);
    let key = old.key_for(&["GET /v1/departments", "GET /v1/users", "GET /v1/sources"]).await;
    let said = new.import_as(&old, &key, &[]).await;
    assert_eq!(said.code, Some(0), "{said:?}");
    let report = new.report();
    let first: Value = serde_json::from_str(report.lines().next().unwrap()).unwrap();
    assert_eq!((first["kind"].as_str(), first["of"].as_str()), (Some("not allowed"), Some("/v1/custom_fields/job")));
    assert!(report.contains("/v1/candidates"), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_say_what_to_do() {
    let (old, new) = (OldHouse::of(0).await, NewHouse::new().await);
    let without = new.import_as(&old, " ", &[]).await;
    assert!(without.err.contains("the API key is empty"), "{without:?}");
    let wrong = new.import_as(&old, "no-such-key", &[]).await;
    assert!(wrong.err.contains("the key opens nothing there (401"), "{wrong:?}");

    let mut command = Command::new(env!("CARGO_BIN_EXE_orangery"));
    command.current_dir(new.folder.path()).args(["import", "--harvest", &old.url, "--key", "k", "--data", "."]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("a server of your own network needs --allow-private"), "{said}");
}

/// `cargo test -p orangery --test it ten_thousand -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "it takes minutes"]
async fn ten_thousand_candidates_move_in() {
    let count = std::env::var("ORANGERY_IMPORT_CANDIDATES").ok().and_then(|it| it.parse().ok()).unwrap_or(10_000);
    let began = Instant::now();
    let (old, new) = (OldHouse::of(count).await, NewHouse::new().await);
    furniture::furnish(&old).await;
    println!("{count} people came in {:.0} s", began.elapsed().as_secs_f64());
    let began = Instant::now();
    let summary = new.summary(&old, &[]).await;
    println!("they moved in {:.0} s: {summary}", began.elapsed().as_secs_f64());
    let began = Instant::now();
    let compared = same(&old, &new).await;
    println!("{compared} answers were the same, asked in {:.0} s", began.elapsed().as_secs_f64());
    let began = Instant::now();
    let again = new.summary(&old, &["--full"]).await;
    println!("a second time in {:.0} s: {again}", began.elapsed().as_secs_f64());
    assert_eq!(["created", "changed", "removed"].map(|it| again[it].as_u64()), [Some(0); 3]);
}
