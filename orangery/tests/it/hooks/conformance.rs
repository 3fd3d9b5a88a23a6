//! Conformance: for every documented example, the state that it shows is built through the verbs, with its ids; the change is made; and the body
//! that is journalled, which is the body that is delivered, is held against the example: every documented path present, of the documented
//! type, and equal. What can't be equal stands in `EXCEPTIONS`, each with its reason, and in QUIRKS.md.

mod applications;
mod build;
mod compare;
mod jobs;
mod offers;
mod people;

use serde_json::Value;

/// What can't be equal: file, path, why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "new_candidate_application.json",
        "payload.application.last_activity_at",
        "it lies before the application was made",
    ),
    (
        "new_candidate_application.json",
        "payload.application.current_stage.interviews[0].interview_kit.url",
        "the other examples name no application in this link",
    ),
    (
        "new_candidate_application.json",
        "payload.application.candidate.recruiter.employee_id",
        "three users share one employee id, which is unique",
    ),
    (
        "new_candidate_application.json",
        "payload.application.jobs[0].hiring_team.hiring_managers[0].employee_id",
        "three users share one employee id, which is unique",
    ),
    (
        "new_candidate_application.json",
        "payload.application.jobs[0].hiring_team.sourcers[0].employee_id",
        "one user has three employee ids in this example",
    ),
    (
        "new_candidate_application.json",
        "payload.application.jobs[0].hiring_team.recruiters[0].employee_id",
        "one user has three employee ids in this example",
    ),
    (
        "new_candidate_application.json",
        "payload.application.jobs[0].hiring_team.coordinators[0].employee_id",
        "one user has three employee ids in this example",
    ),
    (
        "new_candidate_application.json",
        "payload.application.candidate.custom_fields.date_test.value",
        "an unset value is null everywhere else, and a date of no day is none",
    ),
    (
        "new_candidate_application.json",
        "payload.application.jobs[0].custom_fields.salary_range_2.value.unit",
        "money has a currency: writing a range without one is refused (CF-7)",
    ),
    (
        "application_updated.json",
        "payload.application.jobs",
        "a candidate's application has exactly one job (APP-1), and a stage is a job's",
    ),
    (
        "application_updated.json",
        "payload.application.current_stage.interviews[0].interview_kit.url",
        "one house has one address: the example mixes http and https",
    ),
    (
        "application_updated.json",
        "payload.application.candidate.phone_numbers[0].type",
        "the example has a blank behind the word (INC-125)",
    ),
    (
        "application_updated.early.json",
        "payload.application.jobs",
        "a candidate's application has exactly one job (APP-1), and a stage is a job's",
    ),
    (
        "application_updated.early.json",
        "payload.application.current_stage.interviews[0].interview_kit.url",
        "one house has one address: the example mixes http and https",
    ),
    (
        "application_updated.early.json",
        "payload.application.candidate.phone_numbers[0].type",
        "the example has a blank behind the word (INC-125)",
    ),
    ("candidate_stage_change.json", "payload.application.url", "the example has a blank before the number"),
    (
        "unhire_candidate.json",
        "payload.application.current_stage.interviews[0].interview_kit.url",
        "one house has one address: the example mixes http and https",
    ),
    (
        "hire_candidate.json",
        "payload.application.job.close_date",
        "the hire closes the job, so both have one time; the example has two",
    ),
    (
        "hire_candidate.json",
        "payload.application.jobs[0].closed_at",
        "the hire closes the job, so both have one time; the example has two",
    ),
    ("offer_created.json", "payload.offer_status", "an offer is Created when it is made or approved (INC-114)"),
    ("offer_created.json", "payload.resolved_at", "nobody has answered a Created offer (INC-114)"),
    ("offer_approved.json", "payload.offer_status", "an offer is Created when it is made or approved (INC-114)"),
    ("offer_approved.json", "payload.resolved_at", "nobody has answered a Created offer (INC-114)"),
    ("offer_deleted.json", "payload.offer.resolved_at", "nobody has answered a Created offer"),
    ("offer_deleted.early.json", "payload.offer.resolved_at", "nobody has answered a Created offer"),
    ("offer_deleted.early.json", "payload.offer.sent_on", "the later revision says a date"),
];

/// An example by the name of its file.
fn example(file: &str) -> Value {
    let path = format!("{}/examples-of-hooks/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("the example is there");
    serde_json::from_str(&text).expect("the example is JSON")
}

/// Holds `bodies`, all that fired, against the example: exactly one of them has its action.
fn conforms(file: &str, bodies: &[Value]) {
    let expected = example(file);
    let of_action: Vec<&Value> = bodies.iter().filter(|it| it["action"] == expected["action"]).collect();
    assert_eq!(of_action.len(), 1, "{file}: fired {bodies:#?}");
    let excused = |path: &str| EXCEPTIONS.iter().any(|(of, at, _)| *of == file && *at == path);
    let mut found = compare::differences(&expected, of_action[0]);
    let unused: Vec<&str> = EXCEPTIONS
        .iter()
        .filter(|(of, at, _)| *of == file && !found.iter().any(|it| it.path == *at))
        .map(|it| it.1)
        .collect();
    found.retain(|it| !excused(&it.path));
    assert!(
        found.is_empty(),
        "{file} differs:\n{}",
        found.iter().map(|it| it.to_string()).collect::<Vec<_>>().join("\n")
    );
    assert!(unused.is_empty(), "{file}: these exceptions are needed no more: {unused:?}");
}

#[test]
fn every_example_is_tested_and_every_exception_is_told() {
    let sources = [
        include_str!("conformance/applications.rs"),
        include_str!("conformance/jobs.rs"),
        include_str!("conformance/offers.rs"),
        include_str!("conformance/people.rs"),
    ]
    .concat();
    let index = include_str!("../../../examples-of-hooks/INDEX.tsv");
    for file in index.lines().skip(1).filter_map(|it| it.split('\t').next()) {
        assert!(sources.contains(&format!("\"{file}\"")), "{file} is not tested");
    }
    let quirks = include_str!("../../../../QUIRKS.md");
    for (file, path, why) in EXCEPTIONS {
        let row = format!("| {file} | `{path}` | {why} |");
        assert!(quirks.contains(&row), "QUIRKS.md lacks the row:\n{row}");
    }
}
