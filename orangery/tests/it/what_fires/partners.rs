//! Partners: what they send, and what lets them in.

use axum::http::Method;
use orangery::{
    domain::oauth::{self, grant},
    tables::{Scope, UserEmail},
};
use serde_json::{Value, json};

use super::{Page, Scene, id};
use crate::{acme::insert, partners::basic};

pub async fn show(page: &mut Page) {
    ingestion(&mut page.scene().await).await;
    doors(&mut page.scene().await).await;
}

async fn ingestion(it: &mut Scene<'_>) {
    it.heading("Partners");
    let source = it.before("/api/v1/sources", json!({"name": "Scouts", "strategy": "other"})).await;
    let key = json!({"name": "Scouts", "kind": "partner", "source_id": id(&source)});
    let key = it.post("make a partner's key", "/api/v1/keys", key).await;
    let key = basic(key["key"].as_str().expect("a key"));
    let email = UserEmail {
        id: 0,
        user_id: 1,
        email: "ada@example.com".to_owned(),
        email_key: "ada@example.com".to_owned(),
        is_primary: true,
        verified: true,
    };
    it.acme.write(async move |work| insert(work, email).await).await.expect("an address");
    let person = |more: Value| {
        let mut person = json!({"first_name": "Pat", "last_name": "Late", "external_id": "1", "notes": "Good"});
        person.as_object_mut().expect("an object").extend(more.as_object().cloned().expect("an object"));
        person
    };
    let send = "/v1/partner/candidates";
    it.as_partner("a partner sends a prospect, with a note", &key, send, person(json!({}))).await;
    it.as_partner("a partner sends a prospect for a job", &key, send, person(json!({"job_id": 10}))).await;
    let candidate = person(json!({"prospect": false, "job_id": 10}));
    it.as_partner("a partner sends a candidate", &key, send, candidate.clone()).await;
    let both = json!([candidate, person(json!({}))]);
    it.as_partner("a partner sends a candidate and a prospect", &key, send, both).await;
    it.as_partner("a partner makes a tracking link", &key, "/v1/partner/tracking_link", json!({"job_id": 10})).await;
}

async fn doors(it: &mut Scene<'_>) {
    let source = it.before("/api/v1/sources", json!({"name": "Scouts", "strategy": "other"})).await;
    let new = json!({"name": "Scouts", "url": "https://s.example", "callback_url": "https://s.example/back",
        "source_id": id(&source)});
    let path = "/api/v1/oauth/applications";
    let application = id(&it.post("add a partner's application", path, new).await);
    let one = format!("{path}/{application}");
    it.patch("rename a partner's application", one.clone(), json!({"name": "Scouts Ltd."})).await;
    it.post("give a partner's application another secret", format!("{one}/secret"), json!({})).await;
    it.post("make a one-time code for a user", "/api/v1/users/1/consent-codes", json!({})).await;
    let granted = it.acme.write(async move |work| {
        oauth::issue_code(work, 1, "once").await?;
        let consent = grant::Consent {
            oauth_application_id: application,
            scopes: vec![Scope::ViewJobs],
            redirect_uri: None,
            code_challenge: None,
            consent_code: "once".to_owned(),
            code: "code".to_owned(),
        };
        Ok(grant::add(work, &consent).await?.id)
    });
    let granted = granted.await.expect("a grant");
    it.post("withdraw what a user granted", format!("/api/v1/oauth/grants/{granted}/withdraw"), json!({})).await;
    it.post("revoke a partner's application", format!("{one}/revoke"), json!({})).await;
    it.post("make a token for the audit log", "/auth/jwt_access_token", json!({})).await;
}

impl Scene<'_> {
    /// One line: what a partner does for Ada.
    async fn as_partner(&mut self, what: &str, key: &str, path: &str, body: Value) {
        self.acme.fired().await;
        let headers = [("Authorization", key), ("On-Behalf-Of", "ada@example.com")];
        let answer = self.acme.ask(Method::POST, path, Some(body.to_string()), &headers).await;
        assert_eq!(answer.status, 201, "{what}: {answer}");
        let fired = self.acme.fired().await;
        self.page.tell(what, &fired);
    }
}
