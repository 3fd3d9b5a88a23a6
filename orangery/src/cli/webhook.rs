//! `orangery webhook`: who is told of what happens.

mod options;

use clap::{Args, Subcommand};
use courier::{client::Outcome, endpoint::Webhook as Row};

use super::{
    Done, House, Opened,
    opened::command,
    out::{self, words},
};
use crate::{
    domain::webhook::{self, NewWebhook, Rotation, Then, WebhookChange},
    hooks::{
        deliveries,
        endpoints::{self, Condition, Endpoint},
        ping, replay,
    },
    patch::Patch,
    wire::endpoint as wire,
    work::Work,
};
use options::Options;

/// Web hooks: who is told of what happens
#[derive(Subcommand)]
pub enum Webhook {
    /// Adds a web hook and pings it; it is enabled if the ping is answered with 200
    #[command(after_help = "Example: orangery webhook add --name Payroll --url https://payroll.example.com/hooks \
                            --secret \"$SECRET\" --event hire_candidate --event unhire_candidate")]
    Add(Box<Add>),
    /// Changes a web hook and pings it; what is not said stays, and `none` takes away
    #[command(after_help = "Examples:\n  orangery webhook set 3 --standard-headers --per-second 50\n  \
                            orangery webhook set 3 --per-second none --probe=false")]
    Set(Box<Set>),
    /// Changes the secret for another, which is shown once and signs at once; the one before signs too for a while
    #[command(after_help = "Example: orangery webhook rotate-secret 3")]
    RotateSecret(Rotate),
    /// Shows one web hook with its settings and how it fares
    #[command(after_help = "Example: orangery webhook show 3")]
    Show(One),
    /// Lists the web hooks; their secrets are never shown
    #[command(after_help = "Example: orangery webhook list")]
    List {
        /// One JSON object per line
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        house: House,
    },
    /// Sends a ping and says what came of it; one that fails disables
    #[command(after_help = "Example: orangery webhook ping 3")]
    Ping(One),
    /// Pings, and enables if that is answered with 200
    #[command(after_help = "Example: orangery webhook enable 3")]
    Enable(One),
    /// Ends deliveries until it is enabled again; what happens meanwhile is kept
    #[command(after_help = "Example: orangery webhook disable 3")]
    Disable(One),
    /// Removes a web hook with the log of its deliveries
    #[command(after_help = "Example: orangery webhook remove 3 --yes")]
    Remove {
        id: i64,
        /// Don't ask
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        house: House,
    },
}

