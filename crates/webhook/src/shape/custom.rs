//! Custom fields: a map by key.

use std::{collections::BTreeMap, ops::Deref};

use serde_json::Value;

use crate::part::{Fault, Part, objects, serde, words};

objects! {
    CustomField {
        /// What users call it, which may change; its key does not.
        name: String,
        kind = "type": CustomFieldType,
        /// Null where there is none, `[]` for a multi select; [`CustomFieldType`] says what it is otherwise.
        value: Value,
    }
}

words! {
    /// | type | value |
    /// |---|---|
    /// | short_text, long_text, url, single_select | text |
    /// | boolean | true, false |
    /// | multi_select | list of texts |
    /// | number | number |
    /// | number_range | `{min_value, max_value}`, numbers |
    /// | currency | `{amount, unit}`, the amount a number |
    /// | currency_range | `{unit, min_value, max_value}`, texts such as `"10000.0"` |
    /// | date | `YYYY-MM-DD` |
    /// | user | `{user_id, name, email, employee_id}` |
    CustomFieldType {
        ShortText = "short_text",
        LongText = "long_text",
        Boolean = "boolean",
        SingleSelect = "single_select",
        MultiSelect = "multi_select",
        Currency = "currency",
        CurrencyRange = "currency_range",
        Number = "number",
        NumberRange = "number_range",
        Date = "date",
        Url = "url",
        User = "user",
    }
}

/// The custom fields of an object, by their keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomFields {
    pub by_key: BTreeMap<String, CustomField>,
    /// An opening without values says `[]` where others say `{}`.
    is_list: bool,
}

impl CustomFields {
    /// The value of that key; None where there is no such field, or it has no value.
    pub fn value(&self, key: &str) -> Option<&Value> {
        self.by_key.get(key).map(|it| &it.value).filter(|it| !it.is_null())
    }
}

impl Deref for CustomFields {
    type Target = BTreeMap<String, CustomField>;

    fn deref(&self) -> &Self::Target {
        &self.by_key
    }
}

impl Part for CustomFields {
    fn read(found: Option<Value>) -> Result<Self, Fault> {
        match found {
            Some(Value::Array(entries)) if entries.is_empty() => Ok(Self { by_key: BTreeMap::new(), is_list: true }),
            found => Ok(Self { by_key: Part::read(found)?, is_list: false }),
        }
    }

    fn write(&self) -> Value {
        match self.is_list && self.by_key.is_empty() {
            true => Value::Array(Vec::new()),
            false => self.by_key.write(),
        }
    }
}

serde!(CustomFields);
