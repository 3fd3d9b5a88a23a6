//! The offer, which has three shapes: its own events', that of its deletion, and that of a hire.

use super::CustomFields;
use crate::{
    part::{objects, words},
    time::{Date, Timestamp},
};

objects! {
    /// `offer_created`, `offer_approved`, `offer_updated`: straight in the payload.
    Offer {
        id: i64,
        application_id: i64,
        job_id: i64,
        /// Who made it.
        user_id: Option<i64>,
        version: i64,
        sent_on: Option<Date>,
        resolved_at: Option<Timestamp>,
        /// `MM/DD/YYYY`
        start_date: Option<Date>,
        notes: Option<String>,
        offer_status: OfferStatus,
        custom_fields: CustomFields,
    }

    DeletedOfferPayload {
        offer: DeletedOffer,
    }

    DeletedOffer {
        id: i64,
        application_id: i64,
        /// Who made it.
        offering_user_id: Option<i64>,
        offer_status: OfferStatus,
        version: i64,
        sent_on: Option<Date>,
        resolved_at: Option<Timestamp>,
        notes: Option<String>,
        job_id: i64,
    }

    /// The offer of `hire_candidate`.
    HiredOffer {
        id: i64,
        version: i64,
        created_at: Timestamp,
        sent_at: Option<Date>,
        resolved_at: Option<Timestamp>,
        starts_at: Option<Date>,
        custom_fields: CustomFields,
    }
}

words! {
    OfferStatus {
        Created = "Created",
        Accepted = "Accepted",
        Rejected = "Rejected",
        Deprecated = "Deprecated",
    }
}
