//! Applying: by JSON, by forms, with files, answers, and what people say of themselves.

use axum::{Router, body::Body, http::Request};
use expect_test::expect;
use serde_json::{Value, json};

use super::{apply, apply_json, basic, id, made, post, send};
use crate::{
    acme::{Acme, KEY},
    hiring,
};

/// Where one applies to a post.
pub fn door(post: &Value) -> String {
    format!("/v1/boards/acme/jobs/{}", id(post))
}

/// The question of that label, by the name of its field.
fn field(post: &Value, label: &str) -> String {
    let question = post["questions"].as_array().unwrap().iter().find(|it| it["label"] == label);
    question.unwrap()["name"].as_str().unwrap().trim_end_matches("[]").to_owned()
}

fn option(post: &Value, label: &str, option: &str) -> Value {
    let question = post["questions"].as_array().unwrap().iter().find(|it| it["label"] == label).unwrap();
    question["values"].as_array().unwrap().iter().find(|it| it["label"] == option).unwrap()["value"].clone()
}

/// The newest candidate, as Harvest shows it.
async fn newest(acme: &Acme) -> Value {
    let all = acme.get("/v1/candidates?per_page=500").await.json;
    all.as_array().unwrap().iter().max_by_key(|it| id(it)).unwrap().clone()
}

/// What a file of the newest candidate holds.
async fn content(acme: &Acme, filename: &str) -> Option<String> {
    let person = newest(acme).await;
    let all = person["attachments"].as_array().unwrap();
    let found = all.iter().find(|it| it["filename"] == filename)?;
    let url = found["url"].as_str().unwrap().trim_start_matches("https://orangery.example.com");
    Some(super::get(acme, url).await.text)
}

pub fn nobody() -> Value {
    json!({"first_name": "Jo", "last_name": "Bloggs", "email": "jo@example.com"})
}

