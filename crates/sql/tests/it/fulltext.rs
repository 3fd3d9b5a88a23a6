//! Full-text search: the same is found on both databases.

use std::time::Instant;

use sql::{BREAK, Clause, Phrase, Pool, Wanted, Within, params};

use crate::database::Database;

const SCHEMA: &str = "
create table people (
  id {id},
  shy boolean not null
);
-- What one database alone is told.
{sqlite} create virtual table words using fts5 (a, b, c, tokenize = 'ascii', prefix = '2 3');
{sqlite} insert into words (words, rank) values ('secure-delete', 1);
{postgres} create table words (id bigint not null primary key, a tsvector not null, b tsvector not null, c tsvector not null);
{postgres} create index words_a on words using gin (a);
{postgres} create index words_b on words using gin (b);
{postgres} create index words_c on words using gin (c);
";

fn phrase(text: &str) -> Clause {
    let words = text.trim_end_matches('*').split(' ').map(str::to_owned).collect();
    Clause { any: vec![Phrase { words, prefix: text.ends_with('*') }] }
}

fn wanted(all: &[&str], none: &[&str]) -> Wanted {
    let clauses = |of: &[&str]| of.iter().map(|it| phrase(it)).collect();
    Wanted { all: clauses(all), none: clauses(none) }
}

async fn find(pool: &Pool, wanted: &Wanted, within: Within) -> Vec<i64> {
    let tx = pool.read().await.unwrap();
    let keep = "not exists (select 1 from people p where p.id = {id} and p.shy = $3)";
    tx.find_words("words", wanted, within, keep, params![true], 100).await.unwrap()
}

async fn databases() -> Vec<Database> {
    let mut all = vec![Database::sqlite().await];
    all.extend(Database::postgres().await);
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn both_databases_find_the_same() {
    for database in databases().await {
        let pool = &database.pool;
        pool.migrate(&[("words", SCHEMA)]).await.unwrap();
        let tx = pool.begin().await.unwrap();
        let texts = [
            (1, ["jane smith".to_owned(), "senior engineer".to_owned(), format!("one two {BREAK} three it''s\\ é王")]),
            (2, ["john engineer".to_owned(), String::new(), "one two three senior".to_owned()]),
            (3, ["shy engineer".to_owned(), String::new(), String::new()]),
        ];
        for (id, columns) in &texts {
            tx.put_words("words", *id, columns).await.unwrap();
            tx.execute("insert into people (id, shy) values ($1, $2)", params![id, *id == 3]).await.unwrap();
        }
        // Put again, it stands there once.
        tx.put_words("words", 2, &texts[1].1).await.unwrap();
        tx.commit().await.unwrap();
        for (all, none, within, found) in [
            (vec!["engineer"], vec![], Within::First, vec![2]),
            (vec!["engineer"], vec![], Within::FirstTwo, vec![2, 1]),
            (vec!["engineer", "senior"], vec![], Within::FirstTwo, vec![1]),
            (vec!["engineer", "senior"], vec![], Within::All, vec![2, 1]),
            (vec!["engin*"], vec!["smith"], Within::All, vec![2]),
            (vec!["engineer"], vec!["three"], Within::First, vec![]),
            (vec!["engineer"], vec!["one two three"], Within::All, vec![1]),
            (vec!["senior engin*"], vec![], Within::All, vec![1]),
            (vec!["smith senior"], vec![], Within::All, vec![]),
            (vec!["two three"], vec![], Within::All, vec![2]),
            (vec!["é王"], vec![], Within::All, vec![1]),
        ] {
            assert_eq!(find(pool, &wanted(&all, &none), within).await, found, "{all:?} -{none:?} {within:?}");
        }
        let tx = pool.begin().await.unwrap();
        tx.remove_words("words", 2).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(find(pool, &wanted(&["engineer"], &[]), Within::All).await, [1]);
    }
}

/// `SQL_WORDS_ROWS=1000000 cargo test -p sql --test it -- --ignored --nocapture how_long`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn how_long_it_takes_among_many() {
    let rows: i64 = std::env::var("SQL_WORDS_ROWS").ok().and_then(|it| it.parse().ok()).unwrap_or(100_000);
    let database = Database::sqlite().await;
    let pool = &database.pool;
    pool.migrate(&[("words", SCHEMA)]).await.unwrap();
    let mut state = 7u64;
    let mut dice = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let begun = Instant::now();
    for start in (1..=rows).step_by(1000) {
        let tx = pool.begin().await.unwrap();
        for id in start..(start + 1000).min(rows + 1) {
            // Few words stand often, many seldom.
            let mut word = || {
                let top = 1 + dice(60_000);
                format!("w{}", dice(top))
            };
            let b: Vec<String> = (0..10).map(|_| word()).collect();
            let c: Vec<String> = (0..100).map(|_| word()).collect();
            let job = if dice(10) < 3 { "senior engineer" } else { "junior manager" };
            let a = format!("first{} last{} {BREAK} u{id} example org", dice(2000), dice(50_000));
            tx.put_words("words", id, &[a, format!("{job} {}", b.join(" ")), c.join(" ")]).await.unwrap();
            tx.execute("insert into people (id, shy) values ($1, $2)", params![id, dice(50) == 0]).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    println!("{rows} rows in {:?}", begun.elapsed());
    for (all, none) in [
        (vec!["engineer"], vec![]),
        (vec!["engineer", "senior"], vec![]),
        (vec!["senior engineer"], vec![]),
        (vec!["engineer"], vec!["w1"]),
        (vec!["first77", "last777"], vec![]),
        (vec!["first77"], vec![]),
        (vec!["w59998"], vec![]),
        (vec!["w10", "w20", "w30"], vec![]),
        (vec!["w1*"], vec![]),
        (vec!["en*"], vec![]),
        (vec!["nobody"], vec![]),
    ] {
        let wanted = wanted(&all, &none);
        let mut times = Vec::new();
        let mut counts = [0; 3];
        for _ in 0..3 {
            let begun = Instant::now();
            for (n, within) in [Within::First, Within::FirstTwo, Within::All].into_iter().enumerate() {
                counts[n] = find(pool, &wanted, within).await.len();
                if counts[n] >= 100 {
                    break;
                }
            }
            times.push(begun.elapsed());
        }
        println!("{all:?} -{none:?}: {counts:?} in {times:?}");
    }
    let tx = pool.begin().await.unwrap();
    let begun = Instant::now();
    for id in 1..=100 {
        let text = format!("w{id} and other words").repeat(100);
        tx.put_words("words", id, &["x y".to_owned(), "z".to_owned(), text]).await.unwrap();
    }
    println!("100 rows written again in {:?}", begun.elapsed());
}
