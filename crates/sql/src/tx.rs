//! One transaction: every statement of the program goes through one.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use futures_util::join;
use parking_lot::Mutex;

use crate::postgres::Session;
use crate::record::Shape;
use crate::sqlite::{Read, Write};
use crate::text::{Text, Verb, plain};
use crate::{Dialect, Error, Record, Result, Row, Value};

/// An open transaction. Dropped without [`commit`](Tx::commit), it rolls back. After a statement failed, nothing more
/// runs in it, and `commit` answers what that statement answered.
///
/// Every method takes `&self`: queries can be joined, and are pipelined on PostgreSQL, in their order. Parameters of joined
/// queries are bound by `let` before: `try_join!` ends the life of what is made inside it.
pub struct Tx {
    inner: Inner,
    failed: Mutex<Option<Error>>,
    moment: AtomicU64,
    written: Mutex<BTreeSet<String>>,
}

pub(crate) enum Inner {
    Write(Write),
    Read(Read),
    Postgres(Session),
}

/// What a statement is run for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Want {
    Rows,
    One,
    Count,
    Id,
}

#[derive(Default)]
pub(crate) struct Answer {
    pub rows: Vec<Row>,
    pub count: u64,
    pub id: i64,
}

impl Tx {
    pub(crate) fn new(inner: Inner) -> Self {
        Self { inner, failed: Mutex::new(None), moment: AtomicU64::new(0), written: Mutex::default() }
    }

