//! `orangery events`: what happened, by number.

use std::time::Duration;

use clap::Args;

use super::{
    Done, House,
    out::{self, Tone, toned, words},
    read::action,
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

/// And how often where the database does not answer.
const LATER: Duration = Duration::from_secs(1);

/// Prints what happened, in the order of the sequence numbers
///
/// With --follow it goes on until Ctrl-C, whatever becomes of servers meanwhile: nothing is missed and nothing told twice.
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
    /// Only what is about this candidate
    #[arg(long, value_name = "ID")]
    candidate: Option<i64>,
    /// Only what is about this application
    #[arg(long, value_name = "ID")]
    application: Option<i64>,
    /// Only what is about this job
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
        let mut trouble = false;
        loop {
            let rest = match follow(&opened.house, query.clone()).await {
                Ok(answer) => {
                    if std::mem::take(&mut trouble) {
                        eprintln!("The database answers again.");
                    }
                    match self.take(&mut query, answer)? {
                        true => continue,
                        false if !self.follow => return Ok(()),
                        false => AGAIN,
                    }
                }
                Err(why) if !self.follow => return Err(why.to_string()),
                Err(why) => {
                    if !std::mem::replace(&mut trouble, true) {
                        eprintln!("The database does not answer, trying again every second: {why}");
                    }
                    LATER
                }
            };
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                () = &mut end => return Ok(()),
            }
        }
    }

    /// Prints what came, and answers whether there is more at once.
    fn take(&self, query: &mut Query, answer: Answer) -> Result<bool, String> {
        match answer {
            Answer::Entries { entries, next, newest } => {
                for entry in entries {
                    self.print(entry)?;
                }
                query.after = Some(next);
                Ok(next < newest)
            }
            Answer::Gone { oldest } if self.follow && self.after.is_none() => {
                eprintln!("Events before {oldest} were removed before they could be told.");
                query.after = Some(oldest - 1);
                Ok(true)
            }
            Answer::Gone { oldest } => {
                Err(format!("events after that number were removed; go on with --after {}", oldest - 1))
            }
            Answer::Ahead { newest } => {
                Err(format!("no event has that number yet: the newest is {newest}. Is this the database it is from?"))
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
        let start = format!("{:>6}  {:<11}  ", entry.seq, out::brief(entry.happened_at));
        let event = format!("{:<26}", entry.action.word());
        let room = out::width().saturating_sub(start.len() + event.len() + 1);
        out::line(format!("{}{} {}", toned(Tone::Faint, &start), toned(Tone::Strong, &event), out::cut(&about, room)));
        Ok(())
    }
}
