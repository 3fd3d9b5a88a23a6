//! One signed POST: hyper over the guarded connector, one deadline over all of it, a bounded answer.
//!
//! Connections are kept, HTTP/1.1 and HTTP/2 are spoken, redirects are not followed: hyper's client knows none, and a
//! 3xx is an answer that isn't 200 (WH-9).

use std::{
    error::Error as _,
    net::SocketAddr,
    sync::{Arc, Once},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::{HeaderMap, Method, Request, Response, Uri, body::Incoming, header};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        self,
        connect::{CaptureConnection, capture_connection},
    },
    rt::{TokioExecutor, TokioTimer},
};
use rustls::ClientConfig;

use crate::{
    connect::{Bounded, GuardedConnector, Peer, Refused, Resolve, system_resolver},
    guard::Guard,
};

/// Of an answer's body, what is read and what is kept.
const READ: usize = 16 * 1024;
const KEPT: usize = 2 * 1024;

const IDLE: Duration = Duration::from_secs(30);

type Https = Bounded<HttpsConnector<GuardedConnector>>;

#[derive(Clone)]
pub struct Settings {
    pub guard: Guard,
    /// For resolving, connecting, TLS, sending, and the answer with its body, together.
    pub deadline: Duration,
    pub resolve: Resolve,
    /// Which certificates are trusted; `None`: those of the operating system, or Mozilla's where it has none.
    pub tls: Option<ClientConfig>,
}

impl Settings {
    pub fn new(guard: Guard) -> Self {
        Self { guard, deadline: Duration::from_secs(10), resolve: system_resolver(), tls: None }
    }
}

/// A request that is ready to go.
#[derive(Clone)]
pub struct Post {
    pub uri: Uri,
    pub headers: HeaderMap,
    pub body: Bytes,
    /// Blanked out where the answer repeats them.
    pub secrets: Arc<[String]>,
}

/// What came of a `Post`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    pub status: Option<u16>,
    /// Why there is no answer, or not all of it. In words, free of secrets.
    pub error: Option<String>,
    /// The first 2 KiB.
    pub answer: Option<String>,
    pub peer: Option<SocketAddr>,
    /// The header as it came.
    pub retry_after: Option<String>,
    /// `None` on a kept connection.
    pub resolve: Option<Duration>,
    /// The same; without what resolving took.
    pub connect: Option<Duration>,
    pub first_byte: Option<Duration>,
    pub total: Duration,
}

impl Outcome {
    /// Only a 200 that arrived whole and in time counts (WH-9, WH-11).
    pub fn succeeded(&self) -> bool {
        self.status == Some(200) && self.error.is_none()
    }

    pub fn failed(error: impl Into<String>) -> Self {
        Self { error: Some(error.into()), ..Self::default() }
    }

    /// One line for people: the error, or the status.
    pub fn describe(&self) -> String {
        match (&self.error, self.status) {
            (Some(error), Some(status)) => format!("answered {status}, then {error}"),
            (Some(error), None) => error.clone(),
            (None, Some(status)) => format!("answered {status}"),
            (None, None) => "no answer".into(),
        }
    }
}

/// Cheap to clone; clones share their connections.
#[derive(Clone)]
pub struct Client {
    http: legacy::Client<Https, Full<Bytes>>,
    deadline: Duration,
}

