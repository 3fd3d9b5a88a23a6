//! Bearer tokens by client credentials (RFC 6749, 4.4), for endpoints and APIs that ask for one: had when needed, once for
//! all who wait, and kept until they expire or are answered 401.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use hyper::{
    HeaderMap, Method, StatusCode, Uri,
    header::{self, HeaderValue},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::form_urlencoded::{Serializer, byte_serialize};

use crate::{client::Client, transport::Ask};

/// Client credentials by which a bearer token is had for each request (RFC 6749, 4.4). The client's secret is kept apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Oauth {
    pub token_url: String,
    pub client_id: String,
    pub scope: Option<String>,
}

/// Where a token's life isn't told, and the most that is believed.
const USUAL: Duration = Duration::from_secs(5 * 60);
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
/// A token is not used in the last of its time: it must still be good when it arrives.
const MARGIN: Duration = Duration::from_secs(30);

pub struct Token {
    header: HeaderValue,
    secret: String,
    good_until: Instant,
}

/// The tokens of one endpoint.
pub struct Tokens {
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    token: Option<Arc<Token>>,
    under_way: Option<Shared<BoxFuture<'static, Had>>>,
}

/// The error is for the log of attempts: no secret in it.
type Had = Result<Arc<Token>, String>;

impl Token {
    pub fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    pub fn secret(&self) -> &str {
        &self.secret
    }
}

impl Tokens {
    pub fn new(oauth: &Oauth, secret: &str, user_agent: HeaderValue) -> Result<Self, String> {
        let url =
            url::Url::parse(&oauth.token_url).map_err(|why| format!("the token endpoint's URL is not valid: {why}"))?;
        let uri = url.as_str().parse().map_err(|_| "the token endpoint's URL is not valid")?;
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(header::USER_AGENT, user_agent);
        let credentials = credentials(&oauth.client_id, secret);
        let mut authorization = HeaderValue::from_str(&format!("Basic {credentials}"))
            .map_err(|_| "the client credentials are not valid")?;
        authorization.set_sensitive(true);
        headers.insert(header::AUTHORIZATION, authorization);
        let mut form = Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        if let Some(scope) = &oauth.scope {
            form.append_pair("scope", scope);
        }
        Ok(Self { uri, headers, body: form.finish().into(), kept: Mutex::default() })
    }

    /// The one that is kept, or a new one.
    pub async fn get(self: &Arc<Self>, client: &Client) -> Had {
        let under_way = {
            let mut kept = self.kept();
            match &kept.token {
                Some(token) if Instant::now() < token.good_until => return Ok(token.clone()),
                _ => kept.under_way.get_or_insert_with(|| self.start(client.clone())).clone(),
            }
        };
        under_way.await
    }

    /// It was refused; another may have been had since.
    pub fn forget(&self, token: &Arc<Token>) {
        let mut kept = self.kept();
        if kept.token.as_ref().is_some_and(|it| Arc::ptr_eq(it, token)) {
            kept.token = None;
        }
    }

    /// A task, as who waits may give up, and others wait for the same.
    fn start(self: &Arc<Self>, client: Client) -> Shared<BoxFuture<'static, Had>> {
        let tokens = self.clone();
        let task = tokio::spawn(async move {
            let fetched = AssertUnwindSafe(tokens.fetch(&client)).catch_unwind().await;
            let had = fetched.unwrap_or_else(|_| Err("a fault in the server, see its log".into())).map(Arc::new);
            let mut kept = tokens.kept();
            kept.under_way = None;
            kept.token = had.as_ref().ok().cloned();
            had
        });
        async { task.await.unwrap_or_else(|_| Err("no token could be had".into())) }.boxed().shared()
    }

    async fn fetch(&self, client: &Client) -> Result<Token, String> {
        let asked = Instant::now();
        let ask = Ask { method: Method::POST, uri: &self.uri, headers: &self.headers, body: self.body.clone() };
        let (head, answer) = client.ask(ask).await.map_err(|why| format!("the token endpoint: {why}"))?;
        if head.status != StatusCode::OK {
            return Err(format!("the token endpoint answered {}{}", head.status.as_u16(), code(&answer)));
        }
        read(&answer, asked, &head.headers).map_err(|why| format!("the token endpoint answered 200, but {why}"))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What stands in the Authorization header; encoded before, so that a colon may stand in either (RFC 6749, 2.3.1).
pub fn credentials(client_id: &str, secret: &str) -> String {
    let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    STANDARD.encode(format!("{}:{}", encode(client_id), encode(secret)))
}

fn read(answer: &[u8], asked: Instant, headers: &HeaderMap) -> Result<Token, &'static str> {
    #[derive(Deserialize)]
    struct Answer {
        access_token: String,
        token_type: Option<String>,
        expires_in: Option<serde_json::Value>,
        expires_at: Option<String>,
    }
    let answer: Answer = serde_json::from_slice(answer).map_err(|_| "without an access_token in JSON")?;
    if answer.token_type.is_some_and(|it| !it.eq_ignore_ascii_case("bearer")) {
        return Err("the token is not a bearer token");
    }
    let secret = answer.access_token;
    let header = HeaderValue::from_str(&format!("Bearer {secret}")).ok().filter(|_| !secret.is_empty());
    let mut header = header.ok_or("its access_token can't be sent")?;
    header.set_sensitive(true);
    // Some write the number as text.
    let seconds = answer.expires_in.and_then(|it| it.as_f64().or_else(|| it.as_str()?.parse().ok()));
    // Greenhouse long told a time instead, which is by its own clock.
    let seconds = seconds.or_else(|| seconds_until(&answer.expires_at?, headers));
    let life = seconds.map_or(Some(USUAL), |it| Duration::try_from_secs_f64(it).ok()).unwrap_or(Duration::ZERO);
    let life = life.min(LONGEST);
    let good_until = asked + life.saturating_sub(MARGIN.min(life / 10));
    Ok(Token { header, secret, good_until })
}

/// From when it was answered, as the answer says, until then; a date has whole seconds, of which the last is not counted on.
fn seconds_until(at: &str, headers: &HeaderMap) -> Option<f64> {
    let date = headers.get(header::DATE)?.to_str().ok()?;
    let answered = jiff::fmt::rfc2822::parse(date).ok()?.timestamp();
    Some((at.parse::<Timestamp>().ok()?.duration_since(answered).as_secs_f64() - 1.0).max(0.0))
}

/// The error's name, where it is one of those that the standard could mean: nothing else of the answer is repeated.
fn code(answer: &[u8]) -> String {
    let answer: Option<serde_json::Value> = serde_json::from_slice(answer).ok();
    let code = answer.as_ref().and_then(|it| it.get("error")?.as_str());
    const CODES: [&str; 6] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ];
    code.filter(|it| CODES.contains(it)).map_or(String::new(), |it| format!(" ({it})"))
}
