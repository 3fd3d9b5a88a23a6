//! Where in a text the hits stand, shown with a little of what is around them.

use sql::{Clause, Phrase, Wanted};

use super::fold::{Token, tokens};

/// So many bytes of a text are shown, and so many of them before the first hit.
const ROOM: usize = 240;
const BEFORE: usize = 60;

/// The place in `text` where most of what is wanted stands, as HTML: escaped, each hit in `<mark>`. Nothing where none of it does. `hidden` are
/// words by which the whole text is found too.
pub fn snippet(text: &str, hidden: &[String], wanted: &Wanted) -> Option<String> {
    let words = tokens(text);
    let mut hits: Vec<(usize, usize)> = phrases(wanted).flat_map(|it| places(&words, it)).collect();
    if phrases(wanted).any(|it| hidden.iter().any(|word| matches(word, it, 0, it.words.len() == 1))) {
        hits = vec![(0, text.len())];
    }
    hits.sort_unstable();
    let hits = apart(hits);
    if hits.is_empty() {
        return None;
    }
    let (start, end) = window(text, &words, &hits);
    Some(marked(text, start, end, &hits))
}

fn phrases(wanted: &Wanted) -> impl Iterator<Item = &Phrase> {
    wanted.all.iter().flat_map(|Clause { any }| any)
}

fn matches(word: &str, phrase: &Phrase, n: usize, fits: bool) -> bool {
    let open = phrase.prefix && n + 1 == phrase.words.len();
    fits && if open { word.starts_with(&phrase.words[n]) } else { word == phrase.words[n] }
}

fn places(words: &[Token], phrase: &Phrase) -> Vec<(usize, usize)> {
    let length = phrase.words.len();
    let fits = |at: &[Token]| at.iter().enumerate().all(|(n, it)| matches(&it.word, phrase, n, true));
    let found = words.windows(length).filter(|it| fits(it));
    found.filter_map(|it| Some((it.first()?.start, it.last()?.end))).collect()
}

/// Hits that overlap are one.
fn apart(hits: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::with_capacity(hits.len());
    for (start, end) in hits {
        match out.last_mut() {
            Some(last) if start < last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

/// From where to where to show the text: whole words, around the place with the most hits.
fn window(text: &str, words: &[Token], hits: &[(usize, usize)]) -> (usize, usize) {
    if text.len() <= ROOM {
        return (0, text.len());
    }
    let within = |from: usize| hits.iter().filter(|it| it.0 >= from && it.1 <= from + ROOM - BEFORE).count();
    let best = hits.iter().map(|it| it.0).max_by_key(|it| (within(*it), std::cmp::Reverse(*it))).unwrap_or_default();
    let from = best.saturating_sub(BEFORE);
    let start = match from {
        0 => 0,
        _ => words.iter().map(|it| it.start).find(|it| *it >= from && *it <= best).unwrap_or(best),
    };
    if text.len() - start <= ROOM {
        return (start, text.len());
    }
    let last = words.iter().map(|it| it.end).take_while(|it| *it <= start + ROOM).filter(|it| *it > start).last();
    let hit = hits.iter().find(|it| it.0 == best).map_or(best, |it| it.1);
    (start, last.unwrap_or(hit).max(hit))
}

fn marked(text: &str, start: usize, end: usize, hits: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(end - start + 64);
    if start > 0 {
        out.push('…');
    }
    let mut at = start;
    for (from, to) in hits.iter().filter(|it| it.0 >= start && it.1 <= end) {
        escape(&text[at..*from], &mut out);
        out.push_str("<mark>");
        escape(&text[*from..*to], &mut out);
        out.push_str("</mark>");
        at = *to;
    }
    escape(&text[at..end], &mut out);
    if end < text.len() {
        out.push('…');
    }
    out
}

/// For HTML, and on one line.
fn escape(text: &str, out: &mut String) {
    for it in text.chars() {
        match it {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ if it.is_whitespace() || it.is_control() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ => out.push(it),
        }
    }
}