pub fn with(more: Value) -> Value {
    let mut body = nobody();
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_by_json_becomes_a_candidate_with_all_that_was_said() {
    let acme = hiring::acme().await;
    let post = post(&acme, json!({})).await;
    acme.fired().await;
    let mut body = with(json!({
        "phone": "333 777 8888", "location": "110 5th Ave, New York", "latitude": "40.7", "longitude": "-73.9",
        "resume_text": "I weave baskets", "cover_letter_content": "SGVsbG8h", "cover_letter_content_filename": "C:\\hello.txt",
        "educations": [{
            "school_name_id": "36", "degree_id": "1", "discipline_id": "11",
            "start_date": {"month": "1", "year": "1989"}, "end_date": {"month": "2", "year": "1990"},
        }],
        "employments": [{
            "company_name": "Business Co.", "title": "Sales Manager", "current": "true", "start_date": {"month": "1", "year": "2016"},
        }],
        "data_compliance": {"gdpr_consent_given": true},
        "applicant_ip": "203.0.113.47",
    }));
    let fields = body.as_object_mut().unwrap();
    fields.insert(field(&post, "Why?"), json!("Because"));
    fields.insert(field(&post, "Apples?"), json!(1));
    fields.insert(field(&post, "Where?"), option(&post, "Where?", "Ghent"));
    fields.insert(field(&post, "What?"), json!([option(&post, "What?", "Rust"), option(&post, "What?", "HTML")]));
    fields.insert(format!("{}_content", field(&post, "Portfolio")), json!("UERG"));
    fields.insert(format!("{}_content_filename", field(&post, "Portfolio")), json!("work.pdf"));
    let answer = apply_json(&acme, &door(&post), body).await;
    assert_eq!((answer.status, answer.text.as_str()), (200, r#"{"success":"Candidate saved successfully"}"#));
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(acme.fired().await, "new_candidate_application");

    let person = newest(&acme).await;
    let application = &person["applications"][0];
    let shown = json!({
        "first_name": person["first_name"], "last_name": person["last_name"], "phone_numbers": person["phone_numbers"], "email_addresses": person["email_addresses"],
        "educations": person["educations"][0]["degree"], "employments": person["employments"][0]["start_date"],
        "files": person["attachments"].as_array().unwrap().iter().map(|it| json!([it["filename"], it["type"]])).collect::<Vec<_>>(),
        "source": application["source"]["public_name"], "status": application["status"], "prospect": application["prospect"],
        "location": application["location"], "answers": application["answers"], "stage": application["current_stage"]["name"],
        "through_the_post": application["job_post_id"] == post["id"],
    });
    expect![[r#"
        {
          "first_name": "Jo",
          "last_name": "Bloggs",
          "phone_numbers": [
            {
              "value": "333 777 8888",
              "type": "mobile"
            }
          ],
          "email_addresses": [
            {
              "value": "jo@example.com",
              "type": "personal"
            }
          ],
          "educations": "High School",
          "employments": "2016-01-01T00:00:00.000Z",
          "files": [
            [
              "resume.txt",
              "resume"
            ],
            [
              "hello.txt",
              "cover_letter"
            ],
            [
              "work.pdf",
              "other"
            ]
          ],
          "source": "Jobs page on your website",
          "status": "active",
          "prospect": false,
          "location": {
            "address": "110 5th Ave, New York"
          },
          "answers": [
            {
              "question": "Why?",
              "answer": "Because"
            },
            {
              "question": "Apples?",
              "answer": "Yes"
            },
            {
              "question": "Where?",
              "answer": "Ghent"
            },
            {
              "question": "What?",
              "answer": "Rust, HTML"
            },
            {
              "question": "Portfolio",
              "answer": "work.pdf"
            }
          ],
          "stage": "Review",
          "through_the_post": true
        }"#]]
    .assert_eq(&serde_json::to_string_pretty(&shown).unwrap());
    assert_eq!(content(&acme, "resume.txt").await.as_deref(), Some("I weave baskets"));
    assert_eq!(content(&acme, "hello.txt").await.as_deref(), Some("Hello!"));
    assert_eq!(content(&acme, "work.pdf").await.as_deref(), Some("PDF"));

    let kept =
        acme.house.read(async |look| Ok(look.tx.all::<orangery::tables::Consent>("", &[]).await?)).await.unwrap();
    assert_eq!((kept.len(), kept[0].consent, kept[0].processing), (1, Some(true), None));
    let audit =
        "select count(*) from audit_records where door = 'board' and request = $1 and target_type = 'candidates'";
    let request = "POST /v1/boards/{board_token}/jobs/{id}";
    let told = acme.house.read(async |look| Ok(look.tx.count(audit, sql::params![request]).await?)).await.unwrap();
    assert_eq!(told, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_by_a_form_with_files_and_nested_names() {
    let acme = hiring::acme().await;
    let post = post(&acme, json!({})).await;
    let (what, why) = (field(&post, "What?"), field(&post, "Why?"));
    let texts = [
        ("first_name", "Zoë".to_owned()),
        ("last_name", "Ünal".to_owned()),
        ("email", "zoe@example.com".to_owned()),
        ("phone", String::new()),
        ("educations[][school_name_id]", "36".to_owned()),
        ("educations[][degree_id]", "1".to_owned()),
        ("educations[][discipline_id]", "11".to_owned()),
        ("educations[][start_date][month]", "1".to_owned()),
        ("educations[][start_date][year]", "1989".to_owned()),
        ("educations[][end_date][month]", "2".to_owned()),
        ("educations[][end_date][year]", "1990".to_owned()),
        ("educations[][school_name_id]", "37".to_owned()),
        ("educations[][degree_id]", "2".to_owned()),
        ("educations[][discipline_id]", "12".to_owned()),
        ("educations[][start_date][month]", "1".to_owned()),
        ("educations[][start_date][year]", "2011".to_owned()),
        ("educations[][end_date][month]", "2".to_owned()),
        ("educations[][end_date][year]", "2012".to_owned()),
        (&format!("{what}[]"), option(&post, "What?", "SQL").to_string()),
        (&format!("{what}[]"), option(&post, "What?", "Rust").to_string()),
        (&why, "So".to_owned()),
        ("data_compliance[gdpr_consent_given]", "false".to_owned()),
    ];
    let mut body = Vec::new();
    for (name, value) in &texts {
        body.extend(format!("--AaB03x\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes());
    }
    for (name, filename, content) in [
        ("resume", "Zoë.PDF", &b"%PDF-1.7 \xff\0"[..]),
        (&field(&post, "Portfolio"), "work.docx", b"docx"),
        ("cover_letter", "", b""),
    ] {
        let head =
            format!("content-disposition: form-data; name=\"{name}\"; filename=\"{filename}\"\r\ncontent-type: x/y");
        body.extend(format!("--AaB03x\r\n{head}\r\n\r\n").bytes());
        body.extend(content);
        body.extend(b"\r\n");
    }
    body.extend(b"--AaB03x--\r\n");
    let answer = apply(&acme, &door(&post), "multipart/form-data; boundary=AaB03x", body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let person = newest(&acme).await;
    assert_eq!((&person["last_name"], &person["phone_numbers"]), (&json!("Ünal"), &json!([])));
    assert_eq!(person["educations"].as_array().unwrap().len(), 2);
    let files: Vec<&Value> = person["attachments"].as_array().unwrap().iter().map(|it| &it["filename"]).collect();
    assert_eq!(files, [&json!("Zoë.PDF"), &json!("work.docx")]);
    let answers: Vec<&Value> =
        person["applications"][0]["answers"].as_array().unwrap().iter().map(|it| &it["answer"]).collect();
    assert_eq!(answers, [&json!("So"), &json!(null), &json!(null), &json!("SQL, Rust"), &json!("work.docx")]);

    let form =
        format!("first_name=Ann&last_name=Lee&email=ann%40example.com&{what}%5B%5D={}", option(&post, "What?", "SQL"));
    for kind in ["application/x-www-form-urlencoded; charset=utf-8", ""] {
        let answer = apply(&acme, &door(&post), kind, form.clone()).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let person = newest(&acme).await;
        assert_eq!(
            (&person["last_name"], &person["applications"][0]["answers"][3]["answer"]),
            (&json!("Lee"), &json!("SQL"))
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prospect_post_makes_prospects_and_a_tracking_link_is_credited() {
    let acme = hiring::acme().await;
    let sales = id(&made(&acme, "/v1/departments", json!({"name": "Sales"})).await);
    let anything = json!({"title": "Anything", "live": true, "department_id": sales});
    let anything = made(&acme, "/api/v1/posts", anything).await;
    acme.fired().await;
    assert_eq!(apply_json(&acme, &door(&anything), nobody()).await.status, 200);
    assert_eq!(acme.fired().await, "new_prospect_application");
    let application = newest(&acme).await["applications"][0].clone();
    assert_eq!(
        (&application["prospect"], &application["prospective_department"]["name"]),
        (&json!(true), &json!("Sales"))
    );

    let post = post(&acme, json!({})).await;
    let link = json!({"job_post_id": id(&post), "source_id": 8, "referrer_name": "Uncle Bob"});
    let link = made(&acme, "/api/v1/tracking-links", link).await;
    for (token, source, credit) in [
        (link["token"].as_str().unwrap(), "LinkedIn", json!("Uncle Bob")),
        ("nobody-knows-it", "Jobs page on your website", json!(null)),
    ] {
        assert_eq!(apply_json(&acme, &door(&post), with(json!({"mapped_url_token": token}))).await.status, 200);
        let application = newest(&acme).await["applications"][0].clone();
        assert_eq!(
            (&application["source"]["public_name"], &application["credited_to"]["name"]),
            (&json!(source), &credit)
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_say_of_themselves_is_read_in_harvest() {
    let acme = hiring::acme().await;
    let set = acme.get("/v1/demographics/question_sets").await.json[0].clone();
    let questions = acme.get(&format!("/v1/demographics/question_sets/{}/questions", id(&set))).await.json;
    let options = acme.get(&format!("/v1/demographics/questions/{}/answer_options", id(&questions[0]))).await.json;
    let free = options.as_array().unwrap().iter().find(|it| it["free_form"] == true).unwrap();
    let post = post(&acme, json!({"eeoc": true, "demographic_question_set_id": id(&set)})).await;
    let shown = super::get(&acme, &format!("{}?questions=true", door(&post))).await.json;
    assert_eq!(shown["demographic_questions"]["questions"][0]["id"], questions[0]["id"]);
    let body = with(json!({
        "gender": "2", "race": 5, "veteran_status": 1, "disability_status": 3,
        "demographic_answers": [
            {"question_id": id(&questions[0]), "answer_options": [{"answer_option_id": id(free), "text": "Me"}]},
            {"question_id": id(&questions[1]), "answer_options": null},
            {"question_id": id(&questions[2])},
        ],
    }));
    let answer = apply_json(&acme, &door(&post), body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let application = id(&newest(&acme).await["applications"][0]);
    let eeoc = acme.get(&format!("/v1/applications/{application}/eeoc")).await.json;
    let said = [
        &eeoc["gender"]["description"],
        &eeoc["race"]["description"],
        &eeoc["veteran_status"]["id"],
        &eeoc["disability_status"]["id"],
    ];
    assert_eq!(said, [&json!("Female"), &json!("White"), &json!(1), &json!(3)]);
    let answers = acme.get(&format!("/v1/applications/{application}/demographics/answers")).await.json;
    assert_eq!((answers.as_array().unwrap().len(), &answers[0]["free_form_text"]), (1, &json!("Me")));

    let other = with(json!({"demographic_answers": [{"question_id": 999}]}));
    assert_eq!(
        apply_json(&acme, &door(&post), other.clone()).await.faults(),
        "demographic_answers[0].question_id: The post does not ask question 999"
    );
    let silent = super::post(&acme, json!({})).await;
    let ignored = with(json!({"gender": 1, "demographic_answers": [{"question_id": 999}]}));
    assert_eq!(apply_json(&acme, &door(&silent), ignored).await.status, 200);
    let application = id(&newest(&acme).await["applications"][0]);
    assert_eq!(acme.get(&format!("/v1/applications/{application}/eeoc")).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_path_and_the_board_for_colleagues() {
    let acme = hiring::acme().await;
    let internal = post(&acme, json!({"external": false, "internal": true})).await;
    let both = post(&acme, json!({"internal": true})).await;
    let at = |board: &str, post: &Value| format!("/v1/boards/{board}/jobs/{}", id(post));
    assert_eq!(apply_json(&acme, &at("acme", &internal), nobody()).await.status, 404);
    assert_eq!(apply_json(&acme, &at("internal", &internal), nobody()).await.status, 200);
    assert_eq!(newest(&acme).await["applications"][0]["source"]["public_name"], "Internal applicant");
    assert_eq!(apply_json(&acme, &at("Internal", &both), nobody()).await.status, 200);
    acme.fired().await;
    let form = format!("id={}&first_name=Ann&last_name=Lee&email=ann%40example.com", id(&both));
    let older = apply(&acme, "/v1/applications", "application/x-www-form-urlencoded", form).await;
    assert_eq!((older.status, acme.fired().await.as_str()), (200, "new_candidate_application"));
    assert_eq!(apply_json(&acme, "/v1/applications", with(json!({"id": id(&internal)}))).await.status, 404);
    assert_eq!(apply_json(&acme, "/v1/applications", nobody()).await.faults(), "id: is required");
    assert_eq!(acme.get("/v1/applications?per_page=1").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_board_key_opens_the_board_and_nothing_else() {
    let acme = hiring::acme().await;
    let post = post(&acme, json!({})).await;
    let key = made(&acme, "/api/v1/keys", json!({"name": "Careers", "kind": "job_board"})).await;
    let reads = json!({"name": "Reads", "endpoints": ["GET /v1/candidates"]});
    let reads = made(&acme, "/api/v1/keys", reads).await;
    let applies = json!({"name": "Applies", "endpoints": ["POST /v1/boards/{board_token}/jobs/{id}"]});
    let applies = made(&acme, "/api/v1/keys", applies).await;
    let wrong = acme.post("/api/v1/keys", json!({"name": "X", "kind": "job_board", "endpoints": ["*"]})).await;
    assert_eq!(wrong.status, 422);
    let router = orangery::http::router(acme.house.clone());
    let status = async |key: &str| {
        let request = Request::builder().method("POST").uri(door(&post)).header("authorization", key);
        send(&router, request.body(Body::from(nobody().to_string())).unwrap()).await.status
    };
    assert_eq!(status(&basic(key["key"].as_str().unwrap())).await, 200);
    assert_eq!(status(&basic(applies["key"].as_str().unwrap())).await, 200);
    for no in [basic(reads["key"].as_str().unwrap()), basic("nobody"), "Bearer x".to_owned()] {
        assert_eq!(status(&no).await, 401);
    }
    let key = basic(key["key"].as_str().unwrap());
    for path in ["/v1/candidates", "/api/v1/boards"] {
        let answer = acme.ask(axum::http::Method::GET, path, None, &[("Authorization", &key)]).await;
        assert_eq!(answer.status, 401, "{path}");
    }
}

/// Of one address, so many a minute.
#[tokio::test(flavor = "multi_thread")]
async fn one_address_does_not_apply_by_the_hundred() {
    let acme = hiring::acme().await;
    let post = post(&acme, json!({})).await;
    let router = orangery::http::router(acme.house.clone());
    let from = async |router: &Router, address: &str, body: Value| {
        let peer: std::net::SocketAddr = address.parse().unwrap();
        let request = Request::builder().method("POST").uri(door(&post)).header("authorization", basic(KEY));
        let request = request.extension(axum::extract::ConnectInfo(peer));
        send(router, request.body(Body::from(body.to_string())).unwrap()).await
    };
    // It goes on a little while these are asked.
    let until_refused = async |address: &str, body: &dyn Fn(usize) -> Value| {
        for n in 0..500 {
            let answer = from(&router, address, body(n)).await;
            if answer.status == 429 {
                return (n, answer.header("retry-after").parse::<u64>().unwrap());
            }
        }
        panic!("nobody stops them");
    };
    let (taken, wait) = until_refused("198.51.100.1:1", &|_| json!({})).await;
    assert!((60..300).contains(&taken) && wait == 1, "{taken} {wait}");
    assert_eq!(from(&router, "198.51.100.2:1", nobody()).await.status, 200);
    assert_eq!(from(&router, "[2001:db8::1]:1", nobody()).await.status, 200);
    let one = |n: usize| with(json!({"applicant_ip": "203.0.113.47", "last_name": format!("No {n}")}));
    let (taken, wait) = until_refused("198.51.100.3:1", &one).await;
    assert!((10..60).contains(&taken) && wait <= 7, "{taken} {wait}");
    // The next one may come six seconds later: the same address is known whoever sends it.
    let (taken, _) = until_refused("198.51.100.4:1", &one).await;
    assert!(taken < 10, "{taken}");
}
