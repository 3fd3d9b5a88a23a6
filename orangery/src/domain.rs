//! What can be done, and what it means: verbs, by noun. A verb finds what it changes, refuses or changes it, and records what happened.
//!
//! Rows that a verb is going to change are locked in the order candidate, application, job, opening, offer.

pub mod anonymize;
pub mod application;
pub mod approval;
pub mod attachment;
pub mod board;
pub mod candidate;
pub mod catalog;
pub mod custom_field;
pub mod custom_value;
pub mod decimal;
pub mod demographic;
pub mod department;
pub mod diversity;
pub mod email_template;
pub mod hiring_team;
pub mod interview;
pub mod job;
pub mod key;
pub mod mail;
pub mod merge;
pub mod note;
pub mod notice;
pub mod oauth;
pub mod offer;
pub mod office;
pub mod opening;
pub mod organization;
pub mod partner;
pub mod permission;
pub mod post;
pub mod retention;
pub mod scorecard;
pub mod search;
pub mod stage;
pub mod tag;
pub mod template;
pub mod tracking_link;
pub mod trouble;
pub mod user;
pub mod webhook;

/// The length of a name, in characters.
pub const NAME: usize = 255;
/// The length of a body: notes, contents, descriptions.
pub const BODY: usize = 100_000;
