//! Conformance: a company that has something of everything is asked for what each documented example shows, and the answer is held against
//! the example: every documented key there, of the documented type, in the documented order. The values are the company's own. What can't
//! be so stands in QUIRKS.md, each with its reason.
//!
//! `conformance/furniture.txt` makes the company, `conformance/asked.txt` says what is asked. Both name ids by nouns: `$job`.

mod compare;

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use crate::acme::{Acme, Answer};

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/harvest");

/// Where the exceptions stand in QUIRKS.md.
const CHAPTER: &str = "## Examples of Harvest that can't be matched";

fn read(path: &str) -> String {
    let path = Path::new(HERE).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A company, and the ids of what it has.
struct Company {
    acme: Acme,
    ids: BTreeMap<String, String>,
}

impl Company {
    async fn furnished() -> Self {
        let mut company = Self { acme: Acme::empty().await, ids: BTreeMap::new() };
        let mut wrong = Vec::new();
        for line in read("conformance/furniture.txt").lines().filter(|it| !it.is_empty() && !it.starts_with('#')) {
            company.acme.pass(1000);
            let mut parts = line.splitn(4, ' ');
            let mut next = || parts.next().unwrap_or_else(|| panic!("{line}: four parts")).to_owned();
            let (names, method, path, body) = (next(), next(), next(), next());
            if method == "SQL" {
                company.acme.write(async move |work| Ok(work.tx.execute(&body, &[]).await?)).await.expect("the change");
                continue;
            }
            let answer = company.ask(&method, &path, &body).await;
            match answer.status {
                ..300 => company.learn(&names, &answer.json),
                _ => wrong.push(format!("{line}\n    {answer}")),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        company
    }

    /// Keeps ids: `job` is the answer's id, `stage:/0/id` stands where the pointer says.
    fn learn(&mut self, names: &str, answer: &Value) {
        for name in names.split(',').filter(|it| *it != "-") {
            let (noun, pointer) = name.split_once(':').unwrap_or((name, "/id"));
            let found = answer.pointer(pointer).unwrap_or_else(|| panic!("{name}: not in {answer}"));
            self.ids.insert(noun.to_owned(), found.to_string());
        }
    }

    async fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        let (path, body) = (self.named(path), self.named(body));
        let body = (method != "GET").then_some(body);
        self.acme.ask(method.parse().expect("a method"), &path, body, &[]).await
    }

    /// The text with ids in the place of nouns.
    fn named(&self, text: &str) -> String {
        let mut nouns: Vec<&String> = self.ids.keys().collect();
        nouns.sort_by_key(|it| std::cmp::Reverse(it.len()));
        nouns.into_iter().fold(text.to_owned(), |text, noun| text.replace(&format!("${noun}"), &self.ids[noun]))
    }
}

/// Files whose paths may differ, with the reason: rows of a table in QUIRKS.md.
fn exceptions() -> Vec<(String, String)> {
    let quirks = read("../../../../QUIRKS.md");
    let chapter = quirks.split_once(CHAPTER).expect("QUIRKS.md has the chapter").1;
    let chapter = chapter.split("\n## ").next().unwrap_or_default();
    let rows = chapter.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ");
        let (file, path, why) = (cells.next()?, cells.next()?, cells.next()?);
        let path = path.strip_prefix('`')?.strip_suffix('`')?;
        assert!(!why.trim().is_empty(), "{line}: why?");
        Some((file.to_owned(), path.to_owned()))
    });
    rows.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_example_is_answered_alike() {
    let company = Company::furnished().await;
    let mut files: Vec<String> = fs::read_dir(Path::new(HERE).join("examples"))
        .expect("the examples")
        .map(|it| it.expect("a file").file_name().to_string_lossy().into_owned())
        .collect();
    let exceptions = exceptions();
    let mut used = vec![false; exceptions.len()];
    let mut wrong: Vec<String> = Vec::new();
    for line in read("conformance/asked.txt").lines().filter(|it| !it.is_empty() && !it.starts_with('#')) {
        let mut parts = line.splitn(4, ' ');
        let mut next = || parts.next().unwrap_or_default();
        let (file, method, path, body) = (next(), next(), next(), next());
        files.retain(|it| it != file);
        company.acme.pass(1000);
        let answer = company.ask(method, path, body).await;
        if (answer.status < 300) == file.ends_with("error.json") {
            wrong.push(format!("{file}: {method} {path}: {answer}"));
            continue;
        }
        let example: Value = serde_json::from_str(&read(&format!("examples/{file}"))).expect("JSON");
        for difference in compare::differences(&example, &answer.json) {
            let excused = exceptions.iter().position(|(of, at)| (of == file || of == "all") && *at == difference.path);
            match excused {
                Some(n) => used[n] = true,
                None => wrong.push(format!("{file} | `{}` | {}", difference.path, difference.what)),
            }
        }
    }
    let unused: Vec<_> = exceptions.iter().zip(&used).filter(|(_, used)| !**used).map(|it| it.0).collect();
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    assert!(files.is_empty(), "these examples are never asked for: {files:?}");
    assert!(unused.is_empty(), "these exceptions are needed no more: {unused:?}");
}

/// How many rows a list has, and whether its links tell the last page.
async fn rows(company: &Company, path: &str, wrong: &mut Vec<String>) -> (usize, bool) {
    let answer = company.ask("GET", path, "").await;
    match answer.json.as_array() {
        Some(rows) if answer.status == 200 => (rows.len(), answer.link.contains("rel=\"last\"")),
        _ => {
            wrong.push(format!("{path}: {answer}"));
            (0, false)
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_list_is_paged_and_narrowed_as_documented() {
    let company = Company::furnished().await;
    let mut wrong = Vec::new();
    for line in read("conformance/filters.txt").lines().filter(|it| !it.is_empty() && !it.starts_with('#')) {
        let mut words = line.split(' ');
        let (paging, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (all, counted) = rows(&company, path, &mut wrong).await;
        if all == 0 || counted != (paging == "link") {
            wrong.push(format!("{path}: {all} rows, counted: {counted}"));
        }
        let (one, _) = rows(&company, &format!("{path}?per_page=1&page=1"), &mut wrong).await;
        let (beyond, _) = rows(&company, &format!("{path}?per_page=500&page=2"), &mut wrong).await;
        let (same, counted) = rows(&company, &format!("{path}?skip_count=true"), &mut wrong).await;
        if (one, beyond, same, counted) != (all.min(1), 0, all, false) {
            wrong.push(format!("{path}: {one} on a page of one, {beyond} behind all, {same} uncounted, {counted}"));
        }
        for word in words {
            for (query, left) in queries(word) {
                let (found, _) = rows(&company, &format!("{path}?{query}"), &mut wrong).await;
                let right = match left {
                    "none" => found == 0,
                    "some" => found > 0 && (found < all || query.contains("include") || all == 1),
                    "all" => found == all,
                    _ => true,
                };
                if !right {
                    wrong.push(format!("{path}?{query}: {found} of {all}, not {left}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a word of the file asks for, and how many rows are to be left.
fn queries(word: &str) -> Vec<(String, &str)> {
    let name = word.trim_start_matches('~');
    match word.split_once('=') {
        Some(_) => {
            let (query, left) = word.split_once(':').unwrap_or((word, ""));
            vec![(query.to_owned(), left)]
        }
        None if name.ends_with("_before") => {
            vec![
                (format!("{name}=2000-01-01"), "none"),
                (format!("{name}=2100-01-01"), if name == word { "all" } else { "" }),
            ]
        }
        None => {
            vec![
                (format!("{name}=2100-01-01"), "none"),
                (format!("{name}=2000-01-01"), if name == word { "all" } else { "" }),
            ]
        }
    }
}
