//! Scorecards with the people that they name.

use std::sync::Arc;

use jiff::Timestamp;

use super::{
    Catalog, Look,
    select::{Page, Select, Slice},
};
use crate::{
    error::{Error, Result},
    tables::{self, Application, ScorecardStatus},
};

#[derive(Clone)]
pub struct Scorecard {
    pub row: tables::Scorecard,
    pub catalog: Arc<Catalog>,
}

pub async fn scorecard(look: &Look<'_>, id: i64) -> Result<Scorecard> {
    let row = look.tx.find(id).await?;
    Ok(Scorecard { row, catalog: look.catalog.clone() })
}

/// The same for who does not see drafts (SC-1).
pub async fn submitted(look: &Look<'_>, id: i64) -> Result<Scorecard> {
    let card = scorecard(look, id).await?;
    match card.row.status {
        ScorecardStatus::Complete => Ok(card),
        ScorecardStatus::Draft => Err(Error::NotFound("scorecards", id)),
    }
}

/// What a list of scorecards can be narrowed by.
#[derive(Default)]
pub struct Filter {
    /// One that is not there is not found.
    pub application_id: Option<i64>,
    pub drafts: bool,
    pub created_before: Option<Timestamp>,
    pub created_after: Option<Timestamp>,
    pub updated_before: Option<Timestamp>,
    pub updated_after: Option<Timestamp>,
}

/// Ordered by candidate (SC-1).
pub async fn list(look: &Look<'_>, filter: Filter, page: Page) -> Result<Slice<Scorecard>> {
    let Filter { application_id, drafts, created_before, created_after, updated_before, updated_after } = filter;
    if let Some(id) = application_id {
        let _: Application = look.tx.find(id).await?;
    }
    let mut select = Select::new();
    select.maybe("application_id = ?", &application_id).times("created_at", &created_after, &created_before).times(
        "updated_at",
        &updated_after,
        &updated_before,
    );
    if !drafts {
        select.and("status = ?", &ScorecardStatus::Complete);
    }
    let slice: Slice<tables::Scorecard> = select.long_page(look, &["candidate_id", "id"], page).await?;
    Ok(slice.map(|row| Scorecard { row: row.clone(), catalog: look.catalog.clone() }))
}
