//! Every kind of change is found after the worker had its turn, and what was erased before it.

use orangery::domain::{anonymize, candidate, merge};
use serde_json::json;

use super::{ids, places, settle};
use crate::{
    acme::{Acme, insert},
    rows,
};

async fn good(answer: crate::acme::Answer) -> serde_json::Value {
    assert!(answer.status < 300, "{answer}");
    answer.json
}

async fn finds(acme: &Acme, q: &str) {
    settle(acme).await;
    assert_eq!(ids(acme, q).await, [40], "{q}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_change_is_found() {
    let acme = rows::acme().await;
    finds(&acme, "jane smith").await;
    good(
        acme.patch(
            "/v1/candidates/40",
            json!({"first_name": "Zoë", "company": "Wölfe GmbH", "title": "Chief Alchemist"}),
        )
        .await,
    )
    .await;
    finds(&acme, "zoe wolfe alchemist").await;
    assert_eq!(ids(&acme, "jane").await, [0; 0]);
    good(acme.patch("/api/v1/candidates/40", json!({"headline": "Loves typography", "external_id": "X-99"})).await)
        .await;
    finds(&acme, "typography x-99").await;
    let lists = json!({
        "email_addresses": [{"value": "zoe.o'brien@example.org", "type": "work"}],
        "phone_numbers": [{"value": "+49 (171) 555-0199", "type": "work"}],
        "addresses": [{"value": "Rue de la Gare 7, Besançon", "type": "home"}],
        "website_addresses": [{"value": "https://quokka.example", "type": "blog"}],
        "social_media_addresses": [{"value": "@wombat"}],
        "tags": ["Shortlist 2026"],
    });
    good(acme.patch("/v1/candidates/40", lists).await).await;
    for q in [
        "zoe.o'brien@example.org",
        "zoe.o'br*",
        "1715550199",
        "5550199",
        "\"+49 171 5550199\"",
        "0049171-5550199",
        "besancon",
        "quokka",
        "wombat",
        "\"shortlist 2026\"",
    ] {
        finds(&acme, q).await;
    }
    assert_eq!(ids(&acme, "1715550198").await, [0; 0]);
    good(
        acme.post(
            "/v1/candidates/40/employments",
            json!({"company_name": "Umbrella", "title": "Botanist", "start_date": "2015-01-01"}),
        )
        .await,
    )
    .await;
    finds(&acme, "umbrella botanist").await;
    let note = |body: &str, visibility: &str| json!({"user_id": 1, "body": body, "visibility": visibility});
    good(acme.post("/v1/candidates/40/activity_feed/notes", note("Plays the theremin", "public")).await).await;
    good(acme.post("/v1/candidates/40/activity_feed/notes", note("Plays the kazoo", "private")).await).await;
    finds(&acme, "theremin").await;
    assert_eq!(ids(&acme, "kazoo").await, [0; 0], "what is private is not looked into");
    let answers =
        "update applications set answers = '[{\"question\":\"Why?\",\"answer\":\"Because of the marzipan\"}]'";
    acme.write(async move |work| {
        work.tx.execute(answers, &[]).await?;
        work.search_again([40]);
        Ok(())
    })
    .await
    .unwrap();
    finds(&acme, "marzipan").await;
    let removed = acme.delete("/v1/candidates/40/tags/1", json!({})).await;
    assert!(removed.status < 300, "{removed}");
    settle(&acme).await;
    assert_eq!(ids(&acme, "shortlist").await, [0; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_fields_educations_and_tags_change_by_themselves() {
    let acme = rows::acme().await;
    let field = json!({"name": "Hobby", "field_type": "candidate", "value_type": "single_select",
        "custom_field_options": [{"name": "Falconry", "priority": 0}]});
    let field = good(acme.post("/v1/custom_fields", field).await).await;
    let option = field["custom_field_options"][0]["id"].clone();
    let secret = json!({"name": "Salary", "field_type": "candidate", "value_type": "short_text", "private": true});
    let secret = good(acme.post("/v1/custom_fields", secret).await).await;
    let values =
        json!({"custom_fields": [{"id": field["id"], "value": option}, {"id": secret["id"], "value": "gazillion"}]});
    good(acme.patch("/v1/candidates/40", values).await).await;
    finds(&acme, "falconry").await;
    assert_eq!(ids(&acme, "gazillion").await, [0; 0]);
    let tag = good(acme.post("/v1/tags/candidate", json!({"name": "smart"})).await).await;
    good(acme.put(&format!("/v1/candidates/40/tags/{}", tag["id"]), json!({})).await).await;
    finds(&acme, "smart").await;
    good(acme.delete(&format!("/v1/tags/candidate/{}", tag["id"]), json!({})).await).await;
    settle(&acme).await;
    assert_eq!(ids(&acme, "smart").await, [0; 0], "a tag that is gone is found on nobody");
    let path = format!("/v1/custom_fields/{}", field["id"]);
    good(acme.delete(&path, json!({})).await).await;
    settle(&acme).await;
    assert_eq!(ids(&acme, "falconry").await, [0; 0], "nor a field");
}

/// How often a word stands in the index as the database keeps it, found or not.
async fn kept(acme: &Acme, word: &'static str) -> i64 {
    let sqlite = "select count(*) from search_index_content where c0 || ' ' || c1 || ' ' || c2 like '%' || $1 || '%'";
    let postgres = "select count(*) from search_index where cast(c as text) like '%' || $1 || '%'";
    let read = acme.house.read(async |look| {
        let sql = if look.tx.dialect() == sql::Dialect::Sqlite { sqlite } else { postgres };
        Ok(look.tx.count(sql, sql::params![word]).await?)
    });
    read.await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_erased_is_gone_at_once() {
    let acme = rows::acme().await;
    good(acme.patch("/v1/candidates/40", json!({"first_name": "Xanthippe", "title": "Zymurgist"})).await).await;
    let note = json!({"user_id": 1, "body": "Plays the theremin", "visibility": "public"});
    let note = good(acme.post("/v1/candidates/40/activity_feed/notes", note).await).await;
    finds(&acme, "xanthippe zymurgist theremin").await;
    good(acme.delete(&format!("/api/v1/candidates/40/activity_feed/{}", note["id"]), json!({})).await).await;
    assert_eq!(kept(&acme, "theremin").await, 0);
    // No worker had its turn.
    acme.write(async move |work| anonymize::anonymize(work, 40, &["full_name".to_owned()]).await).await.unwrap();
    assert_eq!((ids(&acme, "xanthippe").await, kept(&acme, "xanthippe").await), (vec![], 0));
    assert_eq!(ids(&acme, "anonymized zymurgist").await, [40]);
    acme.write(async move |work| candidate::delete(work, 40).await).await.unwrap();
    assert_eq!((ids(&acme, "zymurgist").await, kept(&acme, "zymurgist").await), (vec![], 0));
    settle(&acme).await;
    assert_eq!(ids(&acme, "zymurgist").await, [0; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_merged_away_is_found_as_the_other() {
    let acme = rows::acme().await;
    acme.write(async move |work| {
        let mut other = rows::candidate(work, 41);
        (other.first_name, other.title) = ("Xanthippe".to_owned(), Some("Zymurgist".to_owned()));
        insert(work, other).await
    })
    .await
    .unwrap();
    let answer =
        acme.patch("/v1/candidates/41", json!({"email_addresses": [{"value": "x@example.org", "type": "work"}]}));
    good(answer.await).await;
    settle(&acme).await;
    assert_eq!(ids(&acme, "x@example.org").await, [41]);
    acme.write(async move |work| merge::merge(work, 40, 41).await).await.unwrap();
    assert_eq!(ids(&acme, "xanthippe").await, [0; 0]);
    finds(&acme, "x@example.org zymurgist").await;
    expect_test::expect![[r#"
        email_addresses: <mark>x@example.org</mark>
        title: <mark>Zymurgist</mark>"#]]
    .assert_eq(&places(&acme, "x@example.org zymurgist").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_index_is_made_where_it_is_missing() {
    let acme = rows::acme().await;
    // Rows that no Work wrote, as a restored or moved database has them.
    acme.write(async move |work| {
        for n in 1..=100 {
            let mut it = rows::candidate(work, 1000 + n);
            it.title = Some("Zymurgist".to_owned());
            work.tx.insert(&mut it).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    settle(&acme).await;
    assert_eq!(ids(&acme, "zymurgist").await.len(), 100);
    let tx = acme.house.pool.begin().await.unwrap();
    tx.execute("delete from search_index", &[]).await.unwrap();
    orangery::domain::search::mark_all(&tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&acme, "zymurgist").await, [0; 0]);
    settle(&acme).await;
    assert_eq!(ids(&acme, "zymurgist").await.len(), 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_applications_of_a_deleted_job_are_no_longer_found() {
    let acme = rows::acme().await;
    let answers = "update applications set answers = '[{\"question\":\"Why?\",\"answer\":\"marzipan\"}]'";
    acme.write(async move |work| {
        work.tx.execute(answers, &[]).await?;
        work.tx.execute("update jobs set status = 'closed'", &[]).await?;
        work.search_again([40]);
        Ok(())
    })
    .await
    .unwrap();
    finds(&acme, "marzipan").await;
    acme.write(async move |work| orangery::domain::job::delete(work, 10).await).await.unwrap();
    settle(&acme).await;
    assert_eq!(ids(&acme, "marzipan").await, [0; 0]);
}
