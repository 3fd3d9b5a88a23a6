//! `orangery import FILE.csv`: candidates, prospects or jobs from a table. All lines or none: each is tried by the verbs in one Work, which is taken back
//! if one of them is wrong.

mod fields;
mod jobs;
mod map;
mod names;
mod people;
mod read;
mod report;
mod row;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use serde::Serialize;
use serde_json::json;

use super::{
    Done, House,
    archive::{bar, beside},
    opened::command,
    out::{self, words},
};
use crate::{
    error::{Error, Result as Tried},
    work::Work,
};
use fields::Kind;
use map::{Mapping, Saved};
use names::Names;
use read::{Encoding, Line, Sheet};
use report::Trouble;
use row::Row;

/// So many lines are shown as they would become.
const PREVIEW: usize = 5;

#[derive(Args)]
#[group(skip)]
#[command(next_help_heading = "From a table")]
pub struct Options {
    /// What the lines of a table are
    #[arg(long, value_enum, conflicts_with = "harvest")]
    kind: Option<Kind>,
    /// Which field a column is: "E-mail address=email", "Level=custom.desired_level", "Remarks=-" to leave it out; again and again
    #[arg(long = "map", value_name = "COLUMN=FIELD")]
    maps: Vec<String>,
    /// What every line has beside its cells: job=Designer, source=LinkedIn; again and again
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    sets: Vec<String>,
    /// What was said of the columns before, from a file
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Write what is said and guessed of the columns into a file for the next time
    #[arg(long, value_name = "FILE")]
    save_mapping: Option<PathBuf>,
    /// Leave out columns that no field is known for
    #[arg(long)]
    skip_unknown: bool,
    /// What to do about somebody who is there already, by e-mail address or external id; a job by its requisition
    #[arg(long, value_enum, value_name = "WHAT", default_value = "error")]
    on_duplicate: Then,
    /// Try all lines, show the first ones as they would become, and change nothing
    #[arg(long, conflicts_with = "harvest")]
    dry_run: bool,
    /// How the table is written [default: seen from the file]
    #[arg(long, value_enum)]
    encoding: Option<Encoding>,
    /// What stands between cells: comma, semicolon or tab [default: seen from the first line]
    #[arg(long, value_enum)]
    delimiter: Option<Delimiter>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Then {
    /// Leave them as they are
    Skip,
    /// Write what the line says over what is there
    Update,
    /// Refuse the table
    Error,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Delimiter {
    Comma,
    Semicolon,
    Tab,
}

/// What an import is asked to do besides.
pub struct Asked {
    pub fire_hooks: bool,
    pub report: Option<PathBuf>,
    pub json: bool,
}

/// A table with all that was said about it.
struct Plan {
    kind: Kind,
    lines: Vec<Line>,
    mapping: Mapping,
    on_duplicate: Then,
    dry_run: bool,
}

/// What became of a line.
enum Outcome {
    Created,
    Updated(i64),
    Skipped(i64),
    Refused,
}

#[derive(Default)]
struct Tally {
    created: u64,
    updated: u64,
    skipped: u64,
    troubles: Vec<Trouble>,
    preview: Vec<Preview>,
}

#[derive(Serialize)]
struct Preview {
    line: u64,
    becomes: String,
    fields: Vec<(String, String)>,
}

impl Options {
    pub async fn import(self, file: &Path, house: House, asked: Asked) -> Done {
        let failed = |why: String| format!("{}: {why}; nothing was imported", file.display());
        let delimiter = self.delimiter.map(|it| match it {
            Delimiter::Comma => b',',
            Delimiter::Semicolon => b';',
            Delimiter::Tab => b'\t',
        });
        let sheet = read::read(file, self.encoding, delimiter).map_err(failed)?;
        let mut said = self.mapping.as_deref().map(Saved::read).transpose()?.unwrap_or_default();
        // Tables of one program don't always have the same columns.
        said.columns.retain(|it, _| sheet.headers.contains(it));
        said.say(&self.maps, &self.sets)?;
        let kind = self.kind.or(said.kind).ok_or("say what the lines are: --kind candidates, prospects or jobs")?;
        let opened = if self.dry_run { house.enter().await? } else { house.open("").await? };
        let catalog = opened.house.newest_catalog().await.map_err(words)?;
        let mapping = Mapping::new(&catalog, kind, &sheet.headers, &said).map_err(failed)?;
        self.settle(kind, &mapping, &sheet).map_err(failed)?;
        let total = sheet.lines.len() + sheet.troubles.len();
        let Sheet { lines, troubles, encoding, .. } = sheet;
        if encoding == Encoding::Windows1252 && self.encoding.is_none() {
            eprintln!("{} was read as Windows-1252, since it is not UTF-8; --encoding says otherwise.", file.display());
        }
        let plan = Arc::new(Plan { kind, lines, mapping, on_duplicate: self.on_duplicate, dry_run: self.dry_run });
        let mut tally = attempt(&opened.house, &plan, asked.fire_hooks, troubles.is_empty()).await?;
        tally.troubles.splice(0..0, troubles);
        tally.troubles.sort_by_key(|it| it.line);
        told(&plan, &tally, total, file, &asked)
    }

    /// Refuses a table of which not all is known, and keeps what is.
    fn settle(&self, kind: Kind, mapping: &Mapping, sheet: &Sheet) -> Done {
        if let Some(path) = &self.save_mapping {
            mapping.saved(kind).write(path)?;
            eprintln!("{} says which column is which field.", path.display());
        }
        let unknown = mapping.unknown();
        if !unknown.is_empty() && !self.skip_unknown {
            let maps: Vec<String> = unknown.iter().map(|it| format!("--map {:?}", format!("{it}=-"))).collect();
            return Err(format!(
                "no field is known for {}. Say which they are, or leave them out: {}, or --skip-unknown for all",
                unknown.iter().map(|it| format!("{it:?}")).collect::<Vec<_>>().join(", "),
                maps.join(" ")
            ));
        }
        let named = mapping.has("name") || kind != Kind::Jobs && mapping.has("first_name") && mapping.has("last_name");
        if !named {
            let wanted = if kind == Kind::Jobs { "name" } else { "first_name and last_name, or name" };
            return Err(format!(
                "no column is the name of a {}: --map \"COLUMN=FIELD\" says which is {wanted}; the columns are {}",
                kind.one(),
                sheet.headers.join(", ")
            ));
        }
        Ok(())
    }
}

/// Tries all lines in one Work, which stays if all of them are right and it was meant.
async fn attempt(
    house: &crate::house::Orangery,
    plan: &Arc<Plan>,
    fire_hooks: bool,
    sound: bool,
) -> Result<Tally, String> {
    let found = Arc::new(Mutex::new(Tally::default()));
    let bar = bar(plan.lines.len() as u64, "lines");
    let act = {
        let (plan, found, bar) = (plan.clone(), found.clone(), bar.clone());
        async move |work: &mut Work| {
            work.silent = !fire_hooks;
            bar.set_position(0);
            let tally = all(work, &plan, &bar).await?;
            let stays = sound && tally.troubles.is_empty() && !plan.dry_run;
            *found.lock().unwrap_or_else(PoisonError::into_inner) = tally;
            if stays { Ok(()) } else { Err(Error::refused("")) }
        }
    };
    let done = house.write(command("import"), act).await;
    bar.finish_and_clear();
    match done {
        Ok(()) => {}
        Err(Error::Refused(why)) if why.is_empty() => {}
        Err(why) => return Err(format!("{why}; nothing was imported")),
    }
    Ok(std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner)))
}

