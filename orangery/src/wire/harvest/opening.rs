//! The opening object.

use indexmap::IndexMap;
use serde_json::Value;

use super::IdName;
use crate::{
    graph::Catalog,
    tables::{self, FieldType, OpeningStatus},
    wire::{
        Millis,
        custom::{self, HarvestMap},
    },
};

view! {
    pub fn opening(o: &tables::Opening, catalog: &Catalog) -> Opening {
        id: i64 = o.id,
        opening_id: Option<String> = o.opening_id.clone(),
        status: OpeningStatus = o.status,
        opened_at: Millis = Millis(o.opened_at),
        closed_at: Option<Millis> = o.closed_at.map(Millis),
        application_id: Option<i64> = o.application_id,
        close_reason: Option<IdName> = o.close_reason_id.and_then(|id| catalog.close_reasons.get(&id)).map(|it| IdName { id: it.id, name: it.name.clone() }),
        custom_fields: IndexMap<String, Value> = custom::plain(catalog, FieldType::Opening, &o.custom),
        keyed_custom_fields: HarvestMap = custom::keyed(catalog, FieldType::Opening, &o.custom),
    }

    /// What creating openings answers (INC-8).
    pub fn created_opening(o: &tables::Opening) -> CreatedOpening {
        id: i64 = o.id,
        opening_id: Option<String> = o.opening_id.clone(),
        open_date: Millis = Millis(o.opened_at),
    }
}
