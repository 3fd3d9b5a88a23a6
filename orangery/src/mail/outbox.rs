//! The outbox: takes what is due, hands it over, and writes down what came of it. Every node that has an SMTP server does so; none takes what
//! another has. Who dies between handing over and writing down sends twice; nothing is lost.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use tokio::{sync::Notify, task::JoinHandle};

use super::{CONNECTIONS, Letter, Mailer};
use crate::{
    domain::mail,
    error::Result,
    graph,
    house::Orangery,
    tables::{Door, Mail},
    work::Actor,
};

/// How often to look for what other nodes have written.
const POLL: Duration = Duration::from_secs(5);
/// How long to wait after the database failed.
const REST: Duration = Duration::from_secs(1);
/// How long what is on its way may take once the house closes.
const GRACE: Duration = Duration::from_secs(10);

/// Sends until it is stopped.
pub struct Outbox {
    stop: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Outbox {
    pub fn start(house: Orangery, mailer: Mailer) -> Self {
        let stop = Arc::new(Notify::new());
        let task = tokio::spawn(run(house, mailer, stop.clone()));
        Self { stop, task }
    }

    /// What is on its way is finished first, unless it takes too long.
    pub async fn stop(mut self) {
        self.stop.notify_one();
        if tokio::time::timeout(GRACE, &mut self.task).await.is_err() {
            self.task.abort();
        }
    }
}

async fn run(house: Orangery, mailer: Mailer, stop: Arc<Notify>) {
    loop {
        let wait = match send_due(&house, &mailer).await {
            Ok(0) => until_next(&house).await,
            Ok(_) => Duration::ZERO,
            Err(why) => {
                tracing::warn!(%why, "mail could not be sent");
                REST
            }
        };
        tokio::select! {
            biased;
            () = stop.notified() => return,
            () = house.mail_news(), if wait > Duration::ZERO => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn until_next(house: &Orangery) -> Duration {
    let next = async { graph::mail::next_due(&house.pool.read().await?).await };
    match next.await {
        Ok(Some(then)) => then.duration_since(house.now()).try_into().unwrap_or(Duration::ZERO).clamp(REST, POLL),
        Ok(None) => POLL,
        Err(why) => {
            tracing::warn!(%why, "the outbox could not be read");
            REST
        }
    }
}

/// Sends some of what is due, and answers how many that were.
pub async fn send_due(house: &Orangery, mailer: &Mailer) -> Result<usize> {
    let next = graph::mail::next_due(&house.pool.read().await?).await?;
    if next.is_none_or(|it| it > house.now()) {
        return Ok(0);
    }
    let claimed = house.write(actor(), async |work| mail::claim(work, CONNECTIONS as i64).await).await?;
    let count = claimed.len();
    let done = join_all(claimed.into_iter().map(|it| send(house, mailer, it))).await;
    done.into_iter().collect::<Result<()>>()?;
    Ok(count)
}

async fn send(house: &Orangery, mailer: &Mailer, row: Mail) -> Result<()> {
    let outcome = mailer.send(&Letter::of(&row), house.now()).await;
    match outcome {
        Ok(_) => note_sent(house, row.id, mailer.from()).await,
        Err(failure) => {
            // Why stands with the mail: servers repeat addresses, which are none of a log's business.
            tracing::warn!(mail = row.id, attempt = row.attempts, "a mail was not taken");
            let put_off = async move |work: &mut _| mail::put_off(work, &row, &failure.why, failure.is_final).await;
            house.write(actor(), put_off).await
        }
    }
}

/// What is not noted is sent again once the lease ends, so a database that is away for a moment is waited for.
async fn note_sent(house: &Orangery, id: i64, from: &str) -> Result<()> {
    for _ in 0..5 {
        match house.write(actor(), async move |work| mail::sent(work, id, from).await).await {
            Ok(()) => return Ok(()),
            Err(why) => tracing::warn!(mail = id, %why, "that a mail was sent could not be noted"),
        }
        tokio::time::sleep(REST).await;
    }
    house.write(actor(), async move |work| mail::sent(work, id, from).await).await
}

fn actor() -> Actor {
    Actor { user_id: None, api_key_id: None, door: Door::Timer, request: "outbox".to_owned() }
}
