//! The small lists that an organization keeps: sources, reasons, pools. What is still named by a record is not deleted: it is renamed or hidden.

pub mod education;

use sql::params;

use crate::{
    error::{Error, Faults, Result},
    graph::Catalog,
    patch::Patch,
    tables::{CloseReason, ProspectPool, ProspectStage, RejectionReason, Source},
    words,
    work::Work,
};

words! {
    /// What a source is a means of (SRC-1).
    Strategy {
        AttendEvents = "attend_events", Referrals = "referrals", ThirdPartyBoards = "third_party_boards", CandidateSearch = "candidate_search",
        Other = "other", SocialMedia = "social_media", CompanyMarketing = "company_marketing", Agencies = "agencies", Prospecting = "prospecting",
    }

    /// Whose decision a rejection was (REJ-1).
    Decision { Ours = "we_rejected_them", Theirs = "they_rejected_us", Nobodys = "none_specified" }
}

impl Strategy {
    /// Its id and title, as every source of it shows them.
    pub fn shown(self) -> (i64, &'static str) {
        match self {
            Self::AttendEvents => (1, "Attend Events"),
            Self::Referrals => (2, "Referrals"),
            Self::ThirdPartyBoards => (3, "Third-party boards"),
            Self::CandidateSearch => (4, "Candidate search"),
            Self::Other => (5, "Other"),
            Self::SocialMedia => (6, "Social media"),
            Self::CompanyMarketing => (7, "Company marketing"),
            Self::Agencies => (8, "Agencies"),
            Self::Prospecting => (9, "Prospecting"),
        }
    }
}

impl Decision {
    pub fn shown(self) -> (i64, &'static str) {
        match self {
            Self::Ours => (1, "We rejected them"),
            Self::Theirs => (2, "They rejected us"),
            Self::Nobodys => (3, "None specified"),
        }
    }
}

#[derive(Debug, Clone)]
pub struct NewSource {
    pub id: Option<i64>,
    pub name: String,
    /// What candidates see; the name where there is none.
    pub public_name: Option<String>,
    pub strategy: Strategy,
}

#[derive(Debug, Clone)]
pub struct EditedSource {
    pub name: Patch<String>,
    pub public_name: Patch<String>,
    pub strategy: Patch<Strategy>,
}

pub async fn create_source(work: &mut Work, new: &NewSource) -> Result<Source> {
    let NewSource { id, name, public_name, strategy } = new;
    let (type_id, type_name) = strategy.shown();
    let public_name = public_name.clone().unwrap_or_else(|| name.clone());
    let (name, type_name) = (name.clone(), type_name.to_owned());
    let mut row = Source { id: id.unwrap_or_default(), name, public_name, type_id, type_name };
    check_source(&row)?;
    work.insert(&mut row).await?;
    Ok(row)
}

pub async fn edit_source(work: &mut Work, id: i64, edited: &EditedSource) -> Result<Source> {
    let EditedSource { name, public_name, strategy } = edited.clone();
    let before: Source = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    public_name.set(&mut after.public_name);
    if let Patch::Value(strategy) = strategy {
        let (type_id, type_name) = strategy.shown();
        (after.type_id, after.type_name) = (type_id, type_name.to_owned());
    }
    check_source(&after)?;
    work.update(&before, &after).await?;
    Ok(after)
}

pub async fn delete_source(work: &mut Work, id: i64) -> Result<()> {
    let row: Source = work.tx.lock(id).await?;
    unused(work, "select count(*) from applications where source_id = $1", id, "applications").await?;
    let partners = "select (select count(*) from api_keys where source_id = $1 and revoked_at is null) \
                    + (select count(*) from oauth_applications where source_id = $1 and revoked_at is null)";
    unused(work, partners, id, "partners' keys and applications").await?;
    work.delete(&row).await
}

fn check_source(source: &Source) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("name", &source.name, 255);
    faults.text("public_name", &source.public_name, 255);
    faults.done()
}

