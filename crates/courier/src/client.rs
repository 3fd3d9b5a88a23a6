//! One signed POST: a token where one is asked for, one deadline over all of it, a bounded answer.
//!
//! Redirects are not followed: hyper's client knows none, and a 3xx is an answer that isn't 200 (WH-9).

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{HeaderMap, Method, StatusCode, Uri, body::Incoming, header, http::response::Parts};
use hyper_util::client::legacy::connect::CaptureConnection;
use rustls::ClientConfig;

use crate::{
    connect::{Resolve, system_resolver},
    guard::Guard,
    identity::Identity,
    oauth::{Token, Tokens},
    proxy::Proxy,
    transport::{self, Ask, Http, READ, Transport},
};

/// Of an answer's body, what is kept.
const KEPT: usize = 2 * 1024;
/// And of an error, which may hold what the other side said.
const ERROR: usize = 300;

#[derive(Clone)]
pub struct Settings {
    pub guard: Guard,
    /// For the token, resolving, connecting, TLS, sending, and the answer with its body, together.
    pub deadline: Duration,
    pub resolve: Resolve,
    /// Which certificates are trusted; `None`: those of the operating system, or Mozilla's where it has none.
    pub tls: Option<ClientConfig>,
    /// By which everything goes.
    pub proxy: Option<Proxy>,
}

impl Settings {
    pub fn new(guard: Guard) -> Self {
        Self { guard, deadline: Duration::from_secs(10), resolve: system_resolver(), tls: None, proxy: None }
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
    /// Who sends it, where the endpoint wants to know.
    pub identity: Option<Arc<Identity>>,
    /// Where its bearer token comes from, where it needs one.
    pub tokens: Option<Arc<Tokens>>,
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
    /// The same; TCP, the way through the proxy, and TLS, without resolving.
    pub connect: Option<Duration>,
    /// Since the beginning, as the total is.
    pub first_byte: Option<Duration>,
    pub total: Duration,
}

impl Outcome {
    /// Only a 200 that arrived whole and in time counts (WH-9, WH-11).
    pub fn succeeded(&self) -> bool {
        self.status == Some(200) && self.error.is_none()
    }

    /// The same, for an endpoint to which any 2xx may be enough.
    pub fn succeeds(&self, any_2xx: bool) -> bool {
        let enough = self.status.is_some_and(|it| (200..300).contains(&it)) && self.error.is_none();
        self.succeeded() || (any_2xx && enough)
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
    http: Http,
    files: Http,
    transport: Arc<Transport>,
    deadline: Duration,
}

/// How far a post came, written down as it is learned, for it may be stopped at any `await`.
#[derive(Default)]
struct Progress {
    outcome: Outcome,
    connection: Option<CaptureConnection>,
    waits_for_token: bool,
    token: Option<Arc<Token>>,
}

impl Client {
    pub fn new(settings: Settings) -> Result<Self, String> {
        let deadline = settings.deadline;
        let transport = Transport::new(settings)?;
        Ok(Self { http: transport.http(None), files: transport.files(), transport: Arc::new(transport), deadline })
    }

    /// Sends, and waits for the answer's end or its first 16 KiB, at most until the deadline.
    pub async fn post(&self, post: Post) -> Outcome {
        let start = Instant::now();
        let secrets = post.secrets.clone();
        let mut progress = Progress::default();
        let in_time = tokio::time::timeout(self.deadline, self.exchange(post, start, &mut progress)).await.is_ok();
        let Progress { mut outcome, connection, waits_for_token, token } = progress;
        if !in_time {
            let what = match outcome.status {
                Some(_) => "the answer did not end",
                None if waits_for_token => "no answer of the token endpoint",
                None => "no answer",
            };
            outcome.error = Some(format!("{what} within {} s", self.deadline.as_secs_f32()));
            // A connection that has gone quiet would make its next users wait as well.
            if let Some(connected) = connection.as_ref().map(CaptureConnection::connection_metadata) {
                connected.as_ref().inspect(|it| it.poison());
            }
        }
        outcome.total = start.elapsed();
        if let Some(peer) = connection.as_ref().and_then(transport::peer) {
            outcome.peer = Some(peer.address);
            (outcome.resolve, outcome.connect) = peer.made().unzip();
        }
        let mut secrets: Vec<&str> =
            secrets.iter().map(String::as_str).chain(token.as_ref().map(|it| it.secret())).collect();
        // Of two that begin alike the longer one, or its end would be left.
        secrets.sort_unstable_by_key(|it| std::cmp::Reverse(it.len()));
        outcome.answer = outcome.answer.map(|it| start_of(blank(it, &secrets), KEPT));
        outcome.error = outcome.error.map(|it| start_of(blank(it.replace('\0', "\u{fffd}"), &secrets), ERROR));
        outcome
    }

