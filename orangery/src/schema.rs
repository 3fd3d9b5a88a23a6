//! The schema's steps, in order. A step that has shipped is never edited: a new one is added.

pub const MIGRATIONS: &[(&str, &str)] = &[("0001_the_house", include_str!("../migrations/0001_the_house.sql"))];
