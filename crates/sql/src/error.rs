//! What can go wrong with a statement, in as few words as a caller can act on.

use std::fmt;

use rusqlite::ffi::{self, ErrorCode};
use tokio_postgres::error::SqlState;

/// What a statement or a commit answers when it fails.
#[derive(Debug, Clone, PartialEq)]
pub enum Error {
    /// No row of this table has this id.
    NotFound { table: &'static str, id: i64 },
    /// A unique constraint: `things.name`, or `things.a, things.b`, the same on both databases.
    Unique(String),
    /// A foreign key: the constraint's name on PostgreSQL, SQLite does not say which.
    Foreign(String),
    /// Others were in the way (40001, 40P01, SQLITE_BUSY): the whole transaction may be run again.
    Conflict,
    /// No connection, a full disk, a lost batch: nothing was written, as far as is known.
    Unavailable(String),
    /// Everything else, which is a mistake in the program or in the schema.
    Database(String),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { table, id } => write!(f, "{table} has no row {id}"),
            Self::Unique(what) => write!(f, "not unique: {what}"),
            Self::Foreign(what) => write!(f, "foreign key: {what}"),
            Self::Conflict => write!(f, "another transaction was in the way"),
            Self::Unavailable(why) => write!(f, "the database is unavailable: {why}"),
            Self::Database(why) => write!(f, "database: {why}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        let rusqlite::Error::SqliteFailure(code, message) = &error else { return Self::Database(error.to_string()) };
        let message = message.clone().unwrap_or_else(|| code.to_string());
        match (code.code, code.extended_code) {
            (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID) => {
                let what = message.strip_prefix("UNIQUE constraint failed: ");
                Self::Unique(what.unwrap_or(&message).to_owned())
            }
            (_, ffi::SQLITE_CONSTRAINT_FOREIGNKEY) => Self::Foreign(message),
            (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Conflict,
            (
                ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::CannotOpen
                | ErrorCode::OutOfMemory
                | ErrorCode::PermissionDenied
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::NotADatabase
                | ErrorCode::FileLockingProtocolFailed,
                _,
            ) => Self::Unavailable(message),
            _ => Self::Database(message),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        let Some(db) = error.as_db_error() else {
            let text = chain(&error);
            // An error that no server sent is a lost connection, or a parameter that does not fit.
            let lost =
                error.is_closed() || std::error::Error::source(&error).is_some_and(|it| it.is::<std::io::Error>());
            return if lost { Self::Unavailable(text) } else { Self::Database(text) };
        };
        let constraint = || db.constraint().unwrap_or(db.message()).to_owned();
        match db.code() {
            code if *code == SqlState::UNIQUE_VIOLATION => Self::Unique(unique(db).unwrap_or_else(constraint)),
            code if *code == SqlState::FOREIGN_KEY_VIOLATION || code.code() == "23001" => Self::Foreign(constraint()),
            code => match code.code() {
                "40001" | "40P01" | "55P03" => Self::Conflict,
                code if code.starts_with("08")
                    || code.starts_with("53")
                    || code.starts_with("57P")
                    || code.starts_with("58") =>
                {
                    Self::Unavailable(db.message().to_owned())
                }
                code => Self::Database(format!("{} ({code})", db.message())),
            },
        }
    }
}

impl From<deadpool_postgres::PoolError> for Error {
    fn from(error: deadpool_postgres::PoolError) -> Self {
        match error {
            deadpool_postgres::PoolError::Backend(error) => Self::Unavailable(chain(&error)),
            error => Self::Unavailable(error.to_string()),
        }
    }
}

/// Says `things.name` where PostgreSQL says `Key (name)=(Ann) already exists`, as SQLite does; an index on an
/// expression is named, as SQLite names it.
fn unique(error: &tokio_postgres::error::DbError) -> Option<String> {
    let columns = error.detail()?.split_once('(')?.1.split_once(")=(")?.0;
    if columns.contains('(') {
        return Some(format!("index '{}'", error.constraint()?));
    }
    let table = error.table()?;
    let columns = columns.split(", ").map(|column| format!("{table}.{}", column.trim_matches('"')));
    Some(columns.collect::<Vec<_>>().join(", "))
}

/// An error with all that caused it, on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
