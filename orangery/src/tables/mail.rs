//! Mail that leaves the house, and what the house tells those who look after it.

use crate::words;
use jiff::Timestamp;
use sql::table;

words! {
    /// What a mail is about.
    MailKind {
        DeliveriesGivenUp = "deliveries_given_up",
        WebhookFailing = "webhook_failing",
        WebhookDisabled = "webhook_disabled",
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
    /// One mail to one address.
    Mail: "mails" {
        id: i64,
        kind: MailKind,
        webhook_id: Option<i64>,
        recipient: String,
        subject: String,
        body: String,
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
