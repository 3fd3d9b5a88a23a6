//! `orangery import`: data from elsewhere. Each kind of source has a module of its own; here they are told apart.

mod server;

use std::path::PathBuf;

use clap::Args;

use super::{Done, House, archive};

/// Takes in an archive that `orangery export` wrote, or all that another server tells by its API
///
/// An archive goes into a house that is empty: all of it or nothing, ids and times are kept. The archive is read once and found sound before anything is
/// written.
///
/// From another server, with --harvest: ids, times and files are kept. A run that was stopped goes on where it was when the same command is given again;
/// one that came to its end asks only for what changed since. docs/moving-in.md tells what comes along, and what no API gives.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    orangery import orangery.tar.gz --data ./orangery-data\n  \
    orangery import orangery.tar.gz --database-url postgres://orangery@db.example.com/orangery\n  \
    orangery import --harvest https://old.example.com --key-file old.key --data ./orangery-data\n  \
    ORANGERY_IMPORT_KEY=… orangery import --harvest http://10.0.0.7:8080 --allow-private")]
pub struct Import {
    /// The archive
    #[arg(required_unless_present = "harvest", conflicts_with = "harvest")]
    file: Option<PathBuf>,
    /// Without the secrets that are in the archive: API keys are to be made anew, web hooks come disabled
    #[arg(long, conflicts_with = "harvest")]
    without_secrets: bool,
    #[command(flatten)]
    server: server::Server,
    /// Say what was imported as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Import {
    pub async fn run(self) -> Done {
        match &self.file {
            Some(file) => {
                let place = self.house.place()?;
                archive::load::import(file, &place, self.without_secrets, self.json).await
            }
            None => self.server.run(self.house, self.json).await,
        }
    }
}
