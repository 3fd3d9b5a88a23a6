//! What an endpoint may be told to do differently (docs/courier.md). Greenhouse has none of it, so all of it is off unless said.

use courier::endpoint::{self, Webhook};
use sql::Json;

use super::check::fault;
use crate::{error::Fault, patch::Patch, words, words::Word, work::Work};

words! {
    /// What the deliveries of an endpoint wait in line by.
    OrderBy {
        /// The next event of a candidate waits until the one before it is delivered or given up.
        Candidate = "candidate",
        /// The same of an application.
        Application = "application",
    }
}

/// Settings as they are said at creation and in a change: what is absent is as before, null is as if it had never been said.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub max_attempts: Patch<i64>,
    pub in_flight: Patch<i64>,
    pub per_second: Patch<i64>,
    pub order_by: Patch<OrderBy>,
    pub any_2xx: Patch<bool>,
    pub standard_headers: Patch<bool>,
    pub disable_on_gone: Patch<bool>,
    pub disable_after_hours: Patch<i64>,
    pub probe: Patch<bool>,
    pub error_email: Patch<String>,
    /// PEM. Without one there is no key either.
    pub client_certificate: Patch<String>,
    pub client_key: Patch<String>,
    pub oauth: Patch<Oauth>,
}

/// Client credentials by which a bearer token is had.
#[derive(Debug, Clone, PartialEq)]
pub struct Oauth {
    pub token_url: String,
    pub client_id: String,
    /// `None` keeps the one there is.
    pub client_secret: Option<String>,
    pub scope: Option<String>,
}

/// Secrets that are given, in the clear until they are sealed into the row.
#[derive(Default)]
pub(super) struct Clear {
    pub secret: Option<String>,
    pub basic_password: Option<String>,
    pub client_key: Option<String>,
    pub oauth_secret: Option<String>,
}

impl Settings {
    pub(super) fn apply(self, row: &mut Webhook, clear: &mut Clear) {
        let Self {
            max_attempts,
            in_flight,
            per_second,
            order_by,
            any_2xx,
            standard_headers,
            disable_on_gone,
            disable_after_hours,
            probe,
            error_email,
            client_certificate,
            client_key,
            oauth,
        } = self;
        max_attempts.set(&mut row.max_attempts);
        match in_flight {
            Patch::Null => row.in_flight = 0,
            // What stands for the default is not what somebody may ask for.
            Patch::Value(0) => row.in_flight = -1,
            in_flight => in_flight.set(&mut row.in_flight),
        }
        per_second.apply(&mut row.per_second);
        order_by.map(|it| it.word().to_owned()).apply(&mut row.order_by);
        any_2xx.set(&mut row.any_2xx);
        standard_headers.set(&mut row.standard_headers);
        disable_on_gone.set(&mut row.disable_on_gone);
        disable_after_hours.apply(&mut row.disable_after_hours);
        probe.set(&mut row.probe);
        error_email.apply(&mut row.error_email);
        if client_certificate == Patch::Null || client_key == Patch::Null {
            row.client_key = None;
        }
        client_certificate.apply(&mut row.client_certificate);
        clear.client_key = client_key.value();
        match oauth {
            Patch::Absent => {}
            Patch::Null => (row.oauth, row.oauth_secret) = (None, None),
            Patch::Value(Oauth { token_url, client_id, client_secret, scope }) => {
                row.oauth = Some(Json(endpoint::Oauth { token_url, client_id, scope }));
                clear.oauth_secret = client_secret;
            }
        }
    }

    /// What always has a value can't be null in a change.
    pub(super) fn nulls(&self) -> Vec<Fault> {
        let nulls = [
            ("max_attempts", self.max_attempts == Patch::Null),
            ("any_2xx", self.any_2xx == Patch::Null),
            ("standard_headers", self.standard_headers == Patch::Null),
            ("disable_on_gone", self.disable_on_gone == Patch::Null),
            ("probe", self.probe == Patch::Null),
        ];
        nulls.iter().filter(|it| it.1).map(|it| fault(it.0, "can't be null")).collect()
    }
}

impl Clear {
    /// Seals all but the secret that signs, which is turned with its number.
    pub(super) fn seal(self, work: &Work, row: &mut Webhook) {
        let Self { secret: _, basic_password, client_key, oauth_secret } = self;
        let seal = |it: String| work.seal(it.as_bytes());
        row.basic_password = basic_password.map(seal).or(row.basic_password.take());
        row.client_key = client_key.map(seal).or(row.client_key.take());
        row.oauth_secret = oauth_secret.map(seal).or(row.oauth_secret.take());
    }
}
