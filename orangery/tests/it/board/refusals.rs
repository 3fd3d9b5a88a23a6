//! What is not taken in, and that it leaves no trace.

use std::sync::atomic::{AtomicUsize, Ordering};

use axum::{Router, http::StatusCode, routing::get};
use serde_json::{Value, json};

use super::{
    apply,
    apply::{door, nobody, with},
    apply_json, made, post,
};
use crate::{acme::Acme, hiring};

async fn count(acme: &Acme) -> i64 {
    let sql = "select (select count(*) from candidates) + (select count(*) from journal) + (select count(*) from audit_records)";
    acme.house.read(async |look| Ok(look.tx.count(sql, &[]).await?)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_is_told_field_by_field() {
    let acme = hiring::acme().await;
    let post = post(&acme, json!({})).await;
    let name = |label: &str| {
        let found = post["questions"].as_array().unwrap().iter().find(|it| it["label"] == label).unwrap();
        found["name"].as_str().unwrap().trim_end_matches("[]").to_owned()
    };
    let question = |label: &str, value: Value| json!({name(label): value});
    let education = |more: Value| {
        let mut education = json!({
            "school_name_id": 36, "degree_id": 1, "discipline_id": 11,
            "start_date": {"month": 3, "year": 1990}, "end_date": {"month": 2, "year": 1991},
        });
        education.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({"educations": [education]})
    };
    let before = count(&acme).await;
    let file = "Must be the name of a file of one of these kinds: pdf, doc, docx, txt, rtf";
    let cases = [
        (
            json!({"first_name": null, "last_name": " ", "email": ""}),
            "first_name: is required; last_name: is required; email: is required".to_owned(),
        ),
        (json!({"first_name": "x".repeat(256)}), "first_name: Must be at most 255 characters long".to_owned()),
        (json!({"first_name": "See https://x.example"}), "first_name: Must not contain a web address".to_owned()),
        (json!({"phone": "www.x.example"}), "phone: Must not contain a web address".to_owned()),
        (json!({"email": "jo@example"}), "email: Must be an e-mail address".to_owned()),
        (json!({"email": "j o@example.com"}), "email: Must be an e-mail address".to_owned()),
        (json!({"gender": 4}), "gender: Must be from 1 to 3".to_owned()),
        (json!({"applicant_ip": "here"}), "applicant_ip: Must be an IP address".to_owned()),
        (question("Apples?", json!("maybe")), format!("{}: Must be true or false", name("Apples?"))),
        (question("Where?", json!(7)), format!("{}: Must be the id of one of the options", name("Where?"))),
        (question("What?", json!(["x"])), format!("{}: Must be a list of ids", name("What?"))),
        (question("Why?", json!({"a": 1})), format!("{}: Must be a text", name("Why?"))),
        (
            question("Portfolio", json!("me.pdf")),
            format!("{0}: Must be a file: by multipart/form-data, or as {0}_content or {0}_url", name("Portfolio")),
        ),
        (json!({"resume_content": "SGVsbG8="}), "resume_content_filename: is required".to_owned()),
        (
            json!({"resume_content": "!", "resume_content_filename": "cv.pdf"}),
            "resume_content: Must be base64".to_owned(),
        ),
        (
            json!({"resume_content": "SGVsbG8=", "resume_content_filename": "cv.exe"}),
            format!("resume_content_filename: {file}"),
        ),
        (
            json!({"resume_url": "https://x.example/cv", "resume_url_filename": "cv"}),
            format!("resume_url_filename: {file}"),
        ),
        (
            json!({"educations": [{"school_name_id": 36}]}),
            "educations[0].start_date: is required; educations[0].end_date: is required; \
            educations[0].discipline_id: is required; educations[0].degree_id: is required"
                .to_owned(),
        ),
        (
            education(json!({"end_date": {"month": 2, "year": 1990}})),
            "educations[0].end_date: Must not lie before start_date".to_owned(),
        ),
        (
            education(json!({"end_date": {"month": 13}})),
            "educations[0].end_date.month: Must be from 1 to 12; educations[0].end_date.year: is required".to_owned(),
        ),
        (education(json!({"school_name_id": 1})), "educations[0].school_name_id: There is no school 1".to_owned()),
        (
            json!({"employments": [{"company_name": "A", "title": "B", "current": "false", "start_date": {"month": 1, "year": 2016}}]}),
            "employments[0].end_date: is required".to_owned(),
        ),
    ];
    for (more, why) in cases {
        let answer = apply_json(&acme, &door(&post), with(more.clone())).await;
        assert_eq!((answer.status, answer.faults().as_str()), (422, why.as_str()), "{more}");
    }
    assert_eq!(count(&acme).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_forms() {
    let acme = hiring::acme().await;
    let post = post(&acme, json!({})).await;
    let before = count(&acme).await;
    let form = "application/x-www-form-urlencoded";
    let deep = format!("a{}=1", "[b]".repeat(9));
    let many = (0..2001).map(|n| format!("a{n}=1&")).collect::<String>();
    for (kind, body, why) in [
        ("application/json", "[]", "-: The body must be a JSON object"),
        ("application/json", "hello", "-: The body must be a JSON object"),
        ("", "{\"a\"", "-: The body is not JSON: EOF while parsing an object at line 1 column 4"),
        (form, "a=1&a[b]=2", "a[b]: This name means two things: a value, a list or an object"),
        (form, "a[]=1&a[b]=2", "a[b]: This name means two things: a value, a list or an object"),
        (form, deep.as_str(), "a[b][b][b][b][b][b][b][b][b]: This name is nested too deeply"),
        (form, many.as_str(), "a2000: A form has at most 2000 fields"),
        ("multipart/form-data", "x", "-: Invalid `boundary` for `multipart/form-data` request"),
    ] {
        let answer = apply(&acme, &door(&post), kind, body.to_owned()).await;
        assert_eq!((answer.status, answer.faults().as_str()), (422, why), "{kind} {body:.50}");
    }
    for broken in ["--x\r\n", "--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nno end", "nothing of it"] {
        let answer = apply(&acme, &door(&post), "multipart/form-data; boundary=x", broken).await;
        assert_eq!(answer.status, 422, "{broken}: {}", answer.text);
    }
    let limit = acme.house.body_limit;
    for kind in [form, "application/json", "multipart/form-data; boundary=x"] {
        let mut body = b"--x\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\n".to_vec();
        body.resize(limit + 1, b'x');
        assert_eq!(apply(&acme, &door(&post), kind, body).await.status, 422, "{kind}");
    }
    assert_eq!(count(&acme).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_fills_in_what_nobody_sees_is_thanked_and_forgotten() {
    let acme = hiring::acme().await;
    let post = post(&acme, json!({})).await;
    let before = count(&acme).await;
    let answer = apply_json(&acme, &door(&post), with(json!({"your_homepage": "https://spam.example"}))).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, r#"{"success":"Candidate saved successfully"}"#));
    assert_eq!(count(&acme).await, before);
    assert_eq!(apply_json(&acme, &door(&post), with(json!({"your_homepage": ""}))).await.status, 200);
    assert!(count(&acme).await > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_published_posts_take_applications() {
    let acme = hiring::acme().await;
    let hidden = post(&acme, json!({"live": false})).await;
    let shown = post(&acme, json!({})).await;
    for path in [
        door(&hidden),
        "/v1/boards/acme/jobs/999".to_owned(),
        door(&shown).replace("acme", "other"),
        door(&shown).replace("acme", "internal"),
    ] {
        assert_eq!(apply_json(&acme, &path, nobody()).await.status, 404, "{path}");
    }
    made(&acme, "/api/v1/jobs/10/close", json!({})).await;
    assert_eq!(apply_json(&acme, &door(&shown), nobody()).await.status, 404);
}

/// A file that is pointed to is fetched where web hooks may go too.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_by_url_is_fetched() {
    let acme = hiring::acme().await;
    let post = post(&acme, json!({})).await;
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let router = Router::new()
        .route(
            "/cv",
            get(async || {
                ASKED.fetch_add(1, Ordering::Relaxed);
                "my life"
            }),
        )
        .route("/empty", get(async || ""))
        .route("/gone", get(async || StatusCode::GONE));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let from = async |url: String| {
        apply_json(&acme, &door(&post), with(json!({"resume_url": url, "resume_url_filename": "cv.pdf"}))).await
    };
    assert_eq!(from(format!("http://{address}/cv")).await.status, 200);
    assert_eq!(ASKED.load(Ordering::Relaxed), 1);
    for (url, why) in [
        (format!("http://{address}/gone"), "The file could not be had: answered 410"),
        (format!("http://{address}/empty"), "The file is empty"),
        (
            "https://10.0.0.1/cv".to_owned(),
            "The file could not be had: its URL leads to 10.0.0.1, which is not a public address",
        ),
        (
            "ftp://x.example/cv".to_owned(),
            "The file could not be had: its URL must be a web address that starts with https://",
        ),
    ] {
        assert_eq!(from(url.clone()).await.faults(), format!("resume_url: {why}"), "{url}");
    }
}
