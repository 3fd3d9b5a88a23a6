//! From an older schema to ours: what would be done, and doing it, all or nothing.

use std::path::{Path, PathBuf};

use sql::{Dialect, Pool};

/// A step by its name, and its text.
pub type Migrations<'a> = &'a [(&'a str, &'a str)];

/// How a database stands to the steps that are known.
#[derive(Debug, PartialEq)]
pub enum State {
    /// There is nothing yet.
    Empty,
    Current,
    /// These are to be done.
    Behind(Vec<Step>),
    /// A step was done that is not known here: a newer Orangery was there.
    Unknown(String),
}

/// A step that was not done yet.
#[derive(Debug, PartialEq)]
pub struct Step {
    pub name: String,
    /// What it is for, as the comment says that it begins with.
    pub about: String,
    /// As this database is told them.
    pub statements: Vec<String>,
}

pub async fn state(pool: &Pool, migrations: Migrations<'_>) -> sql::Result<State> {
    let applied = pool.applied().await?;
    if applied.is_empty() {
        return Ok(State::Empty);
    }
    if let Some(unknown) = applied.iter().find(|it| !migrations.iter().any(|(name, _)| name == it)) {
        return Ok(State::Unknown(unknown.clone()));
    }
    let missing = migrations.iter().filter(|(name, _)| !applied.iter().any(|it| it == name));
    let step = |(name, text): &(&str, &str)| -> sql::Result<Step> {
        let comment = text.lines().take_while(|it| it.starts_with("--")).map(|it| it.trim_start_matches('-').trim());
        let about = comment.collect::<Vec<_>>().join(" ");
        Ok(Step { name: (*name).to_owned(), about, statements: pool.statements(text)? })
    };
    let steps = missing.map(step).collect::<sql::Result<Vec<_>>>()?;
    Ok(if steps.is_empty() { State::Current } else { State::Behind(steps) })
}

/// What was done.
#[derive(Debug)]
pub struct Done {
    pub applied: Vec<String>,
    /// The database as it was before.
    pub copy: Option<PathBuf>,
}

/// Does all steps that are missing, in one transaction, after a copy of `file` was made beside it (SQLite only). Of nodes that do it at once one does,
/// and the others see that it is done.
pub async fn run(pool: &Pool, migrations: Migrations<'_>, file: Option<&Path>) -> Result<Done, String> {
    let words = |error: sql::Error| error.to_string();
    let State::Behind(steps) = state(pool, migrations).await.map_err(words)? else {
        return Ok(Done { applied: Vec::new(), copy: None });
    };
    let copy = match (file, steps.first(), pool.dialect()) {
        (Some(file), Some(first), Dialect::Sqlite) => Some(copy_of(pool, file, &first.name).await?),
        _ => None,
    };
    match pool.migrate(migrations).await {
        Ok(applied) => Ok(Done { applied, copy }),
        Err(error) => {
            if let Some(copy) = &copy {
                let _ = std::fs::remove_file(copy);
            }
            Err(format!("the schema can't be brought up to date, and is as it was: {error}"))
        }
    }
}

/// `orangery.db.before-0002_name`, or with a number where there is one already.
async fn copy_of(pool: &Pool, file: &Path, step: &str) -> Result<PathBuf, String> {
    let named = |suffix: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".before-{step}{suffix}"));
        PathBuf::from(name)
    };
    let numbers = (1..).map(|n| if n == 1 { String::new() } else { format!("-{n}") });
    let copy = numbers.map(|it| named(&it)).find(|it| !it.exists()).unwrap_or_else(|| named("-last"));
    let made = pool.backup(&copy).await;
    made.map_err(|error| format!("{} can't be written, and nothing was changed: {error}", copy.display()))?;
    Ok(copy)
}

/// Why a house with an older schema is not opened, and what to do.
pub fn refusal(steps: &[Step]) -> String {
    let names: Vec<&str> = steps.iter().map(|it| it.name.as_str()).collect();
    format!(
        "the database has an older schema: {} missing ({}). `orangery upgrade --dry-run` says what would be done to it; then run `orangery upgrade`, \
         or start with --upgrade",
        if steps.len() == 1 { "a step is".to_owned() } else { format!("{} steps are", steps.len()) },
        names.join(", ")
    )
}

pub fn unknown(name: &str) -> String {
    format!("a newer Orangery was here: {name} is not known to this one ({})", env!("CARGO_PKG_VERSION"))
}

/// What a statement does, in plain words.
pub fn in_words(statement: &str) -> String {
    let code = statement.lines().map(str::trim).filter(|it| !it.starts_with("--")).collect::<Vec<_>>().join(" ");
    let words: Vec<&str> =
        code.split(|it: char| it.is_whitespace() || "(,".contains(it)).filter(|it| !it.is_empty()).collect();
    let lower: Vec<String> = words.iter().map(|it| it.to_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let at = |n: usize| words.get(n).copied().unwrap_or("?").trim_matches('"');
    let after = |word: &str| lower.iter().position(|it| *it == word).map_or("?", |n| at(n + 1));
    match lower.as_slice() {
        ["create", "table", ..] => format!("makes the table {}", at(2)),
        ["create", "virtual", "table", ..] => format!("makes the table {}", at(3)),
        ["create", "trigger", ..] => format!("makes the trigger {}", at(2)),
        ["create", "index" | "unique", ..] => {
            format!("makes an index of {}; nobody writes to it meanwhile", after("on"))
        }
        ["alter", "table", _, "add", "column", ..] => format!("adds the column {} to {}", at(5), at(2)),
        ["alter", "table", _, "add", ..] => format!("adds {} to {}", at(4), at(2)),
        ["alter", "table", _, "drop", "column", ..] => {
            format!("removes the column {} of {}, with what is in it", at(5), at(2))
        }
        ["alter", "table", _, "rename", ..] => format!("renames something of {}", at(2)),
        ["alter", "table", ..] => format!("changes the table {}", at(2)),
        ["drop", "table", ..] => format!("removes the table {}, with what is in it", at(2)),
        ["drop", "index", ..] => format!("removes the index {}", at(2)),
        ["update", ..] => format!("changes rows of {}", at(1)),
        ["delete", ..] => format!("removes rows of {}", after("from")),
        ["insert", ..] => format!("adds rows to {}", after("into")),
        _ => "does this".to_owned(),
    }
}
