//! Whole tables, row by row, as the schema declares them: what `export` writes down and `move` carries over.

use sql::{Result, Row, Tx, Value, params};

use crate::schema::{Column, Table};

/// So many rows are read at once.
pub const PAGE: i64 = 1000;

/// The rows that follow `after`, in the order of their ids.
pub async fn page(tx: &Tx, table: &Table, after: i64) -> Result<Vec<Vec<Value>>> {
    let columns = columns(table);
    let sql = format!("select {columns} from \"{}\" where id > $1 order by id limit $2", table.name);
    let rows = tx.rows(&sql, params![after, PAGE]).await?;
    rows.iter().map(|row| read(row, table)).collect()
}

pub async fn count(tx: &Tx, table: &Table) -> Result<i64> {
    tx.count(&format!("select count(*) from \"{}\"", table.name), &[]).await
}

/// The columns, as a statement names them.
pub fn columns(table: &Table) -> String {
    table.columns.iter().map(|it| format!("\"{}\"", it.name)).collect::<Vec<_>>().join(", ")
}

/// The id of a row that was read here, which is its first column.
pub fn id(row: &[Value]) -> i64 {
    match row.first() {
        Some(Value::Int(id)) => *id,
        _ => 0,
    }
}

fn read(row: &Row, table: &Table) -> Result<Vec<Value>> {
    table.columns.iter().enumerate().map(|(n, column)| value(row, n, column)).collect()
}

fn value(row: &Row, n: usize, column: &Column) -> Result<Value> {
    Ok(match column.kind {
        "text" => row.get::<Option<String>>(n)?.map_or(Value::Null, Value::Text),
        "boolean" => row.get::<Option<bool>>(n)?.map_or(Value::Null, Value::Bool),
        "bytes" => row.get::<Option<Vec<u8>>>(n)?.map_or(Value::Null, Value::Bytes),
        "double" => row.get::<Option<f64>>(n)?.map_or(Value::Null, Value::Real),
        _ => row.get::<Option<i64>>(n)?.map_or(Value::Null, Value::Int),
    })
}
