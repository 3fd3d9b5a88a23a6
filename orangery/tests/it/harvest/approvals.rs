//! Approval flows as Harvest's clients make and read them.

use axum::http::Method;
use expect_test::expect;
use serde_json::json;

use crate::rows;

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_is_made_edited_and_restarted() {
    let acme = rows::acme().await;
    let path = "/v1/jobs/10/approval_flows";
    let groups = json!([
        {"approvals_required": 1, "approvers": [{"user_id": 1}, {"user_id": 2}]},
        {"approvals_required": 1, "approvers": [{"user_id": 2}, {"user_id": 3}]},
    ]);
    let plan = json!({"approval_type": "open_job", "sequential": true, "approver_groups": groups});
    let made = acme.put(path, plan.clone()).await;
    assert_eq!(made.status, 200);
    let flow = made.json["approval_flow_id"].as_i64().unwrap();
    assert_eq!(made.json, json!({"success": true, "approval_flow_id": flow}));
    let answer = acme.post(&format!("/v1/approval_flows/{flow}/request_approvals"), json!({})).await;
    assert_eq!(answer.status, 200);
    assert_eq!(acme.post(&format!("/v1/approval_flows/{flow}/request_approvals"), json!({})).await.status, 422);
    expect![[r#"
        200 {
          "id": 1,
          "offer_id": null,
          "sequential": true,
          "version": 1,
          "approval_type": "open_job",
          "approval_status": "pending",
          "job_id": 10,
          "requested_by_user_id": 1,
          "approver_groups": [
            {
              "id": 1,
              "approvals_required": 1,
              "created_at": "2026-08-22T10:00:00.123Z",
              "resolved_at": null,
              "priority": 0,
              "job_id": 10,
              "offer_id": null,
              "approvers": [
                {
                  "id": 1,
                  "name": "Ada Admin",
                  "employee_id": "ada-1",
                  "email_addresses": []
                },
                {
                  "id": 2,
                  "name": "Bob Builder",
                  "employee_id": "e-2",
                  "email_addresses": [
                    "bob@example.com"
                  ]
                }
              ]
            },
            {
              "id": 2,
              "approvals_required": 1,
              "created_at": "2026-08-22T10:00:00.123Z",
              "resolved_at": null,
              "priority": 1,
              "job_id": 10,
              "offer_id": null,
              "approvers": [
                {
                  "id": 3,
                  "name": "Cleo Clark",
                  "employee_id": "e-3",
                  "email_addresses": [
                    "cleo@example.com"
                  ]
                }
              ]
            }
          ]
        }"#]]
    .assert_eq(&acme.get(&format!("/v1/approval_flows/{flow}")).await.to_string());

    // Bob approves, then the flow is edited: the approval is lost, the first group is asked again.
    let answer = acme.post(&format!("/api/v1/approval-flows/{flow}/approve"), json!({"user_id": 2})).await;
    assert!(answer.json["approver_groups"][0]["resolved_at"].is_string());
    let due = async |user: i64| {
        let pending = acme.get(&format!("/v1/users/{user}/pending_approvals")).await;
        pending.json.as_array().unwrap().iter().map(|it| it["status"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((due(1).await, due(2).await, due(3).await), (vec![], vec![], vec!["due".to_owned()]));
    let one = json!([{"approvals_required": 1, "approvers": [{"user_id": 1}]}, {"approvals_required": 1, "approvers": [{"user_id": 3}]}]);
    let edited =
        acme.put(path, json!({"approval_type": "open_job", "sequential": "true", "approver_groups": one})).await;
    assert_eq!((edited.status, edited.json["approval_flow_id"].as_i64()), (200, Some(flow)));
    assert_eq!(due(1).await, vec!["due"]);
    assert_eq!(due(2).await, Vec::<String>::new());
    assert_eq!(due(3).await, vec!["waiting"]);
    let list = acme.get(path).await;
    assert_eq!((list.status, list.link.as_str(), &list.json[0]["version"]), (200, "", &json!(2)));
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_a_plan_is_told() {
    let acme = rows::acme().await;
    let empty = acme.put("/v1/jobs/10/approval_flows", json!({})).await;
    expect![[r#"
        422 {
          "message": "Validation error",
          "errors": [
            {
              "message": "is required",
              "field": "approval_type"
            },
            {
              "message": "is required",
              "field": "sequential"
            },
            {
              "message": "is required",
              "field": "approver_groups"
            }
          ]
        }"#]]
    .assert_eq(&empty.to_string());
    let plan = json!({"approval_type": "open_job", "sequential": true, "approver_groups": [
        {"approvals_required": 3, "approvers": [{"user_id": 1}, {"user_id": 2}]},
        {"approvals_required": 1, "approvers": [{"user_id": 1}, {"email": "nobody@example.com"}]},
        {"approvals_required": 1, "approvers": []},
    ]});
    expect![[r#"
        422 {
          "message": "Validation error",
          "errors": [
            {
              "message": "Must be at most 2, the number of approvers in the group",
              "field": "approver_groups[0].approvals_required"
            },
            {
              "message": "There is no user nobody@example.com",
              "field": "approver_groups[1].approvers[1].user_id"
            },
            {
              "message": "Must be at most 0, the number of approvers in the group",
              "field": "approver_groups[2].approvals_required"
            }
          ]
        }"#]]
    .assert_eq(&acme.put("/v1/jobs/10/approval_flows", plan.clone()).await.to_string());
    assert_eq!(acme.put("/v1/jobs/11/approval_flows", json!({})).await.status, 422);
    let good = json!([{"approvals_required": 1, "approvers": [{"user_id": 1}]}]);
    let of = |kind: &str, offer: i64| json!({"approval_type": kind, "offer_id": offer, "sequential": false, "approver_groups": good});
    assert_eq!(acme.put("/v1/jobs/11/approval_flows", of("offer_candidate", 60)).await.status, 404);
    let wrong = acme.put("/v1/jobs/10/approval_flows", of("open_job", 60)).await;
    assert_eq!((wrong.status, &wrong.json["errors"][0]["field"]), (422, &json!("approval_type")));
    let wrong = acme.put("/v1/jobs/10/approval_flows", of("offer_candidate", 61)).await;
    assert_eq!((wrong.status, &wrong.json["errors"][0]["field"]), (422, &json!("offer_id")));
    assert_eq!(acme.put("/v1/jobs/10/approval_flows", of("offer_candidate", 60)).await.status, 200);
    assert_eq!(acme.get("/v1/approval_flows/99").await.status, 404);
    assert_eq!(acme.get("/v1/jobs/99/approval_flows").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_for_a_user_and_who_takes_over() {
    let acme = rows::acme().await;
    for (kind, offer) in [("offer_job", None), ("offer_candidate", Some(60)), ("offer_candidate", None)] {
        let groups = json!([{"approvals_required": 1, "approvers": [{"user_id": 2}]}]);
        let plan = json!({"approval_type": kind, "offer_id": offer, "sequential": true, "approver_groups": groups});
        assert_eq!(acme.put("/v1/jobs/10/approval_flows", plan).await.status, 200);
    }
    let path = "/v1/users/2/pending_approvals";
    let all = acme.get(path).await;
    assert_eq!(all.json.as_array().unwrap().len(), 2);
    let of_offer = acme.get(&format!("{path}?type=offer")).await;
    assert_eq!((of_offer.json.as_array().unwrap().len(), &of_offer.json[0]["offer_id"]), (1, &json!(60)));
    let of_job = acme.get(&format!("{path}?type=job")).await;
    assert_eq!(acme.get(&format!("{path}?type=")).await.json, all.json);
    assert_eq!(acme.get(&format!("{path}?type=nonsense")).await.status, 422);
    assert_eq!(acme.get("/v1/users/99/pending_approvals").await.status, 404);
    let page = acme.get(&format!("{path}?per_page=1")).await;
    assert_eq!(
        page.link,
        format!("<http://orangery.example.com{path}?page=2&per_page=1>; rel=\"next\"").replace("http:", "https:")
    );
    let mut shown = of_job.json[0].clone();
    let (id, group, flow) = (shown["id"].take(), shown["approver_group_id"].take(), shown["approval_flow_id"].take());
    assert!(id.is_i64());
    expect![[r#"
        {
          "id": null,
          "status": "waiting",
          "created_at": "2026-08-22T10:00:00.123Z",
          "resolved_at": null,
          "request_sent_at": null,
          "reminder_sent_at": null,
          "reminders_sent": 0,
          "approver_group_id": null,
          "reminder_sent_by_user_id": null,
          "hiring_plan_id": 10,
          "offer_id": null,
          "approval_flow_id": null,
          "approval_flow_type": "offer_job",
          "approval_flow_status": "pending"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&shown).unwrap());

    let answer = acme.post(&format!("/v1/approval_flows/{flow}/request_approvals"), json!({})).await;
    assert_eq!(answer.status, 200);
    let replace = format!("/v1/approver_groups/{group}/replace_approvers");
    let wrong = acme.put(&replace, json!({"remove_user_id": 1, "add_user_id": 2})).await;
    expect![[r#"
        422 {
          "message": "Validation error",
          "errors": [
            {
              "message": "User 1 is no approver of group GROUP",
              "field": "remove_user_id"
            },
            {
              "message": "User 2 is an approver of this flow already",
              "field": "add_user_id"
            }
          ]
        }"#]]
    .assert_eq(&wrong.to_string().replace(&format!("group {group}"), "group GROUP"));
    let right = acme.put(&replace, json!({"remove_user_id": 2, "add_user_id": 3})).await;
    let said = json!({
        "success": "true", "message": "Approver group updated.", "approval_flow_id": flow, "approver_group_id": group,
        "removed_user_id": 2, "added_user_id": 3,
    });
    assert_eq!((right.status, &right.json), (200, &said));
    // Asked already, since whose place was taken had been.
    assert_eq!(acme.get("/v1/users/3/pending_approvals").await.json[0]["status"], "due");
    let flow = flow.as_i64().unwrap();
    assert_eq!(acme.post(&format!("/api/v1/approval-flows/{flow}/approve"), json!({"user_id": 3})).await.status, 200);
    assert_eq!(acme.put(&replace, json!({"remove_user_id": 3, "add_user_id": 2})).await.status, 422);
    assert_eq!(
        acme.put("/v1/approver_groups/99/replace_approvers", json!({"remove_user_id": 3, "add_user_id": 2}))
            .await
            .status,
        404
    );
    let nobody = acme.ask(Method::PUT, &replace, Some("{}".to_owned()), &[("On-Behalf-Of", "")]).await;
    assert_eq!(nobody.status, 422);
    assert_eq!(acme.fired().await, "job_approved");
}
