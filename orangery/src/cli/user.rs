//! `orangery user`: the people of the house.

use clap::Subcommand;
use serde_json::json;

use super::{Done, House};

/// The people of the house
#[derive(Subcommand)]
pub enum User {
    /// Lists the users
    List {
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        house: House,
    },
}

impl User {
    pub async fn run(self) -> Done {
        match self {
            Self::List { json: as_json, house } => {
                let opened = house.open("").await?;
                let catalog = opened.house.recent_catalog().await.map_err(|error| error.to_string())?;
                for it in catalog.users.values() {
                    let role = if it.row.site_admin { "site-admin" } else { "basic" };
                    let state = if it.row.disabled { "disabled" } else { "active" };
                    match as_json {
                        true => println!(
                            "{}",
                            json!({"id": it.row.id, "name": it.name(), "email": it.email(), "role": role, "state": state})
                        ),
                        false => println!(
                            "{:>6}  {:<10}  {:<8}  {} <{}>",
                            it.row.id,
                            role,
                            state,
                            it.name(),
                            it.email().unwrap_or("-")
                        ),
                    }
                }
                Ok(())
            }
        }
    }
}
