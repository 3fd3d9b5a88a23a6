//! Candidates, and what is kept of them.

use jiff::civil::Date;
use sql::Json;

use super::{Row, custom, out::Out};
use crate::{
    tables::{
        Attachment, AttachmentKind, Candidate, CandidateTag, Contact, ContactKind, DemographicAnswer, DisabilityStatus,
        Education, Eeoc, Employment, FeedItem, FeedKind, FieldType, Gender, Race, VeteranStatus, Visibility,
    },
    words::Word,
};

/// Columns of which v3 says nothing.
const UNKNOWN: &[&str] = &[
    "headline",
    "external_id",
    "photo",
    "recruiter_id",
    "coordinator_id",
    "linkedin_profile",
    "match_score_reasoning",
    "identity_verification",
];

pub fn candidate(it: Row<'_>, out: &mut Out) {
    out.leave(it, &["preferred_name", "time_zone"]);
    let linked = it.ints("linked_user_ids");
    if linked.len() > 1 {
        out.leave_one("a further linked_user_id");
    }
    let custom = custom::values(it, "custom_fields", FieldType::Candidate, out);
    let id = it.id();
    let candidate = Candidate {
        id,
        first_name: it.say("first_name"),
        last_name: it.say("last_name"),
        company: it.text("company"),
        title: it.text("title"),
        headline: None,
        external_id: None,
        photo: None,
        is_private: it.flag("private"),
        can_email: it.flag("can_email"),
        recruiter_id: None,
        coordinator_id: None,
        linked_user_id: linked.first().copied(),
        linkedin_profile: None,
        match_score_reasoning: None,
        identity_verification: None,
        custom,
        created_at: it.created(),
        updated_at: it.updated(),
        last_activity_at: it.time("last_activity_at").unwrap_or_else(|| it.updated()),
    };
    out.batch.put(candidate, UNKNOWN);
    out.batch.list("candidate_id", id, contacts(it, id), &[]);
}

fn contacts(it: Row<'_>, candidate_id: i64) -> Vec<Contact> {
    let lists = [
        ("phone_numbers", ContactKind::Phone),
        ("addresses", ContactKind::Address),
        ("email_addresses", ContactKind::Email),
        ("website_addresses", ContactKind::Website),
        ("social_media_addresses", ContactKind::SocialMedia),
    ];
    let of = |(key, kind): (&str, ContactKind)| {
        it.parts(key).map(move |it| {
            let value = it.say("value");
            let email_key = (kind == ContactKind::Email).then(|| value.trim().to_lowercase());
            Contact { id: 0, candidate_id, kind, value, label: it.text("type"), email_key }
        })
    };
    lists.into_iter().flat_map(of).collect()
}

pub fn education(it: Row<'_>, out: &mut Out) {
    let education = Education {
        id: it.id(),
        candidate_id: it.number("candidate_id"),
        school_id: it.int("school_name_custom_field_option_id"),
        discipline_id: it.int("discipline_custom_field_option_id"),
        degree_id: it.int("degree_custom_field_option_id"),
        start_date: it.date("start_at").or_else(|| month(it, "start_date_year", "start_date_month")),
        end_date: it.date("end_at").or_else(|| month(it, "end_date_year", "end_date_month")),
    };
    out.batch.put(education, &[]);
}

/// EDU-1: a year alone is its January.
fn month(it: Row<'_>, year: &str, month: &str) -> Option<Date> {
    let (year, month) = (i16::try_from(it.int(year)?).ok()?, i8::try_from(it.int(month).unwrap_or(1)).ok()?);
    Date::new(year, month, 1).ok()
}

pub fn employment(it: Row<'_>, out: &mut Out) {
    let employment = Employment {
        id: it.id(),
        candidate_id: it.number("candidate_id"),
        company_name: it.say("company_name"),
        title: it.say("title"),
        start_date: it.date("start_date"),
        end_date: it.date("end_date"),
    };
    out.batch.put(employment, &[]);
}

pub fn tag(it: Row<'_>, out: &mut Out) {
    let (candidate_id, tag_id) = (it.number("candidate_id"), it.number("candidate_tag_id"));
    out.batch.put(CandidateTag { id: it.id(), candidate_id, tag_id }, &[]);
}

/// Whose row it is: v3 sometimes names the application alone.
fn candidate_of(it: Row<'_>, out: &Out) -> Option<i64> {
    let application = it.int("application_id").and_then(|id| out.applications.get(&id));
    it.int("candidate_id").or_else(|| application.map(|it| it.candidate_id))
}

