//! What becomes of each text of each table in a pseudonymized export; secrets are in none. A column that nobody decided about refuses the export, and fails a test.

use crate::{
    tables::{DisabilityStatus, Gender, Race, VeteranStatus},
    words::Word,
};

#[derive(Debug, Clone, Copy)]
pub enum As {
    /// Stays: a word of a closed list, a day, ids, a setting, or a text that the organization publishes.
    Kept,
    /// Stays, as something that the organization gave a name to: where else it stands, it stays too.
    Named,
    /// Stays if the organization gave that name to something; else other words.
    Known,
    FirstName,
    LastName,
    FullName,
    Email,
    EmployeeId,
    /// Another system's id, which could be looked up there.
    ForeignId,
    /// A way to reach somebody, as the row's kind says.
    Contact,
    Company,
    Title,
    Place,
    Link,
    /// Other words, as many letters.
    Prose,
    /// Lists and maps: what the organization gave names to stays.
    Json,
    /// Values of custom fields, by the ids of the fields.
    Custom,
    /// The body of a web hook.
    Body,
    /// Before and after, by column.
    Changes,
    FileName,
    ContentType,
    /// The name of a stored file.
    Blob,
    Photo,
    /// Nothing, as little as the column allows.
    Nothing,
    /// Another word of a closed list.
    OneOf(fn() -> Vec<&'static str>),
}

use As::{
    Blob, Body, Changes, Company, Contact, ContentType, Custom, Email, EmployeeId, FileName, FirstName, ForeignId,
    FullName, Json, Kept, Known, LastName, Link, Named, Nothing, OneOf, Photo, Place, Prose, Title,
};

fn words<T: Word>() -> Vec<&'static str> {
    T::ALL.iter().map(|it| it.word()).collect()
}

type Columns = &'static [(&'static str, As)];

/// What was decided about a column that holds text.
pub fn of(table: &str, column: &str) -> Option<As> {
    let columns = DECISIONS.iter().find(|it| it.0 == table)?.1;
    columns.iter().find(|it| it.0 == column).map(|it| it.1)
}

/// The columns whose texts stay wherever they stand.
pub fn named() -> impl Iterator<Item = (&'static str, &'static str)> {
    DECISIONS.iter().flat_map(|(table, columns)| {
        columns.iter().filter(|it| matches!(it.1, Named)).map(move |(column, _)| (*table, *column))
    })
}

