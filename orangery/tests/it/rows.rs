//! Rows with ids of their own, where the verbs that would make them are not what a test is about: user 2 Bob and 3 Cleo, job 10 with stage
//! 20 and the interviews 30 (a meeting) and 31 (a take-home test), candidate 40 with application 50 in that stage and offer 60.

use orangery::{
    error::Result,
    tables::{
        Application, ApplicationStatus, Candidate, Interview, InterviewKind, Job, JobStatus, Offer, OfferStatus, Stage,
        UserEmail,
    },
    work::Work,
};
use sql::Json;

use crate::acme::{Acme, insert, user};

/// Acme with these rows.
pub async fn acme() -> Acme {
    let acme = Acme::empty().await;
    acme.write(async move |work| people(work).await).await.unwrap();
    acme.write(async move |work| rows(work).await).await.unwrap();
    acme
}

async fn people(work: &mut Work) -> Result<()> {
    for (id, first_name, last_name) in [(2, "Bob", "Builder"), (3, "Cleo", "Clark")] {
        insert(work, user(id, first_name, last_name, Some(&format!("e-{id}")))).await?;
        let email = format!("{}@example.com", first_name.to_lowercase());
        let email = UserEmail { id: 0, user_id: id, email_key: email.clone(), email, is_primary: true, verified: true };
        insert(work, email).await?;
    }
    Ok(())
}

async fn rows(work: &mut Work) -> Result<()> {
    insert(work, job(work, 10, JobStatus::Open)).await?;
    insert(work, stage(work, 20, 10)).await?;
    insert(work, interview(work, 30, "Culture Fit", InterviewKind::Meeting)).await?;
    insert(work, interview(work, 31, "Homework", InterviewKind::TakeHomeTest)).await?;
    insert(work, candidate(work, 40)).await?;
    insert(work, application(work, 50, 40)).await?;
    insert(work, offer(work, 60, 1)).await
}

pub fn job(work: &Work, id: i64, status: JobStatus) -> Job {
    Job {
        id,
        name: format!("Engineer {id}"),
        requisition_id: None,
        notes: None,
        confidential: false,
        status,
        level: None,
        department_id: None,
        anywhere: false,
        team_and_responsibilities: None,
        how_to_sell_this_job: None,
        is_template: false,
        copied_from_id: None,
        created_by_id: None,
        closed_by_application_id: None,
        custom: Json::default(),
        created_at: work.now,
        opened_at: None,
        closed_at: None,
        updated_at: work.now,
    }
}

pub fn stage(work: &Work, id: i64, job_id: i64) -> Stage {
    Stage {
        id,
        job_id,
        name: "Face to Face".to_owned(),
        priority: 0,
        active: true,
        created_at: work.now,
        updated_at: work.now,
    }
}

pub fn interview(work: &Work, id: i64, name: &str, kind: InterviewKind) -> Interview {
    Interview {
        id,
        stage_id: 20,
        name: name.to_owned(),
        kind,
        estimated_minutes: None,
        default_user_ids: Json::default(),
        priority: id,
        created_at: work.now,
        updated_at: work.now,
    }
}

pub fn candidate(work: &Work, id: i64) -> Candidate {
    Candidate {
        id,
        first_name: "Jane".to_owned(),
        last_name: "Smith".to_owned(),
        company: None,
        title: None,
        headline: None,
        external_id: None,
        photo: None,
        is_private: false,
        can_email: true,
        recruiter_id: None,
        coordinator_id: None,
        linked_user_id: None,
        linkedin_profile: None,
        match_score_reasoning: None,
        identity_verification: None,
        custom: Json::default(),
        created_at: work.now,
        updated_at: work.now,
        last_activity_at: work.now,
    }
}

pub fn application(work: &Work, id: i64, candidate_id: i64) -> Application {
    Application {
        id,
        candidate_id,
        job_id: Some(10),
        prospect: false,
        status: ApplicationStatus::Active,
        stage_id: Some(20),
        hired_from_stage_id: None,
        job_post_id: None,
        source_id: None,
        credited_user_id: None,
        credited_name: None,
        recruiter_id: None,
        coordinator_id: None,
        location: None,
        answers: Json::default(),
        custom: Json::default(),
        referral_custom: Json::default(),
        rejection_reason_id: None,
        rejection_custom: Json::default(),
        rejection_note_id: None,
        rejected_by_id: None,
        prospect_pool_id: None,
        prospect_stage_id: None,
        prospect_owner_id: None,
        prospective_department_id: None,
        prospective_office_id: None,
        applied_at: work.now,
        rejected_at: None,
        hired_at: None,
        created_at: work.now,
        last_activity_at: work.now,
        updated_at: work.now,
    }
}

pub fn offer(work: &Work, id: i64, version: i64) -> Offer {
    Offer {
        id,
        application_id: 50,
        job_id: 10,
        opening_id: None,
        user_id: None,
        version,
        status: OfferStatus::Unresolved,
        starts_on: None,
        sent_on: None,
        notes: None,
        custom: Json::default(),
        resolved_at: None,
        created_at: work.now,
        updated_at: work.now,
    }
}
