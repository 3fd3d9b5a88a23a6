//! One client of the server: a kept connection, one request after the other.

use std::{net::SocketAddr, time::Instant};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, StatusCode,
    client::conn::http1::{self, SendRequest},
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::{Done, seed::KEY};

/// One rejection: when it was sent and when its answer was there.
#[derive(Clone, Copy)]
pub struct Asked {
    pub application_id: i64,
    pub sent: Instant,
    pub answered: Instant,
}

pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    authorization: String,
}

impl Client {
    pub async fn connect(server: SocketAddr) -> Done<Self> {
        let stream = TcpStream::connect(server).await.map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let handshake = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = handshake.map_err(|error| error.to_string())?;
        tokio::spawn(connection);
        Ok(Self { sender, authorization: format!("Basic {}", BASE64_STANDARD.encode(format!("{KEY}:"))) })
    }

    pub async fn ask(&mut self, method: Method, path: &str, body: &'static [u8]) -> Done<(StatusCode, Bytes)> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "localhost")
            .header("authorization", &self.authorization)
            .header("on-behalf-of", "1")
            // By it the server's log can be read.
            .header("x-request-id", path)
            .body(Full::new(Bytes::from_static(body)))
            .map_err(|error| error.to_string())?;
        // An answer may be read to its end before the connection has noticed.
        self.sender.ready().await.map_err(|error| error.to_string())?;
        let answer = self.sender.send_request(request).await.map_err(|error| error.to_string())?;
        let status = answer.status();
        let body = answer.into_body().collect().await.map_err(|error| error.to_string())?.to_bytes();
        Ok((status, body))
    }

    /// `Err` is no answer, or another than 200.
    pub async fn reject(&mut self, application_id: i64) -> Done<Asked> {
        let sent = Instant::now();
        let path = format!("/v1/applications/{application_id}/reject");
        let (status, body) = self.ask(Method::POST, &path, b"{\"rejection_reason_id\":2}").await?;
        if status != StatusCode::OK {
            let body = String::from_utf8_lossy(&body);
            return Err(format!("rejecting {application_id} was answered {status}: {body}"));
        }
        Ok(Asked { application_id, sent, answered: Instant::now() })
    }

    /// Anything that is read.
    pub async fn get(&mut self, path: &str) -> Done<Bytes> {
        match self.ask(Method::GET, path, b"").await? {
            (StatusCode::OK, body) => Ok(body),
            (status, body) => Err(format!("{path} was answered {status}: {}", String::from_utf8_lossy(&body))),
        }
    }
}
