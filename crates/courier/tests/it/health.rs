//! How endpoints fare: failing since when, gone, dead and probed; and that somebody is told.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use courier::{Courier, endpoint::Health};
use jiff::SignedDuration;
use sql::params;
use tokio::io::AsyncWriteExt;

use crate::{
    office::{Office, on_both},
    receiver::{Receiver, misbehaving},
};

on_both!(
    any_2xx_counts_where_the_endpoint_says_so,
    failing_since_is_written_at_the_first_failure_and_cleared_by_a_success,
    a_410_ends_it_where_that_is_asked_for,
    a_410_to_former_settings_ends_nothing,
    a_410_means_nothing_where_it_is_not_asked_for_any_more,
    somebody_is_told_of_what_was_given_up,
    a_dead_endpoint_is_probed,
    a_dead_endpoint_hands_back_what_waits,
    several_nodes_probe_once,
);

/// A receiver whose answer is changed.
async fn receiver(status: u16) -> (Receiver, Arc<AtomicU16>) {
    let status = Arc::new(AtomicU16::new(status));
    let answer = status.clone();
    (Receiver::start(move |_| answer.load(Ordering::Relaxed)).await, status)
}

async fn health(office: &Office, webhook: i64) -> Option<Health> {
    office.read().await.unwrap().first("where webhook_id = $1", params![webhook]).await.unwrap()
}

/// Time passes, and the courier had the time to do what it does then.
async fn pass(office: &Office, courier: &Courier, seconds: i64) {
    office.advance(SignedDuration::from_secs(seconds));
    courier.wake();
    tokio::time::sleep(Duration::from_millis(150)).await;
}

async fn any_2xx_counts_where_the_endpoint_says_so(office: &Office) {
    let (receiver, status) = receiver(202).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.any_2xx = true).await;
    let courier = office.courier().await;
    office.fire(webhook).await;
    courier.wake();
    office.wait("delivered", 1).await;
    status.store(304, Ordering::Relaxed);
    let other = office.fire(webhook).await;
    courier.wake();
    assert_eq!(office.tried(other, 1).await.status, "pending");
    courier.stop().await;
}

async fn failing_since_is_written_at_the_first_failure_and_cleared_by_a_success(office: &Office) {
    let (receiver, status) = receiver(200).await;
    let webhook = office.webhook(&receiver.url()).await;
    let courier = office.courier().await;
    office.fire(webhook).await;
    courier.wake();
    office.wait("delivered", 1).await;
    assert!(health(office, webhook).await.is_none(), "nothing is written as long as all is well");

    status.store(500, Ordering::Relaxed);
    office.advance(SignedDuration::from_secs(10));
    let since = office.now();
    let id = office.fire(webhook).await;
    courier.wake();
    office.tried(id, 1).await;
    assert_eq!(health(office, webhook).await.unwrap().failing_since, Some(since));
    office.advance(SignedDuration::from_mins(1));
    courier.wake();
    office.tried(id, 2).await;
    assert_eq!(health(office, webhook).await.unwrap().failing_since, Some(since), "it stays");

    let tx = office.begin().await.unwrap();
    tx.execute("update webhook_health set warned_at = $1", params![since]).await.unwrap();
    tx.commit().await.unwrap();
    status.store(200, Ordering::Relaxed);
    office.fire(webhook).await;
    courier.wake();
    office.wait("delivered", 2).await;
    let well = health(office, webhook).await.unwrap();
    assert_eq!((well.failing_since, well.warned_at), (None, None));
    courier.stop().await;
}

async fn a_410_ends_it_where_that_is_asked_for(office: &Office) {
    let (receiver, status) = receiver(410).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.disable_on_gone = true).await;
    let other = office.webhook(&receiver.url()).await;
    let courier = office.courier().await;
    let mut trouble = courier.trouble();
    let (first, kept) = (office.fire(webhook).await, office.fire(other).await);
    courier.wake();
    office.tried(first, 1).await;
    office.tried(kept, 1).await;
    trouble.changed().await.unwrap();
    assert!(health(office, webhook).await.unwrap().gone_at.is_some());
    assert_eq!(health(office, other).await.unwrap().gone_at, None);

    let second = office.fire(webhook).await;
    pass(office, &courier, 60).await;
    assert_eq!((office.delivery(first).await.attempts, office.delivery(second).await.attempts), (1, 0));
    assert_eq!(office.delivery(kept).await.attempts, 2);

    // Not held, since it was not disabled; with other settings it counts no more.
    status.store(200, Ordering::Relaxed);
    office.change(webhook, |it| it.name = "Again".into()).await;
    courier.wake();
    office.wait("delivered", 2).await;
    courier.stop().await;
}

async fn a_410_to_former_settings_ends_nothing(office: &Office) {
    let (receiver, _) = receiver(200).await;
    let late = misbehaving(|mut tcp| async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let _ = tcp.write_all(b"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n").await;
    })
    .await;
    let webhook = office.webhook_with(&late, |it| it.disable_on_gone = true).await;
    let courier = office.courier().await;
    let id = office.fire(webhook).await;
    courier.wake();
    while office.delivery(id).await.node.is_none() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    office.change(webhook, |it| it.url = receiver.url()).await;
    courier.wake();
    office.tried(id, 1).await;
    assert_eq!(office.attempts(id).await[0].status_code, Some(410));
    assert_eq!(health(office, webhook).await.unwrap().gone_at, None);
    pass(office, &courier, 60).await;
    office.wait("delivered", 1).await;
    courier.stop().await;
}

