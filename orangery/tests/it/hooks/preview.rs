//! Previews: of all events, held against what is then fired; and what is refused.

use std::collections::BTreeSet;

use axum::http::Method;
use expect_test::expect;
use orangery::{hooks::Action, words::Word};
use serde_json::{Value, json};

use crate::{acme::Acme, hiring};

const PREVIEW: &str = "/api/v1/events/preview";

/// A company, and what was seen to differ so far.
struct Held {
    acme: Acme,
    page: String,
    events: BTreeSet<String>,
}

impl Held {
    async fn shown(&self, event: &str, named: &Value) -> String {
        let mut asked = named.clone();
        asked["event"] = json!(event);
        self.acme.fired().await;
        let answer = self.acme.post(PREVIEW, asked).await;
        assert_eq!(answer.status, 200, "{event}: {answer}");
        assert_eq!(self.acme.fired().await, "", "a preview of {event} fires nothing");
        answer.text
    }

    /// Does something, and answers what `event` said of it.
    async fn fired(&self, event: &str, method: Method, path: &str, body: Value) -> (Value, String) {
        self.acme.fired().await;
        self.acme.pass(60_000);
        let answer = self.acme.ask(method, path, Some(body.to_string()), &[]).await;
        assert!(answer.status < 300, "{path}: {answer}");
        let fired = self.acme.fired_texts().await;
        let of_event: Vec<_> = fired.into_iter().filter(|it| it.0 == event).collect();
        assert_eq!(of_event.len(), 1, "{event} by {path}");
        (answer.json, of_event[0].1.clone())
    }

    /// First the preview, then the deed.
    async fn before(&mut self, event: &str, named: Value, method: Method, path: &str, body: Value) {
        let shown = self.shown(event, &named).await;
        let (_, fired) = self.fired(event, method, path, body).await;
        self.hold(event, &shown, &fired);
    }

    /// First the deed, then the preview: of what is new, or had to be asked of several people. Answers what the deed answered.
    async fn after(&mut self, event: &str, method: Method, path: &str, body: Value, named: Value) -> Value {
        let (made, fired) = self.fired(event, method, path, body).await;
        let shown = self.shown(event, &named).await;
        self.hold(event, &shown, &fired);
        made
    }

    fn hold(&mut self, event: &str, shown: &str, fired: &str) {
        let mut paths = Vec::new();
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        differences("", &read(shown), &read(fired), &mut paths);
        if paths.is_empty() {
            assert_eq!(shown, fired, "{event}, byte for byte");
            paths.push("the same bytes".to_owned());
        }
        self.events.insert(event.to_owned());
        self.page += &format!("{event}: {}\n", paths.join(", "));
    }

    async fn made(&self, path: &str, body: Value) -> i64 {
        let answer = self.acme.post(path, body).await;
        assert!(answer.status < 300, "{path}: {answer}");
        answer.json["id"].as_i64().unwrap_or_default()
    }
}

