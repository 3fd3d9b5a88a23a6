//! `orangery deliveries`: what web hooks were sent, and how they answered.

mod show;

use clap::{Args, Subcommand};
use courier::endpoint::Webhook as Row;
use jiff::Timestamp;

use super::{
    Done, House, Opened,
    out::{self, Tone, toned, words},
    read::{action, moment, status},
};
use crate::{
    error::{self, Error},
    hooks::{
        Action,
        deliveries::{self, Cursor, DeliveryStatus, Filter, Line},
    },
    wire::webhook as wire,
    words::Word,
};

/// Lists what web hooks were sent, the latest first; `show` tells all about one
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_help = "Examples:\n  orangery deliveries --webhook 3 --failed\n  \
                        orangery deliveries --candidate 17 --event hire_candidate --after 2h\n  \
                        orangery deliveries show 1042")]
pub struct Deliveries {
    #[command(subcommand)]
    one: Option<One>,
    /// Only those of one web hook
    #[arg(long, value_name = "ID")]
    webhook: Option<i64>,
    /// Only those that are pending, held, delivered or failed
    #[arg(long, value_parser = status)]
    status: Option<DeliveryStatus>,
    /// Only those that were given up
    #[arg(long, conflicts_with = "status")]
    failed: bool,
    /// Only those of this event
    #[arg(long, value_parser = action)]
    event: Option<Action>,
    /// Only those about this candidate
    #[arg(long, value_name = "ID")]
    candidate: Option<i64>,
    /// Only those about this application
    #[arg(long, value_name = "ID")]
    application: Option<i64>,
    /// Only those made since: 2h ago, or a time such as 2026-11-21
    #[arg(long, value_name = "TIME", value_parser = moment)]
    after: Option<Timestamp>,
    /// Only those made before
    #[arg(long, value_name = "TIME", value_parser = moment)]
    before: Option<Timestamp>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
    limit: i64,
    /// Go on where a list ended, as it says below it
    #[arg(long, value_parser = cursor)]
    cursor: Option<Cursor>,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
    /// With --json, the bodies too
    #[arg(long, requires = "json")]
    body: bool,
    #[command(flatten)]
    house: House,
}

#[derive(Subcommand)]
enum One {
    /// Shows one delivery: its attempts, headers, times and body
    #[command(after_help = "Example: orangery deliveries show 1042")]
    Show(show::Show),
}

impl Deliveries {
    pub async fn run(self) -> Done {
        if let Some(One::Show(show)) = self.one {
            return show.run().await;
        }
        let opened = self.house.clone().enter().await?;
        let status = if self.failed { Some(DeliveryStatus::Failed) } else { self.status };
        let filter = Filter {
            status,
            action: self.event,
            candidate_id: self.candidate,
            application_id: self.application,
            after: self.after,
            before: self.before,
            cursor: self.cursor,
            limit: self.limit,
            bodies: self.body,
        };
        let (lines, more) = self.find(&opened, &filter).await?;
        let table = Table::of(&lines);
        if lines.is_empty() && !self.json {
            eprintln!("There is no delivery that fits.");
        }
        if out::is_terminal() && !self.json && !lines.is_empty() {
            out::line(table.head());
        }
        for line in &lines {
            match self.json {
                true => out::json(&wire::delivery(line))?,
                false => out::line(table.row(line)),
            }
        }
        if let Some(last) = lines.last().filter(|_| more) {
            eprintln!("There are more: --limit, or --cursor {}", Cursor::after(last));
        }
        Ok(())
    }

    /// The latest of all web hooks that are asked for, and whether there are more.
    async fn find(&self, opened: &Opened, filter: &Filter) -> Result<(Vec<Line>, bool), String> {
        let rows = webhooks(opened, self.webhook).await?;
        let (mut lines, mut more) = (Vec::new(), false);
        for row in rows {
            let (found, next) = up_to_limit(opened, row.id, filter.clone()).await.map_err(words)?;
            lines.extend(found);
            more |= next.is_some();
        }
        lines.sort_by_key(|it| std::cmp::Reverse((it.created_at, it.id)));
        more |= lines.len() as i64 > self.limit;
        lines.truncate(usize::try_from(self.limit).unwrap_or(usize::MAX));
        Ok((lines, more))
    }
}

