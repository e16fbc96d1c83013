//! The handles of a client: one a tag of the document, each method one operation.

use crate::raw::ResponseValue;
use crate::raw::types::{ApiError, CarrierKey};
use crate::types::{CarrierId, DocketNumber, DotNumber};
use crate::{Client, Error, ErrorKind, Operation, Page, Pager, Result, raw};
use futures::FutureExt as _;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::sync::Arc;

pub mod blocking;
pub mod carriers;
pub mod documents;
pub mod factoring;
pub mod invitations;
pub mod links;
pub mod monitoring;
pub mod packets;
pub mod token;
pub mod verification;

pub use blocking::Blocking;
pub use carriers::{AssociatedQuery, Carriers};
pub use documents::{Documents, Download, Saved};
pub use factoring::Factoring;
pub use invitations::{Arrival, Invitation, Invitations, Sent};
pub use links::Links;
pub use monitoring::Monitoring;
pub use packets::Packets;
pub use token::TokenStatus;
pub use verification::{UserVerification, Verification, VinVerification};

/// What names a carrier: a [`CarrierId`], its parts, or text such as `MC113843` that is read as one.
///
/// Text that names no carrier is refused before anything is sent, and so is the `None` of an answer without a number.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not name a carrier",
    label = "expected text such as \"MC113843\", a `u32`, `DotNumber`, `DocketNumber`, both as a pair, or a `CarrierId`",
    note = "each is taken by value or by reference, and in an `Option`, as numbers stand in an answer"
)]
pub trait IntoCarrierId {
    /// The carrier.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidInput`] for text that names none, and for `None`.
    fn into_carrier_id(self) -> Result<CarrierId>;
}

/// Each type by value and by reference.
macro_rules! into_carrier_id {
    ($($type:ty: |$value:pat_param| $read:expr;)+) => {$(
        impl IntoCarrierId for $type {
            fn into_carrier_id(self) -> Result<CarrierId> {
                (&self).into_carrier_id()
            }
        }

        impl IntoCarrierId for &$type {
            fn into_carrier_id(self) -> Result<CarrierId> {
                let $value = self;
                $read
            }
        }
    )+};
}

into_carrier_id! {
    CarrierId: |carrier| Ok(carrier.clone());
    String: |text| Ok(text.parse::<CarrierId>()?);
    &str: |text| Ok(text.parse::<CarrierId>()?);
    u32: |dot| Ok(CarrierId::dot(*dot)?);
    DotNumber: |dot| Ok((*dot).into());
    DocketNumber: |docket| Ok(docket.clone().into());
    (DotNumber, DocketNumber): |numbers| Ok(numbers.clone().into());
    (u32, &str): |(dot, docket)| Ok(CarrierId::new(*dot, docket)?);
    Cow<'_, str>: |text| Ok(text.parse::<CarrierId>()?);
    Box<str>: |text| Ok(text.parse::<CarrierId>()?);
    Option<CarrierId>: |carrier| some(carrier);
    Option<DotNumber>: |dot| some(dot);
    Option<DocketNumber>: |docket| some(docket);
    Option<String>: |text| some(text);
    Option<&str>: |text| some(text);
    Option<u32>: |dot| some(dot);
}

fn some<'a, T>(number: &'a Option<T>) -> Result<CarrierId>
where
    &'a T: IntoCarrierId,
{
    let nobody =
        || Error::new(ErrorKind::InvalidInput, "the carrier has no such number: expected one, or another number");
    number.as_ref().ok_or_else(nobody)?.into_carrier_id()
}

type Called<T> = std::result::Result<ResponseValue<T>, raw::Error<ApiError>>;

/// The value of an answer.
fn value<T: DeserializeOwned>(operation: Operation, called: Called<T>) -> Result<T> {
    called.map(ResponseValue::into_inner).map_err(|error| Error::from_raw::<T, _>(operation, error))
}

/// The carrier of an answer that is a list of it; `name` tells one carrier from another.
fn only<T>(operation: Operation, mut found: Vec<T>, name: impl Fn(&T) -> String) -> Result<T> {
    /// How many an error names.
    const NAMED: usize = 5;
    if found.len() > 1 {
        let names: Vec<_> = found.iter().take(NAMED).map(name).collect();
        let more = if found.len() > NAMED { ", …" } else { "" };
        let what = format!("the server found {} carriers: {}{more}", found.len(), names.join(", "));
        let advice = "Name one by DOT and docket number.";
        return Err(Error::new(ErrorKind::UnexpectedAnswer, what).with_advice(Some(advice)).at(operation));
    }
    found.pop().ok_or_else(|| Error::new(ErrorKind::NotFound, "the server found no such carrier").at(operation))
}

