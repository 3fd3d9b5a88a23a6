//! Every test runs on SQLite, and on PostgreSQL where `ORANGERY_TEST_POSTGRES` names a server.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod database;
mod fulltext;
mod storm;
mod tls;
mod transactions;
mod values;

/// Makes two tests of each function: one on a SQLite file of its own, one in a PostgreSQL schema of its own.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                super::$name(&crate::database::Database::sqlite().await).await;
            }
        )+}
        mod postgres {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() {
                let Some(db) = crate::database::Database::postgres().await else { return };
                super::$name(&db).await;
                db.end().await;
            }
        )+}
    };
}
pub(crate) use on_both;
