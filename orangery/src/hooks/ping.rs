//! An endpoint that is saved or changed is pinged (WH-3, SEND-6): after the Work that stored it, and before the one that keeps what came of it.

use courier::{
    client::Outcome,
    endpoint::{self, Webhook},
};

use super::{Action, labels::label, sequencer};
use crate::{
    domain::webhook::{self, Then},
    error::{Error, Result},
    house::{Orangery, USER_AGENT},
    work::Actor,
};

/// Pings the endpoint as it is stored, and does what follows from the answer. It is finished even if nobody waits for it any more, or an
/// endpoint would be left waiting for its ping when a client hangs up.
pub async fn saved(house: &Orangery, actor: Actor, row: Webhook, then: Then) -> Result<(Webhook, Outcome)> {
    let house = house.clone();
    let done = tokio::spawn(async move {
        let outcome = send(&house, &row).await;
        let (id, said) = (row.id, outcome.clone());
        // What was not numbered by then is not missed, if this enables it.
        sequencer::number_now(&house.pool).await?;
        let row = house.write(actor, async move |work| webhook::pinged(work, &row, &said, then).await).await?;
        changed(&house, id);
        Ok((row, outcome))
    });
    done.await.unwrap_or_else(|why| Err(Error::Database(sql::Error::Unavailable(format!("the ping broke off: {why}")))))
}

/// Pings, and nothing follows from the answer.
pub async fn send(house: &Orangery, row: &Webhook) -> Outcome {
    match house.client() {
        Ok(client) => endpoint::ping(client, &house.seal, USER_AGENT, row, &labels(row), house.now()).await,
        Err(why) => Outcome::failed(why),
    }
}

/// Tells the courier that an endpoint is not what it was.
pub fn changed(house: &Orangery, id: i64) {
    if let Some(courier) = house.courier() {
        courier.forget_endpoint(id);
    }
}

fn labels(row: &Webhook) -> Vec<String> {
    webhook::listened(&row.events.0).map(|it: Action| label(it).to_owned()).collect()
}
