//! What a partner asks a user for (RFC 6749, 4.1.1). As long as it isn't sure who asks, nobody is sent anywhere.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use url::Url;

use super::{Scope, page, plain, scopes};
use crate::{error::Result, graph::oauth, house::Orangery, tables::OauthApplication, words::Word};

/// A partner's own mark comes back as it was sent, if it is no longer.
const LONGEST_STATE: usize = 4000;

/// A form or a query; of what is said twice, the last counts.
pub struct Form(Vec<(String, String)>);

impl Form {
    pub fn read(bytes: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(bytes).into_owned().collect())
    }

    /// What was said; nothing and empty are the same (RFC 6749, 3.1).
    pub fn get(&self, name: &str) -> Option<&str> {
        let said = self.0.iter().rev().find(|it| it.0 == name);
        said.map(|it| it.1.as_str()).filter(|it| !it.is_empty())
    }
}

pub struct Ask {
    pub application: OauthApplication,
    /// As the partner gave it, if it did.
    pub redirect_uri: Option<String>,
    pub scopes: Vec<Scope>,
    pub state: Option<String>,
    pub code_challenge: Option<String>,
}

/// What is done instead of asking.
pub enum Turned {
    /// Told to the user, since who asks is not known.
    Page(String),
    /// Told to the partner.
    Back(Box<Response>),
}

impl Turned {
    pub fn answer(self) -> Response {
        match self {
            Self::Page(why) => page::fault(&why),
            Self::Back(response) => *response,
        }
    }
}

impl Ask {
    pub async fn read(house: &Orangery, form: &Form) -> Result<Result<Self, Turned>> {
        let application = match form.get("client_id").and_then(plain) {
            Some(key) => house.read(async |look| oauth::application(look, &key).await).await?,
            None => None,
        };
        let Some(application) = application else {
            let why = "The application that sent you here is not known to this Orangery, or not any more.";
            return Ok(Err(Turned::Page(why.to_owned())));
        };
        let redirect_uri = form.get("redirect_uri").map(str::to_owned);
        if redirect_uri.as_ref().is_some_and(|it| *it != application.callback_url) {
            let why = format!("{} wants you to be sent on to an address that is not its own.", application.name);
            return Ok(Err(Turned::Page(why)));
        }
        let state = form.get("state").map(str::to_owned);
        let mut ask = Self { application, redirect_uri, scopes: Vec::new(), state, code_challenge: None };
        if ask.state.as_ref().is_some_and(|it| it.len() > LONGEST_STATE) {
            ask.state = None;
            return Ok(Err(ask.turn("invalid_request", "state is too long")));
        }
        if form.get("response_type") != Some("code") {
            return Ok(Err(ask.turn("unsupported_response_type", "response_type must be code")));
        }
        match form.get("scope").map_or(Ok(Scope::ALL.to_vec()), scopes) {
            Ok(asked) if asked.is_empty() => ask.scopes = Scope::ALL.to_vec(),
            Ok(asked) => ask.scopes = asked,
            Err(why) => return Ok(Err(ask.turn("invalid_scope", &why))),
        }
        ask.code_challenge = form.get("code_challenge").map(str::to_owned);
        let is_challenge =
            |it: &String| it.len() == 43 && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-' || it == b'_');
        if ask.code_challenge.as_ref().is_some_and(|it| !is_challenge(it))
            || ask.code_challenge.is_some() != (form.get("code_challenge_method") == Some("S256"))
        {
            return Ok(Err(ask.turn("invalid_request", "code_challenge goes with code_challenge_method=S256")));
        }
        Ok(Ok(ask))
    }

    /// Tells the partner why not.
    pub fn turn(&self, error: &str, why: &str) -> Turned {
        Turned::Back(Box::new(self.back(&[("error", error), ("error_description", why)])))
    }

    /// Sends the user back to the partner.
    pub fn back(&self, said: &[(&str, &str)]) -> Response {
        let Ok(mut url) = Url::parse(&self.application.callback_url) else {
            return page::fault("The application has no address to which you could be sent back.");
        };
        url.query_pairs_mut().extend_pairs(said).extend_pairs(self.state.iter().map(|it| ("state", it)));
        let headers = [
            (header::LOCATION, url.to_string()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (header::REFERRER_POLICY, "no-referrer".to_owned()),
        ];
        (StatusCode::SEE_OTHER, headers).into_response()
    }
}
