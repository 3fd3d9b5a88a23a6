//! What an endpoint is shown beside the documented headers: Standard Webhooks, bearer tokens; and what the log shows of it.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use courier::{
    endpoint::{Call, Oauth},
    guard::Guard,
    shown::{self, Sent},
    target::{Marks, Parts, Target},
};
use jiff::{SignedDuration, Timestamp};
use sql::Json;

use crate::{
    guard::{LITERALS, NOT_PUBLIC},
    office::{Office, SECRET, on_both},
    post::{client, loopback, parts, post_to, resolving_to},
    receiver::{Answer, Got, Receiver, hanging},
};

on_both!(both_secrets_sign_during_the_overlap, a_token_is_had_for_deliveries_and_pings);

const BODY: &str = r#"{"action":"job_deleted","payload":{"job":{"id":209256,"name":"R\u0026D \u003cLead\u003e é"}}}"#;

fn at() -> Timestamp {
    "2026-11-21T08:00:00.9Z".parse().unwrap()
}

#[test]
fn standard_webhooks_beside_the_documented_headers() {
    let headers = BTreeMap::new();
    let post = |parts: &Parts, now| Target::new(parts).unwrap().post("17", BODY.into(), Marks::default(), now).headers;
    let plain = parts("https://hook.example/", &headers);
    assert!(post(&plain, at()).keys().all(|it| !it.as_str().starts_with("webhook-")));

    let until = at() + SignedDuration::from_secs(1);
    let old: Option<(&[u8], _)> = Some((b"web-hook-secret", until));
    let rotated = Parts { standard_headers: true, secret: b"whsec_aGVsbG8gd29ybGQhIQ==", old_secret: old, ..plain };
    let sent = post(&rotated, at());
    let text = |name: &str| sent[name].to_str().unwrap();
    assert_eq!((text("webhook-id"), text("webhook-timestamp")), ("17", "1795248000"));
    let (new, old) =
        ("v1,rp97ZIwkSDcO+tWhNPKaEgoNLLT9G476Tpc6KF9MZXc=", "v1,lRzJZbHHF9xJWFW1NSYvtQCtZRbxAjhkGFXrE4HgFEc=");
    assert_eq!(text("webhook-signature"), format!("{new} {old}"));
    // The documented one has room for one signature: by the secret as it was typed.
    assert!(courier::sign::verify(b"whsec_aGVsbG8gd29ybGQhIQ==", text("signature"), BODY.as_bytes()));
    let later = post(&rotated, until);
    assert_eq!(later["webhook-timestamp"], "1795248001");
    assert!(!later["webhook-signature"].to_str().unwrap().contains(' '), "the overlap is over");
}

#[test]
fn the_log_shows_the_headers_that_were_sent() {
    let typed = BTreeMap::from([("X-Tenant".to_owned(), "acme-4711".to_owned())]);
    let secrets = [b"new secret".to_vec(), b"old secret".to_vec()];
    let until = at() + SignedDuration::from_secs(1);
    let plain = parts("https://hook.example/", &typed);
    let rotated = Parts {
        secret: &secrets[0],
        old_secret: Some((&secrets[1], until)),
        standard_headers: true,
        basic_user: Some("ann"),
        ..plain
    };
    let marks = Marks { replay: true, test: true };
    let sent = Target::new(&rotated).unwrap().post("17", BODY.into(), marks, at()).headers;
    let call = Call {
        id: 1,
        webhook_id: 1,
        since: at(),
        url: rotated.url.into(),
        header_names: Json(vec!["X-Tenant".into()]),
        basic: true,
        oauth: false,
        standard_headers: true,
    };
    let user_agent = rotated.user_agent;
    let of = Sent { delivery_id: 17, marks, at: at(), body: Some(BODY), secrets: &secrets, user_agent };
    let log = shown::headers(&call, &of);
    let mut names: Vec<String> = log.iter().map(|it| it.0.to_lowercase()).collect();
    let mut expected: Vec<String> = sent.keys().map(|it| it.as_str().to_owned()).collect();
    names.sort();
    expected.sort();
    assert_eq!(names, expected);
    for (name, value) in &log {
        match name.as_str() {
            "Authorization" => assert_eq!(value, "Basic (hidden)"),
            "X-Tenant" => assert_eq!(value, "(hidden)"),
            name => assert_eq!(value, sent[name].to_str().unwrap(), "{name}"),
        }
    }

    let call = Call { oauth: true, basic: false, standard_headers: false, ..call };
    let gone = shown::headers(&call, &Sent { secrets: &[], ..of });
    let gone: Vec<String> = gone.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let expected = [
        "Content-Type: application/json",
        "Greenhouse-Event-ID: 17",
        "Signature: (no longer known)",
        "User-Agent: Orangery/test",
        "Authorization: Bearer (hidden)",
        "Orangery-Replay: true",
        "Orangery-Test: true",
        "X-Tenant: (hidden)",
    ];
    assert_eq!(gone, expected);
}

