//! Scheduled interviews and scorecards.

use jiff::Timestamp;
use sql::{Field, Json};

use super::{
    Harvest, SMALL,
    json::{It, rows},
};
use crate::{
    import::{Batch, Inlet},
    tables::{
        InterviewStatus, Interviewer, Rating, ResponseStatus, ScheduledInterview, Scorecard, ScorecardAnswer,
        ScorecardAttribute, ScorecardStatus,
    },
};

impl Harvest {
    pub(super) async fn scorecards(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = Self::since(to, "/v1/scorecards", "updated_after", SMALL);
        self.each(to, &path, async |to, page| {
            let mut batch = Batch::new();
            for (id, it) in rows(page) {
                // Which interview it is of is told by the interview.
                batch.put(scorecard(to, id, it), &["scheduled_interview_id"]);
            }
            Ok(batch)
        })
        .await
    }

    pub(super) async fn scheduled_interviews(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = Self::since(to, "/v1/scheduled_interviews", "updated_after", SMALL);
        self.each(to, &path, async |to, page| {
            let mut batch = Batch::new();
            for (id, it) in rows(page) {
                batch.put(interview(to, id, it), &["by_api"]);
            }
            for (id, it) in rows(page) {
                batch.list("scheduled_interview_id", id, interviewers(id, it), &[]);
            }
            for (id, it) in rows(page) {
                for scorecard in it.list("interviewers").filter_map(|it| it.number("scorecard_id")) {
                    batch.set("scorecards", scorecard, vec![("scheduled_interview_id", id.value())]);
                }
            }
            Ok(batch)
        })
        .await
    }
}

fn scorecard(to: &Inlet<'_>, id: i64, it: It<'_>) -> Scorecard {
    let created_at = it.time("created_at").unwrap_or(to.began());
    let step = it.at("interview_step");
    let attributes = it.list("attributes").map(|it| ScorecardAttribute {
        name: it.words("name"),
        kind: it.words("type"),
        note: it.text("note"),
        rating: it.word("rating").unwrap_or(Rating::NoDecision),
    });
    let answers = it.list("questions").map(|it| ScorecardAnswer {
        id: it.id(),
        question: it.words("question"),
        answer: it.text("answer"),
    });
    Scorecard {
        id,
        candidate_id: it.number("candidate_id").unwrap_or_default(),
        application_id: it.number("application_id"),
        interview_id: step.id(),
        scheduled_interview_id: None,
        interview_name: it.text("interview").or_else(|| step.text("name")).unwrap_or_default(),
        interviewer_id: it.id_of("interviewer"),
        submitted_by_id: it.id_of("submitted_by"),
        // Harvest lists those that were submitted.
        status: ScorecardStatus::Complete,
        overall_recommendation: it.word("overall_recommendation").unwrap_or(Rating::NoDecision),
        attributes: Json(attributes.collect()),
        answers: Json(answers.collect()),
        interviewed_at: it.time("interviewed_at"),
        submitted_at: it.time("submitted_at"),
        created_at,
        updated_at: it.time("updated_at").unwrap_or(created_at),
    }
}

fn interview(to: &Inlet<'_>, id: i64, it: It<'_>) -> ScheduledInterview {
    let created_at = it.time("created_at").unwrap_or(to.began());
    let external_event_id = it.text("external_event_id");
    ScheduledInterview {
        id,
        application_id: it.number("application_id").unwrap_or_default(),
        interview_id: it.id_of("interview").unwrap_or_default(),
        // Only what an integration made has one.
        by_api: external_event_id.is_some(),
        external_event_id,
        organizer_id: it.id_of("organizer"),
        starts_at: moment(it.at("start")).unwrap_or(created_at),
        ends_at: moment(it.at("end")).unwrap_or(created_at),
        all_day: it.at("start").text("date").is_some(),
        location: it.text("location"),
        video_conferencing_url: it.text("video_conferencing_url"),
        status: it.word("status").unwrap_or(InterviewStatus::Complete),
        created_at,
        updated_at: it.time("updated_at").unwrap_or(created_at),
    }
}

fn moment(it: It<'_>) -> Option<Timestamp> {
    it.time("date_time").or_else(|| it.time("date"))
}

fn interviewers(scheduled_interview_id: i64, it: It<'_>) -> Vec<Interviewer> {
    let interviewer = |it: It<'_>| {
        let (user_id, email) = (it.id(), it.text("email").filter(|_| it.id().is_none()));
        Interviewer {
            id: 0,
            scheduled_interview_id,
            user_id,
            // Who has no name is shown by the address.
            name: it.text("name").filter(|it| user_id.is_none() && Some(it) != email.as_ref()),
            email,
            response_status: it.word("response_status").unwrap_or(ResponseStatus::NeedsAction),
        }
    };
    it.list("interviewers").map(interviewer).collect()
}
