//! Offers, listed and changed as Harvest's clients do it.

use expect_test::expect;
use serde_json::json;

use crate::{acme::Acme, hiring};

async fn versions(acme: &Acme, path: &str) -> String {
    let answer = acme.get(path).await;
    match answer.json.as_array() {
        Some(rows) => {
            rows.iter().map(|it| format!("{}:{}", it["application_id"], it["version"])).collect::<Vec<_>>().join(" ")
        }
        None => answer.to_string(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_come_by_application_and_take_their_bounds_in() {
    let acme = hiring::acme().await;
    hiring::offer(&acme, 51, json!({"start_date": "2026-10-01", "sent_on": "2026-08-01"})).await;
    hiring::offer(&acme, 50, json!({"start_date": "2026-11-01"})).await;
    acme.pass(1000);
    hiring::offer(&acme, 50, json!({})).await;
    assert_eq!(versions(&acme, "/v1/offers").await, "50:1 50:2 51:1");
    assert_eq!(versions(&acme, "/v1/applications/50/offers").await, "50:1 50:2");
    assert_eq!(versions(&acme, "/v1/offers?status=unresolved").await, "50:2 51:1");
    assert_eq!(versions(&acme, "/v1/offers?starts_before=2026-10-01").await, "51:1");
    assert_eq!(versions(&acme, "/v1/offers?starts_after=2026-10-01").await, "50:1 51:1");
    assert_eq!(versions(&acme, "/v1/offers?sent_after=2026-08-01&sent_before=2026-08-01").await, "51:1");
    // FIL-2: these take the bound in, `created_before` leaves it out.
    assert_eq!(versions(&acme, "/v1/offers?resolved_before=2026-08-22T10:01:01.123Z").await, "50:1");
    assert_eq!(versions(&acme, "/v1/offers?updated_before=2026-08-22T10:01:00.123Z").await, "51:1");
    assert_eq!(versions(&acme, "/v1/offers?created_before=2026-08-22T10:01:00.123Z").await, "");
    assert_eq!(versions(&acme, "/v1/offers?created_after=2026-08-22T10:01:01.123Z").await, "50:2");
    let refused = acme.get("/v1/offers?status=lost").await;
    assert_eq!((refused.status, &refused.json["errors"][0]["field"]), (422, &json!("status")));
    assert_eq!(acme.get("/v1/applications/99/offers").await.status, 404);
    assert_eq!(acme.get("/v1/applications/53/offers/current_offer").await.status, 404);
    assert_eq!(acme.get("/v1/offers/99").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_current_offer_in_full() {
    let acme = hiring::acme().await;
    let terms = json!({"opening_id": 101, "custom_fields": [{"name_key": "salary", "value": "a lot"}]});
    hiring::offer(&acme, 50, terms).await;
    let edit =
        json!({"start_date": "2026-10-01T08:00:00Z", "sent_at": "2026-08-23", "created_at": "2026-08-20T12:00:00Z"});
    let path = "/v1/applications/50/offers/current_offer";
    assert_eq!(acme.patch(path, edit).await.json, json!({"success": true}));
    expect![[r#"
        200 {
          "id": 1,
          "version": 1,
          "application_id": 50,
          "job_id": 10,
          "candidate_id": 40,
          "opening": {
            "id": 101,
            "opening_id": null,
            "status": "open",
            "opened_at": "2026-08-22T10:00:00.123Z",
            "closed_at": null,
            "application_id": null,
            "close_reason": null,
            "custom_fields": {},
            "keyed_custom_fields": {}
          },
          "created_at": "2026-08-20T12:00:00.000Z",
          "updated_at": "2026-08-22T10:01:00.123Z",
          "sent_at": "2026-08-23",
          "resolved_at": null,
          "starts_at": "2026-10-01",
          "status": "unresolved",
          "custom_fields": {
            "salary": "a lot",
            "remark": null
          },
          "keyed_custom_fields": {
            "salary": {
              "name": "Salary",
              "type": "short_text",
              "value": "a lot"
            },
            "remark": null
          }
        }"#]]
    .assert_eq(&acme.get(path).await.to_string());
}
