//! Mail to candidates: it goes where they go, it is told of in their activity feed, and what nobody wants any more is not sent.

use sql::{Json, Value, params};

use crate::{
    domain::candidate,
    error::{Error, Result},
    tables::{FeedItem, FeedKind, Mail, MailKind, MailStatus, Visibility},
    work::Work,
};

/// Does not send what tells of a rejection that was taken back. What is on its way at this moment can't be called back.
pub async fn cancel_rejection(work: &Work, application_id: i64, why: &str) -> Result<()> {
    let sql = "update mails set status = $3, due_at = null, lease_until = null, finished_at = $4, last_error = $5 \
               where application_id = $1 and kind = $2 and due_at is not null and (lease_until is null or lease_until <= $4)";
    let params = params![application_id, MailKind::Rejection, MailStatus::Discarded, work.now, why];
    work.tx.execute(sql, params).await?;
    Ok(())
}

/// Forgets all mail to a candidate, sent or not: it holds their name and address.
pub async fn erase(work: &Work, candidate_id: i64) -> Result<()> {
    work.tx.execute("delete from mails where candidate_id = $1", params![candidate_id]).await?;
    Ok(())
}

/// Mail about an application that is dropped by a merge stays with the one that is kept; what waits is about one that is no more.
pub async fn move_application(work: &Work, gone_id: i64, kept_id: i64) -> Result<()> {
    cancel_rejection(work, gone_id, "the application was merged into another").await?;
    work.tx
        .execute("update mails set application_id = $2 where application_id = $1", params![gone_id, kept_id])
        .await?;
    Ok(())
}

/// All mail to a candidate who is merged away is the winner's.
pub async fn move_candidate(work: &Work, gone_id: i64, kept_id: i64) -> Result<()> {
    work.tx.execute("update mails set candidate_id = $2 where candidate_id = $1", params![gone_id, kept_id]).await?;
    Ok(())
}

/// Takes out of what is about to be sent the mail to candidates who have said meanwhile that they want none (CAND-9).
pub(super) async fn drop_unwanted(work: &Work, mails: &mut Vec<Mail>) -> Result<()> {
    let ids: Vec<i64> = mails.iter().filter_map(|it| it.candidate_id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let rows =
        work.tx.rows("select id from candidates where id {any:$1} and not can_email", &[Value::Ids(ids)]).await?;
    let silent: Vec<i64> = rows.iter().map(|it| it.get(0)).collect::<sql::Result<_>>()?;
    for mail in mails.extract_if(.., |it| it.candidate_id.is_some_and(|id| silent.contains(&id))) {
        let after = Mail {
            status: MailStatus::Discarded,
            due_at: None,
            lease_until: None,
            finished_at: Some(work.now),
            last_error: Some("the candidate wants no e-mail".to_owned()),
            ..mail
        };
        work.tx.update(&after).await?;
    }
    Ok(())
}

/// The line of a mail to a candidate in their activity feed (CAND-7), once, when a server has taken it.
pub(super) async fn tell(work: &mut Work, id: i64, from: &str) -> Result<()> {
    let Some(candidate_id) = work.tx.get::<Mail>(Some(id)).await?.and_then(|it| it.candidate_id) else { return Ok(()) };
    // The candidate first: whoever erases them holds them while their mail goes.
    match candidate::lock(work, candidate_id).await {
        Err(Error::NotFound(..)) => return Ok(()),
        found => found?,
    };
    let mail: Mail = match work.tx.lock(id).await {
        Err(sql::Error::NotFound { .. }) => return Ok(()),
        found => found?,
    };
    if mail.status == MailStatus::Sent || mail.candidate_id != Some(candidate_id) {
        return Ok(());
    }
    let mut line = FeedItem {
        id: 0,
        candidate_id,
        application_id: mail.application_id,
        user_id: mail.user_id,
        touchpoint_id: None,
        kind: FeedKind::Email,
        of_rejection: false,
        visibility: Visibility::Public,
        subject: Some(mail.subject),
        body: if mail.body.is_empty() { mail.html.unwrap_or_default() } else { mail.body },
        mail_to: Some(mail.recipient),
        mail_from: Some(from.to_owned()),
        mail_cc: Some(Json(mail.cc.0)),
        created_at: work.now,
    };
    work.tx.insert(&mut line).await?;
    candidate::active(work, candidate_id).await
}
