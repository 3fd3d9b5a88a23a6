//! Clients that reject one application after the other, come what may: a server that goes is asked again as soon as it is back.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use tokio::task::JoinHandle;

use crate::{Done, client::Client};

pub struct Writers {
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

struct Shared {
    servers: Mutex<Vec<SocketAddr>>,
    next: AtomicI64,
    last: i64,
    ended: AtomicBool,
    acknowledged: Mutex<Vec<i64>>,
}

impl Writers {
    /// So many clients, which take the applications from the first to the last and the servers in turn.
    pub fn start(servers: &[SocketAddr], clients: usize, first: i64, last: i64) -> Self {
        let shared = Arc::new(Shared {
            servers: Mutex::new(servers.to_vec()),
            next: AtomicI64::new(first),
            last,
            ended: AtomicBool::new(false),
            acknowledged: Mutex::default(),
        });
        let tasks = (0..clients).map(|n| tokio::spawn(shared.clone().write(n))).collect();
        Self { shared, tasks }
    }

    /// From now on these are the servers.
    pub fn spread(&self, servers: &[SocketAddr]) {
        *self.shared.servers.lock().unwrap_or_else(PoisonError::into_inner) = servers.to_vec();
    }

    pub fn still_writing(&self) -> Done {
        let ran_out = self.shared.next.load(Ordering::Relaxed) > self.shared.last;
        if ran_out { Err("there were too few applications for so much time".to_owned()) } else { Ok(()) }
    }

    /// The applications whose rejection was acknowledged.
    pub async fn end(self) -> Done<Vec<i64>> {
        self.shared.ended.store(true, Ordering::Relaxed);
        for task in self.tasks {
            task.await.map_err(|error| error.to_string())?;
        }
        Ok(std::mem::take(&mut *self.shared.acknowledged.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Shared {
    async fn write(self: Arc<Self>, mut n: usize) {
        while !self.ended.load(Ordering::Relaxed) {
            let server = {
                let servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
                servers[n % servers.len()]
            };
            n += 1;
            match Client::connect(server).await {
                Ok(client) => self.write_to(client).await,
                Err(_) => tokio::time::sleep(Duration::from_millis(2)).await,
            }
        }
    }

    /// Until there is no answer: what was asked then may be done or not, so that nobody counts on it. Not for ever, as there may be another
    /// server by then.
    async fn write_to(&self, mut client: Client) {
        for _ in 0..500 {
            let application_id = self.next.fetch_add(1, Ordering::Relaxed);
            if self.ended.load(Ordering::Relaxed) || application_id > self.last {
                self.ended.store(true, Ordering::Relaxed);
                return;
            }
            match client.reject(application_id).await {
                Ok(asked) => {
                    let mut acknowledged = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
                    acknowledged.push(asked.application_id);
                }
                Err(_) => return,
            }
        }
    }
}
