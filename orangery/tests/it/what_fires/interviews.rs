//! Scheduled interviews and scorecards.

use serde_json::{Value, json};

use super::{Page, Scene, id};

pub async fn show(page: &mut Page) {
    scheduled(&mut page.scene().await).await;
    scorecards(&mut page.scene().await).await;
}

/// An interview of stage 20; its id.
pub async fn step(it: &mut Scene<'_>) -> i64 {
    let stage = it.before("/api/v1/stages/20/interviews", json!({"name": "Culture fit"})).await;
    id(&stage["interviews"][0])
}

/// What schedules that interview for application 50, with Bob.
pub fn meeting(it: &Scene<'_>, step: i64) -> Value {
    json!({"application_id": 50, "interview_id": step, "start": "2026-09-01T10:00:00Z", "end": "2026-09-01T11:00:00Z",
           "external_event_id": "event", "interviewers": [{"user_id": it.bob, "response_status": "needs_action"}]})
}

async fn scheduled(it: &mut Scene<'_>) {
    it.heading("Scheduled interviews");
    let step = step(it).await;
    let new = meeting(it, step);
    let made = it.post("schedule an interview", "/v2/scheduled_interviews", new.clone()).await;
    let (theirs, ours) =
        (format!("/v2/scheduled_interviews/{}", id(&made)), format!("/api/v1/scheduled-interviews/{}", id(&made)));
    it.patch("change when it is", theirs, json!({"start": "2026-09-02T10:00:00Z", "end": "2026-09-02T11:00:00Z"}))
        .await;
    let answer = json!({"user_id": it.bob, "response_status": "accepted"});
    it.put("an interviewer accepts", format!("{ours}/response"), answer).await;
    it.post("it awaits feedback", format!("{ours}/status"), json!({"status": "awaiting_feedback"})).await;
    it.delete("call it off over Harvest", format!("/v1/scheduled_interviews/{}", id(&made))).await;
    let what = "schedule an interview by the first version of the door";
    let made = it.post(what, "/v1/scheduled_interviews", new).await;
    let later = json!({"start": "2026-09-03T10:00:00Z", "end": "2026-09-03T11:00:00Z"});
    it.patch("change it by the first version", format!("/v1/scheduled_interviews/{}", id(&made)), later).await;
    it.delete("call one off over our own API", format!("/api/v1/scheduled-interviews/{}", id(&made))).await;
    let skipped = json!({"status": "skipped"});
    it.put("skip an interview of the plan", format!("/api/v1/applications/50/interviews/{step}/status"), skipped).await;
}

async fn scorecards(it: &mut Scene<'_>) {
    it.heading("Scorecards");
    let card = json!({"application_id": 50, "interview_name": "Talk", "overall_recommendation": "yes"});
    let made = it.post("write a scorecard", "/api/v1/scorecards", card).await;
    let path = format!("/api/v1/scorecards/{}", id(&made));
    it.patch("change a scorecard", path.clone(), json!({"overall_recommendation": "strong_yes"})).await;
    it.post("submit a scorecard", format!("{path}/submit"), json!({})).await;
    it.delete("delete a scorecard", path).await;
}
