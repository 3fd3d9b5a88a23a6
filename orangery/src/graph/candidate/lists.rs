//! The lists that hang on a candidate, all read by one statement: each row says first which list it belongs to.

use std::collections::HashMap;

use sql::{Row, Value};

use super::Education;
use crate::{
    error::Result,
    graph::Look,
    tables::{Attachment, Contact, Employment},
};

#[derive(Default)]
pub struct Lists {
    pub contacts: Vec<Contact>,
    pub educations: Vec<Education>,
    pub employments: Vec<Employment>,
    pub tags: Vec<String>,
    pub attachments: Vec<Attachment>,
    pub application_ids: Vec<i64>,
}

/// List, candidate, id; five texts, three numbers. The first part says which types they are.
macro_rules! lists {
    ($these:literal) => {
        concat!(
            "select 1, candidate_id, id, kind, value, label, email_key, cast(null as text), cast(null as bigint), \
                cast(null as bigint), cast(null as bigint) from contacts where candidate_id ",
            $these,
            " union all select 2, e.candidate_id, e.id, s.name, g.name, d.name, e.start_date, e.end_date, null, null, null \
                from educations e left join education_items s on s.id = e.school_id \
                left join education_items g on g.id = e.degree_id left join education_items d on d.id = e.discipline_id \
                where e.candidate_id ",
            $these,
            " union all select 3, candidate_id, id, company_name, title, start_date, end_date, null, null, null, null \
                from employments where candidate_id ",
            $these,
            " union all select 4, c.candidate_id, c.id, t.name, null, null, null, null, null, null, null \
                from candidate_tags c join tags t on t.id = c.tag_id where c.candidate_id ",
            $these,
            " union all select 5, candidate_id, id, filename, kind, content_type, visibility, blob, application_id, size, created_at \
                from attachments where candidate_id ",
            $these,
            " union all select 6, candidate_id, id, null, null, null, null, null, null, null, null \
                from applications where candidate_id ",
            $these,
        )
    };
}

/// What tells of an application's interviews: only whether it is there.
macro_rules! interviewed {
    () => {
        " union all select 7, 0, id, null, null, null, null, null, null, null, null \
            from scheduled_interviews where application_id = $2 \
          union all select 7, 0, id, null, null, null, null, null, null, null, null \
            from interview_states where application_id = $2 \
          union all select 7, 0, id, null, null, null, null, null, null, null, null \
            from scorecards where application_id = $2"
    };
}

/// The lists of each candidate, by id.
pub async fn lists(look: &Look<'_>, candidate_ids: &[i64]) -> Result<HashMap<i64, Lists>> {
    let rows = look.tx.rows(lists!("{any:$1}"), &[Value::Ids(candidate_ids.to_vec())]).await?;
    let mut lists: HashMap<i64, Lists> = HashMap::new();
    for row in sorted(rows)? {
        lists.entry(row.get(1)?).or_default().add(&row)?;
    }
    Ok(lists)
}

/// The lists of one candidate, and whether something is known of the interviews of an application.
pub async fn of_application(look: &Look<'_>, candidate_id: i64, application_id: i64) -> Result<(Lists, bool)> {
    let params = [Value::Int(candidate_id), Value::Int(application_id)];
    // Asked for one by one: PostgreSQL would plan a long statement about any of some anew each time.
    let rows = look.tx.rows(concat!(lists!("= $1"), interviewed!()), &params).await?;
    let (mut lists, mut interviewed) = (Lists::default(), false);
    for row in sorted(rows)? {
        interviewed |= !lists.add(&row)?;
    }
    Ok((lists, interviewed))
}

/// By id: lists are shown in the order in which they were made.
fn sorted(rows: Vec<Row>) -> Result<Vec<Row>> {
    let mut rows = rows.into_iter().map(|row| Ok((row.get(2)?, row))).collect::<sql::Result<Vec<(i64, Row)>>>()?;
    rows.sort_by_key(|it| it.0);
    Ok(rows.into_iter().map(|it| it.1).collect())
}

impl Lists {
    /// Adds a row to its list; false if it is of none.
    fn add(&mut self, row: &Row) -> sql::Result<bool> {
        let (candidate_id, id): (i64, i64) = (row.get(1)?, row.get(2)?);
        match row.get::<i64>(0)? {
            1 => self.contacts.push(Contact {
                id,
                candidate_id,
                kind: row.get(3)?,
                value: row.get(4)?,
                label: row.get(5)?,
                email_key: row.get(6)?,
            }),
            2 => self.educations.push(Education {
                id,
                candidate_id,
                school_name: row.get(3)?,
                degree: row.get(4)?,
                discipline: row.get(5)?,
                start_date: row.get(6)?,
                end_date: row.get(7)?,
            }),
            3 => self.employments.push(Employment {
                id,
                candidate_id,
                company_name: row.get(3)?,
                title: row.get(4)?,
                start_date: row.get(5)?,
                end_date: row.get(6)?,
            }),
            4 => self.tags.push(row.get(3)?),
            5 => self.attachments.push(Attachment {
                id,
                candidate_id,
                filename: row.get(3)?,
                kind: row.get(4)?,
                content_type: row.get(5)?,
                visibility: row.get(6)?,
                blob: row.get(7)?,
                application_id: row.get(8)?,
                size: row.get(9)?,
                created_at: row.get(10)?,
            }),
            6 => self.application_ids.push(id),
            _ => return Ok(false),
        }
        Ok(true)
    }
}
