//! Mail that leaves the house, and what the house tells those who look after it.

use crate::words;
use jiff::Timestamp;
use sql::{Json, table};

words! {
    /// What a mail is about.
    MailKind {
        DeliveriesGivenUp = "deliveries_given_up",
        WebhookFailing = "webhook_failing",
        WebhookDisabled = "webhook_disabled",
        /// Tells a candidate that they are turned down (APP-14).
        Rejection = "rejection",
        /// Asks a new user in (USR-4).
        Invitation = "invitation",
    }

    /// How a mail stands.
    MailStatus {
        /// It is due, or will be. Where no SMTP server is set, it stays so.
        Waiting = "waiting",
        /// A server has taken it.
        Sent = "sent",
        /// Given up.
        Failed = "failed",
        /// Somebody did not want it sent.
        Discarded = "discarded",
    }

    /// What a notice is about.
    NoticeKind {
        WebhookFailing = "webhook_failing",
        WebhookDisabled = "webhook_disabled",
        MailGivenUp = "mail_given_up",
        HeldRemoved = "held_removed",
    }
}

table! {
    /// One mail to one address, and to those who get a copy.
    Mail: "mails" {
        id: i64,
        kind: MailKind,
        webhook_id: Option<i64>,
        /// To whom it is written, or of whom it tells: it goes where they go.
        candidate_id: Option<i64>,
        application_id: Option<i64>,
        /// In whose name it is written, or to which user.
        user_id: Option<i64>,
        recipient: String,
        cc: Json<Vec<String>>,
        reply_to: Option<String>,
        subject: String,
        /// Plain text; empty where there is only HTML.
        body: String,
        html: Option<String>,
        status: MailStatus,
        attempts: i64,
        created_at: Timestamp,
        /// When to send it, or try next; while it is on its way, when the lease ends. `None` unless waiting.
        due_at: Option<Timestamp>,
        lease_until: Option<Timestamp>,
        /// When it was sent, given up or discarded.
        finished_at: Option<Timestamp>,
        last_error: Option<String>,
    }
}

table! {
    Notice: "notices" {
        id: i64,
        kind: NoticeKind,
        webhook_id: Option<i64>,
        text: String,
        created_at: Timestamp,
        /// Since when it is nobody's business any more: somebody has seen it, or what it told of is over.
        dismissed_at: Option<Timestamp>,
        dismissed_by_id: Option<i64>,
    }
}
