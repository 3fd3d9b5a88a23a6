//! Tests of an endpoint: any event, whatever has happened.

use orangery::{hooks::Action, words::Word};
use serde_json::{Value, json};

use super::{
    deliveries::list,
    endpoints::{SECRET, enabled},
};
use crate::{acme::Acme, hiring, receiver::Receiver, rows};

#[tokio::test(flavor = "multi_thread")]
async fn a_test_goes_to_one_endpoint_and_is_marked() {
    let acme = rows::acme().await.with_courier().await;
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    let id = enabled(&acme, &receiver).await;
    enabled(&acme, &other).await;
    let path = format!("/api/v1/webhooks/{id}/test");
    acme.post("/v1/applications/50/reject", json!({})).await;
    let (got, _) = (receiver.wait(2).await, other.wait(2).await);
    let answer = acme.post(&path, json!({"event": "reject_candidate"})).await;
    assert_eq!((answer.status, &answer.json["source"]), (201, &json!("event")), "{answer}");
    let test = receiver.wait(3).await.remove(2);
    assert_eq!((test.header("orangery-test"), test.body.as_str()), ("true", got[1].body.as_str()));
    assert!(test.is_signed(SECRET));
    assert_eq!(test.header("greenhouse-event-id"), answer.json["delivery_id"].to_string());
    assert_eq!(other.got().len(), 2);
    let events = acme.get("/api/v1/events").await;
    assert_eq!((events.json["events"].as_array().unwrap().len(), &events.json["newest"]), (1, &json!(1)));
    assert!(list(&acme, id, "").await[0]["test"].as_bool().unwrap());

    assert_eq!(acme.post(&path, json!({"event": "x"})).await.json["errors"][0]["field"], "event");
    acme.post(&format!("/api/v1/webhooks/{id}/disable"), json!({})).await;
    for event in ["reject_candidate", "office_deleted"] {
        let answer = acme.post(&path, json!({"event": event})).await;
        assert_eq!(answer.status, 422);
        assert!(answer.faults().contains("is disabled: enable it first"), "{answer}");
    }
}

/// In a house in which nothing ever happened.
#[tokio::test(flavor = "multi_thread")]
async fn every_event_can_be_tried_in_an_empty_house() {
    let acme = Acme::empty().await.with_courier().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let path = format!("/api/v1/webhooks/{id}/test");
    for action in Action::ALL {
        let answer = acme.post(&path, json!({"event": action.word()})).await;
        assert_eq!((answer.status, &answer.json["source"]), (201, &json!("example")), "{answer}");
    }
    let got = receiver.wait(1 + Action::ALL.len()).await;
    let mut actions: Vec<String> = got[1..].iter().map(|it| it.action()).collect();
    actions.sort();
    let mut all: Vec<String> = Action::ALL.iter().map(|it| it.word().to_owned()).collect();
    all.sort();
    assert_eq!(actions, all);
    assert!(got[1..].iter().all(|it| it.is_signed(SECRET) && it.header("orangery-test") == "true"));
    assert!(got[1..].iter().all(|it| it.body.is_ascii() && !it.body.contains('\n')), "written as we write");
    assert_eq!(acme.get("/api/v1/events").await.json["newest"], 0);

    let answer = acme.post(&path, json!({"event": "ping"})).await;
    assert_eq!((answer.status, &answer.json["ping"]["succeeded"]), (201, &json!(true)), "{answer}");
    receiver.answer(500);
    let answer = acme.post(&path, json!({"event": "ping"})).await;
    assert_eq!(answer.json["ping"]["status"], 500);
    let row = acme.get(&format!("/api/v1/webhooks/{id}")).await;
    assert_eq!(row.json["enabled"], true, "nothing follows from a test");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_tells_of_a_real_record_where_there_is_one() {
    let acme = hiring::acme().await.with_courier().await;
    let receiver = Receiver::start().await;
    let id = enabled(&acme, &receiver).await;
    let path = format!("/api/v1/webhooks/{id}/test");
    acme.write(async move |work| {
        work.tx.execute("update journal set body = null", &[]).await?;
        Ok(())
    })
    .await
    .unwrap();
    let test = async |asked: Value, count: usize| {
        let answer = acme.post(&path, asked).await;
        assert_eq!(answer.status, 201, "{answer}");
        let body = receiver.wait(count).await.remove(count - 1).json();
        (answer.json["source"].as_str().unwrap().to_owned(), body["payload"]["application"]["id"].clone())
    };
    assert_eq!(test(json!({"event": "new_candidate_application"}), 2).await, ("record".to_owned(), json!(53)));
    let named = json!({"event": "hire_candidate", "application_id": 50});
    assert_eq!(test(named, 3).await, ("record".to_owned(), json!(50)));
    // Nobody is hired, so that there is nobody to tell of.
    assert_eq!(test(json!({"event": "hire_candidate"}), 4).await.0, "example");
    let line = &list(&acme, id, "candidate_id=40").await[0];
    assert_eq!((&line["application_id"], &line["job_id"], &line["test"]), (&json!(50), &json!(10), &json!(true)));
    let answer = acme.post(&path, json!({"event": "hire_candidate", "application_id": 99})).await;
    assert_eq!(answer.faults(), "There is no application 99 at application_id");

    // Whoever is erased is erased from tests too.
    acme.pass(1000);
    assert_eq!(acme.delete("/v1/candidates/40", json!({})).await.status, 200);
    let left = "select count(*) from journal where test and body is not null and candidate_id = 40";
    let left = acme.house.read(async |look| Ok(look.tx.count(left, &[]).await?)).await;
    assert_eq!(left.unwrap(), 0);
}
