//! Mail: an outbox in the transaction of what it tells. No verb here sends anything: `crate::mail` does, between two Works.
//!
//! Claims, outcomes and the mails themselves leave no audit records: they follow from something that did.

pub mod of_candidate;

use jiff::{SignedDuration, Timestamp, ToSpan};
use sql::{Json, Tx, params};

use super::notice;
use crate::{
    error::{Error, Result},
    tables::{Application, ApplicationStatus, Mail, MailKind, MailStatus, NoticeKind},
    work::Work,
};

/// How long to wait after each attempt that failed, in minutes: three days in all.
const LADDER: [i64; 12] = [1, 5, 15, 39, 60, 120, 240, 480, 720, 720, 720, 1200];

/// How long who claimed a mail has it for itself. Sending takes a minute at most.
pub const LEASE: SignedDuration = SignedDuration::from_mins(3);

/// A mail to be sent.
#[derive(Debug, Clone)]
pub struct NewMail {
    pub kind: MailKind,
    /// The endpoint that it tells of.
    pub webhook_id: Option<i64>,
    /// To whom it is written: it is erased with them.
    pub candidate_id: Option<i64>,
    pub application_id: Option<i64>,
    /// In whose name it is written, or to which user.
    pub user_id: Option<i64>,
    /// One address.
    pub recipient: String,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// Where answers go; to the house unless said.
    pub reply_to: Option<String>,
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// The same for who wants it prettier.
    pub html: Option<String>,
    /// When to send it; at once unless said.
    pub send_at: Option<Timestamp>,
}

impl NewMail {
    /// A plain one, about nobody, to be sent at once.
    pub fn new(kind: MailKind, recipient: String, subject: String, body: String) -> Self {
        Self {
            kind,
            webhook_id: None,
            candidate_id: None,
            application_id: None,
            user_id: None,
            recipient,
            cc: Vec::new(),
            reply_to: None,
            subject,
            body,
            html: None,
            send_at: None,
        }
    }
}

/// Puts a mail into the outbox. It is sent once this Work is committed and its time has come.
pub async fn queue(work: &mut Work, new: NewMail) -> Result<i64> {
    let NewMail {
        kind,
        webhook_id,
        candidate_id,
        application_id,
        user_id,
        recipient,
        cc,
        reply_to,
        subject,
        body,
        html,
        send_at,
    } = new;
    let mut row = Mail {
        id: 0,
        kind,
        webhook_id,
        candidate_id,
        application_id,
        user_id,
        recipient,
        cc: Json(cc),
        reply_to,
        // A subject is one line.
        subject: subject.split_whitespace().collect::<Vec<_>>().join(" "),
        body,
        html,
        status: MailStatus::Waiting,
        attempts: 0,
        created_at: work.now,
        due_at: Some(send_at.unwrap_or(work.now)),
        lease_until: None,
        finished_at: None,
        last_error: None,
    };
    work.tx.insert(&mut row).await?;
    work.send_mail();
    Ok(row.id)
}

/// Whether a mail of that kind about that endpoint has not gone out yet.
pub async fn is_waiting(tx: &Tx, kind: MailKind, webhook_id: i64) -> Result<bool> {
    let sql = "select 1 from mails where webhook_id = $1 and kind = $2 and due_at is not null limit 1";
    Ok(tx.row(sql, params![webhook_id, kind]).await?.is_some())
}

/// Sends a mail at once that waits, was given up or discarded; it has all its attempts again.
pub async fn retry(work: &mut Work, id: i64) -> Result<Mail> {
    let before = lock_at_rest(work, id).await?;
    if before.kind == MailKind::Rejection
        && let Some(application) = work.tx.get::<Application>(before.application_id).await?
        && application.status != ApplicationStatus::Rejected
    {
        return Err(Error::refused(
            "The rejection that the mail tells of was taken back: reject the application again",
        ));
    }
    let after = Mail {
        status: MailStatus::Waiting,
        attempts: 0,
        due_at: Some(work.now),
        lease_until: None,
        finished_at: None,
        ..before.clone()
    };
    work.update(&before, &after).await?;
    work.send_mail();
    Ok(after)
}

