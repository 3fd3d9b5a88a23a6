//! `orangery deliveries show`: all about one delivery.

use clap::Args;
use courier::{endpoint::Webhook as Row, tables::Attempt};
use jiff::Timestamp;

use super::{marks, tone};
use crate::{
    cli::{
        Done, House,
        out::{self, Tone, toned, words},
    },
    error::Error,
    hooks::{
        attempts,
        deliveries::{self, Line},
    },
    wire::webhook as wire,
    words::Word,
};

/// Attempts beyond these are many replays of one delivery.
const MOST: i64 = 100;

#[derive(Args)]
pub struct Show {
    /// Its number, which is its Greenhouse-Event-ID
    id: i64,
    /// All as one JSON object, with the body as it is sent
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Show {
    pub async fn run(self) -> Done {
        let opened = self.house.enter().await?;
        let (id, house) = (self.id, opened.house.clone());
        let found = opened.house.read(async move |look| {
            let line = deliveries::find(look.tx, id).await?;
            let row: Row = look.tx.find(line.webhook_id).await?;
            let (attempts, _) = attempts::list(&house, look.tx, id, 0, MOST).await?;
            Ok((line, row, attempts))
        });
        let (line, row, attempts) = found.await.map_err(|error| match error {
            Error::NotFound("deliveries", id) => {
                format!("there is no delivery {id}: orangery deliveries lists them")
            }
            error => error.to_string(),
        })?;
        let headers = deliveries::headers(&opened.house, &row, &line);
        if self.json {
            return out::json(&wire::whole_delivery(&line, headers, &attempts));
        }
        head(&line, &row);
        for attempt in &attempts {
            tell(&attempt.attempt);
        }
        section("Headers, as the web hook is set now");
        for (name, value) in headers {
            out::line(format!("  {name}: {}", out::printable(&value)));
        }
        body(&line)
    }
}

fn section(title: &str) {
    out::line(format!("\n{}", toned(Tone::Strong, title)));
}

fn head(line: &Line, row: &Row) {
    let status = toned(tone(line.status), line.status.word());
    let event = toned(Tone::Strong, line.action.word());
    out::line(format!("#{}  {event}  {status}{}", line.id, marks(line)));
    out::line(format!("  to        {} {:?}, {}", row.id, row.name, row.url));
    let seq = line.seq.map(|it| format!(", event {it}")).unwrap_or_default();
    out::line(format!("  happened  {}{seq}", precise(line.happened_at)));
    let about = [("candidate", line.candidate_id), ("application", line.application_id), ("job", line.job_id)];
    let about: Vec<String> = about.iter().filter_map(|it| Some(format!("{} {}", it.0, it.1?))).collect();
    if !about.is_empty() {
        out::line(format!("  about     {}", about.join(", ")));
    }
    if let Some(at) = line.due_at {
        out::line(format!("  next      {}", precise(at)));
    }
    section(&out::counted(line.attempts, "attempt"));
}

fn tell(attempt: &Attempt) {
    let (tone, said) = match (&attempt.error, attempt.status_code) {
        (Some(error), _) => (Tone::Bad, out::printable(error)),
        (None, Some(status)) => (Tone::Good, format!("answered {status}")),
        (None, None) => (Tone::Doubtful, "under way".to_owned()),
    };
    let replay = if attempt.replay { " (replay)" } else { "" };
    out::line(format!("  {}  {}  {}{replay}", attempt.number, precise(attempt.started_at), toned(tone, &said)));
    let times = [
        ("resolved", attempt.resolve_micros),
        ("connected", attempt.connect_micros),
        ("first byte", attempt.first_byte_micros),
        ("all", attempt.total_micros),
    ];
    let times: Vec<String> = times.iter().filter_map(|it| Some(format!("{} {}", it.0, out::took(it.1?)))).collect();
    let peer = attempt.peer.as_ref().map(|it| format!("from {it}; ")).unwrap_or_default();
    let secret = attempt.secret_number.map(|it| format!("; signed with secret {it}")).unwrap_or_default();
    out::line(format!("     {}", toned(Tone::Faint, &format!("{peer}{}{secret}", times.join(", ")))));
    for said in attempt.answer.iter().flat_map(|it| it.lines()).take(20) {
        out::line(format!("     | {}", out::printable(said)));
    }
}

fn body(line: &Line) -> Done {
    let Some(body) = &line.body else {
        section("The body was erased, or is older than is kept");
        return Ok(());
    };
    section(&format!("Body, {} bytes as it is sent (--json shows those)", body.len()));
    let parsed: serde_json::Value = serde_json::from_str(body).map_err(words)?;
    out::line(out::printable_lines(&format!("{parsed:#}")));
    Ok(())
}

fn precise(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S%.3f UTC").to_string()
}
