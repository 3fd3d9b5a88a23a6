//! The company's jobs, with posts, stages, teams, openings and approvals.

use super::{
    Company,
    company::{COORDINATOR, Named, RECRUITERS},
    fields,
    roles::{ROLES, Role},
};
use crate::{
    domain::{
        approval, board,
        hiring_team::{self, NewMember},
        job::{self, DepartmentRef, NewJob, OfficeRefs},
        opening::NewOpening,
        post::{self, Listing, NewPost, NewQuestion, Place},
        stage::{NewInterview, NewStage},
        user::UserRef,
    },
    error::Result,
    house::Orangery,
    patch::Patch,
    tables::{Board, FlowKind, Interview, InterviewKind, JobStatus, QuestionKind, Stage, TeamRole},
    work::Work,
};

/// A job as the stories see it.
pub struct Job {
    pub id: i64,
    pub post_id: i64,
    pub stages: Vec<i64>,
    /// The interview of each stage that is scheduled, if there is one.
    pub meetings: Vec<Option<i64>>,
    pub recruiter: i64,
    pub coordinator: i64,
    pub manager: i64,
}

/// It still waits for its approval.
const DRAFT: usize = 11;
/// It is given up in the end.
const CANCELLED: usize = 10;

pub(super) async fn make(
    work: &mut Work,
    n: usize,
    departments: &Named,
    offices: &Named,
    users: &[i64],
) -> Result<Job> {
    let role = &ROLES[n];
    let manager = users[5 + n % (users.len() - 5)];
    let (recruiter, coordinator) = (users[RECRUITERS[n % RECRUITERS.len()]], users[COORDINATOR]);
    let new = NewJob {
        name: role.name.to_owned(),
        requisition_id: Some(format!("REQ-{}", 101 + n)),
        notes: Some("Salary band agreed with finance. Panel: see the plan.".to_owned()),
        open: n != DRAFT,
        level: Some(role.level.to_owned()),
        department: Some(DepartmentRef::Id(departments[role.department])),
        offices: OfficeRefs::Ids(vec![offices[role.office]]),
        team_and_responsibilities: Some(role.about.to_owned()),
        how_to_sell_this_job: Some("Small team, real ownership, four weeks of working from anywhere.".to_owned()),
        custom: vec![
            fields::set("employment_type", "Full-time"),
            fields::range("salary_band", 45_000 + 4_000 * n as i64, 70_000 + 5_000 * n as i64, Some("EUR")),
            fields::range("years_of_experience", 2, 8, None),
            fields::set("buddy", manager),
        ],
        openings: openings(role, n),
        stages: Some(plan(role, manager)),
        ..NewJob::default()
    };
    let made = job::create(work, new).await?;
    hiring_team::add(work, made.id, team(manager, recruiter, coordinator)).await?;
    let post = post::create(work, advert(role, made.id, offices[role.office], n != DRAFT)).await?;
    if n == DRAFT {
        let plan = approval_of(FlowKind::OpenJob, &[manager, users[0]]);
        let flow = approval::put(work, made.id, plan).await?;
        approval::request(work, flow).await?;
    }
    let stages: Vec<Stage> = work.tx.all("where job_id = $1 order by priority", sql::params![made.id]).await?;
    let stages: Vec<i64> = stages.iter().map(|it| it.id).collect();
    let steps: Vec<Interview> = work.tx.children("stage_id", &stages).await?;
    let meeting = |stage: &i64| {
        let meetings = steps.iter().filter(|it| it.kind == InterviewKind::Meeting);
        meetings.filter(|it| it.stage_id == *stage).map(|it| it.id).next()
    };
    let meetings = stages.iter().map(meeting).collect();
    Ok(Job { id: made.id, post_id: post.id, stages, meetings, recruiter, coordinator, manager })
}

fn openings(role: &Role, n: usize) -> Vec<NewOpening> {
    let opening = |i: usize| NewOpening {
        id: None,
        opening_id: Some(format!("{}-{}", 101 + n, i + 1)),
        opened_at: None,
        custom: vec![fields::set("budget_code", format!("B26-{}{i:02}", role.level.chars().next().unwrap_or('X')))],
    };
    (0..role.openings).map(opening).collect()
}

