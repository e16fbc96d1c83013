//! Why a turn did not come to its end, and whether the next may.

use super::place::failure;
use crate::failure::Failure;
use mycarrierpackets_sync::Error;
use mycarrierpackets_sync::store::{self, ErrorKind};

/// Why a turn did not come to its end.
pub enum Cut {
    /// Another worker took over, or the store is away for a while: the next turn may come further.
    Passing(Error),
    /// It is to stop, by a signal whose exit code this is.
    Stopped(u8),
    /// Nothing gets better by itself.
    Failed(Failure),
}

impl From<Error> for Cut {
    fn from(error: Error) -> Self {
        if passes(&error) { Self::Passing(error) } else { Self::Failed(failure(error)) }
    }
}

impl From<store::Error> for Cut {
    fn from(error: store::Error) -> Self {
        Error::from(error).into()
    }
}

impl From<Failure> for Cut {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Whether the next turn may come further. A database that is restarted refuses logins, is a standby for a while, or has
/// its disk made larger.
pub fn passes(error: &Error) -> bool {
    let Error::Store(error) = error else { return false };
    matches!(
        error.kind(),
        ErrorKind::Unreachable
            | ErrorKind::Conflict
            | ErrorKind::Unknown
            | ErrorKind::Locked
            | ErrorKind::Lost
            | ErrorKind::Full
            | ErrorKind::ReadOnly
    )
}

/// Whether another worker took over: of one customer, and no trouble of the store's.
pub fn is_lost(error: &Error) -> bool {
    matches!(error, Error::Store(error) if error.kind() == ErrorKind::Lost)
}
