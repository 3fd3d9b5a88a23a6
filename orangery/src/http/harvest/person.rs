//! What the bodies of candidates, prospects and their applications hold in common.

use jiff::civil::Date;

use crate::{
    domain::{
        application::new::{NewApplication, Prospect, Referrer, Standing},
        candidate::{NewCandidate, NewContact, NewEducation, NewEmployment},
        note::{Content, NewItem},
        user::UserRef,
    },
    error::Result,
    house::Orangery,
    http::{
        input::Fields,
        upload::{self, Upload},
    },
    tables::{AttachmentKind, ContactKind, Visibility},
};

/// The contact lists, by the names that Harvest gives them.
pub const CONTACTS: [(&str, ContactKind); 5] = [
    ("phone_numbers", ContactKind::Phone),
    ("addresses", ContactKind::Address),
    ("email_addresses", ContactKind::Email),
    ("website_addresses", ContactKind::Website),
    ("social_media_addresses", ContactKind::SocialMedia),
];

/// What may be attached while an application is made.
const KINDS: &[AttachmentKind] = &[AttachmentKind::Resume, AttachmentKind::CoverLetter, AttachmentKind::Other];

/// An application as it came, its files not stored yet.
pub struct Sent {
    application: NewApplication,
    uploads: Vec<Upload>,
}

impl Sent {
    pub async fn store(self, house: &Orangery) -> Result<NewApplication> {
        let attachments = upload::store_all(house, self.uploads).await?;
        Ok(NewApplication { attachments, ..self.application })
    }
}

/// A person as the bodies of candidates and prospects tell of one, without applications.
pub fn person(it: &Fields<'_>) -> NewCandidate {
    let mut new = NewCandidate::new(it.required_text("first_name", 255), it.required_text("last_name", 255));
    new.company = it.text("company", 255);
    new.title = it.text("title", 255);
    new.external_id = it.text("external_id", 255);
    new.is_private = it.flag("is_private").unwrap_or(false);
    new.can_email = it.flag("can_email").unwrap_or(true);
    new.recruiter = it.user("recruiter");
    new.coordinator = it.user("coordinator");
    new.contacts = CONTACTS.iter().flat_map(|(name, kind)| contacts(it, name, *kind).unwrap_or_default()).collect();
    new.educations = it.objects("educations", education).unwrap_or_default();
    new.employments = it.objects("employments", employment).unwrap_or_default();
    new.tags = tags(it).unwrap_or_default();
    new.custom = it.custom_values("custom_fields");
    new.notes = it.objects("activity_feed_notes", note).unwrap_or_default();
    new
}

pub fn contacts(it: &Fields<'_>, name: &str, kind: ContactKind) -> Option<Vec<NewContact>> {
    it.objects(name, |it| NewContact {
        kind,
        value: it.required_text("value", 1000),
        label: it.text("type", 255),
        path: it.place("").trim_end_matches('.').to_owned(),
    })
}

pub fn tags(it: &Fields<'_>) -> Option<Vec<String>> {
    it.texts("tags", 255)
}

/// EDU-1: dates as a timestamp, or as month and year.
pub fn education(it: &Fields<'_>) -> NewEducation {
    NewEducation {
        id: None,
        school_id: it.id("school_id"),
        discipline_id: it.id("discipline_id"),
        degree_id: it.id("degree_id"),
        start_date: it.date("start_date").or_else(|| month(it, "start_month", "start_year")),
        end_date: it.date("end_date").or_else(|| month(it, "end_month", "end_year")),
        path: it.place(""),
    }
}

/// The first day of a month; one of the two without the other is no date.
fn month(it: &Fields<'_>, month: &str, year: &str) -> Option<Date> {
    let (m, y) = (it.integer(month, 1, 12), it.integer(year, 1900, 2100));
    match (m, y) {
        (Some(m), Some(y)) => Date::new(i16::try_from(y).ok()?, i8::try_from(m).ok()?, 1).ok(),
        (Some(_), None) if !it.has(year) => {
            it.fault(year, "is required beside the month");
            None
        }
        (None, Some(_)) if !it.has(month) => {
            it.fault(month, "is required beside the year");
            None
        }
        _ => None,
    }
}

