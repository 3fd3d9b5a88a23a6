//! Who has to approve: flows made, edited in place, and single approvers replaced (APR-5 … APR-8).

use super::{Group, answer, clear, find, groups, lock, offer_must_be_open};
use crate::{
    domain::user::{self, UserRef},
    error::{Error, Fault, Result},
    tables::{self, ApprovalFlow, Approver, ApproverGroup, ApproverStatus, FlowKind, FlowStatus, Job},
    words::Word,
    work::Work,
};

/// A flow as somebody wants it.
#[derive(Debug, Clone)]
pub struct Plan {
    pub id: Option<i64>,
    pub kind: FlowKind,
    /// The offer whose flow is meant; without one, the job's.
    pub offer_id: Option<i64>,
    /// One group after the other; else all at once (APR-3).
    pub sequential: bool,
    /// The first is asked first.
    pub groups: Vec<PlannedGroup>,
}

#[derive(Debug, Clone)]
pub struct PlannedGroup {
    pub approvals_required: i64,
    pub approvers: Vec<UserRef>,
}

/// Makes the flow of a job or an offer, or edits it in place: approvers of a group of the same rank stay. One that was requested starts again
/// from its first group, and the approvals that it had are lost (APR-5).
pub async fn put(work: &mut Work, job_id: i64, plan: Plan) -> Result<i64> {
    let Plan { id, kind, offer_id, sequential, groups } = plan;
    work.tx.lock::<Job>(job_id).await?;
    check_offer(work, job_id, kind, offer_id).await?;
    let groups = resolved(work, groups).await?;
    offer_must_be_open(work, offer_id).await?;
    let Some(before) = find(work, job_id, kind, offer_id).await? else {
        let mut flow = ApprovalFlow {
            id: id.unwrap_or_default(),
            job_id,
            offer_id,
            kind,
            sequential,
            version: 1,
            status: FlowStatus::Pending,
            requested_by_id: None,
            requested_at: None,
            created_at: work.now,
            updated_at: work.now,
        };
        work.insert(&mut flow).await?;
        for (priority, (required, users)) in (0..).zip(groups) {
            add_group(work, flow.id, priority, required, users).await?;
        }
        return Ok(flow.id);
    };
    must_be_pending(&before)?;
    edit_groups(work, before.id, groups).await?;
    let after = ApprovalFlow { sequential, version: before.version + 1, updated_at: work.now, ..before.clone() };
    work.update(&before, &after).await?;
    if after.requested_at.is_some() {
        clear(work, after.id).await?;
        answer::ask(work, &after).await?;
    }
    Ok(after.id)
}

/// Puts one user in another's place, in a group that is still undecided (APR-8). Who has answered is not replaced: the answer would be lost.
/// Answers the flow.
pub async fn replace_approver(work: &mut Work, group_id: i64, remove_user_id: i64, add_user_id: i64) -> Result<i64> {
    let group: ApproverGroup = work.tx.find(group_id).await?;
    let flow = lock(work, group.approval_flow_id).await?;
    let groups = groups(work, flow.id).await?;
    must_be_pending(&flow)?;
    offer_must_be_open(work, flow.offer_id).await?;
    if groups.iter().any(|it| it.row.id == group_id && it.row.resolved_at.is_some()) {
        return Err(Error::refused(format!("Approver group {group_id} has decided: its approvers can't be replaced")));
    }
    let mut approvers = groups.iter().flat_map(|it| &it.approvers);
    let mut faults = Vec::new();
    let gone = approvers.clone().find(|it| it.approver_group_id == group_id && it.user_id == remove_user_id);
    if gone.is_none() {
        let message = format!("User {remove_user_id} is no approver of group {group_id}");
        faults.push(Fault { message, field: "remove_user_id".to_owned() });
    }
    if let Err(fault) = active(work, &UserRef::Id(add_user_id), "add_user_id").await? {
        faults.push(fault);
    } else if approvers.any(|it| it.user_id == add_user_id) {
        let message = format!("User {add_user_id} is an approver of this flow already");
        faults.push(Fault { message, field: "add_user_id".to_owned() });
    }
    let Some(gone) = gone.filter(|_| faults.is_empty()) else { return Err(Error::Invalid(faults)) };
    if matches!(gone.status, ApproverStatus::Approved | ApproverStatus::Rejected) {
        return Err(Error::refused(format!("User {remove_user_id} has answered: that answer can't be taken away")));
    }
    let due = gone.status == ApproverStatus::Due;
    let mut new = Approver {
        id: 0,
        user_id: add_user_id,
        request_sent_at: due.then_some(work.now),
        created_at: work.now,
        ..gone.clone()
    };
    work.delete(gone).await?;
    work.insert(&mut new).await?;
    let after = ApprovalFlow { updated_at: work.now, ..flow.clone() };
    work.update(&flow, &after).await?;
    Ok(flow.id)
}

