//! Endpoints in trouble: who is told what and when, and what is disabled. Once each, whatever breaks off.

use expect_test::expect;
use orangery::{
    hooks::watch::{self, look_once},
    mail::outbox::send_due,
    tables::{User, UserEmail},
    work::Work,
};
use serde_json::{Value, json};
use sql::{Value as Param, params};

use crate::{
    acme::{Acme, insert, user},
    hiring,
    mail::mailer,
    receiver::Receiver,
    smtp::Server,
};

const HOUR: i64 = 3_600_000;

/// Endpoint 1, which nobody delivers to, and whose row is set so.
async fn endpoint(set: &'static str) -> Acme {
    let acme = Acme::empty().await;
    acme.listener(1, &["hire_candidate"]).await;
    run(&acme, "update webhooks set name = 'Payroll', url = 'https://payroll.example.com/hook?token=hush'", vec![])
        .await;
    run(&acme, set, vec![]).await;
    run(&acme, "insert into webhook_health (webhook_id) values (1)", vec![]).await;
    acme
}

async fn run(acme: &Acme, sql: &'static str, params: Vec<Param>) {
    acme.write(async move |work: &mut Work| {
        work.tx.execute(sql, &params).await?;
        Ok(())
    })
    .await
    .unwrap();
}

/// It fails, or is gone, since now.
async fn note(acme: &Acme, sql: &'static str) {
    run(acme, sql, params![acme.house.now()].to_vec()).await;
}

async fn person(acme: &Acme, row: User, email: &str) {
    let email = UserEmail {
        id: 0,
        user_id: row.id,
        email: email.to_owned(),
        email_key: email.to_lowercase(),
        is_primary: true,
        verified: true,
    };
    acme.write(async move |work: &mut Work| {
        if row.id != 1 {
            insert(work, row).await?;
        }
        insert(work, email).await
    })
    .await
    .unwrap();
}

/// A delivery to endpoint 1 that was just given up.
async fn give_up(acme: &Acme, id: i64) {
    let now = acme.house.now();
    let sql = "insert into journal (id, work, action, body, happened_at, test, erase) values ($1, 'w', 'hire_candidate', '{}', $2, $3, $3)";
    run(acme, sql, params![id, now, false].to_vec()).await;
    let sql = "insert into deliveries (id, webhook_id, journal_id, action, status, attempts, replay, created_at, finished_at) \
               values ($1, 1, $1, 'hire_candidate', 'failed', 1, $3, $2, $2)";
    run(acme, sql, params![id, now, false].to_vec()).await;
    let sql = "insert into attempts (delivery_id, number, replay, started_at, finished_at, status_code) values ($1, 1, $3, $2, $2, $4)";
    run(acme, sql, params![id, now, false, 500 + id].to_vec()).await;
}

/// What was written since the mail `after`: to whom, of what; and how many mails there are.
async fn mails(acme: &Acme, after: usize) -> String {
    let mut mails = acme.get("/api/v1/mails").await.json.as_array().unwrap().clone();
    mails.reverse();
    let line = |it: &Value| format!("{}: {}\n", it["recipient"].as_str().unwrap(), it["subject"].as_str().unwrap());
    mails.iter().skip(after).map(line).collect()
}

async fn text(acme: &Acme, id: i64) -> String {
    acme.get(&format!("/api/v1/mails/{id}")).await.json["text"].as_str().unwrap().to_owned()
}

