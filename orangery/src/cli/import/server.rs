//! `orangery import --harvest`: all that another server tells by its API.

use std::{
    fs::OpenOptions,
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::greenhouse::V3;
use crate::{
    cli::{Done, House, Opened, out, sheet::Asked},
    import::{
        Options, Source, Summary, Watch,
        greenhouse::Greenhouse,
        harvest::Harvest,
        reader::{Key, Reader},
        run,
    },
};

/// What is written beside the data, unless --report says otherwise.
const REPORT: &str = "import-report.ndjson";

#[derive(Args)]
#[group(skip)]
#[command(next_help_heading = "From another server")]
pub struct Server {
    /// Another Orangery, or whatever speaks Harvest v1: its address, without /v1
    #[arg(long, value_name = "URL")]
    harvest: Option<String>,
    /// An API key of the other server that may read everything
    #[arg(long, env = "ORANGERY_IMPORT_KEY", hide_env_values = true, value_name = "KEY")]
    key: Option<String>,
    /// A file with that key, which no list of processes shows
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    key_file: Option<PathBuf>,
    #[command(flatten)]
    v3: V3,
    /// The other server is in a private network, or on this machine, perhaps without TLS
    #[arg(long)]
    allow_private: bool,
    /// Into a house that is not empty: what has the same id here is written over, everything else here stays as it is
    #[arg(long)]
    merge: bool,
    /// Ask for everything again, not only for what changed since the last run
    #[arg(long)]
    full: bool,
    /// Leave files where they are
    #[arg(long)]
    no_files: bool,
}

impl Server {
    pub async fn run(self, house: House, asked: Asked) -> Done {
        let url = self.harvest.clone().ok_or("say where from: an archive, or --harvest URL")?;
        if let Some(credentials) = self.v3.credentials()? {
            let source = Greenhouse::new(&url, &credentials, self.allow_private).await?;
            return self.from(house, &source, asked).await;
        }
        let reader = Reader::new(&url, Key::new(&self.key()?)?, self.allow_private).await?;
        let source = Harvest::new(reader);
        source.greet().await?;
        self.from(house, &source, asked).await
    }

    fn key(&self) -> Result<String, String> {
        let key = match (&self.key, &self.key_file) {
            (Some(key), _) => key.clone(),
            (None, Some(path)) => std::fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?,
            (None, None) => {
                return Err(
                    "the other server wants an API key: --key-file FILE, --key KEY, or ORANGERY_IMPORT_KEY".to_owned()
                );
            }
        };
        match key.trim() {
            "" => Err("the API key is empty".to_owned()),
            key => Ok(key.to_owned()),
        }
    }

    /// Imports what `source` gives, and tells how it went.
    async fn from(&self, house: House, source: &impl Source, asked: Asked) -> Done {
        let Asked { fire_hooks, report, json } = asked;
        let Opened { house, data, .. } = house.open("").await?;
        let report = report.unwrap_or_else(|| data.join(REPORT));
        let file = OpenOptions::new().create(true).append(true).open(&report);
        let file = file.map_err(|why| format!("{} can't be written: {why}", report.display()))?;
        let options = Options { merge: self.merge, fire_hooks, full: self.full, no_files: self.no_files };
        let bar = Bar::new();
        let done = tokio::select! {
            done = run(&house, source, options, Some(file), &bar) => done,
            _ = tokio::signal::ctrl_c() => Err("stopped; the same command goes on where it was".to_owned()),
        };
        bar.0.finish_and_clear();
        let summary = done?;
        match json {
            true => out::line(json!({"import": summary, "report": report.display().to_string()})),
            false => tell(&summary, &report),
        }
        Ok(())
    }
}

fn tell(summary: &Summary, report: &Path) {
    let Summary { read, created, changed, same, removed, troubles } = summary;
    for (step, count) in read.iter().filter(|it| *it.1 > 0) {
        out::line(format!("{count:>9} {step}"));
    }
    out::line(format!(
        "{created} rows were written, {changed} changed, {removed} removed; {same} were here already and the same"
    ));
    if troubles.is_empty() {
        return out::line("Everything that was told came along.");
    }
    let told = troubles.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ");
    out::line(format!("Not everything came along: {told}. {} says what, a line each.", report.display()));
}

/// How far it is, for who waits at a terminal.
struct Bar(ProgressBar, Mutex<String>);

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new_spinner();
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(bar, Mutex::new(String::new()))
    }
}

impl Watch for Bar {
    fn step(&self, name: &str, number: usize, of: usize) {
        if let Ok(mut step) = self.1.lock() {
            *step = format!("{number}/{of} {name}");
        }
        self.rows(0, None);
    }

    fn rows(&self, read: u64, of: Option<u64>) {
        let template =
            if of.is_some() { "{msg} {wide_bar} {pos} of {len}, {eta} left" } else { "{spinner} {msg}: {pos}" };
        self.0.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner()));
        self.0.set_message(self.1.lock().map(|it| it.clone()).unwrap_or_default());
        if let Some(of) = of {
            self.0.set_length(of);
        }
        self.0.set_position(read);
    }
}
