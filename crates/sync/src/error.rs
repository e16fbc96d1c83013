//! The one error of the engine.

use crate::store;
use crate::vault::VaultError;
use std::fmt;

/// Why something was not done.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The store refused or failed.
    Store(store::Error),
    /// A call to the vendor failed.
    Vendor(mycarrierpackets::Error),
    /// A sink cannot be opened.
    Sink(String),
    /// The folder or the object store of the documents cannot be used, or what it holds is not what was stored.
    Documents(String),
    /// What the store says of how far a feed was read cannot be understood. Nothing is read before somebody looks at it:
    /// to begin anew would lose what happened since.
    Position(String),
    /// A customer's credentials cannot be had: they are missing, or the master key is another one.
    Secret(VaultError),
    /// What was asked for cannot be: two numbers of two carriers, or a moment that has not come.
    Usage(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Vendor(error) => error.fmt(f),
            Self::Secret(error) => error.fmt(f),
            Self::Sink(what) | Self::Documents(what) | Self::Position(what) | Self::Usage(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store(error) => error.source(),
            Self::Vendor(error) => error.source(),
            Self::Secret(_) | Self::Sink(_) | Self::Documents(_) | Self::Position(_) | Self::Usage(_) => None,
        }
    }
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Self {
        Self::Store(error)
    }
}

impl From<mycarrierpackets::Error> for Error {
    fn from(error: mycarrierpackets::Error) -> Self {
        Self::Vendor(error)
    }
}

impl From<VaultError> for Error {
    fn from(error: VaultError) -> Self {
        Self::Secret(error)
    }
}