async fn both_secrets_sign_during_the_overlap(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let hook = receiver.url();
    let until = office.now() + SignedDuration::from_hours(24);
    let webhook = office.webhook_with(&hook, |it| {
        it.standard_headers = true;
        it.old_secret = Some(office.seal.seal(b"the one before"));
        it.old_secret_until = Some(until);
        it.secret_number = 2;
    });
    let webhook = webhook.await;
    let courier = office.courier().await;
    let first = office.fire(webhook).await;
    courier.wake();
    office.wait("delivered", 1).await;
    office.advance(SignedDuration::from_hours(24));
    let second = office.fire(webhook).await;
    courier.wake();
    office.wait("delivered", 2).await;
    let signed = |secret: &[u8], it: &Got| {
        let signer = courier::sign::StandardSigner::new(secret);
        signer.signature(it.header("webhook-id"), it.header("webhook-timestamp").parse().unwrap(), it.body.as_bytes())
    };
    for (it, id) in receiver.got().iter().zip([first, second]) {
        assert_eq!(it.header("webhook-id"), id.to_string());
        let attempt = &office.attempts(id).await[0];
        assert_eq!(it.header("webhook-timestamp"), attempt.started_at.as_second().to_string());
        assert_eq!(attempt.secret_number, Some(2));
        let (new, old) = (signed(SECRET.as_bytes(), it), signed(b"the one before", it));
        let expected = if id == first { format!("{new} {old}") } else { new };
        assert_eq!(it.header("webhook-signature"), expected);
        assert!(courier::sign::verify(SECRET.as_bytes(), it.header("signature"), it.body.as_bytes()));
    }
    courier.stop().await;
}

