//! Files: had from a body or from elsewhere, served by signed links, kept as long as something names them, and no longer.

use std::{net::SocketAddr, path::PathBuf, time::SystemTime};

use axum::{Router, http::Method, response::Redirect, routing::get};
use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use expect_test::expect;
use orangery::sweep::Stored;
use serde_json::{Value, json};

use crate::{
    acme::{Acme, Answer, insert},
    rows,
};

const ADDRESS: &str = "https://orangery.example.com";

async fn jane() -> Acme {
    let acme = Acme::empty().await;
    acme.write(async move |work| {
        let jane = rows::candidate(work, 7);
        insert(work, jane).await
    })
    .await
    .unwrap();
    acme
}

fn file(name: &str, content: &str, content_type: &str) -> Value {
    let content = BASE64_STANDARD.encode(content);
    json!({"filename": name, "type": "resume", "content": content, "content_type": content_type})
}

/// The path of the link that was answered.
fn path(answer: &Answer) -> String {
    let url = answer.json["url"].as_str().unwrap_or_else(|| panic!("a link: {answer}"));
    url.strip_prefix(ADDRESS).unwrap().to_owned()
}

/// The status, the headers that matter, and the body.
fn told(answer: &Answer) -> String {
    let names = [
        "content-type",
        "content-disposition",
        "content-length",
        "content-range",
        "accept-ranges",
        "cache-control",
        "x-content-type-options",
        "content-security-policy",
    ];
    let headers = names.iter().filter_map(|name| Some(format!("{name}: {}\n", answer.header(name)?)));
    format!("{}\n{}\n{}", answer.status, headers.collect::<String>(), answer.text)
}

