//! `orangery key`: API keys.

use clap::Subcommand;
use serde_json::json;

use super::{Done, House, opened::command};
use crate::{domain::key, tables::ApiKey};

/// API keys: the user name of Basic auth for every API
#[derive(Subcommand)]
pub enum Key {
    /// Makes a key and prints it, once
    ///
    /// Example: orangery key add --name "Payroll" --allow 'GET /v1/candidates' --allow 'GET /v1/candidates/{id}'
    Add {
        /// What the key is for
        #[arg(long)]
        name: String,
        /// Every endpoint
        #[arg(long, conflicts_with = "allow", required_unless_present = "allow")]
        all: bool,
        /// One endpoint, as method and path: 'GET /v1/candidates/{id}'
        #[arg(long)]
        allow: Vec<String>,
        #[command(flatten)]
        house: House,
    },
    /// Lists the keys; what they are is not kept
    List {
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        house: House,
    },
    /// Ends a key, at once and for good
    Revoke {
        id: i64,
        #[command(flatten)]
        house: House,
    },
}

impl Key {
    pub async fn run(self) -> Done {
        match self {
            Self::Add { name, all, allow, house } => {
                let opened = house.open("").await?;
                let token = key::fresh_token().map_err(|error| error.to_string())?;
                let endpoints = if all { vec!["*".to_owned()] } else { allow };
                let new = key::NewKey { name, token: token.clone(), endpoints };
                let added = opened.house.write(command("key add"), async move |work| key::add(work, &new).await).await;
                added.map_err(|error| error.to_string())?;
                println!("{token}");
                eprintln!("This is the only time that the key is shown.");
                Ok(())
            }
            Self::List { json: as_json, house } => {
                let opened = house.open("").await?;
                let keys: Vec<ApiKey> = opened
                    .house
                    .read(async |look| Ok(look.tx.all("order by id", &[]).await?))
                    .await
                    .map_err(|error| error.to_string())?;
                for it in keys {
                    let state = if it.revoked_at.is_some() { "revoked" } else { "active" };
                    match as_json {
                        true => println!(
                            "{}",
                            json!({"id": it.id, "name": it.name, "hint": it.hint, "endpoints": it.endpoints.0, "state": state})
                        ),
                        false => println!(
                            "{:>6}  {}…  {:<8}  {}  {}",
                            it.id,
                            it.hint,
                            state,
                            it.name,
                            it.endpoints.0.join(", ")
                        ),
                    }
                }
                Ok(())
            }
            Self::Revoke { id, house } => {
                let opened = house.open("").await?;
                let revoked =
                    opened.house.write(command("key revoke"), async move |work| key::revoke(work, id).await).await;
                revoked.map_err(|error| error.to_string())
            }
        }
    }
}
