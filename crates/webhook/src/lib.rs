//! For those who receive the web hooks of Orangery: is a delivery genuine, and what does it say?
//!
//! ```
//! use orangery_webhook::{Event, verify};
//!
//! /// What to answer: the value of `Signature`, and the body's bytes as they came.
//! fn receive(secret: &str, signature: &str, body: &[u8]) -> u16 {
//!     if let Err(why) = verify(secret, signature, body) {
//!         eprintln!("refused: {why}");
//!         return 401;
//!     }
//!     match Event::parse(body) {
//!         Ok(Event::RejectCandidate(it)) => println!("{} is out", it.application.candidate.first_name),
//!         Ok(other) => println!("{}", other.action()),
//!         Err(why) => eprintln!("not understood: {why}"),
//!     }
//!     200
//! }
//! # let body = br#"{"action":"ping","payload":{"web_hook_id":1}}"#;
//! # assert_eq!(receive("s3cret", &orangery_webhook::sign("s3cret", body), body), 200);
//! # assert_eq!(receive("s3cret", &orangery_webhook::sign("another", body), body), 401);
//! ```
//!
//! Deliveries come at least once. A retry and a replay have the `Greenhouse-Event-ID` of the first attempt: remember the
//! ids of what is done, and answer 200 to what comes again. Replays say `Orangery-Replay: true`, tests
//! `Orangery-Test: true`.
//!
//! Answer 200, and soon: an attempt has ten seconds, and every other answer counts as a failure (unless the endpoint is
//! set to take any 2xx). What fails is tried again after 1, 15, 60, 120, 240 and 480 minutes.
//!
//! There is no input and output here, and no clock. `examples/receiver.rs` is a whole receiver.

mod event;
mod part;
pub mod shape;
mod signature;
mod time;

pub use event::{Event, ParseError};
pub use part::Fault;
pub use signature::{SignatureError, sign, sign_standard, verify, verify_standard};
pub use time::{Date, Timestamp};
