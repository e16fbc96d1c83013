//! Carriers that are not to be used.

use super::call::{key, pager, value};
use super::into_carrier_id::IntoCarrierId;
use crate::page::{Pager, header_page};
use crate::raw::types::{BlockResult, BlockedCarrier, UnblockResult};
use crate::{Operation, Result, raw};

/// Calls on the blocked list. See [`Client::blocking`](crate::Client::blocking).
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// client.blocking().add("MC113843").await?;
/// let mut blocked = client.blocking().list();
/// while let Some(carrier) = blocked.read_next().await? {
///     println!("{:?} since {:?}", carrier.dot_number, carrier.created_date);
/// }
/// client.blocking().remove("MC113843").await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Blocking<'a> {
    raw: &'a raw::Client,
}

impl<'a> Blocking<'a> {
    pub(crate) fn new(raw: &'a raw::Client) -> Self {
        Self { raw }
    }

    /// The carriers that are blocked. 2,500 a page unless [`Pager::page_size`] asks otherwise, at most 5,000.
    pub fn list(self) -> Pager<BlockedCarrier> {
        pager(self.raw, |raw, number, wire, size| async move {
            let call = raw.blocked_carriers(Some(wire), size);
            header_page(Operation::BlockedCarriers, number, call, Some).await
        })
    }

    /// Blocks a carrier; one that is blocked stays blocked.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn add(self, carrier: impl IntoCarrierId) -> Result<BlockResult> {
        let carrier = carrier.into_carrier_id()?;
        let body = key(&carrier);
        let (dot, docket, state) = (body.dot_number, body.docket_number.as_deref(), body.intrastate_number.as_deref());
        value(Operation::BlockCarrier, self.raw.block_carrier(dot.as_ref(), docket, state, &body).await)
    }

    /// Lifts the block of a carrier.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn remove(self, carrier: impl IntoCarrierId) -> Result<UnblockResult> {
        let carrier = carrier.into_carrier_id()?;
        let body = key(&carrier);
        let (dot, docket, state) = (body.dot_number, body.docket_number.as_deref(), body.intrastate_number.as_deref());
        let called = self.raw.unblock_carrier(dot.as_ref(), docket, state, &body).await;
        value(Operation::UnblockCarrier, called)
    }
}
