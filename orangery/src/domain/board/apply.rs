//! Somebody applies through a board: a person with an application or, through a prospect post, a prospect (SUB-5, SUB-15).

use sql::params;

use crate::{
    domain::{
        application::new::{NewApplication, Prospect, Referrer, Standing},
        attachment::NewAttachment,
        candidate::{self, NewCandidate},
        diversity::{self, GivenAnswer, GivenEeoc},
        tracking_link,
        user::UserRef,
    },
    error::{Error, Result},
    graph::job::board::is_published,
    tables::{Answer, Board, Consent, DemographicQuestion, JobPost, TrackingLink},
    work::Work,
};

/// What came in.
#[derive(Debug, Clone)]
pub struct Submission {
    pub board_id: i64,
    pub post_id: i64,
    /// Who it is, without applications.
    pub person: NewCandidate,
    pub location: Option<String>,
    pub answers: Vec<Answer>,
    pub attachments: Vec<NewAttachment>,
    /// By which tracking link they came (SUB-13); one that nobody knows is none.
    pub token: Option<String>,
    pub eeoc: GivenEeoc,
    pub demographics: Vec<GivenAnswer>,
    pub consent: GivenConsent,
}

/// SUB-12: what was agreed to, or not; None where nothing was said.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GivenConsent {
    pub consent: Option<bool>,
    pub processing: Option<bool>,
    pub retention: Option<bool>,
    pub demographic: Option<bool>,
}

/// Adds the person with the application, and answers the application's id.
pub async fn apply(work: &mut Work, new: &Submission) -> Result<i64> {
    let Submission { board_id, post_id, person, location, answers, attachments, token, eeoc, demographics, consent } =
        new;
    let board: Board = work.tx.find(*board_id).await?;
    let post: JobPost = work.tx.find(*post_id).await?;
    if !is_published(&post, &board) {
        return Err(Error::NotFound("job_posts", post.id));
    }
    let link = match token {
        Some(token) => tracking_link::find(work, token).await?,
        None => None,
    };
    let mut application = NewApplication::new(standing(&post));
    application.job_post_id = Some(post.id);
    application.source_id = link.as_ref().and_then(|it| it.source_id).or(board.source_id);
    application.referrer = link.as_ref().and_then(credited);
    application.location = location.clone();
    application.answers = answers.clone();
    application.attachments = attachments.clone();
    let person = NewCandidate { applications: vec![application], ..person.clone() };
    let candidate_id = match post.job_id {
        Some(_) => candidate::create(work, &person).await?,
        None => candidate::create_prospect(work, &person).await?,
    };
    let made = work.tx.row("select id from applications where candidate_id = $1", params![candidate_id]).await?;
    let id = made.ok_or(Error::NotFound("applications", 0))?.get(0)?;
    if post.eeoc && !eeoc.says_nothing() {
        diversity::set_eeoc(work, id, eeoc).await?;
    }
    answer(work, &post, id, demographics).await?;
    agree(work, id, consent).await?;
    Ok(id)
}

fn standing(post: &JobPost) -> Standing {
    match post.job_id {
        Some(job_id) => Standing::Candidate { job_id, initial_stage_id: None },
        // APP-7: an office counts beside a department alone.
        None => Standing::Prospect(Prospect {
            department_id: post.department_id,
            office_id: post.office_id.filter(|_| post.department_id.is_some()),
            ..Prospect::default()
        }),
    }
}

/// Whom a link credits.
fn credited(link: &TrackingLink) -> Option<Referrer> {
    let user = link.referrer_user_id.map(|id| Referrer::User(UserRef::Id(id)));
    user.or_else(|| link.referrer_name.clone().map(Referrer::Outside))
}

/// DEM-2: answers to the questions that the post asks.
async fn answer(work: &mut Work, post: &JobPost, application_id: i64, given: &[GivenAnswer]) -> Result<()> {
    let Some(set_id) = post.demographic_question_set_id.filter(|_| !given.is_empty()) else { return Ok(()) };
    let asked = "where demographic_question_set_id = $1";
    let asked: Vec<DemographicQuestion> = work.tx.all(asked, params![set_id]).await?;
    if let Some(n) = given.iter().position(|it| !asked.iter().any(|question| question.id == it.question_id)) {
        let why = format!("The post does not ask question {}", given[n].question_id);
        return Err(Error::invalid(format!("demographic_answers[{n}].question_id"), why));
    }
    diversity::answer(work, application_id, given, "demographic_answers").await
}

/// Gives an application what was agreed to with another that is dropped, where nothing was said with it (FIRE-10).
pub(in crate::domain) async fn hand_on(work: &mut Work, from: i64, to: i64) -> Result<()> {
    let consents: Vec<Consent> = work.tx.children("application_id", &[from, to]).await?;
    if let [before] = consents.as_slice()
        && before.application_id == from
    {
        let after = Consent { application_id: to, ..before.clone() };
        work.update(before, &after).await?;
    }
    Ok(())
}

async fn agree(work: &mut Work, application_id: i64, given: &GivenConsent) -> Result<()> {
    if *given == GivenConsent::default() {
        return Ok(());
    }
    let GivenConsent { consent, processing, retention, demographic } = given.clone();
    let given_at = work.now;
    let mut row = Consent { id: 0, application_id, consent, processing, retention, demographic, given_at };
    work.insert(&mut row).await
}
