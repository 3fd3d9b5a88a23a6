//! `orangery key`: API keys.

use clap::Subcommand;
use serde_json::json;

use super::{
    Done, House,
    opened::command,
    out::{self, words},
};
use crate::{
    domain::{
        key::{self, NewKey},
        partner,
    },
    tables::{ApiKey, KeyKind},
    words::Word,
    work::Work,
};

/// API keys: the user name of Basic auth for every API
#[derive(Subcommand)]
pub enum Key {
    /// Makes a key and prints it, once
    #[command(after_help = "Examples:\n  \
        KEY=$(orangery key add --name laptop --all)\n  \
        orangery key add --name 'careers page' --job-board\n  \
        orangery key add --name 'Talent Scouts' --partner 'Talent Scouts'\n  \
        orangery key add --name Payroll --allow 'GET /v1/candidates' --allow 'GET /v1/candidates/{id}'")]
    Add {
        /// What the key is for
        #[arg(long)]
        name: String,
        /// Every endpoint
        #[arg(long, conflicts_with = "allow", required_unless_present_any = ["allow", "job_board", "partner"])]
        all: bool,
        /// One endpoint, as method and path: 'GET /v1/candidates/{id}'
        #[arg(long)]
        allow: Vec<String>,
        /// Applying through the Job Board API, and nothing else
        #[arg(long, conflicts_with_all = ["all", "allow"])]
        job_board: bool,
        /// Ingestion, and nothing else: whom the partner sends comes from the source of this name, which is made if need be
        #[arg(long, value_name = "SOURCE", conflicts_with_all = ["all", "allow", "job_board"])]
        partner: Option<String>,
        /// Print the key with its id, as JSON
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        house: House,
    },
    /// Lists the keys; what they are is not kept
    #[command(after_help = "Example: orangery key list --json")]
    List {
        /// One JSON object per line
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        house: House,
    },
    /// Ends a key for good; a running server knows it within a second
    #[command(after_help = "Example: orangery key revoke 3")]
    Revoke {
        /// The key's id, as `key list` shows it
        id: i64,
        #[command(flatten)]
        house: House,
    },
}

impl Key {
    pub async fn run(self) -> Done {
        match self {
            Self::Add { name, all, allow, job_board, partner, json, house } => {
                let kind = match (job_board, &partner) {
                    (true, _) => KeyKind::JobBoard,
                    (false, Some(_)) => KeyKind::Partner,
                    (false, None) => KeyKind::Harvest,
                };
                let endpoints = if all { vec!["*".to_owned()] } else { allow };
                let token = key::fresh_token().map_err(words)?;
                add(NewKey { name, token, kind, endpoints, source_id: None }, partner, json, house).await
            }
            Self::List { json, house } => list(json, house).await,
            Self::Revoke { id, house } => {
                let opened = house.enter().await?;
                let revoked = opened.house.write(command("key revoke"), async move |work| key::revoke(work, id).await);
                revoked.await.map_err(words)
            }
        }
    }
}

async fn add(new: NewKey, partner: Option<String>, as_json: bool, house: House) -> Done {
    let opened = house.open("").await?;
    let token = new.token.clone();
    let act = async move |work: &mut Work| {
        let source_id = match partner {
            Some(source) => Some(partner::source_named(work, &source).await?),
            None => None,
        };
        key::add(work, &NewKey { source_id, ..new }).await
    };
    let row = opened.house.write(command("key add"), act).await.map_err(words)?;
    match as_json {
        true => out::line(
            json!({"id": row.id, "name": row.name, "kind": row.kind, "key": token, "endpoints": row.endpoints.0,
                "source_id": row.source_id}),
        ),
        false => out::line(&token),
    }
    eprintln!("This is the only time that the key is shown.");
    Ok(())
}

async fn list(as_json: bool, house: House) -> Done {
    let opened = house.enter().await?;
    let keys = opened.house.read(async |look| Ok(look.tx.all::<ApiKey>("order by id", &[]).await?)).await;
    for it in keys.map_err(words)? {
        let state = if it.revoked_at.is_some() { "revoked" } else { "active" };
        let endpoints = match it.kind {
            KeyKind::Harvest => it.endpoints.0.join(", "),
            kind => kind.word().to_owned(),
        };
        match as_json {
            true => out::line(json!({
                "id": it.id, "name": it.name, "kind": it.kind, "hint": it.hint, "endpoints": it.endpoints.0,
                "source_id": it.source_id, "state": state,
                "created_at": it.created_at, "last_used_at": it.last_used_at,
            })),
            false => out::line(format!("{:>6}  {}…  {state:<8}  {}  {endpoints}", it.id, it.hint, it.name)),
        }
    }
    Ok(())
}
