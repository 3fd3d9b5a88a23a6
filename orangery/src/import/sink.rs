//! Writes a batch: what is there already and the same is left alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sql::{Record, Row, Value, params};

use super::{
    Trouble,
    batch::{Act, Batch, Rows},
};
use crate::{
    error::Result,
    event::Event,
    schema::Table,
    tables::{Application, StageVisit},
    work::Work,
};

/// Rows inserted by one statement: few different statements, so that they are prepared once.
const CHUNKS: [usize; 3] = [64, 8, 1];

/// What a batch changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tally {
    pub created: u64,
    pub changed: u64,
    pub same: u64,
    pub removed: u64,
    pub troubles: Vec<Trouble>,
}

pub struct Sink<'a> {
    pub work: &'a mut Work,
    pub tables: &'a BTreeMap<&'static str, Table>,
    pub tally: Tally,
    /// Whether web hooks are fired for what is new.
    pub fire: bool,
}

/// Rows of one table that are about to be written, with its declaration.
pub(super) struct Group<'a> {
    pub table: &'a Table,
    pub columns: &'static [&'static str],
    pub unknown: &'static [&'static str],
    pub rows: Vec<Vec<Value>>,
}

impl Group<'_> {
    pub fn position(&self, column: &str) -> Option<usize> {
        self.columns.iter().position(|it| *it == column)
    }

    fn is_known(&self, n: usize) -> bool {
        n > 0 && !self.unknown.contains(&self.columns[n])
    }

    /// Whether that row says the same as one that is there.
    fn same(&self, there: &[Value], here: &[Value]) -> bool {
        there.iter().zip(here).enumerate().all(|(n, (there, here))| !self.is_known(n) || there == here)
    }
}

pub fn id_of(row: &[Value]) -> i64 {
    match row.first() {
        Some(Value::Int(id)) => *id,
        _ => 0,
    }
}

impl<'a> Sink<'a> {
    pub async fn write(&mut self, batch: &Batch) -> Result<()> {
        for act in &batch.acts {
            match act {
                Act::Put(rows) => {
                    let group = self.group(rows);
                    self.put(group, None).await?;
                }
                Act::List { key, parents, named, rows } => {
                    let named = named.unwrap_or(true);
                    self.list(key, parents, named, rows).await?;
                }
                Act::Set { table, id, values } => self.set(table, *id, values).await?,
                Act::Arrive { application_id, stage_id, at } => self.arrive(*application_id, *stage_id, *at).await?,
                Act::NumberBeyond { table, id } => self.work.tx.number_beyond(table, *id).await?,
            }
        }
        Ok(())
    }

