//! Jobs as Harvest's clients see, find and edit them.

use expect_test::expect;
use orangery::{
    tables::{CustomField, CustomFieldOption, Department, FieldType, Office, ValueType},
    work::Work,
};
use serde_json::{Value, json};
use sql::Json;

use crate::{
    acme::{Acme, Answer, insert, user},
    rows,
};

/// Rows of `rows`, departments and offices with external ids, and one job with everything.
pub(super) async fn acme() -> (Acme, i64) {
    let acme = rows::acme().await;
    acme.write(async move |work| {
        let (created_at, updated_at) = (work.now, work.now);
        for (id, external_id) in [(1, "eng"), (2, "ops")] {
            let (name, external_id) = (external_id.to_owned(), Some(external_id.to_owned()));
            insert(work, Department { id, name, parent_id: None, external_id, created_at, updated_at }).await?;
            let (name, external_id) = (format!("Office {id}"), Some(format!("o-{id}")));
            let location = (id == 1).then(|| "Utrecht, NL".to_owned());
            let row = Office {
                id,
                name,
                location,
                primary_contact_user_id: None,
                parent_id: None,
                external_id,
                created_at,
                updated_at,
            };
            insert(work, row).await?;
        }
        let mut gone = user(4, "Dan", "Disabled", None);
        gone.disabled = true;
        insert(work, gone).await
    })
    .await
    .unwrap();
    let made = acme
        .post(
            "/api/v1/jobs",
            json!({"name": "Baker", "open": true, "requisition_id": "r-1", "notes": "<b>Early</b>", "department_id": 1,
                "office_ids": [1], "openings": [{"opening_id": "a"}],
                "stages": [{"name": "Tasting", "interviews": [
                    {"name": "Bread", "estimated_minutes": 45, "default_interviewer_user_ids": [2],
                     "kit": {"content": "<p>Crust</p>", "questions": [{"question": "Rye?"}]}},
                    {"name": "Homework", "kind": "take_home_test"}]}]}),
        )
        .await;
    let id = made.json["id"].as_i64().unwrap_or_else(|| panic!("{made}"));
    acme.fired().await;
    (acme, id)
}

pub(super) fn ids(answer: &Answer) -> Vec<i64> {
    answer.json.as_array().unwrap_or_else(|| panic!("{answer}")).iter().map(|it| it["id"].as_i64().unwrap()).collect()
}

pub(super) fn fields(answer: &Answer) -> Vec<&str> {
    let errors = answer.json["errors"].as_array().unwrap_or_else(|| panic!("{answer}"));
    errors.iter().map(|it| it["field"].as_str().unwrap_or("")).collect()
}

