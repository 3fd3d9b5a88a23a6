//! Conformance: a board is built that has one of everything, and each documented answer is held against ours: every documented path is there,
//! with a value of its type. The documented application is sent with our ids in the place of theirs.

use axum::{Router, routing::get as route};
use serde_json::{Value, json};

use super::{apply_json, get, id, made};
use crate::{acme::Acme, hiring};

fn example(file: &str) -> Value {
    let path = format!("{}/examples-of-board/{file}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).expect("the example is there")).expect("JSON")
}

/// The paths of `expected` that `actual` lacks, or where it has another type.
fn missing(path: &str, expected: &Value, actual: &Value) -> Vec<String> {
    let lacks = |why: &str| vec![format!("{path}: documented {expected}, {why}")];
    match (expected, actual) {
        (Value::Object(expected), Value::Object(actual)) => {
            let one = |(name, value): (&String, &Value)| match actual.get(name) {
                Some(actual) => missing(&format!("{path}.{name}"), value, actual),
                None => vec![format!("{path}.{name} is missing")],
            };
            expected.iter().flat_map(one).collect()
        }
        // Each documented element must be like one of ours.
        (Value::Array(expected), Value::Array(actual)) => {
            let one = |(n, value): (usize, &Value)| {
                let tried = actual.iter().map(|it| missing(&format!("{path}[{n}]"), value, it));
                tried.min_by_key(Vec::len).unwrap_or_else(|| lacks("is empty"))
            };
            expected.iter().enumerate().flat_map(one).collect()
        }
        (Value::Null, _)
        | (Value::String(_), Value::String(_))
        | (Value::Number(_), Value::Number(_))
        | (Value::Bool(_), Value::Bool(_)) => Vec::new(),
        _ => lacks(&format!("is {actual}")),
    }
}

/// What the documented board shows: returns the ids of the post, the section, the department and the office.
async fn vault(acme: &Acme) -> (i64, i64, i64, i64) {
    let research = id(&made(acme, "/v1/departments", json!({"name": "R & D"})).await);
    let engineering = json!({"name": "Engineering", "parent_id": research});
    let engineering = id(&made(acme, "/v1/departments", engineering).await);
    made(acme, "/v1/departments", json!({"name": "Mobile Development", "parent_id": engineering})).await;
    let accounts = id(&made(acme, "/v1/departments", json!({"name": "Account Management"})).await);
    let west = id(&made(acme, "/v1/offices", json!({"name": "West Coast", "location": "United States"})).await);
    let city = json!({"name": "San Francisco", "location": "San Francisco, CA", "parent_id": west});
    let city = id(&made(acme, "/v1/offices", city).await);
    let field =
        json!({"name": "Field Name", "field_type": "job", "value_type": "short_text", "expose_in_job_board_api": true});
    made(acme, "/v1/custom_fields", field).await;
    let job = json!({
        "requisition_id": "50", "department_id": engineering, "office_ids": [west, city],
        "custom_fields": [{"name_key": "field_name", "value": "Some value"}],
    });
    assert_eq!(acme.patch("/api/v1/jobs/10", job).await.status, 200);
    let job = json!({"department_id": accounts, "office_ids": [city]});
    assert_eq!(acme.patch("/api/v1/jobs/11", job).await.status, 200);
    made(acme, "/api/v1/jobs/11/posts", json!({"title": "Account Manager", "live": true})).await;
    let board = json!({
        "content": "<p>...</p>", "requires_consent": true, "requires_processing_consent": true,
        "requires_retention_consent": true, "retention_days": 12345, "job_url": "http://your.co/careers",
    });
    assert_eq!(acme.patch("/api/v1/boards/1", board).await.status, 200);
    let set = id(&acme.get("/v1/demographics/question_sets").await.json[0]);
    let pay = json!({
        "min_cents": 5_000_000, "max_cents": 7_500_000, "currency_type": "USD", "title": "NYC Salary Range", "blurb": "To be clear",
    });
    let more = json!({"eeoc": true, "demographic_question_set_id": set, "pay_ranges": [pay]});
    let post = id(&super::post(acme, more).await);
    let section = id(&made(acme, "/api/v1/boards/1/sections", json!({"name": "General Application"})).await);
    let prospect =
        json!({"title": "Prospect", "live": true, "section_id": section, "location": {"text": "San Francisco, CA"}});
    made(acme, "/api/v1/posts", prospect).await;
    (post, section, engineering, city)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_documented_path_is_there_with_its_type() {
    let acme = hiring::acme().await;
    let (post, section, department, office) = vault(&acme).await;
    let documented = [
        ("retrieve-job-board", String::new()),
        ("list-jobs", "/jobs".to_owned()),
        ("list-jobs.content-true", "/jobs?content=true".to_owned()),
        ("retrieve-a-job", format!("/jobs/{post}?questions=true&pay_transparency=true")),
        ("retrieve-a-job.demographic", format!("/jobs/{post}?questions=true")),
        ("list-departments.list", "/departments".to_owned()),
        ("list-departments.tree", "/departments?render_as=tree".to_owned()),
        ("retrieve-a-department.list", format!("/departments/{department}")),
        ("retrieve-a-department.tree", format!("/departments/{department}?render_as=tree")),
        ("list-offices.list", "/offices?render_as=list".to_owned()),
        ("list-offices.tree", "/offices?render_as=tree".to_owned()),
        ("retrieve-an-office.list", format!("/offices/{office}")),
        ("retrieve-an-office.tree", format!("/offices/{office}?render_as=tree")),
        ("list-sections", "/sections".to_owned()),
        ("retrieve-a-section", format!("/sections/{section}")),
        ("list-degrees", "/education/degrees".to_owned()),
        ("list-disciplines", "/education/disciplines".to_owned()),
        ("list-schools", "/education/schools".to_owned()),
    ];
    let mut lacking = Vec::new();
    for (file, path) in &documented {
        let answer = get(&acme, &format!("/v1/boards/acme{path}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
        lacking.extend(missing(file, &example(file), &answer.json));
    }
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
    let folder = format!("{}/examples-of-board", env!("CARGO_MANIFEST_DIR"));
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        let is_tested = documented.iter().any(|it| format!("{}.json", it.0) == file);
        assert!(is_tested || file == "submit-an-application.request.json", "{file} is not tested");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documented_application_is_taken() {
    let acme = hiring::acme().await;
    let file = Router::new().route("/attachment.pdf", route(async || "a file"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, file).await });
    let set = acme.get("/v1/demographics/question_sets").await.json[0].clone();
    let asked = acme.get(&format!("/v1/demographics/question_sets/{}/questions", id(&set))).await.json;
    let kinds = ["short_text", "boolean", "single_select", "multi_select", "attachment", "attachment"];
    let questions: Vec<Value> = kinds
        .iter()
        .enumerate()
        .map(|(n, kind)| json!({"label": format!("Question {n}"), "type": kind, "options": if kind.ends_with("select") { json!(["A", "B"]) } else { json!([]) }}))
        .collect();
    let post = json!({"questions": questions, "eeoc": true, "demographic_question_set_id": id(&set)});
    let post = super::post(&acme, post).await;

    let mut body = example("submit-an-application.request");
    let fields = body.as_object_mut().unwrap();
    let mut told: Vec<(String, Value)> = std::mem::take(fields).into_iter().collect();
    for (name, value) in &mut told {
        for (n, question) in post["questions"].as_array().unwrap().iter().enumerate() {
            let (theirs, ours) =
                (format!("question_{}", 12345 + n), question["name"].as_str().unwrap().trim_end_matches("[]"));
            if !name.starts_with(&theirs) {
                continue;
            }
            *name = name.replace(&theirs, ours);
            let options: Vec<&Value> = question["values"].as_array().unwrap().iter().map(|it| &it["value"]).collect();
            match kinds[n] {
                "single_select" => *value = options[0].clone(),
                "multi_select" => *value = json!(options),
                _ => {}
            }
            if name.ends_with("_url") {
                *value = json!(format!("http://{address}/attachment.pdf"));
            }
        }
    }
    fields.extend(told);
    for (n, it) in body["educations"].as_array_mut().unwrap().iter_mut().enumerate() {
        for (name, list) in [("school_name_id", "schools"), ("degree_id", "degrees"), ("discipline_id", "disciplines")]
        {
            let items = get(&acme, &format!("/v1/boards/acme/education/{list}")).await.json;
            it[name] = json!(id(&items["items"][n]).to_string());
        }
    }
    for (n, it) in body["demographic_answers"].as_array_mut().unwrap().iter_mut().enumerate() {
        let options = acme.get(&format!("/v1/demographics/questions/{}/answer_options", id(&asked[n]))).await.json;
        let with_text = it["answer_options"][0].get("text").is_some();
        let option = options.as_array().unwrap().iter().find(|it| it["free_form"] == with_text).unwrap();
        it["question_id"] = asked[n]["id"].clone();
        it["answer_options"][0]["answer_option_id"] = option["id"].clone();
    }
    acme.fired().await;
    let answer = apply_json(&acme, &format!("/v1/boards/acme/jobs/{}", id(&post)), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let fired = acme.fired_bodies().await;
    assert_eq!(fired.len(), 1);
    assert_eq!(fired[0]["payload"]["application"]["candidate"]["educations"].as_array().unwrap().len(), 2);
    let application = acme.get(&format!("/v1/applications/{}", id(&fired[0]["payload"]["application"]))).await.json;
    let answers: Vec<&Value> = application["answers"].as_array().unwrap().iter().map(|it| &it["answer"]).collect();
    let expected =
        ["Here is some short text for the first question", "Yes", "A", "A, B", "attachment.pdf", "something_else.txt"];
    assert_eq!(answers, expected.map(Value::from).iter().collect::<Vec<_>>());
    assert_eq!(application["attachments"].as_array().unwrap().len(), 4);
}
