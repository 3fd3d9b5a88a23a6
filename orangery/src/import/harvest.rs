//! Another Orangery, or whatever speaks Harvest v1: read by an API key.
//!
//! Lists that Harvest has for all records are read page by page; what it has for one record alone (a candidate's feed, a job's approvals, a
//! user's permissions) is asked for record by record, several at once.

mod application;
mod approval;
mod candidate;
pub mod custom;
mod diversity;
mod feed;
mod interview;
mod job;
pub mod json;
mod organization;
mod people;
mod post;

use futures_util::{StreamExt, stream};
use serde_json::Value;
use sql::params;

use super::{
    Batch, Inlet, Kind, Source, Step,
    reader::{Reader, Refusal},
};
use crate::{error::Error, graph::Look};

/// Records that are asked for by themselves, so many at once, and so many in one batch.
const AT_ONCE: usize = 8;
const BY_ONE: i64 = 100;
/// Rows of a page: candidates come with all that hangs on them.
const LARGE: i64 = 200;
const SMALL: i64 = 500;

pub struct Harvest {
    reader: Reader,
}

impl Harvest {
    pub fn new(reader: Reader) -> Self {
        Self { reader }
    }

    /// Finds out whether the server is there and the key opens anything, before a run begins.
    pub async fn greet(&self) -> Result<(), String> {
        let mut last = String::new();
        for path in ["/v1/candidates", "/v1/jobs", "/v1/users", "/v1/departments"] {
            match self.reader.page(&format!("{path}?per_page=1")).await {
                Ok(_) => return Ok(()),
                Err(Refusal::Failed(why) | Refusal::Invalid(why)) => return Err(why),
                Err(Refusal::NotFound) => {
                    let address = self.reader.address(path);
                    return Err(format!(
                        "there is no Harvest v1 here: {address} was not found; name the address without /v1"
                    ));
                }
                Err(Refusal::Forbidden(why)) => last = why,
            }
        }
        Err(format!("the key opens nothing there ({last}); make one that may read everything: orangery key add --all"))
    }
}

impl Source for Harvest {
    fn name(&self) -> String {
        format!("harvest v1 of {}", self.reader.address(""))
    }

    fn steps(&self) -> Vec<Step> {
        let step = |name, replaces| Step { name, replaces };
        vec![
            step("departments", &[]),
            step("custom fields", &[]),
            step("users", &[]),
            step("offices", &[]),
            step("sources", &["sources"]),
            step("rejection reasons", &["rejection_reasons"]),
            step("close reasons", &["close_reasons"]),
            step("prospect pools", &["prospect_pools"]),
            step("degrees, disciplines, schools", &["education_items"]),
            step("tags", &["tags"]),
            step("e-mail templates", &["email_templates"]),
            step("user roles", &["user_roles"]),
            step("demographic questions", &["demographic_question_sets"]),
            step("jobs", &[]),
            step("job stages", &[]),
            step("job posts", &["custom_locations"]),
            step("candidates", &[]),
            step("applications", &[]),
            step("EEOC", &[]),
            step("demographic answers", &[]),
            step("scorecards", &[]),
            step("scheduled interviews", &[]),
            step("offers", &[]),
            step("approvals", &[]),
            step("permissions", &[]),
            step("activity feeds", &[]),
        ]
    }

    async fn read(&self, step: &Step, to: &mut Inlet<'_>) -> Result<(), String> {
        match step.name {
            "departments" => self.whole(to, "/v1/departments", organization::departments).await,
            "custom fields" => self.custom_fields(to).await,
            "users" => self.users(to).await,
            "offices" => self.whole(to, "/v1/offices", organization::offices).await,
            "sources" => self.whole(to, "/v1/sources", organization::sources).await,
            "rejection reasons" => self.rejection_reasons(to).await,
            "close reasons" => self.whole(to, "/v1/close_reasons", organization::close_reasons).await,
            "prospect pools" => self.whole(to, "/v1/prospect_pools", organization::prospect_pools).await,
            "degrees, disciplines, schools" => self.education(to).await,
            "tags" => self.whole(to, "/v1/tags/candidate", organization::tags).await,
            "e-mail templates" => self.whole(to, "/v1/email_templates", organization::email_templates).await,
            "user roles" => self.whole(to, "/v1/user_roles", organization::user_roles).await,
            "demographic questions" => self.demographic_questions(to).await,
            "jobs" => self.jobs(to).await,
            "job stages" => self.stages(to).await,
            "job posts" => self.posts(to).await,
            "candidates" => self.candidates(to).await,
            "applications" => self.applications(to).await,
            "EEOC" => self.eeoc(to).await,
            "demographic answers" => self.demographic_answers(to).await,
            "scorecards" => self.scorecards(to).await,
            "scheduled interviews" => self.scheduled_interviews(to).await,
            "offers" => self.offers(to).await,
            "approvals" => self.approvals(to).await,
            "permissions" => self.permissions(to).await,
            "activity feeds" => self.feeds(to).await,
            other => Err(format!("there is no step {other:?}")),
        }
    }
}

