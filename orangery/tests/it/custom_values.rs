//! Values of custom fields: what each type takes, how it is kept and shown, what is refused and with which words.

use expect_test::expect;
use orangery::{
    domain::custom_value::{self, Change, FieldRef, Write},
    error::{Error, Result},
    tables::{CustomField, CustomFieldOption, CustomValues, FieldType, ValueType},
    words::Word,
    work::Work,
};
use serde_json::{Value, json};
use sql::Json;

use crate::acme::{Acme, START, insert};

/// A field of each type on jobs, keyed by its type; `fixed` is required, `gone` deleted, `far` asked for in department 9 only.
async fn fields(work: &mut Work) -> Result<()> {
    for value_type in ValueType::ALL {
        insert(work, field(0, FieldType::Job, *value_type, value_type.word())).await?;
    }
    insert(work, CustomField { required: true, ..field(50, FieldType::Job, ValueType::ShortText, "fixed") }).await?;
    insert(work, CustomField { active: false, ..field(51, FieldType::Job, ValueType::ShortText, "gone") }).await?;
    let far = field(52, FieldType::Job, ValueType::ShortText, "far");
    insert(work, CustomField { required: true, department_ids: Json(vec![9]), ..far }).await?;
    insert(work, field(53, FieldType::Offer, ValueType::ShortText, "elsewhere")).await?;
    let catalog = work.catalog().await?;
    let selects = catalog.custom_fields.iter().filter(|it| it.row.value_type.word().ends_with("select"));
    for (n, field) in (1..).zip(selects) {
        for (m, name) in (1..).zip(["Red", "Blue", "11", "Old"]) {
            let id = n * 10 + m;
            let option = CustomFieldOption {
                id,
                custom_field_id: field.row.id,
                name: name.into(),
                priority: m,
                external_id: None,
                active: m < 4,
            };
            insert(work, option).await?;
        }
    }
    Ok(())
}

pub fn field(id: i64, field_type: FieldType, value_type: ValueType, name: &str) -> CustomField {
    let at = START.parse().unwrap();
    CustomField {
        id,
        field_type,
        value_type,
        name: name.to_owned(),
        name_key: name.to_owned(),
        description: None,
        priority: id,
        private: false,
        required: false,
        require_approval: false,
        trigger_new_version: false,
        expose_in_job_board_api: false,
        api_only: false,
        active: true,
        template_token: None,
        department_ids: Json(Vec::new()),
        office_ids: Json(Vec::new()),
        created_at: at,
        updated_at: at,
    }
}

fn write(key: &str, change: Change) -> Write {
    Write { field: FieldRef::Key(key.to_owned()), change, path: key.to_owned() }
}

fn value(value: Value, unit: &str) -> Change {
    Change::Value { value, unit: Some(unit.to_owned()).filter(|it| !it.is_empty()) }
}

fn range(min: Value, max: Value, unit: &str) -> Change {
    Change::Range { min, max, unit: Some(unit.to_owned()).filter(|it| !it.is_empty()) }
}

