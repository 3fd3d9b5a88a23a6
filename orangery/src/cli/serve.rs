//! `orangery serve`.

use std::net::SocketAddr;

use axum::serve::ListenerExt;
use clap::Args;
use tokio::net::TcpListener;

use super::{Done, House, Opened};
use crate::http;

/// Opens the doors: the APIs, and the delivery of web hooks
///
/// Example: orangery serve --listen 127.0.0.1:8080 --data ./orangery-data --webhook-allow 127.0.0.0/8
#[derive(Args)]
pub struct Serve {
    /// The address to listen at
    #[arg(long, env = "ORANGERY_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    #[command(flatten)]
    pub house: House,
}

impl Serve {
    pub async fn run(self) -> Done {
        log();
        let listener = TcpListener::bind(self.listen)
            .await
            .map_err(|error| format!("can't listen at {}: {error}", self.listen))?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        let opened = self.house.open(&format!("http://{address}")).await?;
        eprintln!("Orangery is open at {}", opened.house.links.public_url);
        serve(opened, listener, stopped()).await
    }
}

/// Serves until `until` comes; then what is under way is finished.
pub async fn serve(opened: Opened, listener: TcpListener, until: impl Future<Output = ()> + Send + 'static) -> Done {
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let service = http::router(opened.house.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(until).await;
    served.map_err(|error| format!("the doors closed: {error}"))
}

/// Comes when the operating system asks us to end.
pub async fn stopped() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        },
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

/// Log lines to the terminal; `RUST_LOG` says which.
pub fn log() {
    let filter =
        tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info,tokio_postgres=warn".into());
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
