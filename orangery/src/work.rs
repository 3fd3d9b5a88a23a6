//! A Work: one transaction, who acts, when, and what happened in it. Every change to the data is made through one, whoever asks for it: an
//! API, a page, the command line or a timer.
//!
//! A Work has no effect outside its transaction, since on PostgreSQL it may run again after a serialization failure. Files are stored before
//! it begins; mail and hooks leave after it ended.

use std::{net::IpAddr, sync::Arc};

use courier::guard::Guard;
use futures_util::{TryFutureExt, future::try_join_all, try_join};
use jiff::Timestamp;
use serde_json::{Map, Value as Json};
use sql::{Dialect, Record, Tx, Value};

use crate::{
    domain::search::Stale,
    error::{Error, Result},
    event::Event,
    feed, graph,
    graph::{Catalog, Look, Memory, catalog::Versions},
    hooks,
    house::Orangery,
    tables::{AuditRecord, ChangeKind, Door},
};

/// Who acts, through which door, by which request.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    pub user_id: Option<i64>,
    pub api_key_id: Option<i64>,
    pub door: Door,
    /// `POST /v1/applications/{id}/reject`, a command, the name of a timer.
    pub request: String,
}

/// Where a request came from: what comes over HTTP has one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Origin {
    /// `X-Request-Id`, as it is answered and logged.
    pub request_id: Option<String>,
    pub address: Option<IpAddr>,
}

pub struct Work {
    pub tx: Tx,
    pub actor: Actor,
    pub origin: Origin,
    pub now: Timestamp,
    /// Names this Work in journal and audit log.
    pub id: String,
    /// The candidate that is being changed, so that what the audit log keeps of it can be erased with it.
    pub about: Option<i64>,
    /// What is erased must not live on in the audit log: names of columns are kept, values are not.
    pub discreet: bool,
    /// What happens here leaves no lines in activity feeds, which an import brings along.
    pub unsung: bool,
    /// What happens here happened elsewhere before: it fires no web hooks.
    pub silent: bool,
    house: Orangery,
    events: Vec<Happened>,
    audit: Vec<AuditRecord>,
    stale: Stale,
    memory: Memory,
    released: Vec<String>,
    deliverable: bool,
    mailable: bool,
}

/// An event, with the bodies that had to be rendered before the deletion that it tells of.
pub(crate) struct Happened {
    pub event: Event,
    pub bodies: Option<Vec<hooks::Body>>,
}

impl Orangery {
    /// Runs `act` and commits what it did, with the audit records it leaves and the web hooks it fires, or nothing at all.
    ///
    /// `act` is an `async move` closure that owns what it needs, since it is run again, at most twice, where PostgreSQL found a conflict.
    pub async fn write<T>(&self, actor: Actor, act: impl AsyncFnOnce(&mut Work) -> Result<T> + Clone) -> Result<T> {
        self.write_from(Origin::default(), actor, act).await
    }

    /// The same for who came from somewhere.
    pub async fn write_from<T>(
        &self,
        origin: Origin,
        actor: Actor,
        act: impl AsyncFnOnce(&mut Work) -> Result<T> + Clone,
    ) -> Result<T> {
        let again = match self.pool.dialect() {
            Dialect::Postgres => 2,
            Dialect::Sqlite => 0,
        };
        for _ in 0..again {
            match self.attempt(&origin, &actor, act.clone()).await {
                Err(Error::Database(sql::Error::Conflict)) => continue,
                done => return done,
            }
        }
        self.attempt(&origin, &actor, act).await
    }

