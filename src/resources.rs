//! The handles of a client: one per tag of the document, each method one operation.

mod blocking;
mod call;
mod carriers;
mod documents;
mod factoring;
mod into_carrier_id;
mod invitations;
mod links;
mod monitoring;
mod packets;
mod token;
mod verification;

pub use blocking::Blocking;
pub use carriers::{AssociatedQuery, Carriers};
pub use documents::{Documents, Download, Saved};
pub use factoring::Factoring;
pub use into_carrier_id::IntoCarrierId;
pub use invitations::{Arrival, Invitation, Invitations, Sent};
pub use links::Links;
pub use monitoring::Monitoring;
pub use packets::Packets;
pub use token::TokenStatus;
pub use verification::{UserVerification, Verification, VinVerification};
