//! The mail that tells somebody that they are turned down (APP-14, OBO-5): written with the rejection, sent in its time, once, or not at all.

use axum::http::Method;
use expect_test::expect;
use orangery::{
    mail::{Mailer, outbox::send_due},
    tables::{Contact, ContactKind, EmailTemplate, TemplateKind},
    work::Work,
};
use serde_json::{Value, json};

use crate::{
    acme::{Acme, insert},
    hiring,
    mail::mailer,
    smtp::Server,
};

const TEXT: &str = "Dear {{CANDIDATE_FIRST_NAME}},\n\nnot as {{ job_name }}.\n\n{{MY_FULL_NAME}}, {{COMPANY}}";

fn template(work: &Work, id: i64, body: &str) -> EmailTemplate {
    EmailTemplate {
        id,
        name: "No".to_owned(),
        description: None,
        kind: TemplateKind::CandidateRejection,
        is_default: false,
        subject: "Your application at {{COMPANY}}".to_owned(),
        sender: Some("{{MY_EMAIL_ADDRESS}}".to_owned()),
        cc: sql::Json(vec!["hiring@example.com".to_owned()]),
        body: Some(body.to_owned()).filter(|it| !it.is_empty()),
        html_body: None,
        user_id: None,
        created_at: work.now,
        updated_at: work.now,
    }
}

/// The company of `hiring`, where candidates have addresses, with the templates 901 (fit), 902 (somebody's own), 903 (for something else), 904 (an odd
/// token), 905 (in HTML), 906 (empty) and 907 (no job in it).
async fn acme() -> Acme {
    let acme = hiring::acme().await;
    acme.write(async move |work| {
        for (candidate_id, value) in [(40, "not an address"), (40, " kim@example.com "), (42, "pat@example.com")] {
            let email_key = Some(value.trim().to_owned());
            let (kind, value, label) = (ContactKind::Email, value.to_owned(), None);
            insert(work, Contact { id: 0, candidate_id, kind, value, label, email_key }).await?;
        }
        let fit = template(work, 901, TEXT);
        insert(work, EmailTemplate { id: 902, user_id: Some(1), ..fit.clone() }).await?;
        insert(work, EmailTemplate { id: 903, kind: TemplateKind::TeamEmail, ..fit.clone() }).await?;
        insert(work, template(work, 904, "Dear {{CANDIDATE_SHOE_SIZE}}")).await?;
        let html = "<p>Dear {{CANDIDATE_NAME}}, no.</p>".to_owned();
        insert(work, EmailTemplate { id: 905, html_body: Some(html), sender: None, ..fit.clone() }).await?;
        insert(work, template(work, 906, "")).await?;
        insert(work, template(work, 907, "Dear {{CANDIDATE_NAME}}, no.")).await?;
        insert(work, fit).await?;
        let email = "insert into user_emails (user_id, email, email_key, is_primary, verified) \
                     values (1, 'ada@example.com', 'ada@example.com', $1, $1)";
        work.tx.execute(email, sql::params![true]).await?;
        let name = "update candidates set first_name = $1, last_name = $2 where id = 40";
        work.tx.execute(name, sql::params!["Kim\r\n<b>", "{{COMPANY}} & Söhne"]).await?;
        Ok(())
    })
    .await
    .unwrap();
    acme
}

fn with(template: i64, at: Value) -> Value {
    json!({"rejection_reason_id": 2, "rejection_email": {"email_template_id": template, "send_email_at": at}})
}

async fn reject(acme: &Acme, id: i64, template: i64, at: Value) -> String {
    hiring::post(acme, &format!("/v1/applications/{id}/reject"), with(template, at)).await
}

/// All mails, a line each.
async fn mails(acme: &Acme) -> String {
    let mails = acme.get("/api/v1/mails").await.json;
    let line = |it: &Value| {
        let text = |name: &str| it[name].as_str().unwrap_or("-").to_owned();
        let ids = format!("{} {} {}", it["candidate_id"], it["application_id"], it["user_id"]);
        format!(
            "{} {} to {} of {ids}, due {}, {}\n",
            text("kind"),
            text("status"),
            text("recipient"),
            text("due_at"),
            text("last_error")
        )
    };
    mails.as_array().unwrap().iter().map(line).collect()
}

