//! `orangery webhook`: who is told of what happens.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use courier::{client::Outcome, endpoint::Webhook as Row};

use super::{
    Done, House, Opened,
    opened::command,
    out::{self, words},
};
use crate::{
    domain::webhook::{self, Basic, NewWebhook, Then},
    hooks::{deliveries, ping, replay},
    wire::webhook as wire,
    work::Work,
};

/// Web hooks: who is told of what happens
#[derive(Subcommand)]
pub enum Webhook {
    /// Adds a web hook and pings it; it is enabled if the ping is answered with 200
    #[command(after_help = "Example: orangery webhook add --name Payroll --url https://payroll.example.com/hooks \
                            --secret \"$SECRET\" --event hire_candidate --event unhire_candidate")]
    Add(Add),
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
    /// User name for Basic auth
    #[arg(long)]
    basic_user: Option<String>,
    #[arg(long, requires = "basic_user", env = "ORANGERY_WEBHOOK_PASSWORD", hide_env_values = true)]
    basic_password: Option<String>,
    /// A header to be sent along: 'Name: value'
    #[arg(long = "header", value_parser = header)]
    headers: Vec<(String, String)>,
    /// After so many attempts a delivery is given up [default: 7]
    #[arg(long)]
    max_attempts: Option<i64>,
    /// Who is written to when deliveries are given up
    #[arg(long)]
    error_email: Option<String>,
    /// Say what was made as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Webhook {
    pub async fn run(self) -> Done {
        match self {
            Self::Add(add) => add.run().await,
            Self::List { json, house } => list(json, house).await,
            Self::Ping(One { id, json, house }) => knock(id, Then::Keep, json, house).await,
            Self::Enable(One { id, json, house }) => knock(id, Then::Enable, json, house).await,
            Self::Disable(One { id, json, house }) => {
                let opened = house.enter().await?;
                let act = async move |work: &mut Work| webhook::disable(work, id).await;
                let row = opened.house.write(command("webhook disable"), act).await.map_err(words)?;
                if json {
                    return out::json(&wire::webhook(&row));
                }
                out::line(shown(&row));
                Ok(())
            }
            Self::Remove { id, yes, house } => remove(id, yes, house).await,
        }
    }
}

impl Add {
    async fn run(self) -> Done {
        let Self { name, url, secret, events, basic_user, basic_password, headers, max_attempts, error_email, .. } =
            self;
        let basic = basic_user.map(|user| Basic { user, password: basic_password });
        let headers: BTreeMap<String, String> = headers.into_iter().collect();
        let new = NewWebhook { id: None, name, url, secret, events, basic, headers, max_attempts, error_email };
        let opened = self.house.enter().await?;
        let act = async move |work: &mut Work| webhook::create(work, &new).await;
        let row = opened.house.write(command("webhook add"), act).await.map_err(words)?;
        say(&opened, row, Then::Enable, self.json).await
    }
}

async fn list(as_json: bool, house: House) -> Done {
    let opened = house.enter().await?;
    let rows = opened.house.read(async |look| Ok(look.tx.all::<Row>("order by id", &[]).await?)).await;
    for row in rows.map_err(words)? {
        match as_json {
            true => out::json(&wire::webhook(&row))?,
            false => out::line(shown(&row)),
        }
    }
    Ok(())
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
    match as_json {
        true => out::json(&wire::saved(&row, &outcome))?,
        false => out::line(shown(&row)),
    }
    if !outcome.succeeded() {
        return Err(format!(
            "the ping failed: {}. The web hook {} is disabled; once it answers with 200: orangery webhook enable {}",
            outcome.describe(),
            row.id,
            row.id
        ));
    }
    eprintln!("The ping was answered with 200, in {} ms.", outcome.total.as_millis());
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

fn shown(row: &Row) -> String {
    let state = match (row.enabled, &row.disabled_why) {
        (true, _) => "enabled".to_owned(),
        (false, Some(why)) => format!("disabled: {why}"),
        (false, None) => "disabled".to_owned(),
    };
    format!("{:>6}  {}  {}  {}  ({state})", row.id, row.name, row.url, row.events.0.join(", "))
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("must be 'Name: value'")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
