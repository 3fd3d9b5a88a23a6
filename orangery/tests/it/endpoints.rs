//! Which of the documented endpoints of Harvest are served: `docs/endpoints.md` lists them, `golden/endpoints.txt` says so, by asking.

use std::{collections::BTreeSet, fs};

use axum::http::Method;
use base64::{Engine, prelude::BASE64_STANDARD};
use expect_test::expect_file;
use serde_json::json;

use crate::acme::Acme;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden/endpoints.txt");

/// The documented endpoints: method and path.
pub fn documented() -> Vec<(&'static str, &'static str)> {
    let rows = include_str!("../../../docs/endpoints.md").lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let (method, path) = (cells.next()?, cells.next()?);
        Some((method, path.strip_prefix('`')?.strip_suffix('`')?))
    });
    rows.collect()
}

/// Those of them that were served when the golden file was written.
pub fn served() -> Vec<(&'static str, &'static str)> {
    let golden = fs::read_to_string(GOLDEN).unwrap_or_default();
    let lines: BTreeSet<&str> = golden.lines().collect();
    let is_served = |(method, path): &(&str, &str)| lines.contains(line("served", method, path).as_str());
    documented().into_iter().filter(is_served).collect()
}

fn line(state: &str, method: &str, path: &str) -> String {
    format!("{state:<8}  {method:<6}  {path}")
}

/// Whatever a parameter is called, and whether a slash ends the path.
fn plain(path: &str) -> String {
    let parts = path.trim_end_matches('/').split('/');
    parts.map(|it| if it.starts_with('{') { "1" } else { it }).collect::<Vec<_>>().join("/")
}

/// Asks with a key that may do nothing: who is refused is told the endpoint that it was. Everything else is not routed, or not this way.
async fn is_served(acme: &Acme, key: &str, method: &str, path: &str) -> bool {
    let asked = plain(path);
    let method: Method = method.parse().expect("a method");
    let answer = acme.ask(method.clone(), &asked, None, &[("Authorization", key)]).await;
    match answer.status {
        401 => {
            let said = answer.json["errors"][0]["message"].as_str().unwrap_or_default();
            let (_, endpoint) = said.split_once(" permission for ").unwrap_or_else(|| panic!("{path}: {answer}"));
            endpoint.split_once(' ').is_some_and(|(said, at)| said == method.as_str() && plain(at) == asked)
        }
        404 | 405 => false,
        _ => panic!("{method} {path}: {answer}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_served_stays_served() {
    let documented = documented();
    assert_eq!(documented.len(), 142);
    assert_eq!(documented.iter().collect::<BTreeSet<_>>().len(), 142, "each once");
    let acme = Acme::empty().await;
    let made = acme.post("/api/v1/keys", json!({"name": "Nothing", "endpoints": []})).await;
    let key = made.json["key"].as_str().unwrap_or_else(|| panic!("{made}"));
    let key = format!("Basic {}", BASE64_STANDARD.encode(format!("{key}:")));
    assert!(!is_served(&acme, &key, "GET", "/v1/moons").await, "there is no such path");
    assert!(!is_served(&acme, &key, "DELETE", "/v1/candidates").await, "the path is there, the method is not");

    let was: BTreeSet<_> = served().into_iter().collect();
    let (mut lines, mut lost, mut count) = (String::new(), Vec::new(), 0);
    for endpoint in documented {
        let (method, path) = endpoint;
        let is = is_served(&acme, &key, method, path).await;
        count += usize::from(is);
        lines += &line(if is { "served" } else { "not yet" }, method, path);
        lines += "\n";
        if !is && was.contains(&endpoint) {
            lost.push(format!("{method} {path}"));
        }
    }
    assert!(lost.is_empty(), "served before, and no more: {lost:#?}");
    let text = format!(
        "Endpoints of Harvest\n\nMade by asking, never by hand. What they are stands in docs/endpoints.md.\n\n\
         {count} of 142 are served.\n\n{lines}"
    );
    expect_file!["golden/endpoints.txt"].assert_eq(&text);
}
