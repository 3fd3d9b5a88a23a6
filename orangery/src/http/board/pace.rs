//! How fast applications may come from one address: a guard against who sends them by the hundred.

use std::{
    net::{IpAddr, Ipv6Addr},
    num::NonZeroU32,
    sync::atomic::{AtomicU64, Ordering},
};

use axum::{
    Json,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock},
    middleware::NoOpMiddleware,
    state::keyed::HashMapStateStore,
};
use serde_json::json;

use crate::{house::Orangery, http::origin::address};

/// So many within a minute from one connection's address: the house of a careers page sends them for all that use it.
const PER_SENDER: u32 = 60;
/// So many within a minute from the address of one who applies, where that is told.
const PER_APPLICANT: u32 = 10;
/// After so many questions, what is past is forgotten.
const SWEEP: u64 = 1024;

type Limiter =
    RateLimiter<IpAddr, HashMapStateStore<IpAddr>, MonotonicClock, NoOpMiddleware<<MonotonicClock as Clock>::Instant>>;

pub struct Pace {
    senders: Limiter,
    applicants: Limiter,
    asked: AtomicU64,
}

impl Pace {
    pub fn new() -> Self {
        let limiter = |count: u32| {
            let count = NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
            RateLimiter::hashmap_with_clock(Quota::per_minute(count), MonotonicClock)
        };
        Self { senders: limiter(PER_SENDER), applicants: limiter(PER_APPLICANT), asked: AtomicU64::new(0) }
    }

    /// The answer that says when another one may come by this connection, unless it may.
    pub fn sender(&self, house: &Orangery, parts: &Parts) -> Option<Response> {
        if self.asked.fetch_add(1, Ordering::Relaxed) % SWEEP == SWEEP - 1 {
            self.senders.retain_recent();
            self.applicants.retain_recent();
        }
        refusal(&self.senders, address(house, &parts.extensions, &parts.headers)?)
    }

    /// The same by the address that the sender says that they have (SUB-13). It is not kept.
    pub fn applicant(&self, address: IpAddr) -> Option<Response> {
        refusal(&self.applicants, address)
    }
}

fn refusal(limiter: &Limiter, address: IpAddr) -> Option<Response> {
    let early = limiter.check_key(&network(address)).err()?;
    let wait = early.wait_time_from(MonotonicClock.now()).as_secs() + 1;
    let message = format!("Too many applications come from this address; try again in {wait} s");
    let body = json!({"message": message, "errors": [{"message": message}]});
    Some((StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, wait.to_string())], Json(body)).into_response())
}

/// Whoever has an address of IPv6 has a whole network of them.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(it) => IpAddr::V6(Ipv6Addr::from_bits(it.to_bits() >> 64 << 64)),
        v4 => v4,
    }
}
