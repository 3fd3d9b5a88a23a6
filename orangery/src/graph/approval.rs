//! Approval flows with groups and approvers, and what waits for a user.

use std::sync::Arc;

use sql::Value;

use super::{
    Catalog, Look, by, by_id, ids,
    select::{Page, Select, Slice},
};
use crate::{
    error::{Error, Result},
    tables::{self, ApprovalFlow, Approver, ApproverGroup, Job, Offer, User},
    words,
};

#[derive(Clone)]
pub struct Flow {
    pub row: ApprovalFlow,
    /// The first to be asked first.
    pub groups: Vec<Group>,
    pub catalog: Arc<Catalog>,
}

#[derive(Clone)]
pub struct Group {
    pub row: ApproverGroup,
    pub job_id: i64,
    pub approvers: Vec<Approver>,
}

/// The flows of `rows`, in their order.
pub async fn flows(look: &Look<'_>, rows: Vec<ApprovalFlow>) -> Result<Vec<Flow>> {
    let of = &[Value::Ids(rows.iter().map(|it| it.id).collect())];
    let approvers = "where approver_group_id in \
                     (select id from approver_groups where approval_flow_id {any:$1}) order by id";
    let (groups, approvers) = futures_util::try_join!(
        look.tx.all::<ApproverGroup>("where approval_flow_id {any:$1} order by priority, id", of),
        look.tx.all::<Approver>(approvers, of),
    )?;
    let mut groups = by(groups, |it| it.approval_flow_id);
    let mut approvers = by(approvers, |it| it.approver_group_id);
    let mut whole = |row: ApprovalFlow| {
        let group = |group: ApproverGroup| Group {
            job_id: row.job_id,
            approvers: approvers.remove(&group.id).unwrap_or_default(),
            row: group,
        };
        let groups = groups.remove(&row.id).unwrap_or_default().into_iter().map(group).collect();
        Flow { groups, catalog: look.catalog.clone(), row }
    };
    Ok(rows.into_iter().map(&mut whole).collect())
}

pub async fn flow(look: &Look<'_>, id: i64) -> Result<Flow> {
    let row = look.tx.find(id).await?;
    flows(look, vec![row]).await?.pop().ok_or(Error::NotFound("approval_flows", id))
}

/// All flows of a job: its own, and those of its offers.
pub async fn of_job(look: &Look<'_>, job_id: i64, page: Page) -> Result<Slice<Flow>> {
    let _: Job = look.tx.find(job_id).await?;
    let mut select = Select::new();
    select.and("job_id = ?", &job_id);
    select.page(look.tx, "id", page).await?.and_then(async |rows| flows(look, rows).await).await
}

pub async fn of_offer(look: &Look<'_>, offer_id: i64, page: Page) -> Result<Slice<Flow>> {
    let _: Offer = look.tx.find(offer_id).await?;
    let mut select = Select::new();
    select.and("offer_id = ?", &offer_id);
    select.page(look.tx, "id", page).await?.and_then(async |rows| flows(look, rows).await).await
}

words! {
    /// Which approvals are asked for: those tied to one offer, or the others (APR-9).
    PendingKind { Job = "job", Offer = "offer" }
}

/// An approval that a user has not given yet.
#[derive(Clone)]
pub struct Pending {
    pub row: Approver,
    pub flow: ApprovalFlow,
}

/// What waits, or will wait, for this user's answer (APR-9). The pattern for a job's offers asks nobody, nor does an offer that is decided.
pub async fn pending(look: &Look<'_>, user_id: i64, kind: Option<PendingKind>, page: Page) -> Result<Slice<Pending>> {
    let _: User = look.tx.find(user_id).await?;
    let mut select = Select::new();
    select.and("user_id = ?", &user_id).only("status in ('waiting', 'due')").only(
        "approver_group_id in (select g.id from approver_groups g join approval_flows f on f.id = g.approval_flow_id \
         where g.resolved_at is null and f.status = 'pending' and (f.offer_id is not null or f.kind <> 'offer_candidate'))",
    );
    let of_flows = "approver_group_id in (select g.id from approver_groups g \
                    join approval_flows f on f.id = g.approval_flow_id left join offers o on o.id = f.offer_id";
    match kind {
        Some(PendingKind::Job) => select.only(&format!("{of_flows} where f.offer_id is null)")),
        Some(PendingKind::Offer) => select.only(&format!("{of_flows} where o.status = 'unresolved')")),
        None => select.only(&format!("{of_flows} where f.offer_id is null or o.status = 'unresolved')")),
    };
    let slice = select.page(look.tx, "id", page).await?;
    slice.and_then(async |rows: Vec<Approver>| with_flows(look, rows).await).await
}

async fn with_flows(look: &Look<'_>, rows: Vec<Approver>) -> Result<Vec<Pending>> {
    let groups = look.tx.among::<ApproverGroup>(&ids(rows.iter().map(|it| it.approver_group_id))).await?;
    let flows = by_id(look.tx.among::<tables::ApprovalFlow>(&ids(groups.iter().map(|it| it.approval_flow_id))).await?);
    let groups = by_id(groups);
    let flow_of = |row: &Approver| flows.get(&groups.get(&row.approver_group_id)?.approval_flow_id).cloned();
    Ok(rows.into_iter().filter_map(|row| Some(Pending { flow: flow_of(&row)?, row })).collect())
}
