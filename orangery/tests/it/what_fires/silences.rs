//! What a larger thing takes along, what changes nothing, what is refused.

use axum::http::Method;
use serde_json::{Value, json};

use super::{Page, Scene, file, id, interviews};
use crate::receiver::Receiver;

pub async fn show(page: &mut Page) {
    people(&mut page.scene().await).await;
    jobs(&mut page.scene().await).await;
    merges(&mut page.scene().await).await;
    same(&mut page.scene().await).await;
    same_of_jobs(&mut page.scene().await).await;
    refused(&mut page.scene().await).await;
    refused_hires(&mut page.scene().await).await;
}

/// Application 50 with two offers, an interview, a scorecard and a file.
async fn furnish(it: &mut Scene<'_>) {
    for _ in 0..2 {
        it.before("/api/v1/applications/50/offers", json!({})).await;
    }
    let step = interviews::step(it).await;
    let meeting = interviews::meeting(it, step);
    it.before("/v2/scheduled_interviews", meeting).await;
    let card = json!({"application_id": 50, "interview_name": "Talk", "overall_recommendation": "yes"});
    it.before("/api/v1/scorecards", card).await;
    it.before("/v1/applications/50/attachments", file("resume")).await;
    it.before("/api/v1/jobs/10/posts", json!({"title": "Engineer", "live": true})).await;
    it.before("/api/v1/jobs/10/posts", json!({"title": "Engineer, nights"})).await;
}

async fn people(it: &mut Scene<'_>) {
    it.heading("Deletions take along what they take along, silently");
    furnish(it).await;
    it.before("/v1/candidates/40/applications", json!({"job_id": 11})).await;
    let what = "delete a candidate with two applications, offers, an interview, a scorecard";
    it.delete(what, "/v1/candidates/40").await;
    it.before("/v1/applications/51/hire", json!({})).await;
    it.delete("delete a candidate who is hired and fills an opening", "/v1/candidates/41").await;
    let department = id(&it.before("/v1/departments", json!({"name": "Kitchen"})).await);
    let wanted = json!({"prospective_department_id": department});
    assert_eq!(it.acme.patch("/api/v1/applications/52", wanted).await.status, 200);
    it.delete("delete a department that a prospect names", format!("/api/v1/departments/{department}")).await;
}

async fn jobs(it: &mut Scene<'_>) {
    furnish(it).await;
    it.delete("delete an application with offers, an interview, a scorecard, a file", "/v1/applications/50").await;
    let mut scene = it.page.scene().await;
    let it = &mut scene;
    furnish(it).await;
    let step = it.acme.get("/v1/job_stages/20").await.json["interviews"][0].clone();
    it.delete(
        "delete an interview of the plan for which one is scheduled",
        format!("/api/v1/interviews/{}", id(&step)),
    )
    .await;
    it.before("/api/v1/jobs/10/close", json!({})).await;
    it.delete("delete a job with posts, stages, applications, offers, a scorecard", "/api/v1/jobs/10").await;
}

async fn merges(it: &mut Scene<'_>) {
    it.heading("Merges ask who listens: of two people who applied to the same job");
    let merge = "/v1/candidates/merge";
    let two = async |it: &mut Scene<'_>| {
        let (kept, gone) = (it.somebody(10).await.0, it.somebody(10).await.0);
        json!({"primary_candidate_id": kept, "duplicate_candidate_id": gone})
    };
    let people = two(it).await;
    it.put("nobody listens to merge_candidate", merge, people).await;
    let receiver = Receiver::start().await;
    let deletions = it.listener(&receiver, &["delete_candidate"]).await;
    let people = two(it).await;
    it.put("a web hook listens to delete_candidate alone", merge, people).await;
    let hook = it.listener(&receiver, &["merge_candidate"]).await;
    let people = two(it).await;
    it.put("a web hook listens to merge_candidate", merge, people).await;
    it.before(format!("/api/v1/webhooks/{hook}/disable"), json!({})).await;
    let people = two(it).await;
    it.put("a web hook listens to merge_candidate, and is disabled", merge, people).await;
    let (kept, (gone, hired)) = (it.somebody(10).await.0, it.somebody(10).await);
    it.before(format!("/v1/applications/{hired}/hire"), json!({})).await;
    let people = json!({"primary_candidate_id": kept, "duplicate_candidate_id": gone});
    it.put("the same, and of the two applications only the duplicate's is hired", merge, people).await;
    it.before(format!("/api/v1/webhooks/{deletions}/disable"), json!({})).await;
    it.listener(&receiver, &["all"]).await;
    let people = two(it).await;
    it.put("a web hook listens to everything", merge, people).await;
}

