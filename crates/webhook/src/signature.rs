//! Whether a body is Orangery's: the documented `Signature` header, and the headers of Standard Webhooks.

use std::{
    fmt,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use base64::{
    Engine,
    alphabet::STANDARD as ALPHABET,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const SCHEME: &str = "sha256 ";
const STANDARD_SCHEME: &str = "v1,";
const STANDARD_SECRET: &str = "whsec_";
const PADDED_OR_NOT: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a delivery is not to be trusted. Answer 401, and do nothing of what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureError {
    /// Your own secret is empty: whoever knows that could sign. Perhaps a setting was not read.
    EmptySecret,
    /// The header is not of the documented form.
    MalformedHeader,
    /// `webhook-id` is empty or holds a dot, which would let one id and time be read as another.
    MalformedId,
    /// `webhook-timestamp` is not a number of seconds.
    MalformedTimestamp,
    /// It was sent longer ago than is tolerated: perhaps an old delivery that somebody kept.
    TooOld,
    /// It was sent further in the future than is tolerated: one of the two clocks is wrong.
    TooNew,
    /// Another secret signed it, or it was changed on its way.
    Mismatch,
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptySecret => "the secret is empty",
            Self::MalformedHeader => "the signature header is not of the documented form",
            Self::MalformedId => "webhook-id is empty or holds a dot",
            Self::MalformedTimestamp => "webhook-timestamp is not a number of seconds",
            Self::TooOld => "it was sent too long ago",
            Self::TooNew => "it was sent in the future",
            Self::Mismatch => "the signature is not that of the body",
        })
    }
}

impl std::error::Error for SignatureError {}

/// Whether `header`, the value of `Signature`, is that of `body` under the endpoint's `secret`.
///
/// The header is `sha256 `, one space, and the lower-case hex of HMAC-SHA256 over the bytes of the body: verify those as
/// they came, before anything parses them. Nothing else is let through: no other case, no blanks, no other scheme. It
/// takes the same time wherever the two signatures differ.
///
/// ```
/// # use orangery_webhook::{verify, SignatureError};
/// let body = br#"{"action":"interview_deleted","payload":{"interview":{"id":31087450}}}"#;
/// let header = orangery_webhook::sign("s3cret", body);
///
/// assert_eq!(verify("s3cret", &header, body), Ok(()));
/// assert_eq!(verify("another", &header, body), Err(SignatureError::Mismatch));
/// ```
pub fn verify(secret: impl AsRef<[u8]>, header: &str, body: &[u8]) -> Result<(), SignatureError> {
    let mac = keyed(secret.as_ref())?;
    let digits = header.strip_prefix(SCHEME).ok_or(SignatureError::MalformedHeader)?;
    let mut claimed = [0; 32];
    if digits.bytes().any(|it| it.is_ascii_uppercase()) || hex::decode_to_slice(digits, &mut claimed).is_err() {
        return Err(SignatureError::MalformedHeader);
    }
    mac.chain_update(body).verify_slice(&claimed).map_err(|_| SignatureError::Mismatch)
}

