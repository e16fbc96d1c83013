//! The client: a handle that is cheap to clone, and the resources behind it.

use super::request::RequestBuilder;
use crate::exec::Funnel;
use crate::operation::Operation;
use crate::resources::{
    Blocking, Carriers, Documents, Factoring, Invitations, Links, Monitoring, Packets, TokenStatus, Verification,
};
use crate::{Error, Result, raw};
use std::sync::Arc;

/// A client of the MyCarrierPackets API. Clones share connections, tokens and the retry budget.
///
/// ```no_run
/// # async fn f() -> mycarrierpackets::Result<()> {
/// use mycarrierpackets::Client;
///
/// let client = Client::from_env()?;
/// let carrier = client.carriers().preview("MC113843").await?;
/// println!("{}", carrier.company_name.unwrap_or_default());
/// # Ok(()) }
/// ```
///
/// # A tour
///
/// Each handle has the calls of one tag of the API's document:
///
/// ```
/// use mycarrierpackets::resources::{Invitation, UserVerification};
/// use mycarrierpackets::{Client, Environment, Operation, Window, models::DocumentKind};
/// use std::time::Duration;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let (api, portal) = (sandbox.base_url().parse()?, sandbox.portal_url().parse()?);
/// # let (username, password) = (sandbox.username(), sandbox.password());
/// let environment = Environment::custom(api).with_portal(portal);
/// let client = Client::builder().environment(environment).credentials(username, password).build()?;
/// assert!(client.check_token().await?.expires_in > Duration::ZERO);
/// let hour = Window::ending(client.server_time(), Duration::from_secs(3600))?;
///
/// client.carriers().preview("MC113843").await?;
/// client.invitations().send(Invitation::new("MC113843", "dispatch@carrier.example")).await?;
/// client.packets().completed(hour).await?;
/// client.monitoring().add("MC113843").await?;
/// client.blocking().list().read_next().await?;
/// client.documents().current("MC113843", DocumentKind::Coi).await?;
/// client.factoring().updated(hour).await?;
/// println!("{}", client.links()?.carrier_information(23868)?);
/// client.verification().user(UserVerification::new("MC113843", "ada@carrier.example")).await?;
///
/// // The same call in the form that the document gives it, and with parameters of your own.
/// client.raw().preview_carrier(None, Some("MC113843")).await.map_err(mycarrierpackets::Error::from)?;
/// let answer = client.request(Operation::PreviewCarrier).param("docketNumber", "MC113843").send().await?;
/// assert!(answer.body.starts_with(b"["));
/// # Ok(()) }
/// ```
///
/// # Deadlines and cancelling
///
/// [`Limits`](crate::Limits) bound every call: each attempt, the call with its retries and waits, a body that stalls. One
/// call gets a tighter deadline from `tokio::time::timeout`, and is cancelled by dropping its future. What was on its way
/// then may have reached the server: after an invitation or a verification, find out before it is sent again. A token
/// renewal that was begun goes on without its caller, so a dropped call costs no refresh token.
///
/// ```
/// # async fn f(client: mycarrierpackets::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use std::time::Duration;
///
/// let within = Duration::from_secs(5);
/// let carrier = tokio::time::timeout(within, client.carriers().preview(23868)).await??;
/// # Ok(()) }
/// ```
///
/// # Logs
///
/// Through `tracing`, at target `mycarrierpackets`: a span `mycarrierpackets` at `debug` for each call, with `operation`,
/// `attempts`, `status`, `outcome` and `duration_ms`; `info` for each retry and its reason; `warn` where fields could not
/// be read, a list moved while it was read, or a token could not be renewed early. Never an argument, a token or a body.
#[derive(Clone)]
pub struct Client {
    raw: Arc<raw::Client>,
}

impl Client {
    pub(crate) fn from_funnel(funnel: Funnel) -> Self {
        let setup = funnel.setup();
        let base = setup.api.as_str().trim_end_matches('/').to_owned();
        let http = setup.http.to(&setup.api).clone();
        Self { raw: Arc::new(raw::Client::new_with_client(&base, http, funnel)) }
    }

