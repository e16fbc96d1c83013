//! Invitations to complete a packet. Each call sends an email, so none is repeated that may have been carried out.

use super::call::{email_address, numbers, text, value};
use super::carriers::Carriers;
use super::into_carrier_id::IntoCarrierId;
use crate::exec::vendor_message::{self, Says};
use crate::types::CarrierId;
use crate::{Error, ErrorKind, Operation, Result, raw};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::borrow::Borrow;

/// Calls that invite. See [`Client::invitations`](crate::Client::invitations).
#[derive(Clone, Copy, Debug)]
pub struct Invitations<'a> {
    raw: &'a raw::Client,
}

impl<'a> Invitations<'a> {
    pub(crate) fn new(raw: &'a raw::Client) -> Self {
        Self { raw }
    }

    /// Emails a carrier the invitation to complete its packet.
    ///
    /// It is sent once: repeated only when the server cannot have acted (no connection, 401, 429).
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// use mycarrierpackets::resources::Invitation;
    ///
    /// let invitation = Invitation::new("DOT 23868 MC113843", "dispatch@carrier.example");
    /// match client.invitations().send(&invitation).await {
    ///     Ok(sent) => println!("{}", sent.message().unwrap_or("sent")),
    ///     Err(error) if error.may_have_acted() => println!("see `arrived` before sending again: {error}"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for what names no carrier or is not an email address, for an
    /// intrastate number, and those of every call. Where [`Error::may_have_acted`](crate::Error::may_have_acted) is true
    /// the email may have gone out: [`arrived`](Self::arrived) finds out. [`Declined`](crate::ErrorKind::Declined) where
    /// the vendor says with a good status that it was not sent.
    pub async fn send(self, invitation: impl Borrow<Invitation>) -> Result<Sent> {
        const OP: Operation = Operation::EmailPacketInvitation;
        let Invitation { email, carrier, user, confirm, notify } = invitation.borrow();
        let email = email_address(OP, "the carrier's email address", email)?;
        let (dot, docket) = match carrier {
            Some(carrier) => numbers(OP, carrier.as_ref().map_err(|error| error.clone().at(OP))?)?,
            None => (None, None),
        };
        let user = user.as_deref().map(|user| text(OP, "the user name", user)).transpose()?;
        let notify = notify.iter().map(|address| email_address(OP, "an address to notify", address));
        let notify = notify.collect::<Result<Vec<_>>>()?.join(",");
        let notify = Some(notify.as_str()).filter(|list| !list.is_empty());
        let called = self.raw.email_packet_invitation(email, docket, dot.as_ref(), notify, *confirm, user).await;
        value(OP, called).map(Sent::from)
    }

    /// Whether the vendor has `invitation` as the newest one of its carrier, sent at `since` or later: what to ask after
    /// a `send` whose outcome is unknown, before the invitation is sent again.
    ///
    /// Take `since` from [`Client::server_time`](crate::Client::server_time) before the call to `send`. The vendor can
    /// be late to show an invitation, and shows only the newest, so that [`Arrival::NotSeen`] is no proof: ask again
    /// after some minutes.
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// use mycarrierpackets::resources::{Arrival, Invitation};
    ///
    /// let invitation = Invitation::new("MC113843", "dispatch@carrier.example");
    /// let begun = client.server_time();
    /// match client.invitations().send(&invitation).await {
    ///     Err(error) if error.may_have_acted() => match client.invitations().arrived(&invitation, begun).await? {
    ///         Arrival::Seen => println!("sent all the same"),
    ///         _ => println!("not to be seen yet; ask again before sending it again"),
    ///     },
    ///     sent => drop(sent?),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an invitation without a carrier, and those of
    /// [`Carriers::get`](super::Carriers::get).
    pub async fn arrived(self, invitation: impl Borrow<Invitation>, since: Timestamp) -> Result<Arrival> {
        const OP: Operation = Operation::GetCarrierData;
        let invitation = invitation.borrow();
        let Some(carrier) = &invitation.carrier else {
            let what = "an invitation that names no carrier cannot be looked for";
            return Err(Error::new(ErrorKind::InvalidInput, what).at(OP));
        };
        let carrier = carrier.as_ref().map_err(|error| error.clone().at(OP))?;
        let data = Carriers::new(self.raw).get(carrier).await?;
        let details = data.assure_advantage.into_iter().flatten().filter_map(|found| found.carrier_details);
        let latest: Vec<_> = details.filter_map(|details| details.latest_invitation).collect();
        let same = |recipient: &str| recipient.trim().eq_ignore_ascii_case(invitation.email.trim());
        let seen = latest.iter().map(|latest| {
            let sent = latest.invitation_sent_date.as_ref().and_then(|sent| sent.instant());
            match (latest.invitation_recipient.as_deref(), sent) {
                (Some(recipient), Some(sent)) if same(recipient) && sent + CLOCKS >= since => Arrival::Seen,
                (Some(_), Some(_)) => Arrival::NotSeen,
                _ => Arrival::Unclear,
            }
        });
        Ok(seen.max().unwrap_or(Arrival::NotSeen))
    }
}

