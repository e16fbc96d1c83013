//! The client: how it is set up, its handle, and calls in a form of the caller's own.

mod builder;
mod handle;
mod request;

pub use builder::ClientBuilder;
pub use handle::Client;
pub use request::{RawAnswer, RequestBuilder};
