//! A house in which every column of every table holds something, whatever the schema is: for what has to carry all of it.

use orangery::schema::{self, Column, MIGRATIONS, Table};
use sql::{Pool, Tx, Value};

use super::Home;
use super::backup::{block_on, orangery_key};
use crate::dump;

/// So many rows each table has, but for those of which there is one.
pub const ROWS: i64 = 3;

/// What a text column is to hold, by table, column and row.
pub type Text<'a> = &'a dyn Fn(&Table, &Column, i64) -> String;

/// Makes the schema at `url`, and fills it.
pub fn fill(home: &Home, url: &str, text: Text<'_>) {
    std::fs::create_dir_all(home.path("orangery-data")).unwrap();
    let seal = courier::seal::Seal::new(orangery_key(home));
    block_on(async {
        let pool: Pool = dump::open(url).await;
        pool.migrate(MIGRATIONS).await.unwrap();
        let tx = pool.begin().await.unwrap();
        tx.execute("delete from journal_head", &[]).await.unwrap();
        let tables = schema::tables();
        for table in &tables {
            let rows = if matches!(table.name, "organization" | "journal_head") { 1 } else { ROWS };
            for row in 1..=rows {
                let value = |column: &Column| match column.kind {
                    "{id}" => Value::Int(row),
                    // Another row of the same table comes later: see below.
                    _ if column.own => Value::Null,
                    "bigint" if column.name.ends_with("_at") => Value::Int(1_700_000_000_123_000 + row * 1_000_000),
                    "bigint" => Value::Int(row),
                    "boolean" => Value::Bool(row % 2 == 1),
                    "bytes" => Value::Bytes(seal.seal(format!("secret {row}").as_bytes())),
                    "double" => Value::Real(row as f64 + 0.25),
                    _ => Value::Text(text(table, column, row)),
                };
                insert(&tx, table, &table.columns.iter().map(value).collect::<Vec<_>>()).await;
            }
            for column in table.columns.iter().filter(|it| it.own) {
                let sql = format!("update \"{}\" set \"{}\" = {ROWS} where id = 1", table.name, column.name);
                tx.execute(&sql, &[]).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
    });
}

async fn insert(tx: &Tx, table: &Table, row: &[Value]) {
    let columns: Vec<String> = table.columns.iter().map(|it| format!("\"{}\"", it.name)).collect();
    let marks: Vec<String> = (1..=row.len()).map(|n| format!("${n}")).collect();
    let sql = format!("insert into \"{}\" ({}) values ({})", table.name, columns.join(", "), marks.join(", "));
    tx.execute(&sql, row).await.unwrap_or_else(|why| panic!("{}: {why}", table.name));
}
