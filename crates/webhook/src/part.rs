//! How bodies are read into types and written again without loss: an object keeps what its type does not know, and
//! which of its fields were there at all.

use std::{collections::BTreeMap, fmt};

use serde_json::{Map, Value};

/// Where a body is not as documented, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// `payload.application.jobs[0].id`
    pub path: String,
    pub what: String,
}

impl Fault {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { path: String::new(), what: what.into() }
    }

    /// The same, seen from one level further out.
    pub(crate) fn below(mut self, name: impl fmt::Display) -> Self {
        let joint = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{name}{joint}{}", self.path);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => write!(f, "the body {}", self.what),
            path => write!(f, "{path} {}", self.what),
        }
    }
}

/// A value that may stand in a body.
pub(crate) trait Part: Sized {
    /// None where the field is missing.
    fn read(found: Option<Value>) -> Result<Self, Fault>;

    fn write(&self) -> Value;
}

fn wrong<T>(found: Option<&Value>, wanted: &str) -> Result<T, Fault> {
    Err(Fault::new(match found {
        None => "is missing".to_owned(),
        Some(Value::Null) => format!("is null, not {wanted}"),
        Some(Value::Bool(_)) => format!("is true or false, not {wanted}"),
        Some(Value::Number(number)) => format!("is {number}, not {wanted}"),
        Some(Value::String(_)) => format!("is a text, not {wanted}"),
        Some(Value::Array(_)) => format!("is a list, not {wanted}"),
        Some(Value::Object(_)) => format!("is an object, not {wanted}"),
    }))
}

impl Part for i64 {
    fn read(found: Option<Value>) -> Result<Self, Fault> {
        match found.as_ref().and_then(Value::as_i64) {
            Some(number) => Ok(number),
            None => wrong(found.as_ref(), "a whole number"),
        }
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Part for bool {
    fn read(found: Option<Value>) -> Result<Self, Fault> {
        match found {
            Some(Value::Bool(is)) => Ok(is),
            other => wrong(other.as_ref(), "true or false"),
        }
    }

    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Part for String {
    fn read(found: Option<Value>) -> Result<Self, Fault> {
        match found {
            Some(Value::String(text)) => Ok(text),
            other => wrong(other.as_ref(), "a text"),
        }
    }

    fn write(&self) -> Value {
        Value::from(self.as_str())
    }
}

impl Part for Value {
    fn read(found: Option<Value>) -> Result<Self, Fault> {
        Ok(found.unwrap_or_default())
    }

    fn write(&self) -> Value {
        self.clone()
    }
}

impl<T: Part> Part for Option<T> {
    fn read(found: Option<Value>) -> Result<Self, Fault> {
        match found {
            None | Some(Value::Null) => Ok(None),
            found => T::read(found).map(Some),
        }
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }
}

/// A list that is missing is empty.
impl<T: Part> Part for Vec<T> {
    fn read(found: Option<Value>) -> Result<Self, Fault> {
        match found {
            None => Ok(Self::new()),
            Some(Value::Array(entries)) => entries
                .into_iter()
                .enumerate()
                .map(|(n, it)| T::read(Some(it)).map_err(|fault| fault.below(format!("[{n}]"))))
                .collect(),
            other => wrong(other.as_ref(), "a list"),
        }
    }

    fn write(&self) -> Value {
        self.iter().map(T::write).collect()
    }
}

/// A map that is missing is empty.
impl<T: Part> Part for BTreeMap<String, T> {
    fn read(found: Option<Value>) -> Result<Self, Fault> {
        let Some(found) = found else { return Ok(Self::new()) };
        let entry = |(key, value): (String, Value)| match T::read(Some(value)) {
            Ok(it) => Ok((key, it)),
            Err(fault) => Err(fault.below(key)),
        };
        object(Some(found))?.into_iter().map(entry).collect()
    }

    fn write(&self) -> Value {
        self.iter().map(|(key, it)| (key.clone(), it.write())).collect()
    }
}

pub(crate) fn object(found: Option<Value>) -> Result<Map<String, Value>, Fault> {
    match found {
        Some(Value::Object(fields)) => Ok(fields),
        other => wrong(other.as_ref(), "an object"),
    }
}

/// What a field may be without having been there.
pub(crate) fn says_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(entries) => entries.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Objects of bodies: each field named once, with its key where that is no name in Rust.
macro_rules! objects {
    ($($(#[$meta:meta])* $Name:ident { $($(#[$doc:meta])* $field:ident $(= $key:literal)? : $kind:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $Name {
            $($(#[$doc])* pub $field: $kind,)*
            /// The fields that this version of the library does not know.
            pub rest: serde_json::Map<String, serde_json::Value>,
            /// Which of the known fields were there, so that one that was null or empty is written as it was, and one that was missing is not.
            present: u32,
        }

        impl $crate::part::Part for $Name {
            #[allow(unused_assignments)]
            fn read(found: Option<serde_json::Value>) -> Result<Self, $crate::part::Fault> {
                let mut rest = $crate::part::object(found)?;
                let (mut present, mut bit) = (0, 1);
                $(
                    let key = $crate::part::objects!(@key $field $($key)?);
                    let found = rest.remove(key);
                    present |= if found.is_some() { bit } else { 0 };
                    bit <<= 1;
                    let $field = <$kind as $crate::part::Part>::read(found).map_err(|fault| fault.below(key))?;
                )*
                Ok(Self { $($field,)* rest, present })
            }

            #[allow(unused_assignments)]
            fn write(&self) -> serde_json::Value {
                let (mut fields, mut bit) = (self.rest.clone(), 1);
                $(
                    let value = $crate::part::Part::write(&self.$field);
                    if self.present & bit != 0 || !$crate::part::says_nothing(&value) {
                        fields.insert($crate::part::objects!(@key $field $($key)?).to_owned(), value);
                    }
                    bit <<= 1;
                )*
                serde_json::Value::Object(fields)
            }
        }

        $crate::part::serde!($Name);
    )*};
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
}

/// Closed lists that may grow: a word that this version does not know is kept.
macro_rules! words {
    ($($(#[$meta:meta])* $Name:ident { $($Word:ident = $text:literal),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $Name {
            $(#[doc = concat!("`", $text, "`")] $Word,)*
            /// A word that this version of the library does not know.
            Unknown(String),
        }

        impl $Name {
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$Word => $text,)*
                    Self::Unknown(word) => word,
                }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::part::Part for $Name {
            fn read(found: Option<serde_json::Value>) -> Result<Self, $crate::part::Fault> {
                let word = String::read(found)?;
                Ok(match word.as_str() {
                    $($text => Self::$Word,)*
                    _ => Self::Unknown(word),
                })
            }

            fn write(&self) -> serde_json::Value {
                self.as_str().into()
            }
        }

        $crate::part::serde!($Name);
    )*};
}

/// What is a `Part` can be read and written by anything that speaks serde.
macro_rules! serde {
    ($Name:ident) => {
        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::part::Part::write(self).serialize(to)
            }
        }

        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(from)?;
                $crate::part::Part::read(Some(value)).map_err(serde::de::Error::custom)
            }
        }
    };
}

pub(crate) use {objects, serde, words};
