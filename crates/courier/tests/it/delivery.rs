//! One delivery's life: what is sent, what counts, when it is tried again.

use std::sync::{
    Arc,
    atomic::{AtomicU16, Ordering},
};

use courier::{
    endpoint, sign,
    tables::{Delivery, Journal},
};
use jiff::SignedDuration;
use sql::Json;

use crate::{
    office::{Office, SECRET, on_both},
    receiver::{Answer, Receiver},
};

on_both!(
    a_delivery_arrives_signed_and_is_written_down,
    marks_of_replays_and_tests,
    the_ladder,
    only_200_counts,
    the_maximum_is_the_endpoints,
    retry_after_delays_by_one_step_at_most,
    redirects_count_as_failures,
    an_erased_body_is_not_sent,
    what_is_to_be_erased_goes_after_the_last_delivery,
    a_disabled_endpoint_gets_nothing,
    a_changed_endpoint_is_noticed,
    a_secret_of_another_key_is_told,
    a_guarded_address_is_told,
    a_replay_keeps_its_id,
    the_ping,
);

async fn a_delivery_arrives_signed_and_is_written_down(office: &Office) {
    let receiver = Receiver::start(|_| Answer { body: "thanks".into(), ..200.into() }).await;
    let url = receiver.url();
    let webhook = office.webhook_with(&url, |it| {
        it.basic_user = Some("ann".into());
        it.basic_password = Some(office.seal.seal(b"pw"));
        it.headers.0.insert("X-Tenant".into(), "acme, inc.".into());
    });
    let webhook = webhook.await;
    let courier = office.courier().await;
    let id = office.fire(webhook).await;
    courier.wake();
    office.wait("delivered", 1).await;

    let got = receiver.got();
    assert_eq!(got.len(), 1);
    let it = &got[0];
    assert_eq!(it.header("content-type"), "application/json");
    assert_eq!(it.header("greenhouse-event-id"), id.to_string());
    assert_eq!(it.header("user-agent"), "Orangery/0.1.0");
    assert_eq!(it.header("authorization"), "Basic YW5uOnB3");
    assert_eq!(it.header("x-tenant"), "acme, inc.");
    assert_eq!((it.header("orangery-replay"), it.header("orangery-test")), ("", ""));
    assert_eq!(it.body, r#"{"action":"job_deleted","payload":{"name":"R\u0026D é"}}"#);
    assert!(sign::verify(SECRET.as_bytes(), it.header("signature"), it.body.as_bytes()));

    let delivery = office.delivery(id).await;
    assert_eq!((delivery.attempts, delivery.due_at, delivery.node, delivery.lease_until), (1, None, None, None));
    assert_eq!(delivery.finished_at, Some(office.now()));
    let attempts = office.attempts(id).await;
    assert_eq!(attempts.len(), 1);
    let it = &attempts[0];
    assert_eq!(
        (it.number, it.status_code, it.error.as_deref(), it.answer.as_deref()),
        (1, Some(200), None, Some("thanks"))
    );
    assert_eq!(it.peer, Some(receiver.address.to_string()));
    assert!(it.connect_micros.is_some() && it.first_byte_micros.is_some() && it.total_micros >= it.first_byte_micros);
    courier.stop().await;
}

async fn marks_of_replays_and_tests(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let webhook = office.webhook(&receiver.url()).await;
    let courier = office.courier().await;
    office.fire_with(webhook, |_, delivery| delivery.replay = true).await;
    office.fire_with(webhook, |journal, _| journal.test = true).await;
    courier.wake();
    let mut got = receiver.wait(2).await;
    got.sort_by_key(|it| it.id());
    assert_eq!((got[0].header("orangery-replay"), got[0].header("orangery-test")), ("true", ""));
    assert_eq!((got[1].header("orangery-replay"), got[1].header("orangery-test")), ("", "true"));
    office.wait("delivered", 2).await;
    courier.stop().await;
}

async fn the_ladder(office: &Office) {
    let receiver = Receiver::start(|_| 503).await;
    let webhook = office.webhook(&receiver.url()).await;
    let courier = office.courier().await;
    let id = office.fire(webhook).await;
    let start = office.now();
    let mut waited = 0;
    for (number, minutes) in (1..).zip([1, 15, 60, 120, 240, 480]) {
        courier.wake();
        let delivery = office.tried(id, number).await;
        waited += minutes;
        assert_eq!(delivery.due_at, Some(start + SignedDuration::from_mins(waited)), "after attempt {number}");
        assert_eq!((delivery.status.as_str(), receiver.count()), ("pending", number as usize));
        // Not a moment earlier.
        office.advance(SignedDuration::from_mins(minutes) - SignedDuration::from_millis(1));
        courier.wake();
        tokio::time::sleep(std::time::Duration::from_millis(15)).await;
        assert_eq!(receiver.count(), number as usize);
        office.advance(SignedDuration::from_millis(1));
    }
    assert_eq!(waited, 15 * 60 + 16);
    courier.wake();
    let delivery = office.tried(id, 7).await;
    assert_eq!((delivery.status.as_str(), delivery.due_at, delivery.finished_at), ("failed", None, Some(office.now())));
    let got = receiver.got();
    assert!(got.iter().all(|it| it.id() == id), "the id stays the same");
    let attempts = office.attempts(id).await;
    assert_eq!(attempts.iter().map(|it| it.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7]);
    assert!(attempts.iter().all(|it| it.status_code == Some(503) && it.finished_at.is_some()));
    courier.stop().await;
}

async fn only_200_counts(office: &Office) {
    let status = Arc::new(AtomicU16::new(201));
    let answer = status.clone();
    let receiver = Receiver::start(move |_| answer.load(Ordering::Relaxed)).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.max_attempts = 20).await;
    let courier = office.courier().await;
    let id = office.fire(webhook).await;
    for (number, code) in (1..).zip([201, 202, 204, 299, 301, 304, 400, 401, 404, 410, 429, 500, 502]) {
        status.store(code, Ordering::Relaxed);
        courier.wake();
        let delivery = office.tried(id, number).await;
        assert_eq!(delivery.status, "pending", "{code}");
        office.advance(SignedDuration::from_hours(9));
    }
    status.store(200, Ordering::Relaxed);
    courier.wake();
    office.wait("delivered", 1).await;
    courier.stop().await;
}

