//! What a query says: words that must all be there, `beginnings*`, "phrases", and -what must not be there.

use sql::{Clause, Phrase, Wanted};

use super::fold;
use crate::error::{Error, Result};

/// So long is a query at most, in characters, and of so many parts.
const LONGEST: usize = 500;
const MOST: usize = 32;

/// Of a beginning so many characters are asked for at least.
const SHORTEST: usize = 2;

/// Reads a query, or says what is wrong with it and what would help.
pub fn parse(text: &str) -> Result<Wanted> {
    if text.chars().count() > LONGEST {
        return fault("Must be at most 500 characters long: say fewer words");
    }
    let mut wanted = Wanted::default();
    for part in parts(text)? {
        let Some(clause) = part.clause()? else { continue };
        match part.without {
            true => wanted.none.push(clause),
            false => wanted.all.push(clause),
        }
    }
    match wanted.all.len() + wanted.none.len() {
        0 => fault("Must hold a word to look for: letters or digits"),
        n if n > MOST => fault("Must hold at most 32 words and phrases: say fewer"),
        _ if wanted.all.is_empty() => {
            fault("Only says what to leave out: say a word to look for too, such as: engineer -intern")
        }
        _ => Ok(wanted),
    }
}

fn fault<T>(message: &str) -> Result<T> {
    Err(Error::invalid("q", message))
}

/// A word or a phrase, as it was written.
struct Part<'a> {
    text: &'a str,
    /// Of the last word only the beginning is said.
    prefix: bool,
    without: bool,
}

fn parts(text: &str) -> Result<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let without = first == '-';
        let body = if without { &rest[1..] } else { rest };
        let (text, after) = match body.strip_prefix(is_quote) {
            Some(inner) => {
                let end = inner.find(is_quote);
                let Some(end) = end else { return fault("A phrase has no end: put a \" behind its last word") };
                let closing = inner[end..].chars().next().map_or(1, char::len_utf8);
                (&inner[..end], &inner[end + closing..])
            }
            None => body.split_at(body.find(|it: char| it.is_whitespace() || is_quote(it)).unwrap_or(body.len())),
        };
        // The star may stand before or behind the quote that ends a phrase.
        let after_star = after.strip_prefix('*');
        let prefix = text.ends_with('*') || (after_star.is_some() && !text.is_empty());
        let text = text.strip_suffix('*').unwrap_or(text);
        parts.push(Part { text, prefix, without });
        rest = after_star.unwrap_or(after).trim_start();
    }
    Ok(parts)
}

/// As keyboards and word processors write them.
fn is_quote(it: char) -> bool {
    matches!(it, '"' | '“' | '”' | '„' | '«' | '»')
}

impl Part<'_> {
    /// What it asks for; nothing where there is neither letter nor digit in it.
    fn clause(&self) -> Result<Option<Clause>> {
        if self.text.contains('*') {
            return fault("A * stands at the end of a word, such as: eng*");
        }
        let words: Vec<String> = fold::words(self.text).collect();
        let Some(last) = words.last() else { return Ok(None) };
        if self.prefix && last.chars().count() < SHORTEST {
            return fault("Must have at least two characters before a *, such as: en*");
        }
        let mut any = vec![Phrase { words: words.clone(), prefix: self.prefix }];
        if let Some(digits) = fold::digits(self.text).filter(|_| !self.prefix) {
            // The zeros of a trunk or of the way abroad are not part of a number that was written with its country.
            let digits = vec![digits.trim_start_matches('0').to_owned()];
            if digits != words && digits[0].len() > 6 {
                any.push(Phrase { words: digits, prefix: false });
            }
        }
        Ok(Some(Clause { any }))
    }
}