    fn group(&self, rows: &Rows) -> Group<'a> {
        let table = self.table(rows.table);
        Group { table, columns: rows.columns, unknown: rows.unknown, rows: rows.rows.clone() }
    }

    pub(super) fn table(&self, name: &str) -> &'a Table {
        // Rows are of types of ours, each of which has its table: `tests/it/rows.rs`.
        &self.tables[name]
    }

    /// Inserts rows whose id is not there, and changes those whose row says something else. `parents`, with the column that names them: whose
    /// whole lists these rows are.
    async fn put(&mut self, mut group: Group<'a>, parents: Option<(&str, &[i64])>) -> Result<()> {
        keep_last(&mut group.rows);
        self.check_references(&mut group).await?;
        let ids: Vec<i64> = group.rows.iter().map(|it| id_of(it)).collect();
        let there = self.read(&group, "id", &ids).await?;
        let there: HashMap<i64, Vec<Value>> = there.into_iter().map(|it| (id_of(&it), it)).collect();
        let all = group.rows.len();
        let rows = std::mem::take(&mut group.rows);
        group.rows =
            rows.into_iter().filter(|row| there.get(&id_of(row)).is_none_or(|it| !group.same(it, row))).collect();
        self.tally.same += (all - group.rows.len()) as u64;
        self.check_unique(&mut group, parents).await?;
        let rows = std::mem::take(&mut group.rows);
        let (changed, new): (Vec<_>, Vec<_>) = rows.into_iter().partition(|it| there.contains_key(&id_of(it)));
        self.tally.created += new.len() as u64;
        self.tally.changed += changed.len() as u64;
        self.tell(group.table.name, &new, &changed);
        self.search_again(&group, new.iter().chain(&changed));
        self.insert_kept(&group, new).await?;
        self.update(&group, changed).await
    }

    /// What is told of these candidates is to be found by search.
    fn search_again<'r>(&mut self, group: &Group<'_>, rows: impl Iterator<Item = &'r Vec<Value>>) {
        let of = if group.table.name == "candidates" { Some(0) } else { group.position("candidate_id") };
        let Some(at) = of else { return };
        self.work.search_again(rows.filter_map(|row| match row[at] {
            Value::Int(id) => Some(id),
            _ => None,
        }));
    }

    /// The web hooks of what is new, and of what an organization would want to hear of what changed.
    fn tell(&mut self, table: &str, new: &[Vec<Value>], changed: &[Vec<Value>]) {
        if !self.fire {
            return;
        }
        let prospect = Application::COLUMNS.iter().position(|it| *it == "prospect").unwrap_or_default();
        for row in new {
            let id = id_of(row);
            self.work.record(match table {
                "jobs" => Event::JobCreated { job_id: id },
                "job_posts" => Event::JobPostCreated { job_post_id: id },
                "applications" => {
                    let prospect = row[prospect] == Value::Bool(true);
                    Event::ApplicationCreated { application_id: id, prospect }
                }
                "offers" => Event::OfferCreated { offer_id: id },
                _ => continue,
            });
        }
        for row in changed {
            let id = id_of(row);
            self.work.record(match table {
                "candidates" => Event::CandidateUpdated { candidate_id: id },
                "job_posts" => Event::JobPostUpdated { job_post_id: id },
                "offers" => Event::OfferUpdated { offer_id: id },
                _ => continue,
            });
        }
    }

    async fn insert_kept(&mut self, group: &Group<'a>, mut rows: Vec<Vec<Value>>) -> Result<()> {
        let Some(last) = rows.iter().map(|it| id_of(it)).max() else { return Ok(()) };
        // What refers to the table itself comes when all of its rows are there.
        let own = group.table.columns.iter().filter(|it| it.own).filter_map(|it| group.position(it.name));
        let mut links = Vec::new();
        for n in own {
            for row in &mut rows {
                let value = std::mem::replace(&mut row[n], Value::Null);
                if value != Value::Null {
                    links.push((group.columns[n], id_of(row), value));
                }
            }
        }
        self.insert(group.table.name, group.columns, &rows).await?;
        self.work.tx.number_beyond(group.table.name, last).await?;
        for (column, id, value) in links {
            let sql = format!("update \"{}\" set \"{column}\" = $2 where id = $1", group.table.name);
            self.work.tx.execute(&sql, &[Value::Int(id), value]).await?;
        }
        Ok(())
    }

    async fn insert(&mut self, table: &str, columns: &[&str], rows: &[Vec<Value>]) -> Result<()> {
        let names = columns.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
        let mut rest = rows;
        while !rest.is_empty() {
            let size = CHUNKS.into_iter().find(|it| *it <= rest.len()).unwrap_or(1);
            let (chunk, after) = rest.split_at(size);
            rest = after;
            let width = columns.len();
            let marks = (0..size).map(|row| {
                let marks: Vec<String> = (1..=width).map(|n| format!("${}", row * width + n)).collect();
                format!("({})", marks.join(", "))
            });
            let marks = marks.collect::<Vec<_>>().join(", ");
            let sql = format!("insert into \"{table}\" ({names}) values {marks}");
            self.work.tx.execute(&sql, &chunk.concat()).await?;
        }
        Ok(())
    }

    async fn update(&mut self, group: &Group<'a>, rows: Vec<Vec<Value>>) -> Result<()> {
        let known: Vec<usize> = (0..group.columns.len()).filter(|n| group.is_known(*n)).collect();
        if known.is_empty() {
            return Ok(());
        }
        let sets = known.iter().zip(2..).map(|(n, mark)| format!("\"{}\" = ${mark}", group.columns[*n]));
        let sets = sets.collect::<Vec<_>>().join(", ");
        let sql = format!("update \"{}\" set {sets} where id = $1", group.table.name);
        for row in rows {
            let values = std::iter::once(Value::Int(id_of(&row))).chain(known.iter().map(|n| row[*n].clone()));
            self.work.tx.execute(&sql, &values.collect::<Vec<_>>()).await?;
        }
        Ok(())
    }

    /// The rows that are there, by the values of one column.
    async fn read(&self, group: &Group<'a>, key: &str, ids: &[i64]) -> Result<Vec<Vec<Value>>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let names = group.columns.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(", ");
        let sql = format!("select {names} from \"{}\" where \"{key}\" {{any:$1}} order by id", group.table.name);
        let rows = self.work.tx.rows(&sql, &[Value::Ids(ids.to_vec())]).await?;
        let kinds = group.columns.iter().map(|it| kind(group.table, it)).collect::<Vec<_>>();
        Ok(rows.iter().map(|row| values(row, &kinds)).collect::<sql::Result<_>>()?)
    }

    async fn list(&mut self, key: &'static str, parents: &[i64], named: bool, rows: &Rows) -> Result<()> {
        let mut group = self.group(rows);
        let there = self.read(&group, key, parents).await?;
        if named {
            let kept: BTreeSet<i64> = group.rows.iter().map(|it| id_of(it)).collect();
            let gone: Vec<&Vec<Value>> = there.iter().filter(|it| !kept.contains(&id_of(it))).collect();
            self.search_again(&group, gone.iter().copied());
            let gone: Vec<i64> = gone.into_iter().map(|it| id_of(it)).collect();
            self.remove(group.table.name, &gone).await?;
            return self.put(group, Some((key, parents))).await;
        }
        self.check_references(&mut group).await?;
        self.check_unique(&mut group, Some((key, parents))).await?;
        let at = group.position(key).unwrap_or_default();
        let mut here = grouped(std::mem::take(&mut group.rows), at);
        let mut there = grouped(there, at);
        let (mut gone, mut new) = (Vec::new(), Vec::new());
        for parent in parents {
            let (here, there) = (here.remove(parent).unwrap_or_default(), there.remove(parent).unwrap_or_default());
            if here.len() == there.len() && there.iter().zip(&here).all(|(there, here)| group.same(there, here)) {
                self.tally.same += here.len() as u64;
                continue;
            }
            self.search_again(&group, there.iter().chain(&here));
            gone.extend(there.iter().map(|it| id_of(it)));
            new.extend(here.into_iter().map(|it| it[1..].to_vec()));
        }
        self.remove(group.table.name, &gone).await?;
        self.tally.created += new.len() as u64;
        self.insert(group.table.name, &group.columns[1..], &new).await
    }

    async fn remove(&mut self, table: &str, ids: &[i64]) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let sql = format!("delete from \"{table}\" where id {{any:$1}}");
        self.tally.removed += self.work.tx.execute(&sql, &[Value::Ids(ids.to_vec())]).await?;
        Ok(())
    }

    async fn set(&mut self, table: &'static str, id: i64, values: &[(&'static str, Value)]) -> Result<()> {
        let table = self.table(table);
        let mut known = Vec::new();
        for (column, value) in values {
            if self.is_known_reference(table, column, id, value).await? {
                known.push((*column, value.clone()));
            }
        }
        if known.is_empty() {
            return Ok(());
        }
        let differs = known.iter().zip(2..).map(|(it, n)| format!("\"{}\" is distinct from ${n}", it.0));
        let differs = differs.collect::<Vec<_>>().join(" or ");
        let sets = known.iter().zip(2..).map(|(it, n)| format!("\"{}\" = ${n}", it.0)).collect::<Vec<_>>().join(", ");
        let sql = format!("update \"{}\" set {sets} where id = $1 and ({differs})", table.name);
        let params: Vec<Value> = std::iter::once(Value::Int(id)).chain(known.into_iter().map(|it| it.1)).collect();
        match self.work.tx.execute(&sql, &params).await? {
            0 => self.tally.same += 1,
            _ => self.tally.changed += 1,
        }
        Ok(())
    }

    async fn arrive(&mut self, application_id: i64, stage_id: i64, at: jiff::Timestamp) -> Result<()> {
        let known = "select 1 from applications a, stages s where a.id = $1 and s.id = $2";
        if self.work.tx.row(known, params![application_id, stage_id]).await?.is_none() {
            return Ok(());
        }
        let last = "where application_id = $1 order by entered_at desc, id desc";
        let last: Option<StageVisit> = self.work.tx.first(last, params![application_id]).await?;
        if let Some(last) = last {
            if last.stage_id == Some(stage_id) {
                return Ok(());
            }
            self.work.tx.update(&StageVisit { left_at: Some(last.left_at.unwrap_or(at)), ..last }).await?;
        }
        let mut visit = StageVisit { id: 0, application_id, stage_id: Some(stage_id), entered_at: at, left_at: None };
        self.work.tx.insert(&mut visit).await?;
        self.tally.created += 1;
        Ok(())
    }
}

