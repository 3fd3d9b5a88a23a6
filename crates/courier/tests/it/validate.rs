//! What an endpoint may be configured with.

use std::collections::BTreeMap;

use courier::{
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
    assert_eq!(wrong(|it| it.url = "http://example.com"), ["url must start with https://"]);
    assert_eq!(wrong(|it| it.basic_user = Some("a:b")), ["basic_user must not contain a colon"]);
    assert_eq!(wrong(|it| it.basic_password = Some("p")), ["basic_user is missing, but a password is given"]);
    assert_eq!(wrong(|it| it.max_attempts = 0), ["max_attempts must be from 1 to 20"]);
    let control = "must not contain line breaks or control characters";
    assert_eq!(wrong(|it| it.basic_user = Some("a\r\nb")), [format!("basic_user {control}")]);
    let two = wrong(|it| (it.name, it.url) = ("", "ftp://x"));
    assert_eq!(two.len(), 2);
}

#[test]
fn headers_that_are_ours_are_refused_however_written() {
    let ours = "
        Content-Type content-length GREENHOUSE-EVENT-ID Authorization User-Agent Signature Orangery-Replay
        orangery-anything Host Connection Transfer-Encoding
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
