//! Candidates and prospects, their lists, notes, tags, files; merged and made anonymous.

use orangery::{domain::anonymize::effect::Field, domain::retention, words::Word};
use serde_json::{Value, json};

use super::{Page, Scene, file, id, interviews};

pub async fn show(page: &mut Page) {
    add_and_edit(&mut page.scene().await).await;
    lists(&mut page.scene().await).await;
    feed(&mut page.scene().await).await;
    ends(&mut page.scene().await).await;
    many(&mut page.scene().await).await;
    anonymize(&mut page.scene().await).await;
    keep(&mut page.scene().await).await;
}

async fn add_and_edit(it: &mut Scene<'_>) {
    it.heading("Candidates and prospects");
    let person =
        |applications: Value| json!({"first_name": "Jane", "last_name": "Smith", "applications": applications});
    it.post("add a candidate with an application", "/v1/candidates", person(json!([{"job_id": 10}]))).await;
    let two = person(json!([{"job_id": 10}, {"job_id": 11}]));
    it.post("add a candidate with applications on two jobs", "/v1/candidates", two).await;
    let prospect = json!({"first_name": "Pat", "last_name": "Late"});
    it.post("add a prospect", "/v1/prospects", prospect.clone()).await;
    let mut on_two = prospect;
    on_two["application"] = json!({"job_ids": [10, 11]});
    it.post("add a prospect for two jobs", "/v1/prospects", on_two).await;

    it.field("candidate", "Shoe size").await;
    let changes = [
        ("change the first name", json!({"first_name": "Janet"})),
        ("change the last name", json!({"last_name": "Smythe"})),
        ("change the company", json!({"company": "Box Co."})),
        ("change the title", json!({"title": "Boxer"})),
        ("make a candidate private", json!({"is_private": true})),
        ("change the recruiter", json!({"recruiter": {"id": it.bob}})),
        ("change the coordinator", json!({"coordinator": {"id": it.cleo}})),
        ("change the e-mail addresses", json!({"email_addresses": [{"value": "jane@example.com", "type": "work"}]})),
        ("change the phone numbers", json!({"phone_numbers": [{"value": "555-1212", "type": "mobile"}]})),
        ("change the addresses", json!({"addresses": [{"value": "1 Main St", "type": "home"}]})),
        ("change the web sites", json!({"website_addresses": [{"value": "jane.example", "type": "personal"}]})),
        ("change the social media", json!({"social_media_addresses": [{"value": "@jane"}]})),
        ("change the tags", json!({"tags": ["Ruby", "Go"]})),
        ("change a custom field", json!({"custom_fields": [{"name_key": "shoe_size", "value": "42"}]})),
        (
            "change five things at once",
            json!({"first_name": "J", "last_name": "S", "company": "C", "title": "T", "tags": []}),
        ),
    ];
    for (what, body) in changes {
        it.patch(what, "/v1/candidates/40", body).await;
    }
    it.patch("change the company of a prospect", "/v1/candidates/42", json!({"company": "Box Co."})).await;
    let ours = [
        ("change whether mail may be sent", json!({"can_email": false})),
        ("change the organization's own id", json!({"external_id": "x-1"})),
        ("say that the candidate is a user", json!({"linked_user_id": it.bob})),
        ("change the headline, which no hook shows", json!({"headline": "Captain"})),
        ("change the LinkedIn profile, which no hook shows", json!({"linkedin_profile": "in/jane"})),
    ];
    for (what, body) in ours {
        it.patch(what, "/api/v1/candidates/40", body).await;
    }
    it.put("give a candidate a photo", "/api/v1/candidates/40/photo", json!({"content": "aGVsbG8="})).await;
    it.delete("take the photo away", "/api/v1/candidates/40/photo").await;
}

async fn lists(it: &mut Scene<'_>) {
    let schools = it.acme.get("/v1/schools").await.json;
    let of = "/v1/candidates/40";
    let body = json!({"school_id": schools[0]["id"], "start_date": "2001-09-15T10:00:00Z"});
    let made = it.post("add an education", format!("{of}/educations"), body).await;
    it.delete("remove an education", format!("{of}/educations/{}", id(&made))).await;
    let body = json!({"company_name": "A", "title": "B", "start_date": "2020-01-01"});
    let made = it.post("add an employment", format!("{of}/employments"), body).await;
    it.delete("remove an employment", format!("{of}/employments/{}", id(&made))).await;
    it.post("attach a file to a candidate", format!("{of}/attachments"), file("resume")).await;
    let attachment = it.acme.write(async move |work| {
        let row: Option<orangery::tables::Attachment> = work.tx.first("order by id desc limit 1", &[]).await?;
        Ok(row.map(|it| it.id))
    });
    let attachment = attachment.await.expect("a row").expect("an attachment");
    it.delete("take a file away", format!("/api/v1/attachments/{attachment}")).await;

    it.heading("Tags");
    let tag = it.post("make a tag", "/v1/tags/candidate", json!({"name": "Rust"})).await;
    let tag = id(&tag);
    it.put("give a candidate a tag", format!("{of}/tags/{tag}"), json!({})).await;
    it.delete("take a tag from a candidate", format!("{of}/tags/{tag}")).await;
    it.before("/api/v1/candidates/bulk", json!({"action": "tag", "ids": [40, 41], "tag": "Rust"})).await;
    it.delete("delete a tag that two candidates have", format!("/v1/tags/candidate/{tag}")).await;
}

