//! An [`Error`] on its way through the generated client, which passes only responses: it travels inside a response of
//! a status that no server sends. The only place that reads the generator's errors.

use super::{Error, ErrorKind, Result};
use crate::operation::{Idempotency, Operation};
use bytes::Bytes;
use http::StatusCode;
use progenitor_client::Error as Raw;
use reqwest::Response;
use serde::de::DeserializeOwned;

const ERROR_STATUS: u16 = 999;

#[derive(Clone)]
struct Carried(Error);

/// A response that carries `error` through the generated client.
pub(crate) fn response_of(error: Error) -> Response {
    let mut response = http::Response::new(Bytes::new());
    *response.status_mut() = StatusCode::from_u16(ERROR_STATUS).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response.extensions_mut().insert(Carried(error));
    Response::from(response)
}

/// The error that `response` carries, or what its status says.
fn error_of(response: &Response) -> Error {
    let carried = response.extensions().get::<Carried>().map(|Carried(error)| error.clone());
    carried.unwrap_or_else(|| {
        Error::new(ErrorKind::UnexpectedAnswer, "the server gave an answer that is not of this API")
            .with_status(response.status())
    })
}

impl Error {
    /// An error of the generated client, whose answer should have been a `T`.
    pub(crate) fn from_raw<T: DeserializeOwned, E>(operation: Operation, error: Raw<E>) -> Self {
        match Self::undecoded(error) {
            // The server did as it was asked; only its answer could not be read.
            Ok(body) => {
                let acts = operation.info().idempotency == Idempotency::Once;
                Self::decode::<T>(&body).with_may_have_acted(acts).at(operation)
            }
            Err(error) => error.at(operation),
        }
    }

    /// The body of an answer that did not decode, or the error if there is none.
    pub(crate) fn undecoded<E>(error: Raw<E>) -> Result<Bytes> {
        match error {
            Raw::InvalidResponsePayload(body, _) => Ok(body),
            other => Err(Self::from(other)),
        }
    }
}

impl<E> From<Raw<E>> for Error {
    fn from(error: Raw<E>) -> Self {
        match error {
            Raw::UnexpectedResponse(response) => error_of(&response),
            Raw::InvalidResponsePayload(bytes, error) => Self::from_json(&error).with_body(&bytes),
            Raw::CommunicationError(error) | Raw::ResponseBodyError(error) | Raw::InvalidUpgrade(error) => {
                Self::from_transport(error)
            }
            Raw::ErrorResponse(answer) => {
                Self::new(ErrorKind::Refused, "the server refused the request").with_status(answer.status())
            }
            Raw::InvalidRequest(_) | Raw::Custom(_) => {
                Self::new(ErrorKind::InvalidInput, "the request could not be built from these arguments")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_survives_its_way_through_a_response() {
        let error = Error::new(ErrorKind::Timeout, "late").with_attempts(2);
        let back = error_of(&response_of(error));
        assert_eq!((back.kind(), back.attempts()), (ErrorKind::Timeout, 2));
    }
}
