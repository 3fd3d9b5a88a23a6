//! Users over Harvest (USR-4 … USR-8).

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, patch, post},
};
use serde_json::{Value, json};

use crate::{
    domain::user::{self, AddedEmail, EditedUser, NewUser, Places, UserRef},
    error::Result,
    graph::{
        self,
        organization::{self, UserFilter},
    },
    house::Orangery,
    http::{
        Caller,
        input::{Body, Fields, Params, Path},
        page::Paging,
    },
    wire::harvest::{self, User},
    work::Work,
};

pub fn routes() -> Router<Orangery> {
    Router::new()
        .route("/v1/users", get(index).post(create))
        .route("/v1/users/{id}", get(show).patch(edit))
        .route("/v1/users/{id}/disable", patch(disable))
        .route("/v1/users/{id}/enable", patch(enable))
        .route("/v1/users/{id}/email_addresses", post(add_email))
        .route("/v1/users/permission_level", patch(permission_level))
        .route("/v2/users", patch(edit_named))
        .route("/v2/users/disable", patch(disable_named))
        .route("/v2/users/enable", patch(enable_named))
}

async fn index(caller: Caller, params: Params, paging: Paging) -> Result<Response> {
    let (filter, attributes) = params.read(|it| {
        let filter = UserFilter {
            created_before: it.time("created_before"),
            created_after: it.time("created_after"),
            updated_before: it.time("updated_before"),
            updated_after: it.time("updated_after"),
            email: it.text("email", 255),
            employee_id: it.text("employee_id", 255),
        };
        (filter, it.flag("user_attributes").unwrap_or(false))
    })?;
    let slice = caller.read(async |look| organization::list_users(look, filter, paging.page).await).await?;
    Ok(paging.answer(slice.map(|it| harvest::user(it, attributes))))
}

/// INC-90: an employee id in the query replaces the id in the path.
async fn show(caller: Caller, Path(id): Path<i64>, params: Params) -> Result<Json<User>> {
    let employee_id = params.read(|it| it.text("employee_id", 255))?;
    caller
        .read(async |look| {
            let named = employee_id.map(UserRef::EmployeeId);
            let id = match &named {
                Some(named) => user::resolve(&look.catalog, named, "employee_id")?.row.id,
                None => id,
            };
            Ok(Json(harvest::user(&graph::organization::user(look, id).await?, true)))
        })
        .await
}

async fn create(caller: Caller, body: Body) -> Result<(StatusCode, Json<User>)> {
    let (new, invite) = body.read(|it| (new_user(it), it.flag("send_email_invite").unwrap_or(false)))?;
    caller
        .write(async move |work| {
            let id = user::create(work, &new).await?;
            if invite {
                user::invite(work, id).await?;
            }
            Ok((StatusCode::CREATED, answer(work, id).await?))
        })
        .await
}

fn new_user(it: &Fields<'_>) -> NewUser {
    NewUser {
        id: None,
        first_name: it.required_text("first_name", 255),
        last_name: it.required_text("last_name", 255),
        email: it.required_text("email", 255),
        employee_id: it.text("employee_id", 255),
        places: places(it),
        custom_fields: it.custom_values("custom_fields"),
    }
}

