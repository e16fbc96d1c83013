//! The funnel that every call passes: token → send → body → verdict → normalize, and retry around them.
//!
//! What is special about the wire is handled here, once. `token` keeps access tokens, `body` bounds what is read,
//! `responder` finds out who answered, `refusal` reads error statuses and `verdict` good ones, `normalize` makes the answer
//! what the document says, `retry` decides what may be repeated and when, `decode` turns it into a value and `tolerant`
//! what did not decode, `vendor_message` reads the vendor's free text, `trace` logs it all without secrets.

pub(crate) mod answer;
pub(crate) mod body;
mod buffers;
mod clock;
mod deadline;
pub(crate) mod decode;
mod failure;
mod funnel;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
pub(crate) mod headers;
mod normalize;
mod permissions;
mod references;
mod refusal;
mod responder;
mod retry;
mod setup;
pub(crate) mod split;
#[cfg(feature = "test-util")]
pub mod test_util;
mod token;
pub(crate) mod tolerant;
mod trace;
mod transport;
pub(crate) mod turn;
pub(crate) mod vendor_message;
mod verdict;

pub(crate) use deadline::from_now;
pub(crate) use decode::decode;
pub use funnel::Funnel;
pub(crate) use setup::Setup;
pub(crate) use token::portal_query;
pub(crate) use transport::{Http, is_this_machine};
