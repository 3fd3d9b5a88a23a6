//! Tracking links, and what they stand for.

use sql::params;

use super::{
    Look,
    select::{Page, Select, Slice},
};
use crate::{error::Result, tables::TrackingLink};

/// What a token stands for.
pub async fn by_token(look: &Look<'_>, token: &str) -> Result<Option<TrackingLink>> {
    Ok(look.tx.first("where token = $1", params![token]).await?)
}

pub async fn list(look: &Look<'_>, job_id: Option<i64>, page: Page) -> Result<Slice<TrackingLink>> {
    let mut select = Select::new();
    select.maybe("job_id = ?", &job_id);
    select.page(look.tx, "id", page).await
}
