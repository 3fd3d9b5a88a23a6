//! How much a key may ask (RATE-1 … RATE-3): so many requests in a window that begins with the first of them. Counted in the memory of this node,
//! never in the database: what is refused must cost nothing.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};

/// So many requests in so much time: `50/10s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    pub requests: u32,
    pub window: SignedDuration,
}

/// How a key stands after a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub limit: u32,
    pub remaining: u32,
    /// When the window ends.
    pub reset: Timestamp,
    /// Until then, in whole seconds, one at least.
    pub wait: i64,
}

/// The windows of all keys that have asked.
pub struct Rate {
    limit: Limit,
    windows: Mutex<HashMap<i64, Window>>,
}

#[derive(Clone, Copy)]
struct Window {
    began: Timestamp,
    used: u32,
}

impl Rate {
    pub fn new(limit: Limit) -> Self {
        Self { limit, windows: Mutex::default() }
    }

    /// Counts a request of that key; an error refuses it.
    pub fn take(&self, key: i64, now: Timestamp) -> Result<Standing, Standing> {
        let Limit { requests, window: length } = self.limit;
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(key).or_insert(Window { began: now, used: 0 });
        // A clock that was set back must shut nobody out.
        if now < window.began || now.duration_since(window.began) >= length {
            *window = Window { began: now, used: 0 };
        }
        let reset = window.began.saturating_add(length).unwrap_or(Timestamp::MAX);
        let wait = (reset.as_millisecond() - now.as_millisecond() + 999).div_euclid(1000).max(1);
        let standing = |used: u32| Standing { limit: requests, remaining: requests - used, reset, wait };
        if window.used >= requests {
            return Err(standing(requests));
        }
        window.used += 1;
        Ok(standing(window.used))
    }
}
