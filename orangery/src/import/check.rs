//! What the database would refuse is found before: references to what is not there, and what may be there only once.

use std::collections::{BTreeSet, HashMap, HashSet};

use sql::Value;

use super::{
    Kind, Trouble,
    sink::{Group, Sink, id_of},
};
use crate::{
    error::Result,
    schema::{Column, Table},
};

impl<'a> Sink<'a> {
    /// A reference to nothing becomes null where that may be; else the row is left out. Both are told.
    pub(super) async fn check_references(&mut self, group: &mut Group<'a>) -> Result<()> {
        for column in &group.table.columns {
            let (Some(referred), Some(at)) = (column.references, group.position(column.name)) else { continue };
            let mut named: BTreeSet<i64> = group.rows.iter().filter_map(|it| number(&it[at])).collect();
            if column.own {
                let own: BTreeSet<i64> = group.rows.iter().map(|it| id_of(it)).collect();
                named.retain(|it| !own.contains(it));
            }
            let missing = self.missing(referred, named).await?;
            if missing.is_empty() {
                continue;
            }
            let (nullable, table) = (column.nullable, group.table.name);
            let troubles = &mut self.tally.troubles;
            group.rows.retain_mut(|row| {
                let Some(id) = number(&row[at]).filter(|it| missing.contains(it)) else { return true };
                troubles.push(unknown(table, row, column, id));
                row[at] = Value::Null;
                nullable
            });
        }
        Ok(())
    }

    /// The same for one column of a row that is there.
    pub(super) async fn is_known_reference(
        &mut self,
        table: &Table,
        column: &str,
        row_id: i64,
        value: &Value,
    ) -> Result<bool> {
        let Some(column) = table.columns.iter().find(|it| it.name == column) else { return Ok(false) };
        let (Some(referred), Some(id)) = (column.references, number(value)) else { return Ok(true) };
        let known = self.missing(referred, BTreeSet::from([id])).await?.is_empty();
        if !known {
            self.tally.troubles.push(unknown(table.name, &[Value::Int(row_id)], column, id));
        }
        Ok(known)
    }

    async fn missing(&self, table: &str, mut ids: BTreeSet<i64>) -> Result<BTreeSet<i64>> {
        if ids.is_empty() {
            return Ok(ids);
        }
        let sql = format!("select id from \"{table}\" where id {{any:$1}}");
        for row in self.work.tx.rows(&sql, &[Value::Ids(ids.iter().copied().collect())]).await? {
            ids.remove(&row.get::<i64>(0)?);
        }
        Ok(ids)
    }

    /// What may be there only once and is there already: a name gets its id appended, what may be empty is left empty, any other row is left
    /// out. All are told.
    pub(super) async fn check_unique(&mut self, group: &mut Group<'a>, of: Option<(&str, &[i64])>) -> Result<()> {
        for unique in &group.table.unique {
            let Some(at) = unique.iter().map(|it| group.position(it)).collect::<Option<Vec<usize>>>() else { continue };
            let taken = self.taken(group, unique, &at, of).await?;
            let mut seen: HashMap<String, i64> = taken;
            let mut kept = Vec::new();
            for mut row in std::mem::take(&mut group.rows) {
                let key = key(&row, &at);
                let own = id_of(&row);
                let other = key.as_ref().and_then(|it| seen.get(it)).copied().filter(|it| *it != own || own == 0);
                if let Some(other) = other {
                    self.tally.troubles.push(in_the_way(group, &row, unique, &at, other));
                    if !make_way(group, &mut row, unique, &at) {
                        continue;
                    }
                } else if let Some(key) = key {
                    seen.insert(key, own);
                }
                kept.push(row);
            }
            group.rows = kept;
        }
        Ok(())
    }