impl Client {
    pub fn new(settings: Settings) -> Result<Self, String> {
        // rustls panics where two providers are linked and none was chosen.
        static RING: Once = Once::new();
        RING.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));

        let deadline = settings.deadline;
        let tcp = GuardedConnector::new(settings.guard, settings.resolve, deadline / 2);
        let tls = match settings.tls {
            Some(tls) => tls,
            None => trusted().map_err(|why| format!("TLS can't be set up: {why}"))?,
        };
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        let connector = Bounded { inner: https.enable_all_versions().wrap_connector(tcp), deadline: 2 * deadline };
        let http = legacy::Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .pool_max_idle_per_host(64)
            // Receivers of the sloppy kind compare names of headers by their letters.
            .http1_title_case_headers(true)
            // What a hostile answer may make us hold.
            .http1_max_buf_size(2 * READ)
            .http2_initial_stream_window_size(2 * READ as u32)
            .http2_initial_connection_window_size(1 << 20)
            .http2_max_header_list_size(READ as u32)
            .http2_keep_alive_interval(Duration::from_secs(15))
            .http2_keep_alive_timeout(deadline)
            .build(connector);
        Ok(Self { http, deadline })
    }

    /// Sends, and waits for the answer's end or its first 16 KiB, at most until the deadline.
    pub async fn post(&self, post: Post) -> Outcome {
        let start = Instant::now();
        let mut outcome = Outcome::default();
        let mut connection = None;
        let secrets = post.secrets.clone();
        let exchange = self.exchange(post, start, &mut outcome, &mut connection);
        if tokio::time::timeout(self.deadline, exchange).await.is_err() {
            let what = if outcome.status.is_some() { "the answer did not end" } else { "no answer" };
            outcome.error = Some(format!("{what} within {} s", self.deadline.as_secs_f32()));
            // A connection that has gone quiet would make its next users wait as well.
            if let Some(connected) = connection.as_ref().map(CaptureConnection::connection_metadata) {
                connected.as_ref().inspect(|it| it.poison());
            }
        }
        outcome.total = start.elapsed();
        if let Some(peer) = connection.as_ref().and_then(peer) {
            outcome.peer = Some(peer.address);
            outcome.connect = peer.connect_time();
        }
        outcome.answer = outcome.answer.map(|it| blank(it, &secrets));
        outcome
    }

    /// Writes down what it knows as it learns it, for it may be stopped at any `await`.
    async fn exchange(
        &self,
        post: Post,
        start: Instant,
        outcome: &mut Outcome,
        connection: &mut Option<CaptureConnection>,
    ) {
        let response = match self.send(&post, connection).await {
            Ok(response) => response,
            Err(why) => {
                outcome.error = Some(why);
                return;
            }
        };
        outcome.first_byte = Some(start.elapsed());
        outcome.status = Some(response.status().as_u16());
        let retry_after = response.headers().get(header::RETRY_AFTER);
        outcome.retry_after = retry_after.and_then(|it| it.to_str().ok()).map(str::to_owned);
        outcome.error = keep_start(response.into_body(), &mut outcome.answer).await.err();
    }

    /// A kept connection that its other end closes just then says nothing about the endpoint: once more, on a new one.
    async fn send(
        &self,
        post: &Post,
        connection: &mut Option<CaptureConnection>,
    ) -> Result<Response<Incoming>, String> {
        let mut again = true;
        loop {
            let mut request = Request::new(Full::new(post.body.clone()));
            *request.method_mut() = Method::POST;
            *request.uri_mut() = post.uri.clone();
            *request.headers_mut() = post.headers.clone();
            let captured = connection.insert(capture_connection(&mut request));
            match self.http.request(request).await {
                Ok(response) => return Ok(response),
                Err(why)
                    if again && went_stale(&why) && peer(captured).is_some_and(|it| it.connect_time().is_none()) =>
                {
                    again = false;
                }
                Err(why) => return Err(explain(&why)),
            }
        }
    }
}

fn peer(captured: &CaptureConnection) -> Option<Peer> {
    let mut extensions = hyper::http::Extensions::new();
    captured.connection_metadata().as_ref()?.get_extras(&mut extensions);
    extensions.remove()
}

/// Reads at most 16 KiB; what is over is left to the connection's end.
async fn keep_start(mut body: Incoming, answer: &mut Option<String>) -> Result<(), String> {
    let (mut kept, mut read) = (Vec::new(), 0);
    while read < READ {
        let Some(frame) = body.frame().await else {
            break;
        };
        let Ok(data) = frame.map_err(|why| format!("the answer broke off: {why}"))?.into_data() else {
            continue;
        };
        read += data.len();
        let room = KEPT - kept.len();
        if room > 0 && !data.is_empty() {
            kept.extend_from_slice(&data[..room.min(data.len())]);
            *answer = Some(text(&kept));
        }
    }
    Ok(())
}

/// PostgreSQL's text can't hold a NUL.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\0', "\u{fffd}")
}

/// Some endpoints answer with all they were sent.
fn blank(mut answer: String, secrets: &[String]) -> String {
    for secret in secrets.iter().filter(|it| it.len() >= 4) {
        if answer.contains(secret.as_str()) {
            answer = answer.replace(secret.as_str(), "[secret]");
        }
    }
    answer
}

fn went_stale(why: &legacy::Error) -> bool {
    let Some(hyper) = why.source().and_then(|it| it.downcast_ref::<hyper::Error>()) else { return false };
    let reset = hyper.source().and_then(|it| it.downcast_ref::<std::io::Error>()).is_some_and(|it| {
        use std::io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        matches!(it.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
    });
    !why.is_connect() && (reset || hyper.is_incomplete_message() || hyper.is_canceled() || hyper.is_closed())
}

/// The innermost cause tells the most; none of them repeats the url or a header.
fn explain(why: &legacy::Error) -> String {
    let mut innermost: &(dyn std::error::Error + 'static) = why;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    match innermost.downcast_ref::<Refused>() {
        Some(refused) => refused.to_string(),
        None if why.is_connect() => format!("could not connect: {innermost}"),
        None => format!("the connection failed: {innermost}"),
    }
}

fn trusted() -> Result<ClientConfig, rustls::Error> {
    let ring = || Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(ring()).with_safe_default_protocol_versions()?;
    let builder = match builder.with_native_roots() {
        Ok(builder) => builder,
        Err(why) => {
            tracing::warn!(%why, "the operating system trusts no certificates, Mozilla's are used");
            let builder = ClientConfig::builder_with_provider(ring()).with_safe_default_protocol_versions()?;
            builder.with_webpki_roots()
        }
    };
    Ok(builder.with_no_client_auth())
}
