//! An organization's own demographic questions: sets of them, and the options to choose from (DEM-1). What was ever answered is not deleted:
//! it is made inactive, which Harvest takes for deleted.

use sql::params;

use super::{BODY, NAME};
use crate::{
    error::{Faults, Result},
    patch::Patch,
    tables::{AnswerOption, AnswerType, DemographicQuestion, QuestionSet},
    work::Work,
};

#[derive(Debug, Clone)]
pub struct NewSet {
    pub id: Option<i64>,
    pub title: String,
    /// HTML.
    pub description: Option<String>,
    pub active: bool,
}

#[derive(Debug, Clone)]
pub struct NewQuestion {
    pub id: Option<i64>,
    pub name: String,
    pub required: bool,
    pub answer_type: AnswerType,
    pub active: bool,
    /// In their order.
    pub options: Vec<NewOption>,
}

#[derive(Debug, Clone)]
pub struct NewOption {
    pub id: Option<i64>,
    pub name: String,
    pub free_form: bool,
    pub active: bool,
}

pub async fn create_set(work: &mut Work, new: &NewSet) -> Result<QuestionSet> {
    let NewSet { id, title, description, active } = new.clone();
    let mut row = QuestionSet { id: id.unwrap_or_default(), title, description, active };
    check_set(&row)?;
    work.insert(&mut row).await?;
    Ok(row)
}

#[derive(Debug, Clone)]
pub struct EditedSet {
    pub title: Patch<String>,
    pub description: Patch<String>,
    pub active: Patch<bool>,
}

pub async fn edit_set(work: &mut Work, id: i64, edited: &EditedSet) -> Result<QuestionSet> {
    let EditedSet { title, description, active } = edited.clone();
    let before: QuestionSet = work.tx.lock(id).await?;
    let mut after = before.clone();
    title.set(&mut after.title);
    description.apply(&mut after.description);
    active.set(&mut after.active);
    check_set(&after)?;
    work.update(&before, &after).await?;
    Ok(after)
}

fn check_set(set: &QuestionSet) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("title", &set.title, NAME);
    faults.limit("description", set.description.as_deref(), BODY);
    faults.done()
}

/// Adds a question as the set's last, with its options.
pub async fn add_question(work: &mut Work, set_id: i64, new: &NewQuestion) -> Result<DemographicQuestion> {
    let NewQuestion { id, name, required, answer_type, active, options } = new;
    let set: QuestionSet = work.tx.lock(set_id).await?;
    let mut faults = Faults::default();
    faults.text("name", name, NAME);
    for (n, option) in options.iter().enumerate() {
        faults.text(&format!("answer_options[{n}].name"), &option.name, NAME);
    }
    faults.done()?;
    let last = "select coalesce(max(priority), -1) from demographic_questions where demographic_question_set_id = $1";
    let mut row = DemographicQuestion {
        id: id.unwrap_or_default(),
        demographic_question_set_id: set.id,
        name: name.clone(),
        required: *required,
        answer_type: *answer_type,
        active: *active,
        priority: work.tx.count(last, params![set.id]).await? + 1,
    };
    work.insert(&mut row).await?;
    for (priority, option) in (0..).zip(options) {
        insert_option(work, row.id, option, priority).await?;
    }
    Ok(row)
}

#[derive(Debug, Clone)]
pub struct EditedQuestion {
    pub name: Patch<String>,
    pub required: Patch<bool>,
    pub answer_type: Patch<AnswerType>,
    pub active: Patch<bool>,
    pub priority: Patch<i64>,
}

pub async fn edit_question(work: &mut Work, id: i64, edited: &EditedQuestion) -> Result<DemographicQuestion> {
    let EditedQuestion { name, required, answer_type, active, priority } = edited.clone();
    let before: DemographicQuestion = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    required.set(&mut after.required);
    answer_type.set(&mut after.answer_type);
    active.set(&mut after.active);
    priority.set(&mut after.priority);
    check_named(&after.name, after.priority)?;
    work.update(&before, &after).await?;
    Ok(after)
}