/// A custom field whose key is its name.
pub(super) fn field(work: &Work, id: i64, field_type: FieldType, value_type: ValueType, key: &str) -> CustomField {
    CustomField {
        id,
        field_type,
        value_type,
        name: key.to_owned(),
        name_key: key.to_owned(),
        description: None,
        priority: id,
        private: false,
        required: false,
        require_approval: false,
        trigger_new_version: false,
        expose_in_job_board_api: false,
        api_only: false,
        active: true,
        template_token: None,
        department_ids: Json::default(),
        office_ids: Json::default(),
        created_at: work.now,
        updated_at: work.now,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_with_everything() {
    let (acme, id) = acme().await;
    let put = acme.put(&format!("/v1/jobs/{id}/hiring_team"), json!({"hiring_managers": [{"user_id": 1}], "recruiters": [
        {"user_id": 2, "responsible_for_future_candidates": true, "responsible_for_active_candidates": false, "responsible_for_inactive_candidates": "false"}]})).await;
    assert_eq!(put.json, json!({"success": true}));
    expect![[r#"
        200 {
          "id": 11,
          "name": "Baker",
          "requisition_id": "r-1",
          "notes": "<b>Early</b>",
          "confidential": false,
          "status": "open",
          "created_at": "2026-08-22T10:00:00.123Z",
          "opened_at": "2026-08-22T10:00:00.123Z",
          "closed_at": null,
          "updated_at": "2026-08-22T10:00:00.123Z",
          "is_template": false,
          "copied_from_id": null,
          "departments": [
            {
              "id": 1,
              "name": "eng",
              "parent_id": null,
              "child_ids": [],
              "external_id": "eng"
            }
          ],
          "offices": [
            {
              "id": 1,
              "name": "Office 1",
              "location": {
                "name": "Utrecht, NL"
              },
              "primary_contact_user_id": null,
              "parent_id": null,
              "child_ids": [],
              "external_id": "o-1"
            }
          ],
          "custom_fields": {},
          "keyed_custom_fields": {},
          "hiring_team": {
            "hiring_managers": [
              {
                "id": 1,
                "first_name": "Ada",
                "last_name": "Admin",
                "name": "Ada Admin",
                "employee_id": "ada-1"
              }
            ],
            "recruiters": [
              {
                "id": 2,
                "first_name": "Bob",
                "last_name": "Builder",
                "name": "Bob Builder",
                "employee_id": "e-2",
                "responsible": true
              }
            ],
            "coordinators": [],
            "sourcers": []
          },
          "openings": [
            {
              "id": 1,
              "opening_id": "a",
              "status": "open",
              "opened_at": "2026-08-22T10:00:00.123Z",
              "closed_at": null,
              "application_id": null,
              "close_reason": null,
              "custom_fields": {},
              "keyed_custom_fields": {}
            }
          ]
        }"#]]
    .assert_eq(&acme.get(&format!("/v1/jobs/{id}")).await.to_string());
    let stages = acme.get(&format!("/v1/jobs/{id}/stages")).await;
    expect![[r#"
        200 [
          {
            "id": 21,
            "name": "Tasting",
            "created_at": "2026-08-22T10:00:00.123Z",
            "updated_at": "2026-08-22T10:00:00.123Z",
            "active": true,
            "job_id": 11,
            "priority": 0,
            "interviews": [
              {
                "id": 32,
                "name": "Bread",
                "schedulable": true,
                "estimated_minutes": 45,
                "default_interviewer_users": [
                  {
                    "id": 2,
                    "first_name": "Bob",
                    "last_name": "Builder",
                    "name": "Bob Builder",
                    "employee_id": "e-2"
                  }
                ],
                "interview_kit": {
                  "id": 1,
                  "content": "<p>Crust</p>",
                  "questions": [
                    {
                      "id": 1,
                      "question": "Rye?"
                    }
                  ]
                }
              },
              {
                "id": 33,
                "name": "Homework",
                "schedulable": false,
                "default_interviewer_users": [],
                "interview_kit": {
                  "id": 2,
                  "content": null,
                  "questions": []
                }
              }
            ]
          }
        ]"#]]
    .assert_eq(&stages.to_string());
    let stage = stages.json[0]["id"].as_i64().unwrap();
    assert_eq!(acme.get(&format!("/v1/job_stages/{stage}")).await.json, stages.json[0]);
    assert_eq!(acme.get("/v1/job_stages?per_page=1").await.json.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_found_by_every_filter() {
    let (acme, id) = acme().await;
    acme.write(async move |work| {
        let shift = field(work, 1, FieldType::Job, ValueType::SingleSelect, "shift");
        insert(work, shift).await?;
        let skills = field(work, 2, FieldType::Job, ValueType::MultiSelect, "skills");
        insert(work, skills).await?;
        for (id, custom_field_id) in [(5, 1), (6, 2), (7, 2), (8, 2), (55, 2)] {
            let (name, priority) = (format!("Option {id}"), id);
            insert(work, CustomFieldOption { id, custom_field_id, name, priority, external_id: None, active: true })
                .await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let values = json!([{"id": 1, "value": 5}, {"name_key": "skills", "value": [6, 7]}]);
    let done = acme.patch(&format!("/v1/jobs/{id}"), json!({"custom_fields": values})).await;
    assert_eq!(
        (&done.json["custom_fields"]["skills"], acme.fired().await.as_str()),
        (&json!(["Option 6", "Option 7"]), "job_updated"),
        "{done}"
    );
    for (query, found) in [
        ("", true),
        ("requisition_id=r-1", true),
        ("requisition_id=r-2", false),
        ("opening_id=a", true),
        ("opening_id=b", false),
        ("status=open", true),
        ("status=draft", false),
        ("department_id=1", true),
        ("department_id=2", false),
        ("external_department_id=eng", true),
        ("external_department_id=what", false),
        ("office_id=1", true),
        ("office_id=2", false),
        ("external_office_id=o-1", true),
        ("external_office_id=o-2", false),
        ("custom_field_option_id=5", true),
        ("custom_field_option_id=7", true),
        ("custom_field_option_id=8", false),
        ("custom_field_option_id=55", false),
        ("custom_field_option_id=999", false),
        ("created_after=2026-08-22T10:00:00.123Z", true),
        ("created_before=2026-08-22T10:00:00.123Z", false),
        ("updated_after=2026-08-23", false),
    ] {
        assert_eq!(ids(&acme.get(&format!("/v1/jobs?{query}")).await).contains(&id), found, "{query}");
    }
    assert_eq!(fields(&acme.get("/v1/jobs?status=nonsense").await), ["status"]);
    let paged = acme.get("/v1/jobs?per_page=1&status=open").await;
    assert_eq!(
        paged.link,
        "<https://orangery.example.com/v1/jobs?status=open&page=2&per_page=1>; rel=\"next\", <https://orangery.example.com/v1/jobs?status=open&page=2&per_page=1>; rel=\"last\""
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_edited_over_harvest() {
    let (acme, id) = acme().await;
    let path = format!("/v1/jobs/{id}");
    let done = acme.patch(&path, json!({"external_department_id": "ops", "external_office_ids": ["o-1", "o-2"]})).await;
    assert_eq!(
        (&done.json["departments"][0]["id"], done.json["offices"].as_array().unwrap().len()),
        (&json!(2), 2),
        "{done}"
    );
    assert_eq!(acme.fired().await, "job_updated");
    // The same offices in another order are the same.
    acme.patch(&path, json!({"office_ids": [2, 1], "requisition_id": "r-9", "anywhere": "true"})).await;
    assert_eq!(acme.fired().await, "");
    acme.patch(&path, json!({"office_ids": []})).await;
    assert_eq!(acme.fired().await, "job_updated");
    let done = acme.patch(&path, json!({"department_id": null, "notes": null})).await;
    assert_eq!((&done.json["departments"], &done.json["notes"]), (&json!([null]), &Value::Null));
    assert_eq!(acme.fired().await, "job_updated");

    let wrong = acme.patch(&path, json!({"name": " ", "department_id": 99, "office_ids": [1, 98]})).await;
    assert_eq!(fields(&wrong), ["department_id", "office_ids", "name"], "{wrong}");
    let wrong =
        acme.patch(&path, json!({"office_ids": [1], "external_office_ids": ["o-1"], "notes": 5, "name": ["x"]})).await;
    assert_eq!(fields(&wrong), ["name", "external_office_ids"], "{wrong}");
    assert_eq!(acme.patch("/v1/jobs/999", json!({"name": "x"})).await.status, 404);
    assert_eq!(acme.fired().await, "");
}
