//! Packets that carriers completed, and the full packet as a PDF.

use super::documents::Download;
use super::window::Window;
use crate::page::{Listing, header_page};
use crate::raw::types::CompletedPacket;
use crate::types::DotNumber;
use crate::{Error, Operation, Result, raw};

/// Calls on packets. See [`Client::packets`].
#[derive(Clone, Copy, Debug)]
pub struct Packets<'a> {
    raw: &'a raw::Client,
}

impl<'a> Packets<'a> {
    pub(crate) fn new(raw: &'a raw::Client) -> Self {
        Self { raw }
    }

    /// The carriers that completed a packet within `window`. Ask every 5 to 15 minutes, with windows that overlap.
    ///
    /// The list comes at once. A row that could not be read is in [`Listing::rejected`] and does not lose the others.
    ///
    /// # Errors
    /// Those of every call. An answer that is not understood is one, never an empty list.
    pub async fn completed(self, window: Window) -> Result<Listing<CompletedPacket>> {
        const OP: Operation = Operation::CompletedPackets;
        let (from, to) = window.edges();
        let call = self.raw.completed_packets(&from, &to);
        Ok(Listing::of_page(header_page(OP, 1, call, Some).await?))
    }

    /// The full packet of a carrier as one PDF, from the portal with a token of the portal.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) where there is no packet, [`Config`](crate::ErrorKind::Config)
    /// where the portal's address is not known, and those of every call.
    pub async fn download(self, dot: DotNumber) -> Result<Download> {
        const OP: Operation = Operation::DownloadCarrierPacket;
        let called = self.raw.download_carrier_packet(&dot).await;
        let answer = called.map_err(|error| Error::from(error).at(OP))?;
        Download::open(self.raw.funnel().setup(), OP, format!("carrier-packet-{dot}"), answer).await
    }
}
