//! Bodies: every documented one, and what the documents show no example of, read and written again without loss.

use std::{collections::BTreeSet, fs, path::Path};

use orangery_webhook::{
    Event, ParseError,
    shape::{
        ApplicationStatus, ApprovalFlowType, AttachmentType, CustomFieldType, CustomFields, InterviewStatus,
        InterviewerStatus, JobStatus, OfferStatus, QuestionType, ScorecardStatus,
    },
};
use serde_json::{Value, json};

fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The documented examples by the names of their files, and what has none.
fn examples() -> Vec<(String, Value)> {
    let folder = repository().join("orangery/examples-of-hooks");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the examples") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|it| it == "json") {
            let text = fs::read_to_string(&path).expect("a text");
            found.push((path.display().to_string(), serde_json::from_str(&text).expect("JSON")));
        }
    }
    assert!(found.len() >= 33, "the examples were found");
    found.extend(without_example().map(|it| (it["action"].to_string(), it)));
    found
}

fn without_example() -> impl Iterator<Item = Value> {
    [
        json!({"action": "department_deleted", "payload": {"department": {"id": 10, "name": "Sales", "child_ids": [11, 12], "parent_id": null, "external_id": "S"}}}),
        json!({"action": "office_deleted", "payload": {"office": {"id": 20, "name": "Rome", "location": {"name": "Rome, Italy"}, "child_ids": [], "parent_id": 2, "external_id": null}}}),
        json!({"action": "ping", "payload": {"web_hook_id": 1, "endpoint_url": "https://example.com/hook", "name": "One", "event": ["Reject candidate", "Hire candidate"],
            "active": true, "content-type": "application/json", "created_at": "2026-11-21T11:00:00.000Z", "updated_at": "2026-11-21T11:00:00.000Z"}}),
        json!({"action": "new_candidate_application", "payload": {"application": {"id": 1, "credited_to": {"name": "A friend"}, "candidate": {"id": 2, "first_name": "Kate", "last_name": "Austen"},
            "jobs": [{"id": 3, "name": "Cook", "openings": [{"id": 4, "opening_id": null, "custom_fields": {"floor": {"name": "Floor", "type": "number", "value": 2.5}}}, {"id": 5, "custom_fields": {}}]}]}}}),
    ]
    .into_iter()
}

fn parse(body: &Value) -> Result<Event, ParseError> {
    Event::parse(body.to_string().as_bytes())
}

fn written(event: &Event) -> Value {
    serde_json::to_value(event).expect("JSON")
}

#[test]
fn what_is_read_and_written_again_is_the_same() {
    for (name, body) in examples() {
        let event = parse(&body).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(event.action(), body["action"], "{name}");
        assert!(!matches!(event, Event::Other { .. }), "{name}");
        assert_eq!(written(&event), body, "{name}");
        let again: Event = serde_json::from_value(body).expect("it is read by serde too");
        assert_eq!(again, event, "{name}");
    }
}

/// What is in no field stands in a `rest`, and none of what is documented does.
#[test]
fn every_documented_field_has_a_type() {
    for (name, body) in examples() {
        let said = format!("{:?}", parse(&body).expect("an event")).replace("rest: {}", "");
        assert!(!said.contains("rest: {") && !said.contains("Unknown("), "{name}: {said}");
    }
}

/// All paths of a value, outermost first.
fn paths(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(key, it)| (format!("/{key}"), it)).collect(),
        Value::Array(entries) => entries.iter().enumerate().map(|(n, it)| (format!("/{n}"), it)).collect(),
        _ => Vec::new(),
    };
    let below = |(name, it): (String, &Value)| {
        std::iter::once(name.clone()).chain(paths(it).into_iter().map(move |path| format!("{name}{path}")))
    };
    inner.into_iter().flat_map(|it| below(it).collect::<Vec<_>>()).collect()
}

/// `/payload/jobs/0/id` as `payload.jobs[0].id`
fn dotted(path: &str) -> String {
    let mut text = String::new();
    for name in path.split('/').skip(1) {
        match name.parse::<usize>() {
            Ok(n) => text += &format!("[{n}]"),
            Err(_) if text.is_empty() => text += name,
            Err(_) => text += &format!(".{name}"),
        }
    }
    text
}

