//! Endpoints that want the events of one candidate or application one after the other.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU16, Ordering},
    },
    time::Duration,
};

use jiff::SignedDuration;

use crate::{
    office::{Office, on_both},
    receiver::{Receiver, hanging},
};

on_both!(
    the_next_of_one_waits_for_the_one_before,
    one_that_waits_for_its_retry_holds_up_its_own_only,
    what_is_given_up_lets_the_next_go,
    keys_mean_nothing_where_no_order_is_asked_for,
    several_nodes_keep_the_order,
    a_replay_goes_by_the_same_line,
    live_ones_do_not_wait_for_a_replay_that_is_spread_over_time,
);

async fn ordered(office: &Office, url: &str) -> i64 {
    office.webhook_with(url, |it| it.order_by = Some("candidate".into())).await
}

async fn fire(office: &Office, webhook: i64, key: Option<i64>) -> i64 {
    office.fire_with(webhook, |_, it| it.order_key = key).await
}

/// Ten of each key, by turns.
async fn fire_tens(office: &Office, webhook: i64, keys: i64) -> HashMap<i64, Vec<i64>> {
    let mut fired: HashMap<i64, Vec<i64>> = HashMap::new();
    for _ in 0..10 {
        for key in 1..=keys {
            fired.entry(key).or_default().push(fire(office, webhook, Some(key)).await);
        }
    }
    fired
}

fn assert_in_order(receiver: &Receiver, fired: &HashMap<i64, Vec<i64>>) {
    let got: Vec<i64> = receiver.got().iter().map(|it| it.id()).collect();
    for (key, ids) in fired {
        let arrived: Vec<i64> = got.iter().copied().filter(|it| ids.contains(it)).collect();
        assert_eq!(&arrived, ids, "of key {key}");
    }
}

async fn the_next_of_one_waits_for_the_one_before(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let webhook = ordered(office, &receiver.url()).await;
    let fired = fire_tens(office, webhook, 12).await;
    for _ in 0..30 {
        fire(office, webhook, None).await;
    }
    let courier = office.courier().await;
    office.wait("delivered", 150).await;
    assert_in_order(&receiver, &fired);
    assert_eq!(receiver.count(), 150, "each once");
    courier.stop().await;
}

async fn one_that_waits_for_its_retry_holds_up_its_own_only(office: &Office) {
    let broken = Arc::new(AtomicBool::new(true));
    let (is_broken, sick) = (broken.clone(), Arc::new(std::sync::atomic::AtomicI64::new(0)));
    let sick_id = sick.clone();
    let receiver = Receiver::start(move |got| {
        let fails = got.id() == sick_id.load(Ordering::Relaxed) && is_broken.load(Ordering::Relaxed);
        if fails { 500 } else { 200 }
    });
    let receiver = receiver.await;
    let webhook = ordered(office, &receiver.url()).await;
    let first = fire(office, webhook, Some(1)).await;
    sick.store(first, Ordering::Relaxed);
    let waiting = [fire(office, webhook, Some(1)).await, fire(office, webhook, Some(1)).await];
    for _ in 0..5 {
        fire(office, webhook, Some(2)).await;
    }
    let courier = office.courier().await;
    office.wait("delivered", 5).await;
    office.tried(first, 1).await;
    // Those that wait are due all the time, and spend no attempt.
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(receiver.count(), 6);
    for id in waiting {
        assert_eq!((office.delivery(id).await.attempts, office.attempts(id).await.len()), (0, 0));
    }
    broken.store(false, Ordering::Relaxed);
    office.advance(SignedDuration::from_mins(1));
    office.wait("delivered", 8).await;
    let got: Vec<i64> = receiver.got()[6..].iter().map(|it| it.id()).collect();
    assert_eq!(got, [first, waiting[0], waiting[1]]);
    courier.stop().await;
}

async fn what_is_given_up_lets_the_next_go(office: &Office) {
    let status = Arc::new(AtomicU16::new(500));
    let answer = status.clone();
    let receiver = Receiver::start(move |_| answer.load(Ordering::Relaxed)).await;
    let url = receiver.url();
    let webhook =
        office.webhook_with(&url, |it| (it.order_by, it.max_attempts) = (Some("application".into()), 1)).await;
    let ids = [fire(office, webhook, Some(7)).await, fire(office, webhook, Some(7)).await];
    let courier = office.courier().await;
    office.wait("failed", 2).await;
    assert_eq!(receiver.got().iter().map(|it| it.id()).collect::<Vec<_>>(), ids);
    courier.stop().await;
}

async fn keys_mean_nothing_where_no_order_is_asked_for(office: &Office) {
    let webhook = office.webhook(&hanging().await).await;
    for _ in 0..3 {
        fire(office, webhook, Some(1)).await;
    }
    let courier = office.courier().await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    let tx = office.read().await.unwrap();
    assert_eq!(tx.count("select count(*) from deliveries where node is not null", &[]).await.unwrap(), 3);
    drop(tx);
    drop(courier);
}

async fn several_nodes_keep_the_order(office: &Office) {
    if office.dialect() == sql::Dialect::Sqlite {
        return;
    }
    let receiver = Receiver::start(|_| 200).await;
    let webhook = ordered(office, &receiver.url()).await;
    let fired = fire_tens(office, webhook, 20).await;
    let nodes = [
        office.courier_named("one").await.unwrap(),
        office.courier_named("two").await.unwrap(),
        office.courier_named("three").await.unwrap(),
    ];
    office.wait("delivered", 200).await;
    assert_in_order(&receiver, &fired);
    assert_eq!(receiver.count(), 200, "each once");
    for node in nodes {
        node.stop().await;
    }
}

async fn a_replay_goes_by_the_same_line(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let webhook = ordered(office, &receiver.url()).await;
    let replayed = office.fire_with(webhook, |_, it| (it.order_key, it.replay) = (Some(1), true)).await;
    let live = fire(office, webhook, Some(1)).await;
    let courier = office.courier().await;
    office.wait("delivered", 2).await;
    assert_eq!(receiver.got().iter().map(|it| it.id()).collect::<Vec<_>>(), [replayed, live]);
    courier.stop().await;
}

async fn live_ones_do_not_wait_for_a_replay_that_is_spread_over_time(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let webhook = ordered(office, &receiver.url()).await;
    let later = office.now() + SignedDuration::from_hours(1);
    let change =
        |it: &mut courier::tables::Delivery| (it.order_key, it.replay, it.due_at) = (Some(1), true, Some(later));
    let spread = office.fire_with(webhook, |_, it| change(it)).await;
    let begun = office
        .fire_with(webhook, |_, it| {
            change(it);
            (it.attempts, it.order_key) = (1, Some(2));
        })
        .await;
    let live = fire(office, webhook, Some(1)).await;
    let waits = fire(office, webhook, Some(2)).await;
    let courier = office.courier().await;
    office.wait("delivered", 1).await;
    tokio::time::sleep(Duration::from_millis(150)).await;
    assert_eq!(receiver.got().iter().map(|it| it.id()).collect::<Vec<_>>(), [live]);
    office.advance(SignedDuration::from_hours(1));
    courier.wake();
    office.wait("delivered", 4).await;
    let got: Vec<i64> = receiver.got().iter().map(|it| it.id()).collect();
    let place = |id| got.iter().position(|it| *it == id);
    assert!(place(begun) < place(waits) && place(spread).is_some());
    courier.stop().await;
}
