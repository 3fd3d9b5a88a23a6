//! `orangery import`: data from elsewhere. Each kind of source has a module of its own; here they are told apart.

mod greenhouse;
mod server;

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{
    Done, House, archive,
    sheet::{self, Asked},
};

/// Takes in a table of candidates, prospects or jobs, an archive that `orangery export` wrote, or all that another server tells by its API
///
/// A table (.csv) is tried as a whole first: if one line is wrong, none is imported, and a report says what is wrong with which. docs/import-csv.md tells
/// more.
///
/// An archive (.tar.gz) goes into a house that is empty: all of it or nothing, ids and times are kept. The archive is read once and found sound before
/// anything is written. docs/export.md tells more.
///
/// From another server, with --harvest: ids, times and files are kept. A run that was stopped goes on where it was when the same command is given again;
/// one that came to its end asks only for what changed since. docs/moving-in.md tells what comes along, and what no API gives.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    orangery import people.csv --kind candidates --set job=Designer --dry-run\n  \
    orangery import people.csv --kind candidates --map \"E-mail address=email\" --on-duplicate update\n  \
    orangery import jobs.csv --kind jobs --save-mapping jobs.toml\n  \
    orangery import orangery.tar.gz --data ./orangery-data\n  \
    orangery import orangery.tar.gz --database-url postgres://orangery@db.example.com/orangery\n  \
    orangery import --harvest https://old.example.com --key-file old.key --data ./orangery-data\n  \
    ORANGERY_IMPORT_KEY=… orangery import --harvest http://10.0.0.7:8080 --allow-private\n  \
    orangery import --harvest https://harvest.greenhouse.io --v3 --client-id … --client-secret-file greenhouse.secret")]
pub struct Import {
    /// The table or the archive
    #[arg(required_unless_present = "harvest", conflicts_with = "harvest")]
    file: Option<PathBuf>,
    /// Without the secrets that are in the archive: API keys are to be made anew, web hooks come disabled
    #[arg(long, conflicts_with = "harvest")]
    without_secrets: bool,
    /// Fire web hooks for the jobs, posts, applications and offers that are new here
    #[arg(long)]
    fire_hooks: bool,
    /// Where to write what is wrong with a table, or could not be had from a server [default: FILE.errors.csv, or import-report.ndjson in the folder of
    /// the data]
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Say what was imported as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    sheet: sheet::Options,
    #[command(flatten)]
    server: server::Server,
    #[command(flatten)]
    house: House,
}

impl Import {
    pub async fn run(self) -> Done {
        let Self { file, without_secrets, fire_hooks, report, json, sheet, server, house } = self;
        match file {
            None => server.run(house, Asked { fire_hooks, report, json }).await,
            Some(file) if is_archive(&file)? => {
                archive::load::import(&file, &house.place()?, without_secrets, json).await
            }
            Some(file) => sheet.import(&file, house, Asked { fire_hooks, report, json }).await,
        }
    }
}

/// Whether the file is packed, as archives are; a table is not.
fn is_archive(file: &Path) -> Result<bool, String> {
    let failed = |why: std::io::Error| format!("{}: {why}; nothing was imported", file.display());
    let name = file.to_string_lossy();
    if name.ends_with(".gz") || name.ends_with(".tgz") {
        return Ok(true);
    }
    let mut start = [0; 2];
    let read = File::open(file).map_err(failed)?.read(&mut start).map_err(failed)?;
    Ok(read == 2 && start == [0x1f, 0x8b])
}
