//! The people who apply, and what is done about them.

use fastrand::Rng;
use jiff::{SignedDuration, tz::TimeZone};
use serde_json::json;

use super::{
    Company, by, fields, from_the_board,
    lists::{FIRST_NAMES, LAST_NAMES, NOTES, REJECTIONS, TAGS, TAKE_AWAYS},
    roles::ROLES,
    story::{self, Deed},
};
use crate::{
    domain::{
        application::{
            self, Rejection, convert,
            hire::{self, Hire},
            moves,
        },
        candidate,
        interview::{self, Attendee, NewInterview, Outsiders},
        note::{self, Content, NewItem},
        offer::{self, EditOffer, NewOffer},
        scorecard::{self, NewScorecard},
        tag,
        user::UserRef,
    },
    error::{Error, Result},
    house::Orangery,
    tables::{Rating, ResponseStatus, ScorecardAnswer, ScorecardAttribute, ScorecardStatus, Visibility},
    work::{Actor, Work},
};

/// Somebody with a story, and how far it is told.
pub struct Person {
    pub(super) dice: Rng,
    pub(super) first_name: &'static str,
    pub(super) last_name: &'static str,
    pub(super) number: usize,
    /// Their job, by its place.
    pub(super) job: usize,
    story: Vec<(usize, Deed)>,
    next: usize,
    candidate: i64,
    application: i64,
    stage: usize,
    meeting: Option<i64>,
    offer: i64,
    pub(super) salary: i64,
}

/// `count` people, the same ones every time.
pub fn invent(company: &Company, count: usize, slots: usize) -> Vec<Person> {
    let weights: usize = ROLES.iter().map(|it| it.weight).sum();
    let invent = |number: usize| {
        let mut dice = Rng::with_seed(0x0a4a_6e00 + number as u64);
        let mut lot = dice.usize(..weights);
        let job = ROLES.iter().position(|it| {
            let mine = lot < it.weight;
            lot = lot.saturating_sub(it.weight);
            mine
        });
        let job = job.unwrap_or_default();
        let story = match number % 7 {
            3 => story::of_prospect(&mut dice, slots),
            _ => story::of_candidate(&mut dice, slots, company.jobs[job].stages.len()),
        };
        // Walked at different paces, so that no two have the same name before all pairs are used up.
        let (first, last) = (number * 37 + 11, number * 53 + number / LAST_NAMES.len() + 5);
        Person {
            first_name: FIRST_NAMES[first % FIRST_NAMES.len()],
            last_name: LAST_NAMES[last % LAST_NAMES.len()],
            number,
            job,
            story,
            next: 0,
            candidate: 0,
            application: 0,
            stage: 0,
            meeting: None,
            offer: 0,
            salary: 42_000 + 1000 * dice.i64(0..50),
            dice,
        }
    };
    (0..count).map(invent).collect()
}

impl Person {
    pub fn is_due(&self, slot: usize) -> bool {
        self.story.get(self.next).is_some_and(|it| it.0 <= slot)
    }

    /// Tells what is due; answers how many deeds that were, and how many of them the house refused. A refusal ends the story.
    pub async fn act(&mut self, house: &Orangery, company: &Company, slot: usize) -> Result<(usize, usize)> {
        let mut deeds = 0;
        while self.is_due(slot) {
            let (_, deed) = self.story[self.next];
            self.next += 1;
            match Box::pin(self.one(house, company, deed)).await {
                Ok(()) => deeds += 1,
                Err(Error::Refused(why)) => {
                    tracing::debug!(?deed, why, "the story ends");
                    self.next = self.story.len();
                    return Ok((deeds, 1));
                }
                Err(error) => return Err(error),
            }
        }
        Ok((deeds, 0))
    }