/// The paths at which two bodies differ; the order of properties counts.
fn differences(path: &str, a: &Value, b: &Value, found: &mut Vec<String>) {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            for (key, value) in a {
                differences(&format!("{path}.{key}"), value, &b[key], found);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (n, (a, b)) in a.iter().zip(b).enumerate() {
                differences(&format!("{path}[{n}]"), a, b, found);
            }
        }
        _ if a == b => {}
        _ => found.push(path.trim_start_matches(".payload.").to_owned()),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_shown_as_it_is_then_told() {
    let mut it = Held { acme: hiring::acme().await, page: String::new(), events: BTreeSet::new() };
    Box::pin(applications(&mut it)).await;
    Box::pin(offers_and_hires(&mut it)).await;
    Box::pin(jobs(&mut it)).await;
    Box::pin(interviews(&mut it)).await;
    Box::pin(candidates(&mut it)).await;
    let all: BTreeSet<String> = Action::ALL.iter().map(|it| it.word().to_owned()).collect();
    assert_eq!(it.events, all);
    // What differs is when it happened, and what the request changed beside the deed.
    expect![[r#"
        new_candidate_application: the same bytes
        new_prospect_application: the same bytes
        application_updated: application.last_activity_at, application.source
        candidate_stage_change: application.last_activity_at, application.current_stage.id, application.current_stage.name
        reject_candidate: application.rejected_at, application.last_activity_at
        unreject_candidate: application.last_activity_at
        offer_created: the same bytes
        offer_updated: notes
        offer_approved: the same bytes
        offer_deleted: the same bytes
        hire_candidate: application.last_activity_at, application.offer.resolved_at
        unhire_candidate: application.last_activity_at
        job_created: the same bytes
        job_updated: job.notes
        job_approved: the same bytes
        job_post_created: the same bytes
        job_post_updated: title, updated_at
        job_post_deleted: the same bytes
        job_interview_stage_deleted: the same bytes
        job_deleted: the same bytes
        department_deleted: the same bytes
        office_deleted: the same bytes
        interview_deleted: the same bytes
        scorecard_deleted: the same bytes
        update_candidate: candidate.first_name
        candidate_anonymized: the same bytes
        delete_application: the same bytes
        merge_candidate: the same bytes
        delete_candidate: the same bytes
    "#]].assert_eq(&it.page);
    for table in ["audit_records", "feed_items", "journal"] {
        let count = format!("select count(*) from {table}");
        let before = it.acme.house.read(async |look| Ok(look.tx.count(&count, &[]).await?)).await.unwrap();
        it.shown("reject_candidate", &json!({"application_id": 52})).await;
        let after = it.acme.house.read(async |look| Ok(look.tx.count(&count, &[]).await?)).await.unwrap();
        assert_eq!(before, after, "{table}");
    }
}

async fn applications(it: &mut Held) {
    let new = json!({"first_name": "Kate", "last_name": "Austen", "applications": [{"job_id": 10}]});
    it.after("new_candidate_application", Method::POST, "/v1/candidates", new, json!({})).await;
    let new = json!({"first_name": "James", "last_name": "Ford"});
    it.after("new_prospect_application", Method::POST, "/v1/prospects", new, json!({})).await;
    let of = json!({"application_id": 50});
    let path = "/v1/applications/50";
    it.before("application_updated", of.clone(), Method::PATCH, path, json!({"source_id": 1})).await;
    let move_on = json!({"from_stage_id": 20});
    it.before("candidate_stage_change", of.clone(), Method::POST, "/v1/applications/50/advance", move_on).await;
    it.before("reject_candidate", of.clone(), Method::POST, "/v1/applications/50/reject", json!({})).await;
    let rejected = it.shown("reject_candidate", &of).await;
    assert!(rejected.contains(r#""status":"rejected""#), "{rejected}");
    it.before("unreject_candidate", of, Method::POST, "/v1/applications/50/unreject", json!({})).await;
}

async fn offers_and_hires(it: &mut Held) {
    let of = "/api/v1/applications/50/offers";
    let offer = it.after("offer_created", Method::POST, of, json!({}), json!({"application_id": 50})).await;
    let (id, path) = (offer["id"].clone(), format!("/api/v1/offers/{}", offer["id"]));
    it.before("offer_updated", json!({"offer_id": id}), Method::PATCH, &path, json!({"notes": "Much"})).await;
    let group = json!({"approvals_required": 1, "approvers": [{"user_id": 1}]});
    let plan = json!({"approval_type": "offer_candidate", "sequential": true, "approver_groups": [group.clone()]});
    let answer = it.acme.put("/v1/jobs/11/approval_flows", plan).await;
    assert!(answer.status < 300, "{answer}");
    let second = it.made("/api/v1/applications/53/offers", json!({})).await;
    let flow = it.acme.get(&format!("/api/v1/offers/{second}/approval-flows")).await.json[0]["id"].clone();
    it.made(&format!("/v1/approval_flows/{flow}/request_approvals"), json!({})).await;
    let (approve, by) = (format!("/api/v1/approval-flows/{flow}/approve"), json!({"user_id": 1}));
    it.before("offer_approved", json!({"offer_id": second}), Method::POST, &approve, by).await;
    let path = format!("/api/v1/offers/{second}");
    it.before("offer_deleted", json!({"candidate_id": 43}), Method::DELETE, &path, json!({})).await;
    let of = json!({"application_id": 50});
    it.before("hire_candidate", of.clone(), Method::POST, "/v1/applications/50/hire", json!({})).await;
    let hired = it.shown("hire_candidate", &json!({})).await;
    assert!(hired.contains(r#""status":"hired""#) && !hired.contains(r#""offer":null"#), "{hired}");
    it.before("unhire_candidate", of, Method::POST, "/api/v1/applications/50/unhire", json!({})).await;
}

async fn jobs(it: &mut Held) {
    let made = it.after("job_created", Method::POST, "/api/v1/jobs", json!({"name": "Baker"}), json!({})).await;
    let (id, path) = (made["id"].clone(), format!("/api/v1/jobs/{}", made["id"]));
    let of = json!({"job_id": id});
    it.before("job_updated", of.clone(), Method::PATCH, &path, json!({"notes": "Early"})).await;
    let group = json!({"approvals_required": 1, "approvers": [{"user_id": 1}]});
    let plan = json!({"approval_type": "offer_job", "sequential": true, "approver_groups": [group]});
    let flow = it.acme.put(&format!("/v1/jobs/{id}/approval_flows"), plan).await.json["approval_flow_id"].clone();
    it.made(&format!("/v1/approval_flows/{flow}/request_approvals"), json!({})).await;
    let (approve, by) = (format!("/api/v1/approval-flows/{flow}/approve"), json!({"user_id": 1}));
    it.after("job_approved", Method::POST, &approve, by, of.clone()).await;
    let posts = format!("/api/v1/jobs/{id}/posts");
    let post = it.after("job_post_created", Method::POST, &posts, json!({"title": "Baker"}), of.clone()).await;
    let post = format!("/api/v1/posts/{}", post["id"]);
    it.before("job_post_updated", of.clone(), Method::PATCH, &post, json!({"title": "Baker, nights"})).await;
    it.before("job_post_deleted", of.clone(), Method::DELETE, &post, json!({})).await;
    let stage = it.made(&format!("/api/v1/jobs/{id}/stages"), json!({"name": "Test"})).await;
    let (of_stage, path_of_stage) = (json!({"stage_id": stage}), format!("/api/v1/stages/{stage}"));
    it.before("job_interview_stage_deleted", of_stage, Method::DELETE, &path_of_stage, json!({})).await;
    it.made(&format!("{path}/close"), json!({})).await;
    it.before("job_deleted", of, Method::DELETE, &path, json!({})).await;
    let department = it.made("/v1/departments", json!({"name": "Kitchen"})).await;
    it.made("/v1/departments", json!({"name": "Ovens", "parent_id": department})).await;
    let (of, path) = (json!({"department_id": department}), format!("/api/v1/departments/{department}"));
    it.before("department_deleted", of, Method::DELETE, &path, json!({})).await;
    let office = it.made("/v1/offices", json!({"name": "Utrecht", "location": "The Netherlands"})).await;
    it.before("office_deleted", json!({}), Method::DELETE, &format!("/api/v1/offices/{office}"), json!({})).await;
}

async fn interviews(it: &mut Held) {
    let stage = it.acme.post("/api/v1/stages/20/interviews", json!({"name": "Culture fit"})).await;
    let meeting = json!({"application_id": 50, "interview_id": stage.json["interviews"][0]["id"],
        "start": "2026-09-01T10:00:00Z", "end": "2026-09-01T11:00:00Z", "external_event_id": "event",
        "interviewers": [{"user_id": 1, "response_status": "needs_action"}]});
    let id = it.made("/v2/scheduled_interviews", meeting).await;
    let path = format!("/v1/scheduled_interviews/{id}");
    it.before("interview_deleted", json!({"candidate_id": 40}), Method::DELETE, &path, json!({})).await;
    let card = json!({"application_id": 50, "interview_name": "Talk", "overall_recommendation": "yes"});
    let id = it.made("/api/v1/scorecards", card).await;
    let path = format!("/api/v1/scorecards/{id}");
    it.before("scorecard_deleted", json!({"scorecard_id": id}), Method::DELETE, &path, json!({})).await;
}

async fn candidates(it: &mut Held) {
    let of = json!({"candidate_id": 40});
    let name = json!({"first_name": "Janet"});
    it.before("update_candidate", of.clone(), Method::PATCH, "/v1/candidates/40", name).await;
    let fields = json!({"fields": ["headline", "tags"]});
    let named = json!({"candidate_id": 40, "fields": ["headline", "tags"]});
    it.before("candidate_anonymized", named, Method::PUT, "/v1/candidates/40/anonymize", fields).await;
    let named = json!({"application_id": 51});
    it.before("delete_application", named, Method::DELETE, "/v1/applications/51", json!({})).await;
    // Two on one job: the loser's application is dropped, and another lives on.
    it.made("/v1/candidates/43/applications", json!({"job_id": 10})).await;
    it.acme.listener(9, &["merge_candidate", "delete_candidate"]).await;
    let named = json!({"candidate_id": 43, "kept_candidate_id": 40});
    let merge = json!({"primary_candidate_id": 40, "duplicate_candidate_id": 43});
    it.before("merge_candidate", named, Method::PUT, "/v1/candidates/merge", merge).await;
    it.before("delete_candidate", of, Method::DELETE, "/v1/candidates/40", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_latest_that_fits_is_shown_where_nothing_is_named() {
    let acme = hiring::acme().await;
    let of = async |asked: Value| {
        let answer = acme.post(PREVIEW, asked).await;
        (answer.status, answer.json["payload"]["application"]["id"].as_i64())
    };
    assert_eq!(of(json!({"event": "new_candidate_application"})).await, (200, Some(53)));
    assert_eq!(of(json!({"event": "new_candidate_application", "job_id": 10})).await, (200, Some(51)));
    assert_eq!(of(json!({"event": "new_prospect_application"})).await, (200, Some(52)));
    assert_eq!(of(json!({"event": "reject_candidate", "candidate_id": 41})).await, (200, Some(51)));
    acme.post("/v1/applications/50/reject", json!({})).await;
    assert_eq!(of(json!({"event": "reject_candidate"})).await, (200, Some(50)), "who is rejected already");
    assert_eq!(of(json!({"event": "unreject_candidate"})).await, (200, Some(50)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_that_can_not_be_says_what_would_help() {
    let acme = hiring::acme().await;
    let wrong = [
        json!({}),
        json!({"event": "hired"}),
        json!({"event": "ping"}),
        json!({"event": "hire_candidate"}),
        json!({"event": "offer_created"}),
        json!({"event": "hire_candidate", "application_id": 99}),
        json!({"event": "hire_candidate", "application_id": 52}),
        json!({"event": "unhire_candidate", "application_id": 50}),
        json!({"event": "candidate_stage_change", "application_id": 52}),
        json!({"event": "new_prospect_application", "application_id": 50}),
        json!({"event": "delete_application", "application_id": 52}),
        json!({"event": "new_candidate_application", "candidate_id": 99, "job_id": 10}),
        json!({"event": "job_created", "candidate_id": 40, "offer_id": 1}),
        json!({"event": "job_created", "job_id": "ten"}),
        json!({"event": "job_created", "kept_candidate_id": 40, "fields": []}),
        json!({"event": "merge_candidate", "candidate_id": 40, "kept_candidate_id": 40}),
        json!({"event": "merge_candidate", "candidate_id": 40, "kept_candidate_id": 99}),
        json!({"event": "candidate_anonymized", "fields": ["shoes"]}),
        json!({"event": "update_candidate", "candidate_id": -1}),
    ];
    let mut said = String::new();
    for body in wrong {
        let answer = acme.post(PREVIEW, body.clone()).await;
        let faults: String = answer.faults().chars().take(150).collect();
        said += &format!("{} {faults}\n", answer.status);
    }
    assert_eq!(acme.fired().await, "");
    expect![[r#"
        422 is required at event
        422 Must be one of: new_candidate_application, new_prospect_application, application_updated, delete_application, offer_created, offer_approved, offer_upd
        422 A ping is about a web hook: POST /api/v1/webhooks/{id}/test sends one at event
        422 There is no hired application: name any by application_id, and hire_candidate is told as if it happened now at application_id
        422 There is no offer that offer_created could tell of: make one first at offer_id
        422 There is no application 99 at application_id
        422 A prospect can't be hired: convert it to a candidate of a job first
        422 Application must be 'hired', is currently 'active'
        422 The application 52 is in no stage: name one of a candidate who is neither prospect nor hired at application_id
        422 There is no prospect's application 50 at application_id
        422 There is no candidate's application 52 at application_id
        422 There is no candidate's application with candidate_id 99 and job_id 10 at candidate_id
        422 job_created is about a job: name it by job_id at candidate_id; job_created is about a job: name it by job_id at offer_id
        422 Must be a whole number at job_id
        422 Is for merge_candidate alone: leave it out at kept_candidate_id; Is for candidate_anonymized alone: leave it out at fields
        422 Must be another than the one who is merged at kept_candidate_id
        422 There is no candidate 99 at kept_candidate_id
        422 There is no field "shoes". Must be among: activity_items, addresses, all_offer_versions, application_questions, attachments, candidate_photo, candidat
        422 There is no candidate -1 at candidate_id
    "#]].assert_eq(&said);
}
