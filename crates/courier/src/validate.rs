//! What an endpoint may be configured with (WH-1, WH-2): everything that is wrong at once, by field, in plain words.

use std::collections::BTreeMap;

use hyper::header::{HeaderName, HeaderValue};

use crate::{guard::Guard, identity, oauth::Oauth, schedule::MAX_ATTEMPTS};

/// Headers that the courier sets itself, or that belong to the connection. The first six are documented (WH-2).
const RESERVED: [&str; 16] = [
    "content-type",
    "content-length",
    "greenhouse-event-id",
    "authorization",
    "user-agent",
    "signature",
    "host",
    "connection",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "transfer-encoding",
    "te",
    "trailer",
    "upgrade",
    "expect",
];
const OURS: [&str; 2] = ["orangery-", "webhook-"];

const MAX_TEXT: usize = 255;
const MAX_VALUE: usize = 2048;
const MAX_HEADERS: usize = 50;
const MAX_IN_FLIGHT: i64 = 256;
const MAX_PER_SECOND: i64 = 10_000;
const MAX_HOURS: i64 = 720;
const ORDERS: [&str; 2] = ["candidate", "application"];

/// What somebody wants an endpoint to be.
pub struct Draft<'a> {
    pub name: &'a str,
    pub url: &'a str,
    /// `None` keeps the one it has.
    pub secret: Option<&'a str>,
    pub basic_user: Option<&'a str>,
    /// `None` keeps the one it has, or there is none.
    pub basic_password: Option<&'a str>,
    pub headers: &'a BTreeMap<String, String>,
    pub max_attempts: i64,
    /// `None` stands for the courier's default.
    pub in_flight: Option<i64>,
    pub per_second: Option<i64>,
    pub order_by: Option<&'a str>,
    pub disable_after_hours: Option<i64>,
    pub client_certificate: Option<&'a str>,
    /// In the clear, also where the one that is kept stays: it must go with the certificate.
    pub client_key: Option<&'a str>,
    pub oauth: Option<&'a Oauth>,
    /// `None` keeps the one it has.
    pub oauth_secret: Option<&'a str>,
}

