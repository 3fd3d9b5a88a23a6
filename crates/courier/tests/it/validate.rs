//! What an endpoint may be configured with.

use std::collections::BTreeMap;

use courier::{
    endpoint::Oauth,
    guard::Guard,
    validate::{Draft, validate},
};

fn wrong(change: impl FnOnce(&mut Draft)) -> Vec<String> {
    let headers = BTreeMap::new();
    let mut draft = Draft {
        name: "Candidate hired",
        url: "https://example.com/hook",
        secret: Some("s"),
        basic_user: None,
        basic_password: None,
        headers: &headers,
        max_attempts: 7,
        in_flight: None,
        per_second: None,
        order_by: None,
        disable_after_hours: None,
        client_certificate: None,
        client_key: None,
        oauth: None,
        oauth_secret: None,
    };
    // The headers of a change outlive the draft.
    change(&mut draft);
    validate(&draft, &Guard::default()).into_iter().map(|(field, why)| format!("{field} {why}")).collect()
}

fn wrong_header(name: &str, value: &str) -> Vec<String> {
    let headers: &'static _ = Box::leak(Box::new(BTreeMap::from([(name.to_owned(), value.to_owned())])));
    wrong(|draft| draft.headers = headers)
}

#[test]
fn a_good_one_has_nothing_wrong() {
    assert!(wrong(|_| ()).is_empty());
    assert!(wrong(|it| (it.basic_user, it.basic_password) = (Some("ann"), Some("p:w ä"))).is_empty());
    assert!(wrong_header("X-Tenant", "acme, inc.\tEU").is_empty());
    assert!(wrong(|it| it.secret = None).is_empty());
}

#[test]
fn each_field_says_what_is_wrong() {
    let long: &'static str = "x".repeat(256).leak();
    assert_eq!(wrong(|it| it.name = " "), ["name can't be blank"]);
    assert_eq!(wrong(|it| it.name = long), ["name must be at most 255 characters"]);
    assert_eq!(wrong(|it| it.secret = Some("")), ["secret can't be blank"]);
    assert_eq!(wrong(|it| it.secret = Some(long)), ["secret must be at most 255 characters"]);
    assert_eq!(wrong(|it| it.secret = Some("whsec_")), ["secret must have something after whsec_"]);
    assert!(wrong(|it| it.secret = Some("whsec_c2VjcmV0")).is_empty());
    assert_eq!(wrong(|it| it.url = "http://example.com"), ["url must start with https://"]);
    assert_eq!(wrong(|it| it.basic_user = Some("a:b")), ["basic_user must not contain a colon"]);
    assert_eq!(wrong(|it| it.basic_password = Some("p")), ["basic_user is missing, but a password is given"]);
    assert_eq!(wrong(|it| it.max_attempts = 0), ["max_attempts must be from 1 to 7"]);
    let control = "must not contain line breaks or control characters";
    assert_eq!(wrong(|it| it.basic_user = Some("a\r\nb")), [format!("basic_user {control}")]);
    let two = wrong(|it| (it.name, it.url) = ("", "ftp://x"));
    assert_eq!(two.len(), 2);
}

#[test]
fn headers_that_are_ours_are_refused_however_written() {
    let ours = "
        Content-Type content-length GREENHOUSE-EVENT-ID Authorization User-Agent Signature Orangery-Replay
        orangery-anything Webhook-Id Host Connection Transfer-Encoding Proxy-Authorization
    ";
    for name in ours.split_whitespace() {
        assert_eq!(wrong_header(name, "v"), [format!("headers {name} is set by the server and can't be changed")]);
    }
}

#[test]
fn headers_that_are_no_headers_are_refused() {
    for name in ["", "a b", "a:b", "a\r\nb", "ä", "X-Tenant\0"] {
        assert!(wrong_header(name, "v")[0].contains("is not a valid header name"), "{name:?}");
    }
    for value in ["a\r\nX: y", "a\nb", "\0", "ä", "\u{7f}"] {
        assert_eq!(wrong_header("X-A", value), ["headers the value of X-A must be printable ASCII on one line"]);
    }
    let twice: &'static _ =
        Box::leak(Box::new(BTreeMap::from(["X-A", "x-a"].map(|it| (it.to_owned(), "v".to_owned())))));
    assert_eq!(wrong(|it| it.headers = twice), ["headers names \"x-a\" twice"]);
}

