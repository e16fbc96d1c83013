//! Lists and objects, whatever stands in their place.

use super::super::number;
use serde::de::value::{Error as Quiet, MapAccessDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::any::type_name;
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

/// A type that the vendor sometimes writes as plain text in place of an object.
pub(crate) trait FromText {
    fn from_text(text: String) -> Self;
}

/// A list, or none: an array, `{"$values": […]}`, or one element without its array. Null elements are left out.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(List::<T, Plain>(PhantomData))
}

/// As [`list`], of elements that may be plain text.
pub(crate) fn list_or_text<'de, D, T>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + FromText,
{
    deserializer.deserialize_any(List::<T, OrText>(PhantomData))
}

/// An object, or none; an array of one element stands for the element.
pub(crate) fn object<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    deserializer.deserialize_any(Object(Element::<T, Plain>(PhantomData)))
}

/// As [`object`], of a type that may be plain text.
pub(crate) fn object_or_text<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + FromText,
{
    deserializer.deserialize_any(Object(Element::<T, OrText>(PhantomData)))
}

/// What a text in place of an element is.
trait Texts<T> {
    fn element<E: Error>(text: String) -> Result<Option<T>, E>;
}

struct Plain;

impl<'de, T: Deserialize<'de>> Texts<T> for Plain {
    fn element<E: Error>(text: String) -> Result<Option<T>, E> {
        quiet(StringDeserializer::new(text), "text")
    }
}

struct OrText;

impl<T: FromText> Texts<T> for OrText {
    fn element<E: Error>(text: String) -> Result<Option<T>, E> {
        Ok(Some(T::from_text(text)))
    }
}

// serde's own message would repeat the value.
fn quiet<'de, T, D, E>(deserializer: D, found: &str) -> Result<Option<T>, E>
where
    T: Deserialize<'de>,
    D: Deserializer<'de, Error = Quiet>,
    E: Error,
{
    T::deserialize(deserializer).map(Some).map_err(|_| E::custom(format_args!("found {found} of the wrong kind")))
}

/// The visits of numbers and booleans, which only a list or object of them takes.
macro_rules! values {
    ($self:ident, $element:ident => $finish:expr) => {
        values!($self, $element => $finish, visit_bool: bool, "true or false");
        values!($self, $element => $finish, visit_i64: i64, "a number");
        values!($self, $element => $finish, visit_u64: u64, "a number");
        values!($self, $element => $finish, visit_f64: f64, "a number");
    };
    ($self:ident, $element:ident => $finish:expr, $visit:ident: $type:ty, $found:literal) => {
        fn $visit<E: Error>($self, value: $type) -> Result<Self::Value, E> {
            let as_it_is = quiet(value.into_deserializer(), $found);
            // In a list of texts, a number is one.
            let $element = as_it_is.or_else(|wrong: E| {
                quiet::<_, _, E>(StringDeserializer::new(value.to_string()), $found).map_err(|_| wrong)
            })?;
            Ok($finish)
        }
    };
}

/// One element: null is none.
struct Element<T, W>(PhantomData<(T, W)>);

impl<'de, T: Deserialize<'de>, W: Texts<T>> DeserializeSeed<'de> for Element<T, W> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>, W: Texts<T>> Visitor<'de> for Element<T, W> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one object or value")
    }

    null_is_none!('de);
    values!(self, element => element);

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        self.visit_string(text.to_owned())
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        W::element(text)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Some)
    }
}

/// As [`Element`], at the end of a list: an object is several kilobytes, and each hand that it goes through copies them.
struct Push<'v, T, W> {
    elements: &'v mut Vec<T>,
    element: Element<T, W>,
}

impl<'de, T: Deserialize<'de>, W: Texts<T>> DeserializeSeed<'de> for Push<'_, T, W> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>, W: Texts<T>> Visitor<'de> for Push<'_, T, W> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.element.expecting(f)
    }

    null_is_none!('de);
    values!(self, element => self.elements.extend(element));

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.element.visit_str(text).map(|element| self.elements.extend(element))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.elements.push(T::deserialize(MapAccessDeserializer::new(map))?);
        Ok(())
    }
}

struct Object<T, W>(Element<T, W>);

impl<'de, T: Deserialize<'de>, W: Texts<T>> Visitor<'de> for Object<T, W> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one object")
    }

    null_is_none!('de);
    values!(self, element => element);

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        unless_absent(text, self.0.visit_str(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(element) = seq.next_element_seed(Element::<T, W>(PhantomData))? {
            if found.is_some() && element.is_some() {
                return Err(A::Error::custom("expected one object, found an array of several"));
            }
            found = found.or(element);
        }
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.0.visit_map(map)
    }
}

// "NA" is a text where texts may stand, and no value where only an object could.
fn unless_absent<T, E>(text: &str, element: Result<Option<T>, E>) -> Result<Option<T>, E> {
    match element {
        _ if text.trim().is_empty() => Ok(None),
        Err(_) if number::present(text).is_none() => Ok(None),
        element => element,
    }
}

struct List<T, W>(PhantomData<(T, W)>);

fn one<T>(element: Option<T>) -> Option<Vec<T>> {
    element.map(|element| vec![element])
}

impl<'de, T: Deserialize<'de>, W: Texts<T>> DeserializeSeed<'de> for List<T, W> {
    type Value = Option<Vec<T>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, T: Deserialize<'de>, W: Texts<T>> Visitor<'de> for List<T, W> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    null_is_none!('de);
    values!(self, element => one(element));

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        unless_absent(text, Element::<T, W>(PhantomData).visit_str(text)).map(one)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while seq.next_element_seed(Push { elements: &mut elements, element: Element::<T, W>(PhantomData) })?.is_some()
        {
        }
        Ok(Some(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let first = loop {
            match map.next_key::<String>()? {
                Some(key) if key == "$id" => drop(map.next_value::<IgnoredAny>()?),
                Some(key) if key == "$values" => {
                    let elements = map.next_value_seed(self)?;
                    while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                    return Ok(elements);
                }
                other => break other,
            }
        };
        let known = Cell::new(false);
        let element = Element::<T, W>(PhantomData).visit_map(Resumed { first, rest: map, known: &known })?;
        // An object of which nothing is known is no element: `[{}]` would be one more than there is.
        if known.get() { Ok(one(element)) } else { Err(A::Error::custom("expected an array, found another object")) }
    }
}

/// A map of which the first key has been read already.
struct Resumed<'k, A> {
    first: Option<String>,
    rest: A,
    /// Whether a value was read and not passed over.
    known: &'k Cell<bool>,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Resumed<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(key) => seed.deserialize(key.into_deserializer()).map(Some),
            None => self.rest.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        // serde reads a field that the type does not have as `IgnoredAny`. `TypeId` would say so too, but needs `'static`.
        if type_name::<V::Value>() != type_name::<IgnoredAny>() {
            self.known.set(true);
        }
        self.rest.next_value_seed(seed)
    }
}

#[cfg(test)]
mod tests;
