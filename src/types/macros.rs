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

/// An enum of words that may grow: a word that is not known is kept as it came.
macro_rules! open_words {
    ($(#[$meta:meta])* $type:ident: $schema:literal { $($(#[$doc:meta])* $name:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$doc])* $name,)+
            /// A word that this version does not know, exactly as it came.
            Other(String),
        }

        impl $type {
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
                $(if crate::types::rating::same_word(word, $word) {
                    return Some(Self::$name);
                })+
                None
            }
        }

        impl From<&str> for $type {
            fn from(word: &str) -> Self {
                Self::known(word).unwrap_or_else(|| Self::Other(word.to_owned()))
            }
        }

        impl From<String> for $type {
            fn from(word: String) -> Self {
                Self::known(&word).unwrap_or(Self::Other(word))
            }
        }

        impl std::str::FromStr for $type {
            type Err = std::convert::Infallible;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Ok(Self::from(word))
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

        impl crate::types::lenient::Scalar for $type {
            const EXPECTED: &'static str = "text";

            fn from_text(text: &str) -> Result<Option<Self>, crate::types::lenient::Unfit> {
                Ok(Some(Self::from(text)))
            }
        }

        serde_as_text!($type);
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
                crate::types::lenient::required(deserializer).map(Self::from_code)
            }
        }

        plain_schema!($type, "integer", $schema);
    };
}