async fn ask(acme: &Acme, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    acme.ask(method, path, None, &[headers, &[("Authorization", ""), ("On-Behalf-Of", "")]].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_serves_the_file_under_its_name() {
    let acme = jane().await;
    let made = acme.post("/v1/candidates/7/attachments", file("Zeugnis \"ä\".html", "0123456789", "text/html")).await;
    assert_eq!((made.status, made.json["content_type"].as_str()), (201, Some("text/html")));
    let path = path(&made);
    let whole = ask(&acme, Method::GET, &path, &[]).await;
    expect![[r#"
        200
        content-type: text/html
        content-disposition: attachment; filename="Zeugnis ___.html"; filename*=UTF-8''Zeugnis%20%22%C3%A4%22.html
        content-length: 10
        accept-ranges: bytes
        cache-control: private, no-cache
        x-content-type-options: nosniff
        content-security-policy: default-src 'none'; sandbox

        0123456789"#]]
    .assert_eq(&told(&whole));
    let tag = whole.header("etag").unwrap().to_owned();
    assert_eq!(tag, format!("\"{}\"", path.split('/').nth(2).unwrap()));
    let head = ask(&acme, Method::HEAD, &path, &[("Range", "bytes=0-1")]).await;
    assert_eq!((head.status, head.header("content-length"), head.text.as_str()), (200, Some("10"), ""));
    let known = ask(&acme, Method::GET, &path, &[("If-None-Match", &format!("\"x\", W/{tag}"))]).await;
    assert_eq!((known.status, known.header("etag"), known.text.as_str()), (304, Some(tag.as_str()), ""));

    let wrong = ask(&acme, Method::GET, &path.replace("signature=", "signature=0"), &[]).await;
    assert_eq!(wrong.status, 403);
    acme.pass(7 * 24 * 3_600_000);
    assert_eq!(ask(&acme, Method::GET, &path, &[]).await.status, 200);
    acme.pass(1000);
    assert_eq!(ask(&acme, Method::GET, &path, &[]).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_a_file_can_be_had() {
    let acme = jane().await;
    let path = path(&acme.post("/v1/candidates/7/attachments", file("a.txt", "0123456789", "text/plain")).await);
    let tag = ask(&acme, Method::GET, &path, &[]).await.header("etag").unwrap().to_owned();
    let mut said = String::new();
    for range in [
        "bytes=0-0",
        "bytes=2-4",
        "bytes=7-",
        "bytes=-3",
        "bytes=-99",
        "bytes=8-99",
        "Bytes = 1-2",
        "bytes=10-",
        "bytes=-0",
        "bytes=4-2",
        "bytes=0-1,4-5",
        "bytes=a-b",
        "lines=1-2",
        "bytes=-",
        "bytes=99999999999999999999-",
        "0-1",
    ] {
        let got = ask(&acme, Method::GET, &path, &[("Range", range)]).await;
        let (of, length) = (got.header("content-range").unwrap_or("-"), got.header("content-length").unwrap_or("-"));
        said += &format!("{range}: {} {of} {length} {}\n", got.status, got.text);
    }
    let same = ask(&acme, Method::GET, &path, &[("Range", "bytes=1-2"), ("If-Range", &tag)]).await;
    said += &format!("of the same: {} {}\n", same.status, same.text);
    let other = ask(&acme, Method::GET, &path, &[("Range", "bytes=1-2"), ("If-Range", "\"other\"")]).await;
    said += &format!("of another: {} {}\n", other.status, other.text);
    let since =
        ask(&acme, Method::GET, &path, &[("Range", "bytes=1-2"), ("If-Range", "Sat, 22 Aug 2026 10:00:00 GMT")]).await;
    said += &format!("of a time: {} {}", since.status, since.text);
    expect![[r#"
        bytes=0-0: 206 bytes 0-0/10 1 0
        bytes=2-4: 206 bytes 2-4/10 3 234
        bytes=7-: 206 bytes 7-9/10 3 789
        bytes=-3: 206 bytes 7-9/10 3 789
        bytes=-99: 206 bytes 0-9/10 10 0123456789
        bytes=8-99: 206 bytes 8-9/10 2 89
        Bytes = 1-2: 206 bytes 1-2/10 2 12
        bytes=10-: 416 bytes */10 0 
        bytes=-0: 416 bytes */10 0 
        bytes=4-2: 200 - 10 0123456789
        bytes=0-1,4-5: 200 - 10 0123456789
        bytes=a-b: 200 - 10 0123456789
        lines=1-2: 200 - 10 0123456789
        bytes=-: 200 - 10 0123456789
        bytes=99999999999999999999-: 200 - 10 0123456789
        0-1: 200 - 10 0123456789
        of the same: 206 12
        of another: 200 0123456789
        of a time: 200 0123456789"#]]
    .assert_eq(&said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_arrives_whole() {
    let acme = jane().await;
    let content: String = (0..60_000).map(|n| format!("{n:06}")).collect();
    let path = path(&acme.post("/v1/candidates/7/attachments", file("a.csv", &content, "text/csv")).await);
    assert!(ask(&acme, Method::GET, &path, &[]).await.text == content);
    let part = ask(&acme, Method::GET, &path, &[("Range", "bytes=100000-299999")]).await;
    assert!(part.text == content[100_000..300_000]);
}

/// Files on the loopback, to which the house may go.
async fn elsewhere() -> SocketAddr {
    let router = Router::new()
        .route("/cv", get(async || ([("content-type", "application/pdf; charset=binary")], "%PDF-1")))
        .route("/odd", get(async || ([("content-type", "binary/octet-stream")], "PK")))
        .route("/page", get(async || ([("content-type", "text/html")], "<script>alert(1)</script>")))
        .route("/moved", get(async || Redirect::temporary("/cv")))
        .route("/away", get(async || Redirect::temporary("http://10.0.0.1/cv")))
        .route("/empty", get(async || ""))
        .route("/large", get(async || vec![b'x'; 30 * 1024 * 1024 + 1]));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_fetched_from_elsewhere() {
    let acme = jane().await;
    let there = elsewhere().await;
    let mut said = String::new();
    for (name, path, more) in [
        ("cv.pdf", "/cv", json!({})),
        ("cv.docx", "/odd", json!({})),
        ("what", "/odd", json!({})),
        ("cv.txt", "/odd", json!({"content_type": "text/csv"})),
        ("page.pdf", "/page", json!({})),
        ("moved.pdf", "/moved", json!({})),
        ("x.pdf", "/away", json!({})),
        ("x.pdf", "/empty", json!({})),
        ("x.pdf", "/large", json!({})),
        ("x.pdf", "/none", json!({})),
        ("x.pdf", "/cv", json!({"type": "moon"})),
        ("", "/cv", json!({})),
    ] {
        let mut body = json!({"filename": name, "type": "resume", "url": format!("http://{there}{path}")});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = acme.post("/v1/candidates/7/attachments", body).await;
        let what = if made.status == 201 { made.json["content_type"].to_string() } else { made.faults() };
        said += &format!("{path} as {name}: {} {what}; fired: {}\n", made.status, acme.fired().await);
    }
    for url in ["http://10.0.0.1/", "https://user:password@example.com/cv", "ftp://example.com/cv", "cv.pdf", ""] {
        let body = json!({"filename": "x.pdf", "type": "resume", "url": url});
        let made = acme.post("/v1/candidates/7/attachments", body).await;
        said += &format!("{url:?}: {} {}\n", made.status, made.faults());
    }
    expect![[r#"
        /cv as cv.pdf: 201 "application/pdf"; fired: update_candidate
        /odd as cv.docx: 201 "application/vnd.openxmlformats-officedocument.wordprocessingml.document"; fired: update_candidate
        /odd as what: 201 "application/octet-stream"; fired: update_candidate
        /odd as cv.txt: 201 "text/csv"; fired: update_candidate
        /page as page.pdf: 201 "text/html"; fired: update_candidate
        /moved as moved.pdf: 201 "application/pdf"; fired: update_candidate
        /away as x.pdf: 422 The file could not be had: where it was redirected to leads to 10.0.0.1, which is not a public address at url; fired: 
        /empty as x.pdf: 422 The file is empty at url; fired: 
        /large as x.pdf: 422 The file is larger than 31457280 bytes at url; fired: 
        /none as x.pdf: 422 The file could not be had: answered 404 at url; fired: 
        /cv as x.pdf: 422 Must be one of: resume, cover_letter, other, admin_only at type; fired: 
        /cv as : 422 must not be blank at filename; fired: 
        "http://10.0.0.1/": 422 The file could not be had: its URL leads to 10.0.0.1, which is not a public address at url
        "https://user:password@example.com/cv": 422 The file could not be had: its URL must not contain a user or password: use the Basic credentials of the endpoint at url
        "ftp://example.com/cv": 422 The file could not be had: its URL must be a web address that starts with https:// at url
        "cv.pdf": 422 The file could not be had: its URL is not a valid URL: relative URL without a base at url
        "": 422 must not be blank at url
    "#]].assert_eq(&said);
    // The file is there, as if it had been sent.
    let shown = acme.get("/v1/candidates/7").await.json;
    let url = shown["attachments"][0]["url"].as_str().unwrap().strip_prefix(ADDRESS).unwrap().to_owned();
    assert_eq!(ask(&acme, Method::GET, &url, &[]).await.text, "%PDF-1");
    assert_eq!(files(&acme).len(), 3, "what was refused has left nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_come_with_candidates_prospects_and_applications() {
    let acme = crate::hiring::acme().await;
    let there = elsewhere().await;
    let attachments = json!([
        {"filename": "cv.pdf", "type": "resume", "url": format!("http://{there}/cv")},
        {"filename": "letter.txt", "type": "cover_letter", "content": "aGk=", "content_type": "text/plain"},
    ]);
    let person = json!({"first_name": "Jo", "last_name": "Do"});
    let with = |name: &str, value: Value| {
        let mut body = person.clone();
        body[name] = value;
        body
    };
    let application = json!({"job_id": 10, "attachments": attachments});
    let candidate = acme.post("/v1/candidates", with("applications", json!([application]))).await;
    let prospect = acme.post("/v1/prospects", with("application", json!({"attachments": attachments}))).await;
    let applied = acme.post("/v1/candidates/43/applications", application.clone()).await;
    for made in [&candidate, &prospect, &applied] {
        assert_eq!(made.status, 201, "{made}");
        let names: Vec<&str> =
            made.json["attachments"].as_array().unwrap().iter().filter_map(|it| it["filename"].as_str()).collect();
        assert_eq!(names, ["cv.pdf", "letter.txt"]);
    }
    let wrong = json!({"job_id": 10, "attachments": [attachments[1], {"filename": "x", "type": "resume", "url": format!("http://{there}/none")}]});
    let refused = acme.post("/v1/candidates", with("applications", json!([application, wrong]))).await;
    assert_eq!(refused.faults(), "The file could not be had: answered 404 at applications[1].attachments[1].url");
}

/// The stored files, by their names.
fn files(acme: &Acme) -> Vec<String> {
    let Ok(shelves) = std::fs::read_dir(acme.house.files.folder()) else { return Vec::new() };
    let mut files: Vec<String> = shelves
        .flat_map(|it| std::fs::read_dir(it.unwrap().path()).unwrap())
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    files
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_upload_leaves_no_file() {
    let acme = jane().await;
    let letter = json!({"filename": "a.txt", "type": "offer_letter", "content": "aGk=", "content_type": "text/plain"});
    for (path, body, status) in [
        ("/v1/candidates/99/attachments", file("a.txt", "a", "text/plain"), 404),
        ("/v1/applications/99/attachments", letter, 404),
    ] {
        assert_eq!(acme.post(path, body).await.status, status);
        assert_eq!(files(&acme), Vec::<String>::new(), "{path}");
    }
    assert_eq!(acme.put("/api/v1/candidates/99/photo", json!({"content": "aGk="})).await.status, 404);
    assert_eq!(files(&acme), Vec::<String>::new());
    // Somebody else's file of the same content stays.
    assert_eq!(acme.post("/v1/candidates/7/attachments", file("a.txt", "a", "text/plain")).await.status, 201);
    assert_eq!(acme.post("/v1/candidates/99/attachments", file("a.txt", "a", "text/plain")).await.status, 404);
    assert_eq!(files(&acme).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_content_is_not_lost_while_its_last_owner_goes() {
    let acme = jane().await;
    let made = acme.post("/v1/candidates/7/attachments", file("a.txt", "same", "text/plain")).await;
    let (first, blob) = (path(&made), path(&made).split('/').nth(2).unwrap().to_owned());
    // An upload found the file there; before it is named, its last owner goes, and the file with them.
    let content = Bytes::from_static(b"same");
    acme.house.files.store(&content).await.unwrap();
    assert_eq!(acme.delete("/api/v1/attachments/1", json!({})).await.status, 204);
    assert_eq!(files(&acme), Vec::<String>::new());
    assert_eq!(ask(&acme, Method::GET, &first, &[]).await.status, 404);
    let named = blob.clone();
    acme.write(async move |work| {
        let row = "insert into attachments (candidate_id, filename, kind, visibility, blob, size, created_at) \
                   values (7, 'b.txt', 'resume', 'public', $1, 4, 0)";
        work.tx.execute(row, sql::params![named]).await?;
        Ok(())
    })
    .await
    .unwrap();
    acme.house.settle(vec![Stored { blob: blob.clone(), content }]).await;
    assert_eq!(files(&acme), [blob]);
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_and_removals_of_one_content_at_the_same_time() {
    let acme = jane().await;
    let upload = || acme.post("/v1/candidates/7/attachments", file("a.txt", "same", "text/plain"));
    assert_eq!(upload().await.status, 201);
    for _ in 0..30 {
        let newest = "select max(id) from attachments";
        let newest = acme.house.read(async |look| Ok(look.tx.count(newest, &[]).await?)).await.unwrap();
        let gone = format!("/api/v1/attachments/{newest}");
        let (made, removed) = tokio::join!(upload(), acme.delete(&gone, json!({})));
        assert_eq!((made.status, removed.status), (201, 204), "{made} {removed}");
        assert_eq!(files(&acme).len(), 1);
        assert_eq!(ask(&acme, Method::GET, &path(&made), &[]).await.text, "same");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_about_is_swept_up() {
    let acme = jane().await;
    let store = async |content: &'static str| acme.house.files.store(content.as_bytes()).await.unwrap();
    let at = |name: &str| -> PathBuf { acme.house.files.folder().join(&name[..2]).join(name) };
    let age = |path: &PathBuf| {
        std::fs::File::options().append(true).open(path).unwrap().set_modified(SystemTime::UNIX_EPOCH).unwrap();
    };
    let made = acme.post("/v1/candidates/7/attachments", file("a.txt", "named", "text/plain")).await;
    let named = path(&made).split('/').nth(2).unwrap().to_owned();
    let (old, fresh, aside) = (store("old").await, store("fresh").await, store("aside").await);
    // Somebody set these aside, and did not come back.
    let other = at(&named).with_extension("aside-00");
    std::fs::rename(at(&named), &other).unwrap();
    let lost = at(&aside).with_extension("aside-00");
    std::fs::rename(at(&aside), &lost).unwrap();
    let draft = at(&fresh).with_extension("0123456789abcdef");
    std::fs::write(&draft, "fre").unwrap();
    for path in [&at(&old), &other, &lost, &draft] {
        age(path);
    }
    assert_eq!(acme.house.sweep().await.unwrap(), 3);
    let mut left = vec![named, fresh];
    left.sort();
    assert_eq!(files(&acme), left);
    age(&at(&left[0]));
    age(&at(&left[1]));
    // An upload that finds a file there makes it new.
    store("fresh").await;
    assert_eq!(acme.house.sweep().await.unwrap(), 0);
}
