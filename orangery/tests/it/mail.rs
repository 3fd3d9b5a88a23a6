//! The outbox: what is queued is sent, once, later, or given up, and can be seen all the while.

use expect_test::expect;
use jiff::Timestamp;
use orangery::{
    domain::mail::{self, NewMail},
    mail::{
        Mailer, Settings,
        outbox::{Outbox, send_due},
    },
    tables::MailKind,
    work::Work,
};
use serde_json::{Value, json};

use crate::{
    acme::Acme,
    smtp::{Manner, Server},
};

const MINUTE: i64 = 60_000;

pub fn mailer(url: &str) -> Mailer {
    let from = Some("Orangery Küche <orangery@example.com>".to_owned());
    Mailer::new(&Settings { smtp_url: Some(url.to_owned()), from }).unwrap().unwrap()
}

async fn queue(acme: &Acme, recipient: &str, send_at: Option<Timestamp>) -> i64 {
    let new = NewMail {
        send_at,
        ..NewMail::new(
            MailKind::WebhookFailing,
            recipient.to_owned(),
            "Grüße\r\nBcc: everybody@example.com".to_owned(),
            "Zeile 1: ä\n.\n\nEnde\n".to_owned(),
        )
    };
    acme.write(async move |work: &mut Work| mail::queue(work, new).await).await.unwrap()
}

