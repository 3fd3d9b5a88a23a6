//! How much a key may ask (RATE-1 … RATE-3).

use axum::http::Method;
use expect_test::expect;
use jiff::SignedDuration;
use orangery::{
    domain::key::{self, NewKey},
    rate::Limit,
    tables::KeyKind,
    work::Work,
};
use serde_json::json;

use crate::acme::{Acme, Answer};

async fn limited() -> Acme {
    let acme = Acme::empty().await;
    acme.house.limit(Limit { requests: 3, window: SignedDuration::from_secs(10) });
    acme
}

/// The status, and what is told of the limit.
fn told(answer: &Answer) -> String {
    let names = ["x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after"];
    let values = names.map(|name| answer.header(name).unwrap_or("-").to_owned());
    format!("{} {}", answer.status, values.join(" "))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_may_ask_so_much_in_a_window() {
    let acme = limited().await;
    let mut said = Vec::new();
    for path in ["/v1/users", "/v1/users/1", "/v1/users/99"] {
        said.push(told(&acme.get(path).await));
        acme.pass(1000);
    }
    let refused = acme.get("/v1/users").await;
    said.push(told(&refused));
    acme.pass(6999);
    said.push(told(&acme.get("/v1/users").await));
    acme.pass(1);
    said.push(told(&acme.get("/v1/users").await));
    expect![[r#"
        200 3 2 1787392811 -
        200 3 1 1787392811 -
        404 3 0 1787392811 -
        429 3 0 1787392811 7
        429 3 0 1787392811 1
        200 3 2 1787392821 -"#]]
    .assert_eq(&said.join("\n"));
    expect![[r#"
        429 {
          "message": "Too many requests: this key may make 3 at a time; try again in 7 seconds",
          "errors": [
            {
              "message": "Too many requests: this key may make 3 at a time; try again in 7 seconds"
            }
          ]
        }"#]]
    .assert_eq(&refused.to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_does_nothing_and_others_may_go_on() {
    let acme = limited().await;
    let bob = json!({"first_name": "Bob", "last_name": "Builder", "email": "bob@example.com"});
    // What the door refuses for another reason counts too.
    let said = acme.ask(Method::POST, "/v1/users", Some(bob.to_string()), &[("On-Behalf-Of", "77")]).await;
    assert_eq!(told(&said), "403 3 2 1787392811 -");
    acme.get("/v1/users").await;
    acme.get("/v1/users").await;
    assert_eq!(acme.post("/v1/users", bob.clone()).await.status, 429);

    // Our own API asks no questions, nor is somebody without a key told of limits.
    let ours = acme.get("/api/v1/organization").await;
    assert_eq!(told(&ours), "200 - - - -");
    let nobody = acme.ask(Method::GET, "/v1/users", None, &[("Authorization", "")]).await;
    assert_eq!(told(&nobody), "401 - - - -");

    let other = NewKey {
        name: "other".to_owned(),
        token: "other-key".to_owned(),
        kind: KeyKind::Harvest,
        source_id: None,
        endpoints: vec!["*".to_owned()],
    };
    acme.write(async move |work: &mut Work| key::add(work, &other).await).await.unwrap();
    // other-key:
    let listed = acme.ask(Method::GET, "/v1/users", None, &[("Authorization", "Basic b3RoZXIta2V5Og==")]).await;
    assert_eq!(told(&listed), "200 3 2 1787392811 -");
    assert_eq!(listed.json.as_array().unwrap().len(), 1, "Bob was not added");
    acme.pass(10_000);
    assert_eq!(acme.post("/v1/users", bob).await.status, 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_limit_nothing_is_said_of_one() {
    let acme = Acme::empty().await;
    for _ in 0..60 {
        assert_eq!(told(&acme.get("/v1/users/1").await), "200 - - - -");
    }
}
