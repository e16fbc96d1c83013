//! What the types here repeat: serde as text, schemas, open enums.

/// `Serialize` as the text of `Display`, `Deserialize` through `lenient::required`.
macro_rules! serde_as_text {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::types::lenient::required(deserializer)
            }
        }
    };
}

/// `TryFrom` text, as `FromStr` reads it.
macro_rules! try_from_text {
    ($type:ty) => {
        impl TryFrom<&str> for $type {
            type Error = crate::types::ParseError;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl TryFrom<String> for $type {
            type Error = crate::types::ParseError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }
    };
}

/// A schema that is a plain type with a description.
macro_rules! plain_schema {
    ($type:ident, $json_type:tt, $description:literal) => {
        #[cfg(feature = "schemars")]
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn schema_id() -> std::borrow::Cow<'static, str> {
                concat!("mycarrierpackets::types::", stringify!($type)).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": $json_type, "description": $description })
            }
        }
    };
}

/// `Scalar` as text, whatever kind of value it comes as.
macro_rules! scalar_as_text {
    ($type:ty) => {
        impl crate::types::lenient::Scalar for $type {
            const EXPECTED: &'static str = "text";

            #[inline]
            fn from_text(text: &str) -> Result<Option<Self>, crate::types::lenient::Unfit> {
                Ok(Some(Self::from(text)))
            }

            fn from_owned(text: String) -> Result<Option<Self>, crate::types::lenient::Unfit> {
                Ok(Some(Self::from(text)))
            }

            fn from_integer(value: i64) -> Result<Option<Self>, crate::types::lenient::Unfit> {
                Ok(Some(Self::from(value.to_string())))
            }

            fn from_unsigned(value: u64) -> Result<Option<Self>, crate::types::lenient::Unfit> {
                Ok(Some(Self::from(value.to_string())))
            }

            fn from_float(value: f64) -> Result<Option<Self>, crate::types::lenient::Unfit> {
                let text = <String as crate::types::lenient::Scalar>::from_float(value)?;
                Ok(text.map(Self::from))
            }

            fn from_bool(value: bool) -> Result<Option<Self>, crate::types::lenient::Unfit> {
                Ok(Some(Self::from(value.to_string())))
            }
        }
    };
}

/// What a type that is read from any text has in common with a text.
macro_rules! like_text {
    ($type:ty) => {
        impl std::str::FromStr for $type {
            type Err = std::convert::Infallible;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(text))
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        scalar_as_text!($type);
        serde_as_text!($type);
    };
}

/// A text of the vendor's that stands for a value: the text is kept, and read on request.
macro_rules! value_text {
    ($(#[$meta:meta])* $type:ident: $schema:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, Default)]
        pub struct $type(compact_str::CompactString);

        impl $type {
            /// The text as it came.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::ops::Deref for $type {
            type Target = str;

            fn deref(&self) -> &str {
                self.as_str()
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($type)).field(&self.as_str()).finish()
            }
        }

        impl From<&str> for $type {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $type {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        like_text!($type);
        plain_schema!($type, "string", $schema);
    };
}

/// An enum of words that may grow: a word that is not known is kept as it came.
macro_rules! open_words {
    ($(#[$meta:meta])* $type:ident: $schema:literal { $($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$doc])* $name,)+
            /// A word that this version does not know, exactly as it came. Make one with `From`, which finds the known
            /// words first.
            Other(Box<str>),
        }

        impl $type {
            /// The known words.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),+];

            /// The word as the vendor writes it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $word,)+
                    Self::Other(word) => word,
                }
            }

            /// Whether this version knows the word.
            pub fn is_known(&self) -> bool {
                !matches!(self, Self::Other(_))
            }

            fn known(word: &str) -> Option<Self> {
                let known = |same: fn(&str, &str) -> bool| Self::KNOWN.iter().find(|known| same(word, known.as_str()));
                // Nearly all are written as known, and a comparison of bytes is quick.
                known(|word, known| word == known).or_else(|| known(crate::types::vocabulary::same_word)).cloned()
            }
        }

        impl From<&str> for $type {
            fn from(word: &str) -> Self {
                Self::known(word).unwrap_or_else(|| Self::Other(word.into()))
            }
        }

        impl From<String> for $type {
            fn from(word: String) -> Self {
                Self::known(&word).unwrap_or_else(|| Self::Other(word.into()))
            }
        }

        like_text!($type);
        plain_schema!($type, "string", $schema);
    };
}

/// An enum of codes that may grow: a code that is not known is kept.
macro_rules! open_codes {
    ($(#[$meta:meta])* $type:ident: $schema:literal { $($(#[$doc:meta])* $name:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$doc])* $name,)+
            /// A code that this version does not know.
            Other(i32),
        }

        impl $type {
            /// The known codes.
            pub const KNOWN: &'static [Self] = &[$(Self::$name),+];

            /// What the vendor's `code` means.
            pub const fn from_code(code: i32) -> Self {
                match code {
                    $($code => Self::$name,)+
                    other => Self::Other(other),
                }
            }

            /// The vendor's code.
            pub const fn code(self) -> i32 {
                match self {
                    $(Self::$name => $code,)+
                    Self::Other(code) => code,
                }
            }

            /// Whether this version knows the code.
            pub const fn is_known(self) -> bool {
                !matches!(self, Self::Other(_))
            }
        }

        impl From<i32> for $type {
            fn from(code: i32) -> Self {
                Self::from_code(code)
            }
        }

        impl std::str::FromStr for $type {
            type Err = crate::types::ParseError;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                let unfit = || crate::types::ParseError::unseen("a code", "a whole number");
                code.trim().parse().map(Self::from_code).map_err(|_| unfit())
            }
        }

        impl crate::types::lenient::Scalar for $type {
            const EXPECTED: &'static str = <i32 as crate::types::lenient::Scalar>::EXPECTED;

            fn from_text(text: &str) -> Result<Option<Self>, crate::types::lenient::Unfit> {
                let code = <i32 as crate::types::lenient::Scalar>::from_text(text)?;
                Ok(code.map(Self::from_code))
            }

            fn from_integer(value: i64) -> Result<Option<Self>, crate::types::lenient::Unfit> {
                let code = <i32 as crate::types::lenient::Scalar>::from_integer(value)?;
                Ok(code.map(Self::from_code))
            }
        }

        impl From<$type> for i32 {
            fn from(value: $type) -> Self {
                value.code()
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $(Self::$name => f.pad(stringify!($name)),)+
                    Self::Other(code) => write!(f, "code {code}"),
                }
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_i32(self.code())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                crate::types::lenient::required(deserializer)
            }
        }

        plain_schema!($type, "integer", $schema);
    };
}
