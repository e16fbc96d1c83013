//! What a client was set up with, and what its calls and token renewals share: the retry budget, and what is known of
//! the server's clock.

use super::clock::ServerClock;
use super::retry::Budget;
use super::transport::Http;
use crate::record::Recorder;
use crate::settings::{ClockAndDice, Limits, PortalTokenRequest, RetryPolicy, Timeouts, TokenStore};
use crate::types::Redacted;
use std::sync::Arc;
use url::Url;

/// What a client was set up with.
pub(crate) struct Setup {
    pub http: Http,
    pub api: Url,
    pub portal: Option<Url>,
    pub username: String,
    pub password: Redacted,
    pub retry: RetryPolicy,
    pub timeouts: Timeouts,
    pub limits: Limits,
    pub portal_token_request: PortalTokenRequest,
    pub token_store: Option<Arc<dyn TokenStore>>,
    pub clock_and_dice: ClockAndDice,
    pub dry_run: bool,
    pub recorder: Option<Arc<Recorder>>,
}

/// What the calls and the token renewals of one client have in common.
pub(crate) struct Common {
    pub setup: Setup,
    pub budget: Budget,
    pub clock: ServerClock,
}

impl Common {
    pub(crate) fn new(setup: Setup) -> Self {
        Self { budget: Budget::new(setup.retry.budget), clock: ServerClock::default(), setup }
    }
}
