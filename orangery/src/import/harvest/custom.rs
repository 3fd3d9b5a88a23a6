//! Values of custom fields, from how Harvest shows them to how they are kept.

use serde_json::{Value, json};

use super::json::It;
use crate::{
    domain::decimal::Decimal,
    graph::{Catalog, catalog::Field},
    tables::{CustomValues, FieldType, ValueType},
};

/// `keyed_custom_fields`, against the fields that are here by now. Values that can't be kept are named in `odd`.
pub fn values(catalog: &Catalog, of: FieldType, keyed: It<'_>, odd: &mut Vec<String>) -> CustomValues {
    let mut values = CustomValues::default();
    for (key, shown) in keyed.0.as_object().into_iter().flatten() {
        let value = It(shown).at("value").0;
        if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        let field = catalog.custom_fields.iter().find(|it| it.row.field_type == of && it.row.name_key == *key);
        match field.and_then(|field| Some((field.row.id, kept(field, value)?))) {
            Some((id, kept)) => drop(values.0.insert(id, kept)),
            None => odd.push(format!("the value of the custom field {key} can't be kept: {value}")),
        }
    }
    values
}

fn kept(field: &Field, value: &Value) -> Option<Value> {
    let it = It(value);
    // A name of an option that is not chosen any more is shown as well.
    let option = |name: &Value| {
        let named = |it: &&crate::tables::CustomFieldOption| Some(it.name.as_str()) == name.as_str();
        let found = field.options.iter().filter(named).max_by_key(|it| it.active);
        found.map(|it| Value::from(it.id))
    };
    match field.row.value_type {
        ValueType::ShortText | ValueType::LongText | ValueType::Url | ValueType::Date => {
            Some(Value::from(value.as_str()?.replace('\0', "")))
        }
        ValueType::YesNo => value.as_bool().map(Value::from),
        ValueType::SingleSelect => option(value),
        ValueType::MultiSelect => value.as_array()?.iter().map(option).collect(),
        ValueType::Number => decimal(value),
        ValueType::Currency => {
            let (amount, unit) = (first(it, &["value", "amount"]), first(it, &["currency", "currency_code", "unit"]));
            Some(json!({"amount": decimal(amount)?, "unit": unit.as_str()?}))
        }
        ValueType::NumberRange => {
            let (min, max) = (first(it, &["min_value"]), first(it, &["max_value"]));
            Some(json!({"min": decimal(min)?, "max": decimal(max)?}))
        }
        ValueType::CurrencyRange => {
            let (min, max) = (first(it, &["min_value", "min_amount"]), first(it, &["max_value", "max_amount"]));
            let unit = first(it, &["unit", "currency_code", "currency"]);
            Some(json!({"min": decimal(min)?, "max": decimal(max)?, "unit": unit.as_str()?}))
        }
        ValueType::User => it.number("user_id").or_else(|| value.as_i64()).map(Value::from),
    }
}

fn first<'a>(it: It<'a>, names: &[&str]) -> &'a Value {
    names.iter().map(|name| it.at(name).0).find(|it| !it.is_null()).unwrap_or(&Value::Null)
}

fn decimal(value: &Value) -> Option<Value> {
    Some(Value::from(Decimal::read(value)?.to_string()))
}
