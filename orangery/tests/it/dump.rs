//! Everything that is in a database, as texts: to compare two.

use std::collections::BTreeMap;

use orangery::schema;
use sql::{Options, Pool, Row};

pub async fn open(url: &str) -> Pool {
    Pool::open(url, Options { readers: 1, connections: 2, ..Options::default() }).await.unwrap()
}

/// Each table of the schema with its rows.
pub async fn dump(pool: &Pool) -> BTreeMap<&'static str, Vec<String>> {
    let tx = pool.read().await.unwrap();
    let mut all = BTreeMap::new();
    for table in schema::tables() {
        let columns: Vec<String> = table.columns.iter().map(|it| format!("\"{}\"", it.name)).collect();
        let select = format!("select {} from \"{}\" order by id", columns.join(", "), table.name);
        let line = |row: &Row| -> String {
            let cells = table.columns.iter().enumerate().map(|(n, column)| cell(row, n, column.kind));
            cells.collect::<Vec<_>>().join(" | ")
        };
        all.insert(table.name, tx.rows(&select, &[]).await.unwrap().iter().map(line).collect());
    }
    all
}

fn cell(row: &Row, n: usize, kind: &str) -> String {
    match kind {
        "text" => format!("{:?}", row.get::<Option<String>>(n).unwrap()),
        "boolean" => format!("{:?}", row.get::<Option<bool>>(n).unwrap()),
        "bytes" => format!("{:?}", row.get::<Option<Vec<u8>>>(n).unwrap()),
        "double" => format!("{:?}", row.get::<Option<f64>>(n).unwrap()),
        _ => format!("{:?}", row.get::<Option<i64>>(n).unwrap()),
    }
}
