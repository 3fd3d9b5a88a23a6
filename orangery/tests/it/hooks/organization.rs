//! Departments and offices deleted: one hook each, with who was below, and silence about the rest (FIRE-14).

use expect_test::expect;
use orangery::tables::{Job, JobOffice, JobStatus};
use serde_json::json;

use crate::{
    acme::{Acme, insert},
    rows,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_department_is_deleted_and_those_below_move_up() {
    let acme = Acme::empty().await;
    for (name, parent) in [
        ("Company", json!(null)),
        ("Technology", json!(1)),
        ("Design", json!(2)),
        ("Engineering", json!(2)),
        ("Platform", json!(4)),
    ] {
        acme.post("/v1/departments", json!({"name": name, "parent_id": parent, "external_id": name})).await;
    }
    acme.patch("/v2/users", json!({"user": {"user_id": 1}, "payload": {"department_ids": [2, 3]}})).await;
    acme.write(async move |work| {
        let job = Job { department_id: Some(2), ..rows::job(work, 3, JobStatus::Open) };
        insert(work, job).await
    })
    .await
    .unwrap();
    let gone = acme.delete("/api/v1/departments/2", json!({})).await;
    assert_eq!((gone.status, gone.text.as_str()), (204, ""));
    let fired = acme.fired_bodies().await;
    expect![[r#"
        [
          {
            "action": "department_deleted",
            "payload": {
              "department": {
                "id": 2,
                "name": "Technology",
                "child_ids": [
                  3,
                  4,
                  5
                ],
                "parent_id": 1,
                "external_id": "Technology"
              }
            }
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&fired).unwrap());
    let left = acme.get("/v1/departments").await.json;
    let parents: Vec<_> =
        left.as_array().unwrap().iter().map(|it| (it["id"].as_i64().unwrap(), it["parent_id"].as_i64())).collect();
    assert_eq!(parents, [(1, None), (3, Some(1)), (4, Some(1)), (5, Some(4))]);
    assert_eq!(acme.get("/v1/users/1").await.json["departments"][0]["id"], 3);
    let job: Job = acme.house.read(async |look| Ok(look.tx.find(3).await?)).await.unwrap();
    assert_eq!(job.department_id, None);
    assert_eq!(acme.delete("/api/v1/departments/2", json!({})).await.status, 404);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_office_is_deleted_and_tells_of_its_children_only() {
    let acme = Acme::empty().await;
    for (name, parent) in [("Americas", json!(null)), ("New York", json!(1)), ("Utica", json!(2))] {
        acme.post("/v1/offices", json!({"name": name, "parent_id": parent, "location": name})).await;
    }
    acme.write(async move |work| {
        let job = rows::job(work, 3, JobStatus::Open);
        insert(work, job).await?;
        insert(work, JobOffice { id: 0, job_id: 3, office_id: 1 }).await
    })
    .await
    .unwrap();
    assert_eq!(acme.delete("/api/v1/offices/1", json!({})).await.status, 204);
    let fired = acme.fired_bodies().await;
    expect![[r#"
        [
          {
            "action": "office_deleted",
            "payload": {
              "office": {
                "id": 1,
                "name": "Americas",
                "location": {
                  "name": "Americas"
                },
                "child_ids": [
                  2
                ],
                "parent_id": null,
                "external_id": null
              }
            }
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&fired).unwrap());
    assert_eq!(acme.get("/v1/offices/2").await.json["parent_id"], json!(null));
    assert_eq!(acme.get("/v1/offices/3").await.json["parent_id"], 2);
}
