//! What fires when, shown: every operation done once, and what it fired, in `golden/what-fires.txt`. `UPDATE_EXPECT=1` writes it; whoever
//! changed it compares it with `docs/what-fires-when.md`, line by line.

mod applications;
mod boards;
mod candidates;
mod diversity;
mod interviews;
mod jobs;
mod offers;
mod organization;
mod partners;
mod silences;

use std::collections::BTreeSet;

use axum::http::Method;
use expect_test::expect_file;
use orangery::{error::Result, hooks::Action, words::Word, work::Work};
use serde_json::{Value, json};

use crate::{acme::Acme, endpoints, hiring, receiver::Receiver};

const BEGINNING: &str = "\
What fires when

Made by running, never by hand: each line is one operation, done in a company with two jobs, and the web hooks that it
fired, in their order. What each of them means stands in docs/what-fires-when.md.
";

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_and_what_it_fires() {
    let mut page = Page { text: BEGINNING.to_owned(), asked: BTreeSet::new() };
    page.part("What is done");
    candidates::show(&mut page).await;
    applications::show(&mut page).await;
    offers::show(&mut page).await;
    jobs::show(&mut page).await;
    interviews::show(&mut page).await;
    boards::show(&mut page).await;
    organization::show(&mut page).await;
    diversity::show(&mut page).await;
    partners::show(&mut page).await;
    page.part("What else goes with it, and what stays silent");
    silences::show(&mut page).await;

    let words: BTreeSet<&str> = page.text.split(|it: char| !it.is_ascii_alphanumeric() && it != '_').collect();
    let missing: Vec<&str> = Action::ALL.iter().map(|it| it.word()).filter(|it| !words.contains(it)).collect();
    assert!(missing.is_empty(), "actions that nothing here fires: {missing:?}");
    page.all_doors_were_used().await;
    expect_file!["golden/what-fires.txt"].assert_eq(&page.text);
}

/// The golden file as it grows.
pub struct Page {
    text: String,
    /// The method and path of each request that was done.
    asked: BTreeSet<(String, String)>,
}

impl Page {
    fn part(&mut self, title: &str) {
        self.text += &format!("\n\n{title}\n{}\n", "=".repeat(title.len()));
    }

    fn heading(&mut self, title: &str) {
        self.text += &format!("\n{title}\n{}\n", "-".repeat(title.len()));
    }

    fn tell(&mut self, what: &str, fired: &str) {
        let fired = if fired.is_empty() { "nothing" } else { fired };
        self.text += &format!("{what:<78} →  {fired}\n");
    }

    /// The company of `hiring`, with the users Bob and Cleo.
    async fn scene(&mut self) -> Scene<'_> {
        let mut scene = Scene { acme: hiring::acme().await, page: self, bob: 0, cleo: 0 };
        for (first_name, last_name, email) in
            [("Bob", "Builder", "bob@example.com"), ("Cleo", "Clark", "cleo@example.com")]
        {
            let new = json!({"first_name": first_name, "last_name": last_name, "email": email});
            (scene.bob, scene.cleo) = (scene.cleo, id(&scene.before("/v1/users", new).await));
        }
        scene
    }

    /// Every door that changes something was gone through: a new one needs its line.
    async fn all_doors_were_used(&self) {
        let document = Acme::empty().await.get("/api/openapi.json").await.json;
        let harvest = endpoints::served().into_iter().filter(|(method, _)| *method != "GET");
        let harvest = harvest.map(|(method, path)| (method.to_owned(), path.trim_end_matches('/').to_owned()));
        let mut doors: Vec<(String, String)> = harvest.collect();
        let board = ["/v1/boards/{board_token}/jobs/{id}", "/v1/applications"];
        doors.extend(board.map(|path| ("POST".to_owned(), path.to_owned())));
        for (path, item) in document["paths"].as_object().expect("paths") {
            let methods = item.as_object().expect("methods").keys();
            doors.extend(methods.filter(|it| *it != "get").map(|it| (it.to_uppercase(), path.clone())));
        }
        let used: BTreeSet<_> = self.asked.iter().filter_map(|asked| door(&doors, asked)).collect();
        let unused: Vec<_> = doors.iter().filter(|it| !used.contains(it)).collect();
        assert!(unused.is_empty(), "operations without a line in golden/what-fires.txt: {unused:#?}");
    }
}

/// The door that a request goes through: of those that fit, the one with the fewest parameters.
fn door<'a>(doors: &'a [(String, String)], asked: &(String, String)) -> Option<&'a (String, String)> {
    let fits = |door: &&(String, String)| {
        let (theirs, ours): (Vec<&str>, Vec<&str>) = (asked.1.split('/').collect(), door.1.split('/').collect());
        door.0 == asked.0
            && ours.len() == theirs.len()
            && ours.iter().zip(&theirs).all(|(our, their)| our.starts_with('{') || our == their)
    };
    doors.iter().filter(fits).min_by_key(|it| it.1.matches('{').count())
}

