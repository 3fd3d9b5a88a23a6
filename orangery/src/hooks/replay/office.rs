//! Replays that are worked off in the background: by the node that holds the office, one step of each after the other.

use std::time::{Duration, Instant};

use sql::params;
use tokio::task::JoinHandle;

use super::{AHEAD, count, find::Place, step};
use crate::{
    error::Result,
    house::Orangery,
    tables::{Door, Replay, ReplayStatus},
    work::Actor,
};

/// How often to look whether there is something to do.
const POLL: Duration = Duration::from_secs(1);

/// Works replays off until the task is aborted, on one node at a time.
pub fn run(house: Orangery) -> JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            if let Err(why) = hold_office(&house).await {
                tracing::warn!(%why, "replays could not go on");
            }
            tokio::time::sleep(POLL).await;
        }
    })
}

async fn hold_office(house: &Orangery) -> Result<()> {
    let Some(office) = house.pool.lock_name("replays").await? else { return Ok(()) };
    while office.held() {
        let tx = house.pool.read().await?;
        let due = "where finished_at is null and (next_due_at is null or next_due_at <= $1) order by id limit 100";
        let mut running: Vec<Replay> = tx.all(due, params![house.now() + AHEAD]).await?;
        drop(tx);
        // To count takes long, and others are not to wait for it.
        running.sort_by_key(|it| it.total.is_none());
        let mut went_on = false;
        for replay in running {
            let begun = Instant::now();
            let done = match replay.total {
                None => estimate(house, &replay).await,
                Some(_) => step(house, &replay).await.map(drop),
            };
            match done {
                Ok(()) => went_on = true,
                // The others are to go on all the same.
                Err(why) => tracing::warn!(replay = replay.id, %why, "a replay could not go on"),
            }
            // Others get as much of the database as a step took.
            tokio::time::sleep(begun.elapsed().clamp(Duration::from_millis(2), Duration::from_secs(1))).await;
        }
        if !went_on {
            tokio::time::sleep(POLL).await;
        }
    }
    Ok(())
}

/// Counts what there is still to do, for who wants to see how far it came.
async fn estimate(house: &Orangery, replay: &Replay) -> Result<()> {
    let parts = replay.parts()?;
    let rest = parts.get(usize::try_from(replay.part).unwrap_or_default()..).unwrap_or_default();
    let place = Place { at: replay.place, id: replay.place_id };
    let counts = count(house, replay.webhook_id, rest, place).await?;
    let total = replay.replayed + replay.created + counts.replayed + counts.created;
    let id = replay.id;
    let act = async move |work: &mut crate::work::Work| {
        let mut replay: Replay = work.tx.lock(id).await?;
        if replay.status == ReplayStatus::Running {
            replay.total = Some(total);
            work.tx.update(&replay).await?;
        }
        Ok(())
    };
    house.write(actor(replay), act).await
}

/// In whose name a step is made.
pub(super) fn actor(replay: &Replay) -> Actor {
    let request = format!("replay {}", replay.id);
    Actor { user_id: replay.actor_id, api_key_id: None, door: Door::Timer, request }
}