async fn all(work: &mut Work, plan: &Plan, bar: &ProgressBar) -> Tried<Tally> {
    let mut tally = Tally::default();
    let mut names = Names::read(work).await?;
    let mut people = match plan.kind {
        Kind::Jobs => people::There::default(),
        Kind::Candidates | Kind::Prospects => people::There::read(work, plan).await?,
    };
    let mut jobs = jobs::There::read(&names);
    for line in &plan.lines {
        let mut row = Row::new(line.number, plan.mapping.cells(line));
        work.about = None;
        let done = match plan.kind {
            Kind::Jobs => Box::pin(jobs::import(work, plan, &mut names, &mut jobs, &mut row)).await,
            Kind::Candidates | Kind::Prospects => {
                Box::pin(people::import(work, plan, &mut names, &mut people, &mut row)).await
            }
        };
        let outcome = match done {
            Ok(outcome) => outcome,
            Err(conflict @ Error::Database(sql::Error::Conflict)) => return Err(conflict),
            Err(why) => return Err(Error::refused(format!("line {}: {why}", line.number))),
        };
        tally.add(plan.kind, outcome, row);
        bar.inc(1);
    }
    Ok(tally)
}

impl Tally {
    fn add(&mut self, kind: Kind, outcome: Outcome, row: Row<'_>) {
        let (kind, wrong) = (kind.one(), !row.troubles.is_empty());
        let becomes = match outcome {
            _ if wrong => None,
            Outcome::Refused => None,
            Outcome::Created => {
                self.created += 1;
                Some(format!("a new {kind}"))
            }
            Outcome::Updated(id) => {
                self.updated += 1;
                Some(format!("written over {kind} {id}"))
            }
            Outcome::Skipped(id) => {
                self.skipped += 1;
                Some(format!("left out: {kind} {id} is there"))
            }
        };
        if let Some(becomes) = becomes.filter(|_| self.preview.len() < PREVIEW) {
            self.preview.push(Preview { line: row.line, becomes, fields: row.shown });
        }
        self.troubles.extend(row.troubles);
    }
}

