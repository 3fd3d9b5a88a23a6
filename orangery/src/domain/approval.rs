//! Approval flows: who has to agree before a job starts to recruit, before it makes offers, and to one offer (APR-1 … APR-10).
//!
//! A job has at most one flow of each kind. Its `offer_candidate` flow is a pattern: it is never asked for itself, each offer gets a copy.
//! [`plan`] says who has to approve, [`answer`] asks them and takes their answers; what other verbs ask of approvals stands here.

mod answer;
mod plan;

pub use answer::{approve, refuse, request};
pub use plan::{Plan, PlannedGroup, put, replace_approver};

use sql::params;

use crate::{
    domain::offer,
    error::{Error, Result},
    graph::by,
    tables::{
        self, ApprovalFlow, Approver, ApproverGroup, ApproverStatus, FlowKind, FlowStatus, Job, JobStatus, OfferStatus,
    },
    words::Word,
    work::Work,
};

/// Why nobody can be hired yet (APP-17): the reason, or None where all that must be approved is. Approval to start recruiting is not needed
/// for a hire. Without an offer a hire must wait for one where the job's offers need approval (FIRE-7).
pub async fn outstanding(work: &Work, job_id: i64, offer_id: Option<i64>) -> Result<Option<String>> {
    if let Some(flow) = find(work, job_id, FlowKind::OfferJob, None).await?
        && flow.status != FlowStatus::Approved
    {
        return Ok(Some(format!(
            "The official job approval is {}: all approvals of the job must be given before a hire",
            flow.status.word()
        )));
    }
    let flow = find(work, job_id, FlowKind::OfferCandidate, offer_id).await?;
    Ok(match (flow, offer_id) {
        (Some(flow), Some(_)) if flow.status != FlowStatus::Approved => Some(format!(
            "The approval of the offer is {}: all approvals of the offer must be given before a hire",
            flow.status.word()
        )),
        (Some(_), None) => {
            Some("Offers of this job need approval: make an offer and have it approved before a hire".to_owned())
        }
        _ => None,
    })
}

/// Whether anything of this job needs approval.
pub async fn has_flows(work: &Work, job_id: i64) -> Result<bool> {
    let count = "select count(*) from approval_flows where job_id = $1 and offer_id is null";
    Ok(work.tx.count(count, params![job_id]).await? > 0)
}

/// Something changed that the job's flow of this kind had approved: its approvals are lost, and have to be requested again (JOB-4, OPN-5).
/// Approvals to start recruiting are lost only while the job is a draft, official ones only while it is open.
pub async fn reset_for_job(work: &mut Work, job_id: i64, kind: FlowKind) -> Result<()> {
    let job: Job = work.tx.find(job_id).await?;
    let counts = match kind {
        FlowKind::OpenJob => job.status == JobStatus::Draft,
        FlowKind::OfferJob => job.status == JobStatus::Open,
        // The pattern has no approvals to lose.
        FlowKind::OfferCandidate => false,
    };
    match find(work, job_id, kind, None).await? {
        Some(flow) if counts => forget(work, flow).await,
        _ => Ok(()),
    }
}

/// The same for an offer, such as when it gets another offer letter (ATT-4).
pub async fn reset_for_offer(work: &mut Work, offer: &tables::Offer) -> Result<()> {
    match find(work, offer.job_id, FlowKind::OfferCandidate, Some(offer.id)).await? {
        Some(flow) => forget(work, flow).await,
        None => Ok(()),
    }
}

/// Takes the approvals of one flow back by hand, so that one that was refused can be planned and requested anew.
pub async fn reset(work: &mut Work, flow_id: i64) -> Result<()> {
    let flow = lock(work, flow_id).await?;
    offer_must_be_open(work, flow.offer_id).await?;
    forget(work, flow).await
}