/// Either it survives as it is, or what is wrong is said, and where.
fn survives_or_is_told(name: &str, body: &Value, path: &str) -> bool {
    match parse(body) {
        Ok(event) => {
            assert_eq!(&written(&event), body, "{name} at {path}");
            true
        }
        Err(ParseError::Shape(fault)) => {
            assert_eq!(fault.path, dotted(path), "{name}: {fault}");
            false
        }
        Err(why) => panic!("{name} at {path}: {why}"),
    }
}

#[test]
fn missing_and_null_are_not_the_same() {
    let (mut survived, mut told) = (0, 0);
    for (name, body) in examples() {
        for path in paths(&body).iter().filter(|it| *it != "/action") {
            let mut count = |survives| *(if survives { &mut survived } else { &mut told }) += 1;
            let (parent, key) = path.rsplit_once('/').expect("a path");
            let mut without = body.clone();
            if let Some(Value::Object(fields)) = without.pointer_mut(parent) {
                fields.remove(key);
                count(survives_or_is_told(&name, &without, path));
            }
            let mut null = body.clone();
            *null.pointer_mut(path).expect("it is there") = Value::Null;
            count(survives_or_is_told(&name, &null, path));
        }
    }
    assert!(survived > 1000 && told > 500, "{survived}, {told}");
}

#[test]
fn what_is_unknown_is_kept_in_every_object() {
    // An object in the shape of a custom field, so that it may stand among those too.
    let unknown = json!({"name": "New", "type": "new", "value": [1, null, {"deep": 1.5}]});
    for (name, body) in examples() {
        for path in paths(&body) {
            let mut more = body.clone();
            if let Some(Value::Object(fields)) = more.pointer_mut(&path) {
                fields.insert("new_one".to_owned(), unknown.clone());
                assert!(survives_or_is_told(&name, &more, &path), "{name} at {path}");
            }
        }
    }
}

#[test]
fn another_type_is_told_with_its_place() {
    let mut told = BTreeSet::new();
    for (name, body) in examples() {
        for path in paths(&body).iter().filter(|it| *it != "/action") {
            for other in [json!(-1), json!(0.5), json!("text"), json!(true), json!([false]), json!({"a": [[]]})] {
                let mut changed = body.clone();
                *changed.pointer_mut(path).expect("it is there") = other;
                match parse(&changed) {
                    Ok(event) => assert_eq!(written(&event), changed, "{name} at {path}"),
                    // What is within the object or the list may be what is wrong.
                    Err(ParseError::Shape(fault)) => {
                        assert!(fault.path.starts_with(&dotted(path)), "{name} at {path}: {fault}");
                        told.insert(fault.what);
                    }
                    Err(why) => panic!("{name} at {path}: {why}"),
                }
            }
        }
    }
    for what in [
        "is a text, not a whole number",
        "is 0.5, not a whole number",
        "is -1, not a text",
        "is an object, not true or false",
    ] {
        assert!(told.contains(what), "{what}: {told:#?}");
    }
}

