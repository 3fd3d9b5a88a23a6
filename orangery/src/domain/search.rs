//! What keeps the index of search: who is to be looked at again, whose words are written or taken away, and which files are to be read. Derived
//! things all, so that nothing here fires or leaves an audit record.

mod stale;

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use sql::{Tx, params};

use crate::{
    error::Result,
    graph::{
        Catalog,
        search::{
            INDEX,
            parts::{self, columns, is_open},
        },
    },
    tables::{Attachment, AttachmentText, SearchProgress, TextStatus},
};

pub use stale::Stale;

/// Moves on with every change of what is looked into or how words are cut: then all is made anew.
pub const RULES: i64 = 1;

/// Notes candidates whose words are to be made anew soon.
pub async fn mark(tx: &Tx, candidate_ids: &BTreeSet<i64>) -> Result<()> {
    for id in candidate_ids {
        tx.execute("insert into search_stale (candidate_id) values ($1)", params![id]).await?;
    }
    Ok(())
}

/// Has all be made anew, candidate by candidate, while what is there goes on being found.
pub async fn mark_all(tx: &Tx) -> Result<()> {
    tx.execute("update search_progress set after_id = 0, finished_at = null", &[]).await?;
    Ok(())
}

/// Writes the words of these candidates as they are now. Who is not there has none.
pub async fn index(tx: &Tx, catalog: &Catalog, candidate_ids: &[i64]) -> Result<()> {
    for (id, parts) in parts::of(tx, catalog, candidate_ids).await? {
        tx.put_words(INDEX, id, &columns(&parts)).await?;
    }
    Ok(())
}

/// Has the files of these candidates read that never were.
pub async fn want_texts(tx: &Tx, candidate_ids: &[i64], now: Timestamp) -> Result<()> {
    let files: Vec<Attachment> = tx.children("candidate_id", candidate_ids).await?;
    let files: Vec<i64> = files.iter().filter(|it| is_open(it)).map(|it| it.id).collect();
    let known: Vec<AttachmentText> = tx.children("attachment_id", &files).await?;
    let known: BTreeSet<i64> = known.iter().map(|it| it.attachment_id).collect();
    for id in files.iter().filter(|it| !known.contains(it)) {
        let sql = "insert into attachment_texts (attachment_id, status, attempts, due_at) values ($1, $2, 0, $3)
             on conflict (attachment_id) do nothing";
        tx.execute(sql, params![id, TextStatus::Pending, now]).await?;
    }
    Ok(())
}

/// Makes the words anew of some who were noted, and answers how many notes that settled. Who is being changed at this moment is left for later.
pub async fn settle(tx: &Tx, catalog: &Catalog, now: Timestamp, most: i64) -> Result<u64> {
    let sql = "select id, candidate_id from search_stale order by id limit $1 {skip locked}";
    let rows = tx.rows(sql, params![most]).await?;
    let noted: Vec<(i64, i64)> = rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<sql::Result<_>>()?;
    if noted.is_empty() {
        return Ok(0);
    }
    let ids: BTreeSet<i64> = noted.iter().map(|it| it.1).collect();
    let free = lock(tx, &ids.iter().copied().collect::<Vec<_>>()).await?;
    let rows = tx
        .rows("select id from candidates where id {any:$1}", params![ids.iter().copied().collect::<Vec<_>>()])
        .await?;
    let there: BTreeSet<i64> = rows.iter().map(|row| row.get(0)).collect::<sql::Result<_>>()?;
    want_texts(tx, &free, now).await?;
    index(tx, catalog, &free).await?;
    let is_done = |id: &i64| !there.contains(id) || free.contains(id);
    let done: Vec<i64> = noted.iter().filter(|it| is_done(&it.1)).map(|it| it.0).collect();
    Ok(tx.execute("delete from search_stale where id {any:$1}", params![done]).await?)
}

/// Those of the candidates that nobody else is changing, who has to wait until this is done.
async fn lock(tx: &Tx, ids: &[i64]) -> Result<Vec<i64>> {
    let rows = tx.rows("select id from candidates where id {any:$1} order by id {skip locked}", params![ids]).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect::<sql::Result<_>>()?)
}

/// How a part of the whole index was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Swept {
    /// There is nothing to do, or another node does it.
    Nothing,
    /// So many candidates were done, and there are more.
    Some(usize),
}