/// How a mail stands, in one line.
async fn shown(acme: &Acme, id: i64) -> String {
    let mail = acme.get(&format!("/api/v1/mails/{id}")).await.json;
    let text = |name: &str| mail[name].as_str().unwrap_or("-").to_owned();
    format!("{} after {}, due {}, {}", text("status"), mail["attempts"], text("due_at"), text("last_error"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_sent_once_with_all_that_belongs_to_one() {
    let acme = Acme::empty().await;
    let server = Server::start().await;
    let mailer = mailer(&server.url);
    let id = queue(&acme, "ops@example.com", None).await;
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 1);
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 0);
    let got = server.got();
    assert_eq!(got.len(), 1);
    let got = &got[0];
    assert_eq!((got.from.as_str(), got.to.as_str()), ("orangery@example.com", "ops@example.com"));
    expect![[r#"
        From: =?utf-8?b?T3JhbmdlcnkgS8O8Y2hl?= <orangery@example.com>
        To: ops@example.com
        Subject: =?utf-8?b?R3LDvMOfZQ==?= Bcc: everybody@example.com
        Date: Sat, 22 Aug 2026 10:00:00 +0000
        Message-ID: <mail-1.1787392800123000@example.com>
        Auto-Submitted: auto-generated
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Zeile 1: =C3=A4
        .

        Ende

    "#]]
    .assert_eq(&got.data.replace("\r\n", "\n"));
    assert_eq!(shown(&acme, id).await, "sent after 1, due -, -");
    let listed = acme.get("/api/v1/mails?status=sent").await.json;
    assert_eq!((listed[0]["id"].as_i64(), listed[0].get("text")), (Some(id), None));
    assert_eq!(acme.get("/api/v1/mails?status=waiting").await.json, json!([]));
    for deed in ["retry", "discard"] {
        let refused = acme.post(&format!("/api/v1/mails/{id}/{deed}"), json!({})).await;
        assert_eq!((refused.status, refused.faults().as_str()), (422, "The mail was sent already"));
    }
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_waits_for_its_time() {
    let acme = Acme::empty().await;
    let server = Server::start().await;
    let mailer = mailer(&server.url);
    let id = queue(&acme, "ops@example.com", Some("2026-08-22T12:00:00Z".parse().unwrap())).await;
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 0);
    assert_eq!(shown(&acme, id).await, "waiting after 0, due 2026-08-22T12:00:00.000Z, -");
    acme.at("2026-08-22T12:00:00Z");
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 1);
    assert_eq!(server.got()[0].header("Date"), "Sat, 22 Aug 2026 12:00:00 +0000");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_that_may_pass_is_tried_for_three_days() {
    let acme = Acme::empty().await;
    let server = Server::start().await;
    let mailer = mailer(&server.url);
    let id = queue(&acme, "ops@example.com", None).await;
    server.be(Manner::Refuses("451 4.7.1 Greylisted"));
    send_due(&acme.house, &mailer).await.unwrap();
    expect!["waiting after 1, due 2026-08-22T10:01:00.123Z, the server answered 451 4.7.1 Greylisted"]
        .assert_eq(&shown(&acme, id).await);
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 0, "it waits a minute");
    let mut passed = 0;
    let mut attempts = 1;
    while acme.get(&format!("/api/v1/mails/{id}")).await.json["status"] == "waiting" {
        acme.pass(MINUTE);
        passed += 1;
        attempts += send_due(&acme.house, &mailer).await.unwrap();
    }
    assert_eq!((attempts, passed), (13, 3 * 24 * 60));
    expect!["failed after 13, due -, the server answered 451 4.7.1 Greylisted"].assert_eq(&shown(&acme, id).await);
    let notices = acme.get("/api/v1/notices").await.json;
    expect![[r#"Mail could not be sent and was given up, first of all "Grüße Bcc: everybody@example.com" to ops@example.com: the server answered 451 4.7.1 Greylisted. All of it: GET /api/v1/mails?status=failed"#]].assert_eq(notices[0]["text"].as_str().unwrap());

    // Another one that fails needs no other notice, until somebody has seen this one.
    queue(&acme, "nobody", None).await;
    send_due(&acme.house, &mailer).await.unwrap();
    assert_eq!(acme.get("/api/v1/mails?status=failed").await.json.as_array().unwrap().len(), 2);
    assert_eq!(acme.get("/api/v1/notices?open=true").await.json.as_array().unwrap().len(), 1);
    let dismissed = acme.post(&format!("/api/v1/notices/{}/dismiss", notices[0]["id"]), json!({})).await;
    assert_eq!((dismissed.status, &dismissed.json["dismissed_by_id"]), (200, &json!(1)));
    let again = acme.post(&format!("/api/v1/notices/{}/dismiss", notices[0]["id"]), json!({})).await;
    assert_eq!(again.json, dismissed.json);
    assert_eq!(acme.get("/api/v1/notices?open=true").await.json, json!([]));
    assert_eq!(acme.get("/api/v1/notices").await.json.as_array().unwrap().len(), 1);

    // Somebody mends it, and asks for it again.
    server.be(Manner::Takes);
    let retried = acme.post(&format!("/api/v1/mails/{id}/retry"), json!({})).await;
    assert_eq!(
        (retried.status, &retried.json["status"], &retried.json["attempts"]),
        (200, &json!("waiting"), &json!(0))
    );
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 1);
    assert_eq!(shown(&acme, id).await, "sent after 1, due -, -");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_does_not_exist_is_not_tried_again() {
    let acme = Acme::empty().await;
    let server = Server::start().await;
    let mailer = mailer(&server.url);
    let mut said = String::new();
    for answer in [
        "550 5.1.1 No such user",
        "553 not here",
        "501 5.1.3 Bad address",
        "550 5.7.1 Relaying denied",
        "535 5.7.8 Who are you",
        "421 4.3.2 Too busy",
    ] {
        server.be(Manner::Refuses(answer));
        let id = queue(&acme, "ops@example.com", None).await;
        send_due(&acme.house, &mailer).await.unwrap();
        said += &format!("{}\n", shown(&acme, id).await);
    }
    let id = queue(&acme, "nobody at all", None).await;
    send_due(&acme.house, &mailer).await.unwrap();
    said += &format!("{}\n", shown(&acme, id).await);
    expect![[r#"
        failed after 1, due -, the server answered 550 5.1.1 No such user
        failed after 1, due -, the server answered 553 not here
        failed after 1, due -, the server answered 501 5.1.3 Bad address
        waiting after 1, due 2026-08-22T10:01:00.123Z, the server answered 550 5.7.1 Relaying denied
        waiting after 1, due 2026-08-22T10:01:00.123Z, the server answered 535 5.7.8 Who are you
        waiting after 1, due 2026-08-22T10:01:00.123Z, the server answered 421 4.3.2 Too busy
        failed after 1, due -, "nobody at all" is no address that can be written to: Missing domain or user
    "#]]
    .assert_eq(&said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_tried_later() {
    let acme = Acme::empty().await;
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let away = mailer(&format!("smtp://{}", nobody.local_addr().unwrap()));
    drop(nobody);
    let id = queue(&acme, "ops@example.com", None).await;
    send_due(&acme.house, &away).await.unwrap();
    let mail = acme.get(&format!("/api/v1/mails/{id}")).await.json;
    assert_eq!((&mail["status"], &mail["due_at"]), (&json!("waiting"), &json!("2026-08-22T10:01:00.123Z")), "{mail}");
    assert!(mail["last_error"].as_str().unwrap().contains("onnection"), "{mail}");
    // After a restart with another server it goes out.
    let server = Server::start().await;
    acme.pass(MINUTE);
    assert_eq!(send_due(&acme.house, &mailer(&server.url)).await.unwrap(), 1);
    assert_eq!(shown(&acme, id).await, "sent after 2, due -, -");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dies_between_sending_and_writing_down_sends_twice_the_same() {
    let acme = Acme::empty().await;
    let server = Server::start().await;
    let mailer = mailer(&server.url);
    let id = queue(&acme, "ops@example.com", None).await;

    // A node claims it and is heard of no more: for the length of a lease it is nobody else's.
    let claimed = acme.write(async |work: &mut Work| mail::claim(work, 10).await).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let shown_now = acme.get(&format!("/api/v1/mails/{id}")).await.json;
    assert_eq!((&shown_now["in_flight"], &shown_now["attempts"]), (&json!(true), &json!(1)));
    for deed in ["retry", "discard"] {
        let refused = acme.post(&format!("/api/v1/mails/{id}/{deed}"), json!({})).await;
        assert_eq!(refused.faults(), "The mail is being sent at this moment: look again in a minute");
    }
    acme.pass(3 * MINUTE - 1);
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 0);

    // The server takes it, but that is not heard.
    acme.pass(1);
    server.be(Manner::HangsUp);
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 1);
    // The first one comes to life again: what it has to say is old.
    let old = claimed[0].clone();
    acme.write(async move |work: &mut Work| mail::put_off(work, &old, "too late", true).await).await.unwrap();
    assert!(
        shown(&acme, id).await.starts_with("waiting after 2, due 2026-08-22T10:08:00.123Z"),
        "{}",
        shown(&acme, id).await
    );

    acme.pass(5 * MINUTE);
    server.be(Manner::Takes);
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 1);
    assert_eq!(shown(&acme, id).await, "sent after 3, due -, -");
    let got = server.got();
    assert_eq!(got.len(), 2);
    assert_eq!(got[0].header("Message-ID"), got[1].header("Message-ID"));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_share_the_outbox() {
    let acme = Acme::empty().await;
    let server = Server::start().await;
    let mailer = mailer(&server.url);
    for n in 0..30 {
        queue(&acme, &format!("ops{n}@example.com"), None).await;
    }
    let node = || async { while send_due(&acme.house, &mailer).await.unwrap() > 0 {} };
    tokio::join!(node(), node(), node());
    let mut to: Vec<String> = server.got().into_iter().map(|it| it.to).collect();
    assert_eq!(to.len(), 30);
    to.sort();
    to.dedup();
    assert_eq!(to.len(), 30);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_outbox_is_woken_and_stops() {
    let acme = Acme::empty().await;
    let server = Server::start().await;
    queue(&acme, "before@example.com", None).await;
    let outbox = Outbox::start(acme.house.clone(), mailer(&server.url));
    server.wait(1).await;
    let start = std::time::Instant::now();
    queue(&acme, "after@example.com", None).await;
    assert_eq!(server.wait(2).await[1].to, "after@example.com");
    assert!(start.elapsed() < std::time::Duration::from_secs(4), "it was woken, not found by chance");
    outbox.stop().await;
    queue(&acme, "late@example.com", None).await;
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_eq!(server.got().len(), 2);
    // The next start finds it.
    let outbox = Outbox::start(acme.house.clone(), mailer(&server.url));
    assert_eq!(server.wait(3).await[2].to, "late@example.com");
    outbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_mail_waits_and_can_be_seen_to() {
    let acme = Acme::empty().await;
    let (first, second) = (queue(&acme, "a@example.com", None).await, queue(&acme, "b@example.com", None).await);
    let waiting = acme.get("/api/v1/mails?status=waiting&per_page=1").await;
    assert_eq!((waiting.json[0]["id"].as_i64(), waiting.link.contains("page=2")), (Some(second), true));
    let discarded = acme.post(&format!("/api/v1/mails/{first}/discard"), json!({})).await;
    assert_eq!((discarded.status, &discarded.json["status"]), (200, &json!("discarded")));
    assert_eq!(acme.post(&format!("/api/v1/mails/{first}/discard"), json!({})).await.json, discarded.json);
    assert_eq!(shown(&acme, first).await, "discarded after 0, due -, -");
    let whole = acme.get(&format!("/api/v1/mails/{second}")).await.json;
    assert_eq!(whole["text"], json!("Zeile 1: ä\n.\n\nEnde\n"));
    assert_eq!(acme.get("/api/v1/mails?status=lost").await.status, 422);
    for (method, path) in
        [("GET", "/api/v1/mails/77"), ("POST", "/api/v1/mails/77/retry"), ("POST", "/api/v1/notices/77/dismiss")]
    {
        assert_eq!(acme.ask(method.parse().unwrap(), path, None, &[]).await.status, 404, "{path}");
    }
    let retried = acme.post(&format!("/api/v1/mails/{first}/retry"), Value::Null).await;
    assert_eq!(retried.json["status"], "waiting");
}

/// `orangery mail`, as people run it.
#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_tries_the_settings_and_shows_what_waits() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_orangery"));
        command.current_dir(folder.path()).args(arguments).env_remove("ORANGERY_SMTP_URL");
        let output = tokio::task::block_in_place(|| command.output()).unwrap();
        String::from_utf8(if output.status.success() { output.stdout } else { output.stderr }).unwrap()
    };
    run(&["key", "add", "--name", "one", "--all"]);
    assert_eq!(
        run(&["mail", "send-test", "--to", "ops@example.com"]),
        "orangery: no SMTP server is set: --smtp-url and --mail-from\n"
    );
    let server = Server::start().await;
    std::fs::write(
        folder.path().join("orangery.toml"),
        format!("smtp_url = {:?}\nmail_from = \"orangery@example.com\"\n", server.url),
    )
    .unwrap();
    let sent = run(&["mail", "send-test", "--to", "ops@example.com"]);
    assert_eq!(sent, "The server took it: 2.0.0 Ok: queued\n");
    assert_eq!(server.got()[0].header("Subject"), "[Orangery] A test");
    server.be(Manner::Refuses("550 5.1.1 No such user"));
    let refused = run(&["mail", "send-test", "--to", "ops@example.com"]);
    assert_eq!(refused, "orangery: the server answered 550 5.1.1 No such user\n");
    assert_eq!(run(&["mail", "list"]), "");
    assert_eq!(run(&["mail", "show", "7"]), "orangery: mail 7 not found\n");
}

#[tokio::test]
async fn settings_that_make_no_sense_are_told() {
    let try_it = |url: &str, from: Option<&str>| {
        let settings = Settings { smtp_url: Some(url.to_owned()), from: from.map(str::to_owned) };
        Mailer::new(&settings).err().unwrap_or_else(|| "fine".to_owned())
    };
    let from = Some("orangery@example.com");
    let said = [
        try_it("smtps://me:pass@mail.example.com", from),
        try_it("smtp://me:pa%40ss@mail.example.com:2525", from),
        try_it("smtp://localhost", from),
        try_it("smtp://mail.example.com?tls=none", Some("Orangery <orangery@example.com>")),
        try_it("smtp://mail.example.com?tls=perhaps", from),
        try_it("https://me:secret@mail.example.com", from),
        try_it("me:secret@mail", from),
        try_it("smtp://localhost", None),
        try_it("smtp://localhost", Some("Orangery")),
    ];
    expect![[r#"
        fine
        fine
        fine
        fine
        --smtp-url: tls is none, opportunistic or required
        --smtp-url: it begins with smtp:// or smtps://
        --smtp-url: it begins with smtp:// or smtps://
        --smtp-url needs --mail-from, the address that mail comes from
        --mail-from "Orangery" is no address: it is like orangery@example.com or 'Orangery <orangery@example.com>'"#]]
    .assert_eq(&said.join("\n"));
    assert!(Mailer::new(&Settings::default()).unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_at_which_the_program_dies_is_given_up_in_the_end() {
    let acme = Acme::empty().await;
    let id = queue(&acme, "ops@example.com", None).await;
    let claim = async || acme.write(async |work: &mut Work| mail::claim(work, 5).await).await.unwrap().len();
    for _ in 0..13 {
        assert_eq!(claim().await, 1);
        assert_eq!(claim().await, 0, "the lease holds");
        acme.pass(4 * MINUTE);
    }
    assert_eq!(claim().await, 0);
    let why = "the program ended each time before it was known whether the server took it";
    assert_eq!(shown(&acme, id).await, format!("failed after 13, due -, {why}"));
    assert_eq!(acme.get("/api/v1/notices").await.json[0]["kind"], "mail_given_up");
}
