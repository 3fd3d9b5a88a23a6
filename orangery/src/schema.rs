//! The schema's steps, in order. A step that has shipped is never edited: a new one is added.

pub mod upgrade;

pub const MIGRATIONS: &[(&str, &str)] = &[("0001_the_house", include_str!("../migrations/0001_the_house.sql"))];

/// A table as the schema declares it.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: &'static str,
    pub columns: Vec<Column>,
    /// Columns whose values, together, stand in one row only.
    pub unique: Vec<Vec<&'static str>>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: &'static str,
    /// In the portable words: `{id}`, `bigint`, `boolean`, `bytes`, `double`, `text`.
    pub kind: &'static str,
    /// Whether it names a row of its own table, as a department names the one above it.
    pub own: bool,
    /// The table whose rows it names.
    pub references: Option<&'static str>,
    pub nullable: bool,
}

/// What is made from other tables, and made anew where it is missing: no part of an export, and not carried to another database.
pub const DERIVED: &[&str] = &["attachment_texts", "search_stale", "search_progress", "search_index"];

/// All tables that are not derived, each after those that it refers to: the order in which they are made is one in which they can be filled.
pub fn tables() -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for statement in MIGRATIONS.iter().flat_map(|(_, text)| text.split(";\n")) {
        let mut lines = statement.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with("--"));
        let head = lines.next().unwrap_or_default();
        if let Some(name) = head.strip_prefix("create table ").and_then(|it| it.strip_suffix(" (")) {
            if DERIVED.contains(&name) {
                continue;
            }
            let lines: Vec<&str> = lines.collect();
            let unique = lines.iter().filter(|it| it.trim_end_matches(',').ends_with(" unique"));
            let unique = unique.filter_map(|it| Some(vec![it.split_once(' ')?.0])).collect();
            let columns = lines.iter().filter_map(|it| column(it, name)).collect();
            tables.push(Table { name, columns, unique });
        } else if let Some((name, added)) =
            head.strip_prefix("alter table ").and_then(|it| it.split_once(" add column "))
            && let Some(table) = tables.iter_mut().find(|it| it.name == name)
        {
            table.columns.extend(column(added, name));
        } else if let Some((name, columns)) = unique_index(head)
            && let Some(table) = tables.iter_mut().find(|it| it.name == name)
        {
            table.unique.push(columns);
        }
    }
    tables
}

/// One line of a `create table`; the last is its closing bracket.
fn column(line: &'static str, table: &str) -> Option<Column> {
    let (name, rest) = line.split_once(' ')?;
    let kind = rest.split([' ', ',']).next()?;
    let references = rest.split_once("references ").and_then(|it| Some(it.1.split_once('(')?.0));
    let nullable = kind != "{id}" && !rest.contains("not null");
    Some(Column { name, kind, own: references == Some(table), references, nullable })
}

/// The table and the columns of a unique index over all rows.
fn unique_index(head: &'static str) -> Option<(&'static str, Vec<&'static str>)> {
    let (_, on) = head.strip_prefix("create unique index ")?.split_once(" on ")?;
    let (table, columns) = on.split_once(" (")?;
    let columns = columns.strip_suffix(')')?;
    Some((table, columns.split(", ").collect()))
}
