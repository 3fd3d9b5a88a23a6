//! Absent, null, or a value: the three things that a property of a PATCH can mean.

#[derive(Debug, Clone, PartialEq, Default)]
pub enum Patch<T> {
    /// The property was not sent: leave it as it is.
    #[default]
    Absent,
    /// Sent as null: take the value away.
    Null,
    Value(T),
}

impl<T> Patch<T> {
    /// Writes the change into a column that may be empty.
    pub fn apply(self, to: &mut Option<T>) {
        match self {
            Self::Absent => {}
            Self::Null => *to = None,
            Self::Value(value) => *to = Some(value),
        }
    }

    /// Writes the change into a column that always has a value: null leaves it.
    pub fn set(self, to: &mut T) {
        if let Self::Value(value) = self {
            *to = value;
        }
    }

    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Absent => Patch::Absent,
            Self::Null => Patch::Null,
            Self::Value(value) => Patch::Value(change(value)),
        }
    }

    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// What there is nothing of is as it was.
impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Self::Value)
    }
}

impl<'de, T: serde::Deserialize<'de>> serde::Deserialize<'de> for Patch<T> {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(from)?.map_or(Self::Null, Self::Value))
    }
}
