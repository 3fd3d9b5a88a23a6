//! Tracking links.

use super::{Credit, SourceRef, credit, source_ref};
use crate::{graph::Catalog, tables, wire::Millis};

view! {
    /// TRK-1.
    pub fn tracking_link(l: &tables::TrackingLink, catalog: &Catalog) -> TrackingLink {
        id: i64 = l.id,
        token: String = l.token.clone(),
        created_at: Millis = Millis(l.created_at),
        updated_at: Millis = Millis(l.updated_at),
        related_post_id: Option<i64> = l.related_post_id,
        related_post_type: Option<String> = l.related_post_type.clone(),
        job_id: Option<i64> = l.job_id,
        job_post_id: Option<i64> = l.job_post_id,
        source: Option<SourceRef> = l.source_id.and_then(|id| catalog.sources.get(&id)).map(source_ref),
        credited_to: Option<Credit> = credit(catalog, l.referrer_user_id, l.referrer_name.as_deref()),
    }
}
