//! Greenhouse on the loopback: a token endpoint and the lists of Harvest v3 as they are documented, with cursors, limits and refusals, and files
//! behind signed addresses. What it holds is invented and stands in `greenhouse/furniture.json`; `greenhouse/lists.txt` says which parameters
//! and keys each list has.

mod lists;
mod tokens;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    body::Body,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, Response, StatusCode, header},
    response::IntoResponse,
    routing,
};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value, json};

use lists::List;

/// Who may have tokens.
pub const CLIENT_ID: &str = "fernwood-moves-9";
pub const CLIENT_SECRET: &str = "a-secret:with/marks";

/// Its clock, which is not ours.
const CLOCK: &str = "2026-08-22T09:58:00Z";

#[derive(Clone)]
pub struct Greenhouse {
    pub url: String,
    lists: Arc<BTreeMap<String, List>>,
    state: Arc<Mutex<Conduct>>,
    opened: Instant,
}

/// How it behaves, and what it saw.
pub struct Conduct {
    /// How long a token is good.
    pub life: Duration,
    /// Leaves `expires_in` out of the answer, as Greenhouse itself did for a long time.
    pub only_expires_at: bool,
    /// So many requests in such a window; the next one is answered 429.
    pub limit: Option<(u32, Duration)>,
    /// Says nothing of limits but by 429.
    pub tells_no_limit: bool,
    /// Lists that the credential has no scope for.
    pub forbidden: BTreeSet<String>,
    /// Lists that this Greenhouse does not have.
    pub unknown: BTreeSet<String>,
    /// The next so many requests are answered 500.
    pub stumbles: usize,
    /// From this request on there is no answer: who asks waits for ever.
    pub silent_from: Option<usize>,
    /// At this request every token that was given ends.
    pub tokens_end_at: Option<usize>,
    /// Cursors that were given so far are refused, as if they had expired.
    pub cursors_expired: bool,
    /// What was asked for, without the token's.
    pub asked: Vec<String>,
    /// How often each status was answered.
    pub answered: BTreeMap<u16, usize>,
    tokens: Vec<(String, Instant)>,
    tokens_made: usize,
    window: (Instant, u32),
}

impl Greenhouse {
    /// With the furniture, and `more` rows beside it.
    pub async fn open(more: &[(&str, Vec<Value>)]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let now = Instant::now();
        let conduct = Conduct {
            life: Duration::from_secs(3600),
            only_expires_at: false,
            limit: None,
            tells_no_limit: false,
            forbidden: BTreeSet::new(),
            unknown: BTreeSet::new(),
            stumbles: 0,
            silent_from: None,
            tokens_end_at: None,
            cursors_expired: false,
            asked: Vec::new(),
            answered: BTreeMap::new(),
            tokens: Vec::new(),
            tokens_made: 0,
            window: (now, 0),
        };
        let lists = Arc::new(lists::furnished(&url, more));
        let greenhouse = Self { url, lists, state: Arc::new(Mutex::new(conduct)), opened: now };
        let app = Router::new()
            .route("/token", routing::post(tokens::token))
            .route("/files/{name}", routing::get(file))
            .route("/v3/{list}", routing::get(list))
            .fallback(async || (StatusCode::NOT_FOUND, Json(json!({"message": "Resource not found"}))))
            .with_state(greenhouse.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        greenhouse
    }

    pub fn token_url(&self) -> String {
        format!("{}/token", self.url)
    }

    pub fn conduct(&self) -> MutexGuard<'_, Conduct> {
        self.state.lock().expect("no test panicked here")
    }

    /// How many tokens were given.
    pub fn tokens_made(&self) -> usize {
        self.conduct().tokens_made
    }

    /// What was asked for, each list once, with its parameters but without cursors.
    pub fn lists_asked(&self) -> BTreeSet<String> {
        self.conduct().asked.iter().filter(|it| !it.contains("cursor=")).cloned().collect()
    }

    /// Every list that was asked for is named in what says which scopes are needed.
    pub fn is_told_of(&self, document: &str) {
        let named: BTreeSet<&str> = document.split('`').collect();
        let asked = self.conduct().asked.clone();
        let lists = asked.iter().map(|it| it.split('?').next().unwrap_or_default());
        let missing: BTreeSet<&str> = lists.filter(|it| !named.contains(it)).collect();
        assert!(missing.is_empty(), "lists whose scopes no document names: {missing:?}");
    }

    fn now(&self) -> Timestamp {
        let clock: Timestamp = CLOCK.parse().expect("a time");
        clock + self.opened.elapsed()
    }

