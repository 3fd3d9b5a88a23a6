//! A receiver of web hooks that verifies what arrives and prints it: what `listen` is, and what the demo sends to.

use std::{
    collections::HashSet,
    io::IsTerminal,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
};
use serde_json::{Value, json};

use super::{opened::system_clock, out};

/// How it behaves, and how it prints.
#[derive(Default)]
pub struct Manner {
    /// Without one, signatures are not looked at.
    pub secret: Option<String>,
    /// Of all requests, the part that is answered 500, from 0 to 1.
    pub fail_rate: f64,
    pub delay: Duration,
    /// One JSON object per line, the body included.
    pub json: bool,
    /// The body too, over as many lines as it takes.
    pub body: bool,
}

/// What came so far.
#[derive(Default)]
pub struct Tally {
    pub received: AtomicU64,
    pub unsigned: AtomicU64,
    pub failed: AtomicU64,
    seen: Mutex<HashSet<String>>,
}

struct Shared {
    manner: Manner,
    tally: Arc<Tally>,
    colours: bool,
}

/// Answers on every path.
pub fn router(manner: Manner, tally: Arc<Tally>) -> Router {
    let colours = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let shared = Arc::new(Shared { manner, tally, colours });
    Router::new().fallback(async move |headers: HeaderMap, body: Bytes| shared.receive(&headers, &body).await)
}

impl Shared {
    async fn receive(&self, headers: &HeaderMap, body: &[u8]) -> StatusCode {
        tokio::time::sleep(self.manner.delay).await;
        let header = |name: &str| headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default();
        let signature = header("signature");
        let signed = self.manner.secret.as_ref().map(|it| courier::sign::verify(it.as_bytes(), signature, body));
        let status = match signed {
            Some(false) => StatusCode::UNAUTHORIZED,
            _ if fastrand::f64() < self.manner.fail_rate => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::OK,
        };
        self.tally.received.fetch_add(1, Ordering::Relaxed);
        let counted = match status {
            StatusCode::UNAUTHORIZED => &self.tally.unsigned,
            StatusCode::INTERNAL_SERVER_ERROR => &self.tally.failed,
            _ => &AtomicU64::new(0),
        };
        counted.fetch_add(1, Ordering::Relaxed);
        let id = header("greenhouse-event-id");
        let again = !self.tally.seen.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
        let parsed: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let marks = [
            ("again", again),
            ("replay", header("orangery-replay") == "true"),
            ("test", header("orangery-test") == "true"),
        ];
        let marks: Vec<&str> = marks.iter().filter(|it| it.1).map(|it| it.0).collect();
        if self.manner.json {
            let verified = signed.map_or(Value::Null, Value::Bool);
            out::line(json!({
                "id": id, "action": parsed["action"], "verified": verified, "answered": status.as_u16(), "marks": marks, "body": parsed,
            }));
        } else {
            self.print(id, &parsed, signed, status, &marks);
        }
        status
    }

    fn print(&self, id: &str, body: &Value, signed: Option<bool>, status: StatusCode, marks: &[&str]) {
        let time = system_clock().strftime("%H:%M:%S");
        let action = body["action"].as_str().unwrap_or("(not a web hook)");
        let sign = match signed {
            Some(true) => self.colour("32", "signed"),
            Some(false) => self.colour("31", "WRONG SIGNATURE"),
            None => self.colour("33", "unverified"),
        };
        let status = match status {
            StatusCode::OK => String::new(),
            status => self.colour("31", &format!("  answered {}", status.as_u16())),
        };
        let marks = if marks.is_empty() { String::new() } else { format!("  ({})", marks.join(", ")) };
        let about = about(&body["payload"]);
        let action = self.colour("1", &format!("{action:<27}"));
        let line = format!("{time}  {action} #{id:<6} {sign}  {about}{marks}{status}");
        out::line(line.trim_end());
        if self.manner.body {
            out::line(format!("{body:#}"));
        }
    }

    fn colour(&self, code: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Whom a payload speaks of, in a few words: `Kate Austen, application 12, Data Engineer, in Phone screen`.
pub fn about(payload: &Value) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut say = |it: Option<String>| words.extend(it);
    let text = |value: &Value| value.as_str().filter(|it| !it.is_empty()).map(printable);
    let name = |person: &Value| Some(format!("{} {}", text(&person["first_name"])?, text(&person["last_name"])?));
    let numbered = |what: &str, value: &Value| value.as_i64().map(|id| format!("{what} {id}"));
    let application = &payload["application"];
    say(name(&application["candidate"]));
    say(numbered("application", &application["id"]));
    say(text(&application["jobs"][0]["name"]));
    say(text(&application["current_stage"]["name"]).map(|it| format!("in {it}")));
    say(text(&application["rejection_reason"]["name"]).map(|it| format!("\"{it}\"")));
    for key in ["candidate", "person"] {
        say(name(&payload[key]));
        say(numbered(key, &payload[key]["id"]));
    }
    say(numbered("candidate", &payload["candidate_id"]));
    for key in ["job", "job_post", "job_interview_stage", "department", "office", "interview", "scorecard", "offer"] {
        say(numbered(key.rsplit('_').next().unwrap_or(key), &payload[key]["id"]));
        say(text(&payload[key]["name"]).or_else(|| text(&payload[key]["title"])));
    }
    if payload["offering_user_id"].is_i64() || payload["version"].is_i64() {
        say(numbered("offer", &payload["id"]));
        say(numbered("application", &payload["application_id"]));
        say(text(&payload["status"]));
    } else {
        say(numbered("of", &payload["id"]));
        say(text(&payload["title"]));
        say(text(&payload["name"]));
    }
    words.join(", ")
}

/// What arrives must not play tricks with the terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(80).collect()
}
