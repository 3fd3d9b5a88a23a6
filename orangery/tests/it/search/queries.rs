//! What a query finds and in which order, what it refuses, and that rubbish does no harm.

use axum::http::Method;
use base64::{Engine, prelude::BASE64_STANDARD};
use expect_test::expect;
use fastrand::Rng;
use serde_json::json;

use super::{ids, search, settle};
use crate::{
    acme::{Acme, insert},
    rows,
};

/// Five people, each with a title, and who wears a headline.
async fn people() -> Acme {
    let acme = rows::acme().await;
    acme.write(async move |work| {
        for (id, name, title, headline) in [
            (101, "Søren Ångström", "Senior Engineer", "Rust & C++"),
            (102, "Ann Engineer", "Gardener", "C# and C"),
            (103, "Émilie du Châtelet", "Engineer, senior", "physics"),
            (104, "王小明", "软件工程师", "東京タワー"),
            (105, "Ann Intern", "Engineering intern", "<b>bold</b> & \"shy\""),
        ] {
            let mut it = rows::candidate(work, id);
            let (first, last) = name.split_once(' ').unwrap_or((name, ""));
            (it.first_name, it.last_name) = (first.to_owned(), last.to_owned());
            (it.title, it.headline) = (Some(title.to_owned()), Some(headline.to_owned()));
            it.is_private = id == 103;
            insert(work, it).await?;
        }
        insert(work, rows::application(work, 201, 101)).await?;
        insert(work, rows::application(work, 205, 105)).await
    })
    .await
    .unwrap();
    settle(&acme).await;
    acme
}

