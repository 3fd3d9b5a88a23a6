//! Offices over Harvest: a location of free text, a contact who is a site admin, a tree.

use expect_test::expect;
use serde_json::json;

use crate::acme::{Acme, insert, user};

#[tokio::test(flavor = "multi_thread")]
async fn offices_have_a_location_and_a_contact() {
    let acme = Acme::empty().await;
    let basic = orangery::tables::User { site_admin: false, ..user(2, "Ben", "Basic", None) };
    acme.write(async move |work| insert(work, basic).await).await.unwrap();
    let made = acme
        .post(
            "/v1/offices/",
            json!({"name": "New York", "location": "New York, NY", "primary_contact_user_id": 1, "external_id": "ny"}),
        )
        .await;
    expect![[r#"
        201 {
          "id": 1,
          "name": "New York",
          "location": {
            "name": "New York, NY"
          },
          "primary_contact_user_id": 1,
          "parent_id": null,
          "parent_office_external_id": null,
          "child_ids": [],
          "child_office_external_ids": [],
          "external_id": "ny"
        }"#]]
    .assert_eq(&made.to_string());
    let below = acme
        .post("/v1/offices", json!({"name": "Utica", "location": {"name": "Utica, NY"}, "external_parent_id": "ny"}))
        .await;
    assert_eq!((below.status, below.json["parent_id"].as_i64()), (201, Some(1)));
    let refused = acme.post("/v1/offices", json!({"name": "Utica", "primary_contact_user_id": 2})).await;
    assert_eq!(
        refused.faults(),
        "There is an office Utica already at name; There is no site admin 2 at primary_contact_user_id"
    );
    let edited = acme.patch("/v1/offices/2", json!({"location": "Utica"})).await;
    assert_eq!(edited.json["location"]["name"], "Utica");
    let cleared = acme.patch("/v1/offices/2", json!({"location": null, "external_id": "u"})).await;
    assert_eq!((cleared.json["location"]["name"].is_null(), cleared.json["name"].as_str()), (true, Some("Utica")));
    expect![[r#"
        200 [
          {
            "id": 1,
            "name": "New York",
            "location": {
              "name": "New York, NY"
            },
            "primary_contact_user_id": 1,
            "external_id": "ny",
            "children": [
              {
                "id": 2,
                "name": "Utica",
                "location": {
                  "name": null
                },
                "primary_contact_user_id": null,
                "external_id": "u",
                "children": []
              }
            ]
          }
        ]"#]]
    .assert_eq(&acme.get("/v1/offices?render_as=tree").await.to_string());
    assert_eq!(acme.get("/v1/offices").await.json[0]["child_office_external_ids"], json!(["u"]));
    assert_eq!(acme.get("/v1/offices/3").await.status, 404);
    assert_eq!(acme.fired().await, "");
}
