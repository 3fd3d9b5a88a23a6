//! Jobs: openings, hiring teams, interview plans.

use std::collections::BTreeMap;

use sql::{Field, Json};

use super::{Row, custom, out::Out};
use crate::{
    tables::{
        FieldType, Interview, InterviewKind, InterviewKit, Job, JobOffice, JobStatus, KitQuestion, Opening,
        OpeningStatus, Stage, TeamMember, TeamRole,
    },
    words::Word,
};

/// Columns of which v3 says nothing.
const UNKNOWN: &[&str] = &[
    "level",
    "anywhere",
    "team_and_responsibilities",
    "how_to_sell_this_job",
    "created_by_id",
    "closed_by_application_id",
];

pub fn job(it: Row<'_>, out: &mut Out) {
    let custom = custom::values(it, "custom_fields", FieldType::Job, out);
    let id = it.id();
    let job = Job {
        id,
        name: it.say("name"),
        requisition_id: it.text("requisition_id"),
        notes: it.text("notes"),
        confidential: it.flag("confidential"),
        status: JobStatus::parse(it.word("status")).unwrap_or(JobStatus::Draft),
        level: None,
        department_id: it.int("department_id"),
        anywhere: false,
        team_and_responsibilities: None,
        how_to_sell_this_job: None,
        is_template: it.flag("is_template"),
        copied_from_id: it.int("copied_from_id"),
        created_by_id: None,
        closed_by_application_id: None,
        custom,
        created_at: it.created(),
        opened_at: it.time("opened_at"),
        closed_at: it.time("closed_at"),
        updated_at: it.updated(),
    };
    out.batch.put(job, UNKNOWN);
    let offices = it.ints("office_ids").into_iter().map(|office_id| JobOffice { id: 0, job_id: id, office_id });
    out.batch.list("job_id", id, offices.collect(), &[]);
}

/// Owners, and hiring managers beside them. Their ids are of two lists, and nobody asks by them.
pub fn hiring_team(owners: &[Row<'_>], out: &mut Out) {
    let mut teams: BTreeMap<i64, Vec<TeamMember>> = BTreeMap::new();
    let mut join = |it: Row<'_>, role: TeamRole| {
        let (job_id, user_id, responsible) = (it.number("job_id"), it.number("user_id"), it.flag("responsible"));
        teams.entry(job_id).or_default().push(TeamMember { id: 0, job_id, user_id, role, responsible });
    };
    // By rising id, in the order in which they joined.
    for it in out.beside.get("job_hiring_managers").into_iter().flatten().rev() {
        join(Row(it), TeamRole::HiringManager);
    }
    for it in owners.iter().rev() {
        match it.word("type") {
            "recruiter" => join(*it, TeamRole::Recruiter),
            "coordinator" => join(*it, TeamRole::Coordinator),
            "sourcer" => join(*it, TeamRole::Sourcer),
            _ => {}
        }
    }
    for (job_id, team) in teams {
        out.batch.list("job_id", job_id, team, &[]);
    }
}

pub fn opening(it: Row<'_>, out: &mut Out) {
    out.leave(it, &["target_start_on"]);
    let custom = custom::values(it, "custom_fields", FieldType::Opening, out);
    let opening = Opening {
        id: it.id(),
        job_id: it.number("job_id"),
        opening_id: it.text("opening_id"),
        status: if it.flag("open") { OpeningStatus::Open } else { OpeningStatus::Closed },
        opened_at: it.time("opened_at").unwrap_or_else(|| it.created()),
        closed_at: it.time("closed_at"),
        application_id: it.int("application_id"),
        close_reason_id: it.int("close_reason_id"),
        custom,
    };
    out.batch.put(opening, &[]);
}

pub fn stage(it: Row<'_>, out: &mut Out) {
    let stage = Stage {
        id: it.id(),
        job_id: it.number("job_id"),
        name: it.say("name"),
        priority: it.number("sort_order"),
        active: it.flag("active"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(stage, &[]);
}

/// Steps that are no longer in their plan come along as well: meetings and scorecards of the past name them.
pub fn interview(it: Row<'_>, out: &mut Out) {
    if !it.flag("active") {
        out.leave_one("active: false");
    }
    out.leave(it, &["summary", "instructions", "require_scorecard"]);
    let interview = Interview {
        id: it.id(),
        stage_id: it.number("job_interview_stage_id"),
        name: it.say("name"),
        kind: match it.word("scheduling_type") {
            "needs_scheduling" => InterviewKind::Meeting,
            "take_home_test" => InterviewKind::TakeHomeTest,
            _ => InterviewKind::Review,
        },
        estimated_minutes: it.int("duration"),
        default_user_ids: Json(Vec::new()),
        priority: it.number("sort_order"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(interview, &["default_user_ids"]);
}

pub fn kit(it: Row<'_>, out: &mut Out) {
    out.leave(it, &["anonymize_candidate", "anonymize_resumes"]);
    let (interview_id, content) = (it.number("job_interview_id"), it.text("exercises"));
    out.batch.put(InterviewKit { id: it.id(), interview_id, content }, &[]);
}

pub fn default_interviewers(rows: &[Row<'_>], out: &mut Out) {
    let mut users: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for it in rows.iter().rev() {
        let interview =
            out.named("interview_kits", *it, "interview_kit_id").and_then(|it| Row(&it).int("job_interview_id"));
        if let (Some(interview), Some(user)) = (interview, it.int("user_id")) {
            users.entry(interview).or_default().push(user);
        }
    }
    for (interview, users) in users {
        out.batch.set("interviews", interview, vec![("default_user_ids", Json(users).value())]);
    }
}

/// Those that are asked no longer stand only where they were answered.
pub fn kit_question(it: Row<'_>, out: &mut Out) {
    if it.flag("active") {
        let (interview_kit_id, priority) = (it.number("interview_kit_id"), it.number("sort_order"));
        out.batch.put(KitQuestion { id: it.id(), interview_kit_id, question: it.say("question"), priority }, &[]);
    } else {
        out.leave_one("active: false");
    }
}
