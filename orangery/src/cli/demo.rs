//! `orangery demo`: a sample company that lives, and a receiver to which its web hooks go.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Args;
use courier::endpoint::Webhook as Row;
use fastrand::Rng;
use tokio::net::TcpListener;

use super::{
    Done, House,
    lock::Lock,
    opened::{command, system_clock},
    out::{self, words},
    receiver::{self, Manner, Tally},
    serve::{Running, bind, serve, stopped},
};
use crate::{
    demo::{self, Time, live},
    domain::{
        key::{self, NewKey},
        webhook::{self, NewWebhook, Settings, Then},
    },
    hooks::{deliveries, ping},
    house::Orangery,
    tables::KeyKind,
    telemetry::{self, LogFormat},
    work::Work,
};

/// How many people there are in the sample company.
const PEOPLE: usize = 400;
/// How often something happens.
const PACE: Duration = Duration::from_secs(15);
const RECEIVER: &str = "Demo receiver";

/// A sample company that lives: web hooks arrive at a built-in receiver and are shown
///
/// Without --data or --database-url all of it is gone in the end.
#[derive(Args)]
#[command(after_help = "Example: orangery demo --listen 127.0.0.1:8080")]
pub struct Demo {
    /// The address to listen at
    #[arg(long, env = "ORANGERY_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Nothing happens by itself
    #[arg(long)]
    quiet: bool,
    /// Show the bodies of the web hooks too
    #[arg(long)]
    body: bool,
    #[command(flatten)]
    house: House,
}

/// A folder that is gone in the end.
struct Passing(PathBuf);

impl Drop for Passing {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Demo {
    pub async fn run(mut self) -> Done {
        telemetry::log(LogFormat::Text, "warn");
        let listener = bind(self.listen).await?;
        let address = listener.local_addr().map_err(words)?;
        let passing = self.settle();
        let place = self.house.clone().place()?;
        let _alone = if place.is_sqlite() { Some(Lock::take(&place.data)?) } else { None };
        let time = Time::new(Arc::new(system_clock));
        let opened = place.called(demo::NAME).open(&format!("http://{address}"), time.clock()).await?;
        let (house, data) = (opened.house.clone(), opened.data.clone());
        let seeded = seed(&house, &time).await?;

        let tally = Arc::new(Tally::default());
        let running = Running::start(opened).await?;
        receive(&house, self.body, tally.clone()).await?;
        let key = fresh_key(&house).await?;
        self.greet(&house, &data, passing.is_some(), &seeded, &key).await?;

        let lives = (!self.quiet).then(|| tokio::spawn(live_on(house.clone())));
        let served = serve(house, listener, stopped()).await;
        if let Some(lives) = lives {
            lives.abort();
        }
        running.stop().await;
        eprintln!("\nThe end: {} web hooks arrived.", tally.received());
        served
    }

    /// Where nobody says where, it is a passing folder. The receiver stands on this machine, so that has to be allowed.
    fn settle(&mut self) -> Option<Passing> {
        self.house.webhook_allow.push(ipnet::IpNet::from(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST)));
        if self.house.data.is_some() || self.house.database_url.is_some() {
            return None;
        }
        let folder = std::env::temp_dir().join(format!("orangery-demo-{}", std::process::id()));
        self.house.data = Some(folder.clone());
        Some(Passing(folder))
    }

