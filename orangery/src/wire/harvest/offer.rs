//! The offer object.

use indexmap::IndexMap;
use jiff::civil::Date;
use serde_json::Value;

use super::{Opening, opening};
use crate::{
    graph::offer::Offer as Graph,
    tables::{FieldType, OfferStatus},
    wire::{
        Millis,
        custom::{self, HarvestMap},
    },
};

view! {
    pub fn offer(o: &Graph) -> Offer {
        id: i64 = o.row.id,
        version: i64 = o.row.version,
        application_id: i64 = o.row.application_id,
        job_id: i64 = o.row.job_id,
        candidate_id: i64 = o.candidate_id,
        opening: Option<Opening> = o.opening.as_ref().map(|it| opening(it, &o.catalog)),
        created_at: Millis = Millis(o.row.created_at),
        updated_at: Millis = Millis(o.row.updated_at),
        sent_at: Option<Date> = o.row.sent_on,
        resolved_at: Option<Millis> = o.row.resolved_at.map(Millis),
        starts_at: Option<Date> = o.row.starts_on,
        status: OfferStatus = o.row.status,
        custom_fields: IndexMap<String, Value> = custom::plain(&o.catalog, FieldType::Offer, &o.row.custom),
        keyed_custom_fields: HarvestMap = custom::keyed(&o.catalog, FieldType::Offer, &o.row.custom),
    }
}
