//! `orangery listen`: a receiver in the terminal.

use std::{net::Ipv4Addr, sync::Arc, time::Duration};

use axum::http::StatusCode;
use clap::{Args, builder::NonEmptyStringValueParser};
use tokio::{net::TcpListener, sync::oneshot};

use super::{
    Done,
    out::words,
    read::{action, duration, part},
    receiver::{self, Manner, Misconduct, Tally},
    serve::stopped,
};
use crate::words::Word;

/// How long who is being answered is waited for in the end.
const FAREWELL: Duration = Duration::from_millis(500);

/// Receives web hooks in the terminal: verifies each signature and prints what arrived
///
/// A wrong signature is answered 401, everything else 200, unless you want to see what a sender does with other answers. What comes again
/// (the same Greenhouse-Event-ID), replays and tests are marked. Ctrl-C ends it and tells what came.
#[derive(Args)]
#[command(after_help = "Examples:\n  orangery listen --port 4000 --secret s3cret --body\n  \
                        orangery listen --secret s3cret --fail-rate 0.3 --delay 2s\n  \
                        orangery listen --status 503 --event hire_candidate --json")]
pub struct Listen {
    #[arg(long, default_value_t = 4000)]
    port: u16,
    /// The secret of the web hook; without it, signatures are not looked at
    #[arg(long, env = "ORANGERY_LISTEN_SECRET", hide_env_values = true, value_parser = NonEmptyStringValueParser::new())]
    secret: Option<String>,
    /// Print only this event, again and again for several; all are answered
    #[arg(long = "event", value_parser = heard)]
    events: Vec<String>,
    /// Print the bodies too
    #[arg(long)]
    body: bool,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
    /// The part of all requests, from 0 to 1, that fails: it is answered with --status, or 500. Pings are spared, since one that
    /// fails disables the web hook
    #[arg(long, value_parser = part)]
    fail_rate: Option<f64>,
    /// What to answer: always, or with --fail-rate to that part of them
    #[arg(long, value_name = "CODE", value_parser = clap::value_parser!(u16).range(200..=599))]
    status: Option<u16>,
    /// How long to wait before each answer: 500ms, 2s
    #[arg(long, default_value = "0ms", value_name = "TIME", value_parser = duration)]
    delay: Duration,
    /// Begin to answer 200, and send a byte of the body a second without end
    #[arg(long, conflicts_with = "hang")]
    drip: bool,
    /// Take requests and never answer
    #[arg(long)]
    hang: bool,
}

fn heard(text: &str) -> Result<String, String> {
    match text {
        "ping" => Ok(text.to_owned()),
        _ => action(text).map(|it| it.word().to_owned()).map_err(|why| format!("{why}, ping")),
    }
}

impl Listen {
    pub async fn run(self) -> Done {
        let at = (Ipv4Addr::LOCALHOST, self.port);
        let listener = TcpListener::bind(at)
            .await
            .map_err(|error| format!("can't listen at port {}: {error}; --port names another", self.port))?;
        let address = listener.local_addr().map_err(words)?;
        eprintln!("Listening at http://{address}; end with Ctrl-C");
        if self.secret.is_none() {
            eprintln!("Without --secret, signatures are not looked at.");
        }
        let tally = Arc::new(Tally::default());
        let router = receiver::router(self.manner()?, tally.clone());
        let (tell, told) = oneshot::channel::<()>();
        let served = axum::serve(listener, router).with_graceful_shutdown(async { drop(told.await) });
        let mut served = tokio::spawn(served.into_future());
        tokio::select! {
            ended = &mut served => ended.map_err(words)?.map_err(words)?,
            () = stopped() => {
                drop(tell);
                // Who hangs or drips would never be done.
                drop(tokio::time::timeout(FAREWELL, served).await);
            }
        }
        eprintln!("\n{}", tally.summary());
        Ok(())
    }

    fn manner(self) -> Result<Manner, String> {
        let failing = self.fail_rate.is_some() || self.status.is_some();
        let status = StatusCode::from_u16(self.status.unwrap_or(500)).map_err(words)?;
        let fail_rate = self.fail_rate.unwrap_or(if failing { 1.0 } else { 0.0 });
        let misconduct = match (self.hang, self.drip) {
            (true, _) => Misconduct::Hang,
            (_, true) => Misconduct::Drip,
            _ => Misconduct::Answer(status),
        };
        let fail_rate = if self.fail_rate.is_none() && (self.hang || self.drip) { 1.0 } else { fail_rate };
        Ok(Manner {
            secret: self.secret,
            fail_rate,
            misconduct,
            spare_pings: self.fail_rate.is_some(),
            delay: self.delay,
            json: self.json,
            body: self.body,
            events: self.events,
        })
    }
}
