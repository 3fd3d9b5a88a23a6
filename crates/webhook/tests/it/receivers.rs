//! The receivers of docs/receiving.md, each taken out of the page and run, where what runs it is there.

use std::{
    env, fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use orangery_webhook::sign;

const SECRET: &str = "s3cret";

/// `{`, `<`, `é` as they are sent.
const BODY: &str = r#"{"action":"reject_candidate","payload":{"application":{"id":1,"candidate":{"id":2,"first_name":"Zo\u003cë","last_name":"Łuk"}}}}"#;

#[test]
fn rust() {
    let source = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/receiver.rs"));
    let example = fs::read_to_string(source).expect("the example");
    assert_eq!(block("### Rust"), example, "the page shows the example as it is");

    let tests = env::current_exe().expect("this test");
    let built = tests.parent().and_then(Path::parent).expect("the build's folder").join("examples/receiver");
    let written = |it: &Path| fs::metadata(it).and_then(|it| it.modified()).ok();
    match written(&built) > written(source) {
        true => holds(Command::new(built)),
        false => skipped("Rust", "example as it is now (`cargo test` builds it, with `--test it` it does not)"),
    }
}

#[test]
fn python() {
    if let Some(mut command) = program("Python", "python3") {
        command.arg(file("### Python", "receiver.py"));
        holds(command);
    }
}

#[test]
fn node() {
    if let Some(mut command) = program("Node", "node") {
        command.arg(file("### Node", "receiver.mjs"));
        holds(command);
    }
}

#[test]
fn ruby() {
    if let Some(mut command) = program("Ruby", "rackup") {
        let port = free_port();
        command.args(["--quiet", "--env", "none", "--host", "127.0.0.1", "--port", &port]);
        command.arg(file("### Ruby", "config.ru"));
        command.env("PORT", port);
        holds(command);
    }
}

#[test]
fn php() {
    if let Some(mut command) = program("PHP", "php") {
        let port = free_port();
        let file = file("### PHP", "receiver.php");
        command.arg("-S").arg(format!("127.0.0.1:{port}")).arg(&file);
        command.env("PORT", port).env("ORANGERY_DONE", file.with_file_name("done"));
        holds(command);
    }
}

/// Runs a receiver and posts to it what is right and all that isn't.
fn holds(command: Command) {
    let receiver = Receiver::start(command);
    let right = sign(SECRET, BODY.as_bytes());

    assert_eq!(receiver.post("first", Some(&right), BODY), 200, "the right signature");
    assert_eq!(receiver.post("first", Some(&right), BODY), 200, "the same again");

    let tampered = BODY.replace("\"id\":2", "\"id\":3");
    assert_eq!(receiver.post("tampered", Some(&right), &tampered), 401, "a body that was changed");
    assert_eq!(receiver.post("longer", Some(&right), &format!("{BODY} ")), 401, "a blank more");
    assert_eq!(receiver.post("wrong", Some(&sign("another", BODY.as_bytes())), BODY), 401, "another secret");
    assert_eq!(receiver.post("unkeyed", Some(&sign("", BODY.as_bytes())), BODY), 401, "no secret");
    assert_eq!(receiver.post("missing", None, BODY), 401, "no signature");
    let digits = right.strip_prefix("sha256 ").expect("the scheme");
    for (id, header) in [
        ("empty", String::new()),
        ("bare", digits.to_owned()),
        ("equals", format!("sha256={digits}")),
        ("upper", format!("sha256 {}", digits.to_uppercase())),
        ("short", right[..right.len() - 1].to_owned()),
        ("long", format!("{right}0")),
        ("accents", format!("sha256 {}", "é".repeat(32))),
        ("scheme", format!("sha1 {digits}")),
    ] {
        assert_eq!(receiver.post(id, Some(&header), BODY), 401, "{id}: {header}");
    }

    assert_eq!(receiver.post("", Some(&right), BODY), 400, "no id, by which it would be known");

    receiver.hang_up_halfway();
    assert_eq!(receiver.post("last", Some(&right), BODY), 200, "it lives after all that");
    // An event that the receiver does not know is received too.
    let new = r#"{"action":"new_event","payload":{}}"#;
    assert_eq!(receiver.post("new", Some(&sign(SECRET, new.as_bytes())), new), 200, "an event of tomorrow");

    let said = receiver.stop();
    let lines: Vec<&str> = said.lines().collect();
    let ends = |end: &str| lines.iter().filter(|it| it.ends_with(end)).count();
    assert_eq!(ends("first reject_candidate"), 1, "a delivery that came twice is dealt with once: {said}");
    assert_eq!(ends("last reject_candidate"), 1, "{said}");
    assert_eq!(ends("new new_event"), 1, "{said}");
    assert_eq!(ends("Zo<ë is out"), 2, "{said}");
    assert_eq!(ends("reject_candidate") + ends("new_event"), 3, "nothing that was refused is dealt with: {said}");
}

/// A receiver that is running, and ends with the test.
struct Receiver {
    child: Child,
    port: String,
    output: PathBuf,
}

impl Receiver {
    fn start(mut command: Command) -> Self {
        let set = command.get_envs().find(|(name, _)| *name == "PORT").and_then(|(_, port)| port);
        let port = set.map_or_else(free_port, |it| it.to_string_lossy().into_owned());
        let program = Path::new(command.get_program()).file_name().expect("a name").to_string_lossy().into_owned();
        let output = folder(&program).join("output");
        let file = fs::File::create(&output).expect("a file");
        let both = file.try_clone().expect("a file");
        command.env("PORT", &port).env("ORANGERY_SECRET", SECRET).env("LC_ALL", "C.UTF-8").env("PYTHONUTF8", "1");
        let child = command.stdin(Stdio::null()).stdout(file).stderr(both).spawn().expect("it starts");
        let receiver = Self { child, port, output };
        for _ in 0..1000 {
            if receiver.connect().is_ok() {
                return receiver;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not listen: {}", receiver.stop());
    }

    fn connect(&self) -> std::io::Result<TcpStream> {
        let stream = TcpStream::connect(format!("127.0.0.1:{}", self.port))?;
        stream.set_read_timeout(Some(Duration::from_secs(20)))?;
        Ok(stream)
    }

    /// Posts as Orangery does, and says which status is answered.
    fn post(&self, id: &str, signature: Option<&str>, body: &str) -> u16 {
        let mut stream = self.connect().expect("it listens");
        let signature = signature.map(|it| format!("signature: {it}\r\n")).unwrap_or_default();
        let head = format!(
            "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nuser-agent: Orangery/0\r\n\
             greenhouse-event-id: {id}\r\n{signature}connection: close\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + body).as_bytes()).expect("it is sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("it answers");
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.split(' ').nth(1).and_then(|it| it.parse().ok());
        status.unwrap_or_else(|| panic!("{id}: no answer but {answer:?}"))
    }

    fn hang_up_halfway(&self) {
        let mut stream = self.connect().expect("it listens");
        let half = "POST / HTTP/1.1\r\nhost: 127.0.0.1\r\nsignature: x\r\ncontent-length: 1000\r\n\r\n{\"action";
        stream.write_all(half.as_bytes()).expect("it is sent");
    }

    /// All that it said.
    fn stop(mut self) -> String {
        self.end();
        fs::read(&self.output).map(|it| String::from_utf8_lossy(&it).into_owned()).expect("its output")
    }

    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.end();
    }
}

/// The first block of code below a heading of docs/receiving.md.
fn block(heading: &str) -> String {
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/receiving.md")).expect("the page");
    let below = page.split(&format!("\n{heading}\n")).nth(1).expect("the heading");
    let code = below.split("\n```").nth(1).and_then(|it| it.split_once('\n')).expect("a block").1;
    format!("{code}\n")
}

/// That block as a file in a folder of its own.
fn file(heading: &str, name: &str) -> PathBuf {
    let path = folder(name).join(name);
    fs::write(&path, block(heading)).expect("a file");
    path
}

/// An empty folder below that of the build.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("receivers").join(name);
    if path.exists() {
        fs::remove_dir_all(&path).expect("what an earlier run left is removed");
    }
    fs::create_dir_all(&path).expect("a folder");
    path
}

fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port().to_string()
}

/// What runs a language, if it is on PATH and runs.
fn program(language: &str, name: &str) -> Option<Command> {
    let mut asked = Command::new(name);
    asked.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match asked.status() {
        Ok(status) if status.success() => Some(Command::new(name)),
        _ => {
            skipped(language, name);
            None
        }
    }
}

/// Not by `eprintln!`, which is not seen of a test that passes.
fn skipped(language: &str, lacks: &str) {
    let _ = writeln!(std::io::stderr(), "SKIPPED the receiver in {language}: there is no {lacks}");
}
