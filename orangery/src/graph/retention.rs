//! Retention rules, and who is due under one.

use sql::params;

use super::{
    Look,
    select::{Page, Select, Slice},
};
use crate::{
    domain::{anonymize, retention},
    error::Result,
    tables::RetentionRule,
};

pub async fn list(look: &Look<'_>, page: Page) -> Result<Slice<RetentionRule>> {
    Select::new().page(look.tx, "id", page).await
}

/// Candidates above the id `after` about whom nothing happened since the rule's months, and who were not made anonymous by the same fields
/// since. By id, at most `limit`.
pub async fn due(look: &Look<'_>, rule: &RetentionRule, after: i64, limit: i64) -> Result<Vec<i64>> {
    let sql = "select c.id from candidates c where c.last_activity_at < $1 and c.id > $2 \
               and not exists (select 1 from applications a where a.candidate_id = c.id and a.last_activity_at >= $1) \
               and not exists (select 1 from anonymizations n where n.candidate_id = c.id and n.fields = $3 and n.at >= c.last_activity_at) \
               and ($4 = 0 or exists (select 1 from applications a join job_offices o on o.job_id = a.job_id \
                                      where a.candidate_id = c.id and o.office_id = $4)) \
               order by c.id limit $5";
    let cutoff = retention::cutoff(look, rule.months)?;
    let fields = anonymize::key(&rule.fields.0);
    let office_id = rule.office_id.unwrap_or_default();
    let rows = look.tx.rows(sql, params![cutoff, after, fields, office_id, limit]).await?;
    Ok(rows.iter().map(|it| it.get(0)).collect::<sql::Result<_>>()?)
}

/// Whether that candidate is among them.
pub async fn is_due(look: &Look<'_>, rule: &RetentionRule, candidate_id: i64) -> Result<bool> {
    let next = due(look, rule, candidate_id - 1, 1).await?;
    Ok(next == [candidate_id])
}
