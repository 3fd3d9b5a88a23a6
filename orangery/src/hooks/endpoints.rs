//! Endpoints with how they fare, for who looks at them.

use std::collections::HashMap;

use courier::endpoint::{Health, Webhook};
use sql::Tx;

use crate::{
    error::Result,
    graph::select::{Page, Select, Slice},
    words,
};

words! {
    /// How an endpoint fares.
    Condition {
        Ok = "ok",
        /// The last answers were failures.
        Failing = "failing",
        /// Nothing but failures came for a while: one delivery at a time tries it, the others wait.
        Dead = "dead",
        /// It answered 410, and is to be disabled by that.
        Gone = "gone",
        /// It is sent nothing.
        Disabled = "disabled",
    }
}

/// An endpoint, and how it fares.
#[derive(Debug, Clone)]
pub struct Endpoint {
    pub row: Webhook,
    pub health: Option<Health>,
}

impl Endpoint {
    pub fn condition(&self) -> Condition {
        let Some(health) = self.health.as_ref().filter(|_| self.row.enabled) else {
            return if self.row.enabled { Condition::Ok } else { Condition::Disabled };
        };
        // Whoever changed the endpoint since wants it tried again.
        let gone_at = health.gone_at.filter(|it| *it >= self.row.updated_at);
        match (gone_at, health.probe_at, health.failing_since) {
            (Some(_), _, _) => Condition::Gone,
            (_, Some(_), _) => Condition::Dead,
            (_, _, Some(_)) => Condition::Failing,
            (None, None, None) => Condition::Ok,
        }
    }
}

pub async fn find(tx: &Tx, id: i64) -> Result<Endpoint> {
    let row = tx.find(id).await?;
    Ok(with_health(tx, vec![row]).await?.remove(0))
}

pub async fn all(tx: &Tx) -> Result<Vec<Endpoint>> {
    with_health(tx, tx.all("order by id", &[]).await?).await
}

pub async fn page(tx: &Tx, page: Page) -> Result<Slice<Endpoint>> {
    Select::new().page::<Webhook>(tx, "id", page).await?.and_then(async |rows| with_health(tx, rows).await).await
}

async fn with_health(tx: &Tx, rows: Vec<Webhook>) -> Result<Vec<Endpoint>> {
    let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let health: Vec<Health> = tx.children("webhook_id", &ids).await?;
    let mut health: HashMap<i64, Health> = health.into_iter().map(|it| (it.webhook_id, it)).collect();
    Ok(rows.into_iter().map(|row| Endpoint { health: health.remove(&row.id), row }).collect())
}