    async fn one(&mut self, house: &Orangery, company: &Company, deed: Deed) -> Result<()> {
        let job = &company.jobs[self.job];
        let (recruiter, application, candidate) = (by(job.recruiter), self.application, self.candidate);
        match deed {
            Deed::Apply | Deed::Found => return self.arrive(house, company, deed).await,
            Deed::Schedule => return self.schedule(house, company).await,
            Deed::Score => return self.score(house, company).await,
            Deed::Offer | Deed::Improve => return self.offer(house, company, deed).await,
            Deed::Advance => {
                house.write(recruiter, async move |work| moves::advance_from_any(work, application).await).await?;
                self.stage += 1;
            }
            Deed::Note => {
                let note = self.note(job.recruiter);
                house.write(recruiter, async move |work| note::add(work, candidate, &note).await.map(drop)).await?;
            }
            Deed::Tag => {
                let name = pick(&mut self.dice, TAGS);
                house.write(recruiter, async move |work| tagged(work, candidate, name).await).await?;
            }
            Deed::Reject | Deed::Withdraw => {
                let rejection = self.rejection(company, deed);
                let act = async move |work: &mut Work| application::reject(work, application, &rejection).await;
                house.write(recruiter, act).await?;
            }
            Deed::Reconsider => {
                house.write(recruiter, async move |work| application::unreject(work, application).await).await?;
            }
            Deed::Send => {
                let offer = self.offer;
                house.write(recruiter, async move |work| offer::send(work, offer, None).await).await?;
            }
            Deed::Decline => {
                let offer = self.offer;
                house.write(recruiter, async move |work| offer::reject(work, offer).await).await?;
            }
            Deed::Hire => {
                house.write(recruiter, async move |work| hire::hire(work, application, Hire::default()).await).await?;
            }
            Deed::Convert => {
                let job_id = job.id;
                let act = async move |work: &mut Work| convert::convert(work, application, job_id, None).await;
                self.application = house.write(recruiter, act).await?;
            }
        }
        Ok(())
    }

    async fn arrive(&mut self, house: &Orangery, company: &Company, deed: Deed) -> Result<()> {
        let resume = match self.number % 4 {
            0 => Some(self.resume(house).await?),
            _ => None,
        };
        let new = self.introduce(company, deed, resume);
        let job = &company.jobs[self.job];
        let actor = if deed == Deed::Found { by(job.recruiter) } else { from_the_board() };
        let made = house.write(actor, async move |work| {
            let id = match deed {
                Deed::Found => candidate::create_prospect(work, &new).await?,
                _ => candidate::create(work, &new).await?,
            };
            let first = "select id from applications where candidate_id = $1 order by id limit 1";
            Ok((id, work.tx.count(first, sql::params![id]).await?))
        });
        (self.candidate, self.application) = made.await?;
        Ok(())
    }

    fn note(&mut self, user_id: i64) -> NewItem {
        NewItem {
            id: None,
            user_id: Some(user_id),
            application_id: Some(self.application),
            visibility: Visibility::Public,
            content: Content::Note { body: pick(&mut self.dice, NOTES).to_owned() },
            path: String::new(),
        }
    }

    fn rejection(&mut self, company: &Company, deed: Deed) -> Rejection {
        let reasons = if deed == Deed::Withdraw { &company.reasons.1 } else { &company.reasons.0 };
        Rejection {
            reason_id: Some(reasons[self.dice.usize(..reasons.len())]),
            notes: (deed == Deed::Reject).then(|| pick(&mut self.dice, REJECTIONS).to_owned()),
            custom: vec![fields::set("keep_in_touch", self.dice.bool())],
            farewell: None,
        }
    }

