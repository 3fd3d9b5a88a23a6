//! The objects of the Job Board API, as `docs/objects.md` lists them.

mod place;
mod said;

pub use place::*;
pub use said::*;

use serde::Serialize;

use super::{
    Seconds,
    custom::{self, Exposed},
    hook, place as place_of,
};
use crate::{
    graph::{Catalog, job::JobPost as Asked, job::board::Posted, select::Slice},
    tables::{self, Board as Row, EducationItem, PayRange, PostQuestion, QuestionKind},
};

view! {
    pub fn board(b: &Row) -> Board {
        name: String = b.name.clone(),
        content: Option<String> = b.content.clone(),
    }

    pub fn job(p: &Posted) -> Job {
        id: i64 = p.row.id,
        internal_job_id: Option<i64> = p.row.job_id,
        title: String = p.row.title.clone(),
        updated_at: Seconds = Seconds(p.row.updated_at),
        requisition_id: Option<String> = p.job.as_ref().and_then(|it| it.requisition_id.clone()),
        location: Location = location(p),
        absolute_url: String = p.url.clone(),
        language: String = p.row.language.clone(),
        metadata: Option<Vec<Exposed>> = metadata(p),
    }

    /// The same with `content=true` (BRD-3).
    pub fn whole_job(p: &Posted, board: &Row) -> WholeJob {
        #[serde(flatten)]
        job: Job = job(p),
        content: String = content(p, board),
        departments: Vec<JobDepartment> = departments_of(p),
        offices: Vec<JobOffice> = offices_of(p),
    }

    /// As departments, offices and sections list jobs.
    pub fn stub(p: &Posted) -> Stub {
        id: i64 = p.row.id,
        title: String = p.row.title.clone(),
        location: Location = location(p),
        updated_at: Seconds = Seconds(p.row.updated_at),
        absolute_url: String = p.url.clone(),
        language: String = p.row.language.clone(),
    }

    /// One job; `questions` and `pay` are there if they were asked for.
    pub fn detail(p: &Posted, asked: &Asked, demographics: Option<&AskedSet>, board: &Row, questions: bool, pay: bool) -> Detail {
        id: i64 = p.row.id,
        title: String = p.row.title.clone(),
        updated_at: Seconds = Seconds(p.row.updated_at),
        requisition_id: Option<String> = p.job.as_ref().and_then(|it| it.requisition_id.clone()),
        location: Location = location(p),
        content: String = content(p, board),
        absolute_url: String = p.url.clone(),
        language: String = p.row.language.clone(),
        internal_job_id: Option<i64> = p.row.job_id,
        #[serde(skip_serializing_if = "Option::is_none")]
        location_questions: Option<Vec<Question>> = location_questions(asked).filter(|_| questions),
        #[serde(skip_serializing_if = "Option::is_none")]
        questions: Option<Vec<Question>> = questions.then(|| own_questions(asked)),
        #[serde(skip_serializing_if = "Option::is_none")]
        compliance: Option<[Eeoc; 1]> = (questions && p.row.eeoc).then(|| [eeoc()]),
        #[serde(skip_serializing_if = "Option::is_none")]
        demographic_questions: Option<Demographics> = demographics.filter(|_| questions).map(self::demographics),
        metadata: Option<Vec<Exposed>> = metadata(p),
        departments: Vec<JobDepartment> = departments_of(p),
        offices: Vec<JobOffice> = offices_of(p),
        #[serde(skip_serializing_if = "Option::is_none")]
        data_compliance: Option<[Compliance; 1]> = compliance(board),
        #[serde(skip_serializing_if = "Option::is_none")]
        pay_input_ranges: Option<Vec<PayRange>> = pay.then(|| p.row.pay_ranges.0.clone()),
    }

    pub fn job_department(d: &tables::Department, catalog: &Catalog) -> JobDepartment {
        id: i64 = d.id,
        name: String = d.name.clone(),
        parent_id: Option<i64> = d.parent_id,
        child_ids: Vec<i64> = catalog.departments_under(d.id).map(|it| it.id).collect(),
    }

    pub fn job_office(o: &tables::Office, catalog: &Catalog) -> JobOffice {
        id: i64 = o.id,
        name: String = o.name.clone(),
        location: Option<String> = o.location.clone(),
        parent_id: Option<i64> = o.parent_id,
        child_ids: Vec<i64> = catalog.offices_under(o.id).map(|it| it.id).collect(),
    }

    pub fn question(q: &PostQuestion) -> Question {
        required: bool = q.required,
        label: String = q.label.clone(),
        fields: Vec<Field> = fields(q),
        description: Option<String> = q.description.clone(),
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Location {
    pub name: String,
}

#[derive(Clone, Debug, Serialize)]
pub struct Field {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub values: Vec<Choice>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    pub value: i64,
    pub label: String,
}

/// What has to be agreed to (BRD-5).
#[derive(Clone, Debug, Serialize)]
pub struct Compliance {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub requires_consent: bool,
    pub requires_processing_consent: bool,
    pub requires_retention_consent: bool,
    pub retention_period: Option<i64>,
}

#[derive(Clone, Debug, Serialize)]
pub struct Jobs<T> {
    pub jobs: Vec<T>,
    pub meta: Total,
}

#[derive(Clone, Debug, Serialize)]
pub struct Total {
    pub total: usize,
}

#[derive(Clone, Debug, Serialize)]
pub struct Items {
    pub items: Vec<Item>,
    pub meta: Counted,
}

#[derive(Clone, Debug, Serialize)]
pub struct Item {
    pub id: i64,
    pub text: String,
}

/// PAG-9.
#[derive(Clone, Debug, Serialize)]
pub struct Counted {
    pub total_count: i64,
    pub per_page: i64,
}

/// PAG-10: all of them.
pub fn jobs<T>(jobs: Vec<T>) -> Jobs<T> {
    Jobs { meta: Total { total: jobs.len() }, jobs }
}

pub fn items(slice: Slice<EducationItem>) -> Items {
    let meta = Counted { total_count: slice.total.unwrap_or_default(), per_page: slice.page.size };
    Items { items: slice.rows.into_iter().map(|it| Item { id: it.id, text: it.name }).collect(), meta }
}

fn location(p: &Posted) -> Location {
    Location { name: place_of(&p.row, &p.catalog).unwrap_or_default() }
}

fn metadata(p: &Posted) -> Option<Vec<Exposed>> {
    custom::exposed(&p.catalog, &p.job.as_ref()?.custom)
}

fn departments_of(p: &Posted) -> Vec<JobDepartment> {
    let department = p.department_id().and_then(|id| p.catalog.departments.get(&id));
    department.map(|it| job_department(it, &p.catalog)).into_iter().collect()
}

fn offices_of(p: &Posted) -> Vec<JobOffice> {
    p.office_ids.iter().filter_map(|id| p.catalog.offices.get(id)).map(|it| job_office(it, &p.catalog)).collect()
}

/// BRD-3: with what the board says before and after each post, its marks escaped, once (INC-107).
fn content(p: &Posted, board: &Row) -> String {
    let own = match board.internal {
        true => p.row.internal_content.as_ref().or(p.row.content.as_ref()),
        false => p.row.content.as_ref(),
    };
    let parts = [board.post_introduction.as_ref(), own, board.post_conclusion.as_ref()];
    escaped(&parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().concat())
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    for it in text.chars() {
        match it {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// The name of the question by which a post asks where somebody lives.
pub const LOCATION: &str = "location";

fn own_questions(asked: &Asked) -> Vec<Question> {
    asked.questions.iter().filter(|it| it.name != LOCATION).map(question).collect()
}

fn location_questions(asked: &Asked) -> Option<Vec<Question>> {
    let it = asked.questions.iter().find(|it| it.name == LOCATION)?;
    let one = |label: &str, name: &str, kind: &'static str| Question {
        required: it.required,
        label: label.to_owned(),
        fields: vec![Field { name: name.to_owned(), kind, values: Vec::new() }],
        description: None,
    };
    Some(vec![
        Question { description: it.description.clone(), ..one(&it.label, LOCATION, "input_text") },
        one("Latitude", "latitude", "input_hidden"),
        one("Longitude", "longitude", "input_hidden"),
    ])
}

/// BRD-4: a resume and a cover letter may be files or texts.
fn fields(q: &PostQuestion) -> Vec<Field> {
    let values = q.options.0.iter().map(|it| Choice { value: it.id, label: it.label.clone() }).collect();
    let mut fields = vec![Field { name: q.name.clone(), kind: hook::question_type(q.kind), values }];
    if q.kind == QuestionKind::Attachment && matches!(q.name.as_str(), "resume" | "cover_letter") {
        fields.push(Field { name: format!("{}_text", q.name), kind: "textarea", values: Vec::new() });
    }
    fields
}

/// Only where somebody has to agree to something.
fn compliance(board: &Row) -> Option<[Compliance; 1]> {
    let asks = board.requires_consent || board.requires_processing_consent || board.requires_retention_consent;
    asks.then_some([Compliance {
        kind: "gdpr",
        requires_consent: board.requires_consent,
        requires_processing_consent: board.requires_processing_consent,
        requires_retention_consent: board.requires_retention_consent,
        retention_period: board.retention_days,
    }])
}
