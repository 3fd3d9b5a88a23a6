//! What an endpoint may be told to do differently: taken, shown, refused; its secret changed for another; how it fares.

use courier::endpoint::{Call, Health};
use expect_test::expect;
use serde_json::{Value, json};
use sql::params;

use super::endpoints::{SECRET, enabled, faults, minimal};
use crate::{acme::Acme, receiver::Receiver};

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----
MIIBPDCB76ADAgECAhQA/UjYZ5wW9SjtULMoaw1eq7WrdTAFBgMrZXAwEzERMA8G
A1UEAwwIb3JhbmdlcnkwIBcNMjYxMTIxMTEzNTE1WhgPMjEyNjEwMjgxMTM1MTVa
MBMxETAPBgNVBAMMCG9yYW5nZXJ5MCowBQYDK2VwAyEApsJVTBpYLosF9giQsp0t
NZV/ni1LkwS4+ccTKDjBb3SjUzBRMB0GA1UdDgQWBBQXwOt5epVbcI0CT74Honej
5F4iuzAfBgNVHSMEGDAWgBQXwOt5epVbcI0CT74Honej5F4iuzAPBgNVHRMBAf8E
BTADAQH/MAUGAytlcANBAHQjbYEAqfzB83C5yHvGZtt+BsZV1AwUVS2Cwm/a1b6B
3ZbhLlKPKYWLMOwdJDKTzFMiZyctqCFF4XTLAyjgJAc=
-----END CERTIFICATE-----
";
const KEY: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJO2nJJehc7Erxo39oHbXvC4lkBqTh2SYsc8N1AWw4pw
-----END PRIVATE KEY-----
";

/// All settings, and the secrets among them.
fn all(receiver: &Receiver) -> Value {
    json!({
        "max_attempts": 5, "in_flight": 4, "per_second": 50, "order_by": "candidate", "any_2xx": true,
        "standard_headers": true, "disable_on_gone": true, "disable_after_hours": 48, "probe": true,
        "error_email": "ops@example.com", "client_certificate": CERTIFICATE, "client_key": KEY,
        "oauth": {"token_url": receiver.token_url(), "client_id": "us", "client_secret": "oauth-secret", "scope": "hooks"}
    })
}

fn settings_of(shown: &Value) -> String {
    let names = [
        "health",
        "max_attempts",
        "in_flight",
        "per_second",
        "order_by",
        "any_2xx",
        "standard_headers",
        "disable_on_gone",
        "disable_after_hours",
        "probe",
        "error_email",
        "secret_number",
        "old_secret_until",
        "client_certificate",
        "oauth",
    ];
    let line = |name: &&str| format!("{name}: {}\n", shown[*name]).replace(&json!(CERTIFICATE).to_string(), "…");
    names.iter().map(line).collect()
}

async fn calls(acme: &Acme, id: i64) -> Vec<Call> {
    let rest = "where webhook_id = $1 order by since";
    acme.house.read(async |look| Ok(look.tx.all(rest, params![id]).await?)).await.unwrap()
}

async fn health(acme: &Acme, id: i64) -> Health {
    let rest = "where webhook_id = $1";
    acme.house.read(async |look| Ok(look.tx.all(rest, params![id]).await?)).await.unwrap().remove(0)
}

