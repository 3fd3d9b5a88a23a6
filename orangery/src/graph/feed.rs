//! A candidate's activity feed (CAND-7), newest first.

use std::sync::Arc;

use sql::{Record, params};

use super::{
    Catalog, Look,
    select::{Page, Select, Slice},
};
use crate::{
    error::Result,
    tables::{self, FeedItem, FeedKind},
};

pub struct Feed {
    pub notes: Vec<Item>,
    pub emails: Vec<Item>,
    pub activities: Vec<Item>,
}

pub struct Item {
    pub row: FeedItem,
    pub catalog: Arc<Catalog>,
}

pub async fn feed(look: &Look<'_>, candidate_id: i64) -> Result<Feed> {
    look.tx.find::<tables::Candidate>(candidate_id).await?;
    let rest = "where candidate_id = $1 order by created_at desc, id desc";
    let rows = look.tx.all::<FeedItem>(rest, params![candidate_id]).await?;
    let mut feed = Feed { notes: Vec::new(), emails: Vec::new(), activities: Vec::new() };
    for row in rows {
        let list = match row.kind {
            FeedKind::Note => &mut feed.notes,
            FeedKind::Email => &mut feed.emails,
            FeedKind::Activity => &mut feed.activities,
        };
        list.push(Item { row, catalog: look.catalog.clone() });
    }
    Ok(feed)
}

/// What else was written down about a candidate: reminders, touchpoints, messages.
pub async fn of_candidate<T: Record>(look: &Look<'_>, candidate_id: i64, page: Page) -> Result<Slice<T>> {
    look.tx.find::<tables::Candidate>(candidate_id).await?;
    let mut select = Select::new();
    select.and("candidate_id = ?", &candidate_id);
    select.page(look.tx, "id", page).await
}