    /// The headers of every answer.
    fn headers(&self, response: &mut Response<Body>) {
        let conduct = self.conduct();
        let (limit, window) = conduct.limit.unwrap_or((150, Duration::from_secs(30)));
        let (remaining, told) = (limit.saturating_sub(conduct.window.1), !conduct.tells_no_limit);
        drop(conduct);
        // Seen in traffic: the time of the answer and a window, wherever the window ends.
        let reset = self.now().as_second() + i64::try_from(window.as_secs()).expect("a short window");
        let date = self.now().to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        let headers = response.headers_mut();
        for (name, value) in [
            ("date", date),
            ("x-ratelimit-limit", limit.to_string()),
            ("x-ratelimit-remaining", remaining.to_string()),
            ("x-ratelimit-reset", reset.to_string()),
        ] {
            if told || name == "date" {
                headers.insert(name, HeaderValue::from_str(&value).expect("a header"));
            }
        }
        let json = headers.get(header::CONTENT_TYPE).is_some_and(|it| it == "application/json");
        if json {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json;charset=utf-8"));
        }
    }
}

/// A refusal in the shape of v3.
fn refused(status: StatusCode, message: &str, errors: Value) -> Response<Body> {
    (status, Json(json!({"message": message, "errors": errors}))).into_response()
}

async fn list(
    State(greenhouse): State<Greenhouse>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response<Body> {
    let asked = format!("{name}?{}", query.as_deref().unwrap_or_default());
    let silent = {
        let mut conduct = greenhouse.conduct();
        conduct.asked.push(asked.trim_end_matches('?').to_owned());
        if conduct.tokens_end_at == Some(conduct.asked.len()) {
            conduct.tokens.clear();
        }
        conduct.silent_from.is_some_and(|from| conduct.asked.len() > from)
    };
    if silent {
        std::future::pending::<()>().await;
    }
    let mut response = answer(&greenhouse, &name, query.as_deref().unwrap_or_default(), &headers);
    greenhouse.headers(&mut response);
    *greenhouse.conduct().answered.entry(response.status().as_u16()).or_default() += 1;
    response
}

fn answer(greenhouse: &Greenhouse, name: &str, query: &str, headers: &HeaderMap) -> Response<Body> {
    // A route that isn't there is told before anything is asked of who asks.
    let known = greenhouse.lists.get(name).filter(|_| !greenhouse.conduct().unknown.contains(name));
    let Some(list) = known else {
        return (StatusCode::NOT_FOUND, Json(json!({"message": "Resource not found"}))).into_response();
    };
    if let Some(refusal) = over_the_limit(greenhouse) {
        return refusal;
    }
    if !tokens::is_good(greenhouse, headers) {
        let why = "Token could not be decoded. Please ensure your token is from a trusted source.";
        return refused(StatusCode::UNAUTHORIZED, "Unauthorized", json!([why]));
    }
    if greenhouse.conduct().forbidden.contains(name) {
        let why = format!("Missing scope harvest:{name}:list");
        return refused(StatusCode::FORBIDDEN, "Forbidden", json!([why]));
    }
    {
        let mut conduct = greenhouse.conduct();
        if conduct.stumbles > 0 {
            conduct.stumbles -= 1;
            return (StatusCode::INTERNAL_SERVER_ERROR, "oops").into_response();
        }
    }
    let expired = greenhouse.conduct().cursors_expired;
    match list.page(query, expired) {
        Ok((page, cursor)) => {
            let link = cursor.map(|it| format!("<{}/v3/{name}?cursor={it}>; rel=\"next\"", greenhouse.url));
            let body = serde_json::to_string(&page).expect("JSON") + "\n";
            let link = HeaderValue::from_str(&link.unwrap_or_default()).expect("a header");
            let json = HeaderValue::from_static("application/json");
            ([(header::LINK, link), (header::CONTENT_TYPE, json)], body).into_response()
        }
        Err(errors) => refused(StatusCode::UNPROCESSABLE_ENTITY, "Unprocessable Content", errors),
    }
}

fn over_the_limit(greenhouse: &Greenhouse) -> Option<Response<Body>> {
    let mut conduct = greenhouse.conduct();
    let (limit, window) = conduct.limit?;
    if conduct.window.0.elapsed() >= window {
        conduct.window = (Instant::now(), 0);
    }
    if conduct.window.1 >= limit {
        let rest = window.saturating_sub(conduct.window.0.elapsed());
        let seconds = rest.as_secs() + u64::from(rest.subsec_nanos() > 0);
        let mut response = refused(StatusCode::TOO_MANY_REQUESTS, "Too Many Requests", json!([]));
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return Some(response);
    }
    conduct.window.1 += 1;
    None
}

/// A file behind a signed address: as such stores do, it refuses who shows a token as well.
async fn file(Path(name): Path<String>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response<Body> {
    if headers.contains_key(header::AUTHORIZATION) {
        return (StatusCode::BAD_REQUEST, "Only one auth mechanism allowed").into_response();
    }
    let content = match (name.as_str(), query.as_deref()) {
        ("nadia.pdf", Some("signature=s")) => "%PDF-1.4 Nadia Haddad builds bridges",
        ("form.txt", Some("signature=s")) => "I'd like to build bridges.",
        _ => return (StatusCode::FORBIDDEN, "<Error>AccessDenied</Error>").into_response(),
    };
    let kind = if name.ends_with(".pdf") { "application/pdf" } else { "text/plain" };
    ([(header::CONTENT_TYPE, kind)], content).into_response()
}