    async fn greet(&self, house: &Orangery, data: &Path, passing: bool, seeded: &str, key: &str) -> Done {
        let url = &house.links.public_url;
        let gone = if passing { ", gone in the end" } else { "" };
        out::line(format!("\n{} is open at {url}\n\n{seeded}", demo::NAME));
        out::line(format!("Data   {}{gone}", data.display()));
        out::line(format!("Key    {key}\n"));
        let Some((candidate, application)) = live::somebody(house, &mut Rng::with_seed(3)).await.map_err(words)? else {
            return Ok(());
        };
        let name = format!("{} {}", candidate.first_name, candidate.last_name);
        out::line("Try, in another terminal:\n");
        out::line(format!("  # {name}, who applied for a job"));
        out::line(format!("  curl -u {key}: {url}/v1/candidates/{}\n", candidate.id));
        out::line("  # Rejects them: reject_candidate arrives below");
        out::line(format!(
            "  curl -u {key}: -H 'On-Behalf-Of: 1' {url}/v1/applications/{}/reject -d '{{\"rejection_reason_id\": 2}}'\n",
            application.id
        ));
        out::line("  # What the company offers, for everybody to read");
        out::line(format!("  curl {url}/v1/boards/parcelpine/jobs\n"));
        out::line("  # What happened last, by number");
        let newest = house.pool.read().await.map_err(words)?;
        let newest = crate::hooks::journal::head(&newest).await.map_err(words)?;
        out::line(format!("  curl -u {key}: '{url}/api/v1/events?after={}'\n", (newest - 3).max(0)));
        if !self.quiet {
            out::line(format!("Every {} seconds something happens by itself. Ctrl-C ends it.\n", PACE.as_secs()));
        }
        Ok(())
    }
}

/// Lets the company have its past, unless it has it already.
async fn seed(house: &Orangery, time: &Time) -> Result<String, String> {
    let there = house.read(async |look| Ok(look.tx.count("select count(*) from candidates", &[]).await?)).await;
    let there = there.map_err(words)?;
    if there > 0 {
        return Ok(format!("{there} candidates were there already"));
    }
    eprintln!("Ninety days of {} are being told …", demo::NAME);
    let began = Instant::now();
    let made = demo::seed(house, time, PEOPLE).await.map_err(words)?;
    let newest = house.read(async |look| crate::hooks::journal::head(look.tx).await).await;
    Ok(format!(
        "12 jobs, {} candidates, {} deeds, {} events, in {:.1} seconds",
        made.candidates,
        made.deeds,
        newest.map_err(words)?,
        began.elapsed().as_secs_f64()
    ))
}

/// Starts the receiver, and tells the house of it.
async fn receive(house: &Orangery, body: bool, tally: Arc<Tally>) -> Done {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(words)?;
    let address = listener.local_addr().map_err(words)?;
    let secret = house.fresh_id();
    let manner = Manner { secret: Some(secret.clone()), body, ..Manner::default() };
    let router = receiver::router(manner, tally);
    tokio::spawn(async move { axum::serve(listener, router).await });

    let known = house.read(async |look| Ok(look.tx.all::<Row>("where name = $1", sql::params![RECEIVER]).await?)).await;
    for former in known.map_err(words)? {
        deliveries::end(house, command("demo"), former.id).await.map_err(words)?;
    }
    let new = NewWebhook {
        id: None,
        name: RECEIVER.to_owned(),
        url: format!("http://{address}/hooks"),
        secret,
        events: vec![webhook::ALL.to_owned()],
        basic: None,
        headers: BTreeMap::new(),
        settings: Settings::default(),
    };
    let act = async move |work: &mut Work| webhook::create(work, &new).await;
    let row = house.write(command("demo"), act).await.map_err(words)?;
    let (_, outcome) = ping::saved(house, command("demo"), row, Then::Enable).await.map_err(words)?;
    match outcome.succeeded() {
        true => Ok(()),
        false => Err(format!("the receiver can't be reached: {}", outcome.describe())),
    }
}

async fn fresh_key(house: &Orangery) -> Result<String, String> {
    let token = key::fresh_token().map_err(words)?;
    let (name, endpoints) = ("Demo".to_owned(), vec!["*".to_owned()]);
    let new = NewKey { name, token: token.clone(), kind: KeyKind::Harvest, endpoints, source_id: None };
    house.write(command("demo"), async move |work| key::add(work, &new).await).await.map_err(words)?;
    Ok(token)
}

/// One small thing after the other.
async fn live_on(house: Orangery) {
    let mut dice = Rng::new();
    let cast = match live::Cast::read(&house).await {
        Ok(cast) => cast,
        Err(why) => return tracing::warn!(%why, "nothing happens"),
    };
    loop {
        tokio::time::sleep(PACE).await;
        match Box::pin(live::happen(&house, &cast, &mut dice)).await {
            Ok(what) => out::line(format!("          {what}")),
            Err(why) => tracing::warn!(%why, "nothing happens"),
        }
    }
}