/// Says how it went; a table with something wrong in it is an error, and a report says all of it.
fn told(plan: &Plan, tally: &Tally, total: usize, file: &Path, asked: &Asked) -> Done {
    let Tally { created, updated, skipped, troubles, preview } = tally;
    let report = asked.report.clone().unwrap_or_else(|| beside(file, "errors.csv"));
    if !troubles.is_empty() {
        report::write(&report, troubles)?;
    }
    if asked.json {
        let columns: serde_json::Map<String, serde_json::Value> =
            plan.mapping.shown().map(|(header, field)| (header.to_owned(), json!(field))).collect();
        out::line(json!({
            "dry_run": plan.dry_run, "lines": total, "created": created, "updated": updated, "skipped": skipped,
            "errors": troubles.len(), "report": (!troubles.is_empty()).then(|| report.display().to_string()),
            "columns": columns, "preview": if plan.dry_run { preview.as_slice() } else { &[] },
        }));
    } else if plan.dry_run {
        show(plan, preview);
    }
    if let Some(first) = troubles.first() {
        let mut lines: Vec<u64> = troubles.iter().map(|it| it.line).collect();
        lines.dedup();
        let column = if first.column.is_empty() { String::new() } else { format!(", {}", first.column) };
        return Err(format!(
            "{}: {} of {total} lines are wrong; nothing was imported. The first: line {}{column}: {}. All of it: {}",
            file.display(),
            lines.len(),
            first.line,
            first.message,
            report.display()
        ));
    }
    if !asked.json {
        let would = if plan.dry_run { " would be" } else { "" };
        let one = out::counted(i64::try_from(total).unwrap_or_default(), "line");
        out::line(format!("{one}: {created}{would} created, {updated} updated, {skipped} left as they are"));
    }
    Ok(())
}

fn show(plan: &Plan, preview: &[Preview]) {
    let width = plan.mapping.shown().map(|it| it.0.chars().count()).max().unwrap_or_default().min(40);
    for (header, field) in plan.mapping.shown() {
        out::line(format!("{:<width$}  {field}", out::printable(header)));
    }
    for line in preview {
        out::line(format!("\nline {}: {}", line.line, line.becomes));
        for (field, value) in &line.fields {
            out::line(format!("  {field:<14} {}", out::cut(&out::printable(value), 80)));
        }
    }
    out::line("");
}