async fn feed(it: &mut Scene<'_>) {
    it.heading("Notes and the activity feed");
    let (of, ours) = ("/v1/candidates/40/activity_feed", "/api/v1/candidates/40");
    let note = json!({"user_id": 1, "body": "Promising", "visibility": "public"});
    let note = it.post("add a note", format!("{of}/notes"), note).await;
    let mail = json!({"user_id": 1, "to": "a@example.com", "from": "b@example.com", "subject": "Hi", "body": "Hello"});
    it.post("add an e-mail note", format!("{of}/emails"), mail).await;
    it.delete("delete a note", format!("{ours}/activity_feed/{}", id(&note))).await;
    let reminder = json!({"user_id": it.bob, "remind_at": "2026-09-01T09:00:00Z", "note": "Call"});
    let reminder = it.post("set a reminder", format!("{ours}/reminders"), reminder).await;
    it.delete("delete a reminder", format!("{ours}/reminders/{}", id(&reminder))).await;
    let touch = json!({"kind": "call", "happened_at": "2026-08-01T09:00:00Z", "note": "Nice"});
    it.post("note a call", format!("{ours}/touchpoints"), touch).await;
    it.post("keep a synced message", format!("{ours}/messages"), json!({"kind": "inmail", "body": "Hi"})).await;
}

async fn ends(it: &mut Scene<'_>) {
    it.heading("Deleting and merging people");
    let (kept, gone) = (it.somebody(10).await.0, it.somebody(11).await.0);
    let two = |kept, gone| json!({"primary_candidate_id": kept, "duplicate_candidate_id": gone});
    it.put("merge two people on different jobs", "/v1/candidates/merge", two(kept, gone)).await;
    let gone = it.somebody(10).await.0;
    it.put("merge two people who applied to the same job", "/v1/candidates/merge", two(kept, gone)).await;
    it.delete("delete a candidate", format!("/v1/candidates/{kept}")).await;
    it.delete("delete a prospect", "/v1/candidates/42").await;
}

async fn many(it: &mut Scene<'_>) {
    it.heading("Many candidates at a time");
    let mut people = Vec::new();
    for _ in 0..4 {
        people.push(it.somebody(10).await.0);
    }
    let kept = people[3];
    let bulk = "/api/v1/candidates/bulk";
    let first = &people[..3];
    it.post("tag three candidates", bulk, json!({"action": "tag", "ids": first, "tag": "Blue"})).await;
    it.post("untag three candidates", bulk, json!({"action": "untag", "ids": first, "tag": "Blue"})).await;
    let tags = json!({"action": "anonymize", "ids": first, "fields": ["full_name"]});
    it.post("make three candidates anonymous", bulk, tags).await;
    let merge = json!({"action": "merge", "ids": &people[..2], "into_id": kept});
    it.post("merge two candidates into a third, all on one job", bulk, merge).await;
    it.post("delete two candidates", bulk, json!({"action": "delete", "ids": [people[2], kept]})).await;
}

/// What the candidates of `in_full` have something of.
struct Things {
    pool: Value,
    step: i64,
    school: Value,
}

async fn things(it: &mut Scene<'_>) -> Things {
    it.field("candidate", "Shoe size").await;
    it.field("application", "Visa").await;
    let pool = it.before("/api/v1/prospect-pools", json!({"name": "Later", "prospect_stages": ["Cold"]})).await;
    Things { pool, step: interviews::step(it).await, school: it.acme.get("/v1/schools").await.json[0]["id"].clone() }
}

