//! Two who do the same at once: one wins, the other is told, and what fires, fires once.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    acme::Acme,
    hiring::{self, offer, opening, way},
};

/// Asks both at once; answers the statuses, in order, and what fired.
async fn race(acme: Acme, asked: [(&str, Value); 2]) -> (Arc<Acme>, [u16; 2], String) {
    let acme = Arc::new(acme);
    let tasks = asked.map(|(path, body)| {
        let (acme, path) = (acme.clone(), path.to_owned());
        tokio::spawn(async move { acme.post(&path, body).await.status })
    });
    let mut statuses = [0; 2];
    for (n, task) in tasks.into_iter().enumerate() {
        statuses[n] = task.await.expect("nobody panics");
    }
    statuses.sort_unstable();
    let fired = acme.fired().await;
    (acme, statuses, fired)
}

const TIMES: usize = 4;

#[tokio::test(flavor = "multi_thread")]
async fn reject_and_reject() {
    for _ in 0..TIMES {
        let path = "/v1/applications/50/reject";
        let (_, statuses, fired) = race(hiring::acme().await, [(path, json!({})), (path, json!({}))]).await;
        assert_eq!((statuses, fired.as_str()), ([200, 422], "reject_candidate"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn advance_and_advance() {
    for _ in 0..TIMES {
        let asked = ("/v1/applications/50/advance", json!({"from_stage_id": 20}));
        let (acme, statuses, fired) = race(hiring::acme().await, [asked.clone(), asked]).await;
        assert_eq!((statuses, fired.as_str()), ([200, 422], "candidate_stage_change"));
        assert_eq!(way(&acme, 50).await, [(Some(20), true), (Some(21), false)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hire_and_hire_on_one_opening() {
    for _ in 0..TIMES {
        let acme = hiring::acme().await;
        offer(&acme, 50, json!({})).await;
        offer(&acme, 51, json!({})).await;
        acme.fired().await;
        let terms = json!({"opening_id": 101});
        let asked = [("/v1/applications/50/hire", terms.clone()), ("/v1/applications/51/hire", terms)];
        let (acme, statuses, fired) = race(acme, asked).await;
        assert_eq!((statuses, fired.as_str()), ([200, 422], "hire_candidate, offer_updated"));
        assert!(opening(&acme, 102).await.closed_at.is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hire_and_hire_of_the_last_openings() {
    for _ in 0..TIMES {
        let asked = [("/v1/applications/50/hire", json!({})), ("/v1/applications/51/hire", json!({}))];
        let (_, statuses, fired) = race(hiring::acme().await, asked).await;
        assert_eq!((statuses, fired.as_str()), ([200, 200], "hire_candidate, hire_candidate, job_updated"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unhire_and_unhire() {
    for _ in 0..TIMES {
        let acme = hiring::acme().await;
        assert_eq!(
            hiring::post(&acme, "/v1/applications/53/hire", json!({})).await,
            "200; fired: hire_candidate, job_updated"
        );
        let path = "/api/v1/applications/53/unhire";
        let (_, statuses, fired) = race(acme, [(path, json!({})), (path, json!({}))]).await;
        assert_eq!((statuses, fired.as_str()), ([200, 422], "unhire_candidate, job_updated"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn offer_and_offer() {
    for _ in 0..TIMES {
        let path = "/api/v1/applications/50/offers";
        let (acme, statuses, fired) = race(hiring::acme().await, [(path, json!({})), (path, json!({}))]).await;
        assert_eq!((statuses, fired.as_str()), ([201, 201], "offer_created, offer_updated, offer_created"));
        let offers = acme.get("/v1/applications/50/offers").await;
        let versions: Vec<_> =
            offers.json.as_array().unwrap().iter().map(|it| (&it["version"], &it["status"])).collect();
        assert_eq!(versions, [(&json!(1), &json!("deprecated")), (&json!(2), &json!("unresolved"))]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn apply_and_apply() {
    for _ in 0..TIMES {
        let acme = hiring::acme().await;
        let person = json!({"first_name": "Ada", "last_name": "Byron", "applications": [{"job_id": 10}]});
        let person = acme.post("/v1/candidates", person).await;
        assert_eq!(person.status, 201, "{person}");
        let path = format!("/v1/candidates/{}/applications", person.json["id"]);
        let application = format!("/v1/applications/{}", person.json["application_ids"][0]);
        assert_eq!(acme.post(&path, json!({"job_id": 10})).await.status, 422, "on that job already");
        assert_eq!(acme.post(&format!("{application}/reject"), json!({})).await.status, 200);
        acme.fired().await;
        let asked = (path.as_str(), json!({"job_id": 10}));
        let (_, statuses, fired) = race(acme, [asked.clone(), asked]).await;
        assert_eq!((statuses, fired.as_str()), ([201, 422], "new_candidate_application"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn move_and_delete_the_stage() {
    for _ in 0..TIMES {
        let acme = Arc::new(hiring::acme().await);
        let (one, other) = (acme.clone(), acme.clone());
        let to = json!({"from_stage_id": 20, "to_stage_id": 22});
        let moved = tokio::spawn(async move { one.post("/v1/applications/50/move", to).await.status });
        let deleted = tokio::spawn(async move { other.delete("/api/v1/stages/22", json!({})).await.status });
        let (moved, deleted) = (moved.await.expect("nobody panics"), deleted.await.expect("nobody panics"));
        assert!(matches!((moved, deleted), (200, 422) | (422, 200 | 204)), "{moved} {deleted}");
    }
}
