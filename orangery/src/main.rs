//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    orangery::cli::run()
}