    async fn exchange(&self, mut post: Post, start: Instant, progress: &mut Progress) {
        if let Some(tokens) = &post.tokens {
            progress.waits_for_token = true;
            match tokens.get(self).await {
                Ok(token) => {
                    post.headers.insert(header::AUTHORIZATION, token.header());
                    progress.token = Some(token);
                }
                Err(why) => {
                    progress.outcome.error = Some(why);
                    return;
                }
            }
            progress.waits_for_token = false;
        }
        let longest = post.secrets.iter().map(String::len).max().unwrap_or(0);
        let longest = longest.max(progress.token.as_ref().map_or(0, |it| it.secret().len()));
        let http = match &post.identity {
            Some(identity) => identity.http(&self.transport),
            None => &self.http,
        };
        let Post { uri, headers, body, .. } = &post;
        let ask = Ask { method: Method::POST, uri, headers, body: body.clone() };
        let outcome = &mut progress.outcome;
        let response = match transport::send(http, ask, &mut progress.connection).await {
            Ok(response) => response,
            Err(why) => {
                outcome.error = Some(why);
                return;
            }
        };
        outcome.first_byte = Some(start.elapsed());
        outcome.status = Some(response.status().as_u16());
        if response.status() == StatusCode::UNAUTHORIZED
            && let (Some(tokens), Some(token)) = (&post.tokens, &progress.token)
        {
            tokens.forget(token);
        }
        let retry_after = response.headers().get(header::RETRY_AFTER);
        outcome.retry_after = retry_after.and_then(|it| it.to_str().ok()).map(str::to_owned);
        outcome.error = keep_start(response.into_body(), KEPT + longest, &mut outcome.answer).await.err();
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    /// For files, and for answers that are long.
    pub(crate) fn files(&self) -> &Http {
        &self.files
    }

    /// Asks for what is not a delivery, within a deadline of its own: the head, and at most 16 KiB of the answer.
    pub(crate) async fn ask(&self, ask: Ask<'_>) -> Result<(Parts, Bytes), String> {
        let mut connection = None;
        let exchange = async {
            let (head, body) = transport::send(&self.http, ask, &mut connection).await?.into_parts();
            let body = http_body_util::Limited::new(body, READ).collect().await;
            Ok((head, body.map_err(|_| "its answer broke off, or was too long")?.to_bytes()))
        };
        match tokio::time::timeout(self.deadline, exchange).await {
            Ok(answered) => answered,
            Err(_) => Err(format!("no answer within {} s", self.deadline.as_secs_f32())),
        }
    }
}

/// Reads at most 16 KiB, of which it keeps `most`; what is over is left to the connection's end.
async fn keep_start(mut body: Incoming, most: usize, answer: &mut Option<String>) -> Result<(), String> {
    let (mut kept, mut read) = (Vec::new(), 0);
    while read < READ {
        let Some(frame) = body.frame().await else {
            break;
        };
        let Ok(data) = frame.map_err(|why| format!("the answer broke off: {why}"))?.into_data() else {
            continue;
        };
        read += data.len();
        let room = most - kept.len();
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
fn blank(mut answer: String, secrets: &[&str]) -> String {
    for secret in secrets.iter().filter(|it| it.len() >= 4) {
        if answer.contains(secret) {
            answer = answer.replace(secret, "[secret]");
        }
    }
    // One may have been cut off where we stopped reading.
    let whole = answer.trim_end_matches('\u{fffd}');
    let cut = secrets.iter().flat_map(|secret| (4..secret.len()).filter_map(|end| secret.get(..end)));
    if let Some(half) = cut.filter(|half| whole.ends_with(half)).map(str::len).max() {
        answer.truncate(whole.len() - half);
    }
    answer
}

/// Cut only now: half a secret would not have been known for one.
fn start_of(mut answer: String, most: usize) -> String {
    answer.truncate(answer.floor_char_boundary(most));
    answer
}