/// Does not send a mail that waits or was given up.
pub async fn discard(work: &mut Work, id: i64) -> Result<Mail> {
    let before = lock_at_rest(work, id).await?;
    if before.status == MailStatus::Discarded {
        return Ok(before);
    }
    let after = Mail {
        status: MailStatus::Discarded,
        due_at: None,
        lease_until: None,
        finished_at: Some(work.now),
        ..before.clone()
    };
    work.update(&before, &after).await?;
    Ok(after)
}

async fn lock_at_rest(work: &Work, id: i64) -> Result<Mail> {
    let row: Mail = work.tx.lock(id).await?;
    if row.status == MailStatus::Sent {
        return Err(Error::refused("The mail was sent already"));
    }
    if row.lease_until.is_some_and(|it| it > work.now) {
        return Err(Error::refused("The mail is being sent at this moment: look again in a minute"));
    }
    Ok(row)
}

/// Takes some of what is due, the first due first, so that no other node does until the lease ends. An attempt is counted before it is made:
/// a mail at which the program dies is not tried for ever.
pub async fn claim(work: &mut Work, most: i64) -> Result<Vec<Mail>> {
    let due = "where due_at is not null and due_at <= $1 order by due_at, id limit $2 {skip locked}";
    let mut mails: Vec<Mail> = work.tx.all(due, params![work.now, most]).await?;
    let until = work.now + LEASE;
    let worn_out: Vec<Mail> = mails.extract_if(.., |it| it.attempts > LADDER.len() as i64).collect();
    for mail in worn_out {
        give_up(work, mail, "the program ended each time before it was known whether the server took it").await?;
    }
    of_candidate::drop_unwanted(work, &mut mails).await?;
    for mail in &mut mails {
        mail.attempts += 1;
        (mail.due_at, mail.lease_until) = (Some(until), Some(until));
        work.tx.update(mail).await?;
    }
    Ok(mails)
}

/// A server has taken it, whatever became of the row meanwhile. `from` is the address that it came from.
pub async fn sent(work: &mut Work, id: i64, from: &str) -> Result<()> {
    of_candidate::tell(work, id, from).await?;
    let sql = "update mails set status = $2, finished_at = $3, due_at = null, lease_until = null, last_error = null where id = $1";
    work.tx.execute(sql, params![id, MailStatus::Sent, work.now]).await?;
    Ok(())
}

/// An attempt failed: there is another one later, unless nothing can come of it, or there were enough. A mail that is given up is told of.
pub async fn put_off(work: &mut Work, tried: &Mail, why: &str, is_final: bool) -> Result<()> {
    let now: Mail = match work.tx.lock(tried.id).await {
        // Somebody cleaned up.
        Err(sql::Error::NotFound { .. }) => return Ok(()),
        found => found?,
    };
    if now.status != MailStatus::Waiting || now.attempts != tried.attempts {
        return Ok(());
    }
    let wait = usize::try_from(now.attempts - 1).ok().and_then(|it| LADDER.get(it)).filter(|_| !is_final);
    let Some(minutes) = wait else { return give_up(work, now, why).await };
    let due_at = Some(work.now + minutes.minutes());
    let after = Mail { last_error: Some(why.to_owned()), lease_until: None, due_at, ..now };
    Ok(work.tx.update(&after).await?)
}

async fn give_up(work: &mut Work, before: Mail, why: &str) -> Result<()> {
    let after = Mail {
        status: MailStatus::Failed,
        due_at: None,
        lease_until: None,
        finished_at: Some(work.now),
        last_error: Some(why.to_owned()),
        ..before
    };
    work.tx.update(&after).await?;
    tell_of_failure(work, &after, why).await
}

/// One notice for all, until somebody has seen it.
async fn tell_of_failure(work: &mut Work, mail: &Mail, why: &str) -> Result<()> {
    if notice::is_open(work, NoticeKind::MailGivenUp, None).await? {
        return Ok(());
    }
    let text = format!(
        "Mail could not be sent and was given up, first of all \"{}\" to {}: {why}. All of it: GET /api/v1/mails?status=failed",
        mail.subject, mail.recipient
    );
    notice::post(work, NoticeKind::MailGivenUp, None, text).await
}

/// Forgets some mails that were finished before `then`, or have waited for a server since, and answers how many.
pub async fn forget(work: &mut Work, then: Timestamp) -> Result<u64> {
    let sql = "delete from mails where id in (select id from mails \
               where (finished_at is not null and finished_at < $1) or (due_at is not null and due_at < $1) limit 500)";
    Ok(work.tx.execute(sql, params![then]).await?)
}
