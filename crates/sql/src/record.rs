//! Rows of tables, each column named once: [`Record`], [`table!`](crate::table), and the statements they make.

use std::sync::Arc;

use crate::text::{Head, Text, Verb, text};
use crate::{Result, Row, Value};

/// A row of one table: [`table!`](crate::table) writes this. Every table has an `id`, named first.
pub trait Record: Sized + Send + Sync {
    const TABLE: &'static str;
    const COLUMNS: &'static [&'static str];
    fn read(row: &Row) -> Result<Self>;
    fn values(&self) -> Vec<Value>;
    fn id(&self) -> i64;
    fn set_id(&mut self, id: i64);
}

/// Declares a table's row: `table! { /// A person. Person: "people" { id: i64, name: String } }`.
#[macro_export]
macro_rules! table {
    ($(#[$meta:meta])* $name:ident: $table:literal { $($(#[$doc:meta])* $column:ident: $ty:ty),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name { $($(#[$doc])* pub $column: $ty),+ }
        impl $crate::Record for $name {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$($crate::column_name(stringify!($column))),+];
            fn read(row: &$crate::Row) -> $crate::Result<Self> {
                let mut columns = row.columns();
                Ok(Self { $($column: columns.next()?),+ })
            }
            fn values(&self) -> Vec<$crate::Value> {
                vec![$($crate::Field::value(&self.$column)),+]
            }
            fn id(&self) -> i64 { self.id }
            fn set_id(&mut self, id: i64) { self.id = id; }
        }
    };
}

/// The column a Rust name stands for: `r#type` is `type`.
pub const fn column_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// A table as the statements see it, without its type: the generic part of this crate ends here.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub table: &'static str,
    columns: &'static [&'static str],
}

impl Shape {
    pub(crate) fn of<T: Record>() -> Self {
        Self { table: T::TABLE, columns: T::COLUMNS }
    }

    pub(crate) fn statement(self, verb: Verb, tail: &str) -> Arc<Text> {
        let columns = (self.columns.as_ptr() as usize, self.columns.len());
        text(Head { verb, table: self.table, columns }, tail, &|| self.build(verb, tail))
    }

    /// Names are quoted: a column may be called `order`.
    fn build(self, verb: Verb, tail: &str) -> String {
        let table = self.table;
        let quoted: Vec<String> = self.columns.iter().map(|column| format!("\"{column}\"")).collect();
        let marks: Vec<String> = (1..=quoted.len()).map(|n| format!("${n}")).collect();
        match verb {
            Verb::Plain => tail.to_owned(),
            Verb::Select => format!("select {} from \"{table}\" {tail}", quoted.join(", ")),
            Verb::Children => {
                format!("select {} from \"{table}\" where \"{tail}\" {{any:$1}} order by \"id\"", quoted.join(", "))
            }
            Verb::ChildrenOfOne => {
                format!("select {} from \"{table}\" where \"{tail}\" = $1 order by \"id\"", quoted.join(", "))
            }
            Verb::DeleteWhere => format!("delete from \"{table}\" {tail}"),
            Verb::Insert if quoted.len() == 1 => format!("insert into \"{table}\" default values{tail}"),
            Verb::Insert => {
                let (columns, marks) = (quoted[1..].join(", "), marks[..marks.len() - 1].join(", "));
                format!("insert into \"{table}\" ({columns}) values ({marks}){tail}")
            }
            Verb::InsertKept => {
                format!("insert into \"{table}\" ({}) values ({})", quoted.join(", "), marks.join(", "))
            }
            Verb::Update => {
                let sets: Vec<String> =
                    quoted.iter().zip(&marks).map(|(column, mark)| format!("{column} = {mark}")).collect();
                format!("update \"{table}\" set {} where \"id\" = $1", sets[sets.len().min(1)..].join(", "))
            }
            // PostgreSQL only: the identity sequence must not give an id that a row was inserted with.
            Verb::Past => format!(
                "select setval(s, $1) from (select pg_get_serial_sequence('\"{table}\"', 'id')::regclass as s) as q
                 where s is not null and $1 > coalesce(pg_sequence_last_value(s), 0)"
            ),
        }
    }
}