fn plan(role: &Role, manager: i64) -> Vec<NewStage> {
    let step = |name: &str, kind: InterviewKind, minutes: Option<i64>| NewInterview {
        name: name.to_owned(),
        kind,
        estimated_minutes: minutes,
        user_ids: if kind == InterviewKind::Meeting { vec![manager] } else { Vec::new() },
        ..NewInterview::default()
    };
    let stage = |name: &str, interviews: Vec<NewInterview>| NewStage { id: None, name: name.to_owned(), interviews };
    use InterviewKind::{Meeting, Review, TakeHomeTest};
    let makers = ["Platform", "Data", "Product Engineering", "Design"].contains(&role.department);
    let mut stages = vec![
        stage("Application Review", vec![step("Application Review", Review, None)]),
        stage("Recruiter Call", vec![step("Recruiter Call", Meeting, Some(30))]),
    ];
    match makers {
        true => stages.push(stage(
            "Exercise",
            vec![step("Exercise", TakeHomeTest, None), step("Review of the exercise", Meeting, Some(45))],
        )),
        false => stages.push(stage("Case Interview", vec![step("Case Interview", Meeting, Some(45))])),
    }
    stages.push(stage(
        "Meet the Team",
        vec![step("With the hiring manager", Meeting, Some(60)), step("With the team", Meeting, Some(45))],
    ));
    stages.push(stage("Offer", Vec::new()));
    stages
}

fn team(manager: i64, recruiter: i64, coordinator: i64) -> hiring_team::Lists {
    let member = |user_id: i64, future: bool| NewMember { user_id, future, ..NewMember::default() };
    vec![
        (TeamRole::HiringManager, vec![member(manager, false)]),
        (TeamRole::Recruiter, vec![member(recruiter, true)]),
        (TeamRole::Coordinator, vec![member(coordinator, true)]),
    ]
}

fn advert(role: &Role, job_id: i64, office_id: i64, live: bool) -> NewPost {
    let own = [
        ("Where did you hear of us?", QuestionKind::ShortText, false),
        ("May you work in the country of the office?", QuestionKind::Boolean, true),
    ];
    let own = own.into_iter().map(|(label, kind, required)| NewQuestion {
        label: label.to_owned(),
        kind: Some(kind),
        required,
        ..NewQuestion::default()
    });
    NewPost {
        job_id: Some(job_id),
        title: role.name.to_owned(),
        location: Some(Place::Office(office_id)),
        internal: true,
        external: true,
        live,
        content: Some(format!("<p>{}</p><p>Parcel &amp; Pine brings parcels to people, quietly.</p>", role.about)),
        questions: Some(post::standard().into_iter().chain(own).collect()),
        ..NewPost::default()
    }
}

fn approval_of(kind: FlowKind, users: &[i64]) -> approval::Plan {
    let group = |user: &i64| approval::PlannedGroup { approvals_required: 1, approvers: vec![UserRef::Id(*user)] };
    approval::Plan { id: None, kind, offer_id: None, sequential: true, groups: users.iter().map(group).collect() }
}

/// The company's board, with a place for those who find no job on it.
pub(super) async fn board(work: &mut Work) -> Result<()> {
    let Some(first) = work.tx.first::<Board>("where not internal order by id limit 1", &[]).await? else {
        return Ok(());
    };
    let settings = board::Settings {
        content: Patch::Value("<p>Parcel &amp; Pine brings parcels to people, quietly. Come and help.</p>".to_owned()),
        ..board::Settings::default()
    };
    board::edit(work, first.id, board::Edit { settings, ..board::Edit::default() }).await?;
    let section = board::NewSection { id: None, name: "Something else".to_owned(), priority: None };
    let section = board::add_section(work, first.id, section).await?;
    let post = NewPost {
        title: "Tell us what you would do here".to_owned(),
        location: Some(Place::Text("Anywhere".to_owned())),
        external: true,
        live: true,
        content: Some("<p>No job fits, but the company does? Write to us.</p>".to_owned()),
        listing: Listing { section_id: Patch::Value(section.id), ..Listing::default() },
        ..NewPost::default()
    };
    post::create(work, post).await.map(drop)
}

/// The end of the story: a job is given up, unless somebody was hired for it.
pub(super) async fn close_some(house: &Orangery, company: &Company) -> Result<()> {
    let (actor, id) = (super::by(company.users[0]), company.jobs[CANCELLED].id);
    let act = async move |work: &mut Work| {
        if job::lock(work, id).await?.status != JobStatus::Open {
            return Ok(());
        }
        let close_reason_id = work.catalog().await?.close_reasons.keys().next_back().copied();
        job::close(work, id, job::Closing::ByHand { close_reason_id }).await
    };
    house.write(actor, act).await
}
