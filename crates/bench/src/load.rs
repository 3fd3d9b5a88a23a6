//! Clients that reject applications over Harvest, each on a kept connection, one request after the other.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{Method, Request, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{Done, seed::KEY};

/// One request: when it was sent and when its answer was there.
#[derive(Clone, Copy)]
pub struct Asked {
    pub application_id: i64,
    pub sent: Instant,
    pub answered: Instant,
}

/// Rejects all of `ids`, by `clients` at once.
pub async fn reject_all(server: SocketAddr, ids: Vec<i64>, clients: usize) -> Done<Vec<Asked>> {
    let ids = Arc::new(ids);
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..clients).map(|_| tokio::spawn(client(server, ids.clone(), next.clone()))).collect();
    let mut asked = Vec::with_capacity(ids.len());
    for task in tasks {
        asked.extend(task.await.map_err(|error| error.to_string())??);
    }
    Ok(asked)
}

async fn client(server: SocketAddr, ids: Arc<Vec<i64>>, next: Arc<AtomicUsize>) -> Done<Vec<Asked>> {
    let stream = TcpStream::connect(server).await.map_err(|error| error.to_string())?;
    stream.set_nodelay(true).map_err(|error| error.to_string())?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|error| error.to_string())?;
    tokio::spawn(connection);
    let authorization = format!("Basic {}", BASE64_STANDARD.encode(format!("{KEY}:")));
    let mut asked = Vec::new();
    while let Some(&application_id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("/v1/applications/{application_id}/reject"))
            .header("host", "localhost")
            .header("authorization", &authorization)
            .header("on-behalf-of", "1")
            .body(Full::new(Bytes::from_static(b"{\"rejection_reason_id\":2}")))
            .map_err(|error| error.to_string())?;
        let sent = Instant::now();
        let answer = sender.send_request(request).await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
        if status != 200 {
            return Err(format!(
                "rejecting {application_id} was answered {status}: {}",
                String::from_utf8_lossy(&body)
            ));
        }
        asked.push(Asked { application_id, sent, answered: Instant::now() });
    }
    Ok(asked)
}

/// The value below which `share` of `values` lie.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get(((last as f64) * share).round() as usize).copied().unwrap_or(0.0)
}