/// It has failed for a while, as its courier would note it.
async fn fail(acme: &Acme, id: i64) {
    acme.write(async move |work| {
        let sql = "update webhook_health set failing_since = $2, probe_at = $2 where webhook_id = $1";
        Ok(work.tx.execute(sql, params![id, work.now]).await?)
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn all_settings_are_taken_and_shown_without_their_secrets() {
    let acme = Acme::empty().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let path = format!("/api/v1/webhooks/{id}");
    expect![[r#"
        health: {"condition":"ok","failing_since":null,"warned_at":null,"gone_at":null,"next_probe_at":null}
        max_attempts: 7
        in_flight: null
        per_second: null
        order_by: null
        any_2xx: false
        standard_headers: false
        disable_on_gone: false
        disable_after_hours: null
        probe: false
        error_email: null
        secret_number: 1
        old_secret_until: null
        client_certificate: null
        oauth: null
    "#]]
    .assert_eq(&settings_of(&acme.get(&path).await.json));
    let answer = acme.patch(&path, all(&receiver)).await;
    assert_eq!(receiver.got()[1].header("authorization"), "Bearer a-token", "its ping");
    expect![[r#"
        health: {"condition":"ok","failing_since":null,"warned_at":null,"gone_at":null,"next_probe_at":null}
        max_attempts: 5
        in_flight: 4
        per_second: 50
        order_by: "candidate"
        any_2xx: true
        standard_headers: true
        disable_on_gone: true
        disable_after_hours: 48
        probe: true
        error_email: "ops@example.com"
        secret_number: 1
        old_secret_until: null
        client_certificate: …
        oauth: {"token_url":"http://receiver/token","client_id":"us","scope":"hooks"}
    "#]]
    .assert_eq(&settings_of(&answer.json).replace(&receiver.token_url(), "http://receiver/token"));
    let shown = acme.get(&path).await;
    let listed = acme.get("/api/v1/webhooks").await;
    for secret in [SECRET, "oauth-secret", "PRIVATE KEY", &KEY[30..60]] {
        for answer in [&answer, &shown, &listed] {
            assert!(!answer.text.contains(secret), "{secret} is shown");
        }
    }
    // Also at creation, where null is as good as nothing.
    let mut new = minimal(&receiver);
    new.as_object_mut().unwrap().extend(all(&receiver).as_object().unwrap().clone());
    new["order_by"] = json!("application");
    new["probe"] = Value::Null;
    let answer = acme.post("/api/v1/webhooks", new).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert_eq!((&answer.json["order_by"], &answer.json["probe"]), (&json!("application"), &json!(false)));

    // A certificate and an OAuth client may be changed without saying their secrets again, and are taken away with them.
    let other = receiver.token_url() + "?other";
    let change = json!({"oauth": {"token_url": other, "client_id": "us"}, "client_certificate": CERTIFICATE});
    let answer = acme.patch(&path, change).await;
    assert_eq!(answer.json["oauth"]["token_url"], other, "{answer}");
    let nulls = json!({
        "in_flight": null, "per_second": null, "order_by": null, "disable_after_hours": null, "error_email": null,
        "client_certificate": null, "oauth": null, "any_2xx": false, "standard_headers": false, "disable_on_gone": false,
        "probe": false, "max_attempts": 7
    });
    let answer = acme.patch(&path, nulls).await;
    let fresh = acme.post("/api/v1/webhooks", minimal(&receiver)).await;
    assert_eq!(settings_of(&answer.json), settings_of(&fresh.json));
    let row: courier::endpoint::Webhook = acme.house.read(async move |look| Ok(look.tx.find(id).await?)).await.unwrap();
    assert_eq!((row.client_key, row.oauth_secret, row.in_flight), (None, None, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_make_no_sense_are_refused_by_name() {
    let acme = Acme::empty().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let path = format!("/api/v1/webhooks/{id}");
    let wrong = json!({
        "max_attempts": 8, "in_flight": 0, "per_second": 10001, "disable_after_hours": 721, "error_email": "x",
        "client_certificate": "x", "client_key": KEY, "basic": {"user": "u"},
        "oauth": {"token_url": "https://10.0.0.1/", "client_id": ""}
    });
    expect![[r#"
        max_attempts: must be from 1 to 7
        in_flight: must be from 1 to 256
        per_second: must be from 1 to 10000
        disable_after_hours: must be from 1 to 720
        client_certificate: must be PEM: it holds no -----BEGIN CERTIFICATE-----
        oauth: can't be used together with Basic credentials: each is sent as the Authorization header
        oauth.token_url: leads to 10.0.0.1, which is not a public address
        oauth.client_id: can't be blank
        oauth.client_secret: is missing
        error_email: must be an e-mail address
    "#]]
    .assert_eq(&faults(&acme.patch(&path, wrong).await));
    for wrong in [
        json!({"in_flight": 257}),
        json!({"in_flight": -1}),
        json!({"per_second": 0}),
        json!({"disable_after_hours": 0}),
        json!({"order_by": "job"}),
        json!({"client_key": KEY}),
        json!({"client_certificate": CERTIFICATE}),
        json!({"probe": null}),
        json!({"any_2xx": null}),
        json!({"max_attempts": null}),
        json!({"probe": 1}),
        json!({"oauth": {"token_url": 7}}),
    ] {
        let field = wrong.as_object().unwrap().keys().next().unwrap().clone();
        let answer = acme.patch(&path, wrong).await;
        let named = answer.json["errors"][0]["field"].as_str().unwrap_or_default();
        let other = if field.ends_with("key") { "client_certificate" } else { "client_key" };
        assert!(answer.status == 422 && (named.starts_with(&field) || named == other), "{field}: {answer}");
    }
    assert_eq!(receiver.got().len(), 1, "nothing was pinged");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_changed_for_another() {
    let acme = Acme::empty().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let path = format!("/api/v1/webhooks/{id}");
    let rotate = format!("{path}/rotate-secret");
    let answer = acme.post(&rotate, json!({})).await;
    assert_eq!(answer.status, 200, "{answer}");
    let made = answer.json["secret"].as_str().unwrap().to_owned();
    assert!(made.starts_with("whsec_") && made.len() == 6 + 44, "{made}");
    assert_eq!(
        (&answer.json["secret_number"], &answer.json["old_secret_until"], &answer.json["enabled"]),
        (&json!(2), &json!("2026-08-23T10:00:00.123Z"), &json!(true))
    );
    assert_eq!(receiver.got().len(), 1, "it is not pinged with a secret that nobody there knows");
    assert!(!acme.get(&path).await.text.contains(&made));
    acme.post(&format!("{path}/ping"), json!({})).await;
    assert!(receiver.wait(2).await[1].is_signed(&made));

    let answer = acme.post(&rotate, json!({"secret": "third", "overlap_hours": 0})).await;
    assert_eq!((&answer.json["secret"], &answer.json["secret_number"]), (&Value::Null, &json!(3)));
    assert_eq!(answer.json["old_secret_until"], Value::Null, "no overlap");
    let answer = acme.patch(&path, json!({"secret": "fourth"})).await;
    assert_eq!(
        (&answer.json["secret_number"], &answer.json["old_secret_until"]),
        (&json!(4), &json!("2026-08-23T10:00:00.123Z"))
    );
    assert!(receiver.wait(3).await[2].is_signed("fourth"), "a change is pinged");
    // The same once more is no change; an overlap that is over is forgotten.
    acme.pass(25 * 60 * 60 * 1000);
    let answer = acme.patch(&path, json!({"secret": "fourth"})).await;
    assert_eq!((&answer.json["secret_number"], &answer.json["old_secret_until"]), (&json!(4), &Value::Null));

    expect![[r#"
        overlap_hours: must be from 0 to 720
        secret: is the one that signs already
    "#]]
    .assert_eq(&faults(&acme.post(&rotate, json!({"secret": "fourth", "overlap_hours": 721})).await));
    expect![[r#"
        overlap_hours: must be from 0 to 720
        secret: can't be blank
    "#]]
    .assert_eq(&faults(&acme.post(&rotate, json!({"secret": "", "overlap_hours": -1})).await));
    assert_eq!(acme.post("/api/v1/webhooks/99/rotate-secret", json!({})).await.status, 404);
    assert_eq!(acme.get(&path).await.json["secret_number"], 4);
    let audit: Vec<orangery::tables::AuditRecord> =
        acme.house.read(async |look| Ok(look.tx.all("order by id", &[]).await?)).await.unwrap();
    let text = format!("{audit:?}");
    assert!([&made, "third", "fourth"].iter().all(|it| !text.contains(*it)), "the audit log knows no secret");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_requests_look_like_is_kept_whenever_it_changes() {
    let acme = Acme::empty().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let path = format!("/api/v1/webhooks/{id}");
    for change in [
        json!({"name": "Other", "per_second": 5, "secret": "other"}),
        json!({"headers": {"X-Team": "a"}}),
        json!({"headers": {"X-Team": "b"}}),
        json!({"basic": {"user": "u"}, "standard_headers": true}),
        json!({"url": format!("{}/2", receiver.url)}),
    ] {
        assert_eq!(acme.patch(&path, change).await.status, 200);
    }
    let calls = calls(&acme, id).await;
    let looks: Vec<String> = calls
        .iter()
        .map(|it| {
            let url = it.url.replace(&receiver.url, "…");
            format!(
                "{url} {:?} basic {} oauth {} standard {}",
                it.header_names.0, it.basic, it.oauth, it.standard_headers
            )
        })
        .collect();
    expect![[r#"
        … [] basic false oauth false standard false
        … ["X-Team"] basic false oauth false standard false
        … ["X-Team"] basic true oauth false standard true
        …/2 ["X-Team"] basic true oauth false standard true
    "#]]
    .assert_eq(&(looks.join("\n") + "\n"));
    assert!(calls.is_sorted_by(|a, b| a.since < b.since));
}

#[tokio::test(flavor = "multi_thread")]
async fn health_begins_anew_with_another_address_or_secret_and_when_enabled_again() {
    let acme = Acme::empty().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let path = format!("/api/v1/webhooks/{id}");
    let is_ok = async || health(&acme, id).await.failing_since.is_none();
    assert!(is_ok().await);
    assert_eq!(acme.get(&path).await.json["health"]["condition"], "ok");
    fail(&acme, id).await;
    let shown = acme.get(&path).await;
    expect![[r#"
        {
          "condition": "dead",
          "failing_since": "2026-08-22T10:00:00.123Z",
          "warned_at": null,
          "gone_at": null,
          "next_probe_at": "2026-08-22T10:00:00.123Z"
        }
    "#]]
    .assert_eq(&format!("{:#}\n", shown.json["health"]));
    acme.patch(&path, json!({"name": "Other", "per_second": 3})).await;
    assert!(!is_ok().await, "that changes nothing of how it answers");
    acme.patch(&path, json!({"url": format!("{}/2", receiver.url)})).await;
    assert!(is_ok().await);
    fail(&acme, id).await;
    acme.patch(&path, json!({"basic": {"user": "u", "password": "p"}})).await;
    assert!(is_ok().await);
    fail(&acme, id).await;
    acme.post(&format!("{path}/disable"), json!({})).await;
    assert_eq!(acme.get(&path).await.json["health"]["condition"], "disabled");
    assert!(!is_ok().await);
    acme.post(&format!("{path}/enable"), json!({})).await;
    assert!(is_ok().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_any_2xx_counts_it_counts_for_pings_too() {
    let acme = Acme::empty().await;
    let receiver = Receiver::start().await;
    receiver.answer(204);
    let mut new = minimal(&receiver);
    new["any_2xx"] = json!(true);
    let answer = acme.post("/api/v1/webhooks", new).await;
    assert_eq!((&answer.json["enabled"], &answer.json["ping"]["succeeded"]), (&json!(true), &json!(true)), "{answer}");
    receiver.answer(302);
    let answer = acme.post(&format!("/api/v1/webhooks/{}/ping", answer.json["id"]), json!({})).await;
    assert_eq!(
        (&answer.json["enabled"], &answer.json["disabled_why"]),
        (&json!(false), &json!("The ping failed: answered 302"))
    );
}
