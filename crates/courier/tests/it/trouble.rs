//! Bad neighbours, crashes and clean stops: nothing is lost, nobody is slowed.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use courier::connect::Refused;
use futures_util::FutureExt;
use jiff::SignedDuration;
use tokio::io::AsyncWriteExt;

use crate::{
    office::{Office, on_both},
    receiver::{Receiver, dripping, flooding, hanging, misbehaving, wait_for},
};

on_both!(
    a_healthy_endpoint_beside_bad_ones,
    those_that_turn_slow_together_hold_up_nobody_for_long,
    a_backlog_is_drained_fairly_and_completely,
    an_endpoint_gets_no_more_at_once_than_it_asked_for,
    after_a_crash_everything_in_flight_goes_out_again,
    another_nodes_deliveries_wait_for_its_lease,
    a_slow_answer_keeps_its_lease,
    a_clean_stop_ends_or_hands_back,
    two_nodes_share_the_work,
    a_lost_name_is_taken_again,
    a_deleted_endpoint_is_forgotten,
);

async fn a_healthy_endpoint_beside_bad_ones(office: &Office) {
    let sent = Arc::new(AtomicUsize::new(0));
    let refusing = "http://127.0.0.1:1/".to_owned();
    let nowhere = "https://dead.example/hook".to_owned();
    let hung = hanging().await;
    let bad = [dripping().await, flooding(sent).await, refusing, nowhere, "http://127.0.0.1:0x".into()];
    for url in bad {
        let webhook = office.webhook(&url).await;
        office.fire_many(webhook, 100).await;
    }
    let webhook = office.webhook(&hung).await;
    office.fire_many(webhook, 1000).await;
    // One after the other, and the first of them hangs.
    let ordered = office.webhook_with(&hung, |it| it.order_by = Some("candidate".into())).await;
    office.fire_many(ordered, 300).await;
    let tx = office.begin().await.unwrap();
    let all_of_one = "update deliveries set order_key = 1 where webhook_id = $1";
    tx.execute(all_of_one, sql::params![ordered]).await.unwrap();
    tx.commit().await.unwrap();

    let receiver = Receiver::start(|_| 200).await;
    let healthy = office.webhook(&receiver.url()).await;
    let dead = |_| tokio::time::sleep(Duration::from_secs(60)).map(|()| Err(Refused("late".into()))).boxed();
    let courier = office.courier_with(|it| (it.concurrency, it.resolve) = (64, Arc::new(dead))).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut slowest = Duration::ZERO;
    for number in 1..=20 {
        office.fire(healthy).await;
        let start = Instant::now();
        courier.wake();
        receiver.wait(number).await;
        slowest = slowest.max(start.elapsed());
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    assert!(slowest < Duration::from_millis(400), "{slowest:?}");
    courier.stop().await;
}

async fn those_that_turn_slow_together_hold_up_nobody_for_long(office: &Office) {
    let hangs = Arc::new(AtomicBool::new(false));
    let mut turning = Vec::new();
    for _ in 0..4 {
        let hangs = hangs.clone();
        let url = misbehaving(move |mut tcp| {
            let hangs = hangs.clone();
            async move {
                if hangs.load(Ordering::Relaxed) {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                }
                let _ = tcp.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n").await;
            }
        });
        turning.push(office.webhook(&url.await).await);
    }
    let receiver = Receiver::start(|_| 200).await;
    let healthy = office.webhook(&receiver.url()).await;
    let settings = |it: &mut courier::Settings| (it.concurrency, it.deadline) = (64, Duration::from_secs(10));
    let courier = office.courier_with(settings).await;
    // They are quick at first, and their windows grow.
    for webhook in &turning {
        office.fire_many(*webhook, 100).await;
    }
    courier.wake();
    office.wait("delivered", 400).await;
    hangs.store(true, Ordering::Relaxed);
    for webhook in &turning {
        office.fire_many(*webhook, 300).await;
    }
    courier.wake();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let start = Instant::now();
    office.fire_many(healthy, 20).await;
    courier.wake();
    receiver.wait(20).await;
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    drop(courier);
}

async fn a_backlog_is_drained_fairly_and_completely(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let (big, small) = (office.webhook(&receiver.url()).await, office.webhook(&receiver.url()).await);
    office.fire_many(big, 2000).await;
    let late = office.fire(small).await;
    let courier = office.courier().await;
    office.wait("delivered", 2001).await;
    let got = receiver.got();
    let mut times: HashMap<i64, usize> = HashMap::new();
    got.iter().for_each(|it| *times.entry(it.id()).or_default() += 1);
    assert_eq!((times.len(), got.len()), (2001, 2001), "each once");
    let place = got.iter().position(|it| it.id() == late).unwrap();
    assert!(place < 200, "the other endpoint had its turn: {place}");
    let tx = office.read().await.unwrap();
    let open = "select count(*) from attempts where finished_at is null or status_code is null or status_code <> 200";
    assert_eq!(tx.count(open, &[]).await.unwrap(), 0);
    assert_eq!(tx.count("select count(*) from attempts", &[]).await.unwrap(), 2001);
    assert!(receiver.connections() <= 40, "connections are kept: {}", receiver.connections());
    courier.stop().await;
}

async fn an_endpoint_gets_no_more_at_once_than_it_asked_for(office: &Office) {
    let url = hanging().await;
    let webhook = office.webhook_with(&url, |it| it.in_flight = 3).await;
    office.fire_many(webhook, 20).await;
    let courier = office.courier().await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let tx = office.read().await.unwrap();
    let in_flight = tx.count("select count(*) from deliveries where node is not null", &[]).await.unwrap();
    assert!((1..=3).contains(&in_flight), "{in_flight}");
    drop(tx);
    courier.stop().await;
}

async fn after_a_crash_everything_in_flight_goes_out_again(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let hung = hanging().await;
    let webhook = office.webhook(&hung).await;
    let mut ids = vec![];
    for _ in 0..3 {
        ids.push(office.fire(webhook).await);
    }
    let courier = office.courier_with(|it| it.deadline = Duration::from_secs(30)).await;
    let start = Instant::now();
    while office.delivery(ids[2]).await.node.is_none() {
        assert!(start.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(courier);

    office.change(webhook, |it| it.url = receiver.url()).await;
    let start = Instant::now();
    let courier = office.courier().await;
    office.wait("delivered", 3).await;
    assert!(start.elapsed() < Duration::from_secs(1), "at once, although the leases had not ended");
    let mut got: Vec<i64> = receiver.got().iter().map(|it| it.id()).collect();
    got.sort();
    assert_eq!(got, ids);
    for id in ids {
        // The broken off attempt is kept, and doesn't count.
        assert_eq!(office.delivery(id).await.attempts, 1);
        let attempts = office.attempts(id).await;
        assert_eq!(attempts.len(), 2);
        assert!(attempts[0].error.as_deref().unwrap().starts_with("broken off"));
        assert_eq!((attempts[1].number, attempts[1].status_code), (1, Some(200)));
    }
    courier.stop().await;
}

async fn another_nodes_deliveries_wait_for_its_lease(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let url = receiver.url();
    let webhook = office.webhook(&url).await;
    let in_flight = office.now() + SignedDuration::from_secs(3);
    let id = office
        .fire_with(webhook, |_, it| {
            it.node = Some("gone".into());
            it.attempts = 2;
            (it.due_at, it.lease_until) = (Some(in_flight), Some(in_flight));
        })
        .await;
    let courier = office.courier().await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(receiver.count(), 0);
    office.advance(SignedDuration::from_secs(3));
    office.wait("delivered", 1).await;
    assert_eq!((receiver.got()[0].id(), office.delivery(id).await.attempts), (id, 2));
    courier.stop().await;
}

async fn a_slow_answer_keeps_its_lease(office: &Office) {
    let webhook = office.webhook(&hanging().await).await;
    let id = office.fire(webhook).await;
    let courier = office.courier_with(|it| it.deadline = Duration::from_secs(2)).await;
    wait_for_node(office, id).await;
    for _ in 0..8 {
        office.advance(SignedDuration::from_secs(3));
        courier.wake();
        tokio::time::sleep(Duration::from_millis(60)).await;
        let delivery = office.delivery(id).await;
        assert!(delivery.lease_until > Some(office.now()), "renewed");
    }
    assert_eq!((office.delivery(id).await.attempts, office.attempts(id).await.len()), (1, 0), "nothing was broken off");
    drop(courier);
}

async fn wait_for_node(office: &Office, id: i64) {
    let start = Instant::now();
    while office.delivery(id).await.node.is_none() {
        assert!(start.elapsed() < Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn a_clean_stop_ends_or_hands_back(office: &Office) {
    // One in flight that ends, and claims ahead of it.
    let receiver = Receiver::start(|_| 200).await;
    let quick = office.webhook(&receiver.url()).await;
    office.fire_many(quick, 500).await;
    let slow = office.webhook(&hanging().await).await;
    let in_flight = office.fire(slow).await;
    let courier = office.courier().await;
    receiver.wait(20).await;
    wait_for_node(office, in_flight).await;
    courier.stop().await;
    let sent = receiver.count();
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(receiver.count(), sent, "nothing more is sent");
    assert_eq!(office.count("delivered").await, sent as i64, "what was sent is written down");
    let tx = office.read().await.unwrap();
    assert_eq!(tx.count("select count(*) from deliveries where node is not null", &[]).await.unwrap(), 0);
    let begun = "select count(*) from deliveries where status = 'pending' and attempts > 0";
    assert_eq!(tx.count(begun, &[]).await.unwrap(), 1);
    assert_eq!(tx.count("select count(*) from attempts where finished_at is null", &[]).await.unwrap(), 0);
    drop(tx);
    assert!(office.attempts(in_flight).await[0].error.as_deref().unwrap().starts_with("no answer"));

    // One that doesn't end within the grace goes out again, from wherever.
    office.change(slow, |it| it.max_attempts = 6).await;
    office.advance(SignedDuration::from_mins(2));
    let courier =
        office.courier_with(|it| (it.deadline, it.grace) = (Duration::from_secs(30), Duration::from_millis(50))).await;
    wait_for_node(office, in_flight).await;
    office.wait("delivered", 500).await;
    courier.stop().await;
    office.change(slow, |it| it.url = receiver.url()).await;
    let other = office.courier_with(|it| it.node = "two".into()).await;
    office.wait("delivered", 501).await;
    assert_eq!(office.delivery(in_flight).await.attempts, 2);
    other.stop().await;
}

async fn two_nodes_share_the_work(office: &Office) {
    if office.dialect() == sql::Dialect::Sqlite {
        return;
    }
    let receiver = Receiver::start(|_| 200).await;
    let webhooks = [office.webhook(&receiver.url()).await, office.webhook(&receiver.url()).await];
    let one = office.courier().await;
    let taken = office.courier_named("one").await;
    assert!(matches!(taken, Err(courier::Error::NameTaken(_))));
    let two = office.courier_named("two").await.unwrap();
    for webhook in webhooks {
        office.fire_many(webhook, 1000).await;
    }
    one.wake();
    office.wait("delivered", 2000).await;
    let got = receiver.got();
    let different: std::collections::HashSet<i64> = got.iter().map(|it| it.id()).collect();
    assert_eq!((different.len(), got.len()), (2000, 2000), "each once");
    one.stop().await;
    two.stop().await;
}

async fn a_lost_name_is_taken_again(office: &Office) {
    if office.dialect() == sql::Dialect::Sqlite {
        return;
    }
    let courier = office.courier().await;
    let tx = office.begin().await.unwrap();
    let sql = "select count(pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and granted
        and (classid::bigint << 32) | objid::bigint = hashtextextended(current_schema() || '/orangery node one', 0)";
    assert_eq!(tx.count(sql, &[]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    tokio::time::sleep(Duration::from_millis(1500)).await;
    assert!(matches!(office.courier_named("one").await, Err(courier::Error::NameTaken(_))));
    courier.stop().await;
}

async fn a_deleted_endpoint_is_forgotten(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let gone = office.webhook(&hanging().await).await;
    let stays = office.webhook(&receiver.url()).await;
    let in_flight = office.fire(gone).await;
    let courier = office.courier().await;
    wait_for_node(office, in_flight).await;
    let tx = office.begin().await.unwrap();
    tx.execute("delete from webhooks where id = $1", sql::params![gone]).await.unwrap();
    tx.commit().await.unwrap();
    office.fire(stays).await;
    courier.wake();
    wait_for(|| receiver.count() == 1).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    office.fire(stays).await;
    courier.wake();
    office.wait("delivered", 2).await;
    courier.stop().await;
}
