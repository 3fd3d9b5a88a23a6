//! What somebody who applies has sent, read by the questions of the post. Names and e-mail address are needed, nothing else (SUB-3); what is
//! there must fit (SUB-4).

use std::{collections::HashMap, net::IpAddr};

use jiff::civil::Date;
use serde_json::Value;

use super::{
    attached::{Attached, Origin, file},
    form::File,
};
use crate::{
    domain::{
        board::apply::GivenConsent,
        candidate::{NewCandidate, NewContact, NewEducation, NewEmployment},
        diversity::{GivenAnswer, GivenEeoc, GivenOption},
    },
    http::input::Fields,
    tables::{Answer, AttachmentKind, ContactKind, PostQuestion, QuestionKind, Visibility},
    words::Word,
};

/// An application as it came, its files not stored yet.
pub struct Sent {
    pub person: NewCandidate,
    pub location: Option<String>,
    pub answers: Vec<Answer>,
    pub attached: Vec<Attached>,
    pub token: Option<String>,
    pub eeoc: GivenEeoc,
    pub demographics: Vec<GivenAnswer>,
    pub consent: GivenConsent,
    pub applicant: Option<IpAddr>,
}

/// What every form may hold; all other questions of a post are its own.
const STANDARD: [&str; 9] =
    ["first_name", "last_name", "email", "phone", "resume", "cover_letter", "location", "latitude", "longitude"];

pub fn sent(it: &Fields<'_>, questions: &[PostQuestion], files: &mut HashMap<String, File>) -> Sent {
    let mut attached = Vec::new();
    for (name, kind) in [("resume", AttachmentKind::Resume), ("cover_letter", AttachmentKind::CoverLetter)] {
        if let Some(origin) = file(it, files, name, true) {
            attached.push(Attached { field: name.to_owned(), kind, visibility: None, origin });
        }
    }
    let own = questions.iter().filter(|it| !STANDARD.contains(&it.name.as_str()));
    let answers = own.map(|question| answer(it, question, files, &mut attached)).collect();
    Sent {
        person: person(it),
        location: location(it),
        answers,
        attached,
        token: it.text("mapped_url_token", 255),
        eeoc: eeoc(it),
        demographics: it.objects("demographic_answers", demographic).unwrap_or_default(),
        consent: it.object("data_compliance", consent).unwrap_or_default(),
        applicant: applicant(it),
    }
}

fn person(it: &Fields<'_>) -> NewCandidate {
    let mut person = NewCandidate::new(it.required_text("first_name", 255), it.required_text("last_name", 255));
    for name in ["first_name", "last_name", "phone"] {
        if it.raw(name).and_then(Value::as_str).is_some_and(holds_url) {
            it.fault(name, "Must not contain a web address");
        }
    }
    let email = it.required_text("email", 255);
    let email = email.trim();
    if !email.is_empty() && !is_email(email) {
        it.fault("email", "Must be an e-mail address");
    }
    let contact = |kind: ContactKind, value: String, label: &str| NewContact {
        kind,
        value,
        label: Some(label.to_owned()),
        path: String::new(),
    };
    person.contacts.push(contact(ContactKind::Email, email.to_owned(), "personal"));
    let phone = it.text("phone", 255);
    person.contacts.extend(phone.map(|it| contact(ContactKind::Phone, it, "mobile")));
    person.educations = it.objects("educations", education).unwrap_or_default();
    person.employments = it.objects("employments", employment).unwrap_or_default();
    person
}

fn holds_url(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains("://") || text.contains("www.")
}

fn is_email(text: &str) -> bool {
    let plain = !text.chars().any(|it| it.is_whitespace() || it.is_control());
    let parts = text.split_once('@');
    plain && parts.is_some_and(|(name, host)| !name.is_empty() && is_host(host))
}

fn is_host(host: &str) -> bool {
    host.contains('.') && !host.contains('@') && host.split('.').all(|it| !it.is_empty())
}

/// SUB-8.
fn location(it: &Fields<'_>) -> Option<String> {
    let place = it.text("location", 1000);
    place.filter(|_| it.text("latitude", 50).is_some() && it.text("longitude", 50).is_some())
}

fn education(it: &Fields<'_>) -> NewEducation {
    let (start_date, end_date) = (month(it, "start_date", true), month(it, "end_date", true));
    in_order(it, start_date, end_date);
    NewEducation {
        id: None,
        school_id: it.required("school_name_id", it.id("school_name_id")),
        discipline_id: it.required("discipline_id", it.id("discipline_id")),
        degree_id: it.required("degree_id", it.id("degree_id")),
        start_date,
        end_date,
        path: it.place(""),
    }
}

fn employment(it: &Fields<'_>) -> NewEmployment {
    let current = it.required("current", it.flag("current")).unwrap_or(true);
    let start_date = month(it, "start_date", true);
    let end_date = month(it, "end_date", !current).filter(|_| !current);
    in_order(it, start_date, end_date);
    NewEmployment {
        id: None,
        company_name: it.required_text("company_name", 255),
        title: it.required_text("title", 255),
        start_date,
        end_date,
    }
}

