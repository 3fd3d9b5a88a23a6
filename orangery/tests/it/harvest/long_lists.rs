//! Lists of many pages: whichever way they are read, each row is on one page.

use std::collections::BTreeSet;

use sql::params;

use crate::acme::Acme;

/// So many that "little" no longer is: see graph/select.rs.
const ALL: i64 = 6_000;

/// Candidates of no name, a second apart; the last ten were changed late.
async fn many() -> Acme {
    let acme = Acme::empty().await;
    let tx = acme.house.pool.begin().await.unwrap();
    let first = acme.house.now();
    let sql = "insert into candidates (id, first_name, last_name, is_private, can_email, custom, created_at, updated_at, last_activity_at)
        with recursive n (i) as (select cast(1 as bigint) union all select i + 1 from n where i < $2)
        select i, 'Jo', 'Number', false, true, '{}', $1 + i * 1000000, $1 + i * 1000000, $1 from n";
    tx.execute(sql, params![first, ALL]).await.unwrap();
    tx.execute("update candidates set updated_at = updated_at + 864000000000 where id > $1", params![ALL - 10])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    acme
}

async fn ids(acme: &Acme, query: &str) -> Vec<i64> {
    let answer = acme.get(&format!("/v1/candidates?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {answer}");
    answer.json.as_array().unwrap().iter().map(|it| it["id"].as_i64().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_are_the_same_read_in_any_order() {
    let acme = many().await;
    let page = async |number: i64| ids(&acme, &format!("per_page=500&page={number}")).await;
    let expected = |number: i64| ((number - 1) * 500 + 1..=number * 500).collect::<Vec<_>>();
    // One that nobody came to by the one before, then all, then back.
    for number in [7, 1, 2, 3, 4, 5, 6, 7, 8, 12, 11, 10, 1] {
        assert_eq!(page(number).await, expected(number), "page {number}");
    }
    assert!(page(13).await.is_empty());
    let last = acme.get("/v1/candidates?per_page=500&page=12").await.link;
    assert!(!last.contains("next") && last.contains("page=12&per_page=500>; rel=\"last\""), "{last}");
    let beyond = acme.get("/v1/candidates?per_page=500&page=99").await.link;
    assert!(beyond.contains("page=12&per_page=500>; rel=\"last\""), "{beyond}");
}

#[tokio::test(flavor = "multi_thread")]
async fn times_narrow_a_list_whether_much_or_little_is_left() {
    let acme = many().await;
    // Much: all but the first hundred.
    let much = "created_after=2026-08-22T10:01:41.123Z&per_page=500";
    assert_eq!(ids(&acme, much).await, (101..=600).collect::<Vec<_>>());
    assert_eq!(ids(&acme, &format!("{much}&page=2")).await, (601..=1_100).collect::<Vec<_>>());
    assert_eq!(ids(&acme, &format!("{much}&page=12")).await, (5_601..=6_000).collect::<Vec<_>>());
    // Little: the last ten, and of them those before a moment.
    let little = "updated_after=2026-08-30";
    assert_eq!(ids(&acme, little).await, (ALL - 9..=ALL).collect::<Vec<_>>());
    assert_eq!(ids(&acme, &format!("{little}&per_page=4&page=3")).await, [ALL - 1, ALL]);
    // Both at once, and neither.
    assert_eq!(ids(&acme, &format!("{much}&{little}")).await, (ALL - 9..=ALL).collect::<Vec<_>>());
    assert!(ids(&acme, "created_after=2027-01-01").await.is_empty());
    let link = acme.get(&format!("/v1/candidates?{much}")).await.link;
    assert!(link.contains("page=12&per_page=500>; rel=\"last\""), "{link}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reads_to_the_end_misses_nobody_when_somebody_is_deleted() {
    let acme = many().await;
    let mut seen: BTreeSet<i64> = ids(&acme, "per_page=500&page=1").await.into_iter().collect();
    assert_eq!(acme.delete("/v1/candidates/3", serde_json::json!({})).await.status, 200);
    for number in 2..=12 {
        seen.extend(ids(&acme, &format!("per_page=500&page={number}")).await);
    }
    assert_eq!(seen.len() as i64, ALL);
}
