//! Backup and restore while the house is busy, and moves: nothing is lost or changed by them.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use sql::params;

use super::{Going, Home, ask, empty_database, wait_until};
use crate::dump;

pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

/// What is in the database of a house.
pub fn dumped(url: &str) -> BTreeMap<&'static str, Vec<String>> {
    block_on(async { dump::dump(&dump::open(url).await).await })
}

/// Where the house of a test is: in a folder of its own, or in a database of the test server.
fn place(home: &Home) -> (Vec<String>, String) {
    match std::env::var("ORANGERY_TEST_POSTGRES") {
        Ok(server) => {
            let url = empty_database(&server);
            (vec!["--database-url".to_owned(), url.clone()], url)
        }
        Err(_) => (Vec::new(), format!("sqlite:{}", home.path("orangery-data/orangery.db").display())),
    }
}

fn with<'a>(arguments: &[&'a str], more: &'a [String]) -> Vec<&'a str> {
    arguments.iter().copied().chain(more.iter().map(String::as_str)).collect()
}

/// Entries of the journal by id, without their numbers, and the highest number.
fn journal(url: &str) -> (BTreeMap<i64, String>, i64) {
    block_on(async {
        let pool = dump::open(url).await;
        let tx = pool.read().await.unwrap();
        let sql =
            "select id, work, action, body, happened_at, candidate_id, application_id, job_id from journal order by id";
        let rows = tx.rows(sql, &[]).await.unwrap();
        let line = |row: &sql::Row| {
            let (work, action): (String, String) = (row.get(1).unwrap(), row.get(2).unwrap());
            let ids = [4, 5, 6, 7].map(|n| row.get::<Option<i64>>(n).unwrap());
            (row.get(0).unwrap(), format!("{work} {action} {:?} {ids:?}", row.get::<Option<String>>(3).unwrap()))
        };
        let gaps = "select count(*) from journal where seq is null or seq > (select last from journal_head)";
        assert_eq!(tx.count(gaps, &[]).await.unwrap(), 0, "everything is numbered");
        let last = tx.count("select last from journal_head", &[]).await.unwrap();
        assert_eq!(tx.count("select count(*) from journal", &[]).await.unwrap(), last);
        (rows.iter().map(line).collect(), last)
    })
}

/// Says 200 to everything, and prints nothing.
fn receiver() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for tcp in listener.incoming() {
            std::thread::spawn(move || answer(tcp.unwrap()));
        }
    });
    address
}

fn answer(tcp: TcpStream) -> Option<()> {
    let mut lines = BufReader::new(tcp);
    let mut length = 0;
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).ok().filter(|it| *it > 0)?;
        if let Some(said) = line.to_lowercase().strip_prefix("content-length:") {
            length = said.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            lines.read_exact(&mut vec![0; std::mem::take(&mut length)]).ok()?;
            lines.get_mut().write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").ok()?;
        }
    }
}

