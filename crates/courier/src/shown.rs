//! The headers that a request was sent with, for who looks at the log: secrets are not shown, and all else is told from
//! what is kept.

use jiff::Timestamp;

use crate::{
    endpoint::Call,
    sign::{Signer, StandardSigner},
    target::Marks,
};

/// Stands for what is a secret, or may be one.
pub const HIDDEN: &str = "(hidden)";
/// Stands for a signature that can't be told any more: its secret or the body is gone.
pub const GONE: &str = "(no longer known)";

/// An attempt, as far as its headers depend on it.
pub struct Sent<'a> {
    pub delivery_id: i64,
    pub marks: Marks,
    /// When it was begun.
    pub at: Timestamp,
    /// `None` once erased.
    pub body: Option<&'a str>,
    /// In the clear, those that signed it, the new one first; none where that one is no more.
    pub secrets: &'a [Vec<u8>],
    pub user_agent: &'a str,
}

/// Each header with what is shown of its value.
pub fn headers(call: &Call, sent: &Sent) -> Vec<(String, String)> {
    let id = sent.delivery_id.to_string();
    let signed = sent.body.zip(sent.secrets.first());
    let signature = signed.map(|(body, secret)| Signer::new(secret).signature(body.as_bytes()));
    let mut headers = vec![
        ("Content-Type", "application/json".to_owned()),
        ("Greenhouse-Event-ID", id.clone()),
        ("Signature", signature.unwrap_or_else(|| GONE.to_owned())),
        ("User-Agent", sent.user_agent.to_owned()),
    ];
    match (call.basic, call.oauth) {
        (_, true) => headers.push(("Authorization", format!("Bearer {HIDDEN}"))),
        (true, false) => headers.push(("Authorization", format!("Basic {HIDDEN}"))),
        (false, false) => {}
    }
    if call.standard_headers {
        let seconds = sent.at.as_second();
        let sign = |body: &str| {
            let sign = |secret: &Vec<u8>| StandardSigner::new(secret).signature(&id, seconds, body.as_bytes());
            sent.secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
        };
        let signatures = signed.map_or_else(|| GONE.to_owned(), |(body, _)| sign(body));
        headers.extend([
            ("webhook-id", id.clone()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signatures),
        ]);
    }
    let marks = [("Orangery-Replay", sent.marks.replay), ("Orangery-Test", sent.marks.test)];
    headers.extend(marks.into_iter().filter(|it| it.1).map(|it| (it.0, "true".to_owned())));
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value));
    headers.chain(call.header_names.0.iter().map(|name| (name.clone(), HIDDEN.to_owned()))).collect()
}
