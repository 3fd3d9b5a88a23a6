//! Templates of e-mails (TPL-1): made and changed by our own API, read by Harvest's clients, filled in by who sends.

use sql::params;

use super::{BODY, NAME, user};
use crate::{
    error::{Faults, Result},
    patch::Patch,
    tables::{EmailTemplate, TemplateKind},
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewTemplate {
    pub id: Option<i64>,
    pub name: String,
    pub description: Option<String>,
    pub kind: TemplateKind,
    pub is_default: bool,
    pub subject: String,
    pub sender: Option<String>,
    pub cc: Vec<String>,
    pub body: Option<String>,
    pub html_body: Option<String>,
    pub user_id: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct EditedTemplate {
    pub name: Patch<String>,
    pub description: Patch<String>,
    pub is_default: Patch<bool>,
    pub subject: Patch<String>,
    pub sender: Patch<String>,
    pub cc: Patch<Vec<String>>,
    pub body: Patch<String>,
    pub html_body: Patch<String>,
    pub user_id: Patch<i64>,
}

pub async fn create(work: &mut Work, new: &NewTemplate) -> Result<EmailTemplate> {
    let NewTemplate { id, name, description, kind, is_default, subject, sender, cc, body, html_body, user_id } =
        new.clone();
    let mut row = EmailTemplate {
        id: id.unwrap_or_default(),
        name,
        description,
        kind,
        is_default,
        subject,
        sender,
        cc: sql::Json(cc),
        body,
        html_body,
        user_id,
        created_at: work.now,
        updated_at: work.now,
    };
    check(work, &row).await?;
    work.insert(&mut row).await?;
    only_default(work, &row).await?;
    Ok(row)
}

pub async fn edit(work: &mut Work, id: i64, edited: &EditedTemplate) -> Result<EmailTemplate> {
    let EditedTemplate { name, description, is_default, subject, sender, cc, body, html_body, user_id } =
        edited.clone();
    let before: EmailTemplate = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    description.apply(&mut after.description);
    is_default.set(&mut after.is_default);
    subject.set(&mut after.subject);
    sender.apply(&mut after.sender);
    cc.map(sql::Json).set(&mut after.cc);
    body.apply(&mut after.body);
    html_body.apply(&mut after.html_body);
    user_id.apply(&mut after.user_id);
    check(work, &after).await?;
    if after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
        only_default(work, &after).await?;
    }
    Ok(after)
}

/// Deletes a template. Mail that was written by it says what it says.
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let row: EmailTemplate = work.tx.lock(id).await?;
    work.delete(&row).await
}

async fn check(work: &Work, template: &EmailTemplate) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("name", &template.name, NAME);
    faults.limit("description", template.description.as_deref(), BODY);
    faults.limit("subject", template.subject.as_str(), NAME);
    if template.subject.contains(['\r', '\n']) {
        faults.add("subject", "Must be one line");
    }
    faults.limit("body", template.body.as_deref(), BODY);
    faults.limit("html_body", template.html_body.as_deref(), BODY);
    let said = |text: &Option<String>| text.as_ref().is_some_and(|it| !it.trim().is_empty());
    if !said(&template.body) && !said(&template.html_body) {
        faults.add("body", "Must not be blank, unless there is a html_body");
    }
    if template.sender.as_ref().is_some_and(|it| !is_address(it)) {
        faults.add("from", "Must be an e-mail address, or a token such as {{MY_EMAIL_ADDRESS}}");
    }
    for (n, cc) in template.cc.0.iter().enumerate().filter(|(_, it)| !is_address(it)) {
        faults.add(format!("cc[{n}]"), format!("{cc:?} is no e-mail address and no token"));
    }
    if template.cc.0.len() > 100 {
        faults.add("cc", "Must be at most 100 addresses");
    }
    if let Some(id) = template.user_id
        && work.catalog().await?.user(Some(id)).is_none()
    {
        faults.add("user_id", format!("There is no user {id}"));
    }
    faults.done()
}

fn is_address(text: &str) -> bool {
    let token = text.strip_prefix("{{").and_then(|it| it.strip_suffix("}}"));
    let is_token = |it: &str| !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_');
    text.chars().count() <= NAME && (token.is_some_and(is_token) || user::looks_like_email(text))
}

/// Of the templates of one kind, one at most is the default: of the organization, and of each user.
async fn only_default(work: &mut Work, template: &EmailTemplate) -> Result<()> {
    if !template.is_default {
        return Ok(());
    }
    let others = "where kind = $1 and is_default and id <> $2 order by id {for update}";
    let others: Vec<EmailTemplate> = work.tx.all(others, params![template.kind, template.id]).await?;
    for before in others.iter().filter(|it| it.user_id == template.user_id) {
        let after = EmailTemplate { is_default: false, updated_at: work.now, ..before.clone() };
        work.update(before, &after).await?;
    }
    Ok(())
}

