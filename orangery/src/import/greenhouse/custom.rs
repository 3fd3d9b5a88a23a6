//! Values of custom fields as v3 tells them: a map by the field's key of name, type and value.

use serde_json::{Value, json};

use super::{Row, out::Out};
use crate::{
    domain::decimal::Decimal,
    graph::catalog::Field,
    tables::{CustomValues, FieldType, ValueType},
};

/// The values of a row, as they are kept here. What no field or no option of ours stands for is left behind and told.
pub fn values(row: Row<'_>, key: &str, of: FieldType, out: &mut Out) -> CustomValues {
    let mut kept = CustomValues::default();
    let Some(catalog) = out.catalog.clone() else { return kept };
    for (name_key, told) in row.0[key].as_object().into_iter().flatten() {
        let told = Row(told);
        if !told.has("value") && told.0["value"] != Value::Bool(false) {
            continue;
        }
        let mut fields = catalog.custom_fields.iter().filter(|it| it.row.field_type == of);
        let Some(field) = fields.find(|it| it.row.name_key == *name_key) else {
            out.leave_one(format!("the field {name_key}"));
            continue;
        };
        match value(field, &told.0["value"]) {
            Some(value) => drop(kept.0.insert(field.row.id, value)),
            None => {
                out.odd(row, format!("the value of the field {name_key} can't be kept: {}", short(&told.0["value"])))
            }
        }
    }
    kept
}

fn value(field: &Field, told: &Value) -> Option<Value> {
    let it = Row(told);
    match field.row.value_type {
        ValueType::ShortText | ValueType::LongText | ValueType::Url => Some(text(told)),
        ValueType::YesNo => told.as_bool().map(Value::from),
        ValueType::SingleSelect => option(field, told).map(Value::from),
        ValueType::MultiSelect => {
            let all: Option<Vec<i64>> = told.as_array()?.iter().map(|it| option(field, it)).collect();
            all.map(Value::from)
        }
        ValueType::Number => decimal(told).map(Value::from),
        ValueType::Date => it.0.as_str()?.get(..10)?.parse::<jiff::civil::Date>().ok().map(|it| json!(it.to_string())),
        ValueType::User => [&told["user_id"], &told["id"], told].into_iter().find_map(Value::as_i64).map(Value::from),
        ValueType::NumberRange => Some(json!({"min": bound(it, "min")?, "max": bound(it, "max")?})),
        ValueType::Currency => {
            let amount = ["amount", "value"].into_iter().find_map(|key| decimal(&told[key]))?;
            Some(json!({"amount": amount, "unit": unit(it)}))
        }
        ValueType::CurrencyRange => Some(json!({"min": bound(it, "min")?, "max": bound(it, "max")?, "unit": unit(it)})),
    }
}

fn text(told: &Value) -> Value {
    let text = told.as_str().map_or_else(|| told.to_string(), str::to_owned);
    Value::from(text.replace('\0', ""))
}

/// By name, deleted ones too; the one that is not deleted first.
fn option(field: &Field, told: &Value) -> Option<i64> {
    let name = told.as_str().or_else(|| told["name"].as_str());
    let id = told.as_i64().or_else(|| told["id"].as_i64());
    let mut found = field.options.iter().filter(|it| Some(it.name.as_str()) == name || Some(it.id) == id);
    let first = found.next()?;
    let active = std::iter::once(first).chain(found).find(|it| it.active);
    Some(active.unwrap_or(first).id)
}

fn decimal(told: &Value) -> Option<String> {
    Decimal::read(told).map(|it| it.to_string())
}

/// `min_value` of a range of numbers, `min_amount` of one of money.
fn bound(it: Row<'_>, which: &str) -> Option<String> {
    ["value", "amount"].into_iter().find_map(|what| decimal(&it.0[format!("{which}_{what}")]))
}

fn unit(it: Row<'_>) -> Option<String> {
    ["currency_code", "unit", "currency"].into_iter().find_map(|key| it.text(key))
}

fn short(told: &Value) -> String {
    told.to_string().chars().take(100).collect()
}