    /// Which values are taken, and by whom. Rows of lists that are about to be replaced don't count.
    async fn taken(
        &self,
        group: &Group<'a>,
        unique: &[&'static str],
        at: &[usize],
        of: Option<(&str, &[i64])>,
    ) -> Result<HashMap<String, i64>> {
        let firsts: Vec<&Value> = group.rows.iter().map(|it| &it[at[0]]).collect();
        let texts: HashSet<String> = firsts.iter().filter_map(|it| text(it)).collect();
        let numbers: BTreeSet<i64> = firsts.iter().filter_map(|it| number(it)).collect();
        let among = match (texts.is_empty(), numbers.is_empty()) {
            (true, true) => return Ok(HashMap::new()),
            (true, false) => Value::Ids(numbers.into_iter().collect()),
            (false, _) => Value::Texts(texts.into_iter().collect()),
        };
        let parent = of.map_or("id", |it| it.0);
        let names = unique.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
        let (table, first) = (group.table.name, unique[0]);
        let sql = format!("select id, \"{parent}\", {names} from \"{table}\" where \"{first}\" {{any:$1}}");
        let mut taken = HashMap::new();
        for row in self.work.tx.rows(&sql, &[among]).await? {
            let (id, parent): (i64, i64) = (row.get(0)?, row.get(1)?);
            if of.is_some_and(|it| it.1.contains(&parent)) {
                continue;
            }
            let values = unique.iter().zip(2..).map(|(name, n)| {
                let column = group.table.columns.iter().find(|it| it.name == *name);
                Ok(match column.map(|it| it.kind) {
                    Some("bigint") => row.get::<Option<i64>>(n)?.map_or(Value::Null, Value::Int),
                    _ => row.get::<Option<String>>(n)?.map_or(Value::Null, Value::Text),
                })
            });
            let values = values.collect::<sql::Result<Vec<Value>>>()?;
            let whole: Vec<usize> = (0..values.len()).collect();
            if let Some(key) = key(&values, &whole) {
                taken.insert(key, id);
            }
        }
        Ok(taken)
    }
}

fn unknown(table: &str, row: &[Value], column: &Column, id: i64) -> Trouble {
    let referred = column.references.unwrap_or_default();
    let became = if column.nullable { "it was left empty" } else { "the row was left out" };
    let of = Some(id_of(row)).filter(|it| *it != 0);
    Trouble::new(Kind::Reference, table, of, format!("{} {id} is not among the {referred}: {became}", column.name))
}

fn in_the_way(group: &Group<'_>, row: &[Value], unique: &[&str], at: &[usize], other: i64) -> Trouble {
    let values: Vec<String> = at.iter().map(|n| text(&row[*n]).unwrap_or_else(|| format!("{:?}", row[*n]))).collect();
    let (columns, values) = (unique.join(" and "), values.join(", "));
    let became = match which(group, unique, at) {
        Way::Rename(_) => "this one got its id appended",
        Way::Empty(_) => "it was left empty",
        Way::LeaveOut => "this one was left out",
    };
    let of = Some(id_of(row)).filter(|it| *it != 0);
    Trouble::new(Kind::Taken, group.table.name, of, format!("{columns} {values:?} is taken by {other}: {became}"))
}

enum Way {
    Rename(usize),
    Empty(usize),
    LeaveOut,
}

fn which(group: &Group<'_>, unique: &[&str], at: &[usize]) -> Way {
    let named = unique.iter().zip(at).find(|(name, _)| name.starts_with("name"));
    if let Some((_, at)) = named {
        return Way::Rename(*at);
    }
    let nullable = |name: &str| group.table.columns.iter().any(|it| it.name == name && it.nullable);
    unique.iter().zip(at).find(|(name, _)| nullable(name)).map_or(Way::LeaveOut, |it| Way::Empty(*it.1))
}

fn make_way(group: &Group<'_>, row: &mut [Value], unique: &[&str], at: &[usize]) -> bool {
    let id = id_of(row);
    match which(group, unique, at) {
        Way::Rename(n) if id != 0 => {
            row[n] = Value::Text(format!("{} ({id})", text(&row[n]).unwrap_or_default()));
            true
        }
        Way::Empty(n) => {
            row[n] = Value::Null;
            true
        }
        Way::Rename(_) | Way::LeaveOut => false,
    }
}

/// Nothing where a part is null: that may be there more often.
fn key(row: &[Value], at: &[usize]) -> Option<String> {
    let parts = at.iter().map(|n| (row[*n] != Value::Null).then(|| format!("{:?}", row[*n])));
    Some(parts.collect::<Option<Vec<_>>>()?.join("\u{1f}"))
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Int(it) => Some(*it),
        _ => None,
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(it) => Some(it.clone()),
        _ => None,
    }
}
