//! The outbox, and the notices.

use jiff::Timestamp;
use sql::Tx;

use super::{
    Look,
    select::{Page, Select, Slice},
};
use crate::{
    error::Result,
    tables::{Mail, MailKind, MailStatus, Notice},
};

/// Which mails are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    pub status: Option<MailStatus>,
    pub kind: Option<MailKind>,
    /// About that endpoint.
    pub webhook_id: Option<i64>,
    /// To that candidate.
    pub candidate_id: Option<i64>,
}

/// The latest first.
pub async fn list(look: &Look<'_>, filter: Filter, page: Page) -> Result<Slice<Mail>> {
    let Filter { status, kind, webhook_id, candidate_id } = filter;
    let mut select = Select::new();
    select.maybe("status = ?", &status).maybe("kind = ?", &kind).maybe("webhook_id = ?", &webhook_id);
    select.maybe("candidate_id = ?", &candidate_id);
    select.page(look.tx, "id desc", page).await
}

/// When there is something to send next.
pub async fn next_due(tx: &Tx) -> Result<Option<Timestamp>> {
    let row = tx.row("select due_at from mails where due_at is not null order by due_at, id limit 1", &[]).await?;
    Ok(row.map(|it| it.get(0)).transpose()?)
}

/// Open ones first, of these the latest first. `open` asks for one part only.
pub async fn notices(look: &Look<'_>, open: Option<bool>, page: Page) -> Result<Slice<Notice>> {
    let mut select = Select::new();
    match open {
        Some(true) => _ = select.only("dismissed_at is null"),
        Some(false) => _ = select.only("dismissed_at is not null"),
        None => {}
    }
    select.page(look.tx, "case when dismissed_at is null then 0 else 1 end, id desc", page).await
}
