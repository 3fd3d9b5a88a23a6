//! A process that is killed, again and again, while it delivers: nothing is lost.

use std::{
    collections::HashMap,
    process::{Child, Command, Stdio},
    time::Duration,
};

use crate::{
    office::{Office, on_both},
    receiver::Receiver,
};

on_both!(killed_at_any_moment_nothing_is_lost);

/// Where the process that is to be killed finds its database.
const DATABASE: &str = "COURIER_TEST_CRASH";

const KILLS: usize = 4;

async fn killed_at_any_moment_nothing_is_lost(office: &Office) {
    let receiver = Receiver::start(|_| 200).await;
    let mut webhooks = Vec::new();
    for _ in 0..3 {
        webhooks.push(office.webhook(&receiver.url()).await);
    }
    let mut fired = 0;
    for kills in 1..=KILLS {
        for webhook in &webhooks {
            office.fire_many(*webhook, 200).await;
            fired += 200;
        }
        let mut victim = victim(&office.url);
        receiver.wait(receiver.count() + 40 * kills).await;
        victim.kill().unwrap();
        victim.wait().unwrap();
    }
    let courier = office.courier().await;
    office.wait("delivered", fired).await;
    courier.stop().await;

    let mut times: HashMap<i64, usize> = HashMap::new();
    receiver.got().iter().for_each(|it| *times.entry(it.id()).or_default() += 1);
    assert_eq!(times.len() as i64, fired, "each arrived");
    let again: usize = times.values().map(|it| it - 1).sum();
    // What had been sent and was not written down yet.
    assert!(again < KILLS * 300, "{again} arrived again");
    let tx = office.read().await.unwrap();
    assert_eq!(tx.count("select count(*) from deliveries where node is not null", &[]).await.unwrap(), 0);
    let attempts = "select count(*) from attempts where status_code = 200";
    assert!(tx.count(attempts, &[]).await.unwrap() >= fired, "each attempt that arrived at last is written down");
}

/// This program again, with nothing to do but `the_victim`.
fn victim(url: &str) -> Child {
    let program = std::env::current_exe().unwrap();
    let mut command = Command::new(program);
    command.args(["crash::the_victim", "--exact"]).env(DATABASE, url);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Delivers until it is killed; does nothing where it is run among the other tests.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_victim() {
    let Ok(url) = std::env::var(DATABASE) else { return };
    let office = Office::of(&url).await;
    let _courier = office.courier().await;
    tokio::time::sleep(Duration::from_secs(60)).await;
}
