//! The settings of an endpoint, as `webhook add` and `webhook set` take them.

use std::{path::PathBuf, str::FromStr};

use clap::Args;

use crate::{
    cli::out::words,
    domain::webhook::{Basic, Oauth, OrderBy, Settings},
    patch::Patch,
    words::Word,
};

#[derive(Args)]
pub struct Options {
    /// User name for Basic auth
    #[arg(long, value_name = "NAME")]
    pub basic_user: Option<String>,
    #[arg(
        long,
        value_name = "PASSWORD",
        requires = "basic_user",
        env = "ORANGERY_WEBHOOK_PASSWORD",
        hide_env_values = true
    )]
    pub basic_password: Option<String>,
    /// A header to be sent along: 'Name: value'
    #[arg(long = "header", value_name = "HEADER", value_parser = header)]
    pub headers: Vec<(String, String)>,
    /// After so many attempts a delivery is given up, 1 to 7
    #[arg(long, value_name = "N")]
    max_attempts: Option<i64>,
    /// At most so many requests at once, 1 to 256
    #[arg(long, value_name = "N|none", value_parser = or_none::<i64>)]
    in_flight: Option<Patch<i64>>,
    /// At most so many attempts are begun a second, 1 to 10000
    #[arg(long, value_name = "N|none", value_parser = or_none::<i64>)]
    per_second: Option<Patch<i64>>,
    /// The next event of a `candidate` or an `application` waits for the one before it
    #[arg(long, value_name = "WHAT|none", value_parser = order_by)]
    order_by: Option<Patch<OrderBy>>,
    /// Any 2xx counts as delivered, not only 200
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    any_2xx: Option<bool>,
    /// Send the headers of Standard Webhooks beside the documented ones
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    standard_headers: Option<bool>,
    /// A 410 disables it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    disable_on_gone: Option<bool>,
    /// Disable it after so many hours of nothing but failures, 1 to 720
    #[arg(long, value_name = "HOURS|none", value_parser = or_none::<i64>)]
    disable_after_hours: Option<Patch<i64>>,
    /// While nothing but failures comes, try it with one delivery at a time
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    probe: Option<bool>,
    /// Who is written to when deliveries are given up
    #[arg(long, value_name = "ADDRESS|none", value_parser = or_none::<String>)]
    error_email: Option<Patch<String>>,
    /// A PEM file with the certificate that is shown to an endpoint that asks for one
    #[arg(long, value_name = "FILE|none", value_parser = or_none::<PathBuf>)]
    client_certificate: Option<Patch<PathBuf>>,
    /// A PEM file with its key
    #[arg(long, value_name = "FILE")]
    client_key: Option<PathBuf>,
    /// Where a bearer token is had by client credentials
    #[arg(long, value_name = "URL|none", value_parser = or_none::<String>)]
    oauth_token_url: Option<Patch<String>>,
    #[arg(long, value_name = "ID", requires = "oauth_token_url")]
    oauth_client_id: Option<String>,
    #[arg(
        long,
        value_name = "SECRET",
        requires = "oauth_token_url",
        env = "ORANGERY_WEBHOOK_OAUTH_SECRET",
        hide_env_values = true
    )]
    oauth_client_secret: Option<String>,
    #[arg(long, value_name = "SCOPE", requires = "oauth_token_url")]
    oauth_scope: Option<String>,
}

impl Options {
    pub fn basic(&self) -> Option<Basic> {
        let user = self.basic_user.clone()?;
        Some(Basic { user, password: self.basic_password.clone() })
    }

    pub fn settings(self) -> Result<Settings, String> {
        let oauth = self.oauth_token_url.unwrap_or_default().map(|token_url| Oauth {
            token_url,
            client_id: self.oauth_client_id.unwrap_or_default(),
            client_secret: self.oauth_client_secret,
            scope: self.oauth_scope,
        });
        Ok(Settings {
            max_attempts: self.max_attempts.into(),
            in_flight: self.in_flight.unwrap_or_default(),
            per_second: self.per_second.unwrap_or_default(),
            order_by: self.order_by.unwrap_or_default(),
            any_2xx: self.any_2xx.into(),
            standard_headers: self.standard_headers.into(),
            disable_on_gone: self.disable_on_gone.into(),
            disable_after_hours: self.disable_after_hours.unwrap_or_default(),
            probe: self.probe.into(),
            error_email: self.error_email.unwrap_or_default(),
            client_certificate: match self.client_certificate.unwrap_or_default() {
                Patch::Value(path) => Patch::Value(text(&path)?),
                Patch::Null => Patch::Null,
                Patch::Absent => Patch::Absent,
            },
            client_key: self.client_key.map(|path| text(&path)).transpose()?.into(),
            oauth,
        })
    }
}

fn text(path: &PathBuf) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|why| format!("{}: {}", path.display(), words(why)))
}

/// A value, or `none` to take away the one there is.
fn or_none<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<Patch<T>, String> {
    match text {
        "none" => Ok(Patch::Null),
        text => text.parse().map(Patch::Value).map_err(words),
    }
}

fn order_by(text: &str) -> Result<Patch<OrderBy>, String> {
    match text {
        "none" => Ok(Patch::Null),
        text => {
            OrderBy::parse(text).map(Patch::Value).ok_or_else(|| format!("must be one of: {}, none", OrderBy::list()))
        }
    }
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("must be 'Name: value'")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
