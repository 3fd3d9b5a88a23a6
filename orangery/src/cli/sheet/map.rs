//! Which column is which field: guessed by its header, said by hand, or read from a file that an earlier run has written.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use super::{
    fields::{self, Field, Kind, letters},
    read::Line,
};
use crate::{
    graph::{Catalog, catalog},
    tables::FieldType,
    words::Word,
};

/// What becomes of a column.
#[derive(Clone)]
pub enum Target {
    Field(&'static Field),
    Custom(Box<catalog::Field>),
    Left,
}

/// A cell of a row that is to become something.
#[derive(Clone, Copy)]
pub struct Cell<'a> {
    pub target: &'a Target,
    pub header: &'a str,
    pub value: &'a str,
}

pub struct Mapping {
    columns: Vec<(String, Option<Target>)>,
    /// What every row has beside its cells.
    set: Vec<(String, Target, String)>,
}

/// A mapping as it stands in a file.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    pub kind: Option<Kind>,
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    #[serde(default)]
    pub set: BTreeMap<String, String>,
}

/// How a column that is left out is written.
const LEFT: &str = "-";

impl Saved {
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))?;
        toml::from_str(&text).map_err(|why| format!("{}: {why}", path.display()))
    }

    pub fn write(&self, path: &Path) -> Result<(), String> {
        let failed = |why: String| format!("{} can't be written: {why}", path.display());
        let text = toml::to_string_pretty(self).map_err(|why| failed(why.to_string()))?;
        let text = format!("# Which column is which field, for: orangery import --mapping {}\n{text}", path.display());
        std::fs::write(path, text).map_err(|why| failed(why.to_string()))
    }

    /// Adds what was said by hand: `HEADER=FIELD`.
    pub fn say(&mut self, maps: &[String], sets: &[String]) -> Result<(), String> {
        for (said, option, to) in
            maps.iter().map(|it| (it, "--map", true)).chain(sets.iter().map(|it| (it, "--set", false)))
        {
            // A header may hold what separates it from the field; a value may too.
            let split = if to { said.rsplit_once('=') } else { said.split_once('=') };
            let (left, right) = split.ok_or_else(|| format!("{option} {said:?} is to be of the form NAME=…"))?;
            let map = if to { &mut self.columns } else { &mut self.set };
            map.insert(left.trim().to_owned(), right.trim().to_owned());
        }
        Ok(())
    }
}

impl Mapping {
    pub fn new(catalog: &Catalog, kind: Kind, headers: &[String], said: &Saved) -> Result<Self, String> {
        let mut wrong: Vec<String> = said
            .columns
            .keys()
            .filter(|it| !headers.contains(it))
            .map(|it| format!("there is no column {it:?}; there are {}", headers.join(", ")))
            .collect();
        let mut columns: Vec<(String, Option<Target>)> = Vec::with_capacity(headers.len());
        for header in headers {
            let target = match said.columns.get(header) {
                Some(name) => Some(target(catalog, kind, name)),
                None if header.is_empty() => Some(Ok(Target::Left)),
                None => guess(catalog, kind, header).map(Ok),
            };
            match target.transpose() {
                Ok(target) => columns.push((header.clone(), target)),
                Err(why) => wrong.push(format!("the column {header:?}: {why}")),
            }
        }
        let mut set = Vec::new();
        for (name, value) in &said.set {
            match target(catalog, kind, name) {
                Ok(target) => set.push((name.clone(), target, value.clone())),
                Err(why) => wrong.push(format!("--set {name}: {why}")),
            }
        }
        for (n, (header, target)) in columns.iter().enumerate() {
            let twin =
                |other: &&(String, Option<Target>)| matches!((&other.1, target), (Some(a), Some(b)) if a.is_single(b));
            if let Some((other, _)) = columns[..n].iter().find(twin) {
                wrong.push(format!(
                    "the columns {other:?} and {header:?} are both {}; --map \"{header}=-\" leaves one out",
                    shown(target.as_ref())
                ));
            }
        }
        if wrong.is_empty() { Ok(Self { columns, set }) } else { Err(wrong.join("\n  ")) }
    }

    /// The headers of columns that nobody knows what to do with.
    pub fn unknown(&self) -> Vec<&str> {
        self.columns.iter().filter(|it| it.1.is_none()).map(|it| it.0.as_str()).collect()
    }

