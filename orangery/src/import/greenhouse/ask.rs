//! What a page needs of other lists, and of this house, before its rows can be mapped.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use serde_json::Value;
use sql::params;

use super::{Greenhouse, Row, lists::List, out::Out, scorecards};
use crate::{
    import::{
        Inlet, Kind, files,
        reader::{Page, Refusal},
    },
    tables::{Application, Attachment, Offer},
};

/// As many ids as a filter takes.
const MOST_IDS: usize = 50;

/// Rows that were asked for by id, kept through a step.
#[derive(Default)]
pub struct Known {
    pub rows: HashMap<(&'static str, i64), Arc<Value>>,
    /// Asked for, and not there or not to be had.
    missing: BTreeSet<(&'static str, i64)>,
    forbidden: BTreeSet<&'static str>,
}

impl Greenhouse {
    pub(super) async fn prepare(
        &self,
        list: &List,
        rows: &[Value],
        out: &mut Out,
        to: &Inlet<'_>,
    ) -> Result<(), Refusal> {
        let catalog = to.house().newest_catalog().await.map_err(|why| Refusal::Failed(why.to_string()))?;
        out.catalog = Some(catalog);
        for (other, key) in list.names {
            let ids = rows.iter().filter_map(|it| Row(it).int(key)).collect();
            self.learn(other, ids, &mut out.known, to).await?;
        }
        for (other, parameters) in list.beside {
            if !out.beside.contains_key(other) {
                let rows = self.all_of(other, parameters, &mut out.known, to).await?;
                out.beside.insert(*other, rows);
            }
        }
        if list.name == "scorecards" {
            self.parts_of_scorecards(rows, out, to).await?;
        }
        if list.applications {
            out.applications = applications(rows, to).await?;
        }
        if list.name == "approval_flows" {
            out.offers = offers(rows, to).await?;
        }
        if list.name == "attachments" {
            self.files(rows, out, to).await?;
        }
        Ok(())
    }

    /// Asks for rows of another list, those that are not known yet.
    pub(super) async fn learn(
        &self,
        list: &'static str,
        ids: BTreeSet<i64>,
        known: &mut Known,
        to: &Inlet<'_>,
    ) -> Result<(), Refusal> {
        let is_new = |id: &i64| !known.rows.contains_key(&(list, *id)) && !known.missing.contains(&(list, *id));
        let new: Vec<i64> = ids.into_iter().filter(is_new).collect();
        for row in self.by_ids(list, "ids", &new, known, to).await? {
            known.rows.insert((list, Row(&row).id()), Arc::new(row));
        }
        let missing = new.into_iter().map(|id| (list, id)).filter(|it| !known.rows.contains_key(it));
        known.missing.extend(missing.collect::<Vec<_>>());
        Ok(())
    }

    /// All rows of a list whose filter `by` is one of these ids.
    pub(super) async fn by_ids(
        &self,
        list: &'static str,
        by: &str,
        ids: &[i64],
        known: &mut Known,
        to: &Inlet<'_>,
    ) -> Result<Vec<Value>, Refusal> {
        let mut rows = Vec::new();
        for chunk in ids.chunks(MOST_IDS) {
            let ids = chunk.iter().map(i64::to_string).collect::<Vec<_>>().join("%2C");
            rows.extend(self.all_of(list, &format!("{by}={ids}"), known, to).await?);
        }
        Ok(rows)
    }

    /// All rows of a list; none, and a word in the report, where it can't be read.
    async fn all_of(
        &self,
        list: &'static str,
        parameters: &str,
        known: &mut Known,
        to: &Inlet<'_>,
    ) -> Result<Vec<Value>, Refusal> {
        if known.forbidden.contains(list) {
            return Ok(Vec::new());
        }
        let and = if parameters.is_empty() { "" } else { "&" };
        let mut path = format!("/v3/{list}?per_page={}{and}{parameters}", super::PER_PAGE);
        let mut all = Vec::new();
        loop {
            let Page { rows, next } = match self.reader.page(&path).await {
                Ok(page) => page,
                Err(Refusal::Forbidden(why)) => {
                    known.forbidden.insert(list);
                    let why =
                        format!("needs the scope harvest:{list}:list; once it is there, import with --full: {why}");
                    to.trouble(Kind::Forbidden, list, None, why);
                    return Ok(Vec::new());
                }
                Err(Refusal::NotFound) => {
                    known.forbidden.insert(list);
                    to.trouble(Kind::Forbidden, list, None, "there is no such list");
                    return Ok(Vec::new());
                }
                Err(why) => return Err(why),
            };
            all.extend(rows);
            match next {
                Some(next) => path = next,
                None => return Ok(all),
            }
        }
    }

    async fn parts_of_scorecards(&self, rows: &[Value], out: &mut Out, to: &Inlet<'_>) -> Result<(), Refusal> {
        let ids: Vec<i64> = rows.iter().map(|it| Row(it).id()).collect();
        for list in scorecards::PARTS {
            let parts = self.by_ids(list, "scorecard_ids", &ids, &mut out.known, to).await?;
            out.beside.insert(*list, parts);
        }
        let answers: Vec<i64> = out.beside[scorecards::ANSWERS].iter().map(|it| Row(it).id()).collect();
        let by = "scorecard_question_answer_ids";
        let chosen = self.by_ids(scorecards::CHOSEN, by, &answers, &mut out.known, to).await?;
        out.beside.insert(scorecards::CHOSEN, chosen);
        for (named, of, key) in scorecards::NAMED {
            let ids = match *of {
                "scorecards" => rows.iter().filter_map(|it| Row(it).int(key)).collect(),
                "known" => out.known.rows.values().filter_map(|it| Row(it).int(key)).collect(),
                of => out.beside[of].iter().filter_map(|it| Row(it).int(key)).collect(),
            };
            self.learn(named, ids, &mut out.known, to).await?;
        }
        Ok(())
    }

    /// Fetches the files of attachments that are not here yet.
    async fn files(&self, rows: &[Value], out: &mut Out, to: &Inlet<'_>) -> Result<(), Refusal> {
        out.files.clear();
        if !to.wants_files() {
            return Ok(());
        }
        let ids: Vec<i64> = rows.iter().map(|it| Row(it).id()).collect();
        let there = to.house().read(async |look| {
            let ids = params![ids];
            Ok(look.tx.all::<Attachment>("where id {any:$1}", ids).await?)
        });
        let there = there.await.map_err(|why| Refusal::Failed(why.to_string()))?;
        let known: BTreeSet<i64> = there.iter().map(|it| it.id).collect();
        for it in there {
            let stored = files::Stored { blob: it.blob, size: it.size, content_type: it.content_type };
            out.files.insert(it.id, stored);
        }
        let new: Vec<Row<'_>> = rows.iter().map(Row).filter(|it| !known.contains(&it.id())).collect();
        let urls = new.iter().map(|it| it.say("url")).collect();
        let fetched = files::fetch(&self.reader, &to.house().files, urls).await;
        for (row, fetched) in new.into_iter().zip(fetched) {
            match fetched {
                Ok(stored) => drop(out.files.insert(row.id(), stored)),
                Err(why) => out.missing_file(row, format!("{} {why}", row.say("filename"))),
            }
        }
        Ok(())
    }
}

/// Of the offers that rows name those that are here.
async fn offers(rows: &[Value], to: &Inlet<'_>) -> Result<BTreeSet<i64>, Refusal> {
    let ids: Vec<i64> = rows.iter().filter_map(|it| Row(it).int("offer_id")).collect();
    let found = to.house().read(async |look| {
        let ids = params![ids];
        Ok(look.tx.all::<Offer>("where id {any:$1}", ids).await?)
    });
    let found = found.await.map_err(|why| Refusal::Failed(why.to_string()))?;
    Ok(found.into_iter().map(|it| it.id).collect())
}

/// The applications that rows name, as they are here.
async fn applications(rows: &[Value], to: &Inlet<'_>) -> Result<HashMap<i64, Application>, Refusal> {
    let ids: BTreeSet<i64> = rows.iter().filter_map(|it| Row(it).int("application_id")).collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let found = to.house().read(async |look| {
        let ids = params![ids];
        Ok(look.tx.all::<Application>("where id {any:$1}", ids).await?)
    });
    let found = found.await.map_err(|why| Refusal::Failed(why.to_string()))?;
    Ok(found.into_iter().map(|it| (it.id, it)).collect())
}
