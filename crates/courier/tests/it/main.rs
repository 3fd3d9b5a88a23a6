//! The courier, tried against receivers on the loopback: whole deliveries on SQLite and, where
//! `ORANGERY_TEST_POSTGRES` names a server, on PostgreSQL.

#![allow(clippy::unwrap_used)]

mod crash;
mod delivery;
mod fetch;
mod guard;
mod health;
mod office;
mod order;
mod pace;
mod post;
mod proxy;
mod receiver;
mod sign;
mod target;
mod tls;
mod trouble;
mod validate;