/// The last row of each id stands for all: a list may have shown one twice while it changed.
fn keep_last(rows: &mut Vec<Vec<Value>>) {
    let mut seen = BTreeSet::new();
    rows.reverse();
    rows.retain(|it| seen.insert(id_of(it)));
    rows.reverse();
}

fn grouped(rows: Vec<Vec<Value>>, at: usize) -> HashMap<i64, Vec<Vec<Value>>> {
    let mut grouped: HashMap<i64, Vec<Vec<Value>>> = HashMap::new();
    for row in rows {
        if let Value::Int(parent) = row[at] {
            grouped.entry(parent).or_default().push(row);
        }
    }
    grouped
}

fn kind(table: &Table, column: &str) -> &'static str {
    table.columns.iter().find(|it| it.name == column).map_or("text", |it| it.kind)
}

fn values(row: &Row, kinds: &[&str]) -> sql::Result<Vec<Value>> {
    let value = |(n, kind): (usize, &&str)| {
        Ok(match *kind {
            "text" => row.get::<Option<String>>(n)?.map_or(Value::Null, Value::Text),
            "boolean" => row.get::<Option<bool>>(n)?.map_or(Value::Null, Value::Bool),
            "bytes" => row.get::<Option<Vec<u8>>>(n)?.map_or(Value::Null, Value::Bytes),
            "double" => row.get::<Option<f64>>(n)?.map_or(Value::Null, Value::Real),
            _ => row.get::<Option<i64>>(n)?.map_or(Value::Null, Value::Int),
        })
    };
    kinds.iter().enumerate().map(value).collect()
}
