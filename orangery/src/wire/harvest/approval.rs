//! Approval flows, and approvals that wait for somebody.

use crate::{
    graph::{
        approval::{Flow, Group, Pending},
        catalog::Person,
    },
    tables::{ApproverStatus, FlowKind, FlowStatus},
    wire::Millis,
};

view! {
    pub fn approval_flow(f: &Flow) -> ApprovalFlow {
        id: i64 = f.row.id,
        offer_id: Option<i64> = f.row.offer_id,
        sequential: bool = f.row.sequential,
        version: i64 = f.row.version,
        approval_type: FlowKind = f.row.kind,
        approval_status: FlowStatus = f.row.status,
        job_id: i64 = f.row.job_id,
        requested_by_user_id: Option<i64> = f.row.requested_by_id,
        approver_groups: Vec<ApproverGroup> = f.groups.iter().map(|it| approver_group(it, f)).collect(),
    }

    pub fn approver_group(g: &Group, flow: &Flow) -> ApproverGroup {
        id: i64 = g.row.id,
        approvals_required: i64 = g.row.approvals_required,
        created_at: Millis = Millis(g.row.created_at),
        resolved_at: Option<Millis> = g.row.resolved_at.map(Millis),
        priority: i64 = g.row.priority,
        job_id: i64 = g.job_id,
        // INC-83: null even where the flow is an offer's.
        offer_id: Option<i64> = None,
        approvers: Vec<Approver> = g.approvers.iter().filter_map(|it| flow.catalog.user(Some(it.user_id))).map(approver).collect(),
    }

    pub fn approver(u: &Person) -> Approver {
        id: i64 = u.row.id,
        name: String = u.name(),
        employee_id: Option<String> = u.row.employee_id.clone(),
        email_addresses: Vec<String> = u.emails.iter().map(|it| it.email.clone()).collect(),
    }

    /// Nobody is reminded of approvals here, so the fields that tell of reminders are always empty.
    pub fn pending_approval(p: &Pending) -> PendingApproval {
        id: i64 = p.row.id,
        status: ApproverStatus = p.row.status,
        created_at: Millis = Millis(p.row.created_at),
        resolved_at: Option<Millis> = p.row.resolved_at.map(Millis),
        request_sent_at: Option<Millis> = p.row.request_sent_at.map(Millis),
        reminder_sent_at: Option<Millis> = None,
        reminders_sent: i64 = 0,
        approver_group_id: i64 = p.row.approver_group_id,
        reminder_sent_by_user_id: Option<i64> = None,
        // INC-82: the job, under the plan's name.
        hiring_plan_id: i64 = p.flow.job_id,
        offer_id: Option<i64> = p.flow.offer_id,
        approval_flow_id: i64 = p.flow.id,
        approval_flow_type: FlowKind = p.flow.kind,
        approval_flow_status: FlowStatus = p.flow.status,
    }
}
