//! Extractors for axum 0.8.

use super::push::{PushVerifier, PushedPacket};
use super::verifier::{Verifier, digest, signature};
use super::{VerifiedEvent, WebhookError};
use axum::body::Body;
use axum::extract::{FromRef, FromRequest, FromRequestParts as _, RawPathParams, Request};
use axum::response::{IntoResponse, Response};
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt as _;
use http::{HeaderMap, header};

/// A body whose signature was verified: a handler that takes one cannot be reached by any other.
///
/// The router's state must hold a [`Verifier`], as itself or through `FromRef`. The signature is looked for before
/// anything of the body is read, and no more of the body than [`Verifier::max_body`] is: axum's own limit does not count
/// here. What is refused is answered with 400, 401 or 413 and one line of text. How long a body may take is for the
/// server to limit.
///
/// ```
/// use mycarrierpackets::webhook::{Verified, Verifier};
/// use axum::{Router, http::StatusCode, routing::post};
///
/// async fn receive(Verified(event): Verified) -> StatusCode {
///     // Keep event.body() under event.key() first; a failure here must be a 500, and it is sent again.
///     println!("{} has {} bytes", event.key(), event.body().len());
///     StatusCode::NO_CONTENT
/// }
///
/// let verifier = Verifier::new("example-secret")?;
/// let app: Router = Router::new().route("/mcp", post(receive)).with_state(verifier);
/// # Ok::<(), mycarrierpackets::webhook::WebhookError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Verified(pub VerifiedEvent);

impl<S: Send + Sync> FromRequest<S> for Verified
where
    Verifier: FromRef<S>,
{
    type Rejection = WebhookError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let verifier = Verifier::from_ref(state);
        let (parts, body) = request.into_parts();
        digest(signature(&parts.headers)?)?;
        let body = read(&parts.headers, body, verifier.max_body()).await?;
        verifier.verify(&parts.headers, body).map(Self)
    }
}

/// A call of the older push model with the right secret: a handler that takes one cannot be reached by any other.
///
/// The router's state must hold a [`PushVerifier`], as itself or through `FromRef`. The route names the parts of the
/// path `dot_number` and `docket_number`, and `secret` if it is there; case and `_` make no difference, and a route
/// without a docket number is for carriers that have none.
///
/// ```
/// use mycarrierpackets::webhook::{PushVerifier, Pushed};
/// use axum::{Router, http::StatusCode, routing::post};
///
/// async fn receive(Pushed(packet): Pushed) -> StatusCode {
///     println!("read {} again", packet.carrier_id());
///     StatusCode::NO_CONTENT
/// }
///
/// let verifier = PushVerifier::new("example-secret")?;
/// let route = "/mcp/{secret}/{dot_number}/{docket_number}";
/// let app: Router = Router::new().route(route, post(receive)).with_state(verifier);
/// # Ok::<(), mycarrierpackets::webhook::WebhookError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pushed(pub PushedPacket);

impl<S: Send + Sync> FromRequest<S> for Pushed
where
    PushVerifier: FromRef<S>,
{
    type Rejection = WebhookError;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let verifier = PushVerifier::from_ref(state);
        let (mut parts, body) = request.into_parts();
        // Without a path of that form there is no carrier in it, and no secret.
        let params = RawPathParams::from_request_parts(&mut parts, state).await.ok();
        let param = |wanted: &str| {
            let named = |name: &str| name.replace('_', "").eq_ignore_ascii_case(wanted);
            params.as_ref()?.iter().find(|(name, _)| named(name)).map(|(_, value)| value)
        };
        let shown = verifier.shown(&parts.headers, param("secret")).unwrap_or_default();
        let (dot, docket) = (param("dotnumber").unwrap_or_default(), param("docketnumber").unwrap_or_default());
        let mut packet = verifier.verify(shown, dot, docket)?;
        // It is only a hint, so that a body that cannot be read is not worth losing the call for.
        packet.hint = read(&parts.headers, body, PushVerifier::MAX_HINT).await.unwrap_or_default();
        Ok(Self(packet))
    }
}

impl IntoResponse for WebhookError {
    fn into_response(self) -> Response {
        (self.status(), self.to_string()).into_response()
    }
}

async fn read(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, WebhookError> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limit)) {
        return Err(WebhookError::BodyTooLarge(limit));
    }
    let mut chunks = body.into_data_stream();
    let mut read = BytesMut::new();
    while let Some(chunk) = chunks.try_next().await.map_err(|_| WebhookError::BodyCutOff)? {
        if chunk.len() > limit - read.len() {
            return Err(WebhookError::BodyTooLarge(limit));
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read.freeze())
}
