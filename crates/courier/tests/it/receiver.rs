//! Receivers on the loopback: one that answers as told and keeps what it got, and some that misbehave.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Request, Response, body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub struct Got {
    pub method: String,
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    pub fn id(&self) -> i64 {
        self.header("greenhouse-event-id").parse().unwrap()
    }
}

/// What to answer, request by request: status, headers, body.
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
}

impl From<u16> for Answer {
    fn from(status: u16) -> Self {
        Answer { status, headers: vec![], body: String::new() }
    }
}

#[derive(Clone)]
pub struct Receiver {
    pub address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    connections: Arc<AtomicUsize>,
}

impl Receiver {
    /// Answers what `answer` says to the request.
    pub async fn start<A: Into<Answer>>(answer: impl Fn(&Got) -> A + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let receiver = Self { address, got: Arc::default(), connections: Arc::default() };
        let answer = Arc::new(move |got: &Got| answer(got).into());
        let shared = receiver.clone();
        tokio::spawn(async move {
            loop {
                let (tcp, _) = listener.accept().await.unwrap();
                tcp.set_nodelay(true).unwrap();
                shared.connections.fetch_add(1, Ordering::Relaxed);
                let (shared, answer) = (shared.clone(), answer.clone());
                let service = service_fn(move |request| shared.clone().receive(request, answer.clone()));
                tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(tcp), service));
            }
        });
        receiver
    }

    async fn receive(
        self,
        request: Request<Incoming>,
        answer: Arc<impl Fn(&Got) -> Answer>,
    ) -> hyper::Result<Response<Full<Bytes>>> {
        let (head, body) = request.into_parts();
        let body = String::from_utf8(body.collect().await?.to_bytes().into()).unwrap();
        let path = head.uri.to_string();
        let got = Got { method: head.method.to_string(), path, headers: head.headers, body };
        let answer = answer(&got);
        self.got.lock().unwrap().push(got);
        let mut response = Response::builder().status(answer.status);
        for (name, value) in answer.headers {
            response = response.header(name, value);
        }
        Ok(response.body(Full::from(answer.body)).unwrap())
    }

    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.got.lock().unwrap().len()
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }

    /// Waits until `count` requests have arrived.
    pub async fn wait(&self, count: usize) -> Vec<Got> {
        wait_for(|| self.count() >= count).await;
        self.got()
    }
}

pub async fn wait_for(mut done: impl FnMut() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// Reads a little of each request, then does what `behave` does with the connection.
pub async fn misbehaving<F: Future<Output = ()> + Send + 'static>(
    behave: impl Fn(TcpStream) -> F + Send + Sync + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut tcp, _) = listener.accept().await.unwrap();
            let _ = tcp.read(&mut [0; 4096]).await;
            tokio::spawn(behave(tcp));
        }
    });
    format!("http://{address}/hook")
}

pub async fn hanging() -> String {
    misbehaving(|tcp| async move {
        tokio::time::sleep(Duration::from_secs(60)).await;
        drop(tcp);
    })
    .await
}

/// Answers 200 at once, and the body one byte at a time, for ever.
pub async fn dripping() -> String {
    misbehaving(|mut tcp| async move {
        let _ = tcp.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n").await;
        while tcp.write_all(b"x").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    })
    .await
}

/// Answers 200 and as much as it is let; `sent` counts it.
pub async fn flooding(sent: Arc<AtomicUsize>) -> String {
    misbehaving(move |mut tcp| {
        let sent = sent.clone();
        async move {
            let _ = tcp.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1073741824\r\n\r\n").await;
            let chunk = vec![b'x'; 64 * 1024];
            while let Ok(n) = tcp.write(&chunk).await {
                sent.fetch_add(n, Ordering::Relaxed);
            }
        }
    })
    .await
}
