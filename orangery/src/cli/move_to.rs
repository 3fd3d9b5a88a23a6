//! `orangery move`: from SQLite to PostgreSQL, everything, with its ids.

use clap::Args;
use serde_json::json;
use sql::Pool;

use super::{
    Done, House,
    carry::{carry, is_empty, is_ours},
    lock::Lock,
    opened::{Place, open_pool},
    out::{self, words},
};
use crate::schema::MIGRATIONS;

/// Carries everything from SQLite over to PostgreSQL: ids, journal, sequence and what waits to be delivered
///
/// Stop the server first. The SQLite database stays as it is. Files and instance key stay where they are, and go on being used: from then on, start with
/// --data and --database-url.
#[derive(Args)]
#[command(after_help = "Example: orangery move --to postgres://orangery@db.example.com/orangery")]
pub struct Move {
    /// The database, made by `createdb`, with nothing in it
    #[arg(long, value_name = "URL", env = "ORANGERY_MOVE_TO", hide_env_values = true)]
    to: String,
    /// Say what was carried over as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Move {
    pub async fn run(self) -> Done {
        let place = self.house.place()?;
        if !place.is_sqlite() {
            return Err("this house is on PostgreSQL already".to_owned());
        }
        if !self.to.starts_with("postgres") {
            return Err("--to is a PostgreSQL database: postgres://user:password@host/name".to_owned());
        }
        let source = place.existing().await?;
        let _alone = Lock::take(&place.data)?;
        is_ours(&source).await?;
        let target = open_pool(&self.to).await?;
        let counts = carry_into(&source, &target).await?;

        if self.json {
            let tables: serde_json::Map<String, serde_json::Value> =
                counts.iter().map(|(table, count)| ((*table).to_owned(), json!(count))).collect();
            out::line(json!({"tables": tables}));
            return Ok(());
        }
        let total: i64 = counts.iter().map(|it| it.1).sum();
        out::line(format!("{total} rows of {} tables were carried over, and counted on both sides", counts.len()));
        farewell(&place);
        Ok(())
    }
}

fn farewell(place: &Place) {
    let data = place.data.display();
    eprintln!("From now on: orangery serve --data {data} --database-url postgres://…");
    eprintln!("{} is as it was, and no longer used.", place.sqlite_file().display());
}

/// Carries everything into a database that is empty.
pub async fn carry_into(source: &Pool, target: &Pool) -> Result<Vec<(&'static str, i64)>, String> {
    is_empty(target).await?;
    target.migrate(MIGRATIONS).await.map_err(|error| format!("the schema can't be made: {error}"))?;
    carry(&source.read().await.map_err(words)?, target).await
}
