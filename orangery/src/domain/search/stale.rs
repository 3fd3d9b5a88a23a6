//! Of whom a Work changes what search looks into: gathered while it runs, and left behind when it ends.

use std::collections::BTreeSet;

use sql::{Tx, params};

use super::{index, mark, mark_all};
use crate::{error::Result, graph::Catalog};

/// The tables whose rows are looked into, and which of their columns; none named is all.
const LOOKED_INTO: &[(&str, &[&str])] = &[
    (
        "candidates",
        &["first_name", "last_name", "company", "title", "headline", "external_id", "linkedin_profile", "custom"],
    ),
    ("contacts", &[]),
    ("educations", &[]),
    ("employments", &[]),
    ("candidate_tags", &[]),
    ("attachments", &[]),
    ("feed_items", &[]),
    ("applications", &["candidate_id", "answers", "custom", "location"]),
];

#[derive(Debug, Default)]
pub struct Stale {
    ids: BTreeSet<i64>,
    /// So many that nobody asks who.
    all: bool,
}

impl Stale {
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty() && !self.all
    }

    pub fn add(&mut self, candidate_ids: impl IntoIterator<Item = i64>) {
        self.ids.extend(candidate_ids);
    }

    /// Columns of a row of a candidate's changed.
    pub fn note<'a>(&mut self, table: &str, candidate_id: Option<i64>, mut changed: impl Iterator<Item = &'a str>) {
        let of = LOOKED_INTO.iter().find(|(name, _)| *name == table);
        if of.is_some_and(|(_, columns)| columns.is_empty() || changed.any(|it| columns.contains(&it))) {
            self.ids.extend(candidate_id);
        }
    }

    /// Columns of a row are about to change, or the row goes: of what candidates only refer to, and what takes others along.
    pub async fn note_others(&mut self, tx: &Tx, table: &str, id: i64, changed: Option<&[&str]>) -> Result<()> {
        let is_one_of = |columns: &[&str]| changed.is_none_or(|it| it.iter().any(|it| columns.contains(it)));
        let sql = match table {
            "custom_fields" if is_one_of(&["private", "active"]) => {
                self.all = true;
                return Ok(());
            }
            "custom_field_options" | "education_items" if is_one_of(&["name"]) => {
                self.all = true;
                return Ok(());
            }
            "tags" => "select candidate_id from candidate_tags where tag_id = $1",
            "jobs" if changed.is_none() => "select candidate_id from applications where job_id = $1",
            _ => return Ok(()),
        };
        for row in tx.rows(sql, params![id]).await? {
            self.ids.insert(row.get(0)?);
        }
        Ok(())
    }

    /// Has them looked at again soon.
    pub async fn leave(&self, tx: &Tx) -> Result<()> {
        if self.all {
            mark_all(tx).await?;
        }
        mark(tx, &self.ids).await
    }

    /// Looks at them at once: what is erased must be found no more from this commit on.
    pub async fn settle(&mut self, tx: &Tx, catalog: &Catalog) -> Result<()> {
        let ids: Vec<i64> = std::mem::take(&mut self.ids).into_iter().collect();
        index(tx, catalog, &ids).await
    }
}
