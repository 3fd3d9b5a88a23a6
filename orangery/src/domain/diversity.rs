//! What applicants say of themselves: EEOC and demographic answers (EEO-1, DEM-2). The job board's form gives them, our API corrects them.
//! No object that a web hook carries shows them: nothing fires.

use jiff::Timestamp;
use sql::params;

use super::{BODY, application};
use crate::{
    error::{Error, Faults, Result},
    tables::{AnswerOption, AnswerType, DemographicAnswer, DemographicQuestion, DisabilityStatus, Eeoc},
    tables::{Gender, Race, VeteranStatus},
    work::Work,
};

/// What somebody says; what they leave out they have not said.
#[derive(Debug, Clone, Default)]
pub struct GivenEeoc {
    pub id: Option<i64>,
    pub race: Option<Race>,
    pub gender: Option<Gender>,
    pub veteran_status: Option<VeteranStatus>,
    pub disability_status: Option<DisabilityStatus>,
    /// For imports; else now.
    pub submitted_at: Option<Timestamp>,
}

impl GivenEeoc {
    pub fn says_nothing(&self) -> bool {
        let Self { id: _, race, gender, veteran_status, disability_status, submitted_at: _ } = self;
        race.is_none() && gender.is_none() && veteran_status.is_none() && disability_status.is_none()
    }
}

/// Makes this the one EEOC record of an application.
pub async fn set_eeoc(work: &mut Work, application_id: i64, given: &GivenEeoc) -> Result<Eeoc> {
    application::lock(work, application_id).await?;
    if given.says_nothing() {
        return Err(Error::invalid("", "Say at least one of race, gender, veteran_status and disability_status"));
    }
    let GivenEeoc { id, race, gender, veteran_status, disability_status, submitted_at } = given.clone();
    let mut row = Eeoc {
        id: id.unwrap_or_default(),
        application_id,
        race,
        gender,
        veteran_status,
        disability_status,
        submitted_at: submitted_at.unwrap_or(work.now),
    };
    match of_application(work, application_id).await? {
        None => work.insert(&mut row).await?,
        Some(before) => {
            row.id = before.id;
            let same = Eeoc { submitted_at: before.submitted_at, ..row.clone() } == before;
            if same && submitted_at.is_none() {
                return Ok(before);
            }
            work.update(&before, &row).await?;
        }
    }
    Ok(row)
}

/// Forgets what somebody said; nothing if they said nothing.
pub async fn remove_eeoc(work: &mut Work, application_id: i64) -> Result<()> {
    application::lock(work, application_id).await?;
    match of_application(work, application_id).await? {
        Some(row) => work.delete(&row).await,
        None => Ok(()),
    }
}

async fn of_application(work: &Work, application_id: i64) -> Result<Option<Eeoc>> {
    Ok(work.tx.first("where application_id = $1", params![application_id]).await?)
}

/// The answer to one question.
#[derive(Debug, Clone, Default)]
pub struct GivenAnswer {
    pub question_id: i64,
    /// None at all takes back what was said.
    pub options: Vec<GivenOption>,
}

#[derive(Debug, Clone, Default)]
pub struct GivenOption {
    /// For imports, which keep ids and what was said of options that are gone.
    pub id: Option<i64>,
    pub answer_option_id: i64,
    /// Only where the option is free form (DEM-2).
    pub text: Option<String>,
    /// For imports; else now.
    pub created_at: Option<Timestamp>,
}

/// Makes these the answers to these questions; answers to others stay. `path` is where the list stood in the input, for faults.
pub async fn answer(work: &mut Work, application_id: i64, given: &[GivenAnswer], path: &str) -> Result<()> {
    application::lock(work, application_id).await?;
    let here: Vec<DemographicAnswer> = work.tx.children("application_id", &[application_id]).await?;
    let ids: Vec<i64> = given.iter().map(|it| it.question_id).collect();
    let questions: Vec<DemographicQuestion> = work.tx.among(&ids).await?;
    let options: Vec<AnswerOption> = work.tx.children("demographic_question_id", &ids).await?;
    let mut faults = Faults::default();
    for (n, answer) in given.iter().enumerate() {
        let at = format!("{path}[{n}].");
        let Some(question) = questions.iter().find(|it| it.id == answer.question_id) else {
            faults.add(format!("{at}question_id"), format!("There is no question {}", answer.question_id));
            continue;
        };
        if given[..n].iter().any(|it| it.question_id == question.id) {
            faults.add(format!("{at}question_id"), format!("Question {} is answered twice", question.id));
        }
        check(&mut faults, &at, question, answer, &options, &here);
    }
    faults.done()?;
    for answer in given {
        write(work, application_id, answer, &here).await?;
    }
    Ok(())
}

