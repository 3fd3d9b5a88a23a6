//! Applications: their stages, rejections, what prospects are meant for, offers and approvals.

use jiff::civil::Date;
use sql::{Field, Json};

use super::{Row, custom, out::Out, posts::credit};
use crate::{
    tables::{
        Answer, Application, ApplicationJob, ApplicationStatus, ApprovalFlow, Approver, ApproverGroup, ApproverStatus,
        CustomValues, FieldType, FlowKind, FlowStatus, Offer, OfferStatus, StageVisit,
    },
    words::Word,
};

/// What other lists tell, or nobody.
const ELSEWHERE: &[&str] = &[
    "referral_custom",
    "rejection_reason_id",
    "rejection_custom",
    "rejection_note_id",
    "rejected_by_id",
    "prospect_pool_id",
    "prospect_stage_id",
    "prospect_owner_id",
    "prospective_department_id",
    "prospective_office_id",
    "hired_at",
];
/// The same where the stage's definition is not named either: the list of stages tells it then.
const STAGE_ELSEWHERE: &[&str] = &[
    "stage_id",
    "hired_from_stage_id",
    "referral_custom",
    "rejection_reason_id",
    "rejection_custom",
    "rejection_note_id",
    "rejected_by_id",
    "prospect_pool_id",
    "prospect_stage_id",
    "prospect_owner_id",
    "prospective_department_id",
    "prospective_office_id",
    "hired_at",
];

pub fn application(it: Row<'_>, out: &mut Out) {
    out.leave(it, &["agency_note_id", "needs_decision"]);
    let (id, prospect) = (it.id(), it.flag("prospect"));
    let status = match it.word("status") {
        "rejected" => ApplicationStatus::Rejected,
        "hired" => ApplicationStatus::Hired,
        "converted" => ApplicationStatus::Converted,
        _ => ApplicationStatus::Active,
    };
    let custom = custom::values(it, "custom_fields", FieldType::Application, out);
    let referrer = out.named("referrers", it, "referrer_id");
    let (credited_user_id, credited_name) = credit(referrer.as_deref().map(Row));
    let stage = it.int("job_interview_stage_id").filter(|_| !prospect);
    let (stage_id, hired_from_stage_id) = at_stage(status, stage);
    let row = Application {
        id,
        candidate_id: it.number("candidate_id"),
        job_id: it.int("job_id").filter(|_| !prospect),
        prospect,
        status,
        stage_id,
        hired_from_stage_id,
        job_post_id: it.int("job_post_id"),
        source_id: it.int("source_id"),
        credited_user_id,
        credited_name,
        recruiter_id: it.int("recruiter_id"),
        coordinator_id: it.int("coordinator_id"),
        location: it.text("location_address"),
        answers: Json(it.parts("answers").map(answer).collect()),
        custom,
        referral_custom: CustomValues::default(),
        rejection_reason_id: None,
        rejection_custom: CustomValues::default(),
        rejection_note_id: None,
        rejected_by_id: None,
        prospect_pool_id: None,
        prospect_stage_id: None,
        prospect_owner_id: None,
        prospective_department_id: None,
        prospective_office_id: None,
        applied_at: it.created(),
        rejected_at: it.time("rejected_at").filter(|_| status == ApplicationStatus::Rejected),
        hired_at: None,
        created_at: it.created(),
        last_activity_at: it.time("last_activity_at").unwrap_or_else(|| it.updated()),
        updated_at: it.updated(),
    };
    out.batch.put(row, if stage.is_some() || prospect { ELSEWHERE } else { STAGE_ELSEWHERE });
    out.batch.list("application_id", id, meant_for(it, id, prospect), &[]);
}

/// APP-3: the stage that it is in, and the one from which it was hired.
fn at_stage(status: ApplicationStatus, stage: Option<i64>) -> (Option<i64>, Option<i64>) {
    match status {
        ApplicationStatus::Active | ApplicationStatus::Rejected => (stage, None),
        ApplicationStatus::Hired => (None, stage),
        ApplicationStatus::Converted => (None, None),
    }
}

fn answer(it: Row<'_>) -> Answer {
    Answer { question: it.say("question"), answer: it.text("answer") }
}

/// The jobs that a prospect is meant for.
fn meant_for(it: Row<'_>, application_id: i64, prospect: bool) -> Vec<ApplicationJob> {
    let mut jobs = it.ints("prospective_job_ids");
    if let Some(job) = it.int("job_id").filter(|it| !jobs.contains(it)) {
        jobs.push(job);
    }
    let jobs = jobs.into_iter().filter(|_| prospect);
    jobs.map(|job_id| ApplicationJob { id: 0, application_id, job_id }).collect()
}

/// A stage that an application is in, was in, or will come to.
pub fn stage(it: Row<'_>, out: &mut Out) {
    let (application_id, stage_id) = (it.number("application_id"), it.int("job_interview_stage_id"));
    if let Some(entered_at) = it.time("entered_at") {
        let visit = StageVisit { id: it.id(), application_id, stage_id, entered_at, left_at: it.time("exited_at") };
        out.batch.put(visit, &[]);
    }
    let Some(application) = out.applications.get(&application_id).filter(|it| !it.prospect) else { return };
    if it.flag("current") {
        let (stage_id, hired_from) = at_stage(application.status, stage_id);
        let stage = vec![("stage_id", stage_id.value()), ("hired_from_stage_id", hired_from.value())];
        out.batch.set("applications", application_id, stage);
    }
}

