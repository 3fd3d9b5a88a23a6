//! The job post object.

use super::IdName;
use crate::{
    graph::job::JobPost as Graph,
    tables::{self, PostQuestion, QuestionKind},
    wire::{Millis, place},
};

view! {
    pub fn job_post(p: &Graph) -> JobPost {
        id: i64 = p.row.id,
        title: String = p.row.title.clone(),
        location: PostLocation = post_location(p),
        internal: bool = p.row.internal,
        external: bool = p.row.external,
        active: bool = p.row.active,
        live: bool = p.row.live,
        first_published_at: Option<Millis> = p.row.first_published_at.map(Millis),
        job_id: Option<i64> = p.row.job_id,
        content: Option<String> = p.row.content.clone(),
        internal_content: Option<String> = p.row.internal_content.clone(),
        updated_at: Millis = Millis(p.row.updated_at),
        created_at: Millis = Millis(p.row.created_at),
        demographic_question_set_id: Option<i64> = p.row.demographic_question_set_id,
        questions: Vec<Question> = p.questions.iter().map(question).collect(),
    }

    /// A location is the post's own, so it goes by the post's id.
    pub fn post_location(p: &Graph) -> PostLocation {
        id: i64 = p.row.id,
        name: String = place(&p.row, &p.catalog).unwrap_or_default(),
        office_id: Option<i64> = p.row.office_id,
        job_post_custom_location_id: Option<i64> = p.row.custom_location_id,
        job_post_location_type: IdName = location_type(p),
    }

    pub fn question(q: &PostQuestion) -> Question {
        required: bool = q.required,
        private: bool = q.private,
        label: String = q.label.clone(),
        name: String = q.name.clone(),
        #[serde(rename = "type")]
        kind: QuestionKind = q.kind,
        values: Vec<QuestionValue> = q.options.0.iter().map(|it| QuestionValue { value: it.id, label: it.label.clone() }).collect(),
        description: Option<String> = q.description.clone(),
    }

    pub fn custom_location(l: &tables::CustomLocation) -> CustomLocation {
        id: i64 = l.id,
        value: String = l.value.clone(),
        active: bool = l.active,
        /// All boards choose from the same places: the first one stands for them.
        greenhouse_job_board_id: i64 = 1,
        created_at: Millis = Millis(l.created_at),
        updated_at: Millis = Millis(l.updated_at),
    }
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct QuestionValue {
    pub value: i64,
    pub label: String,
}

fn location_type(p: &Graph) -> IdName {
    let (id, name) = match (p.row.office_id, p.row.custom_location_id) {
        (Some(_), _) => (2, "Office"),
        (None, Some(_)) => (3, "Custom List"),
        (None, None) => (1, "Free Text"),
    };
    IdName { id, name: name.to_owned() }
}
