//! Signatures: right, wrong, tampered with, and all that is nearly right.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use orangery_webhook::{SignatureError as Error, sign, sign_standard, verify, verify_standard};

const SECRET: &str = "s3cret";
const BODY: &[u8] = br#"{"action":"interview_deleted","payload":{"interview":{"id":31087450}}}"#;
/// By `openssl dgst -sha256 -hmac s3cret`.
const HEADER: &str = "sha256 69cba4c926f18e94c1486668f0ad0ac44c5bd321006957c435ade82c7569ce32";

const WH_8: &str = r#"{"action":"job_deleted","payload":{"job":{"id":209256,"name":"R\u0026D \u003cLead\u003e é"}}}"#;

/// The example of the specification of Standard Webhooks, whose secret, id and time are not ours.
const STANDARD_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const STANDARD_BODY: &[u8] = br#"{"test": 2432232314}"#;
const STANDARD_ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const STANDARD_TIME: &str = "1614265330";
const STANDARD_HEADER: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

const MINUTES: Duration = Duration::from_secs(300);

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// The example, with one thing changed.
fn standard(header: &str) -> Result<(), Error> {
    verify_standard(STANDARD_SECRET, STANDARD_ID, STANDARD_TIME, header, STANDARD_BODY, at(1614265330), MINUTES)
}

#[test]
fn the_documented_header() {
    assert_eq!(verify(SECRET, HEADER, BODY), Ok(()));
    assert_eq!(verify(SECRET.as_bytes(), HEADER, BODY), Ok(()));
    assert_eq!(sign(SECRET, BODY), HEADER);
    // The vector of rules.md, WH-8.
    let header = "sha256 086616165995751af51884be58aaa6f1cef8c32ad7130f0326b43230b018c4bc";
    assert_eq!(verify("web-hook-secret", header, WH_8.as_bytes()), Ok(()));
    // A whsec_ secret is no other than any other here.
    assert_eq!(verify(STANDARD_SECRET, &sign(STANDARD_SECRET, BODY), BODY), Ok(()));
    assert_ne!(sign("whsec_c2VjcmV0", BODY), sign("secret", BODY));
}

#[test]
fn another_secret_or_body() {
    assert_eq!(verify("s3cres", HEADER, BODY), Err(Error::Mismatch));
    assert_eq!(verify("", HEADER, BODY), Err(Error::EmptySecret));
    assert_eq!(verify("", &sign("", BODY), BODY), Err(Error::EmptySecret));
    assert_eq!(verify(SECRET, HEADER, b""), Err(Error::Mismatch));
    assert_eq!(verify(SECRET, HEADER, &BODY[1..]), Err(Error::Mismatch));
    for n in 0..BODY.len() {
        let mut body = BODY.to_vec();
        body[n] ^= 1;
        assert_eq!(verify(SECRET, HEADER, &body), Err(Error::Mismatch), "byte {n}");
    }
}

#[test]
fn every_digit_counts() {
    for n in "sha256 ".len()..HEADER.len() {
        let mut header = HEADER.as_bytes().to_vec();
        header[n] = if header[n] == b'0' { b'1' } else { b'0' };
        let header = String::from_utf8(header).expect("ASCII");
        assert_eq!(verify(SECRET, &header, BODY), Err(Error::Mismatch), "digit {n}");
    }
}

#[test]
fn headers_that_are_nearly_right() {
    let digits = HEADER.strip_prefix("sha256 ").expect("the scheme");
    for header in [
        String::new(),
        "sha256".to_owned(),
        "sha256 ".to_owned(),
        digits.to_owned(),
        format!("sha256={digits}"),
        format!("sha256  {digits}"),
        format!(" {HEADER}"),
        format!("{HEADER} "),
        format!("{HEADER}\n"),
        format!("SHA256 {digits}"),
        format!("sha1 {digits}"),
        format!("sha256 {}", digits.to_uppercase()),
        format!("sha256 0x{digits}"),
        format!("sha256 {}", &digits[..62]),
        format!("sha256 {}", &digits[..63]),
        format!("sha256 {digits}00"),
        format!("sha256 {digits}, {HEADER}"),
        format!("sha256 {}", "ä".repeat(32)),
        format!("sha256 {}g", &digits[..63]),
    ] {
        assert_eq!(verify(SECRET, &header, BODY), Err(Error::MalformedHeader), "{header:?}");
    }
}

