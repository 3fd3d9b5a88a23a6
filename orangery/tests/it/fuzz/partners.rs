//! The doors of partners under rubbish: ingestion, OAuth, the audit log.

use axum::http::Method;
use serde_json::{Value, json};

use super::{bodies, dice, share};
use crate::{
    acme::Answer,
    partners::{Scene, whole},
};

fn person() -> Value {
    json!({
        "prospect": true, "first_name": "Harry", "last_name": "Potter", "external_id": "1", "company": "H", "title": "S",
        "resume": "http://127.0.0.1:1/cv", "phone_numbers": [{"phone_number": "1", "type": "home"}],
        "emails": [{"email": "h@example.org", "type": "other"}], "social_media": [{"url": "https://example.org"}],
        "websites": [{"url": "https://example.org", "type": "blog"}], "addresses": [{"address": "4", "type": "home"}],
        "job_id": 10, "notes": "N", "prospect_owner_email": "bob@example.com",
        "referrer": {"email": "r@example.org", "first_name": "R", "last_name": "H"},
    })
}

/// In the envelope of ingestion, and no fault of ours.
fn sane(what: &str, answer: &Answer) {
    let told = answer.status < 300 || answer.json["errors"][0]["message"].as_str().is_some_and(|it| !it.is_empty());
    assert!(answer.status < 500 && told, "{what}: {answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn ingestion_takes_no_harm() {
    let mut dice = dice();
    let scene = Scene::set().await;
    let right = person();
    let mut sent: Vec<Vec<u8>> = bodies::raw();
    for (place, is_scalar) in bodies::places(&right) {
        for value in bodies::values(&mut dice) {
            let must_fail = is_scalar && value == json!({"wrong": [1]});
            let body = bodies::with(&right, &place, value);
            if must_fail {
                let refused = scene.send("ada", body.clone()).await;
                assert_eq!(refused.status, 400, "{place}: {refused}");
                assert!(refused.json["errors"][0]["field"].is_string(), "{place}: {refused}");
            }
            sent.push(json!([right, body]).to_string().into_bytes());
            sent.push(body.to_string().into_bytes());
        }
        sent.push(bodies::without(&right, &place).to_string().into_bytes());
    }
    sent.retain(|_| dice.u64(..100) < share());
    for body in sent {
        let text = String::from_utf8_lossy(&body).into_owned();
        let headers = [("Authorization", scene.key.as_str()), ("On-Behalf-Of", "ada@example.com")];
        for path in ["/v1/partner/candidates", "/v1/partner/tracking_link"] {
            let answer = scene.acme.ask(Method::POST, path, Some(text.clone()), &headers).await;
            sane(&text.chars().take(300).collect::<String>(), &answer);
        }
    }
    let names = ["candidate_ids".to_owned(), "page".to_owned()];
    for query in bodies::queries(&names, &mut dice) {
        for path in ["candidates", "jobs", "current_user", "prospect_pools"] {
            let answer = scene.get("ada", &format!("/v1/partner/{path}?{query}")).await;
            sane(&query, &answer);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_log_takes_no_harm_from_queries() {
    let mut dice = dice();
    let scene = Scene::set().await;
    let made = scene.acme.post("/auth/jwt_access_token", json!({})).await;
    let bearer = format!("Bearer {}", made.json["access_token"].as_str().unwrap());
    let names = [
        "before_time",
        "after_time",
        "date",
        "magic_time",
        "performer_ids",
        "performer_types",
        "performer_ip_addresses",
        "event_types",
        "event_target_ids",
        "event_target_types",
        "request_ids",
        "request_types",
        "paging",
        "place",
        "limit",
    ];
    let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
    let odd = ["", "x", "-1", "?", "99999999999999999999", "MQ", "0-0", "-9-9", "253402207200000000-1"];
    for query in bodies::queries(&names, &mut dice) {
        scene.acme.pass(30_000);
        let (one, two) = (dice.choice(odd).unwrap_or(""), dice.choice(odd).unwrap_or(""));
        let headers =
            [("Authorization", bearer.as_str()), ("Pit-Id", one), ("Search-After", two), ("On-Behalf-Of", "")];
        let answer = scene.acme.ask(Method::GET, &format!("/events?{query}"), None, &headers).await;
        sane(&query, &answer);
        let ours = scene.acme.get(&format!("/api/v1/audit-log?{query}")).await;
        sane(&query, &ours);
    }
    for header in ["Authorization", "Size", "Pit-Id", "Search-After"] {
        for value in odd {
            scene.acme.pass(30_000);
            let mut headers = vec![("Authorization", bearer.as_str()), ("On-Behalf-Of", "")];
            headers.retain(|it| it.0 != header);
            headers.push((header, value));
            let answer = scene.acme.ask(Method::GET, "/events?paging=true", None, &headers).await;
            sane(header, &answer);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn oauth_takes_no_harm_from_forms() {
    let mut dice = dice();
    let scene = Scene::set().await;
    let new = json!({"name": "S", "url": "https://s.example", "callback_url": "https://s.example/back",
        "source_id": scene.source_id});
    let app = scene.acme.post("/api/v1/oauth/applications", new).await.json;
    let names = [
        "response_type",
        "client_id",
        "client_secret",
        "redirect_uri",
        "scope",
        "state",
        "code_challenge",
        "decision",
        "code",
        "code_challenge_method",
        "grant_type",
        "refresh_token",
        "code_verifier",
    ];
    let names: Vec<String> = names.iter().map(|it| (*it).to_owned()).collect();
    let known = format!(
        "client_id={}&client_secret={}&response_type=code&decision=grant&grant_type=authorization_code&code=x",
        app["consumer_key"].as_str().unwrap(),
        app["consumer_secret"].as_str().unwrap()
    );
    for query in bodies::queries(&names, &mut dice) {
        for form in [query.clone(), format!("{known}&{query}"), format!("{query}&{known}")] {
            let got = whole(&scene.acme, Method::GET, &format!("/oauth/authorize?{form}"), &[], "").await;
            assert!(got.0 < 500, "GET {form}: {}", got.2);
            for path in ["/oauth/authorize", "/oauth/token"] {
                let said = whole(&scene.acme, Method::POST, path, &[], &form).await;
                assert!(said.0 < 500, "{path} {form}: {}", said.2);
            }
        }
    }
    for basic in ["Basic", "Basic !", "Basic eA==", "Basic OgA6", "Basic AAA6AAA=", "Bearer x"] {
        let said = whole(&scene.acme, Method::POST, "/oauth/token", &[("Authorization", basic)], "grant_type=x").await;
        assert_eq!(said.0, 401, "{basic}: {}", said.2);
    }
}
