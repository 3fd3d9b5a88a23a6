//! Whether two houses show the same: everything that Harvest gives, byte for byte.

use axum::{Router, http::Method};
use orangery::{tables::FieldType, words::Word};
use sql::Tx;

use super::{
    NewHouse,
    old_house::{OldHouse, ask, beside},
};
use crate::endpoints;

/// Of large houses, so many records of a kind are asked for one by one.
const MOST: usize = 400;

/// Asks both for everything that is to be read, and answers how much that was.
pub async fn same(old: &OldHouse, new: &NewHouse) -> usize {
    let router = beside(old, &new.url, &new.folder.path().join("files")).await;
    let tx = old.house.pool.read().await.unwrap();
    let mut compared = 0;
    let mut paths = Vec::new();
    for (method, path) in endpoints::served() {
        // A tracking link is found by its token alone.
        if method == "GET" && path.starts_with("/v1/") && !path.starts_with("/v1/boards") && !path.contains("{token}") {
            paths.extend(named(&tx, path).await);
        }
    }
    drop(tx);
    for path in &paths {
        compared += all_pages(old, &router, path).await;
    }
    compared
}

/// All pages of a list; one answer of what is none.
async fn all_pages(old: &OldHouse, new: &Router, path: &str) -> usize {
    for page in 1.. {
        let mark = if path.contains('?') { '&' } else { '?' };
        let at = format!("{path}{mark}per_page=100&page={page}");
        let (there, here) = (old.get(&at).await, ask(new, Method::GET, &at, String::new()).await);
        if there != here {
            difference(&at, &there.1, &here.1);
            assert_eq!(there, here, "{at}");
        }
        if !there.1.starts_with('[') || there.1 == "[]" {
            return page;
        }
    }
    0
}

/// Shows where two long texts begin to differ.
fn difference(at: &str, there: &str, here: &str) {
    let same = there.bytes().zip(here.bytes()).take_while(|(a, b)| a == b).count();
    let around = |text: &str| {
        let from = text.floor_char_boundary(same.saturating_sub(300));
        let to = text.floor_char_boundary((same + 300).min(text.len()));
        text[from..to].to_owned()
    };
    panic!("{at} differs at byte {same}\n--- there\n{}\n--- here\n{}", around(there), around(here));
}

/// The paths of an endpoint, with ids for its parameters.
async fn named(tx: &Tx, path: &'static str) -> Vec<String> {
    let Some((before, rest)) = path.split_once('{') else {
        let plain = path.to_owned();
        return match path {
            "/v1/users" => vec![plain, format!("{path}?user_attributes=true")],
            "/v1/rejection_reasons" => vec![plain, format!("{path}?include_defaults=true")],
            "/v1/departments" | "/v1/offices" => vec![plain, format!("{path}?render_as=tree")],
            _ => vec![plain],
        };
    };
    let (_, after) = rest.split_once('}').unwrap();
    if before == "/v1/custom_fields/" {
        return FieldType::ALL.iter().map(|it| format!("{before}{}?include_inactive=true", it.word())).collect();
    }
    let table = match before.trim_start_matches("/v1/").trim_end_matches('/') {
        "custom_field" => "custom_fields",
        "job_stages" => "stages",
        "demographics/question_sets" => "demographic_question_sets",
        "demographics/questions" => "demographic_questions",
        "demographics/answer_options" => "demographic_answer_options",
        "demographics/answers" => "demographic_answers",
        other => other,
    };
    let rows = tx.rows(&format!("select id from {table} order by id"), &[]).await.unwrap();
    let ids: Vec<i64> = rows.iter().map(|it| it.get(0).unwrap()).collect();
    let step = ids.len().div_ceil(MOST).max(1);
    let mut paths = Vec::new();
    for id in ids.into_iter().step_by(step) {
        if after == "/openings/{id}" {
            let sql = "select id from openings where job_id = $1";
            let openings = tx.rows(sql, sql::params![id]).await.unwrap();
            paths.extend(openings.iter().map(|it| format!("{before}{id}/openings/{}", it.get::<i64>(0).unwrap())));
        } else {
            paths.push(format!("{before}{id}{after}"));
        }
    }
    paths
}
