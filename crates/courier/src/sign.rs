//! The signatures of a body and the escapes a body is written with (WH-6, WH-7).

use base64::{
    Engine,
    alphabet::STANDARD as ALPHABET,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const SCHEME: &str = "sha256 ";
/// What the secrets of Standard Webhooks begin with; the rest is base64, padded or not.
const PREFIX: &[u8] = b"whsec_";
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A secret ready to sign with: its key schedule is computed once.
#[derive(Clone)]
pub struct Signer(Hmac<Sha256>);

impl Signer {
    pub fn new(secret: &[u8]) -> Self {
        Self(Hmac::new_from_slice(secret).expect("HMAC takes keys of any length"))
    }

    /// The value of the `Signature` header: `sha256 `, then lower-case hex of the HMAC over the bytes as sent (WH-6).
    pub fn signature(&self, body: &[u8]) -> String {
        let mac = self.0.clone().chain_update(body).finalize().into_bytes();
        let mut digits = [0; 64];
        hex::encode_to_slice(mac, &mut digits).expect("32 bytes are 64 hex digits");
        let mut text = String::with_capacity(SCHEME.len() + digits.len());
        text.push_str(SCHEME);
        text.extend(digits.map(char::from));
        text
    }
}

/// A secret ready to sign as Standard Webhooks has it.
#[derive(Clone)]
pub struct StandardSigner(Hmac<Sha256>);

impl StandardSigner {
    /// The key is the secret's bytes; where it begins with `whsec_`, what the rest stands for in base64. A rest that
    /// is no base64 was not made for this, and the secret is taken as it is.
    pub fn new(secret: &[u8]) -> Self {
        let decoded = secret.strip_prefix(PREFIX).and_then(|it| LENIENT.decode(it).ok());
        Self(Signer::new(decoded.as_deref().unwrap_or(secret)).0)
    }

    /// One signature of `webhook-signature`: `v1,`, then base64 of the HMAC over `id.timestamp.body`.
    pub fn signature(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let mac = self.0.clone().chain_update(format!("{id}.{seconds}.")).chain_update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// The value of the `Signature` header for this body (WH-6).
pub fn signature(secret: &[u8], body: &[u8]) -> String {
    Signer::new(secret).signature(body)
}

/// True if `header` is the signature of `body`. Takes the same time wherever the two differ.
pub fn verify(secret: &[u8], header: &str, body: &[u8]) -> bool {
    let mut claimed = [0; 32];
    let Some(digits) = header.strip_prefix(SCHEME) else {
        return false;
    };
    // An upper-case signature isn't one of ours.
    if digits.bytes().any(|it| it.is_ascii_uppercase()) || hex::decode_to_slice(digits, &mut claimed).is_err() {
        return false;
    }
    Signer::new(secret).0.chain_update(body).verify_slice(&claimed).is_ok()
}

/// Writes `<`, `>`, `&`, U+2028 and U+2029 of a JSON text as `\u003c` and so on (WH-7).
///
/// In JSON these occur only within strings, so the value stays the same. Escaping twice changes nothing more.
pub fn escape(json: &str) -> String {
    let mut text = String::with_capacity(json.len() + 32);
    let mut rest = json;
    while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let mut chars = rest.chars();
        text.push_str(match chars.next() {
            Some('<') => "\\u003c",
            Some('>') => "\\u003e",
            Some('&') => "\\u0026",
            Some('\u{2028}') => "\\u2028",
            _ => "\\u2029",
        });
        rest = chars.as_str();
    }
    text.push_str(rest);
    text
}