    /// One carrier: preview, data, contacts, risk, incidents, VINs, associations.
    pub fn carriers(&self) -> Carriers<'_> {
        Carriers::new(&self.raw)
    }

    /// Invitations to complete a packet.
    pub fn invitations(&self) -> Invitations<'_> {
        Invitations::new(&self.raw)
    }

    /// Completed packets, and the full packet as PDF.
    pub fn packets(&self) -> Packets<'_> {
        Packets::new(&self.raw)
    }

    /// The monitored list, its data in bulk, and the changes feed.
    pub fn monitoring(&self) -> Monitoring<'_> {
        Monitoring::new(&self.raw)
    }

    /// Carriers that are not to be used.
    pub fn blocking(&self) -> Blocking<'_> {
        Blocking::new(&self.raw)
    }

    /// Verification of a carrier's people and vehicles.
    pub fn verification(&self) -> Verification<'_> {
        Verification::new(&self.raw)
    }

    /// Certificates of insurance, W-9 forms, agreements and photos.
    pub fn documents(&self) -> Documents<'_> {
        Documents::new(&self.raw)
    }

    /// Factoring companies and where they want to be paid.
    pub fn factoring(&self) -> Factoring<'_> {
        Factoring::new(&self.raw)
    }

    /// Addresses of the portal's pages; no call is made.
    ///
    /// They lead to the portal of the environment.
    ///
    /// # Errors
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) where the environment has no portal that is known: links into
    /// production from anywhere else would lead people to the wrong carriers.
    pub fn links(&self) -> Result<Links> {
        let portal = self.funnel().setup().portal.clone();
        portal.map(Links::new).ok_or_else(|| Error::config("the portal's address is not known: set MCP_PORTAL_URL"))
    }

    /// Fetches a token if none is cached, and says how long it lives.
    ///
    /// # Errors
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) when the password is refused, or what kept the
    /// token server from answering.
    pub async fn check_token(&self) -> Result<TokenStatus> {
        TokenStatus::of(self.funnel()).await
    }

    /// The time by the server's clock, as the `Date` of the API's newest good answer shows it, a token's included; the
    /// local time before the first. Windows are best cut by it: rows carry the server's time, and the clock of this
    /// machine can be wrong.
    pub fn server_time(&self) -> jiff::Timestamp {
        self.funnel().server_time()
    }

    /// A feed, to be polled: each row once, across restarts. See [`feed`](crate::feed).
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client, kept: mycarrierpackets::feed::Cursor) -> mycarrierpackets::Result<()> {
    /// use mycarrierpackets::feed::CompletedPackets;
    ///
    /// let batch = client.feed(CompletedPackets, kept).poll().await?;
    /// println!("{} packets were completed", batch.new.len());
    /// # Ok(()) }
    /// ```
    #[cfg(feature = "feed")]
    pub fn feed<S: crate::feed::Source>(&self, source: S, cursor: crate::feed::Cursor) -> crate::feed::Feed<S> {
        crate::feed::Feed::new(&self.raw, source, cursor)
    }

    /// The generated client, for a call that the handles do not offer.
    pub fn raw(&self) -> &raw::Client {
        &self.raw
    }

    /// A call of `operation` in a form of your own: any parameter, any `Accept`, so also XML.
    ///
    /// It has the same token, retries and limits as every other call.
    pub fn request(&self, operation: Operation) -> RequestBuilder {
        RequestBuilder::new(self.funnel().clone(), operation.info())
    }

    /// A call by method and path, for an operation that the document does not have. The path follows the API's
    /// address; its query and [`param`](RequestBuilder::param)s are put together.
    ///
    /// It has the same token, limits and masking as every other call. Nothing is known of what it does, so it is
    /// repeated only where the server cannot have acted, unless [`idempotency`](RequestBuilder::idempotency) says
    /// more. A path of the document is a call of its operation.
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// use mycarrierpackets::Idempotency;
    ///
    /// let answer = client
    ///     .request_path(http::Method::POST, "/api/v1/carrier/getcustomerpacketwithsw")
    ///     .param("DOTNumber", 23868)
    ///     .idempotency(Idempotency::Read)
    ///     .send()
    ///     .await?;
    /// println!("{} bytes", answer.body.len());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// `send` refuses a path that names a host or leads out of the API's own with
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput).
    pub fn request_path(&self, method: http::Method, path: &str) -> RequestBuilder {
        RequestBuilder::by_path(self.funnel().clone(), method, path)
    }

    fn funnel(&self) -> &Funnel {
        self.raw.funnel()
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("funnel", self.funnel()).finish_non_exhaustive()
    }
}
