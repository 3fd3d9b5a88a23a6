//! What commands print: lines, colours where a person looks at them, questions, times.

use std::{
    fmt::Display,
    io::{IsTerminal, Write},
    sync::OnceLock,
};

use super::opened::system_clock;

/// One line to standard output. Who reads it may stop reading, as `head` does: then there is nothing more to do here.
pub fn line(text: impl Display) {
    raw(&format!("{text}\n"));
}

/// The text as it is, without an end of its own.
pub fn raw(text: &str) {
    let mut out = std::io::stdout().lock();
    if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// What a failed command says.
pub fn words(error: impl Display) -> String {
    error.to_string()
}

/// Whether a person looks at standard output.
pub fn is_terminal() -> bool {
    static IS: OnceLock<bool> = OnceLock::new();
    *IS.get_or_init(|| std::io::stdout().is_terminal())
}

/// How a text stands out, where there are colours: at a terminal, unless `NO_COLOR` says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    Strong,
    Faint,
    Good,
    Bad,
    Doubtful,
}

pub fn toned(tone: Tone, text: &str) -> String {
    static COLOURS: OnceLock<bool> = OnceLock::new();
    let unwanted = || std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    if text.is_empty() || !*COLOURS.get_or_init(|| is_terminal() && !unwanted()) {
        return text.to_owned();
    }
    let code = match tone {
        Tone::Strong => 1,
        Tone::Faint => 2,
        Tone::Good => 32,
        Tone::Bad => 31,
        Tone::Doubtful => 33,
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// How many characters a line has room for: as many as it likes, where nobody looks at it.
pub fn width() -> usize {
    if !is_terminal() {
        return usize::MAX;
    }
    usize::from(console::Term::stdout().size().1).max(40)
}

/// The text, cut where the room ends.
pub fn cut(text: &str, room: usize) -> String {
    if text.chars().count() <= room {
        return text.to_owned();
    }
    let kept: String = text.chars().take(room.saturating_sub(1)).collect();
    format!("{kept}…")
}

/// What came from elsewhere must not play tricks with the terminal.
pub fn printable(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}

/// The same of a text of several lines, which it keeps.
pub fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

/// A question that only `y` and `yes` answer with yes; without a terminal nobody can be asked.
pub fn confirmed(question: &str) -> Result<bool, String> {
    if !std::io::stdin().is_terminal() {
        return Err(format!("{question} There is nobody here to ask: say --yes"));
    }
    eprint!("{question} [y/N] ");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(words)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "yes" | "y"))
}

/// A time, as lists show it.
pub fn time(at: jiff::Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// The same in fewer characters, for somebody at a terminal: what is younger than half a day goes without its date.
pub fn brief(at: jiff::Timestamp) -> String {
    if !is_terminal() {
        return time(at);
    }
    match system_clock().duration_since(at).as_hours().abs() {
        0..12 => at.strftime("%H:%M:%S").to_string(),
        _ => at.strftime("%m-%d %H:%M").to_string(),
    }
}

/// Prints `value` as one line of JSON.
pub fn json(value: &impl serde::Serialize) -> Result<(), String> {
    line(serde_json::to_string(value).map_err(words)?);
    Ok(())
}

/// Microseconds, as people read them: `840 µs`, `12.3 ms`, `1.25 s`.
pub fn took(micros: i64) -> String {
    match micros {
        ..1_000 => format!("{micros} µs"),
        1_000..1_000_000 => format!("{:.1} ms", micros as f64 / 1e3),
        _ => format!("{:.2} s", micros as f64 / 1e6),
    }
}

/// `1 event`, `7 events`.
pub fn counted(count: i64, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {}", plural(noun)) }
}

fn plural(noun: &str) -> String {
    match noun.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{stem}ies"),
        _ => format!("{noun}s"),
    }
}
