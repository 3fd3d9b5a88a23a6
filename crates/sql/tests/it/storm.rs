//! Many at once: no acknowledged row is lost, no rolled-back row is left.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::future::join_all;
use sql::{Error, Options, Pool, params};
use tokio::time::timeout;

use crate::database::{Database, thing};

crate::on_both!(storm);

/// Forty-eight tasks commit, fail, drop and are cancelled at every point.
async fn storm(db: &Database) {
    let tasks = (0..48).map(|task: u64| {
        let pool = db.pool.clone();
        tokio::spawn(async move {
            let mut acknowledged = Vec::new();
            let mut refused = Vec::new();
            for round in 0..40u64 {
                let name = format!("{task}-{round}");
                let write = async {
                    let tx = pool.begin().await?;
                    tx.insert(&mut thing(&name)).await?;
                    tx.execute("update things set count = $1 where name = $2", params![1, &name]).await?;
                    if (task + round) % 7 == 3 {
                        tx.insert(&mut thing(&name)).await?; // fails
                    }
                    if (task + round) % 5 == 3 {
                        return Ok(false);
                    }
                    tx.commit().await?;
                    Ok::<bool, Error>(true)
                };
                // Some are given up after a while that differs from one to the next.
                let patience = if task.is_multiple_of(3) {
                    Duration::from_micros(37 * ((task + round) % 60))
                } else {
                    Duration::from_secs(60)
                };
                match timeout(patience, write).await {
                    Ok(Ok(true)) => acknowledged.push(name),
                    Ok(_) => refused.push(name),
                    // Given up: whether it was committed is unknown, but it is there whole or not at all.
                    Err(_) => {}
                }
            }
            (acknowledged, refused)
        })
    });
    let results = join_all(tasks).await;
    let kept: BTreeSet<String> = db.names().await.into_iter().collect();
    for result in results {
        let (acknowledged, refused) = result.unwrap();
        assert!(acknowledged.iter().all(|name| kept.contains(name)), "an acknowledged row is lost");
        assert!(!refused.iter().any(|name| kept.contains(name)), "a rolled-back row is left");
    }
    let tx = db.read().await.unwrap();
    assert_eq!(
        tx.count("select count(*) from things where count is null", &[]).await.unwrap(),
        0,
        "a half transaction"
    );
    let (commits, transactions) = db.group_commits();
    assert!(transactions >= commits);
    drop(tx);
    // And it still works.
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("after")).await.unwrap();
    tx.commit().await.unwrap();
}

/// The disk is full in the middle of a batch: SQLite drops the outer transaction, and everyone in it is told.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn disk_full() {
    let db = Database::sqlite().await;
    let tx = db.begin().await.unwrap();
    let pages = tx.row("pragma page_count", &[]).await.unwrap().unwrap().get::<i64>(0).unwrap();
    tx.rows(&format!("pragma max_page_count = {}", pages + 30), &[]).await.unwrap();
    tx.insert(&mut thing("before")).await.unwrap();
    tx.commit().await.unwrap();
    let tasks = (0..48).map(|task| {
        let pool = db.pool.clone();
        tokio::spawn(async move {
            let name = format!("{task}");
            let done = async {
                let tx = pool.begin().await?;
                tx.insert(&mut thing(&name)).await?;
                if task % 4 == 1 {
                    let big = tx
                        .execute("update things set bytes = $1 where name = $2", params![vec![7u8; 40_000], &name])
                        .await;
                    // Nothing more runs in a transaction that failed: outside the outer one it would commit by itself.
                    if let Err(error) = big {
                        assert_eq!(
                            tx.execute("insert into things (name) values ('loose')", &[]).await,
                            Err(error.clone())
                        );
                        return Err(error);
                    }
                }
                tx.commit().await
            };
            (name.clone(), done.await)
        })
    });
    let (mut acknowledged, mut failed) = (BTreeSet::from(["before".to_owned()]), 0);
    for result in join_all(tasks).await {
        match result.unwrap() {
            (name, Ok(())) => drop(acknowledged.insert(name)),
            (_, Err(Error::Unavailable(_))) => failed += 1,
            (name, Err(error)) => panic!("{name}: {error}"),
        }
    }
    assert!(failed > 0);
    let kept: BTreeSet<String> = db.names().await.into_iter().collect();
    assert_eq!(kept, acknowledged);
    let tx = db.begin().await.unwrap();
    tx.rows("pragma max_page_count = 100000", &[]).await.unwrap();
    tx.insert(&mut thing("after")).await.unwrap();
    tx.commit().await.unwrap();
}