#[test]
fn the_example_of_standard_webhooks() {
    assert_eq!(standard(STANDARD_HEADER), Ok(()));
    let signed = sign_standard(STANDARD_SECRET, STANDARD_ID, STANDARD_TIME, STANDARD_BODY);
    assert_eq!(signed.as_deref(), Ok(STANDARD_HEADER));
}

#[test]
fn one_of_several_signatures_suffices() {
    let other = sign_standard("another", STANDARD_ID, STANDARD_TIME, STANDARD_BODY).expect("signed");
    assert_eq!(standard(&format!("{other} {STANDARD_HEADER}")), Ok(()));
    assert_eq!(standard(&format!("{STANDARD_HEADER} {other}")), Ok(()));
    assert_eq!(standard(&format!("v1a,AAAA v1,? {other} v2,x {STANDARD_HEADER}")), Ok(()));
    assert_eq!(standard(&other), Err(Error::Mismatch));
    assert_eq!(standard(&format!("{other} {other}")), Err(Error::Mismatch));
}

#[test]
fn standard_signatures_that_are_nearly_right() {
    let encoded = STANDARD_HEADER.strip_prefix("v1,").expect("the scheme");
    for header in [
        "v1,".to_owned(),
        format!("v1,{}", encoded.trim_end_matches('=')),
        format!("v1,{}=", encoded),
        format!("v1,{}", encoded.replace('+', "-").replace('/', "_")),
        format!("v1,{}", &encoded[..40]),
        format!("v1,{STANDARD_HEADER}"),
        format!("v1, {encoded}"),
        format!("{STANDARD_HEADER},{STANDARD_HEADER}"),
        format!("{STANDARD_HEADER}\t"),
    ] {
        assert_eq!(standard(&header), Err(Error::Mismatch), "{header:?}");
    }
    for header in ["", " ", encoded, &format!("V1,{encoded}"), &format!("v1={encoded}"), &format!("v1a,{encoded}")] {
        assert_eq!(standard(header), Err(Error::MalformedHeader), "{header:?}");
    }
}

