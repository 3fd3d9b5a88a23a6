//! How somebody introduces themselves: contacts, education, jobs, a resume, and what they apply for.

use fastrand::Rng;
use jiff::civil::Date;
use serde_json::json;

use super::{
    Company,
    company::slug,
    fields,
    lists::{CITIES, COMPANIES, LANGUAGES, PERMITS, TAGS},
    people::{Person, pick},
    roles::ROLES,
    story::Deed,
};
use crate::{
    domain::{
        application::new::{NewApplication, Prospect, Referrer, Standing},
        attachment::NewAttachment,
        candidate::{NewCandidate, NewContact, NewEducation, NewEmployment},
        user::UserRef,
    },
    error::{Error, Result},
    house::Orangery,
    tables::{Answer, AttachmentKind, ContactKind},
};

impl Person {
    pub(super) fn introduce(&mut self, company: &Company, deed: Deed, resume: Option<NewAttachment>) -> NewCandidate {
        let role = &ROLES[self.job];
        let address = format!("{}.{}{}@example.com", slug(self.first_name), slug(self.last_name), self.number);
        let city = pick(&mut self.dice, CITIES);
        let site = format!("https://{}-{}.example.com", slug(self.first_name), slug(self.last_name));
        let phone = format!("+1 555 01{:02} {:03}", self.number % 100, self.dice.usize(..1000));
        let mut contacts = vec![
            contact(ContactKind::Email, address, Some("personal")),
            contact(ContactKind::Phone, phone, Some("mobile")),
            contact(ContactKind::Address, city.to_owned(), Some("home")),
        ];
        if self.dice.bool() {
            contacts.push(contact(ContactKind::Website, site.clone(), Some("personal")));
        }
        let mut custom = vec![
            fields::set("work_permit", pick(&mut self.dice, PERMITS)),
            fields::set("languages", json!(["English", LANGUAGES[1 + self.dice.usize(..LANGUAGES.len() - 1)]])),
            fields::money("desired_salary", self.salary),
            fields::set("willing_to_relocate", self.dice.bool()),
        ];
        if self.dice.bool() {
            custom.push(fields::set("portfolio", site));
        }
        let recruiter = UserRef::Id(company.jobs[self.job].recruiter);
        let prospect = deed == Deed::Found;
        NewCandidate {
            company: Some(pick(&mut self.dice, COMPANIES).to_owned()),
            title: Some(pick(&mut self.dice, role.titles).to_owned()),
            recruiter: prospect.then_some(recruiter),
            educations: vec![self.education(company)],
            employments: self.employments(),
            tags: if self.dice.usize(..10) == 0 { vec![pick(&mut self.dice, TAGS).to_owned()] } else { Vec::new() },
            contacts,
            custom,
            attachments: resume.into_iter().collect(),
            applications: vec![self.application(company, prospect)],
            ..NewCandidate::new(self.first_name, self.last_name)
        }
    }

    fn application(&mut self, company: &Company, prospect: bool) -> NewApplication {
        let job = &company.jobs[self.job];
        let standing = match prospect {
            false => Standing::Candidate { job_id: job.id, initial_stage_id: None },
            true => {
                let (pool, stages) = &company.pools[self.dice.usize(..company.pools.len())];
                let in_pool = self.dice.usize(..3) > 0;
                Standing::Prospect(Prospect {
                    job_ids: if in_pool { Vec::new() } else { vec![job.id] },
                    pool_id: in_pool.then_some(*pool),
                    stage_id: in_pool.then(|| stages[self.dice.usize(..stages.len())]),
                    owner_id: Some(job.recruiter),
                    ..Prospect::default()
                })
            }
        };
        let referrer = match self.dice.usize(..12) {
            0 => Some(Referrer::User(UserRef::Id(company.users[self.dice.usize(..company.users.len())]))),
            1 => Some(Referrer::Outside("Ottilie Brandt".to_owned())),
            _ => None,
        };
        let answer =
            |question: &str, answer: &str| Answer { question: question.to_owned(), answer: Some(answer.to_owned()) };
        NewApplication {
            source_id: Some(company.sources[self.dice.usize(..company.sources.len())]),
            referrer,
            job_post_id: (!prospect).then_some(job.post_id),
            answers: match prospect {
                true => Vec::new(),
                false => vec![
                    answer("Where did you hear of us?", "From somebody who works with you"),
                    answer("May you work in the country of the office?", "Yes"),
                ],
            },
            custom: vec![fields::set("notice_period", json!(self.dice.i64(0..13)))],
            ..NewApplication::new(standing)
        }
    }

    fn education(&mut self, company: &Company) -> NewEducation {
        let from = 2004 + (self.number % 16) as i16;
        let one = |dice: &mut Rng, ids: &[i64]| (!ids.is_empty()).then(|| ids[dice.usize(..ids.len())]);
        NewEducation {
            id: None,
            school_id: one(&mut self.dice, &company.schools),
            discipline_id: one(&mut self.dice, &company.disciplines),
            degree_id: one(&mut self.dice, &company.degrees),
            start_date: Date::new(from, 9, 1).ok(),
            end_date: Date::new(from + 4, 6, 30).ok(),
            path: "educations[0].".to_owned(),
        }
    }

    fn employments(&mut self) -> Vec<NewEmployment> {
        let titles = ROLES[self.job].titles;
        let count = self.dice.usize(1..=2);
        let job = |n: usize| NewEmployment {
            id: None,
            company_name: COMPANIES[(self.number * 5 + n * 7) % COMPANIES.len()].to_owned(),
            title: titles[(self.number + n) % titles.len()].to_owned(),
            start_date: Date::new(2023 - 4 * n as i16, 3, 1).ok(),
            end_date: (n > 0).then(|| Date::new(2023, 2, 28).ok()).flatten(),
        };
        (0..count).map(job).collect()
    }

    pub(super) async fn resume(&self, house: &Orangery) -> Result<NewAttachment> {
        let (first, last, role) = (self.first_name, self.last_name, &ROLES[self.job]);
        let text =
            format!("{first} {last}\n{}\n\nApplied for: {}\n", role.titles[self.number % role.titles.len()], role.name);
        let stored = house.files.store(text.as_bytes()).await;
        let blob = stored.map_err(|error| Error::Database(sql::Error::Unavailable(format!("the file: {error}"))))?;
        Ok(NewAttachment {
            id: None,
            filename: format!("{}-{}.txt", slug(first), slug(last)),
            kind: AttachmentKind::Resume,
            content_type: Some("text/plain".to_owned()),
            visibility: None,
            blob,
            size: text.len() as i64,
        })
    }
}

fn contact(kind: ContactKind, value: String, label: Option<&str>) -> NewContact {
    NewContact { kind, value, label: label.map(str::to_owned), path: String::new() }
}
