//! What a post asks people to say of themselves: the questions that an employer must account for (GAP-12), and the organization's own.

use serde::Serialize;

use super::{Choice, Field, Question};
use crate::{
    tables::{
        AnswerOption, AnswerType, DemographicQuestion, DisabilityStatus, Gender, QuestionSet, Race, VeteranStatus,
    },
    wire::harvest::{self, Described, Messaged},
    words::Word,
};

/// A set, its questions, and the options of each.
pub type AskedSet = (QuestionSet, Vec<(DemographicQuestion, Vec<AnswerOption>)>);

view! {
    pub fn demographics(set: &AskedSet) -> Demographics {
        header: String = set.0.title.clone(),
        description: Option<String> = set.0.description.clone(),
        questions: Vec<Demographic> = set.1.iter().map(demographic).collect(),
    }

    pub fn demographic(q: &(DemographicQuestion, Vec<AnswerOption>)) -> Demographic {
        id: i64 = q.0.id,
        label: String = q.0.name.clone(),
        required: bool = q.0.required,
        #[serde(rename = "type")]
        kind: AnswerType = q.0.answer_type,
        answer_options: Vec<DemographicOption> = q.1.iter().map(option).collect(),
    }

    pub fn option(o: &AnswerOption) -> DemographicOption {
        id: i64 = o.id,
        label: String = o.name.clone(),
        free_form: bool = o.free_form,
    }
}

#[derive(Clone, Debug, Serialize)]
pub struct Eeoc {
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub description: &'static str,
    pub questions: Vec<Question>,
}

const WHY: &str = "<p>Employers in the United States are asked to account for whom they hire. Answering is voluntary, and has no influence \
                   on your application.</p>";

/// SUB-10: the ids are those that one answers with.
pub fn eeoc() -> Eeoc {
    let question = |label: &str, name: &str, values: Vec<Choice>| Question {
        required: false,
        label: label.to_owned(),
        fields: vec![Field { name: name.to_owned(), kind: "multi_value_single_select", values }],
        description: None,
    };
    let described = |it: Described| Choice { value: it.id, label: it.description.to_owned() };
    let messaged = |it: Messaged| Choice { value: it.id, label: it.message.to_owned() };
    let questions = vec![
        question("Gender", "gender", Gender::ALL.iter().map(|it| described(harvest::gender(*it))).collect()),
        question("Race", "race", Race::ALL.iter().map(|it| described(harvest::race(*it))).collect()),
        question(
            "Veteran Status",
            "veteran_status",
            VeteranStatus::ALL.iter().map(|it| messaged(harvest::veteran_status(*it))).collect(),
        ),
        question(
            "Disability Status",
            "disability_status",
            DisabilityStatus::ALL.iter().map(|it| described(harvest::disability_status(*it))).collect(),
        ),
    ];
    Eeoc { kind: "eeoc", description: WHY, questions }
}
