//! Faults that a test plants in order to see that the simulation finds them. There are none without the feature `proof`.

use jiff::{SignedDuration, Timestamp};
use mycarrierpackets::Window;
use mycarrierpackets::feed::Position;
use std::cell::Cell;

/// A mistake that loses events, or makes too many of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The second in which the last window ended is taken to be over.
    ExclusiveEdge,
    /// The next window begins at the newest row, not at the end of the last window.
    CursorFromRow,
    /// A row is another row once it says something else.
    ContentAsIdentity,
    /// The cursor moves before the rows are kept.
    CursorBeforeRows,
    /// A worker that lost its lease goes on writing.
    NoFence,
    /// A feed is due again at once.
    NoInterval,
    /// A list that moved while it was read counts as read.
    MovedCounts,
    /// What SQLite commits is never flushed to the disk.
    NoFlush,
    /// What SQLite commits is flushed to the disk some time later.
    LateFlush,
}

/// Those that show in the events.
pub const FAULTS: [Fault; 6] = [
    Fault::ExclusiveEdge,
    Fault::CursorFromRow,
    Fault::ContentAsIdentity,
    Fault::CursorBeforeRows,
    Fault::NoFence,
    Fault::NoInterval,
];

thread_local! {
    static PLANTED: Cell<Option<Fault>> = const { Cell::new(None) };
    static NEWEST: Cell<Option<i64>> = const { Cell::new(None) };
}

/// What runs on this thread has the fault from now on.
pub fn plant(fault: Option<Fault>) {
    PLANTED.set(fault);
}

/// Whether the fault is planted.
pub(crate) fn is(fault: Fault) -> bool {
    cfg!(feature = "proof") && PLANTED.get() == Some(fault)
}

/// How SQLite flushes, if not as it is shipped.
pub(crate) fn synchronous() -> Option<&'static str> {
    if is(Fault::NoFlush) {
        Some("OFF")
    } else if is(Fault::LateFlush) {
        Some("NORMAL")
    } else {
        None
    }
}

/// The window to read.
pub(crate) fn window(window: Window) -> Window {
    if !is(Fault::ExclusiveEdge) {
        return window;
    }
    let start = window.start().saturating_add(SignedDuration::from_secs(1)).unwrap_or(window.start());
    Window::new(start, window.end()).unwrap_or(window)
}

/// Notes when the rows of a page happened.
pub(crate) fn saw(times: impl Iterator<Item = i64>) {
    if is(Fault::CursorFromRow) {
        NEWEST.set(times.max().max(NEWEST.get()));
    }
}

/// The position to keep, as JSON: `then`, after `before`.
pub(crate) fn position(then: &Position, before: &Position) -> String {
    let mut kept = serde_json::to_value(then).unwrap_or_default();
    if is(Fault::CursorFromRow) {
        let newest = NEWEST.take().and_then(|at| Timestamp::from_microsecond(at).ok());
        kept["readUntil"] = newest.unwrap_or(before.read_until()).to_string().into();
    }
    kept.to_string()
}
