//! Custom fields: definitions, options, and the values that rows carry.

use std::collections::BTreeMap;

use crate::words;
use jiff::Timestamp;
use serde_json::Value;
use sql::{Json, table};

words! {
    /// What a custom field hangs on (CF-1).
    FieldType {
        Job = "job", Candidate = "candidate", Application = "application", Offer = "offer", Opening = "opening",
        RejectionQuestion = "rejection_question", ReferralQuestion = "referral_question", UserAttribute = "user_attribute",
    }

    /// What a custom field holds (CF-2).
    ValueType {
        ShortText = "short_text", LongText = "long_text", YesNo = "yes_no", SingleSelect = "single_select", MultiSelect = "multi_select",
        Currency = "currency", CurrencyRange = "currency_range", Number = "number", NumberRange = "number_range", Date = "date",
        Url = "url", User = "user",
    }
}

/// The values of a row's custom fields by field id, as they are kept: texts, numbers, booleans; a select keeps option ids, a user field a
/// user id; `{"min","max"}`, `{"amount","unit"}` and `{"min","max","unit"}` for ranges and money, with the numbers as decimal texts.
/// An unset field has no entry.
pub type CustomValues = Json<BTreeMap<i64, Value>>;

table! {
    CustomField: "custom_fields" {
        id: i64,
        field_type: FieldType,
        value_type: ValueType,
        name: String,
        name_key: String,
        description: Option<String>,
        priority: i64,
        private: bool,
        required: bool,
        require_approval: bool,
        trigger_new_version: bool,
        expose_in_job_board_api: bool,
        api_only: bool,
        active: bool,
        template_token: Option<String>,
        department_ids: Json<Vec<i64>>,
        office_ids: Json<Vec<i64>>,
        created_at: Timestamp,
        updated_at: Timestamp,
    }
}

table! {
    CustomFieldOption: "custom_field_options" {
        id: i64,
        custom_field_id: i64,
        name: String,
        priority: i64,
        external_id: Option<String>,
        active: bool,
    }
}
