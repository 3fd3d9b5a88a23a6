//! `orangery import`: data from elsewhere. Each kind of source has a module of its own; here they are told apart.

use std::path::PathBuf;

use clap::Args;

use super::{Done, House, archive};

/// Takes in an archive that `orangery export` wrote, into a house that is empty
///
/// All of it or nothing: ids and times are kept. The archive is read once and found sound before anything is written.
#[derive(Args)]
#[command(after_help = "Examples:\n  \
    orangery import orangery.tar.gz --data ./orangery-data\n  \
    orangery import orangery.tar.gz --database-url postgres://orangery@db.example.com/orangery")]
pub struct Import {
    /// The archive
    file: PathBuf,
    /// Without the secrets that are in the archive: API keys are to be made anew, web hooks come disabled
    #[arg(long)]
    without_secrets: bool,
    /// Say what was imported as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Import {
    pub async fn run(self) -> Done {
        let place = self.house.place()?;
        archive::load::import(&self.file, &place, self.without_secrets, self.json).await
    }
}
