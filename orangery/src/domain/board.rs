//! Boards: where posts are published. Made, edited, deleted, with their sections; what comes in through them is in `apply`.

pub mod apply;

use sql::params;

use crate::{
    domain::{BODY, NAME},
    error::{Error, Faults, Result},
    graph::Catalog,
    patch::Patch,
    tables::{Board, BoardSection, Source},
    work::Work,
};

/// The token of the board for colleagues (SUB-1).
pub const INTERNAL: &str = "internal";

const MOST_SECTIONS: i64 = 100;

#[derive(Debug, Clone)]
pub struct NewBoard {
    pub id: Option<i64>,
    pub token: String,
    pub name: String,
    pub settings: Settings,
}

/// What is absent stays; of a new board: live, and asking for no consent.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub content: Patch<String>,
    pub live: Patch<bool>,
    pub post_introduction: Patch<String>,
    pub post_conclusion: Patch<String>,
    pub job_url: Patch<String>,
    pub source_id: Patch<i64>,
    pub requires_consent: Patch<bool>,
    pub requires_processing_consent: Patch<bool>,
    pub requires_retention_consent: Patch<bool>,
    pub retention_days: Patch<i64>,
}

/// The boards that a new organization begins with: one for everybody, one for colleagues.
pub(super) async fn found(work: &mut Work, organization: &str) -> Result<()> {
    let source = async |work: &Work, name: &str| -> Result<Option<i64>> {
        let found: Option<Source> = work.tx.first("where name = $1 order by id limit 1", params![name]).await?;
        Ok(found.map(|it| it.id))
    };
    let mut token: String = organization.chars().filter(char::is_ascii_alphanumeric).take(50).collect();
    token.make_ascii_lowercase();
    if token.is_empty() || token == INTERNAL {
        token = "jobs".to_owned();
    }
    let mut board = blank(work, &token, organization);
    board.source_id = source(work, "Jobs page on your website").await?;
    work.insert(&mut board).await?;
    let mut board = Board { internal: true, ..blank(work, INTERNAL, organization) };
    board.source_id = source(work, "Internal applicant").await?;
    work.insert(&mut board).await
}

fn blank(work: &Work, token: &str, name: &str) -> Board {
    Board {
        id: 0,
        name: name.to_owned(),
        token: token.to_owned(),
        content: None,
        internal: false,
        live: true,
        post_introduction: None,
        post_conclusion: None,
        job_url: None,
        source_id: None,
        requires_consent: false,
        requires_processing_consent: false,
        requires_retention_consent: false,
        retention_days: None,
        created_at: work.now,
        updated_at: work.now,
    }
}

/// Adds a board for everybody.
pub async fn create(work: &mut Work, new: NewBoard) -> Result<Board> {
    let NewBoard { id, token, name, settings } = new;
    let mut board = Board { id: id.unwrap_or(0), ..blank(work, &token, &name) };
    apply(&mut board, settings);
    check(work, &board).await?;
    work.insert(&mut board).await?;
    Ok(board)
}

#[derive(Debug, Clone, Default)]
pub struct Edit {
    pub token: Patch<String>,
    pub name: Patch<String>,
    pub settings: Settings,
}

pub async fn edit(work: &mut Work, id: i64, edit: Edit) -> Result<()> {
    let Edit { token, name, settings } = edit;
    let before: Board = work.tx.lock(id).await?;
    let mut after = before.clone();
    token.set(&mut after.token);
    name.set(&mut after.name);
    apply(&mut after, settings);
    if before.internal && after.token != before.token {
        return Err(Error::invalid("token", "The board for colleagues is always called internal"));
    }
    check(work, &after).await?;
    if after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
    }
    Ok(())
}

fn apply(board: &mut Board, settings: Settings) {
    let Settings {
        content,
        live,
        post_introduction,
        post_conclusion,
        job_url,
        source_id,
        requires_consent,
        requires_processing_consent,
        requires_retention_consent,
        retention_days,
    } = settings;
    content.apply(&mut board.content);
    live.set(&mut board.live);
    post_introduction.apply(&mut board.post_introduction);
    post_conclusion.apply(&mut board.post_conclusion);
    job_url.apply(&mut board.job_url);
    source_id.apply(&mut board.source_id);
    requires_consent.set(&mut board.requires_consent);
    requires_processing_consent.set(&mut board.requires_processing_consent);
    requires_retention_consent.set(&mut board.requires_retention_consent);
    retention_days.apply(&mut board.retention_days);
}

