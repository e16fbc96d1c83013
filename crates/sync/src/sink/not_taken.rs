//! Why a sink did not take an event.

use crate::store::{self, ErrorKind};
use std::fmt;
use std::time::Duration;

/// Why a sink did not take an event, which says what becomes of it.
///
/// ```
/// use mycarrierpackets_sync::sink::NotTaken;
///
/// let refused = NotTaken::refused("no such carrier in the TMS");
/// assert_eq!(refused.to_string(), "refused: no such carrier in the TMS");
/// let down = NotTaken::down("the TMS is being updated");
/// assert_eq!(down.to_string(), "the TMS is being updated");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotTaken {
    /// The sink works, and does not take this event. It is tried again with growing pauses while the later events of its
    /// carrier wait and those of other carriers go on, and is parked after ten tries.
    Refused(String),
    /// The sink takes nothing now: it cannot be reached, or its disk is full. All its events wait, and none is parked,
    /// however long that takes.
    Down {
        /// What is wrong.
        why: String,
        /// The sink asked for this time, if it did.
        retry_after: Option<Duration>,
    },
    /// Nobody reads any more, and that is how it should end: the other end of a pipe was closed. All events wait.
    Closed,
}

impl NotTaken {
    /// The sink works, and does not take this event.
    pub fn refused(why: impl Into<String>) -> Self {
        Self::Refused(why.into())
    }

    /// The sink takes nothing now.
    pub fn down(why: impl Into<String>) -> Self {
        Self::Down { why: why.into(), retry_after: None }
    }
}

impl fmt::Display for NotTaken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(why) => write!(f, "refused: {why}"),
            Self::Down { why, .. } => f.write_str(why),
            Self::Closed => f.write_str("nobody reads any more"),
        }
    }
}

impl std::error::Error for NotTaken {}

/// For handlers that write to the store's database: what its tables do not allow is a refusal, and anything else is wrong
/// with the database.
impl From<store::Error> for NotTaken {
    fn from(error: store::Error) -> Self {
        match error.kind() {
            ErrorKind::Constraint | ErrorKind::Statement | ErrorKind::Value | ErrorKind::Over => {
                Self::refused(error.message())
            }
            _ => Self::down(error.message()),
        }
    }
}