fn in_order(it: &Fields<'_>, start: Option<Date>, end: Option<Date>) {
    if start.zip(end).is_some_and(|(start, end)| end < start) {
        it.fault("end_date", "Must not lie before start_date");
    }
}

/// The first day of `{month, year}`.
fn month(it: &Fields<'_>, name: &str, needed: bool) -> Option<Date> {
    let read = it.object(name, |it| {
        let month = it.required("month", it.integer("month", 1, 12));
        let year = it.required("year", it.integer("year", 1900, 2100));
        Date::new(i16::try_from(year?).ok()?, i8::try_from(month?).ok()?, 1).ok()
    });
    if needed {
        it.required(name, read.as_ref());
    }
    read.flatten()
}

/// SUB-10: the ids are those of EEO-1, from 1 in the order of the words.
fn eeoc(it: &Fields<'_>) -> GivenEeoc {
    GivenEeoc {
        id: None,
        race: of_list(it, "race"),
        gender: of_list(it, "gender"),
        veteran_status: of_list(it, "veteran_status"),
        disability_status: of_list(it, "disability_status"),
        submitted_at: None,
    }
}

fn of_list<T: Word>(it: &Fields<'_>, name: &str) -> Option<T> {
    let number = it.integer(name, 1, T::ALL.len() as i64)?;
    T::ALL.get(usize::try_from(number - 1).ok()?).copied()
}

/// SUB-11.
fn demographic(it: &Fields<'_>) -> GivenAnswer {
    let option = |it: &Fields<'_>| GivenOption {
        answer_option_id: it.required_id("answer_option_id"),
        text: it.text("text", 10_000),
        ..GivenOption::default()
    };
    GivenAnswer {
        question_id: it.required_id("question_id"),
        options: it.objects("answer_options", option).unwrap_or_default(),
    }
}

/// SUB-12.
fn consent(it: &Fields<'_>) -> GivenConsent {
    GivenConsent {
        consent: it.flag("gdpr_consent_given"),
        processing: it.flag("gdpr_processing_consent_given"),
        retention: it.flag("gdpr_retention_consent_given"),
        demographic: it.flag("gdpr_demographic_data_consent_given"),
    }
}

fn applicant(it: &Fields<'_>) -> Option<IpAddr> {
    let text = it.text("applicant_ip", 64)?;
    let address = text.trim().parse().ok();
    if address.is_none() {
        it.fault("applicant_ip", "Must be an IP address");
    }
    address
}

/// The answer to one of the post's own questions, in words (SUB-10).
fn answer(
    it: &Fields<'_>,
    question: &PostQuestion,
    files: &mut HashMap<String, File>,
    attached: &mut Vec<Attached>,
) -> Answer {
    let name = question.name.trim_end_matches("[]");
    let name = if it.has(name) || files.contains_key(name) { name } else { question.name.as_str() };
    let said = match question.kind {
        QuestionKind::ShortText | QuestionKind::Hidden => it.text(name, 255),
        QuestionKind::LongText => it.text(name, 100_000),
        QuestionKind::Boolean => yes_or_no(it, name),
        QuestionKind::SingleSelect => it.integer(name, i64::MIN, i64::MAX).and_then(|id| label(it, name, question, id)),
        QuestionKind::MultiSelect => it.ids(name).map(|ids| {
            let labels = ids.into_iter().filter_map(|id| label(it, name, question, id));
            labels.collect::<Vec<_>>().join(", ")
        }),
        QuestionKind::Attachment => file(it, files, name, false).map(|origin| {
            let visibility = if question.private { Visibility::Private } else { Visibility::Public };
            let filename = origin.filename().to_owned();
            let (field, kind) = (name.to_owned(), AttachmentKind::Other);
            attached.push(Attached { field, kind, visibility: Some(visibility), origin });
            filename
        }),
    };
    Answer { question: question.label.clone(), answer: said }
}

fn yes_or_no(it: &Fields<'_>, name: &str) -> Option<String> {
    let yes = match it.raw(name)?.as_i64() {
        Some(1) => Some(true),
        Some(0) => Some(false),
        _ => it.flag(name),
    };
    yes.map(|it| if it { "Yes" } else { "No" }.to_owned())
}

fn label(it: &Fields<'_>, name: &str, question: &PostQuestion, id: i64) -> Option<String> {
    let option = question.options.0.iter().find(|it| it.id == id);
    if option.is_none() {
        it.fault(name, "Must be the id of one of the options");
    }
    option.map(|it| it.label.clone())
}

impl Sent {
    /// Files that have to be fetched, each of which takes its time.
    pub fn is_too_much(&self) -> bool {
        self.attached.len() > MOST_FILES
            || self.attached.iter().filter(|it| matches!(it.origin, Origin::There { .. })).count() > MOST_FETCHED
    }
}

pub const MOST_FILES: usize = 20;
pub const MOST_FETCHED: usize = 5;