/// The latest of one web hook: page after page, since a page may be short though more follows.
async fn up_to_limit(
    opened: &Opened,
    webhook_id: i64,
    mut filter: Filter,
) -> error::Result<(Vec<Line>, Option<Cursor>)> {
    let mut lines = Vec::new();
    loop {
        // A transaction of its own for each: nobody is kept waiting by a long look.
        let tx = opened.house.pool.read().await?;
        let (found, next) = deliveries::list(&tx, webhook_id, &filter).await?;
        filter.limit -= found.len() as i64;
        lines.extend(found);
        if next.is_none() || filter.limit == 0 {
            return Ok((lines, next));
        }
        filter.cursor = next;
    }
}

fn cursor(text: &str) -> Result<Cursor, String> {
    Cursor::parse(text).ok_or_else(|| "it is what `orangery deliveries` says below a list that goes on".to_owned())
}

pub async fn webhooks(opened: &Opened, id: Option<i64>) -> Result<Vec<Row>, String> {
    let rows = opened.house.read(async |look| {
        Ok(match id {
            Some(id) => vec![look.tx.find(id).await?],
            None => look.tx.all("order by id", &[]).await?,
        })
    });
    let found = rows.await;
    found.map_err(|error| match (id, error) {
        (Some(id), Error::NotFound(..)) => {
            format!("there is no web hook {id}: orangery webhook list shows them")
        }
        (_, error) => error.to_string(),
    })
}

/// The table, whose lines fit the terminal: how wide each column has to be.
struct Table {
    made: usize,
    number: usize,
    to: usize,
    event: usize,
}

impl Table {
    fn of(lines: &[Line]) -> Self {
        let widest = |width: &dyn Fn(&Line) -> usize| lines.iter().map(width).max().unwrap_or_default();
        Self {
            made: widest(&|it| out::brief(it.created_at).len()),
            number: widest(&|it| it.id.to_string().len() + 1),
            to: widest(&|it| it.webhook_id.to_string().len()).max("to".len()),
            event: widest(&|it| it.action.word().len()),
        }
    }

    fn columns(&self, made: &str, number: &str, to: &str, event: &str) -> String {
        let Self { made: a, number: b, to: c, event: d } = self;
        format!("{made:<a$}  {number:<b$}  {to:<c$}  {event:<d$}  ")
    }

    fn head(&self) -> String {
        let head = self.columns("UTC", "", "to", "event");
        toned(Tone::Faint, &out::cut(&format!("{head}how it stands"), out::width()))
    }

    fn row(&self, line: &Line) -> String {
        let (number, to) = (format!("#{}", line.id), line.webhook_id.to_string());
        let start = self.columns(&out::brief(line.created_at), &number, &to, line.action.word());
        let room = out::width().saturating_sub(start.chars().count()).max(12);
        format!("{start}{}", toned(tone(line.status), &out::cut(&stands(line), room)))
    }
}

/// `delivered: 200 in 2.6 ms`, `pending after 2 attempts: 503 in 1.0 ms, next at 12:29:13`.
fn stands(line: &Line) -> String {
    let tries = if line.attempts > 1 { format!(" after {} attempts", line.attempts) } else { String::new() };
    let said = match answer(line) {
        said if said.is_empty() => said,
        said => format!(": {}", said.trim_start_matches("answered ")),
    };
    let due = match (line.status, line.due_at) {
        (DeliveryStatus::Pending, Some(at)) if line.attempts > 0 => format!(", next at {}", at.strftime("%H:%M:%S")),
        _ => String::new(),
    };
    format!("{}{tries}{said}{due}{}", line.status.word(), marks(line))
}

pub fn tone(status: DeliveryStatus) -> Tone {
    match status {
        DeliveryStatus::Delivered => Tone::Good,
        DeliveryStatus::Failed => Tone::Bad,
        DeliveryStatus::Pending | DeliveryStatus::Held => Tone::Doubtful,
    }
}

/// What came of the last attempt.
pub fn answer(line: &Line) -> String {
    let Some(last) = &line.last else { return String::new() };
    let took = last.total_micros.map(|it| format!(" in {}", out::took(it))).unwrap_or_default();
    match (&last.error, last.status_code) {
        (Some(error), _) => out::printable(error),
        (None, Some(status)) => format!("answered {status}{took}"),
        (None, None) => "under way".to_owned(),
    }
}

pub fn marks(line: &Line) -> String {
    let marks = [("replay", line.replay), ("test", line.test), ("erased", line.erased)];
    let marks: Vec<&str> = marks.iter().filter(|it| it.1).map(|it| it.0).collect();
    if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) }
}