async fn the_maximum_is_the_endpoints(office: &Office) {
    let receiver = Receiver::start(|_| 500).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.max_attempts = 1).await;
    let courier = office.courier().await;
    office.fire(webhook).await;
    courier.wake();
    office.wait("failed", 1).await;
    assert_eq!(receiver.count(), 1);
    courier.stop().await;
}

async fn retry_after_delays_by_one_step_at_most(office: &Office) {
    let answer = |path: &str| match path {
        "/hasten" => "1".to_owned(),
        "/delay" => "300".to_owned(),
        "/long" => "86400".to_owned(),
        "/date" => "Sat, 21 Nov 2026 08:05:00 GMT".to_owned(),
        _ => "soon".to_owned(),
    };
    let receiver =
        Receiver::start(move |got| Answer { headers: vec![("retry-after", answer(&got.path))], ..429.into() }).await;
    let courier = office.courier().await;
    let start = office.now();
    for (path, minutes) in [("hasten", 1), ("delay", 5), ("long", 15), ("date", 5), ("nonsense", 1)] {
        let url = format!("http://{}/{path}", receiver.address);
        let webhook = office.webhook(&url).await;
        let id = office.fire(webhook).await;
        courier.wake();
        let delivery = office.tried(id, 1).await;
        assert_eq!(delivery.due_at, Some(start + SignedDuration::from_mins(minutes)), "{path}");
    }
    courier.stop().await;
}

async fn redirects_count_as_failures(office: &Office) {
    let other = Receiver::start(|_| 200).await;
    let to = other.url();
    let receiver = Receiver::start(move |_| Answer { headers: vec![("location", to.clone())], ..302.into() }).await;
    let webhook = office.webhook(&receiver.url()).await;
    let courier = office.courier().await;
    let id = office.fire(webhook).await;
    courier.wake();
    assert_eq!(office.tried(id, 1).await.status, "pending");
    assert_eq!(office.attempts(id).await[0].status_code, Some(302));
    assert_eq!(other.count(), 0);
    courier.stop().await;
}