/// How far apart the clocks of the vendor's machines may be.
const CLOCKS: SignedDuration = SignedDuration::from_secs(60);

/// What is known of an invitation whose outcome was not. See [`Invitations::arrived`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Arrival {
    /// It is not the carrier's newest invitation: not sent, not to be seen yet, or followed by another.
    NotSeen,
    /// The carrier has an invitation whose recipient or time the vendor does not say.
    Unclear,
    /// It was sent.
    Seen,
}

/// An invitation: for which carrier, to whom, and who is informed of it.
///
/// ```
/// use mycarrierpackets::resources::Invitation;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// let invitation = Invitation::new("DOT 23868 MC113843", "dispatch@carrier.example")
///     .user("brenda")
///     .confirm(true)
///     .notify("manager@broker.example");
/// client.invitations().send(invitation).await?;
///
/// // To a person whose carrier is not known yet, and once it is.
/// let invitation = Invitation::to("dispatch@carrier.example");
/// let invitation = invitation.carrier("MC113843");
/// # drop(invitation);
/// # Ok(()) }
/// ```
#[derive(Clone)]
#[must_use = "pass it to `send`"]
pub struct Invitation {
    email: String,
    /// What names no carrier is refused when the invitation is sent.
    carrier: Option<Result<CarrierId>>,
    user: Option<String>,
    confirm: Option<bool>,
    notify: Vec<String>,
}

impl Invitation {
    /// An invitation of `carrier`, sent to `email`. Its packet is filled in with what is known.
    pub fn new(carrier: impl IntoCarrierId, email: impl Into<String>) -> Self {
        Self { carrier: Some(carrier.into_carrier_id()), ..Self::to(email) }
    }

    /// An invitation sent to `email` that names no carrier: whoever opens it says which it is.
    pub fn to(email: impl Into<String>) -> Self {
        Self { email: email.into(), carrier: None, user: None, confirm: None, notify: Vec::new() }
    }

    /// The carrier it is for, in place of the one before.
    pub fn carrier(mut self, carrier: impl IntoCarrierId) -> Self {
        self.carrier = Some(carrier.into_carrier_id());
        self
    }

    /// Your MyCarrierPackets user whom the invitation is counted for.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Whether the inviter gets an email in confirmation. The vendor decides where this is not set.
    pub fn confirm(mut self, confirm: bool) -> Self {
        self.confirm = Some(confirm);
        self
    }

    /// Another address that is informed of it; may be called more than once.
    pub fn notify(mut self, email: impl Into<String>) -> Self {
        self.notify.push(email.into());
        self
    }
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation")
            .field("carrier", &self.carrier.as_ref().and_then(|carrier| carrier.as_ref().ok()))
            .finish_non_exhaustive()
    }
}

/// The answer to a call that makes the vendor send something: text, an object, or nothing. None is documented.
///
/// ```
/// use mycarrierpackets::resources::Sent;
///
/// // What `send` returns.
/// let sent = Sent::from(serde_json::json!({"Message": "Pending approval by a manager."}));
/// assert_eq!(sent.message(), Some("Pending approval by a manager."));
/// assert!(!sent.is_confirmed(), "it may yet be refused");
/// assert!(sent.answer().is_object());
/// ```
#[derive(Clone, PartialEq)]
pub struct Sent(Value);

impl Sent {
    /// The vendor's words, if it said any.
    pub fn message(&self) -> Option<&str> {
        self.0.as_str().or_else(|| self.0.get("Message")?.as_str()).filter(|text| !text.is_empty())
    }

    /// Whether nothing in the answer leaves it in doubt that the message was sent: `false` for words such as
    /// `Pending approval by a manager.` An answer that says no is an error already.
    pub fn is_confirmed(&self) -> bool {
        self.message().is_none_or(|message| vendor_message::says(message) == Says::Yes)
    }

    /// The answer as it came; null if it was empty.
    pub fn answer(&self) -> &Value {
        &self.0
    }
}

impl From<Value> for Sent {
    fn from(answer: Value) -> Self {
        Self(answer)
    }
}

impl std::fmt::Debug for Sent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sent").finish_non_exhaustive()
    }
}
