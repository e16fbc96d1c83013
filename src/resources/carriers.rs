//! One carrier: preview, data, contacts, risk, incidents, VINs, and the carriers it shares a phone number or an email
//! address with.

use super::call::{numbers, only, optional, text, value, written};
use super::into_carrier_id::IntoCarrierId;
use crate::raw::types::{
    AssociatedCarrierList, CarrierContacts, CarrierData, CarrierIncidentReports, CarrierPreview, CarrierRiskAssessment,
    CarrierVinVerifications,
};
use crate::{Error, ErrorKind, Operation, Result, raw};
use std::borrow::Borrow;

/// Calls on one carrier. See [`Client::carriers`](crate::Client::carriers).
///
/// ```
/// use mycarrierpackets::resources::AssociatedQuery;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// let carriers = client.carriers();
/// let packet = carriers.get("MC113843").await?;
/// let contacts = carriers.contacts("MC113843").await?;
/// let risk = carriers.risk("MC113843").await?;
/// let incidents = carriers.incidents("MC113843").await?;
/// let vins = carriers.vins("MC113843").await?;
/// assert_eq!(packet.rating(), risk.rating());
/// println!("{} people", contacts.contacts.map_or(0, |people| people.len()));
///
/// // Where the carrier may be unknown: `None` in place of an error.
/// let unknown = "DOT 99999999";
/// assert!(carriers.get_opt(unknown).await?.is_none());
/// assert!(carriers.contacts_opt(unknown).await?.is_none());
/// assert!(carriers.risk_opt(unknown).await?.is_none());
/// assert!(carriers.incidents_opt(unknown).await?.is_none());
/// assert!(carriers.vins_opt(unknown).await?.is_none());
///
/// // One person behind many names.
/// let query = AssociatedQuery::new().phone("312-555-0142").email("dispatch@carrier.example");
/// let associated = carriers.associated(query).await?;
/// println!("{:?} carriers", associated.associated_carriers_count);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Carriers<'a> {
    raw: &'a raw::Client,
}

impl<'a> Carriers<'a> {
    pub(crate) fn new(raw: &'a raw::Client) -> Self {
        Self { raw }
    }

