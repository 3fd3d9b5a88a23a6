//! Departments over Harvest: made below each other, listed and as a tree, edited.

use axum::http::Method;
use expect_test::expect;
use serde_json::json;

use crate::acme::{Acme, insert, user};

/// Technology (1) with Design (2) and Engineering (3), below which is Platform (4).
async fn tree(acme: &Acme) {
    for body in [
        json!({"name": "Technology", "external_id": "tech"}),
        json!({"name": "Design", "parent_id": 1}),
        json!({"name": "Engineering", "external_parent_id": "tech", "external_id": "eng"}),
        json!({"name": "Platform", "parent_id": "3"}),
    ] {
        assert_eq!(acme.post("/v1/departments", body).await.status, 201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_are_lists_and_trees() {
    let acme = Acme::empty().await;
    tree(&acme).await;
    let list = acme.get("/v1/departments/?per_page=3").await;
    expect![[r#"
        200 [
          {
            "id": 1,
            "name": "Technology",
            "parent_id": null,
            "parent_department_external_id": null,
            "child_ids": [
              2,
              3
            ],
            "child_department_external_ids": [
              null,
              "eng"
            ],
            "external_id": "tech"
          },
          {
            "id": 2,
            "name": "Design",
            "parent_id": 1,
            "parent_department_external_id": "tech",
            "child_ids": [],
            "child_department_external_ids": [],
            "external_id": null
          },
          {
            "id": 3,
            "name": "Engineering",
            "parent_id": 1,
            "parent_department_external_id": "tech",
            "child_ids": [
              4
            ],
            "child_department_external_ids": [
              null
            ],
            "external_id": "eng"
          }
        ]"#]]
    .assert_eq(&list.to_string());
    expect![[r#"<https://orangery.example.com/v1/departments/?page=2&per_page=3>; rel="next", <https://orangery.example.com/v1/departments/?page=2&per_page=3>; rel="last""#]].assert_eq(&list.link);
    expect![[r#"
        200 [
          {
            "id": 1,
            "name": "Technology",
            "children": [
              {
                "id": 2,
                "name": "Design",
                "children": [],
                "external_id": null
              },
              {
                "id": 3,
                "name": "Engineering",
                "children": [
                  {
                    "id": 4,
                    "name": "Platform",
                    "children": [],
                    "external_id": null
                  }
                ],
                "external_id": "eng"
              }
            ],
            "external_id": "tech"
          }
        ]"#]]
    .assert_eq(&acme.get("/v1/departments?render_as=tree").await.to_string());
    let one = acme.get("/v1/departments?external_id=eng").await;
    assert_eq!(one.json.as_array().map(Vec::len), Some(1));
    assert_eq!(acme.get("/v1/departments?page=9").await.text, "[]");
    assert_eq!(acme.get("/v1/departments/3?render_as=tree").await.json["children"][0]["name"], "Platform");
    assert_eq!(acme.get("/v1/departments/3/").await.json["parent_department_external_id"], "tech");
    assert_eq!(acme.get("/v1/departments/9").await.status, 404);
    assert_eq!(acme.get("/v1/departments?render_as=bush").await.status, 422);
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_are_edited_and_bad_ones_refused() {
    let acme = Acme::empty().await;
    tree(&acme).await;
    let edited = acme.patch("/v1/departments/2", json!({"name": "Product Design", "external_id": "design"})).await;
    expect![[r#"
        200 {
          "id": 2,
          "name": "Product Design",
          "parent_id": 1,
          "parent_department_external_id": "tech",
          "child_ids": [],
          "child_department_external_ids": [],
          "external_id": "design"
        }"#]]
    .assert_eq(&edited.to_string());
    let cleared = acme.patch("/v1/departments/2", json!({"external_id": null})).await;
    assert_eq!((cleared.json["external_id"].is_null(), cleared.json["name"].as_str()), (true, Some("Product Design")));
    for (body, faults) in [
        (json!({}), "is required at name"),
        (
            json!({"name": "Design", "parent_id": 1, "external_parent_id": "tech"}),
            "Only one of parent_id and external_parent_id can be given at external_parent_id",
        ),
        (
            json!({"name": "Engineering", "external_id": "eng", "parent_id": 77}),
            "There is a department Engineering already at name; There is a department with the external id eng already at external_id; There is no department 77 at parent_id",
        ),
        (json!({"name": "x".repeat(255)}), "Must be at most 254 characters long at name"),
        (
            json!({"name": "New", "external_parent_id": "none"}),
            "There is no department with the external id none at external_parent_id",
        ),
    ] {
        assert_eq!(acme.post("/v1/departments", body).await.faults(), faults);
    }
    assert_eq!(acme.patch("/v1/departments/2", json!({"name": " "})).await.faults(), "must not be blank at name");
    assert_eq!(acme.patch("/v1/departments/2", json!({"name": null})).await.faults(), "must not be blank at name");
    assert_eq!(acme.patch("/v1/departments/9", json!({"name": "x"})).await.status, 404);
    assert_eq!(acme.get("/v1/departments").await.json.as_array().map(Vec::len), Some(4));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_site_admins_make_departments_and_trees_end() {
    let acme = Acme::empty().await;
    let basic = orangery::tables::User { site_admin: false, ..user(2, "Ben", "Basic", None) };
    acme.write(async move |work| insert(work, basic).await).await.unwrap();
    let body = Some(json!({"name": "Sales"}).to_string());
    let refused = acme.ask(Method::POST, "/v1/departments", body, &[("On-Behalf-Of", "2")]).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.json["message"], "Ben Basic may not create departments: only site admins may");
    for n in 0..20 {
        let parent = if n == 0 { json!(null) } else { json!(n) };
        let made = acme.post("/v1/departments", json!({"name": n.to_string(), "parent_id": parent})).await;
        assert_eq!(made.status, 201, "{made}");
    }
    let deeper = acme.post("/v1/departments", json!({"name": "deeper", "parent_id": 20})).await;
    assert_eq!(deeper.faults(), "Trees of departments are at most 20 deep at parent_id");
}
