//! One delivery: its body, its attempts, and when the next one is.

use std::time::SystemTime;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::webhooks::WebhookEvent;
use crate::world::clock::{SECOND, Ticks};

/// How long after an attempt that failed the next one is.
const PAUSES: [i64; 4] = [0, 5 * 60 * SECOND, 10 * 60 * SECOND, 15 * 60 * SECOND];

/// What is sent, or was, to a webhook.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// Its number, from 1.
    pub id: u64,
    /// The number of the webhook.
    pub webhook: u64,
    /// What it reports.
    pub event: WebhookEvent,
    /// Where it goes.
    pub url: String,
    /// The body, byte by byte; empty in the older model.
    pub body: String,
    /// Whether it was delivered.
    pub state: DeliveryState,
    /// The attempts so far.
    pub attempts: Vec<Attempt>,
    pub(crate) at: Ticks,
    pub(crate) due: Option<Ticks>,
    /// How many attempts the present cycle has had.
    pub(crate) tried: usize,
}

/// How far a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum DeliveryState {
    /// There is another attempt to come.
    Waiting,
    /// The receiver answered 2xx.
    Delivered,
    /// Five attempts failed.
    Failed,
    /// Too many were waiting, and this one was the oldest.
    Dropped,
}

/// One attempt to deliver.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Attempt {
    /// What the receiver answered; `None` if it did not.
    pub status: Option<u16>,
    /// Why there is no status.
    pub error: Option<String>,
    pub(crate) at: Ticks,
    /// The headers that were sent; not kept in snapshots, as what follows.
    #[serde(skip)]
    pub(crate) headers: Vec<(&'static str, String)>,
    /// The beginning of what the receiver answered.
    #[serde(skip)]
    pub(crate) answer: Option<String>,
}

impl Attempt {
    /// When it was, in the sandbox's time.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at.into_system()
    }
}

impl Delivery {
    /// When the reported event happened, in the sandbox's time.
    #[must_use]
    pub fn at(&self) -> SystemTime {
        self.at.into_system()
    }

    /// Notes an attempt, and when the next one is.
    pub(crate) fn attempted(&mut self, attempt: Attempt) {
        let good = attempt.status.is_some_and(|status| (200..300).contains(&status));
        let pause = PAUSES.get(self.tried).filter(|_| !good);
        self.due = pause.map(|pause| attempt.at.plus(*pause));
        self.tried += 1;
        self.state = match (good, self.due) {
            (true, _) => DeliveryState::Delivered,
            (false, Some(_)) => DeliveryState::Waiting,
            (false, None) => DeliveryState::Failed,
        };
        self.attempts.push(attempt);
    }

    /// Begins another cycle of attempts.
    pub(crate) fn resend(&mut self, now: Ticks) {
        self.due = Some(now);
        self.tried = 0;
        self.state = DeliveryState::Waiting;
    }
}

/// The signature of a body: HMAC-SHA256 in lower-case hex.
pub(crate) fn sign(secret: &str, body: &[u8]) -> String {
    // A key of any length is taken.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_as_rfc_4231_does() {
        let signature = sign("Jefe", b"what do ya want for nothing?");
        assert_eq!(signature, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
