//! Offers with opening and candidate.

use std::sync::Arc;

use jiff::{Timestamp, civil::Date};
use sql::{Value, params};

use super::{
    Catalog, Look, by_id, ids,
    select::{Page, Select, Slice},
};
use crate::{
    error::{Error, Result},
    tables::{self, OfferStatus, Opening},
};

#[derive(Clone)]
pub struct Offer {
    pub row: tables::Offer,
    pub candidate_id: i64,
    pub opening: Option<Opening>,
    pub catalog: Arc<Catalog>,
}

/// The offers of `rows`, in their order.
pub async fn offers(look: &Look<'_>, rows: Vec<tables::Offer>) -> Result<Vec<Offer>> {
    let application_ids = ids(rows.iter().map(|it| it.application_id));
    let opening_ids = ids(rows.iter().filter_map(|it| it.opening_id));
    let of = &[Value::Ids(application_ids)];
    let (candidates, openings) = futures_util::try_join!(
        look.tx.rows("select id, candidate_id from applications where id {any:$1}", of),
        look.tx.among::<Opening>(&opening_ids),
    )?;
    let candidates: std::collections::HashMap<i64, i64> =
        candidates.iter().map(|it| Ok((it.get(0)?, it.get(1)?))).collect::<sql::Result<_>>()?;
    let openings = by_id(openings);
    Ok(rows
        .into_iter()
        .map(|row| Offer {
            candidate_id: candidates.get(&row.application_id).copied().unwrap_or_default(),
            opening: row.opening_id.and_then(|id| openings.get(&id).cloned()),
            catalog: look.catalog.clone(),
            row,
        })
        .collect())
}

pub async fn offer(look: &Look<'_>, id: i64) -> Result<Offer> {
    let row = look.tx.find(id).await?;
    offers(look, vec![row]).await?.pop().ok_or(Error::NotFound("offers", id))
}

/// The current offer of an application: the newest one for its job that isn't deprecated (OFF-3).
pub async fn current(look: &Look<'_>, application_id: i64) -> Result<Offer> {
    let application: tables::Application = look.tx.find(application_id).await?;
    let newest = "where application_id = $1 and job_id = $2 and status <> 'deprecated' order by version desc limit 1";
    let row: Option<tables::Offer> = look.tx.first(newest, params![application_id, application.job_id]).await?;
    let row = row.ok_or(Error::NotFound("offers", 0))?;
    offers(look, vec![row]).await?.pop().ok_or(Error::NotFound("offers", 0))
}

/// What a list of offers can be narrowed by (FIL-1, FIL-2, FIL-3).
#[derive(Default)]
pub struct Filter {
    pub application_id: Option<i64>,
    pub status: Option<OfferStatus>,
    pub created_before: Option<Timestamp>,
    pub created_after: Option<Timestamp>,
    pub updated_before: Option<Timestamp>,
    pub updated_after: Option<Timestamp>,
    pub resolved_before: Option<Timestamp>,
    pub resolved_after: Option<Timestamp>,
    pub sent_before: Option<Date>,
    pub sent_after: Option<Date>,
    pub starts_before: Option<Date>,
    pub starts_after: Option<Date>,
}

/// Offers in the order of their applications (OFF-3).
pub async fn list(look: &Look<'_>, filter: Filter, page: Page) -> Result<Slice<Offer>> {
    let Filter {
        application_id,
        status,
        created_before,
        created_after,
        updated_before,
        updated_after,
        resolved_before,
        resolved_after,
        sent_before,
        sent_after,
        starts_before,
        starts_after,
    } = filter;
    let mut select = Select::new();
    select
        .maybe("application_id = ?", &application_id)
        .maybe("status = ?", &status)
        .times("created_at", &created_after, &created_before)
        .maybe("updated_at <= ?", &updated_before)
        .maybe("updated_at >= ?", &updated_after)
        .maybe("resolved_at <= ?", &resolved_before)
        .maybe("resolved_at >= ?", &resolved_after)
        .maybe("sent_on <= ?", &sent_before)
        .maybe("sent_on >= ?", &sent_after)
        .maybe("starts_on <= ?", &starts_before)
        .maybe("starts_on >= ?", &starts_after);
    let slice = select.long_page(look, &["application_id", "version"], page).await?;
    slice.and_then(async |rows| offers(look, rows).await).await
}
