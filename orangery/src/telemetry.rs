//! What the house tells of itself to who runs it: log lines and measures. Crates measure by the facade `metrics`, each where it happens; here is
//! the one recorder behind it, with what each measure means. It is set up before the database is opened, since meters are bound there.

use std::{sync::OnceLock, time::Duration};

use clap::ValueEnum;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::task::JoinHandle;

static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Histograms hold what was measured as it came until somebody asks, or this time is over.
const UPKEEP: Duration = Duration::from_secs(1);

/// Bounds of times in seconds: of requests and attempts, and of what the database does.
const SECONDS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];
const SHORT_SECONDS: &[f64] = &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];
/// Bounds of how many transactions share a commit.
const SIZES: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// What is counted and timed where it happens. What is asked for at a scrape describes itself: `http/metrics.rs`.
const COUNTERS: &[(&str, &str)] = &[
    ("orangery_http_requests_total", "Requests that were answered, by method, route and status"),
    ("orangery_deliveries_total", "Attempts by what became of the delivery: delivered, retried later, failed for good"),
    (
        "orangery_attempts_total",
        "Attempts to deliver a web hook, by class of the status that was answered; none: no answer",
    ),
    ("orangery_journal_removed_total", "Entries of the journal that were removed for their age"),
    ("orangery_attachment_texts_total", "Files that were read for search, by what became of it"),
    ("orangery_access_records_lost_total", "Reads over Harvest that are missing in the audit log"),
    ("orangery_attempts_removed_total", "Attempts that were removed for their age"),
];
const GAUGES: &[(&str, &str)] = &[
    ("orangery_deliveries_in_flight", "Requests to endpoints that this node has under way"),
    ("orangery_deliveries_claimed", "Deliveries that this node has claimed, those in flight included"),
];
const HISTOGRAMS: &[(&str, &str)] = &[
    ("orangery_http_request_duration_seconds", "How long requests took, by method and route"),
    ("orangery_attempt_duration_seconds", "How long attempts took, all told"),
    ("orangery_attempt_first_byte_seconds", "Until the first byte of the answer to an attempt"),
    (
        "orangery_delivery_latency_seconds",
        "From an event until the first attempt to deliver it was begun, replays left out",
    ),
    ("orangery_database_commit_duration_seconds", "How long a commit took; on SQLite one may serve many transactions"),
    ("orangery_database_commit_transactions", "How many transactions a commit of SQLite served"),
    (
        "orangery_database_wait_duration_seconds",
        "How long a transaction waited for its turn or a connection, by what for",
    ),
];

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// An object per line, with the span that it belongs to.
    Json,
}

/// Log lines to standard error; `RUST_LOG` says which, `otherwise` what else.
pub fn log(format: LogFormat, otherwise: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| otherwise.into());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = match format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).try_init(),
    };
}

/// Sets the recorder up, once in a process, and answers it. None if another one is there.
pub fn recorder() -> Option<&'static PrometheusHandle> {
    let made = RECORDER.get_or_init(|| {
        let recorder = builder().ok()?.build_recorder();
        let handle = recorder.handle();
        metrics::set_global_recorder(recorder).ok()?;
        COUNTERS.iter().for_each(|(name, help)| metrics::describe_counter!(*name, *help));
        GAUGES.iter().for_each(|(name, help)| metrics::describe_gauge!(*name, *help));
        HISTOGRAMS.iter().for_each(|(name, help)| metrics::describe_histogram!(*name, *help));
        Some(handle)
    });
    made.as_ref()
}

fn builder() -> Result<PrometheusBuilder, BuildError> {
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?
        .set_buckets_for_metric(Matcher::Full("orangery_database_commit_duration_seconds".to_owned()), SHORT_SECONDS)?
        .set_buckets_for_metric(Matcher::Full("orangery_database_wait_duration_seconds".to_owned()), SHORT_SECONDS)?
        .set_buckets_for_metric(Matcher::Full("orangery_delivery_latency_seconds".to_owned()), SHORT_SECONDS)?
        .set_buckets_for_metric(Matcher::Full("orangery_database_commit_transactions".to_owned()), SIZES)
}

/// Counts what was measured into its buckets from time to time, so that it takes no room where nobody asks.
pub fn upkeep() -> JoinHandle<()> {
    tokio::spawn(async {
        loop {
            tokio::time::sleep(UPKEEP).await;
            if let Some(recorder) = recorder() {
                recorder.run_upkeep();
            }
        }
    })
}
