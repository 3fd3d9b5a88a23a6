//! Custom fields over Harvest: defined, changed, hidden; the options of selects.

use expect_test::expect;
use serde_json::json;

use crate::acme::Acme;

async fn color(acme: &Acme) -> i64 {
    let made = acme
        .post(
            "/v1/custom_fields",
            json!({
                "name": "Favorite Color?", "field_type": "candidate", "value_type": "single_select", "generate_email_token": true,
                "custom_field_options": [{"name": "Red", "priority": 0, "external_id": "r"}, {"name": "Blue", "priority": "1"}],
            }),
        )
        .await;
    assert_eq!(made.status, 201, "{made}");
    made.json["id"].as_i64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_keeps_its_key_whatever_its_name() {
    let acme = Acme::empty().await;
    let id = color(&acme).await;
    expect![[r#"
        200 {
          "id": 1,
          "name": "Favorite Color?",
          "active": true,
          "field_type": "candidate",
          "priority": 0,
          "value_type": "single_select",
          "private": false,
          "required": false,
          "require_approval": false,
          "trigger_new_version": false,
          "name_key": "favorite_color_",
          "description": null,
          "expose_in_job_board_api": false,
          "api_only": false,
          "offices": [],
          "departments": [],
          "template_token_string": "{{FAVORITE_COLOR_}}",
          "custom_field_options": [
            {
              "id": 1,
              "name": "Red",
              "priority": 0,
              "external_id": "r"
            },
            {
              "id": 2,
              "name": "Blue",
              "priority": 1,
              "external_id": null
            }
          ]
        }"#]]
    .assert_eq(&acme.get(&format!("/v1/custom_field/{id}")).await.to_string());
    let twin = json!({"name": " favorite  color!", "field_type": "candidate", "value_type": "number"});
    let twin = acme.post("/v1/custom_fields", twin).await.json;
    assert_eq!((twin["name_key"].as_str(), twin["priority"].as_i64()), (Some("favorite_color__1"), Some(1)));
    let elsewhere = json!({"name": "Favorite color?", "field_type": "offer", "value_type": "number", "private": false});
    let elsewhere = acme.post("/v1/custom_fields", elsewhere).await.json;
    assert_eq!((elsewhere["name_key"].as_str(), elsewhere["private"].as_bool()), (Some("favorite_color_"), Some(true)));
    let renamed = acme
        .patch(
            &format!("/v1/custom_fields/{id}"),
            json!({"name": "Colour", "template_token_string": "COLOUR", "private": true, "value_type": "single_select",
            "custom_field_options": [{"name": "Blue", "priority": 5}, {"name": "Green", "priority": 6}]}),
        )
        .await;
    assert_eq!(
        (renamed.status, renamed.json["name"].as_str(), renamed.json["name_key"].as_str()),
        (200, Some("Colour"), Some("favorite_color_"))
    );
    assert_eq!(renamed.json["template_token_string"], "{{COLOUR}}");
    assert_eq!(renamed.json["custom_field_options"].as_array().map(Vec::len), Some(3));
    assert_eq!(acme.get("/v1/custom_field/99").await.status, 404);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_defined_is_refused() {
    let acme = Acme::empty().await;
    let id = color(&acme).await;
    let mut said = String::new();
    for body in [
        json!({}),
        json!({"name": "X", "field_type": "moon", "value_type": "text"}),
        json!({"name": "X", "field_type": "user_attribute", "value_type": "short_text"}),
        json!({"name": "X", "field_type": "job", "value_type": "multi_select"}),
        json!({"name": "X", "field_type": "job", "value_type": "number", "custom_field_options": [{"name": "A", "priority": 0}]}),
        json!({"name": "X", "field_type": "candidate", "value_type": "number", "api_only": true, "require_approval": true, "trigger_new_version": true, "expose_in_job_board_api": true}),
        json!({"name": "X", "field_type": "job", "value_type": "number", "office_ids": [8], "department_ids": [9]}),
        json!({"name": "X", "field_type": "job", "value_type": "single_select", "custom_field_options": [{"name": "A"}, {"priority": 1}]}),
    ] {
        said.push_str(&acme.post("/v1/custom_fields", body).await.faults());
        said.push('\n');
    }
    let changed = json!({"value_type": "number", "field_type": "job", "name": null});
    said.push_str(&acme.patch(&format!("/v1/custom_fields/{id}"), changed).await.faults());
    expect![[r#"
        is required at field_type; is required at value_type; is required at name
        Must be one of: job, candidate, application, offer, opening, rejection_question, referral_question, user_attribute at field_type; Must be one of: short_text, long_text, yes_no, single_select, multi_select, currency, currency_range, number, number_range, date, url, user at value_type
        Of a user_attribute, must be one of: single_select, multi_select, yes_no, user at value_type
        is required for a select at custom_field_options
        Only selects have options at custom_field_options
        Only fields of the type job or opening can have it at require_approval; Only fields of the type offer can have it at trigger_new_version; Only fields of the type job can have it at expose_in_job_board_api; Only fields of the type job can have it at api_only
        There is no department 9 at department_ids; There is no office 8 at office_ids
        is required at custom_field_options[0].priority; is required at custom_field_options[1].name
        Is candidate and can't change at field_type; Is single_select and can't change at value_type; must not be blank at name"#]].assert_eq(&said);
    assert_eq!(acme.get("/v1/custom_fields/moon").await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_field_is_hidden_not_gone() {
    let acme = Acme::empty().await;
    let id = color(&acme).await;
    for _ in 0..2 {
        let gone = acme.delete(&format!("/v1/custom_fields/{id}"), json!({})).await;
        assert_eq!(
            (gone.status, gone.json["success"].as_str()),
            (200, Some(format!("Custom Field ID {id} has been deleted.").as_str()))
        );
    }
    assert_eq!(acme.get("/v1/custom_fields/candidate").await.text, "[]");
    assert_eq!(acme.get("/v1/custom_fields/candidate?include_inactive=true").await.json[0]["active"], false);
    assert_eq!(acme.get(&format!("/v1/custom_field/{id}")).await.json["active"], false);
    let refused = acme.patch(&format!("/v1/custom_fields/{id}"), json!({"name": "Back"})).await;
    assert_eq!(
        (refused.status, refused.faults().as_str()),
        (422, "The field Favorite Color? is deleted: what is deleted can't be changed")
    );
    color(&acme).await;
    let listed = acme.get("/v1/custom_fields/candidate?per_page=1&include_inactive=1").await;
    expect![[
        r#"<https://orangery.example.com/v1/custom_fields/candidate?include_inactive=1&page=2&per_page=1>; rel="next""#
    ]]
    .assert_eq(&listed.link);
}

#[tokio::test(flavor = "multi_thread")]
async fn options_are_added_changed_and_removed() {
    let acme = Acme::empty().await;
    let id = color(&acme).await;
    let path = format!("/v1/custom_field/{id}/custom_field_options");
    let made = acme
        .post(
            &path,
            json!({"options": [{"name": "Red", "priority": 9}, {"name": "Green", "priority": 2, "external_id": "g"}]}),
        )
        .await;
    assert_eq!((made.status, &made.json), (201, &json!({"success": true})));
    let listed = acme.get(&path).await.json;
    let ids: Vec<i64> = listed.as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()).collect();
    let names: Vec<&str> = listed.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Red", "Blue", "Green"]);
    let swapped = json!({"options": [{"id": ids[0], "name": "Blue"}, {"id": ids[1], "name": "Red", "priority": 7}, {"id": ids[2], "external_id": null}]});
    assert_eq!(acme.patch(&path, swapped).await.json, json!({"success": true}));
    let clash =
        json!({"options": [{"id": ids[0], "name": "Green"}, {"id": 9999, "name": "x"}, {"id": ids[1], "name": null}]});
    expect!["The field has no option 9999 at options[1].id; must not be blank at options[2].name; There is an option Green already at options[0].name"].assert_eq(&acme.patch(&path, clash).await.faults());
    let mut said = Vec::new();
    for _ in 0..2 {
        let removed = acme.delete(&path, json!({"option_ids": [ids[0], 9999, ids[0]]})).await;
        said.push(removed.json["message"].as_str().unwrap().to_owned());
    }
    assert_eq!(said, ["1 option(s) deleted. 1 option(s) not found.", "0 option(s) deleted. 2 option(s) not found."]);
    assert_eq!(acme.get(&format!("{path}?type=inactive")).await.json[0]["name"], "Blue");
    assert_eq!(acme.get(&format!("{path}?type=all")).await.json.as_array().map(Vec::len), Some(3));
    assert_eq!(acme.get(&path).await.json.as_array().map(Vec::len), Some(2));
    // What comes back is the same option, so that old values show it again.
    acme.post(&path, json!({"options": [{"name": "Blue", "priority": 0}]})).await;
    assert_eq!(acme.get(&path).await.json[0]["id"], ids[0]);
    let plain = acme
        .post("/v1/custom_fields", json!({"name": "N", "field_type": "job", "value_type": "number"}))
        .await
        .json["id"]
        .as_i64()
        .unwrap();
    let refused = acme.post(&format!("/v1/custom_field/{plain}/custom_field_options"), json!({"options": []})).await;
    assert_eq!((refused.status, refused.faults().as_str()), (422, "The field N is no select: it has no options"));
    assert_eq!(acme.fired().await, "");
}
