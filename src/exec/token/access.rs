//! One access token.

use crate::exec::setup::Setup;
use crate::settings::KeptToken;
use crate::types::Redacted;
use http::HeaderValue;
use jiff::SignedDuration;
use std::time::Duration;
use tokio::time::Instant;

/// The figure of the vendor's guide.
const EARLY: Duration = Duration::from_secs(60);
/// Longest lifetime believed, so that an absurd `expires_in` cannot overflow the clock.
pub(super) const LONGEST: Duration = Duration::from_secs(30 * 24 * 3600);

/// An access token and when it ends.
pub(crate) struct Token {
    header: HeaderValue,
    refresh: Option<Redacted>,
    renew_at: Instant,
    expires_at: Instant,
}

impl Token {
    pub(super) fn new(
        access: &Redacted,
        refresh: Option<Redacted>,
        lifetime: Duration,
        sent: Instant,
        setup: &Setup,
    ) -> Option<Self> {
        let mut header: HeaderValue = format!("bearer {}", access.expose()).parse().ok()?;
        header.set_sensitive(true);
        // A short-lived token is renewed at half its life: a minute early would be never.
        let jitter = Duration::from_secs(10).mul_f64(setup.clock_and_dice.roll());
        let early = (EARLY + jitter).min(lifetime / 2);
        Some(Self { header, refresh, renew_at: sent + lifetime - early, expires_at: sent + lifetime })
    }

    /// One that a store kept, unless it has ended.
    pub(super) fn of_kept(kept: &KeptToken, setup: &Setup) -> Option<Self> {
        let left = kept.expires_at.duration_since(setup.clock_and_dice.now());
        let left = Duration::try_from(left).ok().filter(|left| !left.is_zero())?;
        Self::new(&kept.access_token, kept.refresh_token.clone(), left.min(LONGEST), Instant::now(), setup)
    }

    /// Itself, for a store.
    pub(super) fn kept(&self, setup: &Setup) -> Option<KeptToken> {
        let access = self.header.to_str().ok()?.strip_prefix("bearer ")?;
        let left = SignedDuration::try_from(self.expires_in()).ok()?;
        let expires_at = setup.clock_and_dice.now().checked_add(left).ok()?;
        let access_token = Redacted::from(access.to_owned());
        Some(KeptToken { access_token, refresh_token: self.refresh.clone(), expires_at })
    }

    /// The value of the `Authorization` header.
    pub(crate) fn header(&self) -> &HeaderValue {
        &self.header
    }

    /// What renews it once.
    pub(super) fn refresh(&self) -> Option<&Redacted> {
        self.refresh.as_ref()
    }

    /// Whether it still works.
    pub(super) fn lives(&self, now: Instant) -> bool {
        now < self.expires_at
    }

    /// Whether it is time to renew it, although it still works.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        now >= self.renew_at
    }

    /// Time until it ends.
    pub(crate) fn expires_in(&self) -> Duration {
        self.expires_at.saturating_duration_since(Instant::now())
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Token").field("expires_in", &self.expires_in()).finish_non_exhaustive()
    }
}
