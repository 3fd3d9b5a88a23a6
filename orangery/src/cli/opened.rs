//! Opening the house: where its data is, and the settings that every command shares.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use courier::{guard::Guard, proxy::Proxy, seal::Seal};
use ipnet::IpNet;
use jiff::Timestamp;
use serde::Deserialize;
use sql::{Options, Pool};

use super::time::Kept;
use crate::{
    domain::organization,
    files::Files,
    hooks::keep::Keep,
    house::{Clock, Orangery, Settings},
    mail,
    schema::{
        MIGRATIONS,
        upgrade::{self, State},
    },
    tables::Door,
    work::Actor,
};

/// Where a server leaves its address, so that what commands render has the links that the server would write.
const ADDRESS: &str = "public-url";

/// Where the house is. `-h` shows what most commands are given; `--help` shows all.
#[derive(Args, Deserialize, Default, Clone, Debug)]
#[serde(default, deny_unknown_fields)]
#[command(next_help_heading = "The house")]
pub struct House {
    /// The folder of database, files and instance key [default: ./orangery-data]
    #[arg(long, env = "ORANGERY_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// A PostgreSQL database instead of the one inside: postgres://user:password@host/name
    #[arg(long, env = "ORANGERY_DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// The address by which others reach this house [default: http://LISTEN]
    #[arg(long, env = "ORANGERY_PUBLIC_URL", hide_short_help = true)]
    pub public_url: Option<String>,
    /// Networks that web hooks may go to although they are not public, also over plain http
    #[arg(long, env = "ORANGERY_WEBHOOK_ALLOW", value_name = "CIDR", value_delimiter = ',', hide_short_help = true)]
    pub webhook_allow: Vec<IpNet>,
    /// The proxy by which web hooks leave: http://[user:password@]host:port
    #[arg(long, env = "ORANGERY_WEBHOOK_PROXY", value_name = "URL", hide_env_values = true, hide_short_help = true)]
    pub webhook_proxy: Option<String>,
    /// Proxies whose X-Forwarded headers are believed
    #[arg(long, env = "ORANGERY_TRUST_PROXY", value_name = "CIDR", value_delimiter = ',', hide_short_help = true)]
    pub trust_proxy: Vec<IpNet>,
    /// Whoever has this token may read /metrics; API keys that are allowed `GET /metrics` may anyway
    #[arg(long, env = "ORANGERY_METRICS_TOKEN", hide_env_values = true, hide_short_help = true)]
    pub metrics_token: Option<String>,
    /// How long journal entries are kept, with their bodies and deliveries, or `never` to remove any [default: 90d]
    #[arg(long, env = "ORANGERY_KEEP_BODIES", value_name = "TIME", hide_short_help = true)]
    pub keep_bodies: Option<Kept>,
    /// How long the log of attempts is kept, or `never` to remove any [default: 30d]
    #[arg(long, env = "ORANGERY_KEEP_ATTEMPTS", value_name = "TIME", hide_short_help = true)]
    pub keep_attempts: Option<Kept>,
    /// The name of this node among several on one database [default: the host's name]
    #[arg(long, env = "ORANGERY_NODE", hide_short_help = true)]
    pub node: Option<String>,
    /// Where mail is handed over: smtps://user:password@host, or smtp:// with STARTTLS; without it, mail waits
    #[arg(long, env = "ORANGERY_SMTP_URL", value_name = "URL", hide_env_values = true, hide_short_help = true)]
    pub smtp_url: Option<String>,
    /// The address that mail comes from: 'Orangery <orangery@example.com>'
    #[arg(long, env = "ORANGERY_MAIL_FROM", value_name = "ADDRESS", hide_short_help = true)]
    pub mail_from: Option<String>,
}

/// An open house.
pub struct Opened {
    pub house: Orangery,
    pub keep: Keep,
    pub data: PathBuf,
    pub node: String,
    pub mail: mail::Settings,
}

