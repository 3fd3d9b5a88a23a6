//! Files that somebody pointed to by a URL.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use courier::{client::Client, fetch::Fetched, guard::Guard};
use futures_util::FutureExt;

use crate::{
    guard::LITERALS,
    post::{client, resolving_to},
    receiver::{Answer, Got, Receiver, dripping, flooding},
};

async fn get(client: &Client, url: &str) -> Result<Fetched, String> {
    client.get(url, 1000, Duration::from_millis(300), "Orangery/test").await
}

/// Answers `/0` with the file, and `/n` with a redirect to the one before.
async fn shelf(status: u16, headers: Vec<(&'static str, &'static str)>) -> Receiver {
    Receiver::start(move |got: &Got| match got.path.trim_start_matches('/').parse::<i32>() {
        Ok(number) if number > 0 => Answer { headers: vec![("location", format!("/{}", number - 1))], ..status.into() },
        _ => {
            let headers = headers.iter().map(|it| (it.0, it.1.to_owned())).collect();
            Answer { body: "a résumé".into(), headers, ..200.into() }
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_had_by_a_few_redirects() {
    let client = client(|_| ());
    for status in [301, 302, 303, 307, 308] {
        let shelf = shelf(status, vec![("content-type", "text/plain; charset=utf-8")]).await;
        let at = |path: &str| format!("http://{}/{path}", shelf.address);
        let file = get(&client, &at("5")).await.unwrap();
        assert_eq!((&file.bytes[..], file.file_name), ("a résumé".as_bytes(), None));
        assert_eq!(file.content_type.as_deref(), Some("text/plain; charset=utf-8"));
        assert!(shelf.got().iter().all(|it| it.method == "GET" && it.header("user-agent") == "Orangery/test"));
        let many = get(&client, &at("6")).await.unwrap_err();
        assert_eq!(many, "could not be had: it was redirected more than 5 times");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_have_no_folders() {
    let client = client(|_| ());
    for (disposition, path, expected) in [
        ("attachment; filename=cv.pdf", "x", Some("cv.pdf")),
        (r#"attachment; filename="my \"cv\"; 2.pdf"; size=3"#, "x", Some("my \"cv\"; 2.pdf")),
        ("inline; filename=cv.pdf; filename*=UTF-8''r%C3%A9sum%C3%A9.pdf", "x", Some("résumé.pdf")),
        ("attachment; filename*=latin1''a%E9.pdf; filename=a.pdf", "x", Some("a.pdf")),
        (r#"attachment; filename="../../etc/passwd""#, "x", Some("passwd")),
        (r#"attachment; filename="C:\\cv.pdf""#, "x", Some("cv.pdf")),
        ("attachment; filename*=UTF-8''a%2Fb%0A.pdf", "x", Some("b.pdf")),
        (r#"attachment; filename="..""#, "x", None),
        ("attachment; filename=", "files/cv%20of%20Jane.pdf?a=b.c", Some("cv of Jane.pdf")),
        ("attachment", "files/..%2F.cv.pdf", Some("cv.pdf")),
        ("attachment", "", None),
    ] {
        let shelf = shelf(302, vec![("content-disposition", disposition)]).await;
        let file = get(&client, &format!("http://{}/{path}", shelf.address)).await.unwrap();
        assert_eq!(file.file_name.as_deref(), expected, "{disposition} {path}");
        assert_eq!(file.content_type, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_is_guarded() {
    let inside = Receiver::start(|_| 200).await;
    let strict = client(|it| (it.guard, it.resolve) = (Guard::default(), resolving_to(&["127.0.0.1"])));
    for url in LITERALS.split_whitespace() {
        let why = get(&strict, url).await.unwrap_err();
        assert!(why.starts_with("could not be had: ") && why.contains("public address"), "{url}: {why}");
    }
    let named = get(&strict, &format!("https://files.example:{}/", inside.address.port())).await;
    assert_eq!(
        named.unwrap_err(),
        "could not be had: not called: it leads to 127.0.0.1, which is not a public address"
    );

    // From what may be called to what may not: by a literal, by a name, by another way of speaking.
    let allowing = client(|it| {
        it.guard = Guard { allow: vec!["127.0.0.1/32".parse().unwrap()] };
        it.resolve = Arc::new(|_| async { Ok(vec!["127.0.0.2".parse().unwrap()]) }.boxed());
    });
    for (to, expected) in [
        ("http://127.0.0.2/", "where it was redirected to leads to 127.0.0.2, which is not a public address"),
        ("//[::1]/", "where it was redirected to leads to ::1, which is not a public address"),
        ("https://files.example/", "not called: it leads to 127.0.0.2, which is not a public address"),
        ("file:///etc/passwd", "where it was redirected to must be a web address that starts with https://"),
        ("http://a:b@127.0.0.1/", "where it was redirected to must not contain a user or password"),
        ("http://8.8.8.8/", "where it was redirected to must start with https://"),
        ("https://[", "answered 302 Found, but not where to"),
    ] {
        let receiver = Receiver::start(move |_| Answer { headers: vec![("location", to.into())], ..302.into() }).await;
        let why = get(&allowing, &receiver.url()).await.unwrap_err();
        assert!(why.starts_with(&format!("could not be had: {expected}")), "{to}: {why}");
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_ends_in_time_and_size() {
    let client = client(|_| ());
    let of = |count: usize| Receiver::start(move |_| Answer { body: "x".repeat(count), ..200.into() });
    assert_eq!(get(&client, &of(1000).await.url()).await.unwrap().bytes.len(), 1000);
    let large = "is larger than 1000 bytes";
    assert_eq!(get(&client, &of(1001).await.url()).await.unwrap_err(), large);
    let sent = Arc::new(AtomicUsize::new(0));
    assert_eq!(get(&client, &flooding(sent.clone()).await).await.unwrap_err(), large);
    assert!(sent.load(Ordering::Relaxed) < 32 << 20);
    let start = Instant::now();
    let slow = client.get(&dripping().await, 10 << 20, Duration::from_millis(300), "t").await;
    assert_eq!(slow.unwrap_err(), "was not here within 0.3 s");
    assert!(start.elapsed() < Duration::from_secs(2));
    let gone = get(&client, &Receiver::start(|_| 404).await.url()).await;
    assert_eq!(gone.unwrap_err(), "could not be had: answered 404");
}
