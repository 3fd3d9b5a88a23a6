//! Users over Harvest: made basic, found by three names, edited, disabled, brought down to basic.

use expect_test::expect;
use orangery::tables::{
    ApprovalFlow, Approver, ApproverGroup, ApproverStatus, FieldType, FlowKind, FlowStatus, JobStatus, TeamMember,
    TeamRole, ValueType,
};
use serde_json::json;

use crate::{
    acme::{Acme, insert},
    custom_values::field,
    rows,
};

async fn bob(acme: &Acme) -> i64 {
    let body = json!({"first_name": "Bob", "last_name": "Smith", "email": "Bob@Acme.com", "employee_id": "E7", "send_email_invite": true});
    let made = acme.post("/v1/users", body).await;
    assert_eq!(made.status, 201, "{made}");
    made.json["id"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_made_basic_and_shown_whole() {
    let acme = Acme::empty().await;
    acme.write(async move |work| insert(work, field(5, FieldType::UserAttribute, ValueType::YesNo, "Trained")).await)
        .await
        .unwrap();
    acme.post("/v1/departments", json!({"name": "Sales", "external_id": "sales"})).await;
    acme.post("/v1/offices", json!({"name": "Ghent"})).await;
    let made = acme
        .post(
            "/v1/users",
            json!({
                "first_name": "Eve", "last_name": "Adams", "email": "eve@acme.com", "employee_id": "E8",
                "external_department_ids": ["sales"], "office_ids": [1], "custom_fields": [{"name_key": "Trained", "value": "true"}],
            }),
        )
        .await;
    expect![[r#"
        201 {
          "id": 2,
          "name": "Eve Adams",
          "first_name": "Eve",
          "last_name": "Adams",
          "primary_email_address": "eve@acme.com",
          "updated_at": "2026-08-22T10:00:00.123Z",
          "created_at": "2026-08-22T10:00:00.123Z",
          "disabled": false,
          "site_admin": false,
          "emails": [
            "eve@acme.com"
          ],
          "employee_id": "E8",
          "linked_candidate_ids": [],
          "offices": [
            {
              "id": 1,
              "name": "Ghent",
              "location": {
                "name": null
              },
              "primary_contact_user_id": null,
              "parent_id": null,
              "parent_office_external_id": null,
              "child_ids": [],
              "child_office_external_ids": [],
              "external_id": null
            }
          ],
          "departments": [
            {
              "id": 1,
              "name": "Sales",
              "parent_id": null,
              "parent_department_external_id": null,
              "child_ids": [],
              "child_department_external_ids": [],
              "external_id": "sales"
            }
          ],
          "custom_fields": {
            "trained": true
          },
          "keyed_custom_fields": {
            "Trained": {
              "name": "Trained",
              "type": "boolean",
              "value": true
            }
          }
        }"#]]
    .assert_eq(&made.to_string());
    let listed = acme.get("/v1/users?email=EVE@acme.com").await;
    assert_eq!((listed.json.as_array().map(Vec::len), listed.json[0]["custom_fields"].is_null()), (Some(1), true));
    let asked = acme.get("/v1/users?employee_id=E8&user_attributes=true").await;
    assert_eq!(asked.json[0]["keyed_custom_fields"]["Trained"]["value"], true);
    assert_eq!(acme.get("/v1/users/1?employee_id=E8").await.json["first_name"], "Eve");
    assert_eq!(acme.get("/v1/users/99").await.status, 404);
    assert_eq!(acme.get("/v1/users?created_after=2026-08-22T10:00:01Z").await.text, "[]");
    assert_eq!(acme.get("/v1/users?updated_before=yesterday").await.status, 422);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_or_blank_is_refused() {
    let acme = Acme::empty().await;
    let id = bob(&acme).await;
    let again = json!({"first_name": "B", "last_name": "S", "email": "bob@ACME.com", "employee_id": "E7", "office_ids": [9], "custom_fields": [{"id": 3, "value": 1}]});
    expect!["Another user has the employee id E7 at employee_id; Another user has the address bob@ACME.com at email; There is no office 9 at office_ids; There is no user_attribute field 3 at custom_fields[0]"].assert_eq(&acme.post("/v1/users", again).await.faults());
    expect!["is required at first_name; is required at last_name"]
        .assert_eq(&acme.post("/v1/users", json!({"email": "no address"})).await.faults());
    let both = json!({"user": {"user_id": id, "email": "bob@acme.com"}, "payload": {"first_name": "X"}});
    expect!["Only one of user_id, email and employee_id can be given at user.user_id"]
        .assert_eq(&acme.patch("/v2/users/", both).await.faults());
    let blank = json!({"user": {"user_id": id}, "payload": {"first_name": "", "employee_id": null, "office_ids": [1], "external_office_ids": ["x"]}});
    expect!["must not be blank at employee_id; must not be blank at first_name; Only one of office_ids and external_office_ids can be given at external_office_ids"]
        .assert_eq(&acme.patch("/v2/users/", blank).await.faults());
    let places = json!({"user": {"user_id": id}, "payload": {"office_ids": [1], "external_office_ids": ["x"]}});
    expect!["Only one of office_ids and external_office_ids can be given at external_office_ids"]
        .assert_eq(&acme.patch("/v2/users/", places).await.faults());
    expect!["There is no user nobody@acme.com at user"]
        .assert_eq(&acme.patch("/v2/users/disable", json!({"user": {"email": "nobody@acme.com"}})).await.faults());
    expect!["is required at user"].assert_eq(&acme.patch("/v2/users/enable", json!({})).await.faults());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_is_edited_by_any_of_three_names() {
    let acme = Acme::empty().await;
    let id = bob(&acme).await;
    acme.post("/v1/departments", json!({"name": "Sales", "external_id": "sales"})).await;
    acme.pass(1000);
    let edited = acme
        .patch(
            "/v2/users/",
            json!({"user": {"email": "bob@acme.com"}, "payload": {"first_name": "Bobby", "department_ids": [1]}}),
        )
        .await;
    assert_eq!(edited.to_string(), "200 {\n  \"success\": \"true\"\n}");
    acme.patch("/v2/users", json!({"user": {"employee_id": "E7"}, "payload": {"employee_id": "E9"}})).await;
    acme.patch(&format!("/v1/users/{id}"), json!({"last_name": "Smythe"})).await;
    let shown = acme.get(&format!("/v1/users/{id}")).await.json;
    assert_eq!((shown["name"].as_str(), shown["employee_id"].as_str()), (Some("Bobby Smythe"), Some("E9")));
    assert_eq!(shown["departments"][0]["name"], "Sales");
    assert_eq!(shown["updated_at"], "2026-08-22T10:00:01.123Z");
    acme.pass(1000);
    acme.patch("/v2/users/", json!({"user": {"user_id": id}, "payload": {"last_name": "Smythe"}})).await;
    assert_eq!(acme.get(&format!("/v1/users/{id}")).await.json["updated_at"], "2026-08-22T10:00:01.123Z");
    acme.patch("/v2/users/", json!({"user": {"user_id": id}, "payload": {"department_ids": []}})).await;
    assert_eq!(acme.get(&format!("/v1/users/{id}")).await.json["departments"], json!([]));
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_disabled_and_enabled_again_and_again() {
    let acme = Acme::empty().await;
    let id = bob(&acme).await;
    for _ in 0..2 {
        let disabled = acme.patch("/v2/users/disable", json!({"user": {"email": "bob@acme.com"}})).await;
        assert_eq!((disabled.status, disabled.json["disabled"].as_bool()), (200, Some(true)));
    }
    for _ in 0..2 {
        let enabled = acme.patch("/v2/users/enable/", json!({"user": {"user_id": id}})).await;
        assert_eq!((enabled.status, enabled.json["disabled"].as_bool()), (200, Some(false)));
    }
    assert_eq!(acme.patch(&format!("/v1/users/{id}/disable"), json!({})).await.json["disabled"], true);
    assert_eq!(acme.patch(&format!("/v1/users/{id}/enable"), json!({})).await.json["disabled"], false);
    assert_eq!(acme.patch("/v1/users/77/disable", json!({})).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn down_to_basic_takes_all_roles_and_fires_nothing() {
    let acme = Acme::empty().await;
    let id = bob(&acme).await;
    acme.write(async move |work| {
        let job = rows::job(work, 3, JobStatus::Open);
        insert(work, job).await?;
        insert(work, TeamMember { id: 0, job_id: 3, user_id: id, role: TeamRole::Recruiter, responsible: true })
            .await?;
        let (now, job_id) = (work.now, 3);
        let flow = ApprovalFlow {
            id: 4,
            job_id,
            offer_id: None,
            kind: FlowKind::OpenJob,
            sequential: false,
            version: 1,
            status: FlowStatus::Pending,
            requested_by_id: None,
            requested_at: Some(now),
            created_at: now,
            updated_at: now,
        };
        insert(work, flow).await?;
        for (group, status) in [(5, ApproverStatus::Approved), (6, ApproverStatus::Due), (7, ApproverStatus::Waiting)] {
            let (approval_flow_id, request_sent_at, resolved_at) = (4, None, None);
            insert(
                work,
                ApproverGroup {
                    id: group,
                    approval_flow_id,
                    priority: group,
                    approvals_required: 1,
                    created_at: now,
                    resolved_at,
                },
            )
            .await?;
            insert(
                work,
                Approver {
                    id: 0,
                    approver_group_id: group,
                    user_id: id,
                    status,
                    reason: None,
                    request_sent_at,
                    resolved_at,
                    created_at: now,
                },
            )
            .await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    for named in [json!({"email": "bob@acme.com"}), json!({"user_id": id})] {
        let done = acme.patch("/v1/users/permission_level", json!({"user": named, "level": "basic"})).await;
        assert_eq!((done.status, &done.json), (200, &json!({"success": true})));
    }
    let left = acme
        .house
        .read(async |look| {
            let roles = look.tx.count("select count(*) from hiring_team", &[]).await?;
            let open = look.tx.count("select count(*) from approvers where status <> 'approved'", &[]).await?;
            Ok((roles, open, look.tx.count("select count(*) from approvers", &[]).await?))
        })
        .await;
    assert_eq!(left.unwrap(), (0, 0, 1));
    assert_eq!(
        acme.patch("/v1/users/permission_level", json!({"user": {"user_id": 1}, "level": "job_admin"})).await.faults(),
        "Must be one of: basic at level"
    );
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_are_added_once() {
    let acme = Acme::empty().await;
    let id = bob(&acme).await;
    let path = format!("/v1/users/{id}/email_addresses");
    let added = acme.post(&path, json!({"email": "bob@email.org", "send_verification": true})).await;
    assert_eq!(
        (added.status, added.json["verified"].as_str(), added.json["user_id"].as_i64()),
        (201, Some("false"), Some(id))
    );
    assert_eq!(acme.post(&path, json!({"email": "BOB@email.org", "send_verification": true})).await.status, 200);
    let nothing = acme.post(&path, json!({"email": "bob@email.org"})).await;
    assert_eq!((nothing.status, nothing.text.as_str()), (204, ""));
    let taken = acme.post("/v1/users/1/email_addresses", json!({"email": "bob@email.org"})).await;
    assert_eq!(taken.faults(), "Another user has the address bob@email.org at email");
    let shown = acme.get(&format!("/v1/users/{id}")).await.json;
    assert_eq!(shown["emails"], json!(["Bob@Acme.com", "bob@email.org"]));
    assert_eq!(shown["primary_email_address"], "Bob@Acme.com");
    assert_eq!(acme.post("/v1/users/77/email_addresses", json!({"email": "x@y.z"})).await.status, 404);
}
