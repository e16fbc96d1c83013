//! Packets that carriers completed, and the full packet as a PDF.

use super::call::optional;
use super::documents::Download;
use super::into_carrier_id::IntoCarrierId;
use crate::page::{Listing, Page, header_page};
use crate::raw::types::CompletedPacket;
use crate::window::Window;
use crate::{Error, ErrorKind, Operation, Result, raw};

/// Calls on packets. See [`Client::packets`](crate::Client::packets).
///
/// ```
/// use mycarrierpackets::Window;
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// let quarter = Window::ending(client.server_time(), Duration::from_secs(15 * 60))?;
/// let completed = client.packets().completed(quarter).await?;
/// for packet in &completed.items {
///     println!("{:?} at {:?}", packet.dot_number, packet.completed_date);
/// }
/// let pdf = client.packets().download(23868).await?.bytes().await?;
/// assert!(pdf.starts_with(b"%PDF"));
/// assert!(client.packets().download_opt("DOT 99999999").await?.is_none());
/// # Ok(()) }
/// ```
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
    /// The list comes at once. A row that could not be read is in [`Listing::rejected`] and does not lose the others. An
    /// answer with totals that say there is more is not [complete](crate::Report::complete).
    ///
    /// # Errors
    /// Those of every call. An answer that is not understood is one, never an empty list.
    pub async fn completed(self, window: Window) -> Result<Listing<CompletedPacket>> {
        Ok(Listing::of_page(self.completed_page(window).await?))
    }

    /// The same as the one page of a list.
    pub(crate) async fn completed_page(self, window: Window) -> Result<Page<CompletedPacket>> {
        let (from, to) = window.edges();
        let call = self.raw.completed_packets(&from, &to);
        let mut page = header_page(Operation::CompletedPackets, 1, call, Some).await?;
        page.total_pages = page.total_pages.or(Some(1));
        Ok(page)
    }

    /// The full packet of a carrier as one PDF, from the portal with a token of the portal. The portal finds a carrier
    /// by its DOT number.
    ///
    /// # Errors
    /// [`NotFound`](crate::ErrorKind::NotFound) where there is no packet, [`Config`](crate::ErrorKind::Config)
    /// where the portal's address is not known, [`InvalidInput`](crate::ErrorKind::InvalidInput) for a carrier without
    /// DOT number, and those of every call.
    pub async fn download(self, carrier: impl IntoCarrierId) -> Result<Download> {
        const OP: Operation = Operation::DownloadCarrierPacket;
        let dot = carrier.into_carrier_id()?.dot_number().ok_or_else(|| {
            let what = "the portal finds a packet by the DOT number, and the carrier is named without it";
            Error::new(ErrorKind::InvalidInput, what).at(OP)
        })?;
        let called = self.raw.download_carrier_packet(&dot).await;
        let answer = called.map_err(|error| Error::from(error).at(OP))?;
        Download::open(self.raw.funnel().setup(), OP, format!("carrier-packet-{dot}"), answer).await
    }

    /// As [`download`](Self::download), and `None` where the vendor says that there is no packet. A 404 that is not the
    /// vendor's own, such as a gateway's, stays an error.
    ///
    /// # Errors
    /// Those of [`download`](Self::download), but for that one.
    pub async fn download_opt(self, carrier: impl IntoCarrierId) -> Result<Option<Download>> {
        optional(self.download(carrier).await)
    }
}