async fn an_erased_body_is_not_sent(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let webhook = office.webhook(&receiver.url()).await;
    let courier = office.courier().await;
    let id = office.fire_with(webhook, |journal, _| journal.body = None).await;
    courier.wake();
    office.wait("failed", 1).await;
    assert_eq!(office.attempts(id).await[0].error.as_deref(), Some("erased"));
    assert_eq!(receiver.count(), 0);
    courier.stop().await;
}

async fn what_is_to_be_erased_goes_after_the_last_delivery(office: &Office) {
    let good = Receiver::start(|_| Answer { body: "hello Jane".into(), ..200.into() }).await;
    let bad = Receiver::start(|_| Answer { body: "who is Jane?".into(), ..500.into() }).await;
    let (on, off) =
        (office.webhook(&good.url()).await, office.webhook_with(&bad.url(), |it| it.max_attempts = 2).await);
    let first = office.fire_with(on, |journal, _| journal.erase = true).await;
    let entry = office.delivery(first).await.journal_id;
    let tx = office.begin().await.unwrap();
    let mut second = Delivery { id: 0, webhook_id: off, ..office.delivery(first).await };
    tx.insert(&mut second).await.unwrap();
    tx.commit().await.unwrap();
    let plain = office.fire(on).await;
    let body = async |entry: i64| office.read().await.unwrap().find::<Journal>(entry).await.unwrap().body;

    let courier = office.courier().await;
    office.tried(second.id, 1).await;
    office.wait("delivered", 2).await;
    assert!(body(entry).await.is_some(), "the second delivery is still to be made");
    office.advance(SignedDuration::from_hours(1));
    courier.wake();
    office.wait("failed", 1).await;
    assert_eq!(body(entry).await, None);
    assert_eq!((good.count(), bad.count()), (2, 2));
    for id in [first, second.id] {
        assert!(office.attempts(id).await.iter().all(|it| it.status_code.is_some() && it.answer.is_none()));
    }
    assert!(body(office.delivery(plain).await.journal_id).await.is_some());
    assert_eq!(office.attempts(plain).await[0].answer.as_deref(), Some("hello Jane"));
    courier.stop().await;
}

async fn a_disabled_endpoint_gets_nothing(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let off = office.webhook_with(&receiver.url(), |it| it.enabled = false).await;
    let on = office.webhook(&receiver.url()).await;
    office.fire_many(off, 600).await;
    let id = office.fire(on).await;
    let courier = office.courier().await;
    office.wait("held", 600).await;
    office.wait("delivered", 1).await;
    assert_eq!(receiver.got().iter().map(|it| it.id()).collect::<Vec<_>>(), [id]);

    // Disabled while some are in flight and more are claimed: those in flight end, the others are held.
    let slow = crate::receiver::hanging().await;
    let webhook = office.webhook_with(&slow, |it| it.in_flight = 1).await;
    office.fire_many(webhook, 3).await;
    courier.wake();
    tokio::time::sleep(std::time::Duration::from_millis(150)).await;
    office.change(webhook, |it| it.enabled = false).await;
    courier.forget_endpoint(webhook);
    office.wait("held", 603).await;
    let tx = office.read().await.unwrap();
    let tried = "select count(*) from deliveries where webhook_id = $1 and attempts > 0";
    assert_eq!(tx.count(tried, sql::params![webhook]).await.unwrap(), 1);
    drop(tx);

    // Enabling sends nothing by itself; what is fired from then on goes out.
    office.change(off, |it| it.enabled = true).await;
    let next = office.fire(off).await;
    courier.wake();
    office.wait("delivered", 2).await;
    assert_eq!(receiver.got()[1].id(), next);
    assert_eq!(receiver.count(), 2);
    courier.stop().await;
}

async fn a_changed_endpoint_is_noticed(office: &Office) {
    let (old, new) = (Receiver::start(|_| 200).await, Receiver::start(|_| 200).await);
    let webhook = office.webhook(&old.url()).await;
    let courier = office.courier().await;
    office.fire(webhook).await;
    courier.wake();
    office.wait("delivered", 1).await;
    let secret = office.seal.seal(b"another");
    office.change(webhook, |it| (it.url, it.secret) = (new.url(), secret)).await;
    office.fire(webhook).await;
    courier.wake();
    let got = &new.wait(1).await[0];
    assert!(sign::verify(b"another", got.header("signature"), got.body.as_bytes()));
    assert_eq!(old.count(), 1);
    office.wait("delivered", 2).await;
    courier.stop().await;
}