async fn same(it: &mut Scene<'_>) {
    it.heading("What was so before is no change");
    let made = it.before("/v1/candidates/40/attachments", file("resume")).await;
    assert!(made.is_object());
    let tag = id(&it.before("/v1/tags/candidate", json!({"name": "Rust"})).await);
    for _ in 0..2 {
        assert_eq!(it.acme.put(&format!("/v1/candidates/41/tags/{tag}"), json!({})).await.status, 200);
    }
    let shown = it.acme.get("/v1/candidates/41").await.json;
    let name = json!({"first_name": shown["first_name"], "last_name": shown["last_name"]});
    it.patch("set a name to what it was", "/v1/candidates/41", name).await;
    it.patch("set the tags to what they were", "/v1/candidates/41", json!({"tags": ["Rust"]})).await;
    it.patch("send an empty list of custom fields", "/v1/candidates/41", json!({"custom_fields": []})).await;
    it.put("give a candidate a tag that is there", format!("/v1/candidates/41/tags/{tag}"), json!({})).await;
    it.delete("take a tag that is not there from a candidate", format!("/v1/candidates/40/tags/{tag}")).await;
    it.post("make a tag that is there in other letters", "/v1/tags/candidate", json!({"name": "RUST"})).await;
    it.delete("take away a photo that is not there", "/api/v1/candidates/41/photo").await;
    it.patch("send an application nothing", "/v1/applications/50", json!({})).await;
    it.patch("take a source away where there is none", "/v1/applications/50", json!({"source_id": null})).await;
    let stay = json!({"from_stage_id": 20, "to_stage_id": 20});
    it.post("move to the stage where it is", "/v1/applications/50/move", stay).await;
    it.patch("give a prospect the jobs that it has", "/api/v1/applications/52", json!({"job_ids": []})).await;
    it.before("/v1/applications/51/reject", json!({"rejection_reason_id": 1})).await;
    let reason = json!({"rejection_reason_id": 1});
    it.patch("give a rejection the reason that it has", "/v1/applications/51/reject", reason).await;
    let offer = json!({"start_date": "2026-10-01", "custom_fields": [{"name_key": "salary", "value": "100"}]});
    it.before("/api/v1/applications/50/offers", offer.clone()).await;
    let what = "set an offer's terms to what they were, one that makes versions too";
    it.patch(what, "/v1/applications/50/offers/current_offer", offer).await;
}

async fn same_of_jobs(it: &mut Scene<'_>) {
    it.patch("set a job's name to what it was", "/v1/jobs/10", json!({"name": "Engineer"})).await;
    it.patch("set a job's offices to what they were", "/api/v1/jobs/10", json!({"office_ids": []})).await;
    let post = it.before("/api/v1/jobs/10/posts", json!({"title": "Engineer", "live": true})).await;
    let path = format!("/api/v1/posts/{}", id(&post));
    it.patch("set a post's title to what it was", path.clone(), json!({"title": "Engineer"})).await;
    it.post("put a post live that is", format!("{path}/live"), json!({})).await;
    let team = json!({"sourcers": []});
    it.put("empty a list of the hiring team that is empty", "/v1/jobs/10/hiring_team", team).await;
    let person = it.somebody(10).await.0;
    let fields = json!({"fields": ["all_offer_versions"]});
    let what = "make offers anonymous of somebody who has none";
    it.put(what, format!("/v1/candidates/{person}/anonymize"), fields.clone()).await;
    it.put("the same once more", format!("/v1/candidates/{person}/anonymize"), fields).await;
}

