//! The log of attempts: each with the request that it was.

use courier::{
    endpoint::{Call, Webhook},
    shown::{self, Sent},
    tables::{Attempt, Delivery},
    target::Marks,
};
use sql::{Tx, params};

use super::deliveries::{self, Line};
use crate::{
    error::Result,
    house::{Orangery, USER_AGENT},
};

/// An attempt, with the request as it was sent.
#[derive(Debug, Clone)]
pub struct Made {
    pub attempt: Attempt,
    /// `None` where nothing was sent, or where nobody could write down what was.
    pub request: Option<Request>,
}

#[derive(Debug, Clone)]
pub struct Request {
    pub url: String,
    /// What may be a secret is hidden.
    pub headers: Vec<(String, String)>,
}

/// The attempts of a delivery, the first first, after the attempt `after`; and whether there are more.
pub async fn list(house: &Orangery, tx: &Tx, delivery_id: i64, after: i64, limit: i64) -> Result<(Vec<Made>, bool)> {
    tx.find::<Delivery>(delivery_id).await?;
    let line = deliveries::find(tx, delivery_id).await?;
    let rest = "where delivery_id = $1 and id > $2 order by id limit $3";
    let mut attempts: Vec<Attempt> = tx.all(rest, params![delivery_id, after, limit + 1]).await?;
    let more = attempts.len() as i64 > limit;
    attempts.truncate(limit as usize);
    Ok((with_requests(house, tx, &line, attempts).await?, more))
}

/// One attempt, and its delivery with the body.
pub async fn find(house: &Orangery, tx: &Tx, id: i64) -> Result<(Made, Line)> {
    let attempt: Attempt = tx.find(id).await?;
    let line = deliveries::find(tx, attempt.delivery_id).await?;
    let mut made = with_requests(house, tx, &line, vec![attempt]).await?;
    Ok((made.remove(0), line))
}

async fn with_requests(house: &Orangery, tx: &Tx, line: &Line, attempts: Vec<Attempt>) -> Result<Vec<Made>> {
    let rest = "where webhook_id = $1 order by since desc, id desc";
    let calls: Vec<Call> = tx.all(rest, params![line.webhook_id]).await?;
    let webhook: Webhook = tx.find(line.webhook_id).await?;
    let request = |attempt: &Attempt| {
        let configured_at = attempt.configured_at?;
        let call = calls.iter().find(|it| it.since <= configured_at)?;
        let sent = Sent {
            delivery_id: line.id,
            marks: Marks { replay: attempt.replay, test: line.test },
            at: attempt.started_at,
            body: line.body.as_deref(),
            secrets: &secrets(house, &webhook, attempt),
            user_agent: USER_AGENT,
        };
        Some(Request { url: call.url.clone(), headers: shown::headers(call, &sent) })
    };
    Ok(attempts.into_iter().map(|attempt| Made { request: request(&attempt), attempt }).collect())
}

/// Those that signed an attempt, the new one first; none where that one is no more.
fn secrets(house: &Orangery, webhook: &Webhook, attempt: &Attempt) -> Vec<Vec<u8>> {
    let open = |sealed: &[u8]| house.seal.open(sealed).ok();
    let old = || webhook.old_secret.as_deref().and_then(open);
    match attempt.secret_number.map(|it| webhook.secret_number - it) {
        Some(0) => {
            let overlapped = webhook.old_secret_until.is_some_and(|it| attempt.started_at < it);
            open(&webhook.secret).into_iter().chain(old().filter(|_| overlapped)).collect()
        }
        Some(1) => old().into_iter().collect(),
        _ => Vec::new(),
    }
}
