//! The posts: as many at once as there are places for, each of them written down on the board when it ends.

use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{Arc, atomic::Ordering},
};

use futures_util::FutureExt;
use jiff::Timestamp;
use tokio::time::Instant;
use tracing::Instrument;

use super::Shared;
use crate::{
    board::{Call, Flight, Now},
    client::Outcome,
    desk::SLOW,
    target::Marks,
};

impl Shared {
    /// Starts as many posts as there are places.
    pub(super) fn dispatch(self: &Arc<Self>) {
        loop {
            let next = self.board().next(self.at());
            let Some(flight) = next else { return };
            tokio::spawn(self.clone().fly(flight));
        }
    }

    /// One post after the other, as long as there are any.
    async fn fly(self: Arc<Self>, mut flight: Flight) {
        loop {
            let started = (self.clock)();
            let job = &flight.job;
            let span = tracing::debug_span!(
                "attempt",
                delivery = job.delivery_id,
                webhook = job.webhook_id,
                number = job.number
            );
            let post = self.post(&flight, started).instrument(span.clone());
            let outcome = self.watch(&flight, AssertUnwindSafe(post).catch_unwind()).await;
            let outcome = outcome.unwrap_or_else(|_| Outcome::failed("a fault in the server, see its log"));
            let (status, ms) = (outcome.status, outcome.total.as_millis() as u64);
            tracing::debug!(parent: &span, status, ms, error = outcome.error.as_deref(), "attempted");
            let finished = (self.clock)();
            if self.dropped.load(Ordering::Relaxed) {
                return;
            }
            let (call, next) = {
                let mut board = self.board();
                (board.land(&flight, started, finished, outcome), board.next(self.at()))
            };
            match call {
                Call::Now => self.now.notify_one(),
                Call::Soon => self.soon.notify_one(),
            }
            let Some(next) = next else { return };
            flight = next;
            // A place more may have come free than the one just taken.
            self.dispatch();
        }
    }

    /// Nobody is to wait until it ends to learn that it takes long.
    async fn watch<T>(self: &Arc<Self>, flight: &Flight, post: impl Future<Output = T>) -> T {
        let mut post = pin!(post);
        if let Ok(done) = tokio::time::timeout(SLOW, &mut post).await {
            return done;
        }
        if self.board().stall(flight, Instant::now()) {
            self.now.notify_one();
        }
        self.dispatch();
        post.await
    }

    fn at(&self) -> Now {
        Now { clock: (self.clock)(), instant: Instant::now() }
    }

    async fn post(&self, flight: &Flight, now: Timestamp) -> Outcome {
        let job = &flight.job;
        match &flight.target {
            Ok(target) => {
                let marks = Marks { replay: job.replay, test: job.test };
                let body = job.body.clone().unwrap_or_default();
                self.client.post(target.post(&job.delivery_id.to_string(), body, marks, now)).await
            }
            Err(why) => Outcome::failed(why.clone()),
        }
    }
}
