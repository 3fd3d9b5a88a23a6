//! Posts and interview plans as Harvest's clients see them.

use expect_test::expect;
use serde_json::{Value, json};

use super::jobs::{acme, fields, ids};

#[tokio::test(flavor = "multi_thread")]
async fn posts_are_listed_and_placed() {
    let (acme, id) = acme().await;
    let post = async |body: Value| {
        let made = acme.post(&format!("/api/v1/jobs/{id}/posts"), body).await;
        made.json["id"].as_i64().unwrap_or_else(|| panic!("{made}"))
    };
    let questions = json!([{"label": "Email", "name": "email", "type": "short_text", "required": true},
        {"label": "Here before?", "type": "boolean", "description": "<p>?</p>"},
        {"label": "Breads", "type": "multi_select", "options": ["Rye", "Spelt"]}]);
    let first =
        post(json!({"title": "Quiet", "location": {"office_id": 1}, "internal": true, "external": false})).await;
    let second =
        post(json!({"title": "Baker", "location": {"text": "Ghent"}, "live": true, "questions": questions})).await;
    acme.fired().await;
    let shown = acme.get(&format!("/v1/job_posts/{second}?full_content=true")).await;
    expect![[r#"
        200 {
          "id": 2,
          "title": "Baker",
          "location": {
            "id": 2,
            "name": "Ghent",
            "office_id": null,
            "job_post_custom_location_id": null,
            "job_post_location_type": {
              "id": 1,
              "name": "Free Text"
            }
          },
          "internal": false,
          "external": true,
          "active": true,
          "live": true,
          "first_published_at": "2026-08-22T10:00:00.123Z",
          "job_id": 11,
          "content": null,
          "internal_content": null,
          "updated_at": "2026-08-22T10:00:00.123Z",
          "created_at": "2026-08-22T10:00:00.123Z",
          "demographic_question_set_id": null,
          "questions": [
            {
              "required": true,
              "private": false,
              "label": "Email",
              "name": "email",
              "type": "short_text",
              "values": [],
              "description": null
            },
            {
              "required": false,
              "private": false,
              "label": "Here before?",
              "name": "question_8",
              "type": "boolean",
              "values": [
                {
                  "value": 0,
                  "label": "No"
                },
                {
                  "value": 1,
                  "label": "Yes"
                }
              ],
              "description": "<p>?</p>"
            },
            {
              "required": false,
              "private": false,
              "label": "Breads",
              "name": "question_9[]",
              "type": "multi_select",
              "values": [
                {
                  "value": 9001,
                  "label": "Rye"
                },
                {
                  "value": 9002,
                  "label": "Spelt"
                }
              ],
              "description": null
            }
          ]
        }"#]]
    .assert_eq(&shown.to_string());
    assert_eq!(acme.get(&format!("/v1/jobs/{id}/job_post")).await.json["id"], second);
    assert_eq!(acme.get("/v1/jobs/10/job_post").await.status, 404);
    for (query, expected) in [
        ("", vec![first, second]),
        ("live=true", vec![second]),
        ("internal=true", vec![first]),
        ("internal=false", vec![second]),
        ("active=false", vec![]),
        ("updated_before=2026-01-01", vec![]),
    ] {
        assert_eq!(ids(&acme.get(&format!("/v1/job_posts?{query}")).await), expected, "{query}");
    }
    assert_eq!(ids(&acme.get(&format!("/v1/jobs/{id}/job_posts?active=true")).await), [first, second]);
    assert_eq!(acme.get("/v1/jobs/999/job_posts").await.status, 404);

    let place = acme.post("/api/v1/custom-locations", json!({"value": "Antwerp"})).await.json["id"].clone();
    assert_eq!(acme.get(&format!("/v1/job_posts/{first}/custom_locations")).await.json[0]["value"], "Antwerp");
    let path = format!("/v2/job_posts/{first}");
    for (location, name, kind) in [
        (json!({"custom_location_id": place}), "Antwerp", "Custom List"),
        (json!({"office_id": 2}), "Office 2", "Office"),
        (json!("Bruges"), "Bruges", "Free Text"),
        (json!({"name": "Brussels"}), "Brussels", "Free Text"),
    ] {
        assert_eq!(acme.patch(&path, json!({"location": location})).await.json, json!({"success": true}));
        let shown = acme.get(&format!("/v1/job_posts/{first}")).await;
        assert_eq!(
            (&shown.json["location"]["name"], &shown.json["location"]["job_post_location_type"]["name"]),
            (&json!(name), &json!(kind))
        );
        assert_eq!(acme.fired_bodies().await[0]["payload"]["location"], name);
    }
    let wrong = acme.patch(&path, json!({"location": {"office_id": 99}, "title": "x".repeat(300)})).await;
    assert_eq!(fields(&wrong), ["title"]);
    assert_eq!(
        fields(&acme.patch(&path, json!({"location": {"office_id": 99}, "title": " "})).await),
        ["location.office_id", "title"]
    );
    assert_eq!(fields(&acme.patch(&format!("{path}/status"), json!({"status": "on"})).await), ["status"]);
    assert_eq!(acme.patch("/v2/job_posts/999", json!({"title": "x"})).await.status, 404);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn interviews_of_a_stage_come_and_go() {
    let (acme, id) = acme().await;
    let stage = acme.get(&format!("/v1/jobs/{id}/stages")).await.json[0].clone();
    let (stage_id, step) = (&stage["id"], &stage["interviews"][0]);
    let question = &step["interview_kit"]["questions"][0]["id"];
    let path = format!("/api/v1/interviews/{}", step["id"]);
    let edit = json!({"name": "Crumb", "kit": {"content": null, "questions": [{"question": "Wheat?"}, {"id": question, "question": "Rye?"}]}});
    let edited = acme.patch(&path, edit).await;
    let kit = &edited.json["interviews"][0]["interview_kit"];
    assert_eq!(
        (&kit["content"], &kit["questions"][1]["id"], &kit["questions"][0]["question"]),
        (&Value::Null, question, &json!("Wheat?")),
        "{edited}"
    );
    let made = acme.post(&format!("/api/v1/stages/{stage_id}/interviews"), json!({"name": "Oven"})).await;
    assert_eq!((made.status, &made.json["interviews"][2]["name"]), (201, &json!("Oven")), "{made}");
    let wrong = json!({"name": "", "estimated_minutes": 0, "default_interviewer_user_ids": [4], "kit": {"questions": [{"id": 999, "question": " "}]}});
    let wrong = acme.patch(&path, wrong).await;
    assert_eq!(
        fields(&wrong),
        [
            "default_interviewer_user_ids",
            "name",
            "estimated_minutes",
            "kit.questions[0].question",
            "kit.questions[0].id"
        ],
        "{wrong}"
    );
    assert_eq!(acme.delete(&path, Value::Null).await.status, 200);
    assert_eq!(acme.delete(&path, Value::Null).await.status, 404);
    assert_eq!(acme.get(&format!("/v1/job_stages/{stage_id}")).await.json["interviews"].as_array().unwrap().len(), 2);
    assert_eq!(acme.fired().await, "");
}
