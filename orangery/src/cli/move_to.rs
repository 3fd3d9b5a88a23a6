//! `orangery move`: from SQLite to PostgreSQL, everything, with its ids.

use clap::Args;
use serde_json::json;
use sql::{Dialect, Pool, Tx, Value, params};

use super::{
    Done, House,
    lock::Lock,
    opened::{Place, open_pool},
    out::{self, words},
    rows,
};
use crate::schema::{self, MIGRATIONS, Table};

/// PostgreSQL takes no more parameters in one statement.
const MAX_PARAMS: usize = 65_535;
/// Rows inserted by one statement.
const BATCH: usize = 200;

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
        bring_up_to_date(&source).await?;
        let target = open_pool(&self.to).await?;
        is_empty(&target).await?;
        bring_up_to_date(&target).await?;
        let counts = carry(&source, &target).await?;

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

async fn bring_up_to_date(pool: &Pool) -> Done {
    pool.migrate(MIGRATIONS).await.map(drop).map_err(|error| format!("the schema can't be brought up to date: {error}"))
}

/// Refuses a target that holds anything. What a move that broke off has left is tables without rows.
async fn is_empty(target: &Pool) -> Done {
    let tx = target.read().await.map_err(words)?;
    let sql = "select table_name from information_schema.tables where table_schema = current_schema()";
    let there = tx.rows(sql, &[]).await.map_err(words)?;
    let there: Vec<String> = there.iter().map(|row| row.get(0)).collect::<Result<_, _>>().map_err(words)?;
    let ours = schema::tables();
    if let Some(other) = there.iter().find(|it| *it != "migrations" && !ours.iter().any(|table| table.name == *it)) {
        return Err(format!("the target is not empty: it has a table {other}"));
    }
    if there.iter().any(|it| it == "organization")
        && tx.count("select count(*) from organization", &[]).await.map_err(words)? > 0
    {
        return Err("the target is not empty: there is an Orangery in it".to_owned());
    }
    Ok(())
}

/// All of it in one transaction: a move that breaks off leaves nothing behind.
async fn carry(source: &Pool, target: &Pool) -> Result<Vec<(&'static str, i64)>, String> {
    let tables = schema::tables();
    let from = source.read().await.map_err(words)?;
    let to = target.begin().await.map_err(words)?;
    // Rows that the schema itself brings along.
    for table in tables.iter().rev() {
        to.execute(&format!("delete from \"{}\"", table.name), &[]).await.map_err(words)?;
    }
    let mut counts = Vec::new();
    for table in &tables {
        let failed = |error: sql::Error| format!("{}: {error}", table.name);
        copy(&from, &to, table).await.map_err(failed)?;
        link(&from, &to, table).await.map_err(failed)?;
        number_on(&from, &to, table).await.map_err(failed)?;
        let (there, here) =
            (rows::count(&from, table).await.map_err(failed)?, rows::count(&to, table).await.map_err(failed)?);
        if there != here {
            return Err(format!("{}: {there} rows, but {here} arrived; nothing was moved", table.name));
        }
        counts.push((table.name, here));
    }
    to.commit().await.map_err(words)?;
    Ok(counts)
}

/// Copies the rows, without what refers to the table itself.
async fn copy(from: &Tx, to: &Tx, table: &Table) -> sql::Result<()> {
    let at_once = BATCH.min(MAX_PARAMS / table.columns.len().max(1));
    let mut after = 0;
    loop {
        let mut page = rows::page(from, table, after).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = rows::id(last);
        for row in &mut page {
            for (value, column) in row.iter_mut().zip(&table.columns) {
                if column.own {
                    *value = Value::Null;
                }
            }
        }
        for batch in page.chunks(at_once) {
            insert(to, table, batch).await?;
        }
    }
}

async fn insert(to: &Tx, table: &Table, batch: &[Vec<Value>]) -> sql::Result<()> {
    let width = table.columns.len();
    let marks = (0..batch.len()).map(|row| {
        let marks: Vec<String> = (1..=width).map(|n| format!("${}", row * width + n)).collect();
        format!("({})", marks.join(", "))
    });
    let marks: Vec<String> = marks.collect();
    let sql = format!("insert into \"{}\" ({}) values {}", table.name, rows::columns(table), marks.join(", "));
    to.execute(&sql, &batch.concat()).await.map(drop)
}

/// Writes what refers to the table itself, now that all of its rows are there.
async fn link(from: &Tx, to: &Tx, table: &Table) -> sql::Result<()> {
    for column in table.columns.iter().filter(|it| it.own) {
        let name = column.name;
        let links = format!("select id, \"{name}\" from \"{}\" where \"{name}\" is not null", table.name);
        let sql = format!("update \"{}\" set \"{name}\" = $2 where id = $1", table.name);
        for row in from.rows(&links, &[]).await? {
            to.execute(&sql, params![row.get::<i64>(0)?, row.get::<i64>(1)?]).await?;
        }
    }
    Ok(())
}

/// An id that was given once is not given again, even if its row is gone.
async fn number_on(from: &Tx, to: &Tx, table: &Table) -> sql::Result<()> {
    let last = match from.dialect() {
        Dialect::Sqlite => {
            let row = from.row("select seq from sqlite_sequence where name = $1", params![table.name]).await?;
            row.map_or(Ok(0), |row| row.get::<i64>(0))?
        }
        Dialect::Postgres => 0,
    };
    if last > 0 {
        let sql = format!("select setval(pg_get_serial_sequence('\"{}\"', 'id'), $1)", table.name);
        to.rows(&sql, params![last]).await?;
    }
    Ok(())
}
