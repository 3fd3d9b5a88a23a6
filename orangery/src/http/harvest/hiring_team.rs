//! The hiring team of a job over Harvest.

use axum::{Json, Router, routing::get};
use serde_json::{Value, json};

use crate::{
    domain::hiring_team::{self, Lists, NewMember},
    error::Result,
    graph,
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Path},
    },
    tables::TeamRole,
    wire::harvest::{self, HiringTeam},
    words::Word,
};

pub fn routes() -> Router<Orangery> {
    Router::new().route("/v1/jobs/{id}/hiring_team", get(show).put(replace).post(add).delete(remove))
}

async fn show(caller: Caller, Path(id): Path<i64>) -> Result<Json<HiringTeam>> {
    caller.read(async |look| Ok(Json(harvest::hiring_team(&graph::job::job(look, id).await?)))).await
}

async fn replace(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let lists = body.read(lists)?;
    caller.write(async move |work| hiring_team::replace(work, id, lists).await).await?;
    Ok(Json(json!({"success": true})))
}

async fn add(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let lists = body.read(lists)?;
    caller.write(async move |work| hiring_team::add(work, id, lists).await).await?;
    Ok(Json(json!({"success": true})))
}

async fn remove(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let lists: Vec<(TeamRole, Vec<i64>)> =
        body.read(|it| TeamRole::ALL.iter().filter_map(|role| it.ids(role.word()).map(|ids| (*role, ids))).collect())?;
    caller.write(async move |work| hiring_team::remove(work, id, &lists).await).await?;
    Ok(Json(json!({"success": true})))
}

/// The lists that were sent.
fn lists(it: &Fields<'_>) -> Lists {
    let list = |role: &TeamRole| it.objects(role.word(), |it| member(it, *role)).map(|members| (*role, members));
    TeamRole::ALL.iter().filter_map(list).collect()
}

/// Recruiters and coordinators come with three flags (HT-2).
fn member(it: &Fields<'_>, role: TeamRole) -> NewMember {
    let carries = matches!(role, TeamRole::Recruiter | TeamRole::Coordinator);
    let flag = |name: &str| carries && it.required(name, it.flag(name)).unwrap_or_default();
    NewMember {
        user_id: it.required_id("user_id"),
        future: flag("responsible_for_future_candidates"),
        active: flag("responsible_for_active_candidates"),
        inactive: flag("responsible_for_inactive_candidates"),
    }
}
