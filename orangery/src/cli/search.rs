//! `orangery search`: who is found by some words.

use clap::Args;

use super::{
    Done, House,
    out::{self, Tone, toned, words},
};
use crate::{
    graph::{
        self,
        search::{Filter, Found, SearchKind},
        select::Page,
    },
    search::query,
    wire::search as wire,
};

/// Looks for words in candidates and in the text of their files
///
/// All words must be there. A word that ends with * is a beginning, what stands in quotes a phrase; behind a minus stands what must not be there. Put
/// all of it into one argument where the shell would take it apart, and a query that begins with a minus behind `--`.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  orangery search jane eng*\n  orangery search '\"senior engineer\" -intern' --job 12"
)]
pub struct Search {
    #[arg(required = true)]
    words: Vec<String>,
    /// Only who has applied for this job
    #[arg(long, value_name = "ID")]
    job: Option<i64>,
    /// List their applications
    #[arg(long)]
    applications: bool,
    /// So many results
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(i64).range(1..=100))]
    limit: i64,
    /// One JSON object per line
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    house: House,
}

impl Search {
    pub async fn run(self) -> Done {
        let opened = self.house.enter().await?;
        let wanted = query::parse(&self.words.join(" ")).map_err(words)?;
        let kind = if self.applications { SearchKind::Applications } else { SearchKind::Candidates };
        // Whoever sits here could read the database itself.
        let filter = Filter { wanted, kind, job_id: self.job, private: true };
        let page = Page { number: 1, size: self.limit, counted: false };
        let found = opened.house.read(async move |look| graph::search::list(look, &filter, page).await).await;
        let found = found.map_err(words)?;
        for it in &found.rows {
            match self.json {
                true => out::json(&wire::result(it))?,
                false => print(it),
            }
        }
        match (found.rows.is_empty(), found.more) {
            _ if self.json => {}
            (true, _) => eprintln!("Nobody was found."),
            (_, true) => eprintln!("There are more: say more words, or --limit."),
            _ => {}
        }
        Ok(())
    }
}

fn print(found: &Found) {
    let result = wire::result(found);
    let about = [result.title, result.company].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let of = match &result.application {
        Some(it) => format!("  application {} ({})", it.id, crate::words::Word::word(it.status)),
        None => String::new(),
    };
    let id = toned(Tone::Faint, &format!("{:>8}", result.candidate_id));
    out::line(format!("{id}  {}{of}  {}", toned(Tone::Strong, &out::printable(&result.name)), out::printable(&about)));
    for place in &result.places {
        let field = place.name.as_ref().map_or(place.field.to_owned(), |it| format!("{}, {it}", place.field));
        let text = out::cut(&plain(&place.snippet), out::width().saturating_sub(14 + field.len()));
        out::line(format!("          {}: {}", toned(Tone::Faint, &out::printable(&field)), out::printable(&text)));
    }
}

/// A snippet without its HTML; hits stand in brackets.
fn plain(html: &str) -> String {
    let mut text = html.replace("<mark>", "[").replace("</mark>", "]");
    for (escaped, char) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        text = text.replace(escaped, char);
    }
    text
}
