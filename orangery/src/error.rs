//! What can go wrong, in the words of the domain. The doors turn these into their envelopes, once each.

/// One thing wrong with one input (ERR-1). `field` is a path such as `applications[0].job_id`; empty where no single field is at fault.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Fault {
    pub message: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
}

#[derive(Debug)]
pub enum Error {
    /// No such row, or none that the caller may see.
    NotFound(&'static str, i64),
    /// The request is well formed, but the state says no; the text tells why and what would help.
    Refused(String),
    /// The request is not well formed: every fault that was found.
    Invalid(Vec<Fault>),
    /// Known, but not allowed: the text names what is missing.
    Forbidden(String),
    Database(sql::Error),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// One fault at one field.
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Fault { message: message.into(), field: field.into() }])
    }

    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }
}

/// So many faults are told at once; what a request has beyond them costs no memory.
pub const MOST_FAULTS: usize = 100;

/// Faults as a verb finds them, so that a client hears of all of them at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(Fault { message: message.into(), field: field.into() });
        }
    }

    /// The value, or nothing and its faults noted; every other error ends the verb.
    pub fn take<T>(&mut self, found: Result<T>) -> Result<Option<T>> {
        self.take_at("", found)
    }

    /// The same for a part of the input that stands at `path`, such as `openings[0].`.
    pub fn take_at<T>(&mut self, path: &str, found: Result<T>) -> Result<Option<T>> {
        match found {
            Ok(value) => Ok(Some(value)),
            Err(Error::Invalid(faults)) => {
                let room = MOST_FAULTS.saturating_sub(self.0.len());
                let told = faults.into_iter().take(room).map(|it| Fault { field: format!("{path}{}", it.field), ..it });
                self.0.extend(told);
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// A text that must say something, in at most `max` characters.
    pub fn text(&mut self, field: &str, text: &str, max: usize) {
        match text.trim().is_empty() {
            true => self.add(field, "must not be blank"),
            false => self.limit(field, text, max),
        }
    }

    /// A text that may be blank, or not be there.
    pub fn limit<'a>(&mut self, field: &str, text: impl Into<Option<&'a str>>, max: usize) {
        let text = text.into().unwrap_or_default();
        if text.chars().count() > max {
            self.add(field, format!("Must be at most {max} characters long"));
        }
        // PostgreSQL keeps every character but this one.
        if text.contains('\0') {
            self.add(field, "Must not contain the character U+0000");
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses if there is any. A fault that was found twice is one.
    pub fn done(mut self) -> Result<()> {
        self.0.dedup();
        if self.0.is_empty() { Ok(()) } else { Err(Error::Invalid(self.0)) }
    }
}

impl From<sql::Error> for Error {
    fn from(error: sql::Error) -> Self {
        match error {
            sql::Error::NotFound { table, id } => Self::NotFound(table, id),
            error => Self::Database(error),
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotFound(table, id) => write!(f, "{} {id} not found", table.trim_end_matches('s').replace('_', " ")),
            Self::Refused(why) | Self::Forbidden(why) => f.write_str(why),
            Self::Invalid(faults) => {
                for (n, fault) in faults.iter().enumerate() {
                    let comma = if n == 0 { "" } else { "; " };
                    let colon = if fault.field.is_empty() { "" } else { ": " };
                    write!(f, "{comma}{}{colon}{}", fault.field, fault.message)?;
                }
                Ok(())
            }
            Self::Database(error) => write!(f, "{error:?}"),
        }
    }
}

impl std::error::Error for Error {}
