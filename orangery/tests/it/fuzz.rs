//! The doors under rubbish: every route gets ids that are none, bodies that are no JSON, values of the wrong type, texts too long, queries and
//! headers of nonsense. Whatever comes in, the house answers, in its envelope, never by a fault of its own; and what it refuses leaves no trace.
//!
//! The dice are seeded: `ORANGERY_FUZZ_SEED` throws other ones, `ORANGERY_FUZZ_CASES` says how many of the cases are tried (in percent).

mod bodies;
mod house;
mod partners;
mod routes;

use axum::http::Method;
use fastrand::Rng;
use serde_json::{Value, json};

use house::{Company, Request};
use routes::Route;

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|it| it.parse().ok()).unwrap_or(default)
}

fn dice() -> Rng {
    let seed = number("ORANGERY_FUZZ_SEED", 7);
    println!("ORANGERY_FUZZ_SEED={seed}");
    Rng::with_seed(seed)
}

/// How many of 100 cases are tried: fewer on PostgreSQL, where each takes longer.
fn share() -> u64 {
    let default = if std::env::var("ORANGERY_TEST_POSTGRES").is_ok() { 2 } else { 4 };
    number("ORANGERY_FUZZ_CASES", default)
}

/// Asks all requests of each route, as far as the dice say, of a company that is whole, and fails with all that went wrong.
async fn storm(routes: Vec<Route>, share: u64, requests: impl Fn(&Company, &Route, &mut Rng) -> Vec<Request>) {
    let mut dice = dice();
    let mut company = Company::found().await;
    let mut problems: Vec<String> = Vec::new();
    let mut asked = 0;
    let mut refused: Vec<String> = Vec::new();
    for route in routes {
        if company.is_worn() {
            problems.extend(unreadable(&mut company).await);
            company = Company::found().await;
        }
        let found = problems.len();
        let mut was_taken = false;
        for request in requests(&company, &route, &mut dice) {
            if dice.u64(..100) >= share && !request.is_right {
                continue;
            }
            asked += 1;
            problems.extend(company.ask(&request).await);
            was_taken |= company.taken;
            if problems.len() > found + 4 {
                break;
            }
        }
        if !was_taken {
            refused.push(format!("{route}: {}", company.said));
        }
    }
    problems.extend(unreadable(&mut company).await);
    println!("{asked} requests; of these routes none was taken: {}", refused.join("\n  "));
    assert!(asked > 50, "requests were made");
    assert!(problems.is_empty(), "{} of {asked}:\n{}", problems.len(), problems.join("\n"));
}

/// Whatever was taken in, must be readable.
async fn unreadable(company: &mut Company) -> Vec<String> {
    let mut routes = routes::harvest();
    routes.extend(routes::api(&company.document().await));
    let mut problems = Vec::new();
    for route in routes.iter().filter(|it| it.method == Method::GET) {
        let request = Request::new(route, &company.path(route, None));
        problems.extend(company.ask(&request).await);
    }
    problems
}

#[tokio::test(flavor = "multi_thread")]
async fn harvest_takes_no_harm_from_bodies() {
    let written = routes::harvest();
    let bodies = routes::bodies();
    for route in written.iter().filter(|it| it.method != Method::GET) {
        assert!(bodies.iter().any(|it| it.is(route)), "tests/it/fuzz/harvest.txt has no body for {route}");
    }
    for route in &bodies {
        assert!(written.iter().any(|it| it.is(route)), "Harvest has no {route}");
    }
    storm(bodies, share(), wrong_bodies).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_job_board_takes_no_harm_from_bodies() {
    let bodies = routes::applications();
    for route in routes::board().iter().filter(|it| it.method != Method::GET) {
        assert!(bodies.iter().any(|it| it.is(route)), "tests/it/fuzz/board.txt has no body for {route}");
    }
    storm(bodies, share(), wrong_bodies).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn our_api_takes_no_harm_from_bodies() {
    let document = Company::found().await.document().await;
    let routes = routes::api(&document).into_iter().filter(|it| it.method != Method::GET).collect();
    storm(routes, share(), wrong_bodies).await;
}

fn wrong_bodies(company: &Company, route: &Route, dice: &mut Rng) -> Vec<Request> {
    let right = company.body(route);
    let path = company.path(route, None);
    let mut requests: Vec<Request> = Vec::new();
    for (place, is_scalar) in bodies::places(&right) {
        for value in bodies::values(dice) {
            // An object in the place of a text or a number is the wrong type wherever that is read.
            let wrong_type = is_scalar && value == json!({"wrong": [1]});
            let body = bodies::with(&right, &place, value).to_string().into_bytes();
            requests.push(Request {
                body,
                wrong_type: wrong_type.then(|| place.clone()),
                ..Request::new(route, &path)
            });
        }
        let body = bodies::without(&right, &place).to_string().into_bytes();
        requests.push(Request { body, ..Request::new(route, &path) });
    }
    requests.extend(bodies::raw().into_iter().map(|body| Request { body, ..Request::new(route, &path) }));
    for _ in 0..20 {
        let path = company.path(route, Some(dice));
        requests.push(Request { body: right.to_string().into_bytes(), ..Request::new(route, &path) });
    }
    dice.shuffle(&mut requests);
    // What does the most harm comes last.
    requests.push(Request { body: right.to_string().into_bytes(), is_right: true, ..Request::new(route, &path) });
    requests
}

#[tokio::test(flavor = "multi_thread")]
async fn no_read_takes_harm_from_queries() {
    let document = Company::found().await.document().await;
    let mut routes = routes::harvest();
    routes.extend(routes::board());
    routes.extend(routes::api(&document));
    routes.retain(|it| it.method == Method::GET);
    let names = routes::parameters();
    storm(routes, share(), |company, route, dice| {
        let mut requests = Vec::new();
        for query in bodies::queries(&names, dice) {
            let other_id = dice.u8(..4) == 0;
            let path = company.path(route, other_id.then_some(&mut *dice));
            requests.push(Request::new(route, &format!("{path}?{query}")));
        }
        requests
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_door_takes_harm_from_headers() {
    let document = Company::found().await.document().await;
    let mut routes = routes::harvest();
    routes.extend(routes::board());
    routes.extend(routes::api(&document));
    storm(routes, share(), |company, route, dice| {
        let path = company.path(route, Some(dice));
        let mut requests = Vec::new();
        for (name, values) in bodies::headers() {
            for value in values {
                let body = b"{}".to_vec();
                let body = if route.method == Method::GET { Vec::new() } else { body };
                requests.push(Request { header: Some((name, value)), body, ..Request::new(route, &path) });
            }
        }
        requests
    })
    .await;
}

/// Larger than any body may be, and as large as it may be.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_too_large_is_refused() {
    let mut company = Company::found().await;
    let limit = company.acme.house.body_limit;
    for (path, method) in [("/v1/tags/candidate", Method::POST), ("/api/v1/sources", Method::POST)] {
        let route = Route { method, path: path.to_owned(), body: Value::Null };
        for length in [limit, limit + 1] {
            let mut body = b"{\"name\":\"".to_vec();
            body.resize(length - 2, b'x');
            body.extend(b"\"}");
            let problem = company.ask(&Request { body, must_fail: true, ..Request::new(&route, path) }).await;
            assert_eq!(problem, None);
        }
    }
}