async fn refused(it: &mut Scene<'_>) {
    it.heading("What is refused has not happened");
    let all: [(&str, Method, &str, Value); 14] = [
        (
            "add a candidate without an application",
            Method::POST,
            "/v1/candidates",
            json!({"first_name": "J", "last_name": "S"}),
        ),
        (
            "change a name, and the recruiter to nobody known",
            Method::PATCH,
            "/v1/candidates/40",
            json!({"first_name": "J", "recruiter": {"id": 999}}),
        ),
        (
            "merge a candidate with itself",
            Method::PUT,
            "/v1/candidates/merge",
            json!({"primary_candidate_id": 40, "duplicate_candidate_id": 40}),
        ),
        (
            "make anonymous, with one unknown field among them",
            Method::PUT,
            "/v1/candidates/40/anonymize",
            json!({"fields": ["tags", "shoe_size"]}),
        ),
        ("delete a prospect's application", Method::DELETE, "/v1/applications/52", json!({})),
        (
            "advance from a stage where it is not",
            Method::POST,
            "/v1/applications/50/advance",
            json!({"from_stage_id": 21}),
        ),
        (
            "transfer to the job where it is",
            Method::POST,
            "/v1/applications/50/transfer_to_job",
            json!({"new_job_id": 10}),
        ),
        ("convert who is no prospect", Method::PATCH, "/v1/applications/50/convert_prospect", json!({"job_id": 11})),
        ("take back a rejection that was not", Method::POST, "/v1/applications/50/unreject", json!({})),
        (
            "give details of a rejection that was not",
            Method::PATCH,
            "/v1/applications/50",
            json!({"rejection_details": {"custom_fields": [{"name_key": "why", "value": "So"}]}}),
        ),
        ("take back a hire that was not", Method::POST, "/api/v1/applications/50/unhire", json!({})),
        ("delete an open job", Method::DELETE, "/api/v1/jobs/10", json!({})),
        ("delete a stage in which active applications stand", Method::DELETE, "/api/v1/stages/20", json!({})),
        ("make an offer to a prospect", Method::POST, "/api/v1/applications/52/offers", json!({})),
    ];
    for (what, method, path, body) in all {
        it.refused(what, method, path, body).await;
    }
    let post = it.before("/api/v1/jobs/10/posts", json!({"title": "Engineer", "live": true})).await;
    it.refused("delete a live post", Method::DELETE, format!("/api/v1/posts/{}", id(&post)), json!({})).await;
    it.before("/v1/applications/51/reject", json!({})).await;
    it.refused("reject who is rejected", Method::POST, "/v1/applications/51/reject", json!({})).await;
    let three = json!({"action": "reject", "ids": [50, 51, 53]});
    it.post("reject three in bulk, of whom one is rejected already", "/api/v1/applications/bulk", three).await;
}

async fn refused_hires(it: &mut Scene<'_>) {
    let group = json!({"approvals_required": 1, "approvers": [{"user_id": 1}]});
    let flow = json!({"approval_type": "offer_candidate", "sequential": true, "approver_groups": [group]});
    assert_eq!(it.acme.put("/v1/jobs/10/approval_flows", flow).await.status, 200);
    let hire = "/v1/applications/50/hire";
    it.refused("hire without an offer where offers need approval", Method::POST, hire, json!({})).await;
    let offer = it.before("/api/v1/applications/50/offers", json!({})).await;
    it.refused("hire by an offer that is not approved", Method::POST, hire, json!({})).await;
    let flow = id(&it.acme.get(&format!("/api/v1/offers/{}/approval-flows", id(&offer))).await.json[0]);
    it.before(format!("/v1/approval_flows/{flow}/request_approvals"), json!({})).await;
    it.before(format!("/api/v1/approval-flows/{flow}/approve"), json!({})).await;
    it.post("hire by the same offer, approved", hire, json!({})).await;
    it.before("/api/v1/jobs/10/close", json!({})).await;
    let what = "take a hire back whose job was closed by hand and has approvals";
    it.refused(what, Method::POST, "/api/v1/applications/50/unhire", json!({})).await;
}
