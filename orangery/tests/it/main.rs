//! All tests of the house, in one binary. A test is a transcript: what was asked, what was answered, what fired.

#![allow(clippy::unwrap_used, reason = "a test that meets what it did not expect stops there")]

mod acme;
mod board;
mod catalogs;
mod cli;
mod custom_values;
mod demo;
mod doors;
mod dump;
mod endpoints;
mod files;
mod from_greenhouse;
mod fuzz;
mod greenhouse;
mod harvest;
mod hiring;
mod hooks;
mod import;
mod mail;
mod openapi;
mod operating;
mod partners;
mod rate;
mod receiver;
mod rejections;
mod rows;
mod schema;
mod search;
mod smtp;
mod tidy;
mod trouble;
mod upgrade;
mod what_fires;
