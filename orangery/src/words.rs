//! `words!`: an enum of named words, for every closed list the house knows: statuses, kinds, roles, actions.
//!
//! A word is stored, read and sent as its text; a text that is none of them is refused with the list of those that are.

/// Declares a closed list: each word is named once, with the text that databases and APIs see.
#[macro_export]
macro_rules! words {
    ($($(#[$meta:meta])* $Name:ident { $($(#[$doc:meta])* $Word:ident = $text:literal),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $Name { $($(#[$doc])* $Word),* }

        impl $crate::words::Word for $Name {
            const ALL: &'static [Self] = &[$(Self::$Word),*];
            fn word(self) -> &'static str { match self { $(Self::$Word => $text),* } }
        }
        impl sql::Field for $Name {
            fn read(row: &sql::Row, column: usize) -> sql::Result<Self> { $crate::words::read(row, column) }
            fn value(&self) -> sql::Value { sql::Value::Text($crate::words::Word::word(*self).to_owned()) }
        }
        impl serde::Serialize for $Name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> { to.serialize_str($crate::words::Word::word(*self)) }
        }
        impl<'de> serde::Deserialize<'de> for $Name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> { $crate::words::deserialize(from) }
        }
        impl utoipa::PartialSchema for $Name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> { $crate::words::schema::<Self>() }
        }
        impl utoipa::ToSchema for $Name {}
    )*};
}

/// What `words!` gives to each list.
pub trait Word: Sized + Copy + 'static {
    const ALL: &'static [Self];
    fn word(self) -> &'static str;

    fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.word() == text)
    }

    /// `a, b, c`, for the errors that name what would have been right.
    fn list() -> String {
        Self::ALL.iter().map(|it| it.word()).collect::<Vec<_>>().join(", ")
    }
}

pub fn read<T: Word>(row: &sql::Row, column: usize) -> sql::Result<T> {
    let text: String = row.get(column)?;
    T::parse(&text).ok_or_else(|| sql::Error::Database(format!("{text:?} in the database is none of: {}", T::list())))
}

pub fn deserialize<'de, T: Word, D: serde::Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let text = <String as serde::Deserialize>::deserialize(from)?;
    T::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("Must be one of: {}", T::list())))
}

pub fn schema<T: Word>() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .enum_values(Some(T::ALL.iter().map(|it| it.word())))
        .into()
}
