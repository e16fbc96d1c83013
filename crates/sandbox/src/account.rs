//! What happens to carriers for one customer alone.

use crate::customers::USERNAME;
use crate::customers::message::Message;
use crate::engine::triggers::Event;
use crate::sandbox::Sandbox;

/// One customer of a [`Sandbox`], by user name: what is made to happen here, no other customer sees.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
/// use mycarrierpackets_sandbox::Sandbox;
///
/// let sandbox = Sandbox::builder().carriers(10).start().await?;
/// assert!(sandbox.customer("birke").complete_packet(23868));
/// # Ok(()) }
/// ```
#[derive(Debug)]
#[must_use = "have something happen"]
pub struct Customer<'s> {
    sandbox: &'s Sandbox,
    name: String,
}

impl Sandbox {
    /// The customer of a user name, which is new if the name is.
    pub fn customer(&self, name: impl Into<String>) -> Customer<'_> {
        Customer { sandbox: self, name: name.into() }
    }

    /// [`Customer::change_carrier`] for the customer `demo`.
    pub fn change_carrier(&self, dot: u32) -> bool {
        self.customer(USERNAME).change_carrier(dot)
    }

    /// [`Customer::complete_packet`] for the customer `demo`.
    pub fn complete_packet(&self, dot: u32) -> bool {
        self.customer(USERNAME).complete_packet(dot)
    }

    /// [`Customer::report_incident`] for the customer `demo`.
    pub fn report_incident(&self, dot: u32) -> bool {
        self.customer(USERNAME).report_incident(dot)
    }

    /// [`Customer::update_incident`] for the customer `demo`.
    pub fn update_incident(&self, dot: u32) -> bool {
        self.customer(USERNAME).update_incident(dot)
    }

    /// [`Customer::retract_incident`] for the customer `demo`.
    pub fn retract_incident(&self, dot: u32) -> bool {
        self.customer(USERNAME).retract_incident(dot)
    }

    /// The emails and text messages that would have gone out for all customers, oldest first: of each customer the
    /// last 1,000.
    #[must_use]
    pub fn outbox(&self) -> Vec<Message> {
        self.engine.outbox(None, usize::MAX, |_| true).messages
    }
}

impl Customer<'_> {
    /// Gives a carrier new insurance, safety and risk data and an entry in the change feed, now.
    ///
    /// False if there is no carrier with this DOT number.
    pub fn change_carrier(&self, dot: u32) -> bool {
        self.happen(dot, Event::Change)
    }

    /// Lets a carrier complete its packet now.
    ///
    /// False if there is no carrier with this DOT number.
    pub fn complete_packet(&self, dot: u32) -> bool {
        self.happen(dot, Event::CompletePacket)
    }

    /// Has an incident with a carrier reported now.
    ///
    /// False if there is no carrier with this DOT number.
    pub fn report_incident(&self, dot: u32) -> bool {
        self.happen(dot, Event::ReportIncident)
    }

    /// Has the last incident report that was made about a carrier since the start corrected now.
    ///
    /// False if there is no such carrier or report.
    pub fn update_incident(&self, dot: u32) -> bool {
        self.happen(dot, Event::UpdateIncident)
    }

    /// Has the last incident report that was made about a carrier since the start withdrawn now.
    ///
    /// False if there is no such carrier or report.
    pub fn retract_incident(&self, dot: u32) -> bool {
        self.happen(dot, Event::RetractIncident)
    }

    /// The emails and text messages that would have gone out for this customer, oldest first: the last 1,000.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use mycarrierpackets_sandbox::{MessageKind, Sandbox};
    ///
    /// let sandbox = Sandbox::builder().carriers(10).start().await?;
    /// // ... the code under test invites ada@carrier.example ...
    /// let sent = sandbox.customer("demo").outbox();
    /// let invitation = sent.iter().find(|message| message.kind == MessageKind::Invitation);
    /// let page = invitation.map(|message| &message.links[0]);
    /// # assert!(page.is_none());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn outbox(&self) -> Vec<Message> {
        self.sandbox.engine.outbox(Some(&self.name), usize::MAX, |_| true).messages
    }

    fn happen(&self, dot: u32, event: Event) -> bool {
        let engine = &self.sandbox.engine;
        let customer = engine.customers.of(&self.name, &engine.world);
        customer.is_some_and(|customer| engine.happen(&customer, dot.into(), event).is_ok())
    }
}
