//! Pseudonymized exports: nothing that a person is called, reached by, said or wrote is in one, whatever columns there are.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Read,
    sync::Arc,
};

use expect_test::expect_file;
use orangery::{
    demo,
    domain::organization,
    files::Files,
    house::{Orangery, Settings},
    schema::{self, Column, Table},
    tables::Door,
    work::Actor,
};
use serde_json::{Value as Json, json};

use super::{
    Home,
    backup::{block_on, dumped, orangery_key},
    empty_database,
    filled::fill,
};

const CANARY: &str = "zanzibarx";

/// A word that says where it was put.
fn canary(table: &Table, column: &Column) -> String {
    format!("{CANARY}{}x{}x", table.name, column.name)
}

/// Every text of a document is a canary, but where `keep` holds.
fn sung(json: &mut Json, canary: &str) {
    match json {
        Json::String(text) => *text = canary.to_owned(),
        Json::Array(list) => list.iter_mut().for_each(|it| sung(it, canary)),
        Json::Object(map) => map.values_mut().for_each(|it| sung(it, canary)),
        _ => {}
    }
}

/// A canary as it is, in lists and maps of all shapes, and in the place of every text of a web hook.
fn text(table: &Table, column: &Column, row: i64) -> String {
    let canary = canary(table, column);
    match (table.name, column.name, row) {
        ("audit_records", "target_type", 2) => return "candidates".to_owned(),
        ("audit_records", "target_type", 3) => return "contacts".to_owned(),
        ("audit_records", "changes", 2) => {
            return json!({"first_name": [null, canary], "custom": [format!("{{\"1\":\"{canary}\"}}"), canary],
                "created_at": [canary, canary], "gone": [canary, canary], "is_private": [canary, true]})
            .to_string();
        }
        ("audit_records", "changes", 3) => {
            return json!({"kind": [null, "email"], "value": [canary, canary], "email_key": [canary, null]})
                .to_string();
        }
        ("contacts", "kind", _) => return ["email", "phone", "address"][row as usize - 1].to_owned(),
        ("attachments", "filename", 2) => return format!("{canary}.PDF"),
        ("custom_fields", "value_type", _) => return ["short_text", "currency", "date"][row as usize - 1].to_owned(),
        _ => {}
    }
    let canary = format!("{canary}{row}");
    match row {
        1 => canary,
        2 => json!({"1": canary, "2": {"amount": canary, "unit": canary}, "3": [canary, {"value": canary}], "question": canary,
            "list": [{"name": canary, "type": canary, "value": canary, "note": canary, "answer": canary}, [canary]],
            "value": canary, "email": canary, "name": canary})
        .to_string(),
        _ => {
            let example = include_str!("../../../examples-of-hooks/hire_candidate.json");
            let mut json: Json = serde_json::from_str(example).unwrap();
            sung(&mut json, &canary);
            json.to_string()
        }
    }
}

fn entries(home: &Home, name: &str) -> BTreeMap<String, Vec<u8>> {
    let file = std::fs::File::open(home.path(name)).unwrap();
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let read = |entry: std::io::Result<tar::Entry<_>>| {
        let mut entry = entry.unwrap();
        let (name, mut bytes) = (entry.path().unwrap().to_str().unwrap().to_owned(), Vec::new());
        entry.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    tar.entries().unwrap().map(read).collect()
}

fn place(home: &Home) -> (Vec<String>, String) {
    match std::env::var("ORANGERY_TEST_POSTGRES") {
        Ok(server) => {
            let url = empty_database(&server);
            (vec!["--database-url".to_owned(), url.clone()], url)
        }
        Err(_) => (Vec::new(), format!("sqlite:{}", home.path("orangery-data/orangery.db").display())),
    }
}

fn with<'a>(arguments: &[&'a str], more: &'a [String]) -> Vec<&'a str> {
    arguments.iter().copied().chain(more.iter().map(String::as_str)).collect()
}

#[test]
fn what_stays_is_on_a_list() {
    let home = Home::new();
    let (more, url) = place(&home);
    fill(&home, &url, &text);
    super::store(&home.path("orangery-data/files"), CANARY.as_bytes());
    home.good(&with(&["export", "--pseudonymize", "p.tar.gz"], &more));
    let entries = entries(&home, "p.tar.gz");
    let mut stayed = BTreeSet::new();
    for (name, bytes) in &entries {
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        for found in text.match_indices(CANARY) {
            let rest = &text[found.0 + CANARY.len()..];
            let mut parts = rest.split('x');
            // The names of tables and columns may have an x in them.
            let known = schema::tables().into_iter().find_map(|table| {
                let rest = rest.strip_prefix(table.name)?.strip_prefix('x')?;
                let column = table.columns.iter().find(|it| rest.starts_with(&format!("{}x", it.name)))?;
                Some(format!("{}.{}", table.name, column.name))
            });
            let known = known.unwrap_or_else(|| format!("{name}: {:?}", parts.next()));
            assert_eq!(*name, format!("tables/{}.ndjson", known.split('.').next().unwrap()), "{known}");
            stayed.insert(known);
        }
    }
    let list: String = stayed.iter().map(|it| format!("{it}\n")).collect();
    let text = format!(
        "# The texts that stay as they are in a pseudonymized export. A text about a person must not be here.\n{list}"
    );
    expect_file!["../golden/pseudonymized-keeps.txt"].assert_eq(&text);
    assert_eq!(entries.keys().filter(|it| it.starts_with("files/")).count(), 6, "three attachments and three pictures");

    home.good(&with(&["export", "--pseudonymize", "same.tar.gz"], &more));
    let same = self::entries(&home, "same.tar.gz");
    let but_when = |it: &BTreeMap<String, Vec<u8>>| {
        it.iter().filter(|it| it.0 != "export.json").map(|it| it.1.clone()).collect::<Vec<_>>()
    };
    assert!(but_when(&entries) == but_when(&same), "the same people each time");
    home.good(&with(&["export", "--pseudonymize", "--seed", "2", "other.tar.gz"], &more));
    assert!(entries["tables/candidates.ndjson"] != self::entries(&home, "other.tar.gz")["tables/candidates.ndjson"]);
    home.good(&["import", "p.tar.gz", "--data", "sandbox"]);
    let here = dumped(&format!("sqlite:{}", home.path("sandbox/orangery.db").display()));
    assert_eq!(here["candidates"].len(), 3);
}