/// The numbers of a record, as a person would write them.
fn written(dot: Option<DotNumber>, docket: Option<&str>) -> String {
    let dot = dot.map(|dot| format!("DOT {dot}"));
    let docket = docket.map(crate::error::masked::presentable).filter(|docket| !docket.is_empty());
    let numbers: Vec<_> = dot.into_iter().chain(docket).collect();
    if numbers.is_empty() { "one without a number".to_owned() } else { numbers.join(" ") }
}

/// DOT and docket number, for the operations that take no other.
fn numbers(operation: Operation, carrier: &CarrierId) -> Result<(Option<DotNumber>, Option<&str>)> {
    if carrier.dot_number().is_none() && carrier.docket_number().is_none() {
        let what = "the operation finds a carrier by DOT or docket number only, not by an intrastate number";
        return Err(Error::new(ErrorKind::InvalidInput, what).at(operation));
    }
    Ok((carrier.dot_number(), carrier.docket_number().map(|docket| docket.as_str())))
}

/// The numbers of a carrier as a body: the sources disagree on query or body, so both are sent.
fn key(carrier: &CarrierId) -> CarrierKey {
    CarrierKey {
        dot_number: carrier.dot_number(),
        docket_number: carrier.docket_number().map(|docket| docket.as_str().to_owned()),
        intrastate_number: carrier.intrastate_number().map(str::to_owned),
    }
}

/// Refuses blank text and control characters, so that a slip does not become a call.
fn text<'a>(operation: Operation, what: &str, given: &'a str) -> Result<&'a str> {
    let trimmed = given.trim();
    if trimmed.is_empty() || trimmed.chars().any(char::is_control) {
        let what = format!("{what} is blank or holds a control character");
        return Err(Error::new(ErrorKind::InvalidInput, what).at(operation));
    }
    Ok(trimmed)
}

/// Refuses what no mail could be sent to. The address itself is not repeated in the error.
fn mail_address<'a>(operation: Operation, what: &str, given: &'a str) -> Result<&'a str> {
    let address = text(operation, what, given)?;
    let parts = address.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty());
    if parts.is_none() || address.contains([',', ';', ' ']) {
        let what = format!("{what} is not one mail address, such as dispatch@carrier.example");
        return Err(Error::new(ErrorKind::InvalidInput, what).at(operation));
    }
    Ok(address)
}

/// A pager whose pages `fetch` reads, given page number and page size.
fn pager<T, F, R>(client: &Client, fetch: F) -> Pager<T>
where
    F: Fn(Client, u32, i32, Option<i32>) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Page<T>>> + Send + 'static,
{
    let client = client.clone();
    let wire = |n: u32| i32::try_from(n).unwrap_or(i32::MAX);
    Pager::new(Arc::new(move |number, size| fetch(client.clone(), number, wire(number), size.map(wire)).boxed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    // The borrow is what is tested.
    #[allow(clippy::needless_borrows_for_generic_args)]
    fn whatever_a_user_holds_names_the_carrier() {
        fn dot(carrier: impl IntoCarrierId) -> Option<u32> {
            carrier.into_carrier_id().ok().and_then(|carrier| carrier.dot_number()).map(DotNumber::get)
        }
        let number = DotNumber::new(23868).unwrap();
        let docket: DocketNumber = "MC113843".parse().unwrap();
        let (text, both) = ("DOT 23868".to_owned(), (number, docket.clone()));
        let found = [
            dot(23868),
            dot(&23868),
            dot("23868"),
            dot(&text),
            dot(text.clone()),
            dot(number),
            dot(&number),
            dot(Some(number)),
            dot(&Some(number)),
            dot(&both),
            dot(both.clone()),
            dot(&CarrierId::from(number)),
            dot((23868, "MC113843")),
            dot(Cow::from("USDOT23868")),
            dot(Box::<str>::from("23868")),
            dot(Some("23868")),
            dot(&Some(text.clone())),
            dot(Some(CarrierId::from(number))),
            dot(Some(23868)),
        ];
        assert_eq!(found, [Some(23868); 19]);
        assert_eq!((&docket).into_carrier_id().unwrap(), CarrierId::from(docket));
        let none = [None::<DotNumber>.into_carrier_id(), None::<&str>.into_carrier_id(), Some("").into_carrier_id()];
        for nobody in none.into_iter().chain(["".into_carrier_id(), 0.into_carrier_id()]) {
            assert!(nobody.unwrap_err().is_invalid_input());
        }
    }
}
