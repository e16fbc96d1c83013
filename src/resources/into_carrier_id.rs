//! Whatever names a carrier, as an argument.

use crate::types::{CarrierId, DocketNumber, DotNumber};
use crate::{Error, ErrorKind, Result};
use std::borrow::Cow;

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
