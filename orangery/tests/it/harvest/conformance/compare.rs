//! Holds the shape of an answer against that of an example.

use std::collections::BTreeSet;

use serde_json::Value;

pub struct Difference {
    pub path: String,
    pub what: String,
}

/// Every path at which the answer lacks what the example shows, or shows it as something else. What it has beyond the example is none.
pub fn differences(example: &Value, answer: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    walk("", &[example], &[answer], &mut found);
    found
}

/// What kind of value it is: a text that is a time or a day is that.
fn kind(value: &Value) -> &'static str {
    let is_like = |text: &str, like: &str| {
        text.len() >= like.len()
            && text.bytes().zip(like.bytes()).all(|(a, b)| if b == b'0' { a.is_ascii_digit() } else { a == b })
    };
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
        Value::String(text) if is_like(text, "0000-00-00T00:00:00") => "time",
        Value::String(text) if text.len() == 10 && is_like(text, "0000-00-00") => "day",
        Value::String(_) => "text",
    }
}

/// `said` are all values that examples show at that path, `are` all that the answer has there.
fn walk(path: &str, said: &[&Value], are: &[&Value], found: &mut Vec<Difference>) {
    let mut differ = |what: String| found.push(Difference { path: path.to_owned(), what });
    let kinds = |of: &[&Value]| -> BTreeSet<&str> { of.iter().map(|it| kind(it)).filter(|it| *it != "null").collect() };
    let (documented, actual) = (kinds(said), kinds(are));
    let other: Vec<_> = actual.difference(&documented).collect();
    if documented.is_empty() {
        return;
    }
    if actual.is_empty() {
        return differ(format!("documented as {documented:?}, the company has none"));
    }
    if !other.is_empty() && !path.ends_with("custom_fields[]") {
        return differ(format!("documented as {documented:?}, is {actual:?}"));
    }
    let lists =
        |of: &[&'_ Value]| -> Vec<Value> { of.iter().filter_map(|it| it.as_array()).flatten().cloned().collect() };
    if documented.contains("list") {
        let (said, are) = (lists(said), lists(are));
        let (said, are): (Vec<&Value>, Vec<&Value>) = (said.iter().collect(), are.iter().collect());
        if !said.is_empty() {
            match are.is_empty() {
                true => found.push(Difference { path: format!("{path}[]"), what: "the company has none".to_owned() }),
                false => walk(&format!("{path}[]"), &said, &are, found),
            }
        }
    }
    if documented.contains("object") {
        objects(path, said, are, found);
    }
}

fn objects(path: &str, said: &[&Value], are: &[&Value], found: &mut Vec<Difference>) {
    let maps = |of: &[&Value]| -> Vec<serde_json::Map<String, Value>> {
        of.iter().filter_map(|it| it.as_object()).cloned().collect()
    };
    let (said, are) = (maps(said), maps(are));
    match path.rsplit('.').next().unwrap_or_default() {
        // The names of custom fields are the company's own.
        "custom_fields" => return custom(path, &said, &are, found),
        "keyed_custom_fields" => return keyed(path, &said, &are, found),
        _ => {}
    }
    let mut names: Vec<&String> = Vec::new();
    for name in said.iter().flat_map(|it| it.keys()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    for name in names {
        let at = format!("{path}.{name}");
        let at = at.trim_start_matches('.');
        let with = |of: &[serde_json::Map<String, Value>]| -> Vec<Value> {
            of.iter().filter_map(|it| it.get(name)).cloned().collect()
        };
        let (values, actual) = (with(&said), with(&are));
        let always = values.len() == said.len();
        if actual.is_empty() || always && actual.len() < are.len() {
            found.push(Difference { path: at.to_owned(), what: "is missing".to_owned() });
            continue;
        }
        walk(at, &values.iter().collect::<Vec<_>>(), &actual.iter().collect::<Vec<_>>(), found);
    }
    for (documented, actual) in said.iter().flat_map(|it| are.iter().map(move |other| (it, other))) {
        let there: Vec<&String> = documented.keys().filter(|it| actual.contains_key(*it)).collect();
        let order: Vec<&String> = actual.keys().filter(|it| there.contains(it)).collect();
        let at = format!("{path} order");
        if order != there && !found.iter().any(|it| it.path == at) {
            found.push(Difference { path: at, what: format!("documented {there:?}, is {order:?}") });
        }
    }
}

fn custom(
    path: &str,
    said: &[serde_json::Map<String, Value>],
    are: &[serde_json::Map<String, Value>],
    found: &mut Vec<Difference>,
) {
    let values = |of: &[serde_json::Map<String, Value>]| -> BTreeSet<&'static str> {
        of.iter().flat_map(|it| it.values()).map(kind).filter(|it| *it != "null").collect()
    };
    let (documented, actual) = (values(said), values(are));
    let missing: Vec<_> = documented.difference(&actual).collect();
    if !missing.is_empty() {
        found
            .push(Difference { path: path.to_owned(), what: format!("the company has no values such as {missing:?}") });
    }
}

/// By the types of the fields: an entry of each documented type, with a value like the documented ones.
fn keyed(
    path: &str,
    said: &[serde_json::Map<String, Value>],
    are: &[serde_json::Map<String, Value>],
    found: &mut Vec<Difference>,
) {
    let all = |of: &[serde_json::Map<String, Value>]| -> Vec<Value> {
        of.iter().flat_map(|it| it.values()).filter(|it| it.is_object()).cloned().collect()
    };
    let (said, are) = (all(said), all(are));
    let types: BTreeSet<&str> = said.iter().filter_map(|it| it["type"].as_str()).collect();
    for of in types {
        let with =
            |values: &'_ [Value]| -> Vec<Value> { values.iter().filter(|it| it["type"] == of).cloned().collect() };
        let (documented, actual) = (with(&said), with(&are));
        let at = format!("{path}.<{of}>");
        match actual.is_empty() {
            true => found.push(Difference { path: at, what: "the company has no such field".to_owned() }),
            false => walk(&at, &documented.iter().collect::<Vec<_>>(), &actual.iter().collect::<Vec<_>>(), found),
        }
    }
}