    async fn schedule(&mut self, house: &Orangery, company: &Company) -> Result<()> {
        let job = &company.jobs[self.job];
        let Some(interview_id) = job.meetings.get(self.stage).copied().flatten() else { return Ok(()) };
        let (application_id, manager) = (self.application, job.manager);
        let days = self.dice.i64(1..=2);
        let act = async move |work: &mut Work| {
            let starts_at = work.now + SignedDuration::from_hours(24 * days);
            let new = NewInterview {
                id: None,
                application_id,
                interview_id,
                interviewers: vec![Attendee {
                    who: UserRef::Id(manager),
                    name: None,
                    response_status: ResponseStatus::Accepted,
                }],
                starts_at,
                ends_at: starts_at + SignedDuration::from_mins(45),
                all_day: false,
                external_event_id: None,
                location: None,
                video_conferencing_url: Some(format!("https://meet.example.com/{application_id}-{interview_id}")),
                outsiders: Outsiders::Refused,
                by_api: false,
            };
            interview::create(work, new).await
        };
        self.meeting = Some(house.write(by(job.coordinator), act).await?);
        Ok(())
    }

    async fn score(&mut self, house: &Orangery, company: &Company) -> Result<()> {
        let job = &company.jobs[self.job];
        let (Some(scheduled), Some(interview_id)) =
            (self.meeting.take(), job.meetings.get(self.stage).copied().flatten())
        else {
            return Ok(());
        };
        let scorecard = self.scorecard(interview_id, scheduled, job.manager);
        let act = async move |work: &mut Work| scorecard::create(work, scorecard).await.map(drop);
        house.write(by(job.manager), act).await
    }

    fn scorecard(&mut self, interview_id: i64, scheduled_interview_id: i64, interviewer: i64) -> NewScorecard {
        let overall = [Rating::No, Rating::Yes, Rating::Yes, Rating::StrongYes, Rating::NoDecision];
        let mut attribute = |name: &str, kind: &str| {
            let rating = [Rating::No, Rating::Mixed, Rating::Yes, Rating::StrongYes][self.dice.usize(..4)];
            ScorecardAttribute { name: name.to_owned(), kind: kind.to_owned(), note: None, rating }
        };
        let attributes = vec![
            attribute("Craft", "Skills"),
            attribute("Ownership", "Qualifications"),
            attribute("Kindness", "Personality Traits"),
        ];
        NewScorecard {
            id: None,
            application_id: self.application,
            interview_id: Some(interview_id),
            interview_name: None,
            scheduled_interview_id: Some(scheduled_interview_id),
            interviewer_id: Some(interviewer),
            submitted_by_id: None,
            interviewed_at: None,
            overall_recommendation: overall[self.dice.usize(..overall.len())],
            attributes,
            answers: vec![ScorecardAnswer {
                id: None,
                question: "Key Take-Aways".to_owned(),
                answer: Some(pick(&mut self.dice, TAKE_AWAYS).to_owned()),
            }],
            status: ScorecardStatus::Complete,
        }
    }

    async fn offer(&mut self, house: &Orangery, company: &Company, deed: Deed) -> Result<()> {
        let actor: Actor = by(company.jobs[self.job].recruiter);
        let (application_id, offer, shares) = (self.application, self.offer, self.dice.i64(1..20) * 100);
        if deed == Deed::Improve {
            self.salary += 3000;
        }
        let salary = fields::money("base_salary", self.salary);
        let act = async move |work: &mut Work| match deed {
            Deed::Improve => offer::edit(work, offer, EditOffer { custom: vec![salary], ..EditOffer::default() }).await,
            _ => {
                let start = (work.now + SignedDuration::from_hours(24 * 45)).to_zoned(TimeZone::UTC).date();
                let custom = vec![salary, fields::set("shares", json!(shares))];
                let terms = NewOffer {
                    application_id,
                    starts_on: start.first_of_month().into(),
                    custom,
                    ..NewOffer::default()
                };
                offer::create(work, terms).await
            }
        };
        self.offer = house.write(actor, act).await?;
        Ok(())
    }
}

async fn tagged(work: &mut Work, candidate_id: i64, name: &str) -> Result<()> {
    let (found, _) = tag::create(work, None, name).await?;
    tag::put(work, candidate_id, found.id).await.map(drop)
}

pub(super) fn pick<'a>(dice: &mut Rng, list: &[&'a str]) -> &'a str {
    list[dice.usize(..list.len())]
}
