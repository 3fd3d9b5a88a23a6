//! `orangery serve`.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::serve::ListenerExt;
use clap::Args;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use super::{Done, House, Opened, lock::Lock, opened::system_clock, out::words, time};
use crate::{
    access,
    domain::retention,
    hooks::{keep, replay, sequencer, watch},
    house::Orangery,
    http,
    mail::{Mailer, outbox::Outbox},
    search::worker::Worker,
    sweep,
    telemetry::{self, LogFormat},
};

/// How long requests that are under way may take once the doors close.
const GRACE: Duration = Duration::from_secs(10);

/// How often the retention rules are run; the first time a little after the start.
const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);
const RETENTION_AT_FIRST: Duration = Duration::from_secs(60);

/// Opens the doors: the APIs, and the delivery of web hooks
///
/// SIGTERM and Ctrl-C close them: requests and deliveries that are under way are finished first.
#[derive(Args)]
#[command(
    after_help = "Example: orangery serve --listen 127.0.0.1:8080 --data ./orangery-data --webhook-allow 127.0.0.0/8"
)]
pub struct Serve {
    /// The address to listen at
    #[arg(long, env = "ORANGERY_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// For so long /health/ready answers 503 before the doors close, so that a load balancer sends nobody any more
    #[arg(long, env = "ORANGERY_DRAIN", value_name = "TIME", default_value = "0s", value_parser = time::parse)]
    pub drain: Duration,
    /// So much each key may ask of Harvest, on this node, or `off`
    #[arg(long, env = "ORANGERY_RATE_LIMIT", value_name = "LIMIT", default_value = "50/10s")]
    pub rate_limit: time::Rate,
    /// How log lines are written; RUST_LOG says which
    #[arg(long, env = "ORANGERY_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,
    /// Bring an older schema up to date, as `orangery upgrade --yes` does
    #[arg(long, env = "ORANGERY_UPGRADE")]
    pub upgrade: bool,
    #[command(flatten)]
    pub house: House,
}

impl Serve {
    pub async fn run(self) -> Done {
        telemetry::log(self.log_format, "info,tokio_postgres=warn");
        telemetry::recorder();
        let listener = bind(self.listen).await?;
        let address = listener.local_addr().map_err(words)?;
        let place = self.house.place()?.upgrading(self.upgrade);
        let _alone = if place.is_sqlite() { Some(Lock::take(&place.data)?) } else { None };
        let opened = place.open(&format!("http://{address}"), Arc::new(system_clock)).await?;
        let house = opened.house.clone();
        if let time::Rate(Some(limit)) = self.rate_limit {
            house.limit(limit);
        }
        let running = Running::start(opened).await?;
        // Whoever reads that the house is open may ask it to end at once.
        let closing = closing(house.clone(), self.drain);
        eprintln!("Orangery is open at {}", house.links.public_url);
        if let Some(next) = next_step(&house).await? {
            eprintln!("{next}");
        }
        let served = serve(house, listener, closing).await;
        eprintln!("Closing: what is under way is finished");
        running.stop().await;
        served
    }
}

/// What a house does by itself while it is open: it delivers, numbers its journal, and forgets whom it is to forget.
pub struct Running {
    house: Orangery,
    sequencer: JoinHandle<()>,
    retention: JoinHandle<()>,
    upkeep: JoinHandle<()>,
    keep: JoinHandle<()>,
    replays: JoinHandle<()>,
    watch: JoinHandle<()>,
    access: JoinHandle<()>,
    search: Option<Worker>,
    files: JoinHandle<()>,
    outbox: Option<Outbox>,
}

