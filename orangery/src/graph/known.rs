//! Who and what is there already, by the names that other programs have for them: for tables that are imported.

use sql::{Row, Tx, Value, params};

use crate::{error::Result, tables::JobStatus};

/// So many are asked for at once.
const AT_ONCE: usize = 5_000;

/// Candidates by their addresses, in lower case.
pub async fn candidates_by_email(tx: &Tx, emails: &[String]) -> Result<Vec<(String, i64)>> {
    let sql = "select distinct email_key, candidate_id from contacts where email_key {any:$1} order by candidate_id";
    named(tx, sql, emails).await
}

pub async fn candidates_by_external_id(tx: &Tx, ids: &[String]) -> Result<Vec<(String, i64)>> {
    named(tx, "select external_id, id from candidates where external_id {any:$1} order by id", ids).await
}

async fn named(tx: &Tx, sql: &str, names: &[String]) -> Result<Vec<(String, i64)>> {
    let mut found = Vec::new();
    for names in names.chunks(AT_ONCE) {
        let rows = tx.rows(sql, &[Value::Texts(names.to_vec())]).await?;
        let read = |row: &Row| Ok((row.get(0)?, row.get(1)?));
        found.extend(rows.iter().map(read).collect::<sql::Result<Vec<_>>>()?);
    }
    Ok(found)
}

/// A job, as people name it.
#[derive(Debug, Clone)]
pub struct JobName {
    pub id: i64,
    pub name: String,
    pub requisition_id: Option<String>,
    pub status: JobStatus,
}

/// All jobs but templates.
pub async fn jobs(tx: &Tx) -> Result<Vec<JobName>> {
    let sql = "select id, name, requisition_id, status from jobs where not is_template order by id";
    let read = |row: &Row| -> sql::Result<JobName> {
        Ok(JobName { id: row.get(0)?, name: row.get(1)?, requisition_id: row.get(2)?, status: row.get(3)? })
    };
    Ok(tx.rows(sql, params![]).await?.iter().map(read).collect::<sql::Result<_>>()?)
}