/// One who fails does not fail the others of the batch, which share one COMMIT.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_commit() {
    let db = Database::sqlite().await;
    let gate = db.begin().await.unwrap();
    let writes: Vec<_> = ["a", "b", "a", "drop", "c"]
        .into_iter()
        .map(|name| {
            let pool = db.pool.clone();
            async move {
                let tx = pool.begin().await?;
                tx.insert(&mut thing(name)).await?;
                if name == "drop" {
                    return Err(Error::Conflict);
                }
                tx.commit().await
            }
        })
        .collect();
    let before = db.group_commits();
    // Polled in one task and in order, so that all five wait when the gate opens.
    let (done, ()) = futures_util::join!(join_all(writes), async { drop(gate) });
    assert_eq!(done, [Ok(()), Ok(()), Err(Error::Unique("things.name".to_owned())), Err(Error::Conflict), Ok(())]);
    let after = db.group_commits();
    assert_eq!((after.0 - before.0, after.1 - before.1), (1, 3));
    assert_eq!(db.names().await, ["a", "b", "c"]);
}

/// The outer transaction is gone under those who wait for its COMMIT.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_lost_batch() {
    let db = Database::sqlite().await;
    // Holding the turn keeps the flusher away, so that the next two meet in one batch.
    let gate = db.begin().await.unwrap();
    let write = |name: &'static str, bytes: usize| {
        let pool = db.pool.clone();
        tokio::spawn(async move {
            let tx = pool.begin().await?;
            tx.insert(&mut thing(name)).await?;
            if bytes > 0 {
                tx.rows("pragma max_page_count = 20", &[]).await?;
                tx.execute("update things set bytes = $1", params![vec![7u8; bytes]]).await?;
            }
            tx.commit().await
        })
    };
    let settle = || tokio::time::sleep(Duration::from_millis(30));
    let first = write("first", 0);
    settle().await;
    let second = write("second", 1_000_000);
    settle().await;
    let third = write("third", 0);
    settle().await;
    drop(gate);
    let (first, second, third) = (first.await.unwrap(), second.await.unwrap(), third.await.unwrap());
    assert!(matches!(second, Err(Error::Unavailable(_))), "{second:?}");
    assert!(matches!(first, Err(Error::Unavailable(_))), "{first:?}");
    assert_eq!(third, Ok(()));
    assert_eq!(db.names().await, ["third"]);
}

/// A runtime of one thread has no block_in_place.
#[tokio::test]
async fn one_thread() {
    let db = Database::sqlite().await;
    let all = join_all((0..20).map(|n| {
        let pool = db.pool.clone();
        async move {
            let tx = pool.begin().await?;
            tx.insert(&mut thing(&n.to_string())).await?;
            tx.commit().await
        }
    }));
    assert!(all.await.into_iter().all(|done| done.is_ok()));
    assert_eq!(db.names().await.len(), 20);
}

/// A pool outlives the runtime that some of its flushers ran on.
#[test]
fn two_runtimes() {
    let runtime = || tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let first = runtime();
    let db = first.block_on(Database::sqlite());
    for round in 0..20 {
        let other = runtime();
        let pool = db.pool.clone();
        other.spawn(async move {
            loop {
                let tx = pool.begin().await.unwrap();
                tx.execute("update things set count = 1", &[]).await.unwrap();
                let _ = tx.commit().await;
            }
        });
        std::thread::sleep(Duration::from_millis(5));
        other.shutdown_background();
        let done = first.block_on(async {
            timeout(Duration::from_secs(10), async {
                let tx = db.begin().await?;
                tx.insert(&mut thing(&round.to_string())).await?;
                tx.commit().await
            })
            .await
        });
        assert_eq!(done, Ok(Ok(())));
    }
}

/// Another process that writes to the same file is waited for.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_pools() {
    let db = Database::sqlite().await;
    let other = Pool::open(&db.url, Options::default()).await.unwrap();
    let writes = (0..100).map(|n| {
        let pool = if n % 2 == 0 { db.pool.clone() } else { other.clone() };
        tokio::spawn(async move {
            let tx = pool.begin().await?;
            tx.insert(&mut thing(&n.to_string())).await?;
            tx.commit().await
        })
    });
    for done in join_all(writes).await {
        assert_eq!(done.unwrap(), Ok(()));
    }
    assert_eq!(db.names().await.len(), 100);
}
