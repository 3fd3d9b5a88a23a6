//! `orangery listen`: a receiver in the terminal.

use std::{net::Ipv4Addr, sync::Arc, sync::atomic::Ordering, time::Duration};

use clap::Args;
use tokio::net::TcpListener;

use super::{
    Done,
    out::words,
    receiver::{self, Manner, Tally},
    serve::stopped,
};

/// Receives web hooks in the terminal: verifies each signature and prints what arrived
///
/// A wrong signature is answered 401, what is to fail 500, everything else 200.
#[derive(Args)]
#[command(after_help = "Example: orangery listen --port 4000 --secret s3cret --fail-rate 0.2")]
pub struct Listen {
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// The secret of the web hook; without it, signatures are not looked at
    #[arg(long, env = "ORANGERY_LISTEN_SECRET", hide_env_values = true)]
    secret: Option<String>,
    /// The part of all requests, from 0 to 1, that is answered 500, to see retries
    #[arg(long, default_value_t = 0.0, value_parser = part)]
    fail_rate: f64,
    /// How long to wait before each answer: 500ms, 2s
    #[arg(long, default_value = "0ms", value_parser = duration)]
    delay: Duration,
    /// Print the bodies too
    #[arg(long)]
    body: bool,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
}

impl Listen {
    pub async fn run(self) -> Done {
        let at = (Ipv4Addr::LOCALHOST, self.port);
        let listener =
            TcpListener::bind(at).await.map_err(|error| format!("can't listen at port {}: {error}", self.port))?;
        let address = listener.local_addr().map_err(words)?;
        eprintln!("Listening at http://{address}; end with Ctrl-C");
        let tally = Arc::new(Tally::default());
        let manner = Manner {
            secret: self.secret,
            fail_rate: self.fail_rate,
            delay: self.delay,
            json: self.json,
            body: self.body,
        };
        let router = receiver::router(manner, tally.clone());
        axum::serve(listener, router).with_graceful_shutdown(stopped()).await.map_err(words)?;
        let count = |it: &std::sync::atomic::AtomicU64| it.load(Ordering::Relaxed);
        eprintln!(
            "{} received, {} with a wrong signature, {} answered 500",
            count(&tally.received),
            count(&tally.unsigned),
            count(&tally.failed)
        );
        Ok(())
    }
}

fn part(text: &str) -> Result<f64, String> {
    let part: f64 = text.parse().map_err(words)?;
    if (0.0..=1.0).contains(&part) { Ok(part) } else { Err("must be from 0 to 1".to_owned()) }
}

/// `500ms`, `2s`, `1m`; at most an hour.
pub fn duration(text: &str) -> Result<Duration, String> {
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: u64 = number.parse().map_err(|_| "must be a number and a unit: 500ms, 2s, 1m")?;
    let millis = match unit {
        "ms" => Some(number),
        "s" => number.checked_mul(1000),
        "m" => number.checked_mul(60_000),
        _ => return Err("must be a number and a unit: 500ms, 2s, 1m".to_owned()),
    };
    let hour = 3_600_000;
    millis.filter(|it| *it <= hour).map(Duration::from_millis).ok_or_else(|| "must be at most an hour".to_owned())
}
