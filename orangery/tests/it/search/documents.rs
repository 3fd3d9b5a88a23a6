//! Files: what is read in them, what is said of those that can't be read, and how often that is tried.

use base64::{Engine, prelude::BASE64_STANDARD};
use expect_test::expect;
use orangery::{
    domain::{attachment, search as verbs},
    search::{reader::Reader, worker},
    tables::{AttachmentText, TextStatus},
};
use serde_json::json;
use sql::params;

use super::{files, ids, places, settle};
use crate::{acme::Acme, rows};

async fn attach(acme: &Acme, filename: &str, content: &[u8]) -> i64 {
    let content = BASE64_STANDARD.encode(content);
    let body = json!({"filename": filename, "type": "resume", "content": content, "content_type": "application/pdf"});
    let answer = acme.post("/v1/candidates/40/attachments", body).await;
    assert_eq!(answer.status, 201, "{answer}");
    let sql = "select max(id) from attachments";
    acme.house.read(async |look| Ok(look.tx.count(sql, &[]).await?)).await.unwrap()
}

async fn text(acme: &Acme, attachment_id: i64) -> AttachmentText {
    let found = acme
        .house
        .read(async |look| Ok(look.tx.first("where attachment_id = $1", params![attachment_id]).await?))
        .await;
    found.unwrap().expect("it was noted")
}

