//! The command line, run as people run it: the built program, in folders of its own.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// A folder with a house in it.
struct Home {
    folder: tempfile::TempDir,
}

/// What a command said and how it ended.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Home {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_orangery"));
        command.current_dir(self.folder.path()).args(arguments);
        for name in ["ORANGERY_DATA", "ORANGERY_DATABASE_URL", "ORANGERY_WEBHOOK_ALLOW", "ORANGERY_LISTEN"] {
            command.env_remove(name);
        }
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        said(self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    /// Runs what must go well, and answers what it printed.
    fn good(&self, arguments: &[&str]) -> String {
        let said = self.run(arguments);
        assert_eq!(said.code, 0, "{arguments:?}: {said:?}");
        said.out
    }

    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        self.good(arguments).lines().map(|it| serde_json::from_str(it).unwrap()).collect()
    }
}

fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn keys_are_shown_once_and_can_be_revoked() {
    let home = Home::new();
    let key = home.good(&["key", "add", "--name", "Payroll", "--allow", "GET /v1/candidates"]);
    assert!(key.starts_with("orng_") && key.trim().len() == 45, "{key}");
    let keys = home.json(&["key", "list", "--json"]);
    assert_eq!(keys.len(), 1);
    assert_eq!((keys[0]["name"].as_str(), keys[0]["state"].as_str()), (Some("Payroll"), Some("active")));
    assert!(!home.good(&["key", "list"]).contains(key.trim()));

    assert_eq!(home.run(&["key", "revoke", "7"]).err, "orangery: api key 7 not found\n");
    home.good(&["key", "revoke", "1"]);
    assert_eq!(home.json(&["key", "list", "--json"])[0]["state"], "revoked");

    let wrong = home.run(&["key", "add", "--name", "x", "--allow", "candidates"]);
    assert!(wrong.code == 1 && wrong.err.contains("GET /v1/candidates/{id}"), "{wrong:?}");
    assert_eq!(home.run(&["key", "add", "--name", "x"]).code, 2, "neither --all nor --allow");
}

#[test]
fn a_backup_is_put_back_into_an_empty_folder_only() {
    let home = Home::new();
    assert!(home.run(&["backup", "b.tar.gz"]).err.contains("there is no Orangery in orangery-data"));
    home.good(&["key", "add", "--name", "one", "--all"]);
    let blob = store(&home.path("orangery-data/files"), b"a resume");
    home.good(&["backup", "b.tar.gz"]);
    assert!(private(&home.path("b.tar.gz")));
    assert!(home.run(&["backup", "b.tar.gz"]).err.contains("is there already"));

    assert!(home.run(&["restore", "b.tar.gz"]).err.contains("orangery-data is not empty"));
    let there = home.good(&["restore", "b.tar.gz", "--data", "again"]);
    assert!(there.contains("put back, with 1 files"), "{there}");
    assert_eq!(home.json(&["key", "list", "--json"]), home.json(&["key", "list", "--json", "--data", "again"]));
    assert_eq!(std::fs::read(home.path("again/files").join(&blob[..2]).join(&blob)).unwrap(), b"a resume");
    assert!(private(&home.path("again/instance.key")));
    home.good(&["check", "--data", "again"]);
}

#[test]
fn what_is_no_backup_is_refused_and_leaves_nothing() {
    let home = Home::new();
    home.good(&["key", "add", "--name", "one", "--all"]);
    std::fs::write(home.path("text.tar.gz"), "hello").unwrap();
    home.good(&["export", "export.tar.gz"]);
    home.good(&["backup", "whole.tar.gz"]);
    let whole = std::fs::read(home.path("whole.tar.gz")).unwrap();
    std::fs::write(home.path("half.tar.gz"), &whole[..whole.len() / 2]).unwrap();
    for name in ["text.tar.gz", "export.tar.gz", "half.tar.gz", "nothing.tar.gz"] {
        let said = home.run(&["restore", name, "--data", "again"]);
        assert!(said.code == 1 && said.err.contains("nothing was put back"), "{name}: {said:?}");
        assert!(!home.path("again").exists(), "{name}");
    }
}

#[test]
fn an_export_holds_every_table_and_no_secret() {
    let home = Home::new();
    home.good(&["key", "add", "--name", "one", "--all"]);
    let about = &home.json(&["export", "e.tar.gz", "--json"])[0];
    assert_eq!(about["tables"]["api_keys"], 1);
    let tables = orangery::schema::tables();
    assert_eq!(about["tables"].as_object().unwrap().len(), tables.len());
    let entries = entries(&home.path("e.tar.gz"));
    assert!(entries.iter().any(|it| it.0 == "export.json"));
    let keys = &entries.iter().find(|it| it.0 == "tables/api_keys.ndjson").unwrap().1;
    let key: Value = serde_json::from_str(keys.trim()).unwrap();
    assert_eq!((key["name"].as_str(), key["endpoints"][0].as_str()), (Some("one"), Some("*")));
    assert!(key.get("hash").is_none() && key["created_at"].as_str().unwrap().ends_with('Z'), "{key}");
}