#[test]
fn a_backup_of_a_busy_house_is_the_house_at_one_moment() {
    let home = Home::new();
    let (more, url) = place(&home);
    let receiver = receiver();
    let allow = ["--webhook-allow", "127.0.0.0/8"];
    let serve = Going::start(&home, &[&with(&["serve", "--listen", "127.0.0.1:0"], &more)[..], &allow].concat());
    home.good(&with(
        &["user", "add", "--name", "Ada Lacey", "--email", "a@example.com", "--role", "site-admin"],
        &more,
    ));
    let key = home.good(&with(&["key", "add", "--name", "laptop", "--all"], &more)).trim().to_owned();
    let target = format!("http://{receiver}");
    let add = ["webhook", "add", "--name", "w", "--url", &target, "--secret", "s3cret", "--event", "all"];
    home.good(&[&with(&add, &more)[..], &allow].concat());

    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let (address, key, done) = (&serve.address, &key, &done);
            scope.spawn(move || {
                let mut n = 0;
                while !done.load(Ordering::Relaxed) {
                    n += 1;
                    let body = format!(r#"{{"first_name": "Kate {n}", "last_name": "Of writer {writer}"}}"#);
                    let answer = ask(address, key, "/v1/prospects", &body);
                    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
                }
            });
        }
        std::thread::sleep(Duration::from_millis(700));
        home.good(&with(&["backup", "b.tar.gz"], &more));
        std::thread::sleep(Duration::from_millis(200));
        done.store(true, Ordering::Relaxed);
    });
    wait_until(|| home.json(&with(&["events", "--json", "--after", "1"], &more)).len() > 1);
    assert_eq!(serve.end().code, 0);

    home.good(&["restore", "b.tar.gz", "--data", "again"]);
    home.good(&["check", "--data", "again"]);
    let again = format!("sqlite:{}", home.path("again/orangery.db").display());
    let (before, last) = journal(&again);
    // The house went on after the backup.
    let (after, newest) = journal(&url);
    assert!(last > 0 && newest > last, "{last} of {newest}");
    for (id, entry) in &before {
        assert_eq!(after.get(id), Some(entry));
    }
    let oldest_missing = after.keys().find(|it| !before.contains_key(it));
    if std::env::var("ORANGERY_TEST_POSTGRES").is_err() {
        assert!(oldest_missing > before.keys().last(), "no entry is missing in between");
    }

    // What was in flight then, and what waited, goes out.
    let serve = Going::start(&home, &["serve", "--listen", "127.0.0.1:0", "--data", "again", allow[0], allow[1]]);
    let delivered =
        || home.json(&["deliveries", "--json", "--data", "again"]).iter().all(|it| it["status"] == "delivered");
    wait_until(delivered);
    assert_eq!(serve.end().code, 0);
}

/// A house with a bit of everything in it that is not made by the commands here.
fn furnished(home: &Home, more: &[String], url: &str) {
    home.good(&with(&["user", "add", "--name", "Ada Lacey", "--email", "a@example.com", "--role", "site-admin"], more));
    home.good(&with(&["key", "add", "--name", "one", "--all"], more));
    home.good(&with(&["key", "add", "--name", "two", "--all"], more));
    block_on(async {
        let pool = dump::open(url).await;
        let tx = pool.begin().await.unwrap();
        let secret = courier::seal::Seal::new(orangery_key(home)).seal(b"secret");
        let webhook = "insert into webhooks (id, name, url, secret, events, headers, enabled, max_attempts, in_flight, any_2xx, \
             standard_headers, disable_on_gone, probe, secret_number, created_at, updated_at) \
             values (7, 'h', 'https://example.com', $1, '[]', '{}', $2, 7, 1, $3, $3, $3, $3, 1, 0, 0)";
        tx.execute(webhook, params![secret, true, false]).await.unwrap();
        let plain = [
            "insert into webhook_health (webhook_id, failing_since) values (7, 5)",
            "insert into mails (kind, recipient, cc, subject, body, status, created_at, due_at, attempts) \
             values ('webhook_failing', 'a@example.com', '[]', 's', 'b', 'waiting', 1, 2, 0)",
            "insert into notices (kind, webhook_id, text, created_at) values ('webhook_failing', 7, 't', 1)",
        ];
        for text in plain {
            tx.execute(text, &[]).await.unwrap();
        }
        let flagged = [
            "insert into webhook_calls (webhook_id, since, url, header_names, basic, oauth, standard_headers) \
             values (7, 3, 'https://example.com', '[]', $1, $1, $1)",
            "insert into journal (id, seq, work, action, body, happened_at, test, erase) \
             values (41, 1, 'w', 'hire_candidate', '{\"ä\":\"☃\\u003c\"}', 9, $1, $1)",
            "insert into deliveries (webhook_id, journal_id, action, status, attempts, due_at, node, lease_until, replay, created_at) \
             values (7, 41, 'hire_candidate', 'pending', 1, 5, 'n', 5, $1, 1)",
        ];
        for text in flagged {
            tx.execute(text, params![false]).await.unwrap();
        }
        tx.execute("update journal_head set last = 1", &[]).await.unwrap();
        tx.execute("delete from api_keys where name = 'two'", &[]).await.unwrap();
        tx.commit().await.unwrap();
    });
}

pub fn orangery_key(home: &Home) -> [u8; 32] {
    courier::seal::Seal::key_from_file(&home.path("orangery-data/instance.key")).unwrap()
}