impl Running {
    pub async fn start(opened: Opened) -> Result<Self, String> {
        opened.leave_address();
        let Opened { house, node, keep, mail, .. } = opened;
        let mailer = Mailer::new(&mail)?;
        let settings = house.courier_settings(&node);
        let started = courier::Courier::start(house.pool.clone(), house.seal.clone(), settings, house.clock.clone());
        let courier = started.await.map_err(|error| match error {
            courier::Error::NameTaken(node) => format!(
                "another node named {node:?} is running on this database; give each its own name: --node {node}-2"
            ),
            error => error.to_string(),
        })?;
        house.hire(courier);
        let sequencer = sequencer::run(house.clone());
        let retention = tokio::spawn(keep_retention(house.clone()));
        let keep = keep::run(house.clone(), keep);
        let replays = replay::run(house.clone());
        let watch = watch::run(house.clone());
        let access = access::run(house.clone());
        let search = Worker::start_here(&house);
        let files = sweep::run(house.clone());
        if mailer.is_none() {
            tracing::info!("no SMTP server is set (--smtp-url): mail waits in the outbox");
        }
        let outbox = mailer.map(|it| Outbox::start(house.clone(), it));
        let upkeep = telemetry::upkeep();
        Ok(Self { house, sequencer, retention, upkeep, keep, replays, watch, access, search, files, outbox })
    }

    pub async fn stop(self) {
        self.sequencer.abort();
        self.house.close();
        self.retention.abort();
        self.upkeep.abort();
        self.keep.abort();
        self.replays.abort();
        self.watch.abort();
        self.access.abort();
        access::flush(&self.house).await;
        self.search.iter().for_each(Worker::stop);
        self.files.abort();
        let outbox = async {
            if let Some(outbox) = self.outbox {
                outbox.stop().await;
            }
        };
        let courier = async {
            if let Some(courier) = self.house.courier() {
                courier.stop().await;
            }
        };
        tokio::join!(outbox, courier);
    }
}

/// Runs the retention rules once a day, on one node at a time.
async fn keep_retention(house: Orangery) {
    tokio::time::sleep(RETENTION_AT_FIRST).await;
    loop {
        match house.pool.lock_name("retention rules").await {
            Ok(Some(_turn)) => {
                if let Err(why) = Box::pin(retention::run_all(&house)).await {
                    tracing::error!(%why, "the retention rules could not be run");
                }
            }
            Ok(None) => {}
            Err(why) => tracing::warn!(%why, "the retention rules could not be run"),
        }
        tokio::time::sleep(RETENTION).await;
    }
}

pub async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| format!("can't listen at {address}: {error}"))
}

/// Serves until `until` comes; then what is under way is finished, unless it takes too long.
pub async fn serve(house: Orangery, listener: TcpListener, until: impl Future<Output = ()> + Send + 'static) -> Done {
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let service = http::router(house).into_make_service_with_connect_info::<SocketAddr>();
    let (close, closed) = oneshot::channel::<()>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(async { drop(closed.await) });
    let mut serving = tokio::spawn(async move { serving.await });
    tokio::select! {
        ended = &mut serving => return ended.map_err(words)?.map_err(|error| format!("the doors closed: {error}")),
        () = until => drop(close),
    }
    match tokio::time::timeout(GRACE, serving).await {
        Ok(ended) => ended.map_err(words)?.map_err(|error| format!("the doors closed: {error}")),
        Err(_) => Ok(()),
    }
}

/// Comes some time after the operating system asked us to end; in between the house says that it is not ready.
fn closing(house: Orangery, drain: Duration) -> impl Future<Output = ()> + Send + 'static {
    let stopped = stopped();
    async move {
        stopped.await;
        house.close();
        tokio::time::sleep(drain).await;
    }
}

/// What somebody who opens a house for the first time does next.
async fn next_step(house: &Orangery) -> Result<Option<String>, String> {
    let catalog = house.recent_catalog().await.map_err(words)?;
    if !catalog.users.is_empty() {
        return Ok(None);
    }
    Ok(Some(
        "Nobody is here yet. Next, in another terminal, with the same --data or --database-url:\n    \
         orangery user add --name 'Your Name' --email you@example.com --role site-admin\n    \
         orangery key add --name first --all"
            .to_owned(),
    ))
}

/// Comes when the operating system asks us to end; from this call on it does nothing worse.
pub fn stopped() -> impl Future<Output = ()> + Send + 'static {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = signal(SignalKind::terminate());
    let interrupt = signal(SignalKind::interrupt());
    async move {
        match (terminate, interrupt) {
            (Ok(mut terminate), Ok(mut interrupt)) => tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            },
            _ => drop(tokio::signal::ctrl_c().await),
        }
    }
}
