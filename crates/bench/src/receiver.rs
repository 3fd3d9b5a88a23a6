//! A receiver: answers every post and notes when it arrived. What it answers depends on the path: `/hooks` is a good one, the others are the
//! bad neighbours of `answers`.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use http_body_util::BodyExt;
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

use crate::{Done, answers::Answer};

/// One post to a good path.
#[derive(Clone, Copy)]
pub struct Arrival {
    /// The `Greenhouse-Event-ID`.
    pub delivery_id: i64,
    pub application_id: i64,
    pub at: Instant,
}

#[derive(Default)]
pub struct Received {
    /// Posts to the good path.
    pub count: AtomicU64,
    pub bytes: AtomicU64,
    /// Posts to the bad ones.
    pub bad: AtomicU64,
    arrivals: Mutex<Vec<Arrival>>,
}

impl Received {
    pub fn arrivals(&self) -> MutexGuard<'_, Vec<Arrival>> {
        self.arrivals.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets what was received so far.
    pub fn clear(&self) {
        self.count.store(0, Ordering::Relaxed);
        self.bytes.store(0, Ordering::Relaxed);
        self.bad.store(0, Ordering::Relaxed);
        self.arrivals().clear();
    }

    /// Waits until `goal` posts have arrived, as long as there is some progress each minute.
    pub async fn until(&self, goal: u64) -> Done {
        let (mut seen, mut since) = (0, Instant::now());
        loop {
            let count = self.count.load(Ordering::Relaxed);
            if count >= goal {
                return Ok(());
            }
            if count > seen {
                (seen, since) = (count, Instant::now());
            }
            if since.elapsed() > Duration::from_secs(60) {
                return Err(format!("only {count} of {goal} hooks arrived, and none for a minute"));
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// How many arrived a second, from the first to the last.
    pub fn rate(&self) -> f64 {
        let arrivals = self.arrivals();
        let times = || arrivals.iter().map(|it| it.at);
        match (times().min(), times().max()) {
            (Some(first), Some(last)) if last > first => (arrivals.len() - 1) as f64 / (last - first).as_secs_f64(),
            _ => 0.0,
        }
    }
}

/// Listens on a free port of so many addresses of this machine, which a client takes for so many hosts.
pub async fn start(hosts: u8) -> Done<(Vec<SocketAddr>, Arc<Received>)> {
    let received = Arc::new(Received::default());
    let mut addresses = Vec::new();
    for host in 1..=hosts {
        let listener = TcpListener::bind((Ipv4Addr::new(127, 0, 0, host), 0)).await;
        let listener = listener.map_err(|error| error.to_string())?;
        addresses.push(listener.local_addr().map_err(|error| error.to_string())?);
        tokio::spawn(listen(listener, received.clone()));
    }
    Ok((addresses, received))
}

async fn listen(listener: TcpListener, received: Arc<Received>) {
    while let Ok((stream, _)) = listener.accept().await {
        let _ = stream.set_nodelay(true);
        let received = received.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(received.clone(), request));
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(received: Arc<Received>, request: Request<Incoming>) -> Result<Response<Answer>, Infallible> {
    let answer = Answer::at(request.uri().path());
    let id = request.headers().get("greenhouse-event-id").and_then(|it| it.to_str().ok()?.parse().ok());
    let Ok(body) = request.into_body().collect().await else { return Ok(Response::new(Answer::Empty)) };
    match answer {
        Answer::Empty => {
            let body = body.to_bytes();
            let application_id = application_id(&body).unwrap_or_default();
            let arrival = Arrival { delivery_id: id.unwrap_or_default(), application_id, at: Instant::now() };
            received.arrivals().push(arrival);
            received.bytes.fetch_add(body.len() as u64, Ordering::Relaxed);
            received.count.fetch_add(1, Ordering::Relaxed);
        }
        Answer::Hang => {
            received.bad.fetch_add(1, Ordering::Relaxed);
            std::future::pending::<()>().await;
        }
        Answer::Drip(_) | Answer::Flood(_) => {
            received.bad.fetch_add(1, Ordering::Relaxed);
        }
    }
    Ok(Response::new(answer))
}

/// The id that stands first in `"application":{"id":17,…`, without reading the rest.
fn application_id(body: &[u8]) -> Option<i64> {
    let mark = b"\"application\":{\"id\":";
    let start = body.windows(mark.len()).position(|it| it == mark)? + mark.len();
    let digits = body[start..].iter().take_while(|it| it.is_ascii_digit());
    Some(digits.fold(0, |id, digit| id * 10 + i64::from(digit - b'0')))
}