/// A company in which operations are done.
pub struct Scene<'a> {
    pub acme: Acme,
    pub bob: i64,
    pub cleo: i64,
    page: &'a mut Page,
}

impl Scene<'_> {
    pub fn heading(&mut self, title: &str) {
        self.page.heading(title);
    }

    /// Does what a line needs to be there; it has no line of its own.
    pub async fn before(&mut self, path: impl Into<String>, body: Value) -> Value {
        let path = path.into();
        let answer = self.acme.post(&path, body).await;
        assert!(answer.status < 300, "{path}: {answer}");
        answer.json
    }

    pub async fn post(&mut self, what: &str, path: impl Into<String>, body: Value) -> Value {
        self.done(what, Method::POST, path.into(), body).await
    }

    pub async fn put(&mut self, what: &str, path: impl Into<String>, body: Value) -> Value {
        self.done(what, Method::PUT, path.into(), body).await
    }

    pub async fn patch(&mut self, what: &str, path: impl Into<String>, body: Value) -> Value {
        self.done(what, Method::PATCH, path.into(), body).await
    }

    pub async fn delete(&mut self, what: &str, path: impl Into<String>) -> Value {
        self.done(what, Method::DELETE, path.into(), json!({})).await
    }

    /// One line: an operation that is done.
    pub async fn done(&mut self, what: &str, method: Method, path: String, body: Value) -> Value {
        self.acme.fired().await;
        self.acme.pass(1000);
        let answer = self.acme.ask(method.clone(), &path, Some(body.to_string()), &[]).await;
        assert!((200..300).contains(&answer.status), "{what}: {method} {path}: {answer}");
        self.page.asked.insert((method.to_string(), path.split('?').next().unwrap_or_default().to_owned()));
        let fired = self.acme.fired().await;
        self.page.tell(what, &fired);
        answer.json
    }

    /// One line: a test, which is an entry apart and goes to one web hook.
    pub async fn test_fire(&mut self, what: &str, path: String, body: Value) {
        self.acme.fired().await;
        let answer = self.acme.post(&path, body).await;
        assert_eq!(answer.status, 201, "{what}: {answer}");
        self.page.asked.insert(("POST".to_owned(), path));
        let fired = self.acme.fired().await;
        let count = "select count(*) from journal where test";
        let tests = self.acme.house.read(async |look| Ok(look.tx.count(count, &[]).await?)).await;
        assert_eq!(
            (tests.expect("the journal is read"), fired.contains(',')),
            (1, false),
            "one entry, and that a test"
        );
        self.page.tell(what, &format!("nothing new: that web hook alone is sent the last {fired} again"));
    }

    /// One line: an operation that is refused.
    pub async fn refused(&mut self, what: &str, method: Method, path: impl Into<String>, body: Value) {
        self.acme.fired().await;
        let path = path.into();
        let answer = self.acme.ask(method.clone(), &path, Some(body.to_string()), &[]).await;
        assert_eq!(answer.status, 422, "{what}: {method} {path}: {answer}");
        let fired = self.acme.fired().await;
        assert_eq!(fired, "", "{what}: who is refused has changed nothing");
        self.page.tell(what, "nothing: it is refused");
    }

    /// One line: a verb for which there is no door.
    pub async fn verb(&mut self, what: &str, act: impl AsyncFnOnce(&mut Work) -> Result<()> + Clone) {
        self.acme.fired().await;
        self.acme.write(act).await.expect(what);
        let fired = self.acme.fired().await;
        self.page.tell(what, &fired);
    }

    /// An application of somebody new on that job; the ids of both.
    pub async fn somebody(&mut self, job_id: i64) -> (i64, i64) {
        let new = json!({"first_name": "Jo", "last_name": "New", "applications": [{"job_id": job_id}]});
        let made = self.before("/v1/candidates", new).await;
        (id(&made), id(&made["applications"][0]))
    }

    /// An enabled web hook that listens to these events.
    pub async fn listener(&mut self, receiver: &Receiver, events: &[&str]) -> i64 {
        let new = json!({"name": "Listener", "url": receiver.url, "secret": "web-hook-secret", "events": events});
        id(&self.before("/api/v1/webhooks", new).await)
    }

    /// A custom field of that kind; answers its id.
    pub async fn field(&mut self, field_type: &str, name: &str) -> i64 {
        let new = json!({"field_type": field_type, "value_type": "short_text", "name": name});
        id(&self.before("/v1/custom_fields", new).await)
    }
}

pub fn id(of: &Value) -> i64 {
    of["id"].as_i64().unwrap_or_else(|| panic!("no id in {of}"))
}

/// A small file.
pub fn file(kind: &str) -> Value {
    json!({"filename": "file.pdf", "type": kind, "content": "aGVsbG8=", "content_type": "application/pdf"})
}