    /// What is known of a carrier before it is invited: identity, status, risk, certificates, fraud flags.
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// use mycarrierpackets::types::Rating;
    ///
    /// let carrier = client.carriers().preview("DOT 23868 MC113843").await?;
    /// if carrier.rating() >= Rating::Unacceptable || carrier.flags().any() {
    ///     println!("refused: {} {}", carrier.rating(), carrier.flags());
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] for an unknown carrier; [`ErrorKind::Declined`] where the vendor says no with a good
    /// status; [`ErrorKind::InvalidInput`] for an intrastate number, which
    /// this operation does not take; and those of every call.
    pub async fn preview(self, carrier: impl IntoCarrierId) -> Result<CarrierPreview> {
        const OP: Operation = Operation::PreviewCarrier;
        let carrier = carrier.into_carrier_id()?;
        let (dot, docket) = numbers(OP, &carrier)?;
        let found = value(OP, self.raw.preview_carrier(dot.as_ref(), docket).await)?;
        only(OP, found, |carrier| written(carrier.dot_number, carrier.docket_number.as_deref()))
    }

    /// As [`preview`](Self::preview), and `None` where the vendor says that there is no such carrier. A 404 that is not the
    /// vendor's own, such as a gateway's, stays an error.
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// match client.carriers().preview_opt("MC113843").await? {
    ///     Some(carrier) => println!("{:?}", carrier.company_name),
    ///     None => println!("no such carrier"),
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of [`preview`](Self::preview), but for that one.
    pub async fn preview_opt(self, carrier: impl IntoCarrierId) -> Result<Option<CarrierPreview>> {
        optional(self.preview(carrier).await)
    }

    /// The whole profile of a carrier: its packet, payment details, equipment, lanes, agreements, documents and,
    /// under `assure_advantage`, its FMCSA data and risk.
    ///
    /// A carrier that has not completed a packet has little more than `message` and `assure_advantage`.
    ///
    /// # Errors
    /// As [`preview`](Self::preview).
    pub async fn get(self, carrier: impl IntoCarrierId) -> Result<CarrierData> {
        const OP: Operation = Operation::GetCarrierData;
        let carrier = carrier.into_carrier_id()?;
        let (dot, docket) = numbers(OP, &carrier)?;
        value(OP, self.raw.get_carrier_data(dot.as_ref(), docket).await)
    }

    /// As [`get`](Self::get), and `None` where the vendor says that there is no such carrier. A 404 that is not the
    /// vendor's own, such as a gateway's, stays an error.
    ///
    /// # Errors
    /// Those of [`get`](Self::get), but for that one.
    pub async fn get_opt(self, carrier: impl IntoCarrierId) -> Result<Option<CarrierData>> {
        optional(self.get(carrier).await)
    }

    /// The people of a carrier, with whom of them may sign and who is verified.
    ///
    /// # Errors
    /// As [`preview`](Self::preview); an answer without a carrier is [`ErrorKind::UnexpectedAnswer`].
    pub async fn contacts(self, carrier: impl IntoCarrierId) -> Result<CarrierContacts> {
        const OP: Operation = Operation::GetCarrierContacts;
        let carrier = carrier.into_carrier_id()?;
        let (dot, docket) = numbers(OP, &carrier)?;
        let answer = value(OP, self.raw.get_carrier_contacts(dot.as_ref(), docket).await)?;
        answer.carrier.ok_or_else(|| {
            let message = answer.message.as_deref().map(crate::error::masked::presentable);
            Error::new(ErrorKind::UnexpectedAnswer, "the answer holds no carrier").with_vendor_message(message).at(OP)
        })
    }

    /// As [`contacts`](Self::contacts), and `None` where the vendor says that there is no such carrier. A 404 that is not the
    /// vendor's own, such as a gateway's, stays an error.
    ///
    /// # Errors
    /// Those of [`contacts`](Self::contacts), but for that one.
    pub async fn contacts_opt(self, carrier: impl IntoCarrierId) -> Result<Option<CarrierContacts>> {
        optional(self.contacts(carrier).await)
    }

    /// The risk of a carrier by category, with its infractions.
    ///
    /// # Errors
    /// As [`preview`](Self::preview).
    pub async fn risk(self, carrier: impl IntoCarrierId) -> Result<CarrierRiskAssessment> {
        const OP: Operation = Operation::GetCarrierRiskAssessment;
        let carrier = carrier.into_carrier_id()?;
        let (dot, docket) = numbers(OP, &carrier)?;
        let found = value(OP, self.raw.get_carrier_risk_assessment(docket, dot.as_ref()).await)?;
        only(OP, found, |carrier| written(carrier.dot_number, carrier.docket_number.as_deref()))
    }

    /// As [`risk`](Self::risk), and `None` where the vendor says that there is no such carrier. A 404 that is not the
    /// vendor's own, such as a gateway's, stays an error.
    ///
    /// # Errors
    /// Those of [`risk`](Self::risk), but for that one.
    pub async fn risk_opt(self, carrier: impl IntoCarrierId) -> Result<Option<CarrierRiskAssessment>> {
        optional(self.risk(carrier).await)
    }

    /// What other customers reported of a carrier.
    ///
    /// # Errors
    /// As [`preview`](Self::preview).
    pub async fn incidents(self, carrier: impl IntoCarrierId) -> Result<CarrierIncidentReports> {
        const OP: Operation = Operation::GetCarrierIncidentReports;
        let carrier = carrier.into_carrier_id()?;
        let (dot, docket) = numbers(OP, &carrier)?;
        value(OP, self.raw.get_carrier_incident_reports(dot.as_ref(), docket).await)
    }

    /// As [`incidents`](Self::incidents), and `None` where the vendor says that there is no such carrier. A 404 that is not the
    /// vendor's own, such as a gateway's, stays an error.
    ///
    /// # Errors
    /// Those of [`incidents`](Self::incidents), but for that one.
    pub async fn incidents_opt(self, carrier: impl IntoCarrierId) -> Result<Option<CarrierIncidentReports>> {
        optional(self.incidents(carrier).await)
    }

    /// The VIN verifications of a carrier and how far they are.
    ///
    /// # Errors
    /// As [`preview`](Self::preview).
    pub async fn vins(self, carrier: impl IntoCarrierId) -> Result<CarrierVinVerifications> {
        const OP: Operation = Operation::GetCarrierVinVerifications;
        let carrier = carrier.into_carrier_id()?;
        let (dot, docket) = numbers(OP, &carrier)?;
        value(OP, self.raw.get_carrier_vin_verifications(dot.as_ref(), docket).await)
    }

    /// As [`vins`](Self::vins), and `None` where the vendor says that there is no such carrier. A 404 that is not the
    /// vendor's own, such as a gateway's, stays an error.
    ///
    /// # Errors
    /// Those of [`vins`](Self::vins), but for that one.
    pub async fn vins_opt(self, carrier: impl IntoCarrierId) -> Result<Option<CarrierVinVerifications>> {
        optional(self.vins(carrier).await)
    }

    /// The carriers that use a phone number or email address: a way to see one person behind many names.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for an empty query, and those of every call.
    pub async fn associated(self, query: impl Borrow<AssociatedQuery>) -> Result<AssociatedCarrierList> {
        const OP: Operation = Operation::FindAssociatedCarriers;
        let query = query.borrow();
        let phone = query.phone.as_deref().map(|phone| text(OP, "the phone number", phone)).transpose()?;
        let email = query.email.as_deref().map(|email| text(OP, "the email address", email)).transpose()?;
        if phone.is_none() && email.is_none() {
            let what = "a phone number or an email address is needed to find carriers by";
            return Err(Error::new(ErrorKind::InvalidInput, what).at(OP));
        }
        value(OP, self.raw.find_associated_carriers(email, phone).await)
    }
}

/// What to find carriers by; at least one of the two.
///
/// ```
/// use mycarrierpackets::resources::AssociatedQuery;
///
/// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
/// let query = AssociatedQuery::new().phone("555-555-0123").email("dispatch@carrier.example");
/// let found = client.carriers().associated(query).await?;
/// println!("{:?} carriers", found.associated_carriers_count);
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct AssociatedQuery {
    phone: Option<String>,
    email: Option<String>,
}

impl AssociatedQuery {
    /// An empty query.
    pub fn new() -> Self {
        Self::default()
    }

    /// Carriers that use this phone number, in any form the vendor knows, such as `555-555-0123`.
    pub fn phone(mut self, phone: impl Into<String>) -> Self {
        self.phone = Some(phone.into());
        self
    }

    /// Carriers that use this email address.
    pub fn email(mut self, email: impl Into<String>) -> Self {
        self.email = Some(email.into());
        self
    }
}

impl std::fmt::Debug for AssociatedQuery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AssociatedQuery").finish_non_exhaustive()
    }
}
