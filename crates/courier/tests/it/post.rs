//! One request: bounded in time and size, guarded, and honest in what it reports.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use courier::{
    client::{Client, Outcome, Settings},
    connect::{Refused, Resolve},
    guard::Guard,
    target::{Marks, Parts, Target},
};
use futures_util::FutureExt;
use tokio::io::AsyncWriteExt;

use crate::guard::{LITERALS, NOT_PUBLIC};
use crate::receiver::{Answer, Got, Receiver, dripping, flooding, hanging, misbehaving};

pub fn loopback() -> Guard {
    Guard { allow: vec!["127.0.0.0/8".parse().unwrap()] }
}

pub fn client(change: impl FnOnce(&mut Settings)) -> Client {
    let mut settings = Settings::new(loopback());
    settings.deadline = Duration::from_millis(300);
    change(&mut settings);
    Client::new(settings).unwrap()
}

/// An endpoint that asks for nothing.
pub fn parts<'a>(url: &'a str, headers: &'a BTreeMap<String, String>) -> Parts<'a> {
    Parts {
        url,
        secret: b"very secret",
        old_secret: None,
        standard_headers: false,
        basic_user: None,
        basic_password: None,
        headers,
        user_agent: "Orangery/test",
        identity: None,
        oauth: None,
    }
}

pub async fn post_to(client: &Client, target: &Target) -> Outcome {
    client.post(target.post("17", "{}".into(), Marks::default(), "2026-11-21T08:00:00Z".parse().unwrap())).await
}

async fn post_with(client: &Client, url: &str) -> Outcome {
    let headers = BTreeMap::from([("X-Tenant".to_owned(), "acme-4711".to_owned())]);
    let basic = Parts { basic_user: Some("ann"), basic_password: Some("pass word"), ..parts(url, &headers) };
    post_to(client, &Target::new(&basic).unwrap()).await
}

async fn post(url: &str) -> Outcome {
    post_with(&client(|_| ()), url).await
}