/// Adds an option as the question's last.
pub async fn add_option(work: &mut Work, question_id: i64, new: &NewOption) -> Result<AnswerOption> {
    let question: DemographicQuestion = work.tx.lock(question_id).await?;
    check_named(&new.name, 0)?;
    let last = "select coalesce(max(priority), -1) from demographic_answer_options where demographic_question_id = $1";
    let priority = work.tx.count(last, params![question.id]).await? + 1;
    insert_option(work, question.id, new, priority).await
}

async fn insert_option(work: &mut Work, question_id: i64, new: &NewOption, priority: i64) -> Result<AnswerOption> {
    let NewOption { id, name, free_form, active } = new.clone();
    let mut row = AnswerOption {
        id: id.unwrap_or_default(),
        demographic_question_id: question_id,
        name,
        free_form,
        active,
        priority,
    };
    work.insert(&mut row).await?;
    Ok(row)
}

#[derive(Debug, Clone)]
pub struct EditedOption {
    pub name: Patch<String>,
    pub free_form: Patch<bool>,
    pub active: Patch<bool>,
    pub priority: Patch<i64>,
}

pub async fn edit_option(work: &mut Work, id: i64, edited: &EditedOption) -> Result<AnswerOption> {
    let EditedOption { name, free_form, active, priority } = edited.clone();
    let before: AnswerOption = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    free_form.set(&mut after.free_form);
    active.set(&mut after.active);
    priority.set(&mut after.priority);
    check_named(&after.name, after.priority)?;
    work.update(&before, &after).await?;
    Ok(after)
}

fn check_named(name: &str, priority: i64) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("name", name, NAME);
    if !(0..=1_000_000).contains(&priority) {
        faults.add("priority", "Must be from 0 to 1000000");
    }
    faults.done()
}

/// The set that a new organization begins with. It is asked only where a board says so.
pub(super) async fn found(work: &mut Work) -> Result<()> {
    let set = NewSet {
        id: None,
        title: "Diversity and inclusion".to_owned(),
        description: Some(
            "<p>We would like to know whom our jobs reach. Answering is voluntary, nobody who decides about your \
             application sees what you say, and it has no influence on it.</p>"
                .to_owned(),
        ),
        active: true,
    };
    let set = create_set(work, &set).await?;
    for (name, answer_type, options) in QUESTIONS {
        let options = options.iter().map(|(name, free_form)| NewOption {
            id: None,
            name: (*name).to_owned(),
            free_form: *free_form,
            active: true,
        });
        let new = NewQuestion {
            id: None,
            name: (*name).to_owned(),
            required: false,
            answer_type: *answer_type,
            active: true,
            options: options.collect(),
        };
        add_question(work, set.id, &new).await?;
    }
    Ok(())
}

/// The question, how it is answered, its options, and which of them take a text.
type Asked = (&'static str, AnswerType, &'static [(&'static str, bool)]);

const QUESTIONS: &[Asked] = &[
    (
        "How do you describe your gender?",
        AnswerType::MultiSelect,
        &[
            ("Man", false),
            ("Woman", false),
            ("Non-binary", false),
            ("In my own words", true),
            ("I don't wish to answer", false),
        ],
    ),
    (
        "How do you describe your ethnic background?",
        AnswerType::MultiSelect,
        &[
            ("African or Black", false),
            ("East or South-East Asian", false),
            ("South Asian", false),
            ("Hispanic or Latino", false),
            ("Indigenous", false),
            ("Middle Eastern or North African", false),
            ("White", false),
            ("In my own words", true),
            ("I don't wish to answer", false),
        ],
    ),
    (
        "How old are you?",
        AnswerType::SingleSelect,
        &[
            ("Under 25", false),
            ("25 to 34", false),
            ("35 to 44", false),
            ("45 to 54", false),
            ("55 or older", false),
            ("I don't wish to answer", false),
        ],
    ),
    (
        "Do you have a disability or a chronic condition?",
        AnswerType::SingleSelect,
        &[("Yes", false), ("No", false), ("I don't wish to answer", false)],
    ),
];
