//! `orangery deliveries`, `replay` and `trigger`: what web hooks were sent, sending it again, and a test.

use clap::{ArgGroup, Args};
use courier::endpoint::Webhook as Row;
use serde_json::json;

use super::{
    Done, House, Opened,
    events::action,
    opened::command,
    out::{self, words},
};
use crate::{
    domain::webhook::listened,
    hooks::{
        Action,
        deliveries::{self, DeliveryStatus, Filter, Line},
        preview::Subject,
        replay::{self, Selection},
        test_fire::test_fire,
    },
    wire::webhook as wire,
    words::Word,
};

/// Lists what web hooks were sent, the latest first
#[derive(Args)]
#[command(after_help = "Example: orangery deliveries --webhook 3 --failed")]
pub struct Deliveries {
    /// Only those of one web hook
    #[arg(long, value_name = "ID")]
    webhook: Option<i64>,
    /// Only those that were given up
    #[arg(long)]
    failed: bool,
    /// At most so many of each web hook
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

/// Sends a web hook again what it was sent, or at last what it missed
///
/// Deliveries keep their id and their body, and carry the header Orangery-Replay: true. A running server sends them.
#[derive(Args)]
#[command(group = ArgGroup::new("what").required(true).args(["from", "candidate", "failed", "missed"]))]
#[command(after_help = "Examples:\n  orangery replay --webhook 3 --failed\n  \
                        orangery replay --webhook 3 --from 1200 --to 1300 --dry-run")]
pub struct Replay {
    #[arg(long, value_name = "ID")]
    webhook: i64,
    /// From this sequence number on
    #[arg(long, value_name = "SEQ")]
    from: Option<i64>,
    /// Up to this one [default: the newest]
    #[arg(long, value_name = "SEQ", requires = "from")]
    to: Option<i64>,
    /// All about one candidate
    #[arg(long, value_name = "ID")]
    candidate: Option<i64>,
    /// What was given up
    #[arg(long)]
    failed: bool,
    /// What happened while the web hook was disabled
    #[arg(long)]
    missed: bool,
    /// So many a second at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=10_000))]
    per_second: Option<i64>,
    /// Only count
    #[arg(long)]
    dry_run: bool,
    /// Say how many as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

/// Sends the latest real body of an event as a test, marked by the header Orangery-Test: true
///
/// Nothing happens in the house, and nobody who follows the journal sees it. A running server sends it.
#[derive(Args)]
#[command(after_help = "Example: orangery trigger hire_candidate --webhook 3")]
pub struct Trigger {
    /// A documented event, of which one happened here already
    #[arg(value_parser = action)]
    event: Action,
    /// Only to this web hook, whether it listens to the event or not [default: all that listen]
    #[arg(long, value_name = "ID")]
    webhook: Option<i64>,
    /// Say what was made as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Deliveries {
    pub async fn run(self) -> Done {
        let opened = self.house.enter().await?;
        let filter =
            Filter { status: self.failed.then_some(DeliveryStatus::Failed), limit: self.limit, ..Filter::default() };
        for row in webhooks(&opened, self.webhook).await? {
            let tx = opened.house.pool.read().await.map_err(words)?;
            let (lines, _) = deliveries::list(&tx, row.id, &filter).await.map_err(words)?;
            for line in lines {
                match self.json {
                    true => out::json(&wire::delivery(&line))?,
                    false => out::line(shown(&line)),
                }
            }
        }
        Ok(())
    }
}

async fn webhooks(opened: &Opened, id: Option<i64>) -> Result<Vec<Row>, String> {
    let rows = opened.house.read(async |look| {
        Ok(match id {
            Some(id) => vec![look.tx.find(id).await?],
            None => look.tx.all("order by id", &[]).await?,
        })
    });
    rows.await.map_err(words)
}

fn shown(line: &Line) -> String {
    let answer = match &line.last {
        Some(last) => match (&last.error, last.status_code) {
            (Some(error), _) => error.clone(),
            (None, Some(status)) => format!("answered {status}"),
            (None, None) => "under way".to_owned(),
        },
        None => String::new(),
    };
    let due = match line.due_at {
        Some(at) if line.attempts > 0 => format!("  next {}", out::time(at)),
        _ => String::new(),
    };
    let marks = [(" replay", line.replay), (" test", line.test), (" erased", line.erased)];
    let marks: String = marks.iter().filter(|it| it.1).map(|it| it.0).collect();
    format!(
        "{}  #{:<7} to {:<3} {:<27} {:<9} {} attempts  {answer}{due}{marks}",
        out::time(line.created_at),
        line.id,
        line.webhook_id,
        line.action.word(),
        line.status.word(),
        line.attempts
    )
}

impl Replay {
    pub async fn run(self) -> Done {
        let selection = match (self.from, self.candidate, self.failed) {
            (Some(from), _, _) => Selection::Sequence { from, to: self.to },
            (_, Some(candidate), _) => Selection::Candidate(candidate),
            (_, _, true) => Selection::Failed,
            _ => Selection::Missed,
        };
        let opened = self.house.enter().await?;
        let (actor, dry) = (command("replay"), self.dry_run);
        let counts = replay::replay(&opened.house, actor, self.webhook, selection, self.per_second, dry).await;
        let counts = counts.map_err(words)?;
        if self.json {
            return out::json(&wire::replayed(counts, dry));
        }
        let would = if dry { "would be " } else { "" };
        out::line(format!("{} {would}sent again, {} {would}sent for the first time", counts.replayed, counts.created));
        if counts.under_way > 0 {
            out::line(format!("{} are on their way anyway", counts.under_way));
        }
        if counts.erased > 0 {
            out::line(format!("{} were erased: there is nothing left to send", counts.erased));
        }
        Ok(())
    }
}

impl Trigger {
    pub async fn run(self) -> Done {
        let opened = self.house.enter().await?;
        let event = self.event;
        let hears = |row: &Row| row.enabled && listened(&row.events.0).any(|it| it == event);
        let mut rows = webhooks(&opened, self.webhook).await?;
        if self.webhook.is_none() {
            rows.retain(hears);
        }
        if rows.is_empty() {
            return Err(format!("no enabled web hook listens to {}; --webhook names one that need not", event.word()));
        }
        for row in rows {
            let id = row.id;
            let test = test_fire(&opened.house, command("trigger"), id, event, Subject::default()).await;
            let delivery = test.map_err(words)?.delivery_id;
            match self.json {
                true => out::line(json!({"webhook_id": id, "delivery_id": delivery, "event": event.word()})),
                false => out::line(format!("{} goes to {:?} as #{delivery}", event.word(), row.name)),
            }
        }
        eprintln!("A running server sends it; orangery deliveries shows what came of it.");
        Ok(())
    }
}
