//! A feed, read again and again.

use super::cursor::Cursor;
use super::row_id::RowId;
use super::schedule::{Pace, Poll};
use super::source::Source;
use crate::window::Window;
use crate::{Error, ErrorKind, Result, raw};
use futures::StreamExt as _;
use jiff::Timestamp;
use std::time::Duration;

/// A feed that is polled, with what came before left out. See [`Client::feed`](crate::Client::feed).
///
/// ```
/// use mycarrierpackets::feed::{CarrierChanges, Cursor};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// # client.check_token().await?;
/// # let day = mycarrierpackets::jiff::SignedDuration::from_hours(24);
/// // A first run begins where you say; a later one with the cursor that was kept.
/// let mut feed = client.feed(CarrierChanges, Cursor::starting_at(client.server_time() - day));
/// let batch = feed.poll().await?;
/// for row in &batch.new {
///     println!("{:?} changed: {:?}", row.record.change_date_time, row.record.change_categories);
/// }
/// for row in &batch.rejected {
///     eprintln!("not understood, keep it: {}", row.error);
/// }
/// assert!(batch.new.iter().all(|row| batch.cursor.has_seen(&row.id)));
/// let kept = serde_json::to_string(&batch.cursor)?;
/// feed.accept(batch);
/// assert_eq!(&serde_json::from_str::<Cursor>(&kept)?, feed.cursor());
/// # Ok(()) }
/// ```
///
/// A poller that is to wait out the vendor's interval even after a crash keeps the cursor before it asks, too:
///
/// ```
/// use mycarrierpackets::feed::{CarrierChanges, Cursor, Pace};
/// use mycarrierpackets::jiff::SignedDuration;
///
/// # async fn f(client: mycarrierpackets::Client, cursor: Cursor, keep: impl Fn(&Cursor)) -> mycarrierpackets::Result<()> {
/// let pace = Pace::every(SignedDuration::from_mins(10));
/// let mut feed = client.feed(CarrierChanges, cursor).pace(pace).max_rows(20_000);
/// println!("the next poll is due at {:?}", feed.due_at());
/// feed.wait().await;
/// keep(feed.claim());
/// let batch = feed.poll().await?;
/// keep(&batch.cursor);
/// feed.accept(batch);
/// # Ok(()) }
/// ```
pub struct Feed<S> {
    raw: raw::Client,
    source: S,
    pace: Pace,
    cursor: Cursor,
    most: usize,
}

/// What a poll found. Nothing of it is settled before [`Feed::accept`]: without it the next poll finds the same again.
#[derive(Debug)]
#[non_exhaustive]
pub struct Batch<T> {
    /// The rows that did not come before, in the order in which they came.
    pub new: Vec<NewRow<T>>,
    /// The rows that could not be understood and did not come before. The cursor moves past them too: keep them, and tell
    /// somebody.
    pub rejected: Vec<RejectedRow>,
    /// Rows that came before, or twice.
    pub repeated: usize,
    /// What was asked for.
    pub window: Window,
    /// Time that the feed does not reach back to any more. What happened then is not in any batch: read the monitored
    /// carriers afresh.
    pub gap: Option<Window>,
    /// The list moved while it was read, so rows may be missing: the next poll asks for the same time again.
    pub moved: bool,
    /// The cursor to keep once the rows are.
    pub cursor: Cursor,
}

/// A row that did not come before.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewRow<T> {
    /// What distinguishes it.
    pub id: RowId,
    /// The row.
    pub record: T,
    /// Its JSON, with the fields that the type does not know.
    pub json: bytes::Bytes,
}

/// A row that could not be understood.
#[derive(Debug)]
#[non_exhaustive]
pub struct RejectedRow {
    /// What distinguishes it: its content.
    pub id: RowId,
    /// Why; [`Error::body`] is the row.
    pub error: Error,
}

impl<S: Source> Feed<S> {
    pub(crate) fn new(raw: &raw::Client, source: S, cursor: Cursor) -> Self {
        Self { raw: raw.clone(), source, pace: Pace::default(), cursor, most: 100_000 }
    }

