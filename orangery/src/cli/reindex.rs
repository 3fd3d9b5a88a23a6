//! `orangery reindex`: the index of search, made anew.

use clap::Args;
use serde_json::json;

use super::{
    Done, House,
    out::{self, words},
};
use crate::{
    domain::search::{self, Swept},
    search::worker::sweep,
};

/// Makes the index of search anew, while the house is open and goes on finding
///
/// That is never necessary: what changes is followed, and a database that was moved or restored is indexed by the server. It does no harm either. With a
/// server running on SQLite, both take turns.
#[derive(Args)]
#[command(after_help = "Example: orangery reindex --files")]
pub struct Reindex {
    /// Have the server read the files again in which there was no text, or that could not be read
    #[arg(long)]
    files: bool,
    /// Say what was done as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Reindex {
    pub async fn run(self) -> Done {
        let house = self.house.enter().await?.house;
        let tx = house.pool.begin().await.map_err(words)?;
        let files = if self.files { search::read_again(&tx, house.now()).await.map_err(words)? } else { 0 };
        search::mark_all(&tx).await.map_err(words)?;
        tx.commit().await.map_err(words)?;
        let mut done = 0;
        while let Swept::Some(count) = sweep(&house, 32).await.map_err(words)? {
            done += count;
            if !self.json && out::is_terminal() {
                eprint!("\r{done} candidates");
            }
        }
        if !self.json && out::is_terminal() {
            eprintln!();
        }
        match self.json {
            true => out::line(json!({"candidates": done, "files": files})),
            false => out::line(format!("{done} candidates were indexed, {files} files are to be read again")),
        }
        Ok(())
    }
}
