//! The offer object.

use indexmap::IndexMap;
use jiff::civil::Date;
use serde_json::Value;

use super::IdName;
use crate::{
    graph::{Catalog, offer::Offer as Graph},
    tables::{self, FieldType, OfferStatus, OpeningStatus},
    wire::{
        Millis,
        custom::{self, KeyedMap},
    },
};

view! {
    pub fn offer(o: &Graph) -> Offer {
        id: i64 = o.row.id,
        version: i64 = o.row.version,
        application_id: i64 = o.row.application_id,
        job_id: i64 = o.row.job_id,
        candidate_id: i64 = o.candidate_id,
        opening: Option<OfferedOpening> = o.opening.as_ref().map(|it| offered_opening(it, &o.catalog)),
        created_at: Millis = Millis(o.row.created_at),
        updated_at: Millis = Millis(o.row.updated_at),
        sent_at: Option<Date> = o.row.sent_on,
        resolved_at: Option<Millis> = o.row.resolved_at.map(Millis),
        starts_at: Option<Date> = o.row.starts_on,
        status: OfferStatus = o.row.status,
        custom_fields: IndexMap<String, Value> = custom::plain(&o.catalog, FieldType::Offer, &o.row.custom),
        keyed_custom_fields: KeyedMap = custom::keyed(&o.catalog, FieldType::Offer, &o.row.custom),
    }

    /// The opening that an offer is for.
    pub fn offered_opening(o: &tables::Opening, catalog: &Catalog) -> OfferedOpening {
        id: i64 = o.id,
        opening_id: Option<String> = o.opening_id.clone(),
        status: OpeningStatus = o.status,
        opened_at: Millis = Millis(o.opened_at),
        closed_at: Option<Millis> = o.closed_at.map(Millis),
        application_id: Option<i64> = o.application_id,
        close_reason: Option<IdName> = o.close_reason_id.and_then(|id| catalog.close_reasons.get(&id)).map(|it| IdName { id: it.id, name: it.name.clone() }),
        custom_fields: IndexMap<String, Value> = custom::plain(catalog, FieldType::Opening, &o.custom),
        keyed_custom_fields: KeyedMap = custom::keyed(catalog, FieldType::Opening, &o.custom),
    }
}
