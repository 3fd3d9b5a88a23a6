//! The schema: one text for both databases, applied a migration at a time.
//!
//! The portable words are `{id}` for the column every table begins with (an id is never given twice), and the column
//! types `bigint`, `boolean`, `bytes`, `double`, `text`. Statements end with `;` at the end of a line. One that begins
//! with `{sqlite}` or `{postgres}` is for that database alone: what has no portable words, as full-text search.
//! Constraints are checked at once, never deferred: on SQLite the transactions of a batch share one COMMIT, and none may
//! fail it for the others.

use std::borrow::Cow;

use crate::{Dialect, Error, Pool, Result, Tx, params};

impl Pool {
    /// Applies what was not applied yet, all of it in one transaction or nothing, and answers the names. Nodes that
    /// start together wait for each other.
    pub async fn migrate(&self, migrations: &[(&str, &str)]) -> Result<Vec<String>> {
        let mut applied = Vec::new();
        let tx = self.begin().await?;
        prepare(&tx).await?;
        for &(name, schema) in migrations {
            if tx.count("select count(*) from migrations where name = $1", params![name]).await? > 0 {
                continue;
            }
            tx.script(&translate(schema, self.dialect())?).await?;
            tx.execute("insert into migrations (name) values ($1)", params![name]).await?;
            applied.push(name.to_owned());
        }
        tx.commit().await?;
        Ok(applied)
    }

    /// The names of what was applied, in their order; none where there never was anything.
    pub async fn applied(&self) -> Result<Vec<String>> {
        let tx = self.read().await?;
        let there = match self.dialect() {
            Dialect::Sqlite => "select count(*) from sqlite_master where type = 'table' and name = 'migrations'",
            Dialect::Postgres => {
                "select count(*) from information_schema.tables
                where table_schema = current_schema() and table_name = 'migrations'"
            }
        };
        if tx.count(there, &[]).await? == 0 {
            return Ok(Vec::new());
        }
        let rows = tx.rows("select name from migrations order by name", &[]).await?;
        rows.iter().map(|row| row.get(0)).collect()
    }

    /// The statements of a migration, as this database is told them.
    pub fn statements(&self, schema: &str) -> Result<Vec<String>> {
        let translated = translate(schema, self.dialect())?;
        let statements = translated.split(";\n").map(str::trim).filter(|it| !it.is_empty());
        Ok(statements.map(str::to_owned).collect())
    }
}

async fn prepare(tx: &Tx) -> Result<()> {
    let table = "create table if not exists migrations (name text not null primary key)";
    match tx.dialect() {
        Dialect::Sqlite => tx.script(&format!("{table} strict")).await,
        Dialect::Postgres => {
            tx.rows("select pg_advisory_xact_lock(hashtext('migrations of ' || current_schema()))", &[]).await?;
            tx.script(table).await
        }
    }
}

fn translate(schema: &str, dialect: Dialect) -> Result<String> {
    let mut out = String::with_capacity(schema.len() + 256);
    for statement in schema.split_inclusive(";\n") {
        if statement.to_lowercase().contains("initially deferred") {
            return Err(Error::Database("constraints are not deferred: they would fail a whole batch".to_owned()));
        }
        let Some(statement) = addressed(statement, dialect) else { continue };
        let statement = statement.as_ref();
        let text = words(statement, dialect);
        let body = text.trim_end().trim_end_matches(';');
        if dialect == Dialect::Sqlite && creates_table(statement) {
            let comma = if body.to_lowercase().ends_with("without rowid") { "," } else { "" };
            out.push_str(&format!("{body}{comma} strict;\n"));
        } else {
            out.push_str(&text);
        }
    }
    Ok(out)
}

/// The statement without the name of the database that it is for; nothing if that is another.
fn addressed(statement: &str, dialect: Dialect) -> Option<Cow<'_, str>> {
    let (ours, others) = match dialect {
        Dialect::Sqlite => ("{sqlite} ", "{postgres} "),
        Dialect::Postgres => ("{postgres} ", "{sqlite} "),
    };
    let begins = |with: &str| {
        statement
            .lines()
            .find(|it| !it.trim().is_empty() && !it.trim().starts_with("--"))
            .is_some_and(|it| it.trim_start().starts_with(with))
    };
    match () {
        _ if begins(others) => None,
        _ if begins(ours) => Some(Cow::Owned(statement.replacen(ours, "", 1))),
        _ => Some(Cow::Borrowed(statement)),
    }
}

fn creates_table(statement: &str) -> bool {
    let first = statement.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("--"));
    first.is_some_and(|line| line.to_lowercase().starts_with("create table"))
}

/// Translates types where a type stands, which is after a column's name: a column may be called `bytes`.
fn words(statement: &str, dialect: Dialect) -> String {
    let types = creates_table(statement) || statement.to_lowercase().contains("alter table");
    let mut out = String::with_capacity(statement.len() + 64);
    // What stood before, and before that: a word, or a sign.
    let (mut before, mut last) = ("", "(");
    let mut rest = statement;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let len = match first {
            _ if rest.starts_with("--") => rest.find('\n').unwrap_or(rest.len()),
            _ if rest.starts_with("{id}") => 4,
            '\'' | '"' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
            _ if word(first) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
            _ => first.len_utf8(),
        };
        let (token, after) = rest.split_at(len);
        rest = after;
        let named = last.starts_with(|c| word(c) || c == '"') && matches!(before, "(" | "," | "column" | "add");
        out.push_str(if token == "{id}" || (types && named) { portable(token, dialect) } else { token });
        if !token.trim().is_empty() && !token.starts_with("--") {
            (before, last) = (last, token);
        }
    }
    out
}

fn portable(word: &str, dialect: Dialect) -> &str {
    match (word, dialect) {
        ("{id}", Dialect::Sqlite) => "integer primary key autoincrement",
        ("{id}", Dialect::Postgres) => "bigint generated by default as identity primary key",
        ("bigint" | "boolean", Dialect::Sqlite) => "integer",
        ("double", Dialect::Sqlite) => "real",
        ("double", Dialect::Postgres) => "double precision",
        ("bytes", Dialect::Sqlite) => "blob",
        ("bytes", Dialect::Postgres) => "bytea",
        _ => word,
    }
}
