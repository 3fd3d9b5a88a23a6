//! Approvals asked for and given (APR-3, APR-4, APR-10).

use super::{Group, groups, lock, offer_must_be_open};
use crate::{
    error::{Error, Faults, Result},
    event::Event,
    tables::{ApprovalFlow, Approver, ApproverGroup, ApproverStatus, FlowKind, FlowStatus, Job, JobStatus},
    words::Word,
    work::Work,
};

/// Asks the first group to approve, or all of them where the order does not matter (APR-4).
pub async fn request(work: &mut Work, flow_id: i64) -> Result<()> {
    let before = lock(work, flow_id).await?;
    if before.status != FlowStatus::Pending || before.requested_at.is_some() {
        let why = match before.status {
            FlowStatus::Pending => "its approvals were requested already",
            FlowStatus::Approved => "it is approved",
            FlowStatus::Rejected => "it was refused, and its approvals have to be reset first",
        };
        return Err(Error::refused(format!("Approval flow {flow_id} can't start: {why}")));
    }
    if before.kind == FlowKind::OfferCandidate && before.offer_id.is_none() {
        return Err(Error::refused(format!(
            "Approval flow {flow_id} can't start: it is the pattern for the job's offers; request the approvals of an offer"
        )));
    }
    let job: Job = work.tx.find(before.job_id).await?;
    if job.status == JobStatus::Closed {
        return Err(Error::refused(format!("Approval flow {flow_id} can't start: job {} is closed", job.id)));
    }
    offer_must_be_open(work, before.offer_id).await?;
    let groups = groups(work, flow_id).await?;
    // Approvers may have gone since the flow was planned.
    if groups.is_empty() || groups.iter().any(|it| it.row.approvals_required > it.approvers.len() as i64) {
        return Err(Error::refused(format!("Approval flow {flow_id} can't start: a group has too few approvers")));
    }
    let after = ApprovalFlow {
        requested_by_id: work.actor.user_id,
        requested_at: Some(work.now),
        updated_at: work.now,
        ..before.clone()
    };
    work.update(&before, &after).await?;
    ask(work, &after).await?;
    Ok(())
}

/// A user approves. What the last approval of a flow sets free is told; an earlier one is not. The job is not opened by it (FIRE-16).
pub async fn approve(work: &mut Work, flow_id: i64, user_id: i64) -> Result<()> {
    let (before, approver) = turn(work, flow_id, user_id).await?;
    let approved =
        Approver { status: ApproverStatus::Approved, reason: None, resolved_at: Some(work.now), ..approver.clone() };
    work.update(&approver, &approved).await?;
    for Group { row, approvers } in groups(work, flow_id).await? {
        let given = approvers.iter().filter(|it| it.status == ApproverStatus::Approved).count() as i64;
        if row.resolved_at.is_none() && given >= row.approvals_required {
            let decided = ApproverGroup { resolved_at: Some(work.now), ..row.clone() };
            work.update(&row, &decided).await?;
        }
    }
    if ask(work, &before).await? {
        return Ok(());
    }
    let after = ApprovalFlow { status: FlowStatus::Approved, updated_at: work.now, ..before.clone() };
    work.update(&before, &after).await?;
    match (after.kind, after.offer_id) {
        (FlowKind::OfferCandidate, Some(offer_id)) => work.record(Event::OfferApproved { offer_id }),
        // A pattern is never requested, so never approved.
        (FlowKind::OfferCandidate, None) => {}
        (kind @ (FlowKind::OpenJob | FlowKind::OfferJob), _) => {
            work.record(Event::JobApproved { job_id: after.job_id, kind });
        }
    }
    Ok(())
}

/// A user refuses, and with that the flow is refused.
pub async fn refuse(work: &mut Work, flow_id: i64, user_id: i64, reason: Option<String>) -> Result<()> {
    let mut faults = Faults::default();
    faults.limit("reason", reason.as_deref(), 10_000);
    faults.done()?;
    let (before, approver) = turn(work, flow_id, user_id).await?;
    let refused =
        Approver { status: ApproverStatus::Rejected, reason, resolved_at: Some(work.now), ..approver.clone() };
    work.update(&approver, &refused).await?;
    let after = ApprovalFlow { status: FlowStatus::Rejected, updated_at: work.now, ..before.clone() };
    work.update(&before, &after).await?;
    Ok(())
}

/// Asks the groups whose turn it is; false if none is left to be asked.
pub(super) async fn ask(work: &mut Work, flow: &ApprovalFlow) -> Result<bool> {
    let undecided = groups(work, flow.id).await?.into_iter().filter(|it| it.row.resolved_at.is_none());
    let turns: Vec<Group> = undecided.take(if flow.sequential { 1 } else { usize::MAX }).collect();
    for before in turns.iter().flat_map(|it| &it.approvers).filter(|it| it.status == ApproverStatus::Waiting) {
        let after = Approver { status: ApproverStatus::Due, request_sent_at: Some(work.now), ..before.clone() };
        work.update(before, &after).await?;
    }
    Ok(!turns.is_empty())
}

/// The flow, locked, and the row of the user who is to answer, if it is that user's turn.
async fn turn(work: &mut Work, flow_id: i64, user_id: i64) -> Result<(ApprovalFlow, Approver)> {
    let flow = lock(work, flow_id).await?;
    if work.catalog().await?.user(Some(user_id)).is_none_or(|it| it.row.disabled) {
        return Err(Error::invalid("user_id", format!("There is no enabled user {user_id}")));
    }
    if flow.status != FlowStatus::Pending {
        return Err(Error::Refused(format!("Approval flow {flow_id} is {} already", flow.status.word())));
    }
    if flow.requested_at.is_none() {
        return Err(Error::refused(format!("The approvals of flow {flow_id} were not requested yet")));
    }
    offer_must_be_open(work, flow.offer_id).await?;
    let groups = groups(work, flow_id).await?;
    let mut approvers =
        groups.into_iter().flat_map(|it| it.approvers.into_iter().map(move |one| (it.row.clone(), one)));
    let Some((group, approver)) = approvers.find(|(_, it)| it.user_id == user_id) else {
        return Err(Error::refused(format!("User {user_id} is no approver of flow {flow_id}")));
    };
    let why = match approver.status {
        ApproverStatus::Due if group.resolved_at.is_none() => return Ok((flow, approver)),
        ApproverStatus::Due => "is not needed any more: the group has decided",
        ApproverStatus::Waiting => "is not asked yet: a group before has to decide first",
        ApproverStatus::Approved | ApproverStatus::Rejected => "has answered already",
    };
    Err(Error::refused(format!("User {user_id} {why}")))
}
