//! What an endpoint may be: everything that is wrong at once, by the names that our API has for it.

use std::collections::HashSet;

use courier::endpoint::{Draft, Webhook, validate};

use super::{ALL, settings::Clear};
use crate::{
    error::{Error, Fault, Result},
    hooks::Action,
    words::Word,
    work::Work,
};

pub(super) fn fault(field: impl Into<String>, message: impl Into<String>) -> Fault {
    Fault { field: field.into(), message: message.into() }
}

/// Refuses with everything that is wrong, and `faults` that were found before. Secrets that are not given are kept.
pub(super) fn check(work: &Work, row: &Webhook, clear: &Clear, mut faults: Vec<Fault>) -> Result<()> {
    let kept_key = row.client_key.as_deref().and_then(|it| work.open(it)).and_then(|it| String::from_utf8(it).ok());
    let draft = Draft {
        name: &row.name,
        url: &row.url,
        secret: clear.secret.as_deref(),
        basic_user: row.basic_user.as_deref(),
        basic_password: clear.basic_password.as_deref(),
        headers: &row.headers.0,
        max_attempts: row.max_attempts,
        in_flight: (row.in_flight != 0).then_some(row.in_flight),
        per_second: row.per_second,
        order_by: row.order_by.as_deref(),
        disable_after_hours: row.disable_after_hours,
        client_certificate: row.client_certificate.as_deref(),
        client_key: clear.client_key.as_deref().or(kept_key.as_deref()),
        oauth: row.oauth.as_ref().map(|it| &it.0),
        oauth_secret: clear.oauth_secret.as_deref(),
    };
    for (field, message) in validate(&draft, work.guard()) {
        faults.push(match field {
            "basic_user" => fault("basic.user", message),
            "basic_password" => fault("basic.password", message),
            field => fault(field, message),
        });
    }
    if row.oauth.is_some() && row.oauth_secret.is_none() && clear.oauth_secret.is_none() {
        faults.push(fault("oauth.client_secret", "is missing"));
    }
    check_events(&row.events.0, &mut faults);
    if row.error_email.as_deref().is_some_and(|it| !is_address(it)) {
        faults.push(fault("error_email", "must be an e-mail address"));
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Invalid(faults)) }
}

fn check_events(events: &[String], faults: &mut Vec<Fault>) {
    if events.is_empty() {
        faults.push(fault("events", "must name at least one event, or be [\"all\"]"));
    }
    // More than there are names what is there twice; each fault would be as long as the list of all.
    if events.len() > Action::ALL.len() {
        faults.push(fault("events", format!("must be at most {}", Action::ALL.len())));
        return;
    }
    let mut seen = HashSet::new();
    for (n, event) in events.iter().enumerate() {
        let field = format!("events[{n}]");
        if event == ALL {
            if events.len() > 1 {
                faults.push(fault(field, "\"all\" must stand alone"));
            }
        } else if Action::parse(event).is_none() {
            faults.push(fault(field, format!("must be one of: all, {}", Action::list())));
        } else if !seen.insert(event) {
            faults.push(fault(field, format!("names {event} twice")));
        }
    }
}

fn is_address(text: &str) -> bool {
    let plain = text.len() <= 255 && !text.chars().any(|it| it.is_whitespace() || it.is_control());
    plain
        && text
            .split_once('@')
            .is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
}
