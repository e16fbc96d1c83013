//! Reads JSON as the vendor writes it: text for a number, null for a list, one object for a list of it.
//!
//! build.rs points every optional field of the generated types at one of these functions. They look at what is there
//! and decode it in place: a page of thousands of records costs no intermediate tree. A refused value is not repeated
//! in the error, because it may be somebody's tax or bank number.

use super::number;
use serde::Deserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// The visits of a visitor for which null means none.
macro_rules! null_is_none {
    ($de:lifetime) => {
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(Default::default())
        }

        fn visit_none<E: Error>(self) -> Result<Self::Value, E> {
            Ok(Default::default())
        }

        fn visit_some<D: Deserializer<$de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_any(self)
        }
    };
}

mod nested;
mod scalars;

pub(crate) use nested::{FromText, list, list_or_text, object, object_or_text};

/// The value is there but it is not of this kind.
#[derive(Debug, PartialEq)]
pub(crate) struct Unfit;

/// A type read from one number, yes/no or text. `Ok(None)` is a way to say "no value".
pub(crate) trait Scalar: Sized {
    /// Completes "expected …".
    const EXPECTED: &'static str;

    fn from_text(text: &str) -> Result<Option<Self>, Unfit>;

    fn from_owned(text: String) -> Result<Option<Self>, Unfit> {
        Self::from_text(&text)
    }

    fn from_integer(_: i64) -> Result<Option<Self>, Unfit> {
        Err(Unfit)
    }

    fn from_unsigned(value: u64) -> Result<Option<Self>, Unfit> {
        i64::try_from(value).map_err(|_| Unfit).and_then(Self::from_integer)
    }

    fn from_float(value: f64) -> Result<Option<Self>, Unfit> {
        number::whole(value).ok_or(Unfit).and_then(Self::from_integer)
    }

    fn from_bool(_: bool) -> Result<Option<Self>, Unfit> {
        Err(Unfit)
    }
}

/// A scalar, or none.
#[inline]
pub(crate) fn scalar<'de, D: Deserializer<'de>, T: Scalar>(deserializer: D) -> Result<Option<T>, D::Error> {
    deserializer.deserialize_any(ScalarVisitor(PhantomData))
}

/// A scalar that must be there.
pub(crate) fn required<'de, D: Deserializer<'de>, T: Scalar>(deserializer: D) -> Result<T, D::Error> {
    scalar(deserializer)?.ok_or_else(|| D::Error::custom(format_args!("expected {}, found no value", T::EXPECTED)))
}

struct ScalarVisitor<T>(PhantomData<T>);

#[inline]
fn fit<T: Scalar, E: Error>(read: Result<Option<T>, Unfit>, found: &str) -> Result<Option<T>, E> {
    read.map_err(|Unfit| unfit(T::EXPECTED, found))
}

// Apart from `fit`, so that what every value passes through stays small.
#[cold]
fn unfit<E: Error>(expected: &str, found: &str) -> E {
    E::custom(format_args!("expected {expected}, found {found}"))
}

impl<'de, T: Scalar> Visitor<'de> for ScalarVisitor<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    null_is_none!('de);

    #[inline]
    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        fit(T::from_bool(value), "true or false")
    }

    #[inline]
    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        fit(T::from_integer(value), "another number")
    }

    #[inline]
    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        fit(T::from_unsigned(value), "another number")
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        fit(T::from_float(value), "another number")
    }

    #[inline]
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        fit(T::from_text(text), "text that is none")
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        fit(T::from_owned(text), "text that is none")
    }

    // With serde_json's feature `arbitrary_precision`, which any crate in the build can switch on, a number is a map.
    // Out of line for the sake of the common case.
    #[cold]
    #[inline(never)]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        match map.next_key::<String>()?.as_deref() {
            Some("$serde_json::private::Number") => {
                let text: String = map.next_value()?;
                let as_float = |Unfit| number::decimal(&text).ok_or(Unfit).and_then(T::from_float);
                fit(T::from_text(&text).or_else(as_float), "another number")
            }
            _ => Err(A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}
