//! The one envelope of errors (ERR-1, ERR-2), for every door that speaks JSON.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::error::Error;

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, body) = match self {
            Self::NotFound(..) => (StatusCode::NOT_FOUND, json!({"message": "Resource not found"})),
            Self::Refused(why) => {
                (StatusCode::UNPROCESSABLE_ENTITY, json!({"message": why, "errors": [{"message": why}]}))
            }
            Self::Invalid(faults) => {
                (StatusCode::UNPROCESSABLE_ENTITY, json!({"message": "Validation error", "errors": faults}))
            }
            Self::Forbidden(why) => (StatusCode::FORBIDDEN, json!({"message": why, "errors": [{"message": why}]})),
            Self::Database(error) => database(&error),
        };
        (status, Json(body)).into_response()
    }
}

fn database(error: &sql::Error) -> (StatusCode, serde_json::Value) {
    let (status, message) = told(error);
    (status, json!({"message": message, "errors": [{"message": message}]}))
}

/// A constraint that no verb foresaw is the request's fault; everything else is ours, and told to the log, not to the client.
pub(super) fn told(error: &sql::Error) -> (StatusCode, String) {
    let said = |status, message: &str| (status, message.to_owned());
    match error {
        sql::Error::Unique(what) => said(StatusCode::UNPROCESSABLE_ENTITY, &format!("Must be unique: {what}")),
        sql::Error::Foreign(_) => {
            said(StatusCode::UNPROCESSABLE_ENTITY, "Refers to something that does not exist, or is still referred to")
        }
        sql::Error::Conflict => {
            said(StatusCode::CONFLICT, "Somebody else changed the same records just now; try again")
        }
        sql::Error::Unavailable(why) => {
            tracing::error!(why, "the database is unavailable");
            said(StatusCode::SERVICE_UNAVAILABLE, "The database is not available; try again later")
        }
        error => {
            tracing::error!(?error, "a statement failed");
            said(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side; it is in the log")
        }
    }
}

/// A panic is a fault of ours: told to the log (by the hook that reports panics), and nothing more to the client. The server goes on.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    let message = "Something went wrong on our side; it is in the log";
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"message": message, "errors": [{"message": message}]})))
        .into_response()
}

pub async fn no_such_path() -> Response {
    (StatusCode::NOT_FOUND, Json(json!({"message": "Resource not found"}))).into_response()
}

pub async fn no_such_method() -> Response {
    (StatusCode::METHOD_NOT_ALLOWED, Json(json!({"message": "This path does not answer to this method"})))
        .into_response()
}
