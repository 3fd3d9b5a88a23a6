//! Tracking links (TRK-1): tokens that people share with a link to a job, so that who comes by it is known to have come from there.

use super::{NAME, application::new::Referrer, user};
use crate::{
    error::{Error, Faults, Result},
    patch::Patch,
    tables::{Board, Job, JobPost, TrackingLink},
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewLink {
    pub id: Option<i64>,
    /// Of letters and digits; chance is asked outside of any Work.
    pub token: String,
    pub job_id: Option<i64>,
    pub job_post_id: Option<i64>,
    /// A whole board; a post is on one anyway.
    pub board_id: Option<i64>,
    pub source_id: Option<i64>,
    /// Who is credited.
    pub referrer: Option<Referrer>,
    /// For imports.
    pub related_post: Option<(i64, String)>,
}

#[derive(Debug, Clone)]
pub struct EditedLink {
    pub job_id: Patch<i64>,
    pub job_post_id: Patch<i64>,
    pub board_id: Patch<i64>,
    pub source_id: Patch<i64>,
    pub referrer: Patch<Referrer>,
}

pub async fn create(work: &mut Work, new: &NewLink) -> Result<TrackingLink> {
    let NewLink { id, token, job_id, job_post_id, board_id, source_id, referrer, related_post } = new.clone();
    let (related_post_id, related_post_type) = related_post.unzip();
    let mut faults = Faults::default();
    let mut row = TrackingLink {
        id: id.unwrap_or_default(),
        token,
        job_id,
        job_post_id,
        board_id,
        source_id,
        referrer_user_id: None,
        referrer_name: None,
        related_post_id,
        related_post_type,
        created_at: work.now,
        updated_at: work.now,
    };
    if !is_token(&row.token) {
        faults.add("token", "Must be of 1 to 64 letters, digits, underscores and hyphens");
    } else if find(work, &row.token).await?.is_some() {
        faults.add("token", format!("Another tracking link has the token {}", row.token));
    }
    credit(work, &mut faults, &mut row, referrer.as_ref()).await?;
    check(work, &mut faults, &mut row).await?;
    faults.done()?;
    work.insert(&mut row).await?;
    Ok(row)
}

pub async fn edit(work: &mut Work, id: i64, edited: &EditedLink) -> Result<TrackingLink> {
    let EditedLink { job_id, job_post_id, board_id, source_id, referrer } = edited.clone();
    let before: TrackingLink = work.tx.lock(id).await?;
    let mut after = before.clone();
    let mut faults = Faults::default();
    job_id.apply(&mut after.job_id);
    job_post_id.apply(&mut after.job_post_id);
    board_id.apply(&mut after.board_id);
    source_id.apply(&mut after.source_id);
    match &referrer {
        Patch::Absent => {}
        Patch::Null => credit(work, &mut faults, &mut after, None).await?,
        Patch::Value(referrer) => credit(work, &mut faults, &mut after, Some(referrer)).await?,
    }
    check(work, &mut faults, &mut after).await?;
    faults.done()?;
    if after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
    }
    Ok(after)
}

/// Deletes a link; who came by it keeps their source and their credit.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let row: TrackingLink = work.tx.lock(id).await?;
    work.delete(&row).await
}

/// What a token stands for.
pub async fn find(work: &Work, token: &str) -> Result<Option<TrackingLink>> {
    Ok(work.tx.first("where token = $1", sql::params![token]).await?)
}

fn is_token(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_' || it == b'-')
}

async fn credit(work: &Work, faults: &mut Faults, row: &mut TrackingLink, referrer: Option<&Referrer>) -> Result<()> {
    (row.referrer_user_id, row.referrer_name) = (None, None);
    match referrer {
        None => {}
        Some(Referrer::Outside(name)) => {
            faults.text("referrer_name", name, NAME);
            row.referrer_name = Some(name.clone());
        }
        Some(Referrer::User(who)) => {
            let catalog = work.catalog().await?;
            let found = user::resolve(&catalog, who, "referrer").map(|it| it.row.id);
            row.referrer_user_id = faults.take(found)?;
        }
    }
    Ok(())
}

/// A link to a post is one to its job; it stands for a source, somebody to credit, or both.
async fn check(work: &Work, faults: &mut Faults, row: &mut TrackingLink) -> Result<()> {
    if let Some(id) = row.job_post_id {
        match work.tx.get::<JobPost>(Some(id)).await? {
            None => faults.add("job_post_id", format!("There is no job post {id}")),
            Some(post) if row.job_id.is_none() => row.job_id = post.job_id,
            Some(post) if post.job_id != row.job_id => {
                faults.add("job_post_id", "Must be a post of that job");
            }
            Some(_) => {}
        }
    }
    if let Some(id) = row.job_id
        && work.tx.get::<Job>(Some(id)).await?.is_none()
    {
        faults.add("job_id", format!("There is no job {id}"));
    }
    if let Some(id) = row.board_id
        && work.tx.get::<Board>(Some(id)).await?.is_none()
    {
        faults.add("board_id", format!("There is no board {id}"));
    }
    if let Some(id) = row.source_id
        && !work.catalog().await?.sources.contains_key(&id)
    {
        faults.add("source_id", format!("There is no source {id}"));
    }
    if row.source_id.is_none() && row.referrer_user_id.is_none() && row.referrer_name.is_none() && faults.is_empty() {
        return Err(Error::invalid("source_id", "Say whom to credit: a source, a referrer, or both"));
    }
    Ok(())
}
