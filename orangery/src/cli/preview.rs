//! `orangery preview`: what an event would say.

use clap::Args;

use super::{
    Done, House,
    opened::command,
    out::{self, words},
    read::{Of, action, by_flags},
};
use crate::hooks::{Action, preview::preview};

/// Shows what a web hook of an event would say of a real record now; nothing is fired, nothing changed
///
/// What tells how a record stands shows it as it stands. A rejection, a hire, a merge, or what takes one back is shown as if it were done
/// now; somebody who is rejected or hired already is shown as they are.
#[derive(Args)]
#[command(after_help = "Examples:\n  orangery preview reject_candidate --application 12\n  \
                        orangery preview offer_created --candidate 17 --json > offer.json\n  \
                        orangery preview merge_candidate --candidate 17 --into 4")]
pub struct Preview {
    /// A documented event
    #[arg(value_parser = action)]
    event: Action,
    /// The body byte for byte, as it would be signed and sent, instead of one that reads well
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    house: House,
}

impl Preview {
    pub async fn run(self) -> Done {
        let opened = self.house.enter().await?;
        let made = preview(&opened.house, command("preview"), self.event, self.of.subject()).await;
        let preview = made.map_err(by_flags)?;
        if self.json {
            out::raw(&preview.body.json);
            if out::is_terminal() {
                out::raw("\n");
            }
            return Ok(());
        }
        let (field, id) = preview.of;
        eprintln!(
            "Of {} {id}, {} bytes as it is sent (--json shows those):",
            field.trim_end_matches("_id").replace('_', " "),
            preview.body.json.len()
        );
        let body: serde_json::Value = serde_json::from_str(&preview.body.json).map_err(words)?;
        out::line(out::printable_lines(&format!("{body:#}")));
        Ok(())
    }
}
