//! Who goes first, and how fast: live ones before replays, no endpoint faster than it asked for.

use std::time::{Duration, Instant};

use crate::{
    office::{Office, on_both},
    receiver::Receiver,
};

on_both!(
    a_live_one_does_not_wait_behind_replays,
    replays_get_a_quarter,
    no_more_begin_a_second_than_the_endpoint_asked_for,
    a_rate_is_changed_while_some_wait_for_it,
);

/// Replays of what was sent before.
async fn fire_replays(office: &Office, webhook: i64, count: usize) {
    office.fire_many(webhook, count).await;
    let tx = office.begin().await.unwrap();
    tx.execute("update deliveries set replay = $2 where webhook_id = $1", sql::params![webhook, true]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_live_one_does_not_wait_behind_replays(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    // At this rate a hundred are claimed ahead.
    let webhook = office.webhook_with(&receiver.url(), |it| it.per_second = Some(100)).await;
    fire_replays(office, webhook, 1000).await;
    let courier = office.courier().await;
    receiver.wait(5).await;
    let live = office.fire(webhook).await;
    courier.wake();
    let before = receiver.count();
    let start = Instant::now();
    let place = loop {
        if let Some(place) = receiver.got().iter().position(|it| it.id() == live) {
            break place;
        }
        assert!(start.elapsed() < Duration::from_secs(5));
        tokio::time::sleep(Duration::from_millis(2)).await;
    };
    assert!(place < before + 50, "{before} before it was fired, and then it was the {place}th");
    assert!(receiver.count() < 500);
    courier.stop().await;
}

async fn replays_get_a_quarter(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.in_flight = 4).await;
    fire_replays(office, webhook, 400).await;
    office.fire_many(webhook, 1200).await;
    let courier = office.courier().await;
    let got = receiver.wait(600).await;
    let replays = got[..600].iter().filter(|it| it.header("orangery-replay") == "true").count();
    assert!((100..=220).contains(&replays), "{replays} of 600");
    office.wait("delivered", 1600).await;
    courier.stop().await;
}

async fn no_more_begin_a_second_than_the_endpoint_asked_for(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let slowed = office.webhook_with(&receiver.url(), |it| it.per_second = Some(50)).await;
    office.fire_many(slowed, 40).await;
    let other = Receiver::start(|_| 200).await;
    let free = office.webhook(&other.url()).await;
    office.fire_many(free, 200).await;
    let courier = office.courier().await;
    let start = Instant::now();
    while receiver.count() < 40 {
        let most = 3.0 + start.elapsed().as_secs_f64() * 50.0;
        // Counted before the clock is read again, so that it can only be fewer.
        assert!(receiver.count() as f64 <= most + 1.0, "{} within {:?}", receiver.count(), start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(10), "only {}", receiver.count());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(start.elapsed() > Duration::from_millis(600), "{:?}", start.elapsed());
    office.wait("delivered", 240).await;
    courier.stop().await;
}

async fn a_rate_is_changed_while_some_wait_for_it(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let webhook = office.webhook_with(&receiver.url(), |it| it.per_second = Some(1)).await;
    office.fire_many(webhook, 100).await;
    let courier = office.courier().await;
    receiver.wait(1).await;
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(receiver.count(), 1);
    office.change(webhook, |it| it.per_second = None).await;
    courier.forget_endpoint(webhook);
    let start = Instant::now();
    office.wait("delivered", 100).await;
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    courier.stop().await;
}
