//! Two made one: what fires, what moves, what is dropped.

use serde_json::json;

use super::candidates::{jane, job, left};
use crate::acme::Acme;

async fn applied(acme: &Acme, candidate: i64, job: i64) -> i64 {
    let answer = acme.post(&format!("/v1/candidates/{candidate}/applications"), json!({"job_id": job})).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json["id"].as_i64().unwrap()
}

/// John, with an application on each of those jobs.
async fn john(acme: &Acme, jobs: &[i64]) -> i64 {
    let body = json!({
        "first_name": "John", "last_name": "Smith", "company": "Other Co.", "title": "Engineer",
        "email_addresses": [{"value": "jane@example.com", "type": "work"}, {"value": "john@example.com", "type": "work"}],
        "tags": ["ruby", "Go"],
        "applications": jobs.iter().map(|it| json!({"job_id": it})).collect::<Vec<_>>(),
    });
    let answer = acme.post("/v1/candidates", body).await;
    assert_eq!(answer.status, 201, "{answer}");
    answer.json["id"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_moves_and_nobody_tells_of_the_winner() {
    let acme = Acme::empty().await;
    job(&acme, 1).await;
    job(&acme, 2).await;
    let (winner, loser) = (jane(&acme).await, john(&acme, &[1, 2]).await);
    let kept = applied(&acme, winner, 1).await;
    let file =
        json!({"filename": "cv.pdf", "type": "resume", "content": "aGVsbG8=", "content_type": "application/pdf"});
    let loser_on_1 = acme.get(&format!("/v1/candidates/{loser}")).await.json["application_ids"][1].as_i64().unwrap();
    acme.post(&format!("/v1/applications/{loser_on_1}/attachments"), file).await;
    acme.post(&format!("/v1/applications/{loser_on_1}/reject"), json!({"notes": "Not now"})).await;
    acme.fired().await;

    let itself = acme
        .put("/v1/candidates/merge", json!({"primary_candidate_id": winner, "duplicate_candidate_id": winner}))
        .await;
    assert_eq!(itself.status, 422);
    assert!(itself.json["errors"][0]["message"].as_str().unwrap().contains("itself"), "{itself}");
    let unknown =
        acme.put("/v1/candidates/merge", json!({"primary_candidate_id": winner, "duplicate_candidate_id": 999})).await;
    assert_eq!((unknown.status, unknown.json["errors"][0]["field"].as_str()), (422, Some("duplicate_candidate_id")));
    assert_eq!(acme.fired().await, "");

    let merged = acme
        .put("/v1/candidates/merge", json!({"primary_candidate_id": winner, "duplicate_candidate_id": loser}))
        .await;
    assert_eq!(merged.status, 200, "{merged}");
    let fired = acme.fired_bodies().await;
    // Nobody listens to merges, so the deletion is told too.
    let actions: Vec<&str> = fired.iter().map(|it| it["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["delete_application", "merge_candidate", "delete_candidate"]);
    assert_eq!(fired[0]["payload"]["application"]["id"], loser_on_1);
    assert_eq!(fired[0]["payload"]["application"]["candidate_id"], loser);
    let person = &fired[1]["payload"]["person"];
    assert_eq!(
        (&person["id"], &person["first_name"], &person["new_candidate_id"]),
        (&json!(loser), &json!("John"), &json!(winner))
    );
    assert_eq!(person["deleted_application_ids"], json!([]));
    assert!(fired[2]["payload"]["person"].get("new_candidate_id").is_none());

    let json = &merged.json;
    assert_eq!(
        (&json["id"], &json["first_name"], &json["company"], &json["title"]),
        (&json!(winner), &json!("Jane"), &json!("Box Co."), &json!("Engineer"))
    );
    assert_eq!(json["tags"], json!(["Ruby", "Python", "Go"]));
    let emails: Vec<&str> =
        json["email_addresses"].as_array().unwrap().iter().map(|it| it["value"].as_str().unwrap()).collect();
    assert_eq!(emails, ["Jane@Example.com", "john@example.com"]);
    let ids = json["application_ids"].as_array().unwrap();
    assert_eq!(ids.len(), 3, "a prospect's, one on each job");
    assert!(ids.contains(&json!(kept)) && !ids.contains(&json!(loser_on_1)));
    let kept_shown = json["applications"].as_array().unwrap().iter().find(|it| it["id"] == kept).unwrap();
    assert_eq!(kept_shown["attachments"][0]["filename"], "cv.pdf");
    let feed = acme.get(&format!("/v1/candidates/{winner}/activity_feed")).await;
    assert_eq!(feed.json["notes"][0]["body"], "Not now");
    assert_eq!(acme.get(&format!("/v1/candidates/{loser}")).await.status, 404);

    // Whoever erases the winner erases what was the loser's.
    acme.delete(&format!("/v1/candidates/{winner}"), json!({})).await;
    assert_eq!(left(&acme, "john@example.com").await, 0);
    assert_eq!(left(&acme, "Other Co.").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_somebody_hears_of_merges_the_deletion_is_not_told() {
    let acme = Acme::empty().await;
    job(&acme, 1).await;
    let (winner, loser) = (jane(&acme).await, john(&acme, &[1]).await);
    acme.listener(1, &["merge_candidate"]).await;
    acme.fired().await;
    let merged = acme
        .put("/v1/candidates/merge", json!({"primary_candidate_id": winner, "duplicate_candidate_id": loser}))
        .await;
    assert_eq!(merged.status, 200, "{merged}");
    assert_eq!(acme.fired().await, "merge_candidate");
    // What moved was on no job of the winner's, so it lives on.
    assert_eq!(merged.json["application_ids"].as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_losers_application_is_kept_if_only_that_is_hired() {
    let acme = Acme::empty().await;
    job(&acme, 1).await;
    let (winner, loser) = (jane(&acme).await, john(&acme, &[1]).await);
    let dropped = applied(&acme, winner, 1).await;
    let hired = acme.get(&format!("/v1/candidates/{loser}")).await.json["application_ids"][0].as_i64().unwrap();
    acme.write(async move |work| {
        let sql = "update applications set status = 'hired' where id = $1";
        work.tx.execute(sql, sql::params![hired]).await?;
        let offers = "insert into offers (application_id, job_id, version, status, custom, created_at, updated_at) \
                      values ($1, 1, 1, $2, '{}', 0, 0)";
        work.tx.execute(offers, sql::params![hired, "accepted"]).await?;
        work.tx.execute(offers, sql::params![dropped, "unresolved"]).await?;
        Ok(())
    })
    .await
    .unwrap();
    acme.fired().await;
    let merged = acme
        .put("/v1/candidates/merge", json!({"primary_candidate_id": winner, "duplicate_candidate_id": loser}))
        .await;
    assert_eq!(merged.status, 200, "{merged}");
    let fired = acme.fired_bodies().await;
    assert_eq!(fired[0]["payload"]["application"]["id"], dropped);
    let statuses: Vec<String> = acme
        .house
        .read(async |look| {
            let rows = look
                .tx
                .rows("select status from offers where application_id = $1 order by version", sql::params![hired])
                .await?;
            Ok(rows.iter().map(|it| it.get(0)).collect::<sql::Result<_>>()?)
        })
        .await
        .unwrap();
    assert_eq!(statuses, ["accepted", "deprecated"]);
}
