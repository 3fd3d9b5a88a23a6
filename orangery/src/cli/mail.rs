//! `orangery mail`: what the house writes to people.

use clap::{Subcommand, ValueEnum};
use sql::params;

use super::{
    Done, House,
    opened::command,
    out::{self, words},
};
use crate::{
    domain::mail,
    graph::{self, mail::Filter, select::Page},
    mail::{Letter, Mailer},
    tables::{Mail as Row, MailStatus},
    wire::mail as wire,
    words::Word,
    work::Work,
};

/// Mail: what waits, what was sent, what was given up
#[derive(Subcommand)]
pub enum Mail {
    /// Lists mails, the latest first
    #[command(after_help = "Example: orangery mail list --status waiting")]
    List {
        /// Only those that stand so
        #[arg(long, value_enum)]
        status: Option<Status>,
        /// At most so many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
        /// One JSON object per line
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        house: House,
    },
    /// Shows one mail with its text
    #[command(after_help = "Example: orangery mail show 7")]
    Show {
        id: i64,
        #[command(flatten)]
        house: House,
    },
    /// Sends one mail at once to see whether the settings are right, past the outbox
    #[command(after_help = "Example: orangery mail send-test --to you@example.com \
        --smtp-url smtps://user:password@smtp.example.com --mail-from orangery@example.com")]
    SendTest {
        /// Who gets it
        #[arg(long, value_name = "ADDRESS")]
        to: String,
        #[command(flatten)]
        house: House,
    },
    /// Sends a mail again that was given up or discarded; the server does it within seconds
    #[command(after_help = "Example: orangery mail retry 7")]
    Retry {
        id: i64,
        #[command(flatten)]
        house: House,
    },
    /// Does not send a mail that waits
    #[command(after_help = "Example: orangery mail discard 7")]
    Discard {
        id: i64,
        #[command(flatten)]
        house: House,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Status {
    Waiting,
    Sent,
    Failed,
    Discarded,
}

impl Status {
    fn word(self) -> MailStatus {
        match self {
            Self::Waiting => MailStatus::Waiting,
            Self::Sent => MailStatus::Sent,
            Self::Failed => MailStatus::Failed,
            Self::Discarded => MailStatus::Discarded,
        }
    }
}

impl Mail {
    pub async fn run(self) -> Done {
        match self {
            Self::List { status, limit, json, house } => list(status, limit, json, house).await,
            Self::Show { id, house } => show(id, house).await,
            Self::SendTest { to, house } => send_test(&to, house).await,
            Self::Retry { id, house } => {
                let opened = house.enter().await?;
                let act = async move |work: &mut Work| mail::retry(work, id).await;
                out::line(shown(&opened.house.write(command("mail retry"), act).await.map_err(words)?));
                Ok(())
            }
            Self::Discard { id, house } => {
                let opened = house.enter().await?;
                let act = async move |work: &mut Work| mail::discard(work, id).await;
                out::line(shown(&opened.house.write(command("mail discard"), act).await.map_err(words)?));
                Ok(())
            }
        }
    }
}

async fn list(status: Option<Status>, limit: i64, as_json: bool, house: House) -> Done {
    let opened = house.enter().await?;
    let filter = Filter { status: status.map(Status::word), ..Filter::default() };
    let page = Page { number: 1, size: limit, counted: false };
    let slice =
        opened.house.read(async move |look| graph::mail::list(look, filter, page).await).await.map_err(words)?;
    for row in &slice.rows {
        match as_json {
            true => out::json(&wire::mail(row))?,
            false => out::line(shown(row)),
        }
    }
    let waiting = "select count(*) from mails where due_at is not null";
    let waiting = opened.house.read(async |look| Ok(look.tx.count(waiting, params![]).await?)).await.map_err(words)?;
    if waiting > 0 && opened.mail.smtp_url.is_none() {
        eprintln!("{waiting} wait. No SMTP server is set here (--smtp-url); without one, `orangery serve` sends none.");
    }
    Ok(())
}

async fn show(id: i64, house: House) -> Done {
    let opened = house.enter().await?;
    let row: Row = opened.house.read(async |look| Ok(look.tx.find(id).await?)).await.map_err(words)?;
    out::line(shown(&row));
    if let Some(why) = &row.last_error {
        out::line(format!("The last attempt failed: {}", out::printable(why)));
    }
    let (to, subject) = (out::printable(&row.recipient), out::printable(&row.subject));
    let copies = row.cc.0.iter().map(|it| format!("Cc: {}\n", out::printable(it))).collect::<String>();
    let answers = row.reply_to.iter().map(|it| format!("Reply-To: {}\n", out::printable(it))).collect::<String>();
    let text = if row.body.is_empty() { row.html.as_deref().unwrap_or_default() } else { &row.body };
    let text = out::printable_lines(text.trim_end());
    out::line(format!("\nTo: {to}\n{copies}{answers}Subject: {subject}\n\n{text}"));
    Ok(())
}

async fn send_test(to: &str, house: House) -> Done {
    let opened = house.enter().await?;
    let mailer = Mailer::new(&opened.mail)?.ok_or("no SMTP server is set: --smtp-url and --mail-from")?;
    let text = format!(
        "Mail from this Orangery arrives.\n\n-- \nOrangery, for {to}: somebody ran `orangery mail send-test`.\n"
    );
    let name = format!("test-{}", opened.house.fresh_id());
    let letter = Letter::to(name, to, "[Orangery] A test", &text);
    let said = mailer.send(&letter, opened.house.now()).await.map_err(|failure| out::printable(&failure.why))?;
    out::line(format!("The server took it: {}", out::printable(&said)));
    Ok(())
}

fn shown(row: &Row) -> String {
    let when = match (row.due_at, row.finished_at) {
        (Some(due), _) => format!("due {}", out::time(due)),
        (None, Some(at)) => out::time(at),
        (None, None) => "-".to_owned(),
    };
    let (to, subject) = (out::printable(&row.recipient), out::printable(&row.subject));
    format!("{:>6}  {:<9}  {when}  {to}  {subject}", row.id, row.status.word())
}
