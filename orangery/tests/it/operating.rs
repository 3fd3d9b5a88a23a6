//! What who runs the house sees of it: health, measures, ids of requests.

use axum::http::Method;
use orangery::telemetry;
use serde_json::json;

use crate::{acme::Acme, rows};

#[tokio::test(flavor = "multi_thread")]
async fn the_house_tells_whether_it_is_well() {
    let acme = Acme::empty().await;
    let ask = async |acme: &Acme, path: &str| acme.ask(Method::GET, path, None, &[("Authorization", "")]).await;
    let live = ask(&acme, "/health/live").await;
    assert_eq!((live.status, live.json), (200, json!({"status": "alive"})));
    let ready = ask(&acme, "/health/ready").await;
    assert_eq!((ready.status, &ready.json["reason"]), (503, &json!("the courier does not run")));

    let acme = acme.with_courier().await;
    let ready = ask(&acme, "/health/ready").await;
    assert_eq!((ready.status, ready.json), (200, json!({"status": "ready"})));

    acme.house.close();
    let ready = ask(&acme, "/health/ready").await;
    assert_eq!((ready.status, ready.json), (503, json!({"status": "not ready", "reason": "it is closing"})));
    assert_eq!(ask(&acme, "/health/live").await.status, 200);
    assert_eq!(acme.get("/v1/users").await.status, 200, "what is under way is served");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_courier_is_no_courier() {
    let acme = Acme::empty().await.with_courier().await;
    acme.house.courier().unwrap().stop().await;
    let ready = acme.get("/health/ready").await;
    assert_eq!((ready.status, &ready.json["reason"]), (503, &json!("the courier does not run")));
}

#[tokio::test(flavor = "multi_thread")]
async fn measures_are_for_who_may_read_them() {
    telemetry::recorder();
    let acme = rows::acme().await;
    let ask = async |authorization: &str| {
        acme.ask(Method::GET, "/metrics", None, &[("Authorization", authorization)]).await.status
    };
    assert_eq!(ask("").await, 401);
    assert_eq!(ask("Bearer scrape-token").await, 200);
    assert_eq!(ask("Bearer scrape-toke").await, 401);
    assert_eq!(ask("Basic c2NyYXBlLXRva2VuOg==").await, 401, "the token is no key");
    let key = async |endpoints: serde_json::Value| {
        let made = acme.post("/api/v1/keys", json!({"name": "scraper", "endpoints": endpoints})).await;
        assert_eq!(made.status, 201, "{made}");
        made.json["key"].as_str().unwrap().to_owned()
    };
    let (may, may_not) = (key(json!(["GET /metrics"])).await, key(json!(["GET /v1/jobs"])).await);
    assert_eq!(ask(&format!("Bearer {may}")).await, 200);
    assert_eq!(ask(&format!("Bearer {may_not}")).await, 401);
    assert_eq!(acme.get("/metrics").await.status, 200, "by Basic, with a key that may do everything");
    let refused = acme.ask(Method::GET, "/v1/jobs", None, &[("Authorization", &format!("Bearer {may}"))]).await;
    assert_eq!(refused.status, 401, "elsewhere a bearer is nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn measures_tell_of_requests_commits_and_what_waits() {
    telemetry::recorder();
    let acme = rows::acme().await;
    acme.listener(7, &["reject_candidate"]).await;
    acme.post("/v1/applications/50/reject", json!({})).await;
    acme.pass(5000);
    acme.get("/v1/applications/50").await;
    acme.get("/v1/nobody/knows/this").await;
    orangery::hooks::sequencer::number_now(&acme.house.pool).await.unwrap();
    let text = acme.get("/metrics").await.text;
    let value = |line: &str| {
        let line = text.lines().find_map(|it| it.strip_prefix(line)).unwrap_or_else(|| panic!("no {line} in\n{text}"));
        line.trim().parse::<f64>().unwrap()
    };
    // Other tests of this process count too.
    let requests = "orangery_http_requests_total{method=\"GET\",route=\"/v1/applications/{id}\",status=\"200\"}";
    assert!(value(requests) >= 1.0);
    assert!(value("orangery_http_requests_total{method=\"GET\",route=\"none\",status=\"404\"}") >= 1.0);
    let took = "orangery_http_request_duration_seconds_count{method=\"POST\",route=\"/v1/applications/{id}/reject\"}";
    assert!(value(took) >= 1.0);
    assert!(value("orangery_database_commit_duration_seconds_count") >= 1.0);
    assert!(value("orangery_database_wait_duration_seconds_count{for=\"write\"}") >= 1.0);
    assert_eq!(value("orangery_backlog_deliveries{webhook=\"7\"}"), 1.0);
    assert_eq!(value("orangery_backlog_oldest_due_seconds{webhook=\"7\"}"), 5.0);
    assert_eq!(value("orangery_endpoint_enabled{webhook=\"7\"}"), 1.0);
    assert_eq!((value("orangery_journal_entries"), value("orangery_journal_head")), (1.0, 1.0));
    assert_eq!(value("orangery_database_up"), 1.0);
    assert!(value("orangery_process_resident_memory_bytes") > 1e6);
    let undescribed: Vec<&str> = text
        .lines()
        .filter_map(|it| it.strip_prefix("# TYPE ")?.split(' ').next())
        .filter(|it| !text.contains(&format!("# HELP {it} ")))
        .collect();
    assert!(undescribed.is_empty(), "without a word of help: {undescribed:?}");
    for secret in [crate::acme::KEY, "scrape-token", "example.com"] {
        assert!(!text.contains(secret));
    }
}