#[test]
fn what_is_no_event() {
    let said = |body: &str| Event::parse(body.as_bytes()).expect_err("no event").to_string();
    assert_eq!(said("[]"), "the body is a list, not an object");
    assert_eq!(said("null"), "the body is null, not an object");
    assert_eq!(said("{}"), "action is missing");
    assert_eq!(said(r#"{"action": 7, "payload": {}}"#), "action is 7, not a text");
    assert_eq!(said(r#"{"action": "ping"}"#), "payload is missing");
    assert_eq!(said(r#"{"action": "new"}"#), "payload is missing");
    assert_eq!(said(r#"{"action": "ping", "payload": null}"#), "payload is null, not an object");
    assert_eq!(said(r#"{"action": "job_deleted", "payload": {"job": {"name": "Cook"}}}"#), "payload.job.id is missing");
    assert_eq!(
        said(r#"{"action": "delete_candidate", "payload": {"person": {"id": 12345678901234567890}}}"#),
        "payload.person.id is 12345678901234567890, not a whole number"
    );
    assert!(said("").starts_with("the body is not JSON: "));
    assert!(said(r#"{"action": "ping", "payload": {}"#).starts_with("the body is not JSON: "));
    assert!(Event::parse(b"\xff").is_err());
    assert!(Event::parse("[".repeat(100_000).as_bytes()).is_err());
    let why = serde_json::from_str::<Event>(r#"{"action": "ping", "payload": {}}"#).expect_err("no event");
    assert_eq!(why.to_string(), "payload.web_hook_id is missing");
}

#[test]
fn an_event_of_tomorrow() {
    for payload in [json!({"candidate": {"id": 1}}), json!(null), json!([1, "two"])] {
        let body = json!({"action": "candidate_promoted", "payload": payload});
        let event = parse(&body).expect("an event");
        assert_eq!(event, Event::Other { action: "candidate_promoted".to_owned(), payload });
        assert_eq!(written(&event), body);
    }
}

/// The list of the contract, the list of the code, and ours are one.
#[test]
fn all_events_have_a_variant() {
    let ours: BTreeSet<&str> = Event::ACTIONS.iter().copied().filter(|it| *it != "ping").collect();
    assert_eq!(ours.len() + 1, Event::ACTIONS.len());

    let contract = fs::read_to_string(repository().join("docs/what-fires-when.md")).expect("the contract");
    let table = contract.split("## The 29 events").nth(1).and_then(|it| it.split("FIRE-0").next()).expect("the table");
    let documented: BTreeSet<&str> = table.lines().filter_map(|it| it.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(ours, documented);

    let seen: BTreeSet<String> =
        examples().iter().map(|(_, body)| parse(body).expect("an event").action().to_owned()).collect();
    assert_eq!(seen, Event::ACTIONS.iter().map(|it| (*it).to_owned()).collect(), "each is in an example");
}

#[test]
fn a_rejection() {
    let body = fs::read(repository().join("orangery/examples-of-hooks/reject_candidate.json")).expect("the example");
    let event = Event::parse(&body).expect("an event");
    let Event::RejectCandidate(it) = &event else { panic!("{}", event.action()) };
    let application = &it.application;
    assert_eq!(event.application(), Some(application));
    assert_eq!(event.candidate(), Some(&application.candidate));
    assert_eq!(application.status, Some(ApplicationStatus::Rejected));
    assert_eq!(application.rejected_at.as_ref().map(|it| it.as_str()), Some("2015-02-11T15:50:41Z"));
    let reason = application.rejection_reason.as_ref().expect("a reason");
    assert_eq!((reason.name.as_str(), reason.kind.name.as_str()), ("Too Junior", "Wrong skill set"));
    let details = application.rejection_details.as_ref().expect("details");
    assert_eq!(details.custom_fields.value("custom_rejection_question_field"), Some(&json!("Example")));
    assert_eq!(details.custom_fields.value("none"), None);
    assert_eq!(application.candidate.attachments[0].kind, AttachmentType::Resume);
    assert_eq!(application.jobs[0].departments[0].external_id.as_deref(), Some("ex-dept-1"));
    assert_eq!(application.candidate.educations[0].start_date.as_ref().and_then(|it| it.ymd()), Some((2012, 1, 1)));
}

#[test]
fn a_custom_field_without_a_value() {
    let fields: CustomFields = serde_json::from_value(json!({
        "salary": {"name": "Salary", "type": "currency", "value": null},
        "seasons": {"name": "Seasons", "type": "multi_select", "value": []},
    }))
    .expect("custom fields");
    assert_eq!((fields.value("salary"), fields.len()), (None, 2));
    assert_eq!(fields.value("seasons"), Some(&json!([])));
}

#[test]
fn a_hire() {
    let body = fs::read(repository().join("orangery/examples-of-hooks/hire_candidate.json")).expect("the example");
    let event = Event::parse(&body).expect("an event");
    let application = event.application().expect("an application");
    let opening = application.opening.as_ref().expect("an opening");
    assert_eq!((opening.opening_id.as_deref(), opening.custom_fields.len()), (Some("1234-56"), 0));
    let offer = application.offer.as_ref().expect("an offer");
    assert_eq!(offer.starts_at.as_ref().and_then(|it| it.ymd()), Some((2015, 1, 23)));
    assert_eq!(offer.custom_fields["salary"].kind, CustomFieldType::Currency);
    assert_eq!(offer.custom_fields["salary"].value, json!({"amount": 80000, "unit": "USD"}));
    assert_eq!(application.job.as_ref().map(|it| it.id), Some(323753));
    assert_eq!(application.status, None, "the documents leave it out here");
    assert_eq!(application.candidate.tags, Vec::<String>::new());
}

/// As what-fires-when.md has them under SHAPE-6 and SHAPE-9, and objects.md.
#[test]
fn every_documented_word_is_known() {
    fn known<T: serde::de::DeserializeOwned + std::fmt::Debug + std::fmt::Display>(words: &str) {
        for word in words.split(", ") {
            let read: T = serde_json::from_value(json!(word)).expect("a word");
            assert!(!format!("{read:?}").starts_with("Unknown"), "{word}");
            assert_eq!(read.to_string(), word);
        }
    }
    known::<ApplicationStatus>("active, rejected, hired, converted");
    known::<InterviewStatus>(
        "to_be_scheduled, scheduled, awaiting_feedback, complete, skipped, collect_feedback, to_be_sent, sent, received",
    );
    known::<InterviewerStatus>("needs_action, declined, tentative, accepted");
    known::<OfferStatus>("Created, Accepted, Rejected, Deprecated");
    known::<JobStatus>("open, closed, draft");
    known::<ApprovalFlowType>("open_job, offer_job");
    known::<ScorecardStatus>("draft, complete");
    known::<AttachmentType>(
        "cover_letter, offer_packet, resume, take_home_test, offer_letter, signed_offer_letter, other",
    );
    known::<CustomFieldType>(
        "short_text, long_text, url, boolean, single_select, multi_select, number, number_range, currency, currency_range, date, user",
    );
    known::<QuestionType>(
        "input_text, textarea, input_file, input_hidden, multi_value_single_select, multi_value_multi_select",
    );
}

#[test]
fn words_of_tomorrow_are_kept() {
    let body = json!({"action": "offer_updated", "payload": {"id": 1, "application_id": 2, "job_id": 3, "version": 1, "offer_status": "Withdrawn"}});
    let Ok(Event::OfferUpdated(offer)) = parse(&body) else { panic!("no offer") };
    assert_eq!(offer.offer_status, OfferStatus::Unknown("Withdrawn".to_owned()));
    assert_eq!(offer.offer_status.to_string(), "Withdrawn");
    assert_eq!(serde_json::to_value(&offer).expect("JSON"), body["payload"]);
    let known: InterviewStatus = serde_json::from_value(json!("to_be_scheduled")).expect("a word");
    assert_eq!((known.as_str(), known.to_string()), ("to_be_scheduled", "to_be_scheduled".to_owned()));
}

#[test]
fn what_is_changed_is_written() {
    let body = json!({"action": "job_deleted", "payload": {"job": {"id": 1, "name": "Cook", "new": 1}}});
    let Ok(Event::JobDeleted(mut it)) = parse(&body) else { panic!("no job") };
    it.job.name = "Chef".to_owned();
    it.job.rest.remove("new");
    assert_eq!(
        written(&Event::JobDeleted(it)),
        json!({"action": "job_deleted", "payload": {"job": {"id": 1, "name": "Chef"}}})
    );

    let body = json!({"action": "update_candidate", "payload": {"candidate": {"id": 1, "first_name": "Kate", "last_name": "Austen", "company": null, "tags": ["x"]}}});
    let event = parse(&body).expect("an event");
    assert_eq!(event.candidate().map(|it| it.id), Some(1));
    assert_eq!(event.application(), None);
    let Event::UpdateCandidate(mut it) = event else { panic!("no candidate") };
    it.candidate.company = Some("Oceanic".to_owned());
    it.candidate.title = Some("Pilot".to_owned());
    it.candidate.tags.clear();
    let written = &written(&Event::UpdateCandidate(it))["payload"]["candidate"];
    assert_eq!(
        written,
        &json!({"id": 1, "first_name": "Kate", "last_name": "Austen", "company": "Oceanic", "title": "Pilot", "tags": []})
    );
}