/// Gives tokens `token-1`, `token-2` …
async fn issuer(seconds: &'static str) -> Receiver {
    let number = AtomicUsize::new(0);
    Receiver::start(move |_| {
        let number = number.fetch_add(1, Ordering::Relaxed) + 1;
        // Time for others to come and wait.
        std::thread::sleep(Duration::from_millis(20));
        let body = format!(r#"{{"access_token":"token-{number}","token_type":"Bearer"{seconds}}}"#);
        Answer { body, ..200.into() }
    })
    .await
}

fn credentials(token_url: &str) -> Oauth {
    Oauth { token_url: token_url.into(), client_id: "orangery:1".into(), scope: Some("hooks:write a&b".into()) }
}

fn target(url: &str, oauth: &Oauth) -> Target {
    Target::new(&Parts { oauth: Some((oauth, "hush, hush")), ..parts(url, &BTreeMap::new()) }).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_token_is_had_for_all_and_kept() {
    let (issuer, receiver) = (issuer(r#","expires_in":3600"#).await, Receiver::start(|_| 200).await);
    let (client, target) = (client(|_| ()), target(&receiver.url(), &credentials(&issuer.url())));
    let outcomes = futures_util::future::join_all((0..8).map(|_| post_to(&client, &target))).await;
    assert!(outcomes.iter().all(|it| it.succeeded()), "{outcomes:?}");
    assert!(post_to(&client, &target).await.succeeded());
    assert_eq!(issuer.count(), 1);
    assert!(receiver.got().iter().all(|it| it.header("authorization") == "Bearer token-1"));

    let asked = &issuer.got()[0];
    assert_eq!((asked.method.as_str(), asked.header("content-type")), ("POST", "application/x-www-form-urlencoded"));
    assert_eq!(asked.header("accept"), "application/json");
    // base64 of orangery%3A1:hush%2C+hush
    assert_eq!(asked.header("authorization"), "Basic b3JhbmdlcnklM0ExOmh1c2glMkMraHVzaA==");
    assert_eq!(asked.body, "grant_type=client_credentials&scope=hooks%3Awrite+a%26b");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_expired_or_was_refused_is_not_used_again() {
    let refuse = Arc::new(AtomicBool::new(false));
    let refused = refuse.clone();
    let receiver = Receiver::start(move |_| if refused.load(Ordering::Relaxed) { 401 } else { 200 }).await;
    let client = client(|_| ());
    for (seconds, tokens) in
        [("", [1, 1, 2]), (r#","expires_in":"3600""#, [1, 1, 2]), (r#","expires_in":0"#, [1, 2, 4])]
    {
        let issuer = issuer(seconds).await;
        let target = target(&receiver.url(), &credentials(&issuer.url()));
        let mut used = vec![];
        for refusing in [false, false, true, false] {
            refuse.store(refusing, Ordering::Relaxed);
            let outcome = post_to(&client, &target).await;
            assert_eq!(outcome.status, Some(if refusing { 401 } else { 200 }));
            if !refusing {
                let got = receiver.got();
                let token = got.last().unwrap().header("authorization").strip_prefix("Bearer token-").unwrap();
                used.push(token.parse::<i32>().unwrap());
            }
        }
        assert_eq!(used, tokens, "{seconds}");
    }
    // The last tenth of its time is not used.
    let issuer = issuer(r#","expires_in":1"#).await;
    let target = target(&receiver.url(), &credentials(&issuer.url()));
    for (wait, count) in [(0, 1), (100, 1), (850, 2)] {
        tokio::time::sleep(Duration::from_millis(wait)).await;
        assert!(post_to(&client, &target).await.succeeded());
        assert_eq!(issuer.count(), count);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_token_nothing_is_sent_and_the_log_says_why() {
    let receiver = Receiver::start(|_| 200).await;
    let client = client(|_| ());
    let answers: [(u16, &str, &str); 8] = [
        (401, r#"{"error":"invalid_client","error_description":"hush, hush"}"#, "401 (invalid_client)"),
        (400, r#"{"error":"hush, hush"}"#, "400"),
        (500, "", "500"),
        (302, "", "302"),
        (200, "hush, hush", "200, but without an access_token in JSON"),
        (200, r#"{"access_token":"a\nb"}"#, "200, but its access_token can't be sent"),
        (200, r#"{"access_token":""}"#, "200, but its access_token can't be sent"),
        (200, r#"{"access_token":"a","token_type":"mac"}"#, "200, but the token is not a bearer token"),
    ];
    for (status, body, expected) in answers {
        let location = receiver.url();
        let answer = move |_: &Got| Answer { status, headers: vec![("location", location.clone())], body: body.into() };
        let issuer = Receiver::start(answer).await;
        let outcome = post_to(&client, &target(&receiver.url(), &credentials(&issuer.url()))).await;
        assert_eq!(outcome.error, Some(format!("the token endpoint answered {expected}")));
        assert_eq!((outcome.status, outcome.answer), (None, None));
    }
    let flood = Receiver::start(|_| Answer { body: "x".repeat(20_000), ..200.into() }).await;
    for (token_url, expected) in [
        (flood.url(), "the token endpoint: its answer broke off, or was too long"),
        ("http://127.0.0.1:1/".into(), "the token endpoint: could not connect to 127.0.0.1:1: connection refused"),
        (hanging().await, "no answer of the token endpoint within 0.3 s"),
        // The guard is asked about it as about the endpoint.
        (
            "https://10.0.0.1/".into(),
            "the token endpoint: not called: it leads to 10.0.0.1, which is not a public address",
        ),
    ] {
        let outcome = post_to(&client, &target(&receiver.url(), &credentials(&token_url))).await;
        let error = outcome.error.unwrap();
        // Which of the two deadlines is first is chance.
        let late = error == "the token endpoint: no answer within 0.3 s";
        assert!(error == expected || late && expected.contains("within"), "{error}");
    }
    assert_eq!(receiver.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_had_where_hooks_may_go() {
    let receiver = Receiver::start(|_| 200).await;
    let strict = |ips| client(|it| (it.guard, it.resolve) = (Guard::default(), resolving_to(ips)));
    for url in LITERALS.split_whitespace() {
        let outcome = post_to(&strict(&["127.0.0.1"]), &target(&receiver.url(), &credentials(url))).await;
        let error = outcome.error.unwrap();
        assert!(error.starts_with("the token endpoint: not called: it leads to"), "{url}: {error}");
    }
    for ip in NOT_PUBLIC.split_whitespace() {
        let credentials = credentials("https://id.example/token");
        let outcome = post_to(&strict(vec!["8.8.8.8", ip].leak()), &target(&receiver.url(), &credentials)).await;
        assert!(outcome.error.unwrap().starts_with("the token endpoint: not called: it leads to"), "{ip}");
    }
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_do_not_come_back_in_answers() {
    let issuer = issuer("").await;
    let echo = Receiver::start(|got| Answer { body: format!("{:?} hush, hush", got.headers), ..500.into() }).await;
    let outcome = post_to(&client(|_| ()), &target(&echo.url(), &credentials(&issuer.url()))).await;
    let answer = outcome.answer.unwrap();
    assert!(answer.contains("Bearer [secret]") && !answer.contains("hush"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_and_the_post_share_one_deadline() {
    let slow = |millis| {
        Receiver::start(move |_| {
            tokio::task::block_in_place(|| std::thread::sleep(Duration::from_millis(millis)));
            Answer { body: r#"{"access_token":"slow"}"#.into(), ..200.into() }
        })
    };
    let (issuer, receiver) = (slow(200).await, slow(200).await);
    let target = target(&receiver.url(), &credentials(&issuer.url()));
    let client = client(|it| it.guard = loopback());
    let first = post_to(&client, &target).await;
    assert_eq!(first.error.as_deref(), Some("no answer within 0.3 s"));
    assert!(post_to(&client, &target).await.succeeded(), "the token was kept");
}

async fn a_token_is_had_for_deliveries_and_pings(office: &Office) {
    let (issuer, receiver) = (issuer("").await, Receiver::start(|_| 200).await);
    let (token_url, hook) = (issuer.url(), receiver.url());
    let webhook = office.webhook_with(&hook, |it| {
        it.oauth = Some(Json(credentials(&token_url)));
        it.oauth_secret = Some(office.seal.seal(b"hush, hush"));
    });
    let webhook = webhook.await;
    let courier = office.courier().await;
    office.fire_many(webhook, 50).await;
    courier.wake();
    office.wait("delivered", 50).await;
    assert_eq!(issuer.count(), 1);
    assert!(receiver.got().iter().all(|it| it.header("authorization") == "Bearer token-1"));

    let row = office.read().await.unwrap().find(webhook).await.unwrap();
    let ping = courier::endpoint::ping(courier.client(), &office.seal, "t", &row, &[], office.now()).await;
    assert!(ping.succeeded(), "{ping:?}");
    assert_eq!(receiver.got().last().unwrap().header("authorization"), "Bearer token-2");
    courier.stop().await;
}
