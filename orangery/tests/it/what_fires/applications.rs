//! Applications: made, changed, moved, rejected, hired, deleted.

use serde_json::json;

use super::{Page, Scene, file, id};

pub async fn show(page: &mut Page) {
    add_and_edit(&mut page.scene().await).await;
    prospects(&mut page.scene().await).await;
    ways(&mut page.scene().await).await;
    hires(&mut page.scene().await).await;
    many(&mut page.scene().await).await;
}

async fn add_and_edit(it: &mut Scene<'_>) {
    it.heading("Applications");
    it.post("add an application to a candidate", "/v1/candidates/40/applications", json!({"job_id": 11})).await;
    let prospect = json!({"prospect": true, "job_ids": [10]});
    it.post("add a prospect application to a candidate", "/v1/candidates/41/applications", prospect).await;
    it.field("application", "Visa").await;
    let post = it.before("/api/v1/jobs/10/posts", json!({"title": "Engineer"})).await;
    let path = "/v1/applications/50";
    let changes = [
        ("change the source", json!({"source_id": 3})),
        ("change the credit", json!({"referrer": {"type": "outside", "value": "Uncle Bob"}})),
        ("give a user the credit", json!({"referrer": {"type": "id", "value": it.bob}})),
        ("change a custom field", json!({"custom_fields": [{"name_key": "visa", "value": "Yes"}]})),
        ("change the recruiter of one application", json!({"recruiter_id": it.bob})),
        ("change the coordinator of one application", json!({"coordinator_id": it.bob})),
    ];
    for (what, body) in changes {
        it.patch(what, path, body).await;
    }
    let ours = [
        ("change the location", json!({"location": "Utrecht"})),
        ("change the answers", json!({"answers": [{"question": "Why?", "answer": "Because"}]})),
        ("change the post through which it came", json!({"job_post_id": id(&post)})),
    ];
    for (what, body) in ours {
        it.patch(what, "/api/v1/applications/50", body).await;
    }
    it.post("attach a file to an application", "/v1/applications/50/attachments", file("cover_letter")).await;
    it.delete("delete an application", "/v1/applications/50").await;
}

async fn prospects(it: &mut Scene<'_>) {
    it.heading("Prospects");
    let pool = json!({"name": "Later", "prospect_stages": ["Cold", "Warm"]});
    let pool = it.before("/api/v1/prospect-pools", pool).await;
    let department = it.before("/v1/departments", json!({"name": "Kitchen"})).await;
    let office = it.before("/v1/offices", json!({"name": "Utrecht"})).await;
    let theirs = "/v1/applications/52";
    it.patch("put a prospect into a pool", theirs, json!({"prospect_pool_id": id(&pool)})).await;
    let stage = json!({"prospect_stage_id": id(&pool["prospect_stages"][1])});
    it.patch("move a prospect within the pool", theirs, stage).await;
    let ours = [
        ("change the owner of a prospect", json!({"prospect_owner_id": it.bob})),
        ("change the department of a prospect", json!({"prospective_department_id": id(&department)})),
        ("change the office of a prospect", json!({"prospective_office_id": id(&office)})),
        ("change the jobs of a prospect", json!({"job_ids": [10, 11]})),
    ];
    for (what, body) in ours {
        it.patch(what, "/api/v1/applications/52", body).await;
    }
    it.post("reject a prospect", format!("{theirs}/reject"), json!({"rejection_reason_id": 1})).await;
    it.post("take the rejection of a prospect back", format!("{theirs}/unreject"), json!({})).await;
    it.patch("convert a prospect to a candidate", format!("{theirs}/convert_prospect"), json!({"job_id": 11})).await;
}

async fn ways(it: &mut Scene<'_>) {
    it.heading("Stages and rejections");
    let path = "/v1/applications/50";
    it.post("advance to the next stage", format!("{path}/advance"), json!({"from_stage_id": 20})).await;
    let to = json!({"from_stage_id": 21, "to_stage_id": 20});
    it.post("move to another stage of the job", format!("{path}/move"), to).await;
    it.post("transfer to another job", format!("{path}/transfer_to_job"), json!({"new_job_id": 11})).await;
    let to = json!({"new_job_id": 10, "new_stage_id": 22});
    it.post("transfer to a stage of another job", format!("{path}/transfer_to_job"), to).await;
    let why = json!({"rejection_reason_id": 1, "notes": "Not now"});
    it.post("reject a candidate", format!("{path}/reject"), why).await;
    it.patch("change the reason of a rejection", format!("{path}/reject"), json!({"rejection_reason_id": 2})).await;
    let details = json!({"rejection_details": {"custom_fields": [{"name_key": "why", "value": "So"}]}});
    it.patch("change the details of a rejection", path, details).await;
    it.post("take a rejection back", format!("{path}/unreject"), json!({})).await;
}

async fn hires(it: &mut Scene<'_>) {
    it.heading("Hires");
    it.before("/api/v1/applications/50/offers", json!({})).await;
    it.post("hire somebody with an offer", "/v1/applications/50/hire", json!({"start_date": "2026-10-01"})).await;
    it.post("take a hire back", "/api/v1/applications/50/unhire", json!({})).await;
    it.post("hire somebody without an offer", "/v1/applications/51/hire", json!({})).await;
    it.post("take a hire without an offer back", "/api/v1/applications/51/unhire", json!({})).await;
    it.before("/v1/applications/51/hire", json!({})).await;
    let what = "close by hand a job on which somebody is hired and another has an offer";
    it.post(what, "/api/v1/jobs/10/close", json!({})).await;
    let what = "take a hire back whose job was closed by hand, without approvals";
    it.post(what, "/api/v1/applications/51/unhire", json!({})).await;
    it.before("/api/v1/applications/53/offers", json!({})).await;
    it.before("/api/v1/jobs/11/posts", json!({"title": "Designer", "live": true})).await;
    let what = "hire for the last opening of a job that has a live post, which closes it";
    it.post(what, "/v1/applications/53/hire", json!({})).await;
    it.post("take that hire back, which opens the job again", "/api/v1/applications/53/unhire", json!({})).await;
}

async fn many(it: &mut Scene<'_>) {
    it.heading("Many applications at a time");
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(it.somebody(10).await.1);
    }
    let bulk = "/api/v1/applications/bulk";
    it.post("move three to another stage", bulk, json!({"action": "move", "ids": ids, "to_stage_id": 21})).await;
    it.post("advance three", bulk, json!({"action": "advance", "ids": ids})).await;
    it.post("make three offers", bulk, json!({"action": "offer", "ids": ids, "offer": {}})).await;
    it.post("reject three", bulk, json!({"action": "reject", "ids": ids, "rejection_reason_id": 1})).await;
    it.post("take three rejections back", bulk, json!({"action": "unreject", "ids": ids})).await;
    it.post("delete three", bulk, json!({"action": "delete", "ids": ids})).await;
}