/// The rows of a table of an archive.
fn rows(entries: &BTreeMap<String, Vec<u8>>, table: &str) -> Vec<Json> {
    let text = std::str::from_utf8(&entries[&format!("tables/{table}.ndjson")]).unwrap();
    text.lines().map(|it| serde_json::from_str(it).unwrap()).collect()
}

/// The sample company in the folder of a home.
fn company(home: &Home, people: usize) {
    std::fs::create_dir_all(home.path("orangery-data")).unwrap();
    let key = orangery_key(home);
    block_on(async {
        let url = format!("sqlite:{}", home.path("orangery-data/orangery.db").display());
        let pool = sql::Pool::open(&url, sql::Options::default()).await.unwrap();
        pool.migrate(schema::MIGRATIONS).await.unwrap();
        let time = demo::Time::new(Arc::new(|| "2026-08-22T10:00:00Z".parse().unwrap()));
        let house = Orangery::new(Settings {
            pool,
            key,
            guard: courier::guard::Guard::default(),
            webhook_proxy: None,
            public_url: "https://orangery.example.com".to_owned(),
            files: Files::new(home.path("orangery-data/files")),
            trusted_proxies: Vec::new(),
            metrics_token: None,
            clock: time.clock(),
            chance: Arc::new(|| u128::from(fastrand::u64(..)).to_be_bytes()),
        });
        let actor = Actor { user_id: None, api_key_id: None, door: Door::CommandLine, request: "test".to_owned() };
        house.write(actor, async move |work| organization::found(work, demo::NAME).await).await.unwrap();
        demo::seed(&house, &time, people).await.unwrap();
    });
}

/// The objects with a first name and an id, wherever they are.
fn people_in(json: &Json, found: &mut Vec<(i64, String)>) {
    match json {
        Json::Array(list) => list.iter().for_each(|it| people_in(it, found)),
        Json::Object(map) => {
            if let (Some(id), Some(first)) = (map.get("id").and_then(Json::as_i64), map.get("first_name")) {
                found.push((id, format!("{} {}", first.as_str().unwrap(), map["last_name"].as_str().unwrap())));
            }
            map.values().for_each(|it| people_in(it, found));
        }
        _ => {}
    }
}

#[test]
fn somebody_is_the_same_everywhere() {
    let home = Home::new();
    company(&home, 15);
    home.good(&["export", "plain.tar.gz"]);
    home.good(&["export", "--pseudonymize", "p.tar.gz"]);
    let (plain, invented) = (entries(&home, "plain.tar.gz"), entries(&home, "p.tar.gz"));
    let names = |of: &BTreeMap<String, Vec<u8>>, table: &str| -> BTreeMap<i64, String> {
        let name = |it: &Json| format!("{} {}", it["first_name"].as_str().unwrap(), it["last_name"].as_str().unwrap());
        rows(of, table).iter().map(|it| (it["id"].as_i64().unwrap(), name(it))).collect()
    };
    let (before, after) = (names(&plain, "candidates"), names(&invented, "candidates"));
    assert_eq!(before.len(), 15);
    assert!(before.iter().filter(|it| after[it.0] == *it.1).count() <= 1, "{before:?} {after:?}");

    let (mut seen, mut emails) = (Vec::new(), 0);
    for entry in rows(&invented, "journal") {
        people_in(&serde_json::from_str(entry["body"].as_str().unwrap()).unwrap(), &mut seen);
    }
    assert!(seen.len() > 20, "{seen:?}");
    for (id, name) in &seen {
        assert_eq!(after.get(id), Some(name));
    }
    for record in rows(&invented, "audit_records") {
        if record["target_type"] == "candidates" && record["kind"] == "data_change_create" {
            let name = format!(
                "{} {}",
                record["changes"]["first_name"][1].as_str().unwrap(),
                record["changes"]["last_name"][1].as_str().unwrap()
            );
            assert_eq!(after[&record["target_id"].as_i64().unwrap()], name);
        }
    }
    for contact in rows(&invented, "contacts").iter().filter(|it| it["kind"] == "email") {
        let id = contact["candidate_id"].as_i64().unwrap();
        assert!(contact["value"].as_str().unwrap().contains(&format!(".c{id}")), "{contact}");
        emails += 1;
    }
    assert!(emails > 5);
    // What the organization gave names to stays, and so do ids, times and numbers of rows.
    for table in ["jobs", "stages", "departments"] {
        let of = |it| rows(it, table).iter().map(|it| (it["id"].clone(), it["name"].clone())).collect::<Vec<_>>();
        assert_eq!(of(&plain), of(&invented), "{table}");
    }
    for table in schema::tables() {
        let of =
            |it| rows(it, table.name).iter().map(|it| (it["id"].clone(), it["created_at"].clone())).collect::<Vec<_>>();
        assert_eq!(of(&plain), of(&invented), "{}", table.name);
    }
    home.good(&["import", "p.tar.gz", "--data", "sandbox"]);
    home.good(&["check", "--data", "sandbox"]);
}
