//! Signatures, escapes and seals.

use courier::{
    seal::{Broken, Seal},
    sign::{StandardSigner, escape, signature, verify},
};

const SECRET: &[u8] = b"web-hook-secret";
const BODY: &str = r#"{"action":"job_deleted","payload":{"job":{"id":209256,"name":"R\u0026D \u003cLead\u003e é"}}}"#;
const SIGNED: &str = "sha256 086616165995751af51884be58aaa6f1cef8c32ad7130f0326b43230b018c4bc";

#[test]
fn the_vector_of_wh_8() {
    assert_eq!(signature(SECRET, BODY.as_bytes()), SIGNED);
    let unescaped = r#"{"action":"job_deleted","payload":{"job":{"id":209256,"name":"R&D <Lead> é"}}}"#;
    assert_eq!(escape(unescaped), BODY);
}

#[test]
fn only_the_signature_of_these_bytes_verifies() {
    assert!(verify(SECRET, SIGNED, BODY.as_bytes()));
    assert!(!verify(b"another", SIGNED, BODY.as_bytes()));
    assert!(!verify(SECRET, SIGNED, &BODY.as_bytes()[1..]));
    for header in ["", "sha256", &SIGNED[7..], &SIGNED.to_uppercase(), &SIGNED[..70], &format!("{SIGNED}00")] {
        assert!(!verify(SECRET, header, BODY.as_bytes()), "{header}");
    }
    // Digits in upper case only.
    let shouted = format!("sha256 {}", SIGNED[7..].to_uppercase());
    assert!(!verify(SECRET, &shouted, BODY.as_bytes()));
}

#[test]
fn the_vectors_of_standard_webhooks() {
    let signed = |secret: &str, id, seconds, body: &str| {
        StandardSigner::new(secret.as_bytes()).signature(id, seconds, body.as_bytes())
    };
    // The one that the libraries of Standard Webhooks are tested with, padded or not.
    let (id, body) = ("msg_p5jXN8AQM9LWM0D4loKWxJek", r#"{"test": 2432232314}"#);
    let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    assert_eq!(signed("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", id, 1_614_265_330, body), expected);

    // Made with Python's hmac and with openssl.
    let at = 1_795_248_000;
    assert_eq!(signed("web-hook-secret", "17", at, BODY), "v1,lRzJZbHHF9xJWFW1NSYvtQCtZRbxAjhkGFXrE4HgFEc=");
    for secret in ["whsec_aGVsbG8gd29ybGQhIQ==", "whsec_aGVsbG8gd29ybGQhIQ", "hello world!!"] {
        let expected = "v1,rp97ZIwkSDcO+tWhNPKaEgoNLLT9G476Tpc6KF9MZXc=";
        assert_eq!(signed(secret, "17", at, BODY), expected, "{secret}");
    }
    let not_base64 = signed("whsec_not base64!", "17", at, BODY);
    assert_eq!(not_base64, "v1,7b4Y2TsT7PqafEP3TqBxLYggWEbwS2SZQLARDSPvkxI=");
}

#[test]
fn escapes_keep_the_value_and_all_other_characters() {
    let json = "{\"a\":\"<b>&'\u{2028}\u{2029}é😀\\u003c\"}";
    assert_eq!(escape(json), "{\"a\":\"\\u003cb\\u003e\\u0026'\\u2028\\u2029é😀\\u003c\"}");
    assert_eq!(escape(&escape(json)), escape(json));
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(value(&escape(json)), value(json));
    assert_eq!(escape(""), "");
}

#[test]
fn what_is_sealed_opens_with_the_same_key_only() {
    let seal = Seal::new([7; 32]);
    let sealed = seal.seal(b"hush");
    assert_eq!(seal.open(&sealed).unwrap(), b"hush");
    assert_ne!(seal.seal(b"hush"), sealed, "the nonce is random");
    assert!(!sealed.windows(4).any(|it| it == b"hush"));
    assert_eq!(Seal::new([8; 32]).open(&sealed), Err(Broken));
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert_eq!(seal.open(&changed), Err(Broken));
    }
    assert_eq!(seal.open(b"short"), Err(Broken));
}

#[test]
fn the_key_file_is_made_once_and_private() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("instance.key");
    let key = Seal::key_from_file(&path).unwrap();
    assert_eq!(Seal::key_from_file(&path).unwrap(), key);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::write(&path, "not a key").unwrap();
    assert!(Seal::key_from_file(&path).unwrap_err().to_string().contains("64 hex digits"));
}
