//! The candidate object, with its applications in full.

use indexmap::IndexMap;
use serde_json::Value;

use super::{Application, Attachment, UserStub, application, attachment, user_of};
use crate::{
    graph::candidate::{Education as NamedEducation, Person},
    tables::{self, Contact as StoredContact, ContactKind, Employment as StoredEmployment, FieldType},
    wire::{
        Midnight, Millis, Naive,
        custom::{self, HarvestMap},
    },
};

view! {
    pub fn candidate(p: &Person) -> Candidate {
        id: i64 = p.candidate.row.id,
        first_name: String = p.candidate.row.first_name.clone(),
        last_name: String = p.candidate.row.last_name.clone(),
        company: Option<String> = p.candidate.row.company.clone(),
        title: Option<String> = p.candidate.row.title.clone(),
        created_at: Millis = Millis(p.candidate.row.created_at),
        updated_at: Millis = Millis(p.candidate.row.updated_at),
        last_activity: Millis = Millis(p.last_activity()),
        is_private: bool = p.candidate.row.is_private,
        // CAND-4: Harvest never shows it.
        photo_url: Option<String> = None,
        attachments: Vec<Attachment> = p.candidate.attachments.iter().map(attachment).collect(),
        application_ids: Vec<i64> = p.candidate.application_ids.clone(),
        phone_numbers: Vec<Contact> = contacts(p, ContactKind::Phone),
        addresses: Vec<Contact> = contacts(p, ContactKind::Address),
        email_addresses: Vec<Contact> = contacts(p, ContactKind::Email),
        website_addresses: Vec<Contact> = contacts(p, ContactKind::Website),
        social_media_addresses: Vec<SocialMedia> = p.candidate.contacts(ContactKind::SocialMedia).map(social_media).collect(),
        recruiter: Option<UserStub> = user_of(&p.candidate.catalog, p.candidate.row.recruiter_id),
        coordinator: Option<UserStub> = user_of(&p.candidate.catalog, p.candidate.row.coordinator_id),
        can_email: bool = p.candidate.row.can_email,
        tags: Vec<String> = p.candidate.tags.clone(),
        applications: Vec<Application> = p.applications.iter().map(application).collect(),
        educations: Vec<Education> = p.candidate.educations.iter().map(education).collect(),
        employments: Vec<Employment> = p.candidate.employments.iter().map(employment).collect(),
        linked_user_ids: Vec<i64> = p.candidate.row.linked_user_id.into_iter().collect(),
        custom_fields: IndexMap<String, Value> = custom::plain(&p.candidate.catalog, FieldType::Candidate, &p.candidate.row.custom),
        keyed_custom_fields: HarvestMap = custom::keyed(&p.candidate.catalog, FieldType::Candidate, &p.candidate.row.custom),
    }

    pub fn contact(c: &StoredContact) -> Contact {
        value: String = c.value.clone(),
        #[serde(rename = "type")]
        kind: Option<String> = c.label.clone(),
    }

    pub fn social_media(c: &StoredContact) -> SocialMedia {
        value: String = c.value.clone(),
    }

    pub fn education(e: &NamedEducation) -> Education {
        id: i64 = e.id,
        school_name: Option<String> = e.school_name.clone(),
        degree: Option<String> = e.degree.clone(),
        discipline: Option<String> = e.discipline.clone(),
        start_date: Option<Naive> = e.start_date.map(Naive),
        end_date: Option<Naive> = e.end_date.map(Naive),
    }

    pub fn employment(e: &StoredEmployment) -> Employment {
        id: i64 = e.id,
        company_name: String = e.company_name.clone(),
        title: String = e.title.clone(),
        start_date: Option<Midnight> = e.start_date.map(Midnight),
        end_date: Option<Midnight> = e.end_date.map(Midnight),
    }

    pub fn tag(t: &tables::Tag) -> Tag {
        id: i64 = t.id,
        name: String = t.name.clone(),
    }
}

fn contacts(p: &Person, kind: ContactKind) -> Vec<Contact> {
    p.candidate.contacts(kind).map(contact).collect()
}
