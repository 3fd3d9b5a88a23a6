//! The text of a document: PDF, DOCX, RTF and plain text, told apart by what is in them. Knows nothing of hiring.
//!
//! What comes in was made by strangers. Sizes are bounded here; time and memory are the caller's business, who runs this in a process of its own.

mod docx;
mod pdf;
mod plain;
mod rtf;

use unicode_normalization::UnicodeNormalization;

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Text(String),
    /// There is no text to be had from it, and nothing is wrong: why.
    Nothing(&'static str),
    /// It can't be read, however often it is tried: why.
    Unreadable(String),
}

/// What a document unpacks to, in bytes, before it is called a bomb.
pub(crate) const LARGEST: usize = 64 * 1024 * 1024;

/// The text of `content`, at most `most` characters of it. `name` tells plain text from bytes of other kinds.
pub fn text(content: &[u8], name: &str, most: usize) -> Outcome {
    if content.is_empty() {
        return Outcome::Nothing("the file is empty");
    }
    let read = match kind(content, name) {
        Kind::Pdf => pdf::text(content, most),
        Kind::Zip => docx::text(content, most),
        Kind::Rtf => Ok(rtf::text(content, most)),
        Kind::Plain => Ok(plain::text(content)),
        Kind::Other => return Outcome::Nothing("this kind of file is not read"),
    };
    match read.map(|it| tidy(&it, most)) {
        Ok(text) if text.is_empty() => Outcome::Nothing("there is no text in it"),
        Ok(text) => Outcome::Text(text),
        Err(Failure::Nothing(why)) => Outcome::Nothing(why),
        Err(Failure::Unreadable(why)) => Outcome::Unreadable(why),
    }
}

pub(crate) enum Failure {
    Nothing(&'static str),
    Unreadable(String),
}

impl Failure {
    pub(crate) fn unreadable(why: impl std::fmt::Display) -> Self {
        Self::Unreadable(why.to_string())
    }
}

#[derive(Debug, PartialEq)]
enum Kind {
    Pdf,
    Zip,
    Rtf,
    Plain,
    Other,
}

fn kind(content: &[u8], name: &str) -> Kind {
    let start = &content[..content.len().min(1024)];
    let name = name.to_lowercase();
    let trimmed = start.trim_ascii_start();
    match () {
        _ if start.windows(5).any(|it| it == b"%PDF-") => Kind::Pdf,
        _ if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") => Kind::Zip,
        _ if trimmed.starts_with(b"{\\rtf") => Kind::Rtf,
        _ if [".txt", ".text", ".md", ".csv", ".log"].iter().any(|it| name.ends_with(it)) => Kind::Plain,
        _ if !name.contains('.') && plain::is_likely(start) => Kind::Plain,
        _ => Kind::Other,
    }
}

/// One form for what looks the same (ligatures, wide letters), one blank between words, one empty line between paragraphs, no control characters.
fn tidy(text: &str, most: usize) -> String {
    let mut out = String::with_capacity(text.len().min(most));
    let (mut blank, mut lines) = (false, 0);
    for it in text.nfkc().take(most.saturating_mul(2)) {
        match it {
            '\n' | '\r' | '\u{c}' | '\u{2028}' | '\u{2029}' => lines += 1,
            // A soft hyphen is shown only where a line breaks; U+FFFD says that nobody knows what was there.
            '\u{ad}' | '\u{feff}' | '\u{200b}'..='\u{200f}' => {}
            _ if it.is_whitespace() || it.is_control() || it == '\u{fffd}' => blank = true,
            _ => {
                match (out.is_empty(), lines) {
                    (true, _) => {}
                    (_, 0) if blank => out.push(' '),
                    (_, 0) => {}
                    (_, 1) => out.push('\n'),
                    _ => out.push_str("\n\n"),
                }
                (blank, lines) = (false, 0);
                out.push(it);
            }
        }
    }
    match out.char_indices().nth(most) {
        Some((end, _)) => out[..end].to_owned(),
        None => out,
    }
}
