//! Reads another server's API: page after page, some ahead of who writes them, slower when it asks for that, again when it fails.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::Bytes;
use courier::{
    client::{Client, Settings},
    fetch::{Answer, Request},
    guard::Guard,
};
use futures_util::future::BoxFuture;
use ipnet::IpNet;
use serde_json::Value;
use tokio::{sync::mpsc, task::JoinHandle};
use url::Url;

use crate::house::USER_AGENT;

/// The largest answer that is read.
const LARGEST: usize = 512 * 1024 * 1024;
/// A page of large records takes its time.
const IN_TIME: Duration = Duration::from_secs(300);
/// How often something is asked for that fails; a server that asks for patience gets much of it.
const ATTEMPTS: u32 = 7;
const PATIENCE: u32 = 1000;
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// Pages that are read before they are wanted.
const AHEAD: usize = 3;

/// How a client shows who it is.
pub trait Authorize: Send + Sync {
    /// The header of the next request. `refused`: the last one was answered 401.
    fn header<'a>(&'a self, client: &'a Client, refused: bool) -> BoxFuture<'a, Result<HeaderValue, String>>;
}

/// An API key, as the name of Basic authentication.
pub struct Key(HeaderValue);

impl Key {
    pub fn new(key: &str) -> Result<Self, String> {
        let mut header = HeaderValue::try_from(format!("Basic {}", BASE64_STANDARD.encode(format!("{key}:"))))
            .map_err(|_| "the key is no API key")?;
        header.set_sensitive(true);
        Ok(Self(header))
    }
}

impl Authorize for Key {
    fn header<'a>(&'a self, _: &'a Client, _: bool) -> BoxFuture<'a, Result<HeaderValue, String>> {
        Box::pin(async { Ok(self.0.clone()) })
    }
}

/// Why something was not read.
#[derive(Debug, Clone, PartialEq)]
pub enum Refusal {
    /// 401 or 403: the key may not. What was answered.
    Forbidden(String),
    NotFound,
    /// 422: it may not be asked so, or not any more. What was answered.
    Invalid(String),
    /// Everything else, in words for the person at the terminal.
    Failed(String),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Forbidden(why) => write!(f, "the key may not read it ({why})"),
            Self::NotFound => f.write_str("it is not there"),
            Self::Invalid(why) | Self::Failed(why) => f.write_str(why),
        }
    }
}

/// A part of a list.
#[derive(Debug, Clone)]
pub struct Page {
    pub rows: Vec<Value>,
    /// Where the next one is, as [`Reader::pages`] takes it.
    pub next: Option<String>,
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Reader(Arc<Parts>);

struct Parts {
    client: Client,
    base: Url,
    authorize: Box<dyn Authorize>,
    /// Nothing is asked for before: the server wants to be left alone until then.
    not_before: Mutex<Option<Instant>>,
}

impl Reader {
    /// `base` is where the API is, without `/v1`. Only with `private` may it be a server that is not public, and be asked by plain http.
    pub async fn new(base: &str, authorize: impl Authorize + 'static, private: bool) -> Result<Self, String> {
        let mut base = Url::parse(base).map_err(|why| format!("{base:?} is not a URL: {why}"))?;
        base.set_query(None);
        base.set_fragment(None);
        let allow = if private { addresses(&base).await? } else { Vec::new() };
        let guard = Guard { allow };
        let shown = base.as_str().trim_end_matches('/').to_owned();
        guard.check_url(&shown).map_err(|why| {
            let hint = if private { "" } else { "; a server of your own network needs --allow-private" };
            format!("{shown} {why}{hint}")
        })?;
        let client = Client::new(Settings { deadline: Duration::from_secs(60), ..Settings::new(guard) })?;
        Ok(Self(Arc::new(Parts { client, base, authorize: Box::new(authorize), not_before: Mutex::new(None) })))
    }

    pub fn client(&self) -> &Client {
        &self.0.client
    }

    pub fn base(&self) -> &Url {
        &self.0.base
    }