#[derive(Args)]
pub struct One {
    /// Its id, as `webhook list` shows it
    id: i64,
    /// Say what came of it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

#[derive(Args)]
pub struct Add {
    #[arg(long)]
    name: String,
    /// Where to post to: https, and a public address, unless --webhook-allow says more
    #[arg(long)]
    url: String,
    /// With which bodies are signed
    #[arg(long, env = "ORANGERY_WEBHOOK_SECRET", hide_env_values = true)]
    secret: String,
    /// What to tell of: a documented event, again and again, or `all`
    #[arg(long = "event", required = true)]
    events: Vec<String>,
    #[command(flatten)]
    options: Options,
    /// Say what was made as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

#[derive(Args)]
pub struct Set {
    /// Its id, as `webhook list` shows it
    id: i64,
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    url: Option<String>,
    /// With which bodies are signed from now on
    #[arg(long)]
    secret: Option<String>,
    /// What to tell of, instead of what it was told of before
    #[arg(long = "event")]
    events: Vec<String>,
    #[command(flatten)]
    options: Options,
    /// No Basic auth any more
    #[arg(long, conflicts_with = "basic_user")]
    no_basic: bool,
    /// A header not to be sent any more
    #[arg(long = "no-header", value_name = "NAME")]
    no_headers: Vec<String>,
    /// Say what came of it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

#[derive(Args)]
pub struct Rotate {
    /// Its id, as `webhook list` shows it
    id: i64,
    /// The new secret; one is made unless it is given. No variable gives it: the one that `add` reads holds the secret of old
    #[arg(long)]
    secret: Option<String>,
    /// So long the one before signs too, 0 to 720 [default: 24]
    #[arg(long, value_name = "HOURS")]
    overlap_hours: Option<i64>,
    /// Say what came of it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Webhook {
    pub async fn run(self) -> Done {
        match self {
            Self::Add(add) => add.run().await,
            Self::Set(set) => set.run().await,
            Self::RotateSecret(rotate) => rotate.run().await,
            Self::Show(One { id, json, house }) => show(id, json, house).await,
            Self::List { json, house } => list(json, house).await,
            Self::Ping(One { id, json, house }) => knock(id, Then::Keep, json, house).await,
            Self::Enable(One { id, json, house }) => knock(id, Then::Enable, json, house).await,
            Self::Disable(One { id, json, house }) => {
                let opened = house.enter().await?;
                let act = async move |work: &mut Work| webhook::disable(work, id).await;
                opened.house.write(command("webhook disable"), act).await.map_err(words)?;
                print(&find(&opened, id).await?, json)
            }
            Self::Remove { id, yes, house } => remove(id, yes, house).await,
        }
    }
}

impl Add {
    async fn run(self) -> Done {
        let Self { name, url, secret, events, options, json, house } = self;
        let basic = options.basic();
        let headers = options.headers.iter().cloned().collect();
        let settings = options.settings()?;
        let new = NewWebhook { id: None, name, url, secret, events, basic, headers, settings };
        let opened = house.enter().await?;
        let act = async move |work: &mut Work| webhook::create(work, &new).await;
        let row = opened.house.write(command("webhook add"), act).await.map_err(words)?;
        say(&opened, row, Then::Enable, json).await
    }
}

impl Set {
    async fn run(self) -> Done {
        let Self { id, name, url, secret, events, options, no_basic, no_headers, json, house } = self;
        let added = options.headers.iter().cloned().map(|(name, value)| (name, Some(value)));
        let headers = added.chain(no_headers.into_iter().map(|name| (name, None))).collect();
        let change = WebhookChange {
            name: name.into(),
            url: url.into(),
            secret: secret.into(),
            events: Some(events).filter(|it| !it.is_empty()).into(),
            basic: if no_basic { Patch::Null } else { options.basic().into() },
            headers: Patch::Value(headers),
            settings: options.settings()?,
        };
        let opened = house.enter().await?;
        let act = async move |work: &mut Work| webhook::update(work, id, &change).await;
        let row = opened.house.write(command("webhook set"), act).await.map_err(words)?;
        let then = webhook::then(&row);
        say(&opened, row, then, json).await
    }
}

impl Rotate {
    async fn run(self) -> Done {
        let Self { id, secret, overlap_hours, json, house } = self;
        let opened = house.enter().await?;
        let made = secret.is_none().then(|| opened.house.fresh_secret());
        let secret = secret.or_else(|| made.clone()).unwrap_or_default();
        let rotation = Rotation { secret, overlap_hours };
        let act = async move |work: &mut Work| webhook::rotate_secret(work, id, &rotation).await;
        opened.house.write(command("webhook rotate-secret"), act).await.map_err(words)?;
        let endpoint = find(&opened, id).await?;
        if json {
            return out::json(&wire::Rotated { webhook: wire::webhook(&endpoint), secret: made });
        }
        if let Some(made) = made {
            out::line(made);
        }
        let until =
            endpoint.row.old_secret_until.map(|it| format!("; the one before signs too until {}", out::time(it)));
        let number = endpoint.row.secret_number;
        eprintln!("Secret {number} of the web hook {id} signs from now on{}.", until.unwrap_or_default());
        Ok(())
    }
}

async fn find(opened: &Opened, id: i64) -> Result<Endpoint, String> {
    opened.house.read(async |look| endpoints::find(look.tx, id).await).await.map_err(words)
}

fn print(endpoint: &Endpoint, as_json: bool) -> Done {
    match as_json {
        true => out::json(&wire::webhook(endpoint)),
        false => {
            out::line(shown(endpoint));
            Ok(())
        }
    }
}

async fn list(as_json: bool, house: House) -> Done {
    let opened = house.enter().await?;
    let found = opened.house.read(async |look| endpoints::all(look.tx).await).await.map_err(words)?;
    found.iter().try_for_each(|it| print(it, as_json))
}

/// Each setting on a line of its own, those that are not set left out.
async fn show(id: i64, as_json: bool, house: House) -> Done {
    let opened = house.enter().await?;
    let endpoint = find(&opened, id).await?;
    if as_json {
        return print(&endpoint, true);
    }
    out::line(shown(&endpoint));
    let view = serde_json::to_value(wire::webhook(&endpoint)).map_err(words)?;
    lines("", &view);
    Ok(())
}

fn lines(path: &str, value: &serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Null | Value::Bool(false) => {}
        Value::Object(map) => map.iter().for_each(|(name, it)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            lines(&path, it);
        }),
        Value::Array(all) if all.is_empty() => {}
        Value::Array(all) => {
            let all: Vec<&str> = all.iter().filter_map(Value::as_str).collect();
            out::line(format!("        {path:<22} {}", all.join(", ")));
        }
        Value::String(text) => out::line(format!("        {path:<22} {}", text.trim())),
        other => out::line(format!("        {path:<22} {other}")),
    }
}

async fn knock(id: i64, then: Then, as_json: bool, house: House) -> Done {
    let opened = house.enter().await?;
    let row: Row = opened.house.read(async |look| Ok(look.tx.find(id).await?)).await.map_err(words)?;
    say(&opened, row, then, as_json).await
}

/// Pings, and says what came of it; ends badly if the ping failed.
async fn say(opened: &Opened, row: Row, then: Then, as_json: bool) -> Done {
    let (row, outcome): (Row, Outcome) =
        ping::saved(&opened.house, command("webhook ping"), row, then).await.map_err(words)?;
    let endpoint = find(opened, row.id).await?;
    match as_json {
        true => out::json(&wire::saved(&endpoint, &outcome))?,
        false => out::line(shown(&endpoint)),
    }
    if !webhook::succeeded(&row, &outcome) {
        return Err(format!(
            "the ping failed: {}. The web hook {} is disabled; once it answers with 200: orangery webhook enable {}",
            outcome.describe(),
            row.id,
            row.id
        ));
    }
    let status = outcome.status.unwrap_or_default();
    eprintln!("The ping was answered with {status}, in {} ms.", outcome.total.as_millis());
    let missed = replay::missed(&opened.house, row.id).await.map_err(words)?;
    if then == Then::Enable && missed.held + missed.never_sent > 0 {
        eprintln!(
            "While it was disabled it missed {} events: orangery replay --webhook {} --missed",
            missed.held + missed.never_sent,
            row.id
        );
    }
    Ok(())
}

async fn remove(id: i64, yes: bool, house: House) -> Done {
    let opened = house.enter().await?;
    let row: Row = opened.house.read(async |look| Ok(look.tx.find(id).await?)).await.map_err(words)?;
    if !yes && !out::confirmed(&format!("Remove the web hook {id}, {:?}, and the log of its deliveries?", row.name))? {
        return Err("nothing was removed".to_owned());
    }
    deliveries::end(&opened.house, command("webhook remove"), id).await.map_err(words)
}

fn shown(endpoint: &Endpoint) -> String {
    let (row, health) = (&endpoint.row, endpoint.health.as_ref());
    let at = |at: Option<jiff::Timestamp>| at.map(out::time).unwrap_or_default();
    let failing = at(health.and_then(|it| it.failing_since));
    let state = match (endpoint.condition(), &row.disabled_why) {
        (Condition::Disabled, Some(why)) => format!("disabled: {why}"),
        (Condition::Dead, _) => {
            format!("dead: failing since {failing}, tried next {}", at(health.and_then(|it| it.probe_at)))
        }
        (Condition::Failing, _) => format!("failing since {failing}"),
        (Condition::Gone, _) => "gone: it answered 410".to_owned(),
        (Condition::Ok, _) => "enabled".to_owned(),
        (Condition::Disabled, None) => "disabled".to_owned(),
    };
    format!("{:>6}  {}  {}  {}  ({state})", row.id, row.name, row.url, row.events.0.join(", "))
}
