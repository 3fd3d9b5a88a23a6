//! `orangery upgrade`: what a new version does to the schema, shown before it is done.

use clap::Args;
use serde_json::json;

use super::{
    Done, House,
    lock::Lock,
    out::{self, words},
};
use crate::schema::{
    MIGRATIONS,
    upgrade::{self, State, Step},
};

/// Brings the schema of an older version up to date, after showing what that does
///
/// Stop the server first; on PostgreSQL, all of them. With SQLite, a copy of the database is made beside it before. All of it is done, or nothing.
#[derive(Args)]
#[command(after_help = "Example: orangery upgrade --dry-run")]
pub struct Upgrade {
    /// Only show what would be done
    #[arg(long)]
    dry_run: bool,
    /// Don't ask
    #[arg(long)]
    yes: bool,
    /// Say it as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Upgrade {
    pub async fn run(self) -> Done {
        let place = self.house.place()?;
        let pool = place.existing().await?;
        let steps = match upgrade::state(&pool, MIGRATIONS).await.map_err(words)? {
            State::Behind(steps) => steps,
            State::Current => return say(self.json, &[], None, "The schema is up to date: there is nothing to do"),
            State::Empty => return Err("the database is empty: `orangery serve` makes what it needs".to_owned()),
            State::Unknown(name) => return Err(upgrade::unknown(&name)),
        };
        if !self.json {
            steps.iter().for_each(show);
        }
        if self.dry_run {
            return say(self.json, &steps, None, "Nothing was done");
        }
        let _alone = if place.is_sqlite() { Some(Lock::take(&place.data)?) } else { None };
        if !self.yes && !out::confirmed("Do this now?")? {
            return Err("nothing was done".to_owned());
        }
        let copy = place.bring_up_to_date(&pool).await?;
        let copy = copy.map(|it| it.display().to_string());
        let kept = copy.as_ref().map_or(String::new(), |it| format!("; the database as it was before is in {it}"));
        say(self.json, &steps, copy.as_deref(), &format!("The schema is up to date{kept}"))
    }
}

fn show(step: &Step) {
    out::line(format!("{}: {}", step.name, step.about));
    for statement in &step.statements {
        out::line(format!("  {}:", upgrade::in_words(statement)));
        statement.lines().for_each(|it| out::line(format!("      {it}")));
    }
}

fn say(as_json: bool, steps: &[Step], copy: Option<&str>, text: &str) -> Done {
    if !as_json {
        out::line(text);
        return Ok(());
    }
    let shown = |it: &Step| {
        let statements: Vec<_> =
            it.statements.iter().map(|it| json!({"does": upgrade::in_words(it), "sql": it})).collect();
        json!({"name": it.name, "about": it.about, "statements": statements})
    };
    out::json(&json!({"steps": steps.iter().map(shown).collect::<Vec<_>>(), "copy": copy}))
}