async fn open_notices(acme: &Acme) -> String {
    let notices = acme.get("/api/v1/notices?open=true").await.json;
    let line = |it: &Value| format!("{}: {}\n", it["kind"].as_str().unwrap(), it["text"].as_str().unwrap());
    notices.as_array().unwrap().iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_that_fails_is_warned_of_and_disabled_in_the_end() {
    let acme = endpoint("update webhooks set disable_after_hours = 72, error_email = 'ops@example.com'").await;
    look_once(&acme.house).await.unwrap();
    note(&acme, "update webhook_health set failing_since = $1").await;
    acme.pass(36 * HOUR - 1);
    look_once(&acme.house).await.unwrap();
    assert_eq!((mails(&acme, 0).await, open_notices(&acme).await), (String::new(), String::new()));

    acme.pass(1);
    look_once(&acme.house).await.unwrap();
    look_once(&acme.house).await.unwrap();
    expect![[r#"
        ops@example.com: [Orangery] Web hook "Payroll" fails, and will be disabled
    "#]]
    .assert_eq(&mails(&acme, 0).await);
    expect![[r#"
        The web hook "Payroll" (id 1, payroll.example.com) has answered nothing but failures since 2026-08-22 10:00 UTC. If nothing succeeds until 2026-08-25 10:00 UTC, it is disabled.

        What it is sent meanwhile is tried again and again, and kept when it is given up.

        -- 
        Orangery at https://orangery.example.com
    "#]].assert_eq(&text(&acme, 1).await);
    expect![[r#"
        webhook_failing: The web hook "Payroll" (id 1, payroll.example.com) has answered nothing but failures since 2026-08-22 10:00 UTC. If nothing succeeds until 2026-08-25 10:00 UTC, it is disabled.
    "#]].assert_eq(&open_notices(&acme).await);
    assert_eq!(acme.get("/api/v1/webhooks/1").await.json["enabled"], json!(true));

    // It does well for a while: the warning is over, and the next one counts from its beginning.
    run(&acme, "update webhook_health set failing_since = null", vec![]).await;
    look_once(&acme.house).await.unwrap();
    assert_eq!(open_notices(&acme).await, "");
    acme.pass(HOUR);
    note(&acme, "update webhook_health set failing_since = $1").await;
    acme.pass(36 * HOUR);
    look_once(&acme.house).await.unwrap();
    assert_eq!(mails(&acme, 1).await, "ops@example.com: [Orangery] Web hook \"Payroll\" fails, and will be disabled\n");

    acme.pass(36 * HOUR);
    look_once(&acme.house).await.unwrap();
    look_once(&acme.house).await.unwrap();
    expect![[r#"
        ops@example.com: [Orangery] Web hook "Payroll" was disabled
    "#]]
    .assert_eq(&mails(&acme, 2).await);
    expect![[r#"
        The web hook "Payroll" (id 1, payroll.example.com) was disabled: Nothing but failures for 72 hours, since 2026-08-23 23:00 UTC.

        What waits is held, and what happens is kept, for as long as journal entries are: 90 days, unless --keep-bodies says otherwise. Once it works again:

            orangery webhook enable 1
            orangery replay --webhook 1 --missed

        -- 
        Orangery at https://orangery.example.com
    "#]].assert_eq(&text(&acme, 3).await);
    expect![[r#"
        webhook_disabled: The web hook "Payroll" (id 1, payroll.example.com) was disabled: Nothing but failures for 72 hours, since 2026-08-23 23:00 UTC.
    "#]].assert_eq(&open_notices(&acme).await);
    let row = acme.get("/api/v1/webhooks/1").await.json;
    assert_eq!(
        (&row["enabled"], row["disabled_why"].as_str()),
        (&json!(false), Some("Nothing but failures for 72 hours, since 2026-08-23 23:00 UTC"))
    );
    let audit =
        "select request, door, changes from audit_records where target_type = 'webhooks' order by id desc limit 1";
    let row = acme.house.read(async |look| Ok(look.tx.row(audit, &[]).await?)).await.unwrap().unwrap();
    assert_eq!(
        (row.get::<String>(0).unwrap().as_str(), row.get::<String>(1).unwrap().as_str()),
        ("endpoint watch", "timer")
    );
    assert!(row.get::<String>(2).unwrap().contains("disabled_why"));

    // Once it is enabled again, the notice has done its work.
    run(&acme, "update webhooks set enabled = (id = 1)", vec![]).await;
    run(&acme, "update webhook_health set failing_since = null, warned_at = null", vec![]).await;
    look_once(&acme.house).await.unwrap();
    assert_eq!((open_notices(&acme).await, mails(&acme, 3).await), (String::new(), String::new()));
    assert_eq!(acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_for_nothing_is_left_alone() {
    let acme = endpoint("update webhooks set error_email = 'ops@example.com'").await;
    note(&acme, "update webhook_health set failing_since = $1, gone_at = $1").await;
    acme.pass(10_000 * HOUR);
    look_once(&acme.house).await.unwrap();
    assert_eq!((mails(&acme, 0).await, open_notices(&acme).await), (String::new(), String::new()));
    assert_eq!(acme.get("/api/v1/webhooks/1").await.json["enabled"], json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_gone_is_disabled_and_the_site_admins_are_told() {
    let acme = endpoint("update webhooks set disable_on_gone = enabled").await;
    person(&acme, user(1, "Ada", "Admin", None), "ada@example.com").await;
    person(&acme, user(2, "Bea", "Admin", None), "bea@example.com").await;
    person(&acme, User { disabled: true, ..user(3, "Cem", "Gone", None) }, "cem@example.com").await;
    person(&acme, User { site_admin: false, ..user(4, "Dee", "Basic", None) }, "dee@example.com").await;
    note(&acme, "update webhook_health set gone_at = $1").await;
    // Two who watch at once do it once.
    let (one, other) = tokio::join!(look_once(&acme.house), look_once(&acme.house));
    one.and(other).unwrap();
    expect![[r#"
        ada@example.com: [Orangery] Web hook "Payroll" was disabled
        bea@example.com: [Orangery] Web hook "Payroll" was disabled
    "#]]
    .assert_eq(&mails(&acme, 0).await);
    expect![[r#"
        webhook_disabled: The web hook "Payroll" (id 1, payroll.example.com) was disabled: Answered 410 Gone.
    "#]]
    .assert_eq(&open_notices(&acme).await);
    assert_eq!(acme.get("/api/v1/webhooks/1").await.json["disabled_why"], json!("Answered 410 Gone"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_changed_it_since_wants_it_tried_again() {
    let acme = endpoint("update webhooks set disable_on_gone = enabled").await;
    note(&acme, "update webhook_health set gone_at = $1").await;
    acme.pass(1);
    note(&acme, "update webhooks set updated_at = $1").await;
    look_once(&acme.house).await.unwrap();
    let shown = acme.get("/api/v1/webhooks/1").await.json;
    assert_eq!((&shown["enabled"], &shown["health"]["condition"]), (&json!(true), &json!("ok")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_told_once_an_hour() {
    let acme = endpoint("update webhooks set error_email = 'ops@example.com'").await;
    let server = Server::start().await;
    let mailer = mailer(&server.url);
    for id in 1..=3 {
        give_up(&acme, id).await;
        acme.pass(1000);
    }
    acme.pass(60_000);
    look_once(&acme.house).await.unwrap();
    expect![[r#"
        ops@example.com: [Orangery] Web hook "Payroll": 3 deliveries given up
    "#]]
    .assert_eq(&mails(&acme, 0).await);
    expect![[r#"
        3 deliveries to the web hook "Payroll" (id 1, payroll.example.com) failed for good since 2026-08-15 10:00 UTC: the last attempt failed too.

        The latest error: answered 503

        They are kept for as long as journal entries are, 90 days unless --keep-bodies says otherwise, and can be sent again once it works:

            orangery replay --webhook 1 --failed

        What was sent, and how it was answered:

            https://orangery.example.com/api/v1/webhooks/1/deliveries?status=failed

        -- 
        Orangery at https://orangery.example.com
    "#]].assert_eq(&text(&acme, 1).await);
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 1);

    // What comes within the hour waits for its end.
    give_up(&acme, 4).await;
    acme.pass(HOUR - 1);
    look_once(&acme.house).await.unwrap();
    assert_eq!(mails(&acme, 1).await, "");
    acme.pass(1);
    look_once(&acme.house).await.unwrap();
    look_once(&acme.house).await.unwrap();
    assert_eq!(mails(&acme, 1).await, "ops@example.com: [Orangery] Web hook \"Payroll\": 1 delivery given up\n");
    assert!(text(&acme, 2).await.contains("The latest error: answered 504"), "{}", text(&acme, 2).await);

    // As long as that one has not gone out, there is no use in another.
    give_up(&acme, 5).await;
    acme.pass(2 * HOUR);
    give_up(&acme, 6).await;
    acme.pass(60_000);
    look_once(&acme.house).await.unwrap();
    assert_eq!(mails(&acme, 2).await, "");
    assert_eq!(send_due(&acme.house, &mailer).await.unwrap(), 1);
    look_once(&acme.house).await.unwrap();
    assert_eq!(mails(&acme, 2).await, "ops@example.com: [Orangery] Web hook \"Payroll\": 2 deliveries given up\n");
    assert_eq!(open_notices(&acme).await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_nobody_is_told_of_deliveries() {
    let acme = endpoint("update webhooks set probe = probe").await;
    person(&acme, user(1, "Ada", "Admin", None), "ada@example.com").await;
    give_up(&acme, 1).await;
    acme.pass(60_000);
    look_once(&acme.house).await.unwrap();
    assert_eq!(mails(&acme, 0).await, "");
}

/// From a real answer to the mail.
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_refuses_is_told_of() {
    let acme = hiring::acme().await.with_courier().await;
    let receiver = Receiver::start().await;
    let new = json!({
        "name": "Payroll", "url": receiver.url, "secret": "hush", "events": ["all"], "max_attempts": 1,
        "error_email": "ops@example.com"
    });
    let id = acme.post("/api/v1/webhooks", new).await.json["id"].clone();
    receiver.answer(503);
    let mut trouble = acme.house.courier().unwrap().trouble();
    trouble.mark_unchanged();
    let rejected = acme.post("/v1/applications/50/reject", json!({"rejection_reason_id": 1})).await;
    assert_eq!(rejected.status, 200, "{rejected}");
    tokio::time::timeout(std::time::Duration::from_secs(20), trouble.changed()).await.unwrap().unwrap();
    acme.pass(6_000);
    look_once(&acme.house).await.unwrap();
    assert_eq!(mails(&acme, 0).await, "ops@example.com: [Orangery] Web hook \"Payroll\": 1 delivery given up\n");
    let said = text(&acme, 1).await;
    assert!(said.contains("answered 503") && said.contains(&format!("--webhook {id} --failed")), "{said}");
}

/// The same of one that is gone, by the task that watches.
#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_gone_is_sent_nothing_more() {
    let acme = hiring::acme().await.with_courier().await;
    let receiver = Receiver::start().await;
    let new = json!({
        "name": "Payroll", "url": receiver.url, "secret": "hush", "events": ["all"], "disable_on_gone": true,
        "error_email": "ops@example.com"
    });
    let id = acme.post("/api/v1/webhooks", new).await.json["id"].clone();
    receiver.answer(410);
    let mut trouble = acme.house.courier().unwrap().trouble();
    trouble.mark_unchanged();
    let rejected = acme.post("/v1/applications/50/reject", json!({"rejection_reason_id": 1})).await;
    assert_eq!(rejected.status, 200, "{rejected}");
    tokio::time::timeout(std::time::Duration::from_secs(20), trouble.changed()).await.unwrap().unwrap();
    let watch = watch::run(acme.house.clone());
    let begun = std::time::Instant::now();
    let held = format!("/api/v1/webhooks/{id}/deliveries?status=held");
    while acme.get(&held).await.json["deliveries"].as_array().unwrap().is_empty() {
        assert!(begun.elapsed() < std::time::Duration::from_secs(20), "{}", acme.get(&held).await);
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    watch.abort();
    assert_eq!(mails(&acme, 0).await, "ops@example.com: [Orangery] Web hook \"Payroll\" was disabled\n");
    assert_eq!(receiver.got().len(), 2, "the ping and the one that was answered with 410");

    // Once it is there again, it is enabled, and stays so.
    receiver.answer(200);
    assert_eq!(acme.post(&format!("/api/v1/webhooks/{id}/enable"), json!({})).await.status, 200);
    look_once(&acme.house).await.unwrap();
    assert_eq!(acme.get(&format!("/api/v1/webhooks/{id}")).await.json["enabled"], json!(true));
    assert_eq!(open_notices(&acme).await, "");
}
