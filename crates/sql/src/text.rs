//! Statements as each database wants them, made once and kept: nothing is formatted where a statement runs.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use parking_lot::RwLock;

/// One statement in both dialects.
pub(crate) struct Text {
    pub sqlite: String,
    pub postgres: String,
    /// Whether it took long when it last ran on SQLite: such a one must not hold up the other tasks of its thread.
    pub slow: AtomicBool,
}

/// Which statements a text may belong to. `columns` are told apart by where they stand: they are constants.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Head {
    pub verb: Verb,
    pub table: &'static str,
    pub columns: (usize, usize),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Verb {
    /// A whole text, as a caller wrote it.
    Plain,
    Select,
    DeleteWhere,
    Children,
    Insert,
    InsertKept,
    Update,
    Past,
}

type Texts = HashMap<Head, HashMap<Box<str>, Arc<Text>>>;

static TEXTS: LazyLock<RwLock<Texts>> = LazyLock::new(RwLock::default);

/// Texts are written in the program and so are few; one that builds them from what users say must not eat the memory.
const MOST: usize = 4096;

/// The statement `head` makes of `tail`, built by `make` when it is first asked for.
pub(crate) fn text(head: Head, tail: &str, make: &dyn Fn() -> String) -> Arc<Text> {
    if let Some(text) = TEXTS.read().get(&head).and_then(|tails| tails.get(tail)) {
        return text.clone();
    }
    let portable = make();
    let text = Arc::new(Text {
        sqlite: translate(&portable, true),
        postgres: translate(&portable, false),
        slow: AtomicBool::new(false),
    });
    let mut texts = TEXTS.write();
    let tails = texts.entry(head).or_default();
    if tails.len() >= MOST {
        tails.clear();
    }
    tails.insert(tail.into(), text.clone());
    text
}

/// A text as a caller wrote it.
pub(crate) fn plain(sql: &str) -> Arc<Text> {
    let head = Head { verb: Verb::Plain, table: "", columns: (0, 0) };
    text(head, sql, &|| sql.to_owned())
}

/// Puts each dialect's words for `{any:$1}`, `{for update}`, `{skip locked}`, and `?1` for `$1` on SQLite, which
/// otherwise would number parameters by where they first stand. What is quoted stays as it is.
fn translate(sql: &str, sqlite: bool) -> String {
    let mut out = String::with_capacity(sql.len() + 32);
    let mut rest = sql;
    while let Some(at) = rest.find(['\'', '"', '{', '$', '-']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let taken = match rest.as_bytes()[0] {
            quote @ (b'\'' | b'"') => {
                let end = rest[1..].find(quote as char).map_or(rest.len(), |end| end + 2);
                out.push_str(&rest[..end]);
                end
            }
            b'-' if rest.starts_with("--") => {
                let end = rest.find('\n').unwrap_or(rest.len());
                out.push_str(&rest[..end]);
                end
            }
            b'$' if sqlite => {
                out.push(if rest[1..].starts_with(|next: char| next.is_ascii_digit()) { '?' } else { '$' });
                1
            }
            b'{' => word(rest, sqlite, &mut out),
            other => {
                out.push(other as char);
                1
            }
        };
        rest = &rest[taken..];
    }
    out.push_str(rest);
    out
}

/// Translates the word in braces that `rest` starts with and says how long it was.
fn word(rest: &str, sqlite: bool, out: &mut String) -> usize {
    let end = rest.find('}').map_or(rest.len(), |end| end + 1);
    let inner = rest[..end].trim_start_matches('{').trim_end_matches('}');
    match inner {
        "for update" | "skip locked" if sqlite => {}
        "for update" => out.push_str("for update"),
        "skip locked" => out.push_str("for update skip locked"),
        _ => match inner.strip_prefix("any:$") {
            Some(number) if sqlite => *out += &format!("in (select value from json_each(?{number}))"),
            Some(number) => *out += &format!("= any(${number})"),
            None => {
                out.push('{');
                return 1;
            }
        },
    }
    end
}
