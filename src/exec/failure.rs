//! A request that did not end well, and how far it came: what the retry policy decides by.

use crate::operation::Idempotency;
use crate::{Error, ErrorKind};
use http::StatusCode;

/// A request that did not end well, and how far it came.
#[derive(Debug)]
pub(crate) struct Failure {
    pub error: Error,
    pub reached: Reached,
}

/// How far a request came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Reached {
    /// Not to the server: no connection.
    Nowhere,
    /// Perhaps to the server: it was sent, and no whole answer came back.
    Unknown,
    /// To the server, which answered that it did not do it.
    Refused,
    /// To something that answered, but not as the API does: a gateway error page, a truncated response, a list without items.
    Misunderstood,
    /// To the server, whose answer no repetition will improve.
    Done,
}

impl Failure {
    pub(crate) fn transport(error: reqwest::Error) -> Self {
        let reached = if error.is_connect() || error.is_builder() { Reached::Nowhere } else { Reached::Unknown };
        Self { error: Error::from_transport(error), reached }
    }

    pub(crate) fn timeout(what: impl Into<String>) -> Self {
        Self { error: Error::new(ErrorKind::Timeout, what), reached: Reached::Unknown }
    }

    pub(crate) fn refused(error: Error) -> Self {
        Self { error, reached: Reached::Refused }
    }

    /// The same call may be understood the next time.
    pub(crate) fn misunderstood(error: Error) -> Self {
        let again = "Try again; if it stays so, look at the answer as it came, in `Error::body`.";
        let advice = (error.kind() == ErrorKind::Decode).then_some(again);
        Self { error: error.with_transient(true).with_advice(advice), reached: Reached::Misunderstood }
    }

    pub(crate) fn last(error: Error) -> Self {
        Self { error, reached: Reached::Done }
    }

    pub(crate) fn may_repeat(&self, idempotency: Idempotency) -> bool {
        let harmless = idempotency != Idempotency::Once;
        match (self.reached, self.error.status().map(|status| status.as_u16())) {
            (Reached::Nowhere, _) => self.error.is_transient(),
            (Reached::Unknown | Reached::Misunderstood, _) => harmless,
            // The server says that it did nothing.
            (Reached::Refused, Some(429)) => true,
            (Reached::Refused, Some(408 | 500 | 502..=504)) => harmless,
            (Reached::Refused | Reached::Done, _) => false,
        }
    }

    pub(crate) fn may_have_acted(&self, idempotency: Idempotency) -> bool {
        let unclear = match self.reached {
            Reached::Nowhere => false,
            Reached::Unknown | Reached::Misunderstood | Reached::Done => true,
            Reached::Refused => self.error.status().is_some_and(|status| {
                status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT || status.is_redirection()
            }),
        };
        unclear && idempotency == Idempotency::Once
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_act_twice_is_not_repeated() {
        let refused = |status: u16| {
            let status = StatusCode::from_u16(status).unwrap();
            Failure::refused(Error::new(ErrorKind::Server, "x").with_status(status))
        };
        // status, repeated if harmless, repeated if once, may have acted if once
        let cases = [
            (200, false, false, false),
            (400, false, false, false),
            (404, false, false, false),
            (408, true, false, true),
            (429, true, true, false),
            (500, true, false, true),
            (501, false, false, true),
            (502, true, false, true),
            (503, true, false, true),
            (504, true, false, true),
            (505, false, false, true),
        ];
        for (status, harmless, once, acted) in cases {
            assert_eq!(refused(status).may_repeat(Idempotency::Read), harmless, "{status}");
            assert_eq!(refused(status).may_repeat(Idempotency::Idempotent), harmless, "{status}");
            assert_eq!(refused(status).may_repeat(Idempotency::Once), once, "{status}");
            assert_eq!(refused(status).may_have_acted(Idempotency::Once), acted, "{status}");
            assert!(!refused(status).may_have_acted(Idempotency::Read), "{status}");
        }
        let page = || Failure::misunderstood(Error::new(ErrorKind::UnexpectedAnswer, "x"));
        for failure in [Failure::timeout("x"), page()] {
            assert!(failure.may_repeat(Idempotency::Read) && failure.may_repeat(Idempotency::Idempotent));
            assert!(!failure.may_repeat(Idempotency::Once) && failure.may_have_acted(Idempotency::Once));
        }
        assert!(page().error.is_transient());
        let last = Failure::last(Error::new(ErrorKind::Decode, "x"));
        assert!(!last.may_repeat(Idempotency::Read) && last.may_have_acted(Idempotency::Once));
    }

    #[test]
    fn without_a_connection_only_what_is_transient_is_repeated() {
        let nowhere = |transient| Failure {
            error: Error::new(ErrorKind::Network, "x").with_transient(transient),
            reached: Reached::Nowhere,
        };
        assert!(nowhere(true).may_repeat(Idempotency::Once) && !nowhere(true).may_have_acted(Idempotency::Once));
        assert!(!nowhere(false).may_repeat(Idempotency::Read), "a certificate does not become trusted by waiting");
    }
}