/// Whether a delivery with the headers of [Standard Webhooks](https://www.standardwebhooks.com) is Orangery's.
///
/// `id`, `timestamp` and `header` are the values of `webhook-id`, `webhook-timestamp` and `webhook-signature`. The last
/// holds one signature or several, parted by blanks, each `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`:
/// while a secret is being changed there is one of the old and one of the new. One that is right suffices; those of other
/// versions are passed over. Of a secret that begins with `whsec_` the key is what follows in base64, padded or not; any
/// other, and one where no base64 follows, is the key as it is.
///
/// `now` may be `tolerance` away from the timestamp, either way: five minutes are usual. Every attempt has a timestamp of
/// its own, so a late one is not an old one.
///
/// ```
/// # use std::time::{Duration, UNIX_EPOCH};
/// # use orangery_webhook::{SignatureError, sign_standard, verify_standard};
/// let (secret, id, timestamp, body) = ("whsec_c2VjcmV0", "4711", "1795258800", br#"{"action":"ping","payload":{}}"#);
/// let header = sign_standard(secret, id, timestamp, body)?;
///
/// let (sent, minute) = (UNIX_EPOCH + Duration::from_secs(1795258800), Duration::from_secs(60));
/// let verify = |now| verify_standard(secret, id, timestamp, &header, body, now, 5 * minute);
/// assert_eq!(verify(sent + minute), Ok(()));
/// assert_eq!(verify(sent + 6 * minute), Err(SignatureError::TooOld));
/// # Ok::<(), SignatureError>(())
/// ```
pub fn verify_standard(
    secret: &str,
    id: &str,
    timestamp: &str,
    header: &str,
    body: &[u8],
    now: SystemTime,
    tolerance: Duration,
) -> Result<(), SignatureError> {
    let mac = standard(secret, id, timestamp, body)?;
    in_time(timestamp, now, tolerance)?;
    let claims: Vec<&str> = header.split(' ').filter_map(|it| it.strip_prefix(STANDARD_SCHEME)).collect();
    if claims.is_empty() {
        return Err(SignatureError::MalformedHeader);
    }
    let is_right = |claim: &&str| STANDARD.decode(claim).is_ok_and(|it| mac.clone().verify_slice(&it).is_ok());
    match claims.iter().any(is_right) {
        true => Ok(()),
        false => Err(SignatureError::Mismatch),
    }
}

/// The value of the `Signature` header for this body: for the tests of your receiver.
///
/// ```
/// let header = orangery_webhook::sign("s3cret", b"{}");
/// assert_eq!(header, "sha256 adbde1ce40c89c14215687d5d762a47df6dfaefcfad61e2e86718ffc8498571b");
/// ```
pub fn sign(secret: impl AsRef<[u8]>, body: &[u8]) -> String {
    let mac = hmac(secret.as_ref()).chain_update(body).finalize().into_bytes();
    format!("{SCHEME}{}", hex::encode(mac))
}

/// The value of the `webhook-signature` header: for the tests of your receiver.
pub fn sign_standard(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> Result<String, SignatureError> {
    let mac = standard(secret, id, timestamp, body)?.finalize().into_bytes();
    Ok(format!("{STANDARD_SCHEME}{}", STANDARD.encode(mac)))
}

fn hmac(secret: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(secret).expect("HMAC takes keys of any length")
}

fn keyed(secret: &[u8]) -> Result<Hmac<Sha256>, SignatureError> {
    match secret.is_empty() {
        true => Err(SignatureError::EmptySecret),
        false => Ok(hmac(secret)),
    }
}

/// The HMAC that has read all that Standard Webhooks sign.
fn standard(secret: &str, id: &str, timestamp: &str, body: &[u8]) -> Result<Hmac<Sha256>, SignatureError> {
    let decoded = secret.strip_prefix(STANDARD_SECRET).and_then(|it| PADDED_OR_NOT.decode(it).ok());
    let mac = keyed(decoded.as_deref().unwrap_or(secret.as_bytes()))?;
    if id.is_empty() || id.contains('.') {
        return Err(SignatureError::MalformedId);
    }
    if timestamp.is_empty() || !timestamp.bytes().all(|it| it.is_ascii_digit()) {
        return Err(SignatureError::MalformedTimestamp);
    }
    let parts: [&[u8]; 5] = [id.as_bytes(), b".", timestamp.as_bytes(), b".", body];
    Ok(parts.iter().fold(mac, |mac, it| mac.chain_update(it)))
}

fn in_time(timestamp: &str, now: SystemTime, tolerance: Duration) -> Result<(), SignatureError> {
    let seconds: u64 = timestamp.parse().map_err(|_| SignatureError::MalformedTimestamp)?;
    let sent = UNIX_EPOCH.checked_add(Duration::from_secs(seconds)).ok_or(SignatureError::MalformedTimestamp)?;
    match now.duration_since(sent) {
        Ok(age) if age > tolerance => Err(SignatureError::TooOld),
        Err(ahead) if ahead.duration() > tolerance => Err(SignatureError::TooNew),
        _ => Ok(()),
    }
}
