//! A receiver: answers 200 to everything, and notes when each application's event arrived.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::Done;

#[derive(Default)]
pub struct Received {
    pub count: AtomicU64,
    /// Application id and arrival.
    pub arrivals: Mutex<Vec<(i64, Instant)>>,
    pub bytes: AtomicU64,
}

/// Listens on a free port of this machine.
pub async fn start() -> Done<(SocketAddr, Arc<Received>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let received = Arc::new(Received::default());
    let shared = received.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = stream.set_nodelay(true);
            let received = shared.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(received.clone(), request));
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
    Ok((address, received))
}

async fn answer(received: Arc<Received>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    if let Ok(body) = request.into_body().collect().await {
        let body = body.to_bytes();
        received.bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
        if let Some(id) = application_id(&body) {
            received.count.fetch_add(1, Ordering::Relaxed);
            received.arrivals.lock().expect("no thread panicked here").push((id, Instant::now()));
        }
    }
    Ok(Response::new(Full::new(Bytes::new())))
}

/// The id that stands first in `"application":{"id":17,…`, without reading the rest.
fn application_id(body: &[u8]) -> Option<i64> {
    let mark = b"\"application\":{\"id\":";
    let start = body.windows(mark.len()).position(|it| it == mark)? + mark.len();
    let digits: Vec<u8> = body[start..].iter().copied().take_while(u8::is_ascii_digit).collect();
    String::from_utf8(digits).ok()?.parse().ok()
}
