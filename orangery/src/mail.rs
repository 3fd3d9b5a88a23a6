//! Sending mail by SMTP: what a mail looks like on the wire, and what an answer of the server means. [`outbox`] decides which.

pub mod outbox;

use std::{error::Error as _, time::Duration};

use jiff::Timestamp;
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{self, PoolConfig},
};
use url::{Host, Url};

use crate::tables::Mail;

/// How long the server may take for one step, and for all of one mail: less than a lease.
const STEP: Duration = Duration::from_secs(20);
const WHOLE: Duration = Duration::from_secs(60);

/// So many connections at once.
pub const CONNECTIONS: usize = 4;

/// Where mail is handed over, and in whose name.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    pub smtp_url: Option<String>,
    pub from: Option<String>,
}

/// Hands mail to one SMTP server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    pub why: String,
    /// Nothing else can come of another attempt.
    pub is_final: bool,
}

/// What is handed over.
#[derive(Debug, Clone)]
pub struct Letter<'a> {
    /// Names it for ever: the receiver knows it again if it comes twice.
    pub name: String,
    pub recipient: &'a str,
    /// Who gets a copy.
    pub cc: &'a [String],
    pub reply_to: Option<&'a str>,
    pub subject: &'a str,
    /// Empty where there is only HTML.
    pub text: &'a str,
    pub html: Option<&'a str>,
}

impl<'a> Letter<'a> {
    pub fn of(mail: &'a Mail) -> Self {
        let Mail { id, recipient, cc, reply_to, subject, body: text, html, created_at, .. } = mail;
        let name = format!("mail-{id}.{}", created_at.as_microsecond());
        Self { name, recipient, cc: &cc.0, reply_to: reply_to.as_deref(), subject, text, html: html.as_deref() }
    }

    /// To somebody, and nobody else.
    pub fn to(name: String, recipient: &'a str, subject: &'a str, text: &'a str) -> Self {
        Self { name, recipient, cc: &[], reply_to: None, subject, text, html: None }
    }
}

impl Mailer {
    /// Nothing where no server is set.
    pub fn new(settings: &Settings) -> Result<Option<Self>, String> {
        let Some(url) = &settings.smtp_url else { return Ok(None) };
        let from = settings.from.as_ref().ok_or("--smtp-url needs --mail-from, the address that mail comes from")?;
        let from: Mailbox = from.parse().map_err(|_| {
            format!("--mail-from {from:?} is no address: it is like orangery@example.com or 'Orangery <orangery@example.com>'")
        })?;
        // The address may hold a password, so it is not repeated.
        let url = with_tls(url).map_err(|why| format!("--smtp-url: {why}"))?;
        let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.as_str());
        let builder = builder.map_err(|why| format!("--smtp-url: {why}"))?;
        let hello = smtp::extension::ClientId::Domain(from.email.domain().to_owned());
        let pool = PoolConfig::new().max_size(CONNECTIONS as u32).idle_timeout(Duration::from_secs(20));
        let transport = builder.hello_name(hello).timeout(Some(STEP)).pool_config(pool).build();
        Ok(Some(Self { transport, from }))
    }

    /// Hands one over, and answers what the server said to it. It may have been taken even where that is not known here.
    pub async fn send(&self, letter: &Letter<'_>, now: Timestamp) -> Result<String, Failure> {
        let message = self.message(letter, now)?;
        let answer = tokio::time::timeout(WHOLE, self.transport.send(message)).await;
        let answer = answer.map_err(|_| Failure { why: "the server took too long".to_owned(), is_final: false })?;
        let said = answer.map_err(|error| failure(&error))?;
        Ok(said.message().collect::<Vec<_>>().join(" "))
    }

    /// The address that mail comes from.
    pub fn from(&self) -> &str {
        self.from.email.as_ref()
    }

    fn message(&self, letter: &Letter<'_>, now: Timestamp) -> Result<Message, Failure> {
        let unfit = |why: String| Failure { why, is_final: true };
        let address = |text: &str| -> Result<Mailbox, Failure> {
            let address = text.parse::<Address>();
            let address =
                address.map_err(|why| unfit(format!("{text:?} is no address that can be written to: {why}")))?;
            Ok(Mailbox::new(None, address))
        };
        // RFC 3834: nobody's absence assistant is to answer.
        let automatic = HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        let mut message = Message::builder().from(self.from.clone()).to(address(letter.recipient)?);
        for copy in letter.cc {
            message = message.cc(address(copy)?);
        }
        if let Some(reply_to) = letter.reply_to {
            message = message.reply_to(address(reply_to)?);
        }
        let message = message
            .subject(letter.subject)
            .date(now.into())
            .message_id(Some(format!("<{}@{}>", letter.name, self.from.email.domain())))
            .raw_header(automatic);
        let written = match letter.html {
            None => message.header(ContentType::TEXT_PLAIN).body(letter.text.to_owned()),
            Some(html) if letter.text.is_empty() => message.singlepart(SinglePart::html(html.to_owned())),
            Some(html) => {
                let both = MultiPart::alternative_plain_html(letter.text.to_owned(), html.to_owned());
                message.multipart(both)
            }
        };
        written.map_err(|why| unfit(format!("the mail can't be written: {why}")))
    }
}

/// `smtp:` goes over to TLS where the server can, and must where it is told a password, unless the server is on this machine; `?tls=none`,
/// `?tls=opportunistic` and `?tls=required` say otherwise.
fn with_tls(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|why| format!("it is no address: {why}"))?;
    if !matches!(url.scheme(), "smtp" | "smtps") {
        return Err("it begins with smtp:// or smtps://".to_owned());
    }
    let host = url.host_str().filter(|it| !it.is_empty()).ok_or("it names no host")?;
    // Of a scheme that it does not know, the parser leaves the host as it stands.
    let host = Host::parse(host).map_err(|why| why.to_string())?;
    let nearby = match &host {
        Host::Ipv4(it) => it.is_loopback(),
        Host::Ipv6(it) => it.is_loopback(),
        Host::Domain(it) => it == "localhost",
    };
    let said = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
    let tls = match said.as_deref() {
        None if url.password().is_some() && !nearby => Some("required"),
        None if nearby => None,
        None | Some("opportunistic") => Some("opportunistic"),
        Some("required") => Some("required"),
        Some("none") => None,
        Some(_) => return Err("tls is none, opportunistic or required".to_owned()),
    };
    if url.scheme() == "smtp" && tls.is_some() && url.port().is_none() {
        url.set_port(Some(587)).map_err(|()| "it names no host")?;
    }
    url.set_query(tls.map(|it| format!("tls={it}")).as_deref());
    Ok(url)
}

fn failure(error: &smtp::Error) -> Failure {
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let why = match error.status() {
        Some(code) => format!("the server answered {code} {said}"),
        None if said.is_empty() => error.to_string(),
        None => format!("{error}"),
    };
    let is_final = error.status().is_some_and(|code| is_final(u16::from(code), &said));
    Failure { why: why.chars().take(1000).collect(), is_final }
}

/// An address that does not exist will not exist tomorrow. What is refused for who we are (5.7, and all that is about passwords) can be mended
/// here, so it is tried again.
fn is_final(code: u16, said: &str) -> bool {
    said.starts_with("5.1.") || (550..=554).contains(&code) && !said.starts_with("5.7.")
}
