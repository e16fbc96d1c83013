//! Webhooks: received, verified, and kept before they are answered.
//!
//! The vendor sends a webhook up to five times until it is answered with 2xx, and never again after that. [`Inbox`] answers
//! 2xx only once the webhook is committed to the store, where the engine's next tick makes an event of it and reads the
//! carrier. Receiving needs no lease: any number of processes receive for one customer while another works for it.
//!
//! ```
//! use mycarrierpackets::webhook::Verifier;
//! use mycarrierpackets_sync::inbox::Inbox;
//! use mycarrierpackets_sync::store::Store;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::open("sqlite::memory:").await?;
//! // While a secret is changed, both are valid.
//! let verifier = Verifier::from_secrets(["new-secret", "old-secret"])?;
//! let routes = Inbox::new(store, "acme", verifier).router("/webhooks");
//! // axum::serve(listener, routes).await?;
//! # let _ = routes;
//! # Ok(()) }
//! ```
//!
//! With another framework than axum, verify the bytes with [`Verifier`], call [`accept`] in a transaction, and answer 2xx
//! when the transaction was committed.
//!
//! # What is refused
//!
//! | answer | what |
//! |---|---|
//! | 401, 400 | no signature, or one of another body or secret: the verifier says so, and nothing is kept |
//! | 413 | a body above [`Verifier::max_body`]: the verifier says so, before more than that is read |
//! | 408 | a body that takes longer than 10 seconds |
//! | 410 | what happened longer ago than the [horizon](Inbox::horizon): [`accept`] says so, as the verifier knows no time |
//! | 503 | the store cannot keep it: the vendor sends it again |
//!
//! A type, a field or a body that is not understood is no reason to refuse what is signed.

mod serve;

use crate::carrier::carrier_key;
use crate::store::{self, Store, Tx, inbox};
use mycarrierpackets::webhook::{VerifiedEvent, Verifier};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// What became of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Accepted {
    /// It is kept.
    New,
    /// It was kept before: a copy.
    Known,
    /// What it reports is older than the horizon, and it is not kept.
    TooOld,
}

/// How long ago what a webhook reports can have happened, unless [`Inbox::horizon`] says otherwise: 30 days.
pub const HORIZON: Duration = Duration::from_secs(30 * 24 * 3600);
/// The longest horizon: 90 days, half the time for which the keys of webhooks are known.
pub const LONGEST_HORIZON: Duration = Duration::from_secs(90 * 24 * 3600);

/// Keeps a webhook in a transaction of the caller's; **answer 2xx only when that was committed**. Copies are kept once, by
/// the hash of what was signed, however many come at the same time. A webhook that does not say when it happened, or that
/// cannot be read, is kept: `horizon` is for those that do.
///
/// ```
/// use mycarrierpackets::webhook::Verifier;
/// use mycarrierpackets_sync::inbox::{self, Accepted};
/// use mycarrierpackets_sync::store::{Error, Store, customers};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let store = Store::open("sqlite::memory:").await?;
/// # store.transaction(async |tx| customers::add(&tx, "acme", "Acme Freight", "{}").await).await?;
/// let verifier = Verifier::new("example-secret")?;
/// let body = r#"{"eventType":"carrier.packet.completed"}"#;
/// let event = verifier.verify_signature(verifier.sign(body), body)?;
/// for expected in [Accepted::New, Accepted::Known] {
///     let kept = store.repeatable(async |tx| inbox::accept(&tx, "acme", &event, inbox::HORIZON).await);
///     assert_eq!(kept.await?, expected);
/// }
/// # Ok(()) }
/// ```
///
/// # Errors
/// Those of the store; [`ErrorKind::Constraint`](store::ErrorKind::Constraint) when there is no such customer.
pub async fn accept(
    tx: &Tx,
    customer: &str,
    event: &VerifiedEvent,
    horizon: Duration,
) -> Result<Accepted, store::Error> {
    let read = event.event().ok();
    let read = read.as_ref();
    let happened_at = read.and_then(|event| event.occurred_at.as_ref()?.instant()).map(|at| at.as_microsecond());
    let horizon = i64::try_from(horizon.min(LONGEST_HORIZON).as_micros()).unwrap_or(i64::MAX);
    let oldest = tx.now().await?.saturating_sub(horizon);
    if happened_at.is_some_and(|at| at < oldest) {
        return Ok(Accepted::TooOld);
    }
    let carrier = read.and_then(|event| event.carrier_id()).map(|id| carrier_key(&id));
    let incoming = inbox::Incoming {
        key: event.key(),
        event_type: read.map_or("", |event| event.event_type.as_str()),
        happened_at,
        carrier: carrier.as_deref(),
        body: event.body(),
    };
    Ok(if inbox::add(tx, customer, &incoming).await? { Accepted::New } else { Accepted::Known })
}

type Noted = dyn Fn(&VerifiedEvent, Accepted) + Send + Sync;

/// Receives the webhooks of one customer. Clones share the secrets.
#[derive(Clone)]
pub struct Inbox {
    store: Store,
    customer: Arc<str>,
    verifier: Arc<RwLock<Verifier>>,
    horizon: Duration,
    noted: Option<Arc<Noted>>,
}

impl Inbox {
    /// An inbox of a customer, who must be in the store.
    pub fn new(store: Store, customer: &str, verifier: Verifier) -> Self {
        let (customer, verifier) = (customer.into(), Arc::new(RwLock::new(verifier)));
        Self { store, customer, verifier, horizon: HORIZON, noted: None }
    }

    /// How long ago what a webhook reports can have happened. Default 30 days, at most 90.
    ///
    /// Whoever recorded a webhook can send it again. Within the horizon it is known by its key; what is older is refused.
    #[must_use]
    pub fn horizon(mut self, horizon: Duration) -> Self {
        self.horizon = horizon.min(LONGEST_HORIZON);
        self
    }

    /// Calls `noted` for every webhook that was verified, copies included, before it is answered; not for those that the
    /// store could not keep.
    #[must_use]
    pub fn on_accepted(mut self, noted: impl Fn(&VerifiedEvent, Accepted) + Send + Sync + 'static) -> Self {
        self.noted = Some(Arc::new(noted));
        self
    }

    /// Uses other secrets from now on. What is being verified is verified with the old ones: give both for a while, the
    /// new and the old, and none is refused.
    pub fn set_verifier(&self, verifier: Verifier) {
        *self.verifier.write().unwrap_or_else(PoisonError::into_inner) = verifier;
    }

    pub(crate) fn verifier(&self) -> Verifier {
        self.verifier.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    /// Keeps a webhook, and returns when it is committed.
    ///
    /// # Errors
    /// Those of the store: answer 503, and the vendor sends it again.
    pub async fn accept(&self, event: &VerifiedEvent) -> Result<Accepted, store::Error> {
        let Self { store, customer, horizon, noted, .. } = self;
        // Copies are most of what comes in a storm, and need no writer.
        let known = store.read(async |tx| inbox::is_known(&tx, customer, event.key()).await).await?;
        let accepted = match known {
            true => Accepted::Known,
            false => store.repeatable(async |tx| accept(&tx, customer, event, *horizon).await).await?,
        };
        if let Some(noted) = noted {
            noted(event, accepted);
        }
        Ok(accepted)
    }
}

impl fmt::Debug for Inbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbox").field("store", &self.store).field("customer", &self.customer).finish_non_exhaustive()
    }
}
