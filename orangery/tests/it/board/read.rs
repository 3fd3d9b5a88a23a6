//! What everybody may read.

use axum::http::Method;
use expect_test::expect;
use serde_json::{Value, json};

use super::{ask, get, id, made, post};
use crate::{acme::Acme, hiring};

const BOARD: &str = "/v1/boards/acme";

async fn pretty(acme: &Acme, path: &str) -> String {
    let answer = get(acme, path).await;
    format!("{} {}", answer.status, serde_json::to_string_pretty(&answer.json).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_organization_has_a_board_for_everybody_and_one_for_colleagues() {
    let acme = Acme::empty().await;
    expect![[r#"
        200 {
          "name": "Acme",
          "content": null
        }"#]]
    .assert_eq(&pretty(&acme, BOARD).await);
    let boards = acme.get("/api/v1/boards").await;
    let tokens: Vec<&Value> = boards.json.as_array().unwrap().iter().map(|it| &it["token"]).collect();
    assert_eq!(tokens, [&json!("acme"), &json!("internal")]);
    expect![[r#"
        200 {
          "jobs": [],
          "meta": {
            "total": 0
          }
        }"#]]
    .assert_eq(&pretty(&acme, "/v1/boards/ACME/jobs/").await);
    for path in
        ["/v1/boards/nobody", "/v1/boards/nobody/jobs", "/v1/boards/%00", "/v1/boards/%FF", "/v1/boards/acme/nothing"]
    {
        assert_eq!(get(&acme, path).await.status, 404, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_published_is_shown() {
    let acme = hiring::acme().await;
    let live = id(&post(&acme, json!({})).await);
    let ids = async || -> Vec<i64> {
        let jobs = get(&acme, "/v1/boards/acme/jobs").await.json;
        jobs["jobs"].as_array().unwrap().iter().map(id).collect()
    };
    post(&acme, json!({"live": false})).await;
    let internal = id(&post(&acme, json!({"external": false, "internal": true, "internal_content": "psst"})).await);
    let other = id(&made(&acme, "/api/v1/boards", json!({"name": "Other", "token": "other"})).await);
    let elsewhere = id(&post(&acme, json!({"board_id": other})).await);
    assert_eq!(ids().await, [live]);
    assert_eq!(get(&acme, &format!("{BOARD}/jobs/{live}")).await.status, 200);
    for hidden in [internal, elsewhere, 999] {
        assert_eq!(get(&acme, &format!("{BOARD}/jobs/{hidden}")).await.status, 404);
    }
    assert_eq!(get(&acme, &format!("/v1/boards/other/jobs/{elsewhere}")).await.status, 200);

    let colleagues = "/v1/boards/internal/jobs";
    assert_eq!(get(&acme, colleagues).await.status, 401);
    let shown = ask(&acme, Method::GET, colleagues, &[("authorization", &super::basic(crate::acme::KEY))]).await;
    assert_eq!((shown.status, id(&shown.json["jobs"][0])), (200, internal));
    assert_eq!(shown.header("cache-control"), "private, no-cache");

    assert_eq!(acme.patch(&format!("/api/v1/boards/{other}"), json!({"live": false})).await.status, 200);
    assert_eq!(get(&acme, "/v1/boards/other/jobs").await.status, 404);
    assert_eq!(acme.post(&format!("/api/v1/posts/{live}/offline"), json!({})).await.status, 200);
    assert_eq!(ids().await, [0; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_job_with_all_that_can_be_asked_for() {
    let acme = hiring::acme().await;
    let field =
        json!({"name": "Team", "field_type": "job", "value_type": "short_text", "expose_in_job_board_api": true});
    made(&acme, "/v1/custom_fields", field).await;
    let team = json!({"requisition_id": "R-1", "custom_fields": [{"name_key": "team", "value": "Core"}]});
    assert_eq!(acme.patch("/v1/jobs/10", team).await.status, 200);
    let board = json!({
        "post_introduction": "<h1>Hello</h1>", "post_conclusion": "<i>Bye</i>", "job_url": "https://acme.example.com/careers",
        "requires_consent": true, "retention_days": 365,
    });
    assert_eq!(acme.patch("/api/v1/boards/1", board).await.status, 200);
    let pay =
        json!({"min_cents": 5_000_000, "max_cents": 6_000_000, "currency_type": "EUR", "title": "Band", "blurb": null});
    post(&acme, json!({"eeoc": true, "pay_ranges": [pay]})).await;
    let jobs = get(&acme, &format!("{BOARD}/jobs?content=true")).await;
    let post_id = id(&jobs.json["jobs"][0]);
    expect![[r#"
        {
          "jobs": [
            {
              "id": 1,
              "internal_job_id": 10,
              "title": "Engineer",
              "updated_at": "2026-08-22T10:01:00Z",
              "requisition_id": "R-1",
              "location": {
                "name": "Delft"
              },
              "absolute_url": "https://acme.example.com/careers?gh_jid=1",
              "language": "en",
              "metadata": [
                {
                  "id": 8,
                  "name": "Team",
                  "value_type": "short_text",
                  "value": "Core"
                }
              ],
              "content": "&lt;h1&gt;Hello&lt;/h1&gt;&lt;p&gt;Come &amp; &quot;build&quot;&lt;/p&gt;&lt;i&gt;Bye&lt;/i&gt;",
              "departments": [],
              "offices": []
            }
          ],
          "meta": {
            "total": 1
          }
        }"#]].assert_eq(&serde_json::to_string_pretty(&jobs.json).unwrap());
    expect![[r#"
        200 {
          "id": 1,
          "title": "Engineer",
          "updated_at": "2026-08-22T10:01:00Z",
          "requisition_id": "R-1",
          "location": {
            "name": "Delft"
          },
          "content": "&lt;h1&gt;Hello&lt;/h1&gt;&lt;p&gt;Come &amp; &quot;build&quot;&lt;/p&gt;&lt;i&gt;Bye&lt;/i&gt;",
          "absolute_url": "https://acme.example.com/careers?gh_jid=1",
          "language": "en",
          "internal_job_id": 10,
          "location_questions": [
            {
              "required": true,
              "label": "Location",
              "fields": [
                {
                  "name": "location",
                  "type": "input_text",
                  "values": []
                }
              ],
              "description": null
            },
            {
              "required": true,
              "label": "Latitude",
              "fields": [
                {
                  "name": "latitude",
                  "type": "input_hidden",
                  "values": []
                }
              ],
              "description": null
            },
            {
              "required": true,
              "label": "Longitude",
              "fields": [
                {
                  "name": "longitude",
                  "type": "input_hidden",
                  "values": []
                }
              ],
              "description": null
            }
          ],
          "questions": [
            {
              "required": true,
              "label": "First Name",
              "fields": [
                {
                  "name": "first_name",
                  "type": "input_text",
                  "values": []
                }
              ],
              "description": null
            },
            {
              "required": true,
              "label": "Last Name",
              "fields": [
                {
                  "name": "last_name",
                  "type": "input_text",
                  "values": []
                }
              ],
              "description": null
            },
            {
              "required": true,
              "label": "Email",
              "fields": [
                {
                  "name": "email",
                  "type": "input_text",
                  "values": []
                }
              ],
              "description": null
            },
            {
              "required": false,
              "label": "Resume",
              "fields": [
                {
                  "name": "resume",
                  "type": "input_file",
                  "values": []
                },
                {
                  "name": "resume_text",
                  "type": "textarea",
                  "values": []
                }
              ],
              "description": null
            },
            {
              "required": false,
              "label": "Why?",
              "fields": [
                {
                  "name": "question_6",
                  "type": "textarea",
                  "values": []
                }
              ],
              "description": null
            },
            {
              "required": false,
              "label": "Apples?",
              "fields": [
                {
                  "name": "question_7",
                  "type": "multi_value_single_select",
                  "values": [
                    {
                      "value": 0,
                      "label": "No"
                    },
                    {
                      "value": 1,
                      "label": "Yes"
                    }
                  ]
                }
              ],
              "description": null
            },
            {
              "required": false,
              "label": "Where?",
              "fields": [
                {
                  "name": "question_8",
                  "type": "multi_value_single_select",
                  "values": [
                    {
                      "value": 8001,
                      "label": "Delft"
                    },
                    {
                      "value": 8002,
                      "label": "Ghent"
                    }
                  ]
                }
              ],
              "description": null
            },
            {
              "required": false,
              "label": "What?",
              "fields": [
                {
                  "name": "question_9[]",
                  "type": "multi_value_multi_select",
                  "values": [
                    {
                      "value": 9001,
                      "label": "Rust"
                    },
                    {
                      "value": 9002,
                      "label": "SQL"
                    },
                    {
                      "value": 9003,
                      "label": "HTML"
                    }
                  ]
                }
              ],
              "description": null
            },
            {
              "required": false,
              "label": "Portfolio",
              "fields": [
                {
                  "name": "question_10",
                  "type": "input_file",
                  "values": []
                }
              ],
              "description": null
            }
          ],
          "compliance": [
            {
              "type": "eeoc",
              "description": "<p>Employers in the United States are asked to account for whom they hire. Answering is voluntary, and has no influence on your application.</p>",
              "questions": [
                {
                  "required": false,
                  "label": "Gender",
                  "fields": [
                    {
                      "name": "gender",
                      "type": "multi_value_single_select",
                      "values": [
                        {
                          "value": 1,
                          "label": "Male"
                        },
                        {
                          "value": 2,
                          "label": "Female"
                        },
                        {
                          "value": 3,
                          "label": "Decline To Self Identify"
                        }
                      ]
                    }
                  ],
                  "description": null
                },
                {
                  "required": false,
                  "label": "Race",
                  "fields": [
                    {
                      "name": "race",
                      "type": "multi_value_single_select",
                      "values": [
                        {
                          "value": 1,
                          "label": "American Indian or Alaskan Native"
                        },
                        {
                          "value": 2,
                          "label": "Asian"
                        },
                        {
                          "value": 3,
                          "label": "Black or African American"
                        },
                        {
                          "value": 4,
                          "label": "Hispanic or Latino"
                        },
                        {
                          "value": 5,
                          "label": "White"
                        },
                        {
                          "value": 6,
                          "label": "Native Hawaiian or Other Pacific Islander"
                        },
                        {
                          "value": 7,
                          "label": "Two or More Races"
                        },
                        {
                          "value": 8,
                          "label": "Decline To Self Identify"
                        }
                      ]
                    }
                  ],
                  "description": null
                },
                {
                  "required": false,
                  "label": "Veteran Status",
                  "fields": [
                    {
                      "name": "veteran_status",
                      "type": "multi_value_single_select",
                      "values": [
                        {
                          "value": 1,
                          "label": "I am not a protected veteran"
                        },
                        {
                          "value": 2,
                          "label": "I identify as one or more of the classifications of a protected veteran"
                        },
                        {
                          "value": 3,
                          "label": "I don't wish to answer"
                        }
                      ]
                    }
                  ],
                  "description": null
                },
                {
                  "required": false,
                  "label": "Disability Status",
                  "fields": [
                    {
                      "name": "disability_status",
                      "type": "multi_value_single_select",
                      "values": [
                        {
                          "value": 1,
                          "label": "Yes, I have a disability, or have a history/record of having a disability"
                        },
                        {
                          "value": 2,
                          "label": "No, I don’t have a disability, or a history/record of having a disability"
                        },
                        {
                          "value": 3,
                          "label": "I don't wish to answer"
                        }
                      ]
                    }
                  ],
                  "description": null
                }
              ]
            }
          ],
          "metadata": [
            {
              "id": 8,
              "name": "Team",
              "value_type": "short_text",
              "value": "Core"
            }
          ],
          "departments": [],
          "offices": [],
          "data_compliance": [
            {
              "type": "gdpr",
              "requires_consent": true,
              "requires_processing_consent": false,
              "requires_retention_consent": false,
              "retention_period": 365
            }
          ],
          "pay_input_ranges": [
            {
              "min_cents": 5000000,
              "max_cents": 6000000,
              "currency_type": "EUR",
              "title": "Band",
              "blurb": null
            }
          ]
        }"#]]
        .assert_eq(&pretty(&acme, &format!("{BOARD}/jobs/{post_id}?questions=true&pay_transparency=true")).await);
    let plain = get(&acme, &format!("{BOARD}/jobs/{post_id}")).await;
    for name in ["questions", "location_questions", "compliance", "pay_input_ranges", "demographic_questions"] {
        assert_eq!(plain.json.get(name), None, "{name}");
    }
    let older = get(&acme, &format!("{BOARD}/embed/job?id={post_id}&questions=true&pay_transparency=true")).await;
    let newer = get(&acme, &format!("{BOARD}/jobs/{post_id}?questions=true&pay_transparency=true")).await;
    assert_eq!(older.text, newer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn departments_offices_and_sections_as_lists_and_as_trees() {
    let acme = hiring::acme().await;
    let department = async |name: &str, parent: Option<i64>| {
        id(&made(&acme, "/v1/departments", json!({"name": name, "parent_id": parent})).await)
    };
    let office = async |name: &str, parent: Option<i64>| {
        id(&made(&acme, "/v1/offices", json!({"name": name, "location": name, "parent_id": parent})).await)
    };
    let research = department("R & D", None).await;
    let engineering = department("Engineering", Some(research)).await;
    let sales = department("Sales", None).await;
    let europe = office("Europe", None).await;
    let delft = office("Delft", Some(europe)).await;
    let job = json!({"department_id": engineering, "office_ids": [delft]});
    assert_eq!(acme.patch("/api/v1/jobs/10", job).await.status, 200);
    post(&acme, json!({})).await;
    let section = id(&made(&acme, "/api/v1/boards/1/sections", json!({"name": "Write to us"})).await);
    let prospect = json!({"title": "Anything", "live": true, "department_id": sales, "section_id": section});
    made(&acme, "/api/v1/posts", prospect).await;
    made(&acme, "/api/v1/posts", json!({"title": "Nowhere", "live": true})).await;

    let names = async |path: &str| {
        let answer = get(&acme, &format!("{BOARD}/{path}")).await;
        assert_eq!(answer.status, 200, "{path}");
        outline(&answer.json, 0)
    };
    expect![[r#"
        R & D
        Engineering
          Engineer
        Sales
          Anything
        No Department
          Nowhere
    "#]]
    .assert_eq(&names("departments").await);
    expect![[r#"
        R & D
          Engineering
            Engineer
        Sales
          Anything
        No Department
          Nowhere
    "#]]
    .assert_eq(&names("departments?render_as=tree").await);
    expect![[r#"
        Europe
        Delft
          R & D
          Engineering
            Engineer
        No Office
          Sales
            Anything
          No Department
            Nowhere
    "#]]
    .assert_eq(&names("offices").await);
    expect![[r#"
        Europe
          Delft
            R & D
              Engineering
                Engineer
        No Office
          Sales
            Anything
          No Department
            Nowhere
    "#]]
    .assert_eq(&names("offices?render_as=tree").await);
    expect![[r#"
        Write to us
          Anything
    "#]]
    .assert_eq(&names("sections").await);
    assert_eq!(names(&format!("sections/{section}")).await, "Write to us\n  Anything\n");
    assert_eq!(names(&format!("departments/{sales}")).await, "Sales\n  Anything\n");
    assert_eq!(names("departments/0").await, "No Department\n  Nowhere\n");
    assert_eq!(names(&format!("embed/department?id={sales}&render_as=tree")).await, "Sales\n  Anything\n");
    assert_eq!(names("embed/offices?render_as=tree").await, names("offices?render_as=tree").await);
    assert_eq!(names("embed/departments").await, names("departments").await);
    for path in ["departments/999", "offices/999", "sections/999", "departments/x", "offices/-1"] {
        assert_eq!(get(&acme, &format!("{BOARD}/{path}")).await.status, 404, "{path}");
    }
}

/// Names and titles, each under what holds it.
fn outline(value: &Value, depth: usize) -> String {
    match value {
        Value::Array(values) => values.iter().map(|it| outline(it, depth)).collect(),
        Value::Object(map) => {
            let name = map.get("title").or(map.get("name")).and_then(Value::as_str);
            let own = name.map(|it| format!("{}{it}\n", "  ".repeat(depth))).unwrap_or_default();
            let depth = depth + usize::from(name.is_some());
            let below = map.iter().filter(|(name, _)| *name != "location").map(|(_, it)| outline(it, depth));
            own + &below.collect::<String>()
        }
        _ => String::new(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_read_can_be_kept_and_read_from_everywhere() {
    let acme = hiring::acme().await;
    post(&acme, json!({"title": "Line\u{2028}end"})).await;
    let path = "/v1/boards/acme/jobs";
    let first = get(&acme, path).await;
    assert_eq!(first.header("cache-control"), "public, max-age=60");
    assert_eq!(first.header("access-control-allow-origin"), "*");
    assert_eq!(first.header("content-type"), "application/json;charset=utf-8");
    let tag = first.header("etag");
    for sent in [tag, "*", &format!("W/{tag}"), &format!("\"x\", {tag}")] {
        let again = ask(&acme, Method::GET, path, &[("if-none-match", sent)]).await;
        assert_eq!((again.status, again.text.as_str(), again.header("etag")), (304, "", tag));
        assert_eq!(again.header("access-control-allow-origin"), "*");
    }
    assert_eq!(ask(&acme, Method::GET, path, &[("if-none-match", "\"other\"")]).await.status, 200);
    let head = ask(&acme, Method::HEAD, path, &[]).await;
    assert_eq!((head.status, head.text.as_str(), head.header("etag")), (200, "", tag));
    post(&acme, json!({})).await;
    assert_eq!(ask(&acme, Method::GET, path, &[("if-none-match", tag)]).await.status, 200);

    let script = get(&acme, &format!("{path}?callback=Acme.on_jobs_1")).await;
    assert_eq!(script.header("content-type"), "application/javascript; charset=utf-8");
    assert_eq!(script.header("x-content-type-options"), "nosniff");
    assert!(
        script.text.starts_with("/**/Acme.on_jobs_1({\"jobs\":[") && script.text.ends_with("})"),
        "{}",
        script.text
    );
    assert!(script.text.contains("Line\\u2028end"));
    for callback in ["alert(1)", "", "a%20b", "a%22", "%C3%A9", &"x".repeat(201)] {
        let refused = get(&acme, &format!("{path}?callback={callback}")).await;
        assert_eq!(
            (refused.status, refused.header("content-type")),
            (422, "application/json;charset=utf-8"),
            "{callback}"
        );
    }

    let preflight = ask(&acme, Method::OPTIONS, &format!("{path}/1"), &[("origin", "https://acme.example.com")]).await;
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (204, "*"));
    assert_eq!(preflight.header("access-control-allow-methods"), "GET, HEAD, POST, OPTIONS");
    assert_eq!(preflight.header("access-control-allow-headers"), "Authorization, Content-Type, If-None-Match");
    assert_eq!(ask(&acme, Method::PUT, path, &[]).await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn education_lists_are_searched_and_paged() {
    let acme = Acme::empty().await;
    let degrees = get(&acme, "/v1/boards/acme/education/degrees?term=MASTER").await;
    let names: Vec<&Value> = degrees.json["items"].as_array().unwrap().iter().map(|it| &it["text"]).collect();
    assert_eq!(names, [&json!("Master's Degree"), &json!("Master of Business Administration (M.B.A.)")]);
    assert_eq!(degrees.json["meta"], json!({"total_count": 2, "per_page": 100}));
    assert_eq!(degrees.header("link"), "");
    acme.write(async move |work| {
        for n in 0..230 {
            let item = orangery::tables::EducationItem {
                id: 0,
                kind: orangery::tables::EducationKind::School,
                name: format!("Schule für {n}"),
                priority: 100 + n,
            };
            crate::acme::insert(work, item).await?;
        }
        Ok(())
    })
    .await
    .unwrap();
    let page = async |page: &str| {
        get(&acme, &format!("/v1/boards/acme/education/schools?term=F%C3%9CR&page={page}")).await.json
    };
    let first = page("1").await;
    assert_eq!((first["items"].as_array().unwrap().len(), &first["meta"]["total_count"]), (100, &json!(230)));
    assert_eq!(page("3").await["items"][29]["text"], "Schule für 229");
    assert_eq!(page("4").await["items"], json!([]));
    assert_eq!(get(&acme, "/v1/boards/acme/education/schools?page=0").await.status, 422);
    assert_eq!(get(&acme, "/v1/boards/acme/education/disciplines").await.json["items"][0]["text"], "Accounting");
    assert_eq!(get(&acme, "/v1/boards/other/education/schools").await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn boards_are_edited_by_our_own_api() {
    let acme = Acme::empty().await;
    let tried = async |path: &str, body: Value| hiring::patch(&acme, path, body).await;
    for (token, why) in [
        ("Acme", "Must be 1 to 64 characters of a to z, 0 to 9, _ and -"),
        ("", "Must be 1 to 64 characters of a to z, 0 to 9, _ and -"),
        ("internal", "Another board has this token"),
    ] {
        assert_eq!(tried("/api/v1/boards/1", json!({"token": token})).await, format!("422; token: {why}; fired: "));
    }
    let why = "The board for colleagues is always called internal";
    assert_eq!(tried("/api/v1/boards/2", json!({"token": "us"})).await, format!("422; token: {why}; fired: "));
    for wrong in [
        json!({"job_url": "javascript:x"}),
        json!({"retention_days": 0}),
        json!({"source_id": 999}),
        json!({"name": " "}),
    ] {
        assert!(tried("/api/v1/boards/1", wrong.clone()).await.starts_with("422; "), "{wrong}");
    }
    assert_eq!(acme.delete("/api/v1/boards/1", json!({})).await.status, 422);
    assert_eq!(acme.delete("/api/v1/boards/2", json!({})).await.status, 422);
    assert_eq!(tried("/api/v1/boards/1", json!({"token": "careers", "content": "<p>We</p>"})).await, "200; fired: ");
    assert_eq!(get(&acme, "/v1/boards/careers").await.json, json!({"name": "Acme", "content": "<p>We</p>"}));
    assert_eq!(get(&acme, "/v1/boards/acme").await.status, 404);
    let section = id(&made(&acme, "/api/v1/boards/1/sections", json!({"name": "A"})).await);
    made(&acme, "/api/v1/boards/1/sections", json!({"name": "B"})).await;
    assert_eq!(tried(&format!("/api/v1/board-sections/{section}"), json!({"priority": 9})).await, "200; fired: ");
    let shown = acme.get("/api/v1/boards/1").await.json;
    let names: Vec<&Value> = shown["sections"].as_array().unwrap().iter().map(|it| &it["name"]).collect();
    assert_eq!(names, [&json!("B"), &json!("A")]);
    let other = id(&made(&acme, "/api/v1/boards", json!({"name": "Other", "token": "other"})).await);
    let wrong = acme.post("/api/v1/posts", json!({"title": "X", "board_id": other, "section_id": section})).await;
    assert_eq!(wrong.faults(), format!("The board of the post has no section {section} at section_id"));
    let wrong = acme.post("/api/v1/posts", json!({"title": "X", "board_id": 2})).await;
    assert_eq!(wrong.faults(), "There is no board 2 for posts that are for everybody at board_id");
    assert_eq!(acme.delete(&format!("/api/v1/boards/{other}"), json!({})).await.status, 204);
}
