//! Tracking links.

use super::{Credit, SourceRef, credit, source_ref};
use crate::{
    graph::{Catalog, tracking_link::TrackedLink},
    tables,
    wire::Millis,
};

view! {
    /// TRK-1.
    pub fn tracking_link(l: &TrackedLink, catalog: &Catalog) -> TrackingLink {
        id: i64 = l.row.id,
        token: String = l.row.token.clone(),
        created_at: Millis = Millis(l.row.created_at),
        updated_at: Millis = Millis(l.row.updated_at),
        related_post_id: Option<i64> = l.row.related_post_id,
        related_post_type: Option<String> = l.row.related_post_type.clone(),
        job_id: Option<i64> = l.row.job_id,
        job_post_id: Option<i64> = l.row.job_post_id,
        job_board: Option<JobBoard> = l.board.as_ref().map(job_board),
        source: Option<SourceRef> = l.row.source_id.and_then(|id| catalog.sources.get(&id)).map(source_ref),
        credited_to: Option<Credit> = credit(catalog, l.row.referrer_user_id, l.row.referrer_name.as_deref()),
    }

    pub fn job_board(b: &tables::Board) -> JobBoard {
        id: i64 = b.id,
        company_name: String = b.name.clone(),
        url_token: String = b.token.clone(),
    }
}
