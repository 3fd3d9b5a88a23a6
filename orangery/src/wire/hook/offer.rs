//! The offer: flat in its own events, in short in its deletion, with its own names in `hire_candidate` (INC-13).

use jiff::civil::Date;

use super::seconds;
use crate::{
    graph::offer::Offer as Whole,
    tables::{FieldType, OfferStatus},
    wire::{
        American, Seconds,
        custom::{self, KeyedMap},
    },
};

view! {
    pub fn offer(o: &Whole) -> Offer {
        id: i64 = o.row.id,
        application_id: i64 = o.row.application_id,
        job_id: i64 = o.row.job_id,
        user_id: Option<i64> = o.row.user_id,
        version: i64 = o.row.version,
        sent_on: Option<Date> = o.row.sent_on,
        resolved_at: Option<Seconds> = seconds(o.row.resolved_at),
        start_date: Option<American> = o.row.starts_on.map(American),
        notes: Option<String> = o.row.notes.clone(),
        offer_status: &'static str = status(o.row.status),
        custom_fields: KeyedMap = custom::hook(&o.catalog, FieldType::Offer, &o.row.custom),
    }

    pub fn deleted_offer(o: &Whole) -> DeletedOffer {
        id: i64 = o.row.id,
        application_id: i64 = o.row.application_id,
        offering_user_id: Option<i64> = o.row.user_id,
        offer_status: &'static str = status(o.row.status),
        version: i64 = o.row.version,
        sent_on: Option<Date> = o.row.sent_on,
        resolved_at: Option<Seconds> = seconds(o.row.resolved_at),
        notes: Option<String> = o.row.notes.clone(),
        job_id: i64 = o.row.job_id,
    }

    pub fn offer_of_hire(o: &Whole) -> OfferOfHire {
        id: i64 = o.row.id,
        version: i64 = o.row.version,
        created_at: Seconds = Seconds(o.row.created_at),
        sent_at: Option<Date> = o.row.sent_on,
        resolved_at: Option<Seconds> = seconds(o.row.resolved_at),
        starts_at: Option<Date> = o.row.starts_on,
        custom_fields: KeyedMap = custom::hook(&o.catalog, FieldType::Offer, &o.row.custom),
    }
}

/// OFF-7.
fn status(status: OfferStatus) -> &'static str {
    match status {
        OfferStatus::Unresolved => "Created",
        OfferStatus::Accepted => "Accepted",
        OfferStatus::Rejected => "Rejected",
        OfferStatus::Deprecated => "Deprecated",
    }
}
