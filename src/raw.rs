//! The generated client: one method per operation, arguments in the order of their wire names.
//!
//! The resource handles of [`Client`](crate::Client) are the same calls with named arguments. Calls made here pass
//! through the same funnel: token, retries, limits, normalisation. Turn an error into this crate's with
//! `mycarrierpackets::Error::from`; the generator's own text of it shows the body of an answer that did not decode.

use crate::exec::Funnel;
use crate::operation::Operation;
use progenitor_client::ClientHooks;
use reqwest::{Request, Response};

// Their public path is `models`. The generated mocks name them here.
#[doc(hidden)]
pub use generated::types;
pub use generated::{ByteStream, Client, ClientInfo, Error, ResponseValue};

#[allow(missing_docs, clippy::all, rustdoc::all, unused)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/client.rs"));
}

impl ClientHooks<Funnel> for Client {}

impl Client {
    pub(crate) fn funnel(&self) -> &Funnel {
        self.inner()
    }

    // The generated methods call it in place of the hook of its name, with the operation in place of its name.
    async fn exec(&self, request: Request, operation: Operation) -> reqwest::Result<Response> {
        let called = self.inner().call(operation.info(), request).await;
        Ok(called.unwrap_or_else(crate::error::in_response::response_of))
    }
}
