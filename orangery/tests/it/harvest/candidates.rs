//! Candidates over Harvest: lists and their filters.

use serde_json::json;

use crate::{acme::Acme, hooks::candidates::job};

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_filtered_and_paged() {
    let acme = Acme::empty().await;
    job(&acme, 1).await;
    let mut ids = Vec::new();
    for name in ["Ann", "Ben", "Cat"] {
        acme.pass(1000);
        let body = json!({
            "first_name": name, "last_name": "X", "email_addresses": [{"value": format!("{name}@example.com"), "type": "work"}],
            "applications": [{"job_id": 1}],
        });
        ids.push(acme.post("/v1/candidates", body).await.json["id"].as_i64().unwrap());
    }
    let body = json!({"first_name": "Dan", "last_name": "X", "application": {"job_ids": [1]}});
    let prospect = acme.post("/v1/prospects", body).await;
    assert_eq!(prospect.json["applications"][0]["jobs"], json!([{"id": 1, "name": "Job 1"}]), "{prospect}");

    let names = async |query: &str| {
        let answer = acme.get(&format!("/v1/candidates{query}")).await;
        assert_eq!(answer.status, 200, "{answer}");
        let names = answer.json.as_array().unwrap().iter().map(|it| it["first_name"].as_str().unwrap().to_owned());
        names.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names("").await, "Ann Ben Cat Dan");
    assert_eq!(names("?per_page=2&page=2").await, "Cat Dan");
    assert_eq!(names("?per_page=2&page=9").await, "");
    assert_eq!(names("?job_id=1").await, "Ann Ben Cat", "a prospect is left out");
    assert_eq!(names("?email=BEN@example.com").await, "Ben");
    assert_eq!(
        names(&format!("?email=ben@example.com&candidate_ids={}", ids[0])).await,
        "Ben",
        "the address beats the ids"
    );
    assert_eq!(names(&format!("?candidate_ids={},{}", ids[0], ids[2])).await, "Ann Cat");
    assert_eq!(names("?created_before=2026-08-22T10:00:02.123Z").await, "Ann");
    assert_eq!(names("?created_after=2026-08-22T10:00:02.123Z").await, "Ben Cat Dan");
    assert_eq!(names("?updated_after=2026-08-22T10:00:03.123Z&updated_before=2027-01-01").await, "Cat Dan");

    let many = (1..=51).map(|it| it.to_string()).collect::<Vec<_>>().join(",");
    for bad in [
        format!("candidate_ids={many}"),
        "candidate_ids=a".to_owned(),
        "job_id=0".to_owned(),
        "created_after=soon".to_owned(),
    ] {
        assert_eq!(acme.get(&format!("/v1/candidates?{bad}")).await.status, 422, "{bad}");
    }
    let link = acme.get("/v1/candidates?per_page=2").await.link;
    assert!(link.contains("rel=\"next\"") && link.contains("rel=\"last\""), "{link}");
    assert_eq!(acme.get("/v1/candidates/999").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn prospects_have_pools_owners_departments_and_their_checks() {
    let acme = Acme::empty().await;
    acme.write(async move |work| {
        work.tx
            .execute("insert into prospect_pools (id, name, active) values (5, 'Pool', $1)", sql::params![true])
            .await?;
        work.tx
            .execute("insert into prospect_stages (id, prospect_pool_id, name, priority) values (6, 5, 'New', 0)", &[])
            .await?;
        work.tx.execute("update organization set catalog_version = catalog_version + 1", &[]).await?;
        Ok(())
    })
    .await
    .unwrap();
    let made = acme.post("/v1/prospects", json!({"first_name": "P", "last_name": "Q"})).await;
    let path = format!("/v1/candidates/{}/applications", made.json["id"]);
    let body = json!({"prospect": "true", "prospect_pool_id": 5, "prospect_pool_stage_id": 6, "prospect_owner_id": 1});
    let applied = acme.post(&path, body).await;
    assert_eq!((applied.status, &applied.json["prospect"]), (201, &json!(true)), "{applied}");
    assert_eq!(applied.json["prospect_detail"]["prospect_stage"]["name"], "New");
    assert_eq!(applied.json["current_stage"], json!(null));
    for (bad, field) in [
        (json!({"prospect": true, "prospect_pool_stage_id": 6}), "prospect_pool_stage_id"),
        (json!({"prospect": true, "job_ids": [77]}), "job_ids[0]"),
        (json!({"prospect": true, "prospect_owner_id": 77}), "prospect_owner_id"),
        (json!({"prospect": true, "prospective_office_id": 77}), "prospective_office_id"),
        (json!({}), "job_id"),
        (json!({"job_id": 77}), "job_id"),
        (json!({"prospect": true, "source_id": 777}), "source_id"),
        (json!({"prospect": true, "referrer": {"type": "id", "value": 99}}), "referrer.value"),
        (json!({"prospect": true, "referrer": {"type": "cat", "value": 99}}), "referrer.type"),
    ] {
        let answer = acme.post(&path, bad).await;
        assert_eq!((answer.status, answer.json["errors"][0]["field"].as_str()), (422, Some(field)), "{answer}");
    }
    assert_eq!(acme.fired().await, "new_prospect_application, new_prospect_application");
}
