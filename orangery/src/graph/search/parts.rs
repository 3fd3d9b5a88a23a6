//! What of a candidate is looked into: the texts, each with what it is. From these the index is made, and the places of hits are shown.

use std::collections::{BTreeMap, HashMap};

use futures_util::try_join;
use sql::{BREAK, MOST_WORDS, Tx, params};

use super::super::{by, by_id, catalog::Catalog};
use crate::{
    error::Result,
    search::fold,
    tables::{
        Application, Attachment, AttachmentKind, AttachmentText, Candidate, CandidateTag, Contact, ContactKind,
        CustomValues, Education, EducationItem, Employment, FeedItem, FeedKind, FieldType, Tag, TextStatus, ValueType,
        Visibility,
    },
    words::Word,
};

/// All words of a candidate together have at most so many bytes: PostgreSQL keeps no longer list of them.
const MOST_BYTES: usize = 400_000;

/// One text.
#[derive(Debug, Clone)]
pub struct Part {
    /// In which column of the index: 0 names and addresses, 1 headline, work, schools and tags, 2 all else.
    pub column: usize,
    pub field: &'static str,
    pub name: Option<String>,
    pub application_id: Option<i64>,
    pub attachment_id: Option<i64>,
    pub text: String,
    /// Words by which it is found too, though they don't stand there as such.
    pub hidden: Vec<String>,
}

/// The rows that the texts are in.
struct Rows {
    contacts: HashMap<i64, Vec<Contact>>,
    educations: HashMap<i64, Vec<Education>>,
    items: HashMap<i64, EducationItem>,
    employments: HashMap<i64, Vec<Employment>>,
    carried: HashMap<i64, Vec<CandidateTag>>,
    tags: HashMap<i64, Tag>,
    notes: HashMap<i64, Vec<FeedItem>>,
    applications: HashMap<i64, Vec<Application>>,
    attachments: HashMap<i64, Vec<Attachment>>,
    texts: HashMap<i64, AttachmentText>,
}

/// The texts of these candidates, of each what matters most first. Who is not there has no entry.
pub async fn of(tx: &Tx, catalog: &Catalog, ids: &[i64]) -> Result<BTreeMap<i64, Vec<Part>>> {
    let candidates: Vec<Candidate> = tx.among(ids).await?;
    let rows = read(tx, ids).await?;
    let parts = candidates.into_iter().map(|it| {
        let mut parts = Parts(Vec::new());
        parts.names(&it, &rows);
        parts.work(&it, &rows);
        parts.rest(&it, &rows, catalog);
        (it.id, parts.0)
    });
    Ok(parts.collect())
}

async fn read(tx: &Tx, ids: &[i64]) -> Result<Rows> {
    let (kind, public) = (FeedKind::Note, Visibility::Public);
    let note_params = params![ids, kind, public].to_vec();
    let notes = "where candidate_id {any:$1} and kind = $2 and visibility = $3 order by id";
    let (contacts, educations, employments, carried, notes, applications, attachments) = try_join!(
        tx.children::<Contact>("candidate_id", ids),
        tx.children::<Education>("candidate_id", ids),
        tx.children::<Employment>("candidate_id", ids),
        tx.children::<CandidateTag>("candidate_id", ids),
        tx.all::<FeedItem>(notes, &note_params),
        tx.children::<Application>("candidate_id", ids),
        tx.children::<Attachment>("candidate_id", ids),
    )?;
    let items: Vec<i64> =
        educations.iter().flat_map(|it| [it.school_id, it.discipline_id, it.degree_id]).flatten().collect();
    let tags: Vec<i64> = carried.iter().map(|it| it.tag_id).collect();
    let readable: Vec<i64> = attachments.iter().filter(|it| is_open(it)).map(|it| it.id).collect();
    let (items, tags, texts) = try_join!(
        tx.among::<EducationItem>(&items),
        tx.among::<Tag>(&tags),
        tx.children::<AttachmentText>("attachment_id", &readable),
    )?;
    Ok(Rows {
        contacts: by(contacts, |it| it.candidate_id),
        educations: by(educations, |it| it.candidate_id),
        items: by_id(items),
        employments: by(employments, |it| it.candidate_id),
        carried: by(carried, |it| it.candidate_id),
        tags: by_id(tags),
        notes: by(notes, |it| it.candidate_id),
        applications: by(applications, |it| it.candidate_id),
        attachments: by(attachments, |it| it.candidate_id),
        texts: texts.into_iter().map(|it| (it.attachment_id, it)).collect(),
    })
}

/// ATT-5: what only some may see is not looked into.
pub fn is_open(attachment: &Attachment) -> bool {
    attachment.visibility == Visibility::Public
}

struct Parts(Vec<Part>);

impl Parts {
    fn add(&mut self, column: usize, field: &'static str, text: &str) -> Option<&mut Part> {
        if text.trim().is_empty() {
            return None;
        }
        let text = text.to_owned();
        let part =
            Part { column, field, name: None, application_id: None, attachment_id: None, text, hidden: Vec::new() };
        self.0.push(part);
        self.0.last_mut()
    }

    fn add_some(&mut self, column: usize, field: &'static str, text: Option<&String>) {
        if let Some(text) = text {
            self.add(column, field, text);
        }
    }

