//! Many rows written, each with values of its own, in one statement that both databases understand.

use futures_util::future::try_join_all;
use sql::{Result, Tx, Value};

/// `with v(id, …) as (values (…), …) update … set … from v where …`: its columns and their types, an id first.
pub struct Bulk {
    pub columns: &'static [(&'static str, &'static str)],
    /// From `update` or `insert` on; `v` are the new values.
    pub statement: &'static str,
}

/// Few sizes, so that each is prepared once; what is missing to the next is filled with the id 0, which no row has.
const SIZES: [usize; 4] = [1, 8, 64, 256];

/// The next above, where that is half full at least; else the next below.
fn size(count: usize) -> usize {
    let above = SIZES.into_iter().find(|it| *it >= count && *it <= 2 * count);
    above.or(SIZES.into_iter().rfind(|it| *it <= count)).unwrap_or(1)
}

impl Bulk {
    pub async fn run(&self, tx: &Tx, mut rows: Vec<Value>) -> Result<()> {
        let width = self.columns.len();
        let mut statements = Vec::new();
        while !rows.is_empty() {
            let count = rows.len() / width;
            let size = size(count);
            let later = rows.split_off(rows.len().min(size * width));
            while rows.len() < size * width {
                rows.push(if rows.len().is_multiple_of(width) { Value::Int(0) } else { Value::Null });
            }
            statements.push((self.text(size), std::mem::replace(&mut rows, later)));
        }
        let statements = statements.iter().map(|(sql, rows)| tx.execute(sql, rows));
        try_join_all(statements).await?;
        Ok(())
    }

    fn text(&self, size: usize) -> String {
        let names: Vec<&str> = self.columns.iter().map(|it| it.0).collect();
        let mut text = format!("with v({}) as (values ", names.join(", "));
        for row in 0..size {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for (column, (_, kind)) in self.columns.iter().enumerate() {
                let number = row * names.len() + column + 1;
                let comma = if column == 0 { "" } else { ", " };
                // The first row tells PostgreSQL the types.
                text +=
                    &if row == 0 { format!("{comma}cast(${number} as {kind})") } else { format!("{comma}${number}") };
            }
            text.push(')');
        }
        text.push_str(") ");
        text.push_str(self.statement);
        text
    }
}
