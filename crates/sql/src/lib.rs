//! One SQL text, two databases.
//!
//! [`Pool`] opens SQLite or PostgreSQL; [`Tx`] is one transaction, through which every statement goes; [`Record`] is a
//! row of a table, declared by [`table!`]. A text says `$1`, `{any:$2}` for "= any of this list", `{for update}` and
//! `{skip locked}` (nothing on SQLite); everything else is SQL that both understand. This crate knows nothing of what
//! the tables mean.

mod error;
mod fulltext;
mod listen;
mod meters;
mod migrate;
mod pool;
mod postgres;
mod record;
mod row;
mod sqlite;
mod text;
mod tls;
mod tx;
mod value;

pub use error::{Error, Result};
pub use fulltext::{BREAK, Clause, MOST_WORDS, Phrase, Wanted, Within};
pub use listen::NamedLock;
pub use pool::{Dialect, Options, Pool};
pub use record::{Record, column_name};
pub use row::{Cell, Columns, Row};
pub use tx::Tx;
pub use value::{Field, Json, OptionalParam, Param, Value};
