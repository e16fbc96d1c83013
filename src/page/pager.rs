//! A list as a stream of its records.

use super::listing::{Listing, Report};
use super::pages::{Fetch, Pages};
use crate::{Error, ErrorKind, Result};
use futures::stream::Stream;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Errors that are kept of items that could not be decoded.
const KEPT: usize = 100;

/// A list of the API as a [`Stream`] of its items.
///
/// An `Err` means that a page could not be had: the stream ends, and [`report`](Pager::report) says from which page to
/// resume. An item that could not be decoded does not stand in the way of the others: it is left out with a warning in the
/// log, counted in [`Report::rejected`], and kept in [`rejected`](Pager::rejected). Nothing is sent before it is polled.
///
/// ```
/// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
/// use futures::TryStreamExt;
///
/// let mut carriers = client.monitoring().list();
/// while let Some(carrier) = carriers.try_next().await? {
///     println!("{:?}", carrier.docket_number);
/// }
/// let report = carriers.report();
/// assert!(report.complete && report.rejected == 0);
/// # Ok(()) }
/// ```
///
/// ```
/// use futures::TryStreamExt as _;
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let sandbox = mycarrierpackets_sandbox::Sandbox::start().await?;
/// # let environment = mycarrierpackets::Environment::custom(sandbox.base_url().parse()?).with_portal(sandbox.portal_url().parse()?);
/// # let client = mycarrierpackets::Client::builder().environment(environment);
/// # let client = client.credentials(sandbox.username(), sandbox.password()).build()?;
/// // Four pages of 50 at a time, still in order.
/// let list = || client.monitoring().list().page_size(50);
/// let whole = list().concurrency(4).read_all(10_000).await?;
/// println!("{} carriers", whole.items.len());
///
/// // Page by page, from where an earlier run ended.
/// let mut pages = list().from_page(2).pages();
/// while let Some(page) = pages.try_next().await? {
///     println!("{} carriers", page.items.len());
/// }
/// assert_eq!(pages.report().items + 50, whole.items.len() as u64);
/// # Ok(()) }
/// ```
#[must_use = "a stream does nothing unless polled"]
pub struct Pager<T> {
    pages: Pages<T>,
    ready: VecDeque<T>,
    rejected: Vec<Error>,
}

impl<T> Pager<T> {
    pub(crate) fn new(fetch: Fetch<T>) -> Self {
        Self { pages: Pages::new(fetch), ready: VecDeque::new(), rejected: Vec::new() }
    }

    /// Items a page to ask for. The server replaces a size it does not allow by its default.
    pub fn page_size(mut self, size: u32) -> Self {
        self.pages.progress.size = Some(size);
        self
    }

    /// Page to begin with, from 1. Default 1.
    pub fn from_page(mut self, number: u32) -> Self {
        self.pages.next = number.max(1);
        self.pages.progress.begin_at(self.pages.next);
        self
    }

    /// Pages to read side by side, once the first has reported how many there are. Default 1, which is polite.
    ///
    /// Items still come in order. At most this many pages are on their way at a time, and half as many more are decoded or
    /// wait to be handed out; memory grows with both.
    pub fn concurrency(mut self, pages: usize) -> Self {
        self.pages.concurrency = pages.clamp(1, 64);
        self
    }

    pub(super) fn map<U>(self, fetch: impl FnOnce(Fetch<T>) -> Fetch<U>) -> Pager<U> {
        let next = self.report().next_page;
        Pager { pages: self.pages.map(next, fetch), ready: VecDeque::new(), rejected: self.rejected }
    }

    /// The pages themselves, with their totals.
    pub fn pages(self) -> Pages<T> {
        self.pages
    }

    /// Why items could not be decoded, of the first 100 of them; [`Report::rejected`] counts them all.
    pub fn rejected(&self) -> &[Error] {
        &self.rejected
    }

    /// What was handed out so far.
    pub fn report(&self) -> Report {
        let mut report = self.pages.report();
        if !self.ready.is_empty() {
            report.items -= self.ready.len() as u64;
            report.pages -= 1;
            report.next_page -= 1;
            report.complete = false;
        }
        report
    }

    /// The next record, or `None` at the end of the list: the stream without a trait to import.
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// let mut carriers = client.monitoring().data();
    /// while let Some(carrier) = carriers.read_next().await? {
    ///     println!("{:?}", carrier.dot_number);
    /// }
    /// for error in carriers.rejected() {
    ///     eprintln!("a record could not be read: {error}");
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Those of the call for a page. The list has ended then.
    pub async fn read_next(&mut self) -> Result<Option<T>>
    where
        T: Unpin + Send + 'static,
    {
        futures::TryStreamExt::try_next(self).await
    }

    /// Reads the whole list into memory, at most `max` items.
    ///
    /// ```
    /// # async fn f(client: mycarrierpackets::Client) -> mycarrierpackets::Result<()> {
    /// let blocked = client.blocking().list().read_all(100_000).await?;
    /// assert!(blocked.rejected.is_empty());
    /// println!("{} carriers are blocked", blocked.items.len());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::TooLarge`] when there are more, as soon as that is known, and the errors of the calls. Items that
    /// could not be decoded are in [`Listing::rejected`], and count.
    pub async fn read_all(self, max: usize) -> Result<Listing<T>>
    where
        T: Send + 'static,
    {
        use futures::StreamExt as _;
        let mut pages = self.pages;
        let whole = pages.next == 1;
        let (mut items, mut rejected, mut unreadable) = (Vec::new(), Vec::new(), Vec::new());
        while let Some(page) = pages.next().await {
            let page = page?;
            let so_far = items.len() + rejected.len() + page.items.len() + page.rejected.len();
            let to_come = page.total_count.filter(|_| whole).unwrap_or(0);
            if so_far > max || to_come > max as u64 {
                let what = format!("the list has more than {max} items");
                return Err(Error::new(ErrorKind::TooLarge, what).at(page.operation));
            }
            items.extend(page.items);
            rejected.extend(page.rejected.into_iter().map(|(_, error)| error));
            unreadable.extend(page.unreadable);
        }
        Ok(Listing { items, rejected, unreadable, report: pages.report() })
    }
}

impl<T: Unpin + Send + 'static> Stream for Pager<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.pages).poll_next(cx)) {
                Some(Ok(page)) => {
                    let room = KEPT - self.rejected.len();
                    self.rejected.extend(page.rejected.into_iter().map(|(_, error)| error).take(room));
                    self.ready = page.items.into();
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T> std::fmt::Debug for Pager<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pager").field("report", &self.report()).finish_non_exhaustive()
    }
}
