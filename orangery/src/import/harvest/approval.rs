//! Offers, and approvals of jobs and offers.
//!
//! A flow names who is asked, by user; what waits for a user names the approval itself. Both are put together here.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use serde_json::Value;
use sql::Field;

use super::{
    Harvest, SMALL, custom,
    json::{It, rows},
    read,
};
use crate::{
    import::{Batch, Inlet, Kind, reader::Refusal},
    tables::{
        ApprovalFlow, Approver, ApproverGroup, ApproverStatus, FieldType, FlowKind, FlowStatus, Offer, OfferStatus,
    },
};

/// What waits for somebody's answer: approver group and user, and the approval.
type Pending = HashMap<(i64, i64), Value>;

impl Harvest {
    pub(super) async fn offers(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let path = Self::since(to, "/v1/offers", "updated_after", SMALL);
        self.each(to, &path, async |to, page| {
            let catalog = to.house().newest_catalog().await.map_err(|why| why.to_string())?;
            let mut batch = Batch::new();
            for (id, it) in rows(page) {
                let created_at = it.time("created_at").unwrap_or(to.began());
                let mut odd = Vec::new();
                let custom = custom::values(&catalog, FieldType::Offer, it.at("keyed_custom_fields"), &mut odd);
                odd.into_iter().for_each(|why| to.trouble(Kind::Odd, "offers", id, why));
                let offer = Offer {
                    id,
                    application_id: it.number("application_id").unwrap_or_default(),
                    job_id: it.number("job_id").unwrap_or_default(),
                    opening_id: it.id_of("opening"),
                    user_id: None,
                    version: it.number("version").unwrap_or(1),
                    status: it.word("status").unwrap_or(OfferStatus::Deprecated),
                    starts_on: it.date("starts_at"),
                    sent_on: it.date("sent_at"),
                    notes: None,
                    custom,
                    resolved_at: it.time("resolved_at"),
                    created_at,
                    updated_at: it.time("updated_at").unwrap_or(created_at),
                };
                if let (OfferStatus::Accepted, Some(at)) = (offer.status, offer.resolved_at) {
                    batch.set("applications", offer.application_id, vec![("hired_at", at.value())]);
                }
                batch.put(offer, &["user_id", "notes"]);
            }
            Ok(batch)
        })
        .await
    }

    pub(super) async fn approvals(&self, to: &mut Inlet<'_>) -> Result<(), String> {
        let Some(pending) = self.pending(to).await? else { return Ok(()) };
        let mut taken: BTreeSet<i64> = pending.values().filter_map(|it| It(it).id()).collect();
        let last = taken.last().copied();
        let ids = "select id from jobs where id > $1 order by id limit $2";
        let ask = async |id: i64| {
            let path = format!("/v1/jobs/{id}/approval_flows?per_page={SMALL}");
            self.reader.all(path).await.map(Value::Array)
        };
        self.each_of(to, ids, ask, async |to, jobs| {
            let flows: Vec<It<'_>> = jobs.iter().filter_map(|it| it.1.as_array()).flatten().map(It).collect();
            let groups: Vec<i64> = flows.iter().flat_map(|it| it.list("approver_groups")).filter_map(It::id).collect();
            let there = read(to, async |look| Ok(look.tx.children::<Approver>("approver_group_id", &groups).await?));
            let there = there.await?;
            let mut batch = Batch::new();
            if let Some(last) = last {
                batch.number_beyond("approvers", last);
            }
            put_flows(to, &flows, &mut batch);
            for flow in &flows {
                for group in flow.list("approver_groups") {
                    let approvers = approvers(to, *flow, group, &pending, &there, &mut taken);
                    if let Some(id) = group.id() {
                        batch.list("approver_group_id", id, approvers, &[]);
                    }
                }
            }
            Ok(batch)
        })
        .await
    }

    /// What waits for each user's answer; nothing where the key may not read it.
    async fn pending(&self, to: &Inlet<'_>) -> Result<Option<Pending>, String> {
        let catalog = to.house().newest_catalog().await.map_err(|why| why.to_string())?;
        let mut pending = Pending::new();
        for user in catalog.users.keys() {
            let path = format!("/v1/users/{user}/pending_approvals?per_page={SMALL}");
            let found = match self.reader.all(path).await {
                Ok(found) => found,
                Err(Refusal::NotFound) => continue,
                Err(Refusal::Forbidden(why)) => {
                    to.trouble(Kind::Forbidden, "/v1/users/{id}/pending_approvals", None, why);
                    break;
                }
                Err(Refusal::Failed(why) | Refusal::Invalid(why)) => return Err(why),
            };
            for it in found {
                if let Some(group) = It(&it).number("approver_group_id") {
                    pending.insert((group, *user), it);
                }
            }
        }
        Ok(Some(pending))
    }
}