impl House {
    /// These settings, and those of `orangery.toml` where these say nothing.
    fn with_file(self) -> Result<Self, String> {
        let Ok(text) = std::fs::read_to_string("orangery.toml") else { return Ok(self) };
        let file: Self = toml::from_str(&text).map_err(|error| format!("orangery.toml: {error}"))?;
        let or = |ours: Vec<IpNet>, theirs: Vec<IpNet>| if ours.is_empty() { theirs } else { ours };
        Ok(Self {
            data: self.data.or(file.data),
            database_url: self.database_url.or(file.database_url),
            public_url: self.public_url.or(file.public_url),
            webhook_allow: or(self.webhook_allow, file.webhook_allow),
            webhook_proxy: self.webhook_proxy.or(file.webhook_proxy),
            trust_proxy: or(self.trust_proxy, file.trust_proxy),
            metrics_token: self.metrics_token.or(file.metrics_token),
            keep_bodies: self.keep_bodies.or(file.keep_bodies),
            keep_attempts: self.keep_attempts.or(file.keep_attempts),
            node: self.node.or(file.node),
            smtp_url: self.smtp_url.or(file.smtp_url),
            mail_from: self.mail_from.or(file.mail_from),
        })
    }

    /// Where everything is, with nothing opened or made.
    pub fn place(self) -> Result<Place, String> {
        let settings = self.with_file()?;
        let data = settings.data.clone().unwrap_or_else(|| PathBuf::from("orangery-data"));
        Ok(Place { data, settings, organization: "My organization", upgrade: false })
    }

    /// Opens a house that is there: who looks for something in the wrong folder is to be told so, not to found another.
    pub async fn enter(self) -> Result<Opened, String> {
        let place = self.place()?;
        place.must_be_there()?;
        let address = std::fs::read_to_string(place.data.join(ADDRESS)).unwrap_or_default();
        place.open(address.trim(), Arc::new(system_clock)).await
    }

    /// Opens the house, with its schema made where there is none, and its organization founded.
    pub async fn open(self, public_url: &str) -> Result<Opened, String> {
        self.place()?.open(public_url, Arc::new(system_clock)).await
    }
}

impl Opened {
    /// Lets commands beside this server know by which address others reach it.
    pub fn leave_address(&self) {
        let path = self.data.join(ADDRESS);
        if let Err(why) = std::fs::write(&path, &self.house.links.public_url) {
            tracing::warn!(path = %path.display(), %why, "commands will not know the address of this house");
        }
    }
}

/// Where a house is, or could be.
pub struct Place {
    pub data: PathBuf,
    settings: House,
    /// How the organization is called, if it is founded here.
    organization: &'static str,
    /// Whether an older schema is brought up to date by opening the house.
    upgrade: bool,
}

impl Place {
    pub fn called(self, organization: &'static str) -> Self {
        Self { organization, ..self }
    }

    pub fn upgrading(self, upgrade: bool) -> Self {
        Self { upgrade, ..self }
    }

    pub fn sqlite_file(&self) -> PathBuf {
        self.data.join("orangery.db")
    }

    pub fn key_file(&self) -> PathBuf {
        self.data.join("instance.key")
    }

    pub fn files_folder(&self) -> PathBuf {
        self.data.join("files")
    }

    /// What is kept for how long.
    pub fn keep(&self) -> Keep {
        let House { keep_bodies, keep_attempts, .. } = &self.settings;
        let otherwise = Keep::default();
        Keep {
            bodies: keep_bodies.map_or(otherwise.bodies, |it| it.0),
            attempts: keep_attempts.map_or(otherwise.attempts, |it| it.0),
        }
    }

    /// Whether the database is the one inside.
    pub fn is_sqlite(&self) -> bool {
        self.settings.database_url.as_ref().is_none_or(|it| it.starts_with("sqlite:"))
    }

    fn url(&self) -> String {
        let inside = || format!("sqlite:{}", self.sqlite_file().display());
        self.settings.database_url.clone().unwrap_or_else(inside)
    }

    fn must_be_there(&self) -> Result<(), String> {
        if self.settings.database_url.is_none() && !self.sqlite_file().exists() {
            let data = self.data.display();
            return Err(format!("there is no Orangery in {data}; --data or --database-url says where it is"));
        }
        Ok(())
    }

    /// The database as it is, for who looks at it from outside: nothing is made, nothing brought up to date.
    pub async fn existing(&self) -> Result<Pool, String> {
        self.must_be_there()?;
        open_pool(&self.url()).await
    }

    /// The database, made where there is none, with nothing in it yet.
    pub async fn pool(&self) -> Result<Pool, String> {
        open_pool(&self.url()).await
    }

    /// Makes the schema where there is none. An older one is left alone unless that was asked for; a newer one always.
    async fn ready_schema(&self, pool: &Pool) -> Result<(), String> {
        match upgrade::state(pool, MIGRATIONS).await.map_err(|error| error.to_string())? {
            State::Current => Ok(()),
            State::Empty => {
                let made = pool.migrate(MIGRATIONS).await;
                made.map(drop).map_err(|error| format!("the schema can't be made: {error}"))
            }
            State::Behind(_) if self.upgrade => self.bring_up_to_date(pool).await.map(drop),
            State::Behind(steps) => Err(upgrade::refusal(&steps)),
            State::Unknown(name) => Err(upgrade::unknown(&name)),
        }
    }