pub fn prospect_detail(it: Row<'_>, out: &mut Out) {
    if !out.applications.contains_key(&it.number("application_id")) {
        return out.odd(it, "it is of no application that came along");
    }
    let detail = vec![
        ("prospect_pool_id", it.int("pool_id").value()),
        ("prospect_stage_id", it.int("pool_stage_id").value()),
        ("prospect_owner_id", it.int("prospect_owner_id").value()),
        ("prospective_department_id", it.int("department_id").value()),
        ("prospective_office_id", it.int("office_id").value()),
    ];
    out.batch.set("applications", it.number("application_id"), detail);
}

/// What is left of a rejection that was taken back says nothing any more.
pub fn rejection_detail(it: Row<'_>, out: &mut Out) {
    let application_id = it.number("application_id");
    let Some(application) = out.applications.get(&application_id) else {
        return out.odd(it, "it is of no application that came along");
    };
    if application.status != ApplicationStatus::Rejected {
        return;
    }
    let rejected_at = application.rejected_at.or_else(|| it.time("rejected_at"));
    let custom = custom::values(it, "question_custom_fields", FieldType::RejectionQuestion, out);
    let detail = vec![
        ("rejection_reason_id", it.int("rejection_reason_id").value()),
        ("rejection_custom", custom.value()),
        ("rejection_note_id", it.int("rejection_note_id").value()),
        ("rejected_by_id", it.int("rejected_by_id").value()),
        ("rejected_at", rejected_at.value()),
    ];
    out.batch.set("applications", application_id, detail);
    if let Some(note) = it.int("rejection_note_id") {
        out.batch.set("feed_items", note, vec![("of_rejection", true.value())]);
    }
}

/// Every version. When somebody was hired no list tells: it is taken for when the offer was accepted.
pub fn offer(it: Row<'_>, out: &mut Out) {
    let application_id = it.number("application_id");
    let status = match it.word("status") {
        "Accepted" => OfferStatus::Accepted,
        "Rejected" => OfferStatus::Rejected,
        "Deprecated" => OfferStatus::Deprecated,
        _ => OfferStatus::Unresolved,
    };
    let custom = custom::values(it, "custom_fields", FieldType::Offer, out);
    let (starts_on, sent_on): (Option<Date>, Option<Date>) = (it.date("starts_on"), it.date("sent_on"));
    let resolved_at = it.time("resolved_at");
    let offer = Offer {
        id: it.id(),
        application_id,
        job_id: it.number("job_id"),
        opening_id: it.int("opening_id"),
        user_id: None,
        version: it.number("version"),
        status,
        starts_on,
        sent_on,
        notes: None,
        custom,
        resolved_at,
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(offer, &["user_id", "notes"]);
    let hired = out.applications.get(&application_id).is_some_and(|it| it.status == ApplicationStatus::Hired);
    if hired && status == OfferStatus::Accepted {
        out.batch.set("applications", application_id, vec![("hired_at", resolved_at.value())]);
    }
}

pub fn approval_flow(it: Row<'_>, out: &mut Out) {
    let Some(kind) = FlowKind::parse(it.word("approval_type")) else {
        return out.leave_one(format!("approval_type {}", it.word("approval_type")));
    };
    // Without its offer it would be taken for what every offer of the job needs.
    if it.int("offer_id").is_some_and(|it| !out.offers.contains(&it)) {
        return out.odd(it, "it is of no offer that came along");
    }
    let flow = ApprovalFlow {
        id: it.id(),
        job_id: it.number("job_id"),
        offer_id: it.int("offer_id"),
        kind,
        sequential: it.flag("sequential"),
        version: it.number("version"),
        // Before a request there is no status.
        status: FlowStatus::parse(it.word("approval_status")).unwrap_or(FlowStatus::Pending),
        requested_by_id: it.int("requested_by_id"),
        requested_at: None,
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(flow, &["requested_at"]);
}

pub fn approver_group(it: Row<'_>, out: &mut Out) {
    out.leave(it, &["required_for_exception"]);
    let group = ApproverGroup {
        id: it.id(),
        approval_flow_id: it.number("approval_flow_id"),
        priority: it.number("sort_order"),
        approvals_required: it.number("approvals_required"),
        created_at: it.created(),
        resolved_at: it.time("resolved_at"),
    };
    out.batch.put(group, &[]);
}

pub fn approver(it: Row<'_>, out: &mut Out) {
    out.leave(it, &["reminder_sent_at", "added_by_custom_field_id", "send_auto_reminder_at"]);
    let approver = Approver {
        id: it.id(),
        approver_group_id: it.number("approver_group_id"),
        user_id: it.number("user_id"),
        status: ApproverStatus::parse(it.word("status")).unwrap_or(ApproverStatus::Waiting),
        reason: None,
        request_sent_at: it.time("request_sent_at"),
        resolved_at: it.time("resolved_at"),
        created_at: it.created(),
    };
    out.batch.put(approver, &["reason"]);
}
