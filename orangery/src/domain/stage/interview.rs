//! The steps of a stage: what kind each is, how long it takes, who does it, and its kit with what to ask.

use sql::{Json, params};

use crate::{
    domain::{BODY, NAME},
    error::{Error, Faults, Result},
    graph::{Catalog, ids, job::Step},
    patch::Patch,
    tables::{Interview, InterviewKind, InterviewKit, KitQuestion, Stage},
    work::Work,
};

const MOST: usize = 100;

#[derive(Debug, Clone)]
pub struct NewInterview {
    pub id: Option<i64>,
    pub name: String,
    pub kind: InterviewKind,
    pub estimated_minutes: Option<i64>,
    /// Who conducts it by default.
    pub user_ids: Vec<i64>,
    pub kit: NewKit,
}

#[derive(Debug, Clone, Default)]
pub struct NewKit {
    pub id: Option<i64>,
    pub content: Option<String>,
    pub questions: Vec<NewKitQuestion>,
}

#[derive(Debug, Clone)]
pub struct NewKitQuestion {
    pub id: Option<i64>,
    pub question: String,
}

impl Default for NewInterview {
    fn default() -> Self {
        Self {
            id: None,
            name: String::new(),
            kind: InterviewKind::Meeting,
            estimated_minutes: None,
            user_ids: Vec::new(),
            kit: NewKit::default(),
        }
    }
}

/// The same step for another stage.
pub(super) fn again(step: Step) -> NewInterview {
    let Step { row, kit, questions } = step;
    NewInterview {
        id: None,
        name: row.name,
        kind: row.kind,
        estimated_minutes: row.estimated_minutes,
        user_ids: row.default_user_ids.0,
        kit: NewKit {
            id: None,
            content: kit.and_then(|it| it.content),
            questions: questions.into_iter().map(|it| NewKitQuestion { id: None, question: it.question }).collect(),
        },
    }
}

/// Finds the faults of a step that stands at `path` in the input.
pub(super) fn check(faults: &mut Faults, catalog: &Catalog, path: &str, new: &NewInterview) {
    faults.text(&format!("{path}name"), &new.name, NAME);
    minutes(faults, path, new.estimated_minutes);
    users(faults, path, catalog, &new.user_ids, &[]);
    faults.limit(&format!("{path}kit.content"), new.kit.content.as_deref(), BODY);
    questions(faults, &format!("{path}kit.questions"), &new.kit.questions, None);
}

fn minutes(faults: &mut Faults, path: &str, minutes: Option<i64>) {
    if minutes.is_some_and(|it| !(1..=1440).contains(&it)) {
        faults.add(format!("{path}estimated_minutes"), "Must be from 1 to 1440");
    }
}

/// Interviewers must be there and enabled; those who are named already may stay.
fn users(faults: &mut Faults, path: &str, catalog: &Catalog, user_ids: &[i64], present: &[i64]) {
    let field = format!("{path}default_interviewer_user_ids");
    if user_ids.len() > MOST {
        faults.add(&field, format!("Must be at most {MOST} users"));
    }
    for id in user_ids.iter().filter(|id| !present.contains(id)) {
        if catalog.user(Some(*id)).is_none_or(|it| it.row.disabled) {
            faults.add(&field, format!("There is no enabled user {id}"));
        }
    }
}

fn questions(faults: &mut Faults, field: &str, questions: &[NewKitQuestion], present: Option<&[KitQuestion]>) {
    if questions.len() > MOST {
        faults.add(field, format!("Must be at most {MOST} questions"));
    }
    for (n, question) in questions.iter().enumerate() {
        let at = |name: &str| format!("{field}[{n}].{name}");
        if question.question.trim().is_empty() {
            faults.add(at("question"), "must not be blank");
        }
        faults.text(&at("question"), &question.question, BODY);
        let Some(id) = question.id else { continue };
        if questions[..n].iter().any(|it| it.id == Some(id)) {
            faults.add(at("id"), format!("Question {id} is named twice"));
        }
        if present.is_some_and(|rows| !rows.iter().any(|it| it.id == id)) {
            faults.add(at("id"), format!("The kit has no question {id}"));
        }
    }
}

/// Adds a step to a stage, as the last.
pub async fn create(work: &mut Work, stage_id: i64, new: NewInterview) -> Result<Interview> {
    let (_, stage) = super::lock(work, stage_id).await?;
    let mut faults = Faults::default();
    check(&mut faults, &*work.catalog().await?, "", &new);
    faults.done()?;
    let present: Vec<Interview> =
        work.tx.all("where stage_id = $1 order by priority desc, id", params![stage_id]).await?;
    if present.len() >= MOST {
        return Err(Error::refused(format!("A stage has at most {MOST} interviews")));
    }
    let made = insert(work, stage_id, present.first().map_or(0, |it| it.priority + 1), new).await?;
    touch(work, stage).await?;
    Ok(made)
}

