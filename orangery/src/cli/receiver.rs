//! A receiver of web hooks that verifies what arrives and prints it: what `listen` is, and what the demo sends to.

mod tally;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde_json::{Value, json};

use super::{
    opened::system_clock,
    out::{self, Tone, toned},
};
use tally::Came;
pub use tally::Tally;

/// How it behaves, and how it prints.
#[derive(Default)]
pub struct Manner {
    /// Without one, signatures are not looked at.
    pub secret: Option<String>,
    /// Of all requests, the part that is treated badly, from 0 to 1.
    pub fail_rate: f64,
    pub misconduct: Misconduct,
    /// Pings don't fail: one that does disables the endpoint.
    pub spare_pings: bool,
    pub delay: Duration,
    /// One JSON object per line, the body included.
    pub json: bool,
    /// The body too, over as many lines as it takes.
    pub body: bool,
    /// Only these are printed; all, where none is named.
    pub events: Vec<String>,
}

/// What is done to those that fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Misconduct {
    Answer(StatusCode),
    /// An answer that never ends.
    Drip,
    /// No answer at all.
    Hang,
}

impl Default for Misconduct {
    fn default() -> Self {
        Self::Answer(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

/// What becomes of one request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered(StatusCode),
    Dripped,
    Hung,
}

struct Shared {
    manner: Manner,
    tally: Arc<Tally>,
}

/// Answers on every path.
pub fn router(manner: Manner, tally: Arc<Tally>) -> Router {
    let shared = Arc::new(Shared { manner, tally });
    Router::new().fallback(async move |headers: HeaderMap, body: Bytes| shared.receive(&headers, &body).await)
}

/// What was seen of the signatures.
#[derive(Clone, Copy, Default)]
struct Signed {
    /// `Signature`.
    documented: Option<bool>,
    /// `webhook-signature`, where it is sent.
    standard: Option<bool>,
}

impl Signed {
    fn see(secret: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Self {
        let Some(secret) = secret.map(str::as_bytes) else { return Self::default() };
        let documented = Some(courier::sign::verify(secret, text(headers, "signature"), body));
        let given = text(headers, "webhook-signature");
        let standard = (!given.is_empty()).then(|| {
            let seconds = text(headers, "webhook-timestamp").parse().unwrap_or_default();
            let signer = courier::sign::StandardSigner::new(secret);
            let expected = signer.signature(text(headers, "webhook-id"), seconds, body);
            given.split(' ').any(|it| it == expected)
        });
        Self { documented, standard }
    }

    fn is_wrong(self) -> bool {
        self.documented == Some(false) || self.standard == Some(false)
    }

    fn shown(self) -> String {
        match (self.documented, self.standard) {
            (Some(false), _) => toned(Tone::Bad, "WRONG SIGNATURE"),
            (_, Some(false)) => toned(Tone::Bad, "WRONG WEBHOOK-SIGNATURE"),
            (Some(true), _) => toned(Tone::Good, "signed"),
            (None, _) => toned(Tone::Doubtful, "unverified"),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or_default()
}

impl Shared {
    async fn receive(&self, headers: &HeaderMap, body: &[u8]) -> Response {
        let signed = Signed::see(self.manner.secret.as_deref(), headers, body);
        let parsed: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
        let id = text(headers, "greenhouse-event-id");
        let action = parsed["action"].as_str().unwrap_or("(not a web hook)");
        let fate = match self.manner.misconduct {
            _ if signed.is_wrong() => Fate::Answered(StatusCode::UNAUTHORIZED),
            _ if self.manner.spare_pings && action == "ping" => Fate::Answered(StatusCode::OK),
            _ if fastrand::f64() >= self.manner.fail_rate => Fate::Answered(StatusCode::OK),
            Misconduct::Answer(status) => Fate::Answered(status),
            Misconduct::Drip => Fate::Dripped,
            Misconduct::Hang => Fate::Hung,
        };
        let came = Came {
            again: self.tally.again(id),
            replay: text(headers, "orangery-replay") == "true",
            test: text(headers, "orangery-test") == "true",
            wrong: signed.is_wrong(),
            failed: !signed.is_wrong() && fate != Fate::Answered(StatusCode::OK),
        };
        self.tally.count(action, came);
        tokio::time::sleep(self.manner.delay).await;
        if self.manner.events.is_empty() || self.manner.events.iter().any(|it| it == action) {
            match self.manner.json {
                true => print_json(headers, body.len(), &parsed, signed, fate, came),
                false => self.print(id, &parsed, signed, fate, came),
            }
        }
        match fate {
            Fate::Answered(status) => status.into_response(),
            Fate::Dripped => drip().into_response(),
            Fate::Hung => std::future::pending().await,
        }
    }

    fn print(&self, id: &str, body: &Value, signed: Signed, fate: Fate, came: Came) {
        let time = system_clock().strftime("%H:%M:%S");
        let action = body["action"].as_str().map(printable).unwrap_or_else(|| "(not a web hook)".to_owned());
        let fate = match fate {
            Fate::Answered(StatusCode::OK) => String::new(),
            Fate::Answered(status) => toned(Tone::Bad, &format!("  answered {}", status.as_u16())),
            Fate::Dripped => toned(Tone::Bad, "  answered drop by drop"),
            Fate::Hung => toned(Tone::Bad, "  not answered"),
        };
        let marks = came.marks();
        let marks = match marks.is_empty() {
            true => String::new(),
            false => toned(Tone::Doubtful, &format!("  ({})", marks.join(", "))),
        };
        let about = about(&body["payload"]);
        let (action, id) = (toned(Tone::Strong, &format!("{action:<27}")), format!("#{:<6}", printable(id)));
        let line = format!("{time}  {action} {id} {}  {about}{marks}{fate}", signed.shown());
        out::line(line.trim_end());
        if self.manner.body {
            out::line(format!("{body:#}"));
        }
    }
}

fn print_json(headers: &HeaderMap, bytes: usize, body: &Value, signed: Signed, fate: Fate, came: Came) {
    let answered = match fate {
        Fate::Answered(status) => json!(status.as_u16()),
        Fate::Dripped => json!("drip"),
        Fate::Hung => json!("hang"),
    };
    out::line(json!({
        "at": system_clock().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(), "id": text(headers, "greenhouse-event-id"),
        "action": body["action"], "verified": signed.documented, "standard": signed.standard, "answered": answered,
        "marks": came.marks(), "bytes": bytes, "body": body,
    }));
}

/// A 200 whose body never ends.
fn drip() -> Body {
    let drops = stream::unfold((), async |()| {
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((Ok::<_, std::convert::Infallible>(Bytes::from_static(b".")), ()))
    });
    Body::from_stream(drops)
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
