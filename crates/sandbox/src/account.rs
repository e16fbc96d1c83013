//! What happens to carriers for one customer alone.

use crate::customers::USERNAME;
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

    fn happen(&self, dot: u32, event: Event) -> bool {
        let engine = &self.sandbox.engine;
        let customer = engine.customers.of(&self.name, &engine.world);
        customer.is_some_and(|customer| engine.happen(&customer, dot.into(), event).is_ok())
    }
}