async fn check(work: &Work, board: &Board) -> Result<()> {
    let catalog: &Catalog = &*work.catalog().await?;
    let mut faults = Faults::default();
    faults.text("name", &board.name, NAME);
    let plain = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_' || it == b'-';
    if !(1..=64).contains(&board.token.len()) || !board.token.bytes().all(plain) {
        faults.add("token", "Must be 1 to 64 characters of a to z, 0 to 9, _ and -");
    }
    let twin = "where token = $1 and id <> $2 limit 1";
    let is_taken = work.tx.first::<Board>(twin, params![board.token, board.id]).await?.is_some();
    if is_taken || board.token == INTERNAL && !board.internal {
        faults.add("token", "Another board has this token");
    }
    faults.limit("content", board.content.as_deref(), BODY);
    faults.limit("post_introduction", board.post_introduction.as_deref(), BODY);
    faults.limit("post_conclusion", board.post_conclusion.as_deref(), BODY);
    if let Some(address) = &board.job_url {
        faults.limit("job_url", address.as_str(), 1000);
        if !address.starts_with("https://") && !address.starts_with("http://")
            || address.chars().any(|it| it.is_whitespace() || it.is_control())
        {
            faults.add("job_url", "Must be a web address such as https://example.com/careers/{id}");
        }
    }
    if board.source_id.is_some_and(|id| !catalog.sources.contains_key(&id)) {
        faults.add("source_id", "There is no such source");
    }
    if board.retention_days.is_some_and(|it| !(1..=36_500).contains(&it)) {
        faults.add("retention_days", "Must be from 1 to 36500");
    }
    faults.done()
}

/// Deletes a board with its sections. Its posts are on no board then; they stay as they are, silently.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let board: Board = work.tx.lock(id).await?;
    if board.internal {
        return Err(Error::refused("The board for colleagues can't be deleted; take it off line instead"));
    }
    if work.tx.count("select count(*) from boards where not internal", &[]).await? < 2 {
        return Err(Error::refused("The last board can't be deleted; take it off line instead"));
    }
    work.delete(&board).await
}

#[derive(Debug, Clone)]
pub struct NewSection {
    pub id: Option<i64>,
    pub name: String,
    /// By which sections are ordered; by default it is the last.
    pub priority: Option<i64>,
}

pub async fn add_section(work: &mut Work, board_id: i64, new: NewSection) -> Result<BoardSection> {
    let NewSection { id, name, priority } = new;
    work.tx.lock::<Board>(board_id).await?;
    let count = work.tx.count("select count(*) from board_sections where board_id = $1", params![board_id]).await?;
    if count >= MOST_SECTIONS {
        return Err(Error::refused(format!(
            "A board has at most {MOST_SECTIONS} sections; delete one that is not needed"
        )));
    }
    let (created_at, updated_at) = (work.now, work.now);
    let priority = priority.unwrap_or(count);
    let mut section = BoardSection { id: id.unwrap_or(0), board_id, name, priority, created_at, updated_at };
    check_section(&section)?;
    work.insert(&mut section).await?;
    Ok(section)
}

pub async fn edit_section(work: &mut Work, id: i64, name: Patch<String>, priority: Patch<i64>) -> Result<BoardSection> {
    let before: BoardSection = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    priority.set(&mut after.priority);
    check_section(&after)?;
    if after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
    }
    Ok(after)
}

fn check_section(section: &BoardSection) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("name", &section.name, NAME);
    if !(0..=1_000_000).contains(&section.priority) {
        faults.add("priority", "Must be from 0 to 1000000");
    }
    faults.done()
}

/// Deletes a section. Its posts are in none then.
pub async fn delete_section(work: &mut Work, id: i64) -> Result<()> {
    let section: BoardSection = work.tx.lock(id).await?;
    work.delete(&section).await
}
