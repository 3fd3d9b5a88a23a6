//! What people and integrations write down about a candidate: notes, e-mail notes, activities, reminders, touchpoints, synced messages
//! (CAND-7, CAND-8). Nothing of it fires a web hook.

use jiff::Timestamp;
use sql::Json;

use crate::{
    domain::candidate,
    error::{Error, Result},
    tables::{FeedItem, FeedKind, Reminder, SyncedKind, SyncedMessage, Touchpoint, Visibility},
    work::Work,
};

/// A note, an e-mail note or an activity to be added to a candidate's feed.
#[derive(Debug, Clone)]
pub struct NewItem {
    pub id: Option<i64>,
    pub user_id: Option<i64>,
    pub application_id: Option<i64>,
    pub visibility: Visibility,
    pub content: Content,
    /// Where it stood in the input, for faults.
    pub path: String,
}

#[derive(Debug, Clone)]
pub enum Content {
    Note {
        body: String,
    },
    /// None of the addresses is checked (CAND-8).
    Email {
        to: String,
        from: String,
        cc: Vec<String>,
        subject: String,
        body: String,
    },
    Activity {
        subject: String,
        body: String,
    },
}

/// Adds a line to the candidate's feed.
pub async fn add(work: &mut Work, candidate_id: i64, new: &NewItem) -> Result<FeedItem> {
    candidate::lock(work, candidate_id).await?;
    let NewItem { id, user_id, application_id, visibility, content, path } = new;
    if user_id.is_some() && work.catalog().await?.user(*user_id).is_none() {
        return Err(Error::invalid(format!("{path}user_id"), "There is no such user"));
    }
    of_candidate(work, candidate_id, *application_id).await?;
    let mut item = FeedItem {
        id: id.unwrap_or_default(),
        candidate_id,
        application_id: *application_id,
        user_id: *user_id,
        touchpoint_id: None,
        kind: FeedKind::Note,
        of_rejection: false,
        visibility: *visibility,
        subject: None,
        body: String::new(),
        mail_to: None,
        mail_from: None,
        mail_cc: None,
        created_at: work.now,
    };
    match content.clone() {
        Content::Note { body } => item.body = body,
        Content::Email { to, from, cc, subject, body } => {
            item.kind = FeedKind::Email;
            item.subject = Some(subject);
            item.body = body;
            item.mail_to = Some(to);
            item.mail_from = Some(from);
            item.mail_cc = Some(Json(cc));
        }
        Content::Activity { subject, body } => {
            item.kind = FeedKind::Activity;
            item.subject = Some(subject);
            item.body = body;
        }
    }
    work.insert(&mut item).await?;
    candidate::active(work, candidate_id).await?;
    Ok(item)
}

/// Takes a line out of the feed.
pub async fn delete(work: &mut Work, candidate_id: i64, id: i64) -> Result<()> {
    candidate::lock(work, candidate_id).await?;
    let item: FeedItem = work.tx.find(id).await?;
    if item.candidate_id != candidate_id {
        return Err(Error::NotFound("feed_items", id));
    }
    work.discreet = true;
    work.delete(&item).await
}

/// A reminder to follow up.
#[derive(Debug, Clone)]
pub struct NewReminder {
    pub id: Option<i64>,
    pub user_id: i64,
    pub note: Option<String>,
    pub remind_at: Timestamp,
}

pub async fn remind(work: &mut Work, candidate_id: i64, new: &NewReminder) -> Result<Reminder> {
    candidate::lock(work, candidate_id).await?;
    let NewReminder { id, user_id, note, remind_at } = new;
    if work.catalog().await?.user(Some(*user_id)).is_none() {
        return Err(Error::invalid("user_id", format!("There is no user {user_id}")));
    }
    let mut row = Reminder {
        id: id.unwrap_or_default(),
        candidate_id,
        user_id: *user_id,
        note: note.clone(),
        remind_at: *remind_at,
        created_at: work.now,
    };
    work.insert(&mut row).await?;
    Ok(row)
}

/// Takes a reminder away.
pub async fn forget_reminder(work: &mut Work, candidate_id: i64, id: i64) -> Result<()> {
    candidate::lock(work, candidate_id).await?;
    let row: Reminder = work.tx.find(id).await?;
    match row.candidate_id == candidate_id {
        true => work.delete(&row).await,
        false => Err(Error::NotFound("reminders", id)),
    }
}

/// A contact with the candidate, with what was said.
#[derive(Debug, Clone)]
pub struct NewTouchpoint {
    pub id: Option<i64>,
    pub application_id: Option<i64>,
    /// `call`, `meeting`, `message` …: the organization's own words.
    pub kind: String,
    pub happened_at: Timestamp,
    pub note: Option<String>,
}

pub async fn touchpoint(work: &mut Work, candidate_id: i64, new: &NewTouchpoint) -> Result<Touchpoint> {
    candidate::lock(work, candidate_id).await?;
    let NewTouchpoint { id, application_id, kind, happened_at, note } = new;
    of_candidate(work, candidate_id, *application_id).await?;
    let mut row = Touchpoint {
        id: id.unwrap_or_default(),
        candidate_id,
        application_id: *application_id,
        user_id: work.actor.user_id,
        kind: kind.clone(),
        happened_at: *happened_at,
        created_at: work.now,
    };
    work.insert(&mut row).await?;
    if let Some(body) = note {
        let item = NewItem {
            id: None,
            user_id: work.actor.user_id,
            application_id: *application_id,
            visibility: Visibility::Public,
            content: Content::Note { body: body.clone() },
            path: String::new(),
        };
        let before = add(work, candidate_id, &item).await?;
        work.update(&before, &FeedItem { touchpoint_id: Some(row.id), ..before.clone() }).await?;
    }
    candidate::active(work, candidate_id).await?;
    Ok(row)
}

/// A message that an integration wrote into the house.
#[derive(Debug, Clone)]
pub struct NewMessage {
    pub id: Option<i64>,
    pub kind: SyncedKind,
    pub body: String,
}

pub async fn sync_message(work: &mut Work, candidate_id: i64, new: &NewMessage) -> Result<SyncedMessage> {
    candidate::lock(work, candidate_id).await?;
    let NewMessage { id, kind, body } = new;
    let mut row = SyncedMessage {
        id: id.unwrap_or_default(),
        candidate_id,
        kind: *kind,
        body: body.clone(),
        created_at: work.now,
    };
    work.insert(&mut row).await?;
    candidate::active(work, candidate_id).await?;
    Ok(row)
}

/// Refuses an application that is not the candidate's.
async fn of_candidate(work: &Work, candidate_id: i64, application_id: Option<i64>) -> Result<()> {
    let Some(id) = application_id else { return Ok(()) };
    let sql = "select 1 from applications where id = $1 and candidate_id = $2";
    match work.tx.row(sql, sql::params![id, candidate_id]).await? {
        Some(_) => Ok(()),
        None => Err(Error::invalid("application_id", format!("Candidate {candidate_id} has no application {id}"))),
    }
}
