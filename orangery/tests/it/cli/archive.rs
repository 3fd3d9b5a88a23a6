//! Archives: what is exported and imported again is the same, whatever the databases; what is damaged or doesn't fit is refused.

use std::io::{Read, Write};

use super::{
    Home, Said,
    backup::{block_on, dumped},
    empty_database,
    filled::{ROWS, fill},
};
use crate::dump;
use orangery::schema::{Column, Table};

/// A folder of data, and another database than the one in it.
struct Where {
    data: &'static str,
    database: Option<String>,
}

impl Where {
    fn inside(data: &'static str) -> Self {
        Self { data, database: None }
    }

    /// On the test server, where there is one.
    fn outside(data: &'static str) -> Self {
        let server = std::env::var("ORANGERY_TEST_POSTGRES").ok();
        Self { data, database: server.map(|it| empty_database(&it)) }
    }

    fn url(&self, home: &Home) -> String {
        let inside = || format!("sqlite:{}", home.path(self.data).join("orangery.db").display());
        self.database.clone().unwrap_or_else(inside)
    }

    fn run(&self, home: &Home, arguments: &[&str]) -> Said {
        let mut all = [arguments, &["--data", self.data]].concat();
        all.extend(self.database.iter().flat_map(|it| ["--database-url", it]));
        home.run(&all)
    }

