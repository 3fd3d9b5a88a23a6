//! What goes on happening in the sample company while somebody watches: one small thing at a time.

use std::collections::HashMap;

use fastrand::Rng;
use futures_util::try_join;

use super::{
    by, from_the_board,
    lists::{FIRST_NAMES, LAST_NAMES, REJECTIONS, TAGS},
    people::pick,
    roles::ROLES,
};
use crate::{
    domain::{
        application::{
            self, Rejection, moves,
            new::{NewApplication, Standing},
        },
        candidate::{self, NewCandidate, NewContact},
        tag,
    },
    error::{Error, Result},
    house::Orangery,
    tables::{Application, Candidate, ContactKind, Job, JobPost, RejectionReason, Source, Stage, User},
    work::Work,
};

/// With whom and what things happen.
pub struct Cast {
    users: Vec<i64>,
    sources: Vec<i64>,
    reasons: Vec<i64>,
    /// The post of a job.
    posts: HashMap<i64, i64>,
}

impl Cast {
    pub async fn read(house: &Orangery) -> Result<Self> {
        house
            .read(async |look| {
                let tx = look.tx;
                let (users, sources, reasons, posts) = try_join!(
                    tx.all::<User>("order by id", &[]),
                    tx.all::<Source>("order by id", &[]),
                    tx.all::<RejectionReason>("order by id", &[]),
                    tx.all::<JobPost>("where job_id is not null order by id", &[]),
                )?;
                Ok(Self {
                    users: users.iter().map(|it| it.id).collect(),
                    sources: sources.iter().map(|it| it.id).collect(),
                    reasons: reasons.iter().filter(|it| it.type_id == 1).map(|it| it.id).collect(),
                    posts: posts.iter().filter_map(|it| Some((it.job_id?, it.id))).collect(),
                })
            })
            .await
    }
}

/// Does one thing, and answers in words what it was.
pub async fn happen(house: &Orangery, cast: &Cast, dice: &mut Rng) -> Result<String> {
    // Some of what is tried is refused: from the last stage one can't advance. Then it is something else.
    for _ in 0..8 {
        let lot = dice.usize(..100);
        let done = match lot {
            0..30 => apply(house, cast, dice).await,
            30..65 => with_one(house, cast, dice, Change::Advance).await,
            65..85 => with_one(house, cast, dice, Change::Reject).await,
            _ => with_one(house, cast, dice, Change::Tag).await,
        };
        match done {
            Err(Error::Refused(_)) => continue,
            done => return done,
        }
    }
    apply(house, cast, dice).await
}

/// An active application on an open job, for those who want to try something: candidate, application, name.
pub async fn somebody(house: &Orangery, dice: &mut Rng) -> Result<Option<(Candidate, Application)>> {
    let lot = dice.usize(..);
    house
        .read(async |look| {
            let active = "where status = 'active' and stage_id is not null \
                          and job_id in (select id from jobs where status = 'open') order by id";
            let mut active: Vec<Application> = look.tx.all(active, &[]).await?;
            if active.is_empty() {
                return Ok(None);
            }
            let application = active.swap_remove(lot % active.len());
            Ok(Some((look.tx.find(application.candidate_id).await?, application)))
        })
        .await
}

async fn apply(house: &Orangery, cast: &Cast, dice: &mut Rng) -> Result<String> {
    let open: Vec<Job> =
        house.read(async |look| Ok(look.tx.all("where status = 'open' order by id", &[]).await?)).await?;
    if open.is_empty() {
        return Ok("Nothing happens: no job is open".to_owned());
    }
    let job = &open[dice.usize(..open.len())];
    let post_id = cast.posts.get(&job.id).copied();
    let (first, last) = (pick(dice, FIRST_NAMES), pick(dice, LAST_NAMES));
    let standing = Standing::Candidate { job_id: job.id, initial_stage_id: None };
    let new = NewCandidate {
        title: Some(ROLES[dice.usize(..ROLES.len())].titles[0].to_owned()),
        contacts: vec![NewContact {
            kind: ContactKind::Email,
            value: format!("{}.{}@example.com", super::company::slug(first), super::company::slug(last)),
            label: Some("personal".to_owned()),
            path: String::new(),
        }],
        applications: vec![NewApplication {
            source_id: cast.sources.get(dice.usize(..cast.sources.len().max(1))).copied(),
            job_post_id: post_id,
            ..NewApplication::new(standing)
        }],
        ..NewCandidate::new(first, last)
    };
    house.write(from_the_board(), async move |work| candidate::create(work, &new).await).await?;
    Ok(format!("{first} {last} applies for {}", job.name))
}

#[derive(Clone, Copy)]
enum Change {
    Advance,
    Reject,
    Tag,
}

async fn with_one(house: &Orangery, cast: &Cast, dice: &mut Rng, change: Change) -> Result<String> {
    let Some((candidate, application)) = somebody(house, dice).await? else { return apply(house, cast, dice).await };
    let name = format!("{} {}", candidate.first_name, candidate.last_name);
    let actor = match cast.users.is_empty() {
        true => from_the_board(),
        false => by(cast.users[dice.usize(..cast.users.len())]),
    };
    let id = application.id;
    match change {
        Change::Advance => {
            let act = async move |work: &mut Work| {
                moves::advance_from_any(work, id).await?;
                let now: Application = work.tx.find(id).await?;
                Ok(work.tx.get::<Stage>(now.stage_id).await?)
            };
            let stage = house.write(actor, act).await?;
            Ok(format!("{name} moves on to {}", stage.map_or_else(|| "the next stage".to_owned(), |it| it.name)))
        }
        Change::Reject => {
            let rejection = Rejection {
                reason_id: cast.reasons.get(dice.usize(..cast.reasons.len().max(1))).copied(),
                notes: Some(pick(dice, REJECTIONS).to_owned()),
                custom: Vec::new(),
                farewell: None,
            };
            house.write(actor, async move |work| application::reject(work, id, &rejection).await).await?;
            Ok(format!("{name} is rejected"))
        }
        Change::Tag => {
            let tag = pick(dice, TAGS);
            let candidate_id = candidate.id;
            let act = async move |work: &mut Work| {
                let (found, _) = tag::create(work, None, tag).await?;
                tag::put(work, candidate_id, found.id).await
            };
            house.write(actor, act).await?;
            Ok(format!("{name} is tagged \"{tag}\""))
        }
    }
}
