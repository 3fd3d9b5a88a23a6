//! Everything from one database into another, row by row, with its ids: what moves a house, and what backs PostgreSQL up into a file. The tables are
//! those of the schema, whatever that is.

use sql::{Dialect, Pool, Tx, Value, params};

use super::{Done, out::words, rows};
use crate::domain::search;
use crate::schema::{
    self, MIGRATIONS, Table,
    upgrade::{self, State},
};

/// SQLite takes no more parameters in one statement, PostgreSQL some more.
const MAX_PARAMS: usize = 32_766;
/// Rows inserted by one statement.
const BATCH: usize = 200;

/// Copies all tables of the schema as `from` sees them, in one transaction: what breaks off leaves nothing behind.
pub async fn carry(from: &Tx, target: &Pool) -> Result<Vec<(&'static str, i64)>, String> {
    let tables = schema::tables();
    let to = target.begin().await.map_err(words)?;
    // Rows that the schema itself brings along.
    for table in tables.iter().rev() {
        to.execute(&format!("delete from \"{}\"", table.name), &[]).await.map_err(words)?;
    }
    let mut counts = Vec::new();
    for table in &tables {
        let failed = |error: sql::Error| format!("{}: {error}", table.name);
        copy(from, &to, table).await.map_err(failed)?;
        link(from, &to, table).await.map_err(failed)?;
        number_on(from, &to, table).await.map_err(failed)?;
        let (there, here) =
            (rows::count(from, table).await.map_err(failed)?, rows::count(&to, table).await.map_err(failed)?);
        if there != here {
            return Err(format!("{}: {there} rows, but {here} arrived; nothing was carried over", table.name));
        }
        counts.push((table.name, here));
    }
    // The index of search is made there, from what has just arrived.
    search::mark_all(&to).await.map_err(words)?;
    to.commit().await.map_err(words)?;
    Ok(counts)
}

/// How many rows one statement inserts.
pub fn at_once(table: &Table) -> usize {
    BATCH.min(MAX_PARAMS / table.columns.len().max(1))
}

/// Copies the rows, without what refers to the table itself.
async fn copy(from: &Tx, to: &Tx, table: &Table) -> sql::Result<()> {
    let at_once = at_once(table);
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

/// Writes rows by one statement; of more than [`at_once`] there would be too many parameters.
pub async fn insert(to: &Tx, table: &Table, batch: &[Vec<Value>]) -> sql::Result<()> {
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
    number(to, table, last_id(from, table).await?).await
}

/// The last id that the database gave to a row of this table; 0 if it gave none.
pub async fn last_id(tx: &Tx, table: &Table) -> sql::Result<i64> {
    let row = match tx.dialect() {
        Dialect::Sqlite => tx.row("select seq from sqlite_sequence where name = $1", params![table.name]).await?,
        Dialect::Postgres => {
            let last =
                "select pg_sequence_last_value(cast(cast(pg_get_serial_sequence($1, 'id') as text) as regclass))";
            tx.row(last, params![table.name]).await?
        }
    };
    let last: Option<i64> = row.map_or(Ok(None), |row| row.get(0))?;
    Ok(last.unwrap_or_default())
}

/// From now on the database gives ids above `last`.
pub async fn number(to: &Tx, table: &Table, last: i64) -> sql::Result<()> {
    if last <= 0 {
        return Ok(());
    }
    if to.dialect() == Dialect::Postgres {
        let sql = format!("select setval(pg_get_serial_sequence('\"{}\"', 'id'), $1)", table.name);
        return to.rows(&sql, params![last]).await.map(drop);
    }
    to.execute("delete from sqlite_sequence where name = $1", params![table.name]).await?;
    to.execute("insert into sqlite_sequence (name, seq) values ($1, $2)", params![table.name, last]).await.map(drop)
}

/// Refuses a database whose schema is another than ours.
pub async fn is_ours(pool: &Pool) -> Done {
    match upgrade::state(pool, MIGRATIONS).await.map_err(words)? {
        State::Current => Ok(()),
        State::Behind(steps) => Err(upgrade::refusal(&steps)),
        State::Unknown(name) => Err(upgrade::unknown(&name)),
        State::Empty => Err("there is no Orangery in that database".to_owned()),
    }
}

/// Refuses a target that holds anything. What a move that broke off has left is tables without rows.
pub async fn is_empty(target: &Pool) -> Done {
    let tx = target.read().await.map_err(words)?;
    let sql = "select table_name from information_schema.tables where table_schema = current_schema()";
    let there = tx.rows(sql, &[]).await.map_err(words)?;
    let there: Vec<String> = there.iter().map(|row| row.get(0)).collect::<Result<_, _>>().map_err(words)?;
    let ours = schema::tables();
    let is_ours = |it: &&String| ours.iter().any(|table| table.name == **it) || schema::DERIVED.contains(&it.as_str());
    if let Some(other) = there.iter().find(|it| *it != "migrations" && !is_ours(it)) {
        return Err(format!("the target is not empty: it has a table {other}"));
    }
    if there.iter().any(|it| it == "organization")
        && tx.count("select count(*) from organization", &[]).await.map_err(words)? > 0
    {
        return Err("the target is not empty: there is an Orangery in it".to_owned());
    }
    Ok(())
}
