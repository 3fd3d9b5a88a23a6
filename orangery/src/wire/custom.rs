//! Values of custom fields as they leave the house (CF-9). Kept values are described at `tables::CustomValues`.

use indexmap::IndexMap;
use serde::Serialize;
use serde_json::{Number, Value, json};

use crate::{
    graph::catalog::{Catalog, Field},
    tables::{CustomValues, FieldType, ValueType},
};

/// One entry of a keyed map: the key never changes, the name does.
#[derive(Clone, Debug, Serialize)]
pub struct Keyed {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub value: Value,
}

pub type KeyedMap = IndexMap<String, Keyed>;

/// The same over Harvest, where what is unset is null (INC-45).
pub type HarvestMap = IndexMap<String, Option<Keyed>>;

/// The web hooks' map: every active field of the kind by its key, private ones too, unset ones as null, or `[]` for a multi select (WH-12).
pub fn hook(catalog: &Catalog, of: FieldType, values: &CustomValues) -> KeyedMap {
    let entry = |field: &Field| {
        let value = values.0.get(&field.row.id).map_or_else(|| unset(field), |it| hook_value(catalog, field, it));
        (
            field.row.name_key.clone(),
            Keyed { name: field.row.name.clone(), kind: shown_type(field.row.value_type), value },
        )
    };
    catalog.fields(of).map(entry).collect()
}

/// Harvest's keyed map. An offer's yes/no field is called `yes_no`, any other's `boolean` (INC-5).
pub fn keyed(catalog: &Catalog, of: FieldType, values: &CustomValues) -> HarvestMap {
    let entry = |field: &Field| {
        let kind = match (of, field.row.value_type) {
            (FieldType::Offer, ValueType::YesNo) => "yes_no",
            (_, value_type) => shown_type(value_type),
        };
        let is_set = values.0.contains_key(&field.row.id);
        let keyed = || Keyed { name: field.row.name.clone(), kind, value: harvest_value(catalog, field, values) };
        (field.row.name_key.clone(), is_set.then(keyed))
    };
    catalog.fields(of).map(entry).collect()
}

/// Harvest's plain map, by a slug of the present name (INC-6).
pub fn plain(catalog: &Catalog, of: FieldType, values: &CustomValues) -> IndexMap<String, Value> {
    catalog.fields(of).map(|field| (slug(&field.row.name), harvest_value(catalog, field, values))).collect()
}

/// A value that a board shows to everybody.
#[derive(Clone, Debug, Serialize)]
pub struct Exposed {
    pub id: i64,
    pub name: String,
    pub value_type: ValueType,
    pub value: Value,
}

/// The fields of jobs that are exposed on boards (BRD-2); of users the name alone. None where there are none.
pub fn exposed(catalog: &Catalog, values: &CustomValues) -> Option<Vec<Exposed>> {
    let entry = |field: &Field| {
        let mut value = harvest_value(catalog, field, values);
        if field.row.value_type == ValueType::User {
            value = value.get_mut("name").map_or(Value::Null, Value::take);
        }
        Exposed { id: field.row.id, name: field.row.name.clone(), value_type: field.row.value_type, value }
    };
    let exposed: Vec<Exposed> =
        catalog.fields(FieldType::Job).filter(|it| it.row.expose_in_job_board_api).map(entry).collect();
    (!exposed.is_empty()).then_some(exposed)
}

/// Lower case, blanks to underscores, other marks kept.
pub fn slug(name: &str) -> String {
    name.trim().to_lowercase().split_whitespace().collect::<Vec<_>>().join("_")
}

fn shown_type(value_type: ValueType) -> &'static str {
    match value_type {
        ValueType::YesNo => "boolean",
        other => crate::words::Word::word(other),
    }
}

fn unset(field: &Field) -> Value {
    match field.row.value_type {
        ValueType::MultiSelect => json!([]),
        _ => Value::Null,
    }
}

fn hook_value(catalog: &Catalog, field: &Field, kept: &Value) -> Value {
    match field.row.value_type {
        ValueType::Currency => json!({"amount": number(&kept["amount"]), "unit": kept["unit"]}),
        ValueType::CurrencyRange => {
            json!({"unit": kept["unit"], "min_value": with_decimal(&kept["min"]), "max_value": with_decimal(&kept["max"])})
        }
        ValueType::User => catalog.user(kept.as_i64()).map_or(Value::Null, |user| {
            json!({"user_id": user.row.id, "name": user.name(), "email": user.email(), "employee_id": user.row.employee_id})
        }),
        _ => common_value(field, kept),
    }
}

fn harvest_value(catalog: &Catalog, field: &Field, values: &CustomValues) -> Value {
    let Some(kept) = values.0.get(&field.row.id) else { return unset(field) };
    match field.row.value_type {
        ValueType::Currency => json!({"value": number(&kept["amount"]), "currency": kept["unit"]}),
        ValueType::CurrencyRange => {
            json!({"min_value": number(&kept["min"]), "max_value": number(&kept["max"]), "unit": kept["unit"]})
        }
        ValueType::User => catalog
            .user(kept.as_i64())
            .map_or(Value::Null, |user| json!({"name": user.name(), "email": user.email(), "user_id": user.row.id})),
        _ => common_value(field, kept),
    }
}

/// What web hooks and Harvest show alike.
fn common_value(field: &Field, kept: &Value) -> Value {
    let label =
        |id: &Value| field.options.iter().find(|it| Some(it.id) == id.as_i64()).map(|it| Value::from(it.name.clone()));
    match field.row.value_type {
        ValueType::SingleSelect => label(kept).unwrap_or(Value::Null),
        ValueType::MultiSelect => kept.as_array().into_iter().flatten().filter_map(label).collect(),
        ValueType::Number => number(kept),
        ValueType::NumberRange => json!({"min_value": number(&kept["min"]), "max_value": number(&kept["max"])}),
        _ => kept.clone(),
    }
}

/// A kept decimal text as a number: `"80000"` is 80000, `"0.5"` is 0.5.
fn number(kept: &Value) -> Value {
    let Some(text) = kept.as_str() else { return kept.clone() };
    if let Ok(whole) = text.parse::<i64>() {
        return Value::from(whole);
    }
    text.parse::<f64>().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
}

/// A kept decimal text with at least one decimal (INC-4): `"10000"` is `"10000.0"`.
fn with_decimal(kept: &Value) -> Value {
    match kept.as_str() {
        Some(text) if text.contains('.') => Value::from(text),
        Some(text) => Value::from(format!("{text}.0")),
        None => Value::Null,
    }
}