async fn edit(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Json<Value>> {
    let edited = body.read(edited)?;
    caller
        .write(async move |work| {
            user::edit(work, id, &edited).await?;
            Ok(Json(json!({"success": "true"})))
        })
        .await
}

async fn edit_named(caller: Caller, body: Body) -> Result<Json<Value>> {
    let (named, edited) = body.read(|it| (named(it), it.object("payload", edited).unwrap_or_default()))?;
    caller
        .write(async move |work| {
            let id = find(work, named.as_ref()).await?;
            user::edit(work, id, &edited).await?;
            Ok(Json(json!({"success": "true"})))
        })
        .await
}

async fn disable(caller: Caller, Path(id): Path<i64>) -> Result<Json<User>> {
    set_disabled(caller, UserId::InPath(id), true).await
}

async fn enable(caller: Caller, Path(id): Path<i64>) -> Result<Json<User>> {
    set_disabled(caller, UserId::InPath(id), false).await
}

async fn disable_named(caller: Caller, body: Body) -> Result<Json<User>> {
    set_disabled(caller, UserId::InBody(body.read(named)?), true).await
}

async fn enable_named(caller: Caller, body: Body) -> Result<Json<User>> {
    set_disabled(caller, UserId::InBody(body.read(named)?), false).await
}

/// Version 1 names a user in the path, version 2 in the body.
#[derive(Clone)]
enum UserId {
    InPath(i64),
    InBody(Option<UserRef>),
}

async fn set_disabled(caller: Caller, of: UserId, disabled: bool) -> Result<Json<User>> {
    caller
        .write(async move |work| {
            let id = match of {
                UserId::InPath(id) => id,
                UserId::InBody(named) => find(work, named.as_ref()).await?,
            };
            user::set_disabled(work, id, disabled).await?;
            answer(work, id).await
        })
        .await
}

async fn permission_level(caller: Caller, body: Body) -> Result<Json<Value>> {
    let named = body.read(|it| {
        match it.required("level", it.text("level", 255)) {
            Some(level) if level != "basic" => it.fault("level", "Must be one of: basic"),
            _ => {}
        }
        named(it)
    })?;
    caller
        .write(async move |work| {
            let id = find(work, named.as_ref()).await?;
            user::make_basic(work, id).await?;
            Ok(Json(json!({"success": true})))
        })
        .await
}

async fn add_email(caller: Caller, Path(id): Path<i64>, body: Body) -> Result<Response> {
    let (email, send) =
        body.read(|it| (it.required_text("email", 255), it.flag("send_verification").unwrap_or(false)))?;
    let added = caller.write(async move |work| user::add_email(work, id, &email, send).await).await?;
    Ok(match added {
        AddedEmail::New(row) => (StatusCode::CREATED, Json(harvest::user_email(&row))).into_response(),
        AddedEmail::SentAgain(row) => Json(harvest::user_email(&row)).into_response(),
        AddedEmail::Nothing => StatusCode::NO_CONTENT.into_response(),
    })
}

fn edited(it: &Fields<'_>) -> EditedUser {
    EditedUser {
        first_name: it.patch_text("first_name", 255),
        last_name: it.patch_text("last_name", 255),
        employee_id: it.patch_text("employee_id", 255),
        places: places(it),
        custom_fields: it.custom_values("custom_fields"),
    }
}

fn places(it: &Fields<'_>) -> Places {
    Places {
        department_ids: it.ids("department_ids"),
        external_department_ids: it.texts("external_department_ids", 255),
        office_ids: it.ids("office_ids"),
        external_office_ids: it.texts("external_office_ids", 255),
    }
}

/// USR-5: exactly one of three names.
fn named(it: &Fields<'_>) -> Option<UserRef> {
    let user = it.object("user", |user| {
        let given = ["user_id", "id", "email", "employee_id"].iter().filter(|name| user.raw(name).is_some()).count();
        if given > 1 {
            user.fault("user_id", "Only one of user_id, email and employee_id can be given");
        }
        user.user_ref()
    });
    it.required("user", user).flatten()
}

async fn find(work: &Work, named: Option<&UserRef>) -> Result<i64> {
    let catalog = work.catalog().await?;
    let named = named.ok_or_else(|| crate::error::Error::invalid("user", "is required"))?;
    Ok(user::resolve(&catalog, named, "user")?.row.id)
}

/// The user as it is after the verb.
async fn answer(work: &Work, id: i64) -> Result<Json<User>> {
    Ok(Json(harvest::user(&graph::organization::user(&work.look().await?, id).await?, true)))
}