async fn send(acme: &Acme, mailer: &Mailer) -> usize {
    send_due(&acme.house, mailer).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rejection_is_told_in_its_time_and_once() {
    let acme = acme().await;
    let (server, other) = (Server::start().await, Server::start().await);
    let (here, there) = (mailer(&server.url), mailer(&other.url));
    assert_eq!(reject(&acme, 50, 901, json!("2026-08-23T09:00:00+02:00")).await, "200; fired: reject_candidate");
    expect![[r#"
        rejection waiting to kim@example.com of 40 50 1, due 2026-08-23T07:00:00.000Z, -
    "#]]
    .assert_eq(&mails(&acme).await);
    assert_eq!(send(&acme, &here).await, 0);
    let feed = acme.get("/v1/candidates/40/activity_feed").await.json;
    assert_eq!(feed["emails"], json!([]), "nothing was sent yet");
    acme.at("2026-08-23T07:00:00Z");
    let (a, b) = tokio::join!(send(&acme, &here), send(&acme, &there));
    assert_eq!((a + b, server.got().len() + other.got().len()), (1, 1), "one node sends it");
    let got = [server.got(), other.got()].concat();
    expect![[r#"
        From: =?utf-8?b?T3JhbmdlcnkgS8O8Y2hl?= <orangery@example.com>
        To: kim@example.com
        Cc: hiring@example.com
        Reply-To: ada@example.com
        Subject: Your application at Acme
        Date: Sun, 23 Aug 2026 07:00:00 +0000
        Message-ID: <mail-1.1787392860123000@example.com>
        Auto-Submitted: auto-generated
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 7bit

        Dear Kim <b>,

        not as Engineer.

        Ada Admin, Acme
    "#]]
    .assert_eq(&got[0].data.replace("\r\n", "\n"));
    assert_eq!(send(&acme, &here).await, 0);
    let feed = acme.get("/v1/candidates/40/activity_feed").await.json;
    expect![[r#"
        [
          {
            "id": 6,
            "created_at": "2026-08-23T07:00:00.000Z",
            "subject": "Your application at Acme",
            "body": "Dear Kim <b>,\n\nnot as Engineer.\n\nAda Admin, Acme",
            "to": "kim@example.com",
            "from": "orangery@example.com",
            "cc": "hiring@example.com",
            "user": {
              "id": 1,
              "first_name": "Ada",
              "last_name": "Admin",
              "name": "Ada Admin",
              "employee_id": "ada-1"
            }
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&feed["emails"]).unwrap());
    assert_eq!(acme.fired().await, "");
    // What went out can't be called back.
    assert_eq!(hiring::post(&acme, "/v1/applications/50/unreject", json!({})).await, "200; fired: unreject_candidate");
    assert!(mails(&acme).await.contains(" sent "));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_is_that_of_the_acting_user() {
    let acme = acme().await;
    let due = async |at: &str| {
        assert_eq!(reject(&acme, 50, 901, json!(at)).await, "200; fired: reject_candidate");
        let due = acme.get("/api/v1/mails").await.json[0]["due_at"].as_str().unwrap_or("-").to_owned();
        hiring::post(&acme, "/v1/applications/50/unreject", json!({})).await;
        format!("{at}: {due}\n")
    };
    let mut said = due("2026-09-01T09:00:00").await;
    assert_eq!(acme.patch("/api/v1/organization", json!({"time_zone": "Asia/Tokyo"})).await.status, 200);
    said += &due("2026-09-01T09:00:00").await;
    let zone = acme.patch("/api/v1/users/1", json!({"time_zone": "America/New_York"})).await;
    assert_eq!(zone.json, json!({"id": 1, "name": "Ada Admin", "time_zone": "America/New_York"}));
    for at in [
        "2026-09-01T09:00:00",
        "2026-09-01 09:00",
        "2026-09-01",
        "2026-09-01T09:00:00Z",
        "2026-09-01T09:00:00.5-02:00",
        // The clock skips this hour, and shows the other twice.
        "2027-03-14T02:30:00",
        "2026-11-01T01:30:00",
        "2020-01-01T00:00:00",
    ] {
        said += &due(at).await;
    }
    expect![[r#"
        2026-09-01T09:00:00: 2026-09-01T09:00:00.000Z
        2026-09-01T09:00:00: 2026-09-01T00:00:00.000Z
        2026-09-01T09:00:00: 2026-09-01T13:00:00.000Z
        2026-09-01 09:00: 2026-09-01T13:00:00.000Z
        2026-09-01: 2026-09-01T04:00:00.000Z
        2026-09-01T09:00:00Z: 2026-09-01T09:00:00.000Z
        2026-09-01T09:00:00.5-02:00: 2026-09-01T11:00:00.500Z
        2027-03-14T02:30:00: 2027-03-14T07:30:00.000Z
        2026-11-01T01:30:00: 2026-11-01T05:30:00.000Z
        2020-01-01T00:00:00: 2020-01-01T05:00:00.000Z
    "#]]
    .assert_eq(&said);
    let wrong = acme.patch("/api/v1/users/1", json!({"time_zone": "Mars/North"})).await;
    assert_eq!(wrong.faults(), "Must be an IANA name such as Europe/Amsterdam at time_zone");
    assert_eq!(acme.patch("/api/v1/users/1", json!({"time_zone": null})).await.json["time_zone"], Value::Null);
    assert_eq!(acme.get("/api/v1/users/1").await.json["time_zone"], Value::Null);
    assert_eq!(acme.patch("/api/v1/users/9", json!({})).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_told_refuses_the_rejection() {
    let acme = acme().await;
    let mut said = String::new();
    for (id, template) in [(50, 900), (50, 902), (50, 903), (50, 904), (50, 906), (51, 901), (52, 901)] {
        said += &format!("{id} by {template}: {}\n", reject(&acme, id, template, Value::Null).await);
    }
    said += &format!("never: {}\n", reject(&acme, 50, 901, json!("tomorrow")).await);
    said +=
        &format!("none: {}\n", hiring::post(&acme, "/v1/applications/50/reject", json!({"rejection_email": {}})).await);
    acme.write(async move |work| {
        Ok(work.tx.execute("update candidates set can_email = $1 where id = 40", sql::params![false]).await?)
    })
    .await
    .unwrap();
    said += &format!("unwanted: {}", reject(&acme, 50, 901, Value::Null).await);
    expect![[r#"
        50 by 900: 422; rejection_email.email_template_id: There is no e-mail template 900; fired: 
        50 by 902: 422; rejection_email.email_template_id: Must be a template of the organization, not of one user, of the type candidate_rejection; fired: 
        50 by 903: 422; rejection_email.email_template_id: Must be a template of the organization, not of one user, of the type candidate_rejection; fired: 
        50 by 904: 422; rejection_email.email_template_id: The template "No" has the token "CANDIDATE_SHOE_SIZE", which is none of: CANDIDATE_NAME, CANDIDATE_FIRST_NAME, CANDIDATE_LAST_NAME, JOB_NAME, COMPANY, MY_FIRST_NAME, MY_LAST_NAME, MY_FULL_NAME, MY_EMAIL_ADDRESS; fired: 
        50 by 906: 422; rejection_email.email_template_id: The template "No" has no text; fired: 
        51 by 901: 422; rejection_email: The candidate has no e-mail address: add one, or reject without rejection_email; fired: 
        52 by 901: 422; rejection_email.email_template_id: The template "No" has the token JOB_NAME, and the prospect is on no job; fired: 
        never: 422; rejection_email.send_email_at: Must be an ISO-8601 timestamp such as 2026-08-22T10:00:00.000Z; fired: 
        none: 422; rejection_email.email_template_id: is required; fired: 
        unwanted: 422; rejection_email: The candidate wants no e-mail (can_email is false): reject without rejection_email; fired: "#]].assert_eq(&said);
    assert_eq!(mails(&acme).await, "");
    assert_eq!(acme.get("/v1/applications/50").await.json["status"], "active");
    // A prospect on no job is told by a text that names none.
    assert_eq!(reject(&acme, 52, 907, Value::Null).await, "200; fired: reject_candidate");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_text_also_in_html() {
    let acme = acme().await;
    let server = Server::start().await;
    assert_eq!(reject(&acme, 50, 905, Value::Null).await, "200; fired: reject_candidate");
    let id = acme.get("/api/v1/mails?candidate_id=40").await.json[0]["id"].as_i64().unwrap();
    let whole = acme.get(&format!("/api/v1/mails/{id}")).await.json;
    expect![[r#"
        {
          "id": 1,
          "kind": "rejection",
          "status": "waiting",
          "recipient": "kim@example.com",
          "subject": "Your application at Acme",
          "webhook_id": null,
          "candidate_id": 40,
          "application_id": 50,
          "user_id": 1,
          "attempts": 0,
          "in_flight": false,
          "due_at": "2026-08-22T10:01:00.123Z",
          "created_at": "2026-08-22T10:01:00.123Z",
          "finished_at": null,
          "last_error": null,
          "cc": [
            "hiring@example.com"
          ],
          "reply_to": "ada@example.com",
          "text": "Dear Kim <b>,\n\nnot as Engineer.\n\nAda Admin, Acme",
          "html": "<p>Dear Kim &lt;b&gt; {{COMPANY}} &amp; Söhne, no.</p>"
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&whole).unwrap());
    assert_eq!(send(&acme, &mailer(&server.url)).await, 1);
    let got = &server.got()[0];
    assert!(got.header("Content-Type").starts_with("multipart/alternative"), "{}", got.data);
    assert_eq!(got.header("Reply-To"), "ada@example.com");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_what_was_taken_back() {
    let acme = acme().await;
    let server = Server::start().await;
    let mailer = mailer(&server.url);
    let later = json!("2026-09-01T09:00:00Z");
    reject(&acme, 50, 901, later.clone()).await;
    assert_eq!(hiring::post(&acme, "/v1/applications/50/unreject", json!({})).await, "200; fired: unreject_candidate");
    expect![[r#"
        rejection discarded to kim@example.com of 40 50 1, due -, the rejection was taken back
    "#]]
    .assert_eq(&mails(&acme).await);
    let id = acme.get("/api/v1/mails").await.json[0]["id"].as_i64().unwrap();
    let again = acme.post(&format!("/api/v1/mails/{id}/retry"), json!({})).await;
    expect!["The rejection that the mail tells of was taken back: reject the application again"]
        .assert_eq(&again.faults());

    // They say that they want no mail, before it goes out.
    reject(&acme, 50, 901, later.clone()).await;
    acme.write(async move |work| {
        Ok(work.tx.execute("update candidates set can_email = $1 where id = 40", sql::params![false]).await?)
    })
    .await
    .unwrap();
    acme.at("2026-09-01T09:00:00Z");
    assert_eq!(send(&acme, &mailer).await, 0);
    expect![[r#"
        rejection discarded to kim@example.com of 40 50 1, due -, the candidate wants no e-mail
        rejection discarded to kim@example.com of 40 50 1, due -, the rejection was taken back
    "#]]
    .assert_eq(&mails(&acme).await);
    assert_eq!(server.got().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_where_its_candidate_goes() {
    let later = json!("2026-09-01T09:00:00Z");
    // Deleted: the application alone, and the person.
    for path in ["/v1/applications/50", "/v1/candidates/40"] {
        let acme = acme().await;
        reject(&acme, 50, 901, later.clone()).await;
        assert_eq!(acme.ask(Method::DELETE, path, None, &[]).await.status, 200);
        assert_eq!(mails(&acme).await, "", "{path}");
    }
    // Made anonymous, in what a mail holds of somebody, or in something else.
    for (fields, stays) in [("emails", false), ("email_addresses", false), ("full_name", false), ("notes", true)] {
        let acme = acme().await;
        reject(&acme, 50, 901, later.clone()).await;
        assert_eq!(acme.put(&format!("/v1/candidates/40/anonymize?fields={fields}"), json!({})).await.status, 200);
        assert_eq!(!mails(&acme).await.is_empty(), stays, "{fields}");
    }
    // Merged: what waits for the dropped application is not sent, what waits for another goes to the same address.
    let acme = acme().await;
    reject(&acme, 50, 901, later.clone()).await;
    let merged =
        acme.put("/v1/candidates/merge", json!({"primary_candidate_id": 41, "duplicate_candidate_id": 40})).await;
    assert_eq!(merged.status, 200, "{merged}");
    expect![[r#"
        rejection discarded to kim@example.com of 41 51 1, due -, the application was merged into another
    "#]]
    .assert_eq(&mails(&acme).await);
    let merged =
        acme.put("/v1/candidates/merge", json!({"primary_candidate_id": 43, "duplicate_candidate_id": 42})).await;
    assert_eq!(merged.status, 200, "{merged}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_added_is_asked_in_if_that_is_asked_for() {
    let acme = acme().await;
    let bob = |invite: Value| json!({"first_name": "Bob", "last_name": "Builder", "email": "bob@example.com", "send_email_invite": invite});
    assert_eq!(
        acme.post("/v1/users", bob(json!("perhaps"))).await.faults(),
        "Must be true or false at send_email_invite"
    );
    assert_eq!(acme.post("/v1/users", bob(json!(false))).await.status, 201);
    assert_eq!(mails(&acme).await, "");
    let mut cleo = bob(json!(true));
    (cleo["first_name"], cleo["email"]) = (json!("Cleo"), json!("cleo@example.com"));
    assert_eq!(acme.post("/v1/users", cleo).await.status, 201);
    expect![[r#"
        invitation waiting to cleo@example.com of null null 3, due 2026-08-22T10:01:00.123Z, -
    "#]]
    .assert_eq(&mails(&acme).await);
    let id = acme.get("/api/v1/mails").await.json[0]["id"].as_i64().unwrap();
    let mail = acme.get(&format!("/api/v1/mails/{id}")).await.json;
    expect![[r#"
        Ada Admin has invited you to Acme

        Hello Cleo,

        Ada Admin has added you to the people who recruit for Acme.

        To begin, open https://orangery.example.com and sign in with this address, cleo@example.com.

        If you know nothing of this, you need not do anything.

        -- 
        Orangery at https://orangery.example.com
    "#]]
    .assert_eq(&format!("{}\n\n{}", mail["subject"].as_str().unwrap(), mail["text"].as_str().unwrap()));
}
