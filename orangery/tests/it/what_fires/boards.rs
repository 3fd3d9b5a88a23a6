//! Boards, and what comes in through them.

use serde_json::json;

use super::{Page, Scene, id};

pub async fn show(page: &mut Page) {
    boards(&mut page.scene().await).await;
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
