//! The scorecard.

use super::{UserStub, user_of};
use crate::{
    graph::scorecard::Scorecard as Graph,
    tables::{self, Rating, ScorecardAnswer, ScorecardAttribute},
    wire::Millis,
};

view! {
    pub fn scorecard(s: &Graph) -> Scorecard {
        id: i64 = s.row.id,
        updated_at: Millis = Millis(s.row.updated_at),
        created_at: Millis = Millis(s.row.created_at),
        interview: String = s.row.interview_name.clone(),
        interview_step: InterviewStep = interview_step(&s.row),
        candidate_id: i64 = s.row.candidate_id,
        application_id: Option<i64> = s.row.application_id,
        interviewed_at: Option<Millis> = s.row.interviewed_at.map(Millis),
        submitted_by: Option<UserStub> = user_of(&s.catalog, s.row.submitted_by_id),
        interviewer: Option<UserStub> = user_of(&s.catalog, s.row.interviewer_id),
        submitted_at: Option<Millis> = s.row.submitted_at.map(Millis),
        overall_recommendation: Rating = s.row.overall_recommendation,
        attributes: Vec<ScorecardAttribute> = s.row.attributes.0.clone(),
        ratings: Ratings = ratings(&s.row),
        questions: Vec<ScorecardAnswer> = s.row.answers.0.clone(),
    }

    /// The id is null once the step is gone.
    pub fn interview_step(s: &tables::Scorecard) -> InterviewStep {
        id: Option<i64> = s.interview_id,
        name: String = s.interview_name.clone(),
    }

    /// INC-86: five lists; attributes without a decision are in none.
    pub fn ratings(s: &tables::Scorecard) -> Ratings {
        definitely_not: Vec<String> = rated(s, Rating::DefinitelyNot),
        no: Vec<String> = rated(s, Rating::No),
        mixed: Vec<String> = rated(s, Rating::Mixed),
        yes: Vec<String> = rated(s, Rating::Yes),
        strong_yes: Vec<String> = rated(s, Rating::StrongYes),
    }
}

fn rated(s: &tables::Scorecard, rating: Rating) -> Vec<String> {
    s.attributes.0.iter().filter(|it| it.rating == rating).map(|it| it.name.clone()).collect()
}
