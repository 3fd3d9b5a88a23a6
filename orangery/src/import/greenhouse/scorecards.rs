//! Scorecards, put together of six lists.

use sql::Json;

use super::{Row, out::Out};
use crate::{
    tables::{Rating, Scorecard, ScorecardAnswer, ScorecardAttribute, ScorecardStatus},
    words::Word,
};

/// Lists that belong to a page of scorecards: all of their rows name one.
pub const PARTS: &[&str] = &["scorecard_candidate_attributes", ANSWERS];
pub const ANSWERS: &str = "scorecard_question_answers";
/// And the options that were chosen, which name an answer.
pub const CHOSEN: &str = "scorecard_question_answer_options";
/// What those name in turn: the list, whose rows name it, and by which key.
pub const NAMED: &[(&str, &str, &str)] = &[
    ("interview_kits", "scorecards", "interview_kit_id"),
    ("job_interviews", "known", "job_interview_id"),
    ("job_candidate_attributes", "scorecard_candidate_attributes", "job_candidate_attribute_id"),
    ("candidate_attribute_types", "known", "candidate_attribute_type_id"),
    ("scorecard_questions", ANSWERS, "scorecard_question_id"),
    ("scorecard_question_options", CHOSEN, "scorecard_question_option_id"),
];

pub fn scorecard(it: Row<'_>, out: &mut Out) {
    let application_id = it.number("application_id");
    let Some(candidate_id) = out.applications.get(&application_id).map(|it| it.candidate_id) else {
        return out.odd(it, "it is of no application that came along");
    };
    let kit = out.named("interview_kits", it, "interview_kit_id");
    let step = kit.as_deref().and_then(|it| out.named("job_interviews", Row(it), "job_interview_id"));
    let step = step.as_deref().map(Row);
    let scorecard = Scorecard {
        id: it.id(),
        candidate_id,
        application_id: Some(application_id),
        interview_id: step.map(Row::id),
        scheduled_interview_id: None,
        interview_name: step.and_then(|it| it.filled("name")).unwrap_or_else(|| "Interview".to_owned()),
        interviewer_id: it.int("interviewer_id"),
        submitted_by_id: it.int("submitter_id"),
        status: ScorecardStatus::parse(it.word("status")).unwrap_or(ScorecardStatus::Complete),
        overall_recommendation: rating(it.word("candidate_rating")),
        attributes: Json(attributes(it, out)),
        answers: Json(answers(it, out)),
        interviewed_at: it.time("interviewed_at"),
        submitted_at: it.time("submitted_at"),
        created_at: it.created(),
        updated_at: it.updated(),
    };
    out.batch.put(scorecard, &["scheduled_interview_id"]);
}

fn rating(word: &str) -> Rating {
    match word {
        "strong_no" => Rating::DefinitelyNot,
        other => Rating::parse(other).unwrap_or(Rating::NoDecision),
    }
}

/// In the order of their kinds, and within one in theirs.
fn attributes(card: Row<'_>, out: &Out) -> Vec<ScorecardAttribute> {
    let rated = out.beside("scorecard_candidate_attributes", "scorecard_id", card.id());
    let mut rated: Vec<_> = rated
        .into_iter()
        .filter_map(|it| {
            let attribute = out.named("job_candidate_attributes", it, "job_candidate_attribute_id")?;
            let kind = out.named("candidate_attribute_types", Row(&attribute), "candidate_attribute_type_id");
            let kind = kind.as_deref().map(Row);
            let order = (
                kind.and_then(|it| it.int("sort_order")).unwrap_or(i64::MAX),
                Row(&attribute).int("sort_order").unwrap_or(i64::MAX),
                it.id(),
            );
            let shown = ScorecardAttribute {
                name: Row(&attribute).say("name"),
                kind: kind.map(|it| it.say("name")).unwrap_or_default(),
                note: it.text("note"),
                rating: rating(it.word("candidate_attribute_rating")),
            };
            Some((order, shown))
        })
        .collect();
    rated.sort_by_key(|it| it.0);
    rated.into_iter().map(|it| it.1).collect()
}

/// SC-2: the built-in questions have no id.
fn answers(card: Row<'_>, out: &Out) -> Vec<ScorecardAnswer> {
    let built_in = [("Key Take-Aways", "notes"), ("Private Notes", "private_notes"), ("Public Notes", "public_notes")];
    let answers = built_in.into_iter().filter_map(|(question, key)| {
        let answer = card.filled(key)?;
        Some(ScorecardAnswer { id: None, question: question.to_owned(), answer: Some(answer) })
    });
    let mut answers: Vec<ScorecardAnswer> = answers.collect();
    let given = out.beside(ANSWERS, "scorecard_id", card.id());
    let mut given: Vec<_> = given
        .into_iter()
        .filter_map(|it| {
            let question = out.named("scorecard_questions", it, "scorecard_question_id")?;
            let question = Row(&question);
            let shown = ScorecardAnswer {
                id: Some(question.id()),
                question: question.say("question"),
                answer: answer(it, out),
            };
            Some(((question.number("sort_order"), question.id()), shown))
        })
        .collect();
    given.sort_by_key(|it| it.0);
    answers.extend(given.into_iter().map(|it| it.1));
    answers
}

/// A text, Yes or No, or the options that were chosen, by comma.
fn answer(it: Row<'_>, out: &Out) -> Option<String> {
    let yes_no = || it.0["boolean_value"].as_bool().map(|it| if it { "Yes" } else { "No" }.to_owned());
    let chosen = || {
        let mut chosen: Vec<_> = out
            .beside(CHOSEN, "scorecard_question_answer_id", it.id())
            .into_iter()
            .filter_map(|it| out.named("scorecard_question_options", it, "scorecard_question_option_id"))
            .collect();
        chosen.sort_by_key(|it| (Row(it).number("sort_order"), Row(it).id()));
        let names: Vec<String> = chosen.iter().map(|it| Row(it).say("name")).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    it.filled("answer").or_else(yes_no).or_else(chosen)
}
