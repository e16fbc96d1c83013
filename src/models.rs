//! What the API answers: one type per schema of `spec/openapi.yaml`, under the names given there, with the methods that
//! a decision about a carrier needs.
//!
//! [`rating`](CarrierPreview::rating), [`flags`](CarrierPreview::flags), [`insured_until`](CarrierPreview::insured_until)
//! and [`reasons`](CarrierPreview::reasons) read the same from a preview, a packet, and a record of the change feed,
//! although the three are shaped differently. **What is missing or unknown never reads as good**: a carrier without a
//! rating is rated worse than every known word, a flag in words that are not known is raised, and a policy without a date
//! covers no day.
//!
//! ```
//! use mycarrierpackets::models::CarrierPreview;
//! use mycarrierpackets::types::{CoverageType, Rating};
//!
//! fn decide(carrier: &CarrierPreview, delivery: jiff::civil::Date) -> Result<(), String> {
//!     if carrier.rating() >= Rating::Unacceptable || carrier.flags().any() {
//!         let reasons: Vec<_> = carrier.reasons().iter().map(ToString::to_string).collect();
//!         return Err(format!("{}; flags: {}", reasons.join("; "), carrier.flags()));
//!     }
//!     if !carrier.insured_until(CoverageType::Auto).covers(delivery) {
//!         return Err("ask for a certificate".to_owned());
//!     }
//!     Ok(())
//! }
//!
//! // Nothing is known of this carrier, so it does not pass.
//! assert!(decide(&CarrierPreview::default(), jiff::civil::date(2027, 6, 1)).is_err());
//! ```

mod documents;
mod flags;
mod insurance;
mod numbers;
mod risk;
mod view;

pub use crate::raw::types::*;
pub use documents::{DocumentKind, StoredDocument};
pub use flags::{Flag, FlagKind, Flags};
pub use insurance::InsuredUntil;
pub use risk::{Reason, RiskArea};

use crate::types::{CoverageType, Rating};
use view::View;

macro_rules! assessed {
    ($($type:ident)+) => {$(
        impl $type {
            /// The rating of the carrier as a whole: the worst word, where the answer has several.
            ///
            /// A carrier without a rating is an empty [`Rating::Other`], which, like any word that is not known, is worse
            /// than every known rating: compare with `>=`, as in `rating() >= Rating::Unacceptable`.
            pub fn rating(&self) -> Rating {
                View::from(self).rating()
            }

            /// The rules that the carrier breaks, the most points first. A rule without points comes before all others.
            ///
            /// No reasons do not mean that nothing is wrong: an answer may leave them out.
            pub fn reasons(&self) -> Vec<Reason<'_>> {
                View::from(self).reasons()
            }
        }
    )+};
}

macro_rules! vetted {
    ($($type:ident)+) => {$(
        impl $type {
            /// The warning signs of this answer: see [`Flags`].
            pub fn flags(&self) -> Flags {
                View::from(self).flags()
            }

            /// Until when a policy of this kind covers the carrier: the latest end among the certificates.
            ///
            /// A policy ends on the day that it expires or is cancelled, whichever comes first. One whose expiry is missing or
            /// unreadable, or whose cancellation is unreadable, covers nothing. [`CoverageType::Cargo`] is also covered by
            /// [`CoverageType::CargoLiabilityWithReferBreakdown`]. Of a packet with several entries, the one that is
            /// insured shortest counts. Limits are not looked at.
            pub fn insured_until(&self, coverage: impl Into<CoverageType>) -> InsuredUntil {
                View::from(self).insured_until(&coverage.into())
            }
        }
    )+};
}

assessed!(CarrierPreview CarrierData CarrierDetails CarrierRiskAssessment RiskAssessment);
vetted!(CarrierPreview CarrierData CarrierDetails);