#[tokio::test(flavor = "multi_thread")]
async fn words_beginnings_phrases_and_what_is_left_out() {
    let acme = people().await;
    for (q, found) in [
        // Who is called so comes first, then the latest.
        ("engineer", vec![102, 103, 101]),
        ("ENGINEER senior", vec![103, 101]),
        ("\"senior engineer\"", vec![101]),
        ("“senior engin*”", vec![101]),
        ("\"senior engin\"*", vec![101]),
        ("engin*", vec![102, 105, 103, 101]),
        ("engin* -intern", vec![102, 103, 101]),
        ("engin* -\"engineer senior\" -int*", vec![102, 101]),
        ("soren angstrom", vec![101]),
        ("SØREN", vec![101]),
        ("chatelet emilie", vec![103]),
        ("c++", vec![101]),
        ("c#", vec![102]),
        ("小明", vec![104]),
        ("工程", vec![104]),
        ("タワー", vec![104]),
        ("明王", vec![]),
        ("engineer nobody", vec![]),
        ("& engineer -", vec![102, 103, 101]),
        ("bold", vec![105]),
    ] {
        assert_eq!(ids(&acme, q).await, found, "{q}");
    }
    expect![[r#"
        [
          {
            "candidate_id": 105,
            "name": "Ann Intern",
            "headline": "<b>bold</b> & \"shy\"",
            "company": null,
            "title": "Engineering intern",
            "is_private": false,
            "application": null,
            "places": [
              {
                "field": "headline",
                "name": null,
                "application_id": null,
                "attachment_id": null,
                "snippet": "&lt;b&gt;<mark>bold</mark>&lt;/b&gt; &amp; &quot;<mark>shy</mark>&quot;"
              },
              {
                "field": "title",
                "name": null,
                "application_id": null,
                "attachment_id": null,
                "snippet": "<mark>Engineering</mark> intern"
              }
            ]
          }
        ]"#]]
    .assert_eq(&format!("{:#}", search(&acme, "bold shy engineering", "").await));
}

#[tokio::test(flavor = "multi_thread")]
async fn applications_jobs_and_pages() {
    let acme = people().await;
    let found = search(&acme, "engin*", "&kind=applications&job_id=10").await;
    let of = |it: &serde_json::Value| (it["candidate_id"].as_i64().unwrap(), it["application"]["id"].as_i64().unwrap());
    assert_eq!(found.as_array().unwrap().iter().map(of).collect::<Vec<_>>(), [(105, 205), (101, 201)]);
    assert_eq!(search(&acme, "engin*", "&job_id=11").await, json!([]));
    assert_eq!(search(&acme, "engin*", "&kind=applications&per_page=1&page=2").await[0]["candidate_id"], 101);
    let first = acme.get("/api/v1/search?q=engin%2A&per_page=3").await;
    assert_eq!(first.json.as_array().unwrap().len(), 3);
    assert_eq!(first.link, "<https://orangery.example.com/api/v1/search?q=engin*&page=2&per_page=3>; rel=\"next\"");
    assert_eq!(search(&acme, "engin*", "&per_page=3&page=2").await.as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn private_candidates_are_for_keys_that_may_read_candidates() {
    let acme = people().await;
    let key = async |endpoints: serde_json::Value| {
        let made = acme.post("/api/v1/keys", json!({"name": "k", "endpoints": endpoints})).await;
        let key = made.json["key"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
        format!("Basic {}", BASE64_STANDARD.encode(format!("{key}:")))
    };
    let narrow = key(json!(["GET /api/v1/search"])).await;
    let wide = key(json!(["GET /api/v1/search", "GET /v1/candidates/{id}"])).await;
    for (key, found) in [(narrow, vec![101]), (wide, vec![103, 101])] {
        let path = "/api/v1/search?q=senior+engineer";
        let answer = acme.ask(Method::GET, path, None, &[("Authorization", key.as_str())]).await;
        let ids: Vec<i64> =
            answer.json.as_array().unwrap().iter().map(|it| it["candidate_id"].as_i64().unwrap()).collect();
        assert_eq!(ids, found);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_makes_no_sense_says_what_would() {
    let acme = people().await;
    let long = "a".repeat(501);
    let many = "word%20".repeat(33);
    let mut said = Vec::new();
    for query in [
        "",
        "q=",
        "q=%20-%20",
        "q=%26",
        "q=-intern",
        "q=%22senior",
        "q=e*",
        "q=en*gine",
        "q=*",
        "q=%22*%22",
        "q=a%00b",
        &format!("q={long}"),
        &format!("q={many}"),
        "q=a&kind=jobs",
        "q=a&per_page=101",
        "q=a&page=500000",
        "q=a&job_id=x",
    ] {
        let answer = acme.get(&format!("/api/v1/search?{query}")).await;
        let query: String = query.chars().take(20).collect();
        said.push(format!("{query}: {} {}", answer.status, answer.faults()));
    }
    expect![[r#"
        : 422 is required at q
        q=: 422 Must hold a word to look for: letters or digits at q
        q=%20-%20: 422 Must hold a word to look for: letters or digits at q
        q=%26: 422 Must hold a word to look for: letters or digits at q
        q=-intern: 422 Only says what to leave out: say a word to look for too, such as: engineer -intern at q
        q=%22senior: 422 A phrase has no end: put a " behind its last word at q
        q=e*: 422 Must have at least two characters before a *, such as: en* at q
        q=en*gine: 422 A * stands at the end of a word, such as: eng* at q
        q=*: 422 Must hold a word to look for: letters or digits at q
        q=%22*%22: 422 Must hold a word to look for: letters or digits at q
        q=a%00b: 422 Must not contain the character U+0000 at q
        q=aaaaaaaaaaaaaaaaaa: 422 Must be at most 500 characters long at q
        q=word%20word%20word: 422 Must hold at most 32 words and phrases: say fewer at q
        q=a&kind=jobs: 422 Must be one of: candidates, applications at kind
        q=a&per_page=101: 422 Must be from 1 to 100 at per_page
        q=a&page=500000: 422 Must not reach further than the first 10000 results: say more words at page
        q=a&job_id=x: 422 Must be a whole number at job_id"#]]
    .assert_eq(&said.join("\n"));
}

/// Whatever is asked, it is answered, and the same wherever words are said in another order.
#[tokio::test(flavor = "multi_thread")]
async fn rubbish_is_refused_or_finds_something() {
    let acme = people().await;
    let bits = [
        "\"", "*", "-", "engin", "senior", " ", " ", "(", ")", "'", ":", "&", "|", "!", "<->", "\\", "NOT", "AND",
        "OR", "NEAR", "{a}:", "^", "+", "#", "c", "é", "e\u{301}", "王", "\u{e000}", "“", "”", "%", "_", ";--",
        "\u{202e}", "😀", "5550199", "0", "\u{0}", "ß", "İ", "ﬁ", "𝔘", "\t", "\n", "''", ":*", ":A",
    ];
    let mut dice = Rng::with_seed(11);
    for _ in 0..600 {
        let q: String = (0..dice.usize(1..9)).map(|_| bits[dice.usize(..bits.len())]).collect();
        let escaped: String = q.bytes().map(|it| format!("%{it:02x}")).collect();
        let answer = acme.get(&format!("/api/v1/search?q={escaped}&kind=applications")).await;
        assert!(matches!(answer.status, 200 | 422), "{q:?}: {answer}");
        assert!(answer.status == 200 || !answer.faults().is_empty(), "{q:?}: {answer}");
    }
}
