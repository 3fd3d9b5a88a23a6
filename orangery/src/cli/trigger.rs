//! `orangery trigger`: tries an endpoint with any event, and tells what came of it.

use std::time::{Duration, Instant};

use clap::Args;
use courier::endpoint::Webhook as Row;
use serde_json::json;

use super::{
    Done, House, Opened,
    deliveries::{answer, webhooks},
    opened::command,
    out::{self, Tone, toned, words},
    read::{Of, action, by_flags, duration},
};
use crate::{
    domain::webhook::{self, listened},
    hooks::{
        Action,
        deliveries::{self, DeliveryStatus, Line},
        endpoints, ping,
        preview::Subject,
        test_fire::{Source, test_fire},
    },
    wire::{endpoint, webhook as wire},
    words::Word,
};

const AGAIN: Duration = Duration::from_millis(50);

/// Sends web hooks a test, marked by the header Orangery-Test: true, and says how it was answered
///
/// Nothing happens in the house, and nobody who follows the events sees it. It goes to one web hook, or to all enabled ones that listen to
/// the event. Where no record is named, the latest such event is sent once more; where there was none, what would be told of the latest
/// record that fits; where there is none, the documented example: so any event works in an empty house. A running server sends it; `ping`
/// is sent from here.
#[derive(Args)]
#[command(after_help = "Examples:\n  orangery trigger hire_candidate --webhook 3\n  \
                        orangery trigger reject_candidate --application 12\n  orangery trigger ping --webhook 3")]
pub struct Trigger {
    /// A documented event, or ping
    #[arg(value_parser = tried)]
    event: Tried,
    /// Only to this web hook, whether it listens to the event or not [default: all enabled ones that listen]
    #[arg(long, value_name = "ID")]
    webhook: Option<i64>,
    /// How long to wait for the first answer: 500ms, 30s
    #[arg(long, default_value = "15s", value_name = "TIME", value_parser = duration)]
    wait: Duration,
    /// One JSON object per web hook
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    house: House,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Tried {
    Ping,
    Event(Action),
}

fn tried(text: &str) -> Result<Tried, String> {
    if text == "ping" {
        return Ok(Tried::Ping);
    }
    action(text).map(Tried::Event).map_err(|why| format!("{why}, ping"))
}

impl Trigger {
    pub async fn run(self) -> Done {
        let opened = self.house.clone().enter().await?;
        let hears = |row: &Row| match self.event {
            Tried::Ping => row.enabled,
            Tried::Event(event) => row.enabled && listened(&row.events.0).any(|it| it == event),
        };
        let mut rows = webhooks(&opened, self.webhook).await?;
        if self.webhook.is_none() {
            rows.retain(hears);
        }
        if rows.is_empty() {
            return Err(match self.event {
                Tried::Ping => "no web hook is enabled; --webhook names one that need not be".to_owned(),
                Tried::Event(event) => {
                    format!("no enabled web hook listens to {}; --webhook names one that need not", event.word())
                }
            });
        }
        let subject = self.of.clone().subject();
        let mut bad = 0;
        for row in &rows {
            let good = match self.event {
                Tried::Ping => self.ping(&opened, row).await?,
                Tried::Event(event) => self.send(&opened, row, event, subject.clone()).await?,
            };
            bad += i64::from(!good);
        }
        match bad {
            0 => Ok(()),
            _ if rows.len() == 1 => Err("the test was not delivered".to_owned()),
            _ => Err(format!("{} of {} were not delivered", out::counted(bad, "test"), rows.len())),
        }
    }

    async fn ping(&self, opened: &Opened, row: &Row) -> Result<bool, String> {
        let outcome = ping::send(&opened.house, row).await;
        let good = webhook::succeeded(row, &outcome);
        if self.json {
            let id = row.id;
            let found = opened.house.read(async move |look| endpoints::find(look.tx, id).await).await.map_err(words)?;
            out::line(json!({"webhook_id": id, "event": "ping", "ping": endpoint::ping(&found, &outcome)}));
            return Ok(good);
        }
        let tone = if good { Tone::Good } else { Tone::Bad };
        let took = match outcome.status {
            Some(_) => format!(" in {}", out::took(outcome.total.as_micros() as i64)),
            None => String::new(),
        };
        out::line(format!("ping to {} {:?}: {}{took}", row.id, row.name, toned(tone, &outcome.describe())));
        Ok(good)
    }

    async fn send(&self, opened: &Opened, row: &Row, event: Action, subject: Subject) -> Result<bool, String> {
        let test = test_fire(&opened.house, command("trigger"), row.id, event, subject).await.map_err(by_flags)?;
        if !self.json {
            let from = match test.source {
                Source::Event => "the latest such event",
                Source::Record => "what a real record would tell",
                Source::Example => "the documented example",
            };
            let (id, name) = (row.id, &row.name);
            out::line(format!("{} to {id} {name:?} as #{}: {from}", event.word(), test.delivery_id));
        }
        let line = self.outcome(opened, test.delivery_id).await?;
        if self.json {
            let delivery = serde_json::to_value(wire::delivery(&line)).map_err(words)?;
            out::line(json!({
                "webhook_id": row.id, "delivery_id": line.id, "event": event.word(), "source": test.source, "delivery": delivery,
            }));
        } else {
            out::line(format!("  {}", told(&line)));
        }
        Ok(line.status == DeliveryStatus::Delivered)
    }

    /// The delivery after its first attempt, or when the wait is over.
    async fn outcome(&self, opened: &Opened, id: i64) -> Result<Line, String> {
        let until = Instant::now() + self.wait;
        loop {
            let line = opened.house.read(async move |look| deliveries::find(look.tx, id).await).await.map_err(words)?;
            let settled = line.status != DeliveryStatus::Pending || line.last.is_some();
            if settled || Instant::now() >= until {
                return Ok(line);
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
}

fn told(line: &Line) -> String {
    match (line.status, &line.last) {
        (DeliveryStatus::Delivered, _) => toned(Tone::Good, &answer(line)),
        (DeliveryStatus::Pending, None) => {
            let why =
                "no running server has taken it up yet: orangery serve sends it, orangery deliveries shows how it goes";
            toned(Tone::Doubtful, why)
        }
        (DeliveryStatus::Pending, Some(_)) => {
            let next = line.due_at.map(|at| format!("; next attempt at {}", out::time(at))).unwrap_or_default();
            format!("{}{next}", toned(Tone::Bad, &answer(line)))
        }
        (DeliveryStatus::Held, _) => toned(Tone::Doubtful, "held: the web hook was disabled meanwhile"),
        (DeliveryStatus::Failed, _) => toned(Tone::Bad, &format!("{}; given up", answer(line))),
    }
}