/// Goes on making the whole index: after a start with new rules, in a database that was just filled, or because somebody asked for it.
pub async fn sweep(tx: &Tx, catalog: &Catalog, now: Timestamp, most: i64) -> Result<Swept> {
    let unfinished = "where rules <> $1 or finished_at is null order by id limit 1 {skip locked}";
    let Some(mut progress) = tx.first::<SearchProgress>(unfinished, params![RULES]).await? else {
        return Ok(Swept::Nothing);
    };
    if progress.rules != RULES {
        (progress.rules, progress.after_id) = (RULES, 0);
    }
    progress.finished_at = None;
    let next = "select id from candidates where id > $1 order by id limit $2";
    let rows = tx.rows(next, params![progress.after_id, most]).await?;
    let ids: Vec<i64> = rows.iter().map(|row| row.get(0)).collect::<sql::Result<_>>()?;
    match ids.last() {
        Some(last) => progress.after_id = *last,
        None => progress.finished_at = Some(now),
    }
    // What is erased at this moment must not be written again from what was read before.
    let free = lock(tx, &ids).await?;
    let busy = ids.iter().copied().filter(|it| !free.contains(it)).collect();
    mark(tx, &busy).await?;
    want_texts(tx, &free, now).await?;
    index(tx, catalog, &free).await?;
    tx.update(&progress).await?;
    Ok(if ids.is_empty() { Swept::Nothing } else { Swept::Some(ids.len()) })
}

/// A file is given up after so many attempts that ended in nothing.
const ATTEMPTS: i64 = 3;
/// Who has claimed a file and is not heard of for so long has gone.
const LEASE: SignedDuration = SignedDuration::from_mins(2);
/// So long after an attempt that failed the next one is made, at first.
const REST: SignedDuration = SignedDuration::from_secs(30);

/// A file that is to be read.
#[derive(Debug, Clone)]
pub struct Claimed {
    pub text: AttachmentText,
    pub attachment: Attachment,
}

/// Claims files that are due.
pub async fn claim(tx: &Tx, now: Timestamp, most: i64) -> Result<Vec<Claimed>> {
    let due = "where due_at is not null and due_at <= $1 order by due_at, id limit $2 {skip locked}";
    let mut claimed = Vec::new();
    for mut text in tx.all::<AttachmentText>(due, params![now, most]).await? {
        if text.attempts >= ATTEMPTS {
            // Whoever tried it last did not live to tell.
            let why = format!("given up after {ATTEMPTS} attempts");
            let text = AttachmentText { status: TextStatus::Failed, why: Some(why), due_at: None, ..text };
            tx.update(&AttachmentText { finished_at: Some(now), ..text }).await?;
            continue;
        }
        text.attempts += 1;
        text.due_at = Some(now + LEASE);
        tx.update(&text).await?;
        if let Some(attachment) = tx.get::<Attachment>(Some(text.attachment_id)).await? {
            claimed.push(Claimed { text, attachment });
        }
    }
    Ok(claimed)
}

/// What became of reading a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    Text(String),
    Nothing(String),
    /// It won't be read however often it is tried.
    Unreadable(String),
    /// It may be read another time.
    Failed(String),
}

/// Notes what became of a file, and has its candidate looked at again. What was claimed anew by somebody else meanwhile is theirs.
pub async fn note_read(tx: &Tx, claimed: &Claimed, read: Read, now: Timestamp) -> Result<TextStatus> {
    let still = "where id = $1 and due_at = $2 and attempts = $3 {for update}";
    let Claimed { text, attachment } = claimed;
    let Some(row) = tx.first::<AttachmentText>(still, params![text.id, text.due_at, text.attempts]).await? else {
        return Ok(TextStatus::Pending);
    };
    let again = row.attempts < ATTEMPTS;
    let (status, why, body) = match read {
        Read::Text(body) => (TextStatus::Done, None, Some(body)),
        Read::Nothing(why) => (TextStatus::Nothing, Some(why), None),
        Read::Failed(why) if again => (TextStatus::Pending, Some(why), None),
        Read::Failed(why) | Read::Unreadable(why) => (TextStatus::Failed, Some(why), None),
    };
    let pending = status == TextStatus::Pending;
    let due_at = pending.then(|| now + REST * i32::try_from(row.attempts * row.attempts).unwrap_or(1));
    let finished_at = (!pending).then_some(now);
    tx.update(&AttachmentText { status, why, body, due_at, finished_at, ..row }).await?;
    if status == TextStatus::Done {
        mark(tx, &BTreeSet::from([attachment.candidate_id])).await?;
    }
    Ok(status)
}

/// Has files read again that could not be read, or had no text: after a new version knows more of them.
pub async fn read_again(tx: &Tx, now: Timestamp) -> Result<u64> {
    let sql = "update attachment_texts set status = $1, attempts = 0, due_at = $2, why = null, finished_at = null where status = $3 or status = $4";
    Ok(tx.execute(sql, params![TextStatus::Pending, now, TextStatus::Failed, TextStatus::Nothing]).await?)
}
