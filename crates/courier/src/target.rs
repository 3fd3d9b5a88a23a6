//! An endpoint made ready to be posted to: secrets opened, headers built, the key schedule of its signature done.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hyper::{
    HeaderMap, Uri,
    header::{self, HeaderName, HeaderValue},
};

use crate::{client::Post, sign::Signer};

const EVENT_ID: HeaderName = HeaderName::from_static("greenhouse-event-id");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const REPLAY: HeaderName = HeaderName::from_static("orangery-replay");
const TEST: HeaderName = HeaderName::from_static("orangery-test");

/// What a `Target` is made of, secrets in the clear.
pub struct Parts<'a> {
    pub url: &'a str,
    pub secret: &'a [u8],
    pub basic_user: Option<&'a str>,
    pub basic_password: Option<&'a str>,
    /// Sent as typed (WH-2); `endpoint::validate` has seen to it that none is ours.
    pub headers: &'a BTreeMap<String, String>,
    pub user_agent: &'a str,
}

pub struct Target {
    uri: Uri,
    /// Those that are the same for every delivery.
    headers: HeaderMap,
    signer: Signer,
    secrets: Arc<[String]>,
}

/// What one delivery says about itself beside its id.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    pub replay: bool,
    pub test: bool,
}

impl Target {
    /// The errors are for the log of attempts: they repeat no value.
    pub fn new(parts: &Parts) -> Result<Self, String> {
        let url = url::Url::parse(parts.url).map_err(|why| format!("the endpoint's URL is not valid: {why}"))?;
        let uri = url.as_str().parse().map_err(|_| "the endpoint's URL is not valid")?;
        let mut headers = HeaderMap::with_capacity(8 + parts.headers.len());
        for (name, value) in parts.headers {
            let wrong = || format!("the endpoint's header {name:?} is not valid");
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
            headers.append(name, HeaderValue::from_str(value).map_err(|_| wrong())?);
        }
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let user_agent = HeaderValue::from_str(parts.user_agent).map_err(|_| "the User-Agent is not valid")?;
        headers.insert(header::USER_AGENT, user_agent);

        let mut secrets = vec![String::from_utf8_lossy(parts.secret).into_owned()];
        secrets.extend(parts.headers.values().cloned());
        if let Some(user) = parts.basic_user {
            let password = parts.basic_password.unwrap_or_default();
            let credentials = STANDARD.encode(format!("{user}:{password}"));
            let mut value = HeaderValue::from_str(&format!("Basic {credentials}"))
                .map_err(|_| "the endpoint's Basic credentials are not valid")?;
            value.set_sensitive(true);
            headers.insert(header::AUTHORIZATION, value);
            secrets.extend([credentials, password.to_owned()]);
        }
        Ok(Self { uri, headers, signer: Signer::new(parts.secret), secrets: secrets.into() })
    }

    /// The request with its id, which stays the same over retries and replays (WH-5), and its signature (WH-6).
    pub fn post(&self, event_id: &str, body: Bytes, marks: Marks) -> Post {
        let mut headers = self.headers.clone();
        let ascii = |text: &str| HeaderValue::from_str(text).expect("an id and a signature are visible ASCII");
        headers.insert(EVENT_ID, ascii(event_id));
        headers.insert(SIGNATURE, ascii(&self.signer.signature(&body)));
        if marks.replay {
            headers.insert(REPLAY, HeaderValue::from_static("true"));
        }
        if marks.test {
            headers.insert(TEST, HeaderValue::from_static("true"));
        }
        Post { uri: self.uri.clone(), headers, body, secrets: self.secrets.clone() }
    }
}
