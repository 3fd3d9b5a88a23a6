//! The mail that tells somebody that they are turned down (APP-14, OBO-5): written from a template with the rejection, sent in its time.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use sql::params;

use crate::{
    domain::{
        mail::{self, NewMail},
        template::{Form, Token, fill},
        user::looks_like_email,
    },
    error::{Error, Result},
    graph::catalog::Person,
    tables::{
        Application, ApplicationJob, Candidate, Contact, ContactKind, EmailTemplate, Job, JobPost, MailKind,
        TemplateKind,
    },
    words::Word,
    work::Work,
};

/// When to send it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SendAt {
    /// A point in time, as written with its zone.
    At(Timestamp),
    /// What the clock on the wall shows where the acting user is.
    Local(DateTime),
}

/// A rejection is told by this.
#[derive(Debug, Clone)]
pub struct Farewell {
    /// One that is everybody's, for rejections.
    pub template_id: i64,
    /// At once unless said, and where that is past.
    pub send_at: Option<SendAt>,
}

const TEMPLATE: &str = "rejection_email.email_template_id";

/// Puts the mail into the outbox.
pub(super) async fn queue(work: &mut Work, application: &Application, farewell: &Farewell) -> Result<()> {
    let Farewell { template_id, send_at } = farewell;
    let template = template(work, *template_id).await?;
    let candidate: Candidate = work.tx.find(application.candidate_id).await?;
    let recipient = address(work, &candidate).await?;
    let catalog = work.catalog().await?;
    let me = catalog.user(work.actor.user_id);
    let jobs = jobs(work, application).await?;
    let value = |token| value(token, &candidate, &jobs, &catalog.organization.name, me);
    let unfit = |why: String| Error::invalid(TEMPLATE, format!("The template {:?} {why}", template.name));
    let plain = |text: &str| fill(text, Form::Plain, value).map_err(unfit);
    let body = plain(template.body.as_deref().unwrap_or_default())?;
    let html = template.html_body.as_deref().filter(|it| !it.trim().is_empty());
    let html = html.map(|it| fill(it, Form::Html, value).map_err(unfit)).transpose()?;
    if body.trim().is_empty() && html.is_none() {
        return Err(unfit("has no text".to_owned()));
    }
    let mut cc = Vec::with_capacity(template.cc.0.len());
    for copy in &template.cc.0 {
        cc.push(one_address(plain(copy)?).map_err(unfit)?);
    }
    let reply_to = match &template.sender {
        Some(sender) => Some(one_address(plain(sender)?).map_err(unfit)?),
        None => me.and_then(Person::email).map(str::to_owned),
    };
    let new = NewMail {
        candidate_id: Some(candidate.id),
        application_id: Some(application.id),
        user_id: work.actor.user_id,
        cc,
        reply_to,
        html,
        send_at: send_at.map(|it| point(it, zone(me, &catalog.organization.time_zone))).transpose()?,
        ..NewMail::new(MailKind::Rejection, recipient, plain(&template.subject)?, body)
    };
    mail::queue(work, new).await?;
    Ok(())
}

async fn template(work: &Work, id: i64) -> Result<EmailTemplate> {
    let found: Option<EmailTemplate> = work.tx.get(Some(id)).await?;
    let found = found.ok_or_else(|| Error::invalid(TEMPLATE, format!("There is no e-mail template {id}")))?;
    let is_fit = found.kind == TemplateKind::CandidateRejection && found.user_id.is_none();
    is_fit.then_some(found).ok_or_else(|| {
        let kind = TemplateKind::CandidateRejection.word();
        Error::invalid(TEMPLATE, format!("Must be a template of the organization, not of one user, of the type {kind}"))
    })
}

/// Where the candidate is written to; a mail that can't arrive is no way to tell anybody (CAND-9).
async fn address(work: &Work, candidate: &Candidate) -> Result<String> {
    if !candidate.can_email {
        let why = "The candidate wants no e-mail (can_email is false): reject without rejection_email";
        return Err(Error::invalid("rejection_email", why));
    }
    let contacts: Vec<Contact> = work.tx.children("candidate_id", &[candidate.id]).await?;
    let mut addresses = contacts.into_iter().filter(|it| it.kind == ContactKind::Email).map(|it| it.value);
    let found = addresses.find(|it| looks_like_email(it)).map(|it| it.trim().to_owned());
    let why = "The candidate has no e-mail address: add one, or reject without rejection_email";
    found.ok_or_else(|| Error::invalid("rejection_email", why))
}

/// The jobs that it is about: by the name of the post that they came through, which is the one that they know.
async fn jobs(work: &Work, application: &Application) -> Result<String> {
    if let Some(post) = work.tx.get::<JobPost>(application.job_post_id).await? {
        return Ok(post.title);
    }
    if let Some(job) = work.tx.get::<Job>(application.job_id).await? {
        return Ok(job.name);
    }
    let links: Vec<ApplicationJob> = work.tx.children("application_id", &[application.id]).await?;
    let ids: Vec<i64> = links.iter().map(|it| it.job_id).collect();
    let jobs: Vec<Job> = work.tx.all("where id {any:$1} order by id", params![ids]).await?;
    Ok(jobs.into_iter().map(|it| it.name).collect::<Vec<_>>().join(", "))
}

fn value(
    token: Token,
    candidate: &Candidate,
    jobs: &str,
    company: &str,
    me: Option<&Person>,
) -> Result<String, String> {
    let missing = |what: &str| format!("has the token {}, and {what}", token.word());
    let mine = |of: fn(&Person) -> Option<String>| {
        me.and_then(of).ok_or_else(|| missing("nobody with that rejects: On-Behalf-Of names who does"))
    };
    match token {
        Token::CandidateName => Ok(format!("{} {}", candidate.first_name, candidate.last_name)),
        Token::CandidateFirstName => Ok(candidate.first_name.clone()),
        Token::CandidateLastName => Ok(candidate.last_name.clone()),
        Token::JobName if jobs.is_empty() => Err(missing("the prospect is on no job")),
        Token::JobName => Ok(jobs.to_owned()),
        Token::Company => Ok(company.to_owned()),
        Token::MyFirstName => mine(|it| Some(it.row.first_name.clone())),
        Token::MyLastName => mine(|it| Some(it.row.last_name.clone())),
        Token::MyFullName => mine(|it| Some(it.name())),
        Token::MyEmailAddress => mine(|it| it.email().map(str::to_owned)),
    }
}

fn one_address(text: String) -> Result<String, String> {
    match looks_like_email(&text) {
        true => Ok(text.trim().to_owned()),
        false => Err(format!("names {text:?}, which is no e-mail address")),
    }
}

/// The zone of the acting user (OBO-5), or the organization's.
fn zone(me: Option<&Person>, organization: &str) -> TimeZone {
    let named = me.and_then(|it| it.row.time_zone.as_deref()).unwrap_or(organization);
    TimeZone::get(named).unwrap_or(TimeZone::UTC)
}

/// An hour that the clock skips is an hour later, one that it shows twice the first.
fn point(send_at: SendAt, zone: TimeZone) -> Result<Timestamp> {
    let far = |_| Error::invalid("rejection_email.send_email_at", "Must be a time between the years 0 and 9999");
    match send_at {
        SendAt::At(at) => Ok(at),
        SendAt::Local(time) => time.to_zoned(zone).map(|it| it.timestamp()).map_err(far),
    }
}
