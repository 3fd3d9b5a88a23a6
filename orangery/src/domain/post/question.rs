//! What a post asks of those who apply.

use sql::Json;

use crate::{
    domain::{BODY, NAME},
    error::{Faults, Result},
    tables::{PostQuestion, QuestionKind, QuestionOption},
    words::Word,
    work::Work,
};

const MOST_QUESTIONS: usize = 100;
const MOST_OPTIONS: usize = 200;

#[derive(Debug, Clone, Default)]
pub struct NewQuestion {
    /// On an edit the question that is there.
    pub id: Option<i64>,
    /// The board's name of the field; own questions get theirs from their id.
    pub name: Option<String>,
    pub label: String,
    pub kind: Option<QuestionKind>,
    pub required: bool,
    pub private: bool,
    pub description: Option<String>,
    /// Of a select. A boolean has Yes and No.
    pub options: Vec<NewOption>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewOption {
    pub id: Option<i64>,
    pub label: String,
}

/// What every post asks unless told otherwise.
pub fn standard() -> Vec<NewQuestion> {
    use QuestionKind::{Attachment, ShortText};
    let all = [
        ("first_name", "First Name", ShortText, true),
        ("last_name", "Last Name", ShortText, true),
        ("email", "Email", ShortText, true),
        ("phone", "Phone", ShortText, false),
        ("resume", "Resume", Attachment, false),
        ("cover_letter", "Cover Letter", Attachment, false),
    ];
    let question = |(name, label, kind, required): (&str, &str, QuestionKind, bool)| NewQuestion {
        name: Some(name.to_owned()),
        label: label.to_owned(),
        kind: Some(kind),
        required,
        ..NewQuestion::default()
    };
    all.into_iter().map(question).collect()
}

/// The same question for another post.
pub(super) fn again(row: PostQuestion) -> NewQuestion {
    let is_own = row.name.starts_with("question_");
    NewQuestion {
        id: None,
        name: (!is_own).then_some(row.name),
        label: row.label,
        kind: Some(row.kind),
        required: row.required,
        private: row.private,
        description: row.description,
        options: row.options.0.into_iter().map(|it| NewOption { id: None, label: it.label }).collect(),
    }
}

/// Finds the faults of `questions`; `present` are those of the post that is edited.
pub(super) fn check(faults: &mut Faults, questions: &[NewQuestion], present: Option<&[PostQuestion]>) {
    if questions.len() > MOST_QUESTIONS {
        faults.add("questions", format!("Must be at most {MOST_QUESTIONS} questions"));
    }
    for (n, question) in questions.iter().enumerate() {
        let at = |name: &str| format!("questions[{n}].{name}");
        faults.text(&at("label"), &question.label, NAME);
        faults.limit(&at("name"), question.name.as_deref(), 255);
        faults.limit(&at("description"), question.description.as_deref(), BODY);
        if question.kind.is_none() {
            faults.add(at("type"), format!("Must be one of: {}", QuestionKind::list()));
        }
        let earlier = &questions[..n];
        if let Some(id) = question.id {
            if earlier.iter().any(|it| it.id == Some(id)) {
                faults.add(at("id"), format!("Question {id} is named twice"));
            }
            if present.is_some_and(|rows| !rows.iter().any(|it| it.id == id)) {
                faults.add(at("id"), format!("The post has no question {id}"));
            }
        }
        if question.name.is_some() && earlier.iter().any(|it| it.name == question.name) {
            faults.add(at("name"), "Another question has this name");
        }
        let before = present.map(|rows| rows.iter().find(|it| Some(it.id) == question.id));
        check_options(faults, &at("options"), question, before);
    }
}

/// `before` is the question that is edited, or that it is a new one of a post that is.
fn check_options(faults: &mut Faults, field: &str, question: &NewQuestion, before: Option<Option<&PostQuestion>>) {
    let options = &question.options;
    let is_select = matches!(question.kind, Some(QuestionKind::SingleSelect | QuestionKind::MultiSelect));
    if is_select && options.is_empty() {
        faults.add(field, "A select needs options");
    }
    if options.len() > MOST_OPTIONS {
        faults.add(field, format!("Must be at most {MOST_OPTIONS} options"));
    }
    for (n, option) in options.iter().enumerate() {
        faults.text(&format!("{field}[{n}].label"), &option.label, NAME);
        let is_there = |id: i64| before.flatten().is_some_and(|it| it.options.0.iter().any(|old| old.id == id));
        if let (Some(id), Some(_)) = (option.id, before)
            && !is_there(id)
        {
            faults.add(format!("{field}[{n}].id"), format!("The question has no option {id}"));
        }
        if options[..n].iter().any(|it| it.label == option.label || it.id.is_some() && it.id == option.id) {
            faults.add(format!("{field}[{n}]"), "Another option has this label or id");
        }
    }
}

/// Makes the questions of a post the wanted ones, in their order; true if that changed anything.
pub(super) async fn write(
    work: &mut Work,
    job_post_id: i64,
    present: Vec<PostQuestion>,
    wanted: Vec<NewQuestion>,
) -> Result<bool> {
    let mut changed = false;
    for row in present.iter().filter(|row| !wanted.iter().any(|it| it.id == Some(row.id))) {
        work.delete(row).await?;
        changed = true;
    }
    for (priority, question) in (0..).zip(wanted) {
        let before = present.iter().find(|it| Some(it.id) == question.id);
        let row = row(job_post_id, priority, &question, before);
        match before {
            Some(before) => changed |= work.update(before, &named(row, &question)).await?,
            None => {
                let mut row = row;
                work.insert(&mut row).await?;
                let row = named(row, &question);
                // Names and option ids follow from the id that the row was just given.
                work.tx.update(&row).await?;
                changed = true;
            }
        }
    }
    Ok(changed)
}

fn row(job_post_id: i64, priority: i64, question: &NewQuestion, before: Option<&PostQuestion>) -> PostQuestion {
    let NewQuestion { id, name, label, kind, required, private, description, options: _ } = question.clone();
    PostQuestion {
        id: id.unwrap_or(0),
        job_post_id,
        name: name.or_else(|| before.map(|it| it.name.clone())).unwrap_or_default(),
        label,
        kind: kind.unwrap_or(QuestionKind::ShortText),
        required,
        private,
        description,
        options: before.map_or_else(Json::default, |it| it.options.clone()),
        priority,
    }
}

/// The row with its name and the ids of its options: an option that was there keeps its id, a new one gets one that no other question has.
fn named(mut row: PostQuestion, question: &NewQuestion) -> PostQuestion {
    if row.name.is_empty() {
        let several = if row.kind == QuestionKind::MultiSelect { "[]" } else { "" };
        row.name = format!("question_{}{several}", row.id);
    }
    let present = std::mem::take(&mut row.options.0);
    row.options.0 = match row.kind {
        QuestionKind::Boolean => [(0, "No"), (1, "Yes")]
            .into_iter()
            .map(|(id, label)| QuestionOption { id, label: label.to_owned() })
            .collect(),
        QuestionKind::SingleSelect | QuestionKind::MultiSelect => {
            let known =
                |it: &NewOption| it.id.or_else(|| present.iter().find(|old| old.label == it.label).map(|old| old.id));
            let used = question.options.iter().filter_map(known).chain(present.iter().map(|it| it.id));
            let mut next = used.fold(row.id.saturating_mul(1000), i64::max);
            let mut option = |it: &NewOption| {
                let id = known(it).unwrap_or_else(|| {
                    next = next.saturating_add(1);
                    next
                });
                QuestionOption { id, label: it.label.clone() }
            };
            question.options.iter().map(&mut option).collect()
        }
        QuestionKind::ShortText | QuestionKind::LongText | QuestionKind::Attachment | QuestionKind::Hidden => {
            Vec::new()
        }
    };
    row
}