#[test]
fn what_is_put_back_is_what_was_there() {
    let home = Home::new();
    let (more, url) = place(&home);
    furnished(&home, &more, &url);
    let there = dumped(&url);
    assert!(there.values().filter(|it| !it.is_empty()).count() > 10, "a bit of everything: {there:#?}");
    home.good(&with(&["backup", "b.tar.gz"], &more));
    home.good(&["restore", "b.tar.gz", "--data", "again"]);
    assert_eq!(dumped(&format!("sqlite:{}", home.path("again/orangery.db").display())), there);
    // An id that was given is not given again.
    home.good(&["key", "add", "--name", "three", "--all", "--data", "again"]);
    assert_eq!(home.json(&["key", "list", "--json", "--data", "again"])[1]["id"], 3);

    let Ok(server) = std::env::var("ORANGERY_TEST_POSTGRES") else { return };
    let target = empty_database(&server);
    let there_too = ["--data", "third", "--database-url", &target];
    home.good(&[&["restore", "b.tar.gz"][..], &there_too].concat());
    assert_eq!(dumped(&target), there);
    assert!(!home.path("third/orangery.db").exists() && home.path("third/instance.key").exists());
    home.good(&[&["check"][..], &there_too].concat());
    home.good(&[&["key", "add", "--name", "three", "--all"][..], &there_too].concat());
    assert_eq!(home.json(&[&["key", "list", "--json"][..], &there_too].concat())[1]["id"], 3);
    let full = home.run(&["restore", "b.tar.gz", "--data", "fourth", "--database-url", &target]);
    assert!(full.code == 1 && full.err.contains("the target is not empty"), "{full:?}");
    assert!(!home.path("fourth").exists());
}

#[test]
fn a_move_leaves_nothing_behind() {
    let Ok(server) = std::env::var("ORANGERY_TEST_POSTGRES") else { return };
    let home = Home::new();
    let url = format!("sqlite:{}", home.path("orangery-data/orangery.db").display());
    furnished(&home, &[], &url);
    let target = empty_database(&server);
    home.good(&["move", "--to", &target]);
    assert_eq!(dumped(&target), dumped(&url));
    home.good(&["key", "add", "--name", "three", "--all", "--database-url", &target]);
    assert_eq!(home.json(&["key", "list", "--json", "--database-url", &target])[1]["id"], 3);
}

#[test]
fn an_older_schema_is_not_touched_unless_that_is_asked_for() {
    let home = Home::new();
    let (more, url) = place(&home);
    home.good(&with(&["key", "add", "--name", "one", "--all"], &more));
    assert!(home.good(&with(&["upgrade", "--dry-run"], &more)).contains("nothing to do"));
    assert_eq!(home.json(&with(&["upgrade", "--json"], &more))[0]["steps"].as_array().unwrap().len(), 0);
    block_on(async {
        let tx = dump::open(&url).await.begin().await.unwrap();
        tx.execute("insert into migrations (name) values ('9999_from_the_future')", &[]).await.unwrap();
        tx.commit().await.unwrap();
    });
    for command in [&["upgrade", "--yes"][..], &["key", "list"], &["serve", "--listen", "127.0.0.1:0", "--upgrade"]] {
        let said = home.run(&with(command, &more));
        assert!(said.code == 1 && said.err.contains("a newer Orangery was here: 9999"), "{command:?}: {said:?}");
    }
}

#[test]
fn a_newer_backup_is_not_put_into_postgres_by_halves() {
    let Ok(server) = std::env::var("ORANGERY_TEST_POSTGRES") else { return };
    let home = Home::new();
    home.good(&["key", "add", "--name", "one", "--all"]);
    block_on(async {
        let url = format!("sqlite:{}", home.path("orangery-data/orangery.db").display());
        let tx = dump::open(&url).await.begin().await.unwrap();
        tx.execute("insert into migrations (name) values ('9999_from_the_future')", &[]).await.unwrap();
        tx.commit().await.unwrap();
    });
    home.good(&["backup", "b.tar.gz"]);
    let target = empty_database(&server);
    let said = home.run(&["restore", "b.tar.gz", "--data", "again", "--database-url", &target]);
    assert!(said.code == 1 && said.err.contains("a newer Orangery was here: 9999"), "{said:?}");
    assert!(!home.path("again").exists());
}
