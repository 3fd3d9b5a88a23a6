//! Candidates with all that hangs on them: contacts, educations, employments, tags, applications, files.

use std::{borrow::Cow, collections::HashMap};

use serde_json::Value;

use super::{
    Harvest, LARGE, application, custom,
    json::{It, rows},
    read,
};
use crate::{
    graph::Catalog,
    import::{Batch, Inlet, Kind, files},
    tables::{
        Attachment, AttachmentKind, Candidate, CandidateTag, Contact, ContactKind, Education, EducationItem,
        EducationKind, Employment, FieldType, Tag, Visibility,
    },
};

/// What Harvest does not tell of a candidate.
const UNKNOWN: &[&str] =
    &["headline", "external_id", "photo", "linkedin_profile", "match_score_reasoning", "identity_verification"];

/// Names of the other server, and the ids that they have here.
struct Names {
    education: HashMap<(EducationKind, String), i64>,
    tags: HashMap<String, i64>,
}

impl Harvest {
    /// A later run reads the whole list too: what happens to a candidate without a change of the candidate, such as a note or another
    /// application, is told by `last_activity` alone, which Harvest has no filter for.
    pub(super) async fn candidates(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = format!("/v1/candidates?per_page={LARGE}");
        let names = names(to).await?;
        self.each(to, &path, async |to, page| {
            let page: &[Value] = &recent(to, page);
            let catalog = to.house().newest_catalog().await.map_err(|why| why.to_string())?;
            let attachments = match to.wants_files() {
                true => Some(self.attachments(to, page).await?),
                false => None,
            };
            let mut batch = Batch::new();
            for (id, it) in rows(page) {
                batch.put(candidate(to, &catalog, id, it), UNKNOWN);
            }
            contents(to, &names, page, &mut batch);
            let applications: Vec<It<'_>> = rows(page).flat_map(|(_, it)| it.list("applications")).collect();
            application::put(to, &catalog, &applications, &mut batch);
            for (candidate_id, attachments) in attachments.into_iter().flatten() {
                batch.list("candidate_id", candidate_id, attachments, &[]);
            }
            Ok(batch)
        })
        .await
    }

    /// The files of each candidate of a page, stored here.
    async fn attachments(&self, to: &Inlet<'_>, page: &[Value]) -> Result<Vec<(i64, Vec<Attachment>)>, String> {
        let ids: Vec<i64> = rows(page).map(|it| it.0).collect();
        let mut there = read(to, async |look| Ok(look.tx.children::<Attachment>("candidate_id", &ids).await?)).await?;
        let mut lists: Vec<(i64, Vec<Attachment>)> = Vec::new();
        // Which of all of them are not here yet.
        let mut wanted: Vec<(usize, usize, String)> = Vec::new();
        for (candidate_id, it) in rows(page) {
            let mut list: Vec<Attachment> = Vec::new();
            for (url, attachment) in shown(to, candidate_id, it) {
                let known = there.iter().position(|it| same(it, &attachment));
                if known.is_none() {
                    wanted.push((lists.len(), list.len(), url));
                }
                list.push(known.map_or(attachment, |n| Attachment { id: 0, ..there.swap_remove(n) }));
            }
            lists.push((candidate_id, list));
        }
        let urls = wanted.iter().map(|it| it.2.clone()).collect();
        let stored = files::fetch(&self.reader, &to.house().files, urls).await;
        for ((list, n, _), stored) in wanted.into_iter().zip(stored) {
            let (candidate_id, list) = &mut lists[list];
            match stored {
                Ok(stored) => {
                    list[n] = Attachment {
                        blob: stored.blob,
                        size: stored.size,
                        content_type: stored.content_type,
                        ..list[n].clone()
                    };
                }
                Err(why) => {
                    to.trouble(Kind::File, "attachments", *candidate_id, format!("{:?} {why}", list[n].filename));
                }
            }
        }
        for (_, list) in &mut lists {
            list.retain(|it| !it.blob.is_empty());
        }
        Ok(lists)
    }
}

/// Those to whom something happened since the last run.
fn recent<'a>(to: &Inlet<'_>, page: &'a [Value]) -> Cow<'a, [Value]> {
    let Some(since) = to.since() else { return Cow::Borrowed(page) };
    let happened = |it: &&Value| {
        let it = It(it);
        let last = it.time("last_activity").max(it.time("updated_at"));
        last.is_none_or(|it| it >= since)
    };
    Cow::Owned(page.iter().filter(happened).cloned().collect())
}

/// Whether that is the file that is here already: Harvest gives files no ids.
fn same(there: &Attachment, shown: &Attachment) -> bool {
    there.candidate_id == shown.candidate_id
        && there.application_id == shown.application_id
        && there.filename == shown.filename
        && there.kind == shown.kind
        && there.created_at == shown.created_at
}

