//! The audit log, as Greenhouse's API gives it and as ours does.

use axum::http::Method;
use orangery::access;
use serde_json::{Value, json};

use super::{basic, conforms, whole};
use crate::{
    acme::{Acme, Answer},
    hiring,
};

async fn token(acme: &Acme) -> String {
    let made = acme.post("/auth/jwt_access_token", json!({})).await;
    assert_eq!(made.status, 200, "{made}");
    conforms("audit.post-authenticate-audit-log.response.json", &made.json);
    format!("Bearer {}", made.json["access_token"].as_str().unwrap())
}

async fn events(acme: &Acme, bearer: &str, query: &str) -> Answer {
    acme.pass(10_000);
    acme.ask(Method::GET, &format!("/events?{query}"), None, &[("Authorization", bearer), ("On-Behalf-Of", "")]).await
}

/// What was done, in short: type, target, performer.
fn told(answer: &Answer) -> Vec<String> {
    let results = answer.json["results"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let one = |it: &Value| {
        let (event, performer) = (&it["event"], &it["performer"]);
        let text = |it: &Value| it.as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {} by {} {}",
            text(&event["type"]),
            text(&event["target_type"]),
            event["target_id"],
            text(&performer["type"]),
            performer["id"]
        )
    };
    results.iter().map(one).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_is_told_with_who_did_it() {
    let acme = hiring::acme().await;
    let headers = [("X-Request-Id", "change-1")];
    let body = json!({"first_name": "Janet", "title": "Boxer"}).to_string();
    let changed = acme.ask(Method::PATCH, "/v1/candidates/40", Some(body), &headers).await;
    assert_eq!(changed.status, 200);
    acme.get("/v1/candidates/40").await;
    acme.get("/v1/jobs?per_page=1").await;
    assert_eq!(acme.get("/v1/jobs/999").await.status, 404);
    access::flush(&acme.house).await;
    let bearer = token(&acme).await;

    let all = events(&acme, &bearer, "request_ids=change-1").await;
    assert_eq!((all.status, &all.json["hits"]), (200, &json!(1)), "{all}");
    let one = &all.json["results"][0];
    assert_eq!(one["request"], json!({"id": "change-1", "type": "PATCH /v1/candidates/{id}"}));
    assert_eq!(one["event"]["meta"]["first_name"], json!(["Jane", "Janet"]));
    assert_eq!(told(&all), ["data_change_update Candidate 40 by user 1"]);
    assert_eq!(one["performer"]["meta"]["name"], "Ada Admin");
    assert!(all.json.get("paging").is_none());

    let read = events(&acme, &bearer, "event_types=harvest_access").await;
    assert_eq!(told(&read), ["harvest_access Job null by user 1", "harvest_access Candidate 40 by user 1"]);
    let made = events(&acme, &bearer, "event_types=action").await;
    assert_eq!(told(&made), ["action Audit Log Token Made null by user 1"]);

    let ours = acme.get("/api/v1/audit-log?request_ids=change-1").await;
    assert_eq!(
        (&ours.json["entries"][0]["target_type"], &ours.json["next"]),
        (&json!("candidates"), &Value::Null),
        "{ours}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_narrowed_by_filters() {
    let acme = hiring::acme().await;
    acme.patch("/v1/candidates/40", json!({"title": "Boxer"})).await;
    acme.pass(1000);
    let rename = json!({"name": "Baker"}).to_string();
    let sourced = acme.ask(
        Method::POST,
        "/api/v1/sources",
        Some(json!({"name": "Fair", "strategy": "other"}).to_string()),
        &[("On-Behalf-Of", "")],
    );
    assert_eq!(sourced.await.status, 201);
    let changed = acme.ask(Method::PATCH, "/v1/jobs/11", Some(rename), &[]).await;
    assert_eq!(changed.status, 200);
    let bearer = token(&acme).await;
    let ask = async |query: &str| told(&events(&acme, &bearer, query).await);

    assert_eq!(
        ask("event_target_types=Candidate&event_types=data_change_update").await,
        ["data_change_update Candidate 40 by user 1"]
    );
    assert_eq!(ask("event_target_types=candidates&event_target_ids=40,41&performer_types=user").await.len(), 1);
    assert_eq!(
        ask("event_target_ids=11&event_target_types=Job&event_types=data_change_update,data_change_destroy").await,
        ["data_change_update Job 11 by user 1"]
    );
    let source = newest_source(&acme).await;
    assert_eq!(ask("performer_types=api_key").await, [format!("data_change_create Source {source} by api_key 1")]);
    assert_eq!(ask("performer_ids=1&event_target_types=Source&event_types=data_change_create").await.len(), 1);
    assert!(
        ask("performer_types=greenhouse_internal").await.iter().all(|it| it.ends_with("by greenhouse_internal null"))
    );
    assert_eq!(ask("request_types=PATCH%20/v1/jobs/{id}").await, ["data_change_update Job 11 by user 1"]);
    assert_eq!(ask("performer_ip_addresses=192.0.2.1").await, Vec::<String>::new());
    assert_eq!(ask("date=2026-08-21").await, Vec::<String>::new());
    assert!(!ask("date=2026-08-22").await.is_empty());
    assert_eq!(ask("magic_time=last1second").await, Vec::<String>::new());
    assert!(!ask("magic_time=last2weeks").await.is_empty());
    let both = ask("after_time=2026-08-22T10:00:00.123Z&before_time=2026-08-22T10:00:00.124Z").await;
    assert!(!both.is_empty() && both.iter().all(|it| !it.ends_with("by user 1")), "{both:?}");
    for wrong in [
        "magic_time=yesterday",
        "performer_types=robot",
        "event_types=x",
        "before_time=x",
        "event_target_ids=x",
        "date=x",
        "paging=x",
    ] {
        let refused = events(&acme, &bearer, wrong).await;
        let name = wrong.split('=').next().unwrap();
        assert_eq!((refused.status, refused.json["errors"][0]["field"].as_str()), (422, Some(name)), "{refused}");
    }
    acme.pass(31 * 24 * 3_600_000);
    let bearer = token(&acme).await;
    assert_eq!(
        told(&events(&acme, &bearer, "").await),
        ["action Audit Log Token Made null by user 1"],
        "30 days are over"
    );
    assert!(
        acme.get("/api/v1/audit-log").await.json["entries"].as_array().unwrap().len() > 20,
        "ours goes further back"
    );
}

async fn newest_source(acme: &Acme) -> i64 {
    let newest = acme.house.read(async |look| Ok(look.tx.count("select max(id) from sources", &[]).await?));
    newest.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_follow_one_another_without_gap() {
    let acme = hiring::acme().await;
    for n in 0..120 {
        let tagged = acme.post("/v1/tags/candidate", json!({"name": format!("tag {n}")})).await;
        assert!(tagged.status < 300, "{tagged}");
    }
    let bearer = token(&acme).await;
    let ask = async |headers: &[(&str, &str)]| {
        acme.pass(10_000);
        let mut all = vec![("Authorization", bearer.as_str()), ("On-Behalf-Of", "")];
        all.extend(headers);
        acme.ask(Method::GET, "/events?paging=true&event_target_types=Tag", None, &all).await
    };
    let first = ask(&[("Size", "100")]).await;
    assert_eq!((first.status, &first.json["hits"], &first.json["paging"]["size"]), (200, &json!(120), &json!("100")));
    conforms(
        "audit.get-retrieve-events.response.json",
        &json!({
            "paging": first.json["paging"], "hits": first.json["hits"],
            "results": [{
                "request": first.json["results"][0]["request"], "organization_id": first.json["results"][0]["organization_id"],
                "performer": with_meta(&first.json["results"][0]["performer"]), "event": first.json["results"][0]["event"],
                "event_time": first.json["results"][0]["event_time"],
            }],
        }),
    );
    acme.post("/v1/tags/candidate", json!({"name": "later"})).await;
    let pit = first.json["paging"]["pit_id"].as_str().unwrap();
    let mut ids: Vec<i64> = targets(&first);
    let mut next = first.json["paging"]["next_search_after"].as_str().unwrap().to_owned();
    let mut pages = 1;
    loop {
        let page = ask(&[("Pit-Id", pit), ("Search-After", &next)]).await;
        assert_eq!(page.status, 200, "{page}");
        assert_eq!(page.json["paging"]["search_after"], next.as_str());
        ids.extend(targets(&page));
        pages += 1;
        match page.json["paging"]["next_search_after"].as_str() {
            Some(it) => next = it.to_owned(),
            None => break assert_eq!(page.json["results"], json!([])),
        }
    }
    assert_eq!((pages, ids.len()), (3, 120), "what came later is in none of them");
    assert!(ids.is_sorted_by(|a, b| a > b), "the latest first, each once: {ids:?}");
    for headers in [("Size", "99"), ("Size", "501"), ("Size", "x"), ("Pit-Id", "?"), ("Search-After", "x-y")] {
        assert_eq!(ask(&[headers]).await.status, 422, "{headers:?}");
    }
    let mut place = String::new();
    let mut ours = 0;
    loop {
        let page = acme.get(&format!("/api/v1/audit-log?event_target_types=tags&limit=50&place={place}")).await;
        ours += page.json["entries"].as_array().unwrap_or_else(|| panic!("{page}")).len();
        match page.json["next"].as_str() {
            Some(it) => place = it.to_owned(),
            None => break,
        }
    }
    assert_eq!(ours, 121);
}

/// The sample has an address and an e-mail, which the tests' users and requests have not.
fn with_meta(performer: &Value) -> Value {
    let mut performer = performer.clone();
    for place in ["/ip_address", "/meta/username"] {
        let there = performer.pointer_mut(place).expect("it is there");
        assert!(there.is_null(), "{there}");
        *there = json!("");
    }
    performer
}

fn targets(page: &Answer) -> Vec<i64> {
    page.json["results"].as_array().unwrap().iter().map(|it| it["event"]["target_id"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_end_and_limits_hold() {
    let acme = hiring::acme().await;
    let bearer = token(&acme).await;
    let ask = async |bearer: &str, query: &str| {
        acme.ask(Method::GET, &format!("/events{query}"), None, &[("Authorization", bearer), ("On-Behalf-Of", "")])
            .await
    };
    assert_eq!(ask(&bearer, "/").await.status, 200, "a slash at the end means nothing");
    let (head, signature) = bearer.rsplit_once('.').unwrap();
    let (start, claims) = head.rsplit_once('.').unwrap();
    let none = format!("Bearer eyJhbGciOiJub25lIn0.{claims}.");
    let other = format!("{start}.{}.{signature}", claims.replace('W', "X"));
    for wrong in ["", "Bearer x", "Bearer a.b.c", &none, &other, &format!("{bearer}A"), &basic(crate::acme::KEY)] {
        assert_eq!(ask(wrong, "").await.status, 401, "{wrong}");
    }
    for n in 0..3 {
        assert_eq!(ask(&bearer, "?paging=true").await.status, 200, "{n}");
    }
    assert_eq!(ask(&bearer, "?paging=true").await.status, 429, "paged ones are dearer");
    let mut asked = 5;
    while ask(&bearer, "").await.status == 200 {
        asked += 1;
    }
    assert_eq!(asked, 50);
    acme.pass(10_000);
    assert_eq!(ask(&bearer, "").await.status, 200);
    assert_eq!(ask(&bearer, "?paging=true").await.status, 429);
    acme.pass(20_000);
    assert_eq!(ask(&bearer, "?paging=true").await.status, 200);
    let (_, headers, _) = whole(&acme, Method::GET, "/events", &[("Authorization", &bearer)], "").await;
    assert_eq!(
        (&headers["x-ratelimit-limit"], &headers["x-ratelimit-remaining"]),
        (&"50".parse().unwrap(), &"49".parse().unwrap())
    );

    let key = acme.post("/api/v1/keys", json!({"name": "SIEM", "endpoints": ["POST /auth/jwt_access_token"]})).await;
    let headers = [("Authorization", basic(key.json["key"].as_str().unwrap()))];
    let headers: Vec<(&str, &str)> = headers.iter().map(|it| (it.0, it.1.as_str())).collect();
    let made = acme.ask(Method::POST, "/auth/jwt_access_token", None, &headers).await;
    assert_eq!(made.status, 200, "{made}");
    let siem = format!("Bearer {}", made.json["access_token"].as_str().unwrap());
    assert_eq!(ask(&siem, "").await.status, 200);
    acme.post(&format!("/api/v1/keys/{}/revoke", key.json["id"]), json!({})).await;
    assert_eq!(ask(&siem, "").await.status, 401, "its key is gone");
    acme.pass(24 * 3_600_000);
    assert_eq!(ask(&bearer, "").await.status, 401, "after a day");
    let nothing = acme.post("/api/v1/keys", json!({"name": "No", "endpoints": []})).await;
    let no = basic(nothing.json["key"].as_str().unwrap());
    assert_eq!(acme.ask(Method::POST, "/auth/jwt_access_token", None, &[("Authorization", &no)]).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_long_ago_is_forgotten() {
    let acme = hiring::acme().await;
    for _ in 0..3 {
        acme.get("/v1/jobs").await;
    }
    access::flush(&acme.house).await;
    acme.patch("/v1/jobs/10", json!({"name": "Baker"})).await;
    acme.pass(29 * 24 * 3_600_000);
    acme.get("/v1/jobs").await;
    access::flush(&acme.house).await;
    assert_eq!(access::forget(&acme.house).await.unwrap(), 0);
    acme.pass(2 * 24 * 3_600_000);
    assert_eq!(access::forget(&acme.house).await.unwrap(), 3);
    let left = acme.get("/api/v1/audit-log?event_types=harvest_access,data_change_update&performer_types=user").await;
    assert_eq!(
        left.json["entries"].as_array().map(Vec::len),
        Some(2),
        "the change stays, and what was read since: {left}"
    );
}