    /// Brings the schema up to date, and answers where the database as it was before is kept, if it is.
    pub async fn bring_up_to_date(&self, pool: &Pool) -> Result<Option<PathBuf>, String> {
        let copy = self.is_sqlite().then(|| self.sqlite_file());
        let done = upgrade::run(pool, MIGRATIONS, copy.as_deref()).await?;
        if let Some(copy) = &done.copy {
            tracing::info!(copy = %copy.display(), "the database as it was before is kept");
        }
        tracing::info!(steps = ?done.applied, "the schema is up to date");
        Ok(done.copy)
    }

    /// Opens the house, with its schema made where there is none, and its organization founded.
    pub async fn open(self, public_url: &str, clock: Clock) -> Result<Opened, String> {
        let webhook_proxy = self.settings.webhook_proxy.as_deref().map(Proxy::parse).transpose();
        let webhook_proxy = webhook_proxy.map_err(|why| format!("--webhook-proxy {why}"))?;
        make_folder(&self.data)?;
        let key_file = self.key_file();
        let fresh = !key_file.exists();
        let key = Seal::key_from_file(&key_file).map_err(|error| format!("{}: {error}", key_file.display()))?;
        let pool = open_pool(&self.url()).await?;
        self.ready_schema(&pool).await?;
        if let Err(why) = opens_secrets(&pool, key).await {
            if fresh {
                let _ = std::fs::remove_file(&key_file);
            }
            return Err(format!("{}: {why}", key_file.display()));
        }
        let files = Files::new(self.files_folder());
        let keep = self.keep();
        let Self { data, settings, organization, .. } = self;
        let house = Orangery::new(Settings {
            pool,
            key,
            guard: Guard { allow: settings.webhook_allow },
            webhook_proxy,
            public_url: settings.public_url.unwrap_or_else(|| public_url.to_owned()),
            files,
            trusted_proxies: settings.trust_proxy,
            metrics_token: settings.metrics_token,
            clock,
            chance: Arc::new(system_chance),
        });
        let founded =
            house.write(command("found"), async move |work| organization::found(work, organization).await).await;
        founded.map_err(|error| error.to_string())?;
        let mail = mail::Settings { smtp_url: settings.smtp_url, from: settings.mail_from };
        Ok(Opened { house, keep, data, node: settings.node.unwrap_or_else(host_name), mail })
    }
}

/// A node whose key opens no secrets could deliver nothing, and would disable endpoints whose pings it can't sign.
async fn opens_secrets(pool: &Pool, key: [u8; 32]) -> Result<(), String> {
    let seal = Seal::new(key);
    let read = async {
        let sealed = pool.read().await?.rows("select secret from webhooks", &[]).await?;
        sealed.iter().map(|row| row.get(0)).collect::<sql::Result<Vec<Vec<u8>>>>()
    };
    let sealed = read.await.map_err(|error| error.to_string())?;
    match sealed.iter().all(|secret| seal.open(secret).is_ok()) {
        true => Ok(()),
        false => {
            Err("this is not the key that the secrets in the database were sealed with; put that one in its place"
                .to_owned())
        }
    }
}

pub async fn open_pool(url: &str) -> Result<Pool, String> {
    let opened = Pool::open(url, Options::default()).await;
    opened.map_err(|error| format!("the database can't be opened: {error}"))
}

/// Only its owner may look into the folder: the people in it have entrusted us with their data.
pub fn make_folder(path: &Path) -> Result<(), String> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let made = builder.recursive(true).create(path);
    made.map_err(|error| format!("the folder {} can't be made: {error}", path.display()))
}

/// A person at the terminal.
pub fn command(name: &str) -> Actor {
    Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: format!("orangery {name}") }
}

#[expect(clippy::disallowed_methods, reason = "the one place where the house gets its clock")]
pub fn system_clock() -> Timestamp {
    Timestamp::now()
}

fn system_chance() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives chance");
    bytes
}

fn host_name() -> String {
    let name = std::fs::read_to_string("/etc/hostname").unwrap_or_default();
    let name = name.trim();
    if name.is_empty() { "node".to_owned() } else { name.to_owned() }
}
