//! Full-text search: what a word is, what a query says, where hits stand in a text; the worker that keeps the index, and who reads files for it.
//!
//! A Work notes whom it changed, in its transaction; the worker makes their words anew a moment later. What is erased, and who is deleted, goes
//! from the index in the transaction of the deed. `graph/search.rs` finds, `domain/search.rs` writes, `docs/search.md` tells all of it.

pub mod fold;
pub mod query;
pub mod reader;
pub mod snippet;
pub mod worker;
