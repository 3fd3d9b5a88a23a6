//! Search: who is found, in which order, and by what of them. `docs/search.md` says what is looked into.

pub mod parts;

use std::collections::HashMap;

use serde::Serialize;
use sql::{Value, Wanted, Within, params};
use utoipa::ToSchema;

use self::parts::Part;
use super::{
    Look, by, by_id,
    select::{Page, Slice},
};
use crate::{
    error::{Error, Result},
    search::snippet::snippet,
    tables::{Application, Candidate},
    words,
};

/// The index, see `sql::fulltext`.
pub const INDEX: &str = "search_index";

/// Nobody pages further: a query that finds so many says too little.
pub const DEEPEST: i64 = 10_000;

/// So many places are shown of one result.
const PLACES: usize = 5;

words! {
    /// What is looked for.
    SearchKind { Candidates = "candidates", Applications = "applications" }
}

#[derive(Debug, Clone)]
pub struct Filter {
    pub wanted: Wanted,
    pub kind: SearchKind,
    /// Who has applied for that job, prospects too.
    pub job_id: Option<i64>,
    /// Whether private candidates are found too.
    pub private: bool,
}

/// One result, and where in it the words stand.
pub struct Found {
    pub candidate: Candidate,
    /// Where applications are asked for.
    pub application: Option<Application>,
    pub places: Vec<Place>,
}

/// Where words were found, and what stands there.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Place {
    /// `name`, `email_addresses`, `notes`, `resume` …
    pub field: &'static str,
    /// The file's name, the question, or the custom field's name.
    pub name: Option<String>,
    pub application_id: Option<i64>,
    pub attachment_id: Option<i64>,
    /// HTML: escaped, the hits in `<mark>`.
    pub snippet: String,
}

/// A page of what is found: first who has all words in names and addresses, then in headline, work, schools and tags too, then the others; among these
/// the latest candidates first.
pub async fn list(look: &Look<'_>, filter: &Filter, page: Page) -> Result<Slice<Found>> {
    let end = page.number.saturating_mul(page.size);
    if end > DEEPEST {
        let message = format!("Must not reach further than the first {DEEPEST} results: say more words");
        return Err(Error::invalid("page", message));
    }
    let ids = ranked(look, filter, end + 1).await?;
    match filter.kind {
        SearchKind::Candidates => {
            let found = ids.into_iter().map(|it| (it, None)).collect();
            shown(look, filter, Cut::of(found, page)).await
        }
        SearchKind::Applications => {
            let mut rows = by(applications(look, filter, &ids).await?, |it| it.1);
            let each = |id: i64| rows.remove(&id).unwrap_or_default().into_iter().map(move |it| (id, Some(it.0)));
            let found = ids.into_iter().flat_map(each).collect();
            shown(look, filter, Cut::of(found, page)).await
        }
    }
}

/// The page out of all that comes up to its end.
struct Cut {
    rows: Vec<(i64, Option<i64>)>,
    page: Page,
    more: bool,
}

impl Cut {
    fn of(mut found: Vec<(i64, Option<i64>)>, page: Page) -> Self {
        let start = usize::try_from((page.number - 1).saturating_mul(page.size)).unwrap_or(usize::MAX);
        let mut rows = found.split_off(start.min(found.len()));
        let more = rows.len() as i64 > page.size;
        rows.truncate(page.size as usize);
        Self { rows, page, more }
    }
}

/// The ids of candidates in the order of their rank, at most `most`: a rank is looked at only where those before it did not give enough.
async fn ranked(look: &Look<'_>, filter: &Filter, most: i64) -> Result<Vec<i64>> {
    let (mut keep, mut values): (Vec<String>, Vec<Value>) = (Vec::new(), Vec::new());
    if let Some(job_id) = filter.job_id {
        values.push(Value::Int(job_id));
        let n = values.len() + 2;
        keep.push(format!(
            "{{id}} in (select a.candidate_id from applications a where a.job_id = ${n}
             union all select a.candidate_id from application_jobs j join applications a on a.id = j.application_id where j.job_id = ${n})"
        ));
    } else if filter.kind == SearchKind::Applications {
        keep.push("exists (select 1 from applications a where a.candidate_id = {id})".to_owned());
    }
    if !filter.private {
        values.push(Value::Bool(true));
        let n = values.len() + 2;
        keep.push(format!("not exists (select 1 from candidates c where c.id = {{id}} and c.is_private = ${n})"));
    }
    let keep = if keep.is_empty() { "{id} > 0".to_owned() } else { keep.join(" and ") };
    let mut found: Vec<i64> = Vec::new();
    for within in [Within::First, Within::FirstTwo, Within::All] {
        // Those that were found before are found again: so many more are asked for.
        let most_here = most + found.len() as i64;
        let ids = look.tx.find_words(INDEX, &filter.wanted, within, &keep, &values, most_here).await?;
        let seen: std::collections::HashSet<i64> = found.iter().copied().collect();
        found.extend(ids.into_iter().filter(|it| !seen.contains(it)));
        if found.len() as i64 >= most {
            break;
        }
    }
    found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(found)
}

/// The applications of these candidates, the latest first: their ids and whose they are.
async fn applications(look: &Look<'_>, filter: &Filter, ids: &[i64]) -> Result<Vec<(i64, i64)>> {
    let all = "select a.id, a.candidate_id from applications a where a.candidate_id {any:$1} order by a.id desc";
    let of_job = "select a.id, a.candidate_id from applications a where a.candidate_id {any:$1} and (a.job_id = $2
        or exists (select 1 from application_jobs j where j.application_id = a.id and j.job_id = $2)) order by a.id desc";
    let rows = match filter.job_id {
        Some(job_id) => look.tx.rows(of_job, params![ids, job_id]).await?,
        None => look.tx.rows(all, params![ids]).await?,
    };
    Ok(rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<sql::Result<_>>()?)
}

async fn shown(look: &Look<'_>, filter: &Filter, cut: Cut) -> Result<Slice<Found>> {
    let candidate_ids: Vec<i64> = cut.rows.iter().map(|it| it.0).collect();
    let application_ids: Vec<i64> = cut.rows.iter().filter_map(|it| it.1).collect();
    let candidates: HashMap<i64, Candidate> = by_id(look.tx.among(&candidate_ids).await?);
    let applications: HashMap<i64, Application> = by_id(look.tx.among(&application_ids).await?);
    let parts = parts::of(look.tx, &look.catalog, &candidate_ids).await?;
    let row = |(id, application_id): &(i64, Option<i64>)| {
        let candidate = candidates.get(id)?.clone();
        let application = application_id.and_then(|it| applications.get(&it)).cloned();
        let places = places(parts.get(id)?, *application_id, &filter.wanted);
        Some(Found { candidate, application, places })
    };
    let rows = cut.rows.iter().filter_map(row).collect();
    Ok(Slice { rows, page: cut.page, more: cut.more, total: None })
}

/// Where what is wanted stands, what matters most first. Of an application's result, what stands in others of the same person is left out.
fn places(parts: &[Part], application_id: Option<i64>, wanted: &Wanted) -> Vec<Place> {
    let is_of =
        |part: &&Part| application_id.is_none() || part.application_id.is_none_or(|it| Some(it) == application_id);
    let place = |part: &Part| {
        let snippet = snippet(&part.text, &part.hidden, wanted)?;
        let Part { field, name, application_id, attachment_id, .. } = part;
        Some(Place {
            field,
            name: name.clone(),
            application_id: *application_id,
            attachment_id: *attachment_id,
            snippet,
        })
    };
    parts.iter().filter(is_of).filter_map(place).take(PLACES).collect()
}