/// The files of a candidate in their order, each with its link. Those of applications are in both lists.
fn shown(to: &Inlet<'_>, candidate_id: i64, it: It<'_>) -> Vec<(String, Attachment)> {
    let mut of_applications: Vec<(i64, &Value)> = Vec::new();
    for application in it.list("applications") {
        let id = application.id().unwrap_or_default();
        of_applications.extend(application.list("attachments").map(|it| (id, it.0)));
    }
    let attachment = |it: It<'_>, application_id: Option<i64>| {
        let attachment = Attachment {
            id: 0,
            candidate_id,
            application_id,
            filename: it.words("filename"),
            kind: it.word("type").unwrap_or(AttachmentKind::Other),
            content_type: it.text("content_type"),
            visibility: Visibility::Public,
            blob: String::new(),
            size: 0,
            created_at: it.time("created_at").unwrap_or(to.began()),
        };
        (it.words("url"), attachment)
    };
    let mut all: Vec<(String, Attachment)> = Vec::new();
    for it in it.list("attachments") {
        let of = of_applications.iter().position(|other| other.1 == it.0);
        all.push(attachment(it, of.map(|n| of_applications.remove(n).0)));
    }
    all.extend(of_applications.into_iter().map(|(id, it)| attachment(It(it), Some(id))));
    all
}

fn candidate(to: &Inlet<'_>, catalog: &Catalog, id: i64, it: It<'_>) -> Candidate {
    let created_at = it.time("created_at").unwrap_or(to.began());
    let updated_at = it.time("updated_at").unwrap_or(created_at);
    let mut odd = Vec::new();
    let custom = custom::values(catalog, FieldType::Candidate, it.at("keyed_custom_fields"), &mut odd);
    odd.into_iter().for_each(|why| to.trouble(Kind::Odd, "candidates", id, why));
    Candidate {
        id,
        first_name: it.words("first_name"),
        last_name: it.words("last_name"),
        company: it.text("company"),
        title: it.text("title"),
        headline: None,
        external_id: None,
        photo: None,
        is_private: it.flag("is_private"),
        can_email: it.at("can_email").0.as_bool().unwrap_or(true),
        recruiter_id: it.id_of("recruiter"),
        coordinator_id: it.id_of("coordinator"),
        linked_user_id: it.ids("linked_user_ids").first().copied(),
        linkedin_profile: None,
        match_score_reasoning: None,
        identity_verification: None,
        custom,
        created_at,
        updated_at,
        last_activity_at: it.time("last_activity").unwrap_or(updated_at),
    }
}

/// The lists of the candidates of a page.
fn contents(to: &Inlet<'_>, names: &Names, page: &[Value], batch: &mut Batch) {
    for (id, it) in rows(page) {
        batch.list("candidate_id", id, contacts(id, it), &[]);
    }
    for (candidate_id, it) in rows(page) {
        let item = |it: It<'_>, kind, name: &str| {
            let text = it.text(name).filter(|it| !it.is_empty())?;
            let found = names.education.get(&(kind, text.clone())).copied();
            if found.is_none() {
                to.trouble(Kind::Reference, "educations", candidate_id, format!("{name} {text:?} is in no list here"));
            }
            found
        };
        let educations = it.list("educations").filter_map(|it| {
            Some(Education {
                id: it.id()?,
                candidate_id,
                school_id: item(it, EducationKind::School, "school_name"),
                discipline_id: item(it, EducationKind::Discipline, "discipline"),
                degree_id: item(it, EducationKind::Degree, "degree"),
                start_date: it.date("start_date"),
                end_date: it.date("end_date"),
            })
        });
        batch.list("candidate_id", candidate_id, educations.collect(), &[]);
    }
    for (candidate_id, it) in rows(page) {
        let employments = it.list("employments").filter_map(|it| {
            let (company_name, title) = (it.words("company_name"), it.words("title"));
            let (start_date, end_date) = (it.date("start_date"), it.date("end_date"));
            Some(Employment { id: it.id()?, candidate_id, company_name, title, start_date, end_date })
        });
        batch.list("candidate_id", candidate_id, employments.collect(), &[]);
    }
    for (candidate_id, it) in rows(page) {
        let tags = it.list("tags").filter_map(|it| {
            let name = it.0.as_str()?;
            let tag_id = names.tags.get(&name.trim().to_lowercase()).copied();
            if tag_id.is_none() {
                to.trouble(Kind::Reference, "candidate_tags", candidate_id, format!("there is no tag {name:?} here"));
            }
            Some(CandidateTag { id: 0, candidate_id, tag_id: tag_id? })
        });
        batch.list("candidate_id", candidate_id, tags.collect(), &[]);
    }
}

fn contacts(candidate_id: i64, it: It<'_>) -> Vec<Contact> {
    let lists = [
        (ContactKind::Phone, "phone_numbers"),
        (ContactKind::Address, "addresses"),
        (ContactKind::Email, "email_addresses"),
        (ContactKind::Website, "website_addresses"),
        (ContactKind::SocialMedia, "social_media_addresses"),
    ];
    let of = |(kind, list): (ContactKind, &'static str)| {
        it.list(list).map(move |it| {
            let value = it.words("value");
            let email_key = (kind == ContactKind::Email).then(|| value.trim().to_lowercase());
            Contact { id: 0, candidate_id, kind, value, label: it.text("type"), email_key }
        })
    };
    lists.into_iter().flat_map(of).collect()
}

async fn names(to: &Inlet<'_>) -> Result<Names, String> {
    read(to, async |look| {
        let items = look.tx.all::<EducationItem>("order by id desc", &[]).await?;
        let tags = look.tx.all::<Tag>("order by id", &[]).await?;
        Ok(Names {
            education: items.into_iter().map(|it| ((it.kind, it.name), it.id)).collect(),
            tags: tags.into_iter().map(|it| (it.name_key, it.id)).collect(),
        })
    })
    .await
}
