//! Greenhouse itself, by Harvest v3: flat lists, each row naming the others by id, read by cursor with a bearer token.
//!
//! A step is a list. What a row needs of another list is asked for by ids, page by page; what belongs to a row that came before is set there when
//! its own list comes. So nothing but the cursor has to be remembered, and a run goes on at the page where it ended.

mod applications;
mod ask;
mod custom;
mod fields;
mod interviews;
mod jobs;
mod lists;
mod organization;
mod out;
mod people;
mod posts;
mod row;
mod scorecards;
mod token;

use super::{
    Inlet, Kind, Source, Step,
    reader::{Reader, Refusal},
};
use lists::{LISTS, List, Map};
use out::Out;
use row::Row;
pub use token::Credentials;

/// Where Greenhouse gives tokens.
pub const TOKEN_URL: &str = "https://auth.greenhouse.io/token";

/// As many rows as a page may have: each page counts as one request.
const PER_PAGE: usize = 500;

/// The step that only tells what is left behind.
const LEFT_BEHIND: Step = Step { name: "what has no place here", replaces: &[] };

pub struct Greenhouse {
    reader: Reader,
}

impl Greenhouse {
    /// `address` is where the API is, without `/v3`.
    pub async fn new(address: &str, credentials: &Credentials, allow_private: bool) -> Result<Self, String> {
        let address = address.trim_end_matches('/').trim_end_matches("/v3");
        let reader = Reader::new(address, token::Bearer::new(credentials)?, allow_private).await?;
        Ok(Self { reader })
    }
}

impl Source for Greenhouse {
    fn name(&self) -> String {
        format!("harvest v3 of {}", self.reader.base().as_str().trim_end_matches('/'))
    }

    fn steps(&self) -> Vec<Step> {
        let lists = LISTS.iter().map(|it| Step { name: it.name, replaces: it.replaces });
        lists.chain([LEFT_BEHIND]).collect()
    }

    async fn read(&self, step: &Step, to: &mut Inlet<'_>) -> Result<(), String> {
        match LISTS.iter().find(|it| it.name == step.name) {
            Some(list) => Box::pin(self.list(list, to)).await,
            None => self.left_behind(to).await,
        }
    }
}

impl Greenhouse {
    async fn list(&self, list: &List, to: &mut Inlet<'_>) -> Result<(), String> {
        let mut out = Out::new(list.name);
        let read = match list.whole {
            true => self.whole(list, &mut out, to).await,
            false => self.by_pages(list, &mut out, to).await,
        };
        out.tell_what_was_left(to);
        match read {
            Ok(()) => Ok(()),
            Err(Refusal::Forbidden(why)) => {
                let why =
                    format!("needs the scope harvest:{0}:list; once it is there, import with --full: {why}", list.name);
                to.trouble(Kind::Forbidden, list.name, None, why);
                Ok(())
            }
            Err(Refusal::NotFound) => {
                to.trouble(Kind::Forbidden, list.name, None, "there is no such list");
                Ok(())
            }
            Err(why @ (Refusal::Failed(_) | Refusal::Invalid(_))) => Err(why.to_string()),
        }
    }

    /// All rows at once, for lists that are short or must be seen as a whole.
    async fn whole(&self, list: &List, out: &mut Out, to: &mut Inlet<'_>) -> Result<(), Refusal> {
        let mut rows = Vec::new();
        for parameters in list.variants {
            rows.extend(self.reader.all(first(list, parameters, None)).await?);
        }
        let read = rows.len();
        self.prepare(list, &rows, out, to).await?;
        map(list, &rows, out);
        out.write(to, read, None).await
    }

    async fn by_pages(&self, list: &List, out: &mut Out, to: &mut Inlet<'_>) -> Result<(), Refusal> {
        let since = list.changing.then(|| to.since()).flatten().map(|it| it.to_string());
        let paths: Vec<String> = list.variants.iter().map(|it| first(list, it, since.as_deref())).collect();
        let place = to.place().map(str::to_owned);
        let (mut variant, mut path) = match place.as_deref().and_then(|it| it.split_once(' ')) {
            Some((variant, path)) => {
                (variant.parse().unwrap_or_default(), Some(path.to_owned()).filter(|it| !it.is_empty()))
            }
            None => (0, None),
        };
        let mut begun_again = false;
        while let Some(beginning) = paths.get(variant) {
            let mut pages = self.reader.pages(path.take().unwrap_or_else(|| beginning.clone()));
            let mut expired = false;
            while let Some(page) = pages.next().await {
                let page = match page {
                    Ok(page) => page,
                    // Cursors end after some time: what was read already is read again, and found to be there.
                    Err(Refusal::Invalid(_)) if !begun_again => {
                        expired = true;
                        break;
                    }
                    Err(why) => return Err(why),
                };
                self.prepare(list, &page.rows, out, to).await?;
                map(list, &page.rows, out);
                let next =
                    page.next.as_ref().map_or_else(|| format!("{} ", variant + 1), |it| format!("{variant} {it}"));
                out.write(to, page.rows.len(), Some(next)).await?;
            }
            begun_again = expired;
            if !expired {
                variant += 1;
            }
        }
        Ok(())
    }

    /// What Greenhouse has and this house has no tables for: told, so that nobody looks for it here.
    async fn left_behind(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        for (list, what) in lists::NO_PLACE {
            match self.reader.page(&format!("/v3/{list}?per_page={PER_PAGE}")).await {
                Ok(page) if page.rows.is_empty() => {}
                Ok(page) => {
                    let more = if page.next.is_some() { " or more" } else { "" };
                    to.trouble(Kind::Homeless, *list, None, format!("{}{more}: {what}", page.rows.len()));
                }
                Err(Refusal::Forbidden(_) | Refusal::NotFound) => {
                    to.trouble(
                        Kind::Forbidden,
                        *list,
                        None,
                        format!("could not be read, and has no place here: {what}"),
                    );
                }
                Err(why @ (Refusal::Failed(_) | Refusal::Invalid(_))) => return Err(why.to_string()),
            }
        }
        Ok(())
    }
}

/// The path of a list's first page.
fn first(list: &List, parameters: &str, since: Option<&str>) -> String {
    let and = if parameters.is_empty() { "" } else { "&" };
    let since = since.map(|it| format!("&updated_at=gte%7C{it}")).unwrap_or_default();
    format!("/v3/{}?per_page={PER_PAGE}{and}{parameters}{since}", list.name)
}

fn map(list: &List, rows: &[serde_json::Value], out: &mut Out) {
    match list.map {
        Map::Each(one) => rows.iter().for_each(|it| one(Row(it), out)),
        Map::All(all) => all(&rows.iter().map(Row).collect::<Vec<_>>(), out),
    }
}
