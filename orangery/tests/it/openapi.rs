//! The document of our own API says what there is.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::acme::Acme;

#[tokio::test(flavor = "multi_thread")]
async fn the_document_has_every_route_and_names_refusals() {
    let acme = Acme::empty().await;
    let answer = acme.get("/api/openapi.json").await;
    assert_eq!((answer.status, &answer.json["openapi"]), (200, &json!("3.1.0")));
    let paths = answer.json["paths"].as_object().unwrap();
    let documented: BTreeSet<&str> = paths.keys().map(String::as_str).collect();
    let mut written = BTreeSet::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/http/api");
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        written.extend(text.split('"').filter(|it| it.starts_with("/api/v1/") && !it.contains(' ')).map(str::to_owned));
    }
    let written: BTreeSet<&str> = written.iter().map(String::as_str).collect();
    assert_eq!(documented, written);

    let mut ids = BTreeSet::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let name = format!("{method} {path}");
            let answers = operation["responses"].as_object().unwrap();
            assert!(answers.keys().any(|it| it.starts_with('2')), "{name} has no answer");
            assert!(answers.contains_key("401"), "{name} does not say what a wrong key is answered");
            assert!(!path.contains("{id}") || answers.contains_key("404"), "{name} does not say 404");
            for (status, answer) in answers.iter().filter(|(status, _)| status.starts_with('4')) {
                let schema = &answer["content"]["application/json"]["schema"]["$ref"];
                assert_eq!(schema, "#/components/schemas/Refusal", "{name} {status}");
            }
            let input = operation.get("requestBody").is_some();
            assert!(!input || answers.contains_key("422"), "{name} does not say 422");
            assert!(operation["summary"].is_string() && operation["tags"].is_array(), "{name} is not described");
            assert!(ids.insert(operation["operationId"].to_string()), "{name} shares its operationId");
            let method = method.to_uppercase().parse().unwrap();
            let asked = acme.ask(method, &path.replace("{id}", "1"), None, &[("Authorization", "")]).await;
            assert_eq!(asked.status, 401, "{name}");
        }
    }
    references(&answer.json, &answer.json);
}

/// Every reference leads somewhere.
fn references(document: &Value, part: &Value) {
    match part {
        Value::Object(map) => {
            if let Some(Value::String(to)) = map.get("$ref") {
                assert!(document.pointer(to.trim_start_matches('#')).is_some(), "{to} is not there");
            }
            map.values().for_each(|it| references(document, it));
        }
        Value::Array(parts) => parts.iter().for_each(|it| references(document, it)),
        _ => {}
    }
}

/// The document keeps its shapes by name: of two with one name, one would be told for the other.
#[test]
fn no_two_shapes_have_one_name() {
    fn gather(folder: &std::path::Path, names: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, names);
                continue;
            }
            let text = std::fs::read_to_string(path).unwrap();
            let derived =
                text.split("ToSchema").skip(1).filter(|it| it.split(']').next().is_some_and(|it| it.ends_with(')')));
            for after in derived {
                let line = after.lines().find(|it| it.contains("struct ") || it.contains("enum ")).unwrap_or_default();
                let name = line.split("struct ").last().unwrap().split("enum ").last().unwrap();
                names.push(name.chars().take_while(|it| it.is_alphanumeric()).collect());
            }
        }
    }
    let mut names = Vec::new();
    gather(concat!(env!("CARGO_MANIFEST_DIR"), "/src").as_ref(), &mut names);
    assert!(names.len() > 60, "the shapes were found");
    names.sort();
    let twice: Vec<_> = names.windows(2).filter(|it| it[0] == it[1]).map(|it| &it[0]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
