//! Boards with what is published on them (SUB-5): posts that are live and not deleted, on a board that is live.

use std::{collections::HashMap, sync::Arc};

use futures_util::try_join;
use sql::params;

use super::JobPost;
use crate::{
    error::{Error, Result},
    graph::{
        Catalog, Look, by, by_id, ids,
        select::{Page, Select, Slice},
    },
    tables::{self, Board, BoardSection, EducationItem, EducationKind, Job, JobOffice},
};

/// A post as it is published.
#[derive(Clone)]
pub struct Posted {
    pub row: tables::JobPost,
    /// None of a prospect post.
    pub job: Option<Job>,
    pub office_ids: Vec<i64>,
    /// Where one reads it.
    pub url: String,
    pub catalog: Arc<Catalog>,
}

impl Posted {
    pub fn department_id(&self) -> Option<i64> {
        self.job.as_ref().map_or(self.row.department_id, |it| it.department_id)
    }
}

/// The board of that token, if it is live.
pub async fn live(look: &Look<'_>, token: &str) -> Result<Board> {
    let board: Option<Board> = look.tx.first("where token = $1", params![token]).await?;
    board.filter(|it| it.live).ok_or(Error::NotFound("boards", 0))
}

/// All that is published on a board.
pub async fn posted(look: &Look<'_>, board: &Board) -> Result<Vec<Posted>> {
    let rows = match board.internal {
        true => look.tx.all("where internal and live and active order by id", params![]).await?,
        false => {
            look.tx.all("where board_id = $1 and external and live and active order by id", params![board.id]).await?
        }
    };
    whole(look, board, rows).await
}

/// One post with its questions, if it is published on that board.
pub async fn post(look: &Look<'_>, board: &Board, id: i64) -> Result<(Posted, JobPost)> {
    let row: tables::JobPost = look.tx.find(id).await?;
    if !is_published(&row, board) {
        return Err(Error::NotFound("job_posts", id));
    }
    let (mut posted, asked) = try_join!(whole(look, board, vec![row.clone()]), super::posts(look, vec![row]))?;
    posted.pop().zip(asked.into_iter().next()).ok_or(Error::NotFound("job_posts", id))
}

/// A post that one may apply to with its questions, and the board by which that is done: the named one, or else the post's own.
pub async fn open(look: &Look<'_>, token: Option<&str>, id: i64) -> Result<(Board, JobPost)> {
    let row: tables::JobPost = look.tx.find(id).await?;
    let board = match token {
        Some(token) => live(look, token).await?,
        None => look.tx.get(row.board_id).await?.ok_or(Error::NotFound("job_posts", id))?,
    };
    if !is_published(&row, &board) {
        return Err(Error::NotFound("job_posts", id));
    }
    Ok((board, super::posts(look, vec![row]).await?.pop().ok_or(Error::NotFound("job_posts", id))?))
}

/// SUB-5.
pub fn is_published(post: &tables::JobPost, board: &Board) -> bool {
    let on_it = if board.internal { post.internal } else { post.external && post.board_id == Some(board.id) };
    board.live && post.live && post.active && on_it
}

/// The posts with what of their jobs a board shows.
async fn whole(look: &Look<'_>, board: &Board, rows: Vec<tables::JobPost>) -> Result<Vec<Posted>> {
    let job_ids = ids(rows.iter().filter_map(|it| it.job_id));
    let (jobs, offices) = try_join!(look.tx.among::<Job>(&job_ids), look.tx.children::<JobOffice>("job_id", &job_ids))?;
    let jobs: HashMap<i64, Job> = by_id(jobs);
    let offices = by(offices, |it| it.job_id);
    let one = |row: tables::JobPost| {
        let of_job = row.job_id.and_then(|id| offices.get(&id)).into_iter().flatten().map(|it| it.office_id);
        Posted {
            office_ids: match row.job_id {
                Some(_) => of_job.collect(),
                None => row.office_id.into_iter().collect(),
            },
            job: row.job_id.and_then(|id| jobs.get(&id).cloned()),
            url: url(look, board, row.id),
            catalog: look.catalog.clone(),
            row,
        }
    };
    Ok(rows.into_iter().map(one).collect())
}

/// The board's own page of a post, or ours.
fn url(look: &Look<'_>, board: &Board, id: i64) -> String {
    match &board.job_url {
        Some(address) if address.contains("{id}") => address.replace("{id}", &id.to_string()),
        Some(address) => {
            let joint = if address.contains('?') { '&' } else { '?' };
            format!("{address}{joint}gh_jid={id}")
        }
        None => look.links.post(&board.token, id),
    }
}

/// The sections of a board, in their order.
pub async fn sections(look: &Look<'_>, board_id: i64) -> Result<Vec<BoardSection>> {
    Ok(look.tx.all("where board_id = $1 order by priority, id", params![board_id]).await?)
}

/// Boards, the internal one too.
pub async fn list(look: &Look<'_>, page: Page) -> Result<Slice<Board>> {
    Select::new().page(look.tx, "id", page).await
}

/// So many items are on a page of an education list (PAG-9).
pub const EDUCATION_PAGE: i64 = 100;

/// A page of the education items whose name holds `term`, whatever its case, and how many there are.
pub async fn education(look: &Look<'_>, kind: EducationKind, term: &str, page: i64) -> Result<Slice<EducationItem>> {
    let term = term.trim().to_lowercase();
    let all: Vec<EducationItem> = look.tx.all("where kind = $1 order by priority, id", params![kind]).await?;
    let found = all.into_iter().filter(|it| it.name.to_lowercase().contains(&term));
    Ok(Slice::cut(found, Page { number: page, size: EDUCATION_PAGE, counted: true }))
}
