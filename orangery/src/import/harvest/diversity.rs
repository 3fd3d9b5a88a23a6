//! What applicants say of themselves: EEOC, and the organization's own demographic questions.

use serde_json::Value;

use super::{
    Harvest, SMALL,
    json::{It, rows},
};
use crate::{
    import::{Batch, Inlet},
    tables::{AnswerOption, AnswerType, DemographicAnswer, DemographicQuestion, Eeoc, QuestionSet},
    words::Word,
};

impl Harvest {
    pub(super) async fn demographic_questions(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = "/v1/demographics/question_sets";
        let Some(sets) = self.list(to, path).await? else { return Ok(()) };
        let mut batch = Batch::new();
        for (id, it) in rows(&sets) {
            let (title, description, active) = (it.words("title"), it.text("description"), it.flag("active"));
            batch.put(QuestionSet { id, title, description, active }, &[]);
        }
        // Harvest shows no priority, but lists the questions of a set, and the options of a question, by it.
        let (mut questions, mut read) = (Vec::new(), sets.len());
        for (set, _) in rows(&sets) {
            questions.push((set, self.list(to, &format!("{path}/{set}/questions")).await?.unwrap_or_default()));
        }
        for (set, list) in &questions {
            for (priority, (id, it)) in (0..).zip(rows(list)) {
                batch.put(question(*set, priority, id, it), &[]);
            }
        }
        for (question, _) in questions.iter().flat_map(|it| rows(&it.1)) {
            let path = format!("/v1/demographics/questions/{question}/answer_options");
            let options = self.list(to, &path).await?.unwrap_or_default();
            read += 1 + options.len();
            for (priority, (id, it)) in (0..).zip(rows(&options)) {
                batch.put(option(question, priority, id, it), &[]);
            }
        }
        to.write(batch.of(read)).await
    }

    pub(super) async fn demographic_answers(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = Self::since(to, "/v1/demographics/answers", "updated_after", SMALL);
        self.each(to, &path, async |to, page| {
            let mut batch = Batch::new();
            for (id, it) in rows(page) {
                let created_at = it.time("created_at").unwrap_or(to.began());
                let answer = DemographicAnswer {
                    id,
                    application_id: it.number("application_id").unwrap_or_default(),
                    demographic_question_id: it.number("demographic_question_id").unwrap_or_default(),
                    demographic_answer_option_id: it.number("demographic_answer_option_id"),
                    free_form_text: it.text("free_form_text"),
                    created_at,
                    updated_at: it.time("updated_at").unwrap_or(created_at),
                };
                batch.put(answer, &[]);
            }
            Ok(batch)
        })
        .await
    }

    pub(super) async fn eeoc(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = Self::since(to, "/v1/eeoc", "submitted_after", SMALL);
        self.each(to, &path, async |to, page| Ok(eeocs(to, page))).await
    }
}

fn question(demographic_question_set_id: i64, priority: i64, id: i64, it: It<'_>) -> DemographicQuestion {
    DemographicQuestion {
        id,
        demographic_question_set_id,
        name: it.words("name"),
        required: it.flag("required"),
        answer_type: it.word("answer_type").unwrap_or(AnswerType::MultiSelect),
        active: it.flag("active"),
        priority,
    }
}

fn option(demographic_question_id: i64, priority: i64, id: i64, it: It<'_>) -> AnswerOption {
    let (free_form, active) = (it.flag("free_form"), it.flag("active"));
    AnswerOption { id, demographic_question_id, name: it.words("name"), free_form, active, priority }
}

/// One per application; it has no id of its own.
fn eeocs(to: &Inlet<'_>, page: &[Value]) -> Batch {
    let mut batch = Batch::new();
    for it in page.iter().map(It) {
        let Some(application_id) = it.number("application_id") else { continue };
        let eeoc = Eeoc {
            id: 0,
            application_id,
            race: nth(it.at("race")),
            gender: nth(it.at("gender")),
            veteran_status: nth(it.at("veteran_status")),
            disability_status: nth(it.at("disability_status")),
            submitted_at: it.time("submitted_at").unwrap_or(to.began()),
        };
        batch.list("application_id", application_id, vec![eeoc], &[]);
    }
    batch
}

/// The ids of the answers count from 1, in the order of the tables (EEO-1).
fn nth<W: Word>(it: It<'_>) -> Option<W> {
    W::ALL.get(usize::try_from(it.id()? - 1).ok()?).copied()
}
