//! Tokens for the audit log (AUD-5): JWT, HS256, by a key that is derived from the instance's and used for nothing else.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// `{"alg":"HS256","typ":"JWT"}`: a token with any other header is none of ours, whatever it says of itself.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";
const PURPOSE: &[u8] = b"orangery: tokens for the audit log";
const AUDIENCE: &str = "audit-log";
pub const GOOD_FOR: SignedDuration = SignedDuration::from_hours(24);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    aud: String,
    /// The API key for which it was made.
    pub sub: i64,
    pub iat: i64,
    pub exp: i64,
}

/// A token for that key, and until when it is good.
pub fn make(key: &[u8; 32], api_key_id: i64, now: Timestamp) -> (String, Timestamp) {
    let expires = now.saturating_add(GOOD_FOR).unwrap_or(Timestamp::MAX);
    let claims = Claims { aud: AUDIENCE.to_owned(), sub: api_key_id, iat: now.as_second(), exp: expires.as_second() };
    let claims = BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims).unwrap_or_default());
    let said = format!("{HEADER}.{claims}");
    let signature = BASE64_URL_SAFE_NO_PAD.encode(mac(key, &said).finalize().into_bytes());
    (format!("{said}.{signature}"), expires)
}

/// What a token says, if it is ours and still good.
pub fn read(key: &[u8; 32], token: &str, now: Timestamp) -> Option<Claims> {
    let (said, signature) = token.rsplit_once('.')?;
    let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
    mac(key, said).verify_slice(&signature).ok()?;
    let claims = said.strip_prefix(HEADER)?.strip_prefix('.')?;
    let claims: Claims = serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    (claims.aud == AUDIENCE && now.as_second() < claims.exp).then_some(claims)
}

fn mac(key: &[u8; 32], text: &str) -> Hmac<Sha256> {
    let mut derived = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    derived.update(PURPOSE);
    let derived = derived.finalize().into_bytes();
    let mut mac = Hmac::<Sha256>::new_from_slice(&derived).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    mac
}
