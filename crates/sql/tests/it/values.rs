//! What goes in comes out.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use sql::{Dialect, Error, Json, Value, params};

use crate::database::{Database, Part, Thing, thing};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Own {
    colours: Vec<String>,
}

sql::table! {
    Kind: "kinds" {
        id: i64, small: Option<i32>, flag: Option<bool>, real: Option<f64>, text: Option<String>, bytes: Option<Vec<u8>>,
        at: Option<Timestamp>, day: Option<Date>, json: Option<serde_json::Value>, own: Option<Json<Own>>,
    }
}

crate::on_both!(every_field, lists, params_by_number, ids, names, numbers, wrong_types, braces_and_quotes);

async fn every_field(db: &Database) {
    let full = Kind {
        id: 0,
        small: Some(-7),
        flag: Some(true),
        real: Some(0.1),
        text: Some("Łódź ' \" $1 {any:$1} \u{1F34A}".to_owned()),
        bytes: Some(vec![0, 255, 1]),
        at: Some(Timestamp::from_microsecond(1_700_000_000_123_456).unwrap()),
        day: Some(date(2026, 2, 28)),
        json: Some(serde_json::json!({"a": [1, null, "x"]})),
        own: Some(Json(Own { colours: vec!["red".to_owned()] })),
    };
    let empty = Kind {
        id: 0,
        small: None,
        flag: None,
        real: None,
        text: None,
        bytes: None,
        at: None,
        day: None,
        json: None,
        own: None,
    };
    let odd = Kind {
        flag: Some(false),
        real: Some(f64::MIN_POSITIVE),
        text: Some(String::new()),
        bytes: Some(Vec::new()),
        at: Some(Timestamp::from_microsecond(-1).unwrap()),
        ..empty.clone()
    };
    let mut rows = [full, empty, odd];
    let tx = db.begin().await.unwrap();
    for row in &mut rows {
        tx.insert(row).await.unwrap();
    }
    tx.commit().await.unwrap();
    let tx = db.read().await.unwrap();
    assert_eq!(tx.all::<Kind>("order by id", &[]).await.unwrap(), rows);
    // A whole number kept in a `double` column is read as one, too.
    drop(tx);
    let tx = db.begin().await.unwrap();
    tx.update(&Kind { real: Some(3.0), ..rows[0].clone() }).await.unwrap();
    assert_eq!(tx.find::<Kind>(rows[0].id).await.unwrap().real, Some(3.0));
}