/// EDU-2.
pub fn employment(it: &Fields<'_>) -> NewEmployment {
    NewEmployment {
        id: None,
        company_name: it.required_text("company_name", 255),
        title: it.required_text("title", 255),
        start_date: it.required("start_date", it.date("start_date")),
        end_date: it.date("end_date"),
    }
}

pub fn note(it: &Fields<'_>) -> NewItem {
    NewItem {
        id: None,
        user_id: Some(it.required_id("user_id")),
        application_id: None,
        visibility: it.required("visibility", it.word("visibility")).unwrap_or(Visibility::AdminOnly),
        content: Content::Note { body: it.required_text("body", 100_000) },
        path: it.place(""),
    }
}

pub fn email_note(it: &Fields<'_>) -> NewItem {
    NewItem {
        id: None,
        user_id: Some(it.required_id("user_id")),
        application_id: None,
        visibility: Visibility::Public,
        content: Content::Email {
            to: it.required_text("to", 1000),
            from: it.required_text("from", 1000),
            cc: it.texts("cc", 1000).unwrap_or_default(),
            subject: it.required_text("subject", 1000),
            body: it.required_text("body", 100_000),
        },
        path: it.place(""),
    }
}

/// A candidate's application (APP-7).
pub fn of_candidate(it: &Fields<'_>) -> Sent {
    let standing =
        Standing::Candidate { job_id: it.required_id("job_id"), initial_stage_id: it.id("initial_stage_id") };
    application(it, standing)
}

/// A prospect's application (APP-7).
pub fn of_prospect(it: &Fields<'_>) -> Sent {
    let prospect = Prospect {
        job_ids: it.ids("job_ids").unwrap_or_default(),
        pool_id: it.id("prospect_pool_id"),
        // INC-28.
        stage_id: it.id("prospect_pool_stage_id").or_else(|| it.id("prospect_stage_id")),
        owner_id: it.id("prospect_owner_id"),
        department_id: it.id("prospective_department_id"),
        office_id: it.id("prospective_office_id"),
    };
    application(it, Standing::Prospect(prospect))
}

fn application(it: &Fields<'_>, standing: Standing) -> Sent {
    let mut application = NewApplication::new(standing);
    application.source_id = it.id("source_id");
    application.referrer = referrer(it);
    application.recruiter = it.id("recruiter_id").map(UserRef::Id);
    application.coordinator = it.id("coordinator_id").map(UserRef::Id);
    application.custom = it.custom_values("custom_fields");
    application.location = location(it);
    application.path = it.place("");
    let uploads = it.objects("attachments", |it| Upload::read(it, KINDS)).unwrap_or_default();
    Sent { application, uploads }
}

/// INC-73: a text, or an object with an address.
fn location(it: &Fields<'_>) -> Option<String> {
    match it.raw("location") {
        Some(serde_json::Value::Object(_)) => it.object("location", |it| it.text("address", 1000)).flatten(),
        _ => it.text("location", 1000),
    }
}

/// APP-8; a plain text is a name.
pub fn referrer(it: &Fields<'_>) -> Option<Referrer> {
    if let Some(serde_json::Value::String(_)) = it.raw("referrer") {
        return it.text("referrer", 255).map(Referrer::Outside);
    }
    it.object("referrer", |it| match it.required_text("type", 255).as_str() {
        "id" => Some(Referrer::User(UserRef::Id(it.required_id("value")))),
        "email" => Some(Referrer::User(UserRef::Email(it.required_text("value", 255)))),
        "outside" => Some(Referrer::Outside(it.required_text("value", 255))),
        "" => None,
        _ => {
            it.fault("type", "Must be one of: id, email, outside");
            None
        }
    })
    .flatten()
}
