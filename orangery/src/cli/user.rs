//! `orangery user`: the people of the house.

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::{
    Done, House,
    opened::command,
    out::{self, words},
};
use crate::{
    domain::user::{self, NewUser, Places, UserRef},
    work::Work,
};

/// The people of the house
#[derive(Subcommand)]
pub enum User {
    /// Adds a user and prints the id
    #[command(after_help = "Example: orangery user add --name 'Ada Lacey' --email ada@example.com --role site-admin")]
    Add {
        /// First and last name; the last word is the last name
        #[arg(long)]
        name: String,
        #[arg(long)]
        email: String,
        /// What they may do: everything, or what a job's hiring team gives them
        #[arg(long, value_enum)]
        role: Role,
        /// Their number in your books, by which integrations may name them
        #[arg(long)]
        employee_id: Option<String>,
        #[command(flatten)]
        house: House,
    },
    /// Lists the users
    #[command(after_help = "Example: orangery user list --json | jq -r .email")]
    List {
        /// One JSON object per line
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        house: House,
    },
    /// Says in which time zone somebody's times without a zone are read
    #[command(after_help = "Example: orangery user time-zone ada@example.com Europe/Amsterdam")]
    TimeZone {
        /// The user's id or any of their e-mail addresses
        user: String,
        /// An IANA name; without one, the organization's
        zone: Option<String>,
        #[command(flatten)]
        house: House,
    },
    /// Takes somebody's access away, and nothing else
    #[command(after_help = "Example: orangery user disable ada@example.com")]
    Disable {
        /// The user's id or any of their e-mail addresses
        user: String,
        #[command(flatten)]
        house: House,
    },
    /// Gives somebody's access back
    #[command(after_help = "Example: orangery user enable ada@example.com")]
    Enable {
        /// The user's id or any of their e-mail addresses
        user: String,
        #[command(flatten)]
        house: House,
    },
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
pub enum Role {
    SiteAdmin,
    Basic,
}

impl User {
    pub async fn run(self) -> Done {
        match self {
            Self::Add { name, email, role, employee_id, house } => add(&name, email, role, employee_id, house).await,
            Self::List { json, house } => list(json, house).await,
            Self::TimeZone { user, zone, house } => set_time_zone(&user, zone, house).await,
            Self::Disable { user, house } => set_disabled(user, true, house).await,
            Self::Enable { user, house } => set_disabled(user, false, house).await,
        }
    }
}

async fn add(name: &str, email: String, role: Role, employee_id: Option<String>, house: House) -> Done {
    let Some((first_name, last_name)) = name.trim().rsplit_once(' ') else {
        return Err("--name is a first and a last name: 'Ada Lacey'".to_owned());
    };
    let new = NewUser {
        id: None,
        first_name: first_name.trim().to_owned(),
        last_name: last_name.to_owned(),
        email,
        employee_id,
        places: Places::default(),
        custom_fields: Vec::new(),
    };
    let opened = house.open("").await?;
    let act = async move |work: &mut Work| {
        let id = user::create(work, &new).await?;
        if role == Role::SiteAdmin {
            user::make_site_admin(work, id).await?;
        }
        Ok(id)
    };
    let id = opened.house.write(command("user add"), act).await.map_err(words)?;
    out::line(id);
    Ok(())
}

async fn list(as_json: bool, house: House) -> Done {
    let opened = house.enter().await?;
    let catalog = opened.house.recent_catalog().await.map_err(words)?;
    for it in catalog.users.values() {
        let role = if it.row.site_admin { "site-admin" } else { "basic" };
        let state = if it.row.disabled { "disabled" } else { "active" };
        let (id, name, email) = (it.row.id, it.name(), it.email());
        match as_json {
            true => out::line(json!({
                "id": id, "name": name, "email": email, "role": role, "state": state, "employee_id": it.row.employee_id,
            })),
            false => out::line(format!("{id:>6}  {role:<10}  {state:<8}  {name} <{}>", email.unwrap_or("-"))),
        }
    }
    Ok(())
}

async fn set_time_zone(user: &str, zone: Option<String>, house: House) -> Done {
    let opened = house.enter().await?;
    let named = named(user);
    let act = async move |work: &mut Work| {
        let id = user::resolve(&*work.catalog().await?, &named, "user")?.row.id;
        user::set_time_zone(work, id, zone).await
    };
    opened.house.write(command("user time-zone"), act).await.map_err(words)
}

async fn set_disabled(user: String, disabled: bool, house: House) -> Done {
    let opened = house.enter().await?;
    let named = named(&user);
    let act = async move |work: &mut Work| {
        let id = user::resolve(&*work.catalog().await?, &named, "user")?.row.id;
        user::set_disabled(work, id, disabled).await
    };
    let name = if disabled { "user disable" } else { "user enable" };
    opened.house.write(command(name), act).await.map_err(|_| format!("there is no user {user}"))
}

fn named(user: &str) -> UserRef {
    match user.parse() {
        Ok(id) => UserRef::Id(id),
        Err(_) => UserRef::Email(user.to_owned()),
    }
}
