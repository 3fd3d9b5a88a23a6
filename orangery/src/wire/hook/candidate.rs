//! The candidate, and the person of deletions and merges.

use super::{User, user_of};
use crate::{
    graph::candidate::{Attachment as StoredAttachment, Candidate as Whole, Education as NamedEducation},
    tables::{AttachmentKind, Contact as StoredContact, ContactKind, Employment as StoredEmployment, FieldType},
    wire::{
        American, Seconds,
        custom::{self, KeyedMap},
    },
};

view! {
    /// The candidate of application events and of `update_candidate`.
    pub fn candidate(c: &Whole) -> Candidate {
        id: i64 = c.row.id,
        first_name: String = c.row.first_name.clone(),
        last_name: String = c.row.last_name.clone(),
        title: Option<String> = c.row.title.clone(),
        company: Option<String> = c.row.company.clone(),
        created_at: Seconds = Seconds(c.row.created_at),
        external_id: Option<String> = c.row.external_id.clone(),
        photo_url: Option<String> = c.photo_url.clone(),
        url: String = c.urls.page.clone(),
        is_private: bool = c.row.is_private,
        can_email: bool = c.row.can_email,
        phone_numbers: Vec<Contact> = contacts(c, ContactKind::Phone),
        email_addresses: Vec<Contact> = contacts(c, ContactKind::Email),
        addresses: Vec<Contact> = contacts(c, ContactKind::Address),
        website_addresses: Vec<Contact> = contacts(c, ContactKind::Website),
        social_media_addresses: Vec<SocialMedia> = c.contacts(ContactKind::SocialMedia).map(social_media).collect(),
        educations: Vec<Education> = c.educations.iter().map(education).collect(),
        employments: Vec<Employment> = c.employments.iter().map(employment).collect(),
        recruiter: Option<User> = user_of(&c.catalog, c.row.recruiter_id),
        coordinator: Option<User> = user_of(&c.catalog, c.row.coordinator_id),
        attachments: Vec<Attachment> = c.attachments.iter().map(attachment).collect(),
        tags: Vec<String> = c.tags.clone(),
        custom_fields: KeyedMap = custom::hook(&c.catalog, FieldType::Candidate, &c.row.custom),
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
        school_name: Option<String> = e.school_name.clone(),
        degree: Option<String> = e.degree.clone(),
        discipline: Option<String> = e.discipline.clone(),
        start_date: Option<American> = e.start_date.map(American),
        end_date: Option<American> = e.end_date.map(American),
    }

    pub fn employment(e: &StoredEmployment) -> Employment {
        company_name: String = e.company_name.clone(),
        title: String = e.title.clone(),
        start_date: Option<American> = e.start_date.map(American),
        end_date: Option<American> = e.end_date.map(American),
    }

    pub fn attachment(a: &StoredAttachment) -> Attachment {
        filename: String = a.row.filename.clone(),
        url: String = a.url.clone(),
        #[serde(rename = "type")]
        kind: AttachmentKind = a.row.kind,
    }

    /// A deleted or merged person, flat.
    pub fn person(c: &Whole) -> Person {
        id: i64 = c.row.id,
        first_name: String = c.row.first_name.clone(),
        last_name: String = c.row.last_name.clone(),
        company: Option<String> = c.row.company.clone(),
        title: Option<String> = c.row.title.clone(),
        created_at: Seconds = Seconds(c.row.created_at),
        headline: Option<String> = c.row.headline.clone(),
        is_private: bool = c.row.is_private,
        recruiter_user_id: Option<i64> = c.row.recruiter_id,
        coordinator_user_id: Option<i64> = c.row.coordinator_id,
        can_email: bool = c.row.can_email,
        deleted_application_ids: Vec<i64> = c.application_ids.clone(),
    }

    /// `delete_candidate`.
    pub fn deleted_person(c: &Whole) -> DeletedPerson {
        #[serde(flatten)]
        person: Person = person(c),
    }

    /// `merge_candidate`: a deleted person, and who lives on. Applications have moved to the winner by then.
    pub fn merged_person(c: &Whole, kept_id: i64) -> MergedPerson {
        #[serde(flatten)]
        person: Person = person(c),
        new_candidate_id: i64 = kept_id,
    }
}

fn contacts(c: &Whole, kind: ContactKind) -> Vec<Contact> {
    c.contacts(kind).map(contact).collect()
}
