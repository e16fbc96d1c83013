//! Verification of a carrier's people and vehicles. Each call sends a message, so none is repeated that may have
//! been carried out.

use super::call::{email_address, numbers, text, value};
use super::into_carrier_id::IntoCarrierId;
use super::invitations::Sent;
use crate::raw::types::{VinVerificationBody, VinVerificationSent};
use crate::types::CarrierId;
use crate::{Operation, Result, raw};
use std::borrow::Borrow;

/// The one way of delivery that the vendor still has: a text message.
const BY_TEXT: i32 = 2;

/// Calls that ask for a verification. See [`Client::verification`](crate::Client::verification).
///
/// ```
/// use mycarrierpackets::resources::{UserVerification, VinVerification};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// let person = UserVerification::new("MC113843", "ada@carrier.example").user("brenda");
/// let sent = client.verification().user(person).await?;
/// println!("{}", sent.message().unwrap_or("sent"));
///
/// let vehicle = VinVerification::new("MC113843", "312-555-0142").user("brenda");
/// let sent = client.verification().vin(vehicle).await?;
/// println!("request {:?}", sent.vin_verification_request_id);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Verification<'a> {
    raw: &'a raw::Client,
}

impl<'a> Verification<'a> {
    pub(crate) fn new(raw: &'a raw::Client) -> Self {
        Self { raw }
    }

    /// Emails a person of a carrier the request to verify who they are.
    ///
    /// # Errors
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for what names no carrier or is not an email address, and
    /// those of every call. Where [`Error::may_have_acted`](crate::Error::may_have_acted) is true the email may have
    /// gone out.
    pub async fn user(self, request: impl Borrow<UserVerification>) -> Result<Sent> {
        const OP: Operation = Operation::RequestUserVerification;
        let request = request.borrow();
        let email = email_address(OP, "the person's email address", &request.email)?;
        let (dot, docket) = numbers(OP, request.carrier.as_ref().map_err(|error| error.clone().at(OP))?)?;
        let user = request.user.as_deref().map(|user| text(OP, "the user name", user)).transpose()?;
        let called = self.raw.request_user_verification(docket, dot.as_ref(), user, email).await;
        value(OP, called).map(Sent::from)
    }

    /// Sends a driver a text message that asks for a photo of the vehicle's VIN.
    ///
    /// The answer holds the number of the request, by which [`Carriers::vins`](super::Carriers::vins) and the
    /// webhook tell how it went.
    ///
    /// # Errors
    /// As [`user`](Self::user), for what is not a phone number.
    pub async fn vin(self, request: impl Borrow<VinVerification>) -> Result<VinVerificationSent> {
        const OP: Operation = Operation::RequestVinVerification;
        let request = request.borrow();
        let phone = text(OP, "the phone number", &request.phone)?;
        if phone.chars().filter(char::is_ascii_digit).count() < 7 {
            let what = "the phone number has fewer than 7 digits";
            return Err(crate::Error::new(crate::ErrorKind::InvalidInput, what).at(OP));
        }
        let (dot, docket) = numbers(OP, request.carrier.as_ref().map_err(|error| error.clone().at(OP))?)?;
        let user = request.user.as_deref().map(|user| text(OP, "the user name", user)).transpose()?;
        let body = VinVerificationBody {
            delivery_option: Some(BY_TEXT),
            vin_verification_phone_number: Some(phone.to_owned()),
            vin_verification_email: None,
            dot_number: dot,
            docket_number: docket.map(str::to_owned),
            user_name: user.map(str::to_owned),
            output_vin_verification_request_id: Some(true),
        };
        let raw = self.raw;
        let called =
            raw.request_vin_verification(BY_TEXT, docket, dot.as_ref(), Some(true), user, None, Some(phone), &body);
        value(OP, called.await)
    }
}

/// A request to verify a person of a carrier.
///
/// ```
/// use mycarrierpackets::resources::UserVerification;
///
/// let request = UserVerification::new("MC113843", "ada@carrier.example").user("brenda");
/// ```
#[derive(Clone)]
#[must_use = "pass it to `Verification::user`"]
pub struct UserVerification {
    /// What names no carrier is refused when the request is sent.
    carrier: Result<CarrierId>,
    email: String,
    user: Option<String>,
}

impl UserVerification {
    /// Verifies the person of `carrier` whose email address is `email`.
    pub fn new(carrier: impl IntoCarrierId, email: impl Into<String>) -> Self {
        Self { carrier: carrier.into_carrier_id(), email: email.into(), user: None }
    }

    /// Your MyCarrierPackets user whom the request is counted for.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }
}

impl std::fmt::Debug for UserVerification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserVerification").field("carrier", &self.carrier.as_ref().ok()).finish_non_exhaustive()
    }
}

/// A request to verify a vehicle of a carrier.
///
/// ```
/// use mycarrierpackets::resources::VinVerification;
///
/// let request = VinVerification::new("MC113843", "312-555-0142").user("brenda");
/// ```
#[derive(Clone)]
#[must_use = "pass it to `Verification::vin`"]
pub struct VinVerification {
    /// What names no carrier is refused when the request is sent.
    carrier: Result<CarrierId>,
    phone: String,
    user: Option<String>,
}

impl VinVerification {
    /// Asks whoever holds `phone` for a photo of a VIN of `carrier`.
    pub fn new(carrier: impl IntoCarrierId, phone: impl Into<String>) -> Self {
        Self { carrier: carrier.into_carrier_id(), phone: phone.into(), user: None }
    }

    /// Your MyCarrierPackets user whom the request is counted for.
    pub fn user(mut self, user: impl Into<String>) -> Self {
        self.user = Some(user.into());
        self
    }
}

impl std::fmt::Debug for VinVerification {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VinVerification").field("carrier", &self.carrier.as_ref().ok()).finish_non_exhaustive()
    }
}
