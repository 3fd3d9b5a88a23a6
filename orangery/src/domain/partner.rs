//! Partners, who send people in and ask what became of them.

use sql::params;

use crate::{
    domain::catalog::{self, NewSource, Strategy},
    error::Result,
    tables::Source,
    work::Work,
};

/// The source of that name; it is made if there is none.
pub async fn source_named(work: &mut Work, name: &str) -> Result<i64> {
    let name = name.trim();
    if let Some(there) = work.tx.first::<Source>("where name = $1 order by id limit 1", params![name]).await? {
        return Ok(there.id);
    }
    let new = NewSource { id: None, name: name.to_owned(), public_name: None, strategy: Strategy::ThirdPartyBoards };
    Ok(catalog::create_source(work, &new).await?.id)
}
