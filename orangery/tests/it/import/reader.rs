//! A server that is slow, full, or broken at times is read all the same; one that leads elsewhere is not followed.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    http::{HeaderMap, StatusCode},
    routing::get,
};
use orangery::import::reader::{Key, Reader, Refusal};

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

fn link(to: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("link", format!("<{to}>; rel=\"next\", <{to}>; rel=\"last\"").parse().unwrap());
    headers
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_patience_gets_it() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let list = move || {
        let n = count.fetch_add(1, Ordering::Relaxed);
        async move {
            let mut headers = HeaderMap::new();
            headers.insert("retry-after", "0".parse().unwrap());
            match n {
                0 => (StatusCode::TOO_MANY_REQUESTS, headers, "slowly"),
                1 => (StatusCode::BAD_GATEWAY, HeaderMap::new(), "broken"),
                // It calls itself by another name; the key goes to where it was found.
                2 => (StatusCode::OK, link("https://elsewhere.example.com/v1/things?page=2"), "[{\"id\": 1}]"),
                _ => (StatusCode::OK, HeaderMap::new(), "[{\"id\": 2}]"),
            }
        }
    };
    let url = serve(Router::new().route("/v1/things", get(list))).await;
    let reader = Reader::new(&url, Key::new("k").unwrap(), true).await.unwrap();
    let rows = reader.all("/v1/things").await.unwrap();
    assert_eq!(rows, [serde_json::json!({"id": 1}), serde_json::json!({"id": 2})]);
    assert_eq!(asked.load(Ordering::Relaxed), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_told_apart() {
    let router = Router::new()
        .route("/v1/closed", get(async || (StatusCode::FORBIDDEN, "not you")))
        .route("/v1/odd", get(async || "{}"))
        .route("/v1/wrong", get(async || (StatusCode::UNPROCESSABLE_ENTITY, "no")))
        .route("/v1/away", get(async || (StatusCode::FOUND, [("location", "http://169.254.169.254/")], "")));
    let url = serve(router).await;
    let reader = Reader::new(&url, Key::new("k").unwrap(), true).await.unwrap();
    let refused = async |path: &str| reader.all(path).await.unwrap_err();
    assert_eq!(refused("/v1/closed").await, Refusal::Forbidden("403: not you".to_owned()));
    assert_eq!(refused("/v1/none").await, Refusal::NotFound);
    assert_eq!(refused("/v1/odd").await.to_string(), "/v1/odd did not answer with a list");
    assert_eq!(refused("/v1/wrong").await.to_string(), "/v1/wrong: 422: no");
    assert_eq!(refused("/v1/away").await.to_string(), "/v1/away: 302: ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_server_is_read_only_if_that_was_said() {
    for url in ["http://127.0.0.1:1", "https://localhost", "http://example.com", "nonsense"] {
        assert!(Reader::new(url, Key::new("k").unwrap(), false).await.is_err(), "{url}");
    }
}
