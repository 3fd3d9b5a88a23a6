//! Templates of e-mails.

use jiff::Timestamp;

use super::{
    Look,
    select::{Page, Select, Slice},
};
use crate::{error::Result, tables::EmailTemplate};

/// What a list of templates can be narrowed by (FIL-1).
#[derive(Default)]
pub struct Filter {
    pub created_before: Option<Timestamp>,
    pub created_after: Option<Timestamp>,
    pub updated_before: Option<Timestamp>,
    pub updated_after: Option<Timestamp>,
}

pub async fn list(look: &Look<'_>, filter: Filter, page: Page) -> Result<Slice<EmailTemplate>> {
    let Filter { created_before, created_after, updated_before, updated_after } = filter;
    let mut select = Select::new();
    select
        .maybe("created_at < ?", &created_before)
        .maybe("created_at >= ?", &created_after)
        .maybe("updated_at < ?", &updated_before)
        .maybe("updated_at >= ?", &updated_after);
    select.page(look.tx, "id", page).await
}
