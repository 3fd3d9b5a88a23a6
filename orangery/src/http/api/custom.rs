//! Custom fields as inputs of our own API take them: the same form as in Harvest, read by the same reader.

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Value, json};

use crate::{domain::custom_value::Write, http::input::Body};

/// A list of `{"id" or "name_key", "value"}`, ranges and `delete_value` included (CF-7). Absent or empty is no change.
#[derive(Clone, Debug, Default)]
pub struct CustomFields(pub Vec<Write>);

impl<'de> Deserialize<'de> for CustomFields {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let fields = Value::deserialize(from)?;
        let body = Body(json!({"custom_fields": fields}));
        body.read(|it| it.custom_values("custom_fields")).map(Self).map_err(D::Error::custom)
    }
}