#[test]
fn all_of_id_time_and_body_is_signed() {
    let check = |secret: &str, id: &str, timestamp: &str, body: &[u8]| {
        verify_standard(secret, id, timestamp, STANDARD_HEADER, body, at(1614265330), MINUTES)
    };
    assert_eq!(check(STANDARD_SECRET, STANDARD_ID, STANDARD_TIME, STANDARD_BODY), Ok(()));
    assert_eq!(
        check(STANDARD_SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJel", STANDARD_TIME, STANDARD_BODY),
        Err(Error::Mismatch)
    );
    assert_eq!(check(STANDARD_SECRET, STANDARD_ID, "1614265331", STANDARD_BODY), Err(Error::Mismatch));
    assert_eq!(check(STANDARD_SECRET, STANDARD_ID, STANDARD_TIME, b"{}"), Err(Error::Mismatch));
    assert_eq!(
        check("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx", STANDARD_ID, STANDARD_TIME, STANDARD_BODY),
        Err(Error::Mismatch)
    );
    // Without the prefix the secret is its letters.
    assert_eq!(
        check("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", STANDARD_ID, STANDARD_TIME, STANDARD_BODY),
        Err(Error::Mismatch)
    );
    assert_eq!(check("", STANDARD_ID, STANDARD_TIME, STANDARD_BODY), Err(Error::EmptySecret));
    assert_eq!(check("whsec_", STANDARD_ID, STANDARD_TIME, STANDARD_BODY), Err(Error::EmptySecret));
    assert_eq!(check(STANDARD_SECRET, "", STANDARD_TIME, STANDARD_BODY), Err(Error::MalformedId));
    // Or `a`, `1` and `2.{}` could come again as `a.1`, `2` and `{}`.
    assert_eq!(check(STANDARD_SECRET, "a.1", STANDARD_TIME, STANDARD_BODY), Err(Error::MalformedId));
    for timestamp in
        ["", "now", "-1614265330", "+1614265330", "1614265330.0", " 1614265330", "0x10", "1e9", &"9".repeat(30)]
    {
        assert_eq!(
            check(STANDARD_SECRET, STANDARD_ID, timestamp, STANDARD_BODY),
            Err(Error::MalformedTimestamp),
            "{timestamp}"
        );
    }
    assert_eq!(
        check(STANDARD_SECRET, STANDARD_ID, &u64::MAX.to_string(), STANDARD_BODY),
        Err(Error::MalformedTimestamp)
    );
}

#[test]
fn a_secret_is_its_letters_unless_it_says_otherwise() {
    let plain = sign_standard("secret", "1", "2", b"{}");
    assert_eq!(plain, sign_standard("whsec_c2VjcmV0", "1", "2", b"{}"));
    assert_ne!(plain, sign_standard("c2VjcmV0", "1", "2", b"{}"));
    // By `printf 1.2.{} | openssl dgst -sha256 -hmac secret -binary | base64`.
    assert_eq!(plain.as_deref(), Ok("v1,72EbzgLDv52tyOY4YC27IQSjiGr5nutKKXvEM56cM3U="));
}

/// The vectors of the courier's own tests, made with Python's hmac and with openssl.
#[test]
fn what_the_courier_sends() {
    let (at, body) = ("1795248000", WH_8.as_bytes());
    for (secret, signed) in [
        ("web-hook-secret", "v1,lRzJZbHHF9xJWFW1NSYvtQCtZRbxAjhkGFXrE4HgFEc="),
        ("whsec_aGVsbG8gd29ybGQhIQ==", "v1,rp97ZIwkSDcO+tWhNPKaEgoNLLT9G476Tpc6KF9MZXc="),
        ("whsec_aGVsbG8gd29ybGQhIQ", "v1,rp97ZIwkSDcO+tWhNPKaEgoNLLT9G476Tpc6KF9MZXc="),
        ("hello world!!", "v1,rp97ZIwkSDcO+tWhNPKaEgoNLLT9G476Tpc6KF9MZXc="),
        ("whsec_not base64!", "v1,7b4Y2TsT7PqafEP3TqBxLYggWEbwS2SZQLARDSPvkxI="),
    ] {
        assert_eq!(sign_standard(secret, "17", at, body).as_deref(), Ok(signed), "{secret}");
    }
}

#[test]
fn the_time_is_looked_at() {
    let when = |now: u64| {
        verify_standard(STANDARD_SECRET, STANDARD_ID, STANDARD_TIME, STANDARD_HEADER, STANDARD_BODY, at(now), MINUTES)
    };
    assert_eq!(when(1614265330 + 300), Ok(()));
    assert_eq!(when(1614265330 + 301), Err(Error::TooOld));
    assert_eq!(when(1614265330 - 300), Ok(()));
    assert_eq!(when(1614265330 - 301), Err(Error::TooNew));
    assert_eq!(when(0), Err(Error::TooNew));
}

#[test]
fn every_refusal_says_why() {
    let all = [
        Error::EmptySecret,
        Error::MalformedHeader,
        Error::MalformedId,
        Error::MalformedTimestamp,
        Error::TooOld,
        Error::TooNew,
        Error::Mismatch,
    ];
    let said: std::collections::BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), all.len());
}