    fn names(&mut self, it: &Candidate, rows: &Rows) {
        self.add(0, "name", format!("{} {}", it.first_name, it.last_name).trim());
        self.add_some(0, "external_id", it.external_id.as_ref());
        for contact in rows.contacts.get(&it.id).into_iter().flatten() {
            let (column, field) = match contact.kind {
                ContactKind::Email => (0, "email_addresses"),
                ContactKind::Phone => (0, "phone_numbers"),
                ContactKind::Website => (0, "website_addresses"),
                ContactKind::SocialMedia => (0, "social_media_addresses"),
                ContactKind::Address => continue,
            };
            if let Some(part) = self.add(column, field, &contact.value)
                && contact.kind == ContactKind::Phone
            {
                part.hidden = fold::endings(&contact.value);
            }
        }
        self.add_some(0, "linkedin_profile", it.linkedin_profile.as_ref());
    }

    fn work(&mut self, it: &Candidate, rows: &Rows) {
        self.add_some(1, "headline", it.headline.as_ref());
        self.add_some(1, "company", it.company.as_ref());
        self.add_some(1, "title", it.title.as_ref());
        for carried in rows.carried.get(&it.id).into_iter().flatten() {
            self.add_some(1, "tags", rows.tags.get(&carried.tag_id).map(|it| &it.name));
        }
        for job in rows.employments.get(&it.id).into_iter().flatten() {
            self.add(1, "employments", format!("{}, {}", job.title, job.company_name).trim_matches([',', ' ']));
        }
        for education in rows.educations.get(&it.id).into_iter().flatten() {
            let ids = [education.school_id, education.degree_id, education.discipline_id];
            let names: Vec<&str> =
                ids.iter().flatten().filter_map(|id| Some(rows.items.get(id)?.name.as_str())).collect();
            self.add(1, "educations", &names.join(", "));
        }
    }

    fn rest(&mut self, it: &Candidate, rows: &Rows, catalog: &Catalog) {
        for contact in rows.contacts.get(&it.id).into_iter().flatten().filter(|it| it.kind == ContactKind::Address) {
            self.add(2, "addresses", &contact.value);
        }
        self.custom(catalog, FieldType::Candidate, &it.custom, None);
        for application in rows.applications.get(&it.id).into_iter().flatten() {
            self.custom(catalog, FieldType::Application, &application.custom, Some(application.id));
            for answer in &application.answers.0 {
                let part = answer.answer.as_deref().and_then(|it| self.add(2, "answers", it));
                if let Some(part) = part {
                    (part.name, part.application_id) = (Some(answer.question.clone()), Some(application.id));
                }
            }
            if let Some(location) = &application.location
                && let Some(part) = self.add(2, "location", location)
            {
                part.application_id = Some(application.id);
            }
        }
        for note in rows.notes.get(&it.id).into_iter().flatten() {
            if let Some(part) = self.add(2, "notes", &note.body) {
                part.application_id = note.application_id;
            }
        }
        // The résumé first: where there is more than is kept, it is kept.
        let mut files: Vec<&Attachment> = rows.attachments.get(&it.id).into_iter().flatten().collect();
        files.sort_by_key(|it| (it.kind != AttachmentKind::Resume, std::cmp::Reverse(it.id)));
        for file in files.into_iter().filter(|it| is_open(it)) {
            self.file(file, rows.texts.get(&file.id));
        }
    }

    /// The fields that everybody may see, as far as they hold words.
    fn custom(&mut self, catalog: &Catalog, of: FieldType, values: &CustomValues, application_id: Option<i64>) {
        for field in catalog.fields(of).filter(|it| !it.row.private) {
            let Some(kept) = values.0.get(&field.row.id) else { continue };
            let option = |id: &serde_json::Value| field.options.iter().find(|it| Some(it.id) == id.as_i64());
            let text = match field.row.value_type {
                ValueType::ShortText | ValueType::LongText | ValueType::Url => {
                    kept.as_str().unwrap_or_default().to_owned()
                }
                ValueType::SingleSelect => option(kept).map(|it| it.name.clone()).unwrap_or_default(),
                ValueType::MultiSelect => {
                    let ids = kept.as_array().into_iter().flatten();
                    ids.filter_map(option).map(|it| it.name.as_str()).collect::<Vec<_>>().join(", ")
                }
                ValueType::YesNo
                | ValueType::Currency
                | ValueType::CurrencyRange
                | ValueType::Number
                | ValueType::NumberRange
                | ValueType::Date
                | ValueType::User => continue,
            };
            if let Some(part) = self.add(2, "custom_fields", &text) {
                (part.name, part.application_id) = (Some(field.row.name.clone()), application_id);
            }
        }
    }

    fn file(&mut self, file: &Attachment, text: Option<&AttachmentText>) {
        let body = text.filter(|it| it.status == TextStatus::Done).and_then(|it| it.body.as_deref());
        for text in [Some(file.filename.as_str()), body].into_iter().flatten() {
            if let Some(part) = self.add(2, file.kind.word(), text) {
                part.name = Some(file.filename.clone());
                (part.application_id, part.attachment_id) = (file.application_id, Some(file.id));
            }
        }
    }
}

/// The words of all texts, as the index takes them.
pub fn columns(parts: &[Part]) -> [String; 3] {
    let mut columns = [const { String::new() }; 3];
    let (mut count, mut bytes) = (0, 0);
    for part in parts {
        let column = &mut columns[part.column];
        for word in fold::words(&part.text).chain(part.hidden.iter().cloned()).chain([BREAK.to_owned()]) {
            (count, bytes) = (count + 1, bytes + word.len());
            if count > MOST_WORDS || bytes > MOST_BYTES {
                return columns;
            }
            column.push_str(&word);
            column.push(' ');
        }
    }
    columns
}