    /// The cells of a line that say something, with what stands for all lines.
    pub fn cells<'a>(&'a self, line: &'a Line) -> Vec<Cell<'a>> {
        let own = self.columns.iter().zip(&line.cells).filter_map(|((header, target), value)| {
            let target = target.as_ref().filter(|it| !matches!(it, Target::Left))?;
            Some(Cell { target, header, value })
        });
        let own: Vec<Cell<'a>> = own.filter(|it| !it.value.is_empty()).collect();
        let set = self.set.iter().map(|(name, target, value)| Cell { target, header: name, value });
        // What a cell says counts more than what stands for all.
        let set: Vec<Cell<'a>> = set.filter(|it| !own.iter().any(|cell| cell.target.is_single(it.target))).collect();
        own.into_iter().chain(set).collect()
    }

    /// Each column with what becomes of it.
    pub fn shown(&self) -> impl Iterator<Item = (&str, String)> {
        self.columns.iter().map(|(header, target)| (header.as_str(), shown(target.as_ref())))
    }

    pub fn has(&self, field: &str) -> bool {
        let is = |it: &Target| matches!(it, Target::Field(it) if it.name == field);
        self.columns.iter().filter_map(|it| it.1.as_ref()).any(is) || self.set.iter().any(|it| is(&it.1))
    }

    pub fn saved(&self, kind: Kind) -> Saved {
        let columns = self.columns.iter().map(|(header, target)| (header.clone(), name(target.as_ref())));
        let set = self.set.iter().map(|(name, _, value)| (name.clone(), value.clone()));
        Saved { kind: Some(kind), columns: columns.collect(), set: set.collect() }
    }
}

impl Target {
    /// Whether both are the same field, of which there can be one.
    fn is_single(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Field(a), Self::Field(b)) => a.name == b.name && !a.many,
            (Self::Custom(a), Self::Custom(b)) => a.row.id == b.row.id,
            _ => false,
        }
    }
}

fn name(target: Option<&Target>) -> String {
    match target {
        Some(Target::Field(field)) => field.name.to_owned(),
        Some(Target::Custom(field)) if field.row.field_type == FieldType::Application => {
            format!("application.{}", field.row.name_key)
        }
        Some(Target::Custom(field)) => format!("custom.{}", field.row.name_key),
        Some(Target::Left) | None => LEFT.to_owned(),
    }
}

fn shown(target: Option<&Target>) -> String {
    match target {
        None => "not known".to_owned(),
        Some(Target::Left) => "left out".to_owned(),
        Some(_) => name(target),
    }
}

/// The field of that name.
fn target(catalog: &Catalog, kind: Kind, name: &str) -> Result<Target, String> {
    if name == LEFT {
        return Ok(Target::Left);
    }
    if let Some(field) = fields::all(kind).find(|it| it.name == name) {
        return Ok(Target::Field(field));
    }
    let custom = match name.split_once('.') {
        Some(("custom", key)) => custom(catalog, &kind.custom()[..1], |it| it.row.name_key == key),
        Some(("application", key)) if kind != Kind::Jobs => {
            custom(catalog, &[FieldType::Application], |it| it.row.name_key == key)
        }
        _ => None,
    };
    custom.ok_or_else(|| {
        let names: Vec<&str> = fields::all(kind).map(|it| it.name).collect();
        let of: Vec<&str> = kind.custom().iter().map(|it| it.word()).collect();
        format!(
            "there is no field {name:?}. Must be one of: {}, custom.NAME_KEY of a {} field, or - to leave it out",
            names.join(", "),
            of.join(" or application.NAME_KEY of an ")
        )
    })
}

fn guess(catalog: &Catalog, kind: Kind, header: &str) -> Option<Target> {
    if let Some(field) = fields::guess(kind, header) {
        return Some(Target::Field(field));
    }
    let header = letters(header);
    let is = |it: &catalog::Field| letters(&it.row.name) == header || letters(&it.row.name_key) == header;
    custom(catalog, kind.custom(), is)
}

fn custom(catalog: &Catalog, of: &[FieldType], is: impl Fn(&catalog::Field) -> bool) -> Option<Target> {
    let found = of.iter().find_map(|of| catalog.fields(*of).find(|it| is(it)));
    found.map(|it| Target::Custom(Box::new(it.clone())))
}
