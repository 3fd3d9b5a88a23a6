//! Bodies show jobs as they are: what a house keeps of them is given up when anybody changes them, other houses too.

use std::sync::Arc;

use orangery::{
    files::Files,
    house::{Orangery, Settings},
    tables::{Door, InterviewKind, Job, Stage},
    work::Actor,
};
use serde_json::{Value, json};

use crate::{
    acme::{Acme, insert},
    rows,
};

/// Rejects and takes it back, and answers what the rejection said of the application.
async fn said(acme: &Acme) -> Value {
    assert_eq!(acme.post("/v1/applications/50/reject", json!({})).await.status, 200);
    let mut bodies = acme.fired_bodies().await;
    assert_eq!(acme.post("/v1/applications/50/unreject", json!({})).await.status, 200);
    acme.fired().await;
    bodies.pop().map(|mut it| it["payload"]["application"].take()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_the_plan_shows_in_the_next_body() {
    let acme = rows::acme().await;
    let before = said(&acme).await;
    assert_eq!(before["current_stage"]["name"], "Face to Face");
    assert_eq!(before["jobs"][0]["openings"], json!([]));

    let renamed = acme.patch("/api/v1/stages/20", json!({"name": "Side by side"})).await;
    assert_eq!(renamed.status, 200, "{renamed}");
    assert_eq!(said(&acme).await["current_stage"]["name"], "Side by side");

    let opened = acme.post("/v1/jobs/10/openings", json!({"openings": [{"opening_id": "first"}]})).await;
    assert_eq!(opened.status, 201, "{opened}");
    assert_eq!(said(&acme).await["jobs"][0]["openings"][0]["opening_id"], "first");

    acme.write(async move |work| {
        insert(work, rows::interview(work, 33, "Lunch", InterviewKind::Meeting)).await?;
        // Written around the verbs: seen all the same.
        work.tx.execute("update jobs set name = 'Astronaut' where id = 10", &[]).await?;
        Ok(())
    })
    .await
    .unwrap();
    let after = said(&acme).await;
    assert_eq!(after["jobs"][0]["name"], "Astronaut");
    assert_eq!(after["current_stage"]["interviews"].as_array().map(Vec::len), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_work_sees_its_own_changes_and_leaves_nothing_behind_if_it_fails() {
    let acme = rows::acme().await;
    said(&acme).await;
    let failed: Result<(), _> = acme
        .write(async move |work| {
            let before: Stage = work.tx.lock(20).await?;
            let after = Stage { name: "Nowhere".to_owned(), ..before.clone() };
            work.update(&before, &after).await?;
            let seen = orangery::graph::application::whole(&work.look().await?, 50).await?;
            assert_eq!(seen.application.stage.as_ref().map(|it| it.name.as_str()), Some("Nowhere"));
            let before: Job = work.tx.lock(10).await?;
            let after = Job { name: "Nobody".to_owned(), ..before.clone() };
            work.update(&before, &after).await?;
            let seen = orangery::graph::application::whole(&work.look().await?, 50).await?;
            assert_eq!(seen.jobs[0].row.name, "Nobody");
            Err(orangery::error::Error::refused("changed its mind"))
        })
        .await;
    assert!(failed.is_err());
    let after = said(&acme).await;
    assert_eq!(after["current_stage"]["name"], "Face to Face");
    assert_eq!(after["jobs"][0]["name"], "Engineer 10");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_house_changes_is_seen() {
    let acme = rows::acme().await;
    said(&acme).await;
    let other = Orangery::new(Settings {
        pool: acme.house.pool.clone(),
        key: [7; 32],
        guard: acme.house.guard.clone(),
        webhook_proxy: None,
        public_url: String::new(),
        files: Files::new(std::env::temp_dir()),
        trusted_proxies: Vec::new(),
        metrics_token: None,
        clock: acme.house.clock.clone(),
        chance: Arc::new(|| [3; 16]),
    });
    let actor = Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: "test".to_owned() };
    let renamed = other.write(actor, async move |work| {
        let before: Stage = work.tx.lock(20).await?;
        let after = Stage { name: "Elsewhere".to_owned(), ..before.clone() };
        work.update(&before, &after).await
    });
    assert!(renamed.await.unwrap());
    assert_eq!(said(&acme).await["current_stage"]["name"], "Elsewhere");
}