/// The templates that a new organization begins with.
pub(super) async fn found(work: &mut Work) -> Result<()> {
    for (kind, name, description, subject, body) in TEMPLATES {
        let new = NewTemplate {
            id: None,
            name: (*name).to_owned(),
            description: Some((*description).to_owned()),
            kind: *kind,
            is_default: true,
            subject: (*subject).to_owned(),
            sender: None,
            cc: Vec::new(),
            body: Some((*body).to_owned()),
            html_body: Some(paragraphs(body)),
            user_id: None,
        };
        create(work, &new).await?;
    }
    Ok(())
}

/// The same text as HTML; it has no marks of its own.
fn paragraphs(text: &str) -> String {
    text.split("\n\n").map(|it| format!("<p>{}</p>", it.replace('\n', "<br />"))).collect::<Vec<_>>().join("\r\n")
}

/// Kind, name, description, subject, body.
const TEMPLATES: &[(TemplateKind, &str, &str, &str, &str)] = &[
    (
        TemplateKind::CandidateRejection,
        "Default Candidate Rejection",
        "To be sent to a candidate who is rejected.",
        "Your application for {{JOB_NAME}} at {{COMPANY}}",
        "Dear {{CANDIDATE_FIRST_NAME}},\n\nThank you for your interest in {{COMPANY}} and for the time that you gave us. \
         We have decided not to go on with your application for {{JOB_NAME}}.\n\nWe wish you all the best.\n\n\
         Kind regards,\n{{COMPANY}}",
    ),
    (
        TemplateKind::CandidateAutoReply,
        "Default Candidate Auto-Reply",
        "To be sent to a candidate who has applied.",
        "Thank you for applying at {{COMPANY}}",
        "Dear {{CANDIDATE_FIRST_NAME}},\n\nThank you for applying for {{JOB_NAME}}. We have received your application \
         and will read it with care. You will hear from us.\n\nKind regards,\n{{COMPANY}}",
    ),
    (
        TemplateKind::CandidateEmail,
        "Default Candidate Email",
        "To be sent to a candidate.",
        "Your application at {{COMPANY}}",
        "Dear {{CANDIDATE_FIRST_NAME}},\n\nKind regards,\n{{MY_FULL_NAME}}",
    ),
    (
        TemplateKind::TeamEmail,
        "Default Team Email",
        "To be sent to the hiring team.",
        "{{CANDIDATE_NAME}}, {{JOB_NAME}}",
        "Hello,\n\nThis is about {{CANDIDATE_NAME}}, who applied for {{JOB_NAME}}.\n\nThanks,\n{{MY_FULL_NAME}}",
    ),
    (
        TemplateKind::TakeHomeTest,
        "Default Take Home Test",
        "To be sent to a candidate who is given a test to do at home.",
        "A test for {{JOB_NAME}}",
        "Dear {{CANDIDATE_FIRST_NAME}},\n\nAs the next step of your application for {{JOB_NAME}} we would like you to \
         do a small test. Take the time that you need.\n\nKind regards,\n{{MY_FULL_NAME}}",
    ),
    (
        TemplateKind::InterviewerInvite,
        "Default Interviewer Invite",
        "To be sent to those who will interview a candidate.",
        "Interview with {{CANDIDATE_NAME}}",
        "Hello,\n\nPlease interview {{CANDIDATE_NAME}}, who applied for {{JOB_NAME}}, and fill in a scorecard \
         afterwards.\n\nThanks,\n{{MY_FULL_NAME}}",
    ),
    (
        TemplateKind::ScorecardReminder,
        "Default Scorecard Reminder",
        "To be sent to an interviewer whose scorecard is due.",
        "Your scorecard for {{CANDIDATE_NAME}}",
        "Hello,\n\nYou have interviewed {{CANDIDATE_NAME}}. Please fill in your scorecard while you remember.\n\n\
         Thanks,\n{{MY_FULL_NAME}}",
    ),
    (
        TemplateKind::ExtendingOffer,
        "Default Offer",
        "To be sent to a candidate who is made an offer.",
        "Our offer: {{JOB_NAME}} at {{COMPANY}}",
        "Dear {{CANDIDATE_FIRST_NAME}},\n\nWe are glad to offer you the position of {{JOB_NAME}} at {{COMPANY}}. The \
         details are attached.\n\nKind regards,\n{{MY_FULL_NAME}}",
    ),
];
