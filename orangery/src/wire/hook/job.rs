//! The job, the job post, and the deleted job.

use serde::Serialize;

use super::{OpeningFields, opening_fields, seconds};
use crate::{
    graph::{
        catalog::Catalog,
        job::{Job as Whole, JobPost as WholePost},
    },
    tables::{
        self, FieldType, FlowKind, JobStatus, Opening as StoredOpening, PostQuestion, QuestionKind, TeamMember,
        TeamRole,
    },
    wire::{
        Millis, Seconds,
        custom::{self, KeyedMap},
        place,
    },
};

view! {
    pub fn job(j: &Whole) -> Job {
        id: i64 = j.row.id,
        name: String = j.row.name.clone(),
        requisition_id: Option<String> = j.row.requisition_id.clone(),
        notes: Option<String> = j.row.notes.clone(),
        confidential: bool = j.row.confidential,
        job_post_id: Option<i64> = j.job_post_id,
        status: JobStatus = j.row.status,
        created_by_id: Option<i64> = j.row.created_by_id,
        created_at: Seconds = Seconds(j.row.created_at),
        opened_at: Option<Seconds> = seconds(j.row.opened_at),
        closed_at: Option<Seconds> = seconds(j.row.closed_at),
        url: String = j.url.clone(),
        departments: Vec<JobDepartment> = departments(j),
        offices: Vec<JobOffice> = offices(j),
        hiring_team: HiringTeam = hiring_team(j),
        custom_fields: KeyedMap = custom::hook(&j.catalog, FieldType::Job, &j.row.custom),
        openings: Vec<Opening> = j.openings.iter().map(|it| opening(it, &j.catalog)).collect(),
    }

    pub fn job_department(d: &tables::Department) -> JobDepartment {
        id: i64 = d.id,
        name: String = d.name.clone(),
        external_id: Option<String> = d.external_id.clone(),
    }

    pub fn job_office(o: &tables::Office) -> JobOffice {
        id: i64 = o.id,
        name: String = o.name.clone(),
        location: Option<String> = o.location.clone(),
        external_id: Option<String> = o.external_id.clone(),
    }

    pub fn hiring_team(j: &Whole) -> HiringTeam {
        hiring_managers: Vec<Member> = members(j, TeamRole::HiringManager),
        sourcers: Vec<Member> = members(j, TeamRole::Sourcer),
        recruiters: Vec<Member> = members(j, TeamRole::Recruiter),
        coordinators: Vec<Member> = members(j, TeamRole::Coordinator),
    }

    pub fn member(m: &TeamMember, catalog: &Catalog) -> Member {
        user_id: i64 = m.user_id,
        employee_id: Option<String> = catalog.user(Some(m.user_id)).and_then(|it| it.row.employee_id.clone()),
    }

    pub fn opening(o: &StoredOpening, catalog: &Catalog) -> Opening {
        id: i64 = o.id,
        opening_id: Option<String> = o.opening_id.clone(),
        custom_fields: OpeningFields = opening_fields(catalog, o),
    }

    pub fn job_approved(j: &Whole, kind: FlowKind) -> JobApproved {
        approval_flow: ApprovedFlow = ApprovedFlow { approval_flow_type: kind },
        job: Job = job(j),
    }

    pub fn deleted_job(j: &tables::Job) -> DeletedJob {
        id: i64 = j.id,
        name: String = j.name.clone(),
    }

    /// A post: with `job_id` a job's, without the key a prospect post (INC-74).
    pub fn job_post(p: &WholePost) -> JobPost {
        id: i64 = p.row.id,
        title: String = p.row.title.clone(),
        location: Option<String> = place(&p.row, &p.catalog),
        content: Option<String> = p.row.content.clone(),
        internal_content: Option<String> = p.row.internal_content.clone(),
        updated_at: Millis = Millis(p.row.updated_at),
        #[serde(skip_serializing_if = "Option::is_none")]
        job_id: Option<i64> = p.row.job_id,
        external: bool = p.row.external,
        internal: bool = p.row.internal,
        live: bool = p.row.live,
        questions: Vec<PostedQuestion> = p.questions.iter().map(post_question).collect(),
    }

    pub fn post_question(q: &PostQuestion) -> PostedQuestion {
        required: bool = q.required,
        private: bool = q.private,
        label: String = q.label.clone(),
        #[serde(rename = "type")]
        kind: &'static str = question_type(q.kind),
        values: Vec<String> = q.options.0.iter().map(|it| it.label.clone()).collect(),
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct ApprovedFlow {
    pub approval_flow_type: FlowKind,
}

pub fn departments(j: &Whole) -> Vec<JobDepartment> {
    j.row.department_id.and_then(|id| j.catalog.departments.get(&id)).map(job_department).into_iter().collect()
}

pub fn offices(j: &Whole) -> Vec<JobOffice> {
    j.office_ids.iter().filter_map(|id| j.catalog.offices.get(id)).map(job_office).collect()
}

fn members(j: &Whole, role: TeamRole) -> Vec<Member> {
    j.team(role).map(|it| member(it, &j.catalog)).collect()
}

/// Harvest's words for questions in those of web hooks and board (INC-70).
pub fn question_type(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::ShortText => "input_text",
        QuestionKind::LongText => "textarea",
        QuestionKind::Attachment => "input_file",
        QuestionKind::Hidden => "input_hidden",
        QuestionKind::Boolean | QuestionKind::SingleSelect => "multi_value_single_select",
        QuestionKind::MultiSelect => "multi_value_multi_select",
    }
}