    /// The address of `path`, which begins with a slash, on the server.
    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.0.base.as_str().trim_end_matches('/'))
    }

    /// One answer, as JSON.
    pub async fn get(&self, path: &str) -> Result<Value, Refusal> {
        let answer = self.ask(path).await?;
        parse(&answer)
    }

    /// One page of a list.
    pub async fn page(&self, path: &str) -> Result<Page, Refusal> {
        let answer = self.ask(path).await?;
        let Value::Array(rows) = parse(&answer)? else {
            return Err(Refusal::Failed(format!("{path} did not answer with a list")));
        };
        Ok(Page { rows, next: self.next(&answer.headers) })
    }

    /// The pages of a list from `path` on. Some are read ahead; what is not wanted any more is not read.
    pub fn pages(&self, path: impl Into<String>) -> Pages {
        let (send, pages) = mpsc::channel(AHEAD);
        let (reader, mut path) = (self.clone(), path.into());
        let task = tokio::spawn(async move {
            loop {
                let page = reader.page(&path).await;
                let next = page.as_ref().ok().and_then(|it| it.next.clone());
                if send.send(page).await.is_err() {
                    return;
                }
                // A list that goes round would never end.
                match next.filter(|it| *it != path) {
                    Some(next) => path = next,
                    None => return,
                }
            }
        });
        Pages { pages, task }
    }

    /// The whole list, for what is small.
    pub async fn all(&self, path: impl Into<String>) -> Result<Vec<Value>, Refusal> {
        let (mut pages, mut all) = (self.pages(path), Vec::new());
        while let Some(page) = pages.next().await {
            all.extend(page?.rows);
        }
        Ok(all)
    }

    /// The path of `rel="next"`. Whatever host the server calls itself, it is asked where it was found: the key goes nowhere else.
    fn next(&self, headers: &HeaderMap) -> Option<String> {
        let links = headers.get_all(header::LINK).iter().filter_map(|it| it.to_str().ok());
        let next = links.flat_map(|it| it.split(", <")).find(|it| it.contains("rel=\"next\""))?;
        let url = next.trim_start_matches('<').split_once('>')?.0;
        let url = self.0.base.join(url).ok()?;
        let prefix = self.0.base.path().trim_end_matches('/');
        let path = url.path().strip_prefix(prefix).unwrap_or_else(|| url.path());
        Some(url.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
    }

    async fn ask(&self, path: &str) -> Result<Answer, Refusal> {
        let (mut failed, mut asked_to_wait, mut renewed) = (0, 0, false);
        loop {
            self.wait().await;
            let answered = self.once(path, renewed).await.map_err(Refusal::Failed)?;
            let why = match answered {
                Ok(answer) => match answer.status {
                    StatusCode::OK => {
                        if let Some(wait) = used_up(&answer.headers) {
                            self.hold(wait);
                        }
                        return Ok(answer);
                    }
                    StatusCode::UNAUTHORIZED if !renewed => {
                        renewed = true;
                        continue;
                    }
                    StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(Refusal::Forbidden(told(&answer))),
                    StatusCode::NOT_FOUND => return Err(Refusal::NotFound),
                    StatusCode::UNPROCESSABLE_ENTITY => {
                        return Err(Refusal::Invalid(format!("{path}: {}", told(&answer))));
                    }
                    StatusCode::TOO_MANY_REQUESTS if asked_to_wait < PATIENCE => {
                        asked_to_wait += 1;
                        self.hold(wished(&answer.headers).unwrap_or(Duration::from_secs(10)));
                        continue;
                    }
                    status if status.is_server_error() => {
                        if let Some(wait) = wished(&answer.headers) {
                            self.hold(wait);
                        }
                        told(&answer)
                    }
                    _ => return Err(Refusal::Failed(format!("{path}: {}", told(&answer)))),
                },
                Err(why) => why,
            };
            failed += 1;
            if failed == ATTEMPTS {
                let advice = "the same command goes on here later";
                return Err(Refusal::Failed(format!("{path} failed {ATTEMPTS} times, at last: {why}; {advice}")));
            }
            tracing::debug!(path, why, "asked again");
            tokio::time::sleep(Duration::from_millis(250) * 2_u32.pow(failed)).await;
        }
    }

    /// The answer, or why there is none; the outer error is one that no repetition helps.
    async fn once(&self, path: &str, renewed: bool) -> Result<Result<Answer, String>, String> {
        let Parts { client, authorize, .. } = &*self.0;
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, authorize.header(client, renewed).await?);
        headers.insert(header::USER_AGENT, HeaderValue::from_static(USER_AGENT));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        let url = self.address(path);
        let request = Request { method: Method::GET, url: &url, headers, body: Bytes::new() };
        Ok(client.request(request, LARGEST, IN_TIME).await)
    }

    fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait.min(LONGEST_WAIT);
        if let Ok(mut not_before) = self.0.not_before.lock() {
            *not_before = Some(not_before.map_or(until, |it| it.max(until)));
        }
    }

    async fn wait(&self) {
        let until = self.0.not_before.lock().ok().and_then(|it| *it);
        if let Some(until) = until {
            tokio::time::sleep_until(until.into()).await;
        }
    }
}

/// Pages as they arrive.
pub struct Pages {
    pages: mpsc::Receiver<Result<Page, Refusal>>,
    task: JoinHandle<()>,
}

impl Pages {
    pub async fn next(&mut self) -> Option<Result<Page, Refusal>> {
        self.pages.recv().await
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn parse(answer: &Answer) -> Result<Value, Refusal> {
    serde_json::from_slice(&answer.body).map_err(|why| Refusal::Failed(format!("what it answered is no JSON: {why}")))
}

/// What was answered, in a line.
fn told(answer: &Answer) -> String {
    let text: String = String::from_utf8_lossy(&answer.body).chars().filter(|it| !it.is_control()).take(200).collect();
    format!("{}: {text}", answer.status.as_u16())
}

fn wished(headers: &HeaderMap) -> Option<Duration> {
    let seconds: f64 = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds.clamp(0.0, LONGEST_WAIT.as_secs_f64())).ok()
}

/// How long the window of requests goes on whose last one this was, by the server's own clock; where it tells that.
fn used_up(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    let date = headers.get(header::DATE)?.to_str().ok()?;
    let now = jiff::fmt::rfc2822::parse(date).ok()?.timestamp().as_second();
    let left = number("x-ratelimit-remaining").filter(|it| *it == 0).and(number("x-ratelimit-reset"))? - now;
    // A reset that is no time, or one of another kind, is better found out by asking.
    (1..=60).contains(&left).then(|| Duration::from_secs(left.unsigned_abs()))
}

/// The addresses of the server itself: nothing else of a private network is opened to where its links lead.
async fn addresses(base: &Url) -> Result<Vec<IpNet>, String> {
    let host = base.host_str().ok_or_else(|| format!("{base} names no host"))?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = base.port_or_known_default().unwrap_or(443);
    let found = tokio::net::lookup_host((host, port)).await;
    let found: Vec<IpNet> =
        found.map_err(|why| format!("{host} was not found: {why}"))?.map(|it| IpNet::from(it.ip())).collect();
    if found.is_empty() { Err(format!("{host} has no address")) } else { Ok(found) }
}
