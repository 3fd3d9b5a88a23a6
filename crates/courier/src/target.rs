//! An endpoint made ready to be posted to: secrets opened, headers built, the key schedule of its signature done.

use std::{collections::BTreeMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hyper::{
    HeaderMap, Uri,
    header::{self, HeaderName, HeaderValue},
};

use jiff::Timestamp;

use crate::{
    client::Post,
    identity::{self, Identity},
    oauth::{self, Oauth, Tokens},
    sign::{Signer, StandardSigner},
};

const EVENT_ID: HeaderName = HeaderName::from_static("greenhouse-event-id");
const SIGNATURE: HeaderName = HeaderName::from_static("signature");
const REPLAY: HeaderName = HeaderName::from_static("orangery-replay");
const TEST: HeaderName = HeaderName::from_static("orangery-test");
const WEBHOOK_ID: HeaderName = HeaderName::from_static("webhook-id");
const WEBHOOK_TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const WEBHOOK_SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

/// What a `Target` is made of, secrets in the clear.
pub struct Parts<'a> {
    pub url: &'a str,
    pub secret: &'a [u8],
    /// The one before, and until when it signs too, by Standard Webhooks.
    pub old_secret: Option<(&'a [u8], Timestamp)>,
    pub standard_headers: bool,
    pub basic_user: Option<&'a str>,
    pub basic_password: Option<&'a str>,
    /// Sent as typed (WH-2); `endpoint::validate` has seen to it that none is ours.
    pub headers: &'a BTreeMap<String, String>,
    pub user_agent: &'a str,
    /// PEM: the certificate that it is shown, and its key.
    pub identity: Option<(&'a str, &'a str)>,
    /// The credentials by which a token is had, and their secret.
    pub oauth: Option<(&'a Oauth, &'a str)>,
}

pub struct Target {
    uri: Uri,
    /// Those that are the same for every delivery.
    headers: HeaderMap,
    signer: Signer,
    standard: Option<Standard>,
    secrets: Arc<[String]>,
    identity: Option<Arc<Identity>>,
    tokens: Option<Arc<Tokens>>,
}

/// The secrets that sign by Standard Webhooks.
struct Standard {
    new: StandardSigner,
    old: Option<(StandardSigner, Timestamp)>,
}

impl Standard {
    fn signatures(&self, id: &str, body: &[u8], now: Timestamp) -> String {
        let seconds = now.as_second();
        let mut text = self.new.signature(id, seconds, body);
        if let Some((old, until)) = &self.old
            && now < *until
        {
            text.push(' ');
            text += &old.signature(id, seconds, body);
        }
        text
    }
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
        headers.insert(header::USER_AGENT, user_agent.clone());

        let mut secrets = vec![parts.secret.to_vec()];
        secrets.extend(parts.old_secret.map(|it| it.0.to_vec()));
        let mut secrets: Vec<String> = secrets.iter().map(|it| String::from_utf8_lossy(it).into_owned()).collect();
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
        let identity = parts.identity.map(|(certificate, key)| identity::read(certificate, key));
        let identity = identity.transpose().map_err(|why| why.to_string())?;
        if let Some((oauth, secret)) = parts.oauth {
            secrets.extend([oauth::credentials(&oauth.client_id, secret), secret.to_owned()]);
        }
        let tokens = parts.oauth.map(|(oauth, secret)| Tokens::new(oauth, secret, user_agent)).transpose()?;
        let standard = parts.standard_headers.then(|| Standard {
            new: StandardSigner::new(parts.secret),
            old: parts.old_secret.map(|(secret, until)| (StandardSigner::new(secret), until)),
        });
        Ok(Self {
            uri,
            headers,
            signer: Signer::new(parts.secret),
            standard,
            secrets: secrets.into(),
            identity: identity.map(Arc::new),
            tokens: tokens.map(Arc::new),
        })
    }

    /// The request with its id, which stays the same over retries and replays (WH-5), and its signature (WH-6), as it
    /// is sent `now`.
    pub fn post(&self, event_id: &str, body: Bytes, marks: Marks, now: Timestamp) -> Post {
        let mut headers = self.headers.clone();
        let ascii = |text: &str| HeaderValue::from_str(text).expect("an id and a signature are visible ASCII");
        headers.insert(EVENT_ID, ascii(event_id));
        headers.insert(SIGNATURE, ascii(&self.signer.signature(&body)));
        if let Some(standard) = &self.standard {
            headers.insert(WEBHOOK_ID, ascii(event_id));
            headers.insert(WEBHOOK_TIMESTAMP, now.as_second().into());
            headers.insert(WEBHOOK_SIGNATURE, ascii(&standard.signatures(event_id, &body, now)));
        }
        if marks.replay {
            headers.insert(REPLAY, HeaderValue::from_static("true"));
        }
        if marks.test {
            headers.insert(TEST, HeaderValue::from_static("true"));
        }
        Post {
            uri: self.uri.clone(),
            headers,
            body,
            secrets: self.secrets.clone(),
            identity: self.identity.clone(),
            tokens: self.tokens.clone(),
        }
    }
}