    async fn attempt<T>(
        &self,
        origin: &Origin,
        actor: &Actor,
        act: impl AsyncFnOnce(&mut Work) -> Result<T>,
    ) -> Result<T> {
        let mut work = self.begin(actor).await?;
        work.origin = origin.clone();
        tracing::Span::current().record("work", work.id.as_str());
        let done = Box::pin(act(&mut work)).await?;
        let fired = work.finish().await?;
        let (catalog_changed, deliverable) = (work.tx.has_written(graph::catalog::TABLES), work.deliverable);
        let (mailable, searchable) = (work.mailable, !work.stale.is_empty());
        let released = std::mem::take(&mut work.released);
        work.tx.commit().await?;
        tracing::debug!("committed");
        if fired || deliverable {
            self.wake();
        }
        if mailable {
            self.wake_mail();
        }
        if searchable {
            self.wake_search();
        }
        if catalog_changed {
            self.forget_catalog();
        }
        self.remove_unused(released).await;
        Ok(done)
    }

    async fn begin(&self, actor: &Actor) -> Result<Work> {
        Ok(Work {
            tx: self.pool.begin().await?,
            actor: actor.clone(),
            origin: Origin::default(),
            now: self.now(),
            id: self.fresh_id(),
            about: None,
            discreet: false,
            unsung: false,
            silent: false,
            house: self.clone(),
            events: Vec::new(),
            audit: Vec::new(),
            stale: Stale::default(),
            memory: Memory::default(),
            released: Vec::new(),
            deliverable: false,
            mailable: false,
        })
    }

    /// What `act` would fire, and nothing else of it: its transaction is not committed.
    pub async fn rehearse(
        &self,
        actor: Actor,
        act: impl AsyncFnOnce(&mut Work) -> Result<()>,
    ) -> Result<Vec<hooks::Body>> {
        let mut work = self.begin(&actor).await?;
        Box::pin(act(&mut work)).await?;
        let mut events = std::mem::take(&mut work.events);
        hooks::all_bodies(&work, events.iter_mut()).await
    }

    /// Looks at the data as it is at one moment.
    pub async fn read<T>(&self, look: impl AsyncFnOnce(&Look<'_>) -> Result<T>) -> Result<T> {
        let tx = self.pool.read().await?;
        let (catalog, versions) = self.catalog(&tx).await?;
        let plans = Some((&self.plans, versions));
        let (links, now, marks) = (&self.links, self.now(), Some(&self.marks));
        look(&Look { tx: &tx, catalog, links, now, moment: 0, plans, memory: None, marks }).await
    }
}

impl Work {
    /// Notes what happened. The same event twice in one Work is one event.
    pub fn record(&mut self, event: Event) {
        if !self.events.iter().any(|it| it.event == event) {
            self.events.push(Happened { event, bodies: None });
        }
    }

    /// Notes a deletion that is about to happen: its bodies are rendered now, from what is still there. Where it is an
    /// erasure they stay only until they are delivered.
    pub async fn record_deletion(&mut self, event: Event) -> Result<()> {
        let mut bodies = hooks::bodies(self, &event).await?;
        for body in &mut bodies {
            body.erase = self.discreet;
        }
        self.events.push(Happened { event, bodies: Some(bodies) });
        Ok(())
    }

    /// What this Work sees, changes of its own included.
    pub async fn look(&self) -> Result<Look<'_>> {
        let moment = self.tx.moment();
        let (catalog, versions) = self.seen().await?;
        let plans = versions.map(|it| (&self.house.plans, it));
        let (tx, links, now, memory) = (&self.tx, &self.house.links, self.now, Some(&self.memory));
        Ok(Look { tx, catalog, links, now, moment, plans, memory, marks: None })
    }

    pub async fn catalog(&self) -> Result<Arc<Catalog>> {
        Ok(self.seen().await?.0)
    }

    /// The catalog, and the versions of what others see where this Work sees the same.
    async fn seen(&self) -> Result<(Arc<Catalog>, Option<Versions>)> {
        let moment = self.tx.moment();
        if let Some(seen) = self.memory.catalog(moment) {
            return Ok(seen);
        }
        let (catalog, versions) = match self.tx.has_written(graph::catalog::TABLES) {
            true => (Arc::new(Box::pin(Catalog::read(&self.tx)).await?), None),
            // Nobody else may see what is not committed.
            false => {
                let (catalog, versions) = self.house.catalog(&self.tx).await?;
                (catalog, Some(versions))
            }
        };
        self.memory.keep_catalog(moment, catalog.clone(), versions);
        Ok((catalog, versions))
    }