#[test]
fn numbers_and_words_have_their_range() {
    let all = |n: i64| wrong(|it| (it.in_flight, it.per_second, it.disable_after_hours) = (Some(n), Some(n), Some(n)));
    let expected = ["in_flight must be from 1 to 256", "per_second must be from 1 to 10000"];
    let hours = "disable_after_hours must be from 1 to 720";
    assert!(all(1).is_empty() && all(256).is_empty());
    assert_eq!(all(0), [expected[0], expected[1], hours]);
    assert_eq!(all(257), [expected[0]]);
    assert_eq!(all(721), [expected[0], hours]);
    assert_eq!(all(10_001), [expected[0], expected[1], hours]);
    for order in ["candidate", "application"] {
        assert!(wrong(|it| it.order_by = Some(order)).is_empty());
    }
    assert_eq!(wrong(|it| it.order_by = Some("job")), ["order_by must be one of: candidate, application"]);
}

#[test]
fn a_certificate_comes_with_its_key() {
    let pem = || {
        let made = rcgen::generate_simple_self_signed(vec!["courier.example".into()]).unwrap();
        let texts = [made.cert.pem(), made.signing_key.serialize_pem()];
        texts.map(|it| &*it.leak())
    };
    let ([certificate, key], [other, other_key]) = (pem(), pem());
    let both = |certificate, key| wrong(|it| (it.client_certificate, it.client_key) = (Some(certificate), Some(key)));
    assert!(both(certificate, key).is_empty());
    let chain: &'static str = format!("{certificate}{other}").leak();
    assert!(both(chain, key).is_empty());
    assert_eq!(both(certificate, other_key), ["client_key does not belong to the first certificate"]);
    assert_eq!(
        wrong(|it| it.client_certificate = Some(certificate)),
        ["client_key is missing, but a certificate is given"]
    );
    assert_eq!(wrong(|it| it.client_key = Some(key)), ["client_certificate is missing, but a key is given"]);

    let only = "client_certificate must hold certificates only: the key has a place of its own";
    assert_eq!(both(format!("{certificate}{key}").leak(), key), [only]);
    let none = "client_certificate must be PEM: it holds no -----BEGIN CERTIFICATE-----";
    assert_eq!((both("", key), both("secret", key)), (vec![none.to_owned()], vec![none.to_owned()]));
    let block = |kind: &str, inside: &str| &*format!("-----BEGIN {kind}-----\n{inside}\n-----END {kind}-----\n").leak();
    assert_eq!(both(block("CERTIFICATE", "*"), key), ["client_certificate is not valid PEM"]);
    assert_eq!(both(block("CERTIFICATE", "AAAA"), key), ["client_certificate is not a certificate that can be read"]);
    assert_eq!(both(certificate, "x"), ["client_key must be PEM: it holds no -----BEGIN PRIVATE KEY-----"]);
    assert_eq!(both(certificate, format!("{key}{key}").leak()), ["client_key must hold one key"]);
    let garbage = block("PRIVATE KEY", "AAAA");
    assert_eq!(both(certificate, garbage), ["client_key is not an RSA, ECDSA or Ed25519 key that can be used"]);
    let locked = block("ENCRYPTED PRIVATE KEY", "AAAA");
    assert_eq!(both(certificate, locked), ["client_key must not be locked with a passphrase"]);
    let long: &'static str = "x".repeat(32 * 1024 + 1).leak();
    assert_eq!(both(certificate, long), ["client_key must be at most 32768 characters"]);
}

#[test]
fn client_credentials_go_where_hooks_may_go() {
    let credentials = |token_url: &str, client_id: &str, scope: Option<&str>| -> &'static Oauth {
        let scope = scope.map(str::to_owned);
        Box::leak(Box::new(Oauth { token_url: token_url.into(), client_id: client_id.into(), scope }))
    };
    let good = credentials("https://id.example.com/token", "orangery", Some("hooks:write a"));
    assert!(wrong(|it| (it.oauth, it.oauth_secret) = (Some(good), Some("hush"))).is_empty());
    assert!(wrong(|it| it.oauth = Some(good)).is_empty(), "the secret may be kept");
    assert_eq!(
        wrong(|it| (it.oauth, it.basic_user) = (Some(good), Some("ann"))),
        ["oauth can't be used together with Basic credentials: each is sent as the Authorization header"]
    );
    let bad = credentials("https://169.254.169.254/token", "", Some("a\nb"));
    assert_eq!(
        wrong(|it| (it.oauth, it.oauth_secret) = (Some(bad), Some(""))),
        [
            "oauth.token_url leads to 169.254.169.254, which is not a public address",
            "oauth.client_id can't be blank",
            "oauth.client_secret can't be blank",
            "oauth.scope must not contain line breaks or control characters",
        ]
    );
    let plain = credentials("http://id.example.com/token", "orangery", None);
    assert_eq!(wrong(|it| it.oauth = Some(plain)), ["oauth.token_url must start with https://"]);
}
