//! What comes out of a statement: rows read by position, the same from both databases.

use std::sync::Arc;

use tokio_postgres::types::{FromSql, Type};

use crate::{Error, Field, Result};

/// One row. Columns are read by position; nothing looks a name up.
#[derive(Clone)]
pub struct Row(Kind);

#[derive(Clone)]
enum Kind {
    Sqlite { set: Arc<Set>, first: usize },
    Postgres(Arc<tokio_postgres::Row>),
}

/// One column of one row, as the database gave it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// Reads a row's columns from left to right: what [`table!`](crate::table) does.
pub struct Columns<'a> {
    row: &'a Row,
    next: usize,
}

/// All cells of one SQLite answer in two allocations, however many rows and texts there are.
#[derive(Default)]
pub(crate) struct Set {
    width: usize,
    slots: Vec<Slot>,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy)]
enum Slot {
    Null,
    Int(i64),
    Real(f64),
    Text { start: usize, len: usize },
    Bytes { start: usize, len: usize },
}

impl Row {
    pub(crate) fn postgres(row: tokio_postgres::Row) -> Self {
        Self(Kind::Postgres(Arc::new(row)))
    }

    pub fn get<T: Field>(&self, column: usize) -> Result<T> {
        T::read(self, column)
    }

    pub fn columns(&self) -> Columns<'_> {
        Columns { row: self, next: 0 }
    }

    pub fn cell(&self, column: usize) -> Result<Cell<'_>> {
        match &self.0 {
            Kind::Sqlite { set, first } => set.cell(*first, column),
            Kind::Postgres(row) => Ok(row.try_get::<_, Cell<'_>>(column)?),
        }
    }
}

impl Columns<'_> {
    /// The next column. It is no iterator: each column has its own type.
    #[allow(clippy::should_implement_trait)]
    pub fn next<T: Field>(&mut self) -> Result<T> {
        self.next += 1;
        T::read(self.row, self.next - 1)
    }
}

impl Cell<'_> {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "a number",
            Self::Real(_) => "a fraction",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
        }
    }
}

impl Set {
    pub(crate) fn new(width: usize) -> Self {
        Self { width, ..Self::default() }
    }

    pub(crate) fn push(&mut self, row: &rusqlite::Row<'_>) -> rusqlite::Result<()> {
        use rusqlite::types::ValueRef;
        for column in 0..self.width {
            let slot = match row.get_ref(column)? {
                ValueRef::Null => Slot::Null,
                ValueRef::Integer(it) => Slot::Int(it),
                ValueRef::Real(it) => Slot::Real(it),
                ValueRef::Text(it) => Slot::Text { start: self.keep(it), len: it.len() },
                ValueRef::Blob(it) => Slot::Bytes { start: self.keep(it), len: it.len() },
            };
            self.slots.push(slot);
        }
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) -> usize {
        self.bytes.extend_from_slice(bytes);
        self.bytes.len() - bytes.len()
    }

    pub(crate) fn rows(self) -> Vec<Row> {
        if self.slots.is_empty() {
            return Vec::new();
        }
        let (width, cells) = (self.width, self.slots.len());
        let set = Arc::new(self);
        (0..cells).step_by(width).map(|first| Row(Kind::Sqlite { set: set.clone(), first })).collect()
    }

    fn cell(&self, first: usize, column: usize) -> Result<Cell<'_>> {
        if column >= self.width {
            return Err(Error::Database(format!("column {column} of {}", self.width)));
        }
        Ok(match self.slots[first + column] {
            Slot::Null => Cell::Null,
            Slot::Int(it) => Cell::Int(it),
            Slot::Real(it) => Cell::Real(it),
            Slot::Bytes { start, len } => Cell::Bytes(&self.bytes[start..start + len]),
            Slot::Text { start, len } => match std::str::from_utf8(&self.bytes[start..start + len]) {
                Ok(text) => Cell::Text(text),
                Err(_) => return Err(Error::Database(format!("column {column} is not UTF-8"))),
            },
        })
    }
}

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *ty {
            Type::BOOL => Cell::Bool(bool::from_sql(ty, raw)?),
            Type::INT8 => Cell::Int(i64::from_sql(ty, raw)?),
            Type::INT4 => Cell::Int(i32::from_sql(ty, raw)?.into()),
            Type::INT2 => Cell::Int(i16::from_sql(ty, raw)?.into()),
            Type::OID => Cell::Int(u32::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Cell::Real(f64::from_sql(ty, raw)?),
            Type::FLOAT4 => Cell::Real(f32::from_sql(ty, raw)?.into()),
            Type::NUMERIC => numeric(raw).ok_or("a numeric that is no number")?,
            Type::BYTEA => Cell::Bytes(raw),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN | Type::JSON => {
                Cell::Text(std::str::from_utf8(raw)?)
            }
            Type::JSONB => Cell::Text(std::str::from_utf8(raw.get(1..).unwrap_or_default())?),
            Type::VOID => Cell::Null,
            _ => return Err(format!("columns of type {ty} are not read").into()),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Cell::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// PostgreSQL's `numeric`, which is what `sum(bigint)` and `avg` are there: a whole number where it is one.
fn numeric(raw: &[u8]) -> Option<Cell<'static>> {
    let part = |n: usize| Some(i16::from_be_bytes(raw.get(2 * n..2 * n + 2)?.try_into().ok()?));
    let (count, weight, sign) = (part(0)?, part(1)?, part(2)?);
    let negative = match sign {
        0 => false,
        0x4000 => true,
        _ => return None,
    };
    let (mut whole, mut real) = (Some(0i64), 0f64);
    for n in 0..count.max(weight + 1) {
        let digit = if n < count { part(4 + n as usize)? } else { 0 };
        real += f64::from(digit) * 10_000f64.powi(i32::from(weight - n));
        let signed = if negative { -i64::from(digit) } else { digit.into() };
        whole = match whole {
            Some(it) if n <= weight => it.checked_mul(10_000).and_then(|it| it.checked_add(signed)),
            Some(it) if digit == 0 => Some(it),
            _ => None,
        };
    }
    Some(whole.map_or(Cell::Real(if negative { -real } else { real }), Cell::Int))
}