/// What is wrong, as (field, message); the message reads on from the field's name: "url must start with https://".
pub type Wrong = Vec<(&'static str, String)>;

pub fn validate(draft: &Draft, guard: &Guard) -> Wrong {
    let mut wrong = Wrong::new();
    let mut check = |field, result: Result<(), String>| {
        if let Err(message) = result {
            wrong.push((field, message));
        }
    };
    check("name", text(draft.name.trim()).and(printable(draft.name)));
    check("url", guard.check_url(draft.url).map(drop));
    if let Some(secret) = draft.secret {
        check("secret", text(secret).and(printable(secret)).and(keyed(secret)));
    }
    check("basic_user", basic_user(draft));
    if let Some(password) = draft.basic_password {
        check("basic_password", at_most(password, MAX_TEXT).and(printable(password)));
    }
    if draft.headers.len() > MAX_HEADERS {
        check("headers", Err(format!("must be at most {MAX_HEADERS}")));
    }
    let mut seen = std::collections::HashSet::new();
    for (name, value) in draft.headers {
        check("headers", header(name, value));
        if !seen.insert(name.to_ascii_lowercase()) {
            check("headers", Err(format!("names {name:?} twice")));
        }
    }
    check("max_attempts", within(Some(draft.max_attempts), MAX_ATTEMPTS));
    check("in_flight", within(draft.in_flight, MAX_IN_FLIGHT));
    check("per_second", within(draft.per_second, MAX_PER_SECOND));
    check("disable_after_hours", within(draft.disable_after_hours, MAX_HOURS));
    if draft.order_by.is_some_and(|it| !ORDERS.contains(&it)) {
        check("order_by", Err(format!("must be one of: {}", ORDERS.join(", "))));
    }
    wrong.extend(identity(draft));
    wrong.extend(oauth(draft, guard));
    wrong
}

fn within(number: Option<i64>, max: i64) -> Result<(), String> {
    match number {
        Some(it) if !(1..=max).contains(&it) => Err(format!("must be from 1 to {max}")),
        _ => Ok(()),
    }
}

/// The client certificate with its key.
fn identity(draft: &Draft) -> Option<(&'static str, String)> {
    match (draft.client_certificate, draft.client_key) {
        (None, None) => None,
        (None, Some(_)) => Some(("client_certificate", "is missing, but a key is given".into())),
        (Some(_), None) => Some(("client_key", "is missing, but a certificate is given".into())),
        (Some(certificate), Some(key)) => match identity::read(certificate, key) {
            Ok(_) => None,
            Err(identity::Wrong::Certificate(why)) => Some(("client_certificate", why)),
            Err(identity::Wrong::Key(why)) => Some(("client_key", why)),
        },
    }
}

fn oauth(draft: &Draft, guard: &Guard) -> Wrong {
    let Some(Oauth { token_url, client_id, scope }) = draft.oauth else { return Wrong::new() };
    let both = "can't be used together with Basic credentials: each is sent as the Authorization header";
    let checks = [
        ("oauth", if draft.basic_user.is_some() { Err(both.into()) } else { Ok(()) }),
        ("oauth.token_url", guard.check_url(token_url).map(drop)),
        ("oauth.client_id", credential(client_id)),
        ("oauth.client_secret", draft.oauth_secret.map_or(Ok(()), credential)),
        ("oauth.scope", scope.as_deref().map_or(Ok(()), credential)),
    ];
    let wrong = checks.into_iter().filter_map(|(field, result)| Some((field, result.err()?)));
    wrong.collect()
}

/// Some are whole tokens.
fn credential(credential: &str) -> Result<(), String> {
    if credential.is_empty() {
        return Err("can't be blank".into());
    }
    at_most(credential, MAX_VALUE).and(printable(credential))
}

fn text(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Err("can't be blank".into());
    }
    at_most(text, MAX_TEXT)
}

fn at_most(text: &str, max: usize) -> Result<(), String> {
    if text.chars().count() > max {
        return Err(format!("must be at most {max} characters"));
    }
    Ok(())
}

/// Of a secret of Standard Webhooks the key is what follows: it would be known to all.
fn keyed(secret: &str) -> Result<(), String> {
    match secret.strip_prefix("whsec_").map(|it| it.trim_end_matches('=')) {
        Some("") => Err("must have something after whsec_".into()),
        _ => Ok(()),
    }
}

fn printable(text: &str) -> Result<(), String> {
    if text.chars().any(char::is_control) {
        return Err("must not contain line breaks or control characters".into());
    }
    Ok(())
}

fn basic_user(draft: &Draft) -> Result<(), String> {
    match draft.basic_user {
        None if draft.basic_password.is_some_and(|it| !it.is_empty()) => {
            Err("is missing, but a password is given".into())
        }
        None => Ok(()),
        Some(user) if user.contains(':') => Err("must not contain a colon".into()),
        Some(user) => text(user).and(printable(user)),
    }
}

fn header(name: &str, value: &str) -> Result<(), String> {
    if name.len() > MAX_TEXT || HeaderName::from_bytes(name.as_bytes()).is_err() {
        let shown: String = name.chars().take(40).collect();
        return Err(format!("{shown:?} is not a valid header name"));
    }
    let lower = name.to_ascii_lowercase();
    if RESERVED.contains(&lower.as_str()) || OURS.iter().any(|it| lower.starts_with(it)) {
        return Err(format!("{name} is set by the server and can't be changed"));
    }
    if value.len() > MAX_VALUE {
        return Err(format!("the value of {name} must be at most {MAX_VALUE} characters"));
    }
    if !value.is_ascii() || HeaderValue::from_str(value).is_err() {
        return Err(format!("the value of {name} must be printable ASCII on one line"));
    }
    Ok(())
}
