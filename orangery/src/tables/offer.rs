//! Offers, and the approval flows of jobs and offers.

use crate::{tables::CustomValues, words};
use jiff::{Timestamp, civil::Date};
use sql::table;

words! {
    /// OFF-1, in Harvest's words; the web hooks say Created, Accepted, Rejected, Deprecated (OFF-7).
    OfferStatus { Unresolved = "unresolved", Accepted = "accepted", Rejected = "rejected", Deprecated = "deprecated" }
    /// APR-1.
    FlowKind { OpenJob = "open_job", OfferJob = "offer_job", OfferCandidate = "offer_candidate" }
    /// APR-2.
    FlowStatus { Pending = "pending", Approved = "approved", Rejected = "rejected" }
    ApproverStatus { Waiting = "waiting", Due = "due", Approved = "approved", Rejected = "rejected" }
}

table! {
    Offer: "offers" {
        id: i64,
        application_id: i64,
        job_id: i64,
        opening_id: Option<i64>,
        user_id: Option<i64>,
        version: i64,
        status: OfferStatus,
        starts_on: Option<Date>,
        sent_on: Option<Date>,
        notes: Option<String>,
        custom: CustomValues,
        resolved_at: Option<Timestamp>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    ApprovalFlow: "approval_flows" {
        id: i64,
        job_id: i64,
        offer_id: Option<i64>,
        kind: FlowKind,
        sequential: bool,
        version: i64,
        status: FlowStatus,
        requested_by_id: Option<i64>,
        requested_at: Option<Timestamp>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    ApproverGroup: "approver_groups" {
        id: i64,
        approval_flow_id: i64,
        priority: i64,
        approvals_required: i64,
        created_at: Timestamp,
        resolved_at: Option<Timestamp>,
    }
}

table! {
    Approver: "approvers" {
        id: i64,
        approver_group_id: i64,
        user_id: i64,
        status: ApproverStatus,
        /// Why it was refused.
        reason: Option<String>,
        request_sent_at: Option<Timestamp>,
        resolved_at: Option<Timestamp>,
        created_at: Timestamp,
    }
}
