//! Openings and hiring teams over Harvest.

use expect_test::expect;
use orangery::tables::{Application, FieldType, ValueType};
use serde_json::{Value, json};

use super::jobs::{acme, field, fields, ids};
use crate::{
    acme::{insert, user},
    rows,
};

#[tokio::test(flavor = "multi_thread")]
async fn openings_come_and_go() {
    let (acme, id) = acme().await;
    let path = format!("/v1/jobs/{id}/openings");
    let first = ids(&acme.get(&path).await)[0];
    let made = acme.post(&path, json!({"openings": [{"opening_id": "b"}, {}]})).await;
    let made: Vec<i64> =
        made.json["openings"].as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()).collect();
    let closed = acme.patch(&format!("{path}/{}", made[0]), json!({"status": "closed", "close_reason_id": 2})).await;
    assert_eq!(closed.json, json!({"success": "true"}));
    expect![[r#"
        200 [
          {
            "id": 2,
            "opening_id": "b",
            "status": "closed",
            "opened_at": "2026-08-22T10:00:00.123Z",
            "closed_at": "2026-08-22T10:00:00.123Z",
            "application_id": null,
            "close_reason": {
              "id": 2,
              "name": "Filled by another opening"
            },
            "custom_fields": {},
            "keyed_custom_fields": {}
          }
        ]"#]]
    .assert_eq(&acme.get(&format!("{path}?status=closed")).await.to_string());
    assert_eq!(ids(&acme.get(&format!("{path}?status=opened")).await), [first, made[1]]);
    assert_eq!(ids(&acme.get(&format!("{path}?status=what")).await).len(), 3);
    let wrong = acme.patch(&format!("{path}/{}", made[1]), json!({"close_reason_id": 2})).await;
    assert_eq!(fields(&wrong), ["close_reason_id"]);
    assert_eq!(acme.patch(&format!("/v1/jobs/10/openings/{}", made[1]), json!({"status": "closed"})).await.status, 404);
    assert_eq!(acme.get(&format!("/v1/jobs/10/openings/{}", made[1])).await.status, 404);
    assert_eq!(acme.get("/v1/jobs/999/openings").await.status, 404);

    let gone = acme.delete(&format!("/v2/jobs/{id}/openings"), json!({"ids": [made[0], made[1], 999]})).await;
    assert_eq!(gone.json, json!({"success": true, "deleted_ids": [made[0]], "failed_ids": [made[1], 999]}));

    let many = |count: usize| json!({"openings": vec![json!({}); count]});
    assert_eq!(fields(&acme.post(&path, many(101)).await), ["openings"]);
    assert_eq!(acme.post(&path, many(99)).await.status, 422);
    assert_eq!(acme.post(&path, many(98)).await.status, 201);
    assert_eq!(acme.post(&path, many(1)).await.status, 422);
    assert_eq!(acme.post(&path, json!({})).await.status, 422);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_team_is_replaced_added_to_and_removed_from() {
    let acme = rows::acme().await;
    acme.write(async move |work| {
        let mut gone = user(4, "Dan", "Disabled", None);
        gone.disabled = true;
        insert(work, gone).await
    })
    .await
    .unwrap();
    let path = "/v1/jobs/10/hiring_team";
    let flags = |user_id: i64, future: bool, active: bool, inactive: bool| {
        json!({"user_id": user_id, "responsible_for_future_candidates": future,
            "responsible_for_active_candidates": active, "responsible_for_inactive_candidates": inactive})
    };
    let put = acme.put(
        path,
        json!({"sourcers": [{"user_id": 3}], "recruiters": [flags(1, true, false, true), flags(2, false, true, false)],
        "coordinators": [flags(3, true, true, true)]}),
    );
    assert_eq!(put.await.json, json!({"success": true}));
    let application: Application = acme.house.read(async |look| Ok(look.tx.find(50).await?)).await.unwrap();
    assert_eq!((application.recruiter_id, application.coordinator_id), (Some(2), Some(3)));
    acme.post(path, json!({"recruiters": [flags(3, true, false, false)]})).await;
    assert_eq!(
        acme.get(path).await.json["recruiters"],
        json!([
        {"user_id": 1, "active": true, "responsible": false}, {"user_id": 2, "active": true, "responsible": false},
        {"user_id": 3, "active": true, "responsible": true}])
    );
    acme.delete(path, json!({"recruiters": [1, 999], "hiring_managers": [5]})).await;
    let team = acme.get(path).await;
    assert_eq!(
        (team.json["recruiters"].as_array().unwrap().len(), team.json["sourcers"].as_array().unwrap().len()),
        (2, 1)
    );

    let wrong =
        acme.put(path, json!({"sourcers": [{"user_id": 4}, {"user_id": 99}, {"user_id": 3}, {"user_id": 3}]})).await;
    assert_eq!(fields(&wrong), ["sourcers[0].user_id", "sourcers[1].user_id", "sourcers[3].user_id"], "{wrong}");
    let wrong = acme.put(path, json!({"recruiters": [{"user_id": 3}]})).await;
    assert_eq!(fields(&wrong).len(), 3, "{wrong}");
    let two = json!({"recruiters": [flags(1, true, false, false), flags(2, true, false, false)], "sourcers": []});
    assert_eq!(fields(&acme.put(path, two).await), ["recruiters[1].responsible_for_future_candidates"]);
    // All or nothing: the sourcers are still there.
    assert_eq!(acme.get(path).await.json, team.json);
    acme.put(path, json!({"sourcers": []})).await;
    assert_eq!(acme.get(path).await.json["sourcers"], json!([]));
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_required_field_comes_with_every_opening_and_stays() {
    let (acme, id) = acme().await;
    acme.write(async move |work| {
        let mut budget = field(work, 1, FieldType::Opening, ValueType::ShortText, "budget");
        budget.required = true;
        insert(work, budget).await?;
        let mut elsewhere = field(work, 2, FieldType::Opening, ValueType::ShortText, "elsewhere");
        elsewhere.required = true;
        elsewhere.department_ids.0 = vec![2];
        insert(work, elsewhere).await
    })
    .await
    .unwrap();
    let path = format!("/v1/jobs/{id}/openings");
    let value = json!([{"name_key": "budget", "value": "little"}]);
    let wrong = acme.post(&path, json!({"openings": [{"custom_fields": value}, {"opening_id": "x"}]})).await;
    assert_eq!(fields(&wrong), ["openings[1].custom_fields"], "{wrong}");
    let made = acme.post(&path, json!({"openings": [{"custom_fields": value}]})).await;
    let opening = format!("{path}/{}", made.json["openings"][0]["id"]);
    let taken = json!({"custom_fields": [{"id": 1, "delete_value": "true"}]});
    assert_eq!(acme.patch(&opening, taken).await.status, 422);
    let shown = acme.get(&opening).await;
    assert_eq!(shown.json["keyed_custom_fields"]["budget"]["value"], "little");
    assert_eq!(acme.get(&path).await.json.as_array().unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_is_approved_anew() {
    let acme = rows::acme().await;
    let job = acme.post("/api/v1/jobs", json!({"name": "Baker", "department_id": null})).await;
    let id = job.json["id"].as_i64().unwrap();
    let path = format!("/v1/jobs/{id}/approval_flows");
    let groups = json!([{"approvals_required": 1, "approvers": [{"user_id": 2}]}]);
    let plan = json!({"approval_type": "open_job", "sequential": true, "approver_groups": groups});
    let flow = acme.put(&path, plan).await.json["approval_flow_id"].clone();
    acme.fired().await;
    let requested = async || acme.get(&path).await.json[0]["requested_by_user_id"].clone();
    let edits = [
        (format!("/v1/jobs/{id}"), json!({"name": "Chef"}), false),
        (format!("/v1/jobs/{id}"), json!({"requisition_id": "r-2"}), true),
        (format!("/v1/jobs/{id}"), json!({"requisition_id": "r-2"}), false),
    ];
    for (edited, body, anew) in edits {
        acme.post(&format!("/v1/approval_flows/{flow}/request_approvals"), json!({})).await;
        assert_eq!(requested().await, 1);
        acme.patch(&edited, body.clone()).await;
        assert_eq!(requested().await.is_null(), anew, "{body}");
    }
    acme.post(&format!("/v1/jobs/{id}/openings"), json!({"openings": [{}]})).await;
    assert_eq!(requested().await, Value::Null);
}
