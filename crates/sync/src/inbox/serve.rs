//! The routes of an inbox, for axum 0.8.

use super::{Accepted, Inbox};
use axum::Router;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use mycarrierpackets::webhook::Verified;
use std::time::Duration;

/// How long a body may take to come.
const BODY: Duration = Duration::from_secs(10);
/// How long the store may take to keep it: the vendor waits 10 seconds, and sends it again then.
const KEEP: Duration = Duration::from_secs(8);

impl Inbox {
    /// Routes that receive webhooks at `path`, such as `/webhooks`, and say at `/health` whether the inbox can be read: 200
    /// or 503. They belong behind a proxy that encrypts.
    ///
    /// # Panics
    /// A path that axum does not take, such as one without `/` at its start.
    pub fn router(&self, path: &str) -> Router {
        Router::new().route(path, post(receive)).route("/health", get(health)).with_state(self.clone())
    }
}

async fn receive(State(inbox): State<Inbox>, request: Request) -> Response {
    let verifier = inbox.verifier();
    let event = match tokio::time::timeout(BODY, Verified::from_request(request, &verifier)).await {
        Ok(Ok(Verified(event))) => event,
        Ok(Err(refused)) => {
            tracing::warn!("a webhook was refused: {refused}");
            return refused.into_response();
        }
        Err(_) => return (StatusCode::REQUEST_TIMEOUT, "the body did not come in time").into_response(),
    };
    // Whatever becomes of a transaction that is given up here, the vendor sends the webhook again, and a copy is known.
    match tokio::time::timeout(KEEP, inbox.accept(&event)).await {
        Ok(Ok(Accepted::New | Accepted::Known)) => StatusCode::NO_CONTENT.into_response(),
        Ok(Ok(Accepted::TooOld)) => {
            tracing::warn!(key = event.key(), "a webhook was refused: it is too old");
            (StatusCode::GONE, "what it reports is older than what is accepted").into_response()
        }
        Ok(Err(error)) => {
            tracing::warn!(key = event.key(), "a webhook could not be kept: {error}");
            (StatusCode::SERVICE_UNAVAILABLE, "it could not be kept: send it again").into_response()
        }
        Err(_) => {
            tracing::warn!(key = event.key(), "a webhook could not be kept in time");
            (StatusCode::SERVICE_UNAVAILABLE, "it could not be kept in time: send it again").into_response()
        }
    }
}

async fn health(State(inbox): State<Inbox>) -> Response {
    let read = inbox.store().read(async |tx| tx.query("SELECT key FROM inbox LIMIT 1", &[]).await);
    match tokio::time::timeout(KEEP, read).await {
        Ok(Ok(_)) => "ok".into_response(),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be read").into_response(),
    }
}