#[test]
fn check_finds_what_is_wrong() {
    let home = Home::new();
    assert_eq!(home.run(&["check"]).code, 1);
    home.good(&["key", "add", "--name", "one", "--all"]);
    let good = home.good(&["check"]);
    assert!(good.contains("integrity and foreign keys hold") && !good.contains("WRONG"), "{good}");
    assert!(home.json(&["check", "--json"]).iter().all(|it| it["state"] != "WRONG"));

    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let key = home.path("orangery-data/instance.key");
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
        let said = home.run(&["check"]);
        assert!(said.code == 1 && said.out.contains("WRONG  key          others may read"), "{said:?}");
        assert_eq!(said.err, "orangery: one thing is wrong\n");
    }
}

#[test]
fn listen_prints_what_arrives_and_whose_signature_is_wrong() {
    let home = Home::new();
    let mut listen = home.command(&["listen", "--port", "0", "--secret", "s3cret", "--json"]);
    let mut listen = listen.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut err = std::io::BufReader::new(listen.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut err, &mut line).unwrap();
    let address = line.split(['/', ';']).nth(2).unwrap().to_owned();

    let body = r#"{"action":"reject_candidate","payload":{"application":{"id":17}}}"#;
    let good = courier::sign::signature(b"s3cret", body.as_bytes());
    assert!(post(&address, &good, body).starts_with("HTTP/1.1 200"));
    assert!(post(&address, "sha256 00", body).starts_with("HTTP/1.1 401"));
    end(&listen);
    let said = said(listen.wait_with_output().unwrap());
    assert_eq!(said.code, 0, "{said:?}");
    let got: Vec<Value> = said.out.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let verified: Vec<&Value> = got.iter().map(|it| &it["verified"]).collect();
    assert_eq!(verified, [&Value::Bool(true), &Value::Bool(false)]);
    assert_eq!(got[0]["body"]["payload"]["application"]["id"], 17);
    assert_eq!(got[1]["marks"][0], "again");
}

#[test]
fn a_house_moves_to_postgres_with_everything() {
    let Ok(server) = std::env::var("ORANGERY_TEST_POSTGRES") else { return };
    let home = Home::new();
    let target = empty_database(&server);
    home.good(&["key", "add", "--name", "one", "--all"]);
    home.good(&["key", "add", "--name", "two", "--all"]);
    let moved = &home.json(&["move", "--to", &target, "--json"])[0];
    assert_eq!(moved["tables"]["api_keys"], 2);
    let there = ["key", "list", "--json", "--database-url", &target];
    assert_eq!(home.json(&["key", "list", "--json"]), home.json(&there));
    home.good(&["key", "add", "--name", "three", "--all", "--database-url", &target]);
    assert_eq!(home.json(&there)[2]["id"], 3);
    home.good(&["check", "--database-url", &target]);
    let again = home.run(&["move", "--to", &target]);
    assert!(again.code == 1 && again.err.contains("the target is not empty"), "{again:?}");
    assert!(home.run(&["move", "--to", "sqlite:x.db"]).err.contains("postgres://"));
}

/// A new database on the server, by its address.
fn empty_database(server: &str) -> String {
    let name = format!("cli_{}_{}", std::process::id(), fresh());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(server, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client.batch_execute(&format!("create database {name}")).await.unwrap();
    });
    format!("{}/{name}", server.rsplit_once('/').unwrap().0)
}

fn fresh() -> u32 {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

fn store(folder: &Path, content: &[u8]) -> String {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(orangery::files::Files::new(folder).store(content)).unwrap()
}

#[cfg(unix)]
fn private(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o077 == 0
}

/// The entries of an archive, as texts.
fn entries(path: &Path) -> Vec<(String, String)> {
    let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap()));
    let read = |entry: std::io::Result<tar::Entry<_>>| {
        let mut entry = entry.unwrap();
        let name = entry.path().unwrap().to_str().unwrap().to_owned();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut entry, &mut text).unwrap();
        (name, text)
    };
    tar.entries().unwrap().map(read).collect()
}

fn post(address: &str, signature: &str, body: &str) -> String {
    use std::io::{Read, Write};
    let mut tcp = std::net::TcpStream::connect(address).unwrap();
    write!(
        tcp,
        "POST /hooks HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nSignature: {signature}\r\nGreenhouse-Event-ID: 1\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).unwrap();
    answer
}

/// Asks a process to end, as an operator does.
fn end(child: &std::process::Child) {
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
}
