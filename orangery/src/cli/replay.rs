//! `orangery replay`: sends a web hook again what it was sent, or at last what it missed.

use clap::{ArgGroup, Args};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::Timestamp;

use super::{
    Done, House,
    deliveries::webhooks,
    opened::command,
    out::{self, words},
    read::moment,
};
use crate::{
    hooks::replay::{self, Counts, Selection},
    wire::webhook as wire,
};

/// Sends a web hook again what it was sent, or at last what it missed
///
/// What is to be sent is counted first, and you are asked. Deliveries keep their id and their body, and carry the header Orangery-Replay: true.
/// A running server sends them, what is live before what is replayed; it also goes on with a replay that is interrupted here.
#[derive(Args)]
#[command(group = ArgGroup::new("what").required(true).args(["deliveries", "from", "since", "candidate", "failed", "missed"]))]
#[command(after_help = "Examples:\n  orangery replay --webhook 3 --failed\n  \
                        orangery replay --webhook 3 --from 1200 --to 1300 --dry-run\n  \
                        orangery replay --webhook 3 --since 2h --until 30m\n  \
                        orangery replay --webhook 3 --missed --per-second 20 --yes")]
pub struct Replay {
    /// Deliveries, as `orangery deliveries` numbers them
    #[arg(value_name = "DELIVERY")]
    deliveries: Vec<i64>,
    /// To which web hook, as `orangery webhook list` numbers them
    #[arg(long, value_name = "ID")]
    webhook: i64,
    /// From this sequence number on, as `orangery events` numbers them
    #[arg(long, value_name = "SEQ")]
    from: Option<i64>,
    /// Up to this one [default: the newest]
    #[arg(long, value_name = "SEQ", requires = "from")]
    to: Option<i64>,
    /// What happened since: 2h ago, or a time such as 2026-11-21
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// And before this time
    #[arg(long, value_name = "TIME", value_parser = moment, requires = "since")]
    until: Option<Timestamp>,
    /// All about one candidate
    #[arg(long, value_name = "ID")]
    candidate: Option<i64>,
    /// What was given up
    #[arg(long)]
    failed: bool,
    /// What was held, and what happened, while the web hook was disabled
    #[arg(long)]
    missed: bool,
    /// So many a second at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=10_000))]
    per_second: Option<i64>,
    /// Only count
    #[arg(long)]
    dry_run: bool,
    /// Don't ask
    #[arg(long, short)]
    yes: bool,
    /// Say how many as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Replay {
    fn selection(&self) -> Selection {
        if let Some(since) = self.since {
            return Selection::Time { from: Some(since), to: self.until };
        }
        match (self.from, self.candidate, self.failed, self.missed) {
            (Some(from), ..) => Selection::Sequence { from, to: self.to },
            (_, Some(candidate), ..) => Selection::Candidate(candidate),
            (_, _, true, _) => Selection::Failed,
            (_, _, _, true) => Selection::Missed,
            _ => Selection::Deliveries(self.deliveries.clone()),
        }
    }

    pub async fn run(self) -> Done {
        let opened = self.house.clone().enter().await?;
        let (house, webhook) = (&opened.house, self.webhook);
        let enabled = webhooks(&opened, Some(webhook)).await?.iter().all(|it| it.enabled);
        if !enabled && !self.dry_run {
            return Err(format!("the web hook {webhook} is disabled; first: orangery webhook enable {webhook}"));
        }
        let counting = replay::replay(house, command("replay"), webhook, self.selection(), None, true);
        let found = counting.await.map_err(words)?;
        if self.dry_run {
            return self.told(found, true);
        }
        let count = found.replayed + found.created;
        if count == 0 {
            self.told(found, false)?;
            return Ok(());
        }
        if !self.json {
            say(found, "would be ");
        }
        let question = format!("Send {} to the web hook {webhook}?", out::counted(count, "delivery"));
        if !self.yes && !out::confirmed(&question)? {
            return Err("nothing was sent".to_owned());
        }
        let bar = bar(count);
        let told = |so_far: Counts| bar.set_position((so_far.replayed + so_far.created).unsigned_abs());
        let done =
            replay::watched(house, command("replay"), webhook, self.selection(), self.per_second, false, &told).await;
        bar.finish_and_clear();
        let done = done.map_err(words)?;
        self.told(done, false)?;
        if let Some(per_second) = self.per_second.filter(|it| count > *it) {
            eprintln!("At {per_second} a second that takes about {} seconds.", count / per_second);
        }
        let left = count - done.replayed - done.created;
        if self.per_second.is_some() && left > 0 {
            eprintln!("A running server goes on with the other {left} when it is time.");
        }
        eprintln!("A running server sends them; orangery deliveries --webhook {webhook} shows how it goes.");
        Ok(())
    }

    fn told(&self, counts: Counts, dry: bool) -> Done {
        if self.json {
            return out::json(&wire::replayed(counts, dry));
        }
        match counts.replayed + counts.created {
            0 => out::line("There is nothing to send"),
            _ => out::line(sentence(counts, if dry { "would be " } else { "" })),
        }
        aside(counts);
        Ok(())
    }
}

fn say(counts: Counts, would: &str) {
    eprintln!("{}", sentence(counts, would));
    aside(counts);
}

fn sentence(counts: Counts, would: &str) -> String {
    format!("{} {would}sent again, {} {would}sent for the first time", counts.replayed, counts.created)
}

/// What is left alone.
fn aside(counts: Counts) {
    if counts.under_way > 0 {
        eprintln!("{} on their way anyway", counts.under_way);
    }
    if counts.erased > 0 {
        eprintln!("{} erased: there is nothing left to send", counts.erased);
    }
}

/// Nobody sees it where standard error is no terminal, or little is to be done.
fn bar(count: i64) -> ProgressBar {
    if count < 2_000 {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(count.unsigned_abs());
    let style = ProgressStyle::with_template("{wide_bar} {pos} of {len}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