#[rustfmt::skip]
const DECISIONS: &[(&str, Columns)] = &[
    // The organization and its catalogs.
    ("organization", &[("name", Named), ("time_zone", Kept)]),
    ("departments", &[("name", Named), ("external_id", Named)]),
    ("users", &[
        ("first_name", FirstName), ("last_name", LastName), ("employee_id", EmployeeId), ("time_zone", Kept), ("department_ids", Kept), ("office_ids", Kept), ("custom", Custom),
    ]),
    ("user_emails", &[("email", Email), ("email_key", Email)]),
    ("offices", &[("name", Named), ("location", Named), ("external_id", Named)]),
    ("custom_fields", &[
        ("field_type", Kept), ("value_type", Named), ("name", Named), ("name_key", Named), ("description", Kept), ("template_token", Kept),
        ("department_ids", Kept), ("office_ids", Kept),
    ]),
    ("custom_field_options", &[("name", Named), ("external_id", Kept)]),
    ("sources", &[("name", Named), ("public_name", Named), ("type_name", Named)]),
    ("rejection_reasons", &[("name", Named), ("type_name", Named)]),
    ("close_reasons", &[("name", Named)]),
    ("prospect_pools", &[("name", Named)]),
    ("prospect_stages", &[("name", Named)]),
    ("education_items", &[("kind", Kept), ("name", Named)]),
    ("tags", &[("name", Named), ("name_key", Kept)]),
    ("email_templates", &[
        ("name", Named), ("description", Kept), ("kind", Kept), ("subject", Kept), ("sender", Email), ("cc", Json), ("body", Kept), ("html_body", Kept),
    ]),
    ("user_roles", &[("kind", Kept), ("name", Named)]),
    ("demographic_question_sets", &[("title", Named), ("description", Kept)]),
    ("demographic_questions", &[("name", Named), ("answer_type", Kept)]),
    ("demographic_answer_options", &[("name", Named)]),
    // Jobs.
    ("jobs", &[
        ("name", Named), ("requisition_id", Named), ("notes", Prose), ("status", Kept), ("level", Named), ("team_and_responsibilities", Prose),
        ("how_to_sell_this_job", Prose), ("custom", Custom),
    ]),
    ("hiring_team", &[("role", Kept)]),
    ("openings", &[("opening_id", Named), ("status", Kept), ("custom", Custom)]),
    ("custom_locations", &[("value", Named)]),
    ("boards", &[
        ("name", Named), ("token", Kept), ("content", Kept), ("post_introduction", Kept), ("post_conclusion", Kept), ("job_url", Kept),
    ]),
    ("board_sections", &[("name", Named)]),
    ("job_posts", &[
        ("title", Named), ("location", Named), ("content", Kept), ("internal_content", Kept), ("language", Kept), ("pay_ranges", Kept),
    ]),
    ("post_questions", &[("name", Named), ("label", Named), ("kind", Named), ("description", Kept), ("options", Kept)]),
    ("tracking_links", &[("token", Kept), ("referrer_name", FullName), ("related_post_type", Kept)]),
    ("stages", &[("name", Named)]),
    ("interviews", &[("name", Named), ("kind", Kept), ("default_user_ids", Kept)]),
    ("interview_kits", &[("content", Prose)]),
    ("kit_questions", &[("question", Named)]),
    // Candidates and applications.
    ("candidates", &[
        ("first_name", FirstName), ("last_name", LastName), ("company", Company), ("title", Title), ("headline", Prose), ("external_id", ForeignId),
        ("photo", Photo), ("linkedin_profile", Link), ("match_score_reasoning", Prose), ("identity_verification", Prose), ("custom", Custom),
    ]),
    ("contacts", &[("kind", Kept), ("value", Contact), ("label", Known), ("email_key", Email)]),
    ("educations", &[("start_date", Kept), ("end_date", Kept)]),
    ("employments", &[("company_name", Company), ("title", Title), ("start_date", Kept), ("end_date", Kept)]),
    ("applications", &[
        ("status", Kept), ("credited_name", FullName), ("location", Place), ("answers", Json), ("custom", Custom), ("referral_custom", Custom),
        ("rejection_custom", Custom),
    ]),
    ("eeocs", &[
        ("race", OneOf(words::<Race>)), ("gender", OneOf(words::<Gender>)), ("veteran_status", OneOf(words::<VeteranStatus>)),
        ("disability_status", OneOf(words::<DisabilityStatus>)),
    ]),
    ("consents", &[("applicant_ip", Nothing)]),
    ("demographic_answers", &[("free_form_text", Prose)]),
    ("attachments", &[("filename", FileName), ("kind", Kept), ("content_type", ContentType), ("visibility", Kept), ("blob", Blob)]),
    // Interviews and scorecards, offers and approvals.
    ("scheduled_interviews", &[("external_event_id", ForeignId), ("location", Place), ("video_conferencing_url", Link), ("status", Kept)]),
    ("interviewers", &[("email", Email), ("name", FullName), ("response_status", Kept)]),
    ("interview_states", &[("status", Kept)]),
    ("scorecards", &[("interview_name", Known), ("status", Kept), ("overall_recommendation", Kept), ("attributes", Json), ("answers", Json)]),
    ("offers", &[("status", Kept), ("starts_on", Kept), ("sent_on", Kept), ("notes", Prose), ("custom", Custom)]),
    ("approval_flows", &[("kind", Kept), ("status", Kept)]),
    ("approvers", &[("status", Kept), ("reason", Prose)]),
    // What is told of a candidate.
    ("feed_items", &[
        ("kind", Kept), ("visibility", Kept), ("subject", Known), ("body", Prose), ("mail_to", Email), ("mail_from", Email), ("mail_cc", Json),
    ]),
    ("reminders", &[("note", Prose)]),
    ("touchpoints", &[("kind", Known)]),
    ("synced_messages", &[("kind", Kept), ("body", Prose)]),
    ("anonymizations", &[("fields", Kept)]),
    // Who may, and who did.
    ("api_keys", &[("kind", Kept), ("name", Kept), ("hint", Nothing), ("endpoints", Kept)]),
    ("oauth_applications", &[("name", Kept), ("url", Link), ("callback_url", Link), ("consumer_key", ForeignId)]),
    ("oauth_grants", &[("scopes", Kept), ("redirect_uri", Link)]),
    ("audit_records", &[("work", Kept), ("request_id", Kept), ("address", Nothing), ("door", Kept), ("request", Kept), ("kind", Kept), ("target_type", Kept), ("changes", Changes)]),
    ("retention_rules", &[("name", Kept), ("fields", Kept)]),
    // Web hooks and mail.
    ("webhooks", &[
        ("name", Kept), ("url", Link), ("events", Kept), ("basic_user", Nothing),
        ("disabled_why", Prose), ("error_email", Email), ("order_by", Kept), ("client_certificate", Nothing),
        ("oauth", Nothing), ("last_ping_error", Prose),
    ]),
    ("webhook_calls", &[("url", Link), ("header_names", Kept)]),
    ("webhook_events", &[("action", Kept)]),
    ("journal", &[("work", Kept), ("action", Kept), ("body", Body)]),
    ("deliveries", &[("action", Kept), ("status", Kept), ("node", Kept)]),
    ("attempts", &[("error", Prose), ("answer", Prose), ("peer", Nothing)]),
    ("replays", &[("selection", Kept), ("parts", Kept), ("status", Kept), ("why", Prose)]),
    ("mails", &[("kind", Kept), ("recipient", Email), ("cc", Json), ("reply_to", Email), ("html", Prose), ("subject", Prose), ("body", Prose), ("status", Kept), ("last_error", Prose)]),
    ("notices", &[("kind", Kept), ("text", Prose)]),
    // What was imported.
    ("imports", &[("source", ForeignId)]),
    ("import_steps", &[("name", Kept), ("place", Nothing)]),
];
