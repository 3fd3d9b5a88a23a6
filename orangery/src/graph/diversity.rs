//! What applicants said of themselves, and the questions that they were asked.

use std::collections::HashMap;

use futures_util::try_join;
use jiff::Timestamp;
use sql::{Value, params};

use super::{
    Look,
    select::{Page, Select, Slice},
};
use crate::{
    error::{Error, Result},
    tables::{self, AnswerOption, Application, DemographicAnswer, DemographicQuestion, QuestionSet},
};

/// An EEOC record with the candidate whose application it is of.
pub struct Eeoc {
    pub row: tables::Eeoc,
    pub candidate_id: i64,
}

/// What a list of EEOC records can be narrowed by (FIL-7).
pub struct EeocFilter {
    pub submitted_before: Option<Timestamp>,
    pub submitted_after: Option<Timestamp>,
}

pub async fn list_eeocs(look: &Look<'_>, filter: EeocFilter, page: Page) -> Result<Slice<Eeoc>> {
    let EeocFilter { submitted_before, submitted_after } = filter;
    let mut select = Select::new();
    select.times("submitted_at", &submitted_after, &submitted_before);
    select.long_page(look, &["id"], page).await?.and_then(async |rows| of_candidates(look, rows).await).await
}

async fn of_candidates(look: &Look<'_>, rows: Vec<tables::Eeoc>) -> Result<Vec<Eeoc>> {
    let ids = rows.iter().map(|it| it.application_id).collect();
    let sql = "select id, candidate_id from applications where id {any:$1}";
    let found = look.tx.rows(sql, &[Value::Ids(ids)]).await?;
    let of = found.iter().map(|it| Ok((it.get(0)?, it.get(1)?))).collect::<sql::Result<HashMap<i64, i64>>>()?;
    let candidate_id = |row: &tables::Eeoc| of.get(&row.application_id).copied().unwrap_or_default();
    Ok(rows.into_iter().map(|row| Eeoc { candidate_id: candidate_id(&row), row }).collect())
}

/// The record of an application; one that has none is not found, as one that is not there (GAP-4).
pub async fn eeoc(look: &Look<'_>, application_id: i64) -> Result<Eeoc> {
    let row = look.tx.first("where application_id = $1", params![application_id]).await?;
    of_candidates(look, row.into_iter().collect()).await?.pop().ok_or(Error::NotFound("eeocs", application_id))
}

pub async fn list_sets(look: &Look<'_>, page: Page) -> Result<Slice<QuestionSet>> {
    Select::new().page(look.tx, "id", page).await
}

/// All questions, or those of a set, in their order.
pub async fn list_questions(look: &Look<'_>, set_id: Option<i64>, page: Page) -> Result<Slice<DemographicQuestion>> {
    let mut select = Select::new();
    select.maybe("demographic_question_set_id = ?", &set_id);
    match set_id {
        Some(id) => {
            look.tx.find::<QuestionSet>(id).await?;
            select.page(look.tx, "priority, id", page).await
        }
        None => select.page(look.tx, "id", page).await,
    }
}

/// All options, or those of a question, in their order.
pub async fn list_options(look: &Look<'_>, question_id: Option<i64>, page: Page) -> Result<Slice<AnswerOption>> {
    let mut select = Select::new();
    select.maybe("demographic_question_id = ?", &question_id);
    match question_id {
        Some(id) => {
            look.tx.find::<DemographicQuestion>(id).await?;
            select.page(look.tx, "priority, id", page).await
        }
        None => select.page(look.tx, "id", page).await,
    }
}

/// What a list of answers can be narrowed by (FIL-1).
pub struct AnswerFilter {
    pub created_before: Option<Timestamp>,
    pub created_after: Option<Timestamp>,
    pub updated_before: Option<Timestamp>,
    pub updated_after: Option<Timestamp>,
    pub application_id: Option<i64>,
}

pub async fn list_answers(look: &Look<'_>, filter: AnswerFilter, page: Page) -> Result<Slice<DemographicAnswer>> {
    let AnswerFilter { created_before, created_after, updated_before, updated_after, application_id } = filter;
    if let Some(id) = application_id {
        look.tx.find::<Application>(id).await?;
    }
    let mut select = Select::new();
    select
        .times("created_at", &created_after, &created_before)
        .times("updated_at", &updated_after, &updated_before)
        .maybe("application_id = ?", &application_id);
    select.long_page(look, &["id"], page).await
}

/// What a board asks: the questions of a set that are not deleted, each with such options, in their order; none where the set is deleted.
pub async fn asked(
    look: &Look<'_>,
    set_id: i64,
) -> Result<Option<(QuestionSet, Vec<(DemographicQuestion, Vec<AnswerOption>)>)>> {
    let Some(set) = look.tx.get::<QuestionSet>(Some(set_id)).await?.filter(|it| it.active) else { return Ok(None) };
    let of = params![set_id];
    let options = "where active and demographic_question_id in \
                   (select id from demographic_questions where demographic_question_set_id = $1) order by priority, id";
    let (questions, options) = try_join!(
        look.tx
            .all::<DemographicQuestion>("where active and demographic_question_set_id = $1 order by priority, id", of),
        look.tx.all::<AnswerOption>(options, of),
    )?;
    let mut options = super::by(options, |it| it.demographic_question_id);
    let with = questions.into_iter().map(|it| (options.remove(&it.id).unwrap_or_default(), it)).map(|(a, b)| (b, a));
    Ok(Some((set, with.collect())))
}
