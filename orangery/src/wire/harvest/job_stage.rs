//! The stage of a job's interview plan.

use super::{UserStub, user_of};
use crate::{
    graph::{
        Catalog,
        job::{Stage as Graph, Step},
    },
    tables::{InterviewKind, KitQuestion as StoredQuestion},
    wire::Millis,
};

view! {
    pub fn job_stage(s: &Graph) -> JobStage {
        id: i64 = s.row.id,
        name: String = s.row.name.clone(),
        created_at: Millis = Millis(s.row.created_at),
        updated_at: Millis = Millis(s.row.updated_at),
        active: bool = s.row.active,
        job_id: i64 = s.row.job_id,
        priority: i64 = s.row.priority,
        interviews: Vec<StageInterview> = s.interviews.iter().map(|it| stage_interview(it, &s.catalog)).collect(),
    }

    pub fn stage_interview(i: &Step, catalog: &Catalog) -> StageInterview {
        id: i64 = i.row.id,
        name: String = i.row.name.clone(),
        schedulable: bool = is_schedulable(i),
        /// Absent where it can't be scheduled.
        #[serde(skip_serializing_if = "Option::is_none")]
        estimated_minutes: Option<i64> = i.row.estimated_minutes.filter(|_| is_schedulable(i)),
        default_interviewer_users: Vec<UserStub> = i.row.default_user_ids.0.iter().filter_map(|id| user_of(catalog, Some(*id))).collect(),
        interview_kit: Option<Kit> = kit(i),
    }

    pub fn kit_question(q: &StoredQuestion) -> KitQuestion {
        id: i64 = q.id,
        question: String = q.question.clone(),
    }
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct Kit {
    pub id: i64,
    pub content: Option<String>,
    pub questions: Vec<KitQuestion>,
}

fn is_schedulable(step: &Step) -> bool {
    step.row.kind == InterviewKind::Meeting
}

/// Every step has a kit.
fn kit(step: &Step) -> Option<Kit> {
    let questions = step.questions.iter().map(kit_question).collect();
    step.kit.as_ref().map(|it| Kit { id: it.id, content: it.content.clone(), questions })
}
