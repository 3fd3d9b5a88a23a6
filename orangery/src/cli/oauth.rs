//! `orangery oauth`: partners that come by OAuth 2.0.

use clap::Subcommand;
use serde_json::json;

use super::{
    Done, House,
    opened::command,
    out::{self, words},
};
use crate::{
    domain::{
        oauth::{self, NewPartnerApp, grant},
        partner,
        user::{self, UserRef},
    },
    tables::{OauthApplication, OauthGrant},
    wire::oauth as wire,
    work::Work,
};

/// Partners that come by OAuth 2.0: their applications, and what users granted
#[derive(Subcommand)]
pub enum Oauth {
    /// Adds a partner's application, and prints its key and its secret, once
    #[command(
        after_help = "Example: orangery oauth add --name 'Talent Scouts' --url https://scouts.example.com \\\n  \
        --callback https://scouts.example.com/oauth/callback"
    )]
    Add {
        /// What users are shown
        #[arg(long)]
        name: String,
        #[arg(long)]
        url: String,
        /// Where users are sent back, exactly
        #[arg(long)]
        callback: String,
        /// Whom it sends comes from the source of this name, which is made if need be; by default the name
        #[arg(long)]
        source: Option<String>,
        #[command(flatten)]
        house: House,
    },
    /// Lists the applications, one JSON object per line
    List {
        #[command(flatten)]
        house: House,
    },
    /// Ends an application, and all that was granted to it
    #[command(after_help = "Example: orangery oauth revoke 1")]
    Revoke {
        id: i64,
        #[command(flatten)]
        house: House,
    },
    /// Prints a code by which a user says on the page, once and within 24 hours, that it is them
    #[command(after_help = "Example: orangery oauth code ada@example.com")]
    Code {
        /// The user's id or any of their e-mail addresses
        user: String,
        #[command(flatten)]
        house: House,
    },
    /// Lists what users granted, one JSON object per line
    Grants {
        #[command(flatten)]
        house: House,
    },
    /// Withdraws what a user granted
    #[command(after_help = "Example: orangery oauth withdraw 7")]
    Withdraw {
        /// The grant's id, as `oauth grants` shows it
        id: i64,
        #[command(flatten)]
        house: House,
    },
}

impl Oauth {
    pub async fn run(self) -> Done {
        match self {
            Self::Add { name, url, callback, source, house } => add(name, url, callback, source, house).await,
            Self::List { house } => {
                let opened = house.enter().await?;
                let all =
                    opened.house.read(async |look| Ok(look.tx.all::<OauthApplication>("order by id", &[]).await?));
                for it in all.await.map_err(words)? {
                    out::line(json!(wire::application(&it, None)));
                }
                Ok(())
            }
            Self::Revoke { id, house } => {
                let opened = house.enter().await?;
                let act = async move |work: &mut Work| oauth::revoke_application(work, id).await.map(drop);
                opened.house.write(command("oauth revoke"), act).await.map_err(words)
            }
            Self::Code { user, house } => code(user, house).await,
            Self::Grants { house } => {
                let opened = house.enter().await?;
                let all = opened.house.read(async |look| Ok(look.tx.all::<OauthGrant>("order by id", &[]).await?));
                for it in all.await.map_err(words)? {
                    out::line(json!(wire::grant(&it)));
                }
                Ok(())
            }
            Self::Withdraw { id, house } => {
                let opened = house.enter().await?;
                let act = async move |work: &mut Work| grant::withdraw(work, id).await.map(drop);
                opened.house.write(command("oauth withdraw"), act).await.map_err(words)
            }
        }
    }
}

async fn add(name: String, url: String, callback_url: String, source: Option<String>, house: House) -> Done {
    let opened = house.open("").await?;
    let (consumer_key, secret) = (opened.house.fresh_token("orck"), opened.house.fresh_token("orcs"));
    let told = secret.clone();
    let act = async move |work: &mut Work| {
        let source_id = partner::source_named(work, source.as_deref().unwrap_or(&name)).await?;
        let new = NewPartnerApp { id: None, name, url, callback_url, source_id, consumer_key, secret };
        oauth::add_application(work, &new).await
    };
    let row = opened.house.write(command("oauth add"), act).await.map_err(words)?;
    out::line(json!(wire::application(&row, Some(told))));
    eprintln!("This is the only time that the secret is shown.");
    Ok(())
}

async fn code(user: String, house: House) -> Done {
    let opened = house.enter().await?;
    let named = match user.parse() {
        Ok(id) => UserRef::Id(id),
        Err(_) => UserRef::Email(user),
    };
    let code = opened.house.fresh_token("once");
    let told = code.clone();
    let act = async move |work: &mut Work| {
        let id = user::resolve(&*work.catalog().await?, &named, "user")?.row.id;
        oauth::issue_code(work, id, &code).await
    };
    opened.house.write(command("oauth code"), act).await.map_err(words)?;
    out::line(told);
    Ok(())
}
