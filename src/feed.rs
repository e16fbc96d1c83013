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
//!
//! ```
//! use mycarrierpackets::feed::{CarrierChanges, Cursor};
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
//! # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
//! # let client = mycarrierpackets::Client::builder().environment(environment);
//! # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
//! # client.check_token().await?;
//! # let day = mycarrierpackets::jiff::SignedDuration::from_hours(24);
//! // A first run begins where you say; a later one with the cursor that was kept.
//! let mut feed = client.feed(CarrierChanges, Cursor::starting_at(client.server_time() - day));
//! let batch = feed.poll().await?;
//! for row in &batch.new {
//!     println!("{:?} changed: {:?}", row.record.change_date_time, row.record.change_categories);
//! }
//! for row in &batch.rejected {
//!     eprintln!("not understood, keep it: {}", row.error);
//! }
//! assert!(batch.new.iter().all(|row| batch.cursor.has_seen(&row.id)));
//! let kept = serde_json::to_string(&batch.cursor)?;
//! feed.accept(batch);
//! # let cursor: Cursor = serde_json::from_str(&kept)?;
//! # assert_eq!(&cursor, feed.cursor());
//! # Ok(()) }
//! ```
//!
//! A poller that is to wait out the vendor's interval even after a crash keeps the cursor before it asks, too:
//!
//! ```
//! use mycarrierpackets::feed::{CarrierChanges, Cursor, Pace};
//! use mycarrierpackets::jiff::SignedDuration;
//!
//! # async fn f(client: mycarrierpackets::Client, cursor: Cursor, keep: impl Fn(&Cursor)) -> mycarrierpackets::Result<()> {
//! let pace = Pace::every(SignedDuration::from_mins(10));
//! let mut feed = client.feed(CarrierChanges, cursor).pace(pace).max_rows(20_000);
//! println!("the next poll is due at {:?}", feed.due_at());
//! feed.wait().await;
//! keep(feed.claim());
//! let batch = feed.poll().await?;
//! keep(&batch.cursor);
//! feed.accept(batch);
//! # Ok(()) }
//! ```
//!
//! An engine with a database of its own keeps the ids there, and plans with the pure parts alone:
//!
//! ```
//! use mycarrierpackets::Window;
//! use mycarrierpackets::feed::{CompletedPackets, Pace, Position, Source};
//!
//! # async fn f(client: mycarrierpackets::Client, known: impl Fn(&str) -> bool) -> mycarrierpackets::Result<()> {
//! let (pace, now) = (Pace::default(), client.server_time());
//! let position = Position::starting_at(now - pace.longest_lookback());
//! assert_eq!(position.not_after(now).due_at(&pace), None);
//! assert_eq!(position.attempted(now).attempted_at(), Some(now));
//! if let Some(poll) = position.poll(now, &pace) {
//!     assert!(poll.then.read_until() > position.read_until());
//!     let mut rows = CompletedPackets.rows(client.raw(), poll.window);
//!     while let Some(row) = rows.read_next().await? {
//!         if !known(CompletedPackets.row_id(&row).as_str()) {
//!             println!("{:?} at {:?}", CompletedPackets.carrier(&row.record), CompletedPackets.happened_at(&row.record));
//!         }
//!     }
//! }
//! println!("from {}", CompletedPackets.operation().id());
//! # Ok(()) }
//! ```

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
