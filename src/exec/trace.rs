//! What a call logs through `tracing`: operation, attempts, status, duration. No argument, token or body.

use crate::operation::OperationInfo;
use crate::{Error, ErrorKind};
use reqwest::Response;
use std::time::Duration;
use tokio::time::Instant;

/// The span of a call, from its start to its answer.
pub(crate) struct Span {
    span: tracing::Span,
    started: Instant,
    attempts: u32,
}

impl Span {
    pub(crate) fn start(info: &OperationInfo) -> Self {
        let span = tracing::debug_span!(
            "mycarrierpackets",
            operation = info.id,
            attempts = tracing::field::Empty,
            status = tracing::field::Empty,
            outcome = tracing::field::Empty,
            duration_ms = tracing::field::Empty,
        );
        Self { span, started: Instant::now(), attempts: 0 }
    }

    /// Counts a request; its number, from 1.
    pub(crate) fn attempt(&mut self) -> u32 {
        self.attempts += 1;
        self.attempts
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    pub(crate) fn end(self, called: &Result<Response, Error>) {
        if self.span.is_disabled() {
            return;
        }
        let (status, outcome) = match called {
            Ok(answer) => (Some(answer.status()), None),
            Err(error) => (error.status(), Some(error.kind())),
        };
        self.span.record("attempts", self.attempts);
        self.span.record("status", status.map(|status| status.as_u16()));
        self.span.record("outcome", outcome.map_or("ok".to_owned(), |kind| format!("{kind:?}")));
        self.span.record("duration_ms", self.started.elapsed().as_secs_f64() * 1000.0);
        let _entered = self.span.enter();
        tracing::debug!("called");
    }
}

/// A request failed and will be repeated.
pub(crate) fn retry(info: &OperationInfo, attempt: u32, delay: Duration, because: &Error) {
    tracing::info!(
        operation = info.id,
        attempt,
        delay_ms = delay.as_millis() as u64,
        kind = ?because.kind(),
        status = because.status().map(|status| status.as_u16()),
        "will be repeated"
    );
}

/// A token could not be renewed, while the old one still works.
pub(crate) fn renewal_failed(kind: ErrorKind) {
    tracing::warn!(?kind, "a token could not be renewed early; the old one still works");
}
