//! What must not be: the rules of ARCHITECTURE.md and STYLE.md that a machine can see, told as absences.

use std::{fs, path::Path};

use orangery::{hooks::Action, words::Word};

/// A source file: its path from the repository's root, and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    fn is_in(&self, folders: &[&str]) -> bool {
        folders.iter().any(|it| self.path.starts_with(it))
    }

    /// The lines that are code, with their numbers: comments say what they like.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(n, line)| (n + 1, line));
        lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

/// All Rust sources below `src` of the house and its crates.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace's root");
    let crates = fs::read_dir(root.join("crates")).expect("the crates").map(|it| it.expect("a crate").path());
    let mut found = Vec::new();
    for source in crates.chain([root.join("orangery")]) {
        collect(root, &source.join("src"), &mut found);
    }
    assert!(found.len() > 100, "the sources were found");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(root, &path, found);
        } else if path.extension().is_some_and(|it| it == "rs") {
            let name = path.strip_prefix(root).expect("below the root").display().to_string().replace('\\', "/");
            found.push(Source { path: name, text: fs::read_to_string(&path).expect("a text") });
        }
    }
}

/// Fails with the places where a line of code of these sources is `wrong`.
fn nowhere(sources: &[Source], applies: impl Fn(&Source) -> bool, wrong: impl Fn(&str) -> bool, why: &str) {
    let places: Vec<String> = sources
        .iter()
        .filter(|it| applies(it))
        .flat_map(|it| {
            it.code().filter(|(_, line)| wrong(line)).map(move |(n, line)| format!("{}:{n}: {line}", it.path))
        })
        .collect();
    assert!(places.is_empty(), "{why}\n{}", places.join("\n"));
}

#[test]
fn only_http_knows_axum() {
    let inner =
        ["orangery/src/domain", "orangery/src/graph", "orangery/src/wire", "orangery/src/hooks", "orangery/src/tables"];
    nowhere(&sources(), |it| it.is_in(&inner), |line| line.contains("axum"), "only http knows axum");
}

#[test]
fn http_holds_no_sql() {
    let words = ["\"select ", "\"insert into ", "\"update ", "\"delete from ", "\"where ", "params!["];
    let wrong = |line: &str| words.iter().any(|it| line.contains(it));
    nowhere(&sources(), |it| it.is_in(&["orangery/src/http"]), wrong, "SQL stands in graph and domain, not in http");
}

#[test]
fn only_verbs_record_events() {
    let wrong = |line: &str| line.contains(".record(Event::") || line.contains(".record_deletion(");
    nowhere(
        &sources(),
        |it| !it.is_in(&["orangery/src/domain"]),
        wrong,
        "only verbs of the domain record what happened",
    );
}

#[test]
fn only_hooks_and_courier_touch_the_journal() {
    let tables = ["journal", "deliveries", "attempts"];
    let verbs = ["from", "into", "update", "join"];
    let wrong = |line: &str| {
        let words: Vec<&str> = line.split(|it: char| !it.is_ascii_alphanumeric() && it != '_').collect();
        line.contains('"') && words.windows(2).any(|it| verbs.contains(&it[0]) && tables.contains(&it[1]))
    };
    // `orangery check` counts what waits, for who keeps the house running.
    // The measurements fill it with more than Works could write.
    let owners = ["orangery/src/hooks", "crates/courier/src", "crates/bench/src", "orangery/src/cli/check.rs"];
    nowhere(&sources(), |it| !it.is_in(&owners), wrong, "only hooks and courier name the journal's tables in SQL");
}

#[test]
fn nothing_is_left_undone() {
    let wrong = |line: &str| {
        ["todo!", "unimplemented!", "dbg!(", ".unwrap()", "allow(dead_code)"].iter().any(|it| line.contains(it))
    };
    nowhere(&sources(), |_| true, wrong, "no gaps, and no unwrap where something may fail");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> =
        sources().into_iter().filter(|it| !it.text.starts_with("//!")).map(|it| it.path).collect();
    assert!(silent.is_empty(), "a module begins with //!\n{}", silent.join("\n"));
}

/// These are tables, and may be as long as what they list.
const TABLES: &[&str] =
    &["orangery/src/hooks/rules.rs", "orangery/src/http/harvest.rs", "orangery/src/http/api.rs", "orangery/src/wire"];

#[test]
fn no_file_is_longer_than_400_lines() {
    let long = sources().into_iter().filter(|it| !it.is_in(TABLES) && it.text.lines().count() > 400);
    let long: Vec<String> = long.map(|it| format!("{}: {} lines", it.path, it.text.lines().count())).collect();
    assert!(long.is_empty(), "a file has at most 400 lines\n{}", long.join("\n"));
}

/// One line per event, or per name of what can be anonymized, as in the rules.
const EVENTS: &[&str] =
    &["orangery/src/hooks/payload.rs", "orangery/src/feed.rs", "orangery/src/domain/anonymize/effect.rs"];

/// Functions that are too long still. This list may only shrink.
const STILL_LONG: &[&str] = &["orangery/src/domain/application/update.rs: update"];

#[test]
fn no_function_is_longer_than_60_lines() {
    let sources = sources();
    let long: Vec<String> =
        sources.iter().filter(|it| !it.is_in(TABLES) && !it.is_in(EVENTS)).flat_map(long_functions).collect();
    let new: Vec<&String> = long.iter().filter(|it| !STILL_LONG.contains(&it.as_str())).collect();
    assert!(new.is_empty(), "a function has at most 60 lines: {new:#?}");
    let gone: Vec<&&str> = STILL_LONG.iter().filter(|it| !long.iter().any(|long| long == *it)).collect();
    assert!(gone.is_empty(), "short now, take them off the list: {gone:#?}");
}

/// Functions whose closing brace, which rustfmt puts under their beginning, is too far away.
fn long_functions(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let begins = |line: &str| {
        let line = line.trim_start();
        !line.starts_with("//")
            && (line.starts_with("fn ") || line.contains(" fn "))
            && line.contains('(')
            && !line.ends_with(';')
    };
    let mut long = Vec::new();
    for (n, line) in lines.iter().enumerate().filter(|(_, line)| begins(line) && !line.ends_with('}')) {
        let indent = line.len() - line.trim_start().len();
        let is_end = |it: &&str| it.len() - it.trim_start().len() == indent && matches!(it.trim(), "}" | ");");
        let count = lines[n + 1..].iter().position(is_end).unwrap_or_default() + 2;
        if count > 60 {
            let name = line.split("fn ").nth(1).and_then(|it| it.split(['(', '<']).next()).unwrap_or_default();
            long.push(format!("{}: {name}", source.path));
        }
    }
    long
}

#[test]
fn every_action_is_in_the_golden_file() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden/what-fires.txt");
    // Made by running; until it is there, nothing can be missing in it.
    let Ok(golden) = fs::read_to_string(golden) else { return };
    let said: Vec<&str> = golden.split(|it: char| !it.is_ascii_alphanumeric() && it != '_').collect();
    let missing: Vec<&str> = Action::ALL.iter().map(|it| it.word()).filter(|it| !said.contains(it)).collect();
    assert!(missing.is_empty(), "actions that what-fires.txt does not show: {}", missing.join(", "));
}
