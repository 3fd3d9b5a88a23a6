//! What goes into a statement: [`Value`], and the types that one column can hold: [`Field`].

use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, Value as Owned, ValueRef};
use serde::{Serialize, de::DeserializeOwned};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::{Cell, Error, Result, Row};

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// For `{any:$1}` over numbers.
    Ids(Vec<i64>),
    /// For `{any:$1}` over texts.
    Texts(Vec<String>),
}

/// A type that one column can hold.
pub trait Field: Sized {
    fn read(row: &Row, column: usize) -> Result<Self>;
    fn value(&self) -> Value;
}

/// What [`params!`](crate::params) accepts: every [`Field`], and slices that are only ever lent.
pub trait Param {
    fn param(&self) -> Value;
}

/// The same for an option of something lent, as `name.as_deref()` gives it.
pub trait OptionalParam {
    fn param(&self) -> Value;
}

/// `params![id, &name, None::<i64>, "text"]`: the parameters of a statement, by position.
#[macro_export]
macro_rules! params {
    () => { &[] as &[$crate::Value] };
    ($($value:expr),+ $(,)?) => {
        &[$({
            #[allow(unused_imports)]
            use $crate::{OptionalParam as _, Param as _};
            (&$value).param()
        }),+] as &[$crate::Value]
    };
}

impl<T: Field> Param for T {
    fn param(&self) -> Value {
        self.value()
    }
}

impl Param for str {
    fn param(&self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl Param for [u8] {
    fn param(&self) -> Value {
        Value::Bytes(self.to_vec())
    }
}

impl Param for [i64] {
    fn param(&self) -> Value {
        Value::Ids(self.to_vec())
    }
}

impl Param for [String] {
    fn param(&self) -> Value {
        Value::Texts(self.to_vec())
    }
}

impl Param for [&str] {
    fn param(&self) -> Value {
        Value::Texts(self.iter().map(|&it| it.to_owned()).collect())
    }
}

impl<const N: usize> Param for [i64; N] {
    fn param(&self) -> Value {
        self.as_slice().param()
    }
}

impl<const N: usize> Param for [&str; N] {
    fn param(&self) -> Value {
        self.as_slice().param()
    }
}

impl Param for Vec<&str> {
    fn param(&self) -> Value {
        self.as_slice().param()
    }
}

impl<T: Param + ?Sized> OptionalParam for Option<&T> {
    fn param(&self) -> Value {
        self.map_or(Value::Null, Param::param)
    }
}

/// A field is what its cell may look like, and the value it becomes.
macro_rules! field {
    ($($ty:ty: $($cell:pat => $read:expr),+; $it:ident => $value:expr;)*) => {$(
        impl Field for $ty {
            fn read(row: &Row, column: usize) -> Result<Self> {
                let cell = row.cell(column)?;
                let read: Option<$ty> = match cell { $($cell => $read,)+ _ => None };
                read.ok_or_else(|| wrong::<$ty>(column, cell))
            }
            fn value(&self) -> Value { let $it = self; $value }
        }
    )*};
}

field! {
    i64: Cell::Int(it) => Some(it); it => Value::Int(*it);
    i32: Cell::Int(it) => it.try_into().ok(); it => Value::Int((*it).into());
    u32: Cell::Int(it) => it.try_into().ok(); it => Value::Int((*it).into());
    bool: Cell::Bool(it) => Some(it), Cell::Int(it) => Some(it != 0); it => Value::Bool(*it);
    f64: Cell::Real(it) => Some(it), Cell::Int(it) => Some(it as f64); it => Value::Real(*it);
    String: Cell::Text(it) => Some(it.to_owned()); it => Value::Text(it.clone());
    Vec<u8>: Cell::Bytes(it) => Some(it.to_vec()); it => Value::Bytes(it.clone());
    Vec<i64>: Cell::Text(it) => serde_json::from_str(it).ok(); it => Value::Ids(it.clone());
    Vec<String>: Cell::Text(it) => serde_json::from_str(it).ok(); it => Value::Texts(it.clone());
    serde_json::Value: Cell::Text(it) => serde_json::from_str(it).ok(); it => Value::Text(it.to_string());
    jiff::Timestamp: Cell::Int(it) => jiff::Timestamp::from_microsecond(it).ok(); it => Value::Int(it.as_microsecond());
    jiff::civil::Date: Cell::Text(it) => it.parse().ok(); it => Value::Text(it.to_string());
}

impl<T: Field> Field for Option<T> {
    fn read(row: &Row, column: usize) -> Result<Self> {
        if matches!(row.cell(column)?, Cell::Null) {
            return Ok(None);
        }
        T::read(row, column).map(Some)
    }

    fn value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Field::value)
    }
}

