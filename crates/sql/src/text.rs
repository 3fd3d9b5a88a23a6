//! Statements as each database wants them, made once and kept: nothing is formatted where a statement runs.

use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use parking_lot::RwLock;

/// One statement in both dialects.
pub(crate) struct Text {
    pub sqlite: String,
    pub postgres: String,
    /// The tables that it writes to.
    pub writes: Vec<String>,
    /// Whether it writes or takes a lock: what was read before may not be what is read after.
    pub moves: bool,
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
    ChildrenOfOne,
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
    let writes = written(&portable);
    let text = Arc::new(Text {
        sqlite: translate(&portable, true),
        postgres: translate(&portable, false),
        moves: !writes.is_empty() || LOCKS.iter().any(|it| portable.contains(it)),
        writes,
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

const LOCKS: &[&str] =
    &["for update", "skip locked", "for share", "for no key", "for key share", "lock table", "advisory"];

/// The tables that `sql` writes to, in lower case. A word too many is harmless, so texts in quotes are not told apart.
fn written(sql: &str) -> Vec<String> {
    let sql = sql.to_lowercase();
    let words = sql.split(|it: char| !(it.is_alphanumeric() || it == '_' || it == '.')).filter(|it| !it.is_empty());
    let words: Vec<&str> = words.collect();
    let target = |(n, it): (usize, &&str)| match *it {
        "insert" | "delete" | "merge" => words[n..].iter().skip_while(|it| !matches!(**it, "into" | "from")).nth(1),
        "update" if n > 0 && matches!(words[n - 1], "for" | "do" | "key") => None,
        "update" | "truncate" => words[n..].iter().skip(1).find(|it| !matches!(**it, "only" | "table" | "or")),
        _ => None,
    };
    words.iter().enumerate().filter_map(target).map(|it| (*it).to_owned()).collect()
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

#[cfg(test)]
mod tests {
    use super::{plain, written};

    #[test]
    fn statements_say_which_tables_they_write_to() {
        assert_eq!(written("select a, updated_at from t where b = 'x' {for update}"), Vec::<String>::new());
        assert_eq!(written("insert into \"jobs\" (\"a\") values ($1) returning \"id\""), ["jobs"]);
        assert_eq!(written("Update jobs set a = 1 where id in (select job_id from offices)"), ["jobs"]);
        assert_eq!(written("delete from\n  stages"), ["stages"]);
        assert_eq!(written("insert into a (b) values (1) on conflict (b) do update set b = 2"), ["a"]);
        assert_eq!(
            written("with e as (insert into a (b) values (1) returning id) insert into c select id from e"),
            ["a", "c"]
        );
        assert_eq!(written("with v as (select 1) update a set b = v.x from v"), ["a"]);
        assert!(!plain("select 1 from t").moves);
        assert!(plain("select 1 from t {for update}").moves);
        assert!(plain("delete from t").moves);
    }
}
