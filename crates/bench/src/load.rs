//! Many clients at once: in a closed loop, each asking again when it is answered, or in an open one, by the clock.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{sync::mpsc, time::MissedTickBehavior};

use crate::{
    Done,
    client::{Asked, Client},
};

/// Rejects all of `ids`, by `clients` at once.
pub async fn reject_all(server: SocketAddr, ids: Vec<i64>, clients: usize) -> Done<Vec<Asked>> {
    let ids = Arc::new(ids);
    let next = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..clients).map(|_| tokio::spawn(closed(server, ids.clone(), next.clone()))).collect();
    let mut asked = Vec::with_capacity(ids.len());
    for task in tasks {
        asked.extend(task.await.map_err(|error| error.to_string())??);
    }
    Ok(asked)
}

async fn closed(server: SocketAddr, ids: Arc<Vec<i64>>, next: Arc<AtomicUsize>) -> Done<Vec<Asked>> {
    let mut client = Client::connect(server).await?;
    let mut asked = Vec::new();
    while let Some(&application_id) = ids.get(next.fetch_add(1, Ordering::Relaxed)) {
        asked.push(client.reject(application_id).await?);
    }
    Ok(asked)
}

/// Rejects `ids`, so many a second, however long the answers take; `clients` are enough for those that are under way at once.
pub async fn reject_by_the_clock(
    server: SocketAddr,
    ids: Vec<i64>,
    per_second: u32,
    clients: usize,
) -> Done<Vec<Asked>> {
    let (sender, receiver) = mpsc::unbounded_channel();
    let receiver = Arc::new(tokio::sync::Mutex::new(receiver));
    let mut tasks = Vec::new();
    for _ in 0..clients {
        let mut client = Client::connect(server).await?;
        let receiver = receiver.clone();
        tasks.push(tokio::spawn(async move {
            let mut asked = Vec::new();
            loop {
                let next = receiver.lock().await.recv().await;
                let Some((application_id, due)) = next else { return Done::Ok(asked) };
                // From when it was due: had all clients been busy, waiting for one of them counts.
                asked.push(Asked { sent: due, ..client.reject(application_id).await? });
            }
        }));
    }
    let mut ticks = tokio::time::interval(Duration::from_secs(1) / per_second);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let count = ids.len();
    for application_id in ids {
        ticks.tick().await;
        let _ = sender.send((application_id, Instant::now()));
    }
    drop(sender);
    let mut asked = Vec::with_capacity(count);
    for task in tasks {
        asked.extend(task.await.map_err(|error| error.to_string())??);
    }
    Ok(asked)
}

/// The value below which `share` of `values` lie.
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get(((last as f64) * share).round() as usize).copied().unwrap_or(0.0)
}

pub fn median(values: &mut [f64]) -> f64 {
    percentile(values, 0.5)
}