async fn said(acme: &Acme, attachment_id: i64) -> String {
    let text = text(acme, attachment_id).await;
    format!("{:?}: {}", text.status, text.body.or(text.why).unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_text_of_files_is_found() {
    let acme = rows::acme().await;
    attach(&acme, "cv.pdf", &files::pdf("Senior Rust engineer, and\\040beekeeper")).await;
    attach(&acme, "letter.docx", &files::docx(&["Trapeze artist at the &amp; circus", "Marseille"])).await;
    attach(&acme, "old.rtf", &files::rtf()).await;
    attach(&acme, "notes.txt", "Glasbläser in Zürich".as_bytes()).await;
    let latin: Vec<u8> = "Zimmermädchen in Süddeutschland, später Köchin".chars().map(|it| it as u8).collect();
    attach(&acme, "latin.txt", &latin).await;
    settle(&acme).await;
    for q in
        ["beekeeper", "\"rust engineer\"", "trapeze", "circus marseille", "astronaut", "lodz", "glasblaser", "kochin"]
    {
        assert_eq!(ids(&acme, q).await, [40], "{q}");
    }
    for q in ["hidden", "generator", "\"circus marseille ok\""] {
        assert_eq!(ids(&acme, q).await, [0; 0], "{q}");
    }
    expect![[r#"
        resume: Astronaut in residence Köln, <mark>Łódź</mark>; 😀 done
        resume: Trapeze artist at the &amp; <mark>circus</mark> Marseille
        resume: Senior Rust <mark>engineer</mark>, and beekeeper"#]]
    .assert_eq(&places(&acme, "engineer circus lodz").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_says_why() {
    let acme = rows::acme().await;
    let mut lines = Vec::new();
    for (name, content) in [
        ("broken.pdf", b"%PDF-1.4\n1 0 obj << /Type /Catalog".to_vec()),
        ("locked.pdf", files::locked_pdf()),
        ("blank.pdf", files::pdf("")),
        ("bomb.docx", files::bomb()),
        ("broken.docx", files::docx(&["something"])[..100].to_vec()),
        ("sheet.docx", files::zipped("xl/workbook.xml", &[b"<a/>"])),
        ("empty.txt", b" ".to_vec()),
        ("picture.png", b"\x89PNG\r\n\x1a\n\0\0".to_vec()),
    ] {
        let id = attach(&acme, name, &content).await;
        settle(&acme).await;
        lines.push(format!("{name}: {}", said(&acme, id).await));
    }
    let empty = acme.house.files.store(b"").await.unwrap();
    let new = attachment::NewAttachment {
        id: None,
        filename: "nothing.pdf".to_owned(),
        kind: orangery::tables::AttachmentKind::Resume,
        content_type: None,
        visibility: None,
        blob: empty,
        size: 0,
    };
    let id = acme.write(async move |work| attachment::attach_to_candidate(work, 40, &new).await).await.unwrap();
    settle(&acme).await;
    lines.push(format!("nothing.pdf: {}", said(&acme, id).await));
    expect![[r#"
        broken.pdf: Failed: the PDF can't be read: failed parsing cross reference table
        locked.pdf: Failed: the PDF is encrypted: it opens with a password only
        blank.pdf: Nothing: there is no text in it: a scan, perhaps
        bomb.docx: Failed: it unpacks to more than 64 MB
        broken.docx: Failed: the document is damaged: invalid Zip archive: Could not find EOCD
        sheet.docx: Nothing: this kind of file is not read
        empty.txt: Nothing: there is no text in it
        picture.png: Nothing: this kind of file is not read
        nothing.pdf: Nothing: the file is empty"#]]
    .assert_eq(&lines.join("\n"));
    assert_eq!(ids(&acme, "bomb").await, [40], "by its name it is found all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_tried_three_times_and_a_lost_reader_is_replaced() {
    let acme = rows::acme().await;
    let id = attach(&acme, "cv.pdf", &files::pdf("beekeeper")).await;
    // Whatever it is started for, it fails.
    let broken = Reader::new("/bin/false");
    for attempt in 1..=3 {
        worker::finish(&acme.house, &broken).await.unwrap();
        let text = text(&acme, id).await;
        assert_eq!((text.attempts, text.status == TextStatus::Failed), (attempt, attempt == 3), "{text:?}");
        acme.pass(10 * 60 * 1000);
    }
    worker::finish(&acme.house, &broken).await.unwrap();
    assert_eq!(text(&acme, id).await.attempts, 3);

    // Somebody asks for it again; a node claims it and is killed; when its lease is over another reads it.
    let claim = async || {
        let tx = acme.house.pool.begin().await.unwrap();
        let claimed = verbs::claim(&tx, acme.house.now(), 10).await.unwrap();
        tx.commit().await.unwrap();
        claimed.len()
    };
    let tx = acme.house.pool.begin().await.unwrap();
    assert_eq!(verbs::read_again(&tx, acme.house.now()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!((claim().await, claim().await), (1, 0));
    settle(&acme).await;
    assert_eq!(text(&acme, id).await.status, TextStatus::Pending);
    acme.pass(3 * 60 * 1000);
    settle(&acme).await;
    assert_eq!(said(&acme, id).await, "Done: beekeeper");
    assert_eq!(ids(&acme, "beekeeper").await, [40]);

    // One whose readers all were killed is given up too.
    let id = attach(&acme, "killer.pdf", &files::pdf("killer")).await;
    worker::finish(&acme.house, &broken).await.unwrap();
    for _ in 0..2 {
        acme.pass(30 * 60 * 1000);
        assert_eq!(claim().await, 1);
    }
    acme.pass(30 * 60 * 1000);
    assert_eq!(claim().await, 0);
    assert_eq!(said(&acme, id).await, "Failed: given up after 3 attempts");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_files_that_everybody_may_see_are_read() {
    let acme = rows::acme().await;
    let content = BASE64_STANDARD.encode("beekeeper");
    for kind in ["admin_only", "offer_letter"] {
        let body = json!({"filename": "a.txt", "type": kind, "content": content, "content_type": "text/plain"});
        let answer = acme.post("/v1/applications/50/attachments", body).await;
        assert_eq!(answer.status, 201, "{answer}");
    }
    settle(&acme).await;
    assert_eq!(ids(&acme, "beekeeper").await, [0; 0]);
    let count = "select count(*) from attachment_texts";
    assert_eq!(acme.house.read(async |look| Ok(look.tx.count(count, &[]).await?)).await.unwrap(), 0);
}
