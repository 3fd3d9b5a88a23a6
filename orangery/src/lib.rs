//! Orangery: an applicant tracking system that its users own. `ARCHITECTURE.md` is the map.

pub mod words;

pub mod access;
pub mod cli;
pub mod demo;
pub mod domain;
pub mod error;
pub mod event;
pub mod feed;
pub mod files;
pub mod graph;
pub mod hooks;
pub mod house;
pub mod http;
pub mod import;
pub mod jwt;
pub mod links;
pub mod mail;
pub mod patch;
pub mod rate;
pub mod schema;
pub mod search;
pub mod sweep;
pub mod tables;
pub mod telemetry;
pub mod wire;
pub mod work;

/// Works allocate and free much and shortly, on whatever thread they happen to be: glibc spends a sixth of a rejection on that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
