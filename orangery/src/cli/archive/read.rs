//! Reading an archive of `orangery export`: as a whole, to be sure of it before anything is written, and part by part.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read},
    path::Path,
};

use flate2::read::GzDecoder;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use sql::Value;
use tar::{Archive, Entry};

use super::{
    about::{ABOUT, About, Contents, MANIFEST, Manifest},
    is_blob, row,
};
use crate::schema::{self, Table};

type Gz = GzDecoder<File>;

/// A longer line is no row: texts have limits.
const LONGEST_LINE: u64 = 256 * 1024 * 1024;

pub fn open(path: &Path) -> Result<Archive<Gz>, String> {
    let file = File::open(path).map_err(|why| why.to_string())?;
    Ok(Archive::new(GzDecoder::new(file)))
}

/// What an entry is, by its name.
#[derive(Debug, PartialEq)]
pub enum Part {
    About,
    Table(String),
    File(String),
    Manifest,
}

pub fn part(entry: &Entry<'_, Gz>) -> Result<Part, String> {
    let path = entry.path().map_err(damaged)?;
    let name = path.to_str().ok_or("it holds a name that is no text")?;
    if !entry.header().entry_type().is_file() {
        return Err(format!("it holds {name:?}, which is no file"));
    }
    let table = name.strip_prefix("tables/").and_then(|it| it.strip_suffix(".ndjson"));
    match (name, table) {
        (ABOUT, _) => Ok(Part::About),
        (MANIFEST, _) => Ok(Part::Manifest),
        (_, Some(table)) => Ok(Part::Table(table.to_owned())),
        _ => {
            let blob = name.rsplit('/').next().unwrap_or_default();
            match is_blob(blob) && name == format!("files/{}/{blob}", &blob[..2]) {
                true => Ok(Part::File(blob.to_owned())),
                false => Err(format!("it holds {name:?}, which no export of Orangery does")),
            }
        }
    }
}

pub fn damaged(error: io::Error) -> String {
    format!("it is no .tar.gz, or a damaged one ({error})")
}

/// The lines of a table, one after the other.
pub struct Rows<'a, R: Read> {
    from: BufReader<R>,
    table: &'a Table,
    hash: Sha256,
    number: u64,
    line: Vec<u8>,
}

impl<'a, R: Read> Rows<'a, R> {
    pub fn new(table: &'a Table, from: R) -> Self {
        Self { from: BufReader::new(from), table, hash: Sha256::new(), number: 0, line: Vec::new() }
    }

    /// The values of the next row; of secrets that the archive lacks, nothing.
    pub fn next(&mut self) -> Result<Option<Vec<Option<Value>>>, String> {
        self.line.clear();
        let read = (&mut self.from).take(LONGEST_LINE).read_until(b'\n', &mut self.line).map_err(damaged)?;
        if read == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.hash.update(&self.line);
        let values = row::values(self.table, &self.line);
        values.map(Some).map_err(|why| format!("tables/{}.ndjson, line {}: {why}", self.table.name, self.number))
    }

    fn contents(self) -> Contents {
        Contents { rows: self.number, last_id: 0, sha256: hex::encode(self.hash.finalize()) }
    }
}

/// Reads an archive from its beginning to its end, and answers what is in it: one that is damaged, or not ours, is refused before anything was
/// done with it.
pub fn whole(path: &Path) -> Result<Manifest, String> {
    let mut tar = open(path)?;
    let mut entries = tar.entries().map_err(damaged)?;
    let mut first = entries.next().ok_or("it is empty")?.map_err(damaged)?;
    match first.path().map_err(damaged)?.to_str() {
        Some(ABOUT) => {}
        Some("backup.json") => return Err("it is a backup: orangery restore puts it back".to_owned()),
        _ => return Err("it is no export of Orangery".to_owned()),
    }
    let about: About = json(ABOUT, &mut first)?;
    about.must_be_ours()?;
    drop(first);

    let tables = schema::tables();
    let (mut found, mut said) = (Manifest::default(), None);
    for entry in entries {
        let mut entry = entry.map_err(damaged)?;
        match part(&entry)? {
            _ if said.is_some() => return Err("it goes on after its end".to_owned()),
            Part::About => return Err("it begins twice".to_owned()),
            Part::Manifest => said = Some(json::<Manifest>(MANIFEST, &mut entry)?),
            Part::File(blob) => found.files.bytes += file(&blob, &mut entry, &mut found.files.count)?,
            Part::Table(name) => {
                let due = tables.get(found.tables.len()).filter(|it| it.name == name);
                let due = due.ok_or_else(|| format!("the table {name} stands where it doesn't belong"))?;
                let mut rows = Rows::new(due, entry);
                while rows.next()?.is_some() {}
                found.tables.insert(name, rows.contents());
            }
        }
    }
    // The last bytes hold the sum of all.
    io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(damaged)?;
    let manifest = said.ok_or("it is not whole: its end is missing")?;
    compare(&manifest, &mut found, &tables)?;
    Ok(manifest)
}

fn compare(said: &Manifest, found: &mut Manifest, tables: &[Table]) -> Result<(), String> {
    if let Some(missing) = tables.iter().find(|it| !found.tables.contains_key(it.name)) {
        return Err(format!("the table {} is missing", missing.name));
    }
    for (name, contents) in &mut found.tables {
        let told = said.tables.get(name).ok_or_else(|| format!("{MANIFEST} says nothing of {name}"))?;
        contents.last_id = told.last_id;
        if contents != told {
            return Err(format!("tables/{name}.ndjson is damaged: it is not what {MANIFEST} says"));
        }
    }
    match (found.files.count, found.files.bytes) == (said.files.count, said.files.bytes) {
        true => Ok(()),
        false => Err(format!("files are missing, or too many: {MANIFEST} says {}", said.files.count)),
    }
}

fn json<T: DeserializeOwned>(name: &str, entry: &mut impl Read) -> Result<T, String> {
    let mut text = String::new();
    entry.take(16 * 1024 * 1024).read_to_string(&mut text).map_err(damaged)?;
    serde_json::from_str(&text).map_err(|why| format!("{name} can't be read: {why}"))
}

/// Reads a file to its end, and answers how long it is.
fn file(blob: &str, entry: &mut impl Read, count: &mut u64) -> Result<u64, String> {
    let mut hash = Sha256::new();
    let mut length = 0;
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match entry.read(&mut buffer).map_err(damaged)? {
            0 => break,
            n => {
                hash.update(&buffer[..n]);
                length += n as u64;
            }
        }
    }
    *count += 1;
    match hex::encode(hash.finalize()) == blob {
        true => Ok(length),
        false => Err(format!("the file {blob} is damaged")),
    }
}