    /// Files whose rows go: removed after the commit, if no other row names them.
    pub fn release(&mut self, blobs: impl IntoIterator<Item = String>) {
        self.released.extend(blobs);
    }

    /// Seals a secret for the database.
    pub fn seal(&self, secret: &[u8]) -> Vec<u8> {
        self.house.seal.seal(secret)
    }

    /// Search is to look at these candidates again: for what changed of them by a cascade.
    pub fn search_again(&mut self, candidate_ids: impl IntoIterator<Item = i64>) {
        self.stale.add(candidate_ids);
    }

    /// Opens what was sealed; nothing where another key sealed it.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        self.house.seal.open(sealed).ok()
    }

    /// Where web hooks may go.
    pub fn guard(&self) -> &Guard {
        &self.house.guard
    }

    /// This Work makes something due that no event of its own made: the courier is woken when it is committed.
    pub fn deliver(&mut self) {
        self.deliverable = true;
    }

    /// This Work makes mail due: who sends it is woken when it is committed.
    pub fn send_mail(&mut self) {
        self.mailable = true;
    }

    pub async fn insert<T: Record>(&mut self, row: &mut T) -> Result<()> {
        self.tx.insert(row).await?;
        let values = T::COLUMNS.iter().zip(row.values()).filter(|(_, value)| *value != Value::Null);
        let changes = values.map(|(column, value)| (*column, (Json::Null, shown::<T>(column, &value)))).collect();
        self.changed::<T>(ChangeKind::Created, row, changes);
        Ok(())
    }

    /// Writes `after` over `before`, and tells whether that changed anything.
    pub async fn update<T: Record>(&mut self, before: &T, after: &T) -> Result<bool> {
        let pairs = T::COLUMNS.iter().zip(before.values().into_iter().zip(after.values()));
        let changes: Vec<(&str, (Json, Json))> = pairs
            .filter(|(_, (old, new))| old != new)
            .map(|(column, (old, new))| (*column, (shown::<T>(column, &old), shown::<T>(column, &new))))
            .collect();
        if changes.is_empty() {
            return Ok(false);
        }
        let names: Vec<&str> = changes.iter().map(|it| it.0).collect();
        self.stale.note_others(&self.tx, T::TABLE, after.id(), Some(&names)).await?;
        self.tx.update(after).await?;
        self.changed::<T>(ChangeKind::Updated, after, changes);
        Ok(true)
    }

    pub async fn delete<T: Record>(&mut self, row: &T) -> Result<()> {
        self.stale.note_others(&self.tx, T::TABLE, row.id(), None).await?;
        self.tx.delete::<T>(row.id()).await?;
        let values = T::COLUMNS.iter().zip(row.values()).filter(|(_, value)| *value != Value::Null);
        let changes = values.map(|(column, value)| (*column, (shown::<T>(column, &value), Json::Null))).collect();
        self.changed::<T>(ChangeKind::Destroyed, row, changes);
        Ok(())
    }

    /// One audit record per changed row (AUD-2), written when the Work ends.
    fn changed<T: Record>(&mut self, kind: ChangeKind, row: &T, changes: Vec<(&str, (Json, Json))>) {
        let of = T::COLUMNS.iter().position(|it| *it == "candidate_id").map(|n| row.values().swap_remove(n));
        let candidate_id = match (of, T::TABLE) {
            (_, "candidates") => Some(row.id()),
            (Some(Value::Int(id)), _) => Some(id),
            _ => self.about,
        };
        self.stale.note(T::TABLE, candidate_id, changes.iter().map(|it| it.0));
        let hide = self.discreet;
        let changes: Map<String, Json> = changes
            .into_iter()
            .map(|(column, (old, new))| {
                (column.to_owned(), if hide { Json::Null } else { Json::Array(vec![old, new]) })
            })
            .collect();
        let changes = Some(sql::Json(Json::Object(changes)));
        self.audit(kind, T::TABLE, Some(row.id()), candidate_id, changes);
    }

    /// Notes for the audit log that something was done which changed no row (AUD-1).
    pub fn note(&mut self, what: &str) {
        self.audit(ChangeKind::Action, what, None, None, None);
    }

    fn audit(
        &mut self,
        kind: ChangeKind,
        target_type: &str,
        target_id: Option<i64>,
        candidate_id: Option<i64>,
        changes: Option<sql::Json<Json>>,
    ) {
        self.audit.push(AuditRecord {
            id: 0,
            work: self.id.clone(),
            at: self.now,
            actor_id: self.actor.user_id,
            api_key_id: self.actor.api_key_id,
            door: self.actor.door,
            request: self.actor.request.clone(),
            request_id: self.origin.request_id.clone().unwrap_or_else(|| self.id.clone()),
            address: self.origin.address.map(|it| it.to_string()),
            kind,
            target_type: target_type.to_owned(),
            target_id,
            candidate_id,
            changes,
        });
    }

    /// Writes what the events of this Work leave behind; true if web hooks are to be delivered.
    async fn finish(&mut self) -> Result<bool> {
        let mut events = std::mem::take(&mut self.events);
        let bodies = if self.silent { Vec::new() } else { hooks::all_bodies(self, events.iter_mut()).await? };
        let mut lines = if self.unsung { Vec::new() } else { feed::lines(self, &events).await? };
        let mut audit = std::mem::take(&mut self.audit);
        if self.discreet && !self.stale.is_empty() {
            let catalog = self.catalog().await?;
            Box::pin(self.stale.settle(&self.tx, &catalog)).await?;
        }
        try_join!(
            try_join_all(lines.iter_mut().map(|it| self.tx.insert(it))).map_err(Error::from),
            hooks::journal::write(self, &bodies),
            try_join_all(audit.iter_mut().map(|it| self.tx.insert(it))).map_err(Error::from),
            self.stale.leave(&self.tx),
            Versions::advance(&self.tx),
        )?;
        Ok(!bodies.is_empty())
    }
}