/// Gives a new offer its flow: that of the version before it, else the job's pattern, else none. Nothing of it is approved yet.
pub async fn copy_for_offer(work: &mut Work, offer: &tables::Offer) -> Result<()> {
    let former = "where kind = $1 and job_id = $2 and offer_id in \
                  (select id from offers where application_id = $3 and version < $4) order by offer_id desc limit 1";
    let of = params![FlowKind::OfferCandidate, offer.job_id, offer.application_id, offer.version];
    let former: Option<ApprovalFlow> = work.tx.first(former, of).await?;
    let model = match former {
        Some(flow) => Some(flow),
        None => find(work, offer.job_id, FlowKind::OfferCandidate, None).await?,
    };
    let Some(model) = model else { return Ok(()) };
    let mut flow = ApprovalFlow {
        id: 0,
        offer_id: Some(offer.id),
        version: 1,
        status: FlowStatus::Pending,
        requested_by_id: None,
        requested_at: None,
        created_at: work.now,
        updated_at: work.now,
        ..model.clone()
    };
    work.insert(&mut flow).await?;
    for Group { row, approvers } in groups(work, model.id).await? {
        let users = approvers.iter().map(|it| it.user_id).collect();
        plan::add_group(work, flow.id, row.priority, row.approvals_required, users).await?;
    }
    Ok(())
}

/// A group with its approvers.
struct Group {
    row: ApproverGroup,
    approvers: Vec<Approver>,
}

/// The groups of a flow, the first to be asked first.
async fn groups(work: &Work, flow_id: i64) -> Result<Vec<Group>> {
    let of = params![flow_id];
    let rows: Vec<ApproverGroup> = work.tx.all("where approval_flow_id = $1 order by priority, id", of).await?;
    let approvers =
        "where approver_group_id in (select id from approver_groups where approval_flow_id = $1) order by id";
    let mut approvers = by(work.tx.all::<Approver>(approvers, of).await?, |it| it.approver_group_id);
    let whole = |row: ApproverGroup| Group { approvers: approvers.remove(&row.id).unwrap_or_default(), row };
    Ok(rows.into_iter().map(whole).collect())
}

/// The job's flow of that kind, or that of the offer (APR-7); locked.
async fn find(work: &Work, job_id: i64, kind: FlowKind, offer_id: Option<i64>) -> Result<Option<ApprovalFlow>> {
    let sql = "where job_id = $1 and kind = $2 and offer_id is not distinct from $3 order by id limit 1 {for update}";
    Ok(work.tx.first(sql, params![job_id, kind, offer_id]).await?)
}

/// The flow, locked, and before it the offer whose flow it is, so that it is not decided or replaced while its approval is.
async fn lock(work: &mut Work, flow_id: i64) -> Result<ApprovalFlow> {
    let seen: ApprovalFlow = work.tx.find(flow_id).await?;
    if let Some(offer_id) = seen.offer_id {
        offer::find(work, offer_id).await?;
    }
    Ok(work.tx.lock(flow_id).await?)
}

/// Back to where nothing was requested.
async fn forget(work: &mut Work, before: ApprovalFlow) -> Result<()> {
    if before.status == FlowStatus::Pending && before.requested_at.is_none() {
        return Ok(());
    }
    clear(work, before.id).await?;
    let after = ApprovalFlow {
        status: FlowStatus::Pending,
        requested_by_id: None,
        requested_at: None,
        updated_at: work.now,
        ..before.clone()
    };
    work.update(&before, &after).await?;
    Ok(())
}

/// Takes back all approvals of a flow.
async fn clear(work: &mut Work, flow_id: i64) -> Result<()> {
    for Group { row, approvers } in groups(work, flow_id).await? {
        let undecided = ApproverGroup { resolved_at: None, ..row.clone() };
        work.update(&row, &undecided).await?;
        for before in approvers {
            let after = Approver {
                status: ApproverStatus::Waiting,
                reason: None,
                request_sent_at: None,
                resolved_at: None,
                ..before.clone()
            };
            work.update(&before, &after).await?;
        }
    }
    Ok(())
}

/// An offer that is decided or has a newer version is not approved any more.
async fn offer_must_be_open(work: &Work, offer_id: Option<i64>) -> Result<()> {
    let offer: Option<tables::Offer> = work.tx.get(offer_id).await?;
    match offer {
        Some(offer) if offer.status != OfferStatus::Unresolved => Err(Error::Refused(format!(
            "Offer {} is {}: only the approvals of an unresolved offer can change",
            offer.id,
            offer.status.word()
        ))),
        _ => Ok(()),
    }
}
