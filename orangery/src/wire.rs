//! The shapes that leave the house: one line per field, in the order of the public documentation.
//!
//! [`hook`] are the bodies of the web hooks, [`harvest`] those of Harvest; what both use stands here.

/// Declares views: the type and how to make it, one line per field.
macro_rules! view {
    ($($(#[$meta:meta])* pub fn $make:ident($from:ident: $From:ty $(, $arg:ident: $Arg:ty)*) -> $View:ident {
        $($(#[$field_meta:meta])* $field:ident: $ty:ty = $value:expr),* $(,)?
    })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, serde::Serialize)]
        pub struct $View { $($(#[$field_meta])* pub $field: $ty),* }

        $(#[$meta])*
        pub fn $make($from: $From $(, $arg: $Arg)*) -> $View {
            $View { $($field: $value),* }
        }
    )*};
}

pub mod audit;
pub mod board;
pub mod custom;
pub mod endpoint;
pub mod harvest;
pub mod hook;
pub mod mail;
pub mod oauth;
pub mod partner;
pub mod search;
pub mod webhook;

use crate::{graph::Catalog, tables::JobPost};
use jiff::{Timestamp, civil::Date};
use serde::{Serialize, Serializer};

/// The words of a post's location: its own, else the office's place or name.
pub fn place(post: &JobPost, catalog: &Catalog) -> Option<String> {
    let office = || post.office_id.and_then(|id| catalog.offices.get(&id));
    post.location.clone().or_else(|| office().map(|it| it.location.clone().unwrap_or_else(|| it.name.clone())))
}

/// A time to the second, as most web hooks show it: `2016-02-03T16:38:46Z`.
#[derive(Clone, Copy, Debug)]
pub struct Seconds(pub Timestamp);

/// A time to the millisecond, as Harvest shows it (GEN-2), and the web hooks of posts, stages and scorecards.
#[derive(Clone, Copy, Debug)]
pub struct Millis(pub Timestamp);

/// A day as Harvest shows it: its first moment in UTC, to the millisecond.
#[derive(Clone, Copy, Debug)]
pub struct Midnight(pub Date);

/// A day of an education as Harvest shows it: without a zone, as recorded answers have it, whatever the examples say.
#[derive(Clone, Copy, Debug)]
pub struct Naive(pub Date);

/// `MM/DD/YYYY`, as web hooks write start dates, educations and employments (EDU-4).
#[derive(Clone, Copy, Debug)]
pub struct American(pub Date);

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:.0}", self.0))
    }
}

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:.3}", self.0))
    }
}

impl Serialize for Midnight {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}T00:00:00.000Z", self.0))
    }
}

impl Serialize for Naive {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{}T00:00:00.000", self.0))
    }
}

impl Serialize for American {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:02}/{:02}/{:04}", self.0.month(), self.0.day(), self.0.year()))
    }
}