    pub fn dialect(&self) -> Dialect {
        match &self.inner {
            Inner::Write(_) | Inner::Read(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Grows with every statement that writes, or takes a lock for which it may have waited. As long as it stays, what
    /// this transaction has read is as good as if it were read again.
    pub fn moment(&self) -> u64 {
        self.moment.load(Relaxed)
    }

    /// Whether a statement of this transaction named one of `tables` as the one that it writes to. What foreign keys
    /// and triggers do besides is not seen.
    pub fn has_written(&self, tables: &[&str]) -> bool {
        let written = self.written.lock();
        tables.iter().any(|it| written.contains(*it))
    }

    /// Notes what a statement is about to do.
    fn note(&self, text: &Text) {
        if !text.moves {
            return;
        }
        self.moment.fetch_add(1, Relaxed);
        let mut written = self.written.lock();
        for table in &text.writes {
            if !written.contains(table) {
                written.insert(table.clone());
            }
        }
    }

    /// Why this transaction can only be rolled back, if so.
    fn failure(&self) -> Option<Error> {
        if let Some(error) = &*self.failed.lock() {
            return Some(error.clone());
        }
        match &self.inner {
            Inner::Postgres(session) if session.abandoned() => {
                Some(Error::Database("a statement of this transaction was cancelled".to_owned()))
            }
            _ => None,
        }
    }

    fn settle<T>(&self, answer: Result<T>) -> Result<T> {
        answer.map_err(|error| self.failed.lock().get_or_insert(error).clone())
    }

    /// The way of every statement; nothing generic from here on.
    async fn run(&self, text: &Text, params: &[Value], want: Want) -> Result<Answer> {
        if let Some(error) = self.failure() {
            return Err(error);
        }
        self.note(text);
        self.settle(match &self.inner {
            Inner::Write(write) => write.run(text, params, want),
            Inner::Read(read) => read.run(text, params, want),
            // On the heap, so that the futures of verbs stay small.
            Inner::Postgres(session) => Box::pin(session.run(text, params, want)).await,
        })
    }

    /// Several statements in one text, without parameters: a migration.
    pub(crate) async fn script(&self, sql: &str) -> Result<()> {
        if let Some(error) = self.failure() {
            return Err(error);
        }
        self.settle(match &self.inner {
            Inner::Write(write) => write.script(sql),
            Inner::Read(_) => Err(Error::Database("a snapshot is only read".to_owned())),
            Inner::Postgres(session) => session.script(sql).await,
        })
    }

    pub async fn rows(&self, sql: &str, params: &[Value]) -> Result<Vec<Row>> {
        Ok(self.run(&plain(sql), params, Want::Rows).await?.rows)
    }

    /// The first row.
    pub async fn row(&self, sql: &str, params: &[Value]) -> Result<Option<Row>> {
        Ok(self.run(&plain(sql), params, Want::One).await?.rows.into_iter().next())
    }

    /// Answers how many rows were changed.
    pub async fn execute(&self, sql: &str, params: &[Value]) -> Result<u64> {
        Ok(self.run(&plain(sql), params, Want::Count).await?.count)
    }

    /// The one number that `sql` selects.
    pub async fn count(&self, sql: &str, params: &[Value]) -> Result<i64> {
        let row = self.row(sql, params).await?;
        row.map_or(Ok(0), |row| row.get(0))
    }

    /// The rows for which `rest` holds: `tx.all::<Person>("where name = $1 order by id", params![name])`.
    pub async fn all<T: Record>(&self, rest: &str, params: &[Value]) -> Result<Vec<T>> {
        read(&self.select(Shape::of::<T>(), Verb::Select, rest, params, Want::Rows).await?)
    }

    /// The first row for which `rest` holds.
    pub async fn first<T: Record>(&self, rest: &str, params: &[Value]) -> Result<Option<T>> {
        let rows = self.select(Shape::of::<T>(), Verb::Select, rest, params, Want::One).await?;
        rows.first().map(T::read).transpose()
    }

    /// The row, or [`Error::NotFound`].
    pub async fn find<T: Record>(&self, id: i64) -> Result<T> {
        self.first("where \"id\" = $1", &[Value::Int(id)]).await?.ok_or_else(|| missing::<T>(id))
    }

    /// The row, if there is an id and a row of that id.
    pub async fn get<T: Record>(&self, id: Option<i64>) -> Result<Option<T>> {
        let Some(id) = id else { return Ok(None) };
        self.first("where \"id\" = $1", &[Value::Int(id)]).await
    }

    /// The row, which nobody else can change until this transaction ends.
    pub async fn lock<T: Record>(&self, id: i64) -> Result<T> {
        self.first("where \"id\" = $1 {for update}", &[Value::Int(id)]).await?.ok_or_else(|| missing::<T>(id))
    }

    /// The rows of these ids, by id.
    pub async fn among<T: Record>(&self, ids: &[i64]) -> Result<Vec<T>> {
        self.children("id", ids).await
    }

    /// The rows that hang on `parents` by their column `key`, by id.
    pub async fn children<T: Record>(&self, key: &'static str, parents: &[i64]) -> Result<Vec<T>> {
        // The children of one parent have a statement of their own, whose plan PostgreSQL keeps: what it does for "any
        // of these" it plans anew each time.
        let (verb, params) = match parents {
            [] => return Ok(Vec::new()),
            [parent] => (Verb::ChildrenOfOne, Value::Int(*parent)),
            _ => (Verb::Children, Value::Ids(parents.to_vec())),
        };
        read(&self.select(Shape::of::<T>(), verb, key, &[params], Want::Rows).await?)
    }

    async fn select(&self, shape: Shape, verb: Verb, tail: &str, params: &[Value], want: Want) -> Result<Vec<Row>> {
        Ok(self.run(&shape.statement(verb, tail), params, want).await?.rows)
    }

    /// Inserts the row. An id of 0 is given by the database and written back; any other is kept, and not given again.
    pub async fn insert<T: Record>(&self, row: &mut T) -> Result<()> {
        let (shape, mut values) = (Shape::of::<T>(), row.values());
        if row.id() != 0 {
            return self.insert_kept(shape, row.id(), &values).await;
        }
        values.remove(0);
        let tail = if self.dialect() == Dialect::Postgres { " returning \"id\"" } else { "" };
        row.set_id(self.run(&shape.statement(Verb::Insert, tail), &values, Want::Id).await?.id);
        Ok(())
    }

    async fn insert_kept(&self, shape: Shape, id: i64, values: &[Value]) -> Result<()> {
        let insert = shape.statement(Verb::InsertKept, "");
        if self.dialect() == Dialect::Sqlite {
            self.run(&insert, values, Want::Count).await?;
            return Ok(());
        }
        // Two who move the sequence at once must not move it back: they go one after the other.
        let turn = plain("select pg_advisory_xact_lock(hashtext('sequence of ' || $1))");
        let past: Arc<Text> = shape.statement(Verb::Past, "");
        let (table, id) = ([Value::Text(shape.table.to_owned())], [Value::Int(id)]);
        futures_util::try_join!(
            self.run(&insert, values, Want::Count),
            self.run(&turn, &table, Want::One),
            self.run(&past, &id, Want::One),
        )?;
        Ok(())
    }

    /// From now on the database gives ids of that table above `id`: rows are there, or will be, that brought theirs along.
    pub async fn number_beyond(&self, table: &str, id: i64) -> Result<()> {
        let params = [Value::Text(table.to_owned()), Value::Int(id)];
        if self.dialect() == Dialect::Sqlite {
            let begin = "insert into sqlite_sequence (name, seq) select $1, $2
                         where not exists (select 1 from sqlite_sequence where name = $1)";
            self.execute(begin, &params).await?;
            return self
                .execute("update sqlite_sequence set seq = $2 where name = $1 and seq < $2", &params)
                .await
                .map(drop);
        }
        self.rows("select pg_advisory_xact_lock(hashtext('sequence of ' || $1))", &params[..1]).await?;
        let past = format!(
            "select setval(s, $1) from (select pg_get_serial_sequence('\"{table}\"', 'id')::regclass as s) as q
             where s is not null and $1 > coalesce(pg_sequence_last_value(s), 0)"
        );
        self.rows(&past, &params[1..]).await.map(drop)
    }

    /// Writes all columns of the row, or answers [`Error::NotFound`].
    pub async fn update<T: Record>(&self, row: &T) -> Result<()> {
        let text = Shape::of::<T>().statement(Verb::Update, "");
        let count = self.run(&text, &row.values(), Want::Count).await?.count;
        (count > 0).then_some(()).ok_or_else(|| missing::<T>(row.id()))
    }

    /// Deletes the row, or answers [`Error::NotFound`].
    pub async fn delete<T: Record>(&self, id: i64) -> Result<()> {
        let count = self.delete_where::<T>("where \"id\" = $1", &[Value::Int(id)]).await?;
        (count > 0).then_some(()).ok_or_else(|| missing::<T>(id))
    }

    /// Deletes the rows for which `rest` holds and answers how many they were.
    pub async fn delete_where<T: Record>(&self, rest: &str, params: &[Value]) -> Result<u64> {
        Ok(self.run(&Shape::of::<T>().statement(Verb::DeleteWhere, rest), params, Want::Count).await?.count)
    }

    /// Answers when all of it is on the disk.
    pub async fn commit(self) -> Result<()> {
        self.commit_with(async |_| Ok(())).await
    }

    /// Runs the statements of `last` and commits. On PostgreSQL COMMIT travels behind them, so that all of them must be
    /// joined: one that is sent only after another's answer comes too late, and is refused.
    pub async fn commit_with<T, E>(self, last: impl AsyncFnOnce(&Self) -> Result<T, E>) -> Result<T, E>
    where
        E: From<Error>,
    {
        if let Some(error) = self.failure() {
            return Err(error.into());
        }
        let Inner::Postgres(session) = &self.inner else {
            let answer = last(&self).await?;
            return match self.inner {
                Inner::Write(write) => Ok(write.commit().await.map(|()| answer)?),
                _ => Ok(answer),
            };
        };
        let gave_up = AtomicBool::new(false);
        let last = async {
            let answer = last(&self).await;
            gave_up.store(answer.is_err(), Relaxed);
            answer
        };
        let (answer, committed) = join!(last, session.commit(|| gave_up.load(Relaxed) || self.failure().is_some()));
        let answer = answer?;
        committed?;
        if let Some(error) = self.failure() {
            return Err(error.into());
        }
        if let Inner::Postgres(session) = self.inner {
            session.close();
        }
        Ok(answer)
    }
}

fn read<T: Record>(rows: &[Row]) -> Result<Vec<T>> {
    rows.iter().map(T::read).collect()
}

fn missing<T: Record>(id: i64) -> Error {
    Error::NotFound { table: T::TABLE, id }
}