pub fn attachment(it: Row<'_>, out: &mut Out) {
    let Some(stored) = out.files.remove(&it.id()) else { return };
    let Some(candidate_id) = candidate_of(it, out) else {
        return out.odd(it, "it is of nobody who came along");
    };
    let (kind, visibility) = match AttachmentKind::parse(it.word("type")) {
        Some(kind @ (AttachmentKind::Resume | AttachmentKind::CoverLetter | AttachmentKind::TakeHomeTest)) => {
            (kind, Visibility::Public)
        }
        Some(
            kind @ (AttachmentKind::OfferPacket | AttachmentKind::OfferLetter | AttachmentKind::SignedOfferLetter),
        ) => (kind, Visibility::Private),
        // ATT-5: nobody is shown more than they were.
        Some(kind @ (AttachmentKind::Other | AttachmentKind::Attachment)) => (kind, Visibility::AdminOnly),
        None => (AttachmentKind::Other, Visibility::AdminOnly),
    };
    let attachment = Attachment {
        id: it.id(),
        candidate_id,
        application_id: it.int("application_id"),
        filename: it.say("filename"),
        kind,
        content_type: stored.content_type,
        visibility,
        blob: stored.blob,
        size: stored.size,
        created_at: it.created(),
    };
    out.batch.put(attachment, &["content_type"]);
}

/// CAND-7: three lists here; v3 has one, of thirteen types.
pub fn note(it: Row<'_>, out: &mut Out) {
    let Some(candidate_id) = candidate_of(it, out) else {
        return out.odd(it, format!("a {} of nobody who came along", it.word("type")));
    };
    out.leave(it, &["email_attachment_file_names"]);
    let kind = match it.word("type") {
        "NOTE" | "LINKEDIN_NOTE" | "FEEDBACK" | "TOUCHPOINT" | "FOLLOW_UP" => FeedKind::Note,
        "EMAIL" | "LINKEDIN_INMAIL" => FeedKind::Email,
        _ => FeedKind::Activity,
    };
    let (application_id, user_id) = (it.int("application_id"), it.int("user_id"));
    let cc: Vec<String> =
        it.0["email_cc"].as_array().into_iter().flatten().filter_map(|it| Some(it.as_str()?.to_owned())).collect();
    let item = FeedItem {
        id: it.id(),
        candidate_id,
        application_id,
        user_id,
        touchpoint_id: None,
        kind,
        of_rejection: false,
        visibility: match it.word("visibility") {
            "admin_only_visible" => Visibility::AdminOnly,
            "privately_visible" => Visibility::Private,
            _ => Visibility::Public,
        },
        subject: it.text("subject").or_else(|| (kind == FeedKind::Activity).then(|| title(it.word("type")))),
        body: it.say("body"),
        mail_to: it.text("email_to"),
        mail_from: it.text("email_from"),
        mail_cc: (kind == FeedKind::Email).then_some(Json(cc)),
        created_at: it.created(),
    };
    out.batch.put(item, &["touchpoint_id", "of_rejection"]);
}

/// `TAKE_HOME_TEST` is `Take home test`.
fn title(kind: &str) -> String {
    let text = kind.to_lowercase().replace('_', " ");
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// EEO-1: by what it says, since the numbers are each organization's.
pub fn eeoc(it: Row<'_>, out: &mut Out) {
    let race: &[(&str, Race)] = &[
        ("american indian", Race::AmericanIndian),
        ("asian", Race::Asian),
        ("black", Race::Black),
        ("hispanic", Race::Hispanic),
        ("white", Race::White),
        ("native hawaiian", Race::PacificIslander),
        ("two or more", Race::Several),
    ];
    let gender: &[(&str, Gender)] = &[("male", Gender::Male), ("female", Gender::Female)];
    let veteran: &[(&str, VeteranStatus)] =
        &[("i am not", VeteranStatus::NotProtected), ("i identify", VeteranStatus::Protected)];
    let disability: &[(&str, DisabilityStatus)] = &[("yes", DisabilityStatus::Yes), ("no", DisabilityStatus::No)];
    let eeoc = Eeoc {
        id: it.id(),
        application_id: it.number("application_id"),
        race: said(it, "race", race, Race::Declined, out),
        gender: said(it, "gender", gender, Gender::Declined, out),
        veteran_status: said(it, "veteran_status", veteran, VeteranStatus::Declined, out),
        disability_status: said(it, "disability_status", disability, DisabilityStatus::Declined, out),
        submitted_at: it.time("submitted_at").unwrap_or_else(|| it.created()),
    };
    out.batch.put(eeoc, &[]);
}

fn said<T: Copy>(it: Row<'_>, key: &str, words: &[(&str, T)], declined: T, out: &mut Out) -> Option<T> {
    let told = it.part(key).filled("description").or_else(|| it.part(key).filled("message"))?;
    let text = told.to_lowercase();
    let found = words.iter().find(|(beginning, _)| text.starts_with(beginning)).map(|it| it.1);
    let refused = ["decline", "wish", "want", "prefer not"].iter().any(|it| text.contains(it));
    let found = found.or(refused.then_some(declined));
    if found.is_none() {
        out.odd(it, format!("{key} says {told:?}, which is none of the answers"));
    }
    found
}

pub fn demographic_answer(it: Row<'_>, out: &mut Out) {
    let answer = DemographicAnswer {
        id: it.id(),
        application_id: it.number("application_id"),
        demographic_question_id: it.number("demographic_question_id"),
        demographic_answer_option_id: it.int("demographic_answer_option_id"),
        free_form_text: it.text("free_form_text"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(answer, &[]);
}
