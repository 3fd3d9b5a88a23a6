//! The schema as SQLite has it, for who wants to query the database: `golden/schema.sql`.

use expect_test::expect_file;
use orangery::schema::MIGRATIONS;
use sql::{Options, Pool};

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_as_sqlite_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let address = format!("sqlite:{}", folder.path().join("orangery.db").display());
    let pool = Pool::open(&address, Options::default()).await.unwrap();
    pool.migrate(MIGRATIONS).await.unwrap();
    let tx = pool.read().await.unwrap();
    let all = "select sql from sqlite_master where sql is not null order by tbl_name, type desc, name";
    let statements = tx.rows(all, &[]).await.unwrap();
    let statements: Vec<String> = statements.iter().map(|it| it.get::<String>(0).unwrap()).collect();
    let text =
        format!("-- The schema as SQLite has it. Made by running, never by hand.\n\n{};\n", statements.join(";\n\n"));
    expect_file!["golden/schema.sql"].assert_eq(&text);
}
