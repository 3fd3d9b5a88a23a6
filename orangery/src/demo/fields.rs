//! The company's custom fields: of every type, on everything that can have some.

use serde_json::{Value, json};

use super::lists::{LANGUAGES, PERMITS};
use crate::{
    domain::{
        custom_field::{self, Flags, NewField, NewOption},
        custom_value::{Change, FieldRef, Write},
    },
    error::Result,
    tables::{FieldType, ValueType},
    work::Work,
};

/// What it hangs on, what it holds, name, key, options.
const FIELDS: &[(FieldType, ValueType, &str, &str, &[&str])] = &[
    (FieldType::Candidate, ValueType::SingleSelect, "Work permit", "work_permit", PERMITS),
    (FieldType::Candidate, ValueType::MultiSelect, "Languages", "languages", LANGUAGES),
    (FieldType::Candidate, ValueType::Currency, "Desired salary", "desired_salary", &[]),
    (FieldType::Candidate, ValueType::YesNo, "Willing to relocate", "willing_to_relocate", &[]),
    (FieldType::Candidate, ValueType::Url, "Portfolio", "portfolio", &[]),
    (FieldType::Candidate, ValueType::Date, "Available from", "available_from", &[]),
    (FieldType::Application, ValueType::LongText, "Why us", "why_us", &[]),
    (FieldType::Application, ValueType::Number, "Notice period in weeks", "notice_period", &[]),
    (
        FieldType::Job,
        ValueType::SingleSelect,
        "Employment type",
        "employment_type",
        &["Full-time", "Part-time", "Contract"],
    ),
    (FieldType::Job, ValueType::CurrencyRange, "Salary band", "salary_band", &[]),
    (FieldType::Job, ValueType::NumberRange, "Years of experience", "years_of_experience", &[]),
    (FieldType::Job, ValueType::User, "Buddy", "buddy", &[]),
    (FieldType::Opening, ValueType::ShortText, "Budget code", "budget_code", &[]),
    (FieldType::Offer, ValueType::Currency, "Base salary", "base_salary", &[]),
    (FieldType::Offer, ValueType::Number, "Shares", "shares", &[]),
    (FieldType::RejectionQuestion, ValueType::YesNo, "Keep in touch", "keep_in_touch", &[]),
    (FieldType::ReferralQuestion, ValueType::LongText, "How do you know them", "how_do_you_know_them", &[]),
    (FieldType::UserAttribute, ValueType::YesNo, "Trained interviewer", "trained_interviewer", &[]),
];

pub(super) async fn define(work: &mut Work) -> Result<()> {
    for (field_type, value_type, name, key, options) in FIELDS {
        let options = (0..).zip(*options).map(|(priority, name)| NewOption {
            id: None,
            name: (*name).to_owned(),
            priority,
            external_id: None,
        });
        let new = NewField {
            id: None,
            field_type: *field_type,
            value_type: *value_type,
            name: (*name).to_owned(),
            name_key: Some((*key).to_owned()),
            description: None,
            priority: None,
            flags: Flags {
                private: Some(*key == "desired_salary"),
                trigger_new_version: Some(*key == "base_salary"),
                ..Flags::default()
            },
            department_ids: Vec::new(),
            office_ids: Vec::new(),
            options: options.collect(),
            generate_email_token: false,
        };
        custom_field::create(work, &new).await?;
    }
    Ok(())
}

/// A value to be written into the field of that key.
pub(super) fn set(key: &str, value: impl Into<Value>) -> Write {
    write(key, Change::Value { value: value.into(), unit: None })
}

pub(super) fn money(key: &str, amount: i64) -> Write {
    write(key, Change::Value { value: json!(amount), unit: Some("EUR".to_owned()) })
}

pub(super) fn range(key: &str, min: i64, max: i64, unit: Option<&str>) -> Write {
    write(key, Change::Range { min: json!(min), max: json!(max), unit: unit.map(str::to_owned) })
}

fn write(key: &str, change: Change) -> Write {
    Write { field: FieldRef::Key(key.to_owned()), change, path: format!("custom_fields.{key}") }
}
