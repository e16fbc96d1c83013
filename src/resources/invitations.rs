//! Invitations to complete a packet. Each call sends a mail, so none is repeated that may have been carried out.

use super::{mail_address, numbers, text, value};
use crate::types::CarrierId;
use crate::{Client, Operation, Result};
use serde_json::Value;

/// Calls that invite. See [`Client::invitations`].
#[derive(Clone, Copy, Debug)]
pub struct Invitations<'a> {
    client: &'a Client,
}

impl<'a> Invitations<'a> {
    pub(crate) fn new(client: &'a Client) -> Self {
        Self { client }
    }

    /// Mails a carrier the invitation to complete its packet.
    ///
    /// It is sent once: repeated only when the server cannot have acted (no connection, 401, 429).
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// use mycarrierpackets::resources::Invitation;
    ///
    /// let invitation = Invitation::to("dispatch@carrier.example").carrier("DOT 23868 MC113843".parse()?);
    /// match client.invitations().send(&invitation).await {
    ///     Ok(sent) => println!("{}", sent.message().unwrap_or("sent")),
    ///     Err(error) if error.may_have_acted() => println!("look in the portal before sending again: {error}"),
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for what is no mail address or an intrastate number, and
    /// those of every call. Where [`Error::may_have_acted`](crate::Error::may_have_acted) is true the mail may have
    /// gone out.
    pub async fn send(self, invitation: &Invitation) -> Result<Sent> {
        const OP: Operation = Operation::EmailPacketInvitation;
        let Invitation { email, carrier, user, confirm, notify } = invitation;
        let email = mail_address(OP, "the carrier's mail address", email)?;
        let (dot, docket) = match carrier {
            Some(carrier) => numbers(OP, carrier)?,
            None => (None, None),
        };
        let user = user.as_deref().map(|user| text(OP, "the user name", user)).transpose()?;
        let notify = notify.iter().map(|address| mail_address(OP, "an address to notify", address));
        let notify = notify.collect::<Result<Vec<_>>>()?.join(",");
        let notify = Some(notify.as_str()).filter(|list| !list.is_empty());
        let called =
            self.client.raw().email_packet_invitation(email, docket, dot.as_ref(), notify, *confirm, user).await;
        value(OP, called).map(Sent::from)
    }
}

/// An invitation: to whom, for which carrier, and who is told of it.
#[derive(Clone)]
#[must_use = "pass it to `send`"]
pub struct Invitation {
    email: String,
    carrier: Option<CarrierId>,
    user: Option<String>,
    confirm: Option<bool>,
    notify: Vec<String>,
}

impl Invitation {
    /// An invitation mailed to `email`, the carrier's address.
    pub fn to(email: impl Into<String>) -> Self {
        Self { email: email.into(), carrier: None, user: None, confirm: None, notify: Vec::new() }
    }

    /// The carrier it is for, so that its packet is filled in with what is known.
    pub fn carrier(mut self, carrier: CarrierId) -> Self {
        self.carrier = Some(carrier);
        self
    }

    /// Your MyCarrierPackets user whom the invitation is counted for.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }

    /// Whether the inviter gets a mail in confirmation. The vendor decides where this is not set.
    pub fn confirm(mut self, confirm: bool) -> Self {
        self.confirm = Some(confirm);
        self
    }

    /// Another address that is told of it; may be called more than once.
    pub fn notify(mut self, email: impl Into<String>) -> Self {
        self.notify.push(email.into());
        self
    }
}

impl std::fmt::Debug for Invitation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invitation").field("carrier", &self.carrier).finish_non_exhaustive()
    }
}

/// The answer to a call that makes the vendor send something: text, an object, or nothing. None is documented.
#[derive(Clone, PartialEq)]
pub struct Sent(Value);

impl Sent {
    /// The vendor's words, if it said any.
    pub fn message(&self) -> Option<&str> {
        self.0.as_str().or_else(|| self.0.get("Message")?.as_str()).filter(|text| !text.is_empty())
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
