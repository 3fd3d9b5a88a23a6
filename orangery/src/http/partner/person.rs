//! Somebody whom a partner sends, as the body tells of them (ING-1, ING-2).

use std::time::Duration;

use crate::{
    domain::{
        attachment::{LARGEST, NewAttachment},
        candidate::NewContact,
        partner::{NewPerson, NewReferrer},
    },
    error::Result,
    house::{Orangery, USER_AGENT},
    http::{input::Fields, upload},
    tables::{AttachmentKind, ContactKind},
};

/// So long a résumé may take to come.
const IN_TIME: Duration = Duration::from_secs(15);

/// The lists of contacts: their names, and what the value and the kinds are called in each.
const CONTACTS: [(&str, ContactKind, &str, &[&str]); 5] = [
    ("phone_numbers", ContactKind::Phone, "phone_number", &["mobile", "home", "work", "other"]),
    ("emails", ContactKind::Email, "email", &["personal", "work", "other"]),
    ("addresses", ContactKind::Address, "address", &["home", "work", "other"]),
    ("websites", ContactKind::Website, "url", &["personal", "company", "portfolio", "blog", "other"]),
    ("social_media", ContactKind::SocialMedia, "url", &[]),
];

/// Somebody, their résumé not fetched yet.
pub struct Arrived {
    person: NewPerson,
    resume: Option<String>,
}

pub fn person(it: &Fields<'_>) -> Arrived {
    let person = NewPerson {
        first_name: it.required_text("first_name", 255),
        last_name: it.required_text("last_name", 255),
        company: it.text("company", 255),
        title: it.text("title", 255),
        external_id: it.required_text("external_id", 255),
        contacts: CONTACTS.iter().flat_map(|of| contacts(it, of)).collect(),
        // INC-101: texts are read, and a prospect may be on a job.
        prospect: it.flag("prospect").unwrap_or(true),
        job_id: it.id("job_id"),
        pool_id: it.id("prospect_pool_id"),
        stage_id: it.id("prospect_pool_stage_id"),
        owner_email: it.text("prospect_owner_email", 255),
        referrer: it.object("referrer", |it| NewReferrer {
            email: it.required_text("email", 255),
            first_name: it.required_text("first_name", 100),
            last_name: it.required_text("last_name", 100),
        }),
        notes: it.text("notes", 100_000).filter(|it| !it.trim().is_empty()),
        resume: None,
        resume_missing: None,
    };
    Arrived { person, resume: it.text("resume", 2000).filter(|it| !it.trim().is_empty()) }
}

fn contacts(it: &Fields<'_>, (name, kind, value, kinds): &(&str, ContactKind, &str, &[&str])) -> Vec<NewContact> {
    let read = it.objects(name, |it| {
        let label = if kinds.is_empty() { None } else { Some(it.required_text("type", 255)) };
        if label.as_ref().is_some_and(|it| !it.is_empty() && !kinds.contains(&it.as_str())) {
            it.fault("type", format!("Must be one of: {}", kinds.join(", ")));
        }
        let path = it.place("").trim_end_matches('.').to_owned();
        NewContact { kind: *kind, value: it.required_text(value, 1000), label, path }
    });
    read.unwrap_or_default()
}

impl Arrived {
    /// Fetches and stores the résumé. One that can't be had keeps nobody out: a note tells of it.
    pub async fn store(self, house: Orangery) -> Result<NewPerson> {
        let Self { mut person, resume } = self;
        let Some(url) = resume else { return Ok(person) };
        let fetched = match house.client() {
            Ok(client) => client.get(&url, LARGEST, IN_TIME, USER_AGENT).await,
            Err(why) => Err(format!("could not be had: {why}")),
        };
        match fetched {
            Ok(file) if file.bytes.is_empty() => person.resume_missing = Some(missing(&url, "is empty")),
            Ok(file) => {
                let kind = file.content_type.unwrap_or_else(|| "application/octet-stream".to_owned());
                person.resume = Some(NewAttachment {
                    id: None,
                    filename: file.file_name.filter(|it| !it.is_empty()).unwrap_or_else(|| "resume".to_owned()),
                    kind: AttachmentKind::Resume,
                    content_type: Some(kind.split(';').next().unwrap_or_default().trim().to_lowercase()),
                    visibility: None,
                    blob: upload::store(&house, &file.bytes).await?,
                    size: file.bytes.len() as i64,
                });
            }
            Err(why) => person.resume_missing = Some(missing(&url, &why)),
        }
        Ok(person)
    }
}

fn missing(url: &str, why: &str) -> String {
    format!("A résumé was sent as a link, {url}, but the file {why}.")
}