/// What the writes leave, by key, or the faults, a line each.
async fn applied(acme: &Acme, writes: Vec<Write>) -> String {
    acme.house
        .read(async move |look| {
            let mut values = CustomValues::default();
            match custom_value::apply(&look.catalog, FieldType::Job, &mut values, &writes) {
                Ok(()) => {
                    let lines = values.0.iter().map(|(id, value)| {
                        format!("{}: {value}", look.catalog.field(*id).map_or("?", |it| &it.row.name_key))
                    });
                    Ok(lines.collect::<Vec<_>>().join("\n"))
                }
                Err(Error::Invalid(faults)) => {
                    assert!(values.0.is_empty());
                    let lines = faults.iter().map(|it| format!("{}: {}", it.field, it.message));
                    Ok(lines.collect::<Vec<_>>().join("\n"))
                }
                Err(error) => Err(error),
            }
        })
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_type_is_kept_in_one_form() {
    let acme = Acme::empty().await;
    acme.write(async move |work| fields(work).await).await.unwrap();
    let writes = vec![
        write("short_text", value(json!("a <b>"), "")),
        write("long_text", value(json!("x\ny"), "")),
        write("yes_no", value(json!("Yes"), "")),
        write("single_select", value(json!("11"), "")),
        write("multi_select", value(json!([22, "Red", "22"]), "")),
        write("currency", value(json!("0080000.50"), "USD")),
        write("currency_range", range(json!(9.5), json!("1e4"), "EUR")),
        write("number", value(json!(-0.25), "")),
        write("number_range", range(json!(-2), json!("-1.50"), "")),
        write("date", value(json!("2026-02-28T23:00:00Z"), "")),
        write("url", value(json!(" https://example.com/x "), "")),
        write("user", value(json!("1"), "")),
    ];
    expect![[r#"
        short_text: "a <b>"
        long_text: "x\ny"
        yes_no: true
        single_select: 13
        multi_select: [22,21]
        currency: {"amount":"80000.5","unit":"USD"}
        currency_range: {"min":"9.5","max":"10000","unit":"EUR"}
        number: "-0.25"
        number_range: {"min":"-2","max":"-1.5"}
        date: "2026-02-28"
        url: "https://example.com/x"
        user: 1"#]]
    .assert_eq(&applied(&acme, writes).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_refused_whole_and_each_fault_named() {
    let acme = Acme::empty().await;
    acme.write(async move |work| fields(work).await).await.unwrap();
    let mut writes = vec![
        write("short_text", value(json!("x".repeat(255)), "")),
        write("short_text", value(json!(true), "")),
        write("long_text", value(Value::Null, "")),
        write("long_text", value(json!(" \n"), "")),
        write("long_text", value(json!("a\0b"), "")),
        write("yes_no", value(json!("maybe"), "")),
        write("single_select", value(json!("red"), "")),
        write("single_select", value(json!("Old"), "")),
        write("single_select", value(json!(21), "")),
        write("multi_select", value(json!("Red"), "")),
        write("multi_select", value(json!([]), "")),
        write("multi_select", value(json!(["Red", {}]), "")),
        write("currency", value(json!(5), "usd")),
        write("currency", value(json!("5 000"), "USD")),
        write("currency", value(json!(5), "")),
        write("currency_range", range(json!(1), json!(2), "")),
        write("currency_range", value(json!(1), "USD")),
        write("number", value(json!("NaN"), "")),
        write("number", value(json!("1e31"), "")),
        write("number", value(json!("9".repeat(1000)), "")),
        write("number", value(json!("1e999999999999"), "")),
        write("number", range(json!(1), json!(2), "")),
        write("number_range", range(json!(3), json!("2.0"), "")),
        write("number_range", range(json!(1), Value::Null, "")),
        write("date", value(json!("2026-02-30"), "")),
        write("url", value(json!("javascript:alert(1)"), "")),
        write("user", value(json!(99), "")),
        write("fixed", Change::Delete),
        write("gone", value(json!("x"), "")),
        write("elsewhere", value(json!("x"), "")),
        write("nothing", value(json!("x"), "")),
    ];
    writes.push(Write { field: FieldRef::Id(53), change: Change::Delete, path: "custom_fields[7]".to_owned() });
    expect![[r#"
        short_text: Must be at most 254 characters long
        short_text: Must be a text
        long_text: Must not be null or blank; to clear a field, send "delete_value": "true"
        long_text: Must not be null or blank; to clear a field, send "delete_value": "true"
        long_text: Must not contain the character U+0000
        yes_no: Must be true or false
        single_select: The field single_select has no option red
        single_select: The field single_select has no option Old
        single_select: The field single_select has no option 21
        multi_select: Must be a list of option ids
        multi_select: Must not be null or blank; to clear a field, send "delete_value": "true"
        multi_select: Must be the id or the name of an option
        currency: unit must be a currency's three letters, such as USD
        currency: Must be a number of at most 30 digits
        currency: unit must be a currency's three letters, such as USD
        currency_range: unit must be a currency's three letters, such as USD
        currency_range: A range is written as min_value and max_value
        number: Must be a number of at most 30 digits
        number: Must be a number of at most 30 digits
        number: Must be a number of at most 30 digits
        number: Must be a number of at most 30 digits
        number: A number is written as value, not as min_value and max_value
        number_range: min_value must not be greater than max_value
        number_range: min_value and max_value must be numbers of at most 30 digits
        date: Must be a date such as 2026-08-22
        url: Must be a URL such as https://example.com/page
        user: There is no user 99
        fixed: The field fixed is required: it can be changed, not cleared
        gone: The field gone is deleted
        elsewhere: There is no job field elsewhere
        nothing: There is no job field nothing
        custom_fields[7]: The field 53 is of the type offer, not job"#]]
    .assert_eq(&applied(&acme, writes).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn values_are_cleared_and_required_ones_asked_for() {
    let acme = Acme::empty().await;
    acme.write(async move |work| fields(work).await).await.unwrap();
    let writes =
        vec![write("number", value(json!(1), "")), write("number", Change::Delete), write("url", Change::Delete)];
    assert_eq!(applied(&acme, writes).await, "");
    let (missing, elsewhere) = acme
        .house
        .read(async move |look| {
            let values = CustomValues::default();
            let scope = custom_value::Scope { department_id: Some(9), office_ids: Vec::new() };
            Ok((
                custom_value::check_required(&look.catalog, FieldType::Job, &values).unwrap_err().to_string(),
                custom_value::check_required_in(&look.catalog, FieldType::Job, &values, &scope)
                    .unwrap_err()
                    .to_string(),
            ))
        })
        .await
        .unwrap();
    assert_eq!(missing, "custom_fields: The field fixed (fixed) is required");
    assert_eq!(elsewhere, format!("{missing}; custom_fields: The field far (far) is required"));
}
