//! Rows, each column named once. The tables of web hooks stand in `courier::tables`, whose business they are.

mod application;
mod board;
mod candidate;
mod custom_field;
mod diversity;
mod import;
mod interview;
mod job;
mod mail;
mod offer;
mod organization;
mod partner;
mod permission;
mod replay;
mod search;

pub use application::*;
pub use board::*;
pub use candidate::*;
pub use custom_field::*;
pub use diversity::*;
pub use import::*;
pub use interview::*;
pub use job::*;
pub use mail::*;
pub use offer::*;
pub use organization::*;
pub use partner::*;
pub use permission::*;
pub use replay::*;
pub use search::*;