/// Something of the program kept as JSON in a text column.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Json<T>(pub T);

impl<T: Serialize + DeserializeOwned> Field for Json<T> {
    fn read(row: &Row, column: usize) -> Result<Self> {
        let Cell::Text(text) = row.cell(column)? else { return Err(wrong::<Self>(column, row.cell(column)?)) };
        let read = serde_json::from_str(text).map(Json);
        read.map_err(|error| Error::Database(format!("column {column}: {}: {error}", std::any::type_name::<T>())))
    }

    fn value(&self) -> Value {
        // What cannot be written as JSON (a map whose keys are no texts) is a null, which a `not null` column refuses.
        serde_json::to_string(&self.0).map_or(Value::Null, Value::Text)
    }
}

/// Names the types, never the value: errors are logged.
fn wrong<T>(column: usize, cell: Cell<'_>) -> Error {
    Error::Database(format!("column {column}: {} is not read as {}", cell.kind(), std::any::type_name::<T>()))
}

impl Value {
    fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Int(_) => "a number",
            Self::Real(_) => "a fraction",
            Self::Text(_) => "a text",
            Self::Bytes(_) => "bytes",
            Self::Ids(_) => "a list of numbers",
            Self::Texts(_) => "a list of texts",
        }
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let json = |text: serde_json::Result<String>| match text {
            Ok(text) => Ok(ToSqlOutput::Owned(Owned::Text(text))),
            Err(error) => Err(rusqlite::Error::ToSqlConversionFailure(error.into())),
        };
        Ok(match self {
            Self::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Self::Bool(it) => ToSqlOutput::Owned(Owned::Integer((*it).into())),
            Self::Int(it) => ToSqlOutput::Owned(Owned::Integer(*it)),
            Self::Real(it) => ToSqlOutput::Owned(Owned::Real(*it)),
            Self::Text(it) => ToSqlOutput::Borrowed(ValueRef::Text(it.as_bytes())),
            Self::Bytes(it) => ToSqlOutput::Borrowed(ValueRef::Blob(it)),
            Self::Ids(it) => json(serde_json::to_string(it))?,
            Self::Texts(it) => json(serde_json::to_string(it))?,
        })
    }
}

impl ToSql for Value {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match (self, ty) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Bool(it), &Type::BOOL) => it.to_sql(ty, out),
            (Self::Int(it), &Type::INT8) => it.to_sql(ty, out),
            (Self::Int(it), &Type::INT4) => i32::try_from(*it)?.to_sql(ty, out),
            (Self::Int(it), &Type::INT2) => i16::try_from(*it)?.to_sql(ty, out),
            (Self::Int(it), &Type::FLOAT8) => (*it as f64).to_sql(ty, out),
            (Self::Int(it), &Type::NUMERIC) => numeric(*it, out),
            (Self::Real(it), &Type::FLOAT8) => it.to_sql(ty, out),
            (Self::Real(it), &Type::FLOAT4) => (*it as f32).to_sql(ty, out),
            (Self::Text(it), &Type::JSONB) => {
                out.extend_from_slice(&[1]); // the version of the binary form
                out.extend_from_slice(it.as_bytes());
                Ok(IsNull::No)
            }
            (
                Self::Text(it),
                &Type::JSON | &Type::TEXT | &Type::VARCHAR | &Type::BPCHAR | &Type::NAME | &Type::UNKNOWN,
            ) => {
                out.extend_from_slice(it.as_bytes());
                Ok(IsNull::No)
            }
            (Self::Bytes(it), &Type::BYTEA) => it.to_sql(ty, out),
            (Self::Ids(it), &Type::INT8_ARRAY) => it.to_sql(ty, out),
            (Self::Texts(it), &Type::TEXT_ARRAY | &Type::VARCHAR_ARRAY) => it.to_sql(ty, out),
            _ => Err(format!("{} cannot be given where {ty} is wanted", self.kind()).into()),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A whole number as PostgreSQL's `numeric`, which is what a parameter next to `sum(bigint)` is: digits of base 10,000.
fn numeric(number: i64, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
    let mut rest = number.unsigned_abs();
    let mut digits = Vec::new();
    while rest > 0 {
        digits.push((rest % 10_000) as i16);
        rest /= 10_000;
    }
    let count = digits.len() as i16;
    let sign = if number < 0 { 0x4000 } else { 0 };
    for part in [count, (count - 1).max(0), sign, 0].into_iter().chain(digits.into_iter().rev()) {
        out.extend_from_slice(&part.to_be_bytes());
    }
    Ok(IsNull::No)
}
