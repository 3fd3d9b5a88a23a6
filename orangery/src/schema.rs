//! The schema's steps, in order. A step that has shipped is never edited: a new one is added.

pub mod upgrade;

pub const MIGRATIONS: &[(&str, &str)] = &[("0001_the_house", include_str!("../migrations/0001_the_house.sql"))];

/// A table as the schema declares it.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    pub name: &'static str,
    pub columns: Vec<Column>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: &'static str,
    /// In the portable words: `{id}`, `bigint`, `boolean`, `bytes`, `double`, `text`.
    pub kind: &'static str,
    /// Whether it names a row of its own table, as a department names the one above it.
    pub own: bool,
}

/// All tables, each after those that it refers to: the order in which they are made is one in which they can be filled.
pub fn tables() -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    for statement in MIGRATIONS.iter().flat_map(|(_, text)| text.split(";\n")) {
        let mut lines = statement.lines().map(str::trim).filter(|it| !it.is_empty() && !it.starts_with("--"));
        let head = lines.next().unwrap_or_default();
        if let Some(name) = head.strip_prefix("create table ").and_then(|it| it.strip_suffix(" (")) {
            tables.push(Table { name, columns: lines.filter_map(|it| column(it, name)).collect() });
        } else if let Some((name, added)) =
            head.strip_prefix("alter table ").and_then(|it| it.split_once(" add column "))
            && let Some(table) = tables.iter_mut().find(|it| it.name == name)
        {
            table.columns.extend(column(added, name));
        }
    }
    tables
}

/// One line of a `create table`; the last is its closing bracket.
fn column(line: &'static str, table: &str) -> Option<Column> {
    let (name, rest) = line.split_once(' ')?;
    let kind = rest.split([' ', ',']).next()?;
    Some(Column { name, kind, own: rest.contains(&format!("references {table}(")) })
}