fn put_flows(to: &Inlet<'_>, flows: &[It<'_>], batch: &mut Batch) {
    let with_ids = || flows.iter().filter_map(|it| Some((it.id()?, *it)));
    for (id, it) in with_ids() {
        let made = it.list("approver_groups").filter_map(|it| it.time("created_at")).min().unwrap_or(to.began());
        let requested_by_id = it.number("requested_by_user_id");
        let flow = ApprovalFlow {
            id,
            job_id: it.number("job_id").unwrap_or_default(),
            offer_id: it.number("offer_id"),
            kind: it.word("approval_type").unwrap_or(FlowKind::OpenJob),
            sequential: it.flag("sequential"),
            version: it.number("version").unwrap_or(1),
            status: it.word("approval_status").unwrap_or(FlowStatus::Pending),
            requested_by_id,
            requested_at: requested_by_id.map(|_| made),
            created_at: made,
            updated_at: made,
        };
        batch.put(flow, &["requested_at", "created_at", "updated_at"]);
    }
    for (approval_flow_id, it) in with_ids() {
        let groups = it.list("approver_groups").filter_map(|it| {
            Some(ApproverGroup {
                id: it.id()?,
                approval_flow_id,
                priority: it.number("priority").unwrap_or(0),
                approvals_required: it.number("approvals_required").unwrap_or(1),
                created_at: it.time("created_at").unwrap_or(to.began()),
                resolved_at: it.time("resolved_at"),
            })
        });
        batch.list("approval_flow_id", approval_flow_id, groups.collect(), &[]);
    }
}

/// Who is asked in a group. Only approvals that wait are shown with their ids; the others of the group were numbered beside them, as far as
/// can be told, so that they keep their order.
fn approvers(
    to: &Inlet<'_>,
    flow: It<'_>,
    group: It<'_>,
    pending: &Pending,
    there: &[Approver],
    taken: &mut BTreeSet<i64>,
) -> Vec<Approver> {
    let group_id = group.id().unwrap_or_default();
    let users = group.ids("approvers");
    let known = |user: &i64| there.iter().find(|it| it.approver_group_id == group_id && it.user_id == *user);
    let waits = |user: &i64| pending.get(&(group_id, *user)).map(It);
    let mut ids: Vec<Option<i64>> =
        users.iter().map(|it| waits(it).and_then(It::id).or_else(|| known(it).map(|it| it.id))).collect();
    number(&mut ids, taken);
    let all_numbered = ids.iter().all(Option::is_some);
    let one = |(user_id, id): (&i64, &Option<i64>)| {
        let waiting = waits(user_id);
        let created_at = waiting.and_then(|it| it.time("created_at")).or(group.time("created_at"));
        Approver {
            id: id.filter(|_| all_numbered).unwrap_or_default(),
            approver_group_id: group_id,
            user_id: *user_id,
            status: waiting.and_then(|it| it.word("status")).unwrap_or_else(|| status(flow, group)),
            reason: known(user_id).and_then(|it| it.reason.clone()),
            request_sent_at: waiting.and_then(|it| it.time("request_sent_at")),
            resolved_at: waiting.map_or_else(|| group.time("resolved_at"), |_| None::<Timestamp>),
            created_at: created_at.unwrap_or(to.began()),
        }
    };
    users.iter().zip(&ids).map(one).collect()
}

/// Those without a number get the ones beside their neighbours', unless somebody has them.
fn number(ids: &mut [Option<i64>], taken: &mut BTreeSet<i64>) {
    taken.extend(ids.iter().flatten());
    if ids.iter().all(Option::is_none) {
        return;
    }
    while let Some(n) = ids.iter().position(Option::is_none) {
        let before = n.checked_sub(1).and_then(|it| ids[it]).map(|it| it + 1);
        let (gap, after) = match ids[n..].iter().position(Option::is_some) {
            Some(after) => (after, ids[n + after].map(|it| it - after as i64)),
            None => (0, None),
        };
        let fits = |id: &i64| *id > 0 && !taken.contains(id) && before.is_none_or(|it| *id >= it);
        let Some(id) = after.filter(|_| gap > 0).or(before).filter(fits) else { return };
        taken.insert(id);
        ids[n] = Some(id);
    }
}

/// How an approval stands that does not wait for anybody.
fn status(flow: It<'_>, group: It<'_>) -> ApproverStatus {
    let asked = !flow.at("requested_by_user_id").is_null();
    match flow.word("approval_status") {
        Some(FlowStatus::Approved) => ApproverStatus::Approved,
        _ if !group.at("resolved_at").is_null() => ApproverStatus::Approved,
        Some(FlowStatus::Rejected) => ApproverStatus::Rejected,
        _ if asked => ApproverStatus::Approved,
        _ => ApproverStatus::Waiting,
    }
}
