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

/// A question that only `yes` answers with yes; without a terminal nobody can be asked.
pub fn confirmed(question: &str) -> Result<bool, String> {
    use std::io::IsTerminal;
    if !std::io::stdin().is_terminal() {
        return Err(format!("{question} There is nobody here to ask: say --yes"));
    }
    eprint!("{question} [yes/no] ");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(words)?;
    Ok(matches!(answer.trim(), "yes" | "y"))
}

/// A time, as lists show it.
pub fn time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// Prints `value` as one line of JSON.
pub fn json(value: &impl serde::Serialize) -> Result<(), String> {
    line(serde_json::to_string(value).map_err(words)?);
    Ok(())
}
