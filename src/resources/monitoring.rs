//! The monitored list, its data in bulk, and the changes feed.

use super::call::{key, pager, value};
use super::into_carrier_id::IntoCarrierId;
use crate::page::{Pager, Paging, body_page, header_page};
use crate::raw::types::{
    CarrierChange, CarrierDetails, CarrierRiskAssessment, MonitoredCarrier, MonitoredCarrierContacts,
    MonitoringCancellation, MonitoringRequest,
};
use crate::window::Window;
use crate::{Operation, Result, raw};

/// Calls on the monitored list. See [`Client::monitoring`](crate::Client::monitoring).
///
/// ```
/// use mycarrierpackets::types::Rating;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// client.monitoring().add("MC113843").await?;
///
/// let mut numbers = client.monitoring().list();
/// while let Some(carrier) = numbers.read_next().await? {
///     println!("{:?}", carrier.dot_number);
/// }
/// let mut profiles = client.monitoring().data();
/// while let Some(carrier) = profiles.read_next().await? {
///     if carrier.rating() >= Rating::Unacceptable {
///         println!("{:?}: {:?}", carrier.dot_number, carrier.reasons());
///     }
/// }
/// // The people, and the risk by itself, are read the same way.
/// let people = client.monitoring().contacts().read_next().await?;
/// let risk = client.monitoring().risk().read_next().await?;
/// assert!(people.is_some() && risk.is_some());
///
/// client.monitoring().remove("MC113843").await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Monitoring<'a> {
    raw: &'a raw::Client,
}

/// The parts of a page whose paging is beside its items.
macro_rules! parts {
    () => {
        |page| {
            let listed = |n: Option<i32>| n.map(i64::from);
            let paging = Paging {
                size: listed(page.page_size),
                pages: listed(page.total_pages),
                count: listed(page.total_count),
            };
            (page.succeeded, page.message, page.data, paging)
        }
    };
}

impl<'a> Monitoring<'a> {
    pub(crate) fn new(raw: &'a raw::Client) -> Self {
        Self { raw }
    }

    /// The carriers that are monitored, by their numbers. 2,500 a page unless [`Pager::page_size`] asks otherwise,
    /// at most 5,000.
    pub fn list(self) -> Pager<MonitoredCarrier> {
        pager(self.raw, |raw, number, wire, size| async move {
            let call = raw.monitored_carriers(Some(wire), size);
            header_page(Operation::MonitoredCarriers, number, call, Some).await
        })
    }

    /// FMCSA data, insurance and risk of every monitored carrier. 250 a page, at most 500. Heavy: meant for a full
    /// refresh now and then, with [`changes`](Self::changes) between.
    pub fn data(self) -> Pager<CarrierDetails> {
        pager(self.raw, |raw, number, wire, size| async move {
            let called = raw.monitored_carrier_data(Some(wire), size).await;
            body_page(Operation::MonitoredCarrierData, number, called, parts!())
        })
    }

    /// The people of every monitored carrier. 250 a page, at most 500.
    pub fn contacts(self) -> Pager<MonitoredCarrierContacts> {
        pager(self.raw, |raw, number, wire, size| async move {
            let called = raw.get_monitored_carrier_contacts_data(Some(wire), size).await;
            body_page(Operation::GetMonitoredCarrierContactsData, number, called, parts!())
        })
    }

    /// The risk of every monitored carrier. 250 a page, at most 500.
    pub fn risk(self) -> Pager<CarrierRiskAssessment> {
        pager(self.raw, |raw, number, wire, size| async move {
            let called = raw.get_monitored_carriers_risk_assessment(Some(wire), size).await;
            body_page(Operation::GetMonitoredCarriersRiskAssessment, number, called, parts!())
        })
    }

    /// What changed at monitored carriers within `window`: insurance, FMCSA data, risk. 250 a page, at most 500.
    ///
    /// The vendor wants this called no more often than every 4 minutes, 5 to 15 is its advice; sooner it answers 429.
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// use futures::TryStreamExt;
    /// use mycarrierpackets::Window;
    /// use std::time::Duration;
    ///
    /// let window = Window::last(Duration::from_secs(20 * 60))?;
    /// let mut changes = client.monitoring().changes(window);
    /// while let Some(change) = changes.try_next().await? {
    ///     println!("{:?}", change.change_categories);
    /// }
    /// # Ok(()) }
    /// ```
    pub fn changes(self, window: Window) -> Pager<CarrierChange> {
        pager(self.raw, move |raw, number, wire, size| async move {
            let (from, to) = window.edges();
            let call = raw.carriers_changes(&from, Some(wire), size, &to);
            header_page(Operation::CarriersChanges, number, call, |answer| {
                let none = answer.carrier_count == Some(0);
                answer.carrier_list.or_else(|| none.then(Vec::new))
            })
            .await
        })
    }

    /// Puts a carrier on the monitored list; one that is on it stays on it.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn add(self, carrier: impl IntoCarrierId) -> Result<MonitoringRequest> {
        let carrier = carrier.into_carrier_id()?;
        let body = key(&carrier);
        let (dot, docket, state) = (body.dot_number, body.docket_number.as_deref(), body.intrastate_number.as_deref());
        let called = self.raw.request_monitoring(dot.as_ref(), docket, state, &body).await;
        value(Operation::RequestMonitoring, called)
    }

    /// Takes a carrier off the monitored list: its changes are no longer reported.
    ///
    /// # Errors
    /// Those of every call.
    pub async fn remove(self, carrier: impl IntoCarrierId) -> Result<MonitoringCancellation> {
        let carrier = carrier.into_carrier_id()?;
        let body = key(&carrier);
        let (dot, docket, state) = (body.dot_number, body.docket_number.as_deref(), body.intrastate_number.as_deref());
        let called = self.raw.cancel_monitoring(dot.as_ref(), docket, state, &body).await;
        value(Operation::CancelMonitoring, called)
    }
}
