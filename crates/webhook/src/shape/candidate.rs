//! The candidate: in every application, and by itself in `update_candidate`.

use super::{CustomFields, User};
use crate::{
    part::{objects, words},
    time::{Date, Timestamp},
};

objects! {
    CandidatePayload {
        candidate: Candidate,
    }

    /// A person.
    Candidate {
        id: i64,
        first_name: String,
        last_name: String,
        title: Option<String>,
        company: Option<String>,
        created_at: Option<Timestamp>,
        external_id: Option<String>,
        photo_url: Option<String>,
        url: Option<String>,
        is_private: Option<bool>,
        can_email: Option<bool>,
        phone_numbers: Vec<Contact>,
        email_addresses: Vec<Contact>,
        addresses: Vec<Contact>,
        website_addresses: Vec<Contact>,
        social_media_addresses: Vec<SocialMediaAddress>,
        educations: Vec<Education>,
        employments: Vec<Employment>,
        recruiter: Option<User>,
        coordinator: Option<User>,
        attachments: Vec<Attachment>,
        tags: Vec<String>,
        custom_fields: CustomFields,
    }

    Contact {
        value: String,
        /// Such as mobile, home, work, personal, other.
        kind = "type": Option<String>,
    }

    SocialMediaAddress {
        value: String,
    }

    Education {
        school_name: Option<String>,
        degree: Option<String>,
        discipline: Option<String>,
        start_date: Option<Date>,
        end_date: Option<Date>,
    }

    Employment {
        company_name: Option<String>,
        title: Option<String>,
        start_date: Option<Date>,
        end_date: Option<Date>,
    }

    Attachment {
        filename: String,
        /// A link that is valid for a time: fetch the file soon.
        url: String,
        kind = "type": AttachmentType,
    }
}

words! {
    AttachmentType {
        Resume = "resume",
        CoverLetter = "cover_letter",
        TakeHomeTest = "take_home_test",
        OfferPacket = "offer_packet",
        OfferLetter = "offer_letter",
        SignedOfferLetter = "signed_offer_letter",
        Attachment = "attachment",
        Other = "other",
    }
}