async fn lists(db: &Database) {
    let tx = db.begin().await.unwrap();
    for (name, count) in [("a", 1), ("b", 2), ("c", 3)] {
        tx.insert(&mut Thing { count: Some(count), ..thing(name) }).await.unwrap();
    }
    let names = async |rest: &str, params: &[Value]| -> String {
        tx.all::<Thing>(rest, params).await.unwrap().into_iter().map(|thing| thing.name).collect()
    };
    assert_eq!(names("where count {any:$1} order by id", params![vec![3i64, 1]]).await, "ac");
    assert_eq!(names("where count {any:$1} order by id", params![Vec::<i64>::new()]).await, "");
    assert_eq!(names("where name {any:$1} order by id", params![["b", "\"", "a'"]]).await, "b");
    assert_eq!(
        names("where not (name {any:$2}) and count > $1 order by id", params![1, vec!["b".to_owned()]]).await,
        "c"
    );
    assert_eq!(tx.among::<Thing>(&[3, 1, 1, 99]).await.unwrap().len(), 2);
    assert!(tx.among::<Thing>(&[]).await.unwrap().is_empty());
    for (thing_id, order) in [(1, 1), (1, 2), (3, 1)] {
        tx.insert(&mut Part { id: 0, thing_id, order, r#type: "x".to_owned() }).await.unwrap();
    }
    let parts = tx.children::<Part>("thing_id", &[1, 2]).await.unwrap();
    assert_eq!(parts.iter().map(|part| part.order).collect::<Vec<_>>(), [1, 2]);
    let count = tx.execute("update things set count = 0 where id {any:$1}", params![&[1i64, 2][..]]).await.unwrap();
    assert_eq!(count, 2);
}

/// SQLite numbers `$2` by where it first stands; here it is the second.
async fn params_by_number(db: &Database) {
    let tx = db.read().await.unwrap();
    let name = String::from("b");
    let row = tx
        .row("select cast($2 as text), cast($1 as text), cast($2 as text)", params!["a", &name])
        .await
        .unwrap()
        .unwrap();
    let read: (String, String, String) = (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
    assert_eq!((read.0.as_str(), read.1.as_str(), read.2.as_str()), ("b", "a", "b"));
    let (lent, none): (Option<&str>, Option<&str>) = (Some("x"), None);
    assert_eq!(
        params![lent, none, None::<i64>, 7, 7i64, true, &&1.5],
        [
            Value::Text("x".to_owned()),
            Value::Null,
            Value::Null,
            Value::Int(7),
            Value::Int(7),
            Value::Bool(true),
            Value::Real(1.5),
        ]
    );
}

async fn ids(db: &Database) {
    let tx = db.begin().await.unwrap();
    let (mut first, mut kept, mut next) = (thing("first"), Thing { id: 40, ..thing("kept") }, thing("next"));
    tx.insert(&mut first).await.unwrap();
    tx.insert(&mut kept).await.unwrap();
    tx.insert(&mut next).await.unwrap();
    assert_eq!((first.id, kept.id, next.id), (1, 40, 41));
    // A kept id below does not move the sequence back.
    tx.insert(&mut Thing { id: 12, ..thing("below") }).await.unwrap();
    tx.delete::<Thing>(41).await.unwrap();
    let mut after = thing("after");
    tx.insert(&mut after).await.unwrap();
    assert_eq!(after.id, 42, "an id is not given twice");
    tx.commit().await.unwrap();
    assert_eq!(db.names().await, ["first", "below", "kept", "after"]);
}

/// `order` and `type` are columns like any other.
async fn names(db: &Database) {
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("a")).await.unwrap();
    let mut part = Part { id: 0, thing_id: 1, order: 3, r#type: "bolt".to_owned() };
    tx.insert(&mut part).await.unwrap();
    part.order = 4;
    tx.update(&part).await.unwrap();
    assert_eq!(tx.lock::<Part>(part.id).await.unwrap(), part);
    tx.execute("insert into parts (thing_id) values ($1)", params![1]).await.unwrap();
    let last = tx.first::<Part>("order by id desc", &[]).await.unwrap().unwrap();
    assert_eq!((last.order, last.r#type.as_str()), (0, "it's, bigint"));
}

async fn numbers(db: &Database) {
    let tx = db.begin().await.unwrap();
    for (name, count) in [("a", 123_456_789_012), ("b", -23_456_789_012), ("c", 20_000)] {
        tx.insert(&mut Thing { count: Some(count), ..thing(name) }).await.unwrap();
    }
    let sum = "select sum(count), avg(count), count(*), sum(count) filter (where count < 0) from things having sum(count) > $1";
    let row = tx.row(sum, params![99_999_999_999i64]).await.unwrap().unwrap();
    assert_eq!(row.get::<i64>(0).unwrap(), 100_000_020_000);
    assert!((row.get::<f64>(1).unwrap() - 33_333_340_000.0).abs() < 1e-3);
    assert_eq!(row.get::<i64>(2).unwrap(), 3);
    assert_eq!(row.get::<i64>(3).unwrap(), -23_456_789_012);
    for bound in [i64::MIN, -10_000, 0, 10_000] {
        assert_eq!(
            tx.count(
                "select count(*) from (select sum(count) from things having sum(count) > $1) as q",
                params![bound]
            )
            .await
            .unwrap(),
            1
        );
    }
    let row =
        tx.row("select exists (select 1 from things), avg(count * 1.0) / 7 from things", &[]).await.unwrap().unwrap();
    assert!(row.get::<bool>(0).unwrap());
    assert!((row.get::<f64>(1).unwrap() - 4_761_905_714.285_714).abs() < 1e-3);
    assert_eq!(tx.count("select sum(count) from things where false group by id", &[]).await.unwrap(), 0);
}

async fn wrong_types(db: &Database) {
    let tx = db.begin().await.unwrap();
    tx.insert(&mut thing("a")).await.unwrap();
    let row = tx.row("select name, count from things", &[]).await.unwrap().unwrap();
    assert!(matches!(row.get::<i64>(0), Err(Error::Database(_))));
    assert!(matches!(row.get::<String>(1), Err(Error::Database(_))), "null is no text");
    assert!(matches!(row.get::<i64>(2), Err(Error::Database(_))), "there is no third column");
    // Reading wrongly is no failed statement.
    tx.commit().await.unwrap();
    for sql in ["select count(*) from things where name = $1", "insert into things (count, name) values ($1, 'b')"] {
        let tx = db.begin().await.unwrap();
        let answer = tx.execute(sql, params![vec![0u8]]).await;
        // SQLite compares bytes with a text and finds them different; into a column of a STRICT table they do not go.
        assert!(answer.is_err() || sql.starts_with("select") && db.dialect() == Dialect::Sqlite);
    }
    let tx = db.begin().await.unwrap();
    assert!(tx.execute("update things set count = 1 where name = $1", &[]).await.is_err(), "too few parameters");
    drop(tx);
    let tx = db.begin().await.unwrap();
    assert!(tx.execute("update things set count = 1", params!["a"]).await.is_err(), "too many parameters");
    drop(tx);
    let tx = db.begin().await.unwrap();
    assert!(tx.rows("select \"nothing\" from things", &[]).await.is_err(), "a name in quotes is no text");
}

async fn braces_and_quotes(db: &Database) {
    let tx = db.read().await.unwrap();
    let sql = "select '{any:$1} $1 --', \n-- $7 it's {any:$7}\n cast($1 as bigint) {skip locked}";
    let sql = if db.dialect() == Dialect::Postgres { sql.replace("{skip locked}", "") } else { sql.to_owned() };
    let row = tx.row(&sql, params![5]).await.unwrap().unwrap();
    assert_eq!(row.get::<String>(0).unwrap(), "{any:$1} $1 --");
    assert_eq!(row.get::<i64>(1).unwrap(), 5);
    assert!(
        tx.all::<Thing>("order by id limit 1 {skip locked}", &[]).await.is_ok() || db.dialect() == Dialect::Postgres
    );
}