async fn a_410_means_nothing_where_it_is_not_asked_for_any_more(office: &Office) {
    let (receiver, status) = receiver(410).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.disable_on_gone = true).await;
    let courier = office.courier().await;
    let id = office.fire(webhook).await;
    courier.wake();
    office.tried(id, 1).await;
    status.store(200, Ordering::Relaxed);
    // As if it had been written by a node whose clock is ahead.
    let tx = office.begin().await.unwrap();
    let ahead = office.now() + SignedDuration::from_hours(1);
    tx.execute("update webhook_health set gone_at = $1", params![ahead]).await.unwrap();
    tx.commit().await.unwrap();
    office.change(webhook, |it| it.disable_on_gone = false).await;
    pass(office, &courier, 60).await;
    office.wait("delivered", 1).await;
    courier.stop().await;
}

async fn somebody_is_told_of_what_was_given_up(office: &Office) {
    let (receiver, _) = receiver(500).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.max_attempts = 2).await;
    let courier = office.courier().await;
    let mut trouble = courier.trouble();
    let id = office.fire(webhook).await;
    courier.wake();
    office.tried(id, 1).await;
    assert!(!trouble.has_changed().unwrap());
    office.advance(SignedDuration::from_mins(1));
    courier.wake();
    trouble.changed().await.unwrap();
    assert_eq!(office.delivery(id).await.status, "failed");
    courier.stop().await;
}

async fn a_dead_endpoint_is_probed(office: &Office) {
    let (receiver, status) = receiver(500).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.probe = true).await;
    office.fire_many(webhook, 8).await;
    let courier = office.courier().await;
    receiver.wait(8).await;
    pass(office, &courier, 59).await;
    assert_eq!(health(office, webhook).await.unwrap().probe_at, None, "not dead yet");

    // The retries are due, and wait like all others.
    pass(office, &courier, 1).await;
    let late = office.fire(webhook).await;
    pass(office, &courier, 29).await;
    assert_eq!(receiver.count(), 8);
    assert_eq!(health(office, webhook).await.unwrap().probe_at, Some(office.now() + SignedDuration::from_secs(1)));
    pass(office, &courier, 1).await;
    assert_eq!(receiver.count(), 9, "one tries it");
    pass(office, &courier, 10).await;
    assert_eq!(receiver.count(), 9);
    // It failed for 90 s then: half of that later the next does.
    pass(office, &courier, 35).await;
    assert_eq!(receiver.count(), 10);
    assert_eq!(office.delivery(late).await.attempts, 0, "one that waits spends no attempt");

    status.store(200, Ordering::Relaxed);
    pass(office, &courier, 300).await;
    office.wait("delivered", 7).await;
    // Those that were probed with wait for their next attempt.
    pass(office, &courier, 900).await;
    office.wait("delivered", 9).await;
    assert_eq!(receiver.count(), 19);
    let well = health(office, webhook).await.unwrap();
    assert_eq!((well.failing_since, well.probe_at), (None, None));
    courier.stop().await;
}

async fn a_dead_endpoint_hands_back_what_waits(office: &Office) {
    let (receiver, _) = receiver(500).await;
    let webhook = office.webhook_with(&receiver.url(), |it| (it.probe, it.in_flight) = (true, 1)).await;
    office.fire_many(webhook, 6).await;
    let courier = office.courier().await;
    receiver.wait(6).await;
    // Claimed ahead at a rate that lets none of them go.
    office.change(webhook, |it| it.per_second = Some(1)).await;
    office.fire_many(webhook, 20).await;
    pass(office, &courier, 60).await;
    pass(office, &courier, 1).await;
    let tx = office.read().await.unwrap();
    let claimed = "select count(*) from deliveries where node is not null";
    assert_eq!(tx.count(claimed, &[]).await.unwrap(), 0);
    let begun = tx.count("select count(*) from deliveries where attempts > 0", &[]).await.unwrap();
    assert_eq!(begun, receiver.got().iter().map(|it| it.id()).collect::<std::collections::HashSet<_>>().len() as i64);
    drop(tx);
    courier.stop().await;
}

async fn several_nodes_probe_once(office: &Office) {
    if office.dialect() == sql::Dialect::Sqlite {
        return;
    }
    let (receiver, status) = receiver(500).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.probe = true).await;
    office.fire_many(webhook, 40).await;
    let (one, two) = (office.courier_named("one").await.unwrap(), office.courier_named("two").await.unwrap());
    receiver.wait(40).await;
    pass(office, &one, 60).await;
    assert!(health(office, webhook).await.unwrap().probe_at.is_some());
    let before = receiver.count();
    for probes in 1..4 {
        office.advance(SignedDuration::from_mins(5));
        one.wake();
        two.wake();
        receiver.wait(before + probes).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(receiver.count(), before + probes);
    }
    status.store(200, Ordering::Relaxed);
    office.advance(SignedDuration::from_hours(1));
    office.wait("delivered", 40).await;
    one.stop().await;
    two.stop().await;
}
