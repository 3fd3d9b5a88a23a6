//! A fresh database for each test.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use sql::{Options, Pool};

static NUMBER: AtomicU32 = AtomicU32::new(0);

pub struct Database {
    pub pool: Pool,
    pub url: String,
    folder: Option<PathBuf>,
    schema: String,
}

pub const SCHEMA: &str = "
create table things (
    id {id}, -- given by the database
    name text not null unique,
    count bigint,
    bytes bytes
);
create table parts (
    id {id},
    thing_id bigint not null references things(id),
    \"order\" bigint not null default 0,
    type text not null default 'it''s, bigint',
    unique (thing_id, \"order\")
);
create index parts_by_thing on parts (thing_id);
create table kinds (
    id {id},
    small bigint, flag boolean, real double, text text, bytes bytes, at bigint, day text, json text, own text,
    check (small is null or small < 1000)
);
";

sql::table! {
    /// A thing.
    Thing: "things" { id: i64, name: String, count: Option<i64>, bytes: Option<Vec<u8>> }
}

sql::table! {
    Part: "parts" { id: i64, thing_id: i64, order: i64, r#type: String }
}

pub fn thing(name: &str) -> Thing {
    Thing { id: 0, name: name.to_owned(), count: None, bytes: None }
}

impl Database {
    pub async fn sqlite() -> Self {
        let name = name();
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).unwrap();
        let url = format!("sqlite:{}", folder.join("db?%20").display());
        Self::new(url, Some(folder), name).await
    }

    pub async fn postgres() -> Option<Self> {
        let server = std::env::var("ORANGERY_TEST_POSTGRES").ok()?;
        let name = name();
        let admin = Pool::open(&server, Options { connections: 1, ..Options::default() }).await.unwrap();
        let tx = admin.begin().await.unwrap();
        tx.execute(&format!("create schema {name}"), &[]).await.unwrap();
        tx.commit().await.unwrap();
        let sign = if server.contains('?') { '&' } else { '?' };
        Some(Self::new(format!("{server}{sign}search_path={name}"), None, name).await)
    }

    async fn new(url: String, folder: Option<PathBuf>, schema: String) -> Self {
        let pool = Pool::open(&url, Options { connections: 8, ..Options::default() }).await.unwrap();
        assert_eq!(pool.migrate(&[("0001", SCHEMA)]).await.unwrap(), ["0001"]);
        Self { pool, url, folder, schema }
    }

    pub fn folder(&self) -> PathBuf {
        self.folder.clone().unwrap_or_else(std::env::temp_dir)
    }

    pub async fn end(&self) {
        let tx = self.pool.begin().await.unwrap();
        tx.execute(&format!("drop schema {} cascade", self.schema), &[]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What is in the table, in the order of ids.
    pub async fn names(&self) -> Vec<String> {
        let tx = self.pool.read().await.unwrap();
        tx.all::<Thing>("order by id", &[]).await.unwrap().into_iter().map(|thing| thing.name).collect()
    }
}

impl Deref for Database {
    type Target = Pool;

    fn deref(&self) -> &Pool {
        &self.pool
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn name() -> String {
    format!("sql_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}
