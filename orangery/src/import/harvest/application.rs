//! Applications, which candidates bring along; by themselves they are read only for what changed since.

use std::collections::BTreeMap;

use sql::{Field, Json};

use super::{Harvest, SMALL, custom, json::It};
use crate::{
    graph::Catalog,
    import::{Batch, Inlet, Kind},
    tables::{Answer, Application, ApplicationJob, ApplicationStatus, FieldType},
};

/// What Harvest does not tell of an application, or what others tell.
const UNKNOWN: &[&str] = &[
    "hired_from_stage_id",
    "referral_custom",
    "rejection_note_id",
    "rejected_by_id",
    "hired_at",
    "created_at",
    "updated_at",
];

impl Harvest {
    /// What happened to applications since the last run, or, in a first one, while their candidates were read.
    pub(super) async fn applications(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let since = to.since().unwrap_or(to.began());
        let path = format!("/v1/applications?per_page={SMALL}&last_activity_after={since}");
        self.each(to, &path, async |to, page| {
            let catalog = to.house().newest_catalog().await.map_err(|why| why.to_string())?;
            let mut batch = Batch::new();
            put(to, &catalog, &page.iter().map(It).collect::<Vec<_>>(), &mut batch);
            Ok(batch)
        })
        .await
    }
}

pub fn put(to: &Inlet<'_>, catalog: &Catalog, applications: &[It<'_>], batch: &mut Batch) {
    let with_ids = || applications.iter().filter_map(|it| Some((it.id()?, *it)));
    for (id, name) in public_names(catalog, applications) {
        batch.set("sources", id, vec![("public_name", name.value())]);
    }
    for (id, it) in with_ids() {
        batch.put(application(to, catalog, id, it), UNKNOWN);
    }
    for (application_id, it) in with_ids() {
        let jobs = if it.flag("prospect") { it.ids("jobs") } else { Vec::new() };
        let jobs = jobs.into_iter().map(|job_id| ApplicationJob { id: 0, application_id, job_id });
        batch.list("application_id", application_id, jobs.collect(), &[]);
    }
    for (id, it) in with_ids() {
        if let (Some(stage), Some(at)) = (it.id_of("current_stage"), it.time("last_activity_at")) {
            batch.arrive(id, stage, at);
        }
    }
}

/// The list of sources has only their names.
fn public_names(catalog: &Catalog, applications: &[It<'_>]) -> BTreeMap<i64, String> {
    let shown = applications.iter().filter_map(|it| {
        let source = it.at("source");
        Some((source.id()?, source.text("public_name")?))
    });
    shown.filter(|(id, name)| catalog.sources.get(id).is_some_and(|it| it.public_name != *name)).collect()
}

fn application(to: &Inlet<'_>, catalog: &Catalog, id: i64, it: It<'_>) -> Application {
    let applied_at = it.time("applied_at").unwrap_or(to.began());
    let last_activity_at = it.time("last_activity_at").unwrap_or(applied_at);
    let prospect = it.flag("prospect");
    let status = it.word("status").unwrap_or(ApplicationStatus::Active);
    let (credit, detail) = (it.at("credited_to"), it.at("prospect_detail"));
    let mut odd = Vec::new();
    let values = custom::values(catalog, FieldType::Application, it.at("keyed_custom_fields"), &mut odd);
    let details = it.at("rejection_details").at("keyed_custom_fields");
    let rejection_custom = custom::values(catalog, FieldType::RejectionQuestion, details, &mut odd);
    odd.into_iter().for_each(|why| to.trouble(Kind::Odd, "applications", id, why));
    Application {
        id,
        candidate_id: it.number("candidate_id").unwrap_or_default(),
        job_id: if prospect { None } else { it.ids("jobs").first().copied() },
        prospect,
        status,
        stage_id: it.id_of("current_stage"),
        hired_from_stage_id: None,
        job_post_id: it.number("job_post_id"),
        source_id: it.id_of("source"),
        credited_user_id: credit.id(),
        credited_name: if credit.id().is_some() { None } else { credit.text("name") },
        recruiter_id: it.id_of("recruiter"),
        coordinator_id: it.id_of("coordinator"),
        location: it.at("location").text("address"),
        answers: Json(answers(it)),
        custom: values,
        referral_custom: Json::default(),
        rejection_reason_id: it.id_of("rejection_reason"),
        rejection_custom,
        rejection_note_id: None,
        rejected_by_id: None,
        prospect_pool_id: detail.id_of("prospect_pool"),
        prospect_stage_id: detail.id_of("prospect_stage"),
        prospect_owner_id: detail.id_of("prospect_owner"),
        prospective_department_id: it.id_of("prospective_department"),
        prospective_office_id: it.id_of("prospective_office"),
        applied_at,
        rejected_at: it.time("rejected_at"),
        hired_at: (status == ApplicationStatus::Hired).then_some(last_activity_at),
        created_at: applied_at,
        last_activity_at,
        updated_at: last_activity_at,
    }
}

fn answers(it: It<'_>) -> Vec<Answer> {
    it.list("answers").map(|it| Answer { question: it.words("question"), answer: it.text("answer") }).collect()
}
