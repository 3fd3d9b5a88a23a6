//! What a courier counts, for whoever installed a recorder before it was started.

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};

use crate::settle::{Fate, Finished};

pub struct Meters {
    delivered: Counter,
    retried: Counter,
    failed: Counter,
    /// By the first digit of the status; 0: there was no answer.
    attempts: [Counter; 6],
    duration: Histogram,
    first_byte: Histogram,
    latency: Histogram,
    in_flight: Gauge,
    claimed: Gauge,
}

impl Meters {
    pub fn new() -> Self {
        let deliveries = |outcome: &'static str| counter!("orangery_deliveries_total", "outcome" => outcome);
        let attempts = |status: &'static str| counter!("orangery_attempts_total", "status" => status);
        Self {
            delivered: deliveries("delivered"),
            retried: deliveries("retried"),
            failed: deliveries("failed"),
            attempts: ["none", "1xx", "2xx", "3xx", "4xx", "5xx"].map(attempts),
            duration: histogram!("orangery_attempt_duration_seconds"),
            first_byte: histogram!("orangery_attempt_first_byte_seconds"),
            latency: histogram!("orangery_delivery_latency_seconds"),
            in_flight: gauge!("orangery_deliveries_in_flight"),
            claimed: gauge!("orangery_deliveries_claimed"),
        }
    }

    /// These were settled.
    pub fn settled(&self, finished: &[Finished]) {
        for it in finished {
            match it.fate {
                Fate::Delivered => self.delivered.increment(1),
                Fate::Again(_) => self.retried.increment(1),
                Fate::Failed => self.failed.increment(1),
            }
            // What was erased was not sent.
            if it.signed.is_none() {
                continue;
            }
            let class = usize::from(it.outcome.status.unwrap_or(0) / 100);
            self.attempts.get(class).unwrap_or(&self.attempts[0]).increment(1);
            self.duration.record(it.outcome.total.as_secs_f64());
            if let Some(first_byte) = it.outcome.first_byte {
                self.first_byte.record(first_byte.as_secs_f64());
            }
            if it.number == 1 && !it.replay {
                self.latency.record(it.started.duration_since(it.due).as_secs_f64().max(0.0));
            }
        }
    }

    pub fn now(&self, in_flight: usize, claimed: usize) {
        self.in_flight.set(in_flight as f64);
        self.claimed.set(claimed as f64);
    }
}
