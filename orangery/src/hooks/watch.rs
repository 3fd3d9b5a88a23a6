//! Watches over the endpoints, on one node at a time: woken by the courier when something must be seen to, and every minute.

use std::time::Duration;

use courier::endpoint::{Health, Webhook};
use jiff::SignedDuration;
use sql::params;
use tokio::task::JoinHandle;

use super::{ping, trouble::given_up};
use crate::{
    domain::{mail, notice, trouble},
    error::Result,
    house::Orangery,
    tables::{Door, MailKind},
    work::Actor,
};

const POLL: Duration = Duration::from_secs(60);
/// How long to wait once something failed: a little longer than it takes to be sure of what was given up.
const PAUSE: Duration = Duration::from_secs(6);
/// How long until another node may take over, and how long to wait after the database failed.
const REST: Duration = Duration::from_secs(5);
/// How long mails and notices are kept that are nobody's business any more.
const KEEP: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Watches until the task is aborted.
pub fn run(house: Orangery) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            if let Err(why) = hold_office(&house).await {
                tracing::warn!(%why, "the endpoints could not be watched");
            }
            tokio::time::sleep(REST).await;
        }
    })
}

/// Watches for as long as this node holds the name. The name is an economy: the verbs do nothing twice.
async fn hold_office(house: &Orangery) -> Result<()> {
    let Some(office) = house.pool.lock_name("endpoint watch").await? else { return Ok(()) };
    let mut trouble = house.courier().map(courier::Courier::trouble);
    while office.held() {
        look_once(house).await?;
        let woken = async {
            if let Some(trouble) = &mut trouble
                && trouble.changed().await.is_ok()
            {
                return tokio::time::sleep(PAUSE).await;
            }
            // Nobody delivers here.
            std::future::pending().await
        };
        let _ = tokio::time::timeout(POLL, woken).await;
    }
    Ok(())
}

/// Does all that is due at this moment. What fails for one endpoint keeps no other.
pub async fn look_once(house: &Orangery) -> Result<()> {
    let due = Due::read(house).await?;
    for id in due.troubled {
        match house.write(actor(), async move |work| trouble::see_to(work, id).await).await {
            Ok(false) => {}
            Ok(true) => ping::changed(house, id),
            Err(why) => tracing::error!(webhook = id, %why, "an endpoint in trouble could not be seen to"),
        }
    }
    for id in due.to_tell {
        let told = house.write(actor(), async move |work| trouble::tell_of_given_up(work, id).await).await;
        if let Err(why) = told {
            tracing::error!(webhook = id, %why, "nobody could be told of what was given up");
        }
    }
    if due.notices {
        house.write(actor(), async move |work| trouble::settle_notices(work).await).await?;
    }
    let then = house.now() - KEEP;
    if due.old {
        while house.write(actor(), async move |work| mail::forget(work, then).await).await? > 0 {}
        while house.write(actor(), async move |work| notice::forget(work, then).await).await? > 0 {}
    }
    Ok(())
}

/// What there is to do, by a look that changes nothing. The verbs ask again.
struct Due {
    /// Endpoints to be warned of or disabled.
    troubled: Vec<i64>,
    /// Those of whose deliveries somebody is to be told.
    to_tell: Vec<i64>,
    /// There are open notices.
    notices: bool,
    /// There are mails and notices to be forgotten.
    old: bool,
}

impl Due {
    async fn read(house: &Orangery) -> Result<Self> {
        let (tx, now) = (house.pool.read().await?, house.now());
        let rows: Vec<Webhook> = tx.all("order by id", &[]).await?;
        let health: Vec<Health> = tx.all("order by webhook_id", &[]).await?;
        let mut to_tell = Vec::new();
        for it in rows.iter().filter(|it| it.error_email.is_some()) {
            let health = health.iter().find(|health| health.webhook_id == it.id);
            if let Some((after, until)) = health.and_then(|it| trouble::untold(it, now))
                // Without an SMTP server mail waits for long, and what was given up need not be counted each minute.
                && !mail::is_waiting(&tx, MailKind::DeliveriesGivenUp, it.id).await?
                && given_up(&tx, it.id, after, until).await?.is_some()
            {
                to_tell.push(it.id);
            }
        }
        let notices = tx.row("select 1 from notices where dismissed_at is null limit 1", &[]).await?.is_some();
        let old = "select 1 where exists (select 1 from mails where finished_at is not null and finished_at < $1) \
                   or exists (select 1 from mails where due_at is not null and due_at < $1) \
                   or exists (select 1 from notices where dismissed_at is not null and dismissed_at < $1)";
        let old = tx.row(old, params![now - KEEP]).await?.is_some();
        Ok(Self { troubled: trouble::troubled(&rows, &health, now), to_tell, notices, old })
    }
}

fn actor() -> Actor {
    Actor { user_id: None, api_key_id: None, door: Door::Timer, request: "endpoint watch".to_owned() }
}