pub(super) async fn insert(work: &mut Work, stage_id: i64, priority: i64, new: NewInterview) -> Result<Interview> {
    let NewInterview { id, name, kind, estimated_minutes, user_ids, kit } = new;
    let NewKit { id: kit_id, content, questions } = kit;
    let mut interview = Interview {
        id: id.unwrap_or(0),
        stage_id,
        name,
        kind,
        estimated_minutes,
        default_user_ids: Json(ids(user_ids)),
        priority,
        created_at: work.now,
        updated_at: work.now,
    };
    work.insert(&mut interview).await?;
    let mut kit = InterviewKit { id: kit_id.unwrap_or(0), interview_id: interview.id, content };
    work.insert(&mut kit).await?;
    write_questions(work, kit.id, &[], questions).await?;
    Ok(interview)
}

#[derive(Debug, Clone, Default)]
pub struct InterviewChange {
    pub name: Option<String>,
    pub kind: Option<InterviewKind>,
    pub estimated_minutes: Patch<i64>,
    pub user_ids: Option<Vec<i64>>,
    pub content: Patch<String>,
    /// All of them, in their order; those with an id are the ones that are there.
    pub questions: Option<Vec<NewKitQuestion>>,
}

/// Edits a step and its kit.
pub async fn edit(work: &mut Work, id: i64, change: InterviewChange) -> Result<()> {
    let InterviewChange { name, kind, estimated_minutes, user_ids, content, questions: wanted } = change;
    let (stage, before) = lock(work, id).await?;
    let old_kit: InterviewKit = kit_of(work, id).await?;
    let present: Vec<KitQuestion> = work.tx.children("interview_kit_id", &[old_kit.id]).await?;
    let (mut after, mut kit) = (before.clone(), old_kit.clone());
    after.name = name.unwrap_or(after.name);
    after.kind = kind.unwrap_or(after.kind);
    estimated_minutes.apply(&mut after.estimated_minutes);
    content.apply(&mut kit.content);
    let mut faults = Faults::default();
    if let Some(user_ids) = user_ids {
        users(&mut faults, "", &*work.catalog().await?, &user_ids, &before.default_user_ids.0);
        after.default_user_ids = Json(ids(user_ids));
    }
    faults.text("name", &after.name, NAME);
    minutes(&mut faults, "", after.estimated_minutes);
    faults.limit("kit.content", kit.content.as_deref(), BODY);
    if let Some(wanted) = &wanted {
        questions(&mut faults, "kit.questions", wanted, Some(&present));
    }
    faults.done()?;
    let mut changed = work.update(&old_kit, &kit).await?;
    if let Some(wanted) = wanted {
        changed |= write_questions(work, kit.id, &present, wanted).await?;
    }
    if changed || after != before {
        after.updated_at = work.now;
        work.update(&before, &after).await?;
        touch(work, stage).await?;
    }
    Ok(())
}

/// Deletes a step and, silently, what was scheduled for it (FIRE-0).
pub async fn delete(work: &mut Work, id: i64) -> Result<()> {
    let (stage, interview) = lock(work, id).await?;
    work.delete(&interview).await?;
    touch(work, stage).await
}

/// The step, locked with its stage and job.
async fn lock(work: &Work, id: i64) -> Result<(Stage, Interview)> {
    let stage_id = work.tx.find::<Interview>(id).await?.stage_id;
    let (_, stage) = super::lock(work, stage_id).await?;
    Ok((stage, work.tx.lock(id).await?))
}

async fn kit_of(work: &mut Work, interview_id: i64) -> Result<InterviewKit> {
    if let Some(kit) = work.tx.first("where interview_id = $1", params![interview_id]).await? {
        return Ok(kit);
    }
    let mut kit = InterviewKit { id: 0, interview_id, content: None };
    work.insert(&mut kit).await?;
    Ok(kit)
}

/// Makes the questions of a kit the wanted ones; true if that changed anything.
async fn write_questions(
    work: &mut Work,
    interview_kit_id: i64,
    present: &[KitQuestion],
    wanted: Vec<NewKitQuestion>,
) -> Result<bool> {
    let mut changed = false;
    for row in present.iter().filter(|row| !wanted.iter().any(|it| it.id == Some(row.id))) {
        work.delete(row).await?;
        changed = true;
    }
    for (priority, NewKitQuestion { id, question }) in (0..).zip(wanted) {
        let mut row = KitQuestion { id: id.unwrap_or(0), interview_kit_id, question, priority };
        match present.iter().find(|it| Some(it.id) == id) {
            Some(before) => changed |= work.update(before, &row).await?,
            None => {
                work.insert(&mut row).await?;
                changed = true;
            }
        }
    }
    Ok(changed)
}

/// What a stage shows did change.
async fn touch(work: &mut Work, stage: Stage) -> Result<()> {
    let after = Stage { updated_at: work.now, ..stage.clone() };
    work.update(&stage, &after).await?;
    Ok(())
}
