//! Feeds: what happened at the vendor, each thing once, across restarts and errors.
//!
//! The vendor's feeds answer what happened in a window of time. A loop that asks for "since the last time" loses rows: they
//! become visible late, stand at an edge, or come while the poller is down. [`Feed`] asks for windows that overlap, drops
//! what came before, and offers a [`Cursor`] to be kept beside what was made of the rows. Nothing is written to disk here:
//! whoever keeps the cursor and the rows in one transaction has each row exactly once, and whoever keeps the cursor after
//! the rows has each at least once.
//!
//! What the overlap rests on can be used by itself: [`Position`] and [`Pace`] say which window is next, [`Source`] which
//! row is the same as another.

mod cursor;
mod reader;
mod row_id;
mod schedule;
mod source;

pub use cursor::Cursor;
pub use reader::{Batch, Feed, NewRow, RejectedRow};
pub use row_id::RowId;
pub use schedule::{Pace, Poll, Position};
pub use source::{CarrierChanges, CompletedPackets, FactoringUpdates, Source};