/// Notes what is wrong with the answer to one question. What is deleted may stay chosen, not be chosen.
fn check(
    faults: &mut Faults,
    at: &str,
    question: &DemographicQuestion,
    answer: &GivenAnswer,
    options: &[AnswerOption],
    here: &[DemographicAnswer],
) {
    let chosen =
        |it: &GivenOption| here.iter().any(|row| row.demographic_answer_option_id == Some(it.answer_option_id));
    if question.answer_type == AnswerType::SingleSelect && answer.options.len() > 1 {
        faults.add(format!("{at}answer_options"), "Takes one option at most");
    }
    for (m, given) in answer.options.iter().enumerate() {
        let field = format!("{at}answer_options[{m}].answer_option_id");
        let id = given.answer_option_id;
        let option = options.iter().find(|it| it.id == id && it.demographic_question_id == question.id);
        let Some(option) = option else {
            faults.add(field, format!("Question {} has no answer option {id}", question.id));
            continue;
        };
        if !(question.active && option.active) && given.id.is_none() && !chosen(given) {
            faults.add(field, format!("Answer option {id} is deleted, or its question is"));
        } else if answer.options[..m].iter().any(|it| it.answer_option_id == id) {
            faults.add(field, format!("Answer option {id} is chosen twice"));
        }
        if let Some(text) = &given.text {
            let field = format!("{at}answer_options[{m}].text");
            match option.free_form {
                true => faults.limit(&field, text.as_str(), BODY),
                false => faults.add(field, format!("Answer option {id} takes no text")),
            }
        }
    }
}

async fn write(work: &mut Work, application_id: i64, answer: &GivenAnswer, here: &[DemographicAnswer]) -> Result<()> {
    let here = || here.iter().filter(|it| it.demographic_question_id == answer.question_id);
    let is_of =
        |row: &DemographicAnswer, it: &GivenOption| row.demographic_answer_option_id == Some(it.answer_option_id);
    for row in here() {
        if !answer.options.iter().any(|it| is_of(row, it)) {
            work.delete(row).await?;
        }
    }
    for given in &answer.options {
        let GivenOption { id, answer_option_id, text, created_at } = given;
        let text = text.clone().filter(|it| !it.trim().is_empty());
        if let Some(before) = here().find(|it| is_of(it, given)) {
            if before.free_form_text != text {
                let after = DemographicAnswer { free_form_text: text, updated_at: work.now, ..before.clone() };
                work.update(before, &after).await?;
            }
            continue;
        }
        let mut row = DemographicAnswer {
            id: id.unwrap_or_default(),
            application_id,
            demographic_question_id: answer.question_id,
            demographic_answer_option_id: Some(*answer_option_id),
            free_form_text: text,
            created_at: created_at.unwrap_or(work.now),
            updated_at: created_at.unwrap_or(work.now),
        };
        work.insert(&mut row).await?;
    }
    Ok(())
}

/// Gives an application what was said of another that is dropped, where it has nothing of its own (FIRE-10).
pub(super) async fn hand_on(work: &mut Work, from: i64, to: i64) -> Result<()> {
    if let Some(before) = of_application(work, from).await?
        && of_application(work, to).await?.is_none()
    {
        let after = Eeoc { application_id: to, ..before.clone() };
        work.update(&before, &after).await?;
    }
    let answered: Vec<DemographicAnswer> = work.tx.children("application_id", &[to]).await?;
    for before in work.tx.children::<DemographicAnswer>("application_id", &[from]).await? {
        if !answered.iter().any(|it| it.demographic_question_id == before.demographic_question_id) {
            let after = DemographicAnswer { application_id: to, ..before.clone() };
            work.update(&before, &after).await?;
        }
    }
    Ok(())
}