/// A column's value as the audit log shows it. Secrets are never shown, nor what somebody said of race, gender or health.
fn shown<T: Record>(column: &str, value: &Value) -> Json {
    match (T::TABLE, column) {
        ("webhooks", "secret" | "basic_password" | "headers") | ("api_keys" | "consent_codes", "hash") => {
            Json::String("(secret)".to_owned())
        }
        ("oauth_applications" | "oauth_grants", column) if column.ends_with("_hash") => match value {
            Value::Null => Json::Null,
            _ => Json::String("(secret)".to_owned()),
        },
        ("eeocs", "race" | "gender" | "veteran_status" | "disability_status")
        | ("demographic_answers", "demographic_answer_option_id" | "free_form_text") => {
            Json::String("(private)".to_owned())
        }
        _ if column.ends_with("_at") => match value {
            Value::Int(micros) => {
                Timestamp::from_microsecond(*micros).map_or(Json::Null, |it| Json::String(it.to_string()))
            }
            _ => Json::Null,
        },
        _ => match value {
            Value::Null | Value::Bytes(_) => Json::Null,
            Value::Bool(it) => Json::Bool(*it),
            Value::Int(it) => Json::from(*it),
            Value::Real(it) => Json::from(*it),
            Value::Text(it) => Json::String(it.clone()),
            Value::Ids(it) => Json::from(it.clone()),
            Value::Texts(it) => Json::from(it.clone()),
        },
    }
}