#[derive(Debug, Clone)]
pub struct NewReason {
    pub id: Option<i64>,
    pub name: String,
    pub decision: Decision,
    /// For imports: the ids of types differ between organizations (REJ-1).
    pub type_id: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct EditedReason {
    pub name: Patch<String>,
    pub decision: Patch<Decision>,
}

pub async fn create_rejection_reason(work: &mut Work, new: &NewReason) -> Result<RejectionReason> {
    let NewReason { id, name, decision, type_id } = new;
    check_name(name)?;
    let (own_id, type_name) = decision.shown();
    let (type_id, type_name) = (type_id.unwrap_or(own_id), type_name.to_owned());
    let mut row =
        RejectionReason { id: id.unwrap_or_default(), name: name.clone(), type_id, type_name, built_in: false };
    work.insert(&mut row).await?;
    Ok(row)
}

pub async fn edit_rejection_reason(work: &mut Work, id: i64, edited: &EditedReason) -> Result<RejectionReason> {
    let EditedReason { name, decision } = edited.clone();
    let before: RejectionReason = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    check_name(&after.name)?;
    if let Patch::Value(decision) = decision {
        let (type_id, type_name) = decision.shown();
        (after.type_id, after.type_name) = (type_id, type_name.to_owned());
    }
    work.update(&before, &after).await?;
    Ok(after)
}

pub async fn delete_rejection_reason(work: &mut Work, id: i64) -> Result<()> {
    let row: RejectionReason = work.tx.lock(id).await?;
    unused(work, "select count(*) from applications where rejection_reason_id = $1", id, "applications").await?;
    work.delete(&row).await
}

#[derive(Debug, Clone)]
pub struct NewCloseReason {
    pub id: Option<i64>,
    pub name: String,
}

pub async fn create_close_reason(work: &mut Work, new: &NewCloseReason) -> Result<CloseReason> {
    let NewCloseReason { id, name } = new;
    check_name(name)?;
    let mut row = CloseReason { id: id.unwrap_or_default(), name: name.clone() };
    work.insert(&mut row).await?;
    Ok(row)
}

#[derive(Debug, Clone)]
pub struct EditedCloseReason {
    pub name: Patch<String>,
}

pub async fn edit_close_reason(work: &mut Work, id: i64, edited: &EditedCloseReason) -> Result<CloseReason> {
    let EditedCloseReason { name } = edited.clone();
    let before: CloseReason = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    check_name(&after.name)?;
    work.update(&before, &after).await?;
    Ok(after)
}

pub async fn delete_close_reason(work: &mut Work, id: i64) -> Result<()> {
    let row: CloseReason = work.tx.lock(id).await?;
    unused(work, "select count(*) from openings where close_reason_id = $1", id, "openings").await?;
    work.delete(&row).await
}

/// Notes a close reason that there is not.
pub fn check_close_reason(faults: &mut Faults, catalog: &Catalog, id: Option<i64>) {
    if let Some(id) = id.filter(|id| !catalog.close_reasons.contains_key(id)) {
        faults.add("close_reason_id", format!("There is no close reason {id}"));
    }
}

#[derive(Debug, Clone)]
pub struct NewPool {
    pub id: Option<i64>,
    pub name: String,
    /// In their order, with ids where an import keeps them.
    pub stages: Vec<(Option<i64>, String)>,
}

#[derive(Debug, Clone)]
pub struct EditedPool {
    pub name: Patch<String>,
    /// False hides the pool (POOL-1).
    pub active: Patch<bool>,
}

pub async fn create_pool(work: &mut Work, new: &NewPool) -> Result<i64> {
    let NewPool { id, name, stages } = new;
    let mut faults = Faults::default();
    faults.text("name", name, 255);
    for (n, (_, name)) in stages.iter().enumerate() {
        faults.text(&format!("prospect_stages[{n}]"), name, 255);
    }
    faults.done()?;
    let mut pool = ProspectPool { id: id.unwrap_or_default(), name: name.clone(), active: true };
    work.insert(&mut pool).await?;
    for (priority, (id, name)) in (0..).zip(stages) {
        let (id, name) = (id.unwrap_or_default(), name.clone());
        work.insert(&mut ProspectStage { id, prospect_pool_id: pool.id, name, priority }).await?;
    }
    Ok(pool.id)
}

pub async fn edit_pool(work: &mut Work, id: i64, edited: &EditedPool) -> Result<()> {
    let EditedPool { name, active } = edited.clone();
    let before: ProspectPool = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    active.set(&mut after.active);
    check_name(&after.name)?;
    work.update(&before, &after).await?;
    Ok(())
}

pub async fn delete_pool(work: &mut Work, id: i64) -> Result<()> {
    let row: ProspectPool = work.tx.lock(id).await?;
    unused(work, "select count(*) from applications where prospect_pool_id = $1", id, "prospects").await?;
    work.delete(&row).await
}

/// Adds a stage as the pool's last.
pub async fn create_pool_stage(work: &mut Work, pool_id: i64, name: &str) -> Result<()> {
    check_name(name)?;
    let pool: ProspectPool = work.tx.lock(pool_id).await?;
    let last = "select coalesce(max(priority), -1) from prospect_stages where prospect_pool_id = $1";
    let priority = work.tx.count(last, params![pool.id]).await? + 1;
    work.insert(&mut ProspectStage { id: 0, prospect_pool_id: pool.id, name: name.to_owned(), priority }).await
}

#[derive(Debug, Clone)]
pub struct EditedPoolStage {
    pub name: Patch<String>,
    pub priority: Patch<i64>,
}

/// Changes a stage; answers its pool.
pub async fn edit_pool_stage(work: &mut Work, id: i64, edited: &EditedPoolStage) -> Result<i64> {
    let EditedPoolStage { name, priority } = edited.clone();
    let before: ProspectStage = work.tx.lock(id).await?;
    let mut after = before.clone();
    name.set(&mut after.name);
    priority.set(&mut after.priority);
    check_name(&after.name)?;
    if !(0..=1_000_000).contains(&after.priority) {
        return Err(Error::invalid("priority", "Must be from 0 to 1000000"));
    }
    work.update(&before, &after).await?;
    Ok(after.prospect_pool_id)
}

pub async fn delete_pool_stage(work: &mut Work, id: i64) -> Result<()> {
    let row: ProspectStage = work.tx.lock(id).await?;
    unused(work, "select count(*) from applications where prospect_stage_id = $1", id, "prospects").await?;
    work.delete(&row).await
}

fn check_name(name: &str) -> Result<()> {
    let mut faults = Faults::default();
    faults.text("name", name, 255);
    faults.done()
}

/// Refuses to delete what `count` finds to be named by records.
async fn unused(work: &Work, count: &str, id: i64, by: &str) -> Result<()> {
    match work.tx.count(count, params![id]).await? {
        0 => Ok(()),
        n => Err(Error::refused(format!("{n} {by} name it: it can be renamed, not deleted"))),
    }
}
