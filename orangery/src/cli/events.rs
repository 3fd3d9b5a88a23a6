//! `orangery events`: what happened, by number.

use std::time::Duration;

use clap::Args;

use super::{
    Done, House,
    out::{self, words},
    receiver,
    serve::stopped,
};
use crate::{
    hooks::{
        Action,
        follow::{Answer, Entry, Query, follow},
    },
    wire::webhook as wire,
    words::Word,
};

/// How often who follows looks for what another process wrote.
const AGAIN: Duration = Duration::from_millis(300);

/// Prints what happened, in the order of the sequence numbers
#[derive(Args)]
#[command(after_help = "Examples:\n  orangery events --candidate 17\n  orangery events --after 1200 --follow --json")]
pub struct Events {
    /// Only what has a greater sequence number; else from the oldest, or with --follow from now on
    #[arg(long, value_name = "SEQ")]
    after: Option<i64>,
    /// Go on, with what happens from now on
    #[arg(long)]
    follow: bool,
    /// Only this event
    #[arg(long, value_parser = action)]
    event: Option<Action>,
    #[arg(long, value_name = "ID")]
    candidate: Option<i64>,
    #[arg(long, value_name = "ID")]
    application: Option<i64>,
    #[arg(long, value_name = "ID")]
    job: Option<i64>,
    /// One JSON object per line, with the payload
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Events {
    pub async fn run(self) -> Done {
        let opened = self.house.clone().enter().await?;
        let mut query = Query {
            after: self.after,
            limit: 500,
            action: self.event,
            candidate_id: self.candidate,
            application_id: self.application,
            job_id: self.job,
            bodies: true,
            ..Query::default()
        };
        if self.follow && self.after.is_none() {
            let tx = opened.house.pool.read().await.map_err(words)?;
            query.after = Some(crate::hooks::journal::head(&tx).await.map_err(words)?);
        }
        let mut end = Box::pin(stopped());
        loop {
            let (entries, next, newest) = match follow(&opened.house, query.clone()).await.map_err(words)? {
                Answer::Entries { entries, next, newest } => (entries, next, newest),
                Answer::Gone { oldest } => {
                    return Err(format!("entries after that number were removed; the oldest that is left is {oldest}"));
                }
                Answer::Ahead { newest } => return Err(format!("the newest number is {newest}")),
            };
            for entry in entries {
                self.print(entry)?;
            }
            query.after = Some(next);
            if next < newest {
                continue;
            }
            if !self.follow {
                return Ok(());
            }
            tokio::select! {
                () = tokio::time::sleep(AGAIN) => {}
                () = &mut end => return Ok(()),
            }
        }
    }

    fn print(&self, entry: Entry) -> Done {
        if self.json {
            return out::json(&wire::event(entry));
        }
        let body: serde_json::Value =
            entry.body.as_deref().and_then(|it| serde_json::from_str(it).ok()).unwrap_or_default();
        let about = if entry.erased { "(erased)".to_owned() } else { receiver::about(&body["payload"]) };
        out::line(format!("{:>8}  {}  {:<27} {about}", entry.seq, out::time(entry.happened_at), entry.action.word()));
        Ok(())
    }
}

/// A documented event.
pub fn action(text: &str) -> Result<Action, String> {
    Action::parse(text).ok_or_else(|| format!("must be one of: {}", Action::list()))
}
