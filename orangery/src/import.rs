//! Moving in: what another server knows is read by a [`Source`], and written as rows of ours, with its ids and its times.
//!
//! A source hands over [`Batch`]es of our own rows, step by step, each after those that it refers to. A batch is written in one transaction
//! together with the place where the source goes on, so that a run that was stopped, or killed, goes on where it was. Writing what is there
//! already changes nothing. What can't be written, such as a reference to something that nobody gave us, is left out and told in the report.
//!
//! Rows come as they are, by no verb: nothing of the past happens again. So no web hooks are fired unless that is asked for, no lines are
//! written into activity feeds, and the audit log has one record per batch, which names the step and counts its rows.

pub mod batch;
mod check;
mod engine;
pub mod files;
pub mod greenhouse;
pub mod harvest;
pub mod reader;
mod sink;
mod state;

pub use batch::Batch;
pub use engine::{Inlet, Options, Summary, Watch, run};

/// Another server, or whatever else is read step by step.
pub trait Source {
    /// What it is, the same in each run: `harvest v1 of https://ats.example.com`.
    fn name(&self) -> String;

    /// In the order of their dependencies.
    fn steps(&self) -> Vec<Step>;

    /// Reads one step, from [`Inlet::place`] on, and writes its batches. The error ends the run; it says what to do.
    fn read(&self, step: &Step, to: &mut Inlet<'_>) -> impl Future<Output = Result<(), String>>;
}

/// A part of what a source gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Short, for people: `candidates`. It names the step in what is kept of the run.
    pub name: &'static str,
    /// Tables that the step fills as a whole: what a new house brought along in them goes before the first batch, unless it is merged.
    pub replaces: &'static [&'static str],
}

/// Something that could not be had, or not be written.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Trouble {
    pub kind: Kind,
    /// A table, or what was asked for.
    pub of: String,
    pub id: Option<i64>,
    pub text: String,
}

crate::words! {
    /// Why something did not come along.
    Kind {
        /// The key may not read it.
        Forbidden = "not allowed",
        /// A file that was not there, or not in time.
        File = "missing file",
        /// It refers to what did not come along.
        Reference = "unknown reference",
        /// The other server told something that has no place here.
        Odd = "not understood",
        /// What must be there only once is there already.
        Taken = "taken",
        /// There are no tables for it here.
        Homeless = "no place here",
    }
}

impl Trouble {
    pub fn new(kind: Kind, of: impl Into<String>, id: impl Into<Option<i64>>, text: impl Into<String>) -> Self {
        Self { kind, of: of.into(), id: id.into(), text: text.into() }
    }
}
