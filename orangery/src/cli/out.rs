//! What commands print.

use std::{fmt::Display, io::Write};

/// One line to standard output. Who reads it may stop reading, as `head` does: then there is nothing more to do here.
pub fn line(text: impl Display) {
    if writeln!(std::io::stdout().lock(), "{text}").is_err() {
        std::process::exit(0);
    }
}

/// What a failed command says.
pub fn words(error: impl Display) -> String {
    error.to_string()
}
