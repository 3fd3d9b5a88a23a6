//! Jobs with their openings and hiring teams, and the stages of their plans.

use serde_json::Value;
use sql::Json;

use super::{
    Harvest, SMALL, custom,
    json::{It, rows},
};
use crate::{
    graph::Catalog,
    import::{Batch, Inlet, Kind},
    tables::{
        FieldType, Interview, InterviewKind, InterviewKit, Job, JobOffice, JobStatus, KitQuestion, Opening,
        OpeningStatus, Stage, TeamMember, TeamRole,
    },
    words::Word,
};

/// What Harvest does not tell of a job.
const UNKNOWN: &[&str] = &[
    "level",
    "anywhere",
    "team_and_responsibilities",
    "how_to_sell_this_job",
    "created_by_id",
    "closed_by_application_id",
];

impl Harvest {
    pub(super) async fn jobs(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = Self::since(to, "/v1/jobs", "updated_after", SMALL);
        self.each(to, &path, async |to, page| {
            let catalog = to.house().newest_catalog().await.map_err(|why| why.to_string())?;
            let (mut batch, mut odd) = (Batch::new(), Vec::new());
            for (id, it) in rows(page) {
                batch.put(job(to, &catalog, id, it, &mut odd), UNKNOWN);
                odd.drain(..).for_each(|why| to.trouble(Kind::Odd, "jobs", id, why));
            }
            for (job_id, it) in rows(page) {
                let offices = it.ids("offices").into_iter().map(|office_id| JobOffice { id: 0, job_id, office_id });
                batch.list("job_id", job_id, offices.collect(), &[]);
            }
            for (job_id, it) in rows(page) {
                batch.list("job_id", job_id, team(job_id, it.at("hiring_team")), &[]);
            }
            for (job_id, it) in rows(page) {
                let openings = it.list("openings").filter_map(|it| opening(to, &catalog, job_id, it, &mut odd));
                batch.list("job_id", job_id, openings.collect(), &[]);
                odd.drain(..).for_each(|why| to.trouble(Kind::Odd, "openings", job_id, why));
            }
            Ok(batch)
        })
        .await
    }

    pub(super) async fn stages(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = Self::since(to, "/v1/job_stages", "updated_after", SMALL);
        self.each(to, &path, async |to, page| Ok(stages(to, page))).await
    }
}

fn job(to: &Inlet<'_>, catalog: &Catalog, id: i64, it: It<'_>, odd: &mut Vec<String>) -> Job {
    let created_at = it.time("created_at").unwrap_or(to.began());
    Job {
        id,
        name: it.words("name"),
        requisition_id: it.text("requisition_id"),
        notes: it.text("notes"),
        confidential: it.flag("confidential"),
        status: it.word("status").unwrap_or(JobStatus::Draft),
        level: None,
        // A job without a department may have a list of one null.
        department_id: it.ids("departments").first().copied(),
        anywhere: false,
        team_and_responsibilities: None,
        how_to_sell_this_job: None,
        is_template: it.flag("is_template"),
        copied_from_id: it.number("copied_from_id"),
        created_by_id: None,
        closed_by_application_id: None,
        custom: custom::values(catalog, FieldType::Job, it.at("keyed_custom_fields"), odd),
        created_at,
        opened_at: it.time("opened_at"),
        closed_at: it.time("closed_at"),
        updated_at: it.time("updated_at").unwrap_or(created_at),
    }
}

fn team(job_id: i64, it: It<'_>) -> Vec<TeamMember> {
    let of = |role: TeamRole| {
        it.list(role.word()).filter_map(move |it| {
            Some(TeamMember { id: 0, job_id, user_id: it.id()?, role, responsible: it.flag("responsible") })
        })
    };
    TeamRole::ALL.iter().flat_map(|role| of(*role)).collect()
}

fn opening(to: &Inlet<'_>, catalog: &Catalog, job_id: i64, it: It<'_>, odd: &mut Vec<String>) -> Option<Opening> {
    Some(Opening {
        id: it.id()?,
        job_id,
        opening_id: it.text("opening_id"),
        status: it.word("status").unwrap_or(OpeningStatus::Open),
        opened_at: it.time("opened_at").unwrap_or(to.began()),
        closed_at: it.time("closed_at"),
        application_id: it.number("application_id"),
        close_reason_id: it.id_of("close_reason"),
        custom: custom::values(catalog, FieldType::Opening, it.at("keyed_custom_fields"), odd),
    })
}

fn stages(to: &Inlet<'_>, page: &[Value]) -> Batch {
    let mut batch = Batch::new();
    for (id, it) in rows(page) {
        let created_at = it.time("created_at").unwrap_or(to.began());
        let stage = Stage {
            id,
            job_id: it.number("job_id").unwrap_or_default(),
            name: it.words("name"),
            priority: it.number("priority").unwrap_or(0),
            active: it.at("active").0.as_bool().unwrap_or(true),
            created_at,
            updated_at: it.time("updated_at").unwrap_or(created_at),
        };
        batch.put(stage, &[]);
    }
    for (stage_id, it) in rows(page) {
        let at = it.time("created_at").unwrap_or(to.began());
        let interviews = (0..).zip(it.list("interviews")).filter_map(|(priority, it)| {
            Some(Interview {
                id: it.id()?,
                stage_id,
                name: it.words("name"),
                kind: if it.flag("schedulable") { InterviewKind::Meeting } else { InterviewKind::Review },
                estimated_minutes: it.number("estimated_minutes"),
                default_user_ids: Json(it.ids("default_interviewer_users")),
                priority,
                created_at: at,
                updated_at: at,
            })
        });
        batch.list("stage_id", stage_id, interviews.collect(), &["created_at", "updated_at"]);
    }
    kits(&mut batch, page);
    batch
}

fn kits(batch: &mut Batch, page: &[Value]) {
    let interviews = || rows(page).flat_map(|(_, it)| it.list("interviews")).filter_map(|it| Some((it.id()?, it)));
    let kits = || interviews().filter_map(|(id, it)| Some((id, it.at("interview_kit").id()?, it.at("interview_kit"))));
    for (interview_id, id, kit) in kits() {
        batch.list(
            "interview_id",
            interview_id,
            vec![InterviewKit { id, interview_id, content: kit.text("content") }],
            &[],
        );
    }
    for (_, interview_kit_id, kit) in kits() {
        let questions = (0..).zip(kit.list("questions")).filter_map(|(priority, it)| {
            Some(KitQuestion { id: it.id()?, interview_kit_id, question: it.words("question"), priority })
        });
        batch.list("interview_kit_id", interview_kit_id, questions.collect(), &[]);
    }
}
