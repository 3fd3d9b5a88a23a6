//! Offers with opening and candidate.

use std::sync::Arc;

use sql::Value;

use super::{Catalog, Look, by_id, ids};
use crate::{
    error::{Error, Result},
    tables::{self, Opening},
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
