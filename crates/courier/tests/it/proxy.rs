//! By the operator's proxy: it connects to what was checked here, and to nothing else.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use courier::{
    client::{Client, Outcome, Settings},
    endpoint::Oauth,
    guard::Guard,
    proxy::Proxy,
    target::{Parts, Target},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

use crate::{
    post::{client, parts, post_to, resolving_to},
    receiver::{Answer, Receiver},
};

/// A proxy that answers `answer`, and, where that is a 200, opens the way to `to`, whatever it is asked for.
struct Made {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Made {
    async fn start(answer: &'static str, to: Option<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let made = Self { address: listener.local_addr().unwrap(), heads: Arc::default() };
        let heads = made.heads.clone();
        tokio::spawn(async move {
            loop {
                let (mut tcp, _) = listener.accept().await.unwrap();
                let heads = heads.clone();
                tokio::spawn(async move {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        if tcp.read_buf(&mut head).await.unwrap() == 0 {
                            return;
                        }
                    }
                    heads.lock().unwrap().push(String::from_utf8(head).unwrap());
                    // In pieces, as it may arrive.
                    for piece in answer.as_bytes().chunks(7) {
                        let _ = tcp.write_all(piece).await;
                        tokio::task::yield_now().await;
                    }
                    if let Some(to) = to {
                        let mut far = TcpStream::connect(to).await.unwrap();
                        let _ = copy_bidirectional(&mut tcp, &mut far).await;
                    }
                });
            }
        });
        made
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

const OPEN: &str = "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n";

fn by(proxy: &str, change: impl FnOnce(&mut Settings)) -> Client {
    let proxy = Proxy::parse(proxy).unwrap();
    client(|it| {
        it.proxy = Some(proxy);
        change(it);
    })
}

async fn post(client: &Client, url: &str) -> Outcome {
    post_to(client, &Target::new(&parts(url, &BTreeMap::new())).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_is_given_the_checked_address_and_its_credentials() {
    let receiver = Receiver::start(|_| 200).await;
    let proxy = Made::start(OPEN, Some(receiver.address)).await;
    let client = by(&format!("http://ann:p%40ss@{}", proxy.address), |it| it.resolve = resolving_to(&["127.0.0.9"]));
    for _ in 0..2 {
        let outcome = post(&client, "http://hook.example:8081/hook").await;
        assert!(outcome.succeeded(), "{outcome:?}");
        assert_eq!(outcome.peer, Some("127.0.0.9:8081".parse().unwrap()));
        // A connection goes back to where the next post finds it in a task of its own.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let expected = "CONNECT 127.0.0.9:8081 HTTP/1.1\r\nHost: 127.0.0.9:8081\r\n\
                    Proxy-Authorization: Basic YW5uOnBAc3M=\r\n\r\n";
    assert_eq!(proxy.heads(), [expected], "the way is kept open");
    let got = &receiver.got()[0];
    assert_eq!((got.header("host"), got.path.as_str()), ("hook.example:8081", "/hook"));
    assert_eq!(got.header("proxy-authorization"), "", "the endpoint doesn't see them");

    let open = Made::start(OPEN, Some(receiver.address)).await;
    let v6 = by(&open.url(), |it| it.guard = Guard { allow: vec!["::1/128".parse().unwrap()] });
    assert!(post(&v6, "http://[::1]/hook").await.succeeded());
    assert_eq!(open.heads(), ["CONNECT [::1]:80 HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guard_holds_behind_the_proxy() {
    let receiver = Receiver::start(|_| 200).await;
    let proxy = Made::start(OPEN, Some(receiver.address)).await;
    // The proxy itself is on the loopback, which the guard would refuse.
    for ips in [&["10.0.0.1"][..], &["127.0.0.1"], &["8.8.8.8", "169.254.169.254"], &["64:ff9b::7f00:1"]] {
        let client = by(&proxy.url(), |it| (it.guard, it.resolve) = (Guard::default(), resolving_to(ips)));
        let outcome = post(&client, "https://hook.example/").await;
        assert!(outcome.error.unwrap().starts_with("not called: it leads to"));
    }
    let client = by(&proxy.url(), |it| it.guard = Guard::default());
    let literal = post(&client, "https://0x7f.1/").await;
    assert_eq!(literal.error.as_deref(), Some("not called: it leads to 127.0.0.1, which is not a public address"));
    assert_eq!(proxy.heads(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_had_by_the_proxy_too() {
    let receiver = Receiver::start(|_| Answer { body: r#"{"access_token":"abcd"}"#.into(), ..200.into() }).await;
    let proxy = Made::start(OPEN, Some(receiver.address)).await;
    let client = by(&proxy.url(), |_| ());
    let oauth = Oauth { token_url: "http://127.0.0.7/token".into(), client_id: "a".into(), scope: None };
    let headers = BTreeMap::new();
    let target = Parts { oauth: Some((&oauth, "b")), ..parts("http://127.0.0.8/hook", &headers) };
    assert!(post_to(&client, &Target::new(&target).unwrap()).await.succeeded());
    let asked: Vec<String> = proxy.heads().iter().map(|it| it.lines().next().unwrap().to_owned()).collect();
    assert_eq!(asked, ["CONNECT 127.0.0.7:80 HTTP/1.1", "CONNECT 127.0.0.8:80 HTTP/1.1"]);
    assert_eq!(receiver.got()[1].header("authorization"), "Bearer abcd");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_proxy_says_is_told_in_words() {
    let answers = [
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 100\r\n\r\nuser ann may not", "the proxy answered 403"),
        ("HTTP/1.0 407 Auth\r\n\r\n", "the proxy answered 407: it wants other credentials"),
        ("HTTP/1.1 502 Bad Gateway\r\n", "the proxy answered 502"),
        ("SSH-2.0-OpenSSH_9.9\r\n", "the proxy does not speak HTTP as it should"),
        ("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", "the proxy does not speak HTTP as it should"),
        ("HTTP/1.1 2", "the proxy closed the connection"),
    ];
    for (answer, expected) in answers {
        let proxy = Made::start(answer, None).await;
        let outcome = post(&by(&proxy.url().replace("//", "//ann:hush@"), |_| ()), "http://127.0.0.9:8081/").await;
        assert_eq!(outcome.error, Some(format!("could not connect to 127.0.0.9:8081: {expected}")), "{answer}");
    }
    let nobody = post(&by("http://127.0.0.1:1", |_| ()), "http://127.0.0.9:8081/").await;
    let expected = "could not connect to 127.0.0.9:8081: the proxy can't be reached: connection refused";
    assert_eq!(nobody.error.as_deref(), Some(expected));

    // Hanging, it has the time of one attempt at most.
    let hanging = crate::receiver::hanging().await;
    let late = post(&by(hanging.trim_end_matches("/hook"), |_| ()), "http://127.0.0.9:8081/").await;
    assert!(late.error.unwrap().contains("time") || late.total.as_millis() < 600);
}

#[test]
fn the_setting() {
    for (url, expected) in [
        ("proxy:3128", "must start with http://"),
        ("https://proxy:3128", "must start with http://"),
        ("socks5://proxy", "must start with http://"),
        ("http://", "is not a valid URL: empty host"),
        ("http://proxy:3128/path", "must end with the port: http://proxy:3128"),
        ("http://ann:hush@proxy:99999", "is not a valid URL: invalid port number"),
    ] {
        assert_eq!(Proxy::parse(url).unwrap_err(), expected);
    }
    let proxy = Proxy::parse("http://ann:hush@Proxy.Internal").unwrap();
    assert_eq!(format!("{proxy:?}"), "Proxy(proxy.internal:80)", "nothing secret is written anywhere");
}