/// Somebody with something in all that can be erased, two offers too.
async fn in_full(it: &mut Scene<'_>, things: &Things) -> i64 {
    let made = it.before("/v1/candidates", jane(things)).await;
    let (person, application) = (id(&made), id(&made["applications"][0]));
    let ours = format!("/api/v1/candidates/{person}");
    for _ in 0..2 {
        it.before(format!("/api/v1/applications/{application}/offers"), json!({"notes": "Much"})).await;
    }
    let mail = json!({"user_id": 1, "to": "a@example.com", "from": "b@example.com", "subject": "Hi", "body": "Hello"});
    it.before(format!("/v1/candidates/{person}/activity_feed/emails"), mail).await;
    it.before(format!("{ours}/reminders"), json!({"user_id": 1, "remind_at": "2026-09-01T09:00:00Z"})).await;
    it.before(format!("{ours}/touchpoints"), json!({"kind": "call", "happened_at": "2026-08-01T09:00:00Z"})).await;
    for kind in ["inmail", "innote"] {
        it.before(format!("{ours}/messages"), json!({"kind": kind, "body": "Hi"})).await;
    }
    let mut meeting = interviews::meeting(it, things.step);
    meeting["application_id"] = json!(application);
    meeting["external_event_id"] = json!(format!("event {person}"));
    it.before("/v2/scheduled_interviews", meeting).await;
    let card = json!({"application_id": application, "interview_name": "Talk", "overall_recommendation": "yes"});
    it.before("/api/v1/scorecards", card).await;
    let why = json!({"rejection_reason_id": 1, "notes": "Not now",
                     "rejection_details": {"custom_fields": [{"name_key": "why", "value": "So"}]}});
    it.before(format!("/v1/applications/{application}/reject"), why).await;
    let prospect = json!({"prospect": true, "job_ids": [11], "prospect_owner_id": 1,
        "prospect_pool_id": id(&things.pool), "prospect_pool_stage_id": id(&things.pool["prospect_stages"][0])});
    it.before(format!("/v1/candidates/{person}/applications"), prospect).await;
    let answers = json!({"answers": [{"question": "Why?", "answer": "Because"}]});
    for (path, body) in [
        (ours.clone(), json!({"headline": "Captain", "linkedin_profile": "in/jane"})),
        (format!("/api/v1/applications/{application}"), answers),
    ] {
        assert_eq!(it.acme.patch(&path, body).await.status, 200);
    }
    assert_eq!(it.acme.put(&format!("{ours}/photo"), json!({"content": "aGVsbG8="})).await.status, 200);
    // No door writes these two.
    let sql = "update candidates set match_score_reasoning = 'High', identity_verification = 'Seen' where id = $1";
    let written = it.acme.write(async move |work| Ok(work.tx.execute(sql, sql::params![person]).await?)).await;
    written.expect("the candidate is there");
    person
}

fn jane(things: &Things) -> Value {
    json!({
        "first_name": "Jane", "last_name": "Smith", "company": "Box Co.", "title": "Boxer", "tags": ["Ruby"],
        "email_addresses": [{"value": "jane@example.com", "type": "work"}],
        "phone_numbers": [{"value": "555-1212", "type": "mobile"}], "addresses": [{"value": "1 Main St", "type": "home"}],
        "website_addresses": [{"value": "jane.example", "type": "personal"}], "social_media_addresses": [{"value": "@jane"}],
        "educations": [{"school_id": things.school, "start_date": "2001-09-15T10:00:00Z"}],
        "employments": [{"company_name": "Box Co.", "title": "Boxer", "start_date": "2012-08-15T00:00:00.000Z"}],
        "custom_fields": [{"name_key": "shoe_size", "value": "42"}],
        "recruiter": {"id": 1}, "coordinator": {"id": 1},
        "activity_feed_notes": [{"user_id": 1, "body": "Promising", "visibility": "public"}],
        "applications": [{"job_id": 10, "source_id": 3, "referrer": {"type": "outside", "value": "Uncle Bob"},
                          "location": "Utrecht", "attachments": [file("resume")],
                          "custom_fields": [{"name_key": "visa", "value": "Yes"}]}],
    })
}

async fn anonymize(it: &mut Scene<'_>) {
    it.heading("Anonymization: each of the 46 fields alone, of somebody with a little of everything and two offers");
    let things = things(it).await;
    for field in Field::ALL {
        let person = in_full(it, &things).await;
        let body = json!({"fields": [field.word()]});
        it.put(field.word(), format!("/v1/candidates/{person}/anonymize"), body).await;
    }
    let person = in_full(it, &things).await;
    let all: Vec<&str> = Field::ALL.iter().map(|it| it.word()).collect();
    it.put("all 46 at once", format!("/v1/candidates/{person}/anonymize"), json!({"fields": all})).await;
}

async fn keep(it: &mut Scene<'_>) {
    it.heading("Retention rules");
    let rule = json!({"name": "A year", "months": 12, "fields": ["full_name", "all_offer_versions"]});
    let rule = it.post("make a rule", "/api/v1/retention-rules", rule).await;
    let path = format!("/api/v1/retention-rules/{}", id(&rule));
    it.patch("change a rule", path.clone(), json!({"months": 11})).await;
    it.post("run a rule under which nobody is due", format!("{path}/run"), json!({})).await;
    let things = things(it).await;
    in_full(it, &things).await;
    it.acme.at("2027-12-01T10:00:00Z");
    it.post("ask who is due", format!("{path}/preview"), json!({})).await;
    it.post("run a rule under which five are due, one with two offers", format!("{path}/run"), json!({})).await;
    it.acme.at("2029-12-01T10:00:00Z");
    let later = it.somebody(10).await.0;
    it.acme.at("2031-12-01T10:00:00Z");
    it.acme.fired().await;
    retention::run_all(&it.acme.house).await.expect("the rules are run");
    let fired = it.acme.fired().await;
    it.page.tell("the timer runs the rules, and one is due", &fired);
    assert_eq!(it.acme.get(&format!("/v1/candidates/{later}")).await.json["first_name"], "Anonymized");
    it.delete("delete a rule", path).await;
}
