//! Transactions: what is kept, what is not, and who sees it.

use std::time::Duration;

use futures_util::try_join;
use sql::{Dialect, Error, Options, Pool, Tx, params};
use tokio::time::timeout;

use crate::database::{Database, Part, SCHEMA, Thing, thing};

crate::on_both!(
    commits,
    constraints,
    not_found,
    drops,
    poisons,
    snapshots,
    migrates,
    named_locks,
    pipelines,
    in_order,
    commits_with,
    wakes,
    backs_up,
    cancelled,
    reconnects,
    deadlocks,
    returns,
    empty,
);

async fn commits(db: &Database) {
    let tx = db.begin().await.unwrap();
    let mut row = Thing { count: Some(1), bytes: Some(vec![1]), ..thing("a") };
    tx.insert(&mut row).await.unwrap();
    row.count = Some(2);
    tx.update(&row).await.unwrap();
    tx.commit().await.unwrap();
    let tx = db.read().await.unwrap();
    assert_eq!(tx.find::<Thing>(row.id).await.unwrap(), row);
    assert_eq!(tx.get::<Thing>(None).await.unwrap(), None);
    assert_eq!(tx.get::<Thing>(Some(99)).await.unwrap(), None);
    assert_eq!(tx.get::<Thing>(Some(row.id)).await.unwrap(), Some(row));
    assert_eq!(tx.count("select count(*) from things", &[]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let tx = db.begin().await.unwrap();
    assert_eq!(tx.delete_where::<Thing>("where name = $1", params!["a"]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert!(db.names().await.is_empty());
}

async fn constraints(db: &Database) {
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("a")).await.unwrap();
    tx.insert(&mut Part { id: 0, thing_id: 1, order: 1, r#type: String::new() }).await.unwrap();
    tx.commit().await.unwrap();

    let tx = db.begin().await.unwrap();
    assert_eq!(tx.insert(&mut thing("a")).await, Err(Error::Unique("things.name".to_owned())));
    drop(tx);
    let tx = db.begin().await.unwrap();
    assert_eq!(index(&tx).await, Err(Error::Unique("index 'kinds_text'".to_owned())));
    drop(tx);
    let tx = db.begin().await.unwrap();
    assert_eq!(tx.insert(&mut Thing { id: 1, ..thing("b") }).await, Err(Error::Unique("things.id".to_owned())));
    drop(tx);
    let tx = db.begin().await.unwrap();
    let part = tx.insert(&mut Part { id: 0, thing_id: 1, order: 1, r#type: String::new() }).await;
    assert_eq!(part, Err(Error::Unique("parts.thing_id, parts.order".to_owned())));
    drop(tx);
    let tx = db.begin().await.unwrap();
    let part = tx.insert(&mut Part { id: 0, thing_id: 9, order: 1, r#type: String::new() }).await;
    assert!(matches!(part, Err(Error::Foreign(_))), "{part:?}");
    drop(tx);
    let tx = db.begin().await.unwrap();
    let gone = tx.delete::<Thing>(1).await;
    assert!(matches!(gone, Err(Error::Foreign(_))), "{gone:?}");
    drop(tx);
    let tx = db.begin().await.unwrap();
    let check = tx.execute("insert into kinds (small) values ($1)", params![1000]).await;
    assert!(matches!(check, Err(Error::Database(_))), "{check:?}");
}

async fn index(tx: &sql::Tx) -> sql::Result<u64> {
    tx.execute("create unique index kinds_text on kinds (lower(text))", &[]).await?;
    tx.execute("insert into kinds (text) values ('a'), ('A')", &[]).await
}

async fn not_found(db: &Database) {
    let tx = db.begin().await.unwrap();
    let missing = Error::NotFound { table: "things", id: 7 };
    assert_eq!(tx.find::<Thing>(7).await, Err(missing.clone()));
    assert_eq!(tx.lock::<Thing>(7).await, Err(missing.clone()));
    assert_eq!(tx.delete::<Thing>(7).await, Err(missing.clone()));
    assert_eq!(tx.update(&Thing { id: 7, ..thing("x") }).await, Err(missing));
    tx.insert(&mut thing("a")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(db.names().await, ["a"], "what is not found does not fail the transaction");
}

async fn drops(db: &Database) {
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("dropped")).await.unwrap();
    drop(tx);
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("kept")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(db.names().await, ["kept"]);
}

async fn poisons(db: &Database) {
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("a")).await.unwrap();
    let error = tx.insert(&mut thing("a")).await.unwrap_err();
    assert_eq!(tx.find::<Thing>(1).await, Err(error.clone()));
    assert_eq!(tx.commit().await, Err(error));
    assert!(db.names().await.is_empty());
    let tx = db.read().await.unwrap();
    assert!(tx.execute("insert into things (name) values ('x')", &[]).await.is_err(), "a snapshot is only read");
    assert!(tx.commit().await.is_err());
}

async fn snapshots(db: &Database) {
    let old = db.read().await.unwrap();
    assert_eq!(old.count("select count(*) from things", &[]).await.unwrap(), 0);
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("a")).await.unwrap();
    assert!(db.names().await.is_empty(), "not committed yet");
    tx.commit().await.unwrap();
    assert_eq!(db.names().await, ["a"]);
    assert_eq!(old.count("select count(*) from things", &[]).await.unwrap(), 0, "the old snapshot stays as it was");
    drop(old);
    // More readers than there are connections wait for one another.
    let counts = futures_util::future::join_all((0..40).map(|_| async {
        let tx = db.read().await.unwrap();
        tokio::task::yield_now().await;
        tx.count("select count(*) from things", &[]).await.unwrap()
    }));
    assert_eq!(counts.await, [1; 40]);
}

async fn migrates(db: &Database) {
    assert!(db.migrate(&[("0001", SCHEMA)]).await.unwrap().is_empty());
    let more = "-- a comment; with a semicolon\nalter table things add column size bigint;\nalter table things add extra bytes;\n";
    let all = [("0001", SCHEMA), ("0002", more)];
    let again = Pool::open(&db.url, Options::default()).await.unwrap();
    let (one, other) = try_join!(db.migrate(&all), again.migrate(&all)).unwrap();
    assert_eq!([one, other].concat(), ["0002"]);
    assert!(db.migrate(&[("0003", "create table x (id {id});\nnonsense;\n")]).await.is_err());
    assert!(db.migrate(&[("0003", "create table x (id {id});\n")]).await.is_ok(), "nothing of it was left");
    assert!(
        db.migrate(&[("0004", "create table y (id {id}, x bigint references x deferrable initially deferred);")])
            .await
            .is_err()
    );
    if db.dialect() == Dialect::Sqlite {
        let tx = db.read().await.unwrap();
        let strict = "select count(*) from pragma_table_list where strict and name {any:$1}";
        assert_eq!(tx.count(strict, params![["things", "parts", "x", "migrations"]]).await.unwrap(), 4);
    }
}

async fn named_locks(db: &Database) {
    let first = db.lock_name("node a").await.unwrap();
    assert!(first.as_ref().is_some_and(sql::NamedLock::held));
    assert!(db.lock_name("node b").await.unwrap().is_some());
    if db.dialect() == Dialect::Postgres {
        let again = Pool::open(&db.url, Options::default()).await.unwrap();
        assert!(again.lock_name("node a").await.unwrap().is_none());
        drop(first);
        let freed = async {
            while again.lock_name("node a").await.unwrap().is_none() {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(Duration::from_secs(5), freed).await.unwrap();
    }
}

async fn pipelines(db: &Database) {
    let tx = db.begin().await.unwrap();
    let (mut a, mut b) = (thing("a"), thing("b"));
    try_join!(tx.insert(&mut a), tx.insert(&mut b)).unwrap();
    let ids = [a.id, b.id];
    let (count, found, all) =
        try_join!(tx.count("select count(*) from things", &[]), tx.find::<Thing>(b.id), tx.among::<Thing>(&ids))
            .unwrap();
    assert_eq!((count, found, all.len()), (2, b, 2));
    tx.commit().await.unwrap();
    let tx = db.begin().await.unwrap();
    let (mut c, mut d) = (thing("c"), thing("a"));
    assert_eq!(try_join!(tx.insert(&mut c), tx.insert(&mut d)), Err(Error::Unique("things.name".to_owned())));
    assert_eq!(tx.commit().await, Err(Error::Unique("things.name".to_owned())));
    assert_eq!(db.names().await, ["a", "b"]);
}

/// What is still to be prepared keeps its place among what is not.
async fn in_order(db: &Database) {
    let tx = db.begin().await.unwrap();
    let (count, none) = ("select count(*) from things", params![]);
    assert_eq!(tx.count(count, none).await.unwrap(), 0);
    for n in 1..20 {
        let sql = format!("insert into things (name) values ('{n}')");
        let (before, _, after) =
            try_join!(tx.count(count, none), tx.execute(&sql, none), tx.count(count, none)).unwrap();
        assert_eq!((before, after), (n - 1, n));
    }
}

async fn commits_with(db: &Database) {
    let put = "insert into things (name) values ($1)";
    let (a, b) = (params!["a"], params!["b"]);
    let tx = db.begin().await.unwrap();
    let last =
        async |tx: &Tx| try_join!(tx.execute(put, a), tx.execute(put, b), tx.count("select count(*) from things", &[]));
    assert_eq!(tx.commit_with(last).await, Ok((1, 1, 2)));
    assert_eq!(db.names().await, ["a", "b"]);

    // Whatever fails leaves nothing behind, also of what is sent after it.
    let tx = db.begin().await.unwrap();
    let (c, d) = (params!["c"], params!["d"]);
    tx.execute(put, c).await.unwrap();
    let last = async |tx: &Tx| try_join!(tx.execute(put, a), tx.execute(put, d));
    assert_eq!(tx.commit_with(last).await, Err(Error::Unique("things.name".to_owned())));
    let tx = db.begin().await.unwrap();
    tx.execute(put, c).await.unwrap();
    assert_eq!(tx.commit_with(async |_| Err::<(), _>(Error::Conflict)).await, Err(Error::Conflict));
    assert_eq!(db.names().await, ["a", "b"]);

    if db.dialect() == Dialect::Postgres {
        let tx = db.begin().await.unwrap();
        let last = async |tx: &Tx| {
            tx.execute(put, c).await?;
            tx.execute(put, d).await
        };
        let late = Error::Database("a statement came after COMMIT".to_owned());
        assert_eq!(tx.commit_with(last).await, Err(late));
        assert_eq!(db.names().await, ["a", "b", "c"]);
    }
}

async fn wakes(db: &Database) {
    let mut heard = db.listen("some thing").await.unwrap();
    assert!(timeout(Duration::from_millis(50), heard.recv()).await.is_err());
    for _ in 0..3 {
        db.notify("some thing").await.unwrap();
    }
    if db.dialect() == Dialect::Postgres {
        assert_eq!(timeout(Duration::from_secs(5), heard.recv()).await.unwrap(), Some(()));
    } else {
        assert!(timeout(Duration::from_millis(50), heard.recv()).await.is_err(), "silent, not closed");
    }
}

async fn backs_up(db: &Database) {
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("a")).await.unwrap();
    tx.commit().await.unwrap();
    let open = db.begin().await.unwrap();
    open.insert(&mut thing("not yet")).await.unwrap();
    let to = db.folder().join("backup");
    let done = db.backup(&to).await;
    if db.dialect() == Dialect::Postgres {
        return assert!(matches!(done, Err(Error::Database(_))));
    }
    done.unwrap();
    let copy = Pool::open(&format!("sqlite:{}", to.display()), Options::default()).await.unwrap();
    let tx = copy.read().await.unwrap();
    assert_eq!(tx.all::<Thing>("", &[]).await.unwrap().len(), 1);
    assert!(db.backup(&to).await.is_err(), "a backup is not written over");
}

/// A statement that was given up leaves a transaction that cannot be committed, and a pool that works.
async fn cancelled(db: &Database) {
    if db.dialect() == Dialect::Sqlite {
        return; // its statements run in place
    }
    // More than the pool holds: each connection comes back long before its statement would have ended.
    for _ in 0..12 {
        let tx = db.begin().await.unwrap();
        tx.insert(&mut thing("a")).await.unwrap();
        assert!(timeout(Duration::from_millis(10), tx.rows("select pg_sleep(30)", &[])).await.is_err());
        assert!(tx.commit().await.is_err());
    }
    let all = futures_util::future::join_all((0..20).map(|_| db.names()));
    assert!(timeout(Duration::from_secs(10), all).await.unwrap().iter().all(Vec::is_empty), "nobody waits for it");
    // Given up with the very first statement, BEGIN included.
    for _ in 0..12 {
        let tx = db.begin().await.unwrap();
        let slow = tx.execute("insert into things (name) select 'b' from pg_sleep(30)", &[]);
        assert!(timeout(Duration::from_millis(2), slow).await.is_err());
    }
    assert!(timeout(Duration::from_secs(10), db.names()).await.unwrap().is_empty());
    let open =
        "select count(*) from pg_stat_activity where state like 'idle in transaction%' and query like '%pg_sleep(30)%'";
    let tx = db.read().await.unwrap();
    assert_eq!(tx.count(open, &[]).await.unwrap(), 0);
}

/// A connection that dies takes its transaction with it; listeners and the pool connect again.
async fn reconnects(db: &Database) {
    if db.dialect() == Dialect::Sqlite {
        return;
    }
    let own = "select pg_backend_pid()";
    let kill = async |pid: i64| {
        let tx = db.begin().await.unwrap();
        tx.rows("select pg_terminate_backend($1)", params![pid]).await.unwrap();
        tx.commit().await.unwrap();
    };
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("a")).await.unwrap();
    kill(tx.count(own, &[]).await.unwrap()).await;
    let error = tx.insert(&mut thing("b")).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error}");
    assert_eq!(tx.commit().await, Err(error));

    let mut heard = db.listen("reconnects").await.unwrap();
    let tx = db.begin().await.unwrap();
    let listener = "select pid from pg_stat_activity where query = 'listen \"reconnects\"' and pid <> pg_backend_pid()";
    let pids = tx.rows(listener, &[]).await.unwrap();
    drop(tx);
    for pid in pids {
        kill(pid.get::<i64>(0).unwrap()).await;
    }
    assert_eq!(timeout(Duration::from_secs(10), heard.recv()).await.unwrap(), Some(()), "some may have been missed");
    db.notify("reconnects").await.unwrap();
    assert_eq!(timeout(Duration::from_secs(10), heard.recv()).await.unwrap(), Some(()));
    assert!(db.names().await.is_empty());
}

/// Two who lock in opposite order: one of them is told to run again.
async fn deadlocks(db: &Database) {
    if db.dialect() == Dialect::Sqlite {
        return; // its writers go one after the other
    }
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("a")).await.unwrap();
    tx.insert(&mut thing("b")).await.unwrap();
    tx.commit().await.unwrap();
    let (one, other) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    one.lock::<Thing>(1).await.unwrap();
    other.lock::<Thing>(2).await.unwrap();
    let both = futures_util::join!(
        async {
            let locked = one.lock::<Thing>(2).await;
            drop(one);
            locked
        },
        async {
            let locked = other.lock::<Thing>(1).await;
            drop(other);
            locked
        }
    );
    assert!(matches!(both, (Ok(_), Err(Error::Conflict)) | (Err(Error::Conflict), Ok(_))), "{both:?}");
    // The schema changes under a prepared statement: the connection is given up, and the next one knows.
    let star = "select * from things where id = 1";
    let tx = db.begin().await.unwrap();
    tx.rows(star, &[]).await.unwrap();
    tx.execute("alter table things add column more bigint", &[]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tries = 0;
    while let Err(error) = db.begin().await.unwrap().rows(star, &[]).await {
        assert_eq!(error, Error::Conflict);
        tries += 1;
        assert!(tries < 9);
    }
}

/// `returning` answers and changes all rows, also when one answer is asked for.
async fn returns(db: &Database) {
    let tx = db.begin().await.unwrap();
    let insert = "insert into things (name) values ('a'), ('b'), ('c') returning id, name";
    let row = tx.row(insert, &[]).await.unwrap().unwrap();
    assert_eq!(row.get::<String>(1).unwrap(), "a");
    let count = tx.execute("insert into things (name) values ('c'), ('d') on conflict do nothing", &[]).await.unwrap();
    assert_eq!(count, 1);
    let count = tx.execute("update things set count = 1 where id > $1 returning id", params![1]).await.unwrap();
    assert_eq!(count, 3);
    tx.commit().await.unwrap();
    assert_eq!(db.names().await, ["a", "b", "c", "d"]);
}

async fn empty(db: &Database) {
    for _ in 0..50 {
        db.begin().await.unwrap().commit().await.unwrap();
        drop(db.begin().await.unwrap());
        db.read().await.unwrap().commit().await.unwrap();
    }
    assert!(db.names().await.is_empty());
}