    fn good(&self, home: &Home, arguments: &[&str]) -> String {
        let said = self.run(home, arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {said:?}");
        said.out
    }
}

/// Texts of all kinds: JSON as the house writes it, JSON that it would write otherwise, and none; all of them different.
fn text(table: &Table, column: &Column, row: i64) -> String {
    match row {
        1 => format!("{{\"{}\":[{row},null,\"ä\\n\\u0001\"],\"b\":1.5}}", table.name),
        2 => format!("{{ \"a\" : 1e400, \"{}\": {row}, \"a\": 12345678901234567890123 }}", column.name),
        _ => format!("Zoë's \"{}\"\r\n\t☃ {row}", column.name),
    }
}

/// The bytes of all entries but the first, which says when it was made.
fn entries(home: &Home, name: &str) -> Vec<(String, Vec<u8>)> {
    let file = std::fs::File::open(home.path(name)).unwrap();
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let read = |entry: std::io::Result<tar::Entry<_>>| {
        let mut entry = entry.unwrap();
        let (name, mut bytes) = (entry.path().unwrap().to_str().unwrap().to_owned(), Vec::new());
        entry.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    };
    tar.entries().unwrap().skip(1).map(read).collect()
}

/// A house where everything is, two files included that rows name.
fn everything(home: &Home, at: &Where) {
    fill(home, &at.url(home), &text);
    let blobs = [b"a resume".as_slice(), b"a picture"].map(|it| super::store(&home.path("orangery-data/files"), it));
    // Nobody names this one.
    super::store(&home.path("orangery-data/files"), b"left behind");
    block_on(async {
        let pool = dump::open(&at.url(home)).await;
        let tx = pool.begin().await.unwrap();
        tx.execute("update attachments set blob = $1", sql::params![&blobs[0]]).await.unwrap();
        tx.execute("update candidates set photo = $1 where id = 2", sql::params![&blobs[1]]).await.unwrap();
        tx.execute("update candidates set photo = null where id <> 2", &[]).await.unwrap();
        // The highest id that was given is not that of a row any more.
        tx.execute("delete from notices where id = 3", &[]).await.unwrap();
        tx.commit().await.unwrap();
    });
}

#[test]
fn what_is_exported_and_imported_is_the_same() {
    let home = Home::new();
    let places =
        [Where::inside("orangery-data"), Where::outside("second"), Where::outside("third"), Where::inside("fourth")];
    everything(&home, &places[0]);
    let key = std::fs::read(home.path("orangery-data/instance.key")).unwrap();
    for pair in places.windows(2) {
        let (first, second) = (format!("{}-a.tar.gz", pair[1].data), format!("{}-b.tar.gz", pair[1].data));
        pair[0].good(&home, &["export", "--with-secrets", &first]);
        let refused = pair[1].run(&home, &["import", &first]);
        assert!(refused.code == 1 && refused.err.contains("another instance key"), "{refused:?}");
        assert!(!home.path(pair[1].data).exists(), "nothing is left");

        std::fs::create_dir(home.path(pair[1].data)).unwrap();
        std::fs::write(home.path(pair[1].data).join("instance.key"), &key).unwrap();
        pair[1].good(&home, &["import", &first]);
        assert_eq!(dumped(&pair[0].url(&home)), dumped(&pair[1].url(&home)));
        pair[1].good(&home, &["export", "--with-secrets", &second]);
        assert!(entries(&home, &first) == entries(&home, &second), "the same bytes in {}", pair[1].data);
        let refused = pair[1].run(&home, &["import", &first]);
        assert!(refused.code == 1 && refused.err.contains("this house is not empty"), "{refused:?}");
    }
    let entries = entries(&home, "second-a.tar.gz");
    assert_eq!(entries.iter().filter(|it| it.0.starts_with("files/")).count(), 2, "what nobody names stays behind");
    let rows = |name: &str| {
        let text = &entries.iter().find(|it| it.0 == format!("tables/{name}.ndjson")).unwrap().1;
        text.iter().filter(|it| **it == b'\n').count() as i64
    };
    assert_eq!((rows("candidates"), rows("notices")), (ROWS, ROWS - 1));
}

#[test]
fn without_secrets_keys_are_void_and_endpoints_are_disabled() {
    let home = Home::new();
    let (first, second, third) = (Where::inside("orangery-data"), Where::outside("second"), Where::inside("third"));
    everything(&home, &first);
    let there = dumped(&first.url(&home));
    first.good(&home, &["export", "plain.tar.gz"]);
    for (name, bytes) in entries(&home, "plain.tar.gz").iter().filter(|it| it.0.starts_with("tables/")) {
        let text = String::from_utf8_lossy(bytes);
        for wrong in ["\"secret\"", "\"hash\"", "\"headers\":", "\"basic_password\""] {
            assert!(!text.contains(wrong), "{name} has {wrong}");
        }
    }
    let said = second.run(&home, &["import", "plain.tar.gz"]);
    assert!(said.code == 0 && said.err.contains("3 API keys can't be used any more"), "{said:?}");
    assert!(said.err.contains("orangery webhook enable 1"), "{said:?}");
    let here = dumped(&second.url(&home));
    for (table, rows) in &there {
        let secret = ["api_keys", "consent_codes", "oauth_applications", "oauth_grants", "webhooks"].contains(table);
        assert_eq!(*rows == here[table], !secret, "{table}");
    }
    let disabled = here["webhooks"].iter().filter(|it| it.contains("Imported without its secrets")).count();
    assert_eq!(disabled, 2, "the third was disabled before: {:#?}", here["webhooks"]);

    first.good(&home, &["export", "--with-secrets", "secrets.tar.gz"]);
    third.good(&home, &["import", "--without-secrets", "secrets.tar.gz"]);
    let tables = |it: &str| entries(&home, it).into_iter().filter(|it| it.0.contains("api_keys")).collect::<Vec<_>>();
    third.good(&home, &["export", "again.tar.gz"]);
    assert!(tables("plain.tar.gz") == tables("again.tar.gz"));
}

/// The archive with one of its entries changed, or left out.
fn changed(home: &Home, from: &str, to: &str, change: impl Fn(&str, &mut Vec<u8>) -> bool) {
    let file = std::fs::File::open(home.path(from)).unwrap();
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
    let to = std::fs::File::create(home.path(to)).unwrap();
    let mut made = tar::Builder::new(flate2::write::GzEncoder::new(to, flate2::Compression::fast()));
    for entry in tar.entries().unwrap() {
        let mut entry = entry.unwrap();
        let (name, mut bytes) = (entry.path().unwrap().to_str().unwrap().to_owned(), Vec::new());
        entry.read_to_end(&mut bytes).unwrap();
        if change(&name, &mut bytes) {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            made.append_data(&mut header, name, bytes.as_slice()).unwrap();
        }
    }
    made.into_inner().unwrap().finish().unwrap().flush().unwrap();
}

fn replace(bytes: &mut Vec<u8>, from: &str, to: &str) {
    let text = String::from_utf8(std::mem::take(bytes)).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    *bytes = text.replacen(from, to, 1).into_bytes();
}

#[test]
fn what_is_damaged_or_newer_is_refused_and_leaves_nothing() {
    let home = Home::new();
    let (first, second) = (Where::inside("orangery-data"), Where::outside("second"));
    everything(&home, &first);
    first.good(&home, &["export", "good.tar.gz"]);
    let whole = std::fs::read(home.path("good.tar.gz")).unwrap();
    std::fs::write(home.path("half.tar.gz"), &whole[..whole.len() / 2]).unwrap();
    let mut bent = whole.clone();
    let middle = bent.len() / 2;
    bent[middle] ^= 0x55;
    std::fs::write(home.path("bent.tar.gz"), bent).unwrap();
    std::fs::write(home.path("text.tar.gz"), "hello").unwrap();
    let edit = |to: &str, name: &'static str, from: &'static str, by: &'static str| {
        changed(&home, "good.tar.gz", to, |it, bytes| {
            if it == name {
                replace(bytes, from, by);
            }
            true
        });
    };
    edit("form.tar.gz", "export.json", "\"format\": 1", "\"format\": 2");
    edit("newer.tar.gz", "export.json", "0001_the_house", "9999_a_tower");
    edit("column.tar.gz", "tables/tags.ndjson", "\"name\"", "\"gnome\"");
    edit("value.tar.gz", "tables/tags.ndjson", "\"id\":1", "\"id\":7");
    edit("kind.tar.gz", "tables/users.ndjson", "\"disabled\":true", "\"disabled\":\"yes\"");
    changed(&home, "good.tar.gz", "table.tar.gz", |it, _| it != "tables/tags.ndjson");
    changed(&home, "good.tar.gz", "files.tar.gz", |it, _| !it.starts_with("files/"));
    changed(&home, "good.tar.gz", "endless.tar.gz", |it, _| it != "manifest.json");
    changed(&home, "good.tar.gz", "file.tar.gz", |it, bytes| {
        if it.starts_with("files/") {
            bytes.push(b'!');
        }
        true
    });
    first.good(&home, &["backup", "backup.tar.gz"]);
    for (name, why) in [
        ("half", "damaged"),
        ("bent", ""),
        ("text", "it is no .tar.gz"),
        ("form", "newer Orangery"),
        ("newer", "doesn't know 9999_a_tower"),
        ("column", "tables/tags.ndjson, line 1: name is missing"),
        ("value", "tables/tags.ndjson is damaged"),
        ("kind", "disabled is no boolean"),
        ("table", "stands where it doesn't belong"),
        ("files", "files are missing"),
        ("endless", "its end is missing"),
        ("file", "is damaged"),
        ("backup", "orangery restore"),
        ("none", "No such file"),
    ] {
        let said = second.run(&home, &["import", &format!("{name}.tar.gz")]);
        assert!(
            said.code == 1 && said.err.contains(why) && said.err.contains("nothing was imported"),
            "{name}: {said:?}"
        );
        assert!(!home.path("second").exists(), "{name}");
    }
    second.good(&home, &["import", "good.tar.gz"]);
}
