//! What partners send, and what they may know of it.

use axum::{Router, http::Method, routing::get};
use serde_json::{Value, json};

use super::{Scene, conforms};
use crate::acme::Answer;

fn harry() -> Value {
    json!({"first_name": "Harry", "last_name": "Potter", "external_id": "24680"})
}

/// A server of résumés: `/cv.pdf` is one, everything else is not there.
async fn resumes() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().route("/cv.pdf", get(async || ([("content-type", "application/pdf")], "%PDF-1.4 Harry")));
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prospect_comes_as_documented() {
    let scene = Scene::set().await;
    let acme = &scene.acme;
    let pool = acme
        .post("/api/v1/prospect-pools", json!({"name": "Sourced", "prospect_stages": ["Not Contacted", "Contacted"]}));
    let pool = pool.await.json;
    let mut body: Value =
        serde_json::from_str(include_str!("../../../examples-of-partners/ingestion.post-candidates.request.json"))
            .unwrap();
    for (name, value) in [
        ("resume", json!(format!("{}/cv.pdf", resumes().await))),
        ("job_id", json!(10)),
        ("prospect_pool_id", pool["id"].clone()),
        ("prospect_pool_stage_id", pool["prospect_stages"][0]["id"].clone()),
        ("prospect_owner_email", json!("bob@example.com")),
    ] {
        body[name] = value;
    }
    let made = scene.send("ada", body).await;
    assert_eq!(made.status, 201, "{made}");
    conforms("ingestion.post-candidates.response.json", &made.json);
    assert_eq!(acme.fired().await, "new_prospect_application");

    let (id, application) = (made.json["id"].to_string(), made.json["application_id"].to_string());
    let person = acme.get(&format!("/v1/candidates/{id}")).await.json;
    assert_eq!(person["attachments"][0]["filename"], "cv.pdf");
    assert_eq!(person["attachments"][0]["type"], "resume");
    assert_eq!(person["addresses"][0]["value"], "4 Privet Dr");
    assert_eq!(person["social_media_addresses"][0]["value"], "https://twitter.com/hp");
    let shown = acme.get(&format!("/v1/applications/{application}")).await.json;
    assert_eq!(shown["source"]["id"], scene.source_id);
    assert_eq!(shown["credited_to"]["id"], 1, "who sends is credited");
    assert_eq!(shown["prospect_detail"]["prospect_owner"]["name"], "Bob Clark");
    assert_eq!(shown["jobs"][0]["id"], 10);
    let feed = acme.get(&format!("/v1/candidates/{id}/activity_feed")).await.json;
    assert_eq!(feed["notes"][0]["body"], "Good at Quiddich");

    let read = scene.get("ada", &format!("/v1/partner/candidates?candidate_ids={id},40,999999")).await;
    assert_eq!((read.status, read.json.as_array().map(Vec::len)), (200, Some(1)), "{read}");
    let documented: Value =
        serde_json::from_str(include_str!("../../../examples-of-partners/ingestion.retrieve-candidates.response.json"))
            .unwrap();
    let mut wrong = Vec::new();
    super::compare("", &documented, &read.json[0], &mut wrong);
    assert!(wrong.is_empty(), "{wrong:?}");
    let one = &read.json[0]["applications"][0];
    assert_eq!((one["job"].as_str(), one["status"].as_str()), (Some("Engineer"), Some("active")));
    assert_eq!(one["stage"], "Not Contacted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_candidate_comes_and_is_followed_until_the_source_is_another() {
    let scene = Scene::set().await;
    let acme = &scene.acme;
    let mut body = harry();
    (body["prospect"], body["job_id"]) = (json!(false), json!(10));
    body["referrer"] = json!({"email": "rubeus@example.org", "first_name": "Rubeus", "last_name": "Hagrid"});
    body["resume"] = json!("http://127.0.0.1:1/gone.pdf");
    let made = scene.send("bob", body.clone()).await;
    assert_eq!(made.status, 201, "{made}");
    assert_eq!(acme.fired().await, "new_candidate_application");
    let (id, application) = (made.json["id"].clone(), made.json["application_id"].clone());
    let shown = acme.get(&format!("/v1/applications/{application}")).await.json;
    assert_eq!((&shown["credited_to"]["name"], &shown["credited_to"]["id"]), (&json!("Rubeus Hagrid"), &Value::Null));
    let feed = acme.get(&format!("/v1/candidates/{id}/activity_feed")).await.json.to_string();
    assert!(feed.contains("A résumé was sent as a link"), "nothing is lost silently: {feed}");

    body["referrer"]["email"] = json!("CLEO@example.com");
    let known = scene.send("bob", body).await;
    let shown = acme.get(&format!("/v1/applications/{}", known.json["application_id"])).await.json;
    assert_eq!(shown["credited_to"]["id"], 3, "a referrer who is a user is that user");

    let path = format!("/v1/partner/candidates?candidate_ids={id}");
    let read = scene.get("bob", &path).await;
    assert_eq!(read.json[0]["applications"][0]["stage"], "Review");
    let rejected = acme.post(&format!("/v1/applications/{application}/reject"), json!({})).await;
    assert_eq!(rejected.status, 200);
    assert_eq!(scene.get("bob", &path).await.json[0]["applications"][0]["status"], "rejected");
    let other = acme.patch(&format!("/v1/applications/{application}"), json!({"source_id": 1})).await;
    assert_eq!(other.status, 200, "{other}");
    let none = scene.get("bob", &path).await;
    assert_eq!((none.status, none.json), (200, json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_comes_together_or_not_at_all() {
    let scene = Scene::set().await;
    let two = scene.send("ada", json!([harry(), harry()])).await;
    assert_eq!((two.status, two.json.as_array().map(Vec::len)), (201, Some(2)), "{two}");
    assert_eq!(scene.acme.fired().await, "new_prospect_application, new_prospect_application");
    let one = scene.send("ada", json!([harry()])).await;
    assert!(one.json.is_array(), "{one}");
    scene.acme.fired().await;

    let mut second = harry();
    (second["first_name"], second["emails"]) = (json!(""), json!([{"email": "h@example.org", "type": "owl"}]));
    let refused = scene.send("ada", json!([harry(), second])).await;
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.faults(),
        "must not be blank at [1].first_name; Must be one of: personal, work, other at [1].emails[0].type"
    );
    let mut elsewhere = harry();
    elsewhere["job_id"] = json!(999);
    let refused = scene.send("ada", json!([harry(), elsewhere])).await;
    assert_eq!(
        (refused.status, refused.faults()),
        (400, "There is no open job 999 that this user may see at [1].job_id".to_owned())
    );
    for list in [json!([]), json!(vec![harry(); 51]), json!([7]), json!("x")] {
        assert_eq!(scene.send("ada", list).await.status, 400);
    }
    assert_eq!(scene.acme.fired().await, "", "who is refused has sent nobody");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_with_its_field() {
    let scene = Scene::set().await;
    let with = |pairs: &[(&str, Value)]| {
        let mut body = harry();
        pairs.iter().for_each(|(name, value)| body[*name] = value.clone());
        body
    };
    let candidate = ("prospect", json!(false));
    for (body, said) in [
        (json!({}), "is required at first_name; is required at last_name; is required at external_id"),
        (with(std::slice::from_ref(&candidate)), "is required where prospect is false at job_id"),
        (
            with(&[candidate.clone(), ("job_id", json!(10)), ("prospect_owner_email", json!("bob@example.com"))]),
            "Only a prospect can have one at prospect_owner_email",
        ),
        (
            with(&[("prospect_owner_email", json!("x@example.com"))]),
            "There is no user x@example.com at prospect_owner_email",
        ),
        (
            with(&[("prospect_pool_stage_id", json!(1))]),
            "is required beside prospect_pool_stage_id at prospect_pool_id",
        ),
        (
            with(&[("referrer", json!({"email": "a@b.c"}))]),
            "is required at referrer.first_name; is required at referrer.last_name",
        ),
        (
            with(&[("phone_numbers", json!([{"phone_number": "1", "type": "skype"}]))]),
            "Must be one of: mobile, home, work, other at phone_numbers[0].type",
        ),
        (with(&[("websites", json!([{"type": "blog"}]))]), "is required at websites[0].url"),
    ] {
        let refused = scene.send("ada", body).await;
        assert_eq!((refused.status, refused.faults().as_str()), (400, said));
    }
    let headers = [("Authorization", scene.key.as_str()), ("On-Behalf-Of", "ada@example.com")];
    let broken = scene.acme.ask(Method::POST, "/v1/partner/candidates", Some("{".to_owned()), &headers).await;
    assert_eq!(broken.status, 400);
    assert!(broken.json["errors"][0]["message"].is_string() && broken.json.as_object().unwrap().len() == 1, "{broken}");
    assert_eq!(scene.acme.fired().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_in_without_a_partners_key_and_a_user() {
    let scene = Scene::set().await;
    let ask = async |key: &str, who: &str| -> Answer {
        scene
            .acme
            .ask(Method::GET, "/v1/partner/current_user", None, &[("Authorization", key), ("On-Behalf-Of", who)])
            .await
    };
    let good = ask(&scene.key, "Ada@Example.com").await;
    assert_eq!(good.status, 200, "{good}");
    conforms("ingestion.retrieve-current-user.response.json", &good.json);
    for (key, who) in [
        (scene.key.as_str(), ""),
        (scene.key.as_str(), "nobody@example.com"),
        (scene.key.as_str(), "1"),
        ("", "ada@example.com"),
        (&super::basic("nonsense"), "ada@example.com"),
        (&super::basic(crate::acme::KEY), "ada@example.com"),
        ("Bearer nonsense", ""),
    ] {
        let refused = ask(key, who).await;
        assert_eq!(refused.status, 401, "{key} {who}: {refused}");
        assert!(refused.json["errors"][0]["message"].is_string());
    }
    let harvest = scene.acme.ask(Method::GET, "/v1/candidates", None, &[("Authorization", &scene.key)]).await;
    assert_eq!(harvest.status, 401, "a partner's key opens nothing else");
    assert_eq!(scene.acme.patch("/v1/users/3/disable", json!({})).await.status, 200);
    assert_eq!(ask(&scene.key, "cleo@example.com").await.status, 403);
    let used = scene.acme.delete(&format!("/api/v1/sources/{}", scene.source_id), json!({})).await;
    assert_eq!(used.status, 422, "the source of a key in use is not deleted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_partner_reaches_as_far_as_its_user() {
    let scene = Scene::set().await;
    let names = async |who: &str| -> Vec<String> {
        let jobs = scene.get(who, "/v1/partner/jobs").await.json;
        jobs.as_array().unwrap().iter().map(|it| format!("{} {}", it["name"].as_str().unwrap(), it["public"])).collect()
    };
    assert_eq!(names("ada").await, ["Engineer false", "Designer false"]);
    assert_eq!(names("bob").await, ["Engineer false"]);
    assert_eq!(names("cleo").await, Vec::<String>::new());
    let jobs = scene.get("ada", "/v1/partner/jobs").await;
    conforms("ingestion.retrieve-jobs.response.json", &jobs.json);
    let pools = scene.acme.post("/api/v1/prospect-pools", json!({"name": "Sourced", "prospect_stages": ["A"]})).await;
    assert_eq!(pools.status, 201, "{pools}");
    conforms(
        "ingestion.retrieve-prospect-pools.response.json",
        &scene.get("cleo", "/v1/partner/prospect_pools").await.json,
    );

    let jobless = scene.send("cleo", harry()).await;
    assert_eq!(jobless.status, 201, "a basic user may send prospects: {jobless}");
    let path = format!("/v1/partner/candidates?candidate_ids={}", jobless.json["id"]);
    assert_eq!(scene.get("cleo", &path).await.status, 403, "and not read them");
    assert_eq!(scene.get("bob", &path).await.json, json!([]), "nor may a job's admin, without a job");
    assert_eq!(scene.get("ada", &path).await.json.as_array().map(Vec::len), Some(1));
    assert_eq!(scene.get("ada", "/v1/partner/candidates").await.status, 400);

    let mut on_job = harry();
    (on_job["prospect"], on_job["job_id"]) = (json!("false"), json!(11));
    assert_eq!(scene.send("bob", on_job.clone()).await.status, 400, "that job is not Bob's");
    let link =
        |who: &'static str| scene.ask(who, Method::POST, "/v1/partner/tracking_link", Some(json!({"job_id": 10})));
    assert_eq!(link("cleo").await.status, 403);
    let made = link("bob").await;
    assert_eq!(made.status, 201, "{made}");
    conforms("ingestion.post-tracking-link.response.json", &made.json);
    assert_eq!(
        (made.json["source"].as_str(), made.json["referrer"].as_str()),
        (Some("Talent Scouts"), Some("Bob Clark"))
    );
    assert!(made.json["tracking_link"].as_str().unwrap().starts_with("https://orangery.example.com/t/"));
    let again = link("bob").await;
    assert_ne!(again.json["tracking_link"], made.json["tracking_link"]);
    assert_eq!(scene.acme.fired().await, "new_prospect_application");
}