impl Harvest {
    /// Reads a list page by page, from where the step was left.
    async fn each(
        &self,
        to: &mut Inlet<'_>,
        path: &str,
        mut map: impl AsyncFnMut(&Inlet<'_>, &[Value]) -> Result<Batch, String>,
    ) -> Result<(), String> {
        let mut pages = self.reader.pages(to.place().unwrap_or(path));
        while let Some(page) = pages.next().await {
            let page = match page {
                Ok(page) => page,
                Err(refusal) => return refused(to, path, refusal),
            };
            let batch = map(to, &page.rows).await?.of(page.rows.len());
            to.write(match page.next {
                Some(next) => batch.then(next),
                None => batch,
            })
            .await?;
        }
        Ok(())
    }

    /// Reads a small list as a whole, into one batch.
    async fn whole(
        &self,
        to: &mut Inlet<'_>,
        path: &str,
        map: impl Fn(&Inlet<'_>, &[Value]) -> Batch,
    ) -> Result<(), String> {
        match self.list(to, path).await? {
            Some(rows) => to.write(map(to, &rows).of(rows.len())).await,
            None => Ok(()),
        }
    }

    /// A small list; nothing where the key may not read it, which is told.
    async fn list(&self, to: &Inlet<'_>, path: &str) -> Result<Option<Vec<Value>>, String> {
        let and = if path.contains('?') { '&' } else { '?' };
        match self.reader.all(format!("{path}{and}per_page={SMALL}")).await {
            Ok(rows) => Ok(Some(rows)),
            Err(refusal) => refused(to, path, refusal).map(|()| None),
        }
    }

    /// Asks for something of each record that is here, in the order of ids, and writes what came of some of them at once. `ids` selects them:
    /// `$1` is the id to go on after, `$2` how many. The answer is None where the record is not there.
    async fn each_of(
        &self,
        to: &mut Inlet<'_>,
        ids: &str,
        ask: impl AsyncFn(i64) -> Result<Value, Refusal>,
        mut map: impl AsyncFnMut(&Inlet<'_>, &[(i64, Value)]) -> Result<Batch, String>,
    ) -> Result<(), String> {
        let mut after: i64 = to.place().and_then(|it| it.parse().ok()).unwrap_or(0);
        loop {
            let found = read(to, async |look| {
                let rows = look.tx.rows(ids, params![after, BY_ONE]).await?;
                Ok(rows.iter().map(|row| row.get(0)).collect::<sql::Result<Vec<i64>>>()?)
            });
            let found = found.await?;
            let Some(last) = found.last() else { return Ok(()) };
            after = *last;
            let asked = stream::iter(found.iter().copied().map(|id| {
                let answer = ask(id);
                async move { (id, answer.await) }
            }));
            let answers: Vec<(i64, Result<Value, Refusal>)> = asked.buffered(AT_ONCE).collect().await;
            let mut had = Vec::new();
            for (id, answer) in answers {
                match answer {
                    Ok(value) => had.push((id, value)),
                    // It went meanwhile, or was never there: this house has others too.
                    Err(Refusal::NotFound) => {}
                    Err(Refusal::Failed(why) | Refusal::Invalid(why)) => return Err(why),
                    Err(Refusal::Forbidden(why)) => {
                        to.trouble(Kind::Forbidden, "records one by one", id, why);
                        return Ok(());
                    }
                }
            }
            let batch = map(to, &had).await?.of(had.len()).then(after.to_string());
            to.write(batch).await?;
        }
    }

    /// `path?per_page=…`, narrowed to what changed since the last run by the parameter of that name.
    fn since(to: &Inlet<'_>, path: &str, parameter: &str, per_page: i64) -> String {
        match to.since() {
            Some(since) => format!("{path}?per_page={per_page}&{parameter}={since}"),
            None => format!("{path}?per_page={per_page}"),
        }
    }
}

/// What the key may not read is told, and the rest goes on; all else ends the run.
fn refused(to: &Inlet<'_>, path: &str, refusal: Refusal) -> Result<(), String> {
    let path = path.split('?').next().unwrap_or(path);
    match refusal {
        Refusal::Forbidden(why) => to.trouble(Kind::Forbidden, path, None, why),
        Refusal::NotFound => to.trouble(Kind::Forbidden, path, None, "the server has no such list"),
        Refusal::Failed(why) | Refusal::Invalid(why) => return Err(why),
    }
    Ok(())
}

/// Looks at what is here.
async fn read<T>(to: &Inlet<'_>, look: impl AsyncFnOnce(&Look<'_>) -> Result<T, Error>) -> Result<T, String> {
    to.house().read(look).await.map_err(|why| why.to_string())
}
