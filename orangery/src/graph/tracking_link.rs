//! Tracking links, and what they stand for.

use sql::params;

use super::{
    Look, by_id, ids,
    select::{Page, Select, Slice},
};
use crate::{
    error::{Error, Result},
    tables::{Board, JobPost, TrackingLink},
};

/// A link with the board that it leads to: its own, or that of its post.
pub struct TrackedLink {
    pub row: TrackingLink,
    pub board: Option<Board>,
}

/// What a token stands for.
pub async fn by_token(look: &Look<'_>, token: &str) -> Result<TrackedLink> {
    let row = look.tx.first("where token = $1", params![token]).await?;
    links(look, row.into_iter().collect()).await?.pop().ok_or(Error::NotFound("tracking_links", 0))
}

pub async fn list(look: &Look<'_>, job_id: Option<i64>, page: Page) -> Result<Slice<TrackedLink>> {
    let mut select = Select::new();
    select.maybe("job_id = ?", &job_id);
    select.page(look.tx, "id", page).await?.and_then(async |rows| links(look, rows).await).await
}

pub async fn links(look: &Look<'_>, rows: Vec<TrackingLink>) -> Result<Vec<TrackedLink>> {
    let posts: Vec<JobPost> = look.tx.among(&ids(rows.iter().filter_map(|it| it.job_post_id))).await?;
    let posts = by_id(posts);
    let board_id = |row: &TrackingLink| row.board_id.or_else(|| posts.get(&row.job_post_id?)?.board_id);
    let boards: Vec<Board> = look.tx.among(&ids(rows.iter().filter_map(board_id))).await?;
    let boards = by_id(boards);
    let board = |row: &TrackingLink| boards.get(&board_id(row)?).cloned();
    Ok(rows.into_iter().map(|row| TrackedLink { board: board(&row), row }).collect())
}