pub fn resolving_to(ips: &'static [&'static str]) -> Resolve {
    Arc::new(move |_| async move { Ok(ips.iter().map(|it| it.parse::<IpAddr>().unwrap()).collect()) }.boxed())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_reports_what_it_saw() {
    let receiver = Receiver::start(|_| Answer { body: "thanks".into(), ..200.into() }).await;
    let client = client(|_| ());
    let first = post_with(&client, &receiver.url()).await;
    assert!(first.succeeded());
    assert_eq!(
        (first.status, first.answer.as_deref(), first.peer),
        (Some(200), Some("thanks"), Some(receiver.address))
    );
    let (resolve, connect, first_byte) = (first.resolve.unwrap(), first.connect.unwrap(), first.first_byte.unwrap());
    assert!(resolve + connect <= first_byte && first_byte <= first.total, "{first:?}");
    tokio::time::sleep(Duration::from_millis(50)).await;
    let second = post_with(&client, &receiver.url()).await;
    assert_eq!(second.peer, Some(receiver.address));
    assert_eq!((second.resolve, second.connect), (None, None), "the connection was kept");
    assert_eq!(receiver.connections(), 1);

    let got = &receiver.got()[0];
    assert_eq!((got.method.as_str(), got.path.as_str(), got.body.as_str()), ("POST", "/hook", "{}"));
    assert_eq!(got.header("authorization"), "Basic YW5uOnBhc3Mgd29yZA==");
    assert_eq!(got.header("x-tenant"), "acme-4711");
    assert_eq!(got.header("content-length"), "2");
}

#[tokio::test(flavor = "multi_thread")]
async fn resolving_and_connecting_are_told_apart() {
    let receiver = Receiver::start(|_| 200).await;
    let client = client(|it| {
        it.resolve = Arc::new(|_| {
            tokio::time::sleep(Duration::from_millis(80)).map(|()| Ok(vec!["127.0.0.1".parse().unwrap()])).boxed()
        })
    });
    let outcome = post_with(&client, &format!("http://hook.example:{}/", receiver.address.port())).await;
    assert!(outcome.succeeded(), "{outcome:?}");
    assert!(outcome.resolve.unwrap() >= Duration::from_millis(80) && outcome.connect.unwrap().as_millis() < 60);
    assert!(outcome.first_byte.unwrap() >= Duration::from_millis(80));
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed() {
    let other = Receiver::start(|_| 200).await;
    for status in [301, 302, 303, 307, 308] {
        let to = other.url();
        let answer = move |_: &Got| Answer { headers: vec![("location", to.clone())], ..status.into() };
        let receiver = Receiver::start(answer).await;
        let outcome = post(&receiver.url()).await;
        assert_eq!((outcome.status, outcome.succeeded()), (Some(status), false));
    }
    assert_eq!(other.count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn hanging_and_dripping_end_at_the_deadline() {
    for (url, expected) in [
        (hanging().await, "no answer within 0.3 s"),
        (dripping().await, "the answer did not end within 0.3 s"),
        (
            misbehaving(|mut tcp| async move {
                while tcp.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.is_ok() {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            })
            .await,
            "no answer within 0.3 s",
        ),
    ] {
        let start = Instant::now();
        let outcome = post(&url).await;
        assert_eq!(outcome.error.as_deref(), Some(expected));
        assert!(!outcome.succeeded());
        assert!(outcome.peer.is_some());
        assert!(start.elapsed() < Duration::from_secs(2));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_name_server_ends_at_the_deadline_too_and_is_asked_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let client = client(|it| {
        it.resolve = Arc::new(move |_| {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::time::sleep(Duration::from_secs(5)).map(|()| Err(Refused("late".into()))).boxed()
        })
    });
    let outcomes = futures_util::future::join_all((0..8).map(|_| post_with(&client, "https://slow.example/"))).await;
    for outcome in &outcomes {
        assert_eq!(outcome.error.as_deref(), Some("no answer within 0.3 s"));
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_flood_little_is_read() {
    let sent = Arc::new(AtomicUsize::new(0));
    let outcome = post(&flooding(sent.clone()).await).await;
    assert!(outcome.succeeded(), "{outcome:?}");
    assert_eq!(outcome.answer.unwrap().len(), 2048);
    tokio::time::sleep(Duration::from_millis(100)).await;
    let after = sent.load(Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(sent.load(Ordering::Relaxed), after, "the connection was closed");
    assert!(after < 32 << 20, "only what sockets buffer: {after}");

    let headers = misbehaving(|mut tcp| async move {
        let _ = tcp.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while tcp.write_all(b"X-A: 0123456789012345678901234567890123456789\r\n").await.is_ok() {}
    })
    .await;
    let outcome = post(&headers).await;
    assert!(outcome.status.is_none() && outcome.error.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_do_not_come_back_in_answers() {
    let echo =
        Receiver::start(|got| Answer { body: format!("\0{:?} very secret pass word", got.headers), ..500.into() })
            .await;
    let outcome = post(&echo.url()).await;
    let answer = outcome.answer.unwrap();
    for secret in ["very secret", "pass word", "YW5uOnBhc3Mgd29yZA==", "acme-4711", "\0"] {
        assert!(!answer.contains(secret), "{secret:?} in {answer}");
    }
    assert!(answer.contains("[secret]"));

    // Not even by halves, where the answer is cut.
    let long = Receiver::start(|_| Answer { body: "x".repeat(2048 - 5) + "very secret", ..500.into() }).await;
    let answer = post(&long.url()).await.answer.unwrap();
    assert!(answer.len() <= 2048 && !answer.contains("very"), "{}", &answer[2000..]);

    // Nor where blanking the first ones made room for half a one.
    let many = Receiver::start(|_| Answer { body: "YW5uOnBhc3Mgd29yZA==".repeat(300), ..500.into() }).await;
    let answer = post(&many.url()).await.answer.unwrap();
    assert!(!answer.contains("YW5u"), "{}", &answer[answer.len() - 40..]);
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_lead_inside_are_not_called() {
    let receiver = Receiver::start(|_| 200).await;
    let port = receiver.address.port();
    let strict = |ips| client(|it| (it.guard, it.resolve) = (Guard::default(), resolving_to(ips)));
    let https = format!("https://hook.example:{port}/");
    for ip in NOT_PUBLIC.split_whitespace() {
        // Alone, and mixed with public ones.
        for ips in [vec![ip], vec!["8.8.8.8", ip], vec![ip, "2606:4700:4700::1111"]] {
            let outcome = post_with(&strict(ips.leak()), &https).await;
            let error = outcome.error.unwrap();
            let told = error.starts_with("not called: it leads to") && error.ends_with("is not a public address");
            assert!(told && outcome.peer.is_none(), "{error}");
        }
    }
    // However a literal got past the form in which it was saved, over http too.
    let hidden = "https://8.8.8.8@127.0.0.1/ https://a:b@127.0.0.1/ https://127.0.0.1?@8.8.8.8/";
    for url in LITERALS.split_whitespace().chain(hidden.split_whitespace()) {
        for url in [url.to_owned(), url.replacen("https:", "http:", 1)] {
            let error = post_with(&strict(&["127.0.0.1"]), &url).await.error.unwrap();
            assert!(error.contains("is not a public address"), "{url}: {error}");
        }
    }
    let plain = post_with(&strict(&["8.8.8.8"]), "http://hook.example/").await;
    assert!(plain.error.unwrap().contains("must start with https://"));
    let nothing = post_with(&strict(&[]), "https://hook.example/").await;
    assert_eq!(nothing.error.as_deref(), Some("the name has no address"));
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connection_goes_to_the_checked_address() {
    // The second lookup gives another address: a connector that looked twice would go there.
    let receiver = Receiver::start(|_| 200).await;
    let lookups = Arc::new(AtomicUsize::new(0));
    let count = lookups.clone();
    let client = client(|it| {
        it.resolve = Arc::new(move |_| {
            let ip = if count.fetch_add(1, Ordering::Relaxed) == 0 { "127.0.0.1" } else { "10.0.0.1" };
            async move { Ok(vec![ip.parse().unwrap()]) }.boxed()
        })
    });
    let outcome = post_with(&client, &format!("http://rebound.example:{}/hook", receiver.address.port())).await;
    assert!(outcome.succeeded(), "{outcome:?}");
    assert_eq!(lookups.load(Ordering::Relaxed), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn network_faults_are_told_in_words() {
    let closed = post("http://127.0.0.1:1/").await;
    assert_eq!(closed.error.as_deref(), Some("could not connect to 127.0.0.1:1: connection refused"));
    let cut = misbehaving(|mut tcp| async move {
        let _ = tcp.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf").await;
    })
    .await;
    let outcome = post(&cut).await;
    assert_eq!((outcome.status, outcome.answer.as_deref(), outcome.succeeded()), (Some(200), Some("half"), false));
    assert!(outcome.error.unwrap().starts_with("the answer broke off"));
    let garbage = misbehaving(|mut tcp| async move { drop(tcp.write_all(b"SSH-2.0-OpenSSH\r\n").await) }).await;
    assert!(post(&garbage).await.error.unwrap().starts_with("the connection failed"));
    let plain = Receiver::start(|_| 200).await;
    let outcome = post(&plain.url().replace("http:", "https:")).await;
    assert!(outcome.error.unwrap().starts_with("could not connect"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_closed_while_kept_is_no_failure() {
    let url = misbehaving(|mut tcp| async move {
        let _ = tcp.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
        tokio::time::sleep(Duration::from_millis(30)).await;
    })
    .await;
    let client = client(|_| ());
    for _ in 0..10 {
        let outcome = post_with(&client, &url).await;
        assert!(outcome.succeeded(), "{outcome:?}");
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}
