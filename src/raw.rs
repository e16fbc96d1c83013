//! The generated client, and how its calls enter the funnel.

use crate::exec::Funnel;
use crate::operation::Operation;
use progenitor_client::ClientHooks;
use reqwest::{Request, Response};

pub use generated::{ByteStream, Client, ClientInfo, Error, ResponseValue, types};

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
        Ok(called.unwrap_or_else(crate::error::carried::response_of))
    }
}
