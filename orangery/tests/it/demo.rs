//! The sample company of `orangery demo`, on the database of the day.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use orangery::{
    demo::{self, Time, live},
    domain::organization,
    files::Files,
    house::{Orangery, Settings},
    schema::MIGRATIONS,
    tables::Door,
    work::Actor,
};
use sql::{Options, Pool};

use crate::acme::database;

const PEOPLE: usize = 90;

async fn open(folder: &tempfile::TempDir) -> (Orangery, Time) {
    let pool = Pool::open(&database(folder).await, Options::default()).await.unwrap();
    pool.migrate(MIGRATIONS).await.unwrap();
    let time = Time::new(Arc::new(|| "2026-08-22T10:00:00Z".parse::<Timestamp>().unwrap()));
    let house = Orangery::new(Settings {
        pool,
        key: [7; 32],
        guard: courier::guard::Guard::default(),
        webhook_proxy: None,
        public_url: "https://orangery.example.com".to_owned(),
        files: Files::new(folder.path().join("files")),
        trusted_proxies: Vec::new(),
        metrics_token: None,
        clock: time.clock(),
        chance: Arc::new(|| u128::from(fastrand::u64(..)).to_be_bytes()),
    });
    let actor = Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: "test".to_owned() };
    house.write(actor, async move |work| organization::found(work, demo::NAME).await).await.unwrap();
    (house, time)
}

/// How many rows there are of each of these.
async fn counts(house: &Orangery, sql: &str) -> BTreeMap<String, i64> {
    let tx = house.pool.read().await.unwrap();
    let rows = tx.rows(sql, &[]).await.unwrap();
    rows.iter().map(|row| (row.get(0).unwrap(), row.get(1).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sample_company_has_something_of_everything() {
    let folder = tempfile::tempdir().unwrap();
    let (house, time) = open(&folder).await;
    let made = demo::seed(&house, &time, PEOPLE).await.unwrap();
    assert_eq!(made.candidates, PEOPLE);
    assert!(made.deeds > 3 * PEOPLE && made.refused * 20 < made.deeds, "{made:?}");
    assert_eq!(house.now().to_string(), "2026-08-22T10:00:00Z", "the clock came back");

    let jobs = counts(&house, "select status, count(*) from jobs group by status").await;
    assert_eq!(jobs.values().sum::<i64>(), 12);
    assert!(jobs["open"] >= 8 && jobs["draft"] == 1 && jobs["closed"] >= 1, "{jobs:?}");
    let standing = counts(&house, "select status, count(*) from applications group by status").await;
    for status in ["active", "rejected", "hired", "converted"] {
        assert!(standing.get(status).is_some_and(|it| *it > 0), "{status}: {standing:?}");
    }
    let offers = counts(&house, "select status, count(*) from offers group by status").await;
    assert!(offers.len() >= 3, "{offers:?}");
    let stages = "select s.name, count(*) from applications a join stages s on s.id = a.stage_id group by s.name";
    assert!(counts(&house, stages).await.len() >= 4);
    for table in ["scorecards", "scheduled_interviews", "attachments", "candidate_tags", "educations", "employments"] {
        let found = counts(&house, &format!("select 'rows', count(*) from {table}")).await;
        assert!(found["rows"] > 0, "{table}");
    }

    let fired = counts(&house, "select action, count(*) from journal group by action").await;
    for action in [
        "new_candidate_application",
        "new_prospect_application",
        "candidate_stage_change",
        "reject_candidate",
        "hire_candidate",
        "offer_created",
        "offer_updated",
        "update_candidate",
        "job_created",
        "job_post_created",
    ] {
        assert!(fired.get(action).is_some_and(|it| *it > 0), "{action}: {fired:?}");
    }
    let late = "select 'late', count(*) from journal where happened_at > 1787392800000000";
    assert_eq!(counts(&house, late).await["late"], 0, "nothing happens after now");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_lives_on() {
    let folder = tempfile::tempdir().unwrap();
    let (house, time) = open(&folder).await;
    demo::seed(&house, &time, 30).await.unwrap();
    let before = counts(&house, "select 'entries', count(*) from journal").await["entries"];
    let cast = live::Cast::read(&house).await.unwrap();
    let mut dice = fastrand::Rng::with_seed(7);
    for _ in 0..20 {
        live::happen(&house, &cast, &mut dice).await.unwrap();
    }
    let after = counts(&house, "select 'entries', count(*) from journal").await["entries"];
    assert!(after >= before + 15, "{before} {after}");
}
