//! An [`Error`] on its way through the generated client, which passes only responses: it travels inside a response of
//! a status that no server sends.

use super::{Error, ErrorKind};
use bytes::Bytes;
use http::StatusCode;
use reqwest::Response;

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
pub(crate) fn error_of(response: &Response) -> Error {
    let carried = response.extensions().get::<Carried>().map(|Carried(error)| error.clone());
    carried.unwrap_or_else(|| {
        Error::new(ErrorKind::UnexpectedAnswer, "the server gave an answer that is not of this API")
            .with_status(response.status())
    })
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