    /// How often and how far back. See [`Pace`] for the defaults.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Rows that a poll may hold in memory. Default 100,000.
    pub fn max_rows(mut self, most: usize) -> Self {
        self.most = most;
        self
    }

    /// How far it was read.
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// When the next poll may be sent, by the server's clock: at once if `None`.
    pub fn due_at(&self) -> Option<Timestamp> {
        let now = self.raw.funnel().server_time();
        self.cursor.position.not_after(now).due_at(&self.pace).filter(|at| *at > now)
    }

    /// Waits until the next poll is due.
    pub async fn wait(&self) {
        /// A clock that is set while it is waited for shows by then.
        const MOST: Duration = Duration::from_secs(30);
        while let Some(at) = self.due_at() {
            let left = Duration::try_from(at.duration_since(self.raw.funnel().server_time())).unwrap_or_default();
            tokio::time::sleep(left.clamp(Duration::from_millis(10), MOST)).await;
        }
    }

    /// Notes that a poll is about to be sent, and returns the cursor that says so. Who keeps it before [`poll`](Self::poll)
    /// waits out the interval even after a crash in between.
    pub fn claim(&mut self) -> &Cursor {
        self.cursor.position = self.cursor.position.attempted(self.raw.funnel().server_time());
        &self.cursor
    }

    /// Reads what happened since the last accepted poll, waiting first until it is due.
    ///
    /// # Errors
    /// Those of the calls for its pages, and [`ErrorKind::TooLarge`] for more rows than may be held. Nothing is lost: the
    /// next poll asks for the same time again.
    pub async fn poll(&mut self) -> Result<Batch<S::Record>> {
        self.wait().await;
        let now = self.raw.funnel().server_time();
        self.claim();
        let Some(poll) = self.cursor.position.poll(now, &self.pace) else {
            let what = "nothing has happened since the feed was read: its cursor is not before now";
            return Err(Error::new(ErrorKind::InvalidInput, what).at(self.source.operation()));
        };
        self.read(poll).await
    }

    /// Settles a batch: its rows are kept, and do not come again.
    pub fn accept(&mut self, batch: Batch<S::Record>) {
        self.cursor = batch.cursor;
    }

    async fn read(&self, poll: Poll) -> Result<Batch<S::Record>> {
        let mut cursor = self.cursor.clone();
        let (mut new, mut rejected, mut repeated, mut total) = (Vec::new(), Vec::new(), 0, 0);
        let mut pages = self.source.rows(&self.raw, poll.window).pages();
        while let Some(page) = pages.next().await {
            let page = page?;
            total += page.items.len() + page.rejected.len();
            if total > self.most {
                let what = format!(
                    "the window from {} to {} has more than {} rows",
                    poll.window.start(),
                    poll.window.end(),
                    self.most
                );
                return Err(Error::new(ErrorKind::TooLarge, what).at(self.source.operation()));
            }
            for row in page.items {
                let id = self.source.row_id(&row);
                match cursor.see(id.clone(), &poll.window) {
                    true => new.push(NewRow { id, record: row.record, json: row.json }),
                    false => repeated += 1,
                }
            }
            for (_, error) in page.rejected {
                let id = RowId::of_content(self.source.operation(), error.body().unwrap_or_default());
                match cursor.see(id.clone(), &poll.window) {
                    true => rejected.push(RejectedRow { id, error }),
                    false => repeated += 1,
                }
            }
        }
        let report = pages.report();
        let moved = report.changed || !report.complete;
        if !moved {
            cursor.position = poll.then;
            cursor.forget(&self.pace);
        }
        let gap = poll.gap;
        Ok(Batch { new, rejected, repeated, window: poll.window, gap, moved, cursor })
    }
}

impl<S: Source> std::fmt::Debug for Feed<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (operation, position) = (self.source.operation(), self.cursor.position());
        f.debug_struct("Feed").field("operation", &operation).field("position", position).finish_non_exhaustive()
    }
}
