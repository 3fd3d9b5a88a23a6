//! EEOC records, and demographic questions with their answers.

use serde::Serialize;

use crate::{
    graph::diversity as graph,
    tables::{self, AnswerType, DisabilityStatus, Gender, Race, VeteranStatus},
    wire::Millis,
};

view! {
    pub fn eeoc(e: &graph::Eeoc) -> Eeoc {
        application_id: i64 = e.row.application_id,
        candidate_id: i64 = e.candidate_id,
        race: Option<Described> = e.row.race.map(race),
        gender: Option<Described> = e.row.gender.map(gender),
        veteran_status: Option<Messaged> = e.row.veteran_status.map(veteran_status),
        disability_status: Option<Described> = e.row.disability_status.map(disability_status),
        submitted_at: Millis = Millis(e.row.submitted_at),
    }

    pub fn question_set(s: &tables::QuestionSet) -> DemographicQuestionSet {
        id: i64 = s.id,
        title: String = s.title.clone(),
        description: Option<String> = s.description.clone(),
        active: bool = s.active,
    }

    pub fn demographic_question(q: &tables::DemographicQuestion) -> DemographicQuestion {
        id: i64 = q.id,
        active: bool = q.active,
        demographic_question_set_id: i64 = q.demographic_question_set_id,
        name: String = q.name.clone(),
        translations: [Translation; 1] = translations(&q.name),
        required: bool = q.required,
        answer_type: AnswerType = q.answer_type,
    }

    pub fn answer_option(o: &tables::AnswerOption) -> DemographicAnswerOption {
        id: i64 = o.id,
        free_form: bool = o.free_form,
        active: bool = o.active,
        name: String = o.name.clone(),
        demographic_question_id: i64 = o.demographic_question_id,
        translations: [Translation; 1] = translations(&o.name),
    }

    pub fn demographic_answer(a: &tables::DemographicAnswer) -> DemographicAnswer {
        id: i64 = a.id,
        free_form_text: Option<String> = a.free_form_text.clone(),
        application_id: i64 = a.application_id,
        demographic_question_id: i64 = a.demographic_question_id,
        demographic_answer_option_id: Option<i64> = a.demographic_answer_option_id,
        created_at: Millis = Millis(a.created_at),
        updated_at: Millis = Millis(a.updated_at),
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Described {
    pub id: i64,
    pub description: &'static str,
}

/// EEO-2: a veteran's status has its text under another name.
#[derive(Clone, Debug, Serialize)]
pub struct Messaged {
    pub id: i64,
    pub message: &'static str,
}

/// DEM-3.
#[derive(Clone, Debug, Serialize)]
pub struct Translation {
    pub language: &'static str,
    pub name: String,
}

fn translations(name: &str) -> [Translation; 1] {
    [Translation { language: "en", name: name.to_owned() }]
}

/// What is shown of a word of EEO-1, whose ids count from 1 in the order of the words.
pub fn race(it: Race) -> Described {
    let (id, description) = match it {
        Race::AmericanIndian => (1, "American Indian or Alaskan Native"),
        Race::Asian => (2, "Asian"),
        Race::Black => (3, "Black or African American"),
        Race::Hispanic => (4, "Hispanic or Latino"),
        Race::White => (5, "White"),
        Race::PacificIslander => (6, "Native Hawaiian or Other Pacific Islander"),
        Race::Several => (7, "Two or More Races"),
        Race::Declined => (8, "Decline To Self Identify"),
    };
    Described { id, description }
}

pub fn gender(it: Gender) -> Described {
    let (id, description) = match it {
        Gender::Male => (1, "Male"),
        Gender::Female => (2, "Female"),
        Gender::Declined => (3, "Decline To Self Identify"),
    };
    Described { id, description }
}

pub fn veteran_status(it: VeteranStatus) -> Messaged {
    let (id, message) = match it {
        VeteranStatus::NotProtected => (1, "I am not a protected veteran"),
        VeteranStatus::Protected => (2, "I identify as one or more of the classifications of a protected veteran"),
        VeteranStatus::Declined => (3, "I don't wish to answer"),
    };
    Messaged { id, message }
}

pub fn disability_status(it: DisabilityStatus) -> Described {
    let (id, description) = match it {
        DisabilityStatus::Yes => (1, "Yes, I have a disability, or have a history/record of having a disability"),
        DisabilityStatus::No => (2, "No, I don’t have a disability, or a history/record of having a disability"),
        DisabilityStatus::Declined => (3, "I don't wish to answer"),
    };
    Described { id, description }
}
