//! Boards, and what comes in through them.

use axum::http::Method;
use serde_json::json;

use super::{Page, Scene, id};

pub async fn show(page: &mut Page) {
    boards(&mut page.scene().await).await;
    applications(&mut page.scene().await).await;
}

async fn boards(it: &mut Scene<'_>) {
    it.heading("Job boards");
    let made = id(&it.post("add a board", "/api/v1/boards", json!({"name": "Kitchen", "token": "kitchen"})).await);
    it.patch("rename a board", format!("/api/v1/boards/{made}"), json!({"name": "Kitchens"})).await;
    let sections = format!("/api/v1/boards/{made}/sections");
    let section = id(&it.post("add a section to a board", sections, json!({"name": "Cooks"})).await);
    it.patch("rename a section", format!("/api/v1/board-sections/{section}"), json!({"name": "Chefs"})).await;
    let post = id(&it.before("/api/v1/posts", json!({"title": "Cook", "live": true})).await);
    let path = format!("/api/v1/posts/{post}");
    it.patch("put a post on a board, into a section", path, json!({"board_id": made, "section_id": section})).await;
    it.delete("delete a section that has a post", format!("/api/v1/board-sections/{section}")).await;
    it.delete("delete a board that has a post", format!("/api/v1/boards/{made}")).await;
}

async fn applications(it: &mut Scene<'_>) {
    it.heading("What comes in through a job board");
    let post = id(&it.before("/api/v1/jobs/10/posts", json!({"title": "Engineer", "live": true, "eeoc": true})).await);
    let prospect = id(&it.before("/api/v1/posts", json!({"title": "Anything", "live": true})).await);
    let somebody = json!({
        "first_name": "Jo", "last_name": "Bloggs", "email": "jo@example.com", "resume_text": "Me", "gender": 3,
        "data_compliance": {"gdpr_consent_given": true},
    });
    it.post("apply to a post of a job", format!("/v1/boards/acme/jobs/{post}"), somebody.clone()).await;
    it.post("apply to a post for prospects", format!("/v1/boards/acme/jobs/{prospect}"), somebody.clone()).await;
    let mut form = somebody;
    form["id"] = json!(post);
    form["email"] = json!("joe@example.com");
    it.post("apply by the older path", "/v1/applications", form.clone()).await;
    form["your_homepage"] = json!("https://spam.example");
    it.post("fill in the field that nobody sees", "/v1/applications", form).await;
    it.refused("apply without a name", Method::POST, "/v1/applications", json!({"id": post})).await;
}
