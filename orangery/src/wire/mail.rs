//! Mails and notices, as our own API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use super::Millis;
use crate::tables::{self, MailKind, MailStatus, NoticeKind};

/// A mail of the outbox.
#[derive(Serialize, ToSchema)]
pub struct Mail {
    pub id: i64,
    pub kind: MailKind,
    pub status: MailStatus,
    pub recipient: String,
    pub subject: String,
    /// The endpoint that it tells of.
    pub webhook_id: Option<i64>,
    /// To whom it is written.
    pub candidate_id: Option<i64>,
    pub application_id: Option<i64>,
    /// The user in whose name it is written, or whom it is written to.
    pub user_id: Option<i64>,
    pub attempts: i64,
    /// Whether an attempt is under way.
    pub in_flight: bool,
    /// When it is sent, or tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub due_at: Option<Millis>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Millis,
    /// When it was sent, given up or discarded.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub finished_at: Option<Millis>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
}

pub fn mail(row: &tables::Mail) -> Mail {
    Mail {
        id: row.id,
        kind: row.kind,
        status: row.status,
        recipient: row.recipient.clone(),
        subject: row.subject.clone(),
        webhook_id: row.webhook_id,
        candidate_id: row.candidate_id,
        application_id: row.application_id,
        user_id: row.user_id,
        attempts: row.attempts,
        in_flight: row.lease_until.is_some(),
        due_at: row.due_at.map(Millis),
        created_at: Millis(row.created_at),
        finished_at: row.finished_at.map(Millis),
        last_error: row.last_error.clone(),
    }
}

/// A mail with its text.
#[derive(Serialize, ToSchema)]
pub struct WholeMail {
    #[serde(flatten)]
    pub mail: Mail,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// Where answers go, if not to the house.
    pub reply_to: Option<String>,
    /// Empty where there is only HTML.
    pub text: String,
    pub html: Option<String>,
}

pub fn whole_mail(row: &tables::Mail) -> WholeMail {
    let tables::Mail { cc, reply_to, body, html, .. } = row.clone();
    WholeMail { mail: mail(row), cc: cc.0, reply_to, text: body, html }
}

/// What the house tells those who look after it.
#[derive(Serialize, ToSchema)]
pub struct Notice {
    pub id: i64,
    pub kind: NoticeKind,
    pub text: String,
    /// The endpoint that it tells of.
    pub webhook_id: Option<i64>,
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Millis,
    /// Null as long as it is open. What it tells of may be over without anybody's doing.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub dismissed_at: Option<Millis>,
    /// The user who dismissed it.
    pub dismissed_by_id: Option<i64>,
}

pub fn notice(row: &tables::Notice) -> Notice {
    Notice {
        id: row.id,
        kind: row.kind,
        text: row.text.clone(),
        webhook_id: row.webhook_id,
        created_at: Millis(row.created_at),
        dismissed_at: row.dismissed_at.map(Millis),
        dismissed_by_id: row.dismissed_by_id,
    }
}