/// Adds a group of users who are not asked yet.
pub(super) async fn add_group(
    work: &mut Work,
    flow_id: i64,
    priority: i64,
    approvals_required: i64,
    users: Vec<i64>,
) -> Result<()> {
    let mut group = ApproverGroup {
        id: 0,
        approval_flow_id: flow_id,
        priority,
        approvals_required,
        created_at: work.now,
        resolved_at: None,
    };
    work.insert(&mut group).await?;
    for user_id in users {
        add_approver(work, group.id, user_id).await?;
    }
    Ok(())
}

async fn add_approver(work: &mut Work, approver_group_id: i64, user_id: i64) -> Result<()> {
    let mut approver = Approver {
        id: 0,
        approver_group_id,
        user_id,
        status: ApproverStatus::Waiting,
        reason: None,
        request_sent_at: None,
        resolved_at: None,
        created_at: work.now,
    };
    work.insert(&mut approver).await
}

/// Makes the groups of a flow those that are `wanted`, keeping the rows of who stays.
async fn edit_groups(work: &mut Work, flow_id: i64, wanted: Vec<(i64, Vec<i64>)>) -> Result<()> {
    let mut there = groups(work, flow_id).await?;
    for (priority, (required, users)) in (0..).zip(wanted) {
        let Some(at) = there.iter().position(|it| it.row.priority == priority) else {
            add_group(work, flow_id, priority, required, users).await?;
            continue;
        };
        let Group { row, approvers } = there.swap_remove(at);
        let after = ApproverGroup { approvals_required: required, ..row.clone() };
        work.update(&row, &after).await?;
        for gone in approvers.iter().filter(|it| !users.contains(&it.user_id)) {
            work.delete(gone).await?;
        }
        for user_id in users.into_iter().filter(|id| !approvers.iter().any(|it| it.user_id == *id)) {
            add_approver(work, row.id, user_id).await?;
        }
    }
    for gone in there {
        work.delete(&gone.row).await?;
    }
    Ok(())
}

/// APR-7: only `offer_candidate` is of an offer, and the offer must be one of the job's.
async fn check_offer(work: &Work, job_id: i64, kind: FlowKind, offer_id: Option<i64>) -> Result<()> {
    let Some(id) = offer_id else { return Ok(()) };
    if kind != FlowKind::OfferCandidate {
        return Err(Error::invalid("approval_type", "Must be offer_candidate where offer_id is given"));
    }
    let offer: Option<tables::Offer> = work.tx.get(offer_id).await?;
    match offer {
        Some(offer) if offer.job_id == job_id => Ok(()),
        _ => Err(Error::invalid("offer_id", format!("Job {job_id} has no offer {id}"))),
    }
}

/// The groups by ids of users. Who is named in several stays in the first of them, and there must be enough to approve (APR-6).
async fn resolved(work: &Work, planned: Vec<PlannedGroup>) -> Result<Vec<(i64, Vec<i64>)>> {
    let mut faults = Vec::new();
    let mut seen = Vec::new();
    let mut groups = Vec::new();
    if planned.is_empty() {
        faults.push(Fault { message: "Must name at least one group".to_owned(), field: "approver_groups".to_owned() });
    }
    for (n, PlannedGroup { approvals_required, approvers }) in planned.into_iter().enumerate() {
        let mut users = Vec::new();
        let known = faults.len();
        for (m, approver) in approvers.iter().enumerate() {
            match active(work, approver, &format!("approver_groups[{n}].approvers[{m}].user_id")).await? {
                Ok(id) if seen.contains(&id) => {}
                Ok(id) => {
                    seen.push(id);
                    users.push(id);
                }
                Err(fault) => faults.push(fault),
            }
        }
        let message = match () {
            () if approvals_required < 1 => Some("Must be greater than 0".to_owned()),
            () if approvals_required > users.len() as i64 && faults.len() == known => {
                Some(format!("Must be at most {}, the number of approvers in the group", users.len()))
            }
            () => None,
        };
        if let Some(message) = message {
            faults.push(Fault { message, field: format!("approver_groups[{n}].approvals_required") });
        }
        groups.push((approvals_required, users));
    }
    match faults.is_empty() {
        true => Ok(groups),
        false => Err(Error::Invalid(faults)),
    }
}

/// The id of an enabled user, or what is wrong.
async fn active(work: &Work, user: &UserRef, field: &str) -> Result<Result<i64, Fault>> {
    let catalog = work.catalog().await?;
    match user::resolve(&catalog, user, field) {
        Ok(person) if person.row.disabled => {
            Ok(Err(Fault { message: format!("User {} is disabled", person.row.id), field: field.to_owned() }))
        }
        Ok(person) => Ok(Ok(person.row.id)),
        Err(Error::Invalid(mut faults)) if faults.len() == 1 => Ok(Err(faults.swap_remove(0))),
        Err(error) => Err(error),
    }
}

fn must_be_pending(flow: &ApprovalFlow) -> Result<()> {
    match flow.status {
        FlowStatus::Pending => Ok(()),
        status => Err(Error::Refused(format!(
            "Approval flow {} is {}: it can change only after its approvals were reset",
            flow.id,
            status.word()
        ))),
    }
}