async fn a_secret_of_another_key_is_told(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let sealed = courier::seal::Seal::new([9; 32]).seal(b"secret");
    let webhook = office.webhook_with(&receiver.url(), |it| it.secret = sealed).await;
    let courier = office.courier().await;
    let id = office.fire(webhook).await;
    courier.wake();
    assert_eq!(office.tried(id, 1).await.status, "pending");
    let error = office.attempts(id).await[0].error.clone();
    assert_eq!(error.as_deref(), Some("the secret does not open with this instance key"));
    assert_eq!(receiver.count(), 0);
    courier.stop().await;
}

async fn a_guarded_address_is_told(office: &Office) {
    let webhook = office.webhook("https://10.0.0.1/hook?token=abc").await;
    let courier = office.courier().await;
    let id = office.fire(webhook).await;
    courier.wake();
    assert_eq!(office.tried(id, 1).await.status, "pending");
    let error = office.attempts(id).await[0].error.clone().unwrap();
    assert_eq!(error, "not called: it leads to 10.0.0.1, which is not a public address");
    courier.stop().await;
}

async fn a_replay_keeps_its_id(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.max_attempts = 1).await;
    let courier = office.courier().await;
    let id = office.fire(webhook).await;
    let erased = office.fire_with(webhook, |journal, _| journal.body = None).await;
    courier.wake();
    office.wait("delivered", 1).await;
    office.wait("failed", 1).await;
    let tx = office.begin().await.unwrap();
    let again = courier::replay::replay(&tx, &[id, erased], office.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(again, 1, "what is erased can't be replayed");
    courier.wake();
    let got = receiver.wait(2).await;
    assert_eq!((got[0].id(), got[1].id()), (id, id));
    assert_eq!((got[0].header("orangery-replay"), got[1].header("orangery-replay")), ("", "true"));
    assert_eq!((&got[0].body, got[0].header("signature")), (&got[1].body, got[1].header("signature")));
    office.wait("delivered", 1).await;
    let attempts: Vec<_> = office.attempts(id).await.iter().map(|it| (it.number, it.replay)).collect();
    assert_eq!(attempts, [(1, false), (1, true)]);
    courier.stop().await;
}

async fn the_ping(office: &Office) {
    let receiver = Receiver::start(|got| if got.body.contains("\"active\":true") { 200 } else { 204 }).await;
    let id = office.webhook_with(&receiver.url(), |it| it.name = "R&D <all>".into()).await;
    let mut webhook: endpoint::Webhook = office.read().await.unwrap().find(id).await.unwrap();
    webhook.events = Json(vec!["hire_candidate".into()]);
    let client = Office::settings("one").client().unwrap();
    let ping = |webhook: endpoint::Webhook, events: Vec<String>| {
        let (client, seal, now) = (client.clone(), office.seal.clone(), office.now());
        async move { endpoint::ping(&client, &seal, "Orangery/0.1.0", &webhook, &events, now).await }
    };
    let outcome = ping(webhook.clone(), vec!["Candidate hired".into()]).await;
    assert!(outcome.succeeded());
    let got = &receiver.got()[0];
    let url = receiver.url();
    let expected = format!(
        r#"{{"action":"ping","payload":{{"active":true,"content-type":"application/json","created_at":"2026-11-21T08:00:00.000Z","endpoint_url":"{url}","event":"Candidate hired","name":"R\u0026D \u003call\u003e","updated_at":"2026-11-21T08:00:00.000Z","web_hook_id":{id}}}}}"#
    );
    let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(value(&got.body), value(&expected));
    assert!(got.body.contains(r"R\u0026D \u003call\u003e"));
    assert!(sign::verify(SECRET.as_bytes(), got.header("signature"), got.body.as_bytes()));
    assert_eq!(got.header("content-type"), "application/json");
    assert_ne!(got.header("greenhouse-event-id"), "");

    webhook.enabled = false;
    let outcome = ping(webhook, vec!["a".into(), "b".into()]).await;
    assert_eq!((outcome.succeeded(), outcome.describe().as_str()), (false, "answered 204"));
    assert!(receiver.got()[1].body.contains(r#""event":["a","b"]"#));
}
