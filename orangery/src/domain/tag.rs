//! Tags: the organization's list, and what candidates carry of it (TAG-1 … TAG-5).

use sql::params;

use crate::{
    domain::candidate,
    error::{Error, Result},
    tables::{Candidate, CandidateTag, Tag},
    work::Work,
};

/// The tag of that name, made if there is none yet (TAG-2); true if it was made.
pub async fn create(work: &mut Work, id: Option<i64>, name: &str) -> Result<(Tag, bool)> {
    if let Some(tag) = named(work, name).await? {
        return Ok((tag, false));
    }
    let name = name.trim();
    let mut tag = Tag { id: id.unwrap_or_default(), name: name.to_owned(), name_key: name.to_lowercase() };
    match work.insert(&mut tag).await {
        Ok(()) => Ok((tag, true)),
        // Somebody else just made the same tag: run again, and find it.
        Err(Error::Database(sql::Error::Unique(_))) => Err(Error::Database(sql::Error::Conflict)),
        Err(error) => Err(error),
    }
}

/// The tag of that name, whatever its case (TAG-1).
pub async fn named(work: &Work, name: &str) -> Result<Option<Tag>> {
    Ok(work.tx.first("where name_key = $1", params![name.trim().to_lowercase()]).await?)
}

/// Takes a tag off everybody, for good (TAG-3). A cascade, so nothing fires (FIRE-0).
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let tag: Tag = work.tx.lock(id).await?;
    work.delete(&tag).await
}

/// Puts a tag on a candidate; one that is there already stays.
pub async fn put(work: &mut Work, candidate_id: i64, tag_id: i64) -> Result<Tag> {
    candidate::lock(work, candidate_id).await?;
    let tag: Tag = work.tx.find(tag_id).await?;
    if carried(work, candidate_id, tag_id).await?.is_none() {
        work.insert(&mut CandidateTag { id: 0, candidate_id, tag_id }).await?;
        candidate::changed(work, candidate_id).await?;
    }
    Ok(tag)
}

/// Takes a tag off a candidate; one that is not there stays away.
pub async fn take(work: &mut Work, candidate_id: i64, tag_id: i64) -> Result<Tag> {
    candidate::lock(work, candidate_id).await?;
    let tag: Tag = work.tx.find(tag_id).await?;
    if let Some(row) = carried(work, candidate_id, tag_id).await? {
        work.delete(&row).await?;
        candidate::changed(work, candidate_id).await?;
    }
    Ok(tag)
}

async fn carried(work: &Work, candidate_id: i64, tag_id: i64) -> Result<Option<CandidateTag>> {
    Ok(work.tx.first("where candidate_id = $1 and tag_id = $2", params![candidate_id, tag_id]).await?)
}

/// Makes the candidate carry these tags in this order, new ones made (TAG-5); tells whether that changed anything.
pub(crate) async fn replace(work: &mut Work, candidate: &Candidate, names: &[String]) -> Result<bool> {
    let mut wanted: Vec<i64> = Vec::new();
    for name in names.iter().filter(|it| !it.trim().is_empty()) {
        let (tag, _) = create(work, None, name).await?;
        if !wanted.contains(&tag.id) {
            wanted.push(tag.id);
        }
    }
    let carried: Vec<CandidateTag> = work.tx.children("candidate_id", &[candidate.id]).await?;
    if carried.iter().map(|it| it.tag_id).eq(wanted.iter().copied()) {
        return Ok(false);
    }
    for row in &carried {
        work.delete(row).await?;
    }
    for tag_id in wanted {
        work.insert(&mut CandidateTag { id: 0, candidate_id: candidate.id, tag_id }).await?;
    }
    Ok(true)
}
